"""What the buttons of a reply do, pressed in a Slack nobody here wrote."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.records import AskedQuestion
from qabot.service.wording import NOT_COVERED
from qabot.slack.views.button_values import ButtonQuestion, asked_of, button_value
from qabot.state.stored import SlackSettings, now
from qabot.state.tables import feedback
from qabot.state.workspaces import Workspaces
from tests.slack.checks import nodes
from tests.slack.deliveries import deliver
from tests.slack.doors import Door
from tests.slack.double import RESPONSE, Double, Reply, refused
from tests.slack.local_slack import ALICE, BOB, GENERAL, SUPPORT, TEAM, Json
from tests.slack.ours import over_http
from tests.slack.programs import eventually
from tests.slack.talking import Talk, buttons, pasted, pressed_alone, quotes, shown, talking
from tests.support.fakes import WordEncoder, policy
from tests.support.serving import MoodyEncoder, live_bot

REFUND = "When does Harbour Broadband refund the whole price?"
WHOLE = "We refund the whole price within 14 days of the order."
ROUTER = "A router that is sent back is refunded within 30 days."
CHANGED = "The policies have changed since the question was asked."
HUMANS = "S0LEADS"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Hold conversations where people are set to be asked."""
    with talking(tmp_path_factory.mktemp("buttons")) as held:
        Workspaces(held.ours.store.engine).choose(TEAM, SlackSettings(humans=HUMANS))
        yield held


@pytest.fixture
def reply(talk: Talk) -> Json:
    """Return an answer in a thread."""
    return talk.reply(talk.slack.mention(ALICE, SUPPORT, REFUND))


def test_copy_is_ready_to_paste(talk: Talk, reply: Json) -> None:
    """ "Copy for customer" shows the presser alone plain text: quote, source, date and link."""
    copy = talk.whispered(BOB, reply, "copy")

    quote, source, link = pasted(copy).split("\n")
    version = talk.ours.live.bot.index.corpus.version("harbour-broadband/refunds@2024-03-01")
    assert version
    assert quote == f"“{WHOLE}”"
    assert WHOLE in version.text
    assert source == "Harbour Broadband: Refunds Policy · Refunds · in force since 1 March 2024"
    assert link.startswith("https://answers.example/c/")
    assert copy["ephemeral_to"] == BOB
    assert CHANGED not in shown(copy)


def test_more_passages_each_with_a_copy(talk: Talk, reply: Json) -> None:
    """ "More passages" shows all that was found, and each can be copied for the customer."""
    more = talk.whispered(BOB, reply, "more")
    assert quotes(more) == [WHOLE, ROUTER]

    places = [asked_of(node["value"]).place for node in nodes(more["blocks"]) if "value" in node]
    second = next(block for block in reversed(more["blocks"]) if block["type"] == "actions")
    copy = talk.whispered(BOB, {**more, "blocks": [second]}, "copy")
    assert places == [0, 1]
    assert pasted(copy).startswith(f"“{ROUTER}”")


def test_private_answer_is_shared(talk: Talk) -> None:
    """ "Share to channel" posts what only its asker saw for all to see, and says who shared it."""
    before = len(talk.slack.whispers(ALICE, GENERAL))
    talk.slack.command(ALICE, GENERAL, REFUND)
    private = talk.whisper(ALICE, GENERAL, before)
    talk.slack.press(ALICE, private, "share")

    shared = eventually(lambda: _public(talk, GENERAL, "shared what the policies say"))[0]

    assert shared["text"].startswith(f"<@{ALICE}> shared what the policies say to: {REFUND}")
    assert quotes(shared) == [REFUND, WHOLE]


