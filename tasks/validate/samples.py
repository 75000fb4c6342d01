"""Labelled windows held to expectations, a row a sample."""

from pathlib import Path

from tasks.numerics.series.checked_tables import Check, Held
from tasks.numerics.series.samples import FEWEST_OF_A_CLASS, ReadSamples, Samples, samples_of
from tasks.numerics.series.validation import InvalidSeriesError, Validation
from tasks.validate.held_tables import context_of, hold
from tasks.validate.kept import FIRST_PAGE

RARE = 10
"""Samples of a class, below which little can be said of it."""


def validate_samples(read: ReadSamples, docs: Path) -> tuple[Samples, Validation]:
    """The samples, and every expectation that they were held to; Data Docs go into `docs`. Raises InputError where there are too few of a class."""
    samples_of(read)
    context = context_of(docs)
    found = hold(context, held_to(read), "")
    context.build_data_docs()
    validation = Validation(read.name, read.source, tuple(found), docs / FIRST_PAGE)
    if validation.failed:
        raise InvalidSeriesError(validation)
    return samples_of(read, tuple(one.sentence for one in found if not one.success)), validation


def held_to(read: ReadSamples) -> Held:
    """A row a sample, and what it is held to."""
    table = read.table
    table["of its class"] = table.groupby("label")["label"].transform("size")
    counts = {"column": "of its class", "min_value": FEWEST_OF_A_CLASS}
    few = {"column": "of its class", "min_value": RARE}
    between = "expect_column_values_to_be_between"
    rare = "Join rare classes, or leave them out: what is said of them stands on little."
    checks = (
        Check(
            "expect_column_values_to_not_be_null",
            {"column": "label"},
            "",
            "every sample has a class",
            "Give each its class.",
        ),
        Check(
            "expect_column_values_to_be_unique", {"column": "sample"}, "", "each sample stands once", "Keep each once."
        ),
        Check(
            "expect_column_values_to_be_between",
            {"column": "steps", "min_value": 1},
            "",
            "every sample has a time step",
            "Leave empty ones out.",
        ),
        Check(between, counts, "", f"there are {FEWEST_OF_A_CLASS} samples of each class", rare),
        Check(between, few, "", f"there are {RARE} samples of each class", rare, "warning"),
    )
    return Held("samples", table, "sample", checks)
