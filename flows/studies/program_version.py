"""What a result was made with: a digest of the code and the libraries that decide it."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import tasks.numerics
from tasks.numerics.atlas.settings import BUNDLED
from tasks.numerics.networks.seed_blocks import engine_version

LIBRARIES = ("scipy", "statsforecast", "statsmodels")


@cache
def program_version() -> str:
    """Twelve hex digits that change with the engine, the statistics, the Atlas that comes along, or a library of theirs."""
    sources = sorted(Path(tasks.numerics.__file__).parent.rglob("*.py")) + sorted(BUNDLED.glob("*.parquet"))
    parts = [engine_version(), *(version(name) for name in LIBRARIES)]
    found = hashlib.sha256("\0".join(parts).encode())
    for path in sources:
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
