"""A year of weekly runs of one schedule on a growing file: how many MB each leaves, by kind, and what `interlayer clean` gives back.

`python tests/benchmarks/year.py` takes some 15 minutes; `--weeks 6` measures the same slope in two. `--handbook` writes it into HANDBOOK.md.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]

from served import Served, environment_of  # noqa: E402
from test_clean import age  # noqa: E402

KINDS = {
    "trained blocks": ("trained",),
    "baselines": ("baselines",),
    "reports": ("reports",),
    "MLflow: artifacts": ("artifacts",),
    "MLflow: store": ("mlflow.db", "mlflow.db-wal"),
    "Prefect: store": ("prefect",),
    "compiled programs": ("compiled",),
    "logs, validations, all else": (),
}
NETWORK = "--layers 4 --lookback 5 --epochs 20 --seeds 5 --learning-rates 1 --activations relu --placements cell"
START = date(2022, 1, 3)
ROWS = 150
MARK = re.compile(r"<!-- a year -->.*?<!-- end of a year -->", re.DOTALL)


def weekly(rows: int) -> str:
    """A weekly series."""
    lines = (f"{START + timedelta(weeks=week)},{100 + week % 52 + week * 7 % 11}\n" for week in range(rows))
    return "week,sold\n" + "".join(lines)


def ask(home: Path, *arguments: str) -> str:
    """What a command says; it must end well."""
    command = Served.command(*arguments)
    done = subprocess.run(command, env=environment_of(home), cwd=home.parent, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def sizes(home: Path) -> dict[str, float]:
    """MB by kind."""
    found = dict.fromkeys(KINDS, 0.0)
    for path in home.rglob("*"):
        if path.is_file():
            top = path.relative_to(home).parts[0]
            kind = next((kind for kind, tops in KINDS.items() if top in tops), "logs, validations, all else")
            found[kind] += path.stat().st_size / 1e6
    return found


def simulate(weeks: int, home: Path) -> tuple[list[dict[str, float]], dict[str, float], str]:
    """Sizes after each week, those after all was cleaned of what is a year old, and what cleaning said."""
    file, found = home.with_name("weekly.csv"), []
    file.write_text(weekly(ROWS))
    ask(home, "schedule", "add", "weekly", "--cron", "0 6 * * 1", "--series", str(file), *NETWORK.split())
    for week in range(1, weeks + 1):
        file.write_text(weekly(ROWS + week))
        ask(home, "schedule", "run", "weekly")
        found.append(sizes(home))
        print(f"week {week}: {sum(found[-1].values()):.1f} MB", flush=True)
    age(home, 366)
    said = ask(home, "clean", "--older-than", "1y")
    return found, sizes(home), said


def table(found: list[dict[str, float]], left: dict[str, float]) -> str:
    """Markdown: a row a kind."""
    first = min(1, len(found) - 2)
    runs = len(found) - 1 - first
    rows = []
    for kind in KINDS:
        slope = (found[-1][kind] - found[first][kind]) / runs
        rows.append(f"| {kind} | {found[-1][kind]:.1f} | {slope:.2f} | {52 * slope:.0f} | {left[kind]:.1f} |")
    whole = (sum(found[-1].values()) - sum(found[first].values())) / runs
    rows.append(
        f"| **all** | {sum(found[-1].values()):.1f} | **{whole:.2f}** | {52 * whole:.0f} | {sum(left.values()):.1f} |"
    )
    head = f"| kind | MB after {len(found)} runs | MB a run | MB a year | MB left by `clean` a year later |\n|---|---:|---:|---:|---:|\n"
    return head + "\n".join(rows)


def main() -> None:
    """Simulates, prints and, where asked to, writes it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--handbook", action="store_true")
    given = parser.parse_args()
    if given.weeks < 3:
        sys.exit("--weeks: expected 3 at least; the first run makes the stores, and compiles.")
    with tempfile.TemporaryDirectory(prefix="interlayer-year-") as folder:
        found, left, said = simulate(given.weeks, Path(folder) / "home")
    shown = table(found, left)
    print(shown, said, sep="\n\n")
    if given.handbook:
        handbook = PROJECT / "HANDBOOK.md"
        text = f"<!-- a year -->\n{shown}\n<!-- end of a year -->"
        handbook.write_text(MARK.sub(lambda _: text, handbook.read_text()))


if __name__ == "__main__":
    main()
