"""Seeded mutations of files and settings, read, checked and cut into windows in process: whatever comes, a message comes of it.

Each number is a seed: the same number makes the same file and the same settings. A fault is an exception that is no
`InputError`, a message of more than ten lines, or more than two seconds of processor time.
"""

import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flows.comparison.checks import check_budget
from flows.comparison.first_checks import check_files, check_rows
from flows.studies.given_settings import study_from
from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.problems import check_problem
from tasks.numerics.series.expectations import held_to
from tasks.numerics.series.failing_rows import Findings
from tasks.numerics.series.periods import Steps
from tasks.numerics.series.records import Records, name_of, to_series
from tasks.numerics.series.series import Series
from tasks.numerics.series.series_flags import names_of
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.window import window

CASES = Path(__file__).parents[1] / "cases"
SECONDS = 2.0
ODD = (
    *(
        "",
        " ",
        "NA",
        "n/a",
        "null",
        "None",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "-0",
        "1,5",
        "1.234,56",
        "$5",
        "5 %",
        "0x1F",
        "1_000",
    ),
    *(
        "TRUE",
        "False",
        "2020-02-30",
        "0000-00-00",
        "9999-12-31",
        "31/12/2019",
        "12/31/2019",
        "24:00",
        "2020-W53",
        "2020Q5",
    ),
    *(
        "1672531200",
        "1672531200000",
        "99999999999999999999",
        "-1",
        "1e5",
        '"',
        '""',
        "'",
        ",",
        "a,b",
        "=1+1",
        "#",
        "é",
        "日本",
        "\0",
    ),
    *(
        "x" * 3000,
        "[bold]",
        "{x}",
        "$x",
        "%s",
        "2020-01-01T00:00:00+25:00",
        "2020-01-01 00:00 UTC",
        "Jan-20",
        "20-Jan",
        "\uff11\uff12",
    ),
)
SETTINGS: dict[str, tuple[Any, ...]] = {
    "date": ("date", "Date", "month", "value", "nowhere", "time", ""),
    "value": ("value", "sold", "date", "nowhere", "Close"),
    "id": ("", "country", "store", "date", "value"),
    "date_format": ("", "%d/%m/%Y", "%m/%d/%Y", "%Y", "s", "ms", "ns", "%Q", "%b-%y", "%d/%m/%y %H:%M"),
    "decimal": ("", "", ".", ",", ";"),
    "frequency": (
        "",
        "D",
        "MS",
        "W-SAT",
        "h",
        "B",
        "C",
        "index",
        "s",
        "QS",
        "YE",
        "bh",
        "3D",
        "100000000D",
        "-1D",
        "zz",
    ),
    "aggregate": ("none", "sum", "mean", "last"),
    "drop_partial": (False, True),
    "coverage": ("", "days=7", "value=1", "=", "value=inf"),
    "features": ((), ("value",), ("promo",), ("visits", "visits")),
    "known_future": ((), ("promo",), ("High", "Low")),
    "calendar": ((), ("month",), ("hour", "weekday"), ("century",)),
    "bounds": ((), (0.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (-1e300, 1e300)),
    "lookback": (1, 3, 11, 500, 10**6, 0),
    "horizon": (1, 2, 30, 10**5),
    "test": (0.2, 0.5, 1, 10, 1e8, 0.999999, 1e-12, float("inf")),
    "validation": (0.2, 0.9, 1, 2.5, float("nan")),
    "origins": (1, 3, 1000),
    "training_window": ("rolling", "expanding"),
    "scaling": ("standard", "minmax", "none"),
    "transform": ("none", "difference", "log", "log_difference"),
    "layout": ("steps", "features"),
    "head": ("forecast", "autoencoder"),
    "layers": ((4,), (10_000,), ()),
    "seeds": (1, 30, 100_000, 10**8),
    "learning_rates": (1, 3, 4, 99),
    "learning_rate_factor": (3.0, 1e6, float("inf")),
}
"""Values that a setting takes now and then."""
Random = np.random.Generator


def files() -> list[Path]:
    """What is mutated: files as people have them, small ones."""
    return sorted(
        path for path in CASES.rglob("*") if path.suffix in (".csv", ".parquet") and path.stat().st_size < 60_000
    )


def picked(random: Random, items: Any) -> Any:
    """One of them."""
    return items[int(random.integers(len(items)))]


def of_lines(change: Callable[[Random, list[bytes]], None]) -> Callable[[Random, bytes], bytes]:
    """A mutation of a file's lines."""

    def mutated(random: Random, content: bytes) -> bytes:
        lines = content.split(b"\n")
        change(random, lines)
        return b"\n".join(lines)

    return mutated


def flipped(random: Random, content: bytes) -> bytes:
    """Some bytes are others."""
    changed = bytearray(content)
    for at in random.integers(len(changed), size=int(random.integers(1, 9))) if changed else []:
        changed[at] = int(random.integers(256))
    return bytes(changed)


def cut_off(random: Random, content: bytes) -> bytes:
    """The end, or the beginning, is missing."""
    at = int(random.integers(len(content) + 1))
    return content[:at] if random.random() < 0.7 else content[at:]


def dropped(random: Random, lines: list[bytes]) -> None:
    """Some lines are gone."""
    for _ in range(int(random.integers(1, 6))):
        if len(lines) > 1:
            lines.pop(int(random.integers(len(lines))))


def doubled(random: Random, lines: list[bytes]) -> None:
    """A line stands twice, the header perhaps."""
    at = int(random.integers(len(lines)))
    lines.insert(int(random.integers(len(lines))), lines[at])


def swapped(random: Random, lines: list[bytes]) -> None:
    """Two lines have changed places."""
    one, other = random.integers(len(lines), size=2)
    lines[one], lines[other] = lines[other], lines[one]


def turned(random: Random, lines: list[bytes]) -> None:
    """The rows stand the other way round, or in no order."""
    rows = lines[1:][::-1] if random.random() < 0.5 else [lines[1:][at] for at in random.permutation(len(lines) - 1)]
    lines[1:] = rows


def replaced(random: Random, lines: list[bytes]) -> None:
    """Some cells hold odd texts, in a whole column perhaps."""
    odd = picked(random, ODD).encode("utf-8", "surrogatepass")
    column, whole = int(random.integers(4)), random.random() < 0.15
    rows = range(len(lines)) if whole else random.integers(len(lines), size=int(random.integers(1, 5)))
    for row in rows:
        cells = lines[row].split(b",")
        cells[min(column, len(cells) - 1)] = odd
        lines[row] = b",".join(cells)


def moved(random: Random, lines: list[bytes]) -> None:
    """The header stands further down, has a title or comments above it, or a second line."""
    above = [b"# a comment", b"A title", b"A title,,", b"sep=,", b"sep=;", b"", b"-,-", b"unit,kWh", b"Ticker,A,A"]
    for _ in range(int(random.integers(1, 4))):
        lines.insert(int(random.integers(3)), picked(random, above))


def separated(random: Random, content: bytes) -> bytes:
    """Another separator, decimal sign or quote."""
    old, new = picked(
        random, ((b",", b";"), (b",", b"\t"), (b",", b"|"), (b".", b","), (b",", b", "), (b",", b'","'), (b"\n", b"\r"))
    )
    return content.replace(old, new)


def encoded(random: Random, content: bytes) -> bytes:
    """Another encoding, or a byte-order mark."""
    text = content.decode("utf-8", "replace") + "é"
    return text.encode(picked(random, ("utf-16", "utf-8-sig", "latin-1", "cp1252", "utf-32", "utf-7")), "replace")


MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(of_lines(one) for one in (dropped, doubled, swapped, turned, replaced, replaced, replaced, moved)),
    *(flipped, cut_off, separated, encoded),
)