def test_opinion_is_kept_once_a_person(talk: Talk, reply: Json) -> None:
    """Helpful or not is stored with what was cited, the last word of each person alone."""
    answer = talk.ours.live.bot.ask(AskedQuestion(REFUND))
    for user in (ALICE, BOB):
        thanks = talk.whispered(user, reply, "feedback", f"helpful:{answer.id}")
        assert "Thank you" in thanks["text"]
    talk.slack.press(ALICE, reply, "feedback", f"unhelpful:{answer.id}")
    eventually(talk.slack.modal)

    with talk.ours.store.engine.begin() as connection:
        rows = connection.execute(select(feedback).order_by(feedback.c.said)).mappings().all()
    assert {(row["answer"], row["helpful"]) for row in rows} == {
        (answer.id, False),
        (answer.id, True),
    }
    assert len(rows) == 2
    cited = [[one.version, one.start, one.end] for one in answer.citations]
    assert rows[0]["about"]["citations"] == cited
    assert ALICE not in str(rows)


def test_unhelpful_asks_what_was_missing(tmp_path: Path) -> None:
    """ "Not helpful" opens a modal; what is written there is kept masked, and thanked after."""
    with talking(tmp_path) as talk:
        reply = talk.reply(talk.slack.mention(ALICE, SUPPORT, REFUND))
        answer = talk.ours.live.bot.ask(AskedQuestion(REFUND))
        before = len(talk.slack.whispers(ALICE, SUPPORT))
        talk.slack.press(ALICE, reply, "feedback", f"unhelpful:{answer.id}")
        modal = eventually(talk.slack.modal)
        early = talk.slack.whispers(ALICE, SUPPORT)[before:]
        words = "Nothing on shipping; write to ann@example.com"
        talk.slack.submit(ALICE, {"missing": {"missing": {"value": words}}})
        thanks = talk.whisper(ALICE, SUPPORT, before)
        (kept,) = talk.ours.store.feedback()

    assert early == []
    assert "What was missing, or wrong?" in shown(modal)
    assert thanks["text"].startswith("Thank you")
    assert (kept.helpful, kept.answer) == (False, answer.id)
    assert kept.comment == "Nothing on shipping; write to [e-mail]"


def test_unhelpful_counts_where_no_modal_opens(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """Where Slack opens no modal any more the verdict is kept all the same, and thanked for."""
    moody.always("views.open", lambda _: refused("expired_trigger_id"))
    pressed = pressed_alone("feedback", "unhelpful:0123456789abcdef", moody.response_url)
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, pressed)
        (thanks,) = moody.wait_for(RESPONSE)
        (kept,) = ours.store.feedback()

    assert thanks["text"].startswith("Thank you")
    assert not kept.helpful


def test_humans_are_asked_once(talk: Talk, reply: Json) -> None:
    """ "Ask a human" pings the group in the thread, with question and quote, once in all."""
    for user in (ALICE, BOB, ALICE):
        talk.slack.press(user, reply, "human")
    asks = eventually(lambda: _asking(talk, reply))
    talk.slack.press(BOB, reply, "human")
    talk.whispered(BOB, reply, "copy")  # whatever the fourth had led to would be there

    assert len(_asking(talk, reply)) == len(asks) == 1
    assert asks[0]["text"].startswith(f"<!subteam^{HUMANS}> <@")
    assert f"<!subteam^{HUMANS}>, please help." in shown(asks[0])
    assert quotes(asks[0]) == [REFUND, WHOLE]
    assert len(talk.ours.store.handed_over(now() - timedelta(1))) == 1


def test_resolved_takes_the_place_of_the_call(talk: Talk) -> None:
    """ "Mark resolved" leaves one line that pings nobody but names who did it."""
    reply = talk.reply(talk.slack.mention(ALICE, SUPPORT, "Do you repair garden fences?"))
    talk.slack.press(ALICE, reply, "human")
    call = eventually(lambda: _asking(talk, reply))[0]
    assert NOT_COVERED in shown(call)

    talk.slack.press(BOB, call, "resolved")
    resolved = eventually(lambda: _at(talk, call, "marked as resolved"))

    assert resolved["text"].startswith(f"<@{BOB}> marked as resolved: Do you repair")
    assert HUMANS not in str(resolved)
    assert buttons(resolved) == {}


