"""What further training would buy, against intervals computed again on so much more of the same kind of data."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.findings.decision_section import decision_section
from tasks.numerics.findings.further_training import (
    further_training,
    further_training_in_words,
    further_training_summary,
)
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.sections import Paragraph
from tasks.numerics.statistics.power import narrowed, narrowed_at_most
from tasks.numerics.statistics.variance_components import components
from tests.examples import example_result

LEVEL = 0.95


@pytest.fixture(scope="module")
def result():
    return example_result(("stock", "cell-relu", "between-elu"))


def course(seeds, periods, spreads, number=0):
    """Differences (S, N) of seeds, periods and both, with these standard deviations; the first ones are the same however many there are."""
    of_seed, of_period = (np.random.default_rng([number, part]) for part in range(2))
    one, two, three = spreads
    both = np.stack([np.random.default_rng([number, 3, seed]).standard_normal(periods) for seed in range(seeds)])
    return one * of_seed.standard_normal((seeds, 1)) + two * of_period.standard_normal(periods) + three * both


def mean_margin(seeds, periods, spreads, runs=60):
    """Half the width of the interval, computed from data of this size, mean over runs."""
    return np.mean([float(components(course(seeds, periods, spreads, run)).margin(LEVEL)) for run in range(runs)])


@pytest.mark.parametrize("spreads", [(3.0, 1.0, 1.0), (0.3, 1.0, 1.0), (0.0, 0.3, 4.0)])
@pytest.mark.parametrize(("seeds", "periods"), [(20, 60), (10, 120)])
def test_it_is_what_an_interval_computed_again_on_more_data_is_narrower_by(spreads, seeds, periods):
    before = [components(course(10, 60, spreads, run)) for run in range(60)]
    told = np.mean([float(one.at(seeds, periods).margin(LEVEL)) for one in before])
    again = mean_margin(seeds, periods, spreads)
    assert told == pytest.approx(again, rel=0.15)
    expected = 1 - told / np.mean([float(one.margin(LEVEL)) for one in before])
    assert np.mean([narrowed(one, seeds, periods, LEVEL) for one in before]) == pytest.approx(
        max(expected, 0), abs=0.04
    )


def test_nothing_is_narrowed_by_what_is_there_and_no_number_of_seeds_does_more_than_the_most():
    parts = components(course(10, 60, (1.0, 1.0, 1.0)))
    assert narrowed(parts, 10, 60, LEVEL) == 0
    most = narrowed_at_most(parts, LEVEL)
    assert all(narrowed(parts, seeds, 60, LEVEL) <= most + 1e-3 for seeds in (11, 20, 45, 300, 99_999))
    assert narrowed_at_most(components(course(10, 60, (1.0, 0.0, 0.0))), LEVEL) > 0.9


def with_parts(result, spreads, seconds=2.0, seeds=30, periods=56):
    """An overview whose differences vary so, and whose seeds took so many seconds each."""
    parts = components(course(seeds, periods, spreads))
    verdicts = tuple(replace(one, found=replace(one.found, components=parts)) for one in result.verdicts)
    tuning = result.tuning.copy()
    tuning.attrs = {**result.tuning.attrs, **({} if seconds is None else {"seconds_a_seed": seconds})}
    return Overview(replace(result, verdicts=verdicts, tuning=tuning))


def test_where_seeds_are_the_larger_part_it_says_what_as_many_again_would_buy(result):
    overview = with_parts(result, (3.0, 0.5, 1.0))
    found = further_training(overview)
    parts = overview.verdicts[found.variant, "rmse"].found.components
    assert (found.seeds, found.seconds) == (30, 60.0)
    assert found.narrower == pytest.approx(1 - float(parts.at(60, 56).margin(LEVEL) / parts.margin(LEVEL)))
    assert 0.2 < found.narrower < found.at_most
    assert further_training_in_words(overview) == (
        f"Another 60 seconds of training (30 more seeds) would narrow the interval of {found.variant} by "
        f"{100 * found.narrower:.0f} %."
    )
    unknown = further_training_in_words(with_parts(result, (3.0, 0.5, 1.0), None))
    assert unknown.startswith(f"30 more seeds would narrow the interval of {found.variant} by ")


def test_where_periods_are_the_larger_part_it_says_that_they_are_missing(result):
    overview = with_parts(result, (0.2, 3.0, 1.0))
    found = further_training(overview)
    assert found.at_most < found.periods
    assert further_training_in_words(overview) == (
        f"More seeds would narrow the interval of {found.variant} by {100 * found.at_most:.0f} % at most: what is missing is test "
        "periods (--test and --origins, or a longer series)."
    ).replace("by 0 %", "by less than 1 %")


def test_without_an_interval_it_says_what_is_missing_or_nothing(result):
    short = with_parts(result, (1.0, 1.0, 1.0), periods=5)
    assert further_training_in_words(short).startswith(
        "More seeds would give no interval over new periods: what is missing is test periods"
    )
    alone = Overview(example_result(("stock", "cell-relu"), seeds=1))
    assert further_training(alone) is None or further_training_in_words(alone) == ""


def test_it_stands_on_the_page_and_in_the_summary(result):
    overview = with_parts(result, (3.0, 0.5, 1.0))
    said = further_training_in_words(overview)
    (section,) = decision_section(overview)
    first = section.blocks[0]
    assert isinstance(first, Paragraph) and first.text.endswith(said)
    summary = further_training_summary(overview)
    assert summary["sentence"] == said
    assert summary["seconds"] == 60.0 and summary["narrower"] == further_training(overview).narrower
