"""What kind of sentence each is: what answers, and what only announces, dates or points.

Told by form, in English and German and, of dates, in further languages. In doubt it is content.
"""

import re
from collections.abc import Set

from qabot.catalog.dates import MONTH_NAMES
from qabot.chunking.sentences import LABEL
from qabot.records import Kind

_WORD = re.compile(r"[^\W\d_]+")
_QUESTION = re.compile(r".*[?？][*_”\"’')\]\s]*", re.DOTALL)

_DATE_WORDS = 30  # at most
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_IN_DATE = re.compile(  # beside the month's name
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|st|nd|rd|th|the|of|de|utc|gmt|am|pm|on|at"
)
_ANNOUNCES_DATE = re.compile(
    r"effective|updated?|revis(?:ed|ion)|modified|amend(?:ed|ment)|changed?|review(?:ed)?|published|"
    r"posted|issued|approved|adopted|version|dated?|force|effect|valid|since|archived|stand|gültig|"
    r"fassung|aktualisier(?:t|ung)|geändert|änderung|kraft|veröffentlicht|inkrafttreten|"
    r"überarbeitet|jour|vigueur|actualización|vigente|aggiornamento|bijgewerkt"
)
_BESIDE_DATE = re.compile(
    r"last|latest|next|most|recent(?:ly)?|first|was|were|is|are|has|have|been|be|from|as|in|and|a|an|"
    r"by|this|these|our|polic(?:y|ies)|notice|statement|terms|conditions|agreement|document|page|"
    r"guidelines|rules|privacy|cookies?|use|services?|takes?|took|comes?|came|into|appl(?:y|ies)|to|v|"
    r"no|current|original(?:ly)?|created|vom|ab|zum|der|die|das|den|dem|letzten?|zuletzt|seit|tritt|"
    r"trat|und|diese[rs]?|datenschutzerklärung|agb|richtlinie|bedingungen|wurde|ist|sind|dernière|"
    r"mise|à|le|du|en|entrée|última|ultimo|laatst"
)

_SUBJECT = r"""(?:[\w&’'-]+\ ){0,6}?
    (?:polic(?:y|ies)|notice|statement|document|page|agreement|terms(?:\ of\ (?:use|service))?
    |conditions|guide(?:lines?)?|handbook|section|chapter|code)"""
_INTRODUCTION = re.compile(
    rf"""
    (?:in|with)\ (?:this|these|our|the)\ {_SUBJECT},?\ (?:\w+\ ){{0,2}}
      (?:explain|describe|set\ out|outline|tell|inform|find|learn|read|detail|summari[sz]e)\b
    |(?:this|these|our|the)\ {_SUBJECT}\ (?:\([^)]*\)\ )?
      (?:(?:also|is|are|only|further|below|here|intended|meant|designed|to|aims?)\ )*
      (?:explains?|describes?|sets?\ out|outlines?|details?|tells?|informs?|summari[sz]es?|about
      |discusses?|(?:provides?|gives?)\ (?:you\ )?(?:\w+\ ){{0,3}}(?:information|details
      |overview))\b
    |(?:in\ )?(?:diese[rs]?|unsere?r?)\ [\w-]*(?:erklärung|richtlinie|bedingungen|hinweise?|ordnung
      |dokument)(?:,|\ \w+){{0,3}}?\ (?:erläuter|erklär|beschreib|informier|unterricht|legt)\w*
    """,
    re.IGNORECASE | re.VERBOSE,
)

_REFERENCE_WORDS = 25  # at most
_PLACE = r"""(?:(?:sub-?)?sections?|clauses?|articles?|chapters?|appendi(?:x|ces)|schedules?
    |annex(?:es)?|(?:sub-?)?paragraphs?|parts?|pages?\ \d+|above|below|polic(?:y|ies)|notice
    |statement|terms|abschnitt|ziffer|artikel|anlage|kapitel|oben|unten|nr|absatz
    |[\w-]*(?:erklärung|richtlinie|bedingungen)|§|(?:https?://|www\.)\S+)"""
