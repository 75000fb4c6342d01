"""Greff et al. (2017): of an LSTM's two activations the one on the way out matters, where the cell state is unbounded."""

from tests.literature.compared import compare, word_and_difference
from tests.literature.findings import Finding, outcome, share
from tests.literature.kept import kept

IN, OUT = "input-linear", "squash-linear"
SERIES = ("sunspots", "canadian_gas", "victoria_electricity_daily", "nottingham_temperature", "digits")
TRAINING = {
    "layers": [16],
    "placements": ["input", "squash"],
    "activations": ["linear"],
    "lookback": 24,
    "epochs": 50,
    "batch_size": 32,
    "learning_rate": 0.003,
    "seeds": 30,
}
QUICK = {"epochs": 2, "seeds": 2, "learning_rates": 1}


def study(quick: bool = False) -> Finding:
    """An LSTM without either activation, against the plain one."""
    series = SERIES[:1] if quick else SERIES
    found = {name: kept(compare, series=name, **TRAINING | (QUICK if quick else {})) for name in series}
    words = {variant: [one["variants"][variant]["verdict"] for one in found.values()].count for variant in (IN, OUT)}
    rows = [
        (
            name,
            word_and_difference(one, IN),
            word_and_difference(one, OUT),
            *(cell_range(one, it) for it in ("stock", OUT)),
        )
        for name, one in found.items()
    ]
    number, worse = len(found), words[OUT]("hurts")
    widest = max(one["variants"][OUT]["cell_range"] for one in found.values())
    return Finding(
        title="Which of the two activations does an LSTM need?",
        source=(
            "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), *LSTM: A Search Space Odyssey* "
            "(their NIAF is `input-linear`, their NOAF `squash-linear`)."
        ),
        claim=(
            "An LSTM has two tanh: one on what goes into the cell, one on what comes out. The paper says that the one on the way "
            "out is needed where nothing else bounds the cell state, and that the other matters less."
        ),
        outcome=outcome(worse > number / 2 and worse > words[IN]("hurts"), worse > words[IN]("hurts")),
        because=(
            f"without the one on the way out the network is worse on {share(worse, number)} data sets and better on "
            f"{words[OUT]('helps')}; without the one on the way in it is worse on {words[IN]('hurts')} and better on {words[IN]('helps')}. "
            f"Without tanh on the way out the cell state stays within ± {widest:.2g} here: the paper needs that tanh where it runs away."
        ),
        columns=(
            "data",
            "without tanh on the way in",
            "without tanh on the way out",
            "cell state, plain",
            "cell state, without",
        ),
        rows=rows,
        notes=(
            "The differences are to the plain LSTM, with their 95 % interval: of the RMSE in percent (above 0 is worse), of digits "
            "of the accuracy (below 0 is worse). The cell state is the largest that is seen, in the median over seeds: "
            "tanh is near its limit from about 2 on, and does little below 0.5.",
        ),
        how=f"LSTM({TRAINING['layers'][0]}), {TRAINING['seeds']} paired seeds, three learning rates, {TRAINING['epochs']} epochs.",
    )


def cell_range(found: dict, variant: str) -> str:
    """The largest cell state of a variant."""
    return f"± {found['variants'][variant]['cell_range']:.2g}"
