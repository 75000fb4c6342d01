"""The process of a Prefect server: one that commands share ends by itself some time after the last, one of `serve` with it.

Started as `python -m flows.servers.prefect_process PORT SECONDS HOST`, with 0 seconds where it ends with its parent, and an empty
host where it listens on loopback alone; its secret arrives on standard input, where no other user reads it.
"""

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from flows.environment import begin_own_process
from flows.servers.identity import PROOF_PATH, proof_of
from flows.servers.parent_process import end_with_parent, interrupt_oneself
from flows.servers.prefect_store import create_prefect_store
from flows.servers.request_guard import RequestGuard
from flows.servers.users_lock import nobody_uses_it
from tasks.numerics.errors import InputError

if TYPE_CHECKING:
    from uvicorn import Server

WATCH_SECONDS = 0.5
MOST_OF_A_LINE = 1000


def serve(port: int, seconds: float, host: str, secret: str) -> None:
    """Serves Prefect's API until nobody has used it for so long, or the parent is gone."""
    create_prefect_store()
    from prefect.server.api.server import create_app
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response

    from flows.servers.guarded_server import serve_guarded
    from flows.servers.prefect_transactions import let_writes_wait

    async def prove(request: Request) -> Response:
        return PlainTextResponse(proof_of(secret, request.query_params.get("question", "")))

    let_writes_wait()
    app = create_app(final=True)
    app.add_route(PROOF_PATH, prove)
    # Before Prefect's own routes, which take every path.
    app.router.routes.insert(0, app.router.routes.pop())

    def watch(server: "Server") -> None:
        if seconds:
            threading.Thread(target=end_when_idle, args=(server, seconds), daemon=True).start()

    serve_guarded(RequestGuard(app, port, host=host), host, watch)


def end_when_idle(server: "Server", seconds: float) -> None:
    """Asks the server to end once it has started and no command has used it for so long."""
    idle_since = time.monotonic()
    while not server.should_exit:
        time.sleep(WATCH_SECONDS)
        over = server.started and time.monotonic() - idle_since >= seconds
        if not nobody_uses_it(keep_it_so=over):
            idle_since = time.monotonic()
        elif over:
            server.should_exit = True


def main(port: int, seconds: float, host: str) -> None:
    """What cannot be served is the last line of the log."""
    begin_own_process()
    secret = os.read(sys.stdin.fileno(), MOST_OF_A_LINE).decode().strip()
    if not seconds:
        end_with_parent(interrupt_oneself)
    try:
        serve(port, seconds, host, secret)
    except InputError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
