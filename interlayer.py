"""Does an activation function in or between my LSTM layers help, on my series? Answered with evidence.

    import interlayer as il
    answer = il.compare("sales.csv", activations=["relu"], seeds=30)

`compare` takes every setting of the command line by the same name; `il.settings()` lists them.
"""

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import inspect

    import pandas as pd

    from flows.compared import Compared

__all__ = ["compare", "series", "settings"]
_HERE = Path(__file__).resolve().parent


def _own_packages() -> None:
    """Imports `flows` and `tasks` from beside this file, whatever folders of these names stand elsewhere."""
    sys.path.insert(0, str(_HERE))
    try:
        for name in ("flows", "tasks"):
            found = import_module(name)
            place = Path(str(found.__file__ or next(iter(found.__path__)))).resolve()
            if _HERE not in place.parents:
                raise ImportError(
                    f"interlayer needs its own package {name!r}, and {place} was imported under that name before. "
                    "Import interlayer first, or rename yours."
                )
    finally:
        sys.path.remove(str(_HERE))


_own_packages()
import_module("flows.environment").set_environment()

try:
    __version__ = version("interlayer")
except PackageNotFoundError:
    __version__ = "0"


class _Compare:
    """Compare activation variants of an LSTM on a series, over many seeds, with baselines beside them.

    `series` is a path, the name of a bundled series, several of these, a pandas Series with its dates as index, or a frame
    in long form. Further settings have the names of the command line's flags; `preset` takes a set of them. What was trained
    before is not trained again. Nothing is tracked and no server is started unless `track`. Raises ValueError for what can be
    mended.
    """

    @property
    def __signature__(self) -> "inspect.Signature":
        """Every setting with its default."""
        found: inspect.Signature = import_module("flows.notebook").signature()
        return found

    def __call__(
        self,
        series: "str | Path | list[str] | pd.Series | pd.DataFrame" = "antidiabetic_drugs",
        *,
        track: bool = False,
        **settings: Any,
    ) -> "Compared":
        """The comparison, to look at, to draw, to write and to forecast with."""
        compared: Compared = import_module("flows.notebook").compare(series, track, settings)
        return compared


compare = _Compare()


def series() -> "pd.DataFrame":
    """The bundled series: name, frequency, season length, rows, unit, description, source."""
    found: pd.DataFrame = import_module("flows.notebook").bundled()
    return found


def settings() -> "pd.DataFrame":
    """Every setting of `compare`: group, name, default, what it is."""
    found: pd.DataFrame = import_module("flows.notebook").described()
    return found
