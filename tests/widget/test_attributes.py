import json
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.widget.answers import NOT_COVERED
from tests.widget.conftest import WIDGET, Embed, ask, html, put, replies
from tests.widget.peer import Peer

TEXTS = json.loads((WIDGET / "source" / "texts.json").read_text(encoding="utf-8"))


def test_question_goes_to_the_service(embed: Embed, service: Peer) -> None:
    """By default the service that served the widget is asked: the question, and nothing else."""
    widget = embed()
    put(widget, "  Do you sell my data?  ")
    expect(widget.locator(".answering, .verdict")).to_be_visible()

    [asked] = service.sent_to("/v1/ask")
    assert asked.body == {"question": "Do you sell my data?", "company": None, "k": 3}
    assert "authorization" not in asked.headers
    assert "referer" not in asked.headers


def test_key_company_and_api_are_sent(embed: Embed, site: Peer, service: Peer) -> None:
    """The attributes name the service, the key it knows the page by, and the company."""
    site.replies["/qa/v1/ask"] = service.replies["/v1/ask"]
    site.replies["/qa/v1/feedback"] = service.replies["/v1/feedback"]
    widget = embed('api="/qa/" key="pk_123" company="Harbour Broadband"')
    ask(widget)
    widget.get_by_role("button", name="Yes").click()
    expect(widget.locator(".outcome")).to_be_visible()

    [asked] = site.sent_to("/qa/v1/ask")
    [rated] = site.sent_to("/qa/v1/feedback")
    assert asked.body["company"] == "Harbour Broadband"
    assert asked.headers["authorization"] == rated.headers["authorization"] == "Bearer pk_123"
    assert service.sent_to("/v1/ask") == []


@pytest.mark.parametrize(
    ("root", "attribute", "language"),
    [
        ("", "", "en"),
        ('lang="es-MX"', "", "es"),
        ('lang="fr"', 'lang="de-AT"', "de"),
        ('lang="de"', 'lang="pt"', "en"),
        ('lang="no_such tag"', "", "en"),
    ],
)
def test_language_is_that_of_the_page(
    embed: Embed, root: str, attribute: str, language: str
) -> None:
    """The nearest language named counts; where there are no texts in it, they are English."""
    widget = embed(attribute, root=root)

    expect(widget.locator(".launcher")).to_have_text(TEXTS[language]["title"])
    expect(widget.locator(".root")).to_have_attribute("lang", re.compile(f"^{language}"))


def test_days_are_written_as_in_the_language(embed: Embed) -> None:
    """A day is written as in the language, and as in the country that is named, or the reader's."""
    widget = embed()
    ask(widget)
    for language, day in {
        "en": "1 February 2025",
        "en-US": "February 1, 2025",
        "en-GB": "1 February 2025",
        "es": "1 de febrero de 2025",
        "fr": "1 février 2025",
        "de": "1. Februar 2025",
    }.items():
        widget.evaluate("(widget, language) => { widget.lang = language; }", language)
        expect(widget.locator(".version").first).to_contain_text(day)


def test_change_of_language_keeps_what_is_there(embed: Embed) -> None:
    """Another language takes effect at once: the dialog stays open, with question and answer."""
    widget = embed()
    ask(widget, "Do you sell my data?")
    expect(widget.locator(".answering")).to_be_visible()
    widget.locator("#question").fill("And my loc")

    widget.evaluate("widget => { widget.lang = 'de'; }")

    expect(widget.get_by_text("Ganze Stelle zeigen")).to_be_visible()
    expect(widget.locator("h2")).to_have_text(TEXTS["de"]["title"])
    expect(widget.locator(".asked")).to_have_text("Do you sell my data?")
    expect(widget.locator("#question")).to_have_value("And my loc")
    expect(widget.locator("#question")).to_be_focused()


def test_panel_in_the_page(embed: Embed) -> None:
    """With display="inline" the same panel stands in the page, and takes no focus by itself."""
    widget = embed('display="inline"')

    expect(widget.get_by_role("region", name="Ask our policies")).to_be_visible()
    expect(widget.get_by_role("button", name="Close")).to_have_count(0)
    expect(widget.locator(".launcher")).to_have_count(0)
    expect(widget.locator("#question")).not_to_be_focused()
    ask(widget)
    expect(widget.locator("blockquote").first).to_be_visible()

    widget.evaluate("widget => widget.removeAttribute('display')")

    expect(widget.locator("blockquote").first).to_be_hidden()
    widget.locator(".launcher").click()
    expect(widget.locator("blockquote").first).to_be_visible()


