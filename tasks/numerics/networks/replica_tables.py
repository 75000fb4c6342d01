"""Trained replicas as tables: every number at its variant, candidate, origin and seed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.networks.chain.words import LayerRow
from tasks.numerics.networks.forms import form_of
from tasks.numerics.networks.initialisation import initialisation_words
from tasks.numerics.networks.seed_blocks import TrainedBlock, TrainingWindows
from tasks.numerics.networks.training_words import loss_words, quantile_of
from tasks.numerics.networks.tuning import Candidate, chosen, given, in_order
from tasks.numerics.networks.variants import Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

Array = np.ndarray
PLACE = ("variant", "origin", "seed")
QUANTILES = (0.05, 0.5, 0.95, 1.0)
"""Of the gradients' norms over training."""


@dataclass(frozen=True)
class Replicas:
    """The replicas of a comparison, by variant, candidate, origin and seed (V, C, O, S)."""

    blocks: Mapping[Variant, list[TrainedBlock]]
    training: TrainingSpec
    origins: tuple[TrainingWindows, ...]
    seeds: range

    @property
    def labels(self) -> dict[str, list[Any]]:
        """Names of the variants and numbers of the seeds, as coordinates."""
        return {"variant": [variant.name for variant in self.blocks], "seed": list(self.seeds)}

    @cached_property
    def tried(self) -> tuple[Candidate, ...]:
        """The grid (C), as far as it has moved."""
        trained = next(iter(self.blocks.values()), [])
        return in_order(self.training, (one for block in trained for one in block.candidates))

    def tried_at(self, origin: int) -> tuple[Candidate, ...]:
        """The grid of an origin, as far as it has moved there."""
        trained = next(iter(self.blocks.values()), [])
        return in_order(self.training, (one for block in trained if block.origin == origin for one in block.candidates))

    @property
    def given(self) -> int:
        """Which of the grid was asked for by itself."""
        return self.tried.index(given(self.training))

    def table(self, value: Callable[[TrainedBlock], Array]) -> Array:
        """A value of every replica (V, C, O, S, ...), NaN after the end of what early stopping made shorter.

        What was not tried at an origin is NaN, of truth values False.
        """
        tried = self.tried
        found = [
            {
                (candidate, block.origin, seed): own[block.replica(candidate, seed)]
                for block in trained
                for own in [value(block)]
                for candidate in block.candidates
                for seed in block.seeds
            }
            for trained in self.blocks.values()
        ]
        places = [(one, origin, seed) for one in tried for origin in range(len(self.origins)) for seed in self.seeds]
        first = next(iter(found[0].values()))
        untried = np.full_like(first, np.nan if first.dtype.kind == "f" else 0)
        stacked = padded([one.get(place, untried) for one in found for place in places])
        return stacked.reshape(len(found), len(tried), len(self.origins), len(self.seeds), *stacked.shape[1:])

    @cached_property
    def diverged(self) -> Array:
        """Which replicas (V, C, O, S) give numbers that are none; what was not tried counts as one."""
        return np.asarray(~self.table(lambda block: finite_rows(block.forecasts)))

    @cached_property
    def watched(self) -> Array:
        """Validation losses (V, C, O, S, E)."""
        return self.table(lambda block: block.validation_loss)

    @cached_property
    def kept(self) -> Array:
        """Validation losses (V, C, O, S) of the weights that were kept."""
        return self.kept_loss(self.watched, self.diverged)

    @cached_property
    def choice(self) -> Array:
        """The candidate of lowest mean validation loss of every variant and origin (V, O)."""
        return chosen(self.kept.transpose(0, 2, 1, 3))

    @property
    def seconds_a_seed(self) -> float:
        """Seconds that one seed of every variant took to train, at all origins and candidates, without compiling; programs one after another."""
        wanted = {*self.seeds}
        spent = (
            block.seconds * len(wanted & {*block.seeds}) / len(block.seeds)
            for trained in self.blocks.values()
            for block in trained
        )
        return float(sum(spent) / max(len(wanted), 1))

    def kept_loss(self, watched: Array, diverged: Array) -> Array:
        """Validation loss (V, C, O, S) of the weights that were kept, from that of every epoch (V, C, O, S, E).

        The lowest where seeds may stop early, else the last; NaN for a seed that diverged (V, C, O, S).
        """
        kept = np.fmin.reduce(watched, axis=-1) if self.training.patience else watched[..., -1]
        return np.where(diverged, np.nan, kept)

    def diagnostics(self) -> xr.Dataset:
        """The dataset `Outcome.diagnostics`, at the choices."""
        choice, found = self.choice, {}
        diverged, watched = at(choice, self.diverged), at(choice, self.watched)
        for name in next(iter(self.blocks.values()))[0].diagnostics:
            table = at(choice, self.table(lambda block, name=name: block.diagnostics[name]))  # type: ignore[misc]
            dimensions = (*PLACE, "layer") if name == "dead_units" else PLACE
            found[name] = (dimensions, np.where(diverged[..., None] if table.ndim > 3 else diverged, np.nan, table))
        norms = at(choice, self.table(lambda block: block.gradient_norm))
        # Diverged ones are kept: how large the gradients were before is what one wants to know.
        norms = np.where(np.isfinite(norms), norms, np.nan)
        with np.errstate(all="ignore"):
            quantiles = np.moveaxis(np.nanquantile(norms, QUANTILES, axis=-1), 0, -1)
        found["gradient_norm"] = ((*PLACE, "quantile"), quantiles)
        lowest = np.where(np.isfinite(watched), watched, np.inf).argmin(axis=-1) + 1.0
        found["best_epoch"] = (PLACE, np.where(diverged, np.nan, lowest))
        return xr.Dataset(found, coords=self.labels | {"quantile": list(QUANTILES)})

    def histories(self) -> xr.Dataset:
        """`loss` and `validation_loss` (variant, seed, epoch) at the choices, mean over origins.

        A replica that has stopped keeps the losses of the epoch whose weights it keeps.
        """
        tables = {"loss": self.table(lambda block: block.loss), "validation_loss": self.watched}
        tables = {name: at(self.choice, table) for name, table in tables.items()}
        if self.training.patience:
            best = at(self.choice, self.table(lambda block: block.best_epoch))
            tables = {name: held(table, best, self.training.patience) for name, table in tables.items()}
        found = {name: (("variant", "seed", "epoch"), table.mean(axis=1)) for name, table in tables.items()}
        return xr.Dataset(found, coords=self.labels | {"epoch": np.arange(1, self.watched.shape[-1] + 1)})


