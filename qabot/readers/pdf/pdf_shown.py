"""What a PDF page shows: no invisible or struck through, raised marks told apart."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import literal_name
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from qabot.readers.pdf.pdf_marks import Thing, set_on_lines, with_bullets
from qabot.records import Removed

UNKNOWN_LETTER = "\ufffd"
_INVISIBLE = "invisible"  # the tag of letters that are drawn in no colour
_LEAST_VIEW = 200  # letters


class MarkedPage(Page):
    """A page whose letters tell whether they are drawn in no colour (text render modes 3 and 7)."""

    @property
    def layout(self) -> Any:  # noqa: ANN401 (pdfplumber's)
        """Return what is drawn on the page; raises PdfminerException."""
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=self.pdf.laparams)
            try:
                PDFPageInterpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            except Exception as error:  # as pdfplumber does
                raise PdfminerException(error) from error
            self._layout = device.get_result()
        return self._layout


class _Device(PDFPageAggregatorWithMarkedContent):
    _mode = 0

    def render_string(self, textstate: Any, *rest: Any) -> None:  # noqa: ANN401
        self._mode = textstate.render
        super().render_string(textstate, *rest)

    def tag_cur_item(self) -> None:
        super().tag_cur_item()
        if self._mode in (3, 7):
            self.cur_tag, tag = _INVISIBLE, self.cur_tag
            super().tag_cur_item()
            self.cur_tag = tag


def views_of(page: MarkedPage) -> tuple[list[MarkedPage], list[Removed]]:
    """Return the page turned so that its text runs upright, and the text of no such view.

    A page has one view for each direction that most of its text runs in, or a table's worth of it;
    a label or watermark that runs in another is left out.
    """
    texts: dict[int | None, list[str]] = defaultdict(list)
    for char in page.chars:
        texts[_turn_of(char)].append(char["text"])
    sizes = {turn: len("".join("".join(text).split())) for turn, text in texts.items()}
    least = min(_LEAST_VIEW, sum(sizes.values()) / 2)
    turns = sorted(turn for turn, size in sizes.items() if turn is not None and size >= least)
    other = ["".join(text) for turn, text in texts.items() if turn not in turns]
    removed = [Removed("rotated text", text) for each in other if (text := " ".join(each.split()))]
    if not page.chars and page.images:
        removed.append(Removed("page without text", f"page {page.page_number} is a picture"))
    return [page if turn == 0 else _turned(page, turn) for turn in turns], removed


def _turn_of(char: Thing) -> int | None:
    """Return by how many degrees clockwise a letter must be turned to be upright; None: slanted."""
    a, b = char["matrix"][:2]
    if min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b)):
        return None
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _turned(page: MarkedPage, degrees: int) -> MarkedPage:
    turned = copy(page.page_obj)
    turned.rotate = (page.rotation + degrees) % 360
    turned.attrs = {**turned.attrs, "Rotate": turned.rotate}
    return MarkedPage(page.pdf, turned, page.page_number, page.initial_doctop)


def is_upright(thing: Thing) -> bool:
    """Whether a thing is no letter, or one that runs from left to right."""
    return thing["object_type"] != "char" or _turn_of(thing) == 0


def shown(page: Page) -> tuple[Page, list[Removed]]:
    """Return the page as it is to be read, and the text that is left out."""
    hidden = _hidden(page)
    gone = {id(char) for char in hidden}
    struck = _struck([char for char in page.chars if id(char) not in gone], _strokes(page))
    removed = [Removed("hidden text", _text_of(hidden))] if hidden else []
    removed += [Removed("struck through", _text_of(chars)) for chars in struck]
    gone |= {id(char) for chars in struck for char in chars}
    gone |= set_on_lines([char for char in page.chars if id(char) not in gone])
    with_bullets(page)
    if not gone:
        return page, []
    return page.filter(lambda thing: id(thing) not in gone), [one for one in removed if one.text]


def known_letters(text: str) -> str:
    """Return a text in which a letter that its font does not tell is "\ufffd", not "(cid:37)"."""
    return re.sub(r"\(cid:\d+\)", UNKNOWN_LETTER, text)


def _text_of(chars: list[Thing]) -> str:
    return " ".join(extract_text(chars, x_tolerance_ratio=0.15).split())


def _hidden(page: Page) -> list[Thing]:
    """Return letters that cannot be seen; under those drawn in no colour lies no scanned page."""
    hidden = [
        char
        for char in page.chars
        if char.get("tag") == _INVISIBLE and not _is_on(char, page.images)
    ]
    white = [char for char in page.chars if _is_white(char["non_stroking_color"])]
    resources = resolve1(page.page_obj.resources)
    plain = not {"XObject", "Shading", "Pattern"} & set(resources or ())
    grounds = [
        thing
        for thing in (*page.rects, *page.curves)
        if thing["fill"] and not _is_white(thing["non_stroking_color"])
    ]
    if white and plain and len(grounds) < 1000:
        hidden += [c for c in white if c.get("tag") != _INVISIBLE and not _is_on(c, grounds)]
    return hidden


def _is_on(char: Thing, things: Iterable[Thing]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return any(t["x0"] <= x <= t["x1"] and t["top"] <= y <= t["bottom"] for t in things)


def _is_white(color: object) -> bool:
    parts = color if isinstance(color, (tuple, list)) else (color,)
    return tuple(parts) in ((1,), (1, 1, 1), (0, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A straight level line. Lengths are in points, from the page's left and top edge."""

    left: float
    right: float
    y: float
    width: float


