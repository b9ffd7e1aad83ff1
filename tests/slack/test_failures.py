import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from sqlalchemy import select

from qabot.records import FloatVector
from qabot.slack.views.notices import NOT_TAKEN
from qabot.state.tables import slack_work
from tests.slack.deliveries import Json, command, deliver, event, mention, message
from tests.slack.doors import Door
from tests.slack.double import (
    RESPONSE,
    Call,
    Double,
    Reply,
    Respond,
    broken,
    ratelimited,
    refused,
    without_blocks,
)
from tests.slack.local_slack import ALICE, CROWD, GENERAL, SUPPORT
from tests.slack.logs import Log, logged
from tests.slack.ours import Ours, over_http
from tests.slack.programs import eventually
from tests.support.fakes import WordEncoder
from tests.support.serving import MoodyEncoder, live_bot

QUESTION = "When is the whole price refunded?"
QUOTE = "We refund the whole price within 14 days of the order."
POST, WHISPER = "chat.postMessage", "chat.postEphemeral"
SHORT = timedelta(seconds=1)
"""A lease that a test can wait for the end of."""
SORRY = re.compile(r"Sorry, [^.]+ with the reference ([0-9a-f]{8})\.")


@pytest.fixture
def log() -> Iterator[Log]:
    """Return what was logged so far."""
    with logged() as log:
        yield log


def is_done(ours: Ours) -> bool:
    """Tell whether all work is done, and the questions erased."""
    with ours.store.engine.connect() as connection:
        found = connection.execute(select(slack_work.c.state, slack_work.c.payload)).all()
    return bool(found) and all(row == ("done", None) for row in map(tuple, found))


def posts(slack: Double, method: str = POST) -> list[Call]:
    """Return all calls of a method, refused or not."""
    return [call for call in slack.calls if call.method == method]


def is_apology(reply: Json, said: str) -> bool:
    """Tell whether a reply is one sentence of apology with a reference that the log has too."""
    found = SORRY.fullmatch(reply["text"])
    return found is not None and found[1] in said and "Traceback" not in f"{reply}{said}"


@pytest.mark.parametrize("word", ["volcano", "eclipse"])
def test_encoder_fails(tmp_path: Path, entrance: Door, moody: Double, word: str, log: Log) -> None:
    """Whatever the encoder raises, the asker is told in a sentence, and the log tells no text."""
    live = live_bot(tmp_path, MoodyEncoder())
    question = f"Is a {word} covered by secretword?"
    with over_http(tmp_path, entrance, moody.api, live=live) as ours:
        for delivered in (
            event(mention(question)),
            event(message(question)),
            command(question, moody.response_url),
        ):
            assert deliver(entrance.events, delivered).status_code == 200
        replies = moody.wait_for(POST, 2) + moody.wait_for(RESPONSE)
        eventually(lambda: is_done(ours))
        deliver(entrance.events, event(mention(QUESTION)))

    assert [is_apology(reply, log()) for reply in replies] == [True] * 3
    assert "secretword" not in log()
    assert word not in log()
    assert QUOTE in moody.accepted(POST)[-1]["text"]


class Misfit(WordEncoder):
    """Makes vectors that no index has room for, once it is told to."""

    misfits = False

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question."""
        return super().encode_query(question)[: 7 if self.misfits else None]


def test_index_fails(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """A bot whose index cannot be searched any more apologizes."""
    encoder = Misfit()
    live = live_bot(tmp_path, encoder)
    encoder.misfits = True
    with over_http(tmp_path, entrance, moody.api, live=live):
        deliver(entrance.events, event(mention(QUESTION)))

    (reply,) = moody.accepted(POST)
    assert is_apology(reply, log())


def test_store_fails(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """A store that turned into something else is as one that is away, and named in the log."""
    with over_http(tmp_path, entrance, moody.api):
        for file in tmp_path.glob("state.sqlite*"):
            file.write_bytes(b"no database at all " * 1000)
        refused_event = deliver(entrance.events, event(mention(QUESTION)))
        refused_command = deliver(entrance.events, command(QUESTION, moody.response_url))

    assert refused_event.status_code == 503
    assert refused_command.json()["text"] == NOT_TAKEN
    assert not posts(moody) and not posts(moody, RESPONSE)
    assert "delivery refused" in log()


def test_outage_of_slack(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """What Slack answers with an error of its own is posted when it does better, once."""
    moody.next(POST, broken(500), broken(503))
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        (reply,) = moody.wait_for(POST)
        eventually(lambda: is_done(ours))

    assert QUOTE in reply["text"]
    assert len(posts(moody)) == 3


def test_fault_before_slack(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """What a proxy says of its own fault is no word of Slack's: "refused" does not mean "used"."""
    moody.next(RESPONSE, Reply({"ok": False, "error": "connection refused"}, 502))
    with over_http(tmp_path, entrance, moody.api, lease=SHORT):
        deliver(entrance.events, command(QUESTION, moody.response_url))
        (reply,) = moody.wait_for(RESPONSE)

    assert QUOTE in reply["text"]


