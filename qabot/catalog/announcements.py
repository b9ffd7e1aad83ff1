"""The phrases by which a text says since when it is in force, in the languages of `MONTHS`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qabot.catalog.dates import WRITTEN_DATE, days_meant

_ENGLISH = (
    r"(?:(?:the )?(?:last|latest|most recent(?:ly)?) )?"
    r"(?:updated?|revised|revision|modified|modification|amend(?:ed|ment)|changed|reviewed|edited)|"
    r"last (?:review|change)|effective|eff|rev|(?:in|into) (?:force|effect)|with effect|"
    r"(?:takes?|took|comes?|came|goes|went|enters?|entered) (?:effect|into (?:force|effect))|"
    r"entry into (?:force|effect)|(?:shall|will) (?:apply|take effect|come into (?:force|effect))|"
    r"appl(?:y|ies|icable)|valid|operative|commenc(?:es?|ement)|start date|dated?|"
    r"(?:first |originally |re)?published|publication|posted|issued?|adopted|adoption|approved|"
    r"approval|released?|current|version(?: ?\d+(?:\.\d+)*)?|v\.? ?\d+(?:\.\d+)*"
)
_ABROAD = (
    r"stand|g[üu]ltig(?:keit(?:sdatum)?)?|gilt|gelten|inkrafttreten|in kraft(?: getreten)?|"
    r"tritt|treten|wirksam|(?:zuletzt|letztmalig) (?:aktualisiert|ge[äa]ndert|bearbeitet|"
    r"[üu]berarbeitet)|letzte (?:aktualisierung|[äa]nderung|bearbeitung|[üu]berarbeitung)|"
    r"aktualisiert|fassung|datum|"
    r"en vigueur|(?:derni[èe]re )?(?:mise [àa] jour|modification|r[ée]vision|actualisation)|"
    r"mise?s? [àa] jour|entr(?:e|ée|ent|era|eront) en vigueur|prend effet|applicables?|valables?|"
    r"date d[’'](?:effet|entr[ée]e en vigueur|application)|dat[ée]e?|"
    r"[úu]ltima (?:actualizaci[óo]n|modificaci[óo]n|revisi[óo]n|atualiza[çc][ãa]o|"
    r"modifica[çc][ãa]o)|fecha|actualizad[oa]s?|atualizad[oa]s?|vigentes?|vigencia|v[áa]lid[oa]s?|"
    r"en vigor|em vigor|data(?= ultim)|entra(?:da|r[áa])? en vigor|entr[óo] en vigor|data d[ei]|"
    r"(?:ultim[oa] )?(?:aggiornamento|modifica|revisione)|aggiornat[oaie]|in vigore|valid[aei]|"
    r"entra(?:t[oa])? in vigore|decorrenza|"
    r"(?:voor het )?laatst (?:bijgewerkt|gewijzigd|aangepast|herzien)|bijgewerkt|"
    r"laatste (?:update|wijziging|aanpassing|herziening)|geldig|geldt|met ingang van|"
    r"van toepassing|ingangsdatum|van kracht|in werking|versie|versione|"
    r"versi[óo]n(?! ?\d)|vers[ãa]o"
)
_NOUN = (
    r"(?:policy|policies|notice|statement|terms|conditions|agreement|addendum|document|page|version|"
    r"guidance|guidelines?|rules|code|schedule|\w*(?:erklärung|richtlinie|bedingungen|hinweise?|agb|"
    r"ordnung|fassung)|politique|charte|mentions|conditions générales|política|condiciones|"
    r"términos|aviso|termos|informativa|condizioni|termini|politica|beleid|\w*(?:verklaring|voorwaarden)|"
    r"reglement|texte?|document[oe]?|dokument)"
)
_LINKS = (
    rf"(?:this|these|our) (?:[\w-]+ ){{0,3}}{_NOUN}|"
    r"date|on|as|to|from|since|is|are|was|at|of|and|the|this|last|latest|for all|in|starting|"
    r"beginning|only|"
    r"der information(?:en)?|dem|den|der|am|ab|vom|von|seit|zum|ist|sind|und|"
    r"le|la|du|au|depuis|d[èe]s|[àa] (?:compter|partir)|en date|est|de|"
    r"desde|a partir|el|del|d[íi]a|con|em|por|"
    r"dal|dalla|il|al|a (?:decorrere|far data|partire)|è|"
    r"op|vanaf|met ingang|van|sinds|per|het"
)
_AUTHOR = r"by [\w ’'&]{1,40}?\b"
_BETWEEN = r"[\s:–—|(),-]++"
_LEADS_ON = (  # atomic: each word is read in one way
    rf"(?>{_BETWEEN}(?:{_ABROAD}|{_ENGLISH}|{_LINKS})\b|[\s–—-]*+\b[dl][’'](?=[\s\w]))*"
)
_ANNOUNCES = re.compile(
    rf"\b(?P<verb>{_ENGLISH}|{_ABROAD})\b{_LEADS_ON}(?:{_BETWEEN}{_AUTHOR}{_LEADS_ON})?"
    r"(?P<mark>[\s:.–—|(),’'-]*)$",
    re.IGNORECASE,
)
_IS = (
    r"(?:as|we|we have|was|were|is|are|became|has been|have been|and|shall be|will be|ist|"
    r"sind|wurden?|est|sont|a été|ont été|est|está|están|fue|ha sido|han sido|foi|è|sono|"
    r"è stat[ao]|werd|zijn)"
)
_FURTHER = r"(?: of (?:use|service|sale|business|supply|hire|trade)| below| above)?"
_SUBJECT = re.compile(
    rf"\W*(?:[\w\s’'“”\"&-]{{0,80}}?\b{_NOUN}\b{_FURTHER}[\s”\"’)]*)?(?:{_IS}\b)?\W*", re.IGNORECASE
)
_STARTS = re.compile(r"effective|in|tak|took|com|came|appl|valid|with|from|met", re.IGNORECASE)
_GOES_ON = (
    r"(?:and|until|till|to|last|updated|revised|effective|supersed\w+|replac\w+|"
    rf"(?:this|these|our) (?:[\w-]+ ){{0,3}}?{_NOUN})\b"
)
_OF_ANOTHER = re.compile(
    r"\b(?:previous|prior|earlier|former|archived|until|replac\w+|supersed\w+|next|expir\w+|old|"
    r"vorherige\w*|nächste\w*|ersetzt|bis|précédente?|prochaine?|remplace|jusqu\w*|anterior|"
    r"próxima?|sustituye|hasta|precedente|prossima?|sostituisce|fino|vorige|volgende|vervangt|"
    r"tot)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\b(?:will|shall|must|should|to) be $", re.IGNORECASE)
_REVIEW = re.compile(r"review|updat|revis|amend|chang|modif", re.IGNORECASE)
_HEADER = re.compile(r"^(?:\| )?(?P<label>[^:|\n]+): [^|\n]* \| $", re.MULTILINE)
"""Finds the first cell of a row whose header is a row too: "Effective date: Owner | <date>: HR"."""
_LABEL = re.compile(r"\s*[:|]\s*")
_OWN_LABEL = re.compile(r"Effective|Last |Latest |In Force|Valid|Version")
_LINK = rf"(?:\b(?>{_LINKS})\b\s*+)"
_LINKS_LAST = re.compile(rf"{_LINK}*(?:{_AUTHOR}\s*{_LINK}*)?$", re.IGNORECASE)
_IN_ENGLISH = re.compile(rf"\b(?:{_ENGLISH}|on|from|since)\b", re.IGNORECASE)
_IN_OTHERS = re.compile(rf"\b(?:{_ABROAD})\b", re.IGNORECASE)
_BEFORE = 160  # characters before a date in which what announces it begins
_AFTER = 60  # characters behind it in which it shows that it is the date of something else
_TOP, _BOTTOM = 1500, 600  # characters in which a policy says its date
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
        before = _LINKS_LAST.sub("", line[: found.start()])
        if _SUBJECT.fullmatch(before) and not _OF_ANOTHER.search(before):
            return _announced(found[0], line.strip(), day_first)
    return None


def _announcements(text: str, day_first: bool | None) -> Iterator[tuple[int, Announced]]:
    last = 0
    for found in WRITTEN_DATE.finditer(text):
        start = max(last, found.start() - _BEFORE)
        last = found.end()
        lead, after = text[start : found.start()], text[found.end() : found.end() + _AFTER]
        if header := _HEADER.search(lead) if after.startswith(": ") else None:
            start, lead = start + header.start("label"), f"{header['label']}: "
        own = (one for one in _phrases(lead) if _is_own(lead, one, after))
        if announces := next(own, None):
            phrase = text[start + announces.start() : found.end()]
            yield start + announces.start(), _announced(found[0], phrase, day_first)


def _phrases(lead: str) -> Iterator[re.Match[str]]:
    """Yield the phrases that lead up to a date, each shorter than the one before."""
    found = _ANNOUNCES.search(lead)
    while found:
        yield found
        found = _ANNOUNCES.search(lead, found.start() + 1)


def _is_own(lead: str, announces: re.Match[str], after: str) -> bool:
    """Whether what announces a date is said of the text itself; `after` follows the date."""
    before = re.split(r"[.!?(;|\n] ?| [–—-] ", lead[: announces.start()])[-1]
    verb, is_label = announces["verb"], _LABEL.fullmatch(announces["mark"]) is not None
    if _OF_ANOTHER.search(before) or _OF_ANOTHER.search(announces[0]):
        return False
    if _TO_COME.search(before) and _REVIEW.search(verb):
        return False
    if not _SUBJECT.fullmatch(before):  # labels may share a line: "Owner: Board Effective date: "
        return is_label and _OWN_LABEL.match(verb) is not None and before.endswith(" ")
    if is_label or not _STARTS.match(verb) or re.search(r"\w", before):
        return True  # "Effective June 1, 2021, we will charge" is the date of something else
    return not re.match(rf",? (?!{_GOES_ON})\w", after, re.IGNORECASE)


def _announced(written: str, phrase: str, day_first: bool | None) -> Announced:
    readings = tuple(days_meant(written))
    if day_first is None and _IN_OTHERS.search(phrase) and not _IN_ENGLISH.search(phrase):
        day_first = True
    is_settled = len(readings) > 1 and day_first is not None
    days = readings[int(day_first or 0) :][:1] if is_settled else readings
    return Announced(days, " ".join(phrase.split()), readings)
