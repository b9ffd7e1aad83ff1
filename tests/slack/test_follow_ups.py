"""A question that goes on from the last one is read with it; what is no question gets a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.records import Remark
from qabot.slack.views.button_values import ButtonQuestion, asked_of, button_value
from qabot.slack.views.no_question import is_silent, remark_message
from qabot.slack.views.notices import nobody_message
from qabot.slack.work.earlier_questions import asked_before
from qabot.slack.work.slack_questions import SlackQuestion, question_of
from tests.slack.checks import nodes
from tests.slack.deliveries import deliver, event, mention
from tests.slack.doors import Door
from tests.slack.double import Double, Reply, refused
from tests.slack.local_slack import ALICE, BOB, BOT, GENERAL, Json
from tests.slack.ours import over_http
from tests.slack.programs import eventually
from tests.slack.talking import Talk, buttons, quotes, shown, talking

REFUND = "When does Harbour Broadband refund the whole price?"
NOW = "We refund the whole price within 14 days of the order."
THEN = "We refund the whole price within 7 days of the order."
READ = "read as: When does Harbour Broadband refund the whole price on 1 June 2023?"
GOES_ON = "and on 1 June 2023?"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Hold conversations over HTTP about the policies of two companies."""
    with talking(tmp_path_factory.mktemp("follow")) as held:
        yield held


def _replies(talk: Talk, asked: Json) -> list[Json]:
    return [one for one in talk.slack.thread(asked) if one.get("bot_id")]


def test_thread_goes_on(talk: Talk) -> None:
    """In a thread a follow-up is read with what was asked there, said small, and asked again so."""
    asked = talk.slack.mention(ALICE, GENERAL, REFUND)
    assert quotes(talk.reply(asked)) == [NOW]
    talk.slack.say(BOB, GENERAL, GOES_ON, asked["ts"])
    reply = eventually(lambda: _replies(talk, asked)[1:])[0]

    assert quotes(reply) == [THEN]
    assert READ in shown(reply) and reply["text"].startswith(READ)
    values = {node["value"] for node in nodes(reply["blocks"]) if node.get("action_id") == "copy"}
    assert [f"read as: {asked_of(value).question}" for value in values] == [READ]
    assert "We refund the whole price within 7" in shown(talk.whispered(BOB, reply, "copy"))


def test_direct_messages_go_on(talk: Talk) -> None:
    """Outside of threads the last direct messages count; who says nothing between is understood."""
    assert quotes(talk.reply(talk.slack.tell(BOB, REFUND))) == [NOW]
    talk.slack.tell(BOB, "thanks")
    assert quotes(talk.reply(talk.slack.tell(BOB, GOES_ON))) == [THEN]
    alone = talk.reply(talk.slack.tell(BOB, "Which cookie does Pinecrest set?"))

    assert "read as" not in shown(alone)
    histories = talk.slack.calls("conversations.history")
    spans = [float(one["latest"]) - float(one["oldest"]) for one in histories]
    assert spans and all(span == pytest.approx(3_600) for span in spans)


@pytest.mark.parametrize("failing", [refused("missing_scope"), Reply(seconds=3), Reply(status=500)])
def test_answer_does_not_depend_on_what_was_said(
    tmp_path: Path, entrance: Door, moody: Double, failing: Reply
) -> None:
    """Where Slack does not tell, or too late, a question in a thread is answered as it stands."""
    moody.always("conversations.replies", lambda _: failing)
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(mention(REFUND, thread_ts="1.5")))
        (reply,) = moody.wait_for("chat.postMessage")

    assert quotes(reply) == [NOW]


def test_first_question_reads_nothing(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """At the top of a channel nothing was asked before, and Slack is not asked."""
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(mention(REFUND)))
        moody.wait_for("chat.postMessage")

    assert not [one for one in moody.calls if one.method.startswith("conversations.")]


def _said(text: str, ts: str, user: str = ALICE, **more: str) -> Json:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def test_what_was_asked_before() -> None:
    """In a channel only what was asked the bot, or nobody by name, and before the question."""
    question = SlackQuestion("and faxes?", ALICE, GENERAL, ts="1000.5", thread_ts="1000.1", bot=BOT)
    said = [
        _said("How long do you keep call records?", "1000.1"),
        _said("read as: something", "1000.15", user=BOT, bot_id="B0BOT"),
        _said(f"<@{BOT}> and text messages", "1000.3"),
        _said(f"<@{BOB}> lunch?", "1000.2"),
        _said("I would say a year.", "1000.25", user=BOB),
        _said(f"<@{BOT}> and faxes?", "1000.5"),
        _said("Anything else?", "1000.6"),
    ]

    asked = ("How long do you keep call records?", "and text messages")
    assert asked_before(said, question, is_direct=False) == asked
    direct = asked_before(said, question, is_direct=True)
    assert direct == (asked[0], "lunch?", "I would say a year.", asked[1])
    many = [_said(f"Question {number}?", f"1000.0{number}") for number in range(9)]
    assert len(asked_before(many, question, is_direct=True)) == 6


