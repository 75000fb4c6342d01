"""In which order series are visited: cheap ones first, every frequency in turn, so that a collection can end anywhere."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tasks.numerics.atlas.settings import NETWORKS, size_of
from tasks.numerics.series.series import Series


@dataclass(frozen=True)
class Visited:
    """A series of the Atlas."""

    series: Series
    source: str
    """`bundled`, or the name of its file without the ending."""

    @property
    def size(self) -> int:
        """How many of its last values are used."""
        return size_of(len(self.series.values))


@dataclass(frozen=True)
class Visit:
    """All variants of a network on a series: what is trained as one."""

    visited: Visited
    network: str

    @property
    def name(self) -> str:
        """Series and network."""
        return f"{self.visited.series.name}, {self.network}"


def visits(series: Sequence[Visited], networks: Sequence[str]) -> list[Visit]:
    """Every visit in its order: network by network, and within each the frequencies in turn, of each the shortest series first."""
    found = []
    for network in (name for name in NETWORKS if name in networks):
        rows: dict[str, list[Visited]] = defaultdict(list)
        for one in sorted(series, key=lambda one: (one.size, one.series.name)):
            if NETWORKS[network].everywhere or one.source == BUNDLED:
                rows[one.series.frequency].append(one)
        found += [Visit(one, network) for turn in zip_longest(*rows.values()) for one in turn if one]
    return found


BUNDLED = "bundled"
"""The source of the series that come with the project."""
