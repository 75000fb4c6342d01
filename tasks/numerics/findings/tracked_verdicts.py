"""Verdicts as tags of tracked runs, such as `verdict.rmse`."""

from collections.abc import Sequence

from tasks.numerics.findings.tracked_names import LONGEST
from tasks.numerics.statistics.verdicts import Verdict
from tasks.numerics.wording import cut


def verdicts_on(verdicts: Sequence[Verdict], variant: str) -> dict[str, str]:
    """Those on a variant, as it and its seeds have them."""
    return {f"verdict.{one.metric}": one.word for one in verdicts if one.variant == variant}


def all_verdicts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Those on all variants together, as their comparison has them."""
    found: dict[str, list[str]] = {}
    for one in verdicts:
        found.setdefault(f"verdict.{one.metric}", []).append(f"{one.variant} {one.word}")
    return {tag: cut(", ".join(words), LONGEST) for tag, words in found.items()}
