"""Training on a Dask cluster: a real scheduler, and workers as `interlayer worker` starts them, in folders of their own."""

import gc
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from clusters import Scheduler
from made_up_training import LARGE, brief, deadly, endless, large, small
from served import Served, all_processes, environment_of, said_by, wait_for
from test_serve import TINY

from flows.blocks import jobs as planned
from flows.blocks import trained_blocks
from flows.servers.processes import free_port
from flows.studies.study import Study
from flows.terminal.progress import CancelledError, TrainingProgress
from flows.workers import checks, cluster, connection
from flows.workers.addresses import check_address, is_open_to_others
from tasks.numerics.errors import InputError
from tasks.numerics.networks.seed_blocks import Block
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.series.windows import make_windows
from tasks.numerics.settings import NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

slow = pytest.mark.slow
TRAINING = TrainingSpec(epochs=6, learning_rates=1, patience=0, batch_size=8)
VALUES = np.sin(np.arange(90) / 4) + 3
ORIGINS = make_windows(VALUES, WindowSpec(lookback=4, test=0.4, origins=2))
RELU = Variant("cell", "relu")
STUDY = Study(network=NetworkSpec((3,)), training=TRAINING)


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """An empty ledger of this process."""
    for module in (trained_blocks, planned):
        if hasattr(module, "TRAINED"):
            monkeypatch.setattr(module, "TRAINED", tmp_path / "trained")
    return tmp_path / "trained"


def jobs(seeds=4, variants=(STOCK, RELU)):
    wanted = dict.fromkeys(range(len(ORIGINS)), candidates(TRAINING))
    return planned.plan(STUDY, list(variants), ORIGINS, range(seeds), wanted)


def trained(address, wanted, training=TRAINING):
    progress = TrainingProgress(sum(job.replicas for job in wanted) * training.epochs)
    cluster.train_on_workers(address, training, wanted, ORIGINS, progress)
    return progress


def children(home):
    """Processes that train: those below the nanny of a worker."""
    return [pid for pid, command in all_processes(f"INTERLAYER_HOME={home}\0") if "spawn" in command]


