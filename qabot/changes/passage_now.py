"""What became of a passage of a superseded version in the version that is in force now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qabot.changes.align import align
from qabot.changes.compare import Side
from qabot.changes.units import Alphabet, Unit, units
from qabot.changes.words import Spelt, Words, differing
from qabot.index.corpus import Corpus
from qabot.records import Version


@dataclass(frozen=True, slots=True)
class PassageNow:
    """What became of it."""

    kind: Literal["unchanged", "reworded", "removed"]  #: "unchanged" wherever it stands now
    version: str  #: id of the version in force
    since: date | None  #: from when that is in force; None: not known
    before: Side  #: the sentences, headings and rows that the passage is of
    after: Side | None  #: what it is there, None: removed


def passage_now(
    corpus: Corpus, version_id: str, start: int, end: int, today: date
) -> PassageNow | None:
    """Return what became of `text[start:end]` of a version in the later one in force today.

    None where there is no such version or place, or no later one is in force. Spaces, typography
    and numbers in front are no change, nor is another place.
    """
    old = corpus.version(version_id)
    if old is None:
        return None
    versions = [entry for entry in corpus.entries if entry.policy == old.policy]
    begun = [entry for entry in versions if (entry.begins or date.min) <= today]
    new = corpus.version(begun[-1].id) if begun else None
    ids = [entry.id for entry in versions]
    if new is None or ids.index(new.id) <= ids.index(old.id):
        return None
    alphabet = Alphabet()
    before, after = list(units(old, alphabet)), list(units(new, alphabet))
    asked = {n for n, unit in enumerate(before) if max(unit.start, start) < min(unit.end, end)}
    if not asked:
        return None
    pairs = [pair for pair in align(before, after) if asked.intersection(pair.before)]
    was = _Run(old, before[min(asked) : max(asked) + 1])
    if not pairs:
        return PassageNow("removed", new.id, new.begins, was.side(), None)
    places = sorted(n for pair in pairs for n in pair.after)
    last = places[0]
    for place in places:  # as far as it still stands in one piece
        last = place if place - last <= 1 else last
    now = _Run(new, after[places[0] : last + 1])
    kept = {n for pair in pairs for n in pair.before if pair.kind != "reworded"}
    if asked <= kept:
        return PassageNow("unchanged", new.id, new.begins, was.side(), now.side())
    gone, come = differing(was.words(), now.words())
    return PassageNow("reworded", new.id, new.begins, was.side(gone), now.side(come))


@dataclass(frozen=True, slots=True)
class _Run:
    """Units of a version that stand together; one at least."""

    version: Version
    units: Sequence[Unit]

    def words(self) -> Spelt:
        places = [word for unit in self.units for word in unit.words]
        return Spelt(places, "".join(unit.spelt for unit in self.units))

    def side(self, changed: tuple[Words, ...] = ()) -> Side:
        start, end = self.units[0].start, self.units[-1].end
        trail = self.version.sections[self.units[0].section].trail
        return Side(self.version.text[start:end], start, end, trail, changed)
