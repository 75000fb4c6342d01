"""What stands in front of a server: pages of other sites in the user's browser don't get past it, and its own pages ask nobody else.

A page reaches loopback under a name of its own that it lets mean 127.0.0.1 (DNS rebinding), by requests and WebSockets that
a browser sends for it, or by showing the dashboard in a frame of its own.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from flows.team.listening import names
from flows.team.logins import authorization

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
REFUSED: Final = b"Refused: this server answers its own pages alone, at the address that 'interlayer serve' has said.\n"
UNKNOWN: Final = b"Refused: this server asks for a user and a password.\n"
HEALTH: Final = "/health"
POLICY_VIOLATION: Final = 1008
FRAMES: Final = {"embed", "fencedframe", "frame", "iframe", "object"}


class RequestGuard:
    """An ASGI app that passes to another one what comes from its own pages, or from no page."""

    def __init__(self, app: App, port: int, own_frames: bool = False, host: str = "", login: str = "") -> None:
        """In front of `app` at a port on loopback, and on a `host` beyond it.

        Its own pages may show it in frames where `own_frames`; where there is a `login`, `user:password`, it is asked for.
        """
        self.app, self.port, self.beyond = app, port, bool(host)
        self.hosts = {f"{name}:{port}" for name in names(host)}
        self.own_frames = own_frames
        self.expected = authorization(login).encode() if login else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request, a WebSocket, or the server's own start and end."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not self.passes(scope):
            await refuse(scope, send)
        elif not self.is_known(scope):
            await refuse(scope, send, unauthorized=True)
        else:
            await self.app(scope, receive, self.confined(send))

    def passes(self, scope: Scope) -> bool:
        """Whether it was sent to this server by its own name, and by none but its own pages."""
        headers = [(name.lower(), value.decode("latin-1").strip().lower()) for name, value in scope["headers"]]

        def given(wanted: bytes) -> list[str]:
            return [value for name, value in headers if name == wanted]

        hosts, origins, own = given(b"host"), given(b"origin"), self.own_hosts(scope)
        if len(hosts) != 1 or hosts[0] not in own:
            return False
        if any(origin not in {f"http://{host}" for host in own} for origin in origins):
            return False
        return self.is_sent_by_own_page(scope, given(b"sec-fetch-site"), given(b"sec-fetch-dest"))

    def own_hosts(self, scope: Scope) -> set[str]:
        """How it may be called; beyond loopback by the address at which the connection arrived, too."""
        arrived = scope.get("server")
        return self.hosts | {f"{arrived[0]}:{self.port}"} if self.beyond and arrived else self.hosts

    def is_known(self, scope: Scope) -> bool:
        """Whether it comes with the login, where there is one; whether the server answers is told without."""
        if not self.expected or scope.get("path") == HEALTH:
            return True
        given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], self.expected)

    def is_sent_by_own_page(self, scope: Scope, sites: Iterable[str], destinations: list[str]) -> bool:
        """As the browser itself says: another site's page may link here, and no more."""
        if all(site in ("none", "same-origin") for site in sites):
            return self.own_frames or not FRAMES & set(destinations)
        return scope.get("method") == "GET" and destinations == ["document"]

    def confined(self, send: Send) -> Send:
        """Sends answers that no other page shows in a frame, and whose pages ask nobody else."""
        added = [
            (b"x-frame-options", b"SAMEORIGIN" if self.own_frames else b"DENY"),
            (b"content-security-policy", self.policy().encode()),
        ]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-frame-options"]
                message["headers"] = [*kept, *added]
            await send(message)

        return sent

    def policy(self) -> str:
        """Where a browser lets its pages go: here alone. Prefect's and MLflow's own ask their makers for settings, and tell them what is used."""
        own = " ".join(f"http://{host} ws://{host}" for host in sorted(self.hosts))
        ancestors = "'self'" if self.own_frames else "'none'"
        return (
            f"default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob: {own}; "
            f"frame-ancestors {ancestors}"
        )


async def refuse(scope: Scope, send: Send, unauthorized: bool = False) -> None:
    """Answers 403, or 401, at which browsers ask for user and password; a WebSocket that is closed before it was accepted is answered so by the server."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    headers = [(b"content-type", b"text/plain"), (b"x-frame-options", b"DENY")]
    if unauthorized:
        headers.append((b"www-authenticate", b'Basic realm="Interlayer", charset="UTF-8"'))
    await send({"type": "http.response.start", "status": 401 if unauthorized else 403, "headers": headers})
    await send({"type": "http.response.body", "body": UNKNOWN if unauthorized else REFUSED})
