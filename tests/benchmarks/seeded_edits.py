"""Texts with edits that are known, to see whether each is told as what it is."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from qabot.canonical import Block, LineKind, compose, lines
from qabot.changes.compare import Change, Changes
from qabot.chunking.sentences import sentences
from qabot.records import Version

EditKind = Literal[
    "whitespace", "typography", "renumbered", "reworded", "added", "removed", "moved"
]
NEUTRAL: frozenset[EditKind] = frozenset({"whitespace", "typography", "renumbered"})

_WORDS = 6  # of a sentence that is edited, at least
_APART = 3  # lines between two edits of one text
_NUMBER = re.compile(r"\d+")
_TYPOGRAPHY = (("'", "’"), ("’", "'"), ('"', "”"), ("“", '"'), (" - ", " – "), ("...", "…"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a version's text, as its sentences."""

    kind: LineKind
    level: int
    marker: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done to a sentence."""

    kind: EditKind
    before: str  #: "" if added
    after: str  #: "" if removed


def paragraphs(version: Version) -> list[Paragraph]:
    """Return the lines of a version."""
    found = []
    for section in version.sections:
        for line in lines(version.text, section):
            cuts = list(sentences(version.text, line.body, line.end))
            whole = line.kind in ("heading", "row") or line.has_cells or not cuts
            texts = [version.text[line.body : line.end]] if whole else []
            texts = texts or [version.text[a:b] for a, b in cuts]
            level = line.level or 1 + line.indent // 2
            found.append(Paragraph(line.kind, level, line.marker.strip(), tuple(texts)))
    return found


def version_with(made_of: Sequence[Paragraph], like: Version) -> Version:
    """Return a version of these lines."""
    blocks = [Block(p.kind, " ".join(p.sentences), p.level, p.marker or "-") for p in made_of]
    text, sections, page_starts = compose(blocks)
    return replace(like, text=text, sections=sections, page_starts=page_starts)


def edited(
    text: Sequence[Paragraph], kind: EditKind, count: int, foreign: Sequence[str], random: Random
) -> tuple[list[Paragraph], list[Edit]]:
    """Return a text with so many edits of a kind, at most; `foreign` are sentences of others."""
    if kind == "renumbered":
        return _renumbered(text)
    targets = _targets(text, random)
    if kind == "typography":
        targets = [
            (place, number)
            for place, number in targets
            if any(old in text[place].sentences[number] for old, _ in _TYPOGRAPHY)
        ]
    targets = targets[: 2 * count]
    if kind == "moved":  # to a line that is free
        count = min(count, len(targets) // 2)
    free = [place for place, _ in targets[count:]]
    draft = _Draft(text, [[line] for line in text], random, foreign, free)
    edits = [_EDITS[kind](draft, place, number) for place, number in targets[:count]]
    return [line for at in draft.lines for line in at if line.sentences], edits


def right(edit: Edit, found: Changes) -> bool:
    """Tell whether an edit is told as what it is: if neutral, not at all."""
    if edit.kind in NEUTRAL:
        return not any(_is_of(edit, change) for change in found.changes)
    return any(_is_of(edit, change) and change.kind == edit.kind for change in found.changes)


def strange(edits: Sequence[Edit], found: Changes) -> list[Change]:
    """Return the changes that are told and that no edit made."""
    return [one for one in found.changes if not any(_is_of(edit, one) for edit in edits)]


def _is_of(edit: Edit, change: Change) -> bool:
    """Tell whether a change is of the sentence that was edited."""
    before, after = (_plain(side.quote) if side else "" for side in (change.before, change.after))
    old, new = _plain(edit.before), _plain(edit.after)
    if edit.kind == "added":
        return new in after
    if edit.kind == "removed":
        return old in before
    return old in before or new in after


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _targets(text: Sequence[Paragraph], random: Random) -> list[tuple[int, int]]:
    """Return sentences that stand once in a text and apart from each other, in any order."""
    counts = Counter(_plain(one) for paragraph in text for one in paragraph.sentences)
    found = [
        (place, number)
        for place, paragraph in enumerate(text)
        if paragraph.kind in ("paragraph", "item")
        for number, one in enumerate(paragraph.sentences)
        if len(one.split()) >= _WORDS and counts[_plain(one)] == 1 and " | " not in one
        if one.endswith((".", "!", "?")) and paragraph.sentences[-1].endswith((".", "!", "?"))
        if one[0].isupper()  # in small letters it goes on with a list, after a number with a clause
    ]
    random.shuffle(found)
    chosen: list[tuple[int, int]] = []
    for place, number in found:
        if all(abs(place - other) >= _APART for other, _ in chosen):
            chosen.append((place, number))
    return chosen


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text while it is edited."""

    text: Sequence[Paragraph]
    lines: list[list[Paragraph]]  #: what stands in place of each line of the text
    random: Random
    foreign: Sequence[str]
    free: Sequence[int]  #: places of lines that nothing else is done to

    def put(self, place: int, made: Sequence[str]) -> None:
        """Replace the sentences of a line."""
        self.lines[place][0] = replace(self.lines[place][0], sentences=tuple(made))

    def sentences(self, place: int) -> list[str]:
        return list(self.lines[place][0].sentences)

    def insert(self, place: int, sentence: str) -> None:
        """Put a sentence at the end of a line or, now and then, below it as a line of its own."""
        line = self.text[place]
        if self.random.random() < 0.5 or _NUMBER.match(line.marker):
            self.put(place, [*self.sentences(place), sentence])
        else:
            self.lines[place].append(replace(line, sentences=(sentence,)))


