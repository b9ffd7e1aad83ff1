import json
import re
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qabot.service.contract import line_fields
from qabot.service.further import FURTHER
from tests.widget.answers import (
    ANSWERED,
    ITEM,
    NOT_COVERED,
    OUT_OF_FORCE,
    PERIODS,
    ROW,
    SELLING,
    UNCERTAIN,
    UNKNOWN,
    answer,
    citation,
)
from tests.widget.conftest import Embed, ask, put, replies
from tests.widget.peer import Peer, Reply

ISOLATES = re.compile("[\u2068\u2069]")  # around a name: they keep its direction to itself


def test_answer_comes_first(embed: Embed) -> None:
    """A visitor sees the sentence that answers, then whose policy it is, where and since when."""
    widget = embed()
    ask(widget)

    best = widget.get_by_role("article")
    expect(widget.locator(".result > .asked + *")).to_have_class(re.compile("best"))
    expect(best.locator(".answering")).to_have_text("We do not sell your personal information.")
    expect(best.locator(".title")).to_have_text(isolated("Privacy Policy"))
    expect(best.locator(".section")).to_contain_text("Sharing your information")
    assert _plain(best.locator(".version").inner_text()) == (
        "Harbour Broadband · In force since 1 February 2025"
    )
    assert "passage" not in widget.locator(".result").inner_text().replace("whole passage", "")


def test_context_opens_in_place(embed: Embed) -> None:
    """The rest of the quote is folded below, and has the sentence marked that answers."""
    widget = embed()
    ask(widget)

    quote = widget.locator(".context blockquote")
    expect(quote).to_be_hidden()
    widget.get_by_text("Show the whole passage").first.click()

    expect(quote).to_contain_text("Ask us for the whole list at any time.")
    expect(quote.locator("mark")).to_have_text("We do not sell your personal information.")


def test_quote_that_is_all_answer_has_no_context(embed: Embed, service: Peer) -> None:
    """Where the whole quote answers there is nothing to unfold."""
    replies(service, answer("answered", citation("We keep it.", "We keep it.")))
    widget = embed()
    ask(widget)

    expect(widget.locator(".answering")).to_have_text("We keep it.")
    expect(widget.locator("details")).to_have_count(0)


def test_answer_stands_above_the_fold(embed: Embed, page: Page) -> None:
    """On a phone the sentence that answers is in sight without scrolling, source included."""
    page.set_viewport_size({"width": 375, "height": 667})
    for attributes in ("", 'display="inline"'):
        widget = embed(attributes)
        page.evaluate("document.querySelector('h1').style.paddingBlock = '10em'")
        put(widget)

        expect(widget.locator(".answering")).to_be_in_viewport(ratio=1)
        expect(widget.locator(".best .version")).to_be_in_viewport(ratio=1)


def test_item_is_read_with_what_introduces_it(embed: Embed, service: Peer) -> None:
    """An item that answers keeps its marker, under the sentence that its list continues."""
    replies(service, ITEM)
    widget = embed()
    ask(widget)

    answering = widget.locator(".answering")
    expect(answering.locator(".lead-in")).to_have_text(
        "We do not sell your personal information. We may disclose it:"
    )
    expect(answering.locator(".item")).to_have_text(
        "- to other networks, so far as they need it to connect your calls;"
    )


@pytest.mark.parametrize(
    ("above", "said"), [("You must not use the service", 1), ("We treat everybody fairly.", 0)]
)
def test_words_that_end_no_sentence_introduce_a_list(
    embed: Embed, service: Peer, above: str, said: int
) -> None:
    """ "to copy films" answers nothing without "You must not", with a colon there or without."""
    item = citation(
        f"{above}\n- to copy films or music,\n- to resell it.", "to copy films or music,"
    )
    replies(service, answer("answered", item))
    widget = embed()
    ask(widget)

    expect(widget.locator(".answering .item")).to_have_text("- to copy films or music,")
    expect(widget.locator(".answering .lead-in").filter(has_text=above)).to_have_count(said)
    expect(widget.locator(".answering .lead-in")).to_have_count(said)


