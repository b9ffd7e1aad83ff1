"""PDF to blocks: headings, clauses, items, tables and the page each begins on.

pdfplumber, because it gives the place, font and size of every letter and the ruled tables, and says
"(cid:37)" where a font does not tell which letter it draws; pypdf and pypdfium2 print a wrong one.
"""

import logging
import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSEOF, PSException
from pdfminer.psparser import PSKeyword, literal_name
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

MAX_PAGES = 1000
MAX_INFLATED = 200_000_000  #: bytes that all compressed streams may inflate to
MAX_DRAWN = 4_000_000  #: cost of one page: bytes of drawing commands, a letter counting 20

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # what matters is said by UnreadableFile

_DAMAGE = (  # what pdfminer and pdfplumber let through when a file is not what it says
    MalformedPDFException, PdfminerException, PSException, AssertionError, AttributeError,
    LookupError, NotImplementedError, ArithmeticError, RecursionError, TypeError, ValueError,
    struct.error, zlib.error,
)  # fmt: skip


def read(data: bytes, name: str) -> Reading:
    """Read a PDF that has a text layer; `name` is what error messages call the file.

    Raises UnreadableFile if it is encrypted, damaged, scanned, oversized, or does not tell its
    letters.
    """
    _refuse_bomb(data, name)
    if b"%%EOF" not in data[-2048:]:  # pdfminer would read what is left, without a word
        raise _damaged(name)
    try:
        pieces, removed, title = _parse(data, name)
    except PDFPasswordIncorrect as error:
        raise _encrypted(name) from error
    except _DAMAGE as error:
        if isinstance(error.__context__, PDFPasswordIncorrect):
            raise _encrypted(name) from error
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
        if len(list(islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1))) > MAX_PAGES:
            raise UnreadableFile(f"{name} has more than {MAX_PAGES} pages; split it into parts.")
        for page in pdf.pages:
            drawing = page.page_obj
            if _cost(drawing.contents, resolve1(drawing.resources), {}) > MAX_DRAWN:
                raise _oversized(name)
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


def _refuse_bomb(data: bytes, name: str) -> None:
    """Raise UnreadableFile if the compressed streams inflate to more than MAX_INFLATED bytes."""
    if re.search(rb"/(LZWDecode|RunLengthDecode)\b", data):
        raise UnreadableFile(
            f"{name} is compressed in an old way (LZW or RunLength); print it to a new PDF and "
            "give that."
        )
    left = MAX_INFLATED
    for match in re.finditer(rb"stream\r?\n", data):
        layer: bytes = memoryview(data)[match.end() :]  # type: ignore[assignment]
        while bytes(layer[:1]) in (b"\x78", b"\x58", b"\x48", b"\x38", b"\x28", b"\x18", b"\x08"):
            try:
                layer = zlib.decompressobj().decompress(layer, left + 1)
            except zlib.error:
                break
            left -= len(layer)
            if left < 0:
                raise _oversized(name)


def _cost(contents: list[object], resources: object, known: dict[int, int]) -> int:
    """Return the cost of drawing `contents`; a form is counted as often as it is drawn."""
    forms = resolve1(resources.get("XObject")) if isinstance(resources, dict) else None
    size = sum(len(_intact(part)) for part in map(resolve1, contents))
    if not forms and size * 20 <= MAX_DRAWN:
        return size
    cost = 0
    for operand, token in _drawing(contents):
        cost += 20 * len(token) if isinstance(token, bytes) else 8
        if isinstance(token, PSKeyword) and token.name == b"Do" and isinstance(forms, dict):
            form = resolve1(forms.get(literal_name(operand)))
            if isinstance(form, PDFStream) and literal_name(form.get("Subtype")) == "Form":
                if id(form) not in known:
                    known[id(form)] = MAX_DRAWN + 1  # a form that draws itself never ends
                    inner = resolve1(form.get("Resources")) or resources
                    known[id(form)] = _cost([form], inner, known)
                cost += known[id(form)]
        if cost > MAX_DRAWN:
            break
    return cost


def _intact(stream: PDFStream) -> bytes:
    """Return the commands of a stream; raise zlib.error where pdfminer would drop some."""
    filters = [literal_name(name) for name, _ in stream.get_filters()]
    if filters[:1] in (["FlateDecode"], ["Fl"]) and stream.rawdata is not None:
        zlib.decompressobj().decompress(stream.rawdata)
    return stream.get_data()


def _drawing(contents: list[object]) -> Iterator[tuple[object, object]]:
    """Yield each token of the drawing commands, after the one before it."""
    parser = PDFContentParser(contents)
    before: object = None
    while True:
        try:
            _, token = parser.nextobject()
        except PSEOF:
            return
        for part in token if isinstance(token, list) else [token]:
            yield before, part
            before = part


def _refuse_unknown_letters(pieces: list[Line | PageTable], name: str) -> None:
    text = "".join(
        piece.text if isinstance(piece, Line) else " ".join(map(" ".join, piece.content.rows))
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


def _oversized(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} takes too much memory or time to draw, as no policy does; print it to a new PDF "
        "and give that."
    )