def test_contact_link(embed: Embed, site: Peer, service: Peer) -> None:
    """The contact link leads to a page, a mail or a phone call, and to nothing else."""
    replies(service, NOT_COVERED)
    widget = embed()
    ask(widget)
    expect(widget.locator(".answering, .verdict")).to_be_visible()
    link = widget.get_by_role("link", name="Contact us")
    change = "(widget, contact) => widget.setAttribute('contact', contact)"

    for contact, address in {
        "https://help.example/contact": "https://help.example/contact",
        "mailto:help@example.org": "mailto:help@example.org",
        "tel:+441234": "tel:+441234",
        "/contact": f"{site.origin}/contact",
    }.items():
        widget.evaluate(change, contact)
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("rel", "noopener")
    for contact in ("javascript:alert(1)", "data:text/html,x", "http://[", ""):
        widget.evaluate(change, contact)
        expect(link).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme(embed: Embed, page: Page, theme: str) -> None:
    """The theme is the visitor's; the attribute sets one, and its change takes effect."""
    other = {"light": "dark", "dark": "light"}[theme]
    widget = embed('display="inline"')
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    def is_dark() -> bool:
        return (
            sum(map(int, _style(widget.locator(".panel"), "background-color")[4:-1].split(",")))
            < 380
        )

    assert is_dark() == (theme == "dark")
    widget.evaluate("(widget, other) => widget.setAttribute('theme', other)", other)
    assert is_dark() == (other == "dark")


def test_custom_properties(embed: Embed) -> None:
    """A host page sets colours, font and corners with custom properties."""
    widget = embed(
        'display="inline"',
        head="""<style>policy-answers {
          --qabot-accent: rgb(1, 2, 3); --qabot-accent-text: rgb(250, 251, 252);
          --qabot-background: rgb(240, 241, 242); --qabot-text: rgb(10, 11, 12);
          --qabot-mark: rgb(200, 201, 202); --qabot-font: monospace; --qabot-radius: 3px;
        }</style>""",
    )
    ask(widget)
    button = widget.get_by_role("button", name="Ask")

    assert _style(button, "background-color") == "rgb(1, 2, 3)"
    assert _style(button, "color") == "rgb(250, 251, 252)"
    assert _style(button, "border-radius") == "3px"
    assert _style(button, "font-family") == "monospace"
    assert _style(widget.locator("h2"), "color") == "rgb(10, 11, 12)"
    assert _style(widget.locator(".panel"), "background-color") == "rgb(240, 241, 242)"
    assert _style(widget.locator("mark").first, "background-color") == "rgb(200, 201, 202)"


def test_direction_is_that_of_the_page(embed: Embed) -> None:
    """On a page that runs from right to left the widget is laid out that way; quotes are not."""
    widget = embed(root='lang="he" dir="rtl"')
    ask(widget)
    expect(widget.locator(".answering, .verdict")).to_be_visible()

    assert _left(widget.locator(".close")) < _left(widget.locator("h2"))
    assert _left(widget.locator(".launcher")) < 100
    assert _style(widget.locator(".root"), "direction") == "rtl"
    assert _style(widget.locator("blockquote > div").first, "direction") == "ltr"
    widget.evaluate("() => { document.documentElement.dir = 'ltr'; }")
    assert _left(widget.locator(".close")) > _left(widget.locator("h2"))


def test_link_shows_where_no_script_runs(browser: Browser, site: Peer, service: Peer) -> None:
    """What stands inside the element shows without scripts, and gives way to the widget."""
    site.replies["/"] = html(service)
    for runs in (True, False):
        with browser.new_context(java_script_enabled=runs) as context:
            page = context.new_page()
            page.goto(site.origin)
            expect(page.get_by_role("link", name="Help")).to_be_visible(visible=not runs)


def _left(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["x"]


def _style(locator: Locator, name: str) -> str:
    return str(
        locator.evaluate(
            "(element, name) => getComputedStyle(element).getPropertyValue(name)", name
        )
    )
