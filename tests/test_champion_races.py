"""Two processes that would both move a champion: the one that finds it moved leaves it, whoever is first."""

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.track.places import Place, connect
from tasks.track.registry import champion, model_name, promote
from tests.served import environment_of

pytestmark = pytest.mark.slow

ONE_OF_TWO = """
import sys, time
from pathlib import Path
from tasks.track import registry
from tasks.track.places import Place
home, number = Path(sys.argv[1]), int(sys.argv[2])
where = Place(f"sqlite:///{home / 'mlflow.db'}", home, "champions")
before = registry.champion(where, "race")
asked = registry._champion
def slowly(client, name):
    found = asked(client, name)
    time.sleep(1.5)  # both have looked before either has moved it, unless one waits for the other
    return found
registry._champion = slowly
(home / f"ready-{number}").touch()
while not all((home / f"ready-{one}").exists() for one in (2, 3)):
    time.sleep(0.02)
other = registry.promote(where, "race", number, before.number, {"promoted_at": "now"})
print("moved" if other is None else f"found {other.number}")
"""


@pytest.fixture
def where(tmp_path):
    where = Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "champions")
    client = connect(where)
    client.create_registered_model(model_name("race"))
    for _ in range(3):
        client.create_model_version(model_name("race"), source=(tmp_path / "nothing").as_uri())
    assert promote(where, "race", 1, None, {"promoted_at": "first"}) is None
    return where


def test_of_two_at_once_one_moves_it_and_the_other_is_told(where):
    command = [sys.executable, "-c", ONE_OF_TWO, str(where.store)]
    environment = environment_of(where.store / "home") | {"PYTHONPATH": str(Path(__file__).parents[1])}
    both = [
        subprocess.Popen(
            [*command, str(number)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for number in (2, 3)
    ]
    said = [process.communicate(timeout=400) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    winner = champion(where, "race").number
    expected = {2: "moved", 3: "found 2"} if winner == 2 else {3: "moved", 2: "found 3"}
    assert {number: out.strip() for number, (out, _) in zip((2, 3), said, strict=True)} == expected


def test_what_is_not_expected_is_left_as_it_is(where):
    assert promote(where, "race", 2, 3, {}).number == 1
    assert promote(where, "race", 2, None, {}).number == 1
    assert champion(where, "race").number == 1
    assert promote(where, "race", 2, 1, {}) is None and champion(where, "race").number == 2
