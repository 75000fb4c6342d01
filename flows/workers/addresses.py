"""Where a cluster's scheduler listens."""

import ipaddress
import socket
from urllib.parse import urlsplit

from tasks.numerics.errors import InputError

EXAMPLE = "tcp://127.0.0.1:8786"
SECONDS = 5.0


def check_address(address: str, flag: str = "--workers") -> None:
    """Raises InputError where it is no scheduler's address, or nobody listens there."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or not port or parts.path or parts.query:
        raise InputError(
            f"{flag} {address!r}: expected the address of a Dask scheduler, such as {EXAMPLE}, or tls:// with certificates."
        )
    try:
        socket.create_connection((parts.hostname, port), timeout=SECONDS).close()
    except OSError as error:
        raise InputError(
            f"{flag} {address}: nobody answers there ({error.strerror or error}). Start a scheduler, such as "
            f"'python -m dask scheduler --host {parts.hostname} --port {port}', or mend the address."
        ) from error


def is_open_to_others(address: str) -> bool:
    """Whether what is sent can be read and changed on its way: without TLS, beyond this machine."""
    parts = urlsplit(address)
    if parts.scheme == "tls" or parts.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True
