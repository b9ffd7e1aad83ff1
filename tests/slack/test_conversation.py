"""Whoever asks gets one reply, wherever they ask; read back from a Slack nobody here wrote."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from qabot.index.shared_releases import SharedReleases
from qabot.records import AskedQuestion
from qabot.service.live import LiveBot
from qabot.service.wording import CLOSEST, NOT_COVERED
from qabot.slack.views.button_values import ButtonQuestion, button_value
from qabot.slack.views.prompts import prompts
from qabot.state.stored import SlackSettings
from qabot.state.workspaces import Workspaces
from tests.slack.checks import nodes
from tests.slack.deliveries import deliver, event, home_opened, message, shortcut
from tests.slack.doors import Door
from tests.slack.double import RESPONSE, Double
from tests.slack.local_slack import (
    ALICE,
    BOB,
    ELSEWHERE,
    GENERAL,
    PRIVATE,
    SUPPORT,
    TEAM,
    Json,
    LocalSlack,
)
from tests.slack.ours import over_http
from tests.slack.programs import eventually
from tests.slack.talking import (
    Talk,
    bold,
    buttons,
    links,
    pasted,
    pressed_alone,
    quotes,
    shown,
    talking,
)
from tests.support.fakes import WORD_MODELS, build_bot, policy
from tests.support.serving import MoodyEncoder, live_bot

REFUND = "When does Harbour Broadband refund the whole price?"
WHOLE = "We refund the whole price within 14 days of the order."
ROUTER = "A router that is sent back is refunded within 30 days."
RECORDS = "How long are call records kept?"
_ASIDE = ("unfurl_links", "unfurl_media", "mrkdwn")
COMPANIES = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse"]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Hold conversations over HTTP about the policies of two companies."""
    with talking(tmp_path_factory.mktemp("two")) as held:
        yield held


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Hold conversations about the same policy of seven companies."""
    folder = tmp_path_factory.mktemp("seven")
    files = {
        f"{company}.md": policy(
            f"{company} Telecom",
            "privacy",
            "2024-01-01",
            f"# Privacy\n\nCall records are kept for {months} months.\n",
            url=f"https://{company.lower()}.example/privacy",
        )
        for months, company in enumerate(COMPANIES, 2)
    }
    build_bot(folder, files)
    with talking(folder, LiveBot(SharedReleases(folder / "index"), WORD_MODELS)) as held:
        yield held


def test_mention_is_answered_in_its_thread(talk: Talk) -> None:
    """A mention gets the quote, the answering sentence bold, whence it is and since when."""
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, REFUND))

    assert quotes(reply) == bold(reply) == [WHOLE]
    source = "Harbour Broadband: Refunds Policy · Refunds · in force since 1 March 2024"
    assert source in shown(reply)
    assert links(reply)[0].startswith("https://harbour.example/refunds#:~:text=We%20refund")
    assert reply["text"].startswith(f"“{WHOLE}”\n{source}\nhttps://harbour.example/refunds#")
    assert list(buttons(reply)) == ["copy", "more"]


def test_messages_unfurl_nothing(talk: Talk) -> None:
    """Links in a reply open no preview, and nothing in it is read as markup or as a name."""
    talk.reply(talk.slack.mention(BOB, PRIVATE, REFUND))

    posted = talk.slack.calls("chat.postMessage")
    assert posted
    for call in posted:
        assert {str(call[name]).lower() for name in _ASIDE} == {"false"}
        assert not {"link_names", "parse"} & call.keys()


def test_policy_without_public_address_is_cited_on_our_page(talk: Talk) -> None:
    """Where a policy has no address of its own, the link goes to the service's page of it."""
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, "Which cookie does Pinecrest set?"))

    (link,) = {url.partition("?")[0] for url in links(reply)}
    assert link == "https://answers.example/v1/versions/pinecrest-mobile/privacy%402023-05-05"


