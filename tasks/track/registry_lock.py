"""A lock in MLflow's registry, for all that reach one, by a server or without: the registry takes a name once, and gives it to one alone.

MLflow's alias has no condition, and a lock file of one home is not seen from another. A lock is a registered model, there while it is held;
its description says who holds it. One that was left behind is put aside by renaming it to a name of its own, which the registry, too, takes once:
of two that find the same one left behind, none puts aside what another has taken since.
"""

import hashlib
import os
import random
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tasks.numerics.errors import InputError

if TYPE_CHECKING:
    from mlflow import MlflowClient

PREFIX: Final = "lock-of-"
LEFT_SECONDS: Final = 60.0
"""After which a lock that the same one holds counts as left behind: by the clock of who waits."""
HOLD_SECONDS: Final = 30.0
"""For which who holds it may rely on it."""
WAIT_SECONDS: Final = 300.0
PAUSE_SECONDS: Final = (0.05, 0.25)
"""Between two looks, by chance: of many that wait, not all look at once."""


@contextmanager
def locked_in_registry(client: "MlflowClient", name: str) -> Iterator[Callable[[], None]]:
    """While this lasts no other process holds the lock of a registered model; gives what raises InputError once it can't be relied on."""
    lock, own = f"{PREFIX}{name}", _holder()
    _take(client, lock, own)
    begun = time.monotonic()
    try:
        yield partial(_check, lock, begun)
    finally:
        _free(client, lock, own)


def _holder() -> str:
    return (
        f"Held by interlayer on {socket.gethostname()}, process {os.getpid()} ({uuid.uuid4().hex[:12]}). Where it stays for minutes, "
        "that process is gone, and it may be deleted."
    )


def _take(client: "MlflowClient", lock: str, own: str) -> None:
    until, seen, since = time.monotonic() + WAIT_SECONDS, "", time.monotonic()
    while not _taken(client, lock, own):
        found = _held_by(client, lock)
        if found == own:
            # MLflow's client asks again where an answer did not come.
            return
        if found != seen:
            seen, since = found, time.monotonic()
        elif found and time.monotonic() - since > LEFT_SECONDS:
            _put_aside(client, lock, found)
        if time.monotonic() > until:
            raise InputError(
                f"Others have held the lock of the champion for {WAIT_SECONDS:.0f} s (registered model {lock} in MLflow: {found or 'free now'})."
            )
        time.sleep(random.uniform(*PAUSE_SECONDS))


def _taken(client: "MlflowClient", lock: str, own: str) -> bool:
    # MLflow looks for what is there already, to say of what kind it is: by then it may have gone.
    with _but("RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST"):
        client.create_registered_model(lock, description=own)
        return True
    return False


def _held_by(client: "MlflowClient", lock: str) -> str:
    """'' where it is free."""
    forget_snapshots(client)
    with _but("RESOURCE_DOES_NOT_EXIST"):
        return str(client.get_registered_model(lock).description)
    return ""


def _put_aside(client: "MlflowClient", lock: str, holder: str) -> None:
    with _but("RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST"):
        client.rename_registered_model(lock, f"{lock}-left-{hashlib.sha256(holder.encode()).hexdigest()[:12]}")


def _free(client: "MlflowClient", lock: str, own: str) -> None:
    from mlflow.exceptions import MlflowException

    # What can't be freed now counts as left behind soon.
    with suppress(MlflowException):
        if _held_by(client, lock) == own:
            client.delete_registered_model(lock)


def _check(lock: str, begun: float) -> None:
    if time.monotonic() - begun > HOLD_SECONDS:
        raise InputError(
            f"MLflow took more than {HOLD_SECONDS:.0f} s to answer, and others may hold the lock {lock} by now: nothing was moved."
        )


@contextmanager
def _but(*codes: str) -> Iterator[None]:
    """Lets pass what MLflow refuses with one of these codes."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code not in codes:
            raise


def forget_snapshots(client: "MlflowClient") -> None:
    """Closes the connections that MLflow keeps open: one to SQLite may go on reading the store as it was at its last query, for as long as it is kept."""
    registry: Any = client._get_registry_client()  # type: ignore[no-untyped-call]
    engine = getattr(registry.store, "engine", None)
    if engine is not None:
        engine.dispose()
