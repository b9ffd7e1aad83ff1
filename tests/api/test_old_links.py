"""Links that were given out while a version was in force, opened once another one is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from lxml import html as markup  # type: ignore[import-untyped]
from playwright.sync_api import expect

from qabot.api.service import Service
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.records import AskedQuestion, Citation
from qabot.service.page_links import OwnPages
from qabot.service.short_links import short_url
from tests.api.test_pages import text_of
from tests.api.test_pages_shown import OBJECTIONS
from tests.support.browsers import running_browser
from tests.support.fakes import WordEncoder
from tests.support.serving import FILES, new_key, service
from tests.widget.conftest import AXE

LATER = {
    "reworded": "# Privacy\n\nCall records are kept for 6 months.\n\n## Cookies\n\n"
    "We set one cookie, which remembers your language.\n",
    "unchanged": "# Privacy\n\n## Calls\n\nCall records are kept for 12 months.\n",
    "removed": "# Privacy\n\n## Cookies\n\nWe set one cookie, which remembers your language.\n",
}
ASKED = "How long are call records kept?"
HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class Served:
    """A service with keys."""

    api: FastAPI
    address: str
    folder: Path

    @property
    def service(self) -> Service:
        """Its parts."""
        service: Service = self.api.state.service
        return service

    def replace(self, kind: str, name: str = "pinecrest-privacy.md") -> None:
        """Let a later version be in force, in which the sentence is reworded, or what else."""
        first = FILES[name]
        body = first.index("# Privacy")
        later = first[:body].replace("2023-05-05", "2025-05-05") + LATER[kind]
        (self.folder / "policies" / "later.md").write_text(later, encoding="utf-8")
        build(plan([self.folder / "policies"], "words"), self.folder / "index", WordEncoder())
        assert self.service.live.refresh()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve two companies, to whoever has a key."""
    with service(tmp_path, keyless=False) as (api, address):
        yield Served(api, address, tmp_path)


def link_to(served: Served) -> str:
    """Return the link of an answer, as whoever asks is given it."""
    _, key = new_key(served.api)
    answer = httpx2.post(f"{served.address}/v1/ask", json={"question": ASKED}, headers=key).json()
    return str(answer["citations"][0]["url"])


@pytest.mark.parametrize(
    ("kind", "said", "marked"),
    [
        ("reworded", "What was quoted was reworded It reads otherwise", ["12", "6"]),
        ("unchanged", "What was quoted stands unchanged It has the same words", []),
        ("removed", "What was quoted was removed It is not", []),
    ],
)
def test_old_link_says_what_became_of_the_quote(
    served: Served, kind: str, said: str, marked: list[str]
) -> None:
    """It goes on opening what was quoted, without a key; whoever follows it reads what holds."""
    link = link_to(served)
    before = httpx2.get(link, headers=HTML)
    assert before.status_code == 200 and "What was quoted" not in before.text

    served.replace(kind)
    page = markup.document_fromstring(httpx2.get(link, headers=HTML).text)

    (now,) = page.find_class("now")
    assert text_of(now).startswith(f"{said} in the version in force since 5 May 2025: read")
    assert [text_of(one) for one in now.iter("mark")] == marked
    assert "Call records are kept for 12 months." in text_of(page.get_element_by_id("text"))
    assert "Another version is in force from 5 May 2025" in text_of(page.find_class("notice")[0])
    there = now.find(".//a").get("href")
    opened = markup.document_fromstring(httpx2.get(there, headers=HTML).text)
    assert not opened.find_class("now") and not opened.find_class("notice")
    if kind != "removed":
        spot = opened.get_element_by_id(there.rpartition("#")[2])
        assert text_of(spot).startswith("Call records are kept for")


def test_old_link_in_a_browser(served: Served) -> None:
    """On a phone the notice fits and is accessible, and its link leads to the sentence."""
    link = link_to(served)
    served.replace("reworded")
    with running_browser() as browser, browser.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(link)
        notice = page.get_by_role("region", name="What was quoted was reworded")
        expect(notice).to_be_in_viewport(ratio=1)
        quoted = page.locator("#text :target")
        expect(quoted).to_be_in_viewport(ratio=1)
        below, above = quoted.bounding_box(), notice.bounding_box()
        assert below and above and below["y"] >= above["y"] + above["height"]
        notice.get_by_text("The words that changed").click()
        expect(notice.get_by_text("6", exact=True)).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        if AXE.exists():
            page.evaluate(AXE.read_text(encoding="utf-8"))
            assert page.evaluate(OBJECTIONS) == []

        page.get_by_role("link", name="read it there").click()

        target = page.locator("#text :target")
        expect(target).to_contain_text("Call records are kept for 6 months.")
        expect(target).to_be_in_viewport()
    assert complaints == []


def _cited(served: Served, question: str) -> Citation:
    return served.service.live.bot.ask(AskedQuestion(question)).citations[0]


def test_short_link_to_a_replaced_version_opens_our_page(served: Served) -> None:
    """The source has moved on; our page has what was quoted. Its days over, the source is left."""
    question = "When did Harbour Broadband refund the whole price on 1 June 2023?"
    cited = _cited(served, question)
    assert cited.effective_until
    pages = OwnPages(served.address, served.service.link_secret)
    old = OwnPages(served.address, served.service.link_secret, days=-1)

    leads, expired = (
        httpx2.get(short_url(one, cited), follow_redirects=False) for one in (pages, old)
    )

    location = leads.headers["location"]
    assert location.startswith(f"{served.address}/v1/versions/harbour-broadband/refunds%402022")
    assert "What was quoted was reworded" in httpx2.get(location, headers=HTML).text
    assert expired.headers["location"].startswith("https://harbour.example/refunds")


@pytest.mark.parametrize(
    "at", ["", "x", "1", "1-", "-1-2", "1-2-3", "9" * 12 + "-1", "5-3", "9999-9"]
)
def test_odd_places_break_nothing(served: Served, at: str) -> None:
    """What is no place is refused or says nothing; the version is there all the same."""
    link = link_to(served).partition("&at=")[0]
    served.replace("reworded")

    page = httpx2.get(f"{link}&at={at}", headers=HTML)

    assert page.status_code in (200, 422)
    assert "What was quoted" not in page.text
