"""The phrases by which a text says since when it is in force, in the languages of `MONTHS`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qabot.catalog.date_phrases import (
    ANNOUNCING,
    ANOTHER,
    APPLY,
    AUXILIARY,
    FURTHER,
    GOES_ON,
    IS,
    LINKS,
    NOUN,
    OPENING,
    OWN,
    PARTICIPLE,
    SHARED,
    SINCE,
    STARTS,
    TIME,
    any_language,
)
from qabot.catalog.dates import WRITTEN_DATE, days_meant, is_plain_date

_WORDS = any_language(ANNOUNCING)
_BETWEEN = r"[\s:–—|(),’'-]++"
_ELIDED = r"(?:de|da)?(?:d|l|s|dell|dall|nell|all|sull)(?=[’'])"
_BY = r"by [\w ’'&]{1,40}?\b"
_LEADS_ON = (  # atomic: each word is read in one way
    rf"(?>{_BETWEEN}(?:(?:{OWN}|{_WORDS}|{any_language(LINKS)}|{_ELIDED})\b|{TIME}(?=[\s),])))*"
)
_ANNOUNCES = re.compile(
    rf"\b(?:(?P<verb>{_WORDS})|(?P<auxiliary>{AUXILIARY})|(?P<since>{SINCE}))\b"
    rf"{_LEADS_ON}(?:{_BETWEEN}{_BY}{_LEADS_ON})?(?P<mark>[\s:.–—|(),’'-]*)$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    rf"\W*{OPENING}\W*(?:[\w\s’'“”\"&-]{{0,80}}?\b{NOUN}\b{FURTHER}[\s”\"’)]*)?"
    rf"(?:(?:{IS}|it)\b\W*){{0,3}}\W*",
    re.IGNORECASE,
)
_STARTS = re.compile(STARTS, re.IGNORECASE)
_GOES_ON = re.compile(rf",? (?!(?:{GOES_ON}|{OWN})\b)\w", re.IGNORECASE)
_PARTICIPLE = re.compile(rf" {PARTICIPLE}\b", re.IGNORECASE)
_APPLY = re.compile(rf",? {APPLY}\b", re.IGNORECASE)
_IN_FORCE = re.compile(rf",? (?:geltende|gültige)[nr]? {NOUN}\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(rf"\b(?:{ANOTHER})\b", re.IGNORECASE)
_FOR_ORDERS = re.compile(
    r"\W*(?:for|f[üu]r|pour|para|per|voor) (?:[\w-]+ ){0,2}?(?:orders|purchases|bookings|contracts|"
    r"bestellungen|verträge|commandes|contrats|pedidos|contratos|ordini|contratti|bestellingen|"
    r"overeenkomsten)\b(?: [\w-]+){0,2}\s*",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\b(?:will|shall|must|should|to) be $", re.IGNORECASE)
_REVIEW = re.compile(r"review|updat|revis|amend|chang|modif", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:v|rev|ver[sz]i\w+|vers[ãa]o|fassung)\W*$", re.IGNORECASE)
_HEADER = re.compile(r"^(?:\| )?(?P<label>[^:|\n]+): [^|\n]* \| $", re.MULTILINE)
"""Finds the first cell of a row whose header is a row too: "Effective date: Owner | <date>: HR"."""
_KEY = re.compile(r"^(?:\| )?[^:|\n]+: (?P<label>[^:|\n]+) \| [^:|\n]+: $", re.MULTILINE)
"""Finds a row's label in a table headed by its first row: "Owner: Effective | HR: <date>"."""
_PLACE_OF_DATE = re.compile(  # "Frankfurt am Main, den "
    r"[A-ZÀ-ÖØ-Þ][\w’'.-]*(?: (?:am|an|der|de|la|le|upon|on|sur|[A-ZÀ-ÖØ-Þ(][\w’'.)-]*)){0,3},"
    r"(?: (?:den|the|le|a|il|op|lì))? "
)
_LABEL = re.compile(r"\s*[:|]\s*")
_OWN_LABEL = re.compile(r"Effective|Last |Latest |In Force|Valid|Version")
_LAST = re.compile(r"(?:last|latest|zuletzt|laatst|letzte|derni|[úu]ltim)", re.IGNORECASE)
_LINK = rf"(?:\b(?>{OWN}|{any_language(LINKS)}|{TIME})(?!\w)\s*+)"
_LINKS_LAST = re.compile(rf"{_LINK}*(?:{_BY}\s*{_LINK}*)?$", re.IGNORECASE)
_IN_ENGLISH = re.compile(
    rf"\b(?!{SHARED}\b)(?:{ANNOUNCING['en']}|on|from|since|as of)\b", re.IGNORECASE
)
_ABROAD = [words for language, words in ANNOUNCING.items() if language != "en"]
_IN_OTHERS = re.compile(rf"\b(?!{SHARED}\b)(?:{'|'.join(_ABROAD)})\b", re.IGNORECASE)
_BEFORE = 160  # characters before a date in which what announces it begins
_AFTER = 60  # characters behind it in which it shows that it is the date of something else
_TOP, _BOTTOM = 1500, 600  # characters in which a policy says its date
_LAST_LINES = 6
_HEAD, _LONGEST_LINE = 600, 90  # characters; in which a date alone on its line is the text's own


@dataclass(frozen=True, slots=True)
class Announced:
    """What a text says of the day since when it is in force."""

    days: tuple[date, ...]  #: one; several where it is unclear which; none where there is no such
    phrase: str
    readings: tuple[date, ...]  #: the days that the date could mean elsewhere


