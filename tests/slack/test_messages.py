from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qabot.errors import BadInput
from qabot.records import Searched, Status
from qabot.slack.views.answers import answer_message, more_message
from qabot.slack.views.button_values import ButtonQuestion, asked_of, button_value
from qabot.slack.views.followups import (
    copy_message,
    human_message,
    resolved_message,
    shared_message,
)
from qabot.slack.views.message import variants
from qabot.slack.views.notices import failed_message, how_to_ask_message, noting
from qabot.slack.views.quotes import window
from tests.slack.checks import faults, nodes
from tests.slack.made import (
    ASKED,
    CITATION,
    ENTRIES,
    KEPT,
    OTHER,
    TODAY,
    answer,
    entry,
    every_message,
)

UNANSWERED = "The policies searched do not answer this."
UNCERTAIN = "It is not certain that the policies searched answer this."


def _nodes(blocks: Sequence[Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(blocks) if node.get("type") == kind]


def _said(blocks: Sequence[Any]) -> str:
    return "".join(node["text"] for kind in ("text", "plain_text") for node in _nodes(blocks, kind))


def _buttons(blocks: Sequence[Any]) -> dict[str, str]:
    return {node["action_id"]: node["text"]["text"] for node in _nodes(blocks, "button")}


def test_answer_is_quoted_with_its_source() -> None:
    """The quote comes letter by letter, what answers bold, with policy, section, date and link."""
    reply = answer_message(answer(CITATION), ASKED, ENTRIES[:1], TODAY)

    (quote,) = _nodes(reply.blocks, "rich_text_quote")
    assert quote["elements"] == [
        {"type": "text", "text": KEPT, "style": {"bold": True}},
        {"type": "text", "text": " Then they are deleted."},
    ]
    (link,) = _nodes(reply.blocks, "link")
    assert link["url"] == CITATION.url
    assert ": Privacy Policy > 4. Retention\nIn force since 10 June 2021" in _said(reply.blocks)
    searched = "Searched 3 policies in force on 22 November 2026, 88 passages."
    assert searched in _said(reply.blocks)
    assert reply.text == (
        f"“{CITATION.quote}”\nHarbour Broadband: Privacy Policy &gt; 4. Retention, "
        f"in force since 10 June 2021\n{CITATION.url}\n\n{searched}"
    )


def test_answer_offers_what_can_be_done_with_it() -> None:
    """Copy, more and a human are always offered; sharing where only the asker sees the answer."""
    shown = answer_message(answer(CITATION), ASKED, ENTRIES[:1], TODAY)
    private = answer_message(answer(CITATION), ASKED, ENTRIES[:1], TODAY, private=True)

    assert list(_buttons(shown.blocks)) == ["copy", "more", "human"]
    assert list(_buttons(private.blocks)) == ["copy", "share", "more", "human"]
    (thumbs,) = _nodes(shown.blocks, "feedback_buttons")
    assert thumbs["positive_button"]["value"] == "helpful:0123456789abcdef"
    assert thumbs["negative_button"]["value"] == "unhelpful:0123456789abcdef"
    carried = {node["value"] for node in _nodes(shown.blocks, "button")}
    assert {asked_of(value) for value in carried} == {ASKED}


def test_lead_in_of_a_list_stands_before_the_quote() -> None:
    """What introduces a quoted list is said, outside of the quote."""
    reply = answer_message(
        answer(replace(CITATION, lead_in="We never sell:")), ASKED, ENTRIES, TODAY
    )

    first, second, *_ = reply.blocks[0]["elements"]
    assert first == {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "We never sell:"}],
    }
    assert second["type"] == "rich_text_quote"
    assert reply.text.startswith("We never sell:\n“We keep")


def test_further_passages_are_folded_away() -> None:
    """At most two further citations are in a fold, and left out where Slack refuses folds."""
    many = answer(CITATION, *[replace(CITATION, quote=KEPT)] * 4)
    reply = answer_message(many, ASKED, ENTRIES[:1], TODAY)
    whole, older, text_alone = variants(reply)

    (fold,) = _nodes(whole.blocks, "container")
    assert fold["is_collapsible"] and fold["default_collapsed"]
    assert [child["text"]["text"].count(KEPT) for child in fold["child_blocks"]] == [1, 1]
    kinds = [block["type"] for block in older.blocks]
    assert kinds == ["rich_text", "context", "actions"]
    assert text_alone.blocks == () and text_alone.text == reply.text


