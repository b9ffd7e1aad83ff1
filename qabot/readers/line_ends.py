"""Line ends: which were made by wrapping a text at a column, and which by its author."""

import re
from collections.abc import Sequence
from itertools import pairwise

NEVER = 1_000_000  #: a column that no line reaches
_NARROWEST, _WIDEST = 40, 160  # columns that texts are wrapped at
_GOES_ON = r"(?:> ?)? *[a-z]"
_ENTRY = 4  # words, at most, of a line that may be an entry of a list
_SENTENCE = 8  # words, at least, of both lines where a number goes on with the one before
_ENDS = re.compile(r"[.:;!?][\"'”’)\]]*$")
_DIVIDED = re.compile(r"[^\W\d_]{2}[-‐]$")  # within a word: "coun-"
_COUNTED = re.compile(r"\d{1,3}(?:\.\d+)*[.)]")


def joined_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines as their author meant them: those that were wrapped are joined.

    A line goes on in the next where it is as long as the column allows, or where it is no short
    entry of a list, has no mark at its end, and the next begins with a small letter.
    """
    column = wrap_column(lines)
    joined = list(lines[:1])
    for before, line in pairwise(lines):
        if is_full(before, line, column) or goes_on(before, line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def goes_on(before: str, line: str) -> bool:
    """Whether a line that may be short goes on with the sentence of the one above it."""
    words = len(before.split())
    if _DIVIDED.search(before) and line[:1].islower():
        return True
    if words <= _ENTRY or _ENDS.search(before) or ": " in before:
        return False
    number = line[:1].isdecimal() and not _COUNTED.match(line)
    return line[:1].islower() or (number and min(words, len(line.split())) >= _SENTENCE)


def unquoted(line: str) -> str:
    """Return a line without the "> " of a quotation."""
    return re.sub(r"^> ?", "", line)


def wrap_column(lines: Sequence[str]) -> int:
    """Return the column at which the text is wrapped, or `NEVER` if it is not.

    A line break before a small letter was made by wrapping, so the lengths of such lines tell the
    column: programs wrap each line at the same one, people at any column from about 60 % of it on.
    A line that would have passed the column with the next word goes on in the next line.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if a and re.match(_GOES_ON, b)]
    lengths = sorted(len(line) for line, _ in pairs)
    width = lengths[int(0.97 * (len(lengths) - 1))] if pairs else 0
    long = sum(length >= 0.6 * width for length in lengths)
    if not _NARROWEST <= width <= _WIDEST or long < 0.5 * len(pairs):
        return NEVER
    full = sum(is_full(line, after, width) for line, after in pairs)
    return width if full >= 0.9 * len(pairs) else int(0.6 * width)


def is_full(line: str, after: str, column: int) -> bool:
    """Whether the line would have passed the column with the first word of the next."""
    return len(line) + 1 + len(unquoted(after).split()[0]) > column
