"""Which comparison a comparison is set beside: the one that was tracked before it in its experiment."""

from tasks.numerics.findings.sqlite_runs import run_before
from tasks.track.places import DIGEST, Place, Tracked, connect
from tasks.track.store import STORE

MOST = 1000
"""Comparisons that are looked through."""


def comparison_before(tracked: Tracked, place: Place) -> str:
    """The run of the comparison that began last before a tracked one; '' where none did."""
    if place.own:
        # Without the seconds that MLflow takes to be imported.
        return run_before(place.store / STORE, tracked.ids["run"], DIGEST)
    client = connect(place)
    run, experiment = client.get_run(tracked.ids["run"]), tracked.ids["experiment"]
    found = client.search_runs(
        [experiment],
        f"tags.level = 'comparison' and attributes.status = 'FINISHED' and attributes.start_time < {run.info.start_time}",
        order_by=["attributes.start_time DESC"],
        max_results=MOST,
    )
    own = run.data.tags.get(DIGEST)
    return next((str(one.info.run_id) for one in found if one.data.tags.get(DIGEST) != own), "")
