"""A forecast as files for other programs: CSV and Parquet, whole or not at all."""

from pathlib import Path
from typing import Final

import pandas as pd

from tasks.numerics.whole_files import write_whole

FORECAST: Final = "forecast.json"
"""The ledger's file in the folder of a forecast."""


def write_forecast(folder: Path, table: pd.DataFrame) -> None:
    """`forecast.csv` and `forecast.parquet`: a row a series and step, numbers in all their digits."""
    write_whole(folder / "forecast.csv", table.to_csv(index=False))
    write_whole(folder / "forecast.parquet", table.to_parquet(index=False))
