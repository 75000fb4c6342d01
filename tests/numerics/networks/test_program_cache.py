"""Compiled programs that outlive the process: the same results, and the next process compiles nothing."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from flows.environment import PROJECT
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.engine import program_cache as kept_programs
from tasks.numerics.networks.engine.program_cache import drop_damaged_programs, kept_program, renamed, seal_programs
from tasks.numerics.networks.engine.training import TrainingData, train
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.training_settings import TrainingSpec

pytestmark = pytest.mark.slow

SETTINGS = TrainingSpec(epochs=3, batch_size=8)
ARCHITECTURE = Architecture(NetworkSpec((3, 2)), STOCK, 1)


def data():
    random = np.random.default_rng(3)
    windows = random.normal(size=(60, 4, 1)).astype(np.float32)
    return TrainingData(windows[:30], windows[:30, 0, :1], windows[30:45], windows[30:45, 0, :1], windows[45:])


def nested(times):
    """A function that calls another in a loop, as the programs do."""

    def run(state, x):
        _, grown = tf.while_loop(lambda k, _: k < times, lambda k, y: (k + 1, y * 2.0), [0, x])
        return state, grown, grown + 1.0

    return tf.function(run, jit_compile=True, autograph=False)


def test_a_kept_program_gives_what_a_fresh_one_gives(tmp_path, monkeypatch):
    fresh = train(ARCHITECTURE, SETTINGS, data(), (0, 1))
    for _ in range(2):  # traced and written, then read
        monkeypatch.setattr(kept_programs, "_loaded", {})
        kept = train(ARCHITECTURE, SETTINGS, data(), (0, 1), programs=tmp_path)
        assert np.array_equal(fresh.forecasts, kept.forecasts)
        assert np.array_equal(fresh.loss, kept.loss)
        assert all(np.array_equal(one, other) for one, other in zip(fresh.weights, kept.weights, strict=True))
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".functions", ".sha256"]


def test_names_do_not_depend_on_what_the_process_made_before():
    arguments = (tf.constant(0.0), tf.constant([1.0]))
    first = nested(3).get_concrete_function(*arguments)
    nested(2).get_concrete_function(*arguments)
    second = nested(3).get_concrete_function(*arguments)
    assert first.name != second.name
    definitions = [renamed(concrete, "program") for concrete in (first, second)]
    assert [d.SerializeToString(deterministic=True) for d in definitions[0]] == [
        d.SerializeToString(deterministic=True) for d in definitions[1]
    ]
    assert [d.signature.name for d in definitions[0]] == [f"program_{k}" for k in range(len(definitions[0]))]


def test_a_broken_file_is_made_anew_and_other_constants_are_another_program(tmp_path):
    arguments = (tf.constant(0.0), tf.constant([1.0]))
    assert kept_program(nested(3), "three", arguments, (None, None, None), tmp_path)(*arguments)[1].numpy() == [8.0]
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], whole[:-1] + b"x", b"no definitions"):
        seal_programs(tmp_path)
        assert drop_damaged_programs(tmp_path) == []
        path.write_bytes(broken)
        kept_programs._loaded.clear()
        assert drop_damaged_programs(tmp_path) == [path]
        assert kept_program(nested(3), "three", arguments, (None, None, None), tmp_path)(*arguments)[1].numpy() == [8.0]
        assert path.read_bytes() == whole
    assert kept_program(nested(4), "four", arguments, (None, None, None), tmp_path)(*arguments)[1].numpy() == [16.0]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_was_never_finished_is_made_anew_without_a_word(tmp_path):
    (tmp_path / "half.pb").write_bytes(b"half")
    assert drop_damaged_programs(tmp_path) == [] and list(tmp_path.iterdir()) == []
    assert drop_damaged_programs(tmp_path / "no folder") == []


def test_the_next_process_finds_compiled_programs_though_it_made_other_functions_before(tmp_path):
    environment = os.environ | {
        "TF_XLA_FLAGS": f"--tf_xla_persistent_cache_directory={tmp_path} --tf_xla_persistent_cache_device_types=CPU"
    }
    program = (
        "import sys, pathlib, tensorflow as tf\n"
        "from tests.numerics.networks.test_program_cache import ARCHITECTURE, SETTINGS, data, nested, train\n"
        "for _ in range(int(sys.argv[1])): nested(2)(tf.constant(0.0), tf.constant([1.0]))\n"
        "train(ARCHITECTURE, SETTINGS, data(), (0, 1), programs=pathlib.Path(sys.argv[2]))\n"
    )
    compiled = []
    for before in ("0", "3"):
        command = [sys.executable, "-c", program, before, str(tmp_path)]
        subprocess.run(command, env=environment, cwd=PROJECT, check=True, capture_output=True)
        # `nested` compiles under names that differ: its programs are the small ones.
        compiled.append({path.name for path in tmp_path.glob("*.pb") if path.stat().st_size > 100_000})
    assert len(compiled[0]) == 1
    assert compiled[0] == compiled[1]
