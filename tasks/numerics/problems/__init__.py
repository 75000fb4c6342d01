"""What networks are for, a folder a problem: its windows, scores, baselines and words. No problem imports another."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from tasks.numerics.settings import Head, NetworkSpec

if TYPE_CHECKING:
    from tasks.numerics.problems.problem import Problem

FOLDERS: dict[Head, str] = {"forecast": "forecasting", "autoencoder": "reconstruction"}
"""The folder of every problem, by its name in the settings. Each has `problem.PROBLEM` and `limits.check`."""


class Problems(Mapping[Head, "Problem"]):
    """Every problem by its name, imported when it is asked for."""

    def __getitem__(self, head: Head) -> "Problem":
        """The problem of this name."""
        problem: Problem = import_module(f"{__name__}.{FOLDERS[head]}.problem").PROBLEM
        return problem

    def __iter__(self) -> Iterator[Head]:
        """Their names."""
        return iter(FOLDERS)

    def __len__(self) -> int:
        """How many there are."""
        return len(FOLDERS)


PROBLEMS = Problems()


def check_problem(series: int, network: NetworkSpec) -> None:
    """Raises InputError where so many series, or such a network, have no such problem; imports nothing heavy."""
    import_module(f"{__name__}.{FOLDERS[network.head]}.limits").check(series, network)
