"""Who may deliver: the signature is checked on the raw bytes before anything is parsed.

Bolt parses first, and answers 500 to what it cannot parse.
"""

import json
from collections import OrderedDict
from time import monotonic
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
"""Of a delivery; a button's brings along the message that it stands in."""

REFUSED = PlainTextResponse("Not signed by Slack.", status_code=401)

_STALE = 300.0  # seconds that a signature is good for, slack_sdk's figure and Slack's advice


class Guard:
    """Lets signed deliveries through to an application; 401 and 413 are all that others get."""

    def __init__(self, app: ASGIApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._used: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a delivery and pass it on."""
        body = await _read(scope, receive)
        if body is None:
            await PlainTextResponse("Too large.", status_code=413)(scope, receive, send)
            return
        signature = Headers(scope=scope).get("x-slack-signature", "")
        if not self._is_signed(scope, body, signature) or not _is_readable(scope, body):
            await REFUSED(scope, receive, send)
            return
        self._used[signature] = monotonic()

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 500:
                self._used.pop(signature, None)  # Slack delivers it again, perhaps as it is
            await send(message)

        try:
            await self._app(scope, _replayed(body, receive), watched_send)
        except BaseException:
            self._used.pop(signature, None)
            raise

    def _is_signed(self, scope: Scope, body: bytes, signature: str) -> bool:
        """Tell whether Slack signed this lately, and this is not the second time."""
        timestamp = Headers(scope=scope).get("x-slack-request-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and signature.isascii()):
            return False
        if len(timestamp) > 12 or not _is_text(body):
            return False
        if not self._verifier.is_valid(body, timestamp, signature):
            return False
        while self._used and next(iter(self._used.values())) < monotonic() - 2 * _STALE:
            self._used.popitem(last=False)
        return signature not in self._used


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body, None where it is too large."""
    body = bytearray()
    async for chunk in Request(scope, receive).stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_readable(scope: Scope, body: bytes) -> bool:
    """Tell whether a body is what Slack sends: a JSON object, or a form with one in `payload`."""
    try:
        text = body.decode()
        if text.startswith("{") or "json" in Headers(scope=scope).get("content-type", ""):
            found = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            found = json.loads(form["payload"]) if "payload" in form else form
        return isinstance(found, dict) and not {"type", "command"}.isdisjoint(found)
    except (ValueError, RecursionError):
        return False


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def read() -> Message:
        return next(messages, None) or await receive()

    return read
