"""The gate: which files are policies, and what every file must pass before it is read."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import docx
import pytest

from qabot.errors import BadInput, UnreadableFile
from qabot.readers.reading import SUFFIXES, policy_files, read

PDF = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R
          /Resources<</Font<</F 4 0 R>>>>>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
5 0 obj <</Length 67>>
stream
BT /F 11 Tf 72 700 Td (Refunds are paid within a week.) Tj ET      \nendstream endobj
trailer <</Root 1 0 R>>
startxref
0
%%EOF
"""


def written(path: Path, content: bytes) -> Path:
    """Write a file, with the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_folders_are_searched_in_sorted_order_and_nothing_is_skipped_silently(
    tmp_path: Path,
) -> None:
    """Every file of a folder is a policy or listed with the reason why not."""
    for name in (
        "b.md",
        "a/z.PDF",
        "a/y.txt",
        "_draft.md",
        ".hidden/x.md",
        "logo.png",
        "catalog.yaml",
    ):
        written(tmp_path / name, b"x")
    found = policy_files([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in found.files] == [
        "a/y.txt",
        "a/z.PDF",
        "b.md",
    ]
    assert [(each.path.name, each.reason) for each in found.ignored] == [
        (".hidden", 'its name begins with "."'),
        ("_draft.md", 'its name begins with "_"'),
        ("logo.png", "only files that end in .md .markdown .html .htm .pdf .docx .txt are read"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("~$terms.docx", "Word, Excel or PowerPoint keeps it while a document is open"),
        (".~lock.terms.docx#", "LibreOffice keeps it while a document is open"),
        ("Thumbs.db", "the file manager keeps it"),
        ("desktop.ini", "the file manager keeps it"),
        (".DS_Store", "the file manager keeps it"),
        ("._terms.docx", "the file manager keeps it"),
        ("~WRL0003.docx", "it is a temporary copy"),
        ("terms.docx.tmp", "it is a temporary copy"),
        ("terms.md~", "it is a temporary copy"),
        ("#terms.md#", "it is a temporary copy"),
        (".terms.md.swp", "it is a temporary copy"),
        ("terms.pdf.crdownload", "it is a temporary copy"),
    ],
)
def test_what_programs_leave_beside_a_policy_is_ignored_and_named(
    tmp_path: Path, name: str, reason: str
) -> None:
    """An open document does not stop the build; asked for by name, such a file is refused."""
    policy = written(tmp_path / "terms.md", b"x")
    left = written(tmp_path / name, b"\0")
    found = policy_files([tmp_path])
    assert found.files == (policy,)
    assert [(each.path, each.reason) for each in found.ignored] == [(left, reason)]
    with pytest.raises(BadInput, match=r"is (no policy: .*; give the document itself|of a kind)"):
        policy_files([left])


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """A file named beside its folder is one file."""
    policy = written(tmp_path / "a.md", b"x")
    assert policy_files([policy, tmp_path, tmp_path / "." / "a.md"]).files == (policy,)


def test_links_to_folders_are_listed_and_not_followed(tmp_path: Path) -> None:
    """A link to the folder it lies in would never end."""
    policy = written(tmp_path / "a.md", b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    found = policy_files([tmp_path])
    assert found.files == (policy,)
    assert [each.reason for each in found.ignored] == [
        "it is no regular file",
        "it is a link to a folder",
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [("missing.md", "does not exist"), ("logo.png", "is of a kind that cannot be read")],
)
def test_a_path_given_by_name_must_be_a_policy(tmp_path: Path, name: str, says: str) -> None:
    """What is asked for by name is not ignored but refused."""
    written(tmp_path / "logo.png", b"x")
    with pytest.raises(BadInput, match=says):
        policy_files([tmp_path / name])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_policy(tmp_path: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(BadInput, match="neither a file nor a folder"):
        policy_files([tmp_path / "pipe.md"])
    assert [each.reason for each in policy_files([tmp_path]).ignored] == ["it is no regular file"]


def test_each_kind_is_read_by_its_reader(tmp_path: Path) -> None:
    """The same sentence comes out of every format, whatever the case of the ending."""
    sentence = "Refunds are paid within a week."
    document = docx.Document()
    document.add_paragraph(sentence)
    document.save(str(tmp_path / "a.docx"))
    written(tmp_path / "a.PDF", PDF)
    page = f"<!doctype html><html><body><main><p>{sentence}</p></main></body></html>"
    for suffix in (".html", ".htm"):
        written(tmp_path / f"a{suffix}", page.encode())
    for suffix in (".md", ".markdown", ".txt"):
        written(tmp_path / f"a{suffix}", sentence.encode())
    files = policy_files([tmp_path]).files
    assert {path.suffix.lower() for path in files} == set(SUFFIXES)
    assert {read(path).text for path in files} == {sentence}


ZIP = b"PK\x03\x04" + bytes(40)
ODT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text"
OLE = b"\xd0\xcf\x11\xe0" + bytes(9)
LOCKED = "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.md", b"", "is empty; write"),
        ("a.txt", b"\xef\xbb\xbf \n\t\n", "is empty; write"),
        ("a.md", b"a" * 20_000_001, "is larger than 20 MB; split"),
        ("a.md", PDF, r"is a PDF, although its name ends in \.md; rename it to end in \.pdf"),
        ("a.pdf", b"# Refunds", r"is not a PDF, although its name ends in \.pdf; .* as PDF again"),
        ("a.docx", b"Refunds", r"is not a Word file, although its name ends in \.docx; open it in"),
        ("a.docx", PDF, r"is a PDF, although its name ends in \.docx"),
        ("a.docx", ZIP, r"is a ZIP archive, although its name ends in \.docx; unpack"),
        ("a.docx", OLE, r"is an Office file of the old format \(\.doc\), although .* as \.docx"),
        ("a.docx", OLE + LOCKED, "is protected with a password; open it in Word, remove the"),
        ("a.docx", ZIP + b"xl/workbook.xml", "is an Excel workbook, although .* save it as PDF"),
        ("a.docx", ODT, r"is an OpenDocument file .* save it as \.docx"),
        ("a.pdf", ZIP + b"word/document.xml", r"is a Word file, although .* end in \.docx"),
        ("a.txt", gzip.compress(b"Refunds", mtime=0), "is compressed with gzip.* unpack it"),
        ("a.html", b"\x89PNG\r\n\x1a\n", r"is a picture, although .* run text recognition"),
        ("a.txt", b"{\\rtf1 Refunds}", r"is an RTF file, although .* save it as \.docx"),
        ("a.md", b"\n<!-- x -->\n<!DOCTYPE HTML><p>Refunds", r"is an HTML page.* end in \.html"),
        ("a.txt", b"Refunds\0\0are paid", "holds binary data, not text; save"),
        ("a.md", b"Refunds\x01\x02\x03\x04\x05", "holds binary data, not text; save"),
        ("a.xls", b"Refunds", "is of a kind that cannot be read; give a file that ends in .md, "),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    """One sentence says what the file is and what to do about it."""
    with pytest.raises(BadInput, match=says) as caught:
        read(written(tmp_path / name, content))
    message = str(caught.value)
    assert message.startswith(str(tmp_path / name)) and message.endswith(".")


def test_utf16_text_is_text(tmp_path: Path) -> None:
    """Notepad's "Unicode" is full of zero bytes and yet no binary data."""
    path = written(tmp_path / "a.txt", "Refunds are paid.".encode("utf-16"))
    assert read(path).text == "Refunds are paid."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that vanishes between search and reading is named."""
    with pytest.raises(UnreadableFile, match=r"gone\.md cannot be read \(No such file"):
        read(tmp_path / "gone.md")


def test_reading_markdown_loads_no_pdf_or_word_library(tmp_path: Path) -> None:
    """Heavy libraries are loaded by the files that need them."""
    path = written(tmp_path / "a.md", b"Refunds are paid.")
    code = (
        "import sys, pathlib, qabot.readers.reading as s; s.read(pathlib.Path(sys.argv[1]));"
        "print({'pdfplumber', 'pdfminer', 'docx', 'lxml', 'trafilatura'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_text_of_more_lines_than_a_policy_has_is_refused(tmp_path: Path) -> None:
    """Half a million lines would take a minute; the message names the file and the way out."""
    path = tmp_path / "lines.txt"
    path.write_text("a\n" * 50_001)
    with pytest.raises(
        UnreadableFile, match=r"lines\.txt has more than 50,000 lines, .*split it\.$"
    ):
        read(path)


def test_a_text_of_more_marks_than_a_policy_has_is_refused(tmp_path: Path) -> None:
    """A line of brackets takes long to parse as Markdown."""
    path = tmp_path / "marks.md"
    path.write_text("[" * 100_001)
    with pytest.raises(UnreadableFile, match=r"more than 100,000 marks of Markdown, .*split it\.$"):
        read(path)
