"""Which files are policies, and the checks that each passes before its format's reader gets it."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from qabot.errors import BadInput, UnreadableFile
from qabot.records import Reading

_READERS = {  # loaded when first needed: a folder of Markdown needs no PDF library
    ".md": "markdown.markdown_reader",
    ".markdown": "markdown.markdown_reader",
    ".html": "html.html_reader",
    ".htm": "html.html_reader",
    ".pdf": "pdf.pdf_reader",
    ".docx": "docx.docx_reader",
    ".txt": "plain_text.plain_text_reader",
}
SUFFIXES = tuple(_READERS)
MAX_MEGABYTES = 20
_MAX_LINES = 50_000  # of a text; each becomes a paragraph at worst
_MAX_SENTENCES = 50_000
_SENTENCE_END = re.compile(r"[.!?…。！？]++(?:\s|$)|[。！？]")
CATALOG = "catalog.yaml"  #: says what the policies beside it are, and is none itself
_LEFT_BY_PROGRAMS = tuple(
    (re.compile(name, re.IGNORECASE), reason)
    for name, reason in (
        (r"~\$.*", "Word, Excel or PowerPoint keeps it while a document is open"),
        (r"\.~lock\..*#", "LibreOffice keeps it while a document is open"),
        (r"(eh)?thumbs(_.*)?\.db|desktop\.ini|\.ds_store|\._.*", "the file manager keeps it"),
        (r"~.*|#.*#|.*~|.*\.(tmp|temp|sw[a-p]|bak|orig|part|crdownload)", "it is a temporary copy"),
    )
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in a folder that is not read as a policy."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """What was found under the paths given: each file once, folders in sorted order."""

    files: tuple[Path, ...]
    ignored: tuple[Ignored, ...]


def policy_files(paths: Sequence[Path]) -> PolicyFiles:
    """Find the policy files that `paths`, files or folders, name; folders are searched throughout.

    Raises BadInput if a path is missing, or is itself a file of an unsupported kind.
    """
    files: dict[Path, Path] = {}  # real path to the path as given
    ignored: list[Ignored] = []
    for path in paths:
        for found in _walk(path) if path.is_dir() else [_checked(path)]:
            if isinstance(found, Ignored):
                ignored.append(found)
            else:
                files.setdefault(found.resolve(), found)
    return PolicyFiles(tuple(files.values()), tuple(dict.fromkeys(ignored)))


def read(path: Path) -> Reading:
    """Read one policy file by the reader of its suffix.

    Raises UnreadableFile for one that is empty, too large, damaged or of another kind than its
    suffix says, and BadInput for a suffix that is not supported.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise _unsupported(path)
    data = _bytes_of(path)
    if not data.strip(b" \t\r\n\f\v\xef\xbb\xbf"):
        raise UnreadableFile(f"{path} is empty; write the policy into it or remove it.")
    _refuse_other_kind(path, suffix, data)
    reader: Callable[[bytes, str], Reading] = import_module(
        f"qabot.readers.{_READERS[suffix]}"
    ).read
    reading = reader(data, str(path))
    if len(_SENTENCE_END.findall(reading.text)) > _MAX_SENTENCES:
        raise UnreadableFile(
            f"{path} has more than {_MAX_SENTENCES:,} sentences, too much for a policy; split it."
        )
    return reading


def _walk(folder: Path) -> Iterator[Path | Ignored]:
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be opened ({error.strerror}); check that you may open it."
        ) from error
    for child in children:
        if child.name == CATALOG:
            continue
        if reason := _reason_to_ignore(child.name):
            yield Ignored(child, reason)
        elif child.is_dir() and child.is_symlink():
            yield Ignored(child, "it is a link to a folder")
        elif child.is_dir():
            yield from _walk(child)
        elif not child.is_file():
            yield Ignored(child, "it is no regular file")
        elif child.suffix.lower() not in _READERS:
            yield Ignored(child, f"only files that end in {' '.join(SUFFIXES)} are read")
        else:
            yield child


def _reason_to_ignore(name: str) -> str:
    """Return why a file or folder of this name is no policy, "" if it may be one."""
    for pattern, reason in _LEFT_BY_PROGRAMS:
        if pattern.fullmatch(name):
            return reason
    return f'its name begins with "{name[0]}"' if name.startswith((".", "_")) else ""


