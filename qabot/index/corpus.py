"""The texts of a build: versions, passages and sentences in one SQLite file, read-only once built.

Passages and sentences are numbered in the order of their versions, so that a version's passages
are one range of rows, and the same rows number its vectors and words.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from errno import EIO
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from qabot.errors import BuildRefused
from qabot.index.row_ranges import RowRanges
from qabot.records import Chunked, Entry, IntVector, Passage, Section, Sentence, Version

FILE = "corpus.sqlite"

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = "<i4"  # of a version, on disk

_KEPT = 1_000  # passages kept in memory: what is asked about is often the same

_SCHEMA = """
CREATE TABLE versions (
  number INTEGER PRIMARY KEY, id TEXT UNIQUE, company TEXT, policy TEXT, title TEXT, text TEXT,
  sha256 TEXT, sections TEXT, page_starts TEXT, effective_from TEXT, effective_until TEXT, url TEXT,
  file TEXT, aliases TEXT, origins TEXT, first_seen TEXT, first_passage INTEGER, passages INTEGER
);
CREATE TABLE passages (
  row INTEGER PRIMARY KEY, version INTEGER, start INTEGER, "end" INTEGER, text TEXT, trail TEXT,
  page INTEGER, lead_in TEXT, body INTEGER, sentences TEXT, digest BLOB,
  section INTEGER, section_passages INTEGER
);
CREATE TABLE sentences (row INTEGER PRIMARY KEY, digest BLOB);
CREATE TABLE words (word TEXT PRIMARY KEY, versions BLOB) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Digests:
    """What was encoded of a build, each text by its digest, in the order of the rows."""

    passages: Sequence[bytes]
    sentences: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Sections:
    """In which section of a version each of some passages stands."""

    numbers: IntVector  #: equal numbers, one section
    sizes: IntVector  #: how many passages that section has


def write(folder: Path, contents: Sequence[Chunked], digests: Digests) -> None:
    """Write versions and passages into a folder, with the digests of what is encoded of them."""
    connection = sqlite3.connect(folder / FILE)
    try:
        with connection:
            connection.executescript(_SCHEMA)
            row = sections = 0
            for number, chunked in enumerate(contents):
                connection.execute(
                    f"INSERT INTO versions VALUES ({','.join('?' * 18)})",
                    (number, *_version_columns(chunked.version), row, len(chunked.passages)),
                )
                sizes = Counter(passage.trail for passage in chunked.passages)
                numbers = {trail: sections + place for place, trail in enumerate(sizes)}
                sections += len(sizes)
                for passage in chunked.passages:
                    section = numbers[passage.trail], sizes[passage.trail]
                    columns = row, number, *_passage_columns(passage), digests.passages[row]
                    connection.execute(
                        f"INSERT INTO passages VALUES ({','.join('?' * 13)})", (*columns, *section)
                    )
                    row += 1
            connection.executemany(
                "INSERT INTO sentences VALUES (?,?)", enumerate(digests.sentences)
            )
            connection.executemany("INSERT INTO words VALUES (?,?)", _words(contents))
    except sqlite3.OperationalError as error:  # as any other writer says that there is no room
        raise OSError(EIO, str(error), str(folder / FILE)) from error
    finally:
        connection.close()


class Corpus:
    """The texts of a build. Safe to read from several threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.entries = tuple(_entries(connection))
        self._numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        self._passage = lru_cache(maxsize=_KEPT)(partial(_passage, connection, self.entries))

    @classmethod
    def open(cls, folder: Path) -> "Corpus":
        """Open what `write` wrote."""
        address = f"file:{quote(str((folder / FILE).absolute()))}?mode=ro&immutable=1"
        try:
            return cls(sqlite3.connect(address, uri=True, check_same_thread=False))
        except (sqlite3.DatabaseError, ValueError) as error:
            raise BuildRefused(
                f"{folder / FILE}: not a corpus that qabot wrote; build again with: qabot index"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def version(self, version_id: str) -> Version | None:
        """Return a version with its text, or None where there is none of that id."""
        number = self._numbers.get(version_id)
        if number is None:
            return None
        (columns,) = self._connection.execute("SELECT * FROM versions WHERE number = ?", (number,))
        return _version(columns)

    def text(self, version_id: str) -> str:
        """Return the text of a version of this corpus."""
        number = self._numbers[version_id]
        query = "SELECT text FROM versions WHERE number = ?"
        ((text,),) = self._connection.execute(query, (number,))
        return str(text)

    def entry(self, version_id: str) -> Entry:
        """Return the entry of a version of this corpus."""
        return self.entries[self._numbers[version_id]]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of these rows, in their order."""
        return [self._passage(int(row)) for row in rows]

    def holding(self, words: Collection[str], versions: RowRanges) -> set[str]:
        """Return those of some words in lower case, of letters alone, that these versions hold."""
        found = self._connection.execute(
            "SELECT word, versions FROM words WHERE word IN (SELECT value FROM json_each(?))",
            (json.dumps(list(words)),),
        )
        return {
            word
            for word, numbers in found
            if versions.count_in(np.frombuffer(numbers, dtype=_NUMBER))
        }

    def sections_of(self, rows: IntVector) -> Sections:
        """Return the section of each of these passages."""
        found = self._connection.execute(
            """SELECT section, section_passages FROM json_each(?) AS wanted
               JOIN passages ON row = wanted.value ORDER BY wanted.key""",
            (json.dumps(rows.tolist()),),
        )
        columns = np.array(list(found), dtype=np.int64).reshape(-1, 2)
        return Sections(columns[:, 0], columns[:, 1])

    def digests(self) -> Digests:
        """Return the digests that `write` was given."""
        passages = self._connection.execute("SELECT digest FROM passages ORDER BY row")
        sentences = self._connection.execute("SELECT digest FROM sentences ORDER BY row")
        return Digests([digest for (digest,) in passages], [digest for (digest,) in sentences])


