"""How MLflow's page of an experiment opens: which columns its list has, and which charts come first."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from tasks.numerics.findings.tracked_runs import Account

VIEW = "comparison"
"""The view's name in addresses."""
TAGS = "mlflow.sharedViewState."
"""Before the name of a view: the tag of an experiment in which MLflow looks for it."""
VIEW_TAG = TAGS + VIEW
MOST_BARS = 20
"""Runs that a chart shows at most; MLflow shows 10 unless told."""
COLLAPSED = ("decision", "inside", "means", "statistics", "odds", "steps", "training", "Model metrics")
"""Sections of charts that are closed at first; the last is MLflow's own, of metrics without a section."""


def view_address(tracker: str, experiment: str, view: str = VIEW) -> str:
    """Where an experiment is seen as comparisons, or as one of them, at the address of MLflow's UI."""
    return f"{tracker.rstrip('/')}/#/experiments/{experiment}/runs?viewStateShareKey={view}"


def side_by_side_address(tracker: str, experiment: str, runs: Sequence[str]) -> str:
    """Where runs stand side by side, at the address of MLflow's UI."""
    given = {"runs": json.dumps(list(runs)), "experiments": json.dumps([experiment])}
    return f"{tracker.rstrip('/')}/#/compare-runs?{urlencode(given)}"


def view_of(digest: str) -> str:
    """The name of the view that shows one comparison alone."""
    return f"{VIEW}-{digest}"


def comparison_view(account: Account, digest: str = "") -> str:
    """The view as MLflow keeps one that is shared: the score that decides and its verdict as columns, charts of what is judged; of one comparison alone where its digest is given."""
    first = account.metric
    judged = [first, *(metric for metric in account.judged if metric != first)]
    state = {
        "selectedColumns": [f"metrics.`{first}`", f"tags.`verdict.{first}`", "tags.`decision`"],
        **({"searchFilter": f"tags.digest = '{digest}'"} if digest else {}),
        "runsHiddenMode": f"FIRST_{MOST_BARS}_RUNS",
        # Otherwise MLflow sorts sections by their names.
        "isAccordionReordered": True,
        "compareRunSections": [section("Judged", shown=True), *(section(name, shown=False) for name in COLLAPSED)],
        "compareRunCharts": [bars(metric, "Judged") for metric in judged],
    }
    return json.dumps(state)


def section(name: str, shown: bool) -> dict[str, Any]:
    """A section of charts."""
    return {"uuid": name, "name": name, "display": shown, "isReordered": False, "deleted": False, "isGenerated": True}


def bars(metric: str, section_name: str) -> dict[str, Any]:
    """A chart with a bar a run."""
    return {
        "type": "BAR",
        "uuid": metric,
        "metricKey": metric,
        "displayName": metric,
        "metricSectionId": section_name,
        "runsCountToCompare": MOST_BARS,
        "deleted": False,
        "isGenerated": True,
    }
