"""Claim files that tests break in one place each."""

CLAIM = """
name = "ELU on a made-up series"
unit = "boxes"
[network]
layers = [3]
lookback = 4
layout = "steps"
[training]
epochs = 3
batch_size = 8
learning_rate = 0.01
validation = 0.2
[test]
rows = 8
directions = "actual_before"
[[recipe]]
name = "as published"
rows = 40
part = 1.0
scaling = "whole_series"
test_scaling = "as_training"
inversion = "as_training"
drops_last_window = false
[[variant]]
name = "stock"
rmse = 10.5
mda = 0.5
[[variant]]
name = "cell-elu"
rmse = 9.5
mda = 0.7
"""


def broken(old: str, new: str) -> str:
    """The claim with one thing changed, which must be there."""
    assert CLAIM.count(old) >= 1
    return CLAIM.replace(old, new, 1)