def test_message_without_new_blocks_has_one_plainer_variant() -> None:
    """A message that Slack has no reason to refuse is tried once with blocks, once without."""
    whole, text_alone = variants(failed_message("9f86"))

    assert whole.blocks and not text_alone.blocks


def test_quotes_of_several_companies_say_whose_they_are() -> None:
    """Each quote names its company, and it is said first that there are several."""
    reply = answer_message(answer(CITATION, OTHER), ASKED, ENTRIES, TODAY)

    assert "of several companies: Harbour Broadband, Larkfield Telecom." in _said(reply.blocks[:1])
    (fold,) = _nodes(reply.blocks, "container")
    assert fold["title"]["text"] == "1 more passage (Larkfield Telecom)"
    assert "Larkfield Telecom: Privacy Policy" in _said([fold])
    assert "Harbour Broadband: " in reply.text and "Larkfield Telecom: " in reply.text


def test_buttons_narrow_to_one_company() -> None:
    """Where no company was named and there are several, each has a button that asks for it."""
    reply = answer_message(answer(OTHER), ASKED, ENTRIES, TODAY)

    buttons = [node for node in _nodes(reply.blocks, "button") if "company" in node["action_id"]]
    assert [asked_of(button["value"]).company for button in buttons] == [
        "Larkfield Telecom",
        "Harbour Broadband",
    ]
    named = answer_message(answer(OTHER, company="Larkfield Telecom"), ASKED, ENTRIES, TODAY)
    assert not any("company" in action for action in _buttons(named.blocks))


def test_of_many_companies_a_button_asks_which() -> None:
    """Beyond a handful, the companies quoted have buttons and the rest are asked for."""
    entries = [*ENTRIES, *(entry(f"Company {number}") for number in range(50))]
    reply = answer_message(answer(OTHER), ASKED, entries, TODAY)

    buttons = {a: words for a, words in _buttons(reply.blocks).items() if "company" in a}
    assert list(buttons) == ["company:0", "company:1", "company:2", "company:3", "company:other"]
    assert buttons["company:0"] == "Larkfield Telecom"


def test_not_covered_says_so_and_what_was_searched() -> None:
    """No quote is shown; the nearest passages are behind a button, labelled as no answer."""
    found = answer(status="not_covered", company="Harbour Broadband", nearest=[CITATION])
    reply = answer_message(found, ASKED, ENTRIES, TODAY)
    nearest = more_message(found, ASKED, TODAY)

    assert reply.text == (
        f"{UNANSWERED}\n\nSearched 3 policies of Harbour Broadband in force on "
        "22 November 2026, 88 passages."
    )
    assert _nodes(reply.blocks, "rich_text_quote") == []
    assert _buttons(reply.blocks) == {
        "more": "Show the nearest passages",
        "human": "Ask a human",
    }
    assert nearest.text.startswith("The nearest passages, which do not answer the question:")
    assert CITATION.quote in _said(nearest.blocks)
    (quote,) = _nodes(nearest.blocks, "rich_text_quote")
    assert quote["elements"] == [{"type": "text", "text": CITATION.quote}]
    assert _buttons(nearest.blocks) == {}


def test_uncertain_shows_what_may_answer() -> None:
    """The closest passage is quoted in the open, as what may answer, and a human comes first."""
    found = answer(status="uncertain", nearest=[CITATION, replace(CITATION, section=("5.",))])
    reply = answer_message(found, ASKED, ENTRIES[:1], TODAY)
    private = answer_message(found, ASKED, ENTRIES[:1], TODAY, private=True)

    assert _said(reply.blocks[:1]) == f"{UNCERTAIN}\nMay answer: check"
    (quote,) = _nodes(reply.blocks, "rich_text_quote")
    assert quote["elements"] == [
        {"type": "text", "text": KEPT, "style": {"italic": True}},
        {"type": "text", "text": " Then they are deleted."},
    ]
    (fold,) = _nodes(reply.blocks, "container")
    assert fold["title"]["text"] == "1 more passage" and fold["default_collapsed"]
    (link,) = _nodes(reply.blocks, "link")
    assert link["url"] == CITATION.url
    assert reply.text.startswith(
        f"{UNCERTAIN}\nMay answer: check\n\n“{CITATION.quote}”\nHarbour Broadband: Privacy Policy"
    )
    assert _buttons(reply.blocks) == {
        "human": "Ask a human",
        "copy": "Copy the passage",
        "more": "More passages",
        "open:1": "Read it in the policy",
    }
    assert list(_buttons(private.blocks[-1:])) == ["human", "copy", "share", "more"]
    styled = [node for node in _nodes(reply.blocks, "button") if "style" in node]
    assert [node["action_id"] for node in styled] == ["human"]