def _strokes(page: Page) -> list[_Stroke]:
    drawn = [
        _Stroke(t["x0"], t["x1"], (t["top"] + t["bottom"]) / 2, t["bottom"] - t["top"])
        for t in (*page.lines, *page.rects, *page.curves)
        if t["bottom"] - t["top"] <= 4 and t["x1"] - t["x0"] > 1
    ]
    return drawn + [stroke for note in _struck_out(page) for stroke in note]


def _struck_out(page: Page) -> Iterable[list[_Stroke]]:
    """Yield the lines of the notes by which a reader of the PDF struck text out."""
    notes = resolve1(page.page_obj.annots) if page.rotation == 0 else None
    for note in map(resolve1, notes if isinstance(notes, list) else ()):
        if not isinstance(note, dict) or literal_name(note.get("Subtype")) != "StrikeOut":
            continue
        points = resolve1(note.get("QuadPoints"))
        numbers = [float(n) for n in map(resolve1, points or ()) if isinstance(n, (int, float))]
        quads = [numbers[i : i + 8] for i in range(0, len(numbers) - 7, 8)]
        foot = page.mediabox[1] + float(page.height)
        yield [
            _Stroke(min(quad[::2]), max(quad[::2]), foot - sum(quad[1::2]) / 4, 0.0)
            for quad in quads
        ]


def _struck(chars: Sequence[Thing], strokes: Sequence[_Stroke]) -> list[list[Thing]]:
    """Return the letters that each line strikes through; one that goes on beyond them is a rule."""
    levels: dict[int, list[_Stroke]] = defaultdict(list)
    for stroke in sorted(strokes, key=lambda each: each.left):
        level = levels[round(stroke.y)]
        if level and stroke.left <= level[-1].right + 3:
            right, width = max(level[-1].right, stroke.right), max(level[-1].width, stroke.width)
            level[-1] = _Stroke(level[-1].left, right, level[-1].y, width)
        else:
            level.append(stroke)
    crossed: dict[_Stroke, list[Thing]] = defaultdict(list)
    for char in chars if levels else ():
        through = _through(char, levels)
        if through:
            crossed[through].append(char)
    return [
        letters
        for stroke, letters in crossed.items()
        if min(c["x0"] - 1.5 * c["size"] for c in letters) <= stroke.left
        and stroke.right <= max(c["x1"] + 1.5 * c["size"] for c in letters)
        and any(char["text"].strip() for char in letters)
    ]


def _through(char: Thing, levels: dict[int, list[_Stroke]]) -> _Stroke | None:
    """Return the line that runs through the middle of a letter."""
    size, middle = char["size"], (char["x0"] + char["x1"]) / 2
    baseline = char["bottom"] - (char["matrix"][5] - char["y0"])
    for y in range(round(baseline - 0.5 * size), round(baseline - 0.12 * size) + 1):
        level = levels.get(y, [])
        place = bisect_right(level, middle, key=lambda stroke: stroke.left) - 1
        if place < 0 or middle > level[place].right or level[place].width > 0.25 * size:
            continue
        if 0.12 <= (baseline - level[place].y) / size <= 0.5:
            return level[place]
    return None
