"""A run of a schedule, from within: what it says of itself, and that it trains nothing where nothing has changed."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.comparison.pipeline import STARTED_BY
from flows.scheduling.last_runs import LastResult, keep_begun, keep_ended, last_run, now
from flows.studies.schedules import COMPARISONS, DEFAULT, read_schedules
from flows.studies.study import Study
from tasks.numerics.settings import OutputSpec

if TYPE_CHECKING:
    from flows.flow_runs.finishing import Finished

OF_SCHEDULE: Final = "INTERLAYER_SCHEDULE"
"""The variable that names the schedule for which a command runs by itself, without `interlayer serve`."""
UNCHANGED: Final = "Unchanged"
"""The name of the state in which a run ends that found nothing new."""


class UnchangedError(Exception):
    """Data, settings and engine are those of the last result: there is nothing to train."""

    def __init__(self, result: LastResult) -> None:
        """With the last result."""
        self.result = result
        when = datetime.fromisoformat(result.ended).astimezone()
        super().__init__(
            f"Data and settings are as they were when the last result was made ({when:%Y-%m-%d %H:%M}); nothing is trained. "
            f"It stands in {result.folder}"
        )


@dataclass
class ScheduledRun:
    """A run that may be one of a schedule."""

    schedule: str
    """'' where a person asked for it."""
    run: str
    study: Study

    def check(self, digest: str) -> None:
        """Raises UnchangedError where a schedule's last result is of this comparison, went where this one's goes, and is whole and still there."""
        known = last_run(self.schedule).result if self.schedule else None
        if not known or (known.digest, known.goes, known.settled) != (digest, where_it_goes(self.study.output), True):
            return
        if (Path(known.folder) / "summary.json").exists():
            raise UnchangedError(known)

    def finished(self, found: "Finished") -> None:
        """Keeps what was found as the schedule's last result."""
        if self.schedule:
            result = LastResult(
                found.digest, str(found.folder), found.seen, now(), where_it_goes(self.study.output), found.is_settled
            )
            keep_ended(self.schedule, self.run, "completed", "", result)


def where_it_goes(output: OutputSpec) -> str:
    """Twelve hex digits that tell apart where results go."""
    return hashlib.sha256(json.dumps(asdict(output), sort_keys=True).encode()).hexdigest()[:12]


@contextmanager
def scheduled_run(study: Study, run: str) -> Iterator[ScheduledRun]:
    """Keeps when a schedule's run begins and how it ends; what ends the process keeps nothing, and is seen by that."""
    own = ScheduledRun(schedule_of_this_process(), run, study)
    if own.schedule:
        os.environ[STARTED_BY] = f"for the schedule {own.schedule}"
        keep_begun(own.schedule, run, study in (one.study for one in read_schedules() if one.name == own.schedule))
    try:
        yield own
    except UnchangedError as unchanged:
        keep_ended(own.schedule, run, "unchanged", str(unchanged))
        raise
    except Exception as error:
        if own.schedule:
            keep_ended(own.schedule, run, "failed", " ".join(str(error).split()))
        raise
    finally:
        os.environ.pop(STARTED_BY, None)


def schedule_of_this_process() -> str:
    """The name of the schedule for which this process runs a comparison; '' where a person asked for it."""
    if name := os.environ.get(OF_SCHEDULE):
        return name
    if "PREFECT__FLOW_RUN_ID" not in os.environ:
        return ""
    from prefect.runtime import deployment, flow_run

    name = deployment.name or DEFAULT
    return "" if name == DEFAULT or flow_run.flow_name != COMPARISONS else name
