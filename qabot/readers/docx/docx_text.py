"""One Word paragraph to its text and look: what is in force, not what is deleted or hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from qabot.readers.docx.docx_elements import is_on, value_of
from qabot.readers.raised_parts import with_raised

_GONE = {qn(f"w:{tag}") for tag in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # repeats a text box
}
_SIGNS = {
    qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-", qn("w:softHyphen"): "",
}  # fmt: skip
_TEXT, _RUN, _BOX, _SYMBOL = qn("w:t"), qn("w:r"), qn("w:txbxContent"), qn("w:sym")
_WHITE = "FFFFFF"
_DELETION, _DELETED_TEXT = qn("w:del"), qn("w:delText")
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}


@dataclass(frozen=True, slots=True)
class Style:
    """A style's properties, those that it inherits among them."""

    name: str = ""
    outline: int | None = None  #: 0 is the outermost heading level
    number: str = ""  #: id of the list it numbers with
    number_level: int = 0
    left: int = 0  #: in twentieths of a point
    bold: bool = False
    size: int = 0  #: in half points, 0 if it does not say
    hidden: bool = False
    struck: bool = False
    raised: bool = False
    color: str = ""  #: of its letters, "FFFFFF" for white; "" if it does not say
    shaded: bool = False  #: its letters or paragraphs have a color behind them
    bold_parts: frozenset[str] = frozenset()  #: of a table: "firstRow", "firstCol"


@dataclass(slots=True)
class Text:
    """A paragraph's text as it is collected."""

    printed: str = ""
    hidden: str = ""
    struck: str = ""
    deleted: str = ""  #: in a tracked change
    bold: bool = True  #: all of its letters are, or are underlined
    head_bold: bool = True  #: the letters of its first line are, and others are not
    size: int = 0  #: of its first letter, in half points
    notes: list[tuple[str, str]] = field(default_factory=list)  #: kind and id
    boxes: list[BaseOxmlElement] = field(default_factory=list)  #: text boxes anchored in it


def styles_of(root: BaseOxmlElement | None) -> dict[str, Style]:
    """Read styles.xml: style id to style; "" is the id of the default."""
    if root is None:
        return {"": Style()}
    elements = {each.get(qn("w:styleId"), ""): each for each in root.findall(qn("w:style"))}
    defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    base = Style(size=_number(defaults.find(qn("w:rPr")), "w:sz", 0) if defaults is not None else 0)
    styles: dict[str, Style] = {"": base}
    for name in elements:
        chain: list[str] = []
        while name in elements and name not in chain:
            chain.append(name)
            name = value_of(elements[name], "w:basedOn")
        style = base
        for ancestor in reversed(chain):
            style = styles[ancestor] = _inherit(style, elements[ancestor])
    normal = [each for each in elements.values() if each.get(qn("w:default")) in ("1", "true")]
    for each in normal:
        if each.get(qn("w:type")) == "paragraph":
            styles[""] = styles[each.get(qn("w:styleId"), "")]
    return styles


def _inherit(parent: Style, element: BaseOxmlElement) -> Style:
    look, own = element.find(qn("w:rPr")), element.find(qn("w:pPr"))
    number = own.find(qn("w:numPr")) if own is not None else None
    outline = _number(own, "w:outlineLvl", -1)
    return Style(
        name=value_of(element, "w:name"),
        outline=outline if 0 <= outline < 9 else (parent.outline if outline < 0 else None),
        number=value_of(number, "w:numId") or parent.number,
        number_level=_number(number, "w:ilvl", parent.number_level),
        left=left_of(own, parent.left),
        bold=is_on(look, "w:b", parent.bold),
        size=_number(look, "w:sz", parent.size),
        hidden=is_on(look, "w:vanish", parent.hidden),
        struck=_is_struck(look, parent.struck),
        raised=_is_raised(look, parent.raised),
        color=value_of(look, "w:color") or parent.color,
        shaded=_is_shaded(look, _is_shaded(own, parent.shaded)),
        bold_parts=parent.bold_parts
        | {
            part.get(qn("w:type"), "")
            for part in element.findall(qn("w:tblStylePr"))
            if is_on(part.find(qn("w:rPr")), "w:b", False)
        },
    )


