"""The newest rows of what a champion forecasts: read, held to the same expectations, with the plans after them."""

from dataclasses import replace

from flows.comparison.data_checks import at_once
from flows.comparison.places import docs_folder
from flows.sources.bringing import bring_anew, read_from_source
from flows.studies.study import Study
from tasks.numerics.champions.inputs import Periods, periods_of_series, with_plans
from tasks.numerics.champions.kept import Kept
from tasks.numerics.champions.plans import without_plans
from tasks.numerics.errors import InputError
from tasks.numerics.series.series import Series
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import OutputSpec
from tasks.numerics.wording import few
from tasks.validate import validate


def latest_periods(kept: Kept, series: str = "") -> tuple[Series, tuple[Periods, ...]]:
    """Every series of the champion that the newest rows hold, or those of another source; raises InputError where they can't be used.

    They are held to the suite that a comparison holds them to, but that fewer rows do.
    """
    bring_anew()
    spec, given = read_from_source(source(kept, series), at_once)
    both = [without_plans(one, spec) for one in given]
    records = tuple(one for one, _ in both)
    needs = RowsNeeded(kept.windows.lookback, 1, 1, 1, kept.windows.lost_rows)
    found, _ = validate(records, spec, needs, docs_folder(f"{kept.name} newest rows"))
    if kept.frequency != found.frequency:
        raise InputError(
            f"The newest rows of {found.name} are of the frequency {found.frequency}, and the champion {kept.name} forecasts {kept.frequency}. "
            "Expected the same: check the source, or compare again under another name."
        )
    plans = {one.name: ahead for one, ahead in both}
    return found, of_champion(kept, with_plans(periods_of_series(found), plans))


def of_champion(kept: Kept, periods: tuple[Periods, ...]) -> tuple[Periods, ...]:
    """Those that the champion forecasts, in its order; raises InputError where there are none."""
    if not kept.is_panel:
        if len(periods) == 1:
            return periods
        own = tuple(one for one in periods if one.name == kept.members[0].name)
    else:
        by_name = {one.name: one for one in periods}
        own = tuple(by_name[one.name] for one in kept.members if one.name in by_name)
    if not own:
        raise InputError(
            f"None of the series {few([one.name for one in periods])} is one that the champion {kept.name} forecasts. Expected some of "
            f"{few([one.name for one in kept.members])}."
        )
    return own


def source(kept: Kept, series: str = "") -> SeriesSpec:
    """How the newest rows are read: as the comparison read them, from where it did unless another source is given."""
    return replace(kept.data, series=series) if series else kept.data


def asked_for(series: str, output: str) -> Study:
    """What a forecast is asked to read and to write beside its own, as settings: to tell whether a run of the dashboard may."""
    return Study(data=SeriesSpec(series=series) if series else SeriesSpec(), output=OutputSpec(output=output))