def test_nobody_to_ask_is_said(tmp_path: Path) -> None:
    """Where no group is set, who asks for a human is told alone how to choose one."""
    with talking(tmp_path) as talk:
        reply = talk.reply(talk.slack.mention(ALICE, GENERAL, "Do you repair garden fences?"))
        told = talk.whispered(ALICE, reply, "human")
        others = talk.slack.thread({**reply, "ts": reply["thread_ts"]})

    assert "Nobody is set to be asked here yet" in told["text"]
    assert "user group" in told["text"]
    assert [one["ts"] for one in others if "ephemeral_to" not in one] == [reply["ts"]]


def test_who_asks_for_a_person_hands_the_last_question_on(talk: Talk) -> None:
    """In a thread and in direct messages what was asked before is handed on by a press."""
    asked = talk.slack.mention(ALICE, GENERAL, REFUND)
    talk.reply(asked)
    talk.slack.mention(ALICE, GENERAL, "I want to talk to a human", asked["ts"])
    offered = eventually(lambda: _of_bot(talk, asked)[1:])[0]
    talk.slack.press(ALICE, offered, "human")
    call = eventually(lambda: _of_bot(talk, asked)[2:])[0]
    talk.reply(talk.slack.tell(BOB, REFUND))
    told = talk.reply(talk.slack.tell(BOB, "agent"))

    assert buttons(offered) == {"human": "Ask a human"}
    assert quotes(call) == [REFUND, WHOLE] and HUMANS in call["text"]
    assert buttons(told) == {"human": "Ask a human"}


def test_who_asks_for_a_person_first_is_told_how(talk: Talk) -> None:
    """By a command, or at the top of a channel, nothing was asked that could be handed on."""
    before = len(talk.slack.whispers(BOB, SUPPORT))
    talk.slack.command(BOB, SUPPORT, "human")
    mentioned = talk.reply(talk.slack.mention(ALICE, GENERAL, "agent please"))

    for told in (talk.whisper(BOB, SUPPORT, before), mentioned):
        assert "Ask me your question first" in told["text"]
        assert buttons(told) == {}


def test_buttons_of_an_older_build_say_so(tmp_path: Path) -> None:
    """Once the policies were indexed again, what a button shows is new, and it says so."""
    with talking(tmp_path) as talk:
        Workspaces(talk.ours.store.engine).choose(TEAM, SlackSettings(humans=HUMANS))
        reply = talk.reply(talk.slack.mention(ALICE, GENERAL, "When is the whole price refunded?"))
        newer = policy(
            "Harbour Broadband",
            "refunds",
            "2025-01-01",
            "# Refunds\n\nWe refund the whole price within 21 days of the order.\n",
        )
        (tmp_path / "policies" / "newer.md").write_text(newer)
        build(
            plan([tmp_path / "policies"], WordEncoder.card.name), tmp_path / "index", WordEncoder()
        )
        talk.ours.live.refresh()

        copy = talk.whispered(ALICE, reply, "copy")
        more = talk.whispered(ALICE, reply, "more")
        talk.slack.press(ALICE, reply, "human")
        call = eventually(lambda: talk.slack.thread({**reply, "ts": reply["thread_ts"]})[1:])[0]
        again = talk.whispered(ALICE, more, "copy")

    assert pasted(copy).startswith("“We refund the whole price within 21 days of the order.”")
    assert [CHANGED in shown(one) for one in (copy, more, call, again)] == [True, True, True, False]
    assert CHANGED in copy["text"]


