"""The Atlas from its flags to its table and page: killed and resumed, damaged, tracked, and refused."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from served import share_what_is_computed

from flows.command_line.application import exit_code
from flows.studies.study import Study
from tasks.numerics.atlas.settings import NETWORKS, AtlasSpec
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec

pytestmark = pytest.mark.slow

TABLES = ("effects.parquet", "series.parquet")
NAMES = ("tiny_a", "tiny_b", "tiny_c")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three short monthly series in long form."""
    folder = tmp_path_factory.mktemp("atlas")
    dates = pd.date_range("2010-01-01", periods=80, freq="MS").strftime("%Y-%m-%d")
    lines = []
    for number, name in enumerate(NAMES):
        values = np.cumsum(np.random.default_rng(number).normal(size=80)) + 5 * np.sin(np.arange(80) * np.pi / 6)
        lines += [f"{name},{date},{value:.3f}" for date, value in zip(dates, values, strict=True)]
    (folder / "tiny.csv").write_text("\n".join(["id,date,value", *lines]) + "\n")
    return folder


def started(folder, home, *more):
    """The command, in a process and a home of its own."""
    share_what_is_computed(home)
    flags = f"--series {folder}/tiny.csv --only tiny_* --networks default --variants cell-relu --seeds 2 --no-track --output {home}/out"
    return subprocess.Popen(
        [sys.executable, "-m", "flows.main", "atlas", *flags.split(), *more],
        env=os.environ | {"INTERLAYER_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def parts(home):
    """What is kept of it."""
    return [path for path in (home / "atlas" / "parts").glob("*") if not path.name.startswith(".")]


def tables(home):
    return [(home / "out" / name).read_bytes() for name in TABLES]


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory):
    """The home of a collection that nobody interrupted, and what it said."""
    home = tmp_path_factory.mktemp("whole") / "home"
    process = started(folder, home)
    said = process.communicate(timeout=400)
    assert process.returncode == 0, said[1]
    return home, said


def test_killed_in_the_middle_and_called_again_gives_the_same_table(folder, whole, tmp_path):
    process = started(folder, tmp_path)
    until = time.monotonic() + 300
    while len(parts(tmp_path)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 2 <= len(parts(tmp_path)) < 6 and not (tmp_path / "out" / TABLES[0]).exists()
    kept = {path: path.stat().st_mtime_ns for path in parts(tmp_path)}
    again = started(folder, tmp_path)
    said = again.communicate(timeout=400)
    assert again.returncode == 0, said[1]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept and len(parts(tmp_path)) == 6
    assert tables(tmp_path) == tables(whole[0])


def test_a_damaged_part_is_made_anew_and_said(folder, whole):
    home, _ = whole
    before, (damaged, *_) = tables(home), sorted(parts(home))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    process = started(folder, home)
    _, said = process.communicate(timeout=400)
    assert process.returncode == 0
    assert re.search(
        r"What was kept of tiny_., default, seeds 0 to 1, \S+ is not as it was written, and is made anew", said
    )
    assert "Trained 6 networks" in said
    assert tables(home) == before


def test_the_terminal_and_the_page_say_what_the_table_does(whole):
    home, (shown, said) = whole
    assert "Trained 36 networks" in said and "cell-relu" in shown and "Network default" in shown
    html = (home / "out" / "atlas.html").read_text()
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"(src|href)=\"(https?:)?//", own)
    specs = json.loads(re.search(r'id="specs">(.*?)</script>', html, re.S)[1])
    assert "too few for any difference in mean ranks" in own or "Critical difference: " in own
    assert "diverged" in own
    assert list(specs["figures"]) == re.findall(r'data-figure="([^"]+)"', own) == ["forest/default", "ranks/default"]
    series, effects = (pd.read_parquet(home / "out" / name) for name in reversed(TABLES))
    assert list(series["series"]) == list(NAMES) and (series["used"] == 74).all() and (series["source"] == "tiny").all()
    assert list(effects["variant"]) == ["cell-relu", "stock"] * 3 and (effects["pairs"] == 2).all()


def test_another_network_is_added_to_a_table_and_other_series_of_its_names_are_refused(whole, tmp_path):
    shutil.copytree(whole[0] / "out", tmp_path / "out")
    flags = f"--only nile --networks small --variants cell-relu --seeds 2 --no-track --add --output {tmp_path}/out"
    assert exit_code(["atlas", *flags.split()]) == 0
    before, after = (Atlas.read(folder / "out") for folder in (whole[0], tmp_path))
    assert after.effects.query("network == 'default'").reset_index(drop=True).equals(before.effects)
    assert after.effects.query("network == 'small'")[["series", "variant"]].to_numpy().tolist() == [
        ["nile", "cell-relu"],
        ["nile", "stock"],
    ]
    assert after.trainings == before.trainings + 12 and list(after.series["series"]) == ["nile", *NAMES]
    page = (tmp_path / "out" / "atlas.html").read_text()
    assert "Network default" in page and "Network small" in page
    other = replace(after, series=after.series.assign(digest="0"))
    other.write(tmp_path / "out")
    kept = (tmp_path / "out" / TABLES[0]).read_bytes()
    flags = flags.replace("small", "default")
    assert exit_code(["atlas", *flags.split()]) == 2
    assert (tmp_path / "out" / TABLES[0]).read_bytes() == kept


def test_an_effect_is_that_of_the_comparison_of_the_same_values(folder, whole, tmp_path):
    from flows.comparison.pipeline import find
    from flows.training.runners import Alone

    rows = pd.read_csv(folder / "tiny.csv").query("id == 'tiny_b'").tail(74)
    rows[["date", "value"]].to_csv(tmp_path / "cut.csv", index=False)
    network = NETWORKS["default"]
    study = Study(
        data=SeriesSpec(series=str(tmp_path / "cut.csv")),
        windows=network.windows,
        network=network.network,
        training=network.training,
        comparison=ComparisonSpec(activations=("relu",), placements=("cell",), seeds=2),
    )
    result = find(study, Alone()).result
    rmse = result.scores["rmse"]
    effects = pd.read_parquet(whole[0] / "out" / TABLES[0]).set_index(["series", "variant"]).loc["tiny_b"]
    wanted = np.log(rmse.sel(variant="cell-relu") / rmse.sel(variant="stock")).mean()
    assert effects.loc["cell-relu", "effect"] == pytest.approx(float(wanted), abs=2e-3)
    scale = (rmse / result.scores["rmsse"]).mean()
    assert effects.loc["cell-relu", "rmsse"] * scale == pytest.approx(
        float(rmse.sel(variant="cell-relu").mean()), rel=2e-3
    )
    dead = result.diagnostics["dead_units"].sel(variant="cell-relu").mean()
    assert effects.loc["cell-relu", "dead_units"] == pytest.approx(float(dead), abs=1e-6)


def test_the_flow_gives_the_same_table_and_ends_in_time_with_what_there_is(prefect_server, folder, tmp_path):
    from flows.atlas import collect_atlas
    from flows.collection.collecting import collect
    from flows.training.runners import Alone
    from tasks.numerics.errors import InputError

    spec = AtlasSpec((str(folder / "tiny.csv"),), "tiny_*", ("default",), ("cell-relu",), seeds=2)
    with pytest.raises(InputError, match="no series was finished in that time"):
        collect(replace(spec, minutes=1e-9), tmp_path / "soon", Alone())
    tracked = collect_atlas(spec, str(tmp_path / "tracked"))
    alone = collect(spec, tmp_path / "alone", Alone())
    assert (tracked.collected.trained, alone.trained, alone.left) == (36, 0, 0)
    assert tracked.seen and (tmp_path / "tracked" / "atlas.html").exists()
    for name in TABLES:
        assert (tmp_path / "tracked" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("--variants cell-rilu", "Did you mean 'cell-silu'"),
        ("--networks tiny", "is none of the Atlas'"),
        ("--seeds 1", "greater than or equal to 2"),
        ("--minutes -1", "greater than or equal to 0"),
        ("--series /nowhere.csv", "there is no such file"),
        ("--only nothing_*", "matches no bundled series"),
        ("--show --output {empty}", "There is no Atlas in"),
        ("--add --output {empty}", "There is no Atlas in"),
    ],
)
def test_a_mistake_is_told_before_anything_heavy_is_imported(flags, words, tmp_path):
    code = (
        "import sys; from flows.command_line.application import exit_code; code = exit_code(sys.argv[1:]); "
        "print(code, *({'tensorflow', 'prefect'} & {*sys.modules}))"
    )
    arguments = ["atlas", *flags.format(empty=tmp_path).split()]
    found = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert found.stdout.split() == ["2"] and words in found.stderr, found


def test_series_that_are_too_short_are_left_out_and_one_name_stands_for_one_series(folder, tmp_path, capsys):
    text = (folder / "tiny.csv").read_text()
    (tmp_path / "other.csv").write_text(text)
    assert exit_code(f"atlas --no-track --only tiny_* --series {folder}/tiny.csv {tmp_path}/other.csv".split()) == 2
    assert "Several series are called tiny_a, tiny_b, tiny_c" in capsys.readouterr().err
    (tmp_path / "short.csv").write_text("\n".join(text.splitlines()[:60]) + "\n")
    assert exit_code(f"atlas --no-track --only short --series {tmp_path}/short.csv".split()) == 2
    said = capsys.readouterr().err
    assert (
        "1 series have fewer than 74 values and are left out: short" in said and "series of 74 values or more" in said
    )
