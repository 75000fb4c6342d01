"""Baselines: what takes no network, on the same windows."""

from typing import Any

from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.problem import Origins, Tell
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec


def baselines_key(series: Series, origins: Origins, network: NetworkSpec) -> str:
    """What decides the baselines, in a few characters."""
    return PROBLEMS[network.head].baselines_key(series, origins, network)


def run_baselines(series: Series, origins: Origins, network: NetworkSpec, tell: Tell) -> Any:
    """Every baseline of the problem, as `evaluate` takes them; `tell` hears of how many series they are known."""
    return PROBLEMS[network.head].baselines(series, origins, network, tell)