def announced_date(text: str, day_first: bool | None) -> Announced | None:
    """Return the day since which `text` says that it is in force, and the phrase that says so.

    What stands on top goes before what stands at the bottom, and this before what stands between.
    Of several dates in one place the latest counts: the text as it stands is no older. A month
    without a day counts from its first. `day_first` settles what 03/04/2021 means; None leaves it
    open.
    """
    found = list(_announcements(text, day_first))
    top = [one for start, one in found if start < _TOP]
    bottom = [one for start, one in found if start > len(text) - _BOTTOM]
    between = [one for _, one in found][:1]
    place = top or bottom or between
    clear = [one for one in place if len(one.days) == 1]
    return max(clear, key=lambda one: one.days) if clear else next(iter(place), None)


def date_alone(text: str, day_first: bool | None) -> Announced | None:
    """Return the first date that stands alone on a line on top, or last behind the title."""
    for line in text[:_HEAD].split("\n"):
        found = WRITTEN_DATE.search(line)
        if found is None or len(line) > _LONGEST_LINE or re.search(r"\w", line[found.end() :]):
            continue
        if not is_plain_date(found[0]):
            continue
        before = _LINKS_LAST.sub("", line[: found.start()])
        if _SUBJECT.fullmatch(before) and not _OF_ANOTHER.search(before):
            return _announced(found[0], line.strip(), day_first)
    return None


def date_at_foot(text: str, day_first: bool | None) -> Announced | None:
    """Return the date behind the place where a text was signed: "Leeds, 1 April 2024"."""
    for line in reversed(text[-_BOTTOM:].split("\n")[-_LAST_LINES:]):
        found = WRITTEN_DATE.search(line)
        if found is None or len(line) > _LONGEST_LINE or re.search(r"\w", line[found.end() :]):
            continue
        if is_plain_date(found[0]) and _PLACE_OF_DATE.fullmatch(line[: found.start()]):
            return _announced(found[0], line.strip(), day_first)
    return None


def _announcements(text: str, day_first: bool | None) -> Iterator[tuple[int, Announced]]:
    last = 0  # where a sentence that has had its date ends
    for found in WRITTEN_DATE.finditer(text):
        start = max(last, found.start() - _BEFORE)
        lead, after = text[start : found.start()], text[found.end() : found.end() + _AFTER]
        if header := _HEADER.search(lead) if after.startswith(": ") else None:
            start, lead = start + header.start("label"), f"{header['label']}: "
        if not is_plain_date(found[0]) and found[0].count(".") == 2 and _VERSION.search(lead):
            continue  # "Version 1.3.24"
        announces = _own_phrase(lead, after)
        if announces is None and (key := _KEY.search(lead)):
            start, lead = start + key.start("label"), f"{key['label']}: "
            announces = _own_phrase(lead, after)
        if announces or not after.lstrip(" ,(")[:1].islower():
            last = found.end()
        if announces:
            phrase = text[start + announces.start() : found.end()]
            yield start + announces.start(), _announced(found[0], phrase, day_first)


def _own_phrase(lead: str, after: str) -> re.Match[str] | None:
    """Return the longest phrase that announces the date between these as the text's own."""
    return next((one for one in _phrases(lead) if _is_own(lead, one, after)), None)


def _phrases(lead: str) -> Iterator[re.Match[str]]:
    """Yield the phrases that lead up to a date, each shorter than the one before."""
    found = _ANNOUNCES.search(lead)
    while found:
        yield found
        found = _ANNOUNCES.search(lead, found.start() + 1)


def _is_own(lead: str, announces: re.Match[str], after: str) -> bool:
    """Whether what announces a date is said of the text itself; `after` follows the date."""
    before = re.split(r"[.!?(;|\n] ?| [–—-] ", lead[: announces.start()])[-1]
    if _OF_ANOTHER.search(before) or _OF_ANOTHER.search(announces[0]):
        return False
    if announces["since"]:
        is_first = not before.strip() or _FOR_ORDERS.fullmatch(before) is not None
        if _IN_FORCE.match(after):
            return _SUBJECT.fullmatch(re.sub(r"\bin der $", "", before, flags=re.I)) is not None
        return is_first and _APPLY.match(after) is not None
    if announces["auxiliary"]:
        return _SUBJECT.fullmatch(before) is not None and _PARTICIPLE.match(after) is not None
    verb, is_label = announces["verb"], _LABEL.fullmatch(announces["mark"]) is not None
    if _TO_COME.search(before) and _REVIEW.search(verb):
        return False
    if not _SUBJECT.fullmatch(before):  # labels may share a line: "Owner: Board Effective date: "
        if before.endswith(", ") and _LAST.match(verb):  # "by the editor, last modified"
            return True
        return is_label and _OWN_LABEL.match(verb) is not None and before.endswith(" ")
    if is_label or not _STARTS.match(verb) or re.search(r"\w", before):
        return True  # "Effective June 1, 2021, we will charge" is the date of something else
    return not _GOES_ON.match(after)


def _announced(written: str, phrase: str, day_first: bool | None) -> Announced:
    readings = tuple(days_meant(written))
    if day_first is None and _IN_OTHERS.search(phrase) and not _IN_ENGLISH.search(phrase):
        day_first = True
    is_settled = len(readings) > 1 and day_first is not None
    days = readings[int(day_first or 0) :][:1] if is_settled else readings
    return Announced(days, " ".join(phrase.split()), readings)
