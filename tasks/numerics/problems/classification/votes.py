"""McNemar's test on votes: of the mean probabilities over seeds, in which samples does a variant tell the class and the reference not?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats  # type: ignore[import-untyped]

from tasks.numerics.problems.classification.scores import Labels
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.verdicts import holm

COLUMNS = ("variant", "accuracy", "only_variant", "only_reference", "p", "p_adjusted")


def votes_of(probabilities: Array) -> Array:
    """The class (N,) of the highest mean probability over the seeds (S, N, K) that did not diverge; -1 where all did."""
    finite = probabilities[np.isfinite(probabilities).all(axis=(1, 2))]
    if not len(finite):
        return np.full(probabilities.shape[1], -1)
    return np.asarray(finite.mean(axis=0).argmax(axis=1))


def mcnemar(probabilities: Mapping[str, Array], labels: Labels, reference: str) -> pd.DataFrame:
    """A row a variant: its votes' `accuracy`, the samples that it alone tells and the reference alone, exact two-sided p, and after Holm.

    The test is of samples that are independent, with these networks (McNemar 1947, Psychometrika 12, 153-157): other seeds would vote
    otherwise, which the verdicts count and this does not.
    """
    right = {name: votes_of(one) == labels for name, one in probabilities.items()}
    rows = []
    for name, own in right.items():
        only, other = int((own & ~right[reference]).sum()), int((right[reference] & ~own).sum())
        p = stats.binomtest(only, only + other).pvalue if only + other else 1.0
        rows.append((name, float(own.mean()), only, other, np.nan if name == reference else float(p)))
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    return table.assign(p_adjusted=holm(table["p"].to_numpy()))
