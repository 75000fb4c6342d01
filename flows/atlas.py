"""`interlayer atlas`: many series, many variants, one table. Tracked by Prefect where that is wanted; what it trained is kept by its own ledger."""

import os
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.collection.collecting import Collected, collect
from flows.comparison.prefect_runner import AsTasks
from flows.servers.run_history import ask_once_if_gone, remember
from tasks.numerics.atlas.settings import AtlasSpec


@flow(
    name="collect-atlas",
    task_runner=ThreadPoolTaskRunner(max_workers=max(2, os.cpu_count() or 2)),  # type: ignore[arg-type]  # Prefect's own types disagree
    persist_result=False,
    on_running=[remember],
)
def collect_atlas(spec: AtlasSpec = AtlasSpec(), folder: str = "") -> Collected:  # noqa: B008
    """What do many series say of every variant?"""
    try:
        return collect(spec, Path(folder), AsTasks())
    finally:
        ask_once_if_gone()
