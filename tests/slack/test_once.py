import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from html import escape
from pathlib import Path
from threading import Event
from time import sleep

import httpx2
import pytest
from sqlalchemy import select

from qabot.index.shared_releases import SharedReleases
from qabot.service.live import LiveBot
from qabot.slack.views.button_values import ButtonQuestion, button_value
from qabot.slack.views.notices import NOT_TAKEN
from qabot.state.tables import slack_work
from qabot.state.threads import Threads
from tests.slack.checks import nodes
from tests.slack.deliveries import (
    Json,
    command,
    deliver,
    deliver_at_once,
    delivery,
    event,
    mention,
    message,
    now,
    retry,
    shortcut,
    signed,
    stamp,
)
from tests.slack.doors import Door, door
from tests.slack.double import RESPONSE, Call, Double, Reply, broken
from tests.slack.local_slack import ALICE, BOT, CROWD, GENERAL, TEAM
from tests.slack.logs import logged
from tests.slack.ours import Ours, over_http
from tests.slack.programs import eventually
from tests.slack.talking import pressed_alone
from tests.support.databases import Place
from tests.support.fakes import WORD_MODELS, build_bot, policy
from tests.support.serving import MoodyEncoder, live_bot

pytestmark = pytest.mark.slow

QUESTION = "When is the whole price refunded?"
POST = "chat.postMessage"
SHORT = timedelta(seconds=1)
"""A lease that a test can wait for the end of."""


@pytest.fixture
def encoder() -> Iterator[MoodyEncoder]:
    """Return an encoder that thinks about "eternity" for as long as the test wants."""
    encoder = MoodyEncoder()
    yield encoder
    encoder.go_on.set()


@contextmanager
def away(state: Path) -> Iterator[None]:
    """Take a store's file away until the block ends."""
    elsewhere = state.rename(state.with_suffix(".away"))
    yield
    elsewhere.rename(state)


def threads(slack: Double) -> Counter[tuple[str, str]]:
    """Return how many replies each message got, by channel and thread."""
    return Counter((said["channel"], said["thread_ts"]) for said in slack.accepted(POST))


def later(payload: Json, seconds: int) -> dict[str, str]:
    """Return the headers of a delivery signed at another second; the same ones are a replay."""
    return signed(delivery(payload)[0], now() + seconds)


def deliver_often(addresses: list[str], payloads: list[Json]) -> list[httpx2.Response]:
    """Deliver every payload to every address three times, all at once."""
    all_of_it = [
        (address, payload, later(payload, seconds))
        for seconds in range(3)
        for address in addresses
        for payload in payloads
    ]
    with ThreadPoolExecutor(len(all_of_it)) as at_once:
        return list(at_once.map(lambda one: deliver(*one), all_of_it))


def place_of(asked: Json) -> tuple[str, str]:
    """Return the channel and the `ts` of the message in an envelope."""
    return asked["event"]["channel"], asked["event"]["ts"]


@pytest.mark.parametrize("headers", [{}, retry(1), retry(3, "http_error")])
def test_event_delivered_again(
    tmp_path: Path, entrance: Door, moody: Double, headers: dict[str, str]
) -> None:
    """An event delivered four times, with a retry's headers or without, gets one reply."""
    asked = event(mention(QUESTION))
    with over_http(tmp_path, entrance, moody.api):
        first = deliver(entrance.events, asked)
        again = [deliver(entrance.events, asked, later(asked, n) | headers) for n in (1, 2, 3)]

    assert [response.status_code for response in (first, *again)] == [200] * 4
    assert threads(moody) == {place_of(asked): 1}


