"""Which sentences of a passage are marked as those that answer."""

import re

from qabot.records import FloatVector, Kind, Passage, Sentence

_CLOSE = 0.1  # cosine that a sentence may be further from the question than the best
_MOST = 2  # sentences that are marked

_ASKED: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(
        r"since when|as of when|how (?:old|recent|current|new|up.to.date)|up.to.date|in force|"
        r"(?:effective|publication|issue|revision) date|date of|what date|which (?:date|version)|"
        r"\b(?:last|latest|recent(?:ly)?)\b.*\b(?:updated?|changed?|revis|modif|amend|review|version)|"
        r"\bwhen\b.*\b(?:updat|chang|revis|modif|amend|effect|force|valid|publish|issued|written|"
        r"posted|start|begin|began|adopt|approv|appl(?:y|ies))|\bupdated on\b|"
        r"seit wann|ab wann|welche[rsn]? (?:fassung|stand|version)|\bin kraft\b|gültig (?:ab|seit)|"
        r"\bwann\b.*(?:aktualisiert|geändert|kraft|gültig|veröffentlicht)|(?:letzte|zuletzt)\b.*"
        r"(?:änder|aktualisier|geändert)",
        re.IGNORECASE,
    ),
    "introduction": re.compile(
        r"\b(?:polic|notice|statement|document|terms|page|guide|rules|section|text|agreement)\w*\b.*"
        r"\b(?:about|purpose|cover|explain|describe|scope|appl|aim|for|say|tell|contain)|"
        r"\b(?:about|purpose|cover|explain|describe|scope|appl|aim|what is|contain)\w*\b.*"
        r"\b(?:polic|notice|statement|document|terms|page|guide|rules|section|text|agreement)|"
        r"\bworum geht\b|\b(?:zweck|inhalt)\b",
        re.IGNORECASE,
    ),
    "cross-reference": re.compile(
        r"\b(?:where|link|url|website|web ?page|address|which (?:section|clause|page|policy)|"
        r"(?:find|learn|read|know|see|get|more) (?:out )?(?:more|about|information|details)|more|"
        r"(?:earlier|previous|prior|older?|past|former|archived) (?:\w+ )?"
        r"(?:version|polic|terms)\w*|"
        r"wo|welche[rsn]? (?:abschnitt|ziffer|seite)|frühere|ältere)\b",
        re.IGNORECASE,
    ),
}


def unasked(question: str) -> frozenset[Kind]:
    """Return the kinds of sentence that are no answer to this question.

    A date line answers "Since when is this in force?", a cross-reference "Where do I find ...?".
    """
    return frozenset(kind for kind, asked in _ASKED.items() if not asked.search(question))


def marked(passage: Passage, cosines: FloatVector) -> tuple[int, ...]:
    """Return the places of the sentences that answer, ascending; two at most, one at least.

    `cosines` are of the question and each sentence of the passage, -1 where it cannot answer: the
    best is marked, and what is close to it. A lead-in is marked with one of its items, or not.
    """
    order = sorted(range(len(cosines)), key=lambda place: -cosines[place])
    best = cosines[order[0]]
    found = [place for place in order if cosines[place] >= best - _CLOSE and cosines[place] > -1]
    found = found[:_MOST]
    for place in [one for one in found if passage.sentences[one].kind == "lead-in"]:
        items = _under(passage, place)
        if items.isdisjoint(found):
            rest = [item for item in order if item in items and cosines[item] > -1]
            if place == order[0] and rest:
                found = [place, rest[0], *found[1:]][:_MOST]
            elif len(found) > 1:
                found = [one for one in found if one != place]
    return tuple(sorted(found or order[:1]))


def _under(passage: Passage, place: int) -> frozenset[int]:
    """Return the places of the sentences that are read with this one."""
    lead_in = _text(passage, passage.sentences[place])
    places = range(place + 1, len(passage.sentences))
    return frozenset(n for n in places if lead_in in passage.sentences[n].lead_in)


def _text(passage: Passage, sentence: Sentence) -> str:
    return passage.text[sentence.start - passage.start : sentence.end - passage.start]
