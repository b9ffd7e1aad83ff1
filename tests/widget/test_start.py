"""What stands there before the first question: examples, and the company to choose."""

import json
from threading import Event

from playwright.sync_api import Page, expect

from tests.widget.answers import ANSWERED, NOT_COVERED
from tests.widget.conftest import Embed, ask, examples, put, replies
from tests.widget.peer import Peer, Reply

ASKED = ["How long is the trial?", "Can I cancel?"]


def test_example_is_asked_by_a_press(embed: Embed, service: Peer) -> None:
    """Examples stand there when the dialog opens; a press asks one, and they give way."""
    examples(service, ASKED)
    widget = embed()
    assert not [one for one in service.received if one.path == "/v1/examples"]
    widget.locator(".launcher").click()
    expect(widget.locator(".question")).to_have_text(ASKED)

    widget.get_by_role("button", name="Can I cancel?").click()

    expect(widget.locator(".answering")).to_be_visible()
    expect(widget.locator(".question")).to_have_count(0)
    expect(widget.locator(".asked")).to_have_text("Can I cancel?")
    assert service.sent_to("/v1/ask")[0].body["question"] == "Can I cancel?"


def test_company_is_chosen_and_changed(embed: Embed, service: Peer) -> None:
    """Of several companies one can be chosen; what is set shows, and goes with each question."""
    examples(service, ASKED, ["Ash", "Birch"])
    widget = embed('display="inline"')
    chooser = widget.get_by_label("Policies of")
    chooser.select_option("Birch")
    ask(widget)
    expect(chooser).to_have_value("Birch")
    chooser.select_option("All companies")
    ask(widget)

    assert [sent.body["company"] for sent in service.sent_to("/v1/ask")] == ["Birch", None]


def test_another_company_begins_anew(embed: Embed, service: Peer) -> None:
    """The answer of one company goes as soon as another is chosen, and so does what was asked."""
    examples(service, ASKED, ["Ash", "Birch"])
    widget = embed('display="inline"')
    chooser = widget.get_by_label("Policies of")
    chooser.select_option("Ash")
    ask(widget)
    expect(widget.locator(".answering")).to_be_visible()

    chooser.focus()
    chooser.select_option("Birch")

    expect(widget.locator(".answering, .asked")).to_have_count(0)
    expect(widget.locator(".question")).to_have_text(ASKED)
    expect(chooser).to_be_focused()
    ask(widget, "And then?")
    assert "context" not in service.sent_to("/v1/ask")[-1].body


def test_page_that_names_another_company_begins_anew(embed: Embed, service: Peer) -> None:
    """So it is where the page itself turns to another company."""
    examples(service, ASKED)
    widget = embed('display="inline" company="Ash"')
    ask(widget)

    widget.evaluate("widget => widget.setAttribute('company', 'Birch')")

    expect(widget.locator(".answering, .asked")).to_have_count(0)
    expect(widget.locator(".question")).to_have_text(ASKED)
    ask(widget, "And then?")
    body = service.sent_to("/v1/ask")[-1].body
    assert (body["company"], body.get("context")) == ("Birch", None)


def test_another_company_gives_up_what_is_waited_for(
    embed: Embed, tab: Page, service: Peer
) -> None:
    """An answer that is still to come is of the company before, and is shown no more."""
    examples(service, ASKED, ["Ash", "Birch"])
    never = Event()
    service.replies["/v1/ask"] = Reply(json.dumps(ANSWERED).encode(), after=never)
    widget = embed('display="inline"')
    put(widget)
    assert service.posted.wait(30)

    with tab.expect_event("requestfailed"):
        widget.get_by_label("Policies of").select_option("Birch")

    never.set()
    expect(widget.locator("[aria-busy]")).to_have_count(0)
    expect(widget.locator(".hint")).to_have_text("")
    expect(widget.locator(".question")).to_have_text(ASKED)


def test_many_companies_are_searched_by_name(embed: Embed, service: Peer) -> None:
    """Above eight, a name is typed, and those that have it are proposed."""
    examples(service, ASKED, [f"Company {number}" for number in range(9)])
    widget = embed('display="inline"')
    chooser = widget.get_by_role("combobox", name="Policies of")
    expect(widget.locator("#companies option")).to_have_count(9)
    chooser.fill("Company 7")
    chooser.press("Tab")
    ask(widget)

    assert service.sent_to("/v1/ask")[0].body["company"] == "Company 7"


def test_page_of_one_company_has_nothing_to_choose(embed: Embed, service: Peer) -> None:
    """Where the page names the company, or there is but one, there is no chooser."""
    examples(service, ASKED, ["Ash", "Birch"])
    widget = embed('display="inline" company="Ash"')
    expect(widget.locator(".question")).to_have_count(2)
    expect(widget.locator("#company")).to_have_count(0)

    examples(service, ASKED, ["Ash"])
    widget = embed('display="inline"')
    expect(widget.locator(".question")).to_have_count(2)
    expect(widget.locator("#company")).to_have_count(0)
    replies(service, NOT_COVERED)
    ask(widget)
    expect(widget.locator(".searched")).to_contain_text("the policies of \u2068Ash\u2069 in force")


def test_without_examples_nothing_is_missing(embed: Embed, service: Peer) -> None:
    """A service that names none leaves the place empty, and questions are answered."""
    del service.replies["/v1/examples"]
    widget = embed()
    ask(widget)

    expect(widget.locator(".answering")).to_be_visible()
