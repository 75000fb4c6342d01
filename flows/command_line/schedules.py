"""`interlayer schedule`: comparisons that run by themselves while `interlayer serve` runs."""

import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from flows.command_line.flags import flags_of, reads_study
from flows.scheduling.last_runs import forget, last_run
from flows.servers.process_lock import is_running
from flows.sources.absolute_places import absolute, from_anywhere
from flows.sources.passwords import forget_passwords, keep_password
from flows.studies.schedules import (
    Schedule,
    add_schedule,
    change_schedule,
    check_name,
    local_timezone,
    named,
    read_schedules,
    remove_schedule,
)
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.problems import forecasts

Name = Annotated[str, Parameter(help="As 'interlayer schedule list' has it.")]
HOW: Final[dict[str, str]] = {
    "completed": "completed",
    "unchanged": "unchanged: data and settings are those of the last result",
    "failed": "failed",
    "cancelled": "cancelled",
    "crashed": "killed: it runs again when 'interlayer serve' starts",
    "stopped": "stopped with 'interlayer serve': it runs again when that starts",
}
JOINED = "\N{NO-BREAK SPACE}"
# Paths are not cut, so that they can be copied.
WRAPPED: Final[dict[str, Any]] = {
    "width": 80,
    "initial_indent": "  ",
    "subsequent_indent": "  ",
    "break_long_words": False,
    "break_on_hyphens": False,
}
RULES: Final = """Comparisons that run by themselves while 'interlayer serve' runs.

The source is read anew each time. What they keep to:

- A time at which nothing could run (it was not served, was killed, or the machine slept) is made up for at once, by one run on the newest data, however many times were missed. Times before it was added, and while it was paused, do not count.

- A comparison never runs twice at the same time, whoever starts it: the second waits, says for whom, and then reads what was trained.

- Where data, settings and engine are those of the last result, nothing is trained: the run is Completed, called Unchanged, and links the last result.

- With new rows, networks are trained whose training windows have changed, and no others. New rows move the parts, so as a rule all of them are trained again.

- What is chosen becomes the champion of the schedule's own name, where it is good enough: 'interlayer forecast NAME' forecasts with it (--champion names another one, --no-champion keeps none).

- Where the data fail their validation the run is Failed, the last result stays, and 'interlayer serve --alert-webhook' is told."""
schedules = App(name="schedule", help=RULES, help_format="plaintext")


@schedules.command
@reads_study
def add(
    study: Study,
    name: Annotated[str, Parameter(help="Its name in Prefect's dashboard.")],
    *,
    cron: Annotated[str, Parameter(help="Minute, hour, day, month, weekday: '0 6 * * 1' is every Monday at 6:00.")],
    timezone: Annotated[str, Parameter(help="Time zone such as Europe/Berlin; this machine's where empty.")] = "",
    no_champion: Annotated[
        bool, Parameter(name="--no-champion", negative=(), help="Keep no champion of what the comparisons choose.")
    ] = False,
) -> None:
    """Add a comparison that runs at times of its own: the settings are those of 'interlayer compare'.

    A running 'interlayer serve' takes it up within seconds. What was trained before is not trained again. What it chooses is kept as the champion of the schedule's own name where it is good enough, unless --champion names another one or --no-champion is given.
    """
    from flows.comparison.first_checks import check_study

    check_name(name)
    study = with_champion(study, name, no_champion)
    check_study(study)
    schedule = Schedule(name, cron, timezone or local_timezone(), study_from_anywhere(study))
    add_schedule(schedule)
    keep_password(schedule.study.data.series)
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
def remove(name: Name) -> None:
    """Remove a schedule; what it has run stays."""
    remove_schedule(name)
    forget(name)
    forget_passwords({one.study.data.series for one in read_schedules()})
    print(f"{name} is removed.")


@schedules.command
def pause(name: Name) -> None:
    """Let a schedule's times pass until it is resumed; 'interlayer schedule run' still runs it."""
    change_schedule(name, lambda one: replace(one, active=False))
    print(f"{name} is paused. Times that pass meanwhile are not made up for.")


@schedules.command
def resume(name: Name) -> None:
    """Let a paused schedule run at its times again, from the next one on."""
    resumed = change_schedule(name, lambda one: replace(one, active=True))
    print(f"{name} runs at {resumed.next_run(datetime.now(UTC)):%a %Y-%m-%d %H:%M} ({resumed.timezone}) next.")


@schedules.command(name="run")
def run_now(name: Name) -> None:
    """Run a schedule's comparison now: in 'interlayer serve' where that runs, in this command where it does not."""
    from flows.command_line.run_now import run_schedule

    run_schedule(named(name))


def described(kept: list[Schedule], now: datetime) -> list[str]:
    """Lines of a table, below each schedule how it ran last and the flags with which it would be added."""
    titles = ("name", "next run", "time zone")
    rows = [
        (one.name, f"{one.next_run(now):%a %Y-%m-%d %H:%M}" if one.active else "paused", one.timezone) for one in kept
    ]
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    lines = [_aligned(titles, widths)]
    for schedule, row in zip(kept, rows, strict=True):
        # A flag stays beside its value.
        flags = [f"--cron '{schedule.cron}'", *flags_of(schedule.study), *no_champion_flag(schedule.study)]
        words = " ".join(flag.replace(" ", JOINED) for flag in flags)
        wrapped = textwrap.wrap(words, **WRAPPED)
        lines += [
            _aligned(row, widths),
            *last_run_in_words(schedule),
            *champion_in_words(schedule),
            *(line.replace(JOINED, " ") for line in wrapped),
        ]
    return lines


def with_champion(study: Study, name: str, no_champion: bool) -> Study:
    """The study with the champion that a schedule of this name keeps; raises InputError where one is named and none is wanted."""
    own = study.output.champion
    if own and no_champion:
        raise InputError(f"--champion {own} beside --no-champion: expected one of them. Leave one out.")
    if own or no_champion or not forecasts(study.network.head):
        return study
    return study.model_copy(update={"output": replace(study.output, champion=name)})


def no_champion_flag(study: Study) -> list[str]:
    """What says that a schedule keeps no champion, where it could."""
    return [] if study.output.champion or not forecasts(study.network.head) else ["--no-champion"]


def champion_in_words(schedule: Schedule) -> list[str]:
    """Which champion a schedule keeps, if any."""
    name = schedule.study.output.champion
    return [f"  champion {name}: interlayer forecast {name}"] if name else []


def last_run_in_words(schedule: Schedule) -> list[str]:
    """How a schedule ran last, and where its last result is; nothing where it has not run."""
    last = last_run(schedule.name)
    if not last.begun:
        return []
    begun = datetime.fromisoformat(last.begun).astimezone(ZoneInfo(schedule.timezone))
    words = HOW[last.how] if last.how else ("runs now" if is_running(last.run) else HOW["crashed"])
    said = [f"last run {begun:%a %Y-%m-%d %H:%M}: {words}"]
    if last.how == "failed":
        said += textwrap.wrap(last.message, **WRAPPED)
    if last.result:
        said.append(f"last result {last.result.folder}")
    return [line if line.startswith("  ") else f"  {line}" for line in said]


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def study_from_anywhere(study: Study) -> Study:
    """The study with its paths absolute, for `interlayer serve` may be started in another folder."""
    data, output = from_anywhere(study.data), replace(study.output, output=absolute(study.output.output))
    return study.model_copy(update={"data": data, "output": output})
