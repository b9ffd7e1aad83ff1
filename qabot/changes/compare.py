"""Two versions of a policy → what was added, removed, reworded and moved."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

from rapidfuzz import process

from qabot.changes.align import Pair, align
from qabot.changes.references import numbered, settled
from qabot.changes.units import Alphabet, Unit, units, wording
from qabot.changes.words import Spelt, Words, differing
from qabot.errors import BadInput
from qabot.index.corpus import Corpus
from qabot.records import Entry, Version

ChangeKind = Literal["added", "removed", "reworded", "moved"]

_NEAREST = 3  # policies named where there is none of that name


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two versions says: `version.text[start:end] == quote`."""

    quote: str
    start: int
    end: int
    section: tuple[str, ...]  #: heading trail
    changed: tuple[Words, ...]  #: if reworded; the n-th before became the n-th after


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a sentence, or of several that stand together in one section."""

    kind: ChangeKind
    before: Side | None  #: None: added
    after: Side | None  #: None: removed


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a policy from one version to another."""

    before: Version | None  #: None: there is no earlier one
    after: Version
    changes: tuple[Change, ...]  #: in the order of the later text
    unchanged: int  #: sentences, headings and rows of the later text that are in none of them
    renumbered: int  #: those of them with another number, or bullet, in front or in a reference
    left_out: int = 0  #: changes that are about something else than what was asked for


def compare(corpus: Corpus, policy: str, since: date | None, until: date | None) -> Changes:
    """Return what changed in a policy from the version in force on one day to that on another.

    Without `until` the later version is that in force today, or the newest where none is yet;
    without `since` the earlier one is its predecessor. Raises BadInput where there is no such
    policy, and for a day before its first version.
    """
    if since and until and since > until:
        raise BadInput(f"{since} is later than {until}; swap the two days.")
    versions = _versions(corpus.entries, policy)
    today = max(date.today(), since or date.min)
    later = _begun(versions, until or today) or (versions if until is None else [])
    earlier = _begun(versions, since) if since else later[:-1]
    if not later or (since and not earlier):
        first = versions[0]
        raise BadInput(
            f"{first.policy} was not in force on {since or until}; "
            f"its first version is in force from {first.begins}."
        )
    after = corpus.version(later[-1].id)
    before = corpus.version(earlier[-1].id) if earlier else None
    assert after  # every entry has its text
    return changes(before, after) if before else Changes(None, after, (), 0, 0)


def _versions(entries: Sequence[Entry], policy: str) -> list[Entry]:
    """Return the versions of a policy, the oldest first."""
    names = list(dict.fromkeys(entry.policy for entry in entries))
    if policy not in names:
        near = [name for name, _, _ in process.extract(policy, names, limit=_NEAREST)]
        raise BadInput(f"There is no policy {policy!r}; nearest to it: {', '.join(near)}.")
    return [entry for entry in entries if entry.policy == policy]


def _begun(versions: Sequence[Entry], day: date) -> list[Entry]:
    return [entry for entry in versions if (entry.begins or date.min) <= day]


@dataclass(frozen=True, slots=True)
class _Text:
    """A version and its units."""

    version: Version
    units: Sequence[Unit]

    def side(self, run: range, changed: tuple[Words, ...] = ()) -> Side:
        first = self.units[run[0]]
        start, end = first.start, self.units[run[-1]].end
        trail = self.version.sections[first.section].trail
        return Side(self.version.text[start:end], start, end, trail, changed)

    def start(self, run: range) -> int:
        return self.units[run[0]].start

    def words(self, run: range) -> Spelt:
        places = [word for place in run for word in self.units[place].words]
        return Spelt(places, "".join(self.units[place].spelt for place in run))

    def marker(self, run: range) -> str:
        first = self.units[run[0]]
        return self.version.text[first.start : first.words[0][0]].strip()

    def is_next(self, run: range, following: range) -> bool:
        sections = [self.units[place].section for place in (run[-1], following[0])]
        return run.stop == following.start and sections[0] == sections[1]

    def free(self, runs: Iterable[range]) -> list[tuple[range]]:
        taken = set(chain.from_iterable(runs))
        return [(range(n, n + 1),) for n in range(len(self.units)) if n not in taken]


def changes(before: Version, after: Version) -> Changes:
    """Return what became of `before` in `after`."""
    alphabet = Alphabet()
    old = _Text(before, list(units(before, alphabet)))
    new = _Text(after, list(units(after, alphabet)))
    numbers = numbered(before.text, old.units), numbered(after.text, new.units)
    pairs = settled(*numbers, align(old.units, new.units))
    unchanged = [pair for pair in pairs if pair.kind == "unchanged"]
    moved = [(pair.before, pair.after) for pair in pairs if pair.kind == "moved"]
    removed, added = old.free(pair.before for pair in pairs), new.free(pair.after for pair in pairs)
    found = [
        *(_reworded(old, new, pair) for pair in pairs if pair.kind == "reworded"),
        *(Change("moved", *sides) for sides in _together((old, new), moved)),
        *(Change("removed", side, None) for (side,) in _together((old,), removed)),
        *(Change("added", None, side) for (side,) in _together((new,), added)),
    ]
    stayed = [(old.start(p.before), new.start(p.after)) for p in pairs if p.kind != "moved"]
    return Changes(
        before=before,
        after=after,
        changes=_in_order(found, sorted(stayed)),
        unchanged=sum(len(pair.after) for pair in unchanged),
        renumbered=sum(
            old.marker(pair.before) != new.marker(pair.after)
            or wording(old.units, pair.before) != wording(new.units, pair.after)
            for pair in unchanged
        ),
    )


def _together(
    texts: Sequence[_Text], found: Iterable[tuple[range, ...]]
) -> Iterator[tuple[Side, ...]]:
    """Make one of what stands together, in one section, in each text."""
    joined: list[tuple[range, ...]] = []
    for runs in found:
        if joined and all(map(_Text.is_next, texts, joined[-1], runs)):
            joined[-1] = tuple(
                range(a.start, b.stop) for a, b in zip(joined[-1], runs, strict=True)
            )
        else:
            joined.append(runs)
    for runs in joined:
        yield tuple(map(_Text.side, texts, runs))


def _reworded(old: _Text, new: _Text, pair: Pair) -> Change:
    before, after = differing(old.words(pair.before), new.words(pair.after))
    return Change("reworded", old.side(pair.before, before), new.side(pair.after, after))


def _in_order(found: Iterable[Change], stayed: Sequence[tuple[int, int]]) -> tuple[Change, ...]:
    """Order by the later text; what was removed stands behind what it stood behind."""

    def place(change: Change) -> tuple[int, bool]:
        if change.after:
            return change.after.start, False
        assert change.before
        behind = bisect_left(stayed, (change.before.start, 0)) - 1
        return stayed[behind][1] if behind >= 0 else -1, True

    return tuple(sorted(found, key=place))
