"""Whether a challenger takes the champion's place: on the same newest periods, which neither has seen, and against the naive forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from tasks.numerics.champions.inputs import Periods
from tasks.numerics.champions.kept import Kept, Scores, differences_between, moment_of
from tasks.numerics.champions.pairs import CHAMPION, OWN, pair
from tasks.numerics.champions.served import ChampionModel
from tasks.numerics.errors import InputError
from tasks.numerics.series.periods import moment
from tasks.numerics.statistics.influence import Paired
from tasks.numerics.statistics.intervals import CONFIDENCE, gap_of
from tasks.numerics.statistics.metrics import METRICS, NaiveScale
from tasks.numerics.statistics.overlapping_forecasts import counted, fewest_windows
from tasks.numerics.statistics.variance_components import critical, variance_over_time
from tasks.numerics.statistics.verdicts import ERROR, Word, word_for

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Duel:
    """Challenger less champion on windows that neither has seen, both as ensembles."""

    metric: str
    own: float
    champion: float
    low: float
    """Of the difference, over other periods like these: 95 %."""
    high: float
    region: float
    """What counts as equal, plus or minus."""
    windows: int
    first: str
    last: str
    word: Word

    @property
    def difference(self) -> float:
        """Below 0 the challenger is better."""
        return self.own - self.champion

    @property
    def is_worse(self) -> bool:
        """Whether the challenger is proven worse, or misses by more than what counts as equal."""
        return self.word == "hurts" or self.difference > self.region

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        label = METRICS[self.metric].label
        said = {
            "helps": "it is better",
            "hurts": "it is worse",
            "same": "it is as good",
            "undecided": "which is better is undecided",
        }[self.word]
        return (
            f"{label} {self.own:.4g} against the champion's {self.champion:.4g} on {self.windows} test windows that neither has seen "
            f"({self.first} to {self.last}); difference {self.difference:.3g} [{self.low:.3g}, {self.high:.3g}]: {said}"
        )


def why_not_naive(scores: Scores) -> str:
    """Why it may not forecast at all: it does not beat the naive forecast; empty where it does."""
    if scores.own < scores.naive:
        return ""
    label = METRICS[scores.metric].label
    return f"it does not beat the naive forecast ({scores.naive_name}) on the test part: {label} {scores.own:.4g} against {scores.naive:.4g}"


def why_incomparable(own: Kept, champion: Kept) -> str:
    """What differs where two do not forecast the same; empty where they do."""
    found = differences_between(champion.kind, own.kind)
    if not found:
        return ""
    return (
        f"it does not forecast what the champion does: {'; '.join(found)}. Expected the same of one name: keep this one under another "
        "(--champion)"
    )


def why_older(own: Kept, champion: Kept) -> str:
    """That its data end before those of the champion; empty where they do not."""
    ends = [max(moment_of(one.last, kept.is_dated) for one in kept.members) for kept in (own, champion)]
    if ends[0] >= ends[1]:
        return ""
    return f"its rows end at {moment(ends[0])}, before those of the champion, at {moment(ends[1])}"


def duel(
    champion: ChampionModel,
    forecasts: xr.Dataset,
    mean: Array,
    data: tuple[Sequence[Periods], list[NaiveScale]],
    rope: float,
) -> Duel:
    """Both on the challenger's test windows from the first period on that the champion has not seen.

    `forecasts` are a comparison's, `mean` (W, H) the challenger's, and `data` every series and its naive error. Raises InputError where there are too few such windows.
    """
    kept = champion.kept
    every, scales = data
    chosen, made = [], []
    member = forecasts["member"].to_numpy() if "member" in forecasts else np.zeros(len(mean), np.int64)
    for number, periods in enumerate(every):
        own = kept.member(periods.name)
        unseen = moment_of(own.unseen, kept.is_dated)
        at = np.flatnonzero(member == number)
        at = at[np.asarray(forecasts["time"].to_index()[at] >= unseen)]
        if not len(at):
            continue
        rows = periods.index.get_indexer(forecasts["time"].to_index()[at])
        chosen.append(at)
        made.append(champion.at_rows(own, periods, rows.tolist()))
    windows = np.concatenate(chosen) if chosen else np.empty(0, np.int64)
    moments = len(np.unique(forecasts["time"].to_numpy()[windows]))
    if moments < fewest_windows(kept.horizon):
        raise InputError(
            f"there are {moments} {counted(kept.horizon)} that neither it nor the champion has seen, and at least {fewest_windows(kept.horizon)} are "
            "wanted to compare them on: with further rows there are more"
        )
    order = np.argsort(windows, kind="stable")
    shared = forecasts.isel(time=windows[order])
    paired = pair(shared, {OWN: mean[windows[order]], CHAMPION: np.concatenate(made)[order]}, scales)
    times = shared["time"].to_index()
    return judged(paired, kept.scores.metric, rope, (moments, moment(times.min()), moment(times.max())))


def judged(paired: Paired, metric: str, rope: float, where: tuple[int, str, str]) -> Duel:
    """The difference of two ensembles over time, with its interval over other periods and its word."""
    own, champion = (paired.scored(name)[metric] for name in (OWN, CHAMPION))
    course = gap_of(metric, own, champion)[0]
    difference = float(course.mean())
    variance, freedom = variance_over_time(course, *paired.memory, paired.draws)
    margin = float(critical(CONFIDENCE, np.maximum(freedom * paired.draws.evenness, 1)) * np.sqrt(variance))
    low, high = difference - margin, difference + margin
    region = rope * float(champion.value[0])
    # The interval and p are of one statistic: beyond 0 p is below the level.
    p = 0.0 if low > 0 or high < 0 else 1.0
    word = word_for(low, high, p, region, ERROR)
    return Duel(metric, float(own.value[0]), float(champion.value[0]), low, high, region, *where, word)
