"""Validate: a Great Expectations suite stands between a file and everything that is trained on it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.safe_names import safe_name
from tasks.numerics.series.checked_tables import Held
from tasks.numerics.series.expectations import held_to
from tasks.numerics.series.held_checks import asked_before, panel_table, to_be_told
from tasks.numerics.series.records import Records, name_of, to_series
from tasks.numerics.series.series import Series
from tasks.numerics.series.short_series import long_enough
from tasks.numerics.series.user_suites import read_suite
from tasks.numerics.series.validation import Expectation, InvalidSeriesError, RowsNeeded, Validation
from tasks.numerics.series_settings import SeriesSpec
from tasks.validate.held_tables import context_of, hold, hold_to_own
from tasks.validate.kept import FIRST_PAGE, digest_of, forget_outcomes, keep_outcomes, kept_outcomes
from tasks.validate.own_suites import own_suite

PAGES = 20
"""Series of a panel up to which each has a page; of more, those have one of which something is to be told, as many at most."""

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext


def validate(
    members: tuple[Records, ...], spec: SeriesSpec, needs: RowsNeeded, docs: Path
) -> tuple[Series, Validation]:
    """The series of values (M,) in the records, or the panel of several, and every expectation that each was held to.

    Data Docs go into `docs`. Raises `InvalidSeriesError` where a critical expectation fails, `InputError` where the suite
    is none, or a member of a panel is too short. What was passed before, on the same rows, is not held again.
    """
    name = name_of(members, spec)
    members, left_out = long_enough(members, needs)
    digest = digest_of(members, spec, needs)
    known = kept_outcomes(docs, digest)
    found = known or _outcomes(members, spec, needs, docs)
    lone = len(members) == 1
    source = "; ".join(sorted({one.path for one in members}))
    named = [
        expectation if lone else replace(expectation, column=", ".join(filter(None, (one.name, expectation.column))))
        for one, own in zip(members, found, strict=True)
        for expectation in own
    ]
    validation = Validation(name, source, tuple(named), docs / FIRST_PAGE)
    if validation.failed:
        raise InvalidSeriesError(validation)
    if not known:
        keep_outcomes(docs, digest, found)
    series = tuple(
        to_series(one, spec, tuple(failed.sentence for failed in own if not failed.success))
        for one, own in zip(members, found, strict=True)
    )
    whole = replace(series[0], name=name) if lone else Series.panel(name, series)
    return replace(whole, left_out=left_out), validation


def _outcomes(members: tuple[Records, ...], spec: SeriesSpec, needs: RowsNeeded, docs: Path) -> list[list[Expectation]]:
    """Every expectation that each member was held to; the pages go into `docs`."""
    forget_outcomes(docs)
    if spec.suite:
        own_suite(spec.suite, "")
    context = context_of(docs)
    lone = len(members) == 1
    needs = needs if lone else needs.fewest
    # Great Expectations takes a third of a second a series: of many, it is asked of those alone of which something is to be told.
    many = len(members) > PAGES
    found = [asked_before(one, spec, needs) if many and not spec.suite else [] for one in members]
    for number in to_be_told(found, PAGES):
        page = "" if lone else _page_name(number + 1, members[number])
        found[number] = _held(context, members[number], spec, needs, page)
    if many:
        table, checks = panel_table([one.name for one in members], found)
        hold(context, Held("all series", table, "series", checks), "")
    context.build_data_docs()
    return found


def _page_name(number: int, records: Records) -> str:
    """What the Data Docs call a series of a panel: a folder of its own, whatever its id is."""
    return f"{number} {safe_name(records.name)} "


def _held(
    context: "EphemeralDataContext", records: Records, spec: SeriesSpec, needs: RowsNeeded, page: str
) -> list[Expectation]:
    found: list[Expectation] = []
    for held in held_to(records, spec, needs):
        # Sums of unreadable records say nothing.
        if not records.aggregated or all(one.success for one in found if one.severity == "critical"):
            found += hold(context, held, page)
    if spec.suite:
        found += hold_to_own(context, own_suite(spec.suite, page), records, f"{read_suite(spec.suite)['name']} (own)")
    return found