def test_uncertain_is_never_worded_as_an_answer() -> None:
    """What the buttons of it lead to says each time that it is to be checked, and sets it apart."""
    found = answer(status="uncertain", nearest=[CITATION, OTHER])
    more = more_message(found, ASKED, TODAY)
    copy = copy_message(found, 1, TODAY)
    shared = shared_message(found, ASKED, TODAY, by="U0SHARES")
    human = human_message(found, ASKED, TODAY, by="U0ASKS", humans="S0HUMANS")

    for one in (more, shared, human):
        assert "is not certain that" in _said(one.blocks) and "is not certain that" in one.text
        assert KEPT in _said(one.blocks) and KEPT in one.text
        marked = [node for node in nodes(one.blocks) if node.get("text") == KEPT]
        assert marked and all(node["style"] == {"italic": True} for node in marked)
        assert "The policies say" not in one.text
    assert copy.text.startswith("May answer: check, before you paste it for the customer:")
    assert "Larkfield Telecom: Privacy Policy" in copy.text
    places = [asked_of(node["value"]).place for node in _nodes(more.blocks, "button")]
    assert places == [0, 1]
    assert shared.text.startswith("<@U0SHARES> shared what may answer: How long")


def test_uncertain_without_a_passage_offers_a_human() -> None:
    """Where nothing comes close there is nothing to show, and it is said all the same."""
    reply = answer_message(answer(status="uncertain", language="de"), ASKED, ENTRIES[:1], TODAY)

    assert reply.text.startswith(f"{UNCERTAIN}\nThe question seems to be in German")
    assert _buttons(reply.blocks) == {"human": "Ask a human"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "The question seems to be in German, the policies searched are not."),
        ("xx", "The question seems to be in another language than the policies searched."),
    ],
)
def test_other_language_is_why(language: str, sentence: str) -> None:
    """A question in another language than the policies is told so, by the language's name."""
    found = answer(status="uncertain", nearest=[CITATION], language=language)
    reply = answer_message(found, ASKED, ENTRIES, TODAY)

    assert _said(reply.blocks[:1]).startswith(f"{sentence}\n{UNCERTAIN}\n")
    assert reply.text.startswith(f"{sentence}\n{UNCERTAIN}\n")


@pytest.mark.parametrize("status", ["answered", "uncertain", "not_covered"])
def test_second_company_without_policies_is_named(status: Status) -> None:
    """A company named beside one that has policies is said to have none, whatever the verdict."""
    quotes = [CITATION] if status == "answered" else []
    nearest = [] if quotes else [CITATION]
    found = answer(*quotes, status=status, nearest=nearest, unknown=["Acme <!here>", "Zebra"])
    sentence = "There are no policies of Acme <!here> and Zebra here."

    for one in (
        answer_message(found, ASKED, ENTRIES, TODAY),
        shared_message(found, ASKED, TODAY, by="U0SHARES"),
        human_message(found, ASKED, TODAY, by="U0ASKS", humans=None),
    ):
        assert sentence in _said(one.blocks)
        assert "There are no policies of Acme &lt;!here&gt; and Zebra here." in one.text


def test_unknown_company_is_named() -> None:
    """It is said that a company has no policies here, and which companies have."""
    found = answer(status="unknown_company", company="Acme <!here>")
    reply = answer_message(found, ASKED, ENTRIES, TODAY)

    assert "There are no policies of Acme <!here> here." in _said(reply.blocks)
    assert "Acme &lt;!here&gt;" in reply.text
    assert "There are those of: Harbour Broadband, Larkfield Telecom." in reply.text
    limited = answer(status="unknown_company", company="Harbour Broadband")
    words = answer_message(limited, ASKED, ENTRIES, TODAY).text
    assert "names another company than Harbour Broadband, to which it was limited" in words


