import re

from playwright.sync_api import Page, expect

from tests.widget.answers import ANSWERED, NOT_COVERED, UNKNOWN
from tests.widget.conftest import Embed, ask, html, replies
from tests.widget.peer import Peer, Reply


def test_helpful_is_sent_with_the_answer(embed: Embed, service: Peer) -> None:
    """One press says that an answer helped; the button stays pressed and a thank-you appears."""
    widget = embed()
    ask(widget)

    yes = widget.get_by_role("button", name="Yes")
    yes.click()

    expect(widget.locator(".outcome")).to_have_text("Thank you for your feedback.")
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(widget.locator("#comment")).to_be_hidden()
    [sent] = service.sent_to("/v1/feedback")
    assert {**sent.body, "by": ""} == {
        "answer": ANSWERED["id"],
        "helpful": True,
        "comment": None,
        "by": "",
    }


def test_no_may_say_what_was_missing(embed: Embed, service: Peer) -> None:
    """After a "No" a visitor may add a comment; it goes to the same answer by the same asker."""
    replies(service, NOT_COVERED)
    widget = embed()
    ask(widget)
    no = widget.get_by_role("button", name="No", exact=True)
    no.click()

    missing = widget.get_by_label("What was missing? (optional)")
    expect(missing).to_be_focused()
    expect(missing).to_be_in_viewport(ratio=1)
    expect(widget.locator(".outcome")).to_be_empty()
    missing.fill("The price of a new SIM 💳")
    widget.get_by_role("button", name="Send").click()

    expect(widget.locator("#comment")).to_be_hidden()
    expect(widget.locator(".outcome")).to_have_text("Thank you for your feedback.")
    expect(no).to_be_focused()
    first, second = (received.body for received in service.sent_to("/v1/feedback"))
    assert (first["helpful"], first["comment"]) == (False, None)
    assert (second["helpful"], second["comment"]) == (False, "The price of a new SIM 💳")
    assert (first["answer"], first["by"]) == (second["answer"], second["by"])


def test_contact_is_there_under_an_answer(embed: Embed) -> None:
    """Whoever is not helped by an answer finds whom to ask beside the question whether it did."""
    widget = embed('contact="/contact"')
    ask(widget)

    expect(widget.locator(".feedback").get_by_role("link", name="Contact us")).to_be_visible()


def test_last_word_counts(embed: Embed, service: Peer) -> None:
    """A visitor may change their mind: one of the two buttons is pressed, the last one."""
    widget = embed()
    ask(widget)
    yes = widget.get_by_role("button", name="Yes")
    no = widget.get_by_role("button", name="No", exact=True)
    yes.click()
    expect(widget.locator(".outcome")).to_be_visible()
    no.click()
    expect(widget.locator("#comment")).to_be_visible()

    expect(yes).to_have_attribute("aria-pressed", "false")
    expect(no).to_have_attribute("aria-pressed", "true")
    assert [sent.body["helpful"] for sent in service.sent_to("/v1/feedback")] == [True, False]


def test_feedback_that_does_not_arrive_is_said(embed: Embed, service: Peer) -> None:
    """Where the service refuses, nothing looks as if it had been sent."""
    service.replies["/v1/feedback"] = Reply(b"", status=503)
    widget = embed()
    ask(widget)

    no = widget.get_by_role("button", name="No", exact=True)
    no.click()

    expect(widget.locator(".outcome")).to_have_text(
        "Your feedback could not be sent. Please try again."
    )
    expect(no).to_have_attribute("aria-pressed", "false")
    expect(widget.locator("#comment")).to_be_hidden()


def test_only_answers_are_rated(embed: Embed, service: Peer) -> None:
    """Where nothing was searched there is nothing to rate."""
    replies(service, UNKNOWN)
    widget = embed()
    ask(widget)

    expect(widget.locator(".answering, .verdict")).to_be_visible()
    expect(widget.get_by_role("button", name="Yes")).to_have_count(0)


def test_asker_is_a_random_name_of_one_page_view(page: Page, site: Peer, service: Peer) -> None:
    """Two widgets of a page, and two views of it, are four askers."""
    one = html(service, 'display="inline"').body
    site.replies["/"] = Reply(
        one.replace(b"</main>", b"<policy-answers display=inline></policy-answers></main>"),
        "text/html; charset=utf-8",
    )
    for _ in range(2):
        page.goto(site.origin)
        for widget in page.locator("policy-answers").all():
            ask(widget)
            widget.get_by_role("button", name="Yes").click()
            expect(widget.locator(".outcome")).to_be_visible()

    askers = [sent.body["by"] for sent in service.sent_to("/v1/feedback")]
    assert len(set(askers)) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", asker) for asker in askers)
