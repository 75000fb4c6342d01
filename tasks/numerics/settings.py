"""What can be set beside the series, declared once: from here come the command line's flags, the dashboard's form and MLflow's parameters."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from tasks.numerics.evidence_levels import DEFAULT, EvidenceName, described

Placement = Literal["cell", "gate", "between", "input", "squash", "dense", "output"]
CellName = Literal["lstm", "gru", "simple_rnn"]
KERAS: dict[CellName, str] = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}
"""The layers' names in Keras."""
Layout = Literal["steps", "features"]
Scaling = Literal["standard", "minmax", "none"]
Initialisation = Literal["keras", "matched"]
Head = Literal["forecast", "autoencoder", "classification"]
Transform = Literal["none", "difference", "log", "log_difference"]
PanelSplit = Literal["auto", "date", "series"]
TrainingWindow = Literal["rolling", "expanding"]
SampleSplit = Literal["auto", "random", "time", "given"]


@dataclass(frozen=True)
class WindowSpec:
    """How a series is cut into windows and scaled."""

    lookback: Annotated[int, Field(ge=1, le=1_000_000, description="Periods that a forecast sees (L).")] = 11
    horizon: Annotated[
        int,
        Field(ge=1, le=100_000, description="Periods that are forecast at once (H): one output of the network each."),
    ] = 1
    layout: Annotated[
        Layout,
        Field(
            description="steps: L time steps of one feature; features: one time step of L features, nothing recurrent."
        ),
    ] = "steps"
    validation: Annotated[
        float,
        Field(
            gt=0,
            le=1e9,
            description="Windows held out to watch training: a share below 1 of those before the test part, or a count (of a panel split by date, periods).",
        ),
    ] = 0.2
    test: Annotated[
        float,
        Field(
            gt=0,
            le=1e9,
            description="Last windows, that are scored: a share below 1 of all windows, or a count (of a panel split by date, periods).",
        ),
    ] = DEFAULT.test
    origins: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="Training ends (rolling origins): the test part is cut into so many, each forecast by networks trained on the windows before it.",
        ),
    ] = DEFAULT.origins
    training_window: Annotated[
        TrainingWindow,
        Field(
            description="What each of several training ends is trained on. rolling: as many windows as the first, the newest ones before it; expanding: all windows before it, more for each."
        ),
    ] = "rolling"
    panel_split: Annotated[
        PanelSplit,
        Field(
            description="date: the parts of a panel begin at one date for all series; series: the last part of each is its own; auto: date where it fits all."
        ),
    ] = "auto"
    sample_split: Annotated[
        SampleSplit,
        Field(
            description="Parts of labelled windows. given: as the file says (X_test, or split); random: drawn by class, whole groups where there are any; time: the last ones; auto: given where the file says so, else random."
        ),
    ] = "auto"
    drop_short: Annotated[bool, Field(description="Leave out series that are too short for the parts.")] = False
    scaling: Annotated[Scaling, Field(description="Fitted on the training part alone.")] = "minmax"
    transform: Annotated[
        Transform, Field(description="Applied to the series before scaling, and undone on forecasts.")
    ] = "none"

    @property
    def lost_rows(self) -> int:
        """Rows at the start of a series that its transform takes."""
        return int(self.transform in ("difference", "log_difference"))


@dataclass(frozen=True)
class NetworkSpec:
    """The network that every variant shares."""

    layers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10_000)], ...],
        Field(min_length=1, description="Units of each recurrent layer, first to last."),
    ] = (16, 8)
    initialisation: Annotated[
        Initialisation,
        Field(
            description="keras: Keras' default for all variants; matched: He for rectifiers, LeCun for selu, identity recurrent for relu in the cell."
        ),
    ] = "keras"
    cell: Annotated[CellName, Field(description="Keras' LSTM, GRU or SimpleRNN, which has no gates.")] = "lstm"
    head: Annotated[
        Head,
        Field(
            description="What the network is for (also --problem). forecast: Dense on the last output; autoencoder: the last output repeated, the layers mirrored, Dense at every time step; classification: Dense with a number a class, of --samples."
        ),
    ] = "forecast"
    network: Annotated[
        str,
        Field(
            description="Your own Keras network, in the place of the settings of layers: a Python file with build() (or FILE.py:NAME), a .keras file or one of to_json()."
        ),
    ] = ""
    bidirectional: Annotated[bool, Field(description="Keras' Bidirectional around every recurrent layer.")] = False
    dropout: Annotated[
        float, Field(ge=0, lt=1, description="Rate of a Dropout layer after every recurrent layer; 0: none.")
    ] = 0.0
    input_dropout: Annotated[
        float, Field(ge=0, lt=1, description="Keras' dropout inside recurrent layers, of their inputs; 0: none.")
    ] = 0.0
    recurrent_dropout: Annotated[
        float, Field(ge=0, lt=1, description="Keras' recurrent_dropout inside recurrent layers; 0: none.")
    ] = 0.0
    dense: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10_000)], ...],
        Field(description="Units of hidden Dense layers between the recurrent layers and the head."),
    ] = ()
    dense_activation: Annotated[str, Field(min_length=1, description="Activation of the hidden Dense layers.")] = "relu"
    output_activation: Annotated[str, Field(min_length=1, description="Activation of the head.")] = "linear"
    l1: Annotated[float, Field(ge=0, le=1e6, description="L1 penalty on the kernels of all layers; 0: none.")] = 0.0
    l2: Annotated[float, Field(ge=0, le=1e6, description="L2 penalty on the kernels of all layers; 0: none.")] = 0.0