def test_button_shows_in_the_thread_it_stands_in(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """What a button of a thread shows its presser comes in that thread, not in the channel."""
    value = button_value(ButtonQuestion(REFUND, company=None, as_of=None, build="b"))
    pressed = pressed_alone("copy", value, moody.response_url)
    pressed["container"] |= {"is_ephemeral": False, "thread_ts": "1.5"}
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, pressed)
        (shown_alone,) = moody.wait_for(RESPONSE)

    assert (shown_alone["thread_ts"], shown_alone["response_type"]) == ("1.5", "ephemeral")
    assert shown_alone["replace_original"] is False


def test_humans_asked_from_a_private_answer_come_to_the_channel(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """From an answer that one person sees, the call goes where all see it, once."""
    value = button_value(ButtonQuestion(REFUND, company=None, as_of=None, build="b"))
    pressed = pressed_alone("human", value, moody.response_url)
    with over_http(tmp_path, entrance, moody.api) as ours:
        Workspaces(ours.store.engine).choose(TEAM, SlackSettings(humans=HUMANS))
        taken = [
            deliver(entrance.events, {**pressed, "trigger_id": trigger}).status_code
            for trigger in ("1.1.first", "1.1.second")
        ]
        (call,) = moody.wait_for(RESPONSE)

    assert taken == [200, 200]
    assert len(moody.accepted(RESPONSE)) == 1
    assert call["response_type"] == "in_channel"
    assert quotes(call) == [REFUND, WHOLE]
    assert moody.accepted("chat.postMessage") == []


def test_button_that_fails_apologises(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Where the answer cannot be found again, who pressed is told, with a reference."""
    value = button_value(ButtonQuestion("the volcano", company=None, as_of=None, build="b"))
    with over_http(tmp_path, entrance, moody.api, live=live_bot(tmp_path, MoodyEncoder())):
        deliver(entrance.events, pressed_alone("copy", value, moody.response_url))
        (sorry,) = moody.wait_for(RESPONSE)

    assert "Sorry, something went wrong on our side" in sorry["text"]
    assert "volcano" not in sorry["text"]


@pytest.mark.parametrize("letter", ["ж", '"', "&", "\\", "😀"])
def test_longest_question_fits_a_modal(
    tmp_path: Path, entrance: Door, moody: Double, letter: str
) -> None:
    """What the modal of companies carries of any question is no more than Slack takes."""
    value = button_value(ButtonQuestion(letter * 1000, company=None, as_of=None, build="b" * 33))
    address = f"{moody.response_url}/{'x' * 100}"
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, pressed_alone("company:other", value, address))
        (opened,) = moody.wait_for("views.open")

    carried = opened["view"]["private_metadata"]
    assert len(carried) <= 3_000
    assert letter * 50 in asked_of(json.loads(carried)["value"]).question


def test_button_is_taken_while_slack_is_slow(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """A button is acknowledged before what it shows is posted."""
    moody.next(RESPONSE, Reply(seconds=1.5))
    value = button_value(ButtonQuestion(REFUND, company=None, as_of=None, build="b"))
    with over_http(tmp_path, entrance, moody.api):
        taken = deliver(entrance.events, pressed_alone("copy", value, moody.response_url))

    assert taken.status_code == 200
    assert taken.elapsed.total_seconds() < 1.5
    assert len(moody.accepted(RESPONSE)) == 1


def _public(talk: Talk, channel: str, words: str) -> list[Json]:
    return [
        one
        for one in talk.slack.messages(channel)
        if words in one["text"] and "ephemeral_to" not in one
    ]


def _asking(talk: Talk, reply: Json) -> list[Json]:
    thread = talk.slack.thread({"channel": reply["channel"], "ts": reply["thread_ts"]})
    return [one for one in thread if f"^{HUMANS}>" in one["text"]]


def _at(talk: Talk, place: Json, words: str) -> Json | None:
    messages = talk.slack.messages(place["channel"])
    found = [one for one in messages if one["ts"] == place["ts"] and words in one["text"]]
    return found[0] if found else None


def _of_bot(talk: Talk, asked: Json) -> list[Json]:
    return [one for one in talk.slack.thread(asked) if one.get("bot_id")]
