"""Whole comparisons of panels of 10, 100 and 1,000 series: seconds, peak memory, size of the page; shops that open and close.

    python tests/benchmarks/panels.py [--series 10,100,1000] [--alike] [--settings "--seeds 3"] [--markdown FILE]

Every comparison has an empty home, and so starts Prefect's server and compiles. `--alike` lets all shops open and close together.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
from machine import described, load

PROJECT = Path(__file__).resolve().parents[2]
MONTHS = (60, 120)
"""How long a shop is open: the least, and one more than the most."""
CALENDAR = 240
"""Months in which shops open."""


def shops(number: int, alike: bool) -> pd.DataFrame:
    """Sales of so many shops in long form, with a season, a level that wanders, and weather that all share."""
    random = np.random.default_rng(number)
    months = pd.date_range("2000-01-01", periods=CALENDAR, freq="MS")
    weather = random.normal(size=CALENDAR)
    found = []
    for shop in range(number):
        rows = 90 if alike else int(random.integers(*MONTHS))
        begin = 0 if alike else int(random.integers(0, CALENDAR - rows))
        level = 100 + random.normal(0, 3, rows).cumsum()
        season = 10 * np.sin(np.arange(begin, begin + rows) * np.pi / 6 + shop)
        values = level + season + 3 * weather[begin : begin + rows] + random.normal(0, 3, rows)
        found.append(
            pd.DataFrame({"id": f"shop {shop}", "date": months[begin : begin + rows], "value": values.round(2)})
        )
    return pd.concat(found)


class Memory(threading.Thread):
    """The most memory that a process and all its descendants hold at once, asked for ten times a second."""

    def __init__(self, process: int) -> None:
        """Of the process of this number."""
        super().__init__(daemon=True)
        self.process, self.peak, self.ended = process, 0.0, threading.Event()

    def run(self) -> None:
        """Until it has ended."""
        while not self.ended.wait(0.1):
            self.peak = max(self.peak, held(self.process))


def held(process: int) -> float:
    """GB that a process and its descendants hold, shared pages counted in each."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0.0
    own = re.search(r"VmRSS:\s+(\d+)", status)
    return (float(own.group(1)) / 1e6 if own else 0.0) + sum(held(int(child)) for child in children)


def measure(number: int, alike: bool, settings: list[str]) -> str:
    """A row of the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table, output = folder / "shops.csv", folder / "output"
        panel = shops(number, alike)
        panel.to_csv(table, index=False)
        state = os.environ | {"INTERLAYER_HOME": str(folder / "home")}
        command = [sys.executable, "-m", "flows.main"]
        state["COLUMNS"] = "200"
        begun = time.perf_counter()
        arguments = ["compare", str(table), "--id", "id", "--preset", "quick", *settings, "--output", str(output)]
        with subprocess.Popen(
            [*command, *arguments], cwd=PROJECT, env=state, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            memory = Memory(process.pid)
            memory.start()
            said = process.communicate()[0]
        memory.ended.set()
        seconds = time.perf_counter() - begun
        subprocess.run([*command, "server", "stop"], cwd=PROJECT, env=state, check=False, stdout=subprocess.DEVNULL)
        if process.returncode:
            sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{said[-3000:]}")
        print(f"{number} series, {seconds:.0f} s (load {load()})\n{said[-1500:]}", file=sys.stderr, flush=True)
        stages = " ".join(said.partition("\nTime ")[2].partition(".\n")[0].partition("\nPrefect")[0].split())
        page = (output / "report.html").stat().st_size / 1e6
        return f"| {number:,} | {len(panel):,} | {seconds:.0f} | {memory.peak:.1f} | {page:.1f} | {stages} |"


def main() -> None:
    """A row for each number of series."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", default="10,100,1000")
    parser.add_argument("--alike", action="store_true")
    parser.add_argument("--settings", default="--seeds 3", help="further settings of the comparison")
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    lines = ["| series | rows | s | peak, GB | page, MB | stages |", "|---:|---:|---:|---:|---:|---|"]
    lines += [measure(int(number), given.alike, given.settings.split()) for number in given.series.split(",")]
    print("\n".join(lines) + f"\n\n{described()}")
    if given.markdown:
        given.markdown.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
