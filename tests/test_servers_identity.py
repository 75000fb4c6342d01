"""Which server is taken for ours, and who may serve a home."""

import fcntl
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from served import environment_of

from flows.servers.addresses import refuse_second
from flows.servers.identity import is_ours, is_prefect, proof_of
from flows.servers.processes import free_port
from flows.team.listening import listeners

FINDS = (
    "from flows.environment import set_environment; set_environment(); from flows.servers import shared_prefect as shared\n"
    "def own(): raise SystemExit('starts its own')\n"
    "shared.shared_prefect = own; shared.prefect_for_one_command(); print('takes it')"
)


@contextmanager
def somebody(answer: bytes):
    """A server of another program that answers everything alike."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("answer", [b"<html>", b"true", b"{}", b""])
@pytest.mark.parametrize("at_work", [False, True])
def test_whoever_answers_where_serve_was_noted_is_not_taken_for_ours(tmp_path, answer, at_work):
    note = {"pid": 1, "since": 0.0, "secret": "ours"}
    with somebody(answer) as port, (tmp_path / "serving.lock").open("w") as lock:
        note |= {"ports": {"prefect": port, "mlflow": port}}
        (tmp_path / "serving.json").write_text(json.dumps(note))
        if at_work:
            fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, "-c", FINDS], env=environment_of(tmp_path), capture_output=True, text=True, cwd=tmp_path
        )
    assert (done.stdout, done.stderr) == ("", "starts its own\n")


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b"", b"false"])
def test_an_address_of_the_users_own_where_no_prefect_answers_is_told(tmp_path, answer):
    with somebody(answer) as port:
        given = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
        assert not is_prefect(given["PREFECT_API_URL"])
        done = subprocess.run(
            [sys.executable, "-c", FINDS],
            env=environment_of(tmp_path) | given,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
    assert "no Prefect server answers there. Start it, or unset PREFECT_API_URL" in done.stderr


def test_a_secret_is_proved_and_never_told():
    with somebody(b"the secret itself") as port:
        assert not is_ours(port, "the secret itself")
    with somebody(proof_of("secret", "a question of before").encode()) as port:
        assert not is_ours(port, "secret")
    assert not is_ours(free_port(), "secret")


def test_nobody_serves_a_home_whose_note_was_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("flows.servers.addresses.NOTES", {"serve": tmp_path / "serving.json"})
    note = {"pid": os.getpid(), "since": 0.0, "ports": {"prefect": 4200, "mlflow": 5000}, "secret": "x"}
    (tmp_path / "serving.json").write_text(json.dumps(note))
    refuse_second("serve")
    (tmp_path / "serving.lock").touch()
    refuse_second("serve")


def test_a_free_port_is_given_to_nobody_else_until_a_server_listens_there():
    port = free_port()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    with listeners("", port)[0] as server:
        server.listen()
