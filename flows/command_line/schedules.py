"""`interlayer schedule`: comparisons that run by themselves while `interlayer serve` runs."""

import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import App, Parameter

from flows.command_line.flags import flags_of, reads_study
from flows.comparison.study import Study
from flows.servers.schedules import Schedule, add_schedule, local_timezone, read_schedules, remove_schedule
from tasks.load_samples import locate_samples
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series.series_flags import names_of

JOINED = "\N{NO-BREAK SPACE}"
# Paths are not cut, so that they can be copied.
WRAPPED: Final[dict[str, Any]] = {
    "width": 80,
    "initial_indent": "  ",
    "subsequent_indent": "  ",
    "break_long_words": False,
    "break_on_hyphens": False,
}
schedules = App(
    name="schedule", help="Comparisons that run by themselves while 'interlayer serve' runs.", help_format="plaintext"
)


@schedules.command
@reads_study
def add(
    study: Study,
    name: Annotated[str, Parameter(help="Its name in Prefect's dashboard.")],
    *,
    cron: Annotated[str, Parameter(help="Minute, hour, day, month, weekday: '0 6 * * 1' is every Monday at 6:00.")],
    timezone: Annotated[str, Parameter(help="Time zone such as Europe/Berlin; this machine's where empty.")] = "",
) -> None:
    """Add a comparison that runs at times of its own: the settings are those of 'interlayer compare'.

    A running 'interlayer serve' takes it up within seconds. What was trained before is not trained again.
    """
    from flows.comparison.first_checks import check_study

    check_study(study)
    schedule = Schedule(name, cron, timezone or local_timezone(), from_anywhere(study))
    add_schedule(schedule)
    print(*described([schedule], datetime.now(UTC)), sep="\n")
    print("It runs while 'interlayer serve' runs.")


@schedules.command(name="list")
def list_schedules() -> None:
    """List the schedules: when each runs next, and the settings that differ from the default."""
    kept = read_schedules()
    if not kept:
        print("There are no schedules. Add one: interlayer schedule add NAME --cron '0 6 * * 1' --series sales.csv")
        return
    print(*described(list(kept), datetime.now(UTC)), sep="\n")


@schedules.command
def remove(name: Annotated[str, Parameter(help="As 'interlayer schedule list' has it.")]) -> None:
    """Remove a schedule; what it has run stays."""
    remove_schedule(name)
    print(f"{name} is removed.")


def described(kept: list[Schedule], now: datetime) -> list[str]:
    """Lines of a table, below each schedule the flags with which it would be added."""
    titles = ("name", "next run", "time zone")
    rows = [(one.name, f"{one.next_run(now):%a %Y-%m-%d %H:%M}", one.timezone) for one in kept]
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    lines = [_aligned(titles, widths)]
    for schedule, row in zip(kept, rows, strict=True):
        # A flag stays beside its value.
        flags = [f"--cron '{schedule.cron}'", *flags_of(schedule.study)]
        words = " ".join(flag.replace(" ", JOINED) for flag in flags)
        wrapped = textwrap.wrap(words, **WRAPPED)
        lines += [_aligned(row, widths), *(line.replace(JOINED, " ") for line in wrapped)]
    return lines


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def from_anywhere(study: Study) -> Study:
    """The study with its paths absolute, for `interlayer serve` may be started in another folder."""
    data, output = study.data, study.output
    if data.samples:
        samples = _absolute(data.samples) if locate_samples(data) else data.samples
        data = replace(data, samples=samples, series=samples)
    else:
        series = ",".join(name if name in catalogue() else _absolute(name) for name in names_of(data))
        data = replace(data, series=series)
    paths = replace(data, suite=_absolute(data.suite)), replace(output, output=_absolute(output.output))
    return study.model_copy(update=dict(zip(("data", "output"), paths, strict=True)))


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().resolve()) if path else ""
