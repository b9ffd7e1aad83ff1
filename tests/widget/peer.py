"""A web server whose every reply a test lays out: the site that embeds, or the service's peer.

It is here for what the real service does not do on request: be slow, refuse, break, be hostile.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Expose-Headers": "Retry-After",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a path replies."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: Event | None = None  #: it is held back until this is set


@dataclass(frozen=True, slots=True)
class Received:
    """A request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any  #: of JSON; None where there was none


class Peer:
    """A server on a port of its own: what it replies by path, and what it received."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.received: list[Received] = []
        self.posted = Event()  #: set once anything was posted
        self.origin = ""

    def note(self, received: Received) -> None:
        """Keep a request that came in."""
        self.received.append(received)
        if received.method == "POST":
            self.posted.set()

    def sent_to(self, path: str) -> list[Received]:
        """Return what was posted to a path."""
        return [one for one in self.received if (one.method, one.path) == ("POST", path)]


@contextmanager
def serving() -> Iterator[Peer]:
    """Serve a peer on a free port of this machine."""
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._answer(json.loads(self.rfile.read(length)))

        def do_OPTIONS(self) -> None:
            self._send(Reply(b"", status=204))

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, body: object) -> None:
            path = self.path.partition("?")[0]
            headers = {name.lower(): value for name, value in self.headers.items()}
            peer.note(Received(self.command, path, headers, body))
            self._send(peer.replies.get(path, Reply(b"", status=404)))

        def _send(self, reply: Reply) -> None:
            if reply.after:
                reply.after.wait(60)
            try:
                self.send_response(reply.status)
                for name, value in {**CORS, **reply.headers, "Content-Type": reply.kind}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except ConnectionError:
                pass  # the browser gave up waiting, as it may

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.origin = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
