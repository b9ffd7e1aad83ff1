"""Highlighting: which sentences of a passage are marked as those that answer."""

import re
from collections.abc import Sequence

import numpy as np

from qabot.index.lexical import Term, terms
from qabot.records import CELLS, FloatVector, Kind, Passage, Sentence

_CLOSE = 0.1  # cosine that a sentence may be further from the question than the best
_CLOSE_PEER = 0.05  # the same for rows of a table, and items of a list
_WORDS = 0.1  # what holding all of a question's words is worth, as a cosine
_APART = 0.2  # what holding those words is worth that tell the rows of a table apart
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


def marked(passage: Passage, cosines: FloatVector, asked: Sequence[Term]) -> tuple[int, ...]:
    """Return the indices of the sentences that answer, ascending: one or two.

    `cosines` are of the question and each sentence of the passage, -1 where it cannot answer;
    `asked` are the words of the question. A sentence is as near as its cosine and what the words
    of the question that it holds are worth. Marked are the nearest and the next,
    if that is at most `_CLOSE` further away (`_CLOSE_PEER`, where both are rows of a table or items
    of one list). A lead-in is marked together with its nearest item, and the row of a table alone.
    """
    nearness = np.where(cosines > -1, cosines + _held(passage, asked), -1)
    order = sorted(range(len(nearness)), key=lambda place: -nearness[place])
    best = order[0]
    close = [place for place in order[1:] if _is_close(passage, nearness, best, place)]
    if passage.sentences[best].kind == "lead-in":
        items = [place for place in order if place in _under(passage, best) and cosines[place] > -1]
        if items and CELLS in _text(passage, passage.sentences[items[0]]):
            return (items[0],)  # a row says its headers itself
        close = [*items[:1], *close]
    return tuple(sorted([best, *close][:_MOST]))


def _is_close(passage: Passage, nearness: FloatVector, best: int, place: int) -> bool:
    """Whether a sentence answers as well as the best one does."""
    first, other = passage.sentences[best], passage.sentences[place]
    if nearness[place] <= -1 or other.kind == "lead-in":
        return False
    are_rows = all(CELLS in _text(passage, one) for one in (first, other))
    are_items = bool(first.lead_in) and first.lead_in == other.lead_in
    close = _CLOSE_PEER if are_rows or are_items else _CLOSE
    return bool(nearness[place] >= nearness[best] - close)


def _held(passage: Passage, asked: Sequence[Term]) -> FloatVector:
    """Return what holding the question's words is worth to each sentence, as a cosine.

    It is `_WORDS` for all of them, weighed by rarity; in the rows of a table, of which some hold a
    word and others do not, that word is worth `_APART` more. Shape (sentences,).
    """
    rarities = np.array([-np.log(term.everyday) for term in asked], dtype=np.float32)
    texts = [_text(passage, one) for one in passage.sentences]
    held = np.zeros((len(texts), len(asked)), dtype=np.float32)
    for place, text in enumerate(texts):
        words = set(terms(text))
        held[place] = [term.stem in words for term in asked]
    worth = np.full(held.shape, _WORDS, dtype=np.float32)
    rows = [place for place, text in enumerate(texts) if CELLS in text]
    if len(rows) > 1:
        worth[rows] += _APART * ~held[rows].all(axis=0)
    shares: FloatVector = (held * worth * rarities).sum(axis=1)
    return shares / max(float(rarities.sum()), 1e-9)


def _under(passage: Passage, place: int) -> frozenset[int]:
    """Return the places of the sentences that are read with this one."""
    lead_in = _text(passage, passage.sentences[place])
    places = range(place + 1, len(passage.sentences))
    return frozenset(n for n in places if lead_in in passage.sentences[n].lead_in)


def _text(passage: Passage, sentence: Sentence) -> str:
    return passage.text[sentence.start - passage.start : sentence.end - passage.start]
