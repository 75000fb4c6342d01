"""What `interlayer atlas` does, once heavy packages may be imported."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.collection.checks import TABLE, shown_folder, table_folder
from flows.command_line.commands import end_by_force
from flows.servers.shared_prefect import prefect_for_one_command
from flows.terminal.interrupts import end_within_seconds
from flows.terminal.progress import end_terminal, on_terminal, show_progress
from flows.terminal.quiet_libraries import libraries_kept_quiet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.collection.finishing import FinishedAtlas
    from tasks.numerics.atlas.network_findings import NetworkFindings
    from tasks.numerics.atlas.settings import AtlasSpec
    from tasks.numerics.atlas.tables import Atlas


def run_atlas(spec: "AtlasSpec", output: str, track: bool) -> None:
    """Collects what is not known yet, and shows what the table says."""
    folder = table_folder(output)
    with libraries_kept_quiet(), on_terminal():
        end_within_seconds(end_terminal)
        finished = collected_with_prefect(spec, folder) if track else collected_alone(spec, folder)
    collected = finished.collected
    print(
        f"Trained {collected.trained:,} networks in {collected.timings['train'] / 60:.1f} minutes; the table holds {collected.atlas.trainings:,}"
        + (
            f", and {collected.left} series and networks are left: the same command goes on with them."
            if collected.left
            else "."
        ),
        file=sys.stderr,
    )
    told(finished.collected.atlas, finished.found, finished.page, collected.folder, finished.seen)


def collected_alone(spec: "AtlasSpec", folder: Path) -> "FinishedAtlas":
    """Without Prefect and MLflow."""
    from flows.collection.finishing import finish_atlas
    from flows.training.runners import Alone

    return finish_atlas(spec, folder, Alone(), track=False)


def collected_with_prefect(spec: "AtlasSpec", folder: Path) -> "FinishedAtlas":
    """As a flow with a history."""
    server = prefect_for_one_command()
    end_within_seconds(end_by_force)
    with show_progress("start"):
        from flows.atlas import collect_atlas
        from flows.servers.run_history import begin_work, end_work, mark_cancelled, send_the_rest
        from flows.training.training import import_engine

        import_engine()
        server.wait()
    try:
        begin_work(server.own)
        collected: FinishedAtlas = collect_atlas(spec, str(folder))
        end_work()
    except KeyboardInterrupt:
        mark_cancelled()
        send_the_rest()
        raise
    except Exception:
        if not server.is_gone:
            send_the_rest()
        raise
    return collected


def show_atlas(output: str) -> None:
    """What a table says: on the terminal, and as a page beside it."""
    from flows.collection.finishing import PAGE, page_of
    from tasks.numerics.atlas.tables import Atlas

    folder = shown_folder(output)
    atlas, page = Atlas.read(folder), table_folder(output) / PAGE
    told(atlas, page_of(atlas, page), page, folder, "")


def told(atlas: "Atlas", found: "Mapping[str, NetworkFindings]", page: Path, folder: Path, seen: str) -> None:
    """On the terminal, and where more is to be seen."""
    from tasks.atlas.show import show

    places = {"Page": str(page), "Table": str(folder / TABLE)} | ({"MLflow": seen} if seen else {})
    show(atlas, found, places)