def _words(contents: Sequence[Chunked]) -> Iterator[tuple[str, bytes]]:
    """Yield each word of the versions, in lower case, with the numbers of those that hold it."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, chunked in enumerate(contents):
        text = f"{chunked.version.title} {chunked.version.text}"
        for word in set(_WORD.findall(text.lower())):
            numbers[word].append(number)
    for word in sorted(numbers):
        yield word, np.array(numbers[word], dtype=_NUMBER).tobytes()


def _entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    rows = connection.execute(
        """SELECT id, company, policy, title, effective_from, effective_until, url, file, sha256,
           aliases, first_seen, first_passage, passages FROM versions ORDER BY number"""
    )
    for number, columns in enumerate(rows):
        (id_, company, policy, title, since, until, *rest, first, count) = columns
        url, file, digest, aliases, seen = rest
        yield Entry(
            id=id_,
            company=company,
            policy=policy,
            title=title,
            effective_from=_date(since),
            effective_until=_date(until),
            url=url,
            file=file,
            sha256=digest,
            aliases=tuple(json.loads(aliases)),
            rows=range(first, first + count),
            number=number,
            first_seen=_date(seen),
        )


def _version_columns(version: Version) -> Iterable[object]:
    return (
        version.id,
        version.company,
        version.policy,
        version.title,
        version.text,
        version.sha256,
        json.dumps([(section.start, section.end, section.trail) for section in version.sections]),
        json.dumps(version.page_starts),
        version.effective_from and version.effective_from.isoformat(),
        version.effective_until and version.effective_until.isoformat(),
        version.url,
        version.file,
        json.dumps(version.aliases),
        json.dumps(dict(version.origins)),
        version.first_seen and version.first_seen.isoformat(),
    )


def _version(columns: Sequence[Any]) -> Version:
    (_, id_, company, policy, title, text, digest, sections, pages, since, until, *rest) = columns
    return Version(
        id=id_,
        company=company,
        policy=policy,
        title=title,
        text=text,
        sha256=digest,
        sections=tuple(Section(s, e, tuple(trail)) for s, e, trail in json.loads(sections)),
        page_starts=tuple(json.loads(pages)),
        effective_from=_date(since),
        effective_until=_date(until),
        url=rest[0],
        file=rest[1],
        aliases=tuple(json.loads(rest[2])),
        origins=json.loads(rest[3]),
        first_seen=_date(rest[4]),
    )


def _passage_columns(passage: Passage) -> Iterable[object]:
    return (
        passage.start,
        passage.end,
        passage.text,
        json.dumps(passage.trail),
        passage.page,
        passage.lead_in,
        passage.body,
        json.dumps([(one.start, one.end, one.kind, one.lead_in) for one in passage.sentences]),
    )


def _passage(connection: sqlite3.Connection, entries: Sequence[Entry], row: int) -> Passage:
    (columns,) = connection.execute("SELECT * FROM passages WHERE row = ?", (row,))
    (_, version, start, end, text, trail, page, lead_in, body, sentences, *_) = columns
    return Passage(
        version=entries[version].id,
        start=start,
        end=end,
        text=text,
        trail=tuple(json.loads(trail)),
        page=page,
        sentences=tuple(Sentence(*one) for one in json.loads(sentences)),
        lead_in=lead_in,
        body=body,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
