"""Fetch: a file from an address (https, http, s3), whole, through fsspec."""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tasks.numerics.deadlines import within
from tasks.numerics.errors import InputError
from tasks.numerics.series.parquet_files import PARQUET
from tasks.numerics.series.sources import masked, name_of_source
from tasks.numerics.whole_files import write_whole

CHUNK = 1 << 20
CONNECT_SECONDS = 10
PACKED = {b"\x1f\x8b": "gzip", b"BZ": "bz2", b"\xfd7": "xz"}
"""How a packed file begins, and what unpacks it."""


def fetch(address: str, folder: Path, seconds: float) -> Path:
    """The file that stands at an address now, in a folder; raises InputError where it can't be had, or nothing comes for so long."""
    check_fetching(address)
    shown = f"--series {masked(address)}"
    # What it needs is imported before the clock runs.
    import fsspec

    fsspec.get_filesystem_class(urlsplit(address).scheme)
    options = _options(address, seconds)
    try:
        content = within(seconds, lambda came: _read(address, options, came), shown)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{shown}: {_why(error, address)}. Expected the address of a CSV or Parquet file.") from None
    name = name_of_source(address)
    is_parquet = content.startswith(b"PAR1") or urlsplit(address).path.lower().endswith(PARQUET)
    path = folder / f"{name}{PARQUET[0] if is_parquet else '.csv'}"
    write_whole(path, content)
    return path


def check_fetching(address: str) -> None:
    """Raises InputError where what fetches it is not installed, or it has no host."""
    parts = urlsplit(address)
    if not parts.hostname:
        raise InputError(
            f"--series {masked(address)!r}: expected a host after ://, such as https://example.org/sales.csv."
        )
    if parts.scheme == "s3" and find_spec("s3fs") is None:
        raise InputError(
            f"--series {masked(address)}: what reads s3:// is not installed. Install it: pip install 'interlayer[s3]', or pip install s3fs."
        )


def _read(address: str, options: dict[str, Any], came: Callable[[], None]) -> bytes:
    import fsspec

    parts = []
    with fsspec.open(address, "rb", expand=False, **options) as file:
        while chunk := file.read(CHUNK):
            parts.append(chunk)
            came()
    content = b"".join(parts)
    if how := PACKED.get(content[:2]):
        from io import BytesIO

        from fsspec.compression import compr

        content = compr[how](BytesIO(content), mode="rb").read()
    return content


def _options(address: str, seconds: float) -> dict[str, Any]:
    """How long is waited, and nothing kept from the last time."""
    if urlsplit(address).scheme == "s3":
        # Stores that are like Amazon's know no newer check sums.
        os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
        timing = {"connect_timeout": CONNECT_SECONDS, "read_timeout": seconds, "retries": {"max_attempts": 2}}
        return {
            "config_kwargs": timing,
            "use_listings_cache": False,
            "skip_instance_cache": True,
            "anon": not _has_credentials(),
        }
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=seconds)
    return {"client_kwargs": {"timeout": timeout, "trust_env": True}, "skip_instance_cache": True, "block_size": 0}


def _has_credentials() -> bool:
    import botocore.session

    return botocore.session.get_session().get_credentials() is not None


def _why(error: Exception, address: str) -> str:
    """What went wrong in words, without what must not be shown."""
    # fsspec says of whatever it can't reach that it is not there.
    while isinstance(error, FileNotFoundError) and isinstance(cause := error.__cause__ or error.__context__, OSError):
        error = cause
    status = getattr(error, "status", None)
    if status:
        return f"the server answers {status} {getattr(error, 'message', '')}".strip()
    if isinstance(error, FileNotFoundError):
        return "nothing stands there"
    said = " ".join(str(error).split()) or type(error).__name__
    return f"it can't be read ({said.replace(address, masked(address))})"
