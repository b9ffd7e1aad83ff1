"""What stands there before the first question: examples, and the company to choose."""

from playwright.sync_api import expect

from tests.widget.answers import NOT_COVERED
from tests.widget.conftest import Embed, ask, examples, replies
from tests.widget.peer import Peer

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
    expect(widget.locator("#question")).to_have_value("Can I cancel?")
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
