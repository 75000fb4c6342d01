"""A connection to a Dask cluster whose workers are like this process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.terminal.lines import write_line
from flows.workers.remote_training import own_versions, unlike
from tasks.numerics.errors import InputError
from tasks.numerics.wording import few

if TYPE_CHECKING:
    from distributed import Client

WAIT_SECONDS = 60.0
KEPT = "What was trained is kept; the same command goes on from there."


@contextmanager
def connected(address: str) -> "Iterator[Client]":
    """A client of the scheduler, with at least one worker that is like this process; raises InputError where there is none.

    And where the scheduler goes away.
    """
    from distributed import Client
    from distributed.comm import CommClosedError

    # How a connection fails is said once, in our words.
    for name in (
        "distributed.client",
        "distributed.core",
        "distributed.comm",
        "distributed.batched",
        "tornado.application",
    ):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=WAIT_SECONDS / 4, set_as_default=False, name="interlayer")
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"--workers {address}: no Dask scheduler answers there ({error}). Expected one of Dask {dask_version()}."
        ) from error
    try:
        wait_for_workers(client, address)
        check_alike(client)
        yield client
    except CommClosedError as error:
        raise InputError(f"--workers {address}: the scheduler is gone. {KEPT}") from error
    finally:
        client.close(timeout=5)


def dask_version() -> str:
    """Of this process."""
    from importlib.metadata import version

    return version("distributed")


def wait_for_workers(client: "Client", address: str) -> None:
    """Returns when there is a worker; raises InputError where none comes."""
    if not client.nthreads():
        write_line(f"Waiting for a worker: interlayer worker {address} ...")
    try:
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except TimeoutError as error:
        raise InputError(
            f"--workers {address}: the scheduler has no worker. Start some, on this machine or others: interlayer worker {address}"
        ) from error


def check_alike(client: "Client") -> None:
    """Raises InputError where a worker would train otherwise than this process."""
    wrong = []
    for worker, found in client.run(own_versions, on_error="return").items():
        if isinstance(found, OSError):
            # It ended meanwhile.
            continue
        if isinstance(found, BaseException):
            wrong.append(f"{worker} has no Interlayer ({found})")
        elif differs := unlike(found, own_versions()):
            wrong.append(f"{worker} has {differs}")
    if wrong:
        raise InputError(
            f"--workers: {few(wrong)}. Expected workers with the versions of this process: install the same there."
        )