def test_row_is_shown_as_labels_and_values(embed: Embed, service: Peer) -> None:
    """A row of a table is its headers and what they say of it, without the dividers."""
    replies(service, ROW)
    widget = embed()
    ask(widget)

    answering = widget.locator(".answering")
    expect(answering.locator("dt")).to_have_text(["Information", "How long we keep it"])
    expect(answering.locator("dd")).to_have_text(
        ["Call records", "12 months from the date of the call"]
    )
    assert "|" not in widget.evaluate("widget => widget.shadowRoot.textContent")


def test_further_passages_are_folded_where_they_add_something(embed: Embed, service: Peer) -> None:
    """One nearly as sure as the first is folded under policy and company; others are not shown."""
    first, second, third = ANSWERED["citations"]
    unsure = {**second, "confidence": first["confidence"] * FURTHER - 0.001}
    replies(service, {**ANSWERED, "citations": [first, unsure, third]})
    widget = embed()
    ask(widget)

    further = widget.locator(".further")
    expect(further).to_have_count(1)
    expect(further.locator("blockquote")).to_be_hidden()
    summary = further.locator("summary")
    assert _plain(summary.inner_text()) == (
        "Also: Acceptable Use Policy · 2. What nobody may do · Harbour Broadband"
    )
    summary.click()
    expect(further.locator("blockquote")).to_be_visible()
    expect(further.locator(".lead-in")).to_have_text(
        "From a list that begins: You must not use the services:"
    )
    assert "services" not in further.locator("blockquote").inner_text()
    assert _plain(further.locator(".version").inner_text()).endswith("2023 · Page 3")


def test_company_is_said_once(embed: Embed, service: Peer) -> None:
    """A title that names the company is not followed by the company's name."""
    title = "Harbour Broadband Privacy Policy"
    replies(service, answer("answered", citation(SELLING, "We do not sell", title=title)))
    widget = embed()
    ask(widget)

    assert widget.locator(".source").inner_text().count("Harbour Broadband") == 1


def test_link_scrolls_the_source_to_the_quote(
    embed: Embed, context: BrowserContext, page: Page, site: Peer, service: Peer
) -> None:
    """The link opens the policy's own page in a tab of its own, at the words that answer."""
    policy = f"<p style='padding-top:4000px'>{SELLING}</p>"
    site.replies["/privacy"] = Reply(policy.encode(), "text/html; charset=utf-8")
    url = f"{site.origin}/privacy#:~:text=We%20do%20not%20sell"
    replies(service, answer("answered", citation(SELLING, "We do not sell", url=url)))
    widget = embed()
    ask(widget)

    with context.expect_page() as opened:
        widget.get_by_role("link", name="Read it in the policy (opens in a new tab)").click()

    opened.value.wait_for_function("scrollY > 1000")
    assert opened.value.evaluate("opener") is None


def test_nothing_found_is_said_plainly(embed: Embed, service: Peer) -> None:
    """Without an answer a visitor sees so, what was searched, what to try, and whom to ask."""
    replies(service, NOT_COVERED)
    widget = embed('contact="/contact"')
    ask(widget)

    expect(widget.locator(".verdict")).to_have_text("The policies do not answer this question.")
    expect(widget.locator(".searched")).to_have_text("Searched: all policies in force today.")
    expect(widget.get_by_text("Try other words")).to_be_visible()
    expect(widget.get_by_role("link", name="Contact us")).to_be_visible()
    expect(widget.locator(".answering")).to_have_count(0)
    expect(widget.locator("blockquote").first).to_be_hidden()
    expect(widget.locator("mark")).to_have_count(0)
    widget.get_by_text("The nearest passages, which do not answer it").click()
    expect(widget.locator("blockquote")).to_have_count(2)