def test_no_version_in_force_lists_what_there_is() -> None:
    """It is said that nothing was in force on the day, and what is in force when."""
    scope = Searched("Harbour Broadband", date(2001, 1, 1), None, None, 0, 0)
    found = replace(answer(status="no_version_in_force"), scope=scope)
    reply = answer_message(found, ASKED, ENTRIES, TODAY)

    assert reply.text == (
        "No policy of Harbour Broadband was in force on 1 January 2001.\nThere are:\n"
        "• Harbour Broadband: Privacy Policy, in force since 10 June 2021\n\n"
        "No policy was searched."
    )


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2021, 6, 10), None, "in force since 10 June 2021"),
        (date(2027, 1, 1), None, "in force from 1 January 2027"),
        (date(2021, 6, 10), date(2022, 1, 1), "was in force from 10 June 2021 to 31 December 2021"),
        (date(2021, 6, 10), date(2027, 1, 1), "in force from 10 June 2021 to 31 December 2026"),
        (None, date(2022, 1, 1), "was in force until 31 December 2021"),
        (None, None, "date of entry into force not stated"),
    ],
)
def test_when_it_is_in_force_is_said(since: date | None, until: date | None, words: str) -> None:
    """A version of the past is said to be one, and a day that nobody knows is not made up."""
    dated = replace(CITATION, effective_from=since, effective_until=until)

    assert f", {words}\n" in copy_message(answer(dated), 0, TODAY).text


def test_more_passages_can_each_be_copied() -> None:
    """The copy button of a passage says which of the citations it is about."""
    reply = more_message(answer(CITATION, OTHER), ASKED, TODAY)

    places = [asked_of(node["value"]).place for node in _nodes(reply.blocks, "button")]
    assert places == [0, 1]


def test_passages_that_do_not_fit_are_counted() -> None:
    """What there is no room for is left out from the last, and that is said."""
    asked = replace(ASKED, question="x" * 1_000)
    reply = more_message(answer(*[replace(CITATION, section=("s" * 190,))] * 30), asked, TODAY)

    shown = len(_nodes(reply.blocks, "rich_text_quote"))
    assert 5 < shown < 30
    assert f"{30 - shown} more left out" in _said(reply.blocks)
    assert faults(reply) == []


def test_copy_is_plain_text_to_paste() -> None:
    """What is pasted holds the quote, company, policy, date and link, and nothing formats it."""
    listed = replace(CITATION, lead_in="We never sell:")
    reply = copy_message(answer(listed), 0, TODAY)

    (pasted,) = _nodes(reply.blocks, "rich_text_preformatted")
    assert pasted["elements"] == [
        {
            "type": "text",
            "text": f"We never sell:\n“{CITATION.quote}”\nHarbour Broadband: Privacy Policy > "
            f"4. Retention, in force since 10 June 2021\n{CITATION.url}",
        }
    ]


def test_shared_answer_says_who_shared_it() -> None:
    """What is posted to a channel has the question, the quote and who shared it, no buttons."""
    reply = shared_message(answer(CITATION), ASKED, TODAY, by="U0SHARES")

    assert _nodes(reply.blocks, "user") == [{"type": "user", "user_id": "U0SHARES"}]
    assert [node["elements"][0]["text"] for node in _nodes(reply.blocks, "rich_text_quote")] == [
        ASKED.question,
        KEPT,
    ]
    assert _buttons(reply.blocks) == {}
    assert reply.text.startswith("<@U0SHARES> shared what the policies say to: How long")


def test_humans_are_pinged_with_the_question() -> None:
    """The user group is pinged by us; what the question holds of pings is literal."""
    asked = replace(ASKED, question="<!channel> & <!subteam^S0OTHER> how long?")
    reply = human_message(answer(CITATION), asked, TODAY, by="U0ASKS", humans="S0HUMANS")

    assert _nodes(reply.blocks, "mrkdwn") == [
        {"type": "mrkdwn", "text": "<!subteam^S0HUMANS>, please help."}
    ]
    assert asked.question in _said(reply.blocks)
    assert reply.text.startswith("<!subteam^S0HUMANS> <@U0ASKS> asks: &lt;!channel&gt; &amp; &lt;")
    assert KEPT in reply.text and KEPT in _said(reply.blocks)
    assert _buttons(reply.blocks) == {"resolved": "Mark resolved"}


def test_nobody_to_ping_is_said() -> None:
    """Without a user group the message says where to choose one, and pings nobody."""
    reply = human_message(answer(status="not_covered"), ASKED, TODAY, by="U0ASKS", humans=None)

    assert "choose a user group in the app's Home" in reply.text
    assert "subteam" not in reply.text + str(reply.blocks)
    assert UNANSWERED in reply.text


def test_resolved_question_names_who_solved_it() -> None:
    """What was marked as resolved keeps the question and loses the button."""
    reply = resolved_message(ASKED, by="U0SOLVES")

    assert reply.text == f"<@U0SOLVES> marked as resolved: {ASKED.question}"
    assert _nodes(reply.blocks, "user") == [{"type": "user", "user_id": "U0SOLVES"}]
    assert _buttons(reply.blocks) == {}


