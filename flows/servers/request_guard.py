"""What stands in front of a server on loopback: pages of other sites in the user's browser don't get past it.

A page reaches loopback under a name of its own that it lets mean 127.0.0.1 (DNS rebinding), by requests and WebSockets that
a browser sends for it, or by showing the dashboard in a frame of its own.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
REFUSED: Final = b"Refused: this server answers its own pages alone, at the address that 'interlayer serve' has said.\n"
POLICY_VIOLATION: Final = 1008
FRAMES: Final = {"embed", "fencedframe", "frame", "iframe", "object"}


class RequestGuard:
    """An ASGI app that passes to another one what comes from its own pages, or from no page."""

    def __init__(self, app: App, port: int, own_frames: bool = False) -> None:
        """In front of `app` at a port on loopback; its own pages may show it in frames where `own_frames`."""
        self.app = app
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self.own_frames = own_frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request, a WebSocket, or the server's own start and end."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not self.passes(scope):
            await refuse(scope, send)
        else:
            await self.app(scope, receive, self.unframed(send))

    def passes(self, scope: Scope) -> bool:
        """Whether it was sent to this server by its own name, and by none but its own pages."""
        headers = [(name.lower(), value.decode("latin-1").strip().lower()) for name, value in scope["headers"]]

        def given(wanted: bytes) -> list[str]:
            return [value for name, value in headers if name == wanted]

        hosts, origins = given(b"host"), given(b"origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return False
        if any(origin not in {f"http://{host}" for host in self.hosts} for origin in origins):
            return False
        return self.is_sent_by_own_page(scope, given(b"sec-fetch-site"), given(b"sec-fetch-dest"))

    def is_sent_by_own_page(self, scope: Scope, sites: Iterable[str], destinations: list[str]) -> bool:
        """As the browser itself says: another site's page may link here, and no more."""
        if all(site in ("none", "same-origin") for site in sites):
            return self.own_frames or not FRAMES & set(destinations)
        return scope.get("method") == "GET" and destinations == ["document"]

    def unframed(self, send: Send) -> Send:
        """Sends answers that no other page shows in a frame."""
        ancestors = b"'self'" if self.own_frames else b"'none'"
        added = [
            (b"x-frame-options", b"SAMEORIGIN" if self.own_frames else b"DENY"),
            (b"content-security-policy", b"frame-ancestors " + ancestors),
        ]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-frame-options"]
                message["headers"] = [*kept, *added]
            await send(message)

        return sent


async def refuse(scope: Scope, send: Send) -> None:
    """Answers 403; a WebSocket that is closed before it was accepted is answered so by the server."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    headers = [(b"content-type", b"text/plain"), (b"x-frame-options", b"DENY")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSED})
