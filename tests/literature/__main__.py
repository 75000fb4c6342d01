"""The literature, rediscovered: `python -m tests.literature [--only greff,khaldi,akandeh,le] [--quick]`.

Studies that were finished before are found again; each is told as soon as it is there, and when all are, ANSWER.md is renewed.
Exit code 1 where the product claims what cannot be.
"""

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from flows.environment import set_environment
from tests.benchmarks.machine import described
from tests.literature.findings import Finding

STUDIES = ("greff", "khaldi", "akandeh", "le")
ANSWER = Path(__file__).resolve().parents[2] / "ANSWER.md"
START, END = "<!-- literature -->\n", "<!-- end of literature -->"


def main(arguments: list[str] | None = None) -> int:
    """Runs what is asked for and tells it."""
    parser = argparse.ArgumentParser(prog="python -m tests.literature", description=__doc__)
    parser.add_argument("--only", default=",".join(STUDIES), help="studies, with commas between them")
    parser.add_argument("--quick", action="store_true", help="hardly any work, nothing written: does it run at all?")
    given = parser.parse_args(arguments)
    asked = given.only.split(",")
    if unknown := sorted(set(asked) - set(STUDIES)):
        parser.error(f"No study {', '.join(unknown)}; there are {', '.join(STUDIES)}.")
    set_environment()  # before TensorFlow is imported
    found = [told(name, given.quick) for name in asked]
    if not given.quick and tuple(asked) == STUDIES:
        ANSWER.write_text(renewed(ANSWER.read_text(), found))
    faults = [fault for one in found for fault in one.faults]
    for fault in faults:
        print(f"FAILS: {fault}", file=sys.stderr)
    return 1 if faults else 0


def told(name: str, quick: bool) -> Finding:
    """One study, shown on the terminal with how long it took."""
    from flows.terminal.quiet_libraries import libraries_kept_quiet

    begun, console = time.perf_counter(), Console(width=None if sys.stdout.isatty() else 120)
    with libraries_kept_quiet():
        found: Finding = import_module(f"tests.literature.{name}").study(quick)
    console.print(Markdown(found.markdown()))
    console.print(f"{name}: {time.perf_counter() - begun:.0f} s", style="dim")
    return found


def renewed(text: str, found: list[Finding]) -> str:
    """The answer with the findings between their marks."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    sections = "\n\n".join(one.markdown() for one in found)
    return f"{before}{start}\n{sections}\n\nMeasured on {described('TensorFlow', 'Keras')}.\n\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main())
