"""The file of an upload: its name, and its place and row beside the policies that are there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from unicodedata import category, normalize

from qabot.errors import BadInput
from qabot.readers.reading import CATALOG, SUFFIXES
from qabot.records import Version

_LONGEST_NAME = 200  # bytes, of the 255 that a file system takes, for what is put behind it


def file_name(name: str) -> str:
    """Return a name that is safe as a file's; raises BadInput for one that no policy has."""
    bare = normalize("NFC", name.replace("\\", "/")).rpartition("/")[2].strip().lstrip(".")
    clean = "".join(one if _is_of_name(one) else "-" for one in bare)
    if not clean.lower().endswith(SUFFIXES) or clean == CATALOG:
        raise BadInput(f"Only files that end in {' '.join(SUFFIXES)} are read.")
    stem, dot, suffix = clean.rpartition(".")
    return f"{stem.encode()[:_LONGEST_NAME].decode(errors='ignore')}{dot}{suffix}"


def _is_of_name(character: str) -> bool:
    """Whether a character is a letter or digit of any script, or a usual mark between them."""
    return character.isalnum() or character in " ._-()" or category(character) in ("Mn", "Mc")


def is_taken(target: Path, data: bytes) -> bool:
    """Whether a file with other content is there."""
    return target.exists() and not (target.is_file() and target.read_bytes() == data)


def free_name(folder: Path, name: str, data: bytes, version: Version | None) -> str:
    """Return a name that no file with other content has: with the version's day, or a number."""
    stem, dot, suffix = name.rpartition(".")
    day = version.effective_from if version else None
    dated = [f"{stem}-{day}{dot}{suffix}"] if day else []
    numbered = (f"{stem}-{number}{dot}{suffix}" for number in count(2))
    names = chain([name, *dated], numbered)
    return next(one for one in names if not is_taken(folder / one, data))


@contextmanager
def put_beside(target: Path, data: bytes, said: dict[str, str]) -> Iterator[None]:
    """Write a file and its row of the catalog; where what follows fails, both are as before."""
    catalog = target.parent / CATALOG
    before = {one: one.read_bytes() if one.is_file() else None for one in (target, catalog)}
    try:
        target.write_bytes(data)
        if said:
            _add_row(target, said)
        yield
    except BaseException:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        raise


def row_of(name: str, said: dict[str, str]) -> str:
    """Return a row of the catalog: YAML, of which JSON is a part."""
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(said, ensure_ascii=False)}\n"


def _add_row(file: Path, said: dict[str, str]) -> None:
    """Add a file's row to the catalog beside it; raises BadInput where it has one already."""
    import yaml

    catalog = file.parent / CATALOG
    text = catalog.read_text(encoding="utf-8") if catalog.is_file() else ""
    if file.name in (yaml.safe_load(text) or {}):
        raise BadInput(f"{CATALOG} says something of {file.name} already: change it there.")
    end = "" if not text or text.endswith("\n") else "\n"
    catalog.write_text(f"{text}{end}{row_of(file.name, said)}", encoding="utf-8")
