"""The ledger of trained blocks: what can't be read whole is as if it had never been trained."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from flows.blocks import trained_blocks
from flows.blocks.trained_blocks import block_file, keep_block, known_blocks, read_blocks
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
    for name, value in vars(trained).items():
        if isinstance(value, np.ndarray):
            assert getattr(read, name).dtype == value.dtype, name
        np.testing.assert_equal(getattr(read, name), value, name)
    assert [path.name for path in file.parent.iterdir()] == ["0123-4-5"]


@pytest.mark.parametrize("content", [b"", b"\x80\x05", b"not a block", b"\x80\x05K\x01.", b"Interlayer's arrays 1"])
def test_what_is_no_whole_block_is_left_out(trained, content):
    good, bad = block_file("0123", Block(4, 5)), block_file("0123", Block(6, 7))
    keep_block(good, trained)
    bad.write_bytes(content)
    assert list(read_blocks([good, bad, block_file("0123", Block(8, 9))])) == [good]
    assert known_blocks("0123") == [Block(4, 5)]


def test_no_byte_can_change_unnoticed(trained):
    file = block_file("0123", Block(4, 5))
    keep_block(file, trained)
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        assert read_blocks([file]) == {}, at
    for cut in (whole[:-1], whole + b"\0", whole[: len(whole) // 2]):
        file.write_bytes(cut)
        assert read_blocks([file]) == {}


def test_a_block_of_another_name_is_not_taken(trained):
    file = block_file("0123", Block(4, 5))
    keep_block(file, trained)
    other = block_file("0124", Block(4, 5))
    other.write_bytes(file.read_bytes())
    assert (known_blocks("0124"), read_blocks([other])) == ([], {})


@pytest.mark.parametrize(
    "name", ["0123-0-19.bak", "0123-0-19 (copy)", "0123-a-b", "0123-0", "0123-0-19-3", "0123-0-99999999999"]
)
def test_files_of_other_names_are_not_met(trained, name):
    keep_block(block_file("0123", Block(4, 5)), trained)
    (trained_blocks.TRAINED / name).write_bytes(block_file("0123", Block(4, 5)).read_bytes())
    assert known_blocks("0123") == [Block(4, 5)]


def test_what_would_run_code_when_read_is_not_written(trained):
    file = block_file("0123", Block(4, 5))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        keep_block(file, replace(trained, forecasts=np.array([None])))
    assert not file.exists()


def test_reading_runs_no_code(trained, tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path.joinpath("ran").touch, ())

    file = block_file("0123", Block(4, 5))
    file.parent.mkdir()
    file.write_bytes(pickle.dumps(Evil()))
    assert read_blocks([file]) == {} and not (tmp_path / "ran").exists()
