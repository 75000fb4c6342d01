"""How a champion moved over time: its comparisons, and its forecasts against what came, as far as they can be set side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.numerics.champions.kept import LEVELS, differences_between
from tasks.numerics.champions.past_forecasts import Outcome, PastForecast, outcome_of, period_of
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.wording import joined

Kind = Mapping[str, str]


@dataclass(frozen=True)
class Compared:
    """A comparison that chose a network for this name."""

    version: int
    compared_at: str
    first: str
    last: str
    decision: str
    verdict: str
    odds: str
    score: float
    naive: float
    promoted_at: str
    replaced: str
    refused: str
    kind: Kind

    @classmethod
    def of(cls, version: int, tags: Mapping[str, str]) -> "Compared":
        """From what the registry says of a version."""
        kind = {
            name.removeprefix("kind.").replace("_", " "): value
            for name, value in tags.items()
            if name.startswith("kind.")
        }
        return cls(
            version=version,
            compared_at=tags.get("compared_at", ""),
            first=tags.get("first", ""),
            last=tags.get("last", ""),
            decision=tags.get("decision", ""),
            verdict=tags.get("verdict", ""),
            odds=tags.get("odds", ""),
            score=float(tags.get("score", "nan")),
            naive=float(tags.get("naive", "nan")),
            promoted_at=tags.get("promoted_at", ""),
            replaced=tags.get("replaced", ""),
            refused=tags.get("refused", ""),
            kind=kind,
        )

    @property
    def outcome(self) -> str:
        """What became of it, in a word."""
        return "champion" if self.promoted_at else "refused"


@dataclass(frozen=True)
class Scored:
    """A forecast and what became of it."""

    made: PastForecast
    outcome: Outcome


@dataclass(frozen=True)
class History:
    """All that can be set side by side, and what is not."""

    name: str
    kind: Kind
    compared: tuple[Compared, ...]
    forecasts: tuple[Scored, ...]
    champion: int | None
    left_out: tuple[str, ...]
    """Why some are not set beside the others, a sentence a kind."""

    @property
    def label(self) -> str:
        """Of the error in which they are compared."""
        return METRICS[self.kind.get("metric", "rmse")].label

    @property
    def overall(self) -> Outcome:
        """All forecasts whose periods have come, every value counting alike."""
        known = [one.outcome for one in self.forecasts if one.outcome.came]
        counts = np.array([one.came for one in known], np.float64)
        power = 1 if self.kind.get("metric") == "mae" else 2

        def mean(values: list[float]) -> float:
            return float((np.average(np.power(values, power), weights=counts)) ** (1 / power)) if known else np.nan

        return Outcome(
            sum(one.came for one in known),
            sum(one.outcome.wanted for one in self.forecasts),
            mean([one.error for one in known]),
            mean([one.naive for one in known]),
            {level: sum(one.held[level] for one in known) for level in LEVELS},
            {level: sum(one.told[level] for one in known) for level in LEVELS},
        )


def history(
    name: str,
    compared: Sequence[Compared],
    made: Sequence[PastForecast],
    actual: Mapping[str, Mapping[str, float]],
    champion: int | None,
) -> History:
    """What is of one kind with the newest comparison, in order; of the rest, what differs."""
    newest = max(compared, key=lambda one: one.version).kind if compared else made[-1].kind
    own = [one for one in compared if not differences_between(dict(newest), dict(one.kind))]
    forecasts = [one for one in made if not differences_between(dict(newest), one.kind)]
    found = tuple(Scored(one, outcome_of(one, actual)) for one in forecasts)
    left_out = sentences_of_others(newest, [one.kind for one in compared], [one.kind for one in made])
    order = sorted(own, key=lambda one: (one.compared_at, one.version))
    return History(name, newest, tuple(order), found, champion, left_out)


def sentences_of_others(newest: Kind, compared: Sequence[Kind], made: Sequence[Kind]) -> tuple[str, ...]:
    """A sentence for every other kind: how many there are of it, and what differs."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number, kinds in enumerate((compared, made)):
        for kind in kinds:
            if differs := differences_between(dict(kind), dict(newest)):
                found.setdefault(tuple(differs), [0, 0])[number] += 1
    return tuple(
        f"{_counted(*counts)} cannot be set beside these: another {joined(list(differs))}."
        for differs, counts in found.items()
    )


def _counted(compared: int, made: int) -> str:
    parts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((compared, "comparison"), (made, "forecast"))
        if number
    ]
    return joined(parts)


def by_version(found: History) -> dict[int, list[Scored]]:
    """Forecasts of each version."""
    table: dict[int, list[Scored]] = {}
    for one in found.forecasts:
        table.setdefault(one.made.version, []).append(one)
    return table


def last_of(one: PastForecast) -> object:
    """The last period that a forecast knew, as pandas has it."""
    return period_of(one, one.last)
