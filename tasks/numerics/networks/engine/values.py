"""What stands between two layers, in whichever order a layer wants it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from tasks.numerics.networks.engine.layouts import Layout

Tensor = Any


@dataclass(frozen=True)
class Place:
    """Where values stand: in which layout, of so many replicas (R), windows (B) and time steps (T)."""

    layout: Layout
    replicas: int
    batch: int
    steps: int

    def at(self, steps: int) -> "Place":
        """The same with so many time steps."""
        return Place(self.layout, self.replicas, self.batch, steps)


class Values:
    """Numbers (R, B, T, U), made of what they were given as when they are asked for."""

    def __init__(self, place: Place, made: str, value: Tensor, repeats: int = 1, there: Tensor | None = None) -> None:
        """`made` says as what they are given: `rows`, `flat` or `whole`; one time step may stand for several (`repeats`).

        `there` (R, B, T) says which time steps recurrent layers see, where some are masked.
        """
        self.place, self.repeats, self.there = place, repeats, there
        self._known = {made: value}

    @property
    def steps(self) -> int:
        """Time steps (T), repeated ones counted."""
        return self.place.steps * self.repeats

    @property
    def given(self) -> tuple[str, Tensor]:
        """As what they were given."""
        return next(iter(self._known.items()))

    @property
    def rows(self) -> Tensor:
        """As a layer's input, in the layout's order; a time step that is repeated stands there once."""
        place = self.place
        return self._as(
            "rows",
            flat=lambda flat: place.layout.hidden_sequence(flat, place.replicas, place.batch),
            whole=place.layout.sequence,
        )

    @property
    def flat(self) -> Tensor:
        """(T, n); a time step that is repeated stands there once."""
        return self._as(
            "flat",
            rows=lambda rows: self.place.layout.flat_sequence(rows, self.place.steps),
            whole=lambda whole: self.place.layout.flat_sequence(self.place.layout.sequence(whole), self.place.steps),
        )

    @property
    def whole(self) -> Tensor:
        """(R, B, T, U), repeated steps each."""
        place = self.place
        found = self._as(
            "whole",
            rows=lambda rows: place.layout.outputs(rows, place.steps, place.batch),
            flat=lambda _: place.layout.outputs(self.rows, place.steps, place.batch),
        )
        return tf.repeat(found, self.repeats, axis=2) if self.repeats > 1 else found

    def each_step(self) -> "Values":
        """The same with every time step standing there."""
        if self.repeats == 1:
            return self
        flat = tf.broadcast_to(self.flat, [self.repeats, self.flat.shape[1]])
        return Values(self.place.at(self.repeats), "flat", flat)

    def reversed(self) -> "Values":
        """The last time step first."""
        there = None if self.there is None else tf.reverse(self.there, [2])
        return self if self.place.steps == 1 else Values(self.place, "flat", tf.reverse(self.flat, [0]), there=there)

    def steps_there(self, units: int) -> Tensor | None:
        """Whether recurrent layers of so many units see each step (T, n); None where they see all."""
        if self.there is None:
            return None
        spread = tf.cast(tf.repeat(self.there[..., None], units, axis=3), tf.float32)
        return Values(self.place, "whole", spread).flat > 0

    def _as(self, wanted: str, **ways: Callable[[Tensor], Tensor]) -> Tensor:
        if wanted not in self._known:
            made = next(iter(self._known))
            self._known[wanted] = ways[made](self._known[made])
        return self._known[wanted]
