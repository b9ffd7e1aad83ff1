"""The HTTP server under the application: uvicorn, with patience for no client that stalls."""

from asyncio import BaseTransport, TimerHandle

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connection(HttpToolsProtocol):
    """Lets go of a client whose request is not complete in time.

    Uvicorn would wait without end for the rest of a head, or of a body that nobody reads any more;
    each such client keeps one of the few connections that a process may have.
    """

    seconds = 40.0
    """More than `RequestBounds` gives a request: whoever is late there is still told so."""

    _too_late: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for a first request."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of a request."""
        self._expect_request()
        super().data_received(data)

    def on_message_complete(self) -> None:
        """Wait no more: the request is here."""
        self._expect_nothing()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more: the client is gone."""
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        if self._too_late is None:
            self._too_late = self.loop.call_later(self.seconds, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None


def server(
    api: FastAPI, connection: type[Connection] = Connection, proxies: str = ""
) -> uvicorn.Server:
    """Return what serves an application until a signal ends it; requests taken are answered.

    `proxies` are those whose word is taken for a client's address: addresses or networks, with
    commas between.
    """
    return uvicorn.Server(
        uvicorn.Config(
            api,
            http=connection,
            loop="asyncio",  # uvloop takes the GIL anew for every event, and waits for each
            ws="none",  # there is none; with it uvicorn would wait for frames after any Upgrade
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=20,
        )
    )