def test_slack_comes_back(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """While Slack refuses connections the work waits, and gets its one reply afterwards."""
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        with moody.down():
            for delivered in (event(mention(QUESTION)), command(QUESTION, moody.response_url)):
                assert deliver(entrance.events, delivered).status_code == 200
            sleep(2 * SHORT.total_seconds())
        replies = moody.wait_for(POST) + moody.wait_for(RESPONSE)
        eventually(lambda: is_done(ours))

    assert all(QUOTE in reply["text"] for reply in replies)
    assert [len(posts(moody, method)) for method in (POST, RESPONSE)] == [1, 1]


def test_slack_limits(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Twice told to come back later, the bot waits as long as told, and posts once."""
    for method in (POST, RESPONSE):
        moody.next(method, ratelimited(1), ratelimited(1))
    with over_http(tmp_path, entrance, moody.api) as ours:
        for delivered in (event(mention(QUESTION)), command(QUESTION, moody.response_url)):
            deliver(entrance.events, delivered)
        replies = moody.wait_for(POST) + moody.wait_for(RESPONSE)
        eventually(lambda: is_done(ours))

    for method in (POST, RESPONSE):
        first, second, third = posts(moody, method)
        assert second.at - first.at >= 1
        assert third.at - second.at >= 1
    assert all(QUOTE in reply["text"] for reply in replies)


def always(reply: Reply) -> Respond:
    """Return what gives this reply to every call."""
    return lambda _: reply


def test_slack_limits_for_ever(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """Limited for ever, the bot gives up after a few attempts, and tells the asker alone."""
    moody.always(POST, always(ratelimited(-1)))  # less than no time: the bot adds some at random
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        (whisper,) = moody.wait_for(WHISPER)
        eventually(lambda: is_done(ours))
        tried = len(posts(moody))
        sleep(3 * SHORT.total_seconds())

    assert tried == len(posts(moody)) <= 16
    assert (whisper["channel"], whisper["user"]) == (GENERAL, ALICE)
    assert is_apology(whisper, log())


def test_slack_fails_for_ever(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A reply that Slack never takes is given up, and the asker told alone, by another way."""
    failures = {GENERAL: refused("fatal_error"), SUPPORT: broken(502)}
    moody.always(POST, lambda said: failures[said["channel"]])
    moody.always(RESPONSE, always(broken(500)))
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        for delivered in (
            *(event(mention(QUESTION, channel)) for channel in failures),
            command(QUESTION, moody.response_url),
        ):
            deliver(entrance.events, delivered)
        whispers = moody.wait_for(WHISPER, 3)
        eventually(lambda: is_done(ours))
        sleep(3 * SHORT.total_seconds())

    channels = Counter(call.arguments["channel"] for call in posts(moody))
    assert channels == {GENERAL: 4, SUPPORT: 4}
    assert len(posts(moody, RESPONSE)) == 4
    assert all(SORRY.fullmatch(whisper["text"]) for whisper in whispers)
    assert len(posts(moody, WHISPER)) == 3


def test_nobody_can_be_told(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """Where not even the asker alone can be told, the log says so, and the work ends."""
    for method in (POST, WHISPER):
        moody.always(method, always(refused("fatal_error")))
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        eventually(lambda: is_done(ours))
        sleep(3 * SHORT.total_seconds())

    assert (len(posts(moody)), len(posts(moody, WHISPER))) == (4, 1)
    assert log().count("undeliverable") == 1


def test_blocks_are_refused(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A message whose blocks Slack refuses is posted as plain text with the same quote."""
    moody.always(POST, without_blocks)
    moody.always(RESPONSE, lambda said: refused_there() if said.get("blocks") else Reply())
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(mention(QUESTION)))
        deliver(entrance.events, command(QUESTION, moody.response_url))
        replies = moody.wait_for(POST) + moody.wait_for(RESPONSE)

    for reply in replies:
        assert not reply["blocks"]
        assert QUOTE in reply["text"]
    assert (len(moody.accepted(POST)), len(moody.accepted(RESPONSE))) == (1, 1)


def refused_there() -> Reply:
    """Return how a `response_url` refuses a message."""
    return Reply({"ok": False, "error": "invalid_blocks"}, 400)


@pytest.mark.parametrize("method", [POST, RESPONSE])
def test_newest_blocks_are_refused(
    tmp_path: Path, entrance: Door, moody: Double, method: str
) -> None:
    """A Slack that does not know the newest blocks gets the older ones, with the buttons."""
    newest = {"container", "context_actions"}

    def respond(arguments: Json) -> Reply:
        kinds = {block["type"] for block in arguments["blocks"]}
        refusal = refused("invalid_blocks") if method == POST else refused_there()
        return refusal if newest & kinds else Reply()

    moody.always(method, respond)
    delivered = (
        event(mention(QUESTION)) if method == POST else command(QUESTION, moody.response_url)
    )
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, delivered)
        (reply,) = moody.wait_for(method)

    assert "actions" in {block["type"] for block in reply["blocks"]}


def test_message_is_too_long(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """An answer too long for Slack, however plain, becomes an apology at once."""
    moody.always(POST, lambda said: refused("msg_too_long") if QUOTE in said["text"] else Reply())
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        (reply,) = moody.wait_for(POST)
        eventually(lambda: is_done(ours))

    assert is_apology(reply, log())


NEVER = ["channel_not_found", "not_in_channel", "is_archived", "token_revoked", "account_inactive"]


def test_nowhere_to_reply(tmp_path: Path, entrance: Door, moody: Double, log: Log) -> None:
    """A reply that has nowhere to go is tried once and logged once, and the work ends."""
    errors = dict(zip(CROWD, NEVER, strict=False))
    moody.always(POST, lambda said: refused(errors[said["channel"]]))
    moody.always(RESPONSE, always(Reply({"ok": False, "error": "expired_url"}, 404)))
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        for channel in errors:
            deliver(entrance.events, event(mention(QUESTION, channel)))
        deliver(entrance.events, command(QUESTION, moody.response_url))
        eventually(lambda: len(posts(moody)) == len(NEVER) and posts(moody, RESPONSE))
        eventually(lambda: is_done(ours))
        sleep(2 * SHORT.total_seconds())

    assert len(posts(moody)) == len(NEVER)
    assert len(posts(moody, RESPONSE)) == 1
    assert [log().count(error) for error in NEVER] == [1] * len(NEVER)
    assert log().count("undeliverable") == len(NEVER) + 1


def test_slack_does_not_say_that_it_posted(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A reply whose confirmation is lost is posted again, by the id that Slack knows it by."""
    moody.next(POST, Reply(lost=True), refused("duplicate_message_not_found"))
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        eventually(lambda: is_done(ours))

    first, again = posts(moody)
    assert first.arguments == again.arguments
    assert re.fullmatch(r"[0-9a-f-]{36}", first.arguments["client_msg_id"])


def test_eyes_hold_up_nothing(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A reaction that Slack delays, or whose confirmation is lost, delays no work, repeats none."""
    held = Event()
    moody.next(POST, Reply(seconds=0.7))
    moody.next("reactions.remove", Reply(after=held, lost=True))
    with over_http(tmp_path, entrance, moody.api, lease=SHORT) as ours:
        deliver(entrance.events, event(mention(QUESTION)))
        eventually(lambda: posts(moody, "reactions.remove"))
        assert is_done(ours)
        held.set()

    assert len(posts(moody, "reactions.add")) == 1
    assert len(posts(moody)) == 1


def test_acknowledged_before_the_answer(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Slack is told at once, by event and by command, though the answers take their time."""
    encoder = MoodyEncoder()
    live = live_bot(tmp_path, encoder)
    with over_http(tmp_path, entrance, moody.api, live=live):
        for delivered in [
            *(event(mention("eternity")) for _ in range(8)),
            command("eternity", moody.response_url),
        ]:
            assert deliver(entrance.events, delivered).elapsed < timedelta(seconds=1)
        assert not moody.accepted(POST)
        encoder.go_on.set()
        moody.wait_for(POST, 8)
        moody.wait_for(RESPONSE)
