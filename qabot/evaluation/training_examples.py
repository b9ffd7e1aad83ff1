"""Training examples of policies and questions: texts that answer, and some that do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import ceil
from pathlib import Path

import numpy as np

from qabot.answering.query.understanding import CompanyNames, understand
from qabot.chunking.passages import split
from qabot.encoder.base import Encoder
from qabot.encoder.tuned_weights import PARTS, WEIGHTS, read_card
from qabot.evaluation.questions import LabelledQuestion, is_right, read_questions, words
from qabot.index.build import read_versions
from qabot.index.embedding_text import heading_text, nameless, passage_text, sentence_texts
from qabot.records import FloatMatrix, Passage, Version

_HARD = 24  # passages kept of those that rank high and do not answer
_NEAREST = 8  # wrong passages whose sentences are kept
_LEFT_OVER = 8  # words that a passage must keep to be one without its answer


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A question and texts as they are encoded: some answer it, the others are alike."""

    question: str
    covered: bool
    right: tuple[str, ...]  #: passages that answer
    bare: tuple[str, ...]  #: the same without the sentences that answer
    wrong: tuple[str, ...]  #: passages of the company that do not answer, nearest first
    right_sentences: tuple[str, ...]
    wrong_sentences: tuple[str, ...]  #: of `wrong`, nearest passage first


@dataclass(frozen=True, slots=True)
class _Pool:
    """The passages of one company, and what is encoded of them."""

    names: CompanyNames
    pairs: tuple[tuple[Version, Passage], ...]
    passages: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]  #: of each passage


def companies_of(folder: Path) -> list[str]:
    """Return the companies that the questions of a set are put to, in order of the alphabet."""
    return sorted({q.company for q in read_questions(folder / "questions.jsonl") if q.company})


def held_out_companies(folder: Path) -> list[str]:
    """Return those of a set's companies on which the weights that come here were not tuned."""
    cards = (read_card(WEIGHTS, part) for part in PARTS)
    tuned = {name for card in cards if card for name in card.companies.get(folder.name, ())}
    return [name for name in companies_of(folder) if name not in tuned]


def read_examples(
    folder: Path, companies: Sequence[str], encoder: Encoder
) -> list[TrainingExample]:
    """Return the examples of these companies of a set.

    `folder` is a set for evaluation: policies/ and questions.jsonl. `encoder` tells which wrong
    passages are near. A covered question whose answer stands in no passage is left out. Raises
    BadInput or UnreadableFile.
    """
    pools = _pools(read_versions([folder / "policies"]), companies)
    vectors = {name: encoder.encode_documents(pool.passages) for name, pool in pools.items()}
    examples = [
        _example(question, pools[company], vectors[company], encoder)
        for question in read_questions(folder / "questions.jsonl")
        if (company := question.company or "") in pools
    ]
    return [example for example in examples if example.right or not example.covered]


def first_companies(names: Sequence[str], share: float) -> list[str]:
    """Return a share of the companies, the same for the same names: by the hash of each name."""
    ordered = sorted(names, key=lambda name: sha256(name.encode()).digest())
    return ordered[: ceil(share * len(ordered))]


def _pools(versions: Sequence[Version], companies: Sequence[str]) -> Mapping[str, _Pool]:
    pools = {}
    for company in companies:
        own = [v for v in versions if v.company == company and v.effective_until is None]
        pairs = tuple((v, passage) for v in own for passage in split(v) if passage.sentences)
        if pairs:
            pools[company] = _Pool(
                names=CompanyNames({company: {name for v in own for name in v.aliases}}),
                pairs=pairs,
                passages=tuple(passage_text(v, passage) for v, passage in pairs),
                sentences=tuple(tuple(sentence_texts(v, passage)) for v, passage in pairs),
            )
    return pools


def _example(
    question: LabelledQuestion, pool: _Pool, vectors: FloatMatrix, encoder: Encoder
) -> TrainingExample:
    asked = understand(question.question, pool.names, date.today()).question
    gold = [words(text) for text in question.gold] if question.covered else []
    right = [n for n, (_, p) in enumerate(pool.pairs) if is_right(words(p.text), gold)]
    nearest = np.argsort(-(vectors @ encoder.encode_query(asked)), kind="stable").tolist()
    wrong = [n for n in nearest if n not in right][:_HARD]
    answering = {
        n: [
            m
            for m, one in enumerate(p.sentences)
            if is_right(words(v.text[one.start : one.end]), gold)
        ]
        for n, (v, p) in enumerate(pool.pairs)
        if n in right
    }
    bare = (_without(*pool.pairs[n], answering[n]) for n in right if answering[n])
    return TrainingExample(
        question=asked,
        covered=question.covered,
        right=tuple(pool.passages[n] for n in right),
        bare=tuple(text for text in bare if text),
        wrong=tuple(pool.passages[n] for n in wrong),
        right_sentences=tuple(pool.sentences[n][m] for n in right for m in answering[n]),
        wrong_sentences=tuple(s for n in wrong[:_NEAREST] for s in pool.sentences[n]),
    )


def _without(version: Version, passage: Passage, answering: Sequence[int]) -> str:
    """Return what would be encoded of a passage without these sentences, "" of too little."""
    body = "".join(
        version.text[one.start : one.end] + " "
        for n, one in enumerate(passage.sentences)
        if n not in answering
    )
    if len(body.split()) < _LEFT_OVER:
        return ""
    parts = (
        heading_text(version, passage),
        passage.lead_in,
        nameless(body.strip(), (version.company, *version.aliases)),
    )
    return "\n".join(filter(None, parts))
