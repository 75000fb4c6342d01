"""What was measured once is kept, and found again as long as neither its settings, the engine nor the way it is measured change."""

import hashlib
import inspect
import json
from collections.abc import Callable

from flows.environment import MLRUNS
from tasks.numerics.networks.seed_blocks import engine_version
from tasks.numerics.whole_files import write_whole

FOLDER = MLRUNS / "literature"


def kept(measure: Callable[..., dict], **settings) -> dict:
    """`measure(**settings)`, a dictionary of JSON values, computed where it is not known."""
    told = json.dumps([inspect.getsource(measure), settings, engine_version()], sort_keys=True)
    file = FOLDER / f"{measure.__name__}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"
    if not file.exists():
        write_whole(file, json.dumps(measure(**settings), indent=1))
    return json.loads(file.read_text())
