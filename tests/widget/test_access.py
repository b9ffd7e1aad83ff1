import json
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.widget.answers import NOT_COVERED, STATES, answer, citation
from tests.widget.conftest import Embed, ask, examples, html, put, replies
from tests.widget.peer import Peer, Reply

pytestmark = pytest.mark.slow

LANGUAGES = ("en", "es", "fr", "de")
TALL = 6_000  # pixels: nothing is scrolled out of sight, so axe-core is undecided about nothing
LONG = "supercalifragilistic" * 8
WIDE = answer(
    "answered",
    citation(f"{LONG}\n- {LONG}\nA: {LONG} | B: {LONG}", LONG, title=LONG, section=[LONG]),
    citation(LONG, title=LONG, company=LONG, lead_in=LONG),
)
SIDEWAYS = """() => {
  const panel = document.querySelector("policy-answers").shadowRoot.querySelector(".panel");
  return [document.documentElement, panel].map((one) => one.scrollWidth - one.clientWidth);
}"""
# What axe-core objects to on a page; strictly, also what it cannot decide about.
CHECK = """async (isStrict) => {
  document.querySelector("policy-answers")?.shadowRoot.getAnimations()
    .forEach((animation) => animation.finish());
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const resultTypes = ["violations", "incomplete"];
  const options = { runOnly: tags, resultTypes, selectors: false };
  const { violations, incomplete } = await axe.run(options);
  const objections = [...violations, ...(isStrict ? incomplete : [])];
  return objections.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}"""


def _states(widget: Locator, service: Peer) -> Iterator[str]:
    """Bring a widget into each state that a visitor can see, everything that folds unfolded."""
    widget.page.keyboard.press("Escape")
    yield "closed"
    ask(widget, "")
    expect(widget.locator("#error")).to_be_visible()
    yield "no question"
    for name, body in {**STATES, "wide": WIDE, "refused": None}.items():
        if name == "opened":
            continue
        refusal = Reply(b"", status=429, headers={"Retry-After": "30"})
        service.replies["/v1/ask"] = Reply(json.dumps(body).encode()) if body else refusal
        ask(widget)
        expect(widget.locator(".answering, .verdict").first).to_be_visible()
        widget.locator("summary").evaluate_all("all => all.forEach((summary) => summary.click())")
        if name in ("answered", "uncertain", "not-covered"):
            widget.locator("[role=group] button").last.evaluate("no => no.click()")
            expect(widget.locator("#comment")).to_be_visible()
        yield name


def _states_in(language: str, widget: Locator, service: Peer) -> Iterator[str]:
    """Bring a widget into each state, on a page in another language."""
    widget.evaluate(
        """(widget, language) => {
          document.documentElement.lang = language;
          widget.lang = language;
        }""",
        language,
    )
    yield from _states(widget, service)


@pytest.mark.parametrize(
    ("theme", "language"),
    [
        ("light", "en"),
        ("dark", "es"),
        ("forced", "fr"),
        ("narrow, right to left", "de"),
    ],
)
def test_axe_finds_nothing(
    axe: str, embed: Embed, page: Page, service: Peer, theme: str, language: str
) -> None:
    """axe-core has no objection to any state, in any theme; each with one of the languages."""
    page.emulate_media(
        color_scheme="dark" if theme == "dark" else "light",
        forced_colors="active" if theme == "forced" else "none",
    )
    page.set_viewport_size({"width": 320 if "narrow" in theme else 1_280, "height": TALL})
    examples(service, ["How long is it?"], ["Ash", "Birch"])
    direction = "rtl" if "right to left" in theme else "ltr"
    widget = embed('contact="/contact"', root=f'lang="en" dir="{direction}"')
    page.evaluate(axe)

    is_strict = theme != "forced"  # it cannot see colours that the visitor forces
    found = {
        state: page.evaluate(CHECK, is_strict) for state in _states_in(language, widget, service)
    }

    assert len(found) == len(STATES) + 3
    assert {state: problems for state, problems in found.items() if problems} == {}


