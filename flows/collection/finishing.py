"""An Atlas to its end: collected, shown on a page, tracked. Neither Prefect nor MLflow can sink it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.collection.collecting import Collected, collect
from flows.comparison.tracking import addresses, place, track_if_it_can_be
from flows.private_files import usual_files
from flows.terminal.progress import stage
from flows.training.runners import Runner
from tasks.atlas.page import render_atlas, write_page
from tasks.numerics.atlas.network_findings import NetworkFindings, findings_of
from tasks.numerics.atlas.settings import AtlasSpec
from tasks.numerics.atlas.tables import EFFECTS, SERIES, Atlas
from tasks.numerics.settings import OutputSpec
from tasks.plot.forests import plot_atlas
from tasks.track.atlas import AtlasFiles, track_atlas

EXPERIMENT = "atlas"
"""In MLflow."""
PAGE = "atlas.html"


@dataclass(frozen=True)
class FinishedAtlas:
    """An Atlas and where it is to be seen."""

    collected: Collected
    found: Mapping[str, NetworkFindings]
    page: Path
    seen: str
    """Where MLflow shows its run; empty where it does not."""


def finish_atlas(spec: AtlasSpec, folder: Path, runner: Runner, track: bool) -> FinishedAtlas:
    """From settings to a table, a page and, where wanted, a run in MLflow; raises InputError on what a user can mend."""
    collected = collect(spec, folder, runner)
    with stage(collected.timings, "report"):
        found = page_of(collected.atlas, folder / PAGE)
    if not track:
        return FinishedAtlas(collected, found, folder / PAGE, "")
    where = place(OutputSpec(), EXPERIMENT)
    files = AtlasFiles(collected.digest, collected.left, [folder / name for name in (EFFECTS, SERIES)], folder / PAGE)
    with stage(collected.timings, "track"):
        tracked, lost = track_if_it_can_be(
            lambda: runner.run(track_atlas, collected.atlas, found, files, where), where, "Table and page"
        )
    if tracked is None:
        runner.warn(lost)
        return FinishedAtlas(collected, found, folder / PAGE, "")
    seen = addresses(tracked, "")["run"]
    runner.tell(f"{'Tracked' if tracked.new else 'Was tracked before'} in MLflow: {seen}")
    return FinishedAtlas(collected, found, folder / PAGE, seen)


def page_of(atlas: Atlas, page: Path) -> Mapping[str, NetworkFindings]:
    """Writes the page, and gives what it says."""
    found = findings_of(atlas)
    with usual_files(page.parent):
        write_page(render_atlas(atlas, found, plot_atlas(found)), page)
    return found
