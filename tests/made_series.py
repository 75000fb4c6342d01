"""Small series that tests break in one place each."""

from pathlib import Path

import pandas as pd

Row = list[str]


def rows(count: int = 40, frequency: str = "MS", start: str = "2015-01-01", style: str = "%Y-%m-%d") -> list[Row]:
    """Dates and values that are regular, distinct and right."""
    dates = pd.date_range(start, periods=count, freq=frequency)
    return [[f"{date:{style}}", str(number * number % 17 + number / 10)] for number, date in enumerate(dates)]


def write(path: Path, lines: list[Row], header: str = "date,value", separator: str = ",") -> Path:
    """A CSV file of `lines` under `header`."""
    path.write_text("\n".join([header, *(separator.join(line) for line in lines)]) + "\n")
    return path