def test_axe_finds_nothing_in_the_panel_of_a_page(
    axe: str, embed: Embed, page: Page, service: Peer
) -> None:
    """axe-core has no objection to the panel that stands in the page, first and with an answer."""
    page.set_viewport_size({"width": 1_280, "height": TALL})
    examples(service, ["How long is it?"], [f"Company {number}" for number in range(9)])
    widget = embed('display="inline" contact="/contact"')
    expect(widget.locator(".question")).to_be_visible()
    page.evaluate(axe)
    before = page.evaluate(CHECK, True)
    ask(widget)

    assert (before, page.evaluate(CHECK, True)) == ([], [])


def test_axe_would_find_something(axe: str, embed: Embed, page: Page) -> None:
    """A fault inside the widget is one that axe-core reports: it looks where we look."""
    widget = embed()
    page.evaluate(axe)
    widget.locator(".launcher").evaluate("button => { button.style.color = '#999fe0'; }")

    assert [rule for rule, _ in page.evaluate(CHECK)] == ["color-contrast"]


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_off_on_a_narrow_screen(
    embed: Embed, page: Page, service: Peer, width: int
) -> None:
    """At 320 pixels, and at 640 (a screen of 1280 at 200 %), nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 360})
    widget = embed('contact="/contact"')
    examples(service, ["How long is it?"], [LONG, "Birch"])
    for language in LANGUAGES[:: 2 if width > 320 else 1]:
        for state in _states_in(language, widget, service):
            overflow = page.evaluate(SIDEWAYS)
            assert overflow == [0, 0], (state, language)


def test_everything_is_done_with_the_keyboard(embed: Embed, page: Page, service: Peer) -> None:
    """From the launcher to the feedback and out again, without a pointer."""
    widget = embed('contact="/contact"')
    press = page.keyboard.press

    press("Tab")
    assert _focused(page) == "Ask our policies"
    press("Enter")
    assert _focused(page) == "Your question"
    page.keyboard.type("Do you sell my data?")
    press("Enter")
    expect(widget.locator(".answering")).to_be_visible()
    assert _focused(page) == "Your question"

    for expected in ("Ask", "Read it in the policy", "Show the whole passage"):
        press("Tab")
        assert _focused(page).startswith(expected)
    press("Enter")
    expect(widget.locator("details blockquote").first).to_be_visible()
    for expected in ("Also:", "Also:", "Yes", "No"):
        press("Tab")
        assert _focused(page).startswith(expected)
    press("Space")
    expect(widget.locator("#comment")).to_be_focused()
    assert _focused(page).startswith("What was missing?")
    page.keyboard.type("The price")
    press("Tab")
    press("Enter")
    expect(widget.locator("#comment")).to_be_hidden()
    assert _focused(page) == "No"
    assert service.sent_to("/v1/feedback")[-1].body["comment"] == "The price"

    press("Escape")
    expect(widget.locator("dialog")).to_be_hidden()
    assert _focused(page) == "Ask our policies"


def test_dialog_is_closed_by_its_button(embed: Embed, page: Page) -> None:
    """The button closes the dialog, the focus returns, and opening again finds what was there."""
    widget = embed()
    put(widget)
    expect(widget.locator(".answering, .verdict")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    assert _focused(page) == "Close"
    page.keyboard.press("Enter")
    expect(widget.locator("dialog")).to_be_hidden()
    assert _focused(page) == "Ask our policies"

    page.keyboard.press("Enter")
    assert _focused(page) == "Your question"
    expect(widget.locator(".answering, .verdict")).to_be_visible()
    page.keyboard.type("Another one?")
    expect(widget.locator("#question")).to_have_value("Another one?")


def test_dialog_is_one_to_assistive_technology(embed: Embed) -> None:
    """The launcher announces a dialog; the dialog is modal, named, and its field labelled."""
    widget = embed()
    launcher = widget.get_by_role("button", name="Ask our policies")
    expect(launcher).to_have_attribute("aria-haspopup", "dialog")
    launcher.click()

    dialog = widget.get_by_role("dialog", name="Ask our policies")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => dialog.matches(':modal')")
    expect(dialog.get_by_role("textbox", name="Your question")).to_be_focused()


def test_enter_asks_and_shift_enter_breaks_the_line(
    embed: Embed, page: Page, service: Peer
) -> None:
    """Enter sends the question, except where it ends a composed letter or asks for a new line."""
    widget = embed('display="inline"')
    field = widget.locator("#question")
    field.fill("One")
    field.press("Shift+Enter")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.keyboard.type("two")
    expect(field).to_have_value("One\ntwo")
    field.press("Enter")
    expect(widget.locator(".answering, .verdict")).to_be_visible()

    assert [asked.body["question"] for asked in service.sent_to("/v1/ask")] == ["One\ntwo"]


def test_question_has_a_length(embed: Embed, page: Page) -> None:
    """More than the service takes cannot be typed."""
    widget = embed('display="inline"')
    widget.locator("#question").focus()
    page.keyboard.insert_text("x" * 2_001)

    assert len(widget.locator("#question").input_value()) == 2_000


def test_one_live_region_says_what_happened(embed: Embed, service: Peer) -> None:
    """What happens is announced in one polite region, shortly: never the quotes themselves."""
    widget = embed()
    regions = "widget => widget.shadowRoot.querySelectorAll('[aria-live], [role=status]').length"
    assert widget.evaluate(regions) == 1
    widget.evaluate(
        """widget => {
          const status = widget.shadowRoot.querySelector("[role=status]");
          window.said = [];
          new MutationObserver(() => said.push(status.textContent.replace(/[\\u2068\\u2069]/g, "")))
            .observe(status, { childList: true });
        }"""
    )
    put(widget, "")
    put(widget, "Do you sell my data?")
    expect(widget.locator(".answering, .verdict")).to_be_visible()
    widget.get_by_role("button", name="Yes").click()
    expect(widget.locator(".outcome")).to_be_visible()
    replies(service, NOT_COVERED)
    put(widget, "Do you sell pizza?")
    expect(widget.locator(".verdict")).to_have_text("The policies do not answer this question.")

    assert widget.evaluate("() => said") == [
        "Type a question first.",
        "Searching the policies …",
        "Answered from Privacy Policy.",
        "Thank you for your feedback.",
        "Searching the policies …",
        "The policies do not answer this question.",
    ]
    assert widget.evaluate(regions) == 1


def test_marks_are_heard_and_seen_without_colour(embed: Embed, page: Page) -> None:
    """What answers is told to those who hear it, and underlined where colours are the visitor's."""
    page.emulate_media(forced_colors="active")
    widget = embed()
    put(widget)
    widget.get_by_text("Show the whole passage").first.click()
    mark = widget.locator("mark").first
    expect(mark).to_be_visible()

    look = "(mark, pseudo) => { const s = getComputedStyle(mark, pseudo); return %s; }"
    assert mark.evaluate(look % "s.content", "::before") == '"[answer begins] "'
    assert mark.evaluate(look % "s.content", "::after") == '" [answer ends]"'
    assert mark.evaluate(look % "s.textDecorationLine") == "underline"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion_is_left_out_where_it_disturbs(
    browser: Browser, site: Peer, service: Peer, motion: Literal["reduce", "no-preference"]
) -> None:
    """Nothing moves for those who asked for that; for others the dialog opens with a movement."""
    site.replies["/"] = html(service)
    with browser.new_context(reduced_motion=motion) as context:
        page = context.new_page()
        page.goto(site.origin)
        widget = page.locator("policy-answers")
        moving: Callable[[], int] = lambda: widget.evaluate(  # noqa: E731
            """widget => {
              widget.shadowRoot.querySelector(".launcher").click();
              widget.shadowRoot.querySelector(".result").setAttribute("aria-busy", "true");
              return widget.shadowRoot.getAnimations().length;
            }"""
        )
        assert (moving() > 0) == (motion == "no-preference")


def _focused(page: Page) -> str:
    """Return the name of what has the focus, inside the widget."""
    return str(
        page.evaluate(
            """() => {
              const focused = document.activeElement.shadowRoot?.activeElement;
              const name = focused?.ariaLabel ?? focused?.labels?.[0]?.textContent;
              return name ?? focused?.textContent ?? "";
            }"""
        )
    )
