"""Claims from files: what is read, and what is refused with its key."""

import textwrap

import pytest
from claim_texts import CLAIM, broken

from tasks.numerics.audit import claim_files
from tasks.numerics.audit.claim_files import read_claim
from tasks.numerics.audit.claims import BEST_KNOWN_ANSWER, ClaimedVariant, Recipe
from tasks.numerics.errors import InputError
from tasks.numerics.networks.variants import STOCK, Variant

BROKEN = {
    "not TOML": (broken("lookback = 4", "lookback ="), "is not TOML: Invalid value (at line 6"),
    "unknown key": (
        broken("lookback = 4", "lokback = 4"),
        "[network] 'lokback' is no key of a claim. Did you mean 'lookback'?",
    ),
    "unknown section": (CLAIM + "[netwrok]\nlayers = [1]\n", "'netwrok' is no key of a claim. Did you mean 'network'?"),
    "missing key": (broken("epochs = 3\n", ""), "[training] epochs is missing: expected a whole number from 1"),
    "missing name": (broken('name = "ELU on a made-up series"\n', ""), "name is missing: expected a text"),
    "missing section": (
        broken("[test]\nrows = 8\n" + 'directions = "actual_before"\n', ""),
        "has no section [test]: expected it, with rows, directions",
    ),
    "section as a value": ("recipe = 3\n" + broken("[[recipe]]", "[other]"), "'other' is no key of a claim"),
    "one table for many": (broken("[[recipe]]", "[recipe]"), "Expected a section that begins with the line [[recipe]]"),
    "text for a number": (
        broken("lookback = 4", 'lookback = "4"'),
        "[network] lookback is '4': expected a whole number",
    ),
    "true for a number": (broken("epochs = 3", "epochs = true"), "[training] epochs is True: expected a whole number"),
    "no layers": (broken("[3]", "[]"), "[network] layers is []: expected a list of whole numbers from 1"),
    "a layer of no units": (broken("[3]", "[3, 0]"), "[network] layers is [3, 0]"),
    "layout": (broken('"steps"', '"rows"'), "[network] layout is 'rows': expected one of 'steps', 'features'"),
    "validation share": (
        broken("validation = 0.2", "validation = 20"),
        "[training] validation is 20: expected a share",
    ),
    "infinite rate": (broken("0.01", "inf"), "[training] learning_rate is inf: expected a number above 0"),
    "two test rows": (broken("rows = 8", "rows = 2"), "[test] rows is 2: expected a whole number from 3"),
    "directions": (broken("actual_before", "numpy"), "expected one of 'pandas_aligned', 'actual_before'"),
    "scaling": (broken('"whole_series"', '"test"'), "[[recipe]] scaling is 'test': expected one of 'training_part'"),
    "part": (broken("part = 1.0", "part = 1.5"), "[[recipe]] part is 1.5: expected a share above 0, up to 1"),
    "MDA in per cent": (broken("mda = 0.7", "mda = 70"), "[[variant]] mda is 70: expected a share, 0 to 1"),
    "one variant": (CLAIM.rpartition("[[variant]]")[0], "has 1 [[variant]]: expected two, the reference first"),
    "the same twice": (broken("cell-elu", "stock"), "claims 'stock' twice"),
    "placement": (broken("cell-elu", "inside-elu"), "name is 'inside-elu'. Expected 'stock', or a placement"),
    "activation": (broken("cell-elu", "cell-rleu"), "'rleu' is not a Keras activation. Did you mean"),
    "no metric in common": (
        broken("rmse = 10.5\nmda = 0.5", "mfe = 1.0"),
        "has no metric for both variants: expected at least one of rmse, mfe, mda",
    ),
    "two recipes of a name": (
        CLAIM.replace("[[variant]]", CLAIM[CLAIM.index("[[recipe]]") : CLAIM.index("[[variant]]")] + "[[variant]]", 1),
        "two [[recipe]] of the same name",
    ),
}


def test_a_claim_is_read(tmp_path):
    path = tmp_path / "claim.toml"
    path.write_text(CLAIM)
    claim = read_claim(path)
    assert (claim.layers, claim.lookback, claim.layout, claim.test) == ((3,), 4, "steps", 8)
    assert claim.variants == (
        ClaimedVariant(STOCK, rmse=10.5, mda=0.5),
        ClaimedVariant(Variant("cell", "elu"), rmse=9.5, mda=0.7),
    )
    assert claim.recipes == (Recipe("as published", 40, 1.0, "whole_series", "as_training", "as_training", False),)
    assert claim.metrics == ("rmse", "mda")


def test_the_claim_that_the_documentation_shows_can_be_read(tmp_path):
    path = tmp_path / "shown.toml"
    path.write_text(textwrap.dedent(claim_files.__doc__.partition("\n\n")[2]))
    claim = read_claim(path)
    assert (claim.layers, claim.names) == ((16, 8), ("stock", "cell-elu"))


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_claim_is_refused_with_its_key(case, tmp_path):
    text, words = BROKEN[case]
    path = tmp_path / "claim.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_claim(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_claim_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_claim(tmp_path / "none.toml")
    with pytest.raises(InputError, match="Is a directory"):
        read_claim(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(InputError, match="is not UTF-8"):
        read_claim(tmp_path / "latin.toml")


def test_the_best_known_answer_is_what_was_published():
    stock, relu = BEST_KNOWN_ANSWER.variants
    assert (stock.rmse, stock.mfe, stock.mda) == (92, 29, 0.8)
    assert (relu.rmse, relu.mfe, relu.mda) == (96.78, 9.40, 0.8)
    assert BEST_KNOWN_ANSWER.names == ("stock", "cell-relu")
    assert {one.rows for one in BEST_KNOWN_ANSWER.recipes} == {100}


def test_the_digest_tells_claims_and_data_apart():
    from dataclasses import replace

    other = replace(BEST_KNOWN_ANSWER, epochs=499)
    digests = {BEST_KNOWN_ANSWER.digest("a"), other.digest("a"), BEST_KNOWN_ANSWER.digest("b")}
    assert len(digests) == 3
    assert BEST_KNOWN_ANSWER.digest("a") == BEST_KNOWN_ANSWER.digest("a")
