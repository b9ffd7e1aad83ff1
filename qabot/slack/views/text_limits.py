"""How much Slack takes, and how text is cut to it: at a sentence, a word, never in a letter."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any
from unicodedata import category, combining

TEXT = 3_600
"""Bytes of `text`, escaped: Slack refuses 4,000 in chat.update, and a note may be added."""
BLOCKS = 12_000
"""Bytes of a message's blocks as JSON, the strictest way to count them.

Slack refuses about 13,200 characters, and has refused 11,341 of text alone: what it counts is not
documented (https://github.com/slackapi/bolt-js/issues/2509, .../2867).
"""
VALUE = 1_200
"""Bytes of a button's value: Slack takes 2,000 characters, but a message has up to nine."""
LABEL = 75
"""Characters of a button or an option."""
OPTION = 150
"""Characters of an option's value."""
OPTIONS = 100
"""Options of a select or of one of its groups."""
URL = 1_500
"""Bytes of an address; a longer one does without its fragment."""

SPOKEN = 2_400
"""Bytes of a quote and its source in `text`, escaped."""
ASKED = 1_000
"""Bytes of a question that is shown again, escaped."""

QUOTED = (3_000, 1_500, 600, 200)
"""Characters of a quote, tried in this order until the blocks fit."""

MORE = " …"

_ENDS = (  # where text may be cut, the best first
    re.compile(r"[.!?][”’\"')\]]*(?=\s)|[。！？]|(?<=\S)(?=\n)"),
    re.compile(r"(?<=\S)(?=\s)"),
)
_STARTS = (
    re.compile(r"(?<=\n)|(?<=[.!?] )|(?<=[。！？])"),
    re.compile(r"(?<=\s)(?=\S)"),
)
_JOINER = "\u200d"


def cut(text: str, most: int) -> str:
    """Return the beginning of `text`: at most `most` characters, to the end of a sentence."""
    if len(text) <= most:
        return text
    for ends in _ENDS:
        places = [found.end() for found in ends.finditer(text, 0, most + 1)]
        kept = [place for place in places if most // 2 <= place <= most]
        if kept:
            return text[: kept[-1]]
    return text[: _between_letters(text, most)]


def cut_to(text: str, room: int, weigh: Callable[[str], int]) -> str:
    """Return the beginning of `text` whose characters together weigh no more than `room`."""
    weights = list(accumulate(map(weigh, text)))
    return cut(text, bisect_right(weights, room))


def start_after(text: str, earliest: int, latest: int) -> int:
    """Return where a sentence, else a word, begins between two places, else the latest."""
    for starts in _STARTS:
        if found := starts.search(text, earliest, latest):
            return found.end()
    return latest


def label(text: str, most: int = LABEL) -> str:
    """Return `text` on one line, shortened to what a button or a title holds."""
    line = " ".join(readable(text).split())
    if _units(line) <= most:
        return line
    return cut_to(line, most - len(MORE), _units).rstrip() + MORE


def readable(text: str) -> str:
    """Return `text` without halves of characters and controls, which Slack may refuse."""
    whole = text.encode(errors="replace").decode()
    return "".join(" " if category(c) == "Cc" and c != "\n" else c for c in whole)


def size(value: object) -> int:
    """Return the bytes of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def fitting(blocks: Callable[[int], Iterable[dict[str, Any]]]) -> tuple[dict[str, Any], ...]:
    """Return the blocks made for the longest quotes with which a message holds them."""
    for quoted in QUOTED:
        made = tuple(blocks(quoted))
        if size(made) <= BLOCKS:
            break
    return made


def _between_letters(text: str, place: int) -> int:
    """Return the place, or one before it, that parts no accent and no joined emoji."""
    while place > 1 and (_continues(text[place]) or text[place - 1] == _JOINER):
        place -= 1
    return place


def _continues(character: str) -> bool:
    return bool(combining(character)) or character == _JOINER or category(character) in ("Mn", "Me")


def _units(text: str) -> int:
    """Return the length as JavaScript counts it."""
    return len(text.encode("utf-16-le")) // 2
