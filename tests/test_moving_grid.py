"""The grid of learning rates moves on until no best one lies at its edge, for all variants alike and within its budget."""

from types import SimpleNamespace

import numpy as np
import pytest

from flows.studies.study import Study
from flows.training import training
from flows.training.runners import Alone
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.replica_tables import Replicas, tuning_table
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock
from tasks.numerics.networks.tuning import Candidate, candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

RELU = Variant("cell", "relu")
SEEDS = range(2)


class Listening(Alone):
    """Keeps what the history of a run is told."""

    def __init__(self):
        self.told = []

    def tell(self, sentence):
        self.told.append(sentence)


def trained(job, best):
    """A block whose validation loss is lowest at the rate `best`, as far as logarithms tell."""
    seeds = job.block.seeds
    losses = np.repeat([abs(np.log(one.learning_rate / best)) for one in job.tried], len(seeds))[:, None]
    return TrainedBlock(
        job.architecture.variant.name,
        seeds,
        job.tried,
        np.zeros((len(losses), 3, 1)),
        *[losses.astype(np.float32)] * 3,
        np.ones(len(losses), np.int32),
        {},
        [],
        1.0,
        0.0,
    )


@pytest.fixture
def moved(monkeypatch):
    """The grid that is tried where the best rates of the plain layer and of ReLU are these, and what is told."""

    def found(moves, stock, relu, origins=1):
        def plan(study, variants, origins, seeds, wanted):
            return [
                training.Job(Architecture(NetworkSpec(), variant, 1), origin, tried, Block(0, 1), "")
                for origin, tried in wanted.items()
                for variant in variants
            ]

        def train_candidates(study, jobs, origins, runner):
            own = {STOCK: stock, RELU: relu}
            best = [own[job.architecture.variant] * (10 if job.origin else 1) for job in jobs]
            return [
                (job.architecture.variant, training.replace(trained(job, rate), origin=job.origin))
                for job, rate in zip(jobs, best, strict=True)
            ]

        monkeypatch.setattr(training, "plan", plan)
        monkeypatch.setattr(training, "train_candidates", train_candidates)
        study = Study(training=TrainingSpec(learning_rate=0.01, learning_rate_factor=10.0, learning_rate_moves=moves))
        runner = Listening()
        blocks = training.train_variants(study, [STOCK, RELU], (None,) * origins, SEEDS, runner)
        rates = {
            variant: [
                sorted({one.learning_rate for block in own if block.origin == origin for one in block.candidates})
                for origin in range(origins)
            ]
            for variant, own in blocks.items()
        }
        assert rates[STOCK] == rates[RELU]
        return rates[STOCK] if origins > 1 else rates[STOCK][0], runner.told

    return found


START = [0.001, 0.01, 0.1]


def test_it_stays_where_every_best_rate_lies_within(moved):
    assert moved(2, 0.01, 0.02) == (START, [])


def test_it_moves_on_for_all_where_one_best_rate_lies_at_the_edge(moved):
    rates, told = moved(4, 0.01, 5.0)
    assert rates == [*START, 1, 10, 100]
    edge = "The best learning rate of a variant lies at the edge of the grid"
    assert told == [
        f"{edge}: 1 is tried there with all variants.",
        f"{edge}: 10 is tried there with all variants.",
        f"{edge}: 100 is tried there with all variants.",
    ]


def test_it_gains_as_many_as_it_may_and_both_ways(moved):
    assert moved(1, 1e-4, 5.0)[0] == [*START, 1]
    assert moved(9, 1e-4, 5.0)[0] == [1e-5, 1e-4, *START, 1, 10, 100]
    assert moved(0, 1e-4, 5.0)[0] == START
    assert len(moved(4, 1e9, 1e9)[0]) == 7


def test_every_origin_has_a_grid_of_its_own(moved):
    # At the second origin ten times the rate is best.
    rates, told = moved(1, 0.01, 0.01, origins=2)
    assert rates == [START, [*START, 1]]
    assert told == [
        "The best learning rate of a variant lies at the edge of the grid at 1 of 2 origins: 1 is tried there with all variants."
    ]


def test_what_an_origin_has_not_tried_is_not_chosen_there_and_is_no_edge():
    settings = TrainingSpec(learning_rate=0.01, learning_rate_factor=10.0)
    grid = candidates(settings)
    further = (Candidate(1.0, 0.0),)

    def block(origin, tried, best):
        job = training.Job(Architecture(NetworkSpec(), STOCK, 1), origin, tried, Block(0, 1), "")
        return training.replace(trained(job, best), origin=origin)

    blocks = [block(0, grid, 0.1), block(1, grid, 1.0), block(1, further, 1.0)]
    windows = SimpleNamespace(inputs=np.zeros((3, 11, 1)), outputs=1)
    replicas = Replicas({STOCK: blocks}, settings, (windows, windows), SEEDS)
    assert replicas.tried == (*grid, *further)
    assert (replicas.tried_at(0), replicas.tried_at(1)) == (grid, (*grid, *further))
    assert replicas.choice.tolist() == [[2, 3]]
    assert np.isnan(replicas.kept[0, 3, 0]).all() and not np.isnan(replicas.kept[0, :, 1]).any()
    table = tuning_table(replicas, NetworkSpec())
    assert table["tried"].to_numpy().tolist() == [[True, True], [True, True], [True, True], [False, True]]
    # The highest of the first origin's own grid is at the edge there, though another origin went further.
    assert set(training.further_candidates(replicas)) == {0, 1}


def test_the_grid_that_a_comparison_begins_with_is_the_asked_one():
    assert [one.learning_rate for one in candidates(TrainingSpec())] == pytest.approx([0.01 / 3, 0.01, 0.03], rel=1e-5)
