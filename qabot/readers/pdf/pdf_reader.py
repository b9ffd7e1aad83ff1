"""PDF to blocks: headings, clauses, items, tables and the page each begins on.

pdfplumber, because it gives the place, font and size of every letter and the ruled tables, and says
"(cid:37)" where a font does not tell which letter it draws; pypdf and pypdfium2 print a wrong one.
"""

import logging
import struct
import zlib
from io import BytesIO

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import literal_name
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from qabot.canonical import compose
from qabot.errors import UnreadableFile
from qabot.readers.headings import title_fact
from qabot.readers.pdf.pdf_blocks import blocks_of
from qabot.readers.pdf.pdf_furniture import without_furniture
from qabot.readers.pdf.pdf_lines import Line, pieces_of
from qabot.readers.pdf.pdf_shown import UNKNOWN_LETTER, MarkedPage, views_of
from qabot.readers.pdf.pdf_tables import PageTable
from qabot.records import Reading, Removed

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # what matters is said by UnreadableFile

_DAMAGE = (  # what pdfminer and pdfplumber let through when a file is not what it says
    MalformedPDFException, PdfminerException, PSException, AssertionError, AttributeError,
    LookupError, NotImplementedError, ArithmeticError, RecursionError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip


def read(data: bytes, name: str) -> Reading:
    """Read a PDF that has a text layer; `name` is what error messages call the file.

    Raises UnreadableFile if it is encrypted, damaged, scanned, or does not tell its letters.
    """
    if b"%%EOF" not in data[-2048:]:  # pdfminer would read what is left, without a word
        raise _damaged(name)
    try:
        pieces, removed, title = _parse(data, name)
    except PDFPasswordIncorrect as error:
        raise _encrypted(name) from error
    except _DAMAGE as error:
        if isinstance(error.__context__, PDFPasswordIncorrect):
            raise _encrypted(name) from error
        if isinstance(error.__context__, MemoryError):
            raise error.__context__ from error
        raise _damaged(name) from error
    _refuse_unknown_letters(pieces, name)
    pieces, furniture = without_furniture(pieces)
    blocks = blocks_of(pieces)
    text, sections, page_starts = compose(blocks)
    if not text and any(each.rule != "page without text" for each in removed):
        rules = ", ".join(dict.fromkeys(each.rule for each in (*removed, *furniture)))
        raise UnreadableFile(
            f"{name} holds nothing but {rules}; give a copy that shows the policy as plain text."
        )
    if not text:
        raise UnreadableFile(
            f"{name} has no text layer (it is probably a scan); run text recognition (OCR) on it "
            "or give the policy in another format."
        )
    printed = " ".join([text, *(each.text for each in furniture)])
    facts = title_fact(title, "PDF title", printed, blocks)
    return Reading(text, sections, page_starts, (*removed, *furniture), facts)


def _parse(data: bytes, name: str) -> tuple[list[Line | PageTable], list[Removed], str]:
    pieces: list[Line | PageTable] = []
    removed: list[Removed] = []
    with pdfplumber.open(BytesIO(data)) as pdf:
        if pdf.doc.encryption is not None:
            raise _encrypted(name)
        seen: set[int] = set()
        for page in pdf.pages:
            drawing = page.page_obj
            _refuse_cut_off(drawing.contents, resolve1(drawing.resources), seen)
            marked = MarkedPage(pdf, drawing, page.page_number, page.initial_doctop)
            views, left_out = views_of(marked)
            removed += left_out
            for view in views:
                found, left_out = pieces_of(view)
                pieces += found
                removed += left_out
                view.close()
            marked.close()
            page.close()
        title = resolve1(pdf.metadata.get("Title"))
    return pieces, removed, title if isinstance(title, str) else ""


def _refuse_cut_off(contents: list[object], resources: object, seen: set[int]) -> None:
    """Raise zlib.error if drawing commands are cut off, which pdfminer would not say."""
    for stream in map(resolve1, contents):
        if id(stream) in seen or not isinstance(stream, PDFStream):
            continue
        seen.add(id(stream))
        filters = [literal_name(name) for name, _ in stream.get_filters()]
        if filters[:1] in (["FlateDecode"], ["Fl"]) and stream.rawdata is not None:
            zlib.decompressobj().decompress(stream.rawdata)
    forms = resolve1(resources.get("XObject")) if isinstance(resources, dict) else None
    for form in map(resolve1, forms.values() if isinstance(forms, dict) else ()):
        is_form = isinstance(form, PDFStream) and literal_name(form.get("Subtype")) == "Form"
        if is_form and id(form) not in seen:
            _refuse_cut_off([form], resolve1(form.get("Resources")), seen)


def _refuse_unknown_letters(pieces: list[Line | PageTable], name: str) -> None:
    text = "".join(
        piece.text
        if isinstance(piece, Line)
        else " ".join(cell.text for row in piece.content.rows for cell in row)
        for piece in pieces
    )
    unknown = text.count(UNKNOWN_LETTER)
    if unknown > max(3, len(text) // 100):
        raise UnreadableFile(
            f"{name} has fonts that do not tell which letters they draw, so that {unknown} of its "
            f"{len(text)} characters cannot be read; export it again with its fonts or run text "
            "recognition (OCR) on it."
        )


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is a damaged or incomplete PDF; export or download it again.")


def _encrypted(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is protected with a password or against copying; save a copy without protection "
        "(print it to a new PDF) and give that."
    )