def test_what_was_searched_is_said_in_words(embed: Embed, service: Peer) -> None:
    """Whose policies were searched and of which day, without what only an operator knows."""
    scope = {"company": "Harbour Broadband", "as_of": "2024-05-01"}
    replies(service, answer("not_covered", scope=scope))
    widget = embed()
    ask(widget)

    expect(widget.locator(".searched")).to_be_visible()
    assert _plain(widget.locator(".searched").inner_text()) == (
        "Searched: the policies of Harbour Broadband in force on 1 May 2024."
    )


def test_what_may_answer_is_shown_as_that(embed: Embed, service: Peer) -> None:
    """The closest passage is open and useful, but nothing about it looks or sounds certain."""
    replies(service, UNCERTAIN)
    widget = embed('contact="/contact"')
    ask(widget)

    expect(widget.locator(".verdict")).to_have_text("This comes closest; check whether it answers:")
    expect(widget.get_by_role("link", name="Contact us")).to_have_count(1)
    closest = widget.get_by_role("article")
    expect(closest.locator("blockquote")).to_be_visible()
    expect(closest.locator(".answering")).to_have_count(0)
    expect(closest.get_by_role("link", name="Read it in the policy")).to_be_visible()
    mark = closest.locator("mark")
    expect(mark).to_have_text("We do not sell your personal information.")
    style = "(mark, name) => getComputedStyle(mark).getPropertyValue(name)"
    assert mark.evaluate(style, "background-color") == "rgba(0, 0, 0, 0)"
    assert mark.evaluate(style, "border-block-end-style") == "dotted"
    assert mark.get_attribute("data-begin") == "[closest sentence begins] "
    expect(widget.locator(".further summary")).to_contain_text(["Next closest:"])
    expect(widget.locator("blockquote").last).to_be_hidden()


def test_what_stands_far_before_the_closest_sentence_is_folded(embed: Embed, service: Peer) -> None:
    """What comes closest is seen at once, however far down its passage; the rest a press away."""
    rows = PERIODS.split("\n")
    replies(service, answer("uncertain", citation(PERIODS, rows[-1])))
    widget = embed()
    ask(widget)

    closest = widget.get_by_role("article")
    expect(closest.locator("mark").first).to_be_visible()
    expect(closest.get_by_text("Call records")).to_be_hidden()
    closest.get_by_text("Show the whole passage").click()
    expect(closest.get_by_text("Call records")).to_be_visible()
    text = closest.locator("blockquote").inner_text()
    assert text.index("We keep information") < text.index("Call records") < text.index("Location")


@pytest.mark.parametrize(
    ("attribute", "sentence"),
    [
        ("en", "The question seems to be in German, the policies searched are not."),
        ("es", "La pregunta parece estar en alemán; las políticas consultadas no lo están."),
        ("fr", "La question semble être en allemand, les politiques consultées ne le sont pas."),
        (
            "de",
            "Die Frage scheint auf Deutsch gestellt zu sein, die durchsuchten Richtlinien sind es "
            "nicht.",
        ),
    ],
)
def test_other_language_is_why(embed: Embed, service: Peer, attribute: str, sentence: str) -> None:
    """A question in another language than the policies is told so, in the widget's own."""
    replies(service, UNCERTAIN | {"language": "de"})
    widget = embed(f'lang="{attribute}"')
    ask(widget)

    expect(widget.locator(".note")).to_have_text(sentence)
    expect(widget.get_by_role("status")).to_contain_text(sentence)


def test_no_language_is_shown_as_its_code(embed: Embed, service: Peer) -> None:
    """What the browser knows no name for does not keep the answer from being shown."""
    replies(service, UNCERTAIN | {"language": "no_such tag"})
    widget = embed()
    ask(widget)

    expect(widget.locator(".note")).to_contain_text("no_such tag")
    expect(widget.get_by_role("article")).to_be_visible()


@pytest.mark.parametrize("status", ["answered", "uncertain", "not_covered"])
def test_second_company_without_policies_is_named(embed: Embed, service: Peer, status: str) -> None:
    """A company named beside one that has policies is said to have none, whatever the verdict."""
    scope = {"company": "Harbour Broadband", "unknown": ["Acme", "Zebra Mobile"]}
    replies(service, answer(status, citation(SELLING), scope=scope))
    widget = embed()
    ask(widget)

    expect(widget.locator(".note")).to_be_visible()
    assert _plain(widget.locator(".note").inner_text()) == (
        "There are no policies of Acme and Zebra Mobile here."
    )


