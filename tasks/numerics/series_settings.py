"""What can be set of the series, declared once, as all else is in `settings`."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

Aggregate = Literal["none", "sum", "mean", "last"]
INDEX: Final = "index"
"""The frequency of rows that are an ordered sequence and no calendar."""


@dataclass(frozen=True)
class SeriesSpec:
    """Which series, and how its file is read."""

    series: Annotated[
        str,
        Field(
            min_length=1,
            description="Bundled series by name, or path to a CSV or Parquet file; several with commas between them: a panel, one network for all. Or a folder of such files, one below the other; an address (https://, s3://); a database's address, with --query.",
        ),
    ] = "antidiabetic_drugs"
    query: Annotated[
        str, Field(description="What a database is asked, such as 'select day, sold from sales'; beside its address.")
    ] = ""
    id: Annotated[
        str,
        Field(description="Column that tells the series of a file apart, in long form: a panel, one network for all."),
    ] = ""
    date: Annotated[str, Field(description="Date column; guessed where only one fits.")] = ""
    date_format: Annotated[str, Field(description="How dates are written, such as %d/%m/%Y, or s (Unix times).")] = ""
    decimal: Annotated[
        str,
        Field(
            description="Decimal mark of the numbers in a text file, . or , (a comma); found out where only one fits."
        ),
    ] = ""
    value: Annotated[str, Field(description="Value column; guessed where only one fits.")] = ""
    frequency: Annotated[
        str,
        Field(
            description="pandas alias of the period (MS, W-SAT, B, ...); 'index' takes the rows as an ordered sequence; inferred where empty."
        ),
    ] = ""
    aggregate: Annotated[Aggregate, Field(description="How finer records become one value a period.")] = "none"
    drop_partial: Annotated[bool, Field(description="Drop periods that the records do not cover whole.")] = False
    coverage: Annotated[
        str,
        Field(
            description="Column that says how much of its period a row covers, and how much is whole, such as days=7."
        ),
    ] = ""
    features: Annotated[
        tuple[str, ...],
        Field(
            description="Further columns that a forecast sees, up to the last period before it; aggregated as the value is."
        ),
    ] = ()
    known_future: Annotated[
        tuple[str, ...],
        Field(
            description="Columns whose values are known ahead, such as planned prices: seen for the forecast's periods too."
        ),
    ] = ()
    calendar: Annotated[
        tuple[str, ...],
        Field(
            description="Cycles of the calendar, known ahead, as sine and cosine: month, quarter, week, day, weekday, day_of_year, hour, minute."
        ),
    ] = ()
    bounds: Annotated[
        tuple[float, ...], Field(description="Least and greatest value allowed, two numbers; not checked where empty.")
    ] = ()
    suite: Annotated[
        str, Field(description="Your own Great Expectations suite (its JSON file), run on the raw columns too.")
    ] = ""
    samples: Annotated[
        str,
        Field(
            description="Labelled windows, in the place of a series: an .npz file with X (n, T, F) and y, a CSV or Parquet file in long form (--id, --label), a folder of CSV files in folders by class, or one of those that `interlayer series` lists. Windows may be of several lengths."
        ),
    ] = ""
    label: Annotated[str, Field(description="Column with the class of each sample, in long form.")] = ""
    group: Annotated[
        str,
        Field(
            description="Column of what samples belong to, such as a person, in long form: all samples of a group stand in one part, and are one when it is told how sure a verdict is."
        ),
    ] = ""
