"""Times the engine against its rivals, in turns in one run; exit code 1 where a bound does not hold.

python tests/benchmarks/run.py [--only a,b,c,diagnostics,dropout,growth,layouts] [--quick] [--markdown FILE]
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from cases import CASES
from diagnostics import diagnostics_table
from dropout import dropout_table
from growth import growth_tables
from layouts import layout_tables
from machine import described, load
from rich.console import Console
from rivals import Rivalry, compare
from tables import Table, markdown, ratio_tables, rich_table

PARTS = (*(case.name for case in CASES), "diagnostics", "dropout", "growth", "layouts")
COSTS = {"diagnostics": diagnostics_table, "dropout": dropout_table}
USUAL = PARTS[:-1]
"""The layouts' tables are for who changes the sizes' rules."""


def main() -> int:
    """Runs what is asked for, shows it, and says whether every bound held."""
    wishes = arguments()
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(f"[bold]Benchmark[/bold] on {described()}, load {load()}")
    rivalries: list[Rivalry] = []
    tables: list[Table] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="interlayer-benchmark-") as home:
        for part in PARTS:
            if part in wishes.only:
                console.print(f"[dim]{part} ...[/dim]")
                rivalries += [compare(case, Path(home), wishes.quick) for case in CASES if case.name == part]
                if part in COSTS:
                    table, too_much = COSTS[part](Path(home), wishes.quick)
                    tables.append(table)
                    failed += too_much
                tables += growth_tables(Path(home), wishes.quick) if part == "growth" else []
                tables += layout_tables(Path(home), wishes.quick) if part == "layouts" else []
    tables = [*ratio_tables(rivalries), *tables]
    for table in tables:
        console.print(rich_table(table))
    console.print(f"Load at the end {load()}")
    if wishes.markdown:
        write(wishes.markdown, f"Measured on {described()}.\n\n" + "\n".join(map(markdown, tables)))
    failed += [line for rivalry in rivalries for line in rivalry.failures()]
    for line in failed:
        console.print(f"[red]{line}[/red]")
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Times the engine against keras.Model.fit, JAX and PyTorch.")
    parser.add_argument(
        "--only", default=",".join(USUAL), help=f"parts, with commas: {', '.join(PARTS)}; all but layouts if not given"
    )
    parser.add_argument("--quick", action="store_true", help="hardly any work, bounds not held: does it run at all?")
    parser.add_argument("--markdown", type=Path, help="file for the tables as Markdown")
    wishes = parser.parse_args()
    wishes.only = wishes.only.split(",")
    unknown = sorted(set(wishes.only) - set(PARTS))
    if unknown:
        parser.error(f"No part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    return wishes


def write(path: Path, text: str) -> None:
    """The whole file or none of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
