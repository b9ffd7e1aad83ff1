import re
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.widget.answers import ANSWERED
from tests.widget.conftest import Embed, ask, put, replies
from tests.widget.peer import Peer, Reply

FORBIDDEN = "This page is not allowed to ask questions. Please tell whoever runs it."
UNREADABLE = "The question could not be read. Try a shorter one."
LIMIT = "There were too many questions in a short time."
FAILED = "Something went wrong on our side."
REFUSALS: list[tuple[int, dict[str, str], str]] = [
    (401, {}, FORBIDDEN),
    (403, {}, FORBIDDEN),
    (413, {}, UNREADABLE),
    (422, {}, UNREADABLE),
    (429, {}, LIMIT),
    (429, {"Retry-After": "30"}, f"{LIMIT} Try again in 30 seconds."),
    (503, {"Retry-After": "1"}, "The service is busy. Try again in 1 second."),
    (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "The service is busy."),
    (404, {}, FAILED),
    (500, {}, FAILED),
    (204, {}, FAILED),
    (200, {}, FAILED),  # an answer of something else than the service
]


@pytest.mark.parametrize("body", [b'{"detail": "secret_column"}', b"<h1>secret_column", b""])
def test_refusal_is_said_in_words(embed: Embed, service: Peer, body: bytes) -> None:
    """Whatever the service replies is said in our own words, never in a server's."""
    widget = embed('contact="/contact"')
    for status, headers, said in REFUSALS:
        service.replies["/v1/ask"] = Reply(body, status=status, headers=headers)
        ask(widget)

        expect(widget.locator(".answering, .verdict")).to_have_text(said)
        expect(widget.locator(".result")).not_to_have_attribute("aria-busy", "true")
        expect(widget.get_by_role("link", name="Contact us")).to_be_visible()
        assert "secret" not in widget.locator("dialog").inner_text()


def test_failed_question_is_asked_again(embed: Embed, service: Peer) -> None:
    """ "Try again" asks the same question, and the focus goes where the next one is typed."""
    service.replies["/v1/ask"] = Reply(b"", status=503)
    widget = embed()
    ask(widget, "Do you sell my data?")
    expect(widget.locator(".answering, .verdict")).to_have_text("The service is busy.")
    replies(service, ANSWERED)

    widget.get_by_role("button", name="Try again").click()

    expect(widget.locator(".answering")).to_be_visible()
    asked = [received.body["question"] for received in service.sent_to("/v1/ask")]
    assert asked == ["Do you sell my data?"] * 2
    expect(widget.locator("#question")).to_be_focused()


def test_offline_is_said(embed: Embed, context: BrowserContext) -> None:
    """Without a network a visitor reads that, and not that something is wrong."""
    widget = embed()
    context.set_offline(True)
    put(widget)

    expect(widget.locator(".answering, .verdict")).to_have_text(
        "You are offline. Check your connection, then try again."
    )


@pytest.mark.parametrize("api", ["http://127.0.0.1:1", "http://[", "javascript:alert(1)"])
def test_unreachable_service_is_said(embed: Embed, api: str) -> None:
    """A service that is not there, or whose address is none, is said in words."""
    widget = embed(f'api="{api}"')
    ask(widget)

    expect(widget.locator(".answering, .verdict")).to_have_text(
        "The answers cannot be reached right now."
    )


def test_slow_service_is_given_up(embed: Embed, page: Page, service: Peer) -> None:
    """After ten seconds (here milliseconds) the widget waits no longer and says so."""
    page.add_init_script(
        """const timeout = AbortSignal.timeout;
        AbortSignal.timeout = (wait) => { window.waited = wait; return timeout(wait / 1000); };"""
    )
    never = Event()
    service.replies["/v1/ask"] = Reply(b"{}", after=never)
    widget = embed()
    put(widget)

    expect(widget.locator(".answering, .verdict")).to_have_text("The answer took too long.")
    never.set()
    assert page.evaluate("waited") == 10_000


@pytest.mark.parametrize("question", ["", " \n "])
def test_empty_question_says_what_to_do(embed: Embed, service: Peer, question: str) -> None:
    """Without a question nothing is sent, and the field says what it wants."""
    widget = embed()
    put(widget, question)

    field = widget.locator("#question")
    expect(field).to_have_accessible_description(re.compile("^Type a question first."))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(widget.locator("#error")).to_be_visible()
    assert service.sent_to("/v1/ask") == []


def test_waiting_is_said(embed: Embed, service: Peer) -> None:
    """While the answer is on its way a visitor sees that it is."""
    never = Event()
    service.replies["/v1/ask"] = Reply(b"{}", after=never)
    widget = embed()
    put(widget)

    expect(widget.locator("#hint")).to_have_text("Searching the policies …")
    expect(widget.locator(".result")).to_have_attribute("aria-busy", "true")
    never.set()
    expect(widget.locator("#hint")).to_be_empty()
