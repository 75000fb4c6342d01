"""`interlayer atlas`: many series, many variants, one table. Tracked by Prefect and MLflow; what it trained is kept by its own ledger."""

import os
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.collection.finishing import FinishedAtlas, finish_atlas
from flows.flow_runs.prefect_runner import AsTasks
from flows.servers.run_history import ask_once_if_gone, remember
from tasks.numerics.atlas.settings import AtlasSpec


@flow(
    name="collect-atlas",
    task_runner=ThreadPoolTaskRunner(max_workers=max(2, os.cpu_count() or 2)),  # type: ignore[arg-type]  # Prefect's own types disagree
    persist_result=False,
    on_running=[remember],
)
def collect_atlas(spec: AtlasSpec = AtlasSpec(), folder: str = "") -> FinishedAtlas:  # noqa: B008
    """What do many series say of every variant?"""
    try:
        return finish_atlas(spec, Path(folder), AsTasks(), track=True)
    finally:
        ask_once_if_gone()
