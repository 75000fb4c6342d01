"""`interlayer audit`: a published claim replayed over many seeds. It runs without Prefect and MLflow: a page and a file are all it leaves."""

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flows.comparison.checks import check_folder
from flows.comparison.data_checks import at_once
from flows.comparison.places import given_folder
from flows.environment import COMPILED, MLRUNS
from flows.sources.bringing import bring_anew, brought, named_by_source
from flows.terminal.progress import TrainingProgress, say, stage
from flows.training.runners import in_threads
from flows.training.training import check_programs
from tasks.numerics.audit.claims import Claim
from tasks.numerics.errors import InputError
from tasks.numerics.safe_names import safe_name
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import cell

if TYPE_CHECKING:
    from tasks.audit.replay import Job
    from tasks.numerics.audit.audits import Audit
    from tasks.numerics.audit.recipes import Prepared
    from tasks.numerics.series.records import Records


def audit_claim(series: SeriesSpec, seeds: int, claim: Claim, output: str) -> tuple["Audit", dict[str, str]]:
    """The audit of a claim on a series, and the places of its page and summary; raises InputError on what a user can mend."""
    timings: dict[str, float] = {}
    with stage(timings, "validate"):
        from tasks.load import read_series
        from tasks.numerics.audit.recipes import prepare
        from tasks.numerics.series.partial_rows import partial_rows

        bring_anew()
        (records,) = named_by_source((read_series(brought(series, at_once)),), series)
        values, name = values_of(records), records.name

        prepared = prepare(values, claim)
        digest = hashlib.sha256(values.tobytes()).hexdigest()
        folder = given_folder(output) if output else MLRUNS / "audits" / f"{safe_name(name)}-{claim.digest(digest)}"
        check_folder(folder)
    with stage(timings, "train"):
        from tasks.audit.replay import gather, plan

        jobs = plan(claim, len(prepared), seeds)
        replays = gather(claim, prepared, jobs, train_jobs(claim, prepared, jobs))
    with stage(timings, "report"):
        from tasks.numerics.audit.audits import Audit

        audit = Audit(claim, name, values, replays, partial_rows(records), records.notes)
        places = write(audit, digest, folder, timings)
    return audit, places


def values_of(records: "Records") -> np.ndarray:
    """Values (rows,) of a series, its rows as they stand; raises InputError with the line that holds no number."""
    values = records.rows["value"].to_numpy(np.float64)
    if not np.isfinite(values).all():
        first = int(np.flatnonzero(~np.isfinite(values))[0])
        row = records.rows.iloc[first]
        raise InputError(
            f"{records.path}, {records.place} {row['place']}: column {records.value_column!r} holds {cell(row['value_written'])}. "
            "Expected a number in every row: an audit takes the rows as they stand."
        )
    return values


def train_jobs(claim: Claim, prepared: Sequence["Prepared"], jobs: Sequence["Job"]) -> list[np.ndarray]:
    """Forecasts (S, N) of every job, side by side; an interrupt ends them at the next segment."""
    from tasks.audit.replay import train_job

    check_programs(say)
    progress = TrainingProgress(sum(len(job.seeds) for job in jobs) * claim.epochs)
    words = f"Training {sum(len(job.seeds) for job in jobs):,} networks"

    def train_one(number: int) -> np.ndarray:
        job = jobs[number]
        teller = progress.teller(number, len(job.seeds), claim.epochs)
        teller.begin()
        found = train_job(claim, prepared[job.recipe], job, teller, COMPILED)
        teller.finish()
        return found

    calls = {number: partial(train_one, number) for number in range(len(jobs))}
    return list(in_threads(calls, progress, words).values())


def write(audit: "Audit", digest: str, folder: Path, timings: dict[str, float]) -> dict[str, str]:
    """Writes audit.html and audit.json, and says where."""
    from tasks.audit.page import render_page
    from tasks.audit.summary import summarize
    from tasks.plot.claims import plot_claims
    from tasks.report import write_report
    from tasks.summarize import write_summary

    write_report(render_page(audit, plot_claims(audit), digest), folder / "audit.html")
    write_summary(summarize(audit, digest, timings), folder / "audit.json")
    return {"Page": str(folder / "audit.html"), "Summary": str(folder / "audit.json")}
