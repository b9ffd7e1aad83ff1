from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.errors import BuildRefused
from qabot.index.corpus import FILE, Corpus, Digests, write
from qabot.records import Chunked, Kind, Passage, Section, Sentence, Version

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
offsets = st.integers(0, 10_000)
trails = st.lists(texts, max_size=3).map(tuple)
days = st.none() | st.dates()
versions = st.builds(
    Version,
    id=texts,
    company=texts,
    policy=texts,
    title=texts,
    text=texts,
    sha256=texts,
    sections=st.lists(st.builds(Section, offsets, offsets, trails), max_size=3).map(tuple),
    page_starts=st.lists(offsets, max_size=3).map(tuple),
    effective_from=days,
    effective_until=days,
    url=st.none() | texts,
    file=texts,
    aliases=trails,
    origins=st.dictionaries(texts, texts, max_size=3),
)
passages = st.builds(
    Passage,
    version=st.just(""),
    start=offsets,
    end=offsets,
    text=texts,
    trail=trails,
    page=st.none() | st.integers(1, 900),
    sentences=st.lists(
        st.builds(Sentence, offsets, offsets, st.sampled_from(get_args(Kind)), texts), max_size=3
    ).map(tuple),
    lead_in=texts,
    body=offsets,
)
contents = st.lists(
    st.builds(Chunked, versions, st.lists(passages, max_size=4)),
    min_size=1,
    max_size=4,
    unique_by=lambda content: content.version.id,
)


@given(contents=contents)
def test_what_was_written_is_read(contents: list[Chunked]) -> None:
    """Versions and passages come back as they were, each passage with its version's id."""
    expected = [replace(p, version=one.version.id) for one in contents for p in one.passages]
    digests = Digests([b"p%d" % n for n in range(len(expected))], [b"s0", b"s1"])
    with TemporaryDirectory() as folder:
        write(Path(folder), contents, digests)
        with closing(Corpus.open(Path(folder))) as corpus:
            assert [corpus.version(one.version.id) for one in contents] == [
                one.version for one in contents
            ]
            assert corpus.passages(range(len(expected))) == expected
            assert corpus.passages(range(len(expected))[::-1]) == expected[::-1]
            assert corpus.digests() == digests
            assert [list(entry.rows) for entry in corpus.entries] == _rows(contents)


def _rows(contents: list[Chunked]) -> list[list[int]]:
    """Return the rows of each version's passages, counted one by one."""
    row = iter(range(1000))
    return [[next(row) for _ in one.passages] for one in contents]


def _version(name: str) -> Version:
    return Version(
        id=name,
        company="Pinecrest Mobile",
        policy="pinecrest-mobile/terms",
        title="Terms",
        text=f"{name} text",
        sha256="",
        sections=(),
        page_starts=(),
        effective_from=date(2024, 5, 1),
        effective_until=None,
        url=None,
        file="terms.md",
    )


def _passage(number: int, trail: tuple[str, ...] = ()) -> Passage:
    return Passage("", number, number + 1, f"passage {number}", trail, None, (Sentence(0, 1),))


def test_passages_of_one_section_have_one_number(tmp_path: Path) -> None:
    """Sections are told apart by version and heading trail; how many passages each has is known."""
    some = [_passage(0, ("Cookies",)), _passage(1, ("Cookies",)), _passage(2, ("Calls",))]
    write(
        tmp_path,
        [Chunked(_version("a"), some), Chunked(_version("b"), some[:1])],
        Digests([b"1", b"2", b"3", b"4"], []),
    )

    with closing(Corpus.open(tmp_path)) as corpus:
        found = corpus.sections_of(np.array([3, 0, 2, 1]))

    assert found.numbers.tolist() == [2, 0, 1, 0]
    assert found.sizes.tolist() == [1, 2, 1, 2]


def test_several_threads_read_at_once(tmp_path: Path) -> None:
    """Threads that share a corpus each read what they asked for."""
    some = [_passage(number) for number in range(200)]
    write(tmp_path, [Chunked(_version("a"), some)], Digests([b"%d" % n for n in range(200)], []))

    with closing(Corpus.open(tmp_path)) as corpus, ThreadPoolExecutor(8) as threads:
        asked = [[n % 200, (7 * n) % 200] for n in range(400)]
        read = list(threads.map(corpus.passages, asked))
        versions = list(threads.map(corpus.version, ["a"] * 50))

    assert [[p.start for p in some] for some in read] == asked
    assert versions == [_version("a")] * 50


def test_unknown_version_is_none(tmp_path: Path) -> None:
    """An id that no version has gives None."""
    write(tmp_path, [Chunked(_version("a"), [])], Digests([], []))

    with closing(Corpus.open(tmp_path)) as corpus:
        assert corpus.version("b") is None


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be looked at"])
def test_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that `write` did not write is refused by name, with the way out."""
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(BuildRefused, match=rf"{FILE}.*qabot index"):
        Corpus.open(tmp_path)
