from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from qabot.answering.citations import link
from qabot.readers.html.html_reader import read
from qabot.records import Highlight
from tests.support.browsers import running_browser

ADDRESS = "https://harbour.example/terms"
PARAGRAPH = "<p>{}. The harbour is open to boats of size {} and at any hour of the day.</p>"
FILLER = "".join(PARAGRAPH.format(number, number) for number in range(60))
IN_SIGHT = r"""
async () => {
  const until = performance.now() + 2000;
  for (;;) {
    const { top, bottom } = document.querySelector("#sought").getBoundingClientRect();
    if (scrollY > 0 && top >= 0 && bottom <= innerHeight) return true;
    if (performance.now() > until) return false;
    await new Promise(requestAnimationFrame);
  }
}
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return a browser's page in a small window."""
    with running_browser() as browser:
        yield browser.new_context(viewport={"width": 900, "height": 500}).new_page()


@pytest.mark.parametrize(
    ("markup", "quoted"),
    [
        ("You may return boats within 14<sup>1</sup> days of the hire.", "14[1] days"),
        ("We pay you within a week.<sup>2</sup>", "within a week"),
        ("<sup>3</sup> Boats are insured by us at sea.", "insured by us"),
        ("Moorings<sup>1</sup> and sheds<sup>2, 3</sup> are let to members alone.", "are let"),
        ("A berth has 12 m<sup>2</sup> of deck and no more.", "of deck and no more"),
        ("The fee is due in <s>30</s> 14 days from the hire.", "due in 14 days"),
        ("A deposit of <del>50</del> <ins>60</ins> pounds is taken from every guest.", "60 pounds"),
        ("For boats of guests and of members, whose fees are in the list, we pay on a Monday"
         " of each <s>week and</s> month<sup>1</sup> of the season that ends in autumn.", "season"),
        ("Boats of guests <s>and members</s> may use the harbour at noon.", "at noon"),
    ],
)  # fmt: skip
def test_quote_beside_struck_text_and_marks_is_found(page: Page, markup: str, quoted: str) -> None:
    """A browser finds the words around what its page has and the quote has not, or otherwise."""
    body = f"<h1>Terms</h1>{FILLER}<p id=sought>{markup}</p>{FILLER}"
    source = f"<html><head><title>Terms</title></head><body><main>{body}</main></body></html>"
    text = read(source.encode(), "terms.html").text
    line = next(line for line in text.split("\n") if quoted in line)
    start = text.index(line)

    def serve(route: Route) -> None:
        route.fulfill(body=source, content_type="text/html; charset=utf-8")

    page.route("**/*", serve)
    page.goto("about:blank")
    page.goto(link(ADDRESS, None, text, Highlight(start, start + len(line))) or "")

    assert page.evaluate(IN_SIGHT), page.url
