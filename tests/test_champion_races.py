"""Processes that would all move a champion: those that find it moved leave it, whoever is first, and wherever each keeps its own state."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from flows.servers.addresses import answers
from flows.servers.processes import free_port
from tasks.numerics.errors import InputError
from tasks.track import registry_lock
from tasks.track.places import Place, connect
from tasks.track.registry import champion, model_name, promote
from tasks.track.registry_lock import locked_in_registry
from tests.served import Served, environment_of, wait_for

pytestmark = pytest.mark.slow

ONE = """
import sys, time
from pathlib import Path
from tasks.track import registry
from tasks.track.places import Place
address, home, together, number, all = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
where = Place(address, home, "champions")
before = registry.champion(where, "race")
asked = registry._champion
def slowly(client, name):
    found = asked(client, name)
    time.sleep(1.5)  # all have looked before one has moved it, unless each waits for the others
    return found
registry._champion = slowly
(together / f"ready-{number}").touch()
while len(list(together.glob("ready-*"))) < all:
    time.sleep(0.02)
other = registry.promote(where, "race", number, before.number, {"promoted_at": "now"})
print("moved" if other is None else f"found {other.number}")
"""


class Server(Served):
    """MLflow's own, on the store of a home."""

    def __init__(self, home, port):
        self.port = port
        super().__init__(home)

    def command(self, *arguments):
        place = [
            "--backend-store-uri",
            f"sqlite:///{self.home / 'mlflow.db'}",
            "--artifacts-destination",
            str(self.home),
        ]
        return [sys.executable, "-P", "-m", "mlflow", "server", *place, "--port", str(self.port), "--workers", "1"]


@pytest.fixture
def where(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    where = Place(f"sqlite:///{home / 'mlflow.db'}", home, "champions")
    client = connect(where)
    client.create_registered_model(model_name("race"))
    for _ in range(5):
        client.create_model_version(model_name("race"), source=(tmp_path / "nothing").as_uri())
    assert promote(where, "race", 1, None, {"promoted_at": "first"}) is None
    return where


@pytest.fixture
def server(where):
    """The address at which other homes reach it."""
    served = Server(where.store, free_port())
    try:
        address = f"http://127.0.0.1:{served.port}"
        wait_for(lambda: answers(f"{address}/health") or served.process.poll() is not None, 120)
        assert served.process.poll() is None, served.said
        yield address
    finally:
        served.stop()


def raced(where, racers):
    """What each said; `racers` are address and home of each."""
    environment = environment_of(where.store.parent / "racers") | {"PYTHONPATH": str(Path(__file__).parents[1])}
    at_work = []
    for number, (address, home) in enumerate(racers, start=2):
        words = [sys.executable, "-c", ONE, address, home, where.store.parent, number, len(racers)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        at_work.append(subprocess.Popen([str(word) for word in words], env=environment, text=True, **pipes))
    said = [process.communicate(timeout=400) for process in at_work]
    assert [process.returncode for process in at_work] == [0] * len(racers), said
    return {number: out.strip() for number, (out, _) in enumerate(said, start=2)}


def assert_one_moved_it(where, said):
    winner = champion(where, "race").number
    assert said == {number: "moved" if number == winner else f"found {winner}" for number in said}
    assert [one.name for one in connect(where).search_registered_models()] == [model_name("race")]


def test_of_two_of_a_home_one_moves_it_and_the_other_is_told(where):
    assert_one_moved_it(where, raced(where, [(where.address, where.store)] * 2))


def test_of_homes_at_one_server_one_moves_it_and_the_others_are_told(where, server, tmp_path):
    homes = [tmp_path / name for name in ("one", "two", "three")]
    # And one whose own store it is, without the server.
    assert_one_moved_it(where, raced(where, [*((server, home) for home in homes), (where.address, where.store)]))


def test_what_is_not_expected_is_left_as_it_is(where):
    assert promote(where, "race", 2, 3, {}).number == 1
    assert promote(where, "race", 2, None, {}).number == 1
    assert champion(where, "race").number == 1
    assert promote(where, "race", 2, 1, {}) is None and champion(where, "race").number == 2


def test_a_lock_that_was_left_behind_is_put_aside_once(where, monkeypatch):
    monkeypatch.setattr(registry_lock, "LEFT_SECONDS", 0.5)
    client, lock = connect(where), f"lock-of-{model_name('race')}"
    client.create_registered_model(lock, description="who was killed")
    assert promote(where, "race", 2, 1, {}) is None
    assert sorted(one.name for one in client.search_registered_models(f"name LIKE '{lock}%'"))[0].startswith(
        f"{lock}-left-"
    )
    # Who finds out later that the same one had left it behind takes nothing from who holds it now.
    with locked_in_registry(client, model_name("race")):
        held = client.get_registered_model(lock).description
        registry_lock._put_aside(client, lock, "who was killed")
        assert client.get_registered_model(lock).description == held
    with pytest.raises(MlflowException, match="not found"):
        client.get_registered_model(lock)


def test_a_lock_that_is_freed_while_mlflow_looks_who_has_it_is_taken_later(where, monkeypatch):
    """MLflow's registry refuses a name that it has, and then does not find it to say what it is."""
    client, refused = connect(where), []
    original = client.create_registered_model

    def create(name, **others):
        if not refused:
            refused.append(name)
            raise MlflowException(f"Registered Model with name={name} not found", RESOURCE_DOES_NOT_EXIST)
        return original(name, **others)

    monkeypatch.setattr(client, "create_registered_model", create)
    with locked_in_registry(client, model_name("race")):
        assert client.get_registered_model(refused[0]).name == f"lock-of-{model_name('race')}"


def test_a_lock_that_is_held_is_waited_for_and_in_the_end_told(where, monkeypatch):
    client, entered, over = connect(where), threading.Event(), threading.Event()

    def hold():
        with locked_in_registry(connect(where), model_name("race")):
            entered.set()
            over.wait(60)

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        assert entered.wait(60)
        monkeypatch.setattr(registry_lock, "WAIT_SECONDS", 0.5)
        with pytest.raises(
            InputError,
            match=r"Others have held .*lock-of-interlayer-race in MLflow: Held by interlayer on .*, process \d+",
        ):
            promote(where, "race", 2, 1, {})
    finally:
        over.set()
        holding.join()
    assert champion(where, "race").number == 1
    with locked_in_registry(client, model_name("race")) as check:
        check()
        monkeypatch.setattr(registry_lock, "HOLD_SECONDS", 0.0)
        with pytest.raises(InputError, match="nothing was moved"):
            check()


def test_a_lock_is_held_though_the_answer_that_said_so_was_lost(where, monkeypatch):
    client = connect(where)
    create = client.create_registered_model

    def asked_twice(*given, **named):
        create(*given, **named)
        return create(*given, **named)

    monkeypatch.setattr(client, "create_registered_model", asked_twice)
    monkeypatch.setattr(registry_lock, "WAIT_SECONDS", 2.0)
    with locked_in_registry(client, model_name("race")) as check:
        check()
    assert [one.name for one in client.search_registered_models()] == [model_name("race")]
