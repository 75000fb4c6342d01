"""What tuning chose for every variant, and what it changed: in words and table cells."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.networks.tuning import Candidate, edges
from tasks.numerics.problems.overview import SIGNS, Overview
from tasks.numerics.statistics.seed_statistics import summary
from tasks.numerics.statistics.verdicts import Verdict
from tasks.numerics.wording import NAMED, NOTHING, joined, listed

Found = Overview[Any]


@dataclass(frozen=True)
class TuningRow:
    """What tuning did for a variant, in table cells."""

    variant: str
    chosen: str
    """Learning rate and clip norm; how many origins chose it where they differ."""
    tuned: str
    """Mean of the metric that leads ± standard deviation over seeds."""
    untuned: str
    """The same with the given candidate."""
    verdict: str
    """Sign and word of the metric that comes first; empty for the reference."""
    untuned_verdict: str
    changed: bool
    """Whether these are two words."""


@dataclass(frozen=True)
class Chosen:
    """The tuning of a result."""

    overview: Found

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The grid."""
        table = self.overview.result.tuning
        pairs = zip(table["learning_rate"].to_numpy(), table["clip_norm"].to_numpy(), strict=True)
        return tuple(Candidate(float(rate), float(norm)) for rate, norm in pairs)

    @property
    def given(self) -> Candidate:
        """The untuned candidate."""
        return self.candidates[int(self.overview.result.given)]

    @cached_property
    def choices(self) -> dict[str, str]:
        """What was chosen for every variant, such as `0.003`, or `0.001 x 2, 0.003 x 1` where origins chose differently."""
        found = {}
        for name, own in self._by_variant.items():
            names = [self.candidates[number].name for number in own]
            counts = [f"{one} x {names.count(one)}" for one in dict.fromkeys(names)]
            found[name] = names[0] if len(counts) == 1 else ", ".join(counts)
        return found

    @property
    def by_variant(self) -> dict[str, tuple[Candidate, ...]]:
        """What was chosen for every variant, a candidate an origin."""
        return {name: tuple(self.candidates[number] for number in own) for name, own in self._by_variant.items()}

    @cached_property
    def _by_variant(self) -> dict[str, list[int]]:
        table = self.overview.result.tuning["chosen"].transpose("variant", "origin")
        return {str(name): [int(one) for one in table.sel(variant=name)] for name in table["variant"].to_numpy()}

    @cached_property
    def rows(self) -> tuple[TuningRow, ...]:
        """A row a variant."""
        overview, result = self.overview, self.overview.result
        untuned = summary(result.untuned_scores).xs(result.leading, level="metric")
        rows = []
        for name, choice in self.choices.items():
            mean, spread = (
                overview.number(result.leading, float(untuned[column].to_dict()[name]))
                for column in ("mean", "standard_deviation")
            )
            now, before = overview.verdicts.get((name, result.metric)), self._untuned.get(name)
            rows.append(
                TuningRow(
                    name,
                    choice,
                    overview.mean_and_spread(name, result.leading),
                    mean if spread == NOTHING else f"{mean} ± {spread}",
                    f"{SIGNS[now.word]} {now.word}" if now else "",
                    f"{SIGNS[before.word]} {before.word}" if before else "",
                    bool(now and before and now.word != before.word),
                )
            )
        return tuple(rows)

    @cached_property
    def _untuned(self) -> dict[str, Verdict]:
        result = self.overview.result
        return {one.variant: one for one in result.untuned_verdicts if one.metric == result.metric}

    @property
    def in_short(self) -> str:
        """What was chosen, the variants of most common choice not named; empty where nothing was."""
        if not self.overview.result.tuned:
            return ""
        groups: dict[str, list[str]] = {}
        for name, choice in self.choices.items():
            groups.setdefault(choice, []).append(name)
        what = "learning rate and clip norm" if any(one.clip_norm for one in self.candidates) else "learning rate"
        if len(groups) == 1:
            return f"Tuned on validation loss: {what} {next(iter(groups))} for every variant."
        *few, most = sorted(groups.items(), key=lambda group: len(group[1]))
        parts = [f"{choice} for {listed(names)}" for choice, names in few]
        rest = listed(most[1]) if len(most[1]) <= NAMED else "the others"
        return f"Tuned on validation loss: {what} {joined([*parts, f'{most[0]} for {rest}'])}."

    @property
    def changes(self) -> str:
        """Verdicts that tuning changed, in a sentence; empty where it changed none."""
        changed = [
            f"{row.variant} {row.untuned_verdict[2:]}, not {row.verdict[2:]}" for row in self.rows if row.changed
        ]
        if not (self.overview.result.tuned and changed):
            return ""
        return f"Without tuning ({self.given.name} for all) the verdict would be: {'; '.join(changed)}."

    @property
    def edges(self) -> str:
        """Variants whose best learning rate is the lowest or the highest of the grid; empty where there are none."""
        tuning = self.overview.result.tuning
        table = tuning["validation_loss"].transpose("variant", "origin", "candidate", "seed")
        sides = np.stack(
            [
                edges([one for one, there in zip(self.candidates, tried, strict=True) if there], losses[:, tried])
                for tried, losses in zip(
                    tuning["tried"].transpose("origin", "candidate").to_numpy(),
                    table.transpose("origin", "variant", "candidate", "seed").to_numpy(),
                    strict=True,
                )
            ],
            axis=1,
        )
        parts = []
        for said, side in (("lowest", -1), ("highest", 1)):
            there = (sides == side).any(axis=-1)
            names = [str(name) for name, own in zip(table["variant"].to_numpy(), there, strict=True) if own]
            if names:
                parts.append(f"the {said} for {listed(names)}")
        return (
            f"The best learning rate is at the edge of the grid, {joined(parts)}: a better one may lie beyond (--learning-rate-moves)."
            if parts
            else ""
        )

    @property
    def losses(self) -> xr.DataArray:
        """Validation loss over all seeds and origins: (variant, line, candidate), lines `low`, `median`, `high` (quartiles)."""
        table = self.overview.result.tuning["validation_loss"].transpose("variant", "candidate", "origin", "seed")
        values = table.to_numpy().astype(np.float64).reshape(*table.shape[:2], -1)
        lines = np.full((len(values), 3, values.shape[1]), np.nan)
        for place in np.ndindex(values.shape[:2]):
            finite = values[place][np.isfinite(values[place])]
            if len(finite):
                lines[place[0], :, place[1]] = np.quantile(finite, [0.25, 0.5, 0.75])
        coordinates = {"variant": table["variant"], "line": ["low", "median", "high"]}
        return xr.DataArray(lines, dims=("variant", "line", "candidate"), coords=coordinates)
