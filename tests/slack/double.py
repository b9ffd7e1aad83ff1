"""A double of Slack's Web API, for what the independent servers lack: errors, limits, slowness.

It answers every method with `ok`, unless a test scripts something else, and remembers each call.
It is also the other end of Socket Mode: `envelope` sends one to one of the connections, as Slack
does, and may send it again.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack.deliveries import stamp
from tests.slack.local_slack import APP, BOT, TEAM
from tests.slack.loops import Background, background
from tests.slack.programs import eventually

Json = dict[str, Any]

RESPONSE = "response_url"
"""The method under which posts to a `response_url` are remembered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the Web API replies to a call."""

    body: Json = field(default_factory=dict)  #: without an `ok`, it is added to what is usual
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0  #: how long it takes
    after: Event | None = None  #: it is held back until this is set
    lost: bool = False  #: whether the connection ends before it arrives


@dataclass(frozen=True, slots=True)
class Call:
    """A call that came in, and what it was told."""

    method: str
    token: str
    arguments: Json
    at: float  #: of the clock `monotonic`, in seconds
    reply: Reply

    @property
    def accepted(self) -> bool:
        """Whether Slack did what was asked for."""
        return self.reply.status == 200 and self.reply.body.get("ok", True) is True


Respond = Callable[[Json], Reply]


def refused(error: str, **more: object) -> Reply:
    """Return the reply of an error such as `channel_not_found` or `token_revoked`."""
    return Reply({"ok": False, "error": error, **more})


def ratelimited(seconds: int) -> Reply:
    """Return the reply to who calls too often, and may again in `seconds`."""
    return Reply(refused("ratelimited").body, 429, {"Retry-After": str(seconds)})


def broken(status: int = 503) -> Reply:
    """Return the reply of a Slack that is down."""
    return Reply({"ok": False, "error": "service_unavailable"}, status)


def without_blocks(arguments: Json) -> Reply:
    """Refuse every message that has blocks; with `always`, plain text alone gets through."""
    return refused("invalid_blocks") if arguments.get("blocks") else Reply()


class Double:
    """A running double: what it will reply, and what it was called with."""

    def __init__(self, loop: Background) -> None:
        self.address = ""
        self.runner = web.AppRunner(self._application(), shutdown_timeout=0.1)
        self.site: web.TCPSite | None = None
        self.calls: list[Call] = []
        self._loop = loop
        self._next: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._always: dict[str, Respond] = {}
        self._connections: list[web.WebSocketResponse] = []
        self._acknowledged: dict[str, asyncio.Future[Json]] = {}

    @property
    def api(self) -> str:
        """Where the Web API is: the `base_url` of a client."""
        return f"{self.address}/api/"

    @property
    def response_url(self) -> str:
        """Where answers to a command, a shortcut or a button go."""
        return f"{self.address}/response/T01/1/secret"

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._called)
        application.router.add_post("/response/{rest:.+}", self._called)
        application.router.add_get("/socket", self._connected)
        return application

    def next(self, method: str, *replies: Reply) -> None:
        """Let the next calls of a method get these replies, one after another."""
        self._next[method].extend(replies)

    def always(self, method: str, respond: Respond) -> None:
        """Let this decide on the reply to each call of a method that has no other."""
        self._always[method] = respond

    def accepted(self, method: str) -> list[Json]:
        """Return the arguments of each call of a method that was done as asked."""
        return [one.arguments for one in self.calls if one.method == method and one.accepted]

    def wait_for(self, method: str, times: int = 1) -> list[Json]:
        """Wait until a method was accepted so often; return the arguments of each call."""
        came = eventually(lambda: len(self.accepted(method)) >= times, f"{times} x {method}")
        assert came
        return self.accepted(method)

    def connections(self) -> int:
        """Return how many clients of Socket Mode are there."""
        return len(self._connections)

    def envelope(self, payload: Json, number: int = 0, retry: int = 0, seconds: float = 30) -> bool:
        """Send a payload to the connection with this number; whether it was acknowledged in time.

        Slack waits three seconds; a busy machine may take longer.
        """
        kinds = {"event_callback": "events_api"}
        kind = "slash_commands" if "command" in payload else "interactive"
        frame = {
            "envelope_id": stamp(),
            "type": kinds.get(payload.get("type", ""), kind),
            "payload": payload,
            "accepts_response_payload": "event" not in payload,
            **({"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}),
        }
        return self._loop.run(self._send(frame, number, seconds))

    def drop(self) -> None:
        """Close every connection, as Slack does every few hours: after a word of warning."""
        self._loop.run(self._drop())

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuse every new connection until the block ends."""
        assert self.site
        self._loop.run(self.site.stop())
        yield
        self._loop.run(self.listen(int(self.address.rpartition(":")[2])))

    async def listen(self, port: int = 0) -> None:
        """Listen from now on; the runner is set up."""
        self.site = web.TCPSite(self.runner, "127.0.0.1", port)
        await self.site.start()
        host, port = self.runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"

    async def _send(self, frame: Json, number: int, seconds: float) -> bool:
        done: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acknowledged[frame["envelope_id"]] = done
        await self._connections[number].send_json(frame)
        return bool((await asyncio.wait([done], timeout=seconds))[0])

    async def _drop(self) -> None:
        dropped = list(self._connections)
        for connection in dropped:
            await connection.send_json({"type": "disconnect", "reason": "refresh_requested"})
            await connection.close()
        while any(connection in self._connections for connection in dropped):
            await asyncio.sleep(0.01)

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info.get("method", RESPONSE)
        arguments = await _arguments(request)
        scripted = self._next[method]
        respond = self._always.get(method)
        reply = respond(arguments) if respond else Reply()
        reply = scripted.popleft() if scripted else reply
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or arguments.get("token", "")
        self.calls.append(Call(method, token, arguments, monotonic(), reply))
        await asyncio.sleep(reply.seconds)
        if reply.after:
            await asyncio.to_thread(reply.after.wait, 60)
        if reply.lost and request.transport:
            request.transport.abort()
        usual = {"ok": True, **self._usual(method, arguments)} if "ok" not in reply.body else {}
        body = {**usual, **reply.body}
        return web.json_response(body, status=reply.status, headers=reply.headers)

    def _usual(self, method: str, arguments: Json) -> Json:
        ts = stamp()
        message = {"type": "message", "user": BOT, "bot_id": "B0BOT", "ts": ts, **arguments}
        bot = {"user": "policies", "user_id": BOT, "bot_id": "B0BOT", "url": f"{self.address}/"}
        socket = f"{self.address.replace('http', 'ws', 1)}/socket"
        replies: dict[str, Json] = {
            "auth.test": {"team": "Harbour", "team_id": TEAM, **bot},
            "apps.connections.open": {"url": socket},
            "chat.postMessage": {"channel": arguments.get("channel"), "ts": ts, "message": message},
            "chat.postEphemeral": {"message_ts": ts},
            "conversations.open": {"channel": {"id": "D01ALICE"}},
        }
        return replies.get(method, {})

    async def _connected(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello", "connection_info": {"app_id": APP}})
        self._connections.append(connection)
        try:
            async for frame in connection:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self._connections.remove(connection)
        return connection

    def _acknowledge(self, frame: Json) -> None:
        done = self._acknowledged.get(frame.get("envelope_id", ""))
        if done and not done.done():
            done.set_result(frame)


@contextmanager
def double() -> Iterator[Double]:
    """Run a double on a free port of this machine."""
    with background() as loop:
        slack = Double(loop)
        try:
            loop.run(slack.runner.setup())
            loop.run(slack.listen())
            yield slack
        finally:
            loop.run(slack.runner.cleanup())


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        arguments: Json = await request.json()
        return {**request.query, **arguments}
    arguments = {**request.query, **await request.post()}
    for name in {"blocks", "view", "prompts", "metadata"} & arguments.keys():
        arguments[name] = json.loads(arguments[name])
    return arguments
