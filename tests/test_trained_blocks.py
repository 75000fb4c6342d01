"""The ledger of trained blocks: what can't be read whole is as if it had never been trained."""

import numpy as np
import pytest

from flows.comparison import trained_blocks
from flows.comparison.trained_blocks import block_file, keep_block, known_blocks, read_blocks
from tasks.numerics.networks.seed_blocks import Block, TrainedBlock
from tasks.numerics.networks.tuning import Candidate


@pytest.fixture
def trained(tmp_path, monkeypatch) -> TrainedBlock:
    monkeypatch.setattr(trained_blocks, "TRAINED", tmp_path / "trained")
    table = np.arange(6, dtype=np.float32).reshape(2, 3)
    best = np.array([3, 3], np.int32)
    forecasts = table.astype(np.float64)
    return TrainedBlock(
        "stock",
        (4, 5),
        (Candidate(0.001, 0.0),),
        forecasts,
        table,
        table,
        table,
        best,
        {"dead": table},
        [table],
        1.0,
        2.0,
    )


def test_a_block_is_known_and_read_as_it_was_kept(trained):
    file = block_file("0123", Block(4, 5))
    assert known_blocks("0123") == []
    keep_block(file, trained)
    assert known_blocks("0123") == [Block(4, 5)] and known_blocks("0124") == []
    (read,) = read_blocks([file]).values()
    assert (read.variant, read.seeds, read.candidates) == ("stock", (4, 5), trained.candidates)
    np.testing.assert_array_equal(read.weights[0], trained.weights[0])
    assert [path.name for path in file.parent.iterdir()] == ["0123-4-5"]


@pytest.mark.parametrize("content", [b"", b"\x80\x05", b"not a block", b"\x80\x05K\x01."])
def test_what_is_no_whole_block_is_left_out(trained, content):
    good, bad = block_file("0123", Block(4, 5)), block_file("0123", Block(6, 7))
    keep_block(good, trained)
    bad.write_bytes(content)
    assert list(read_blocks([good, bad, block_file("0123", Block(8, 9))])) == [good]
