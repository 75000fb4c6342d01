"""Window: a validated series as the windows that its networks are trained and tested on."""

from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.problem import Origins
from tasks.numerics.series.series import Series
from tasks.numerics.settings import Head, WindowSpec


def window(series: Series, spec: WindowSpec, head: Head) -> Origins:
    """The windows of every training end; raises InputError where a part would be empty."""
    return PROBLEMS[head].origins(series, spec)
