"""Tabs, notes and closed parts as site generators write them, as HTML that Markdown knows.

What has a title becomes <details>, a section of its own; marks without one are left out.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from qabot.canonical import clean
from qabot.records import Removed

_RULE = "tag of a site generator"
_LONGEST = 1_000  # characters of a line that may be a mark
_NEAR = 200  # characters beside marks and what they hold that are looked at
_DEEPEST = 20  # parts in each other
_MARKS = re.compile(
    r"^\s*(?:import\b|export\s|:::|<[A-Z]|!!!\s|\?\?\?|===[!+]?\s|: |>\s?\[!)|\{\{[<%]|\{%",
    re.MULTILINE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SCRIPT = re.compile(
    r"import\s+(?:[\w*{},$ ]+\sfrom\s+)?['\"][^'\"]+['\"];?\s*$|import\s*\{\s*$"
    r"|export\s+(?:(?:const|let|var)\s+[\w${]|default\s*[({]|(?:default\s+)?(?:async\s+)?function\b)"
)
_COLONS = re.compile(r"\s*(:{3,})[ \t]*([\w-]*)[ \t]*(?:\[(.*)\]|(.*?))[ \t:]*")
_TAG = re.compile(r"\s*<(/?)([A-Z][\w.]*)\b(.*?)(/?)>\s*")
_OTHERS = r"(?:[^}\n]|\}(?!\})){0,300}?"  # attributes
_CODE = re.compile(  # of Hugo, or a tag of Liquid
    rf"\s*\{{\{{[<%]\s*(?P<ends>/?)\s*(?P<name>[\w/.-]+)(?P<others>{_OTHERS})/?\s*[>%]\}}\}}\s*"
    r"|\s*\{%-?\s*(?P<end>end)?(?P<tag>\w+)(?P<more>[^{}\n%]{0,300}?)-?%\}\s*"
)
_SHOWN = (  # marks that are shown: `{{< tab >}}`, or between {% raw %} and {% endraw %}
    r"`[^`\n]{1,1000}`|\{%-?\s{0,9}raw\s{0,9}-?%\}(?s:.{0,3000}?)\{%-?\s{0,9}endraw"
)
_OPENS = (
    rf"\{{\{{[<%]\s{{0,9}}(?P<code>\w[\w/.-]{{0,50}}){_OTHERS}[>%]\}}\}}"
    r"|\{%-?\s{0,9}(?P<tag>\w{1,50})[^{}\n%]{0,300}%\}"
)
_CLOSES = (
    r"\{(?:\{[<%]\s{0,9}/\s{0,9}(?P=code)\s{0,9}[>%]\}"
    r"|%-?\s{0,9}end(?P=tag)\s{0,9}-?%)\}"
)
_AROUND = re.compile(  # a mark, what it holds, and its end, on one line
    rf"(?P<shown>{_SHOWN})|(?P<opens>{_OPENS})(?P<said>[^{{}}\n]{{1,1000}})(?P<closes>{_CLOSES})"
)
_LIQUID = re.compile(r"\s*(?:\{%(?:[^{}%]|%(?!\}))*+%\}\s*)+")
_INDENTED = re.compile(r"(?:!!!|\?\?\?\+?)\s+[\w -]+?(?:\s+\"(.*)\")?\s*|===[!+]?\s+\"(.+)\"\s*")
_TITLE = re.compile(
    r"\b(?:title|label|header|heading|summary|question|name)=(?:\"([^\"]*)\"|'([^']*)')"
)
_FIRST = re.compile(r"\s*\"([^\"]*)\"")
_OPENED = {
    "accordion", "accordion-item", "accordionitem", "collapse", "detail", "details", "expand",
    "expander", "faq", "panel", "spoiler", "tab", "tabitem", "tab-item", "toggle",
}  # fmt: skip
_CLOSE = "\n</details>\n"


def written_out(source: str) -> tuple[str, list[Removed]]:
    """Return the source with such marks written as HTML, and the marks that say nothing."""
    removed: list[Removed] = []
    if _MARKS.search(source):
        source = _AROUND.sub(_apart, source)
        source = "\n".join(_written(source.split("\n"), removed, 0))
    return source, removed


def _apart(found: re.Match[str]) -> str:
    """Return marks on lines of their own where they hold a whole line, else what they hold."""
    if found["shown"]:
        return found[0]
    source, start, end = found.string, *found.span()
    before, after = source[max(start - _NEAR, 0) : start], source[end : end + _NEAR]
    is_alone = not (before.rpartition("\n")[2] + after.partition("\n")[0]).strip()
    return "\n\n".join(found.group("opens", "said", "closes")) if is_alone else found["said"]


def _written(lines: Sequence[str], removed: list[Removed], depth: int) -> Iterator[str]:
    """Yield the lines; `depth` counts the indented parts around them."""
    open_parts: list[tuple[str, bool]] = []  # name of each mark, and whether it became <details>
    ends = {code.name for line in lines if (code := _code(line)) and code.is_end}
    fence, in_script, above, after = "", False, "", 0
    for place, line in enumerate(lines):
        if place < after:
            continue
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence) and not line[found.end() :].strip()):
            fence = "" if fence else found[1]
        starts = not fence and not above.strip() and _SCRIPT.match(line) is not None
        in_script = bool(line.strip()) and (in_script or starts)
        above = line
        if in_script:
            removed.append(Removed("script or style", clean(line)))
        elif fence or len(line) > _LONGEST:
            yield line
        elif depth < _DEEPEST and (after := _end_of_indented(lines, place)) > place:
            yield from _indented(lines[place:after], removed, depth)
        else:
            yield from _line(line, open_parts, ends, removed)
    yield from (_CLOSE for _, is_part in open_parts if is_part)


def _end_of_indented(lines: Sequence[str], place: int) -> int:
    """Return where a part ends that is all that is indented below its mark; `place` if none is."""
    if not _INDENTED.fullmatch(lines[place]):
        return place
    end = place + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(("    ", "\t"))):
        end += 1
    return end if any(line.strip() for line in lines[place + 1 : end]) else place


def _indented(lines: Sequence[str], removed: list[Removed], depth: int) -> Iterator[str]:
    found = _INDENTED.fullmatch(lines[0])
    title = (found[1] or found[2] or "") if found else ""
    if title:
        yield _opening(title)
    inner = [re.sub(r"^(?: {4}|\t)", "", line) for line in lines[1:]]
    yield from ("", *_written(inner, removed, depth + 1), "")
    if title:
        yield _CLOSE


class _Code(NamedTuple):
    """A shortcode of Hugo or a tag of Liquid that is a line."""

    name: str
    is_end: bool  #: whether it ends a part
    title: str  #: of the part that it begins, ""


def _code(line: str) -> _Code | None:
    found = _CODE.fullmatch(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    others = found["others"] or found["more"] or ""
    first = _FIRST.match(others)
    title = _title(others) or (first[1] if first else "")
    name = (found["name"] or found["tag"]).lower()
    return _Code(name, bool(found["ends"] or found["end"]), title)


def _line(
    line: str, open_parts: list[tuple[str, bool]], ends: set[str], removed: list[Removed]
) -> list[str]:
    if found := _COLONS.fullmatch(line):
        name = found[1]
        is_end = not found[2] and not found[3] and not found[4]
        title = "" if (found[4] or "").startswith("{") else found[3] or found[4] or ""
    elif found := _TAG.fullmatch(line):
        name, is_end, title = found[2], bool(found[1]), _title(found[3])
        if found[4] or not title and (name, True) not in open_parts[-_DEEPEST:]:
            return [line]
    elif code := _code(line):
        name, is_end, title = code
        is_open = any(name == one for one, _ in open_parts[-_DEEPEST:])
        is_part = name in _OPENED or (is_open if is_end else " " in title)
        if name not in ends or not is_part:
            removed.append(Removed(_RULE, clean(line)))
            return [""]
    elif _LIQUID.fullmatch(line):
        removed.append(Removed(_RULE, clean(line)))
        return [""]
    else:
        line = re.sub(r"^(\s*(?:>\s?)+)\[!\w+\][+-]?[ \t]*", r"\1", line)
        return [re.sub(r"^: {1,3}(?=\S)", "- ", line)]
    if is_end:
        return _ended(name, open_parts)
    open_parts.append((name, bool(title)))
    return [_opening(title)] if title else [""]


def _title(attributes: str) -> str:
    found = _TITLE.search(attributes)
    return (found[1] or found[2] or "").strip() if found else ""


def _opening(title: str) -> str:
    return f"\n<details><summary>{escape(title)}</summary>\n"


def _ended(name: str, open_parts: list[tuple[str, bool]]) -> list[str]:
    if not any(name == one for one, _ in open_parts[-_DEEPEST:]):
        return [""]
    ended: list[str] = []
    while open_parts:
        last, is_part = open_parts.pop()
        if is_part:
            ended.append(_CLOSE)
        if last == name:
            break
    return ended or [""]
