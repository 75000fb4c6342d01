"""Evaluate: scores of every network, differences to the reference, and the verdicts."""

from typing import Any

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.problem import Origins
from tasks.numerics.problems.results import Outcome, Result
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.statistics.verdicts import all_decided


def collect(series: Series, origins: Origins, replicas: Replicas, network: NetworkSpec, baselines: Any) -> Outcome:
    """What training gave of the wanted seeds, each variant at the candidate that was chosen for it."""
    return PROBLEMS[network.head].collect(series, origins, replicas, network, baselines)


def decided(
    data: tuple[Series, Origins], network: NetworkSpec, outcome: Outcome, comparison: ComparisonSpec, look: Look
) -> bool:
    """Whether the verdict on every variant is, in the metric that comes first, at this look."""
    verdicts = PROBLEMS[network.head].judge(*data, outcome, comparison, look)
    judged = [one.metric for one in verdicts]
    return all_decided(verdicts, comparison.metric if comparison.metric in judged else judged[0])


def evaluate(
    data: tuple[Series, Origins], network: NetworkSpec, outcome: Outcome, comparison: ComparisonSpec, look: Look
) -> Result:
    """Everything found of an outcome."""
    return PROBLEMS[network.head].evaluate(*data, outcome, comparison, look)
