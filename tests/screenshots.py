"""Pictures of the pages and the widget in every state: python -m tests.screenshots FOLDER.

The sample is indexed as `qabot index` does it, and served as `qabot serve` does; what the sample
does not show by itself, the peer of the widget's tests replies.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from qabot.api.application import create_api
from qabot.api.widget import widget_source
from qabot.index.shared_releases import SharedReleases
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.browsers import running_browser
from tests.support.fakes import default_models, index_and_open
from tests.support.serving import MANY
from tests.support.serving import serving as serving_api
from tests.widget.answers import STATES, Json
from tests.widget.conftest import ask, examples, html, replies
from tests.widget.peer import Peer, Reply, serving
from tests.widget.test_safety import LOUD

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = {
    "": "How long do you keep call records?",  # README's picture: no name behind the size
    "-sentence": "How long is the cooling-off period?",
    "-uncertain": "Can I pay in euros?",
    "-not-covered": "Who won the world cup?",
}
PAGES = {
    "superseded": "/v1/versions/larkfield-telecom/privacy%402023-03-01",
    "changes": "/v1/versions/larkfield-telecom/privacy%402025-02-01?changes=true",
    "table": "/v1/versions/larkfield-telecom/fair-usage%402024-05-01",
}
SIZES = {"desktop": (1000, 940), "phone": (375, 667)}
SCALE = 2  # pixels of the picture for one of the page


@dataclass(frozen=True)
class _Look:
    size: str
    scheme: str

    @property
    def name(self) -> str:
        return f"{self.size}-{self.scheme}"


LOOKS = [_Look(size, scheme) for size in SIZES for scheme in ("light", "dark")]


def take(folder: Path) -> None:
    """Write a picture of each state in each look, desktop-light.png among them."""
    folder.mkdir(parents=True, exist_ok=True)
    with _sample() as address, running_browser() as browser:
        for look in LOOKS:
            with _context(browser, look) as context:
                _take_pages(context.new_page(), address, look, folder)
                _take_widgets(context.new_page(), look, folder)


@contextmanager
def _sample() -> Iterator[str]:
    """Serve the sample policies; gives the service's address."""
    models = default_models(ROOT / "index" / "encoders")
    with tempfile.TemporaryDirectory() as name:
        index = Path(name)
        index_and_open([ROOT / "index" / "policies"], index, models)
        with closing(Store.open(f"sqlite:///{index}/state.sqlite")) as store:
            settings = Settings(address_limit=MANY, key_limit=MANY)
            questions = Questions(LiveBot(SharedReleases(index), models), store, settings)
            api = create_api(questions, store, settings, keyless=True)
            with serving_api(api) as address:
                yield address


@contextmanager
def _context(browser: Browser, look: _Look) -> Iterator[BrowserContext]:
    width, height = SIZES[look.size]
    with browser.new_context(
        locale="en-GB",
        viewport={"width": width, "height": height},
        device_scale_factor=SCALE,
        color_scheme="dark" if look.scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=look.size == "phone",
    ) as context:
        yield context


def _take_pages(page: Page, address: str, look: _Look, folder: Path) -> None:
    page.goto(address)
    expect(page.locator(".question").first).to_be_visible(timeout=20_000)
    page.screenshot(path=folder / f"{look.name}-home.png")
    for name, question in QUESTIONS.items():
        page.goto(address)
        page.get_by_role("textbox").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator(".answering, .verdict").first).to_be_visible()
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=folder / f"{look.name}{name}.png")
    for name, path in PAGES.items():
        page.goto(address + path)
        page.screenshot(path=folder / f"{look.name}-{name}.png")


def _take_widgets(page: Page, look: _Look, folder: Path) -> None:
    """Take the widget on a page that is not ours; in every language on a light phone."""
    with serving() as service, serving() as site:
        service.replies["/widget.js"] = Reply(widget_source(), "text/javascript; charset=utf-8")
        service.replies["/v1/feedback"] = Reply(b"", status=204)
        examples(service, ["How do I complain?", "Can I change my mind?"], ["Ash", "Birch"])
        for name, state in STATES.items():
            widget = _opened(page, site, service, "en-GB")
            _show(widget, service, state)
            page.screenshot(path=folder / f"{look.name}-widget-{name}.png")
        widget.get_by_role("button", name="No", exact=True).click()
        expect(widget.locator("#comment")).to_be_focused()
        page.screenshot(path=folder / f"{look.name}-widget-no.png")
        if look.name == "phone-light":
            for language in ("es", "fr", "de"):
                _show(_opened(page, site, service, language), service, STATES["uncertain"])
                page.screenshot(path=folder / f"{look.name}-widget-{language}.png")
        widget = _opened(page, site, service, "en-GB", LOUD)
        _show(widget, service, STATES["answered"])
        page.screenshot(path=folder / f"{look.name}-widget-hostile.png")


def _opened(page: Page, site: Peer, service: Peer, language: str, head: str = "") -> Locator:
    site.replies["/"] = html(service, 'contact="/contact"', head, f'lang="{language}"')
    page.goto(site.origin)
    widget = page.locator("policy-answers")
    widget.locator(".launcher").click()
    expect(widget.locator(".question").first).to_be_visible()
    return widget


def _show(widget: Locator, service: Peer, state: Mapping[str, Json] | Json | None) -> None:
    if state is not None:
        replies(service, dict(state))
        ask(widget, "How long do you keep my call records?")


if __name__ == "__main__":
    take(Path(sys.argv[1]))
