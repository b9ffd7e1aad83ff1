"""Small marks of a PDF page on their lines: raised, lowered, and bullets that are drawn."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pdfplumber.page import Page

from qabot.readers.raised_parts import with_raised

Thing = dict[str, Any]
"""A letter, line or area of a page, as pdfplumber gives it."""

_LONGEST_MARK = 8  # letters
_DOTS = 2_000  # more than these on a page are no bullets


def set_on_lines(chars: Sequence[Thing]) -> set[int]:
    """Put raised marks on the line as what they are, and lowered letters as they stand.

    Returns the ids of the letters to leave out.
    """
    largest = max((char["size"] for char in chars), default=0.0)
    small = [char for char in chars if char["size"] <= 0.85 * largest and char["text"].strip()]
    if not small:
        return set()
    rows = _Rows(chars)
    gone: set[int] = set()
    for mark in _runs(small):
        first, last = mark[0], mark[-1]
        before = [c for c in rows.ending_at(first, largest) if _is_above(first, c)]
        before = [char for char in before if _is_near(char, first)]
        after = [char for char in rows.starting_at(last, largest) if _is_above(last, char)]
        if before or after:
            base = max(before, key=_right) if before else min(after, key=_left)
            line = rows.before(first, base) if before else ""
            gone |= _set_on_line(mark, base, line, sorted(after, key=_left)[:1])
        elif sunk := [c for c in rows.ending_above(first, largest) if _is_below(first, c)]:
            for char in mark:
                char |= _line_of(max(sunk, key=_right))
    return gone


def with_bullets(page: Page) -> None:
    """Print each dot that is drawn in front of a line as the bullet that it is."""
    dots = [thing for thing in (*page.curves, *page.rects) if _is_dot(thing)]
    if not 0 < len(dots) <= _DOTS:
        return
    rows = _Rows(page.chars)
    largest = max((char["size"] for char in page.chars), default=0.0)
    bullets = [(dot, line) for dot in dots if (line := rows.begun_by(dot, largest))]
    for dot, line in bullets:
        page.chars.append({**line, "text": "•", "x0": dot["x0"], "x1": dot["x1"]})


def _is_dot(thing: Thing) -> bool:
    width, height = thing["x1"] - thing["x0"], thing["bottom"] - thing["top"]
    return bool(1 <= width <= 8 and 0.7 <= height / width <= 1.4)


def _left(char: Thing) -> float:
    return float(char["x0"])


def _right(char: Thing) -> float:
    return float(char["x1"])


class _Rows:
    """The letters of a page by their lower edge, each row from left to right."""

    def __init__(self, chars: Sequence[Thing]) -> None:
        self._rows: dict[int, list[Thing]] = defaultdict(list)
        for char in sorted(chars, key=_right):
            self._rows[round(char["bottom"])].append(char)

    def ending_at(self, mark: Thing, size: float) -> Iterator[Thing]:
        """Yield the letters on lower edges that end close to where a mark begins."""
        for row in self._below(mark, size):
            start = bisect_left(row, mark["x0"] - size / 2, key=_right)
            yield from row[start : bisect_right(row, mark["x0"] + 1, key=_right)]

    def starting_at(self, mark: Thing, size: float) -> Iterator[Thing]:
        """Yield the letters on lower edges that begin close to where a mark ends."""
        for row in self._below(mark, size):
            start = bisect_left(row, mark["x1"], key=_right)
            for char in row[start : bisect_right(row, mark["x1"] + 2 * size, key=_right)]:
                if mark["x1"] - 1 <= char["x0"] <= mark["x1"] + size:
                    yield char

    def ending_above(self, mark: Thing, size: float) -> Iterator[Thing]:
        """Yield the letters on lower edges a little above a mark's that end where it begins."""
        for bottom in range(round(mark["bottom"] - 0.4 * size) - 1, round(mark["bottom"]) + 1):
            row = self._rows.get(bottom, [])
            start = bisect_left(row, mark["x0"] - size / 2, key=_right)
            yield from row[start : bisect_right(row, mark["x0"] + 1, key=_right)]

    def begun_by(self, dot: Thing, size: float) -> Thing | None:
        """Return the first letter of the line that a dot stands in front of, at half its height."""
        middle = (dot["top"] + dot["bottom"]) / 2
        for bottom in range(round(middle), round(middle + size) + 1):
            row = self._rows.get(bottom, [])
            place = bisect_right(row, dot["x1"], key=_right)
            if place == len(row) or not row[place]["text"].strip():
                continue
            first = row[place]
            is_close = 0 <= first["x0"] - dot["x1"] <= 3 * first["size"]
            is_level = 0.25 <= (first["bottom"] - middle) / first["size"] <= 0.8
            is_small = dot["x1"] - dot["x0"] <= 0.6 * first["size"]
            is_first = not place or row[place - 1]["x1"] < dot["x0"] - 3 * first["size"]
            if is_close and is_level and is_small and is_first:
                return first
        return None

    def before(self, mark: Thing, base: Thing) -> str:
        """Return some letters of the line in front of a mark."""
        line: list[Thing] = []
        for bottom in range(round(base["bottom"]) - 1, round(base["bottom"]) + 2):
            row = self._rows.get(bottom, [])
            start = bisect_left(row, mark["x0"] - 8 * base["size"], key=_right)
            line += row[start : bisect_right(row, mark["x0"] + 1, key=_right)]
        line.sort(key=_right)
        text = ""
        for left, right in zip([None, *line], line, strict=False):
            gap = right["x0"] - left["x1"] if left else 0
            text += " " * (gap > 0.18 * base["size"]) + right["text"]
        return text

    def _below(self, mark: Thing, size: float) -> Iterator[list[Thing]]:
        for bottom in range(round(mark["bottom"]), round(mark["bottom"] + 0.85 * size) + 2):
            if bottom in self._rows:
                yield self._rows[bottom]


