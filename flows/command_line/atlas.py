"""What `interlayer atlas` does, once heavy packages may be imported."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.collection.checks import shown_folder, table_folder
from flows.command_line.commands import end_by_force, libraries_kept_quiet
from flows.command_line.interrupts import end_within_seconds
from flows.command_line.progress import end_terminal, on_terminal, show_progress
from flows.private_files import usual_files
from flows.servers.shared_prefect import prefect_for_one_command

if TYPE_CHECKING:
    from flows.collection.collecting import Collected
    from tasks.numerics.atlas.settings import AtlasSpec


def run_atlas(spec: "AtlasSpec", output: str, track: bool) -> None:
    """Collects what is not known yet, and shows what the table says."""
    folder = table_folder(output)
    with libraries_kept_quiet(), on_terminal():
        end_within_seconds(end_terminal)
        collected = collected_with_prefect(spec, folder) if track else collected_alone(spec, folder)
    print(
        f"Trained {collected.trained:,} networks in {collected.timings['train'] / 60:.1f} minutes; the table holds {collected.atlas.trainings:,}"
        + (
            f", and {collected.left} series and networks are left: the same command goes on with them."
            if collected.left
            else "."
        ),
        file=sys.stderr,
    )
    show_atlas(str(collected.folder))


def collected_alone(spec: "AtlasSpec", folder: Path) -> "Collected":
    """Without Prefect."""
    from flows.collection.collecting import collect
    from flows.comparison.runners import Alone

    return collect(spec, folder, Alone())


def collected_with_prefect(spec: "AtlasSpec", folder: Path) -> "Collected":
    """As a flow with a history."""
    server = prefect_for_one_command()
    end_within_seconds(end_by_force)
    with show_progress("start"):
        import tasks.train  # noqa: F401  # before any thread is at work
        from flows.atlas import collect_atlas
        from flows.servers.run_history import begin_work, end_work, mark_cancelled, send_the_rest

        server.wait()
    try:
        begin_work(server.own)
        collected: Collected = collect_atlas(spec, str(folder))
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
    from tasks.atlas.page import render_atlas, write_page
    from tasks.atlas.show import show
    from tasks.numerics.atlas.network_findings import findings_of
    from tasks.numerics.atlas.tables import Atlas
    from tasks.plot.forests import plot_atlas

    folder = shown_folder(output)
    atlas = Atlas.read(folder)
    found = findings_of(atlas)
    page = table_folder(output) / "atlas.html"
    with usual_files(page.parent):
        write_page(render_atlas(atlas, found, plot_atlas(found)), page)
    show(atlas, found, {"Page": str(page), "Table": str(folder / "effects.parquet")})