def test_changes_of_a_policy_are_told(talk: Talk) -> None:
    """Who asks what changed gets the words that did, and the page of all changes."""
    reply = talk.reply(
        talk.slack.mention(ALICE, GENERAL, "What changed in Harbour's refunds policy since 2022?")
    )

    said = shown(reply)
    assert "Harbour Broadband: Refunds Policy, from that of 1 March 2022 to that of" in said
    assert "Reworded: Refunds" in said and "Added: Equipment" in said
    assert "14" in bold(reply) and "7" not in bold(reply)
    assert any(url.endswith("changes=true&since=2022-03-01") for url in links(reply))


def test_changes_since_before_the_first_version_are_all_there_are(talk: Talk) -> None:
    """From the first version on, not from the one before the last alone; none about it is said."""
    whole = "What changed in Harbour's refunds policy since 2001?"
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, whole))
    none = talk.reply(
        talk.slack.mention(
            ALICE, GENERAL, "What changed in Harbour's refunds policy about parrots?"
        )
    )

    assert "from that of 1 March 2022 to that of 1 March 2024" in shown(reply)
    assert "None about it" in shown(none) and "No wording changed" not in shown(none)


def test_changes_are_asked_on_for_in_a_thread(talk: Talk) -> None:
    """A follow-up to what changed, which does not say itself that changes are asked for."""
    asked = talk.slack.mention(ALICE, GENERAL, "What changed in Harbour's refunds policy?")
    talk.reply(asked)
    talk.slack.mention(ALICE, GENERAL, "and since 2021?", asked["ts"])
    reply = eventually(lambda: [one for one in talk.slack.thread(asked) if one.get("bot_id")][1:])[
        0
    ]

    assert "What changed in Harbour Broadband: Refunds Policy" in shown(reply)


def test_direct_message_needs_no_mention(talk: Talk) -> None:
    """A direct message is answered in its thread, and so is what follows there."""
    asked = talk.slack.tell(ALICE, REFUND)
    assert quotes(talk.reply(asked)) == [WHOLE]

    talk.slack.tell(ALICE, "And when is a Harbour Broadband router refunded?", asked["ts"])
    replies = eventually(lambda: [one for one in talk.slack.thread(asked) if "blocks" in one][1:])

    assert quotes(replies[0]) == [ROUTER]


def test_command_is_answered_for_its_asker_alone(talk: Talk) -> None:
    """`/policy` shows the answer to who asked and nobody else, also where the bot is no member."""
    before = len(talk.slack.messages(ELSEWHERE))
    talk.slack.command(BOB, ELSEWHERE, REFUND)

    whisper = talk.whisper(BOB, ELSEWHERE)

    assert quotes(whisper) == [WHOLE]
    assert buttons(whisper)["share"] == "Share to channel"
    assert whisper["subtype"] == "ephemeral"
    assert len(talk.slack.messages(ELSEWHERE)) == before + 1


def test_shortcut_finds_the_policy_of_a_message(talk: Talk) -> None:
    """ "Find the policy" on a customer's message answers it, for the agent alone."""
    talk.slack.command(ALICE, SUPPORT, "")
    first = talk.whisper(ALICE, SUPPORT)
    customer = talk.slack.say(BOB, SUPPORT, "Customer writes: will the whole price be refunded?")
    chosen = shortcut("find_policy", customer, talk.slack.response_url())

    assert deliver(talk.events, chosen).status_code == 200
    whisper = talk.whisper(ALICE, SUPPORT, before=1)

    assert "Ask in a sentence" in first["text"]
    assert quotes(whisper) == [WHOLE]
    assert "share" in buttons(whisper)
    assert talk.slack.thread(customer) == []


