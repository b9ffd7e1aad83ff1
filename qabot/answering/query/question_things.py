"""What a question is about: its runs of words that are no verbs, as "call records"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qabot.answering.query.ordinary_names import PLACES

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
"""Finds words, those with an apostrophe or a hyphen whole."""
AUXILIARY = (
    r"(?:can|could|may|might|do|does|did|is|are|am|was|were|will|would|shall|should|must|have|has|"
    r"had)"
)
"""A verb that opens a question, or stands before who does something: a regular expression."""
_BETWEEN = (  # the things that a question is about
    "i you we they he she it me us them there here who whom whose what which when where why how "
    "can could may might do does did is are am was were will would shall should must have has had "
    "be been being get got to of for in on at by with from about as if or and but not no than then "
    "that this these those much many long often soon far any after before during within without "
    "until since under over into between so back again too then whats hows wheres per anything "
    "something everything nothing also just already still yet ever now im ive ill youre "
    "theyre isnt arent wasnt werent dont doesnt didnt cant couldnt wont wouldnt shouldnt hasnt "
    "havent myself yourself himself herself itself ourselves themselves"
)
_BREAKS = frozenset(_BETWEEN.split())
_PARTICLES = ("out", "off", "up", "down", "away")  # "take (out) money"
_ASKS_DOING = ("do", "does", "did", "will", "would", "can", "could", "should", "may", "must")
_DO = (
    "accept affect allow apply arrive begin change charge close come cost count cover drive end "
    "expire finish get give go have help include keep last leave mean need offer open pay protect "
    "refund require start stay stop take use work"
)
_DEEDS = frozenset(_DO.split())  # "does the plan (cover) rabies"
DETERMINERS = ("a", "an", "the", "my", "your", "our", "their", "his", "her", "its", "some", "each")
_SUBJECTS = ("i", "you", "u", "we", "they", "he", "she", "it", "one", "who")
_BEFORE_VERB = (*_SUBJECTS, "to", "per")
_IS = ("is", "are", "am", "was", "were", "isnt", "arent", "wasnt", "werent", "isn't", "wasn't")
_VERB = re.compile(
    r"(?:\w+ed|kept|held|sent|paid|made|given|taken|lost|sold|done|shown|told|found|left|put|set|"
    r"possible|free|available|ok|okay|right|correct|true|fair|normal|legal|happens|cost|take|last|"
    r"work|apply|"
    r"expire|mean|begin|start|end|finish|happen|count|come|arrive|leave|open|close|well|"
    rf"early|late|online|abroad|{'|'.join(_PARTICLES)})$"
)
_AMOUNT = re.compile(r"\d+ (?:minutes?|hours?|days?|weeks?|months?|years?|people|persons?)\b")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a question is about, and where it says so."""

    start: int  #: of its determiner, if it has one
    bare: int  #: of the first word behind that
    end: int


def things(question: str, offset: int = 0) -> list[Thing]:
    """Return what a question is about, in order: its runs of words that are no verbs.

    `offset` is where the text given begins in the question: behind its first words.
    """
    words = list(WORD.finditer(question))
    found: list[Thing] = []
    run: list[re.Match[str]] = []
    for place, word in enumerate([*words, None]):
        key = _plain(word[0]) if word else ""
        is_apart = word is not None and (
            _AMOUNT.match(question, word.start()) is not None
            or (bool(run) and question[run[-1].end() : word.start()] != " ")
        )
        opens = not run and key in _PARTICLES
        is_verb = _is_verb(key, words[:place], run)
        is_kept = word is not None and key not in _BREAKS and not (is_verb or opens)
        if word and is_kept and not is_apart:
            run.append(word)
            continue
        if made := _thing(run, offset):
            found.append(made)
        run = [word] if word and is_kept else []
    return found


def _is_verb(key: str, before: Sequence[re.Match[str]], run: Sequence[re.Match[str]]) -> bool:
    """Whether a word says what is done or how something is, so that it is of no thing.

    `before` are the words before it, `run` those at their end that are of one thing.
    """
    is_named = key in PLACES or key in DETERMINERS
    if before and not is_named and _plain(before[-1][0]) in _BEFORE_VERB:
        return True
    if not run and not is_named and _is_predicate(before):
        return True
    return bool(run) and key in _DEEDS and _is_doer(before[: -len(run)], run)


def _is_doer(before: Sequence[re.Match[str]], run: Sequence[re.Match[str]]) -> bool:
    """Whether it is asked what the thing does whose words so far are given: "does the plan"."""
    is_named = any(word[0].lower() not in DETERMINERS for word in run)
    return is_named and bool(before) and before[-1][0].lower() in _ASKS_DOING


def _is_predicate(before: Sequence[re.Match[str]]) -> bool:
    """Whether what comes next only says how something is: "the car was (dirty)"."""
    if len(before) < 2 or before[-1][0].lower() not in _IS:
        return False
    what = before[-2][0].lower()
    return what in _SUBJECTS or what not in _BREAKS


def _plain(word: str) -> str:
    """Return a word in lower case, without what is drawn together with it: "i" of "I'd"."""
    whole = word.lower()
    plain = re.split("['’]", whole)[0]
    return plain if plain in _SUBJECTS else whole


def _thing(run: Sequence[re.Match[str]], offset: int) -> Thing | None:
    """Return a run of words as a thing, without the verb behind it ("call records kept")."""
    determined = next((n for n, word in enumerate(run) if word[0].lower() in DETERMINERS), 0)
    words = list(run[determined:])
    while len(words) > 1 and _VERB.match(words[-1][0].lower()):
        words.pop()
    own = [word for word in words if word[0].lower() not in DETERMINERS]
    if not own or (len(words) == 1 and _VERB.match(words[0][0].lower())):
        return None
    return Thing(offset + words[0].start(), offset + own[0].start(), offset + words[-1].end())
