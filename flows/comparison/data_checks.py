"""What the data themselves tell, a few seconds into a command and before any server starts."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.comparison.first_checks import tell_cost
from flows.comparison.given_data import validated
from flows.studies.study import Study
from tasks.numerics.series.sources import is_address

if TYPE_CHECKING:
    from tasks.numerics.problems.problem import Origins


def check_data(study: Study) -> "Origins":
    """The windows of every origin, with all warnings that the data give; raises InputError where the series can't be read whole, fails a critical expectation or can't be cut into windows."""
    series, _ = validated(study, at_once)
    # Imported when the rows are known to be right: it draws along what scores them.
    from tasks.window import long_enough, window

    series = long_enough(series, study.windows)
    origins = window(series, study.windows, study.network)
    if study.data.samples:
        windows = origins.trained[0].inputs
        tell_cost(study.with_network(origins.network), len(windows), windows.shape[1:])
    elif is_address(study.data.series):  # of a file, the rows were known before it was read
        tell_cost(study, len(series.values))
    return replace(origins, warnings=(*series.warnings, *origins.warnings))


def at_once(verb: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a verb, with no runner between."""
    return verb(*arguments)
