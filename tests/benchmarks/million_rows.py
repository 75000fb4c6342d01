"""A million rows from the file up to the windows: processor seconds and peak memory of each stage.

    python tests/benchmarks/million_rows.py [--rows 1000000] [--only right]

Great Expectations' own start, about two seconds of imports, stands apart. Each case is a process of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parents[2]


def right(table: pd.DataFrame) -> pd.DataFrame:
    """A value a minute."""
    return table


def texts(table: pd.DataFrame) -> pd.DataFrame:
    """No value can be read."""
    return table.assign(value=table["value"].astype("str") + " kWh")


def holes(table: pd.DataFrame) -> pd.DataFrame:
    """Every other value is missing."""
    return table.assign(value=table["value"].where(np.arange(len(table)) % 2 == 0))


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    """No order."""
    return table.sample(frac=1, random_state=0)


def future(table: pd.DataFrame) -> pd.DataFrame:
    """Every date is still to come."""
    return table.assign(date=table["date"] + pd.Timedelta(days=30_000))


def doubled(table: pd.DataFrame) -> pd.DataFrame:
    """Every row stands twice."""
    return pd.concat([table, table]).sort_index(kind="stable")


def shops(table: pd.DataFrame) -> pd.DataFrame:
    """A hundred series, one below the other."""
    each = len(table) // 100
    dates = np.tile(table["date"].iloc[:each], 100)
    return pd.DataFrame(
        {"date": dates, "value": table["value"].iloc[: each * 100], "id": np.repeat(np.arange(100), each)}
    )


CASES = {one.__name__: one for one in (right, texts, holes, shuffled, future, doubled, shops)}


def made(rows: int) -> pd.DataFrame:
    """A wave with noise."""
    values = np.sin(np.arange(rows) / 100) + 0.1 * np.random.default_rng(0).normal(size=rows)
    return pd.DataFrame({"date": pd.date_range("2015-01-01", periods=rows, freq="min"), "value": values.round(3)})


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Prints processor seconds of a stage, and the most memory that the process has had until then."""
    begun = time.process_time()
    try:
        yield
    finally:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"  {name:<10} {time.process_time() - begun:6.1f} s   peak {peak:5.2f} GB", flush=True)


def run(case: str, file: Path) -> None:
    """Everything that a command does before anything is trained."""
    with measured("imports"):
        import great_expectations as gx

        from flows.comparison.first_checks import check_files
        from tasks.load import read_members
        from tasks.numerics.errors import InputError
        from tasks.numerics.problems import check_problem  # noqa: F401
        from tasks.numerics.series.validation import RowsNeeded
        from tasks.numerics.series_settings import SeriesSpec
        from tasks.numerics.settings import NetworkSpec, WindowSpec
        from tasks.validate import validate
        from tasks.window import window

        gx.get_context(mode="ephemeral")
    spec, windows = SeriesSpec(series=str(file), id="id" if case == "shops" else "", value="value"), WindowSpec()
    with measured("outline"):
        check_files(spec, [spec.series])
    with measured("read"):
        records = read_members(spec)
    try:
        with measured("validate"):
            series, _ = validate(records, spec, RowsNeeded.of(windows), file.parent / "docs")
        with measured("window"):
            window(series, windows, NetworkSpec())
    except InputError as error:
        print(f"  refused in {len(str(error).splitlines())} lines: {str(error).splitlines()[1][:90]}")


def main() -> None:
    """Every case, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file:
        return run(given.only, given.file)
    for case in [given.only] if given.only else CASES:
        print(f"{case}: {CASES[case].__doc__} {given.rows:,} rows")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.csv"
            CASES[case](made(given.rows)).to_csv(file, index=False)
            arguments = [sys.executable, __file__, "--only", case, "--file", str(file)]
            state = {"INTERLAYER_HOME": folder, "PYTHONPATH": str(PROJECT)}
            subprocess.run(arguments, env=os.environ | state, check=True)
    return None


if __name__ == "__main__":
    main()
