"""Blocks are trained on the workers of a Dask cluster; this process alone writes what they give."""

import itertools
import os
import queue
import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.blocks.trained_blocks import keep_block
from flows.terminal.lines import write_line
from flows.terminal.progress import CancelledError, TrainingProgress, TrainingTeller
from flows.workers.addresses import is_open_to_others
from flows.workers.connection import KEPT, WAIT_SECONDS, connected, wait_for_workers
from flows.workers.remote_training import TOPIC, Request, UnlikeError, own_versions, train_on_a_worker
from tasks.numerics.errors import InputError
from tasks.numerics.networks.seed_blocks import TrainedBlock, TrainingWindows
from tasks.numerics.training_settings import TrainingSpec
from tasks.numerics.wording import few

if TYPE_CHECKING:
    from distributed import Client, Future

    from flows.blocks.jobs import Job

    UnderWay = tuple[Job, Future, TrainingTeller]

AHEAD = 4
"""Blocks that are asked for at once, for each thread of a worker."""
LOOK_SECONDS = 0.1
COUNT_SECONDS = 1.0
TRIES = 3


def train_on_workers(
    address: str,
    training: TrainingSpec,
    jobs: "Sequence[Job]",
    origins: tuple[TrainingWindows, ...],
    progress: TrainingProgress,
) -> None:
    """Trains and keeps every job; raises InputError on a cluster that is gone, unlike this process, or killed by a block."""
    if is_open_to_others(address):
        write_line(
            f"Training on {address}: without TLS (tls://), whoever is between can read the series and change what comes back."
        )
    with connected(address) as client:
        Training(client, address, training, origins, progress).of(jobs)