def held(course: Array, best_epoch: Array, patience: int) -> Array:
    """Courses (..., E) in which every epoch after a replica's last has the value of its best one (...), which counts from 1."""
    best = best_epoch[..., None]
    at_best = np.take_along_axis(course, best - 1, axis=-1)
    return np.where(np.arange(1, course.shape[-1] + 1) > best + patience, at_best, course)


def finite_rows(made: Array) -> Array:
    """Whether all numbers of each row (R,) of an array (R, ...) are numbers."""
    return np.asarray(np.isfinite(made).all(axis=tuple(range(1, made.ndim))))


def at(choice: Array, table: Array) -> Array:
    """A table (V, C, O, ...) at the choices (V, O): (V, O, ...)."""
    index = choice.reshape(len(choice), 1, -1, *[1] * (table.ndim - 3))
    return np.take_along_axis(table, index, axis=1)[:, 0]


def tuning_table(replicas: Replicas, network: NetworkSpec) -> xr.Dataset:
    """The grid and what was chosen of it.

    `validation_loss` (variant, candidate, origin, seed), `chosen` (variant, origin), `tried` (candidate, origin), whether the
    grid of an origin has the candidate, `initialisation` (variant), in words, `on_cudnn` (variant), whether Keras runs its recurrent layers on cuDNN;
    coordinates `learning_rate` and `clip_norm` (candidate); attributes `given`, the candidate that was asked for, `loss`, what was trained on, in words, `quantile`, which one
    that is for (NaN where for none that is known), `seconds_a_seed`, of training, and `layers`, the network's summary as JSON.
    """
    form = form_of(network)
    tried, grids = replicas.tried, [replicas.tried_at(origin) for origin in range(len(replicas.origins))]
    return xr.Dataset(
        {
            "validation_loss": (("variant", "candidate", "origin", "seed"), replicas.kept),
            "chosen": (("variant", "origin"), replicas.choice),
            "tried": (("candidate", "origin"), np.array([[one in grid for grid in grids] for one in tried])),
            "initialisation": ("variant", [initialisation_words(network, variant) for variant in replicas.blocks]),
            "on_cudnn": ("variant", [form.at(one.placement, one.activation).on_cudnn for one in replicas.blocks]),
        },
        coords=replicas.labels
        | {
            "learning_rate": ("candidate", [one.learning_rate for one in tried]),
            "clip_norm": ("candidate", [one.clip_norm for one in tried]),
        },
        attrs={
            "given": replicas.given,
            "loss": form.own_loss or loss_words(replicas.training),
            "quantile": float("nan") if form.own_loss else quantile_of(replicas.training),
            "seconds_a_seed": replicas.seconds_a_seed,
            "layers": json.dumps(layer_rows(replicas, network)),
        },
    )


def layer_rows(replicas: Replicas, network: NetworkSpec) -> list[LayerRow]:
    """The layers of the first variant, one after the other, as Keras' `summary()` shows them."""
    windows, first = replicas.origins[0], next(iter(replicas.blocks))
    steps, features = windows.inputs.shape[1:]
    form = form_of(network, windows.outputs, steps).at(first.placement, first.activation)
    return form.summary(steps, features)


def padded(parts: list[Array]) -> Array:
    """Stacked (k, ..., E); NaN after the end of those that early stopping made shorter."""
    longest = max(part.shape[-1] for part in parts) if parts[0].ndim else 0
    if not parts[0].ndim or all(part.shape[-1] == longest for part in parts):
        return np.stack(parts)
    return np.stack(
        [
            np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, longest - part.shape[-1])], constant_values=np.nan)
            for part in parts
        ]
    )