def test_failure_is_one_sentence_with_a_reference() -> None:
    """An apology is one sentence, and names what finds the failure in the log."""
    reply = failed_message("9f86d081")

    assert reply.text.count(".") == 1 and reply.text.endswith("9f86d081.")


def test_how_to_ask_names_the_companies() -> None:
    """Who asks nothing is told how to, and of whom there are policies."""
    assert "policies of: Harbour Broadband, Larkfield" in how_to_ask_message(ENTRIES).text
    assert "policies of: nobody yet" in how_to_ask_message([]).text


def test_another_build_and_a_shortened_question_are_noted() -> None:
    """A line says where an answer is not quite to what was asked before; else nothing is added."""
    reply = answer_message(answer(CITATION), ASKED, ENTRIES, TODAY)

    assert noting(reply, ASKED, ASKED.build) == reply
    changed = noting(reply, replace(ASKED, shortened=True), "20261102-1")
    assert changed.text.endswith(
        "The question was too long; only its beginning was asked.\n"
        "The policies have changed since the question was asked."
    )
    assert [block["type"] for block in changed.blocks[-2:]] == ["context", "context"]


def test_button_carries_what_is_needed_to_ask_again() -> None:
    """What a button's value says is what was asked, without what Slack makes entities of."""
    asked = ButtonQuestion(
        '"R&D" <b> 10 ₤ 😀\n?', "Smith & Sons", date(2021, 6, 10), "20261101-1", 2
    )
    value = button_value(asked)

    assert asked_of(value) == asked
    assert not set("&<>") & set(value)


@pytest.mark.parametrize("letter", ["a", '"', "é", "漢", "😀", "\ud800", "\x00", "<"])
def test_long_question_is_shortened_for_a_button(letter: str) -> None:
    """Of a question that is too long its beginning is carried, with a mark that says so."""
    value = button_value(replace(ASKED, question=f"{letter * 9} " * 400))
    asked = asked_of(value)

    assert len(value.encode()) <= 1_200
    assert asked.shortened
    assert len(asked.question) > 100


def test_question_as_long_as_allowed_is_carried_whole() -> None:
    """A thousand letters, the longest question there is, need no shortening."""
    asked = replace(ASKED, question=f"{'word ' * 200}"[:1_000], company="Harbour Broadband")

    assert asked_of(button_value(asked)) == asked


@pytest.mark.parametrize("value", ["", "{}", "[]", "1", '{"q":"a","c":null,"d":"x","b":"b"}'])
def test_foreign_button_value_is_refused(value: str) -> None:
    """A value that is none of ours is refused in one sentence."""
    with pytest.raises(BadInput, match="is none of ours"):
        asked_of(value)


def test_long_quote_is_shortened_around_what_answers() -> None:
    """The answering sentence stays, letters stay, and the mark of it is outside of the quote."""
    before, after = "Before it. " * 600, " After it." * 600
    start = CITATION.start + len(before)
    spot = replace(CITATION.highlight[0], start=start, end=start + len(KEPT))
    long = replace(CITATION, quote=before + KEPT + after, highlight=(spot,))
    first, last = window(long, 500)
    shown = long.quote[first:last]
    reply = answer_message(answer(long), ASKED, ENTRIES, TODAY)

    assert len(shown) <= 500 and KEPT in shown
    assert shown.startswith("Before it. ") and shown.endswith(" After it.")
    (quote,) = _nodes(reply.blocks, "rich_text_quote")
    written = "".join(element["text"] for element in quote["elements"])
    assert written in long.quote
    assert [e["text"] for e in quote["elements"] if "style" in e] == [KEPT]
    assert "Shortened: the passage is longer." in _said(reply.blocks)
    assert "\n[Shortened: the passage is longer.]\n" in reply.text


def test_every_message_of_hand_made_answers_is_accepted() -> None:
    """Of each status, every message passes Slack's models, the limits and the search for pings."""
    found = [
        answer(CITATION, OTHER, CITATION),
        answer(CITATION, unknown=["Acme", "Zebra <!here>"]),
        answer(status="uncertain", nearest=[CITATION, OTHER, CITATION]),
        answer(status="uncertain", nearest=[CITATION], language="de", unknown=["Acme"]),
        answer(status="uncertain"),
        answer(status="not_covered", nearest=[CITATION, OTHER]),
        answer(status="not_covered"),
        answer(status="unknown_company", company="Acme"),
        answer(status="no_version_in_force"),
    ]

    wrong = [faults(one) for each in found for one in every_message(each)]
    assert any(wrong) is False and len(wrong) > 100
