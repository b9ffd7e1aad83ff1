"""Plain text as people paste it: its lines become headings, list items and paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.canonical import Block
from qabot.readers.line_end_hyphens import joined, words_of
from qabot.readers.line_ends import goes_on, is_full, unquoted, wrap_column
from qabot.readers.table_rows import Table, table_blocks
from qabot.readers.text_tables import text_table

_BULLET = re.compile(
    r"(?P<indent> *)"
    r"(?P<marker>[*•‣▪◦·–-]|\d{1,2}[.)]|\((?:[a-z]{1,2}|[ivx]+|\d{1,2})\)|[a-z]\))"
    r" +(?=\S)"
)
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})+|\d{1,2}(?=[.)]))[.)]? +(?=\S)")
_WIDE_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_RULE = re.compile(r" *([=_*~-])(?: ?\1){2,} *")
_LEAD_IN = 3  # lines: above a table, and below it, stand fewer
_PROSE = 8  # words; what a heading stands above has at least as many


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its wrapped continuations."""

    text: str  #: without marker
    indent: int = 0
    marker: str = ""  #: of a list item
    underline: str = ""  #: the mark that it is underlined with

    @property
    def hangs(self) -> int:
        """The column at which the lines that continue it begin."""
        return self.indent + len(self.marker) + 1 if self.marker else self.indent


def blocks_of(text: str) -> list[Block]:
    """Turn plain text into blocks; heading levels may leave gaps."""
    raw = [line.replace("\xa0", " ").rstrip() for line in text.split("\n")]
    column, words = wrap_column([line.expandtabs(4) for line in raw]), words_of(raw)
    return list(_read([part for group in _groups(raw) for part in _parts(group, column, words)]))


def _parts(
    group: Sequence[str], column: int, words: frozenset[str]
) -> Iterator[list[Line] | Table]:
    """Yield the table that a group is, with what is right above and below it, or joined lines."""
    for start in range(min(_LEAD_IN, len(group))):
        for end in range(len(group), max(start, len(group) - _LEAD_IN), -1):
            if table := text_table(group[start:end]):
                if start:
                    yield _joined(group[:start], column, words)
                yield table
                if end < len(group):
                    yield _joined(group[end:], column, words)
                return
    yield _joined([line.expandtabs(4) for line in group], column, words)


