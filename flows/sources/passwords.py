"""Passwords in addresses: known to the process that was given them, and to those that run a schedule; shown and kept nowhere else."""

import fcntl
import json
from typing import Final

from flows.environment import MLRUNS
from tasks.numerics.errors import InputError
from tasks.numerics.series.sources import HIDDEN, masked
from tasks.numerics.whole_files import write_whole

KEPT: Final = MLRUNS / "passwords.json"
"""Whole addresses of schedules by their masked ones; its owner's alone, as all of the home is."""
_given: dict[str, str] = {}


def hidden(address: str) -> str:
    """The address without its passwords, which this process knows from here on."""
    shown = masked(address)
    if shown != address:
        _given[shown] = address
    return shown


def whole(shown: str) -> str:
    """The address with its passwords; raises InputError where they are not known."""
    found = _given.get(shown) or _read().get(shown) or shown
    if HIDDEN in found:
        raise InputError(
            f"--series {shown}: its password is not known here. It is kept for schedules alone: pass the address with it on the "
            "command line, or let the driver find it (PostgreSQL: PGPASSWORD, or a password file)."
        )
    return found


def keep_password(shown: str) -> None:
    """Keeps an address's passwords for the runs of a schedule."""
    if shown not in _given:
        return
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with KEPT.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_whole(KEPT, json.dumps(_read() | {shown: _given[shown]}, indent=1))
        KEPT.chmod(0o600)


def forget_passwords(still: set[str]) -> None:
    """Keeps those alone that a schedule still names."""
    kept = _read()
    if kept.keys() - still:
        write_whole(KEPT, json.dumps({shown: address for shown, address in kept.items() if shown in still}, indent=1))
        KEPT.chmod(0o600)


def _read() -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(KEPT.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept
