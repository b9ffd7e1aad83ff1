"""A peer indexes passages and is asked questions, in a process of its own: part of `make bench`.

    python -m tests.benchmarks.peers PEER MODEL FOLDER

FOLDER holds passages.jsonl (a `Passage` a line) and questions.jsonl (an `Asked` a line); MODEL is
the folder of a sentence-transformers model. Prints `Measured` as JSON. Runs in the peers' own
environment (peers-requirements.txt); each peer imports what it is made of.

Every peer is put together as its documentation has it, with its own filters for metadata: a
question is put to the passages of its company alone that are in force on its day.
"""

import json
import sys
from collections.abc import Callable, Sequence
from ctypes import CDLL
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from qabot.records import AskedQuestion
from tests.benchmarks.figures import answered_a_second, p50_p99, resident_mb, timed

DEPTH = 5  # passages returned
_CANDIDATES = 10  # that each half of a hybrid proposes: Haystack's default
_CONCURRENT = 400  # questions at most that eight threads ask


@dataclass(frozen=True, slots=True)
class Passage:
    """What a peer gets of a passage."""

    text: str  #: what qabot encodes of it
    quote: str  #: its text: what is judged
    company: str
    since: int  #: first day in force, proleptic ordinal
    until: int  #: first day no longer in force


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its scope."""

    question: str
    company: str | None  #: None: every company
    as_of: int | None  #: proleptic ordinal; None: today

    @property
    def day(self) -> int:
        """The day it is asked about, as a proleptic ordinal."""
        return self.as_of if self.as_of is not None else date.today().toordinal()


@dataclass(frozen=True, slots=True)
class Measured:
    """What came back, and how fast."""

    found: list[list[str]]  #: for each question the quotes of passages, best first
    index_s: float  #: from texts to ready to answer, the model being loaded
    p50: float  #: milliseconds a question, one after the other
    p99: float
    per_second: float  #: questions that eight threads get answered
    memory_mb: float  #: resident after answering


Ask = Callable[[Asked], list[str]]
Index = Callable[[Sequence[Passage]], Ask]


def plain(model: str) -> Index:
    """Plain sentence-transformers and a flat FAISS index.

    https://github.com/facebookresearch/faiss/wiki/Setting-search-parameters-for-one-query
    """
    import faiss
    import numpy as np
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")

    def index(passages: Sequence[Passage]) -> Ask:
        texts = [passage.text for passage in passages]
        vectors = encoder.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        companies = np.array([passage.company for passage in passages])
        since = np.array([passage.since for passage in passages])
        until = np.array([passage.until for passage in passages])

        def ask(asked: Asked) -> list[str]:
            vector = encoder.encode_query(
                asked.question, normalize_embeddings=True, show_progress_bar=False
            )
            within = (since <= asked.day) & (until > asked.day)
            if asked.company is not None:
                within &= companies == asked.company
            scope = faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.flatnonzero(within)))
            _, rows = flat.search(vector[None], DEPTH, params=scope)
            return [passages[row].quote for row in rows[0] if row >= 0]

        return ask

    return index


def haystack(model: str) -> Index:
    """Haystack's hybrid retrieval: BM25 and vectors, joined by reciprocal rank.

    https://haystack.deepset.ai/tutorials/33_hybrid_retrieval
    https://docs.haystack.deepset.ai/docs/metadata-filtering
    """
    from haystack import Document, Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    cpu = ComponentDevice.from_str("cpu")
    documents = SentenceTransformersDocumentEmbedder(model=model, device=cpu, progress_bar=False)
    documents.warm_up()

    def index(passages: Sequence[Passage]) -> Ask:
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        made = [
            Document(id=str(row), content=passage.text, meta=_scope_of(passage))
            for row, passage in enumerate(passages)
        ]
        store.write_documents(documents.run(documents=made)["documents"])
        hybrid = Pipeline()
        hybrid.add_component(
            "encoder", SentenceTransformersTextEmbedder(model=model, device=cpu, progress_bar=False)
        )
        hybrid.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=_CANDIDATES))
        hybrid.add_component("words", InMemoryBM25Retriever(store, top_k=_CANDIDATES))
        hybrid.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)
        )
        hybrid.connect("encoder", "vectors")
        hybrid.connect("vectors", "joiner")
        hybrid.connect("words", "joiner")
        hybrid.warm_up()

        def ask(asked: Asked) -> list[str]:
            conditions: list[dict[str, object]] = [
                {"field": "meta.since", "operator": "<=", "value": asked.day},
                {"field": "meta.until", "operator": ">", "value": asked.day},
            ]
            if asked.company is not None:
                conditions.append(
                    {"field": "meta.company", "operator": "==", "value": asked.company}
                )
            filters = {"operator": "AND", "conditions": conditions}
            run = hybrid.run(
                {
                    "encoder": {"text": asked.question},
                    "vectors": {"filters": filters},
                    "words": {"query": asked.question, "filters": filters},
                }
            )
            return [passages[int(document.id)].quote for document in run["joiner"]["documents"]]

        return ask

    return index


def llama_index(model: str) -> Index:
    """LlamaIndex's hybrid retrieval: BM25 and vectors, joined by reciprocal rank.

    https://developers.llamaindex.ai/python/framework/integrations/retrievers/reciprocal_rerank_fusion
    Its BM25 retriever takes its scope when it is made: each scope has one, made when first asked.
    """
    from functools import cache

    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever

    encoder = HuggingFaceEmbedding(model_name=model, device="cpu")

    def index(passages: Sequence[Passage]) -> Ask:
        nodes = [
            TextNode(
                id_=str(row),
                text=passage.text,
                metadata=_scope_of(passage),
                excluded_embed_metadata_keys=list(_scope_of(passage)),
            )
            for row, passage in enumerate(passages)
        ]
        vectors = VectorStoreIndex(nodes, embed_model=encoder)

        @cache
        def hybrid(company: str | None, day: int) -> QueryFusionRetriever | None:
            within = [
                node
                for node, passage in zip(nodes, passages, strict=True)
                if passage.since <= day < passage.until and company in (None, passage.company)
            ]
            if not within:  # which its BM25 retriever refuses
                return None
            conditions = [
                MetadataFilter(key="since", value=day, operator=FilterOperator.LTE),
                MetadataFilter(key="until", value=day, operator=FilterOperator.GT),
            ]
            if company is not None:
                conditions.append(MetadataFilter(key="company", value=company))
            filters = MetadataFilters(filters=conditions)
            return QueryFusionRetriever(
                [
                    vectors.as_retriever(similarity_top_k=_CANDIDATES, filters=filters),
                    BM25Retriever.from_defaults(
                        nodes=within, similarity_top_k=min(_CANDIDATES, len(within))
                    ),
                ],
                llm=MockLLM(),  # of no use with one query, and asked for all the same
                num_queries=1,
                mode="reciprocal_rerank",
                similarity_top_k=DEPTH,
                use_async=False,
            )

        def ask(asked: Asked) -> list[str]:
            retriever = hybrid(asked.company, asked.day)
            hits = retriever.retrieve(asked.question) if retriever else []
            return [passages[int(hit.node.node_id)].quote for hit in hits]

        return ask

    return index


def qabot(index: str) -> Index:
    """qabot, from the build in the folder `index`; in its own environment."""
    from qabot.answering.bot import Bot
    from qabot.encoder.load import ENCODERS, load_models
    from qabot.encoder.model_names import DEFAULT

    exports = Path(index) / ENCODERS
    models = load_models(DEFAULT, exports)
    bot = Bot.open(Path(index), models)

    def ask(asked: Asked) -> list[str]:
        as_of = date.fromordinal(asked.as_of) if asked.as_of is not None else None
        answer = bot.ask(AskedQuestion(asked.question, company=asked.company, as_of=as_of, k=DEPTH))
        return [citation.quote for citation in answer.citations or answer.nearest]

    return lambda passages: ask


PEERS = {"sentence-transformers + FAISS": plain, "Haystack": haystack, "LlamaIndex": llama_index}


def _scope_of(passage: Passage) -> dict[str, str | int]:
    return {"company": passage.company, "since": passage.since, "until": passage.until}


def _measured(index: Index, passages: Sequence[Passage], questions: Sequence[Asked]) -> Measured:
    began = perf_counter()
    ask = index(passages)
    index_s = perf_counter() - began
    scopes = {(asked.company, asked.as_of): asked for asked in questions}
    for asked in scopes.values():  # to warm up
        ask(asked)
    found, times = timed(ask, questions)
    per_second = answered_a_second(ask, questions[:_CONCURRENT])
    CDLL(None).malloc_trim(0)  # what indexing took and answering does not hold goes back
    return Measured(found, index_s, *p50_p99(times), per_second, resident_mb())


def main(peer: str, model: str, folder: Path) -> None:
    """Measure one peer and print."""
    passages = [Passage(**json.loads(line)) for line in (folder / "passages.jsonl").open()]
    questions = [Asked(**json.loads(line)) for line in (folder / "questions.jsonl").open()]
    index = {**PEERS, "qabot": qabot}[peer](model)
    json.dump(asdict(_measured(index, passages, questions)), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
