"""Pictures of the page at / with an answer, as people see it: python -m tests.screenshots FOLDER.

The sample is indexed as `qabot index` does it, and served as `qabot serve` does.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect

from qabot.api.application import create_api
from qabot.service.ask import Questions
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.browsers import running_browser
from tests.support.fakes import default_models, index_and_open
from tests.support.serving import serving

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How long do you keep call records?"
SIZES = {"desktop": (1000, 940), "phone": (390, 844)}
SCALE = 2  # pixels of the picture for one of the page


def take(folder: Path) -> None:
    """Write desktop-light.png, desktop-dark.png, phone-light.png and phone-dark.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with _sample() as address, running_browser() as browser:
        for size in SIZES:
            for scheme in ("light", "dark"):
                _take_one(browser, address, size, scheme, folder / f"{size}-{scheme}.png")


@contextmanager
def _sample() -> Iterator[str]:
    """Serve the sample policies; gives the service's address."""
    models = default_models(ROOT / "index" / "encoders")
    with tempfile.TemporaryDirectory() as name:
        index = Path(name)
        index_and_open([ROOT / "index" / "policies"], index, models)
        with closing(Store.open(f"sqlite:///{index}/state.sqlite")) as store:
            settings = Settings()
            questions = Questions(LiveBot(index, models), store, settings)
            api = create_api(questions, store, settings, keyless=True)
            with serving(api) as address:
                yield address


def _take_one(browser: Browser, address: str, size: str, scheme: str, file: Path) -> None:
    width, height = SIZES[size]
    with browser.new_context(
        locale="en-GB",
        viewport={"width": width, "height": height},
        device_scale_factor=SCALE,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("textbox").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("article.best mark").first).to_be_visible()
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        page.screenshot(path=file)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