def read_text(
    paragraph: BaseOxmlElement, style: Style, styles: Mapping[str, Style], *, on_paper: bool
) -> Text:
    """Collect the text of one paragraph; tracked insertions are kept, deletions told apart.

    `on_paper` says that nothing is drawn behind it, so that white letters are not seen.
    """
    text = Text(size=style.size, deleted="".join(_deleted(paragraph)))
    is_bare = on_paper and not _is_shaded(paragraph.find(qn("w:pPr")), style.shaded)
    parts: list[tuple[str, bool]] = []
    has_letters = has_break = False
    for run in _runs(paragraph):
        look = run.find(qn("w:rPr"))
        named = styles.get(value_of(look, "w:rStyle"), Style())
        letters = _printed(run, text)
        color = value_of(look, "w:color") or named.color or style.color
        is_white = color.upper() == _WHITE and is_bare and not _is_shaded(look, named.shaded)
        if is_white or is_on(look, "w:vanish", named.hidden or style.hidden):
            text.hidden += letters
            continue
        if _is_struck(look, named.struck or style.struck):
            text.struck += letters
            continue
        raised = _is_raised(look, named.raised)
        if letters.strip() and not raised:
            if not has_letters:
                has_letters = True
                text.size = _number(look, "w:sz", named.size or style.size)
            is_bold = is_on(look, "w:b", named.bold or style.bold)
            is_bold |= value_of(look, "w:u") not in ("", "none")
            text.bold &= is_bold
            text.head_bold &= is_bold or has_break or not letters.partition("\n")[0].strip()
        has_break |= "\n" in letters and has_letters
        parts.append((letters, raised))
    text.printed = with_raised(parts)
    text.bold &= bool(text.printed.strip())
    text.head_bold &= has_break and not text.bold
    return text


def _deleted(paragraph: BaseOxmlElement) -> Iterator[str]:
    for deletion in paragraph.iter(_DELETION):
        for letters in deletion.iter(_DELETED_TEXT):
            yield letters.text or ""


def _is_struck(look: BaseOxmlElement | None, otherwise: bool) -> bool:
    said = [
        tag
        for tag in ("w:strike", "w:dstrike")
        if look is not None and look.find(qn(tag)) is not None
    ]
    return any(is_on(look, tag, False) for tag in said) if said else otherwise


def _is_raised(look: BaseOxmlElement | None, otherwise: bool) -> bool:
    """Whether letters are set as superscript, or lifted by two points or more."""
    place = value_of(look, "w:vertAlign")
    lift = value_of(look, "w:position")
    raised = place == "superscript" if place else otherwise
    return raised or lift.isdecimal() and int(lift) >= 4


def _is_shaded(look: BaseOxmlElement | None, otherwise: bool) -> bool:
    """Whether what has these properties has a color behind its letters that is not white."""
    shade = look.find(qn("w:shd")) if look is not None else None
    if shade is not None:
        is_clear = shade.get(qn("w:val")) in (None, "clear", "nil")
        return not is_clear or shade.get(qn("w:fill"), "auto").upper() not in ("AUTO", _WHITE)
    marker = value_of(look, "w:highlight")
    return marker not in ("none", "white") if marker else otherwise


def _runs(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    for child in element:
        if child.tag in _GONE:
            continue
        if child.tag == _RUN:
            yield child
        else:
            yield from _runs(child)


def _printed(run: BaseOxmlElement, text: Text) -> str:
    letters = ""
    for child in run:
        if child.tag in _GONE:
            continue
        if child.tag == _TEXT:
            letters += child.text or ""
        elif child.tag in _SIGNS:
            letters += _SIGNS[child.tag]
        elif child.tag == _SYMBOL:
            letters += "•"  # of a symbol font: its code says nothing without the font
        elif child.tag in _NOTES:
            text.notes.append((_NOTES[child.tag], child.get(qn("w:id"), "")))
        else:
            text.boxes += _boxes(child)
    return letters


def _boxes(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _GONE:
            yield from _boxes(child)


def left_of(properties: BaseOxmlElement | None, otherwise: int) -> int:
    """Return the left indentation that paragraph properties give."""
    indent = properties.find(qn("w:ind")) if properties is not None else None
    left = indent.get(qn("w:left"), indent.get(qn("w:start"))) if indent is not None else None
    return int(left) if left and left.lstrip("-").isdecimal() else otherwise


def _number(parent: BaseOxmlElement | None, tag: str, otherwise: int) -> int:
    value = value_of(parent, tag)
    return int(value) if value.isdecimal() else otherwise
