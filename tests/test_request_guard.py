"""A page of another site in the user's browser gets past neither server: by name, by origin, by WebSocket, in a frame."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from urllib.parse import urlparse

import pytest
import websockets
from served import START_SECONDS, environment_of, serving, wait_for

from flows.servers.addresses import answers
from flows.servers.processes import free_port
from flows.servers.request_guard import RequestGuard

pytestmark = pytest.mark.slow

PATHS = {
    "prefect": (
        ("GET", "/"),
        ("GET", "/api/health"),
        ("GET", "/api/csrf-token?client=evil"),
        ("POST", "/api/flow_runs/filter"),
        ("POST", "/api/deployments/filter"),
        ("OPTIONS", "/api/flow_runs/filter"),
        ("GET", "/v2/runs"),
        ("GET", "/interlayer-proof?question=1"),
    ),
    "mlflow": (
        ("GET", "/"),
        ("GET", "/health"),
        ("POST", "/api/2.0/mlflow/experiments/search"),
        ("GET", "/ajax-api/2.0/mlflow/experiments/search?max_results=5"),
        ("GET", "/get-artifact?path=report.html&run_uuid=1"),
    ),
}
FOREIGN = {
    "rebound name": {"Host": "evil.example"},
    "rebound name with its port": {"Host": "evil.example:{port}"},
    "loopback's other port": {"Host": "127.0.0.1:1"},
    "foreign page": {"Origin": "http://evil.example"},
    "sandboxed page": {"Origin": "null"},
    "a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    "an image": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
}
SOCKETS = ("/api/events/out", "/api/events/in", "/api/logs/out")
OWN = ({}, {"Host": "localhost:{port}"}, {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "same-origin"})
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("guard") / "home") as (_, prefect, mlflow):
        yield {"prefect": urlparse(prefect).port, "mlflow": urlparse(mlflow).port}


def ask(port: int, method: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = {"Content-Type": "application/json"} | {name: value.format(port=port) for name, value in headers.items()}
    connection.request(method, path, b"{}" if method == "POST" else None, sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("server", PATHS)
def test_what_another_site_sends_is_refused(ports, server, kind):
    answers = {path: ask(ports[server], method, path, FOREIGN[kind]).status for method, path in PATHS[server]}
    assert answers == dict.fromkeys(answers, 403)


@pytest.mark.parametrize("server", PATHS)
def test_own_pages_and_programs_and_links_are_answered_and_not_in_frames_of_others(ports, server):
    for headers in (*OWN, LINK):
        answer = ask(ports[server], "GET", "/", headers)
        assert answer.status in (200, 307), headers
        assert answer.headers["X-Frame-Options"] == ("DENY" if server == "prefect" else "SAMEORIGIN")
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors" in policy and "default-src 'self'" in policy


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
@pytest.mark.parametrize("path", SOCKETS)
def test_no_websocket_is_opened_for_another_site(ports, path, headers):
    assert asyncio.run(opened(ports["prefect"], path, headers)) == 403


async def opened(port: int, path: str, headers: dict[str, str]) -> int:
    """The status with which a WebSocket is answered."""
    host = headers.get("Host", f"127.0.0.1:{port}")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Protocol: prefect", f"Origin: {headers.get('Origin', 'http://' + host)}"]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


def test_a_websocket_of_its_own_page_is_opened(ports):
    async def connect() -> bool:
        address = f"ws://127.0.0.1:{ports['prefect']}/api/events/out"
        origin = f"http://127.0.0.1:{ports['prefect']}"
        async with websockets.connect(address, origin=origin, subprotocols=["prefect"]) as socket:
            await socket.send(json.dumps({"type": "auth", "token": None}))
            return json.loads(await socket.recv())["type"] == "auth_success"

    assert asyncio.run(connect())


def let_through(port: int) -> set[str]:
    """What a page of another site gets past Prefect's server: a name, an origin, a POST that needs no preflight, a WebSocket."""
    tried = {
        "Host": ask(port, "POST", "/api/flow_runs/filter", {"Host": "evil.example"}).status,
        "Origin": ask(port, "POST", "/api/flow_runs/filter", {"Origin": "http://evil.example"}).status,
        "simple POST": simple_post(port, "/api/flows/", b'{"name": "evil"}'),
        "WebSocket": asyncio.run(opened(port, "/api/events/in", {"Origin": "http://evil.example"})),
    }
    return {kind for kind, status in tried.items() if status in (101, 200, 201)}


def simple_post(port: int, path: str, body: bytes) -> int:
    """As a script of another site sends a Blob without a type: of none at all, about which no browser asks first."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    connection.request("POST", path, body, sent)
    status = connection.getresponse().status
    connection.close()
    return status


def test_stock_prefect_lets_through_what_ours_refuses(ports, tmp_path):
    port = free_port()
    environment = environment_of(tmp_path / "home") | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "DO_NOT_TRACK": "true",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    with (tmp_path / "stock.log").open("wb") as log:
        stock = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api/health") or stock.poll() is not None, START_SECONDS)
        assert let_through(port) == {"Host", "Origin", "simple POST", "WebSocket"}
        assert let_through(ports["prefect"]) == set()
        assert simple_post(ports["mlflow"], "/api/2.0/mlflow/experiments/create", b'{"name": "evil"}') == 403
    finally:
        with suppress(ProcessLookupError):
            os.killpg(stock.pid, signal.SIGKILL)
        stock.wait()


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1:80", "evil.example"], ["127.0.0.1:80@evil.example"], ["127.0.0.1"]])
def test_one_name_is_expected_and_no_other(hosts):
    guard = RequestGuard(None, 80)
    assert not guard.passes({"type": "http", "method": "GET", "headers": [(b"host", host.encode()) for host in hosts]})
    assert guard.passes({"type": "http", "method": "GET", "headers": [(b"host", b"LOCALHOST:80")]})
