"""What a series must be before anything is trained on it: the suite."""

import numpy as np
import pandas as pd

from tasks.numerics.series.checked_tables import LARGEST, WRITTEN, Check, Held, filled, numbers, spread, varied
from tasks.numerics.series.frequencies import infer_frequency, offset_of, with_holidays
from tasks.numerics.series.periods import MOSTLY_SINGLE, label_end
from tasks.numerics.series.records import Records, covariate_key
from tasks.numerics.series.validation import TOO_SHORT, RowsNeeded
from tasks.numerics.series_settings import INDEX, SeriesSpec


def held_to(records: Records, spec: SeriesSpec, needs: RowsNeeded) -> tuple[Held, ...]:
    """The tables of `records` with their checks: one table where rows are periods, else records and periods apart."""
    read = (*_columns(records), *_dates(records), *_values(records), *_coverage(records), *_covariates(records))
    used = (*_calendar(records), *_periods(records), *_enough(records, spec, needs))
    names = _names(records)
    if records.aggregated or records.dropped:
        place = "period" if records.aggregated else records.place
        records_held = Held("records", records.rows, records.place, read, names)
        return records_held, Held("series", records.periods, place, used, names)
    return (Held("series", records.periods, records.place, read + used, names),)


def _names(records: Records) -> dict[str, str]:
    names = {"value": records.value_column, "value_text": records.value_column + WRITTEN, "place": "place in the file"}
    if records.date_column:
        names |= {"date": records.date_column, "date_text": records.date_column + WRITTEN}
    if records.coverage_column:
        names |= {"covered": records.coverage_column, "covered_text": records.coverage_column + WRITTEN}
    for number, name in enumerate(records.covariates):
        names |= {covariate_key(number): name, f"{covariate_key(number)}_text": name + WRITTEN}
    return names


def _columns(records: Records) -> list[Check]:
    named = (records.date_column, records.value_column, records.coverage_column, *records.covariates)
    wanted = [name for name in named if name]
    remedy = "Name the columns by --date and --value."
    return [Check("expect_column_to_exist", {"column": name}, "", "the column is there", remedy) for name in wanted]


def _dates(records: Records) -> list[Check]:
    name = records.date_column
    if not name:
        return []
    remedies = (
        "Give each row its date, or take the row out.",
        "Write dates as YYYY-MM-DD, and take out rows that are of no date, such as sums.",
    )
    checks = filled(name, "every date can be read", "date", remedies, of="date")
    if pd.api.types.is_datetime64_any_dtype(records.rows["date"]):
        checks.append(_not_future(records))
    unique, increasing = "expect_column_values_to_be_unique", "expect_column_values_to_stand_in_order"
    if not records.aggregated:
        # Increasing, and unique: together strictly increasing, but a double date is told once.
        once = (
            "Keep one row a date; where a date's rows belong together, add them up: --aggregate sum with a --frequency."
        )
        checks.append(
            Check(increasing, {"column": name}, "order", "dates increase", "Sort the rows by date, oldest first.")
        )
        checks.append(Check(unique, {"column": name}, "double", "each date stands once", once))
    elif records.rows["date"].nunique() > MOSTLY_SINGLE * len(records.rows):
        counted = "Each of them was counted: take out the rows that are there twice by mistake."
        checks.append(Check(unique, {"column": name}, "double", "each date stands once", counted, "warning"))
    return checks


def _not_future(records: Records) -> Check:
    now = pd.Timestamp.now()
    latest = now if records.aggregated or records.frequency == INDEX else max(now, label_end(now, records.frequency))
    not_after = {"column": records.date_column, "latest": latest.isoformat()}
    remedy = "Mend mistyped years, and take out forecasts: a comparison is made on what has happened."
    return Check(
        "expect_column_values_to_be_not_after", not_after, "when", f"no date is in the future ({now:%Y-%m-%d})", remedy
    )


def _values(records: Records) -> list[Check]:
    name = records.value_column
    if records.aggregated:
        missing = "Fill in the values, or take the rows out: their periods then count as partial."
    else:
        missing = "Fill in the values, or cut the series to a stretch without holes."
    return numbers(name, missing)


def _covariates(records: Records) -> list[Check]:
    remedy = "Fill in the values, or leave the column out: a forecast needs all that it sees."
    return [
        check
        for number, name in enumerate(records.covariates)
        for check in numbers(name, remedy, covariate_key(number))
    ]


def _coverage(records: Records) -> list[Check]:
    if not records.coverage_column:
        return []
    whole = float(records.periods["whole"].max()) if len(records.periods) else 0.0
    texts = (
        "Say for each row how much of its period it covers.",
        "Write numbers into the column that --coverage names.",
    )
    within = {"column": records.coverage_column, "min_value": 0, "max_value": whole}
    more = f"Pass what a whole period has: --coverage {records.coverage_column}=N."
    return [
        *filled(records.coverage_column, "every value is a number", "covered", texts, of="covered"),
        Check("expect_column_values_to_be_between", within, "covered", f"no row covers more than {whole:g}", more),
    ]


