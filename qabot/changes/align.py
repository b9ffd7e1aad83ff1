"""Which units of two versions are one, though reworded or in another place.

What is equal in both versions, in the same order, is found first; of the rest what is equal
elsewhere, then what is similar. A sentence that was cut in two, or joined with the next, stays one.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from qabot.changes.units import Alphabet, Unit, wording
from qabot.records import FloatMatrix

PairKind = Literal["unchanged", "moved", "reworded"]

_SIMILAR = 0.65  # share of words in common from which a unit is known again anywhere
_NEARER = 0.25  # how much less will do between the same neighbours
_HELD = 0.4  # how much more it takes of the shorter one's words, if the other is a lot longer
_TELLING = 6  # words below which a unit is known by its neighbours alone
_ROWS = 512  # units compared at once with all others: bounds the memory, not the result


@dataclass(frozen=True, slots=True)
class Pair:
    """Units of both versions that are one: a run on either side, mostly of a single unit."""

    before: range
    after: range
    kind: PairKind  #: "moved": the same words, elsewhere


@dataclass(frozen=True, slots=True)
class _Likely:
    """Free units that are known again by the same words, in one gap."""

    telling: str
    gap: int
    places: deque[int]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two versions, while its units are being paired."""

    units: Sequence[Unit]
    gaps: dict[int, int]  # which gap between equal units a unit is in; none, if it is equal
    free: set[int]  # units that have no pair

    def telling(self, run: range) -> str:
        return "".join(self.units[place].telling for place in run)

    def alike(self) -> list[_Likely]:
        """Put together what cannot be told apart."""
        groups: defaultdict[tuple[str, int], deque[int]] = defaultdict(deque)
        for place in sorted(self.free):
            groups[self.units[place].telling, self.gaps[place]].append(place)
        return [_Likely(*key, places) for key, places in groups.items()]

    def longer(self, run: range) -> Iterator[range]:
        """Yield the run joined with a free neighbour, at either end; only sentences are joined."""
        for place in (run.start - 1, run.stop):
            joined = range(min(place, run.start), max(place + 1, run.stop))
            if place in self.free and all(self.units[n].kind == "sentence" for n in joined):
                yield joined