def mutated_table(random: Random, table: pd.DataFrame) -> pd.DataFrame:
    """A Parquet file's table with a column of another type, odd cells, or rows in another order."""
    name = picked(random, list(table.columns))
    change = picked(random, ("texts", "objects", "missing", "order", "category", "index", "nested", "none"))
    if change == "texts":
        return table.assign(**{name: table[name].astype("str")})
    if change == "objects":
        cells = table[name].astype("object").tolist()
        cells[int(random.integers(len(cells)))] = picked(random, (None, "NA", b"x", "1e400"))
        return table.assign(
            **{name: pd.Series(cells, dtype="object").map(lambda one: one if one is None else str(one))}
        )
    if change == "missing":
        return table.assign(**{name: table[name].where(random.random(len(table)) > 0.1)})
    if change == "nested":
        return table.assign(nested=[[1, 2]] * len(table))
    if change == "category":
        return table.assign(**{name: table[name].astype("str").astype("category")})
    if change == "index":
        return table.set_index(name)
    return table.sample(frac=1.0, random_state=int(random.integers(1000))) if change == "order" else table.head(0)


def made(random: Random, folder: Path) -> Path:
    """A mutated file."""
    file = picked(random, files())
    if file.suffix == ".parquet" and random.random() < 0.7:
        path = folder / "own.parquet"
        mutated_table(random, pd.read_parquet(file)).to_parquet(path)
        return path
    content = file.read_bytes()
    for _ in range(int(random.integers(0, 4))):
        content = picked(random, MUTATIONS)(random, content)
    path = folder / f"own{file.suffix}"
    path.write_bytes(content)
    return path


