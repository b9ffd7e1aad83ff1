"""Cross-references: "see Section 4" that became "see Section 5", as its section did."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from qabot.changes.align import Pair
from qabot.changes.units import Unit

_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3})*|(?-i:[IVX]{1,6}))"
_NAMES = (
    r"(?:sections?|clauses?|articles?|paragraphs?|parts?|schedules?|appendix|annex|chapters?|points?|"
    r"sec\.|cl\.|art\.|para\.|no\.|nos\.|abschnitte?n?s?|ziffern?|absatz|absätzen?|punkte?n?|"
    r"artikels?n?|paragra(?:ph|f)en|kapitels?|anlage|anhang|nummern?|abs\.|nr\.|ziff\.|"
    r"chapitres?|paragraphes?|annexes?|alinéas?|n°|secci[oó]n(?:es)?|cl[aá]usulas?|art[ií]culos?|"
    r"apartados?|anexos?|cap[ií]tulos?|núm\.|sezion[ei]|clausol[ae]|articol[oi]|paragraf[oi]|"
    r"punt[oi]|allegat[oi]|capitol[oi]|artikelen|hoofdstuk|bijlage|leden|lid|"
    r"se[cç](?:ção|ções)|artigos?)"
)
_AND = r"(?:,| and| or| to| und| oder| bis| et| ou| à| y| o| a| e| en| of| tot|[–—-])"
_REFERENCE = re.compile(
    rf"(?:\b{_NAMES} |§+ ?){_NUMBER}(?!\w)(?:[(\w)]{{0,4}}{_AND} ?{_NUMBER}(?!\w))*|"
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3})+(?= (?:above|below|oben|unten)\b)",
    re.IGNORECASE,
)
_IN_TOKEN = re.compile(rf"(\W*)({_NUMBER})((?:\W.*)?)")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A version's text and units, and which of them a number names."""

    text: str
    units: Sequence[Unit]
    named: Mapping[str, Sequence[int]]

    def tokens(self, run: range) -> Iterator[tuple[str, str, str]]:
        """Yield each word of a run as what is before, in and behind a reference's number."""
        for unit in (self.units[place] for place in run):
            spans = {
                span
                for found in _REFERENCE.finditer(self.text, unit.start, unit.end)
                for number in re.finditer(_NUMBER, found[0])
                for span in range(found.start() + number.start(), found.start() + number.end())
            }
            for start, end in unit.words:
                token = _IN_TOKEN.fullmatch(self.text, start, end)
                if token and token.start(2) in spans:
                    yield token[1], token[2], token[3]
                else:
                    yield self.text[start:end], "", ""


def numbered(text: str, units: Sequence[Unit]) -> Numbered:
    """Find the number in front of each unit; a heading goes before an item of the same number."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        if in_front := re.search(_NUMBER, text[unit.start : unit.words[0][0]]):
            found[in_front[0]].append(place)
    named = {
        number: [place for place in places if units[place].kind == "heading"] or places
        for number, places in found.items()
    }
    return Numbered(text, units, named)


def settled(old: Numbered, new: Numbered, pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs; what differs in the numbers of references alone is no longer reworded.

    The clause or heading that had the old number must be paired with that which has the new one.
    """
    became = {(a, b) for pair in pairs for a in pair.before for b in pair.after}

    def is_same(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
        targets = product(old.named.get(one[1], ()), new.named.get(other[1], ()))
        return one == other or (one[::2] == other[::2] and not became.isdisjoint(targets))

    def is_renumbered(pair: Pair) -> bool:
        words = [*old.tokens(pair.before)], [*new.tokens(pair.after)]
        return len(words[0]) == len(words[1]) and all(map(is_same, *words))

    stayed = [(pair.before.start, pair.after.start) for pair in pairs if pair.kind == "unchanged"]
    found: list[Pair] = []
    for pair in pairs:
        if pair.kind == "reworded" and is_renumbered(pair):
            place = pair.before.start, pair.after.start
            at = bisect_left(stayed, place)
            above, below = stayed[max(at - 1, 0) : at], stayed[at : at + 1]
            is_in_order = all(one[1] < place[1] for one in above)
            is_in_order &= all(one[1] > place[1] for one in below)
            if is_in_order:
                stayed.insert(at, place)
            pair = replace(pair, kind="unchanged" if is_in_order else "moved")
        found.append(pair)
    return found
