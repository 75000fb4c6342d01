"""An app served on loopback, behind the guard, until it is asked to end."""

from collections.abc import Callable

import uvicorn

from flows.servers.request_guard import App, RequestGuard

CLOSING_SECONDS = 3
"""An open page's WebSocket does not keep a server from ending."""


def serve_on_loopback(
    app: App, port: int, watch: Callable[[uvicorn.Server], None] = lambda server: None, own_frames: bool = False
) -> None:
    """Serves `app`; `watch` is told the server before it starts."""
    config = uvicorn.Config(
        RequestGuard(app, port, own_frames),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    server = uvicorn.Server(config)
    watch(server)
    server.run()