def align(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Return which units of two versions are one, in the order of the new one.

    Where several choices are as good, the same one is made whichever version is the old one.
    """
    if [unit.wording for unit in old] <= [unit.wording for unit in new]:
        pairs = _aligned(old, new)
    else:
        pairs = [Pair(pair.after, pair.before, pair.kind) for pair in _aligned(new, old)]
    return sorted(pairs, key=lambda pair: pair.after.start)


def _aligned(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    before, after = _Side(old, {}, set()), _Side(new, {}, set())
    pairs = list(_in_order(before, after))
    whole = range(len(old)), range(len(new))
    if before.free and wording(old, whole[0]) == wording(new, whole[1]):  # only cut in other places
        return [Pair(*whole, "unchanged")]
    pairs += _moved(before, after)
    return pairs + [_joined(pair, before, after) for pair in list(_similar(before, after))]


def _in_order(old: _Side, new: _Side) -> Iterator[Pair]:
    """Pair what is equal in the same order, be it cut in other places; what is left is free."""
    i = j = 0
    for gap, (a, b) in enumerate([*_equal(old.units, new.units), (len(old.units), len(new.units))]):
        before, after = range(i, a), range(j, b)
        if before and after and wording(old.units, before) == wording(new.units, after):
            yield Pair(before, after, "unchanged")
        else:
            old.gaps.update(dict.fromkeys(before, gap))
            new.gaps.update(dict.fromkeys(after, gap))
        i, j = a + 1, b + 1
        if a < len(old.units):
            yield Pair(_one(a), _one(b), "unchanged")
    old.free.update(old.gaps)
    new.free.update(new.gaps)


def _equal(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Yield the places of units that are equal, in the order of both.

    A heading weighs as much as two sentences: where a sentence is moved past one, it is the
    sentence that is out of order.
    """
    alphabet = Alphabet()
    places = [
        [place for place, unit in enumerate(side) for _ in range(1 + (unit.kind == "heading"))]
        for side in (old, new)
    ]
    spellings = [
        alphabet.spell(side[place].wording for place in of_side)
        for side, of_side in zip((old, new), places, strict=True)
    ]
    last = -1, -1
    for block in Indel.opcodes(*spellings).as_matching_blocks():
        for number in range(block.size):
            pair = places[0][block.a + number], places[1][block.b + number]
            if pair[0] > last[0] and pair[1] > last[1]:
                yield pair
                last = pair


def _one(place: int) -> range:
    return range(place, place + 1)


def _paired(before: int, after: int, kind: PairKind, sides: tuple[_Side, _Side]) -> Pair:
    sides[0].free.remove(before)
    sides[1].free.remove(after)
    return Pair(_one(before), _one(after), kind)


def _moved(old: _Side, new: _Side) -> Iterator[Pair]:
    """Pair what is equal elsewhere."""
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for place in sorted(old.free):
        waiting[old.units[place].wording].append(place)
    for place in sorted(new.free):
        if equal := waiting[new.units[place].wording]:
            yield _paired(equal.popleft(), place, "moved", (old, new))


def _similar(old: _Side, new: _Side) -> Iterator[Pair]:
    """Pair what is similar, the most similar first."""
    for left, right in _ranked(old.alike(), new.alike()):
        while left.places and right.places:
            places = left.places.popleft(), right.places.popleft()
            yield _paired(*places, "reworded", (old, new))
        if not old.free or not new.free:
            return


def _ranked(old: Sequence[_Likely], new: Sequence[_Likely]) -> Iterator[tuple[_Likely, _Likely]]:
    """Yield which are similar enough to be one, the most similar first."""
    found = [np.empty((0, 3))]
    for first in range(0, len(old), _ROWS):
        scores = _scores(old[first : first + _ROWS], new)
        rows, columns = np.nonzero(scores >= _SIMILAR)
        found.append(np.column_stack((-scores[rows, columns], first + rows, columns)))
    ranked = np.concatenate(found)
    for row, column in ranked[np.argsort(ranked[:, 0], kind="stable"), 1:].astype(int):
        yield old[row], new[column]


def _scores(old: Sequence[_Likely], new: Sequence[_Likely]) -> FloatMatrix:
    """Return how similar each is to each, from `_SIMILAR` on enough to be one."""
    tellings = [[one.telling for one in side] for side in (old, new)]
    shares = process.cdist(*tellings, scorer=Indel.normalized_similarity, dtype=np.float32)
    lengths = [np.array([len(telling) for telling in side]) for side in tellings]
    shorter = np.minimum.outer(*lengths)
    held = shares * np.add.outer(*lengths) / (2 * np.maximum(shorter, 1))
    is_telling = shorter >= _TELLING
    likeness = np.where(is_telling, np.maximum(shares, held - _HELD), shares)
    is_near = np.equal.outer([one.gap for one in old], [one.gap for one in new])
    scores: FloatMatrix = np.where(is_near, likeness + _NEARER, likeness * is_telling)
    return scores


def _joined(pair: Pair, old: _Side, new: _Side) -> Pair:
    """Join free neighbours to a pair as long as most of their words have a counterpart."""

    def distance(pair: Pair) -> int:
        return Indel.distance(old.telling(pair.before), new.telling(pair.after))

    while True:
        longer = [replace(pair, before=run) for run in old.longer(pair.before)]
        longer += [replace(pair, after=run) for run in new.longer(pair.after)]
        best = min([pair, *longer], key=distance)
        if best is pair:
            break
        pair = best
        old.free.difference_update(pair.before)
        new.free.difference_update(pair.after)
    if wording(old.units, pair.before) != wording(new.units, pair.after):
        return pair
    is_near = old.gaps[pair.before[0]] == new.gaps[pair.after[0]]
    return replace(pair, kind="unchanged" if is_near else "moved")
