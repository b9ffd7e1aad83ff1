"""The sentences of a line, and the items of a long one.

sentencex finds where sentences end; where it takes an abbreviation for an end, the two are joined.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from sentencex import get_sentence_boundaries

from qabot.canonical import cells, letters, roman
from qabot.catalog.dates import MONTHS
from qabot.records import CELLS

LONG = 40
"""A sentence or row of more words than this is marked by its items or cells."""

LABEL = re.compile(
    r"(?:Q(?:uestion)?|A(?:nswer|ntwort)?|F(?:rage)?) ?(?:\d{1,3} ?)?[.:)](?:\s+|$)", re.IGNORECASE
)
"""What stands before the questions and answers of an FAQ: "Q:", "A2.", "Frage 3:"."""

_ABBREVIATION = re.compile(  # no sentence's last word
    r"incl|excl|approx|viz|cf|resp|acc|ref|esp|ca|dr|prof|mr|mrs|ms|messrs|hon|e\.g|i\.e|vgl|gem|bzw|inkl|"
    r"exkl|zzgl|abzgl|bzgl|ggf|evtl|sog|lt|insb|insbes|einschl|bspw|idr|ivm|i\.v\.m|i\.d\.r|i\.s\.d|"
    r"mio|mrd|aprox|env|vid|[\w-]*str|fa|ggü|avda?|dña|pza|cía|bd|"
    r"sigg?|sig\.ra|dott|avv|rag|attn|sched|p\. ?e[xj]|sra?|sres|sras|srta|mme|mlle|ee|"
    r"excm[oa]|exm[oa]|ilm[oa]|dhr|mevr|cie|sté|dpto|cfr|entspr|"
    r"i\.s\.v|z\.b|d\.h|u\.a|u\.u|v\.a|o\.g|s\.o|s\.u|m\.w|(?-i:[zduiov])",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(  # nor these where a number follows: "No. 5", but "No. You may not."
    r"nos?|nrn?|arts?|secs?|sect|paras?|tel|phone|fax|mob|ext|figs?|pp?|chap|ch|cls?|regs?|sch|vol|"
    r"ed|max|min|abs|rn|rz|ziff|buchst|lit|kap|s|ff|mind|anl|az|std|mio|mrd|est|avg|dept|hrs?|mins|"
    r"uds?|máx|mín|éd|rr|hh|núms?|n[º°]|tél|teléf|tfno|réf|págs?|apdo|cap|al|ann|inc|uabs|subsec|"
    r"dir|mths|wks|yrs|a\.m|p\.m|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"(?-i:[A-Z]?[b-df-hj-np-tv-xz]+)",  # has no vowel: "Std.", "hrs."
    re.IGNORECASE,
)
_NOTE = re.compile(r"(?<=[.!?])\[[\w,–-]{1,9}\](?=\s)")  # the mark of a note: "a week.[1] You"
_BEFORE_LETTER = re.compile(r"app|ann|exh|figs?|subsec|secs?|sch|sched|cls?", re.IGNORECASE)
_LETTER = re.compile(r"[B-HJ-Z]\b")  # "App. B"; a sentence may begin with "A" or "I"
_LAST_WORD = re.compile(r"(?:\bp\. (?=e[xj]\.$))?[\w.]*\w(?=\.$)")
_AT_ONCE = 4_000  # characters of a line that sentencex gets: its time grows with their square
_MARKER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[ivxl]+|[a-z])\)?[.)]+", re.IGNORECASE)
_LOOKED_AT = 60  # characters on either side of where a sentence may end
_MARKS = 200  # more than these count no items
_LEAD_IN = 2_000  # characters, at most, that are kept of what leads in
_SHORT = 4  # letters of a word that, before a small letter, is an abbreviation or a number
_NUMBER = re.compile(
    r"[\d§+(€$£]|[IVXLC]+\b|(?:[A-Z]{3}|No|Nr|Art|Abs|n[°º])\.? ?(?:[A-Z]{2} ?)?\d"
)
_ORDINAL = re.compile(  # "am 3. Tag", "des 2. Abschnitts": German counts so in a sentence
    r"\b(?:(?<!\bI )am|zum|vom|beim|im|des|dem|der|den|jede[mnrs]?) \d{1,2}\.$", re.IGNORECASE
)
_MONTH = re.compile(  # "am 1. Januar"
    rf"(?:{'|'.join(MONTHS['de'].split())}|jänner)\b", re.IGNORECASE
)

_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-z]|[ivx]{2,5}|[A-Z]|[0-9]{1,2})\)\s+(?=\S)")
_REFERS = re.compile(  # "clause (a)", "section 7 (a)": no item begins there
    r"(?:\d|\b(?:clauses?|(?:sub-?)?sections?|(?:sub-?)?paragraphs?|articles?|items?|points?|under|"
    r"abs|nr|lit|satz|ziffern?|buchstaben?|artikel)\.?)\s*$",
    re.IGNORECASE,
)
_CONJUNCTION = r"\b(?:and|or|nor|and/or|but|und|oder|sowie|bzw\.)"
_DIVIDED = re.compile(rf"(?:[;,:.]|{_CONJUNCTION})\s*$")
_LEFT_OVER = re.compile(rf"\s+{_CONJUNCTION}$")  # it leads to the next item
_COUNTS = {  # how a sequence goes on that begins so
    "i": [roman(n) for n in range(1, 30)],
    "a": [letters(n) for n in range(1, 27)],
    "A": [letters(n).upper() for n in range(1, 27)],
    "1": [str(n) for n in range(1, 100)],
}


class Item(NamedTuple):
    """What a sentence or a row is marked by: itself, an item of it, or a cell."""

    start: int
    end: int
    lead_in: str  #: what it is read with, "" where it stands for itself


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of one line, without the blanks around it."""
    line = text[start:end]
    first = 0
    for last in _ends(_NOTE.sub(lambda m: " " * len(m[0]), line)):
        if last < len(line) and _goes_on(line, first, last):
            continue
        sentence = line[first:last]
        if sentence.strip():
            lead = len(sentence) - len(sentence.lstrip())
            yield start + first + lead, start + first + lead + len(sentence.strip())
        first = last