def test_messages_tab_suggests_what_is_answered(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """The agent view opens with questions taken from the corpus, and each of them is answered."""
    with over_http(tmp_path, entrance, moody.api) as ours:
        deliver(entrance.events, event(home_opened()))
        (suggested,) = moody.wait_for("assistant.threads.setSuggestedPrompts")
        questions = [prompt["message"] for prompt in suggested["prompts"]]
        answers = [ours.live.bot.ask(AskedQuestion(question)) for question in questions]
        deliver(entrance.events, event(message(questions[0])))
        (reply,) = moody.wait_for("chat.postMessage")

    assert suggested["channel_id"] == "D01ALICE"
    assert 1 <= len(questions) <= 4
    assert {answer.status for answer in answers} == {"answered"}
    assert quotes(reply) == [answers[0].citations[0].quote]


def test_owner_sets_the_suggestions(tmp_path: Path) -> None:
    """What stands in the index's file of examples is suggested, four of it."""
    body = "# Fees\n\nLate fees are due after ten days.\n"
    bot = build_bot(tmp_path, {"fees.md": policy("Harbour", "fees", "2024-01-01", body)})
    asked = [f"Question {number}?" for number in range(5)]
    (tmp_path / "examples.txt").write_text("\n".join(asked))

    assert [one["message"] for one in prompts(bot, tmp_path)] == asked[:4]


@pytest.mark.parametrize("nothing", ["", "???"])
def test_who_asks_nothing_is_told_how(talk: Talk, nothing: str) -> None:
    """A mention with no question gets an example, and whose policies there are."""
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, nothing))

    assert "Ask in a sentence, for example" in reply["text"]
    assert "There are policies of: Harbour Broadband, Pinecrest Mobile." in reply["text"]


def test_date_in_the_question_asks_the_version_of_then(talk: Talk) -> None:
    """A day in the question asks the version then in force, which says from when to when."""
    asked = "When did Harbour Broadband refund the whole price on 1 June 2023?"
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, asked))

    assert quotes(reply) == ["We refund the whole price within 7 days of the order."]
    assert "was in force from 1 March 2022 to 29 February 2024" in shown(reply)


def test_unknown_company_is_named(talk: Talk) -> None:
    """Who asks about a company that has no policies here learns which have."""
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, "Does Vodafone keep call records?"))

    assert quotes(reply) == []
    assert reply["text"].startswith("There are no policies of Vodafone here.")
    assert "Harbour Broadband, Pinecrest Mobile" in shown(reply)


def test_not_covered_offers_the_nearest(talk: Talk) -> None:
    """What no policy answers is said in words; a button shows what comes nearest, marked so."""
    asked = talk.slack.mention(ALICE, GENERAL, "Do you repair garden fences in winter?")
    reply = talk.reply(asked)

    assert NOT_COVERED in reply["text"]
    assert NOT_COVERED in shown(reply)
    assert "Searched 2 policies in force on" in shown(reply)
    assert (buttons(reply)["more"], buttons(reply)["human"]) == (
        "Show the nearest passages",
        "Ask a human",
    )
    nearest = talk.whispered(ALICE, reply, "more")
    assert "do not answer the question" in shown(nearest)
    assert quotes(nearest)
    assert bold(nearest) == []
    assert "copy" not in buttons(nearest)


def test_uncertain_shows_what_may_answer(talk: Talk) -> None:
    """What may answer is quoted, can be copied and goes to a human as what it is: to be checked."""
    reply = talk.reply(talk.slack.mention(ALICE, GENERAL, f"Perhaps: {REFUND}"))

    assert CLOSEST in shown(reply)
    assert reply["text"].startswith(f"{CLOSEST}\n“{WHOLE}”")
    assert (quotes(reply), bold(reply)) == ([WHOLE], [])
    assert links(reply)[0].startswith("https://harbour.example/refunds#:~:text=We%20refund")
    asking = [action for action in buttons(reply) if not action.startswith("open:")]
    assert asking == ["copy", "more", "human"]
    copied = talk.whispered(ALICE, reply, "copy")
    assert "Check whether this answers before you paste it" in shown(copied)
    assert pasted(copied).startswith(f"“{WHOLE}”")
    more = talk.whispered(ALICE, reply, "more")
    assert "not certain that they answer" in shown(more) and bold(more) == []