SeriesMetric = Literal["rmse", "mae", "mfe", "mda", "mase", "rmsse", "alpha", "slope"]
ClassMetric = Literal["accuracy", "balanced_accuracy", "macro_f1", "log_loss", "brier", "auroc", "calibration_error"]
JudgedMetric = Literal[SeriesMetric, ClassMetric]


@dataclass(frozen=True)
class ComparisonSpec:
    """The variants beside `stock`, and the seeds that each is trained with."""

    activations: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Activations by their Keras names; 'all' for every element-wise one."),
    ] = ("relu", "elu")
    placements: Annotated[
        tuple[Placement, ...],
        Field(
            min_length=1,
            description="cell: activation; gate: recurrent_activation; between: after every recurrent layer; input, squash: the two halves of an LSTM's activation; dense: hidden Dense layers; output: the last Dense layer.",
        ),
    ] = ("cell", "between")
    evidence: Annotated[EvidenceName, Field(description=described())] = "default"
    seeds: Annotated[
        int, Field(ge=1, le=100_000, description="Training runs of every variant, paired over variants by their seed.")
    ] = DEFAULT.seeds
    until_decided: Annotated[
        bool,
        Field(
            description="Train as many seeds again, and again, until the verdict on every variant is decided or there are max_seeds."
        ),
    ] = False
    max_seeds: Annotated[int, Field(ge=1, le=100_000, description="Most seeds of a variant with --until-decided.")] = (
        300
    )
    first_seed: Annotated[int, Field(ge=0, le=2**31, description="The first seed; the others follow it.")] = 0
    reference: Annotated[
        str, Field(min_length=1, description="The variant that the others are held against, such as cell-relu.")
    ] = "stock"
    metric: Annotated[
        JudgedMetric,
        Field(
            description="The metric whose verdict comes first; of classes accuracy unless another of theirs is named."
        ),
    ] = "rmse"
    prior: Annotated[
        Literal["none", "atlas"],
        Field(
            description="What the decision rests on beside this series: none, or what the Atlas' series say of the variants (forecasts one step ahead)."
        ),
    ] = "none"
    rope: Annotated[
        float,
        Field(
            ge=0,
            lt=1,
            description="Region of practical equivalence: differences up to this share of the reference's value are no difference.",
        ),
    ] = 0.02

    @property
    def looks(self) -> tuple[range, ...]:
        """The seeds, in order, at each look at the verdicts: one look, but with `until_decided`."""
        most = max(self.max_seeds, self.seeds) if self.until_decided else self.seeds
        ends = [*range(self.seeds, most, self.seeds), most]
        return tuple(range(self.first_seed, self.first_seed + end) for end in ends)


@dataclass(frozen=True)
class OutputSpec:
    """Where results go; nothing here changes them."""

    output: Annotated[
        str,
        Field(description="Folder for report.html and summary.json; one of its own under mlruns/reports where empty."),
    ] = ""
    experiment: Annotated[
        str,
        Field(
            description="MLflow experiment; the series' name where empty, of autoencoders with 'autoencoder' after it."
        ),
    ] = ""
    tracking: Annotated[
        str, Field(description="Address of an MLflow server; the project's own store under mlruns/ where empty.")
    ] = ""
    workers: Annotated[
        str,
        Field(
            description="Address of a Dask scheduler, such as tcp://10.0.0.5:8786, whose workers train; this machine's cores where empty."
        ),
    ] = ""
    champion: Annotated[
        str,
        Field(
            description="Keep the network that the decision chooses under this name, if it is good enough: 'interlayer forecast NAME' forecasts with it. Nothing is kept where empty."
        ),
    ] = ""
    champion_days: Annotated[
        int,
        Field(ge=1, le=36_500, description="Days from which on a champion is called old wherever it is used."),
    ] = 92