def _calendar(records: Records) -> list[Check]:
    name, alias = records.date_column, records.frequency
    if alias == INDEX or (records.aggregated and not records.dropped):
        return []
    of = {"column": name, "frequency": alias}
    on, gap = "expect_column_values_to_fall_on_frequency", "expect_column_values_to_leave_no_gap"
    checks = [
        Check(on, of, "irregular", f"every row is a whole period of {alias}", _regular_remedy(records)),
        Check(gap, of, "gap", f"no period of {alias} is missing", _gap_remedy(records)),
    ]
    dates = pd.DatetimeIndex(records.periods["date"].dropna().sort_values().unique())
    if alias == "C" and with_holidays(dates).holidays:
        taken = "They are taken as holidays, and the rows beside them as neighbours."
        checks.append(Check(gap, {**of, "frequency": "B"}, "gap", "every weekday has a row", taken, "warning"))
    return checks


def _regular_remedy(records: Records) -> str:
    dates = pd.DatetimeIndex(records.rows["date"].dropna().sort_values().unique())
    looks, wanted = infer_frequency(dates), records.frequency
    plain = "Pass --frequency index, which takes the rows as they are, as an ordered sequence"
    if looks in ("", wanted):
        return f"{plain}; or where finer records exist, pass those with --aggregate sum, mean or last."
    if len(dates) and dates[0] + offset_of(looks) < dates[0] + offset_of(wanted):
        return f"The dates look like {looks}: add them up to {wanted} by --aggregate sum (or mean, last), or pass --frequency {looks}."
    return f"The dates look like {looks}: pass --frequency {looks}. {plain.replace('Pass', 'Or pass')}."


def _gap_remedy(records: Records) -> str:
    if records.aggregated:
        return (
            "These periods were partial and dropped. Fill in their records, or leave out --drop-partial: partial periods "
            "are then kept, with a warning."
        )
    dropped = (
        " Partial periods in between were dropped; leave out --drop-partial to keep them." if records.dropped else ""
    )
    holidays = {
        "B": " Where they are holidays, pass --frequency C.",
        "C": " Holidays are at most two weekdays in a row, and at most one weekday in twenty.",
    }.get(records.frequency, "")
    return f"Fill in the missing rows.{dropped}{holidays} Or pass --frequency index, which takes the rows as an ordered sequence."


def _periods(records: Records) -> list[Check]:
    checks = []
    if records.aggregated:
        filled = {"column": records.value_column}
        remedy = "Fill in the records of these periods, or cut the series to a stretch without holes."
        checks.append(
            Check("expect_column_values_to_not_be_null", filled, "partial", "every period has records", remedy)
        )
    if "whole" in records.periods:
        pair = "expect_column_pair_values_a_to_be_greater_than_b"
        both = {
            **{"column_A": records.coverage_column or "covered", "column_B": "whole", "or_equal": True},
            "ignore_row_if": "either_value_is_missing",
        }
        drop = "They look like collapses and are none: drop them by --drop-partial."
        checks.append(Check(pair, both, "partial", "every period is whole", drop, "warning"))
    return checks


def _enough(records: Records, spec: SeriesSpec, needs: RowsNeeded) -> list[Check]:
    name = records.value_column
    rows = Check("expect_table_row_count_to_be_between", {"min_value": needs.rows}, "", needs.asks, TOO_SHORT)
    constant = "There is nothing to forecast in a constant series: pass another column by --value."
    checks = [rows]
    if _holds_values(records, "value"):
        checks.append(varied(name, "the series is not constant", constant))
    nothing = "A constant column says nothing: leave it out of --features and --known-future."
    for number, covariate in enumerate(records.covariates):
        if _holds_values(records, covariate_key(number)):
            checks.append(varied(covariate, "the column is not constant", nothing, covariate_key(number)))
    own = {"value": name, **{covariate_key(number): column for number, column in enumerate(records.covariates)}}
    # Of what is constant, infinite or too large, that was said.
    told = {key for key in own if records.periods[key].nunique() < 2 or records.periods[key].abs().max() > LARGEST}
    checks += [spread(column) for key, column in own.items() if key not in told]
    if spec.bounds:
        between = {"column": name, "min_value": spec.bounds[0], "max_value": spec.bounds[1]}
        asks = f"every value is from {spec.bounds[0]:g} to {spec.bounds[1]:g}"
        checks.append(
            Check("expect_column_values_to_be_between", between, "value", asks, "Mend the values or --bounds.")
        )
    return checks


def _holds_values(records: Records, key: str) -> bool:
    """Whether a column holds a finite number: of one that can't be read it is no second fault that nothing varies in it."""
    return bool(np.isfinite(records.periods[key].to_numpy(np.float64)).any())