@pytest.mark.parametrize("said", ["thanks!", ":+1:", "ok :pray::skin-tone-3:"])
def test_thanks_in_a_channel_are_left_alone(
    tmp_path: Path, entrance: Door, moody: Double, said: str
) -> None:
    """Thanks and emoji end a conversation: nothing is posted, and the work is over."""
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, event(mention(said)))
        deliver(entrance.events, event(mention(REFUND)))
        moody.wait_for("chat.postMessage")

    assert len(moody.accepted("chat.postMessage")) == 1  # and none under way: the bot ended
    assert ours.store.questions() == []


@pytest.mark.parametrize(
    ("remark", "kind", "silent"),
    [
        ("thanks", "mention", True),
        ("thanks", "direct", False),
        ("thanks", "command", False),
        ("emoji", "direct", True),
        ("emoji", "command", False),
        ("greeting", "mention", False),
        ("greeting", "unasked", True),
        ("complaint", "unasked", True),
        *(("human", kind, False) for kind in ("mention", "direct", "command")),
    ],
)
def test_silence_by_where_it_is_said(remark: Remark, kind: str, silent: bool) -> None:
    """Nobody who did not ask the bot is answered; who used a command always is."""
    assert is_silent(remark, kind) is silent


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("thanks", "You’re welcome."),
        (":wave:", "Hello. Ask me what the policies say, for example “"),
        ("what can you do?", "Ask in a sentence, for example “"),
        ("are you a bot?", "I am a bot."),
        ("wrong answer", "Sorry that this was no help."),
        ("I want to talk to a human", "Nobody is set to be asked here yet."),
    ],
)
def test_what_asks_nothing_gets_a_word(talk: Talk, said: str, word: str) -> None:
    """In a direct message a remark gets a short fitting word, and never a verdict."""
    reply = talk.reply(talk.slack.tell(ALICE, said))

    assert reply["text"].startswith(word)
    assert "policies searched" not in reply["text"]


def test_emoji_alone_get_none(talk: Talk) -> None:
    """A thumb in a direct message is answered with nothing."""
    thumb = talk.slack.tell(ALICE, ":+1:")
    talk.reply(talk.slack.tell(ALICE, REFUND))

    assert _replies(talk, thumb) == []


def test_complaint_offers_a_human_with_the_question_before(talk: Talk) -> None:
    """ "Wrong answer" is met with an apology, and a human can be asked what was asked before."""
    asked = talk.slack.mention(ALICE, GENERAL, REFUND)
    talk.reply(asked)
    talk.slack.mention(ALICE, GENERAL, "ok thanks", asked["ts"])  # no question to hand on
    talk.slack.mention(ALICE, GENERAL, "that is wrong", asked["ts"])
    sorry = eventually(lambda: _replies(talk, asked)[1:])[0]

    assert buttons(sorry) == {"human": "Ask a human"}
    (value,) = [node["value"] for node in nodes(sorry["blocks"]) if "value" in node]
    assert asked_of(value).question == REFUND


def test_who_asks_for_a_person_is_shown_the_way() -> None:
    """A person is asked the question before; without one, or without people, the way is said."""
    before = ButtonQuestion(REFUND, None, None, "b1")

    offered = remark_message("human", (), (), before, has_humans=True)
    alone = remark_message("human", (), (), None, has_humans=True)
    nobody = remark_message("human", (), (), before, has_humans=False)

    assert [one["value"] for one in nodes(offered.blocks) if "value" in one] == [
        button_value(before)
    ]
    assert "Ask me your question first" in alone.text
    assert not [one for one in nodes(alone.blocks) if one.get("type") == "button"]
    assert nobody == nobody_message()


def test_help_by_command(talk: Talk) -> None:
    """`/policy help` says how to ask, with questions that get an answer, to who typed it alone."""
    before = len(talk.slack.whispers(BOB, GENERAL))
    talk.slack.command(BOB, GENERAL, "help")
    told = talk.whisper(BOB, GENERAL, before)

    assert "There are policies of: Harbour Broadband, Pinecrest Mobile." in told["text"]
    assert told["text"].count("“") >= 2


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"<@{BOT}> 1) How long?\n\n2)  How   much?", "1) How long?\n2) How much?"),
        ("How long? :thinking_face:", "How long?"),
        ("open 10:30:45 daily?", "open 10:30:45 daily?"),
        (":wave:", "hello"),
        (":tada: :+1::skin-tone-2:", "🙂"),
        ("", ""),
    ],
)
def test_question_is_what_was_written(text: str, question: str) -> None:
    """Lines stay lines, by which questions are told apart; names of emoji are no words."""
    assert question_of(text) == question


def test_several_questions_get_one_reply(talk: Talk) -> None:
    """A message of two questions is answered in one reply, each part with its own copy."""
    asked = talk.slack.mention(
        ALICE, GENERAL, f"1) {REFUND}\n2) When is a Harbour Broadband router refunded?"
    )
    reply = talk.reply(asked)

    assert quotes(reply) == [NOW, "A router that is sent back is refunded within 30 days."]
    assert len(_replies(talk, asked)) == 1
    second = next(block for block in reversed(reply["blocks"]) if "Copy" in str(block))
    copied = talk.whispered(ALICE, {**reply, "blocks": [second]}, "copy")
    assert "A router that is sent back" in shown(copied)
