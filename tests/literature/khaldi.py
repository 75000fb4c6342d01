"""Khaldi et al. (2023): which recurrent cell is best depends on how the series behaves; on a random walk none beats the last value."""

import numpy as np
import pandas as pd

import interlayer
from tasks.numerics.problems.overview import p_value
from tasks.numerics.settings import KERAS
from tasks.numerics.statistics.ranks import friedman, ranks_of
from tasks.numerics.statistics.verdicts import ERROR, holm
from tests.literature.behaviours import BEHAVIOURS, made
from tests.literature.compared import LAST_VALUE, told
from tests.literature.findings import Finding, outcome, share
from tests.literature.kept import kept

WALK, RELU = "random walk", "cell-relu"
SERIES = 4
"""Of each behaviour."""
TRAINING = {
    "layers": [8],
    "placements": ["cell"],
    "activations": ["relu"],
    "lookback": 8,
    "epochs": 60,
    "batch_size": 32,
    "learning_rate": 0.003,
    "learning_rate_moves": 0,
    "patience": 0,
    "seeds": 10,
}
QUICK = {"epochs": 2, "seeds": 2, "learning_rates": 1}


def compare_made(behaviour: str, number: int, values: list[float], **settings) -> dict:
    """A comparison of a made series."""
    series = pd.Series(values, name=f"{behaviour.replace(' ', '_')}_{number}")
    return told(interlayer.compare(series, **settings))


def study(quick: bool = False) -> Finding:
    """Every cell with tanh and with relu on made series of every behaviour."""
    behaviours, number, cells = ([WALK], 2, ["simple_rnn"]) if quick else (list(BEHAVIOURS), SERIES, list(KERAS))
    settings = TRAINING | (QUICK if quick else {})
    found = {
        behaviour: [
            {
                cell: kept(
                    compare_made,
                    behaviour=behaviour,
                    number=one,
                    values=made(behaviour, one).tolist(),
                    cell=cell,
                    **settings,
                )
                for cell in cells
            }
            for one in range(number)
        ]
        for behaviour in behaviours
    }
    ranks = {behaviour: np.array([ranked(series) for series in all_series]) for behaviour, all_series in found.items()}
    p = dict(zip(ranks, holm(np.array([friedman(one) for one in ranks.values()])), strict=True))
    clear = [behaviour for behaviour in behaviours if p[behaviour] < ERROR]
    best = {behaviour: names(found)[int(one.mean(axis=0).argmin())] for behaviour, one in ranks.items()}
    first = sorted({best[behaviour].partition(",")[0] for behaviour in clear})
    return Finding(
        title="Does the best cell depend on how the series behaves?",
        source="Khaldi, El Afia, Chiheb and Tabik (2023), *What is the best RNN-cell structure to forecast each time series behavior?*",
        claim="The paper says that series of different behaviour want different recurrent cells.",
        outcome=outcome(len(first) > 1, bool(clear)),
        because=(
            f"{len(names(found))} networks rank differently beyond chance on {share(len(clear), len(behaviours))} behaviours ({', '.join(clear) or 'none'}), "
            + (f"and the cell that comes first on them differs: {', '.join(first)}." if len(first) > 1 else "")
            + (f"but the same cell comes first on each of them: {first[0]}." if len(first) == 1 else "")
            + ("so that none can be called the best." if not first else "")
        ),
        columns=(
            "behaviour",
            "best network",
            f"mean rank of {len(names(found))}",
            "RMSE, last value = 1",
            "p of equal ranks",
        ),
        rows=[
            (
                behaviour,
                best[behaviour],
                f"{one.mean(axis=0).min():.1f}",
                f"{relative_error(found[behaviour], best[behaviour]):.2g}",
                p_value(p[behaviour]),
            )
            for behaviour, one in ranks.items()
        ],
        notes=(walk_in_words(found[WALK]), relu_in_words(found)),
        how=(
            f"{number} made series of {made(WALK, 0).size} periods of each behaviour, LSTM, GRU and SimpleRNN of {TRAINING['layers'][0]} units, "
            f"each with tanh and with relu, {TRAINING['seeds']} paired seeds, three learning rates, {TRAINING['epochs']} epochs; p of Friedman's test, after Holm's adjustment."
        ),
        faults=tuple(claims_on_walks(found[WALK])),
    )


def names(found: dict) -> list[str]:
    """Every network, such as `GRU, relu`."""
    cells = next(iter(found.values()))[0]
    return [f"{KERAS[cell]}, {activation}" for cell in cells for activation in ("tanh", "relu")]


def scores(series: dict) -> list[list[float]]:
    """RMSE (V, S) of every network on one series."""
    return [one["variants"][variant]["scores"] for one in series.values() for variant in ("stock", RELU)]


def ranked(series: dict) -> np.ndarray:
    """Ranks (V,) of all networks on one series."""
    return ranks_of("rmse", np.array(scores(series)))


def relative_error(all_series: list[dict], name: str) -> float:
    """RMSE of a network in multiples of the last value's, mean over series."""
    own = [np.nanmean(scores(series)[names({"": all_series}).index(name)]) for series in all_series]
    last = [next(iter(series.values()))["baselines"][LAST_VALUE] for series in all_series]
    return float(np.mean(np.divide(own, last)))


def claims_on_walks(walks: list[dict]) -> list[str]:
    """What was claimed of a random walk, which cannot be."""
    return [
        f"Random walk {number}: {KERAS[cell]}, {variant} is claimed to {kind.replace('_', ' ')} beyond chance."
        for number, series in enumerate(walks)
        for cell, one in series.items()
        for kind in ("beat_the_last_value", "beat_the_best_baseline")
        for variant in one[kind]
    ]


def walk_in_words(walks: list[dict]) -> str:
    """What came of the random walks."""
    tried, claimed = sum(2 * len(series) for series in walks), len(claims_on_walks(walks))
    return (
        f"On a random walk nothing can beat the last value: of {tried} networks on such series {claimed or 'none'} "
        f"{'are' if claimed > 1 else 'is'} said to. `make literature` fails where one is."
    )


def relu_in_words(found: dict) -> str:
    """How relu in the cell fared against tanh, over all behaviours."""
    told_of = []
    for cell in next(iter(found.values()))[0]:
        words = [series[cell]["variants"][RELU]["verdict"] for all_series in found.values() for series in all_series]
        told_of.append(
            f"{KERAS[cell]}: {', '.join(f'{word} {words.count(word)}' for word in ('helps', 'hurts', 'same', 'undecided'))}"
        )
    return f"ReLU against tanh in the same cell, number of series: {'; '.join(told_of)}."
