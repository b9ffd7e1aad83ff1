"""The pages as a browser shows them, from the service itself, under its content policy."""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qabot.api.pages.page_templates import version_page
from qabot.chunking.passages import split
from tests.api.test_pages import LEASE
from tests.support.browsers import running_browser
from tests.support.fakes import version_of
from tests.support.serving import service
from tests.widget.conftest import AXE

OLD = "/v1/versions/harbour-broadband/refunds%402022-03-01"
CHANGED = "/v1/versions/harbour-broadband/refunds%402024-03-01?changes=true"
OBJECTIONS = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run({ runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
}"""
THEMES = ("light", "dark", "forced", "narrow")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small corpus of two companies."""
    with service(tmp_path_factory.mktemp("shown")) as (_, address):
        yield address


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """Return what the pages complained of; each test leaves it empty."""
    return []


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    """Return the one tab of all tests."""
    with browser.new_context(locale="en-GB", base_url=address) as context:
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        tab = context.new_page()
        tab.route("**/lease", lambda route: route.fulfill(body=_lease(), content_type="text/html"))
        yield tab


@pytest.fixture
def page(tab: Page, complaints: list[str]) -> Iterator[Page]:
    """Return the tab as it is at first; whatever a page complains of fails the test."""
    tab.set_viewport_size({"width": 1_280, "height": 720})
    tab.emulate_media(media="null", color_scheme="null", forced_colors="null")
    yield tab
    for other in tab.context.pages:
        if other is not tab:
            other.close()
    tab.goto("about:blank")
    found = complaints.copy()
    complaints.clear()
    assert found == []


def _lease() -> str:
    version = version_of(LEASE)
    return version_page(version, split(version))


def _show(page: Page, theme: str) -> None:
    page.emulate_media(
        color_scheme="dark" if theme == "dark" else "light",
        forced_colors="active" if theme == "forced" else "none",
    )
    if theme == "narrow":
        page.set_viewport_size({"width": 320, "height": 640})


def _ask(page: Page, question: str) -> Locator:
    """Ask in the widget of the page at hand; return its best citation."""
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    best = page.locator("article.best")
    expect(best).to_be_visible()
    return best


@pytest.mark.parametrize(
    ("path", "theme"),
    [*product(("/", OLD, "/lease#p6"), THEMES), (CHANGED, "light"), (CHANGED, "narrow")],
)
def test_axe_finds_nothing(page: Page, path: str, theme: str) -> None:
    """axe-core has no objection to a page, in any theme, everything that folds unfolded."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/node")
    _show(page, theme)
    page.goto(path)
    page.locator("summary").evaluate_all("all => all.forEach((summary) => summary.click())")
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert page.evaluate(OBJECTIONS) == []


@pytest.mark.parametrize("path", ["/", OLD, "/lease", CHANGED])
def test_nothing_is_cut_off_on_a_narrow_screen(page: Page, path: str) -> None:
    """At 320 pixels, which is 1280 at a zoom of 400 %, no page scrolls sideways."""
    _show(page, "narrow")
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_answer_on_the_home_page_leads_to_the_sentence(page: Page) -> None:
    """Asking on the page at / quotes; the quote's link opens the version where it stands."""
    page.goto("/")
    best = _ask(page, "Are call records kept for 12 months?")
    expect(best.locator(".answering")).to_have_text("Call records are kept for 12 months.")

    with page.expect_popup() as opened:
        best.get_by_role("link").click()

    shown = opened.value
    expect(shown.get_by_role("heading", level=1)).to_have_text("Privacy Policy")
    expect(shown.locator("#text :target")).to_contain_text("Call records are kept for 12 months.")


def test_page_can_be_read_with_the_keyboard_alone(page: Page) -> None:
    """From the home page a version is reached, and its older one, by Tab and Enter."""
    page.goto("/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Superseded.")).to_be_visible()
    assert page.url.partition("?")[0].endswith(OLD)


def test_superseded_version_leads_to_what_changed(page: Page) -> None:
    """From a superseded version its reader comes to what changed, and from there to the place."""
    page.goto(OLD)
    page.get_by_role("link", name="what changed").click()

    expect(page.locator(".change mark").first).to_have_text("7")
    page.get_by_role("link", name="Read it there").last.click()
    expect(page.locator("#text :target").first).to_be_in_viewport()


def test_question_has_an_address_where_somebody_wants_it(page: Page) -> None:
    """The link that the button copies asks again when it is opened; the address keeps nothing."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    _ask(page, "Are call records kept for 12 months?")
    assert "#" not in page.url
    page.get_by_role("button", name="Copy link to this question").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")

    page.goto("about:blank")
    page.goto(copied)

    expect(page.locator(".answering")).to_have_text("Call records are kept for 12 months.")
    assert "#q=" in copied and "#" not in page.url


def test_company_is_chosen_on_the_home_page(page: Page) -> None:
    """Of several companies one can be chosen, and its policies alone answer then."""
    page.goto("/")
    chooser = page.get_by_label("Policies of")
    chooser.select_option("Harbour Broadband")
    page.get_by_role("textbox").fill("Are call records kept for 12 months?")
    page.keyboard.press("Enter")

    expect(page.locator(".verdict").first).to_be_visible()
    expect(chooser).to_have_value("Harbour Broadband")
    expect(page.locator(".searched")).to_contain_text("Harbour Broadband")


def test_home_says_what_is_missing_without_script(browser: Browser, address: str) -> None:
    """Without JavaScript the home page says so, and its policies can be read."""
    with browser.new_context(java_script_enabled=False, base_url=address) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_text("Asking needs JavaScript")).to_be_visible()
        page.get_by_role("link", name="Refunds Policy").first.click()
        expect(page.get_by_text("We refund the whole price within 14 days")).to_be_visible()


def test_print_holds_the_text_alone(page: Page) -> None:
    """On paper there is no navigation: what is printed is the text and what it is."""
    page.goto(OLD)
    page.emulate_media(media="print")

    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_text("Superseded.")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_hidden()
