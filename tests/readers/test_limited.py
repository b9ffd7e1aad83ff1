"""PDF and Word files are read in a process that may take so much time and memory."""

import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import docx
import pytest

from qabot.errors import UnreadableFile
from qabot.readers.limited import LimitedReader
from qabot.readers.reading import read
from tests.readers.test_pdf import (
    FILLER,
    Raw,
    drawing,
    forms_that_draw_forms,
    lines,
    pdf_of,
    stream_of,
)

pytestmark = pytest.mark.slow


def word_file(path: Path, paragraphs: str) -> Path:
    """Write a Word file with these paragraphs, given as XML."""
    document, data = docx.Document(), BytesIO()
    document.save(data)
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "word/document.xml":
                content = content.replace(b"<w:body>", f"<w:body>{paragraphs}".encode())
            file.writestr(entry, content)
    return path


def pdf_file(path: Path, data: bytes) -> Path:
    """Write a PDF."""
    path.write_bytes(data)
    return path


def long_page(letters: int) -> bytes:
    """Write a PDF of one line."""
    return pdf_of([[Raw(b"BT /F 11 Tf 72 700 Td (" + b"a" * letters + b") Tj ET")]])


def test_files_read_as_they_do_without_limits(tmp_path: Path) -> None:
    """Text, sections, pages, facts and what was removed come back as the format's reader made."""
    pages = [[*lines(72, 72, "Refund Policy", FILLER, "then.")], lines(72, 72, FILLER, "more.")]
    pdf = pdf_file(tmp_path / "a.pdf", pdf_of(pages, title="Refund Policy"))
    word = word_file(
        tmp_path / "b.docx",
        "<w:p><w:r><w:t>Grüße: we refund.</w:t></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>",
    )
    markdown = tmp_path / "c.md"
    markdown.write_text("# Refunds\n\nWe refund.\n")
    with LimitedReader() as reader:
        for path in (pdf, word, markdown):
            assert reader.read(path) == read(path)


def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    """The message names the file and the way out; a process takes the place of the one it ended."""
    slow = pdf_file(tmp_path / "slow.pdf", long_page(150_000))
    good = pdf_file(tmp_path / "good.pdf", pdf_of([lines(72, 72, FILLER)]))
    with LimitedReader(seconds=2) as reader:
        with pytest.raises(
            UnreadableFile, match=r"slow\.pdf takes too long to read, .*; print it to a new PDF"
        ):
            reader.read(slow)
        assert reader.read(good).text == FILLER


def test_the_time_that_files_before_it_took_is_not_a_files_own(tmp_path: Path) -> None:
    """A process that has read for longer than one file may goes on."""
    path = pdf_file(tmp_path / "policy.pdf", long_page(10_000))
    with LimitedReader(seconds=2) as reader:
        for _ in range(8):
            assert reader.read(path).text


@pytest.mark.parametrize("kind", ["inflated", "unpacked", "parsed"])
def test_a_file_that_takes_too_much_memory_is_refused(kind: str, tmp_path: Path) -> None:
    """A few kilobytes that unpack to gigabytes end neither the build nor the machine."""
    if kind == "inflated":
        zeros = zlib.compress(zlib.compress(bytes(900_000_000), level=1))
        data = drawing(stream_of(zeros, b"[/FlateDecode/FlateDecode]"))
        path = pdf_file(tmp_path / "bomb.pdf", data)
    else:
        paragraph = "<w:p/>" if kind == "parsed" else " " * 100
        path = word_file(tmp_path / "bomb.docx", paragraph * 5_000_000)
    with LimitedReader() as reader, pytest.raises(UnreadableFile, match="bomb.* too much memory"):
        reader.read(path)


def test_forms_that_draw_forms_are_refused(tmp_path: Path) -> None:
    """A page that draws a form a million million times is refused."""
    path = pdf_file(tmp_path / "forms.pdf", forms_that_draw_forms(12))
    with LimitedReader(seconds=1) as reader, pytest.raises(UnreadableFile, match="takes too long"):
        reader.read(path)


def test_a_damaged_file_is_refused_and_a_missing_one_named(tmp_path: Path) -> None:
    """What the reader says of a file is said, and its process goes on."""
    with LimitedReader() as reader:
        with pytest.raises(UnreadableFile, match=r"bad\.pdf is a damaged or incomplete PDF"):
            reader.read(pdf_file(tmp_path / "bad.pdf", b"%PDF-1.4\n"))
        with pytest.raises(UnreadableFile, match=r"gone\.pdf cannot be read"):
            reader.read(tmp_path / "gone.pdf")