class Training:
    """Jobs on their way to the workers and back."""

    def __init__(
        self,
        client: "Client",
        address: str,
        training: TrainingSpec,
        origins: tuple[TrainingWindows, ...],
        progress: TrainingProgress,
    ) -> None:
        """Nothing is sent yet."""
        self._client, self._address, self._training = client, address, training
        self._origins, self._progress = origins, progress
        self._windows: dict[int, Future] = {}
        self._under_way: dict[str, UnderWay] = {}
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._killed: list[Job] = []
        self._lost: Counter[str] = Counter()
        self._numbers = itertools.count()
        self._counted, self._thread_count = -COUNT_SECONDS, 1

    def of(self, jobs: "Sequence[Job]") -> None:
        """Trains and keeps them all, in their order: the first block of every program first."""
        self._client.subscribe_topic(TOPIC, self._tell)
        try:
            self._train(jobs)
            # Blocks that only waited where another one ended the worker are suspected, too: each is tried by itself.
            suspected, self._killed = self._killed, []
            self._lost.clear()
            for job in suspected:
                self._train([job])
        except BaseException:
            self._client.cancel([future for _, future, _ in self._under_way.values()], force=True)
            raise
        finally:
            self._client.unsubscribe_topic(TOPIC)
        if self._killed:
            raise InputError(
                f"--workers {self._address}: {few([job.name for job in self._killed])} ended {TRIES} workers, one after another: too little memory there, it "
                f"may be. The others are trained. {KEPT}"
            )

    def _train(self, jobs: "Sequence[Job]") -> None:
        """Keeps what they give; what ends its workers is noted."""
        waiting = deque(jobs)
        while waiting or self._under_way:
            self._check()
            self._fill(waiting)
            self._keep([self._under_way.pop(key) for key in self._finished()])

    def _fill(self, waiting: "deque[Job]") -> None:
        """Asks for as many as the workers have room for, once half of it is free: many cost the scheduler little more than one."""
        room = AHEAD * self._threads()
        if waiting and len(self._under_way) <= room // 2:
            self._submit([waiting.popleft() for _ in range(min(len(waiting), room - len(self._under_way)))])

    def _threads(self) -> int:
        """Of all workers, as they were a moment ago: asking takes as long as sending a block."""
        if time.monotonic() > self._counted + COUNT_SECONDS:
            self._counted, self._thread_count = time.monotonic(), max(1, sum(self._client.nthreads().values()))
        return self._thread_count

    def _submit(self, jobs: "Sequence[Job]") -> None:
        for origin in {job.origin for job in jobs} - self._windows.keys():
            self._windows[origin] = self._sent(self._origins[origin])
        requests = [Request(job.architecture, self._training, job.block, job.tried, own_versions()) for job in jobs]
        # A name of its own at every try: the cluster remembers what ended its workers.
        keys = [f"{job.file.name}-{next(self._numbers)}-{os.getpid()}-{id(self):x}" for job in jobs]
        windows = [self._windows[job.origin] for job in jobs]
        futures = self._client.map(train_on_a_worker, requests, windows, key=keys, pure=False, retries=TRIES - 1)
        for job, key, future in zip(jobs, keys, futures, strict=True):
            teller = self._progress.teller(job.file, job.replicas, self._training.epochs)
            self._under_way[key] = (job, future, teller)
            future.add_done_callback(lambda done: self._done.put(done.key))

    def _sent(self, windows: TrainingWindows) -> "Future":
        """Windows on every worker.

        Where one ends meanwhile, the scheduler hangs up (it takes the worker's end for the end of this client): then once more.
        """
        for _ in range(TRIES):
            try:
                return self._client.scatter(windows, broadcast=True, hash=False)
            except (OSError, TimeoutError, KeyError):
                time.sleep(LOOK_SECONDS)
                self._check()
                wait_for_workers(self._client, self._address)
        raise InputError(
            f"--workers {self._address}: {TRIES} times a worker ended while the series was sent to it. See what it says, and the memory there. {KEPT}"
        )

    def _finished(self) -> list[str]:
        """Keys of what has ended, as soon as there is one, or after a moment."""
        try:
            found = [self._done.get(timeout=LOOK_SECONDS)]
        except queue.Empty:
            return []
        while not self._done.empty():
            found.append(self._done.get())
        return found

    def _keep(self, ended: "Sequence[UnderWay]") -> None:
        """Writes blocks down, and lets the cluster forget them."""
        came = self._gathered([future for _, future, _ in ended if future.status == "finished"])
        for one in ended:
            self._keep_one(one, came.pop(one[1].key, None))

    def _gathered(self, futures: "Sequence[Future]") -> dict[str, TrainedBlock]:
        """Results by their keys, asked for at once; none where a worker ended before one had come: which ones, is seen one by one."""
        if len(futures) < 2:
            return {}
        try:
            blocks = self._client.sync(self._client.gather, futures, callback_timeout=WAIT_SECONDS)
        except Exception:
            return {}
        return dict(zip([future.key for future in futures], blocks, strict=True))

    def _keep_one(self, ended: "UnderWay", block: TrainedBlock | None) -> None:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        job, future, teller = ended
        try:
            keep_block(job.file, block or future.result(timeout=WAIT_SECONDS))
        except KilledWorker:
            self._killed.append(job)
        except (FutureCancelledError, OSError, TimeoutError) as error:
            if future.status == "error":
                raise InputError(f"--workers {self._address}: {job.name} failed there: {error}. {KEPT}") from error
            # Its worker ended before the result had come.
            future.cancel(force=True)
            self._again(job)
            return
        except UnlikeError as error:
            raise InputError(
                f"--workers: {error}. Expected workers with the versions of this process. {KEPT}"
            ) from error
        future.release()
        teller.finish()

    def _again(self, job: "Job") -> None:
        """Asks once more for what the cluster has forgotten: with the last worker that had its windows, these are gone, too."""
        self._lost[job.file.name] += 1
        if self._lost[job.file.name] > TRIES:
            self._killed.append(job)
            return
        self._windows.pop(job.origin, None)
        self._check()
        wait_for_workers(self._client, self._address)
        self._submit([job])

    def _tell(self, event: tuple[float, Any]) -> None:
        """How far a block is."""
        told = event[1]
        found = self._under_way.get(told.get("key", ""))
        if found:
            try:
                found[2](told["done"], self._training.epochs)
            except CancelledError:
                return

    def _check(self) -> None:
        """Raises CancelledError where the user asked for an end, InputError where the scheduler is gone."""
        self._progress.check()
        if self._client.status != "running":
            raise InputError(f"--workers {self._address}: the scheduler is gone. {KEPT}")
