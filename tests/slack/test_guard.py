import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slack.deliveries import (
    FORM,
    JSON,
    Json,
    delivery,
    event,
    mention,
    message,
    now,
    send,
    signed,
)
from tests.slack.doors import Door, door
from tests.slack.double import Double, double
from tests.slack.logs import logged
from tests.slack.ours import over_http

CANARY = "canarysecret"
POST = "chat.postMessage"
QUESTION = "When is the whole price refunded?"
KINDS = [JSON, FORM, "text/plain", "application/json; charset=utf-8", "multipart/form-data", ""]


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot of this file, and who posts to it."""

    entrance: Door
    client: httpx2.Client

    @property
    def events(self) -> str:
        """Where Slack sends everything to."""
        return self.entrance.events


@pytest.fixture(scope="module")
def slack() -> Iterator[Double]:
    """Run the double that the bot of this file posts to."""
    with double() as slack:
        yield slack


@pytest.fixture(scope="module")
def bot(slack: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """Serve one bot for all tests of this file."""
    folder = tmp_path_factory.mktemp("bot")
    with (
        door() as entrance,
        logged() as log,
        over_http(folder, entrance, slack.api),
        httpx2.Client(timeout=30) as client,
    ):
        yield Bot(entrance, client)
        assert "'status': 401" in log()
        assert CANARY not in log()  # and nothing else of what was delivered


def body_of(payload: Json) -> bytes:
    """Return the body that Slack delivers."""
    return delivery(payload)[0]


ASKED = body_of(event(mention(f"{CANARY} {QUESTION}")))


def posted(bot: Bot, body: bytes, headers: dict[str, str], kind: str = JSON) -> int:
    """Return the status that a delivery gets."""
    sent = {"Content-Type": kind, **headers}
    return bot.client.post(bot.events, content=body, headers=sent).status_code


def _wrong() -> dict[str, dict[str, str]]:
    """Return headers that no delivery may have, as of now."""
    good = signed(ASKED)
    timestamps = ["soon", "1e9", "-1", "9" * 5000, f"{now()}_0", f"+{now()}"]
    return {
        "none": {},
        "of another secret": signed(ASKED, secret="another"),
        "of another body": signed(ASKED + b" "),
        "stale": signed(ASKED, now() - 301),
        "of the future": signed(ASKED, now() + 310),
        "no timestamp": {"X-Slack-Signature": good["X-Slack-Signature"]},
        "no signature": {"X-Slack-Request-Timestamp": str(now())},
        "empty": good | {"X-Slack-Signature": ""},
        "short": good | {"X-Slack-Signature": "v0="},
        "of another version": good | {"X-Slack-Signature": "v1=" + "0" * 64},
        **{f"at {one[:20]}": good | {"X-Slack-Request-Timestamp": one} for one in timestamps},
    }


def test_not_signed(bot: Bot, slack: Double) -> None:
    """What is not signed, or wrongly, or too early or late, is refused and goes no further."""
    before = len(slack.calls)

    for name, headers in _wrong().items():
        assert posted(bot, ASKED, headers) == 401, name

    assert len(slack.calls) == before


@pytest.mark.parametrize("drift", [-295, 295])
def test_clocks_may_differ(bot: Bot, slack: Double, drift: int) -> None:
    """A signature of up to five minutes ago, or ahead, is good."""
    body = body_of(event({"type": "team_join", "user": {"id": "U1"}}))

    assert posted(bot, body, signed(body, now() + drift)) == 200


def test_signature_in_bytes(bot: Bot) -> None:
    """A signature that is not even text is refused."""
    place = urlsplit(bot.events)
    assert place.hostname
    assert place.port
    with socket.create_connection((place.hostname, place.port), timeout=30) as client:
        client.sendall(
            b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
            b"X-Slack-Signature: v0=\xff\xfe\r\nX-Slack-Request-Timestamp: \xb2\xb3\r\n\r\n{}"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_replay(bot: Bot, slack: Double) -> None:
    """A delivery that comes again byte for byte is refused; signed anew, it is known."""
    body = body_of(event(mention(f"{CANARY} {QUESTION}")))
    before = len(slack.accepted(POST))

    headers = signed(body)
    assert [posted(bot, body, headers) for _ in range(3)] == [200, 401, 401]
    assert posted(bot, body, signed(body, now() + 1)) == 200
    slack.wait_for(POST, before + 1)

    other = body_of(event(message(QUESTION)))
    assert posted(bot, other, signed(other)) == 200
    assert len(slack.wait_for(POST, before + 2)) == before + 2


@pytest.mark.parametrize("is_signed", [True, False])
def test_too_large(bot: Bot, is_signed: bool) -> None:
    """More than a million bytes are refused, whether their number is told or they just come."""
    body = CANARY.encode() + b"x" * 1_000_000
    headers = {"Content-Type": JSON, **(signed(body) if is_signed else {})}

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    assert send(bot.events, body, headers).status_code == 413
    assert httpx2.post(bot.events, content=chunks(), headers=headers).status_code == 413


def test_large(bot: Bot, slack: Double) -> None:
    """A hundred thousand bytes that are signed pass: a button brings along its whole message."""
    before = len(slack.accepted(POST))
    body = body_of(event(mention(f"{QUESTION} {'more ' * 20_000}")))
    assert len(body) > 100_000

    assert posted(bot, body, signed(body)) == 200
    slack.wait_for(POST, before + 1)


DEEP = 100_000
UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "no text": b"\xff\xfe" + CANARY.encode(),
    "half a letter": b'{"type": "\xc3',
    "no JSON": b'{"type": ' + CANARY.encode(),
    "array": b'["type", "' + CANARY.encode() + b'"]',
    "string": b'"type ' + CANARY.encode() + b'"',
    "number": b"17",
    "huge number": b'{"type": ' + b"9" * 10_000 + b"}",
    "null": b"null",
    "deep array": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"type":' * DEEP + b"1" + b"}" * DEEP,
    "no type": b'{"text": "' + CANARY.encode() + b'"}',
    "no payload": b"payload=",
    "bad payload": b"payload=%7B" + CANARY.encode(),
    "array as payload": b"payload=%5B1%5D",
    "payload and more": b"payload=%7B%22type%22%3A%22x%22%7D&payload=17",
    "form of another": b"text=" + CANARY.encode(),
    "NUL": b"\0",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_malformed(bot: Bot, body: bytes) -> None:
    """What is none of Slack's deliveries is refused, signed or not, whatever it says it is."""
    for kind in KINDS:
        assert posted(bot, body, {}, kind) == 401
        assert posted(bot, body, signed(body), kind) == 401


