"""What Slack sends to the bot, made by hand: for what no independent server sends.

That is: the same event again, at once, to several replicas, late, wrongly signed; a message
shortcut; a button of the App Home; the agent view's messages tab; revoked tokens, an uninstall.
The field names are those of Slack's documentation and of `slack_bolt`'s own requests.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from ssl import create_default_context
from time import time
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.slack.local_slack import ALICE, APP, BOT, GENERAL, SECRET, TEAM

Json = dict[str, Any]

DIRECT = "D01ALICE"
"""The direct messages of the bot with Alice."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

_numbers = count(1)

_TLS = create_default_context()  # made once: that takes a hundred times as long as a delivery


def stamp() -> str:
    """Return the `ts` of a message that nobody else has."""
    return f"{now()}.{next(_numbers):06}"


def event(content: Json, team: str = TEAM, event_id: str | None = None) -> Json:
    """Return the envelope of an event; delivered twice it is the same event, delivered again."""
    authorization = {"team_id": team, "user_id": BOT, "is_bot": True, "enterprise_id": None}
    return {
        "type": "event_callback",
        "token": "verification-token",
        "team_id": team,
        "api_app_id": APP,
        "event": content,
        "event_id": event_id or f"Ev{next(_numbers):08}",
        "event_time": now(),
        "authorizations": [{**authorization, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def mention(text: str, channel: str = GENERAL, **more: object) -> Json:
    """Return the event of a mention, with more fields such as `thread_ts` or `bot_id`."""
    ts = stamp()
    said = {"user": ALICE, "text": f"<@{BOT}> {text}", "ts": ts, "event_ts": ts, "team": TEAM}
    return {"type": "app_mention", "channel": channel, **said, **more}


def message(text: str, channel: str = DIRECT, **more: object) -> Json:
    """Return the event of a message, a direct one unless `channel_type` says otherwise."""
    ts = stamp()
    said = {"user": ALICE, "text": text, "ts": ts, "event_ts": ts, "team": TEAM}
    return {"type": "message", "channel": channel, "channel_type": "im", **said, **more}


def home_opened(tab: str = "messages", user: str = ALICE) -> Json:
    """Return the event of an App Home opened; `messages` is the agent view."""
    place = {"user": user, "channel": DIRECT, "tab": tab}
    return {"type": "app_home_opened", **place, "event_ts": stamp()}


def revoked(*bots: str) -> Json:
    """Return the event of tokens taken back; that of an uninstall is `app_uninstalled`."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": list(bots)}}


def command(text: str, response_url: str) -> Json:
    """Return what `/policy TEXT` sends, typed by Alice."""
    return {
        "command": "/policy",
        "text": text,
        "team_id": TEAM,
        "user_id": ALICE,
        "channel_id": GENERAL,
        "trigger_id": stamp(),
        "response_url": response_url,
    }


def shortcut(callback: str, chosen: Json, response_url: str, user: str = ALICE) -> Json:
    """Return the payload of a message shortcut chosen on a message."""
    return {
        "type": "message_action",
        **_who(user),
        "callback_id": callback,
        "channel": {"id": chosen.get("channel", GENERAL), "name": "general"},
        "message": {"type": "message", **chosen},
        "message_ts": chosen["ts"],
        "response_url": response_url,
    }


def home_action(view: Json, action: Json, state: Json, user: str = ALICE) -> Json:
    """Return the payload of an element of the App Home used; `state` is of all its inputs."""
    shown = {**view, "id": "V01HOME", "type": "home", "state": {"values": state}}
    return {
        "type": "block_actions",
        **_who(user),
        "container": {"type": "view", "view_id": "V01HOME"},
        "view": shown,
        "state": {"values": state},
        "actions": [{**action, "action_ts": stamp()}],
    }


def now() -> int:
    """Return the time of a signature, in seconds."""
    return int(time())


def signed(body: bytes, timestamp: int | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return the headers that Slack signs this body with."""
    timestamp = now() if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def delivery(payload: Json) -> tuple[bytes, str]:
    """Return the body that Slack sends with this payload, and of what type it is."""
    if payload.get("type") == "event_callback":
        return json.dumps(payload).encode(), JSON
    if "command" in payload:
        return urlencode(payload).encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def deliver(
    address: str, payload: Json, headers: Mapping[str, str] | None = None
) -> httpx2.Response:
    """Post a payload to the bot as Slack does; `headers` such as those of `retry` are added."""
    body, kind = delivery(payload)
    return send(address, body, {"Content-Type": kind, **signed(body), **(headers or {})})


def send(address: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    """Post any bytes, with any headers."""
    return httpx2.post(address, content=body, headers=headers, timeout=30, verify=_TLS)


def deliver_at_once(addresses: Iterable[str], payloads: Iterable[Json]) -> list[httpx2.Response]:
    """Post every payload to every address, all at the same time."""
    payloads = list(payloads)
    pairs = [(address, payload) for address in addresses for payload in payloads]
    with ThreadPoolExecutor(len(pairs)) as threads:
        return list(threads.map(deliver, *zip(*pairs, strict=True)))


def retry(number: int, reason: str = "http_timeout") -> dict[str, str]:
    """Return the headers with which Slack sends an event again."""
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}


def _who(user: str) -> Json:
    return {
        "token": "verification-token",
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": "harbour"},
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
        "trigger_id": f"{next(_numbers)}.1.trigger",
        "is_enterprise_install": False,
    }
