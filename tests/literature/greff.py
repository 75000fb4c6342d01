"""Greff et al. (2017): of an LSTM's two activations the one on the way out matters, where the cell state is unbounded."""

from tests.literature.compared import compare, word_and_difference
from tests.literature.findings import Finding, outcome, share
from tests.literature.kept import kept

IN, OUT = "input-linear", "squash-linear"
DATA = {
    "sunspots": {},
    "canadian_gas": {},
    "victoria_electricity_daily": {},
    "nottingham_temperature": {},
    "digits": {},
    # A rate that is far too large drives the cell state as far as it goes.
    "digits, learning rate 0.1": {"series": "digits", "learning_rate": 0.1, "learning_rates": 1},
}
"""What is tried, and what is set otherwise there."""
TRAINING = {
    "layers": [16],
    "placements": ["input", "squash"],
    "activations": ["linear"],
    "lookback": 24,
    "epochs": 50,
    "batch_size": 32,
    "learning_rate": 0.003,
    "learning_rate_moves": 0,
    "patience": 0,
    "seeds": 30,
}
QUICK = {"epochs": 2, "seeds": 2, "learning_rates": 1}


def study(quick: bool = False) -> Finding:
    """An LSTM without either activation, against the plain one."""
    data, fewer = (dict(list(DATA.items())[:1]), QUICK) if quick else (DATA, {})
    found = {name: kept(compare, **{"series": name} | TRAINING | own | fewer) for name, own in data.items()}
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
            "no tanh on the way in",
            "no tanh on the way out",
            "cell state, plain",
            "cell state, no tanh on the way out",
        ),
        rows=rows,
        notes=(
            "The differences are to the plain LSTM, with their 95 % interval: of the RMSE in percent (above 0 is worse), of digits "
            "of the accuracy (below 0 is worse). The cell state is the largest that is seen, in the median over seeds, with the plain LSTM and without tanh on the way out: "
            "tanh is near its limit from about 2 on, and does little below 0.5.",
        ),
        how=f"LSTM({TRAINING['layers'][0]}), {TRAINING['seeds']} paired seeds, three learning rates unless one is named, {TRAINING['epochs']} epochs.",
    )


def cell_range(found: dict, variant: str) -> str:
    """The largest cell state of a variant."""
    return f"± {found['variants'][variant]['cell_range']:.2g}"
