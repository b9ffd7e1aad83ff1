"""What became of a passage of a superseded version in the version that is in force now."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qabot.changes.align import align
from qabot.changes.units import Alphabet, units
from qabot.index.corpus import Corpus


@dataclass(frozen=True, slots=True)
class PassageNow:
    """What became of it."""

    kind: Literal["unchanged", "reworded", "removed"]  #: "unchanged" wherever it stands now
    version: str  #: id of the version in force
    since: date | None  #: from when that is in force; None: not known
    start: int | None  #: where it stands there, None: removed
    end: int | None


def passage_now(
    corpus: Corpus, version_id: str, start: int, end: int, today: date
) -> PassageNow | None:
    """Return what became of `text[start:end]` of a version in the later one in force today.

    None where there is no such version, or no later one is in force. Spaces, typography and numbers
    in front are no change, nor is another place.
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
    asked = {n for n, unit in enumerate(before) if unit.start < end and start < unit.end}
    pairs = [pair for pair in align(before, after) if asked.intersection(pair.before)]
    if not pairs:
        return PassageNow("removed", new.id, new.begins, None, None)
    kept = {n for pair in pairs for n in pair.before if pair.kind != "reworded"}
    places = sorted(n for pair in pairs for n in pair.after)
    last = places[0]
    for place in places:  # as far as it still stands in one piece
        last = place if place - last <= 1 else last
    return PassageNow(
        "unchanged" if asked <= kept else "reworded",
        new.id,
        new.begins,
        after[places[0]].start,
        after[last].end,
    )
