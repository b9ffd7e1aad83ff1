import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from urllib.parse import quote

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext, Page, Route

from qabot.answering.bot import Bot
from qabot.api.pages.page_templates import page_style, version_page
from qabot.evaluation.questions import read_questions
from qabot.records import CELLS, AskedQuestion, Citation, Version
from tests.support.browsers import running_browser
from tests.support.fakes import default_models, index_and_open

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "index" / "policies"
QUESTIONS = ROOT / "tests" / "data" / "sample-questions.jsonl"
SERVICE = "https://answers.example"
SITE = "https://www.larkfield.example/legal"

# Where a text stands on the page; letters are counted, and compared, without whitespace. A browser
# scrolls once more when everything is there: where the text is not in sight, that is waited for.
PLACE = r"""
async ([text, before]) => {
  const isLetter = (letter) => letter.trim() && letter !== "|"; // a page's tables have cells
  const letters = [];
  const root = document.querySelector(before === null ? "main" : "#text");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    [...node.data].reduce((at, letter) => {
      if (isLetter(letter)) letters.push({ letter, node, at });
      return at + letter.length;
    }, 0);
  }
  const read = (from, to) => letters.slice(from, to).map(({ letter }) => letter).join("");
  const sought = [...text].filter(isLetter);
  const start = before ?? [...read().split(sought.join(""))[0]].length;
  const end = start + sought.length;
  if (read(start, end) !== sought.join("")) return null;
  const range = document.createRange();
  range.setStart(letters[start].node, letters[start].at);
  range.setEnd(letters[end - 1].node, letters[end - 1].at + letters[end - 1].letter.length);
  const until = performance.now() + 30_000;
  for (;;) {
    const { top, bottom } = range.getBoundingClientRect();
    if ((top >= 0 && bottom <= innerHeight) || performance.now() > until)
      return { top, bottom, height: innerHeight, scrolled: scrollY };
    await new Promise(requestAnimationFrame);
  }
}
"""


Place = Mapping[str, float]  # top, bottom, height of the window, scrolled


@dataclass(frozen=True)
class Marked:
    """A sentence that a citation marks as the answer."""

    version: str
    start: int
    sentence: str
    url: str


@pytest.fixture(scope="module")
def sample(
    exports: Path, real_index: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Bot:
    """Return a bot of the sample's texts, as if they were published."""
    folder = tmp_path_factory.mktemp("scrolling")
    published = folder / "policies"
    copytree(POLICIES, published, ignore=ignore_patterns("*.txt", "*.pdf", "*.docx", "*.yaml"))
    addresses = {file.name: {"url": f"{SITE}/{file.stem}"} for file in published.iterdir()}
    (published / "catalog.yaml").write_text(json.dumps(addresses))  # which YAML reads
    index = copytree(real_index(POLICIES), folder / "index")  # nothing is encoded twice
    return index_and_open([published], index, default_models(exports))


@pytest.fixture(scope="module")
def marked(sample: Bot) -> list[Marked]:
    """Return what the answers to every fifth covered sample question mark, each sentence once."""
    covered = [question for question in read_questions(QUESTIONS) if question.covered][::5]
    found = {
        (citation.version, citation.highlight[0].start): _first_marked(citation)
        for question in covered
        for citation in sample.ask(
            AskedQuestion(question.question, company=question.company, as_of=question.as_of)
        ).citations
    }
    return list(found.values())


def _first_marked(citation: Citation) -> Marked:
    first = citation.highlight[0]
    sentence = citation.quote[first.start - citation.start : first.end - citation.start]
    return Marked(citation.version, first.start, sentence, citation.url or "")


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    """Return a window too small for most sentences to be in sight unscrolled."""
    with running_browser() as browser:
        yield browser.new_context(viewport={"width": 900, "height": 500})


@pytest.fixture(scope="module")
def page(context: BrowserContext, sample: Bot) -> Page:
    """Return a browser's page that finds our pages, and the sources that are HTML."""
    corpus = sample.index.corpus
    files = {f"{SERVICE}/page.css": (page_style(), "text/css")}
    for entry in corpus.entries:
        ours = version_page(_version(sample, entry.id), corpus.passages(entry.rows))
        files[f"{SERVICE}/v1/versions/{quote(entry.id)}"] = (ours.encode(), "text/html")
        if entry.url and entry.file.endswith((".html", ".md")):
            files[entry.url] = (_published(Path(entry.file)), "text/html")

    def serve(route: Route) -> None:
        body, kind = files.get(route.request.url, (b"", "text/plain"))
        route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    context.route("**/*", serve)
    return context.new_page()


def _published(file: Path) -> bytes:
    """Return a source as a browser gets it: Markdown as the page that it makes."""
    if file.suffix == ".html":
        return file.read_bytes()
    body = file.read_text().split("\n---\n", 1)[-1]
    rendered = MarkdownIt().enable("table").render(body)
    return f"<!doctype html><title>Policy</title><main>{rendered}</main>".encode()


def _version(bot: Bot, version: str) -> Version:
    found = bot.index.corpus.version(version)
    assert found is not None
    return found


def _place(page: Page, url: str, text: str, before: int | None) -> Place:
    """Open a link, as one from elsewhere, and return where a text then stands in the window."""
    page.goto("about:blank")
    page.goto(url)
    found: Place | None = page.evaluate(PLACE, [text, before])
    assert found is not None, f"{text!r} is not on {url}"
    return found


def test_link_to_our_page_scrolls_to_the_answer(
    page: Page, sample: Bot, marked: list[Marked]
) -> None:
    """A sentence's id brings it in sight on our page."""
    places = []
    for one in marked:
        above = _version(sample, one.version).text[: one.start].replace("|", "")
        before = len("".join(above.split()))
        url = f"{SERVICE}/v1/versions/{quote(one.version)}#p{one.start}"
        places.append((url, _place(page, url, one.sentence, before)))

    assert _lost(places) == []
    assert _scrolled(places) > len(places) / 2


def test_link_to_the_source_scrolls_to_the_answer(
    page: Page, sample: Bot, marked: list[Marked]
) -> None:
    """A citation's own link brings the sentence in sight on the page that was read."""
    corpus = sample.index.corpus
    pages = {entry.id for entry in corpus.entries if entry.file.endswith((".html", ".md"))}
    places = []
    for one in marked:
        if one.version in pages:
            cells = [cell.partition(": ")[2] or cell for cell in one.sentence.split(CELLS)]
            places.append((one.url, _place(page, one.url, "".join(cells), None)))

    assert _lost(places) == []
    assert _scrolled(places) > len(places) / 2


def _lost(places: Sequence[tuple[str, Place]]) -> list[str]:
    return [
        f"{url}: {place}"
        for url, place in places
        if not 0 <= place["top"] < place["bottom"] <= place["height"]
    ]


def _scrolled(places: Sequence[tuple[str, Place]]) -> int:
    return sum(place["scrolled"] > 0 for _, place in places)
