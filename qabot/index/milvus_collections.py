"""The collections of a build in Milvus: one of its passages and one of its sentences.

Texts stay in the build's folder, where a file names the collections. The aliases CURRENT_passages
and CURRENT_sentences name those of the live build.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import chain, islice
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
import numpy.typing as npt
from pymilvus import DataType, MilvusClient
from pymilvus.exceptions import MilvusException

from qabot.errors import StoreUnavailable
from qabot.index import releases
from qabot.index.corpus import Corpus, Digests
from qabot.index.known_vectors import KnownVectors
from qabot.index.lexical import bm25_parts
from qabot.index.opening import IN_MILVUS, milvus_place
from qabot.index.sentence_vectors import NUMBERED_KINDS
from qabot.index.word_counts import WordCounter
from qabot.records import Entry, Passage

KINDS = ("passages", "sentences")

NEVER, EVER = 0, date.max.toordinal() + 1
"""Ordinals of days: before the first one, and after the last."""

logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs what it raises as well

_MADE = "COLLECTIONS"  # beside the builds: the collections that were made for them, a line each
_LITE = ".db"  # how the address of a file ends, which Milvus Lite opens in this process
_NAME = {"max_length": 65_535}  # bytes: the most
_BATCH = 1_000  # rows that are inserted, or read, at a time

_NO_WORDS = {2**31: 1.0}  # of a passage without words: none is empty, and no word has this number
_FIELDS: Mapping[str, Mapping[str, tuple[DataType, dict[str, Any]]]] = {
    "passages": {
        "company": (DataType.VARCHAR, {**_NAME, "is_partition_key": True}),
        "policy": (DataType.VARCHAR, _NAME),
        "version": (DataType.INT64, {}),
        "since": (DataType.INT64, {}),
        "until": (DataType.INT64, {}),
        "first_sentence": (DataType.INT64, {}),
        "sentences": (DataType.INT64, {}),
        "words": (DataType.SPARSE_FLOAT_VECTOR, {}),
    },
    "sentences": {"kind": (DataType.INT64, {})},
}


@contextmanager
def asking(address: str) -> Iterator[None]:
    """Raise StoreUnavailable where Milvus does not do what it is asked for."""
    try:
        yield
    except MilvusException as error:
        raise StoreUnavailable(
            f"Milvus at {milvus_place(address)} cannot be asked ({error.message}): see that it "
            "runs there and that QABOT_MILVUS is right."
        ) from error


def name_of(folder: Path) -> str:
    """Return what the collections of the build in a folder are named by."""
    return str(json.loads((folder / IN_MILVUS).read_text())["collections"])


def write(
    address: str,
    draft: Path,
    passages: Sequence[Passage],
    stems: Iterable[Sequence[str]],
    known: KnownVectors,
    digests: Digests,
) -> None:
    """Write passages and sentences into collections, and into the draft what counts their words.

    The draft has the texts by now. `stems` are of each passage, in the order of the rows; `known`
    has the vector of every text of `digests`.
    """
    name = f"qabot_{token_hex(8)}"
    (draft / IN_MILVUS).write_text(json.dumps({"collections": name}))
    with (draft.parent / _MADE).open("a") as made:
        made.write(f"{name}\n")
    counter = WordCounter()
    with closing(Corpus.open(draft)) as corpus:
        entries = corpus.entries
    rows = {
        "passages": _passage_rows(entries, passages, stems, counter),
        "sentences": _sentence_rows(passages),
    }
    halves = (some.astype(np.float16) for some in known.batches(digests.sentences))  # as in files
    vectors: Mapping[str, Iterator[npt.NDArray[np.floating]]] = {
        "passages": known.batches(digests.passages),
        "sentences": halves,
    }
    nearest = "FLAT" if address.endswith(_LITE) else "AUTOINDEX"
    with asking(address), closing(MilvusClient(address)) as client:
        for kind in KINDS:
            _create(client, f"{name}_{kind}", kind, known.dimension, nearest)
            _insert(client, f"{name}_{kind}", rows[kind], chain.from_iterable(vectors[kind]))
    counter.save(draft)


def follow_releases(address: str, index: Path) -> None:
    """Let the aliases name the live build's collections, and drop those of builds that are gone.

    Only collections that were made for builds of this index are dropped.
    """
    builds = releases.builds_folder(index)
    named = {name_of(file.parent) for file in builds.glob(f"*/{IN_MILVUS}")}
    live = builds / (releases.current_id(index) or "")
    made = set((builds / _MADE).read_text().split()) if (builds / _MADE).exists() else set()
    with asking(address), closing(MilvusClient(address)) as client:
        there = set(client.list_collections())
        for kind in KINDS:
            collection = f"{name_of(live)}_{kind}" if (live / IN_MILVUS).exists() else None
            _let_name(client, f"CURRENT_{kind}", collection)
            for name in {f"{one}_{kind}" for one in made - named} & there:
                client.drop_collection(name)


def _let_name(client: MilvusClient, alias: str, collection: str | None) -> None:
    """Let an alias name a collection, or take it away where what is live has none."""
    if not client.has_collection(alias):
        if collection:
            client.create_alias(collection, alias)
    elif collection:
        client.alter_alias(collection, alias)
    else:
        client.drop_alias(alias)


def _create(client: MilvusClient, name: str, kind: str, dimension: int, nearest: str) -> None:
    """Create an empty collection; `nearest` is the type of the index of its vectors."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type=nearest, metric_type="IP")
    for field, (of_type, options) in _FIELDS[kind].items():
        schema.add_field(field, of_type, **options)
        if of_type is DataType.SPARSE_FLOAT_VECTOR:
            indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=indexes)


