"""The ledger of the Atlas: a file a series, network and variant, whole or not there at all, under a key of all that decides it."""

from pathlib import Path

from flows.blocks.sealed_arrays import read_arrays, write_arrays
from flows.environment import MLRUNS
from tasks.numerics.atlas.measured import Measured

COLLECTED = MLRUNS / "atlas"
"""Everything of the Atlas: its parts, and the table and the page where no other folder is named."""
PARTS = COLLECTED / "parts"


def part_file(key: str, seeds: range) -> Path:
    """Where a part of this key and these seeds is kept."""
    return PARTS / f"{key}-{seeds[0]}-{seeds[-1]}"


def keep_part(file: Path, found: Measured) -> None:
    """Writes a part down: from here on it is never trained again."""
    about = {"variant": found.variant, "seconds": found.seconds}
    write_arrays(file, about, {"forecasts": found.forecasts, "losses": found.losses, "dead_units": found.dead_units})


def read_part(file: Path) -> Measured | None:
    """What was kept; None where nothing is, or it is not as it was written."""
    kept = read_arrays(file)
    if kept is None:
        return None
    about, arrays = kept
    return Measured(
        variant=about["variant"],
        forecasts=arrays["forecasts"],
        losses=arrays["losses"],
        dead_units=arrays["dead_units"],
        seconds=about["seconds"],
    )
