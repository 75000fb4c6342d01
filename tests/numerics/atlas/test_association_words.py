"""What is said of characteristics: what goes with harm, and plainly whether it is of any use."""

from dataclasses import replace

import numpy as np

from tasks.numerics.atlas.association_words import (
    ASSOCIATIONS,
    PREDICTIONS,
    association_sentences,
    association_table,
    prediction_table,
    unsaid,
)
from tasks.numerics.atlas.associations import WORDS, Association, Associations, Prediction
from tasks.numerics.series.characteristics import characteristics
from tasks.plot.associations import SHORT, draw_associations

TREND = Association("cell-relu", "trend_strength", 130, 0.1, 0.05, 0.15, 1e-4, 0.01, 0.11, 0.08, 0.02, 0.14)
ZEROS = Association("cell-elu", "zeros", 130, 0.01, -0.05, 0.07, 0.7, 1.0, 0.02)
TELLS = Prediction("cell-relu", 130, 0.23, 0.1, 0.36, 0.001, 0.002)
TELLS_NOT = Prediction("cell-elu", 130, -0.04, -0.1, 0.02, 0.2, 0.2)
FOUND = Associations(130, ("trend_strength", "zeros"), ("used",), (TREND, ZEROS), (TELLS, TELLS_NOT), 2)


def test_what_goes_with_harm_and_what_it_tells_is_said():
    first, second = association_sentences(FOUND)
    assert "Of 2 pairs of variant and characteristic 1 go together beyond chance" in first
    assert "cell-relu, stronger trend (+11 %)" in first and "zeros" not in first
    assert "better than the plain mean for 1 of 2 variants" in second and "cell-relu (23 % less)" in second


def test_that_nothing_is_found_is_said_plainly():
    nothing = replace(FOUND, rows=(ZEROS,), predictions=(TELLS_NOT,))
    first, second = association_sentences(nothing)
    assert first == "Of 1 pairs of variant and characteristic none goes together beyond chance."
    assert "no better than the plain mean, for none of 1 variants: go by the means" in second
    assert "is not asked" in association_sentences(replace(FOUND, predictions=()))[1]
    assert (
        "What goes with harm is not asked of 12 series" in association_sentences(Associations(12, (), (), (), (), 0))[0]
    )


def test_tables_have_their_columns_and_what_is_left_out_is_named():
    rows = association_table(FOUND.rows)
    assert all(len(row) == len(ASSOCIATIONS) for row in rows)
    assert rows[0][3:5] == ("+11 %", "+5.1 % to +16 %") and rows[1][-1] == "—"
    assert all(len(row) == len(PREDICTIONS) for row in prediction_table(FOUND))
    assert prediction_table(FOUND)[0][2:4] == ("+23 %", "+10 % to +36 %")
    assert "more values used (log)" in unsaid(FOUND)[0]


def test_every_characteristic_has_its_words_in_tables_and_figures():
    row = characteristics(np.random.default_rng(0).normal(size=60), 12)
    assert {*WORDS} == {"periods_a_year", "used", *row} == {*SHORT}


def test_the_figure_shows_the_surest_first_and_what_may_be_chance_hollow():
    figure = draw_associations(FOUND, "default")
    *lines, points = figure.data
    assert list(points.marker.symbol) == ["circle", "circle-open"]
    np.testing.assert_allclose(points.x, [0.1, 0.01], rtol=1e-6)
    np.testing.assert_allclose([line.x for line in lines], [[0.05, 0.15], [-0.05, 0.07]], rtol=1e-6)
    assert figure.layout.yaxis.ticktext[0] == "cell-relu<br>trend"