def test_several_companies_are_told_apart(crowd: Talk) -> None:
    """Where no company is named each quote says whose it is, and a button asks one of them."""
    reply = crowd.reply(crowd.slack.mention(ALICE, GENERAL, RECORDS))
    named = [name for name in buttons(reply).items() if name[0].startswith("company:")]

    assert len(named) == 5
    assert named[-1] == ("company:other", "Another company …")
    whose = dict(named)["company:2"]
    crowd.slack.press(BOB, reply, "company:2")
    narrowed = _second(crowd, reply)

    months = COMPANIES.index(whose.removesuffix(" Telecom")) + 2
    assert quotes(narrowed) == [f"Call records are kept for {months} months."]
    assert f"{whose}: Privacy Policy" in narrowed["text"]
    assert not any(action.startswith("company:") for action in buttons(narrowed))


def test_another_company_is_chosen_in_a_modal(crowd: Talk) -> None:
    """Beyond five companies a modal offers all of them, and the reply comes in the thread."""
    reply = crowd.reply(crowd.slack.mention(ALICE, SUPPORT, RECORDS))

    crowd.slack.press(ALICE, reply, "company:other")
    modal = crowd.slack.modal()
    crowd.slack.submit(
        ALICE,
        {"company": {"company": {"selected_option": {"value": "Gorse Telecom"}}}},
    )

    assert modal
    assert len(modal["private_metadata"]) <= 3_000
    assert "Gorse Telecom" in shown(modal)
    assert quotes(_second(crowd, reply)) == ["Call records are kept for 8 months."]


