"""Lines of which some parts are raised: the parts joined, each raised one as what it is."""

from collections.abc import Iterable
from itertools import groupby

from qabot.readers.raised_marks import note_mark, raised

_NEAR = 12  # characters in front of a mark that tell what it is


def with_raised(parts: Iterable[tuple[str, bool]]) -> str:
    """Join parts of one paragraph, each given with whether it is raised.

    In front of the paragraph a mark counts a note and is divided from it: "[1] Except on Sundays".
    """
    joined = [
        ("".join(text for text, _ in group), is_raised)
        for is_raised, group in groupby((p for p in parts if p[0]), key=lambda part: part[1])
    ]
    texts: list[str] = []
    before = ""
    for place, (part, is_raised) in enumerate(joined):
        after = joined[place + 1][0] if place + 1 < len(joined) else ""
        texts.append(_plain(part, before, after) if is_raised else part)
        before = (before + texts[-1]).lstrip()[-_NEAR:]
    return "".join(texts)


def _plain(part: str, before: str, after: str) -> str:
    mark = part.strip()
    if not before:
        return f"[{note_mark(mark)}] " if note_mark(mark) and after.strip() else part
    if mark.isalpha() and after[:1].isalpha():
        return part
    space = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return raised(mark, before + space[0], space[1] + after).join(space)