_REFERENCE = re.compile(
    rf"""
    \W*(?:(?:for|to)\ [^,;:]{{1,70}},\ |(?:(?:further|more)\ )?(?:details|information):?\ )?
      (?:please\ |also\ |bitte\ )*(?:see|refer\ to|read|consult|siehe|vgl\.|cf\.)[ ]
      (?:[\w’'“”"‘&/-]+\ ){{0,6}}?[“"‘]?{_PLACE}(?:\W+[\w’'-]+){{0,8}}\W*
    |(?:our\ |the\ |all\ |any\ |die\ |unsere\ )*
      (?:earlier|previous|prior|older|past|former|archived|frühere|ältere)\ (?:\w+\ )?
      (?:versions?|editions?|fassung(?:en)?|polic(?:y|ies))\b[^,;]*
      \b(?:at|here|on|in|from|under|unter|hier|auf)\b[^,;]*
    """,
    re.IGNORECASE | re.VERBOSE,
)

_TITLE = re.compile(  # "Governing Law.", "ii. Limitation of Liability:"
    r"""(?=.*[^\W\d_]{2})\W*(?:(?:[ivxl]+|[a-z])[.)]+\ )?(?:(?:[^\W_a-zà-ÿ][\w’'&/-]*
    |a|an|and|as|at|by|for|from|in|of|on|or|our|the|to|with|your
    |am|auf|bei|der|des|die|für|im|mit|und|von|vom|zu|zum|zur)\W+){1,8}""",
    re.VERBOSE,
)

_STATES = re.compile(  # "All Sales Are Final." says something; "What You Must Do." does not
    r"(?!.*\b(?:What|Who|Whose|How|When|Where|Why|Which|If)\b)"
    r".*\b(?:Is|Are|Must|May|Will|Can|Cannot|Shall|Do|Does)\b",
    re.IGNORECASE,
)
_TABLE = re.compile(r"\b(?:table|following|below|tabelle|folgende\w*|übersicht)\b", re.IGNORECASE)


def kind(sentence: str, own: Set[str], *, alone: bool) -> Kind:
    """Return what a sentence is, read by itself: never "lead-in", which depends on what follows.

    `own` are the words of the policy's title and company, in small letters. `alone`: it is all of
    a paragraph, so that a bare date dates the policy.
    """
    sentence = sentence[label.end() :] if (label := LABEL.match(sentence)) else sentence
    if _QUESTION.fullmatch(sentence):
        return "question"
    if _YEAR.search(sentence) and _dates_policy(sentence, own, alone=alone):
        return "date"
    if _INTRODUCTION.match(sentence):
        return "introduction"
    if len(sentence.split()) <= _REFERENCE_WORDS and _REFERENCE.fullmatch(sentence):
        return "cross-reference"
    return "content"


def announces(sentence: str) -> bool:
    """Whether what stands right above a list or table only announces it, and is no statement."""
    return not re.search(r"[.!?…。][*_”\"’')\]]*$", sentence) or _TABLE.search(sentence) is not None


def titles(sentence: str, after: str) -> bool:
    """Whether a paragraph's first sentence is only the title of what comes after it."""
    is_loud = sentence.isupper() and after.isupper()
    is_title = _TITLE.fullmatch(sentence) is not None and not _STATES.match(sentence)
    return is_title and sentence[-1] in ".:" and not is_loud


def _dates_policy(sentence: str, own: Set[str], *, alone: bool) -> bool:
    """Whether it says no more than when the policy was changed, or since when it is in force."""
    words = [
        word
        for word in _WORD.findall(sentence.lower())
        if word not in MONTH_NAMES and not _IN_DATE.fullmatch(word)
    ]
    if len(words) > _DATE_WORDS:
        return False
    others = [word for word in words if not _ANNOUNCES_DATE.fullmatch(word)]
    if len(others) == len(words):
        return alone and not words
    return all(word in own or _BESIDE_DATE.fullmatch(word) for word in others)
