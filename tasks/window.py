"""Window: a validated series as the windows that its networks are trained and tested on."""

from dataclasses import replace

import numpy as np

from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.problem import Origins
from tasks.numerics.series.panel_windows import fitting
from tasks.numerics.series.series import Series
from tasks.numerics.series.still_parts import still_parts
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.wording import few


def long_enough(series: Series, spec: WindowSpec) -> Series:
    """The series, with a warning of what was left out; of a panel without what is too short where `drop_short` asks for it."""
    found = fitting(series, spec)
    if not found.left_out:
        return found
    said = f"--drop-short left out {len(found.left_out):,} series, too short for the parts: {few(found.left_out, 5)}"
    more = " (all in summary.json)" if len(found.left_out) > 5 else ""
    return replace(found, warnings=(*found.warnings, f"{said}{more}."))


def window(series: Series, spec: WindowSpec, network: NetworkSpec) -> Origins:
    """The windows of every training end, with a warning where nothing moves in the test part; raises InputError where a part would be empty."""
    origins = PROBLEMS[network.head].origins(series, spec, network)
    tested = np.concatenate([one.first_rows for one in origins.windows])
    return replace(origins, warnings=(*origins.warnings, *still_parts(series, tested)))
