"""The data of a comparison, read and validated: a series, a panel, or labelled windows."""

from collections.abc import Callable
from typing import Any

from flows.comparison.places import docs_folder
from flows.sources.bringing import read_from_source
from flows.studies.study import Study
from tasks.load_samples import read_samples
from tasks.numerics.problems import check_problem, check_settings
from tasks.numerics.series.records import name_of
from tasks.numerics.series.series import Series
from tasks.numerics.series.validation import RowsNeeded, Validation
from tasks.validate import validate
from tasks.validate.samples import validate_samples


def validated(study: Study, run: Callable[..., Any]) -> tuple[Series, Validation]:
    """The data, and every expectation that they were held to; `run` calls a verb with its arguments. Raises InputError on what can't be used."""
    check_settings(study.data.samples, study.windows, study.network, study.training, study.comparison)
    if study.data.samples:
        check_problem(1, study.network)
        samples = run(read_samples, study.data)
        return run(validate_samples, samples, docs_folder(samples.name))  # type: ignore[no-any-return]
    spec, records = read_from_source(study.data, run)
    check_problem(len(records), study.network)
    docs = docs_folder(name_of(records, spec))
    return run(validate, records, spec, RowsNeeded.of(study.windows), docs)  # type: ignore[no-any-return]