@pytest.mark.parametrize(
    ("attributes", "body", "said"),
    [
        ("", UNKNOWN, "There are no policies of Zebra Mobile here."),
        (
            'company="Zebra Mobile"',
            UNKNOWN,
            "Only policies of Zebra Mobile can be asked about here. "
            "The question names another company, or there are none.",
        ),
        (
            "",
            answer("unknown_company", scope={"versions": 0}),
            "There are no policies of the company asked about here.",
        ),
        (
            "",
            OUT_OF_FORCE,
            "No policy in force between 1 January 1999 and 31 December 1999 was found.",
        ),
        (
            "",
            answer("no_version_in_force", scope={"as_of": "1999-05-01", "company": "Harbour"}),
            "No policy of Harbour in force on 1 May 1999 was found.",
        ),
        (
            "",
            answer("no_version_in_force", scope={"since": "2030-01-02"}),
            "No policy in force since 2 January 2030 was found.",
        ),
        (
            "",
            answer("no_version_in_force", scope={"until": "1999-01-01"}),
            "No policy in force until 31 December 1998 was found.",
        ),
        (
            'lang="en-GB"',
            answer(
                "no_version_in_force",
                scope={"as_of": "1999-05-01", "first_in_force": "2023-11-20"},
            ),
            "No policy in force on 1 May 1999 was found. There is one from 20 November 2023.",
        ),
        (
            'lang="es"',
            answer("no_version_in_force", scope={"first_in_force": "2023-11-20"}),
            "No se encontró ninguna política en vigor hoy. "
            "Hay una a partir del 20 de noviembre de 2023.",
        ),
        (
            'lang="fr"',
            answer("no_version_in_force", scope={"first_in_force": "2023-11-20"}),
            "Aucune politique en vigueur aujourd’hui n’a été trouvée. "
            "Il y en a une à partir du 20 novembre 2023.",
        ),
        (
            'lang="de"',
            answer("no_version_in_force", scope={"first_in_force": "2023-11-20"}),
            "Keine heute gültige Richtlinie gefunden. Ab dem 20. November 2023 gibt es eine.",
        ),
        (
            "",
            answer("no_version_in_force"),
            "No policy in force today was found.",
        ),
    ],
)
def test_what_was_asked_about_is_not_there(
    embed: Embed, service: Peer, attributes: str, body: dict[str, object], said: str
) -> None:
    """A company that is not indexed and a day on which nothing was in force are named."""
    replies(service, body)
    widget = embed(attributes)
    ask(widget)

    expect(widget.locator(".verdict")).to_be_visible()
    assert _plain(widget.locator(".verdict").inner_text()) == said


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_in_force_are_those_of_the_policy(
    context: BrowserContext, embed: Embed, service: Peer, page: Page, zone: str
) -> None:
    """The days in force are named as the policy has them, wherever the visitor is."""
    context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": zone})
    days = {
        ("2025-02-01", None): "In force since 1 February 2025",
        ("2999-02-01", None): "In force from 1 February 2999",
        ("2023-03-01", "2025-02-01"): "In force from 1 March 2023 to 31 January 2025",
        (None, "2025-02-01"): "In force until 31 January 2025",
        (None, None): "Date of entry into force not stated",
    }
    citations = [
        citation(SELLING, effective_from=since, effective_until=until) for since, until in days
    ]
    replies(service, answer("not_covered", *citations))
    widget = embed()
    ask(widget)

    expect(widget.locator(".version")).to_have_count(len(days))
    said = widget.locator(".version").all_text_contents()
    assert [_plain(text).split(" · ")[1] for text in said] == list(days.values())


