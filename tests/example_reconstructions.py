"""Made-up autoencoders whose noise is known, as if they had been trained."""

import numpy as np
import pandas as pd

from tasks.numerics.networks.replica_tables import Replicas
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.problems.reconstruction.baselines import baseline_reconstructions
from tasks.numerics.problems.reconstruction.evaluation import collect_reconstructions, evaluate_reconstructions
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.windows import make_reconstruction_windows
from tasks.numerics.series.series import Series
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, WindowSpec
from tasks.numerics.statistics.group_sequential import Look
from tasks.numerics.training_settings import TrainingSpec

RELU = Variant("cell", "relu")
VALUES = np.sin(np.arange(200) / 3) + np.random.default_rng(0).normal(scale=0.1, size=200)
SERIES = Series("pump", pd.Series(VALUES), "index", 1, "bar", "", "", "digest", (), ())
WINDOWS = make_reconstruction_windows(SERIES, WindowSpec(lookback=6, test=40, validation=20, origins=1))
TRAINING = TrainingSpec(epochs=3, learning_rates=3)
NOISE = {STOCK: 0.05, RELU: 0.2}
BEST = {STOCK: 0, RELU: 2}
SEEDS = range(3, 8)
LOOK = Look(0.05, 0.05)


def given_back(variant, seed, away):
    """The clean windows, whatever was planted, with noise that grows with the distance from the variant's best candidate."""
    noise = np.random.default_rng([seed, away]).normal(size=WINDOWS.tested.shape)
    return WINDOWS.tested[:1] + (NOISE[variant] + 0.1 * away) * noise


def block(variant, tried, seeds):
    """Of losses that rise with the distance from the best candidate; at that one they fall with the seed, else they rise."""
    places = [(abs(candidates(TRAINING).index(one) - BEST[variant]), seed) for one in tried for seed in seeds]
    losses = np.array([[9.0, 5.0, 1.0 + away + (0.01 if away else -0.01) * seed] for away, seed in places])
    made = np.stack([given_back(variant, seed, away).reshape(-1, 6, 1) for away, seed in places])
    kept = np.full(len(places), 3)
    inside = {
        "dead_units": np.array([[0.0, 0.2, 0.4, 0.6]] * len(places)),
        "saturated_gates": np.full(len(places), 0.1),
        "saturated_cells": np.full(len(places), 0.1),
        "cell_low": np.full(len(places), -1.5),
        "cell_high": np.full(len(places), 2.5),
    }
    return TrainedBlock(variant.name, seeds, tried, made, losses, losses, losses, kept, inside, [], 0.0, 0.0)


def evaluated(blocks, comparison, look=LOOK) -> ReconstructionResult:
    """What is found of blocks."""
    replicas, network = Replicas(blocks, TRAINING, (WINDOWS,), SEEDS), NetworkSpec((4, 2), head="autoencoder")
    baselines = baseline_reconstructions(WINDOWS, network.layers[-1])
    return evaluate_reconstructions(
        SERIES, collect_reconstructions(WINDOWS, replicas, network, baselines), comparison, look
    )


def example_reconstructions() -> ReconstructionResult:
    """Stock and relu in the cell, which is noisier, over five seeds and three learning rates."""
    tried = candidates(TRAINING)
    blocks = {
        variant: [block(variant, part, seeds) for part in (tried[:2], tried[2:]) for seeds in ((3, 4, 5), (6, 7))]
        for variant in (STOCK, RELU)
    }
    return evaluated(blocks, ComparisonSpec(("relu",), ("cell",), seeds=5))
