"""DOCX to blocks: headings, clauses with their automatic numbers, lists, tables, footnotes."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml import etree  # type: ignore[import-untyped]

from qabot.canonical import compose
from qabot.errors import UnreadableFile
from qabot.readers.docx.docx_blocks import blocks_of
from qabot.readers.docx.docx_numbering import numbering_of
from qabot.readers.docx.docx_pieces import Body
from qabot.readers.docx.docx_text import styles_of
from qabot.readers.headings import title_fact
from qabot.records import Reading, Removed

_DAMAGE = (  # what python-docx, lxml and zipfile let through when a file is not what it says
    zipfile.BadZipFile, zlib.error, SyntaxError, OpcError, InvalidXmlError, AttributeError,
    EOFError, LookupError, NotImplementedError, OSError, RecursionError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
_BEHIND = (qn("wp:anchor"), qn("w:pict"), qn("w:background"))  # pictures, shapes, a page's color


def read(data: bytes, name: str) -> Reading:
    """Read a Word file; `name` is what error messages call the file.

    Raises UnreadableFile if it is damaged or empty.
    """
    try:
        parts = _parts(docx.Document(_without_pictures(data, name)))
    except _DAMAGE as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise UnreadableFile(
            f"{name} is a damaged or incomplete Word file; open it in Word and save it again, or "
            "fetch it once more."
        ) from error
    roots = (parts.body.getparent(), *parts.headers, *parts.footers)
    is_drawn_on = any(next(root.iter(*_BEHIND), None) is not None for root in roots)
    body = Body(styles_of(parts.styles), numbering_of(parts.numbering), parts.notes, is_drawn_on)
    blocks = blocks_of(list(body.pieces(parts.body)))
    text, sections, page_starts = compose(blocks)
    if not text:
        if body.removed:
            rules = ", ".join(dict.fromkeys(each.rule for each in body.removed))
            raise UnreadableFile(f"{name} holds nothing but {rules}; give the text in force.")
        raise UnreadableFile(f"{name} holds no text; give the policy as text, not as pictures.")
    removed = (*body.removed, *_furniture(parts, body))
    printed = " ".join([text, *(each.text for each in removed)])
    facts = title_fact(parts.title, "DOCX title", printed, blocks)
    return Reading(text, sections, page_starts, removed, facts)


def _without_pictures(data: bytes, name: str) -> BytesIO:
    """Repack the XML of the file; pictures and the like are left empty: nothing is read of them."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            is_xml = entry.filename.endswith((".xml", ".rels"))
            content = source.read(entry) if is_xml else b""
            if b"<!DOCTYPE" in content or b"<\0!\0D\0" in content or b"\0<\0!\0D" in content:
                raise UnreadableFile(
                    f"{name} holds XML entities, which Word never writes; open it in Word and "
                    "save it again."
                )
            target.writestr(entry.filename, content)
    packed.seek(0)
    return packed


@dataclass(frozen=True, slots=True)
class _Parts:
    """The XML of a Word file that is looked at."""

    body: BaseOxmlElement
    styles: BaseOxmlElement | None
    numbering: BaseOxmlElement | None
    notes: dict[tuple[str, str], BaseOxmlElement]
    headers: tuple[BaseOxmlElement, ...]
    footers: tuple[BaseOxmlElement, ...]
    title: str


def _parts(document: Document) -> _Parts:
    notes = {
        (kind, note.get(qn("w:id"), "")): note
        for kind, type_ in (("footnote", TYPE.FOOTNOTES), ("endnote", TYPE.ENDNOTES))
        for root in _roots(document, type_)
        for note in root
        if note.get(qn("w:type")) is None  # else it is the line above the footnotes
    }
    return _Parts(
        body=document.element.body,
        styles=next(_roots(document, TYPE.STYLES), None),
        numbering=next(_roots(document, TYPE.NUMBERING), None),
        notes=notes,
        headers=tuple(_roots(document, TYPE.HEADER)),
        footers=tuple(_roots(document, TYPE.FOOTER)),
        title=document.core_properties.title,
    )


def _roots(document: Document, type_: str) -> Iterator[BaseOxmlElement]:
    """Yield the parts of a kind that the file holds; no link to one outside it is opened."""
    for relation in document.part.rels.values():
        if relation.reltype == type_ and not relation.is_external:
            yield parse_xml(relation.target_part.blob)


def _furniture(parts: _Parts, body: Body) -> list[Removed]:
    found: dict[Removed, None] = {}  # each once, in order
    for rule, roots in (("running header", parts.headers), ("running footer", parts.footers)):
        for root in roots:
            if text := body.text_of(root):
                found[Removed("page number" if text.isdecimal() else rule, text)] = None
    return list(found)
