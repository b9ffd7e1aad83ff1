"""What every request passes through: its size and time are bounded, it is counted and logged.

A log line holds no text that a client sent: of the address only the route that it matched.
"""

from asyncio import timeout
from collections.abc import Callable
from time import perf_counter

import structlog
from asgi_correlation_id import correlation_id
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qabot.api.problems import problem, too_large
from qabot.api.rate_limits import rate_limit_headers
from qabot.service.logs import failure
from qabot.service.metrics import Metrics
from qabot.service.uploads import MOST_BYTES as UPLOADED

MOST_BYTES = 16_384
"""Of a request's body; more is refused with 413."""

OWN_LIMIT = {"/slack/events"}
"""Paths whose bodies are bounded by who takes them: Slack's hold whole messages."""

FAILED = "Something went wrong here; the request's id finds it in the log."
"""What is said of an error that nobody expected; the log says more."""

UPLOAD = "/owner/upload"
"""Path of files that the policies' owner gives, and of nobody else."""

_UPLOADED = UPLOADED + MOST_BYTES  # with what its form has beside the file
_LOOKED_AT = 600  # seconds: a build is made of it
_SECONDS = 30  # from a request's head to its response; a client that sends slower is let go
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # others count as one

_log = structlog.get_logger("qabot.request")


class RequestBounds:
    """ASGI middleware around everything but the request's id and CORS."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, has_session: Callable[[Request], bool]
    ) -> None:
        self._app = app
        self._has_session = has_session
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the service for one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = rate_limit_headers(scope.get("state", {}))
                message = {**message, "headers": [*message.get("headers", ()), *said]}
            await send(message)

        is_upload = _path(scope).startswith(UPLOAD) and self._has_session(Request(scope))
        most, seconds = (_UPLOADED, _LOOKED_AT) if is_upload else (MOST_BYTES, _SECONDS)
        try:
            async with timeout(seconds) as limit:
                await self._bounded(scope, receive, watched_send, most)
        except Exception as error:
            if limit.expired():
                if not status:
                    await problem(408, _TOO_SLOW)(scope, receive, watched_send)
                return
            log_failure(error)
            if status:
                raise
            await problem(500, FAILED)(scope, receive, watched_send)
        finally:
            self._book(scope, status, perf_counter() - began)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Run the service with a body of so many bytes at most.

        Starlette's own limit answers in plain text.
        """
        if _path(scope) in OWN_LIMIT:
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            refused = too_large(Request(scope), _TOO_LARGE.format(most))
            await refused(scope, receive, send)
            return
        got = 0

        async def counted_receive() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > most:
                raise HTTPException(413, _TOO_LARGE.format(most))
            return message

        await self._app(scope, counted_receive, send)

    def _book(self, scope: Scope, status: int, seconds: float) -> None:
        unknown: str = path if (path := _path(scope)) in OWN_LIMIT else "none"
        route: str = getattr(scope.get("route"), "path", None) or unknown
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requested(route, method, status, seconds)
        _log.info(
            "request",
            request_id=correlation_id.get(),
            route=route,
            method=method,
            status=status,
            ms=round(1000 * seconds, 1),
        )


def _path(scope: Scope) -> str:
    """Return the path without that which the service stands behind."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


_TOO_SLOW = f"The request was not complete within {_SECONDS} seconds."
_TOO_LARGE = "A request's body holds {:d} bytes at most."


def log_failure(error: Exception) -> None:
    """Log an error that a request failed with."""
    _log.error("failed", request_id=correlation_id.get(), **failure(error))
