"""Parts of a variance against their slow, obvious formulas."""

import numpy as np
import pytest

from tasks.numerics.statistics.variance_components import autoregressive, neighbourly


@pytest.mark.parametrize("run", [0, 15])
def test_the_interaction_is_that_of_seeds_without_what_they_share(run):
    random = np.random.default_rng(4)
    shared = random.normal(size=(3, 1, 30)).cumsum(axis=-1)
    within = shared + random.normal(size=(3, 6, 30))
    course = within.mean(axis=-2)
    expected = []
    for own, mean in zip(within, course, strict=True):
        interaction = own - mean
        squares = sum(float(value) ** 2 for value in interaction.ravel())
        products = sum(float(one[t]) * float(one[t + 1]) for one in interaction for t in range(29))
        expected.append(autoregressive(np.array(squares / (5 * 30)), np.array(products / squares), 30, run=run)[0])
    np.testing.assert_allclose(neighbourly(within, course, run), expected)
