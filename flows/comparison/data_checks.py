"""What the data themselves tell, a few seconds into a command and before any server starts."""

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.comparison.places import docs_folder
from flows.comparison.study import Study
from tasks.load import read_members
from tasks.numerics.series.records import name_of
from tasks.numerics.series.validation import RowsNeeded
from tasks.validate import validate

if TYPE_CHECKING:
    from tasks.numerics.problems.problem import Origins


def check_data(study: Study) -> "Origins":
    """The windows of every origin, with all warnings that the data give; raises InputError where the series can't be read whole, fails a critical expectation or can't be cut into windows."""
    records = read_members(study.data)
    docs = docs_folder(name_of(records, study.data))
    series, _ = validate(records, study.data, RowsNeeded.of(study.windows), docs)
    # Imported when the rows are known to be right: both draw along what scores them.
    from tasks.numerics.problems import check_problem
    from tasks.window import long_enough, window

    check_problem(len(records), study.network)
    series = long_enough(series, study.windows)
    origins = window(series, study.windows, study.network.head)
    return replace(origins, warnings=(*series.warnings, *origins.warnings))