@pytest.mark.parametrize("quote", [SELLING, PERIODS, "Héllo 👩🏽‍🚀 café.\n\n  1. 𝒜 👍 b | c 😀"])
def test_quote_is_shown_letter_by_letter(embed: Embed, service: Peer, quote: str) -> None:
    """The letters of the quote are all there, but for what sets labels and cells apart."""
    replies(service, answer("answered", citation(quote, quote[-3:])))
    widget = embed()
    ask(widget)

    shown = widget.locator(".context blockquote").evaluate("quote => quote.textContent")
    assert "".join(shown.split()) == _letters(quote)
    assert "".join(widget.locator("mark").all_text_contents()) == quote[-3:]


def _letters(quote: str) -> str:
    """Return the letters of a quote without whitespace; of its rows, without "|" and ":"."""
    letters = ""
    for line in line_fields(quote, 0):
        letters += quote[line["start"] : line["body"]]
        for cell in line["cells"]:
            letters += quote[cell["start"] : cell["value"]].removesuffix(": ")
            letters += quote[cell["value"] : cell["end"]]
        letters += "" if line["cells"] else quote[line["body"] : line["end"]]
    return "".join(letters.split())


def test_marks_count_code_points(embed: Embed, service: Peer) -> None:
    """Emoji and other letters that are two units to JavaScript do not move what is marked."""
    quote = "👍👍 𝒜 first sentence. 👩🏽‍🚀 This answers. So does this. Not this.\n- nor 😀 this"
    replies(
        service,
        answer("answered", citation(quote, "This answers.", "So does this.", "😀")),
    )
    widget = embed()
    ask(widget)

    expect(widget.locator("mark")).to_have_text(["This answers. So does this.", "😀"])


def test_lines_of_a_quote_are_blocks(embed: Embed, service: Peer) -> None:
    """Paragraphs, list items and rows stand one under the other, items by level of the list."""
    replies(service, answer("answered", citation(SELLING)))
    widget = embed()
    ask(widget)

    lines = widget.locator("blockquote > div")
    expect(lines.first).to_be_visible()
    boxes = [box for line in lines.all() if (box := line.bounding_box())]
    assert len(boxes) == len([line for line in SELLING.split("\n") if line])
    assert all(
        upper["y"] + upper["height"] <= lower["y"]
        for upper, lower in zip(boxes, boxes[1:], strict=False)
    )
    markers = widget.locator(".marker").evaluate_all(
        "markers => markers.map(marker => marker.getBoundingClientRect().left)"
    )
    assert markers[0] == markers[1] < markers[2]


def test_answer_shows_in_the_next_frame(embed: Embed, page: Page) -> None:
    """When the answer has arrived, the very next frame that is painted shows it."""
    page.add_init_script(
        """const json = Response.prototype.json;
        Response.prototype.json = async function () {
          const body = await json.call(this);
          if (!body.scope) return body;  // the examples, which come before or after it
          const shown = () => document.querySelector("policy-answers").shadowRoot
            .querySelectorAll("blockquote").length;
          window.before = shown();
          requestAnimationFrame(() => { window.inNextFrame = shown(); });
          return body;
        };"""
    )
    put(embed())

    page.wait_for_function("window.inNextFrame !== undefined")
    assert page.evaluate("[before, inNextFrame > 0]") == [0, True]


def test_newer_question_wins(embed: Embed, page: Page, service: Peer) -> None:
    """A question that is still waited for is given up when the next one is asked."""
    never = Event()
    service.replies["/v1/ask"] = Reply(json.dumps(NOT_COVERED).encode(), after=never)
    widget = embed()
    put(widget, "First?")
    assert service.posted.wait(30)
    replies(service, ANSWERED)

    with page.expect_event("requestfailed") as given_up:
        put(widget, "Second?")

    never.set()
    assert "First?" in (given_up.value.post_data or "")
    expect(widget.locator(".answering")).to_be_visible()


def isolated(name: str) -> str:
    """Return a name between the marks that the widget puts around it."""
    return f"\u2068{name}\u2069"


def _plain(text: str) -> str:
    return ISOLATES.sub("", text)