def _groups(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut at blank lines, and at rules across the page unless they underline a heading."""
    group: list[str] = []
    for line in [*lines, ""]:
        if unquoted(line).strip() and not (_RULE.fullmatch(line) and not group):
            group.append(line)
        elif group:
            yield group
            group = []


def _joined(raw: Sequence[str], column: int, words: frozenset[str]) -> list[Line]:
    """Join wrapped lines; each list item, heading and line broken on purpose becomes a `Line`."""
    lines: list[Line] = []
    for number, line in enumerate(raw):
        before = raw[number - 1] if number else ""
        last = lines[-1] if lines else None
        if last and _RULE.fullmatch(line):
            lines[-1] = Line(last.text, last.indent, last.marker, line.strip()[0])
            continue
        indent = _indent(line)
        wraps = last is not None and not last.underline and _wraps(last, before, line, column)
        found = _BULLET.match(unquoted(line))
        if found and not (wraps and last and _is_mid_sentence(last, found, before)):
            lines.append(Line(unquoted(line)[found.end() :], indent, found["marker"]))
        elif wraps and last:
            text = joined(last.text, unquoted(line).strip(), words)
            lines[-1] = Line(text, last.indent, last.marker)
        else:
            lines.append(Line(unquoted(line).strip(), indent))
    return lines


def _indent(line: str) -> int:
    return len(unquoted(line)) - len(unquoted(line).lstrip())


def _wraps(last: Line, before: str, line: str, column: int) -> bool:
    if last.marker and _indent(line) >= last.hangs:
        return True
    if is_capitals(before) and not is_capitals(line):
        return False
    if _cell_starts(before) & _cell_starts(line):
        return False
    return is_full(before, line, column) or goes_on(unquoted(before), unquoted(line))


def _cell_starts(line: str) -> set[int]:
    """Return the columns at which words stand behind a wide gap, as the cells of a row do."""
    return {gap.end() for gap in _WIDE_GAP.finditer(line)}


def _is_mid_sentence(last: Line, found: re.Match[str], before: str) -> bool:
    """Whether a line that seems to start an item goes on with the sentence above it."""
    if len(found["indent"]) > last.indent and not last.marker:
        return False
    if last.marker:
        digits = re.sub(r"\D", "", found["marker"])
        previous = re.sub(r"\D", "", last.marker)
        return bool(digits and previous) and int(digits) != int(previous) + 1
    return (
        not before.endswith((":", ";", "."))
        or found["marker"][0].isdigit()
        and (not re.fullmatch(r"1[.)]", found["marker"]))
    )


def _read(groups: Sequence[Sequence[Line] | Table]) -> Iterator[Block]:
    level = 1  # of the last heading that is marked as one
    depths: list[int] = []  # indentation of the lists that are open
    lead_in = False
    for number, group in enumerate(groups):
        after = groups[number + 1] if number + 1 < len(groups) else []
        after = [] if isinstance(after, Table) else after
        if isinstance(group, Table):
            depths, lead_in = [], False
            yield from table_blocks(group, group.header)
            continue
        for line in group:
            found = _heading(line, group, after, lead_in, level)
            if found:
                level = level if found.level == level + 1 and not _is_marked(line) else found.level
                depths = []
                yield found
            elif line.marker:
                depths = [indent for indent in depths if indent < line.indent] + [line.indent]
                marker = line.marker if line.marker[-1] in ".)" else "-"
                yield Block("item", line.text, len(depths), marker)
            elif depths and line.indent > depths[-1] and line is group[0]:
                yield Block("item", line.text, len(depths), "")
            else:
                depths = []
                yield Block("paragraph", line.text)
            lead_in = line.text.endswith(":")


def _heading(
    line: Line, group: Sequence[Line], after: Sequence[Line], lead_in: bool, level: int
) -> Block | None:
    below = group[1:] if line is group[0] else []
    body = (*below, *after)
    if line.underline:
        return Block("heading", _whole(line), 1 if line.underline == "=" else 2)
    if is_capitals(_whole(line)) and len(line.text.split()) <= 15 and not line.text.endswith("."):
        return Block("heading", _whole(line), 2 + _number_depth(line))
    if not _is_label(line.text) or line is not group[0] or not body:
        return None
    if _number_depth(line):
        is_alone = not body[0].marker or body[0].marker[0] == "(" or not _is_label(body[0].text)
        is_sibling = bool(_number_depth(body[0])) and _number_depth(body[0]) <= _number_depth(line)
        if is_alone and not is_sibling:
            return Block("heading", _whole(line), 2 + _number_depth(line))
    elif not (len(group) > 1 or line.marker or lead_in or line.text[0].isdigit()) and _is_prose(
        body[0]
    ):
        return Block("heading", line.text, level + 1)
    return None


def _is_marked(line: Line) -> bool:
    """Whether a heading is told by its own form: underlined, numbered or in capitals."""
    return bool(line.underline or _number_depth(line)) or is_capitals(line.text)


def _whole(line: Line) -> str:
    return f"{line.marker} {line.text}" if line.marker else line.text


def _number_depth(line: Line) -> int:
    """1 for "1. Term", 2 for "1.2 Term", 0 without a number."""
    found = _NUMBER.match(f"{_whole(line)} ")
    return found[1].count(".") + 1 if found else 0


def is_capitals(text: str) -> bool:
    """Whether all its letters, three at least, are capitals."""
    return text.isupper() and sum(map(str.isalpha, text)) >= 3


def _is_label(text: str) -> bool:
    """Whether it could be a heading: short, begins like one, and is no sentence and no address."""
    starts = text.lstrip("“\"'(")[:1]
    return (
        len(text.split()) <= 10
        and (starts.isupper() or starts.isdigit())
        and not text.endswith((".", ",", ";", ":", "!"))
        and not re.search(r"@|://|\d{3}", text)
    )


def _is_prose(line: Line) -> bool:
    return not line.marker and len(line.text.split()) >= _PROSE and not _is_label(line.text)
