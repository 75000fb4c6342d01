"""Window: a validated series as the windows that its networks are trained and tested on."""

from dataclasses import replace

import numpy as np

from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.problem import Origins
from tasks.numerics.series.series import Series
from tasks.numerics.series.still_parts import still_parts
from tasks.numerics.settings import Head, WindowSpec


def window(series: Series, spec: WindowSpec, head: Head) -> Origins:
    """The windows of every training end, with a warning where nothing moves in the test part; raises InputError where a part would be empty."""
    origins = PROBLEMS[head].origins(series, spec)
    tested = np.concatenate([one.first_rows for one in origins.windows])
    return replace(origins, warnings=(*origins.warnings, *still_parts(series, tested)))
