"""Headings and markers that a file prints without saying that they are: what readers share."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter

from qabot.canonical import Block, clean
from qabot.readers.line_ends import joined_lines
from qabot.records import Fact

#: "Clause 1", "Schedule 2: Fees"
DIVISION = re.compile(
    r"(?i:(?P<outer>part|chapter|schedule|annex|appendix)|article|section|clause|division)"
    r"\s+(?:[IVXLC]+|\d+[A-Z]{0,2}|[A-Z])\b(?P<title>.*)"
)
SECTION = 300  #: characters from which what follows a bold line is a section, not an item
_LONGEST = 150  # characters
_ADDRESS = re.compile(r"@|://")
_DATES_TEXT = re.compile(
    r"\b(?:updated|effective|revised|modified|amended)\b.*\b(?:19|20)\d\d\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?:\w+\W+){3}\w+[.!?]")
_STRESSES = re.compile(  # what stands below it, and heads nothing
    r"\W*(?:(?:please )?(?:note|remember)|important(?: note| information)?|warning|caution|"
    r"attention|nb|n\.b\.|tip|hinweis|wichtig(?:er hinweis)?|achtung|bitte beachten(?: sie)?|"
    r"remarque|attention|importante?|nota|aviso|avviso|attenzione|let op|belangrijk)\W*",
    re.IGNORECASE,
)
_OWN_NUMBER = re.compile(r"\(?\w{1,4}[.)]")
_COUNTED = re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]?\s+\S")  # "2. Refunds"
_MARKER = re.compile(
    r"([•●○▪■□◦‣⁃∙➢✓❖\uf0b7\uf0a7\ufffd·–—*-]|o(?=\s)|\d{1,3}[A-Z]{0,2}\.—\(\d+[A-Z]?\)"
    r"|\((?:\d{1,3}[A-Z]{0,2}|[A-Za-z]{1,2}|[ivxIVX]+)\)"
    r"|\(?(?:\d{1,3}(?:\.\d{1,3})*[A-Z]{0,2}|[A-Za-z]|[ivxIVX]+)[.)]"
    r"|\d{1,3}(?:\.\d{1,3})+\.?)(?:\s+|$)"
)


def marker_of(text: str) -> str:
    """Return the bullet, number or letter that `text` begins with as an item does, else ""."""
    match = _MARKER.match(text)
    return match[1] if match else ""


def plain_marker(marker: str) -> str:
    """Return a number or letter as it is, and any bullet as "-"."""
    return marker if marker != "o" and re.search(r"\w", marker) else "-"


def with_titles(blocks: Sequence[Block]) -> list[Block]:
    """Join a heading that is a number alone, as "Clause 1", with the title that stands under it."""
    joined: list[Block] = []
    for block in blocks:
        above = joined[-1] if joined else None
        if above and _only_counts(above) and above.page == block.page and _is_title(block):
            text = f"{above.text} {block.text}"
            joined[-1] = Block("heading", text, above.level, page=above.page)
        else:
            joined.append(block)
    return joined


def _only_counts(block: Block) -> bool:
    match = DIVISION.match(block.text) if block.kind == "heading" else None
    return match is not None and not match["title"].strip()


def _is_title(block: Block) -> bool:
    numbered = DIVISION.match(block.text) or _OWN_NUMBER.match(block.text)
    return block.kind == "heading" and not numbered


def title_fact(title: str, origin: str, printed: str, blocks: Sequence[Block]) -> dict[str, Fact]:
    """Return the fact `title`: a file's own one if each of its words is printed in the file.

    Else it is the first heading: office programs leave titles such as "Microsoft Word - draft2".
    """
    words = set(re.findall(r"\w+", clean(title).casefold()))
    if words and words <= set(re.findall(r"\w+", printed.casefold())):
        return {"title": Fact(clean(title), origin)}
    headings = [clean(block.text) for block in blocks if block.kind == "heading"]
    return {"title": Fact(headings[0], "first heading")} if headings else {}


def reads_as_heading(line: str) -> bool:
    """Whether a line that stands alone in bold is a heading, told by its words.

    It is short, gives no address, does not date the text, and does not stop in mid-sentence. One
    that ends as a sentence does is a heading only if it is Written Like a Title.
    """
    if len(line) > _LONGEST or line.endswith((",", ";")) or not any(map(str.isalpha, line)):
        return False
    if _ADDRESS.search(line) or _DATES_TEXT.search(line):
        return False
    words = re.findall(r"[^\W\d_]{4,}", line)
    capitals = sum(word[0].isupper() for word in words)
    is_title = capitals * 4 >= len(words) * 3 and not line.isupper()
    return is_title or not line.endswith((".", "!"))


def headed_lines(lines: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Yield lines that no empty one divides, wrapped ones joined, and whether each is a heading.

    `lines` come with whether they are bold. A bold one with a sentence under it heads this.
    """
    groups = [(bold, [line for line, _ in each]) for bold, each in groupby(lines, itemgetter(1))]
    plain: list[str] = []
    for (is_bold, texts), (_, below) in zip_longest(groups, groups[1:], fillvalue=(False, [])):
        heading = " ".join(texts)
        if is_bold and _heads(heading, " ".join(below)):
            yield from ((line, False) for line in joined_lines(plain))
            yield heading, True
            plain = []
        else:
            plain += texts
    yield from ((line, False) for line in joined_lines(plain))


def _heads(bold: str, below: str) -> bool:
    if not below or _STRESSES.fullmatch(bold) or not reads_as_heading(bold):
        return False
    if bold.endswith("?") or len(below) > SECTION or _COUNTED.match(bold):
        return True
    return _SENTENCE.search(below) is not None


def prints_as_heading(text: str) -> bool:
    """Whether a line that is printed bold or large is a heading, and no clause, item or note."""
    letters = sum(map(str.isalpha, text))
    is_other = text.endswith(".") or re.search(r"^\(.*\)$|^[a-z]", text) is not None
    return letters >= 3 and not is_other and reads_as_heading(text)