@pytest.fixture(scope="module", autouse=True)
def made_up():
    """Scheduler and workers know what tests let them run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
        )
        yield


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("cluster"), free_port()
    scheduler = Scheduler(folder / "scheduler", port)
    address = f"tcp://127.0.0.1:{port}"
    workers = []
    try:
        scheduler.wait_until_it_listens()
        workers = [Served(folder / name, "worker", address) for name in ("one", "two")]
        for worker in workers:
            wait_for(lambda worker=worker: "Ctrl-C" in worker.said, 120)
        yield SimpleNamespace(scheduler=address, homes=[worker.home for worker in workers])
    finally:
        for worker in workers:
            worker.stop()
        scheduler.stop()
    for worker in workers:
        assert worker.said.endswith("Stopped; what it trained is with who asked for it.\n")
        assert worker.processes() == {}


@pytest.fixture
def address(two_workers):
    """Where both are when a test begins, however the one before it ended."""
    from distributed import Client

    with Client(two_workers.scheduler, set_as_default=False) as client:
        wait_for(lambda: len(client.nthreads()) == 2, 60)
    return two_workers


@slow
def test_blocks_of_workers_are_those_of_threads_to_the_last_bit(address, ledger):
    from flows.training.training import train_fused

    wanted = jobs()
    progress = trained(address.scheduler, wanted)
    assert progress.share == 1.0
    assert not any((home / "trained").exists() for home in address.homes)
    kept = trained_blocks.read_blocks([job.file for job in wanted])
    assert len(kept) == len(wanted) == 4
    for job in wanted:
        there = kept[job.file]
        here = train_fused(TRAINING, job, ORIGINS[job.origin], progress.teller(job.file, 1, 1))
        for name in ("forecasts", "loss", "validation_loss", "gradient_norm", "best_epoch"):
            np.testing.assert_array_equal(getattr(there, name), getattr(here, name), err_msg=name)
        for one, other in zip(there.weights, here.weights, strict=True):
            np.testing.assert_array_equal(one, other)


@slow
def test_a_worker_that_is_killed_costs_no_block(address, ledger, monkeypatch):
    wanted, killed = jobs(seeds=30), list[int]()
    original = cluster.keep_block

    def keep_and_kill(file, block):
        original(file, block)
        if not killed:
            killed.extend(children(address.homes[0]))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(cluster, "keep_block", keep_and_kill)
    trained(address.scheduler, wanted)
    assert killed
    assert len(trained_blocks.read_blocks([job.file for job in wanted])) == len(wanted)
    # Its nanny has started another.
    wait_for(lambda: {*children(address.homes[0])} - {*killed}, 60)


@slow
@pytest.mark.parametrize("kills", [2, pytest.param(30, marks=pytest.mark.full)])
def test_workers_that_are_killed_at_any_moment_cost_no_block(address, ledger, monkeypatch, kills):
    sent(monkeypatch, brief)
    random, over, killed = np.random.default_rng(kills), threading.Event(), list[int]()

    def kill():
        while len(killed) < kills and not over.wait(random.exponential(2)):
            # Both at once, now and then.
            for home in random.permutation(address.homes)[: random.integers(1, 3)]:
                for pid in children(home):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    killing = threading.Thread(target=kill)
    killing.start()
    number = 0
    try:
        while killing.is_alive():
            wanted = [replace(job, block=Block(number + at, number + at)) for at, job in enumerate(many(400))]
            trained(address.scheduler, wanted)
            number += len(wanted)
            assert len(trained_blocks.read_blocks([job.file for job in wanted])) == len(wanted)
    finally:
        over.set()
        killing.join()
    assert len(killed) >= kills
    print(f"{len(killed)} workers were killed while {number} blocks were trained; none was lost")


@slow
def test_a_command_that_is_killed_leaves_workers_free_and_the_same_command_goes_on(address, tmp_path):
    from distributed import Client

    home, told = tmp_path / "asking", [*TINY.split(), "--workers", address.scheduler]
    long = [*(word for word in told if word not in ("--epochs", "4")), "--epochs", "200000", "--patience", "0"]
    asking = Served(home, "compare", *long)
    with Client(address.scheduler, set_as_default=False) as client:
        wait_for(lambda: running(client) == 2 or asking.process.poll() is not None, 120)
        begun = time.monotonic()
        assert asking.stop(signal.SIGKILL) == -signal.SIGKILL, asking.said
        wait_for(lambda: running(client) == 0, 30)
        assert time.monotonic() - begun < 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert not [*(home / "trained").glob("[!.]*")]
        # Killed with one block kept, it trains the others alone.
        again = Served(home, "compare", *told)
        wait_for(lambda: [*(home / "trained").glob("[!.]*")] or again.process.poll() is not None, 120)
        again.stop(signal.SIGKILL)
        kept = {path: path.stat().st_mtime_ns for path in (home / "trained").glob("[!.]*")}
        assert kept, again.said
        wait_for(lambda: running(client) == 0, 30)
    said_by(home, "compare", *told)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert [*home.glob("reports/*/summary.json")] and len([*(home / "trained").glob("[!.]*")]) > len(kept)


def sent(monkeypatch, function):
    """What workers run in the place of training."""
    monkeypatch.setattr(cluster, "train_on_a_worker", function)


def many(count):
    """Jobs of a seed each."""
    (first,) = jobs(seeds=1, variants=[STOCK])[:1]
    return [replace(first, block=Block(number, number)) for number in range(count)]


@slow
def test_a_block_that_always_kills_its_worker_is_named_and_the_others_are_trained(address, ledger, monkeypatch):
    sent(monkeypatch, deadly)
    wanted = many(6)
    with pytest.raises(
        InputError, match=r"stock seeds 1 to 1, learning rate .* ended 3 workers.*the same command goes on"
    ):
        trained(address.scheduler, wanted)
    kept = trained_blocks.read_blocks([job.file for job in wanted if job.file.exists()])
    assert {job.block.first for job in wanted if job.file in kept} == {0, 2, 3, 4, 5}


@slow
def test_after_a_cancellation_nothing_trains_within_seconds(address, ledger, monkeypatch):
    sent(monkeypatch, endless)
    progress = TrainingProgress(100)
    failed = []

    def ask():
        try:
            cluster.train_on_workers(address.scheduler, TRAINING, many(4), ORIGINS, progress)
        except CancelledError as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    from distributed import Client

    with Client(address.scheduler, set_as_default=False) as client:
        wait_for(lambda: running(client) == 2, 60)
        progress.cancelled.set()
        begun = time.monotonic()
        asking.join(20)
        wait_for(lambda: running(client) == 0, 20)
        assert failed and time.monotonic() - begun < 10  # some 4 s on a quiet machine
        wait_for(lambda: len(client.nthreads()) == 2, 60)  # the one that could not be interrupted is there again


def running(client):
    """How many blocks workers train now."""

    def executing(dask_worker):
        return len(dask_worker.state.executing)

    return sum(client.run(executing, on_error="ignore").values())  # one may be ending


WHOLE = 10_000
"""Blocks, of which the time is bound: by itself, as beside other tests a second of the processor does less."""


@slow
@pytest.mark.parametrize("count", [2_000, pytest.param(WHOLE, marks=pytest.mark.full)])
def test_many_blocks_cost_little_time_and_no_memory_of_who_asks(address, ledger, monkeypatch, count):
    sent(monkeypatch, large)
    kept, most, memory = [], [], []
    original = cluster.Training._finished

    def keep(file, block):
        kept.append(file)
        if len(kept) in (WARM, count):
            memory.append((resident_bytes(), alive("TrainedBlock"), alive("Future")))

    def finished(self):
        most.append(len(self._under_way))
        return original(self)

    monkeypatch.setattr(cluster, "keep_block", keep)
    monkeypatch.setattr(cluster.Training, "_finished", finished)
    wanted = many(count)
    begun = time.process_time()
    trained(address.scheduler, wanted)
    assert len(set(kept)) == len(wanted)
    room = cluster.AHEAD * 2
    assert max(most) <= room
    (before, *_), (after, blocks, futures) = memory
    assert blocks <= room and futures <= 2 * room  # and those of the windows
    assert after - before < WARM * LARGE / 2
    if count == WHOLE:
        assert (time.process_time() - begun) / count < 0.002


WARM = 1_000
"""Blocks after which there is all that stays."""


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def alive(kind):
    """How many objects of a class this process keeps."""
    gc.collect()
    return sum(type(one).__name__ == kind for one in gc.get_objects())


@slow
def test_workers_of_other_versions_are_refused_by_name(address, ledger, monkeypatch):
    real, here = connection.own_versions(), os.getpid()

    def versions():
        return real | ({"TensorFlow": "1.15"} if os.getpid() == here else {})

    monkeypatch.setattr(connection, "own_versions", versions)
    with pytest.raises(InputError, match=r"tcp://127.0.0.1:\d+ has TensorFlow .* instead of 1.15"):
        trained(address.scheduler, jobs())


@slow
def test_a_worker_that_came_later_and_is_of_another_version_refuses_to_train(address, ledger, monkeypatch):
    other = {**cluster.own_versions(), "TensorFlow": "1.15"}
    monkeypatch.setattr(cluster, "own_versions", lambda: other)
    with pytest.raises(InputError, match=r"tcp://127.0.0.1:\d+: TensorFlow .* instead of 1.15"):
        trained(address.scheduler, jobs())


@slow
def test_a_scheduler_that_ends_loses_nothing_that_was_kept(ledger, tmp_path, monkeypatch):
    port = free_port()
    scheduler, address = Scheduler(tmp_path / "scheduler", port), f"tcp://127.0.0.1:{port}"
    scheduler.wait_until_it_listens()
    worker = Served(tmp_path / "worker", "worker", address)
    sent(monkeypatch, endless)
    sent_some, original = threading.Event(), cluster.Training._finished

    def finished(self):
        sent_some.set()
        return original(self)

    monkeypatch.setattr(cluster.Training, "_finished", finished)
    ending = threading.Thread(
        target=lambda: (sent_some.wait(120), time.sleep(2), scheduler.stop(signal.SIGKILL)),
    )
    ending.start()
    try:
        with pytest.raises(InputError, match=r"the scheduler is gone\. What was trained is kept"):
            trained(address, many(3))
    finally:
        ending.join()
        worker.stop()
    assert worker.processes() == {}


@slow
def test_with_certificates_nothing_is_sent_in_the_clear(ledger, tmp_path, monkeypatch):
    import dask
    import distributed  # noqa: F401  # Dask's settings of it are there from here on
    import trustme

    authority, certificate = trustme.CA(), tmp_path / "own.pem"
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    settings = {"ca-file": str(tmp_path / "ca.pem")}
    settings |= {
        f"{who}.{part}": str(certificate) for who in ("scheduler", "worker", "client") for part in ("cert", "key")
    }
    for name, value in settings.items():
        variable = f"distributed.comm.tls.{name}".replace(".", "__").replace("-", "_").upper()
        monkeypatch.setenv(f"DASK_{variable}", value)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "True")
    port = free_port()
    scheduler = Scheduler(tmp_path / "scheduler", port, "--protocol", "tls")
    scheduler.wait_until_it_listens()
    worker = Served(tmp_path / "worker", "worker", f"tls://127.0.0.1:{port}")
    sent(monkeypatch, small)
    try:
        with dask.config.set({f"distributed.comm.tls.{name}": value for name, value in settings.items()}):
            trained(f"tls://127.0.0.1:{port}", wanted := many(2))
        assert len(trained_blocks.read_blocks([job.file for job in wanted])) == 2
        with pytest.raises(InputError, match="no Dask scheduler answers there"):
            trained(f"tcp://127.0.0.1:{port}", many(3))
    finally:
        worker.stop()
        scheduler.stop()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("10.0.0.1:8786", "expected the address of a Dask scheduler"),
        ("tcp://127.0.0.1", "expected the address of a Dask scheduler"),
        ("http://127.0.0.1:8786", "expected the address of a Dask scheduler"),
        ("tcp://127.0.0.1:99999", "expected the address of a Dask scheduler"),
        ("tcp://127.0.0.1:PORT", "nobody answers there"),
    ],
)
def test_an_address_that_is_none_is_told(address, words):
    with pytest.raises(InputError, match=words):
        check_address(address.replace("PORT", str(free_port())))


def test_what_can_be_read_on_its_way_is_known():
    assert is_open_to_others("tcp://10.0.0.5:8786") and is_open_to_others("tcp://trainer:8786")
    assert not any(
        map(is_open_to_others, ("tls://10.0.0.5:8786", "tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1"))
    )


def test_a_run_of_the_dashboard_uses_the_named_scheduler_alone(monkeypatch):
    checks.check_allowed_workers("tcp://10.0.0.5:8786")
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", "a run")
    with pytest.raises(InputError, match="INTERLAYER_WORKERS"):
        checks.check_allowed_workers("tcp://10.0.0.5:8786")
    monkeypatch.setenv(checks.ALLOWED, "tcp://10.0.0.5:8786")
    checks.check_allowed_workers("tcp://10.0.0.5:8786")


def test_what_keras_trains_is_refused():
    study = Study(training=TrainingSpec(engine="keras"), output=OutputSpec(workers="tcp://127.0.0.1:1"))
    with pytest.raises(InputError, match="Keras itself trains"):
        checks.check_workers(study)


def test_versions_that_differ_are_named_the_engine_where_all_else_is_alike():
    from flows.workers.remote_training import unlike

    own = {"engine": "a", "Python": "3.11", "TensorFlow": "2.21"}
    assert unlike(own, own) == ""
    assert unlike(own | {"engine": "b"}, own) == "engine b instead of a"
    assert unlike(own | {"engine": "b", "Python": "3.12"}, own) == "Python 3.12 instead of 3.11"


def test_environment_of_workers_is_that_of_commands(tmp_path):
    assert environment_of(tmp_path)["INTERLAYER_HOME"] == str(tmp_path)