def test_only_a_retry_arrives(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """An event whose first delivery was lost is answered when Slack delivers it again."""
    asked = event(mention(QUESTION))
    with over_http(tmp_path, entrance, moody.api):
        assert deliver(entrance.events, asked, retry(2)).status_code == 200

    assert threads(moody) == {place_of(asked): 1}


def test_two_replicas_at_once(tmp_path: Path, place: Place, moody: Double) -> None:
    """Events delivered to two replicas several times at once are answered once each."""
    asked = [event(mention(QUESTION, channel)) for channel in CROWD[:6]]
    live = live_bot(tmp_path)
    with ExitStack() as stack:
        doors = [stack.enter_context(door()) for _ in range(2)]
        for one in doors:
            over = over_http(tmp_path, one, moody.api, live=live, state=place.address)
            stack.enter_context(over)
        responses = deliver_often([one.events for one in doors], asked)

    assert {response.status_code for response in responses} == {200}
    assert threads(moody) == {place_of(one): 1 for one in asked}


def test_message_that_is_two_events(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A message that comes as a mention and as a message, with an id each, gets one reply."""
    said = mention(QUESTION)
    same = {**said, "type": "message", "channel_type": "im"}
    with over_http(tmp_path, entrance, moody.api):
        deliver_at_once([entrance.events], [event(said), event(same)])

    assert threads(moody) == {(GENERAL, said["ts"]): 1}


def test_store_is_lost(tmp_path: Path, entrance: Door, place: Place, moody: Double) -> None:
    """Without its store the bot refuses each delivery, for Slack to send again, and is silent."""
    asked = [event(mention(QUESTION)), event(message(QUESTION))]
    with logged() as log, over_http(tmp_path, entrance, moody.api, state=place.address):
        place.lose()
        responses = deliver_often([entrance.events], asked)
        responses += [deliver(entrance.events, one, later(one, 9) | retry(2)) for one in asked]

    assert {response.status_code for response in responses} == {503}
    assert not moody.accepted(POST)
    assert "delivery refused" in log()


def test_store_comes_back(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A question refused while the store is away is answered when Slack sends it again, once."""
    asked = event(mention(QUESTION))
    with over_http(tmp_path, entrance, moody.api):
        with away(tmp_path / "state.sqlite"):
            refused_first = deliver(entrance.events, asked)
            refused_again = deliver(entrance.events, asked, later(asked, 1) | retry(1))
        taken = deliver(entrance.events, asked, later(asked, 2) | retry(2))
        known = deliver(entrance.events, asked, later(asked, 3) | retry(3))

    assert [refused_first.status_code, refused_again.status_code] == [503, 503]
    assert [taken.status_code, known.status_code] == [200, 200]
    assert threads(moody) == {place_of(asked): 1}


def test_unasked_question_waits_for_the_store(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """Whether a thread is the bot's the store knows: without it a question there is refused."""
    ts = stamp()
    asked = event(message("And a router?", GENERAL, channel_type="channel", thread_ts=ts))
    with over_http(tmp_path, entrance, moody.api) as ours:
        Threads(ours.store.engine).answered(TEAM, GENERAL, ts)
        with away(tmp_path / "state.sqlite"):
            response = deliver(entrance.events, asked)
        deliver(entrance.events, asked, later(asked, 1) | retry(1))

    assert response.status_code == 503
    assert threads(moody) == {(GENERAL, ts): 1}


def pressed(action: str, slack: Double) -> Json:
    """Return what Slack sends when a button of an answer is pressed in a thread."""
    asked = ButtonQuestion(QUESTION, company=None, as_of=None, build="20261101-1")
    sent = pressed_alone(action, button_value(asked), slack.response_url)
    return {**sent, "message": {"thread_ts": "1700000000.000100"}}


def test_commands_and_buttons_without_the_store(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """What Slack does not send again is told its user in a sentence, and nothing more comes."""
    asked = command(QUESTION, moody.response_url)
    chosen = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": ALICE},
        "view": {
            "type": "modal",
            "id": "V1",
            "callback_id": "company",
            "private_metadata": json.dumps(
                {
                    "value": pressed("human", moody)["actions"][0]["value"],
                    "container": {"channel_id": GENERAL, "message_ts": stamp()},
                    "message": {"thread_ts": None},
                    "response_url": moody.response_url,
                }
            ),
            "state": {"values": {"company": {"company": {"selected_option": {"value": "*"}}}}},
        },
    }
    with over_http(tmp_path, entrance, moody.api):
        with away(tmp_path / "state.sqlite"):
            typed, submitted = deliver(entrance.events, asked), deliver(entrance.events, chosen)
            for action in ("human", "company:0"):
                assert deliver(entrance.events, pressed(action, moody)).status_code == 200
            moved = shortcut("find_policy", message(QUESTION, GENERAL), moody.response_url)
            assert deliver(entrance.events, moved).status_code == 200
            told = moody.wait_for(RESPONSE, 3)
        again = command(QUESTION, moody.response_url)
        assert deliver(entrance.events, again).status_code == 200
        answered = moody.wait_for(RESPONSE, 4)[3]

    assert typed.status_code == submitted.status_code == 200
    assert typed.json() == {"response_type": "ephemeral", "text": NOT_TAKEN}
    assert submitted.json() == {"response_action": "errors", "errors": {"company": NOT_TAKEN}}
    assert [one["text"] for one in told] == [NOT_TAKEN] * 3
    threads_told = [one.get("thread_ts") for one in told]
    assert threads_told.count("1700000000.000100") == 2
    assert NOT_TAKEN not in answered["text"]
    assert not moody.accepted(POST)


def test_without_the_store_and_nobody_told(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Who cannot be told to try again sees Slack's own error: nothing is said to have arrived."""
    asked = [
        shortcut("find_policy", message(QUESTION, GENERAL), moody.response_url),
        pressed("company:0", moody),
    ]
    moody.always(RESPONSE, lambda _: broken(503))
    with over_http(tmp_path, entrance, moody.api), away(tmp_path / "state.sqlite"):
        responses = [deliver(entrance.events, one) for one in asked]

    assert [response.status_code for response in responses] == [503, 503]


def test_store_fails_before_the_reply(
    tmp_path: Path, entrance: Door, moody: Double, encoder: MoodyEncoder
) -> None:
    """A reply that the store does not let out waits until it is back, and goes out once."""
    asked = event(mention("eternity"))
    live = live_bot(tmp_path, encoder)
    with over_http(tmp_path, entrance, moody.api, live=live, lease=SHORT) as ours:
        deliver(entrance.events, asked)
        assert encoder.thinking.acquire(timeout=30)
        with away(tmp_path / "state.sqlite"):
            encoder.go_on.set()
            sleep(2 * SHORT.total_seconds())
            assert not moody.accepted(POST)
        eventually(lambda: states(ours) == ["done"])
        deliver(entrance.events, asked, later(asked, 1) | retry(1))
        sleep(2 * SHORT.total_seconds())

    assert threads(moody) == {place_of(asked): 1}


def test_store_is_away_for_a_moment(
    tmp_path: Path, entrance: Door, moody: Double, encoder: MoodyEncoder
) -> None:
    """A reply that the store does not let out goes out once it is back, long before its lease."""
    live = live_bot(tmp_path, encoder)
    with logged() as log, over_http(tmp_path, entrance, moody.api, live=live):
        deliver(entrance.events, event(mention("eternity")))
        assert encoder.thinking.acquire(timeout=10)
        with away(tmp_path / "state.sqlite"):
            encoder.go_on.set()
            eventually(lambda: "not noted yet" in log())
            assert not moody.accepted(POST)
        moody.wait_for(POST)


@pytest.mark.parametrize("method", [POST, RESPONSE])
def test_store_fails_after_the_reply(
    tmp_path: Path, entrance: Door, moody: Double, method: str
) -> None:
    """A reply that is out when the store goes away is not given again when it is back."""
    held = Event()
    moody.next(method, Reply(after=held))
    asked = event(mention(QUESTION)) if method == POST else command(QUESTION, moody.response_url)
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        deliver(entrance.events, asked)
        eventually(lambda: [call for call in moody.calls if call.method == method])
        with away(tmp_path / "state.sqlite"):
            held.set()
            sleep(2 * SHORT.total_seconds())
        eventually(lambda: states(ours) == ["done"])
        sleep(2 * SHORT.total_seconds())

    assert len([call for call in moody.calls if call.method == method]) == 1


@pytest.mark.parametrize("method", [POST, RESPONSE])
def test_reply_that_is_out_is_given_by_no_other(
    tmp_path: Path, entrance: Door, moody: Double, method: str
) -> None:
    """When the store is back after a lease, other replicas wait until who replied can say so."""
    held = Event()
    moody.next(method, *[Reply(after=held)] * 6)
    live = live_bot(tmp_path)
    with ExitStack() as stack:
        ours = stack.enter_context(over_http(tmp_path, entrance, moody.api, live=live, lease=SHORT))
        for _ in range(3):
            other = stack.enter_context(door())
            stack.enter_context(over_http(tmp_path, other, moody.api, live=live, lease=SHORT))
        for _ in range(6):
            asked = event(mention(QUESTION)) if method == POST else None
            deliver(entrance.events, asked or command(QUESTION, moody.response_url))
        eventually(lambda: len(calls(moody, method)) == 6)
        with away(tmp_path / "state.sqlite"):
            held.set()
            sleep(2 * SHORT.total_seconds())
        eventually(lambda: states(ours) == ["done"] * 6)
        sleep(2 * SHORT.total_seconds())

    assert len(calls(moody, method)) == 6


def calls(slack: Double, method: str) -> list[Call]:
    """Return all calls of a method."""
    return [call for call in slack.calls if call.method == method]


@pytest.mark.parametrize(("lost", "sent"), [(1, 2), (9, 2)])
def test_lost_response_to_a_command(
    tmp_path: Path, entrance: Door, moody: Double, lost: int, sent: int
) -> None:
    """A reply that Slack may have, and knows no id of, is sent once more and then no more."""
    moody.next(RESPONSE, *[Reply(lost=True)] * lost)
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        deliver(entrance.events, command(QUESTION, moody.response_url))
        eventually(lambda: states(ours) == ["done"])
        sleep(2 * SHORT.total_seconds())

    assert len(calls(moody, RESPONSE)) == sent


def test_reply_has_the_id_of_its_message(tmp_path: Path, moody: Double) -> None:
    """Bots that share no store reply to a message by one id, by which Slack drops the second."""
    said = mention(QUESTION)
    same = {**said, "type": "message", "channel_type": "im"}
    other = event(mention(QUESTION))
    live = live_bot(tmp_path)
    for number, asked in enumerate((event(said), event(same), other)):
        state = f"sqlite:///{tmp_path}/state-{number}.sqlite"
        with door() as entrance, over_http(tmp_path, entrance, moody.api, live=live, state=state):
            deliver(entrance.events, asked)
            moody.wait_for(POST, number + 1)

    first, second, third = (reply["client_msg_id"] for reply in moody.accepted(POST))
    assert first == second != third


def states(ours: Ours) -> list[str]:
    """Return the state of all work that the store knows."""
    with ours.store.engine.connect() as connection:
        return list(connection.scalars(select(slack_work.c.state)))


def test_long_work_stays_where_it_is(
    tmp_path: Path, entrance: Door, moody: Double, encoder: MoodyEncoder
) -> None:
    """Work that takes longer than its lease is taken up by no other replica meanwhile."""
    asked = event(mention("eternity"))
    live = live_bot(tmp_path, encoder)
    with (
        door() as other,
        over_http(tmp_path, entrance, moody.api, live=live, lease=SHORT),
        over_http(tmp_path, other, moody.api, live=live, lease=SHORT),
    ):
        deliver(entrance.events, asked)
        assert encoder.thinking.acquire(timeout=30)
        assert not encoder.thinking.acquire(timeout=1)
        encoder.go_on.set()
        moody.wait_for(POST)

    assert threads(moody) == {place_of(asked): 1}


def test_fifty_at_once(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Fifty questions at once in twenty channels all get their one reply."""
    asked = [event(mention(QUESTION, CROWD[number % 20])) for number in range(50)]
    with over_http(tmp_path, entrance, moody.api):
        responses = deliver_at_once([entrance.events], asked)
        moody.wait_for(POST, 50)

    assert {response.status_code for response in responses} == {200}
    assert threads(moody) == {place_of(one): 1 for one in asked}


def inside(what: str, text: str = "", **fields: object) -> Json:
    """Return a message event of a subtype, about another message."""
    return message(text, GENERAL, channel_type="channel", subtype=what, **fields)


NOT_QUESTIONS: dict[str, Json] = {
    "edit": inside("message_changed", message=message(QUESTION), previous_message=message("?")),
    "edited direct message": {
        **inside("message_changed", message=message(QUESTION)),
        "channel": "D01ALICE",
        "channel_type": "im",
    },
    "edited mention": mention(QUESTION, edited={"user": ALICE, "ts": stamp()}),
    "deletion": inside("message_deleted", previous_message=message(QUESTION), deleted_ts=stamp()),
    "join": inside("channel_join", text=f"<@{ALICE}> has joined the channel, why?"),
    "topic": inside("channel_topic", text=f"<@{BOT}> {QUESTION}", topic=QUESTION),
    "other bot": mention(QUESTION, bot_id="B0OTHER"),
    "other bot's direct message": message(QUESTION, bot_id="B0OTHER"),
    "bot without user": {
        **message(QUESTION, subtype="bot_message", bot_id="B0OTHER", username="x"),
        "user": None,
    },
    "ourselves": message(QUESTION, user=BOT, bot_id="B0BOT"),
    "ourselves in a channel": message(
        QUESTION, GENERAL, channel_type="channel", user=BOT, bot_id="B0BOT"
    ),
    "slackbot": message(QUESTION, user="USLACKBOT"),
    "unknown event": {"type": "team_join", "user": {"id": ALICE}},
    "event of next year": {"type": "thought_had", "text": QUESTION, "user": ALICE},
    "reaction": {"type": "reaction_added", "user": ALICE, "item": {"type": "message"}},
    "said to others": message(QUESTION, GENERAL, channel_type="channel"),
    "group message": message(QUESTION, "G01GROUP", channel_type="mpim"),
}


def test_what_is_no_question(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Edits, deletions, joins, bots, ourselves and the unknown are taken, and get no reply."""
    with over_http(tmp_path, entrance, moody.api):
        for name, said in NOT_QUESTIONS.items():
            assert deliver(entrance.events, event(said)).status_code == 200, name

    assert [call.method for call in moody.calls if call.method != "auth.test"] == []


UNKNOWN: dict[str, Json] = {
    "action": {
        "type": "block_actions",
        "actions": [{"action_id": "of last year", "block_id": "b", "type": "button"}],
        "container": {"type": "message", "channel_id": GENERAL, "message_ts": stamp()},
    },
    "view": {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "of last year", "state": {"values": {}}},
    },
    "shortcut": {"type": "shortcut", "callback_id": "of last year"},
    "closed view": {"type": "view_closed", "view": {"type": "modal", "callback_id": "other"}},
}


def test_unknown_interactions(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A button, modal or shortcut that nobody knows any more is taken, without a word."""
    with logged() as log, over_http(tmp_path, entrance, moody.api):
        for name, used in UNKNOWN.items():
            who = {"team": {"id": TEAM}, "user": {"id": ALICE}, "trigger_id": stamp()}
            assert deliver(entrance.events, {**who, **used}).status_code == 200, name

    assert [call.method for call in moody.calls if call.method != "auth.test"] == []
    assert "of last year" not in log()


def test_bots_cannot_talk_to_each_other(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """What the bot posts, delivered as Slack does to everybody, itself too, starts nothing."""
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(mention(QUESTION)))
        (said,) = moody.wait_for(POST)
        for kind in (message, mention):
            echo = kind(f"<@{BOT}> {said['text']}?", GENERAL, thread_ts=said["thread_ts"])
            by_us = {"user": BOT, "bot_id": "B0BOT", "app_id": "A01APP"}
            by_another = {"user": "U0ROBOT", "bot_id": "B0OTHER", "app_id": "A02APP"}
            for by in (by_us, by_another):
                deliver(entrance.events, event({**echo, **by, "ts": stamp()}))

    assert len(moody.accepted(POST)) == 1


HOSTILE = (
    "We refund <!channel> and <!here> the whole price, says <@U01ALICE> in <#C01GENERAL|general> "
    "to @here and @channel, see <https://evil.example/a.png|the price> and "
    "https://plain.example/price, <!subteam^S0HUMANS>."
)


@pytest.fixture
def hostile(tmp_path: Path) -> LiveBot:
    """Return a bot over a policy that is full of Slack's marks."""
    body = escape(f"# Refunds <!here>\n\n{HOSTILE}\n")  # else it is HTML, which is left out
    text = policy("Harbour <!channel>", "refunds", "2024-03-01", body)
    build_bot(tmp_path, {"hostile.md": text})
    return LiveBot(SharedReleases(tmp_path / "index"), WORD_MODELS)


def test_policy_text_pings_nobody(
    tmp_path: Path, entrance: Door, moody: Double, hostile: LiveBot
) -> None:
    """Marks in a policy are posted as letters, by every way of asking, and nothing unfurls."""
    url = moody.response_url
    asked = [
        event(mention(QUESTION)),
        event(message(QUESTION)),
        command(QUESTION, moody.response_url),
        shortcut("find_policy", message(QUESTION, GENERAL), url),
    ]
    with over_http(tmp_path, entrance, moody.api, live=hostile):
        for one in asked:
            assert deliver(entrance.events, one).status_code == 200
        replies = moody.wait_for(POST, 2) + moody.wait_for(RESPONSE, 2)

    for reply in replies:
        assert (reply["unfurl_links"], reply["unfurl_media"]) == (False, False)
        assert not {"link_names", "parse"} & reply.keys()
        assert "<" not in reply["text"]
        assert "&lt;!channel&gt; and &lt;!here&gt; the whole price" in reply["text"]
        elements = list(nodes(reply["blocks"]))
        marked = [one["text"] for one in elements if one.get("type") == "mrkdwn"]
        assert all(
            re.fullmatch(r"<https?://[^<>|]+\|Read it in the policy>", one) for one in marked
        )
        pings = {"user", "usergroup", "channel", "broadcast", "team"}
        assert not [one for one in elements if one.get("type") in pings]
        pieces = [one["text"] for one in elements if one.get("type") == "text"]
        assert HOSTILE in "".join(pieces)
