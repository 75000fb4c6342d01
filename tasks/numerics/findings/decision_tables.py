"""The odds and what every choice comes to, as cells, rows and numbers: for terminal, page, summary and trackers."""

from dataclasses import asdict
from typing import Any

import numpy as np

from tasks.numerics.findings.decision import decision, odds_in, prior_of
from tasks.numerics.findings.decision_words import certain_here
from tasks.numerics.findings.odds_words import in_hundreds, percent, size
from tasks.numerics.findings.options import Option
from tasks.numerics.problems.overview import Overview, computed_once
from tasks.numerics.wording import NOTHING

Found = Overview[Any]
ATLAS = ("digest", "engine", "network", "series", "unlike")
"""What is written of the Atlas that was asked."""


def odds_explained(overview: Found) -> str:
    """What odds are, in words."""
    beside = (
        "Where the Atlas was asked, odds are of both; the weight of this series is its share of the precision, were both normal "
        "distributions: the variance with the Atlas over that without."
        if decision(overview).prior
        else "Nothing else is known beforehand."
    )
    return (
        "Odds: how likely the variant is better, as good (within the region that counts as equal) or worse than the reference, were the "
        f"networks retrained with other seeds and tested on other {overview.result.tested} like these. They follow from the same variances as "
        f"the intervals. {beside}"
    )


def odds_cell(overview: Found, variant: str) -> str:
    """Per cent of better, as good and worse, such as `12/30/58`; empty for the reference, for baselines and where there are none."""
    found = next((one.odds for one in decision(overview).options if one.name == variant), None)
    return in_hundreds(found) if found else ""


def option_columns(overview: Found) -> tuple[str, ...]:
    """What stands in the columns of `option_rows`."""
    alone = ("this series alone", "its weight") if decision(overview).prior else ()
    return ("choice", "expected difference", "better", "as good", "worse", *alone, "best of all", "expected loss")


def option_rows(overview: Found) -> list[tuple[str, ...]]:
    """Choice, expected difference, odds, probability that it is best, expected loss; none where there are no odds."""
    found = decision(overview)
    if found.evidence is None:
        return []

    def row(option: Option) -> tuple[str, ...]:
        side = "" if not option.difference else " better" if option.difference < 0 else " worse"
        odds = option.odds
        cells = [percent(share) for share in (odds.better, odds.same, odds.worse)] if odds else [NOTHING] * 3
        shown = f"{size(found, option.difference)}{side}" if odds else NOTHING
        alone = both_odds(option) if found.prior else []
        ends = (percent(option.best), size(found, option.regret)) if np.isfinite(option.best) else (NOTHING, NOTHING)
        return (option.name, shown, *cells, *alone, *ends)

    return [row(option) for option in found.options]


def both_odds(option: Option) -> list[str]:
    """The odds from this series alone, and how much it weighs against the others."""
    if option.alone is None or option.weight is None:
        return [NOTHING, NOTHING]
    return [in_hundreds(option.alone), percent(option.weight)]


def certain_rows(overview: Found) -> tuple[str, ...]:
    """What is beyond doubt on this very test part, a line a variant of which something is."""
    said = {one.variant: certain_here(overview, one.variant) for one in overview.primary}
    return tuple(f"{name}: {words}" for name, words in said.items() if words)


def decision_summary(overview: Found) -> dict[str, Any]:
    """What summary.json holds of the decision."""
    found = decision(overview)
    kept = asdict(found)
    nothing = dict.fromkeys(("better", "same", "worse", "better_at_all"))
    kept["options"] = [
        {name: value for name, value in option.items() if name != "odds"} | (option["odds"] or nothing)
        for option in kept["options"]
    ]
    asked = prior_of(overview) if found.prior else None
    kept["atlas"] = None if asked is None else {name: getattr(asked, name) for name in ATLAS}
    return kept


@computed_once
def odds_rows(overview: Found) -> list[dict[str, Any]]:
    """The odds of every variant in every judged metric in which there are any."""
    return [
        {"variant": variant, "metric": metric, **asdict(odds)}
        for metric in overview.result.judged
        for variant, odds in odds_in(overview, metric).items()
    ]


def tracked_odds(overview: Found) -> dict[str, dict[str, float]]:
    """Of every option in the metric that comes first, by the names under which a tracker keeps them."""
    found = decision(overview)
    return {
        option.name: {
            **({f"odds/{name}": value for name, value in asdict(option.odds).items()} if option.odds else {}),
            "odds/best": option.best,
            "odds/expected_loss": option.regret,
        }
        for option in found.options
        if np.isfinite(option.best)
    }