def _respelt(draft: _Draft, place: int, number: int, new: str, kind: EditKind) -> Edit:
    found = draft.sentences(place)
    old, found[number] = found[number], new
    draft.put(place, found)
    return Edit(kind, old, old if kind in NEUTRAL else new)


def _whitespace(draft: _Draft, place: int, number: int) -> Edit:
    space = draft.random.choice(("  ", "\u00a0", "\t", " \n "))
    new = draft.sentences(place)[number].replace(" ", space)
    return _respelt(draft, place, number, new, "whitespace")


def _typography(draft: _Draft, place: int, number: int) -> Edit:
    new = draft.sentences(place)[number]
    old, curled = draft.random.choice([pair for pair in _TYPOGRAPHY if pair[0] in new])
    new = new.replace(old, curled)
    return _respelt(draft, place, number, new, "typography")


def _reworded(draft: _Draft, place: int, number: int) -> Edit:
    random, old = draft.random, draft.sentences(place)[number]
    words = old.split(" ")
    at = random.randrange(1, len(words) - 1)
    word = random.choice(random.choice(draft.foreign).split(" ")).strip(".,;:")
    ways = [
        [*words[:at], word, *words[at + 1 :]],
        [*words[:at], word, *words[at:]],
        [*words[:at], *words[at + 1 :]],
        [*words[:at], word, word, *words[at + 2 :]] if len(words) > 8 else [word, *words],
    ]
    new = " ".join(random.choice(ways))
    if _NUMBER.search(old) and random.random() < 0.5:
        new = _NUMBER.sub(lambda found: str(int(found[0]) + 7), old, count=1)
    if _plain(new) == _plain(old):  # the foreign word was the same
        new = " ".join([*words[:at], "henceforth", *words[at:]])
    return _respelt(draft, place, number, new, "reworded")


def _added(draft: _Draft, place: int, number: int) -> Edit:
    new = draft.random.choice(draft.foreign)
    draft.insert(place, new)
    return Edit("added", "", new)


def _removed(draft: _Draft, place: int, number: int) -> Edit:
    found = draft.sentences(place)
    old = found.pop(number)
    draft.put(place, found)
    return Edit("removed", old, "")


def _moved(draft: _Draft, place: int, number: int) -> Edit:
    old = _removed(draft, place, number).before
    draft.insert(draft.random.choice(draft.free), old)
    return Edit("moved", old, old)


_EDITS: dict[EditKind, Callable[[_Draft, int, int], Edit]] = {
    "whitespace": _whitespace,
    "typography": _typography,
    "reworded": _reworded,
    "added": _added,
    "removed": _removed,
    "moved": _moved,
}


def _renumbered(text: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Edit]]:
    """Count every numbered item and heading one further, as a new clause in front makes it."""
    made, edits = [], []
    for line in text:
        first = line.sentences[0]
        if _NUMBER.match(line.marker):
            made.append(replace(line, marker=_further(line.marker)))
            edits.append(Edit("renumbered", first, first))
        elif line.kind == "heading" and re.match(r"\d{1,2}(?:\.\d{1,2})*\.? \D", first):
            made.append(replace(line, sentences=(_further(first),)))
            words = first.partition(" ")[2]
            edits.append(Edit("renumbered", words, words))
        else:
            made.append(line)
    return made, edits


def _further(text: str) -> str:
    return _NUMBER.sub(lambda found: str(int(found[0]) + 1), text, count=1)
