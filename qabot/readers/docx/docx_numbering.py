"""Word's automatic numbering: the "1.1" or "(a)" that Word prints but does not store as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qabot.canonical import letters, roman
from qabot.readers.docx.docx_elements import value_of


@dataclass(frozen=True, slots=True)
class _Level:
    form: str  #: "decimal", "lowerLetter", "bullet", ...
    pattern: str  #: "%1.%2"
    start: int
    left: int  #: indentation in twentieths of a point, 0 if it has none of its own
    all_decimal: bool


@dataclass(slots=True)
class Numbering:
    """The lists of a file, and how far each has counted so far."""

    lists: Mapping[str, str]  #: number id to list id
    levels: Mapping[str, Mapping[int, _Level]]  #: number id to its levels
    restarts: set[tuple[str, int]]  #: number id and level that begin anew when first used
    counts: dict[tuple[str, int], int] = field(default_factory=dict)  #: of list id and level

    def left(self, number: str, level: int) -> int:
        """Return the indentation that the list gives its items."""
        found = self.levels.get(number, {}).get(level)
        return (found.left or level * 360) if found else 0

    def next_marker(self, number: str, level: int) -> str | None:
        """Count one item and return what is printed before it; None if it is not numbered."""
        levels = self.levels.get(number, {})
        if level not in levels:
            return None
        place = self.lists[number]
        if (number, level) in self.restarts:
            self.restarts.discard((number, level))
            self.counts.pop((place, level), None)
        self.counts[place, level] = self.counts.get((place, level), levels[level].start - 1) + 1
        for deeper in [key for key in self.counts if key[0] == place and key[1] > level]:
            del self.counts[deeper]
        if levels[level].form == "bullet":
            return "-"
        return self._printed(place, levels, level)

    def _printed(self, place: str, levels: Mapping[int, _Level], level: int) -> str:
        text = levels[level].pattern
        for above in range(level + 1):
            if above not in levels:
                continue
            count = self.counts.get((place, above), levels[above].start)
            form = "decimal" if levels[level].all_decimal else levels[above].form
            text = text.replace(f"%{above + 1}", _formatted(count, form))
        return text.strip()


def numbering_of(root: BaseOxmlElement | None) -> Numbering:
    """Read numbering.xml; `None` if the file has none."""
    if root is None:
        return Numbering({}, {}, set())
    abstract = {a.get(qn("w:abstractNumId"), ""): a for a in root.findall(qn("w:abstractNum"))}
    named = {
        link.get(qn("w:val"), ""): a
        for a in abstract.values()
        if (link := a.find(qn("w:styleLink"))) is not None
    }
    lists: dict[str, str] = {}
    levels: dict[str, dict[int, _Level]] = {}
    restarts: set[tuple[str, int]] = set()
    for num in root.findall(qn("w:num")):
        number, place = num.get(qn("w:numId"), ""), value_of(num, "w:abstractNumId")
        source = abstract.get(place)
        link = source.find(qn("w:numStyleLink")) if source is not None else None
        if link is not None:
            source = named.get(link.get(qn("w:val"), ""))
        lists[number] = place
        levels[number] = _levels(source)
        for override in num.findall(qn("w:lvlOverride")):
            level = _integer(override.get(qn("w:ilvl")), 0)
            own = _levels(override)
            levels[number].update(own)
            start = override.find(qn("w:startOverride"))
            if start is not None and level in levels[number]:
                levels[number][level] = _starting(levels[number][level], start)
                restarts.add((number, level))
    return Numbering(lists, levels, restarts)


def _levels(source: BaseOxmlElement | None) -> dict[int, _Level]:
    found = source.findall(qn("w:lvl")) if source is not None else []
    return {_integer(level.get(qn("w:ilvl")), 0): _level(level) for level in found}


def _level(level: BaseOxmlElement) -> _Level:
    indent = level.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    left = indent.get(qn("w:left"), indent.get(qn("w:start"))) if indent is not None else None
    return _Level(
        form=value_of(level, "w:numFmt") or "decimal",
        pattern=value_of(level, "w:lvlText"),
        start=_integer(value_of(level, "w:start"), 1),
        left=_integer(left, 0),
        all_decimal=level.find(qn("w:isLgl")) is not None,
    )


def _starting(level: _Level, start: BaseOxmlElement) -> _Level:
    first = _integer(start.get(qn("w:val")), 1)
    return _Level(level.form, level.pattern, first, level.left, level.all_decimal)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() and len(text) < 9 else default


def _formatted(count: int, form: str) -> str:
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{count:02}"
    text = str(count)
    if form in ("lowerLetter", "upperLetter") and 0 < count <= 780:
        text = letters((count - 1) % 26 + 1) * ((count - 1) // 26 + 1)  # after z come aa and bb
    elif form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        text = roman(count)
    return text.upper() if form.startswith("upper") else text
