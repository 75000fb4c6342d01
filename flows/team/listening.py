"""Where the servers listen: on loopback, and beyond it only where that is asked for; and what a user is told of it."""

import os
import socket
from collections.abc import Mapping
from typing import Final

from flows.team.logins import OF_PREFECT, PASSWORD, USER, mlflow_login
from tasks.numerics.errors import InputError

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"


def check_host(host: str) -> None:
    """Raises InputError where this machine has no such address."""
    if not host:
        return
    try:
        _listener(host, 0).close()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no name or address"
        raise InputError(
            f"--host {host}: nothing can listen there ({reason}). Expected an address of this machine by which others reach it, its name, or "
            f"{EVERYWHERE} for all of them."
        ) from None


def check_ports(ports: Mapping[str, int], host: str = "") -> None:
    """Raises InputError where a port is taken, or named twice."""
    for flag, port in ports.items():
        if not 1 <= port <= 65535:
            raise InputError(f"{flag} {port}: expected a port from 1 to 65535.")
        for place in places(host):
            if not is_free(place, port):
                raise InputError(
                    f"{flag} {port}: the port is taken on {place}. Is 'interlayer serve' or 'interlayer ui' running already? "
                    f"Stop what listens there, or choose another port with {flag}."
                )
    if len(set(ports.values())) < len(ports):
        raise InputError(f"{' and '.join(ports)} are both {next(iter(ports.values()))}: expected two ports.")


def places(host: str) -> list[str]:
    """Addresses to listen at: this machine's own commands ask on loopback, whatever else there is."""
    if not host or host == EVERYWHERE:
        return [host or LOOPBACK]
    own = socket.gethostbyname(host)
    return [LOOPBACK] if own == LOOPBACK else [LOOPBACK, own]


def is_free(place: str, port: int) -> bool:
    """Whether a server can listen there; connections that are still closing don't matter."""
    try:
        _listener(place, port).close()
    except OSError:
        return False
    return True


def listeners(host: str, port: int) -> list[socket.socket]:
    """What a server listens with."""
    return [_listener(place, port) for place in places(host)]


def names(host: str) -> set[str]:
    """The names by which a server may be asked, beside the address at which a connection arrives."""
    own = {LOOPBACK, "localhost"}
    if host:
        own |= {host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()} - {EVERYWHERE}
    return own


def seen_from_elsewhere(host: str) -> str:
    """The name that others use."""
    return socket.getfqdn() if host == EVERYWHERE else host


def in_words(host: str, ports: Mapping[str, int]) -> list[str]:
    """What it means that a server listens beyond loopback; nothing where it does not."""
    if not host or places(host) == [LOOPBACK]:
        return []
    told = " and ".join(f"http://{seen_from_elsewhere(host)}:{port}" for port in ports.values())
    runs = " and starts comparisons that read what this machine's user may read" if "prefect" in ports else ""
    said = [f"Beyond this machine: {told}. Who reaches that reads every result{runs}."]
    asked = {"prefect": bool(os.environ.get(OF_PREFECT)), "mlflow": bool(mlflow_login())}
    open_ones = [name for name in ports if not asked[name]]
    variables = {"prefect": f"{OF_PREFECT}=user:password", "mlflow": f"{USER} and {PASSWORD}"}
    if open_ones:
        named = " and ".join({"prefect": "Prefect", "mlflow": "MLflow"}[name] for name in open_ones)
        mend = ", ".join(variables[name] for name in open_ones)
        verb = "ask" if len(open_ones) > 1 else "asks"
        said.append(f"! {named} {verb} for no password: anyone there may do so. Set {mend} before the start.")
    said.append(
        "! Nothing is encrypted, passwords neither: use it on a network of your own, or through a tunnel (ssh -L)."
    )
    return said


def _listener(place: str, port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((place, port))
    except OSError:
        listener.close()
        raise
    return listener