def test_company_of_a_private_answer_stays_private(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """A company's button of an answer that only its asker sees is answered to them alone."""
    asked = ButtonQuestion(RECORDS, company="Pinecrest Mobile", as_of=None, build="an older one")
    pressed = pressed_alone("company:1", button_value(asked), moody.response_url)
    with over_http(tmp_path, entrance, moody.api):
        assert deliver(entrance.events, pressed).status_code == 200
        (reply,) = moody.wait_for("response_url")

    assert reply["response_type"] == "ephemeral"
    assert quotes(reply) == ["Call records are kept for 12 months."]
    assert "The policies have changed since the question was asked." in shown(reply)
    assert moody.accepted("chat.postMessage") == []


def test_thread_that_was_answered_is_followed(talk: Talk) -> None:
    """Where a channel's messages come, a thread of ours needs no mention; others stay quiet."""
    ours = talk.slack.mention(ALICE, GENERAL, REFUND)
    talk.reply(ours)
    theirs = talk.slack.say(BOB, GENERAL, "Lunch?")
    talk.slack.say(ALICE, GENERAL, "When are routers refunded?", theirs["ts"])
    talk.slack.say(BOB, GENERAL, f"<@{ALICE}> is a router refunded?", ours["ts"])
    talk.slack.say(BOB, GENERAL, "Thanks, the router was refunded.", ours["ts"])
    talk.slack.say(BOB, GENERAL, "And when is a router of Harbour Broadband refunded?", ours["ts"])

    replies = eventually(lambda: _by_bot(talk.slack, ours)[1:])

    assert [quotes(one) for one in replies] == [[ROUTER]]
    assert _by_bot(talk.slack, theirs) == []


def test_mention_that_comes_as_two_events_is_answered_once(
    tmp_path: Path, entrance: Door, slack_over_http: LocalSlack
) -> None:
    """One message comes as `message` and as `app_mention`: one reply, in a thread of ours too."""
    slack = slack_over_http
    with over_http(tmp_path, entrance, slack.api):
        asked = slack.mention(ALICE, GENERAL, REFUND)
        eventually(lambda: _by_bot(slack, asked))
        slack.mention(ALICE, GENERAL, "When is a router refunded?", asked["ts"])

    assert len(_by_bot(slack, asked)) == 2  # and none under way: the bot ended


def test_questions_are_answered_unasked_where_that_is_chosen(tmp_path: Path) -> None:
    """A message that ends in "?" needs no mention in the channels chosen for it, and only there."""
    with talking(tmp_path) as talk:
        chosen = SlackSettings(unasked_channels=frozenset({SUPPORT}))
        Workspaces(talk.ours.store.engine).choose(TEAM, chosen)
        quiet = [
            talk.slack.say(ALICE, GENERAL, "When is a router refunded?"),
            talk.slack.say(ALICE, SUPPORT, "A router was refunded."),
        ]
        asked = talk.slack.say(ALICE, SUPPORT, "When is a Harbour Broadband router refunded?")
        assert quotes(talk.reply(asked)) == [ROUTER]

        assert [talk.slack.thread(one) for one in quiet] == [[], []]


def test_delivery_is_counted_under_its_route(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """The service's figures tell what Slack delivered from what nobody knows."""
    with over_http(tmp_path, entrance, moody.api):
        deliver(entrance.events, event(message(REFUND)))
        moody.wait_for("chat.postMessage")
        figures = httpx2.get(f"{entrance.address}/metrics").text

    assert 'qabot_requests_total{method="POST",route="/slack/events",status="200"} 1.0' in figures


def test_question_is_counted_and_logged_as_over_http(
    tmp_path: Path, entrance: Door, moody: Double
) -> None:
    """A question is counted once, logged masked, and its answer remembered; buttons add nothing."""
    question = "Does Harbour Broadband refund the whole price to ann@example.com?"
    with over_http(tmp_path, entrance, moody.api, log_questions=True) as ours:
        deliver(entrance.events, event(message(question)))
        (reply,) = moody.wait_for("chat.postMessage")
        (value,) = {
            node["value"] for node in nodes(reply["blocks"]) if node.get("action_id") == "copy"
        }
        deliver(entrance.events, pressed_alone("copy", value, moody.response_url))
        moody.wait_for(RESPONSE)
        figures = httpx2.get(f"{entrance.address}/metrics").text
        again = {"question": question, "company": None}
        over_api = httpx2.post(f"{entrance.address}/v1/ask", json=again).json()
        eventually(lambda: len(ours.store.questions()) == 2)
        logged = ours.store.questions()

    assert f'qabot_answers_total{{status="{over_api["status"]}"}} 1.0' in figures
    assert [one.text for one in logged] == [question.replace("ann@example.com", "[e-mail]")] * 2
    assert {(one.answer, one.status) for one in logged} == {
        (over_api["id"][:16], over_api["status"])
    }
    assert over_api["took_ms"] == 0  # remembered since it was asked in Slack


def test_question_waits_for_a_place(tmp_path: Path, entrance: Door, moody: Double) -> None:
    """Where all places are taken, over HTTP too, a question in Slack is answered a little later."""
    encoder = MoodyEncoder()
    live = live_bot(tmp_path, encoder)
    with over_http(tmp_path, entrance, moody.api, live=live, in_flight=1):
        deliver(entrance.events, event(message("eternity")))
        assert encoder.thinking.acquire(timeout=30)
        deliver(entrance.events, event(message(REFUND)))
        refused = httpx2.post(f"{entrance.address}/v1/ask", json={"question": REFUND})
        encoder.go_on.set()
        replies = moody.wait_for("chat.postMessage", 2)

    assert refused.status_code == 503
    assert any(WHOLE in reply["text"] for reply in replies)


def _second(talk: Talk, reply: Json) -> Json:
    first = {"channel": reply["channel"], "ts": reply["thread_ts"]}
    return eventually(lambda: _by_bot(talk.slack, first)[1:])[0]


def _by_bot(slack: LocalSlack, asked: Json) -> list[Json]:
    return [one for one in slack.thread(asked) if one.get("bot_id")]
