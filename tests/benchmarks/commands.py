"""Times whole commands as a user meets them, from Enter to the end; exit code 1 where a bound does not hold.

python tests/benchmarks/commands.py [--repeats 5] [--only mistakes,rerun,seeds,first] [--markdown FILE]

Every repeat has a home of its own: the first comparison finds nothing there, the next one trains other seeds, the last one
trains nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from machine import described, load

PROJECT = Path(__file__).resolve().parents[2]
GAP = "date,value\n" + "".join(f"2001-{month:02}-01,{month}\n" for month in range(1, 13) if month != 5)


@dataclass
class Command:
    """A command, what it is for a user, and how long it may take."""

    name: str
    words: str
    arguments: tuple[str, ...]
    bound: float
    """Seconds."""
    code: int = 0
    alone: bool = False
    """Whether it has an empty home to itself."""
    seconds: list[float] = field(default_factory=list)

    def time(self, home: Path) -> None:
        """Runs it once."""
        # A machine may forbid Python to keep what it compiled of its modules: no user's does.
        left_out = ("PREFECT", "TF_", "XLA", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        begun = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "flows.main", *self.arguments],
            cwd=PROJECT,
            env=kept | {"INTERLAYER_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        self.seconds.append(perf_counter() - begun)
        if done.returncode != self.code:
            sys.exit(f"{' '.join(self.arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def commands(folder: Path) -> list[Command]:
    """In the order in which they are run in a home."""
    gap = folder / "gap.csv"
    gap.write_text(
        GAP + "".join(f"{year}-{month:02}-01,{month}\n" for year in range(2002, 2008) for month in range(1, 13))
    )
    return [
        Command("mistakes", "no such file", ("compare", "nosuch.csv"), 1.0, 2),
        Command("mistakes", "no such column", ("compare", str(gap), "--value", "sold"), 1.0, 2),
        Command("mistakes", "a mistyped activation", ("compare", "--activations", "rellu"), 1.0, 2),
        Command("mistakes", "an impossible setting", ("compare", "--seeds", "0"), 1.0, 2),
        Command("mistakes", "a gap in the dates (Great Expectations)", ("compare", str(gap)), 5.0, 2),
        Command("first", "`interlayer compare`, the first time", ("compare",), 60.0),
        Command("seeds", "the same with other seeds", ("compare", "--first-seed", "1000"), 40.0),
        Command("rerun", "the same again: nothing is trained", ("compare",), 8.0),
        Command("evidence", "`--evidence quick`, the first time", ("compare", "--evidence", "quick"), 60.0, alone=True),
        Command(
            "evidence",
            "`--evidence thorough`, the first time",
            ("compare", "--evidence", "thorough"),
            120.0,
            alone=True,
        ),
    ]


def stop_server(home: Path) -> None:
    """Ends the Prefect server that stays for the next command in a home."""
    stop = [sys.executable, "-m", "flows.main", "server", "stop"]
    subprocess.run(stop, cwd=PROJECT, env=os.environ | {"INTERLAYER_HOME": str(home)}, check=False, stdout=sys.stderr)


def main() -> int:
    """Runs what is asked for, prints a table, and says whether every bound held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="mistakes,first,seeds,rerun")
    parser.add_argument("--markdown", type=Path)
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        asked = [one for one in commands(folder) if one.name in wishes.only.split(",")]
        for repeat in range(wishes.repeats):
            shared = folder / f"home-{repeat}"
            for number, command in enumerate(asked):
                home = folder / f"alone-{repeat}-{number}" if command.alone else shared
                command.time(home)
                print(f"{command.words}: {command.seconds[-1]:.1f} s (load {load()})", file=sys.stderr, flush=True)
                if command.alone:
                    stop_server(home)
            stop_server(shared)
    lines = ["| command | median, s | least to most | bound, s | holds |", "|---|---:|---:|---:|---|"]
    for command in asked:
        middle, ends = median(command.seconds), (min(command.seconds), max(command.seconds))
        holds = "yes" if middle <= command.bound else "no"
        lines.append(
            f"| {command.words} | {middle:.1f} | {ends[0]:.1f} to {ends[1]:.1f} | {command.bound:g} | {holds} |"
        )
    table = "\n".join(lines)
    print(f"{table}\n\n{described()}; {wishes.repeats} repeats, load {load()} at the end.")
    if wishes.markdown:
        wishes.markdown.write_text(f"{table}\n")
    return int(any(median(one.seconds) > one.bound for one in asked))


if __name__ == "__main__":
    sys.exit(main())