def _ends(line: str) -> Iterator[int]:
    """Yield where the sentences of a line end, as sentencex says."""
    first = 0
    while first < len(line):
        part = line[first : first + _AT_ONCE]
        ends = [first + boundary["end_index"] for boundary in get_sentence_boundaries("en", part)]
        after = first + len(part)
        if after < len(line):  # the last may go on
            ends.pop()
            after = ends[-1] if ends else after
        yield from ends
        first = after


def _goes_on(line: str, first: int, last: int) -> bool:
    """Whether the sentence that begins at `first` does not end at `last`, as sentencex says."""
    if not line[last - 1].isspace():  # inside a word: "the U.|S. Shield"
        return True
    before = line[max(first, last - _LOOKED_AT) : last].strip()
    after = line[last : last + _LOOKED_AT].lstrip()
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    if LABEL.fullmatch(before) or _MARKER.fullmatch(before) or _ABBREVIATION.fullmatch(word):
        return True
    if word and len(word.replace(".", "")) <= _SHORT and after[:1].islower():
        return True
    if word.isdigit():
        is_ordinal = _ORDINAL.search(before) and after[:1].isupper()
        return len(word) < 3 and (bool(is_ordinal) or _MONTH.match(after) is not None)
    if _BEFORE_LETTER.fullmatch(word) and _LETTER.match(after):
        return True
    return _BEFORE_NUMBER.fullmatch(word) is not None and _NUMBER.match(after) is not None


def items(text: str, start: int, end: int) -> Iterator[Item]:
    """Yield what a sentence or row is marked by; itself, if it has at most LONG words.

    Of a longer one these are its items "(a) ...; (b) ...", else what semicolons divide, and of a
    row its cells. Their lead-in is what stands before the first, or the row's first cell; of a
    sentence the lead-in is an item too, before what it introduces.
    """
    cuts: list[int] = []
    if len(text[start:end].split()) > LONG:
        if CELLS in text[start:end]:
            yield from _cells(text, start, end)
            return
        cuts = _counted(text, start, end) or _semicolons(text, start, end)
    if not cuts:
        yield Item(start, end, "")
        return
    lead_in = text[start : cuts[0]].strip()
    if lead_in:
        yield Item(start, start + len(lead_in), "")
    lead_in = lead_in[-_LEAD_IN:]
    for first, last in zip(cuts, [*cuts[1:], end], strict=True):
        item = text[first:last].rstrip()
        if last < end:
            item = _LEFT_OVER.sub("", item)
        for inner in items(text, first, first + len(item)):
            yield inner._replace(lead_in=f"{lead_in} {inner.lead_in}".strip())


def _cells(text: str, start: int, end: int) -> Iterator[Item]:
    """Yield the sentences of each cell; those behind the first cell are led in by that."""
    row = text[start:end]
    first_cell = row.split(CELLS)[0]
    for cell in cells(row):
        for first, last in sentences(text, start + cell.start, start + cell.end):
            yield Item(first, last, first_cell if cell.start else "")


def _counted(text: str, start: int, end: int) -> list[int]:
    """Return where the items begin that count on from "(a)", "(i)", "(1)" or "(A)"; or nothing."""
    found = list(islice(_INLINE.finditer(text[start:end]), _MARKS + 1))
    if len(found) > _MARKS:
        return []
    for place, opening in enumerate(found):
        names = _COUNTS.get(opening[1], [])
        if not names or _REFERS.search(_before(text, start, opening)):
            continue
        cuts = [start + opening.start()]
        for mark in found[place + 1 :]:
            is_next = names[len(cuts) : len(cuts) + 1] == [mark[1]]
            if is_next and _DIVIDED.search(_before(text, start, mark)):
                cuts.append(start + mark.start())
        if len(cuts) > 1 and _shortest(text, cuts, end) > 2:  # the mark counts as a word
            return cuts
    return []


def _before(text: str, start: int, mark: re.Match[str]) -> str:
    place = start + mark.start()
    return text[max(start, place - _LOOKED_AT) : place]


def _semicolons(text: str, start: int, end: int) -> list[int]:
    """Return where what semicolons divide begins, behind a colon where one leads in; or nothing."""
    divided = [start + found.end() for found in re.finditer(r";\s+", text[start:end])]
    if len(divided) < 2:
        return []
    colon = text.rfind(": ", start, divided[0])
    cuts = [start if colon < 0 else colon + 2, *divided]
    return cuts if _shortest(text, cuts, end) > 1 else []


def _shortest(text: str, cuts: list[int], end: int) -> int:
    return min(len(text[a:b].split()) for a, b in zip(cuts, [*cuts[1:], end], strict=True))
