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
    """All variants of a network on a series with some seeds: what is trained as one."""

    visited: Visited
    network: str
    seeds: range

    @property
    def place(self) -> tuple[str, str]:
        """Series and network."""
        return self.visited.series.name, self.network

    @property
    def name(self) -> str:
        """Series, network and seeds."""
        return f"{', '.join(self.place)}, seeds {self.seeds[0]} to {self.seeds[-1]}"


def visits(series: Sequence[Visited], networks: Sequence[str], seeds: int) -> list[Visit]:
    """Every visit in its order: the first seeds on all series before further ones, network by network, and within each the frequencies in turn, of each the shortest series first."""
    found = []
    for first in range(0, seeds, TOGETHER):
        for network in (name for name in NETWORKS if name in networks):
            own = range(first, min(first + TOGETHER, seeds, NETWORKS[network].most_seeds))
            rows: dict[str, list[Visited]] = defaultdict(list)
            for one in sorted(series, key=lambda one: (one.size, one.series.name)):
                if own and (NETWORKS[network].everywhere or one.source == BUNDLED):
                    rows[one.series.frequency].append(one)
            found += [Visit(one, network, own) for turn in zip_longest(*rows.values()) for one in turn if one]
    return found


TOGETHER = 5
"""Seeds of a visit: with three learning rates they fill a program."""
BUNDLED = "bundled"
"""The source of the series that come with the project."""
