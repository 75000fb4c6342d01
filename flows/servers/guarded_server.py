"""An app served behind the guard, on loopback and where else that is asked for, until it is asked to end."""

from collections.abc import Callable

import uvicorn

from flows.servers.request_guard import RequestGuard
from flows.team.listening import listeners

CLOSING_SECONDS = 3
"""An open page's WebSocket does not keep a server from ending."""


def serve_guarded(
    guard: RequestGuard, host: str, watch: Callable[[uvicorn.Server], None] = lambda server: None
) -> None:
    """Serves what is behind a guard, on a `host` beyond loopback where that is not empty; `watch` is told the server before it starts."""
    config = uvicorn.Config(guard, log_level="warning", timeout_graceful_shutdown=CLOSING_SECONDS)
    server = uvicorn.Server(config)
    watch(server)
    server.run(listeners(host, guard.port))
