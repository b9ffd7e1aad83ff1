"""The owner's page in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page

from qabot.state.kept_figures import KeptFigures
from qabot.state.stored import BuildFigures, Feedback, LoggedQuestion
from tests.api.owner.test_owner import PAGES
from tests.api.test_pages_shown import OBJECTIONS
from tests.support.browsers import running_browser
from tests.support.serving import service
from tests.widget.conftest import AXE

QUESTION = (
    '{"id": "1", "question": "Are call records kept?", "company": null, "as_of": null, '
    '"covered": true, "gold": ["Call records are kept for 12 months."]}\n'
)
LINES = """all => all.map((th) => {
  const range = document.createRange();
  range.selectNodeContents(th);
  return [th.innerText, range.getClientRects().length];
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Come in by a one-time link; whatever a page complains of fails the tests."""
    complaints: list[str] = []
    folder: Path = tmp_path_factory.mktemp("owner")
    with service(folder, keyless=False) as (api, address), running_browser() as browser:
        store = api.state.service.store
        for text in ("May my parrot come?", "Does Acme Lamps take back every lamp?"):
            store.log_question(LoggedQuestion("a" * 16, text, None, None, "not_covered", "b"))
        store.save_feedback(Feedback("a" * 16, "x", helpful=False, comment="x" * 300))
        store.add_key("server", "Tickets")
        (folder / "index" / "questions.jsonl").write_text(QUESTION)
        for hits in (0, 1):
            KeptFigures(store.engine).keep(BuildFigures("b", 1, hits, hits, 1, 1, 0))
        context = browser.new_context(base_url=address)
        context.on("console", lambda message: complaints.append(message.text))
        page = context.new_page()
        page.goto(f"/owner/enter?link={store.new_owner_link(1)}")
        page.get_by_role("button", name="Open the owner's page").click()
        page.wait_for_url("**/owner")
        yield page
    assert complaints == []


def test_every_page_is_accessible(page: Page) -> None:
    """axe-core has no objection, and at 320 pixels nothing scrolls sideways."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/node")
    for path in PAGES:
        page.set_viewport_size({"width": 1000, "height": 800})
        page.goto(f"/owner{path}")
        page.locator("summary").evaluate_all("all => all.forEach((summary) => summary.click())")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(OBJECTIONS) == [], path
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_cells_are_labelled_on_a_phone(page: Page) -> None:
    """Where a table has no columns any more each cell says what it is; elsewhere none does."""
    page.goto("/owner/keys")
    label = "cell => getComputedStyle(cell, '::before').content"
    kind = page.get_by_role("cell", name="server").first
    page.set_viewport_size({"width": 1000, "height": 800})
    assert kind.evaluate(label) == "none"
    page.set_viewport_size({"width": 375, "height": 800})
    assert kind.evaluate(label) == '"Kind"'


def test_column_headers_break_at_words_alone(page: Page) -> None:
    """At any width at which there are columns no header is narrower than its longest word."""
    for width in (660, 800, 1100):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/builds", "/keys", "/questions", "/feedback"):
            page.goto(f"/owner{path}")
            heads = page.locator("thead th:not(:has(span))")
            found = heads.evaluate_all(LINES)
            assert found
            for text, lines in found:
                assert lines <= len(text.split()), (path, width, text)


def test_figures_over_time_are_drawn(page: Page) -> None:
    """Two measurements are a line, whose label says what its two ends are."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/owner/test-set")
    line = page.get_by_role("img", name="first quote right: 100%, at first 0%").locator("polyline")

    box = line.bounding_box()
    assert box and box["width"] > 100 and box["height"] > 50
    page.get_by_text("2 measurements, the newest first").click()
    row = page.get_by_role("row").filter(has_text="100%").first
    assert row.locator("td").nth(1).get_attribute("data-label") == "First quote right"


def test_key_is_made_and_revoked(page: Page) -> None:
    """A form works under the page's own content policy."""
    page.goto("/owner/keys")
    page.get_by_label("What it is for").fill("Help centre")
    page.get_by_label("Address of the website").fill("https://help.example.com")
    page.get_by_role("button", name="Make the key").click()
    assert page.locator("code").inner_text().startswith("pk_")

    sure = page.get_by_role("button", name="Yes, revoke it: Help centre")
    assert not sure.is_visible()
    page.get_by_label("Revoke: Help centre", exact=True).click()
    sure.click()

    assert "The key “Help centre” is refused" in page.get_by_role("status").inner_text()


def test_form_is_sent_once(page: Page) -> None:
    """A double click makes one key; the page that the back button brings can be sent again."""
    for number in (1, 2):
        page.goto("/owner/keys")
        page.get_by_label("What it is for").fill("Clicked twice")
        page.get_by_role("button", name="Make the key").dblclick()
        page.get_by_text("The new key:").wait_for()
        assert page.get_by_role("rowheader", name="Clicked twice").count() == number
        page.go_back()


def test_file_is_dropped_and_looked_at(page: Page) -> None:
    """What was understood of it is shown, accessibly, before it is thrown away."""
    page.set_viewport_size({"width": 1000, "height": 800})
    page.goto("/owner/upload")
    content = b"# Lamp policy\n\nEffective 1 March 2031\n\nAcme Lamps Ltd takes back every lamp."
    page.get_by_label("Policy file").set_input_files(
        FilePayload(name="lamps.md", mimeType="text/markdown", buffer=content)
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="Is this right?").wait_for()
    page.get_by_text("1 of 3 known questions would be answered otherwise").wait_for()
    page.get_by_role("heading", name="Does Acme Lamps take back every lamp?").wait_for()
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(OBJECTIONS) == []

    page.get_by_role("button", name="Throw it away").click()

    assert "Nothing was changed" in page.get_by_role("status").inner_text()