def settings(random: Random) -> dict[str, Any]:
    """A few settings that are not the default."""
    names = random.choice(sorted(SETTINGS), size=int(random.integers(0, 5)), replace=False)
    return {str(name): picked(random, SETTINGS[str(name)]) for name in names}


def is_right(records: Records) -> bool:
    """Whether a suite would find nothing that stops a comparison, as far as windows depend on it."""
    periods = records.periods
    columns = [name for name in periods if name == "value" or (name.startswith("covariate") and name[-1].isdigit())]
    if periods.empty or not np.isfinite(periods[columns].to_numpy(np.float64)).all():
        return False
    if records.frequency == INDEX:
        return True
    dates = periods["date"]
    if dates.isna().any() or not dates.is_monotonic_increasing or not dates.is_unique:
        return False
    steps = Steps.of(dates, records.frequency)
    return not (steps.off | steps.short | steps.gap).any()


def described(records: Records, needs: RowsNeeded, spec: SeriesSpec) -> None:
    """The words for rows that fail, for every check that there is."""
    for held in held_to(records, spec, needs):
        words, some = Findings(held.rows, held.place), list(range(0, len(held.rows), 7))[:20]
        for check in held.checks:
            if check.kind in ("missing", "date", "value", "covered", "double", "constant"):
                words.describe(check.kind, some, check.kwargs.get("frequency", ""), check.of)


def went_through(path: Path, given: dict[str, Any]) -> str:
    """How far a comparison gets; raises what it meets."""
    study = study_from({"series": str(path)} | given)
    check_budget(study)
    needs = RowsNeeded.of(study.windows)
    for name, rows in check_files(study.data, names_of(study.data)).items():
        check_rows({name: rows}, needs.fewest)
    members = read_members(study.data)
    name_of(members, study.data)
    check_problem(len(members), study.network)
    for records in members[:20]:
        described(records, needs, study.data)
    if not all(map(is_right, members)):
        return "read"
    series = tuple(to_series(one, study.data, ()) for one in members)
    window(series[0] if len(series) == 1 else Series.panel("own", series), study.windows, study.network)
    return "cut into windows"


def outcome(seed: int) -> str:
    """What came of a seed: how far it got, 'refused', or what is wrong with how it was refused.

    What took too long is tried once more: on a core that others share, the same work takes twice the processor time.
    """
    found = tried(seed)
    return tried(seed) if found.startswith("FAULT") and " s, " in found else found


def tried(seed: int) -> str:
    """What came of a seed, at one go."""
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        path, given = made(random, Path(temporary)), settings(random)
        begun = time.process_time()
        try:
            found = went_through(path, given)
        except InputError as error:
            lines = str(error).splitlines()
            found = "refused"
            if len(lines) > 10 or max(map(len, lines)) > 900:
                found = f"FAULT: a message of {len(lines)} lines: {lines[0][:100]}"
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)
            own = next(
                (frame for frame in reversed(where) if "/tasks/" in frame.filename or "/flows/" in frame.filename),
                where[-1],
            )
            found = (
                f"FAULT: {type(error).__name__} in {Path(own.filename).name}:{own.lineno}: {str(error)[:120]} {given}"
            )
        seconds = time.process_time() - begun
    return (
        found
        if seconds < SECONDS or found.startswith("FAULT")
        else f"FAULT: {seconds:.1f} s, {found} {path.name} {given}"
    )
