"""The process of the Prefect server that commands share: it ends by itself some time after the last of them.

Started as `python -m flows.servers.prefect_process PORT SECONDS`; its secret arrives on standard input, where no other user reads it.
"""

import sys
import threading
import time
from typing import TYPE_CHECKING

from flows.environment import set_environment
from flows.servers.users_lock import nobody_uses_it

if TYPE_CHECKING:
    from uvicorn import Server

WATCH_SECONDS = 0.5
SECRET_PATH = "/interlayer-secret"


def serve(port: int, seconds: float, secret: str) -> None:
    """Serves Prefect's API on loopback until nobody has used it for so long."""
    import uvicorn
    from prefect.server.api.server import create_app
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response

    async def tell_secret(request: Request) -> Response:
        return PlainTextResponse(secret)

    app = create_app(final=True)
    app.add_route(SECRET_PATH, tell_secret)
    # Before Prefect's own routes, which take every path.
    app.router.routes.insert(0, app.router.routes.pop())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    threading.Thread(target=end_when_idle, args=(server, seconds), daemon=True).start()
    server.run()


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


if __name__ == "__main__":
    set_environment()
    serve(int(sys.argv[1]), float(sys.argv[2]), sys.stdin.readline().strip())
