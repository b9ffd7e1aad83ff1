from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qabot.errors import BadInput
from qabot.records import Highlight, Searched, Status
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
    PARTED,
    TODAY,
    answer,
    entry,
    every_message,
)

UNANSWERED = "The policies searched do not answer this."
CLOSEST = "This comes closest; check whether it answers:"
SOURCE = "Harbour Broadband: Privacy Policy · 4. Retention · in force since 10 June 2021"


def _nodes(blocks: Sequence[Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(blocks) if node.get("type") == kind]


def _said(blocks: Sequence[Any]) -> str:
    kinds = ("text", "plain_text", "mrkdwn")
    return "".join(node["text"] for kind in kinds for node in _nodes(blocks, kind))


def _buttons(blocks: Sequence[Any]) -> dict[str, str]:
    return {node["action_id"]: node["text"]["text"] for node in _nodes(blocks, "button")}


def test_answer_is_three_lines() -> None:
    """The sentence that answers stands first, bold; then whence it is, small; then its context."""
    reply = answer_message(answer(CITATION), ASKED, ENTRIES[:1], TODAY)

    said, source, around = reply.blocks[:3]
    (quote,) = _nodes([said], "rich_text_quote")
    assert quote["elements"] == [{"type": "text", "text": KEPT, "style": {"bold": True}}]
    assert source["type"] == "context"
    assert source["elements"][0]["text"] == SOURCE
    assert source["elements"][1]["text"] == f"<{CITATION.url}|Read it in the policy>"
    assert around["type"] == "container" and around["default_collapsed"]
    assert _said([around]) == f"{CITATION.quote}In context"
    assert reply.text == f"“{KEPT}”\n{SOURCE}\n{CITATION.url}"


def test_passage_that_is_all_answer_has_no_context() -> None:
    """Where the sentence is the whole passage, nothing is folded below it."""
    whole = replace(CITATION, quote=KEPT)

    assert _nodes(answer_message(answer(whole), ASKED, ENTRIES, TODAY).blocks, "container") == []


def test_company_is_said_once() -> None:
    """A title that says whose it is stands alone, and so do headings that repeat the title."""
    titled = replace(
        CITATION,
        title="Harbour Broadband Privacy Policy",
        section=("Harbour Broadband", "Harbour Broadband Privacy Policy", "4. Retention"),
    )
    reply = answer_message(answer(titled), ASKED, ENTRIES, TODAY)

    shown = reply.blocks[1]["elements"][0]["text"]
    assert shown == "Harbour Broadband Privacy Policy · 4. Retention · in force since 10 June 2021"


def test_row_is_shown_as_labels_and_values() -> None:
    """Of a table's row each cell is a line, its value bold; there are no pipes."""
    row = "Data: call records | Kept for: 18 months"
    quote = f"{row}\nData: names | Kept for: 7 years"
    table = replace(CITATION, quote=quote, highlight=(Highlight(100, 100 + len(row)),))
    reply = answer_message(answer(table), ASKED, ENTRIES, TODAY)

    (shown,) = _nodes(reply.blocks, "rich_text_quote")
    assert [(e["text"], "style" in e) for e in shown["elements"]] == [
        ("Data: ", False),
        ("call records", True),
        ("\n", False),
        ("Kept for: ", False),
        ("18 months", True),
    ]
    pasted = copy_message(answer(table), 0, TODAY).text
    assert "Data: call records\nKept for: 18 months\n\nHarbour" in pasted
    assert " | " not in _said(reply.blocks) + reply.text + pasted


def test_answer_offers_what_can_be_done_with_it() -> None:
    """Copy and a human are offered, more where there is more, sharing where one person sees it."""
    found = answer(CITATION, OTHER)
    shown = answer_message(answer(CITATION), ASKED, ENTRIES[:1], TODAY)
    private = answer_message(found, ASKED, ENTRIES[:1], TODAY, private=True)

    assert list(_buttons(shown.blocks)) == ["copy", "human"]
    assert list(_buttons(private.blocks[-2:])) == ["copy", "share", "more", "human"]
    (thumbs,) = _nodes(shown.blocks, "feedback_buttons")
    assert thumbs["positive_button"]["value"] == "helpful:0123456789abcdef"
    assert thumbs["negative_button"]["value"] == "unhelpful:0123456789abcdef"
    carried = {node["value"] for node in _nodes(shown.blocks, "button")}
    assert {asked_of(value) for value in carried} == {ASKED}


def test_a_human_is_offered_where_one_is_set_or_needed() -> None:
    """With nobody set, a human is offered only where nothing answers."""
    answered, uncertain, none = (
        answer_message(found, ASKED, ENTRIES[:1], TODAY, has_humans=False)
        for found in (
            answer(CITATION),
            answer(status="uncertain", nearest=[CITATION]),
            answer(status="not_covered"),
        )
    )

    assert "human" not in _buttons(answered.blocks)
    assert list(_buttons(uncertain.blocks)) == ["copy", "human"]
    assert list(_buttons(none.blocks)) == ["human"]
    assert not any("style" in node for node in _nodes(uncertain.blocks, "button"))


def test_item_comes_with_what_introduces_its_list() -> None:
    """What introduces a list stands before the item that answers, and is never bold."""
    quote = "We never sell:\n- your name;\n- your call records."
    item = quote.index("your call records.")
    highlight = (Highlight(100 + item, 100 + len(quote)),)
    listed = replace(CITATION, quote=quote, highlight=highlight)
    continued = replace(
        CITATION,
        quote=quote.partition("\n")[2],
        highlight=(Highlight(100 + item - 15, 100 + len(quote) - 15),),
        lead_in="We never sell:",
    )

    for citation in (listed, continued):
        reply = answer_message(answer(citation), ASKED, ENTRIES, TODAY)
        (shown,) = _nodes(reply.blocks[:1], "rich_text_quote")
        assert "".join(e["text"] for e in shown["elements"]) == (
            "We never sell:\n• your call records."
        )
        assert [e["text"] for e in shown["elements"] if "style" in e] == ["your call records."]
        assert reply.text.startswith("“We never sell:\n• your call records.”")


def test_lead_in_alone_is_shown_with_what_it_introduces() -> None:
    """Where only what introduces a list is marked, the list is what answers."""
    quote = "We never sell:\n- your name;\n- your call records."
    introduced = replace(CITATION, quote=quote, highlight=(Highlight(100, 114),))
    reply = answer_message(answer(introduced), ASKED, ENTRIES, TODAY)

    (shown,) = _nodes(reply.blocks[:1], "rich_text_quote")
    bold = [e["text"] for e in shown["elements"] if "style" in e]
    assert bold == ["your name;", "your call records."]


def test_further_passages_are_folded_away() -> None:
    """What is as sure to answer as the first is in a fold of its own; what is less sure is not."""
    found = answer(CITATION, OTHER, replace(OTHER, title="Terms", score=0.5))
    reply = answer_message(found, ASKED, ENTRIES[:1], TODAY)
    whole, older, text_alone = variants(reply)

    around, other = _nodes(whole.blocks, "container")
    assert other["title"]["text"] == "Larkfield Telecom: Privacy Policy · 4. Retention"
    assert other["is_collapsible"] and other["default_collapsed"]
    shown = other["child_blocks"][0]["text"]["text"]
    assert shown == f"{OTHER.quote}\nin force since 10 June 2021"
    kinds = [block["type"] for block in older.blocks]
    assert kinds == ["rich_text", "context", "actions"]
    assert text_alone.blocks == () and text_alone.text == reply.text


def test_message_without_new_blocks_has_one_plainer_variant() -> None:
    """A message that Slack has no reason to refuse is tried once with blocks, once without."""
    whole, text_alone = variants(failed_message("9f86"))

    assert whole.blocks and not text_alone.blocks


def test_buttons_narrow_to_one_company() -> None:
    """Where no company was named and there are several, each has a button that asks for it."""
    reply = answer_message(answer(OTHER), ASKED, ENTRIES, TODAY)

    buttons = [node for node in _nodes(reply.blocks, "button") if "company" in node["action_id"]]
    assert [asked_of(button["value"]).company for button in buttons] == [
        "Larkfield Telecom",
        "Harbour Broadband",
    ]
    assert "No company was named; quoted is Larkfield Telecom." in _said(reply.blocks)
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
    """No quote is shown, but what to try; the nearest are behind a button, as no answer."""
    found = answer(status="not_covered", company="Harbour Broadband", nearest=[CITATION])
    reply = answer_message(found, ASKED, ENTRIES, TODAY)
    nearest = more_message(found, ASKED, TODAY)

    assert reply.text == (
        f"{UNANSWERED}\nSearched 3 policies of Harbour Broadband in force on 22 November 2026. Try "
        "the words that a policy would use, or name a company or a day."
    )
    assert _nodes(reply.blocks, "rich_text_quote") == []
    assert _buttons(reply.blocks) == {
        "more": "Show the nearest passages",
        "human": "Ask a human",
    }
    assert nearest.text.startswith("The nearest passages, which do not answer the question:")
    assert CITATION.quote in _said(nearest.blocks)
    (quote,) = _nodes(nearest.blocks, "rich_text_quote")
    assert not any("style" in element for element in quote["elements"])
    assert _buttons(nearest.blocks) == {}


def test_uncertain_shows_what_may_answer() -> None:
    """The closest sentence is in italics, as what is to be checked, and a human comes first."""
    found = answer(status="uncertain", nearest=[CITATION, replace(CITATION, section=("5.",))])
    reply = answer_message(found, ASKED, ENTRIES[:1], TODAY)
    private = answer_message(found, ASKED, ENTRIES[:1], TODAY, private=True)

    assert _said(reply.blocks[:1]) == CLOSEST
    (quote,) = _nodes(reply.blocks, "rich_text_quote")
    assert quote["elements"] == [{"type": "text", "text": KEPT, "style": {"italic": True}}]
    around, other = _nodes(reply.blocks, "container")
    assert other["title"]["text"] == "Harbour Broadband: Privacy Policy · 5."
    assert reply.text == f"{CLOSEST}\n“{KEPT}”\n{SOURCE}\n{CITATION.url}"
    asking = {a: words for a, words in _buttons(reply.blocks).items() if a[:5] != "open:"}
    assert asking == {
        "human": "Ask a human",
        "copy": "Copy the passage",
        "more": "More passages",
    }
    assert list(_buttons(private.blocks[-2:])) == ["human", "copy", "share", "more"]
    styled = [node for node in _nodes(reply.blocks, "button") if "style" in node]
    assert [node["action_id"] for node in styled] == ["human"]


def test_uncertain_is_never_worded_as_an_answer() -> None:
    """What the buttons of it lead to says each time that it is to be checked, and sets it apart."""
    found = answer(status="uncertain", nearest=[CITATION, OTHER])
    more = more_message(found, ASKED, TODAY)
    copy = copy_message(found, 1, TODAY)
    shared = shared_message(found, ASKED, ENTRIES, TODAY, by="U0SHARES")
    human = human_message(found, ASKED, ENTRIES, TODAY, by="U0ASKS", humans="S0HUMANS")

    for one, words in ((more, "is not certain that"), (shared, CLOSEST), (human, CLOSEST)):
        assert words in _said(one.blocks) and words in one.text
        assert KEPT in _said(one.blocks) and KEPT in one.text
        marked = [node for node in nodes(one.blocks) if node.get("text") == KEPT]
        assert marked and all(node["style"] == {"italic": True} for node in marked)
        assert "The policies say" not in one.text
    assert copy.text.startswith("Check whether this answers before you paste it")
    assert "Larkfield Telecom: Privacy Policy" in copy.text
    places = [asked_of(node["value"]).place for node in _nodes(more.blocks, "button")]
    assert places == [0, 1]
    assert shared.text.startswith("<@U0SHARES> shared what may answer: How long")


def test_uncertain_without_a_passage_offers_a_human() -> None:
    """Where nothing comes close there is nothing to show, and it is said all the same."""
    reply = answer_message(answer(status="uncertain", language="de"), ASKED, ENTRIES[:1], TODAY)

    assert reply.text.startswith(
        "It is not certain that the policies searched answer this.\nThe question seems to be"
    )
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

    assert _said(reply.blocks[:1]) == f"{sentence}\n{CLOSEST}"
    assert reply.text.startswith(f"{sentence}\n{CLOSEST}\n")


@pytest.mark.parametrize("status", ["answered", "uncertain", "not_covered"])
def test_second_company_without_policies_is_named(status: Status) -> None:
    """A company named beside one that has policies is said to have none, whatever the verdict."""
    quotes = [CITATION] if status == "answered" else []
    nearest = [] if quotes else [CITATION]
    found = answer(*quotes, status=status, nearest=nearest, unknown=["Acme <!here>", "Zebra"])
    sentence = "There are no policies of Acme <!here> and Zebra here."

    for one in (
        answer_message(found, ASKED, ENTRIES, TODAY),
        shared_message(found, ASKED, ENTRIES, TODAY, by="U0SHARES"),
        human_message(found, ASKED, ENTRIES, TODAY, by="U0ASKS", humans=None),
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
        "• Harbour Broadband: Privacy Policy, in force since 10 June 2021"
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

    assert f" · {words}\n" in copy_message(answer(dated), 0, TODAY).text


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
    """What is pasted is the sentence that answers, policy, date and link; nothing formats it."""
    reply = copy_message(answer(CITATION), 0, TODAY)
    short = copy_message(answer(CITATION), 0, TODAY, "https://answers.example/c/abc")

    (pasted,) = _nodes(reply.blocks, "rich_text_preformatted")
    assert _said([pasted]) == f"“{KEPT}”\n{SOURCE}\n{CITATION.url}"
    (pasted,) = _nodes(short.blocks, "rich_text_preformatted")
    assert _said([pasted]) == f"“{KEPT}”\n{SOURCE}\nhttps://answers.example/c/abc"


def test_copy_is_in_the_language_of_the_quote() -> None:
    """Beside a German quote the date is said in German, so that it can go to the customer."""
    german = "Wir speichern Verbindungsdaten für sechs Monate und löschen sie danach."
    spot = (Highlight(100, 100 + len(german)),)
    quoted = replace(CITATION, quote=german, highlight=spot, page=2)
    ended = replace(quoted, effective_until=date(2024, 3, 1))

    now, then = (copy_message(answer(one), 0, TODAY).text for one in (quoted, ended))
    assert "Privacy Policy · 4. Retention · Seite 2 · gültig seit 10. Juni 2021" in now
    assert "gültig vom 10. Juni 2021 bis 29. Februar 2024" in then


def test_shared_answer_says_who_shared_it() -> None:
    """What is posted to a channel has the question, the quote and who shared it, no buttons."""
    reply = shared_message(answer(CITATION), ASKED, ENTRIES, TODAY, by="U0SHARES")

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
    reply = human_message(answer(CITATION), asked, ENTRIES, TODAY, by="U0ASKS", humans="S0HUMANS")

    first = reply.blocks[0]
    assert first["text"] == {"type": "mrkdwn", "text": "<!subteam^S0HUMANS>, please help."}
    assert asked.question in _said(reply.blocks)
    assert reply.text.startswith("<!subteam^S0HUMANS> <@U0ASKS> asks: &lt;!channel&gt; &amp; &lt;")
    assert KEPT in reply.text and KEPT in _said(reply.blocks)
    assert _buttons(reply.blocks) == {"resolved": "Mark resolved"}


def test_nobody_set_is_pinged() -> None:
    """Without a user group the message pings nobody, and holds the question and the verdict."""
    found = answer(status="not_covered")
    reply = human_message(found, ASKED, ENTRIES, TODAY, by="U0ASKS", humans=None)

    assert "subteam" not in reply.text + str(reply.blocks)
    assert reply.text.startswith("<@U0ASKS> asks: How long")
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


def test_long_passage_is_shortened_around_what_answers() -> None:
    """In its context the answering sentence stays, letters stay, and that it is cut is said."""
    before, after = "Before it. " * 600, " After it." * 600
    start = CITATION.start + len(before)
    spot = replace(CITATION.highlight[0], start=start, end=start + len(KEPT))
    long = replace(CITATION, quote=before + KEPT + after, highlight=(spot,))
    first, last = window(long, 500)
    shown = long.quote[first:last]
    reply = answer_message(answer(long), ASKED, ENTRIES, TODAY)

    assert len(shown) <= 500 and KEPT in shown
    assert shown.startswith("Before it. ") and shown.endswith(" After it.")
    (around,) = _nodes(reply.blocks, "container")
    written, _, note = around["child_blocks"][0]["text"]["text"].rpartition("\n")
    assert written in long.quote and KEPT in written and len(written) > 1_000
    assert note == "Shortened: the passage is longer."


def test_long_answer_is_shortened_and_says_so() -> None:
    """What answers is cut where it is longer than a message, and that is said, where pasted too."""
    quote = "We keep call records for 18 months, " * 200
    whole = replace(CITATION, quote=quote, highlight=(Highlight(100, 100 + len(quote)),))
    reply = answer_message(answer(whole), ASKED, ENTRIES, TODAY)
    (shown,) = _nodes(reply.blocks, "rich_text_quote")

    assert quote.startswith(_said([shown])) and len(_said([shown])) > 1_000
    assert "Shortened: the passage is longer." in _said(reply.blocks)
    assert "\n[Shortened: the passage is longer.]\n" in reply.text


def test_every_message_of_hand_made_answers_is_accepted() -> None:
    """Of each status, every message passes Slack's models, the limits and the search for pings."""
    found = [
        answer(CITATION, OTHER, CITATION),
        PARTED,
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


def test_parts_are_answered_each_under_its_question() -> None:
    """Each part has its question, small and bold, its answer and its copy; feedback comes once."""
    reply = answer_message(PARTED, ASKED, ENTRIES[:1], TODAY)

    headings = [
        node["text"] for node in _nodes(reply.blocks, "mrkdwn") if node["text"].startswith("*")
    ]
    assert headings == ["*How long are records kept?*", "*and for texts?*", "*and faxes?*"]
    assert len(_nodes(reply.blocks, "feedback_buttons")) == 1
    assert [block["type"] for block in reply.blocks].count("divider") == 2
    assert "read as: How long are texts kept?" in _said(reply.blocks)
    copies = [node for node in _nodes(reply.blocks, "button") if node["action_id"] == "copy"]
    assert [asked_of(node["value"]).question for node in copies] == [
        "How long are records kept?",
        "How long are texts kept?",
    ]
    assert "more" not in _buttons(reply.blocks)
    assert "Ask again: “What of telegrams?”" in _said(reply.blocks)
    parts = reply.text.split("\n\n")
    assert [part.splitlines()[0] for part in parts[:3]] == [one.strip("*") for one in headings]
    assert parts[3].endswith("“What of telegrams?”")


def test_compared_companies_head_their_parts() -> None:
    """Where one question is put to several companies, each part is headed by its company."""
    compared = [
        replace(answer(CITATION, company="Harbour Broadband"), question="Who keeps them longer?"),
        replace(
            answer(status="unknown_company", company="Acme"), question="Who keeps them longer?"
        ),
    ]
    found = replace(answer(CITATION), parts=tuple(compared))
    reply = answer_message(found, ASKED, ENTRIES, TODAY)

    assert [node["text"] for node in _nodes(reply.blocks, "mrkdwn")][0] == "*Harbour Broadband*"
    assert "*Acme*" in _said(reply.blocks)
    assert "There are no policies of Acme here." in _said(reply.blocks)
    copies = [node for node in _nodes(reply.blocks, "button") if node["action_id"] == "copy"]
    assert [asked_of(node["value"]).company for node in copies] == ["Harbour Broadband"]
    assert not any(action.startswith("company:") for action in _buttons(reply.blocks))


def test_what_compared_parts_were_read_as_is_said_once() -> None:
    """A follow-up that is put to several companies says once how it was read."""
    compared = [
        replace(answer(CITATION, company=name), question="and texts?", read_as="Who keeps texts?")
        for name in ("Harbour Broadband", "Larkfield Telecom")
    ]
    reply = answer_message(replace(answer(CITATION), parts=tuple(compared)), ASKED, ENTRIES, TODAY)

    assert _said(reply.blocks).count("read as: ") == reply.text.count("read as: ") == 1


def test_link_of_an_odd_address_is_one_link() -> None:
    """What of an address would end the link is written otherwise; the link is whole."""
    odd = replace(CITATION, url="https://harbour.example/a b?x=<!channel>|y&z=1")
    reply = answer_message(answer(odd), ASKED, ENTRIES, TODAY)

    link = reply.blocks[1]["elements"][1]["text"]
    address = "https://harbour.example/a%20b?x=%3C!channel%3E%7Cy&amp;z=1"
    assert link == f"<{address}|Read it in the policy>"


def test_heading_formats_and_pings_nothing() -> None:
    """Of a question above its answer every mark that formats or pings is taken."""
    part = replace(PARTED.parts[0], question="*Who* <!channel> _keeps_ `it` & ~why~?")
    found = replace(PARTED, parts=(part, PARTED.parts[1]))
    reply = answer_message(found, ASKED, ENTRIES, TODAY)

    first = _nodes(reply.blocks, "mrkdwn")[0]
    assert first["text"] == "*Who &lt;!channel&gt; keeps it &amp; why?*"
    assert first["verbatim"] is True
