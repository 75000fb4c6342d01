"""Whether compiled programs are really found again: tried by two processes, one after the other, in a folder of their own."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flows.environment import COMPILED, PROJECT
from flows.upkeep.conditions import Condition, counted, size

SECONDS = 240


@dataclass(frozen=True)
class Tried:
    """A process that took the small program."""

    seconds: float = 0.0
    files: int = 0
    """Kept in its home when it had ended."""
    said: str = ""
    """Why it failed; empty where it did not."""


def programs() -> Condition:
    """What is kept, and whether a second process needs to compile what a first one has compiled."""
    files = [path for path in COMPILED.glob("*") if path.is_file()]
    others = [path for path in COMPILED.parent.glob("*") if path != COMPILED]
    kept = f"{counted(len(files), 'file')}, {size(sum(path.stat().st_size for path in files))}"
    kept += f"; of other processors: {counted(len(others), 'folder')}" if others else ""
    with tempfile.TemporaryDirectory(prefix="interlayer-doctor-") as home:
        tried = [tried_in(home) for _ in range(2)]
    if failed := next((one for one in tried if one.said), None):
        return Condition("programs", "broken", f"{kept}; a small one could not be compiled: {failed.said}")
    first, second = tried
    words = f"{kept}; a small one took {first.seconds:.1f} s, a second process {second.seconds:.1f} s"
    if second.files > first.files:
        mend = "Every command compiles anew: correct, but slower. A processor that hides what it can do is the usual cause."
        return Condition("programs", "look", f"{words}, and did not find it", mend)
    return Condition("programs", "well", f"{words}: it was found again")


def tried_in(home: str) -> Tried:
    """What comes of a process that takes the small program in a home of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.upkeep.small_program"],
            env={name: value for name, value in os.environ.items() if "XLA_FLAGS" not in name}
            | {"INTERLAYER_HOME": home},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Tried(said=f"it was not done in {SECONDS} s")
    if done.returncode:
        return Tried(said=done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}")
    files = sum(path.suffix in (".pb", ".functions") for path in Path(home, "compiled").rglob("*"))
    return Tried(json.loads(done.stdout.strip().rpartition("\n")[2])["seconds"], files)