def _runs(small: Sequence[Thing]) -> list[list[Thing]]:
    """Return what stands together of small letters, as far as it is short enough for a mark."""
    ordered = sorted(small, key=lambda char: (round(char["bottom"] * 2), char["x0"]))
    runs = [ordered[:1]]
    for left, right in pairwise(ordered):
        gap = right["x0"] - left["x1"]
        level = abs(right["bottom"] - left["bottom"]) <= 0.5 and right["size"] == left["size"]
        if level and -left["size"] <= gap <= 0.35 * left["size"]:
            runs[-1].append(right)
        else:
            runs.append([right])
    return [run for run in runs if len(run) <= _LONGEST_MARK]


def _is_above(mark: Thing, base: Thing) -> bool:
    """Whether a letter is smaller than another one and stands in its upper half, or sticks out."""
    size = base["size"]
    lift = base["bottom"] - mark["bottom"]
    return bool(0.3 <= mark["size"] / size <= 0.85 and 0.2 * size <= lift <= 0.85 * size)


def _is_below(mark: Thing, base: Thing) -> bool:
    """Whether a letter is smaller than another one, right behind it, and lower: "CO₂"."""
    size = base["size"]
    drop = mark["bottom"] - base["bottom"]
    is_lower = 0.3 <= mark["size"] / size <= 0.85 and 0.03 * size <= drop <= 0.4 * size
    return bool(is_lower and mark["x0"] - base["x1"] <= 0.15 * size)


def _line_of(base: Thing) -> Thing:
    return {key: base[key] for key in ("top", "bottom", "doctop", "y0", "y1", "size", "height")}


def _is_near(left: Thing, right: Thing) -> bool:
    return bool(right["x0"] - left["x1"] <= 0.45 * left["size"])


def _set_on_line(
    mark: Sequence[Thing], base: Thing, before: str, after: Sequence[Thing]
) -> set[int]:
    """Print on the line what a mark is, in its first letter; return the ids of the others."""
    first, *rest = mark
    right = mark[-1]["x1"]
    follows = "".join(char["text"] for char in after)
    if after and after[0]["x0"] - right > 0.18 * base["size"]:
        follows = f" {follows}"
    printed = "".join(char["text"] for char in mark)
    whole = with_raised([(before, False), (printed, True), (follows, False)])
    text = whole[len(before) : len(whole) - len(follows)].strip()
    if not before and after:
        right = min(right, after[0]["x0"] - 0.3 * base["size"])
    first |= {**_line_of(base), "text": text, "x1": right}
    return {id(char) for char in rest}
