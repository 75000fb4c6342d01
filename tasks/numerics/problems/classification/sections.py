"""The page's sections of classifiers: confusion, votes, calibration, classes, and the data."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tasks.numerics.problems.classification.drawings import shares_of
from tasks.numerics.problems.classification.results import ClassResult
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview, p_value
from tasks.numerics.problems.sections import Definitions, Figures, Paragraph, Rows, Section, Table
from tasks.numerics.wording import NOTHING, few, rounded

Found = Overview[ClassResult]


def sections(overview: Found, drawn: Drawings) -> tuple[Section, ...]:
    """Its own sections, in the order in which a reader asks."""
    return confusion_section(overview.result, drawn), votes_section(overview.result), calibration_section(drawn)


def confusion_section(result: ClassResult, drawn: Drawings) -> Section:
    """Which class is taken for which, and how much of each is told."""
    words = "A row a true class, a column what it is taken for: shares of its test samples, mean over seeds; the diagonal is right."
    figures = Figures(tuple(name for name in drawn if name.startswith("confusion/")))
    table = Table("class-table", ("class", "tested", *result.variants), (class_rows(result),))
    after = Paragraph("Share of each class's test samples that is told, mean over seeds.", soft=True)
    return Section("confusion", "Which class is taken for which", (Paragraph(words, soft=True), figures, after, table))


def class_rows(result: ClassResult) -> Rows:
    """Class, how many test samples it has, and of each variant the share that is told."""
    told = {name: np.diag(shares_of(result, name)) for name in result.variants}
    counts = np.bincount(result.labels, minlength=len(result.windows.classes))
    return [
        (label, str(counts[number]), *(rounded(float(told[name][number]), 3) for name in result.variants))
        for number, label in enumerate(result.windows.classes)
    ]


def votes_section(result: ClassResult) -> Section:
    """McNemar's test."""
    reference = result.comparison.reference
    words = (
        "The class of the highest mean probability over all seeds of a variant: how often it is right, in which samples it alone is "
        f"and in which {reference} alone, and McNemar's exact test of these two counts (after Holm's adjustment over variants)."
    )
    columns = ("variant", "accuracy of the votes", "it alone is right", f"{reference} alone is", "p", "p adjusted")
    rows: Rows = [
        (
            str(row["variant"]),
            rounded(float(row["accuracy"]), 3),
            *((NOTHING,) * 4 if row["variant"] == reference else counted(row)),
        )
        for row in result.votes.to_dict("records")
    ]
    return Section("votes", "Votes of all seeds", (Paragraph(words), Table("vote-table", columns, (rows,))))


def counted(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Cells of a variant that is held against the reference."""
    return (
        str(row["only_variant"]),
        str(row["only_reference"]),
        *(p_value(row[name]) for name in ("p", "p_adjusted")),
    )


def calibration_section(drawn: Drawings) -> Section:
    """How sure, and how often right."""
    words = (
        "Above the diagonal networks are more often right than they are sure, below it less: they are overconfident. The band holds 5 to "
        "95 % of the seeds."
    )
    names = tuple(name for name in drawn if name.startswith("calibration/"))
    return Section("calibration", "Calibration", (Paragraph(words, soft=True), Figures(names, wide=True)))


def data(result: ClassResult) -> Section:
    """The samples, their classes, features and parts."""
    series, windows = result.series, result.windows
    split, (_, features) = windows.split, result.window_shape
    counts = np.bincount(windows.labels, minlength=len(windows.classes))
    classes = [f"{name} ({count})" for name, count in zip(windows.classes, counts, strict=True)]
    terms = {
        "Samples": series.name + (f": {series.description}" if series.description else ""),
        **({"Source": series.source} if series.source else {}),
        "Windows": f"{result.lengths} time steps, {features} feature{'s' * (features > 1)}: {few(windows.features)}",
        "Classes": few(classes, 30),
        "Parts": f"{split.train} samples to train, {split.validation} to validate, {split.test} to test",
        **({"Groups": f"{len(np.unique(windows.groups))}, each in one part alone"} if windows.grouped else {}),
        "SHA-256": f"`{series.digest}`",
    }
    return Section("data", "Data", (Definitions(terms),))