def test_other_methods(bot: Bot) -> None:
    """Deliveries are posted, nothing else."""
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        response = bot.client.request(method, bot.events, headers=signed(b""))
        assert response.status_code == 405, method


@given(body=st.binary(max_size=200), kind=st.sampled_from(KINDS), is_signed=st.booleans())
def test_any_bytes(bot: Bot, slack: Double, body: bytes, kind: str, is_signed: bool) -> None:
    """Whatever the bytes are, they are refused."""
    headers = signed(body) if is_signed else {}

    assert posted(bot, body, headers, kind) == 401


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "id", "user", "channel", "ts", "text", "action_id", "container", "value"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=6,
)
FIELDS = ["team", "team_id", "user", "user_id", "channel", "channel_id", "enterprise", "view"]
FIELDS += ["authorizations", "actions", "container", "message", "response_url", "trigger_id"]
FIELDS += ["event_id", "text", "api_app_id", "is_enterprise_install", "callback_id"]
TYPES = ["event_callback", "block_actions", "view_submission", "message_action", "shortcut"]
TYPES += ["view_closed", "block_suggestion", "url_verification", "ssl_check", "dialog_submission"]
EVENTS = ["message", "app_mention", "app_home_opened", "tokens_revoked", "app_uninstalled"]
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(EVENTS)},
    optional={
        name: ANYTHING
        for name in ("user", "channel", "ts", "thread_ts", "text", "tab", "bot_id", "tokens")
    }
    | {"channel_type": st.sampled_from(["im", "channel"])},
)


@given(
    payload=st.fixed_dictionaries(
        {"type": st.sampled_from(TYPES)} | {"event": EVENT | ANYTHING},
        optional={name: ANYTHING for name in FIELDS}
        | {"command": st.just("/policy"), "callback_id": st.just("find_policy")},
    ),
    as_form=st.booleans(),
)
def test_any_delivery(bot: Bot, payload: Json, as_form: bool) -> None:
    """Deliveries of every kind, with anything in their fields, are taken or refused: no 5xx."""
    text = json.dumps(payload)
    body = urlencode({"payload": text}).encode() if as_form else text.encode()

    assert posted(bot, body, signed(body), FORM if as_form else JSON) in {200, 401, 404}


def test_address_is_verified(bot: Bot) -> None:
    """Slack's question whether this is the right address is answered, if Slack asks it."""
    body = b'{"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}'

    answered = send(bot.events, body, {"Content-Type": JSON, **signed(body)})

    assert (answered.status_code, answered.json()) == (200, {"challenge": "3eZbrw1aB"})
    assert posted(bot, body, {}) == 401
