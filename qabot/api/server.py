"""The HTTP server under the application: uvicorn, with patience for no client that stalls."""

import os
import signal
import socket
from asyncio import BaseTransport, TimerHandle, Transport, get_running_loop, sleep
from collections import Counter
from functools import cache
from ipaddress import ip_address, ip_network
from shutil import rmtree
from typing import cast

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from qabot.api.joined_writes import JoinedWrites
from qabot.api.listening import BACKLOG, take_no_more
from qabot.api.workers import Worker


class _Refused(Exception):
    """Raised in a callback of the parser: nothing more of this connection is read."""


class Connection(HttpToolsProtocol):
    """Lets go of a client that stalls, and bounds what each may hold.

    Uvicorn would wait without end for the rest of a head, for the rest of a body that nobody reads
    any more, and for a client to take what it was sent; it takes heads of any size, and as many
    connections and requests ahead as an address sends.
    """

    seconds = 40.0
    """More than `RequestBounds` gives a request: whoever is late there is still told so."""

    seconds_to_take = 30.0
    """For which a client may take nothing of what was sent to it."""

    seconds_to_end = 7.0
    """For which an answer under way may take when the service ends."""

    seconds_to_ask = 1.0
    """For which a client that has connected may still send its request when the service ends."""

    most_head = 32_768
    """Bytes of a request's head."""

    most_ahead = 32
    """Requests that a client may send before it has the answer to the first."""

    most = 900
    """Connections at once, of whomever: each is a file, of which a process often has 1,024."""

    most_of_address = 100
    """Connections of one address at once; a proxy that is named may have more."""

    _of_address: Counter[str] = Counter()

    _too_late: TimerHandle | None = None
    _not_taken: TimerHandle | None = None
    _head: int | None = 0  # bytes of the head that is being read; None: the head is here
    _is_head_too_long = False
    _is_ending = False
    _counted = ""

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for a first request; one that is too many is let go."""
        super().connection_made(JoinedWrites(cast(Transport, transport)))
        self._counted = self.client[0] if self.client else ""
        self._of_address[self._counted] += 1
        if self._is_one_too_many():
            self.transport.abort()
            return
        # Whatever is not taken at once counts, so that `pause_writing` tells of it.
        cast(Transport, transport).set_write_buffer_limits(high=0)
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of a request, whose head may not go on for ever."""
        self._expect_request()
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > self.most_head:
            self._is_head_too_long = True
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """Take a request, if its head is no longer and not more are ahead of it than may be."""
        self._head = None
        self._is_head_too_long = self.most_head < len(self.url) + sum(
            len(name) + len(value) for name, value in self.headers
        )
        if self._is_head_too_long or len(self.pipeline) >= self.most_ahead:
            raise _Refused
        super().on_headers_complete()
        if self._is_ending:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a head that cannot be read, and let the client go."""
        if self._is_head_too_long:
            self.transport.write(_HEAD_TOO_LONG)
            self.transport.close()
        elif len(self.pipeline) >= self.most_ahead:
            self.transport.abort()  # the answers to what came before are not taken
        else:
            super().send_400_response(msg)

    def on_message_complete(self) -> None:
        """Wait no more: the request is here."""
        self._expect_nothing()
        self._head = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait for the client to take what was sent."""
        super().pause_writing()
        if self._not_taken is None:
            self._not_taken = self.loop.call_later(self.seconds_to_take, self.transport.abort)

    def resume_writing(self) -> None:
        """Wait no more: the client has taken it."""
        self._expect_no_taking()
        super().resume_writing()

    def shutdown(self) -> None:
        """End with the service: once the answer under way is sent, or soon, or when time is up.

        Whoever waits for nothing may have sent a request that is still on its way. One that is not
        whole when time is up is let go before uvicorn calls it an error.
        """
        self._is_ending = True
        if self._is_answering():
            super().shutdown()
        else:
            self.loop.call_later(self.seconds_to_ask, self._end_unless_asked)
        self.loop.call_later(self.seconds_to_end, self.transport.abort)

    def _end_unless_asked(self) -> None:
        if self._head == 0 and not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more: the client is gone."""
        self._expect_nothing()
        self._expect_no_taking()
        self._of_address[self._counted] -= 1
        if not self._of_address[self._counted]:
            del self._of_address[self._counted]
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        if self._of_address.total() > self.most:
            return True
        proxies = str(self.config.forwarded_allow_ips or "")
        is_too_many = self._of_address[self._counted] > self.most_of_address
        return is_too_many and not _is_proxy(self._counted, proxies)

    def _expect_request(self) -> None:
        if self._too_late is None:
            self._too_late = self.loop.call_later(self.seconds, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _expect_no_taking(self) -> None:
        if self._not_taken is not None:
            self._not_taken.cancel()
            self._not_taken = None


@cache
def _is_proxy(address: str, proxies: str) -> bool:
    """Whether an address is one of the proxies that are named, with commas between."""
    try:
        found = ip_address(address)
        networks = [ip_network(one.strip(), strict=False) for one in proxies.split(",") if one]
    except ValueError:  # a Unix socket, "*"
        return True
    return any(found in network for network in networks)


_SAID = (
    b'{"type": "about:blank", "title": "Request Header Fields Too Large", "status": 431, '
    b'"detail": "The head of a request holds 32 KB at most."}'
)
_HEAD_TOO_LONG = (
    STATUS_LINE[431]
    + b"content-type: application/problem+json\r\nconnection: close\r\n"
    + b"content-length: %d\r\n\r\n%s" % (len(_SAID), _SAID)
)


class _Server(uvicorn.Server):
    """Ends without resetting a connection that the kernel has taken; ends with its parent too."""

    seconds_to_take = 0.3
    """For which connections that were under way are taken when the service ends."""

    def __init__(self, config: uvicorn.Config, worker: Worker | None) -> None:
        super().__init__(config)
        self._worker = worker
        self._is_orphan = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections, and say so."""
        await super().startup(sockets)
        for listening in sockets or ():
            listening.listen(BACKLOG)  # asyncio made it as short as it takes at once
        if self._worker:
            get_running_loop().add_reader(self._worker.parent, self._end_with_parent)
            os.write(self._worker.ready, b"1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what waits, and answer it."""
        if self._worker is None:  # for workers their parent does it, unless one ends alone
            for listening in sockets or ():
                take_no_more(listening)
        await sleep(self.seconds_to_take)
        await super().shutdown(sockets)
        if self._worker and self._is_orphan:
            rmtree(self._worker.folder, ignore_errors=True)  # who began it cannot any more

    def _end_with_parent(self) -> None:
        assert self._worker
        get_running_loop().remove_reader(self._worker.parent)
        self._is_orphan = True
        self.handle_exit(signal.SIGTERM, None)


def server(
    api: FastAPI,
    connection: type[Connection] = Connection,
    proxies: str = "",
    worker: Worker | None = None,
) -> uvicorn.Server:
    """Return what serves an application until a signal ends it; requests taken are answered.

    `proxies` are those whose word is taken for a client's address: addresses or networks, with
    commas between. `worker` is given where it is one of several processes.
    """
    return _Server(
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
            timeout_graceful_shutdown=9,
            backlog=1,  # connections taken at once: the next is for another worker that is free
        ),
        worker,
    )