def _checked(path: Path) -> Path:
    if not path.exists():
        raise BadInput(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise BadInput(f"{path} is neither a file nor a folder; give one of these.")
    for pattern, reason in _LEFT_BY_PROGRAMS:
        if pattern.fullmatch(path.name):
            raise BadInput(f"{path} is no policy: {reason}; give the document itself.")
    if path.suffix.lower() not in _READERS:
        raise _unsupported(path)
    return path


def _unsupported(path: Path) -> BadInput:
    return BadInput(
        f"{path} is of a kind that cannot be read; give a file that ends in {', '.join(SUFFIXES)}."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > MAX_MEGABYTES * 1_000_000 else file.read()
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read ({error.strerror}); check that it is there and that you may "
            "open it."
        ) from error
    if size > MAX_MEGABYTES * 1_000_000:
        raise UnreadableFile(
            f"{path} is larger than {MAX_MEGABYTES} MB; split it or leave its pictures out."
        )
    return data


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file that is told by how it begins."""

    beginning: re.Pattern[bytes]
    name: str
    suffixes: tuple[str, ...]  #: that a file of the kind may bear; () if none is supported
    way_out: str


_NAMED = {".pdf": ("a PDF", "PDF"), ".docx": ("a Word file", ".docx")}
_PROTECTED = "protected with a password"


_KINDS = tuple(
    _Kind(re.compile(beginning, re.DOTALL | re.IGNORECASE), name, suffixes, way_out)
    for beginning, name, suffixes, way_out in (
        (rb".{0,1000}%PDF-\d", "a PDF", (".pdf",), "rename it to end in .pdf"),
        (rb"PK\x03\x04(?=.*word/)", "a Word file", (".docx",), "rename it to end in .docx"),
        (
            rb"PK\x03\x04.{26,60}application/vnd\.oasis",
            "an OpenDocument file (LibreOffice)",
            (),
            "open it and save it as .docx",
        ),
        (rb"PK\x03\x04(?=.*xl/)", "an Excel workbook", (), "save it as PDF"),
        (rb"PK\x03\x04(?=.*ppt/)", "a PowerPoint presentation", (), "save it as PDF"),
        (rb"PK\x03\x04(?=.*\.iwa)", "a Pages document", (), "export it as Word or PDF"),
        (rb"PK\x03\x04|PK\x05\x06", "a ZIP archive", (), "unpack it"),
        (
            rb"\xd0\xcf\x11\xe0(?=.*E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e)",
            _PROTECTED,
            (),
            "open it in Word, remove the password and save it",
        ),
        (
            rb"\xd0\xcf\x11\xe0",
            "an Office file of the old format (.doc)",
            (),
            "open it in Word and save it as .docx",
        ),
        (rb"\x1f\x8b", "compressed with gzip", (), "unpack it"),
        (
            rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*",
            "a picture",
            (),
            "run text recognition (OCR) on it and give what that makes",
        ),
        (rb"\{\\rtf", "an RTF file", (), "open it in Word and save it as .docx"),
        (
            rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.{0,2000}?-->\s*)?<(!doctype\s+html|html)\b",
            "an HTML page",
            (".html", ".htm"),
            "rename it to end in .html",
        ),
    )
)


def _refuse_other_kind(path: Path, suffix: str, data: bytes) -> None:
    """Raise UnreadableFile if a file's first bytes are of another kind than its name says."""
    kind = next((kind for kind in _KINDS if kind.beginning.match(data)), None)
    if kind is None and suffix in _NAMED:
        name, short = _NAMED[suffix]
        raise UnreadableFile(
            f"{path} is not {name}, although its name ends in {suffix}; open it in the program "
            f"that wrote it and save it as {short} again."
        )
    if kind is not None and suffix not in kind.suffixes:
        although = "" if kind.name == _PROTECTED else f", although its name ends in {suffix}"
        raise UnreadableFile(f"{path} is {kind.name}{although}; {kind.way_out}.")
    is_text = suffix not in _NAMED and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data))
    if is_text and (b"\0" in data or controls > len(data) // 100):
        raise UnreadableFile(f"{path} holds binary data, not text; save it as text in UTF-8.")
    is_page = suffix in (".html", ".htm")
    if is_text and not is_page and len(re.findall(rb"\r\n?|[\n\f]", data)) > _MAX_LINES:
        raise UnreadableFile(
            f"{path} has more than {_MAX_LINES:,} lines, too much for a policy; split it."
        )