def _insert(
    client: MilvusClient,
    name: str,
    rows: Iterable[Mapping[str, object]],
    vectors: Iterable[npt.NDArray[np.floating]],
) -> None:
    """Insert rows, numbered from 0, and make them ready to be searched."""
    numbered = (
        {"row": row, "vector": vector.astype(np.float32), **columns}
        for row, (vector, columns) in enumerate(zip(vectors, rows, strict=True))
    )
    while batch := [*islice(numbered, _BATCH)]:
        client.insert(name, batch)
    client.flush(name)  # what is loaded then is whole
    client.load_collection(name)


def _passage_rows(
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    stems: Iterable[Sequence[str]],
    counter: WordCounter,
) -> Iterator[dict[str, object]]:
    owners = chain.from_iterable([entry] * len(entry.rows) for entry in entries)
    first = 0
    for entry, passage, text in zip(owners, passages, stems, strict=True):
        parts = bm25_parts(text)
        numbers = counter.add(entry.number, parts)
        yield {
            "company": entry.company,
            "policy": entry.policy,
            "version": entry.number,
            "since": entry.begins.toordinal() if entry.begins else NEVER,
            "until": entry.effective_until.toordinal() if entry.effective_until else EVER,
            "first_sentence": first,
            "sentences": len(passage.sentences),
            "words": dict(zip(numbers, parts.values(), strict=True)) or _NO_WORDS,
        }
        first += len(passage.sentences)


def _sentence_rows(passages: Sequence[Passage]) -> Iterator[dict[str, object]]:
    for passage in passages:
        for sentence in passage.sentences:
            yield {"kind": NUMBERED_KINDS.index(sentence.kind)}


def rows_of(
    client: MilvusClient, collection: str, rows: Sequence[int], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what a collection has of these rows, in their order."""
    if not rows:
        return []
    found = client.query(collection, filter=f"row in {[*rows]}", output_fields=["row", *fields])
    by_row = {one["row"]: one for one in found}
    return [by_row[row] for row in rows]


def count_of(client: MilvusClient, collection: str) -> int:
    """Return how many rows a collection has, with those that were only just inserted."""
    (found,) = client.query(
        collection, filter="", output_fields=["count(*)"], consistency_level="Strong"
    )
    return int(found["count(*)"])
