"""A receiver of alerts on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Keeps what is posted to it, and where it was asked; answers with a status."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.refused: list[dict] = []
        self.asked: list[str] = []
        self.status = 200
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                (own.taken if own.status == 200 else own.refused).append(said)
                self.send_response(own.status)
                self.end_headers()

            def do_GET(self) -> None:
                own.asked.append(self.path)
                self.send_response(own.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook/its-secret"

    def of(self, event: str) -> list[dict]:
        """What was taken of an event."""
        return [one for one in self.taken if one["event"] == event]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver, while this lasts."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
