"""Several questions at once, one after the other, and what is no question."""

import re
from dataclasses import replace
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.widget.answers import ANSWERED, CHANGED, COMPARED, GREETED, NOT_COVERED, SEVERAL, UNKNOWN
from tests.widget.conftest import Embed, ask, examples, put, replies
from tests.widget.peer import Peer, Reply


def test_several_questions_are_answered_one_under_the_other(embed: Embed, service: Peer) -> None:
    """Each question is a heading over its own answer; what was left out is asked by a press."""
    replies(service, SEVERAL)
    widget = embed('contact="/contact"')
    ask(widget)

    expect(widget.locator("h3")).to_have_text(
        ["Do you sell my data?", "And my location?", "Do you sell pizza?"]
    )
    parts = widget.locator(".part")
    expect(parts.nth(0).locator(".answering")).to_be_visible()
    expect(parts.nth(1)).to_contain_text("Read as: Do you sell my location?")
    expect(parts.nth(1).locator(".verdict")).to_contain_text("This comes closest")
    expect(parts.nth(2).locator(".verdict")).to_contain_text("do not answer")
    expect(widget.get_by_role("button", name="Yes")).to_have_count(1)
    expect(widget.get_by_role("link", name="Contact us")).to_have_count(1)
    left_out = widget.get_by_role("button", name="And what does it cost?")
    left_out.click()
    expect(widget.locator(".asked")).to_have_text("And what does it cost?")


def test_companies_are_compared_under_their_names(embed: Embed, service: Peer) -> None:
    """Each company compared has its quote, or its own verdict, under its name."""
    replies(service, COMPARED)
    widget = embed()
    ask(widget)

    expect(widget.locator("h3")).to_have_text(["Ash", "Birch"])
    expect(widget.locator(".part").nth(0).locator(".answering")).to_be_visible()
    expect(widget.locator(".part").nth(1).locator(".verdict")).to_be_visible()


def test_the_last_questions_go_along(embed: Embed, service: Peer) -> None:
    """Three questions at most go with the next one, each as it was read; remarks are none."""
    widget = embed()
    for question, reply in {
        "One?": ANSWERED,
        "Two?": {**NOT_COVERED, "read_as": "Two, really?"},
        "hi": GREETED,
        "Three?": CHANGED,
        "Four?": ANSWERED,
        "Five?": ANSWERED,
    }.items():
        replies(service, reply)
        ask(widget, question)

    contexts = [sent.body.get("context") for sent in service.sent_to("/v1/ask")]
    assert contexts == [
        None,
        ["One?"],
        ["One?", "Two, really?"],
        ["One?", "Two, really?"],
        ["One?", "Two, really?", "Three?"],
        ["Two, really?", "Three?", "Four?"],
    ]


def test_question_stands_above_its_answer(embed: Embed, page: Page) -> None:
    """After an answer the field is empty; the arrow up brings the question back."""
    widget = embed()
    field, asked = widget.locator("#question"), widget.locator(".asked")
    put(widget, "do you SELL it?\n" + "And to whom? " * 40)
    expect(widget.locator(".answering")).to_be_visible()

    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(asked).to_contain_text("do you SELL it? And to whom?")
    height = "asked => asked.clientHeight / parseFloat(getComputedStyle(asked).lineHeight)"
    assert round(asked.evaluate(height)) == 2
    page.keyboard.press("ArrowUp")
    expect(field).to_have_value(re.compile("^do you SELL it?"))
    page.keyboard.type(" Why?")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_value(re.compile(" Why\\?$"))


def test_what_failed_stays_in_the_field(embed: Embed, service: Peer) -> None:
    """A question that got no answer can be asked again as it stands, and is not said twice."""
    service.replies["/v1/ask"] = Reply(b"", status=503)
    widget = embed()
    put(widget, "Do you sell my data?")
    expect(widget.get_by_role("button", name="Try again")).to_be_visible()

    expect(widget.locator("#question")).to_have_value("Do you sell my data?")
    expect(widget.locator(".asked")).to_have_count(0)


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        ("greeting", "Hello! What would you like to know about our policies?"),
        ("thanks", "You’re welcome."),
        ("help", "Ask in your own words"),
        ("identity", "This is a program."),
        ("complaint", "Sorry about that."),
        ("human", "You can reach a person here:"),
        ("emoji", "Hello!"),
    ],
)
def test_what_is_no_question_gets_a_word(
    embed: Embed, service: Peer, remark: str, said: str
) -> None:
    """What is no question is never told that the policies do not answer it, nor rated."""
    examples(service, ["Can I cancel?"])
    replies(service, {**GREETED, "remark": remark})
    widget = embed('contact="/contact"')
    ask(widget)

    expect(widget.locator(".verdict")).to_contain_text(said)
    expect(widget.get_by_role("button", name="Yes")).to_have_count(0)
    is_helped = remark in ("greeting", "help")
    expect(widget.get_by_role("button", name="Can I cancel?")).to_have_count(int(is_helped))
    is_sent_on = remark in ("complaint", "human")
    expect(widget.get_by_role("link", name="Contact us")).to_have_count(int(is_sent_on))
    assert "not answer" not in widget.locator(".result").inner_text()


def test_greeting_gets_examples_that_came_after_it(embed: Embed, service: Peer) -> None:
    """Who greets before the examples are there sees them once they are."""
    come = Event()
    examples(service, ["Can I cancel?"])
    service.replies["/v1/examples"] = replace(service.replies["/v1/examples"], after=come)
    replies(service, {**GREETED, "remark": "greeting"})
    widget = embed()
    ask(widget)
    expect(widget.locator(".verdict")).to_contain_text("Hello!")
    expect(widget.get_by_role("button", name="Can I cancel?")).to_have_count(0)

    come.set()

    expect(widget.get_by_role("button", name="Can I cancel?")).to_be_visible()
    expect(widget.locator(".verdict")).to_contain_text("Hello!")


def test_nobody_to_ask_is_said(embed: Embed, service: Peer) -> None:
    """Without a contact, or with none that can be followed, nobody is promised a person."""
    replies(service, {**GREETED, "remark": "human"})
    for attributes in ("", 'contact="javascript:alert(1)"'):
        widget = embed(attributes)
        ask(widget, "agent")

        expect(widget.locator(".verdict")).to_contain_text("There is no person here")
        expect(widget.locator(".result a")).to_have_count(0)


def test_unknown_company_says_which_there_are(embed: Embed, service: Peer) -> None:
    """Where a company is not there, those that are are named."""
    replies(service, {**UNKNOWN, "companies": ["Ash", "Birch"]})
    widget = embed()
    ask(widget)

    expect(widget.locator(".result")).to_contain_text("There are policies of")
    expect(widget.locator(".result")).to_contain_text("Birch")


def test_what_changed_is_linked(embed: Embed, service: Peer) -> None:
    """Who asks what changed is led to the page that shows it."""
    replies(service, CHANGED)
    widget = embed()
    ask(widget, "what changed in the privacy policy?")

    expect(widget.locator(".verdict")).to_have_text("What changed:")
    link = widget.get_by_role("link", name=re.compile("Privacy.*Ash"))
    expect(link).to_have_attribute("href", CHANGED["changed"]["url"])
    expect(widget.get_by_role("button", name="Yes")).to_have_count(0)
