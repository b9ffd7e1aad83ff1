"""A browser, a site that embeds the widget, and the service's peer on another origin."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    expect,
)

from qabot.api.widget import widget_source
from tests.support.browsers import running_browser
from tests.widget.answers import ANSWERED, Json
from tests.widget.peer import Peer, Reply, serving

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "qabot" / "api" / "widget"
NODE_MODULES = ROOT / "tests" / "node" / "node_modules"
AXE = NODE_MODULES / "axe-core" / "axe.min.js"

VISITOR: Any = {"locale": "en-GB", "reduced_motion": "reduce"}
ASK = """async (widget, question) => {
  const root = widget.shadowRoot;
  const dialog = root.querySelector("dialog");
  if (dialog && !dialog.open) root.querySelector(".launcher").click();
  const field = root.querySelector("#question");
  field.value = question;
  field.form.requestSubmit();
  const late = performance.now() + 30_000;
  while (root.querySelector("[aria-busy]") && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}"""

expect.set_options(timeout=30_000)  # a busy machine must not fail a test


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium once for the tests of this folder.

    Not for the session: while Playwright runs, no other test of the thread may start a loop.
    """
    with running_browser() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser of the test's own, as `shared_tab` has one."""
    with browser.new_context(**VISITOR) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a tab of the test's own, whose settings it may change; no script may fail in it."""
    page = context.new_page()
    with no_script_fails(page):
        yield page


@pytest.fixture(scope="package")
def shared_tab(browser: Browser) -> Iterator[Page]:
    """Return the tab of all tests that leave its settings as they are.

    Nothing passes from one test to the next: each has an origin of its own, and nothing is stored.
    """
    with browser.new_context(**VISITOR) as context:
        yield context.new_page()


@pytest.fixture
def tab(request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return the test's own tab where it asks for one, else the shared one."""
    if "page" in request.fixturenames or "context" in request.fixturenames:
        yield request.getfixturevalue("page")
        return
    tab: Page = request.getfixturevalue("shared_tab")
    with no_script_fails(tab):
        yield tab


@contextmanager
def no_script_fails(page: Page) -> Iterator[None]:
    """Assert that meanwhile no script of a page fails."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    page.on("pageerror", note)
    yield
    page.remove_listener("pageerror", note)
    assert errors == []


@pytest.fixture
def service() -> Iterator[Peer]:
    """Serve the widget, one answer to every question, and a place for feedback."""
    with serving() as peer:
        peer.replies["/widget.js"] = Reply(widget_source(), "text/javascript; charset=utf-8")
        peer.replies["/v1/feedback"] = Reply(b"", status=204)
        examples(peer, [])
        replies(peer, ANSWERED)
        yield peer


@pytest.fixture
def site() -> Iterator[Peer]:
    """Serve the pages of a help centre, on an origin other than the service's."""
    with serving() as peer:
        peer.replies["/favicon.ico"] = Reply(b"", "image/x-icon", 204)
        yield peer


Embed = Callable[..., Locator]


@pytest.fixture
def embed(tab: Page, site: Peer, service: Peer) -> Embed:
    """Return what opens a page that embeds the widget with some attributes, and returns it."""

    def opened(attributes: str = "", head: str = "", root: str = 'lang="en-GB"') -> Locator:
        site.replies["/"] = html(service, attributes, head, root)
        tab.goto(site.origin)
        return tab.locator("policy-answers")

    return opened


def html(service: Peer, attributes: str = "", head: str = "", root: str = 'lang="en-GB"') -> Reply:
    """Return a page of a help centre."""
    body = f"""<!doctype html><html {root}><head><meta charset="utf-8"><title>Help</title>
    <meta name="viewport" content="width=device-width">{head}
    <script type="module" src="{service.origin}/widget.js"></script></head>
    <body><main><h1>Help centre</h1><p>How can we help?</p>
    <policy-answers {attributes}><a href="/help">Help</a></policy-answers></main></body></html>"""
    return Reply(body.encode(), "text/html; charset=utf-8")


def examples(peer: Peer, questions: Sequence[str], companies: Sequence[str] = ()) -> None:
    """Let a peer name questions to begin with, and the companies there are."""
    found = {"examples": list(questions), "companies": list(companies)}
    peer.replies["/v1/examples"] = Reply(json.dumps(found).encode())


def replies(peer: Peer, answer: Json) -> None:
    """Let a peer answer every question so."""
    peer.replies["/v1/ask"] = Reply(json.dumps(answer).encode())


def ask(widget: Locator, question: str = "Do you sell my data?") -> None:
    """Open the dialog where it is closed, ask by script, and wait until the answer is shown."""
    widget.evaluate(ASK, question)


def put(widget: Locator, question: str = "Do you sell my data?") -> None:
    """Open the dialog where it is closed, and ask, both as a visitor does; wait for nothing."""
    launcher = widget.locator(".launcher")
    if launcher.count() and not widget.locator("dialog").evaluate("dialog => dialog.open"):
        launcher.click()
    field = widget.locator("#question")
    field.fill(question)
    field.press("Enter")


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script of axe-core."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/node")
    return AXE.read_text(encoding="utf-8")
