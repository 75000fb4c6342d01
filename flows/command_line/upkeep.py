"""The commands that look after what is kept, and the one that trains for others: doctor, clean, worker."""

from typing import Annotated

from cyclopts import Parameter

from flows.scheduling.alerts import WEBHOOK


def doctor(
    *,
    fix: Annotated[bool, Parameter(negative=(), help="Mend what can be mended without losing anything.")] = False,
    programs: Annotated[
        bool, Parameter(help="Try whether a second process finds a compiled program again: some 20 s.")
    ] = True,
    only_schedules: Annotated[
        bool,
        Parameter(negative=(), help="Look at the schedules alone: a second, for a clock that asks every few minutes."),
    ] = False,
    webhook: Annotated[
        str,
        Parameter(
            env_var=WEBHOOK,
            show_env_var=True,
            help="Address that is told once, by a POST of JSON, of each part that is broken.",
        ),
    ] = "",
) -> int:
    """Look at everything that the project keeps and needs, and say what is not as it should be; exit code 1 where something is broken."""
    from flows.command_line.doctor import run_doctor

    return int(not run_doctor(fix, programs, only_schedules, webhook))


def clean(
    *,
    older_than: Annotated[str, Parameter(help="Age, such as 90d, 12w, 6m or 1y.")],
    dry_run: Annotated[bool, Parameter(negative=(), help="Remove nothing: show what would be removed.")] = False,
) -> None:
    """Remove what is old: runs in Prefect and MLflow with all below them, trained blocks, programs, reports and logs that nothing has used since.

    What a registered model or a schedule's last result needs stays, and so do folders of your own (--output). Runs are
    removed whole; a block that is needed again is trained again.
    """
    from flows.upkeep.cleaning import days_of, in_words, old_things

    found = list(old_things(days_of(older_than)))
    if not dry_run:
        for one in found:
            one.remove()
    print(*in_words(found, done=not dry_run), sep="\n")


def worker(
    address: Annotated[str, Parameter(help="Address of a Dask scheduler, such as tcp://10.0.0.5:8786.")],
    *,
    threads: Annotated[int, Parameter(help="Blocks that are trained side by side.")] = 1,
) -> None:
    """Train for comparisons that are started elsewhere with --workers ADDRESS, until Ctrl-C.

    A scheduler is Dask's own: python -m dask scheduler. Install the same versions on every machine.
    """
    from flows.command_line.worker import run_worker

    raise SystemExit(run_worker(address, threads))
