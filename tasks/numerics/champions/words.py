"""What is said of a champion: in sentences, and in the tags of its version."""

from tasks.numerics.champions.kept import LEVELS, Kept
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.wording import NOTHING, cut, few

LONGEST = 5000
"""Characters of a tag."""


def unit_of(kept: Kept) -> str:
    """What errors are in, with a blank before it; empty where it is not known."""
    if kept.is_panel:
        return " naive errors"
    return f" {kept.unit}" if kept.unit else ""


def scores_in_words(kept: Kept) -> str:
    """How good it was on the test part, beside the naive forecast."""
    scores = kept.scores
    return (
        f"{METRICS[scores.metric].label}{unit_of(kept)} {scores.own:.4g} on {scores.windows} test windows, the naive forecast ({scores.naive_name}) "
        f"{scores.naive:.4g}"
    )


def coverage_in_words(kept: Kept) -> str:
    """How often its intervals held what came, on the test part."""
    known = {level: share for level, share in kept.coverage.share.items() if share is not None}
    missing = [f"{level} %" for level in LEVELS if any(None in one.bounds[level][0] for one in kept.members)]
    lacks = (
        f" The test part is too short for intervals of {' and '.join(missing)}: compare with a larger --test."
        if missing
        else ""
    )
    if not known:
        return f"How often intervals hold what comes is not known: the test part is too short.{lacks}"
    told = " and ".join(f"those of {level} % held {100 * share:.0f} %" for level, share in known.items())
    return f"Intervals on the last {kept.coverage.windows} test windows, each made of the errors known at its time: {told} of the actual values.{lacks}"


def version_tags(kept: Kept, now: str, refused: str) -> dict[str, str]:
    """What MLflow's registry says of a version: enough to read its history by."""
    members = kept.members
    found = {
        "digest": kept.digest,
        "run": kept.run,
        "decision": kept.decision,
        "verdict": kept.verdict,
        "odds": kept.odds,
        "compared_at": now,
        "first": min(one.first for one in members),
        "last": max(one.last for one in members),
        "score": f"{kept.scores.own:.6g}",
        "naive": f"{kept.scores.naive:.6g}",
        "days": str(kept.days),
        "refused": refused,
        "promoted_at": "",
        "replaced": "",
        **{f"kind.{name.replace(' ', '_')}": value for name, value in kept.kind.items()},
        **{
            f"coverage_{level}": NOTHING if share is None else f"{share:.4f}"
            for level, share in kept.coverage.share.items()
        },
    }
    return {name: cut(value, LONGEST - 3) for name, value in found.items() if value}


def series_in_words(kept: Kept) -> str:
    """Which series it forecasts."""
    return few([one.name for one in kept.members], 5)


def missing_in_words(kept: Kept, there: list[str]) -> str:
    """Which of its series the newest rows do not hold; empty where all are there."""
    missing = [one.name for one in kept.members if one.name not in there] if kept.is_panel else []
    if not missing:
        return ""
    return f"{len(missing)} of the champion's {len(kept.members)} series are not among the newest rows, and have no forecast: {few(missing, 5)}."
