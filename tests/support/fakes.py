"""Stand-ins that behave, and a builder of small real indexes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from qabot.answering.bot import Bot
from qabot.canonical import Block, compose
from qabot.encoder.base import EncoderCard, Models, Progress, silent
from qabot.encoder.load import load_models
from qabot.encoder.model_names import DEFAULT
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.lexical import terms
from qabot.index.opening import load
from qabot.index.policy_index import PolicyIndex
from qabot.index.releases import current_folder
from qabot.records import Answer, AskedQuestion, FloatMatrix, FloatVector, Version

_DIMENSION = 256


class WordEncoder:
    """Encodes a text as the bag of its stemmed words: shared words, near vectors."""

    card = EncoderCard(
        name="words",
        weights_sha256="",
        network_sha256="",
        tokenizer_sha256="",
        precision="float32",
        dimension=_DIMENSION,
        max_tokens=10_000,
        query_prompt="",
        document_prompt="",
    )

    def encode_query(self, question: str) -> FloatVector:
        """Return the unit vector of a question, shape (dimension,)."""
        vector = np.zeros(_DIMENSION, dtype=np.float32)
        for word in terms(question) or [""]:  # a text without words has a direction too
            vector[int.from_bytes(sha256(word.encode()).digest()[:4], "big") % _DIMENSION] += 1
        unit: FloatVector = vector / np.linalg.norm(vector)
        return unit

    def encode_documents(self, texts: Sequence[str], *, done: Progress = silent) -> FloatMatrix:
        """Return unit vectors, shape (len(texts), dimension), in order of the texts."""
        vectors = np.empty((len(texts), _DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.encode_query(text)
            done(1)
        return vectors


class HesitantBot(Bot):
    """Cannot tell whether what it finds answers a question with "perhaps" or "vielleicht" in it.

    The latter it takes for German.
    """

    def ask(self, asked: AskedQuestion, *, today: date | None = None) -> Answer:
        """Return the answer, uncertain or as it is."""
        answer = super().ask(asked, today=today)
        question = asked.text
        is_german = "vielleicht" in question.lower()
        if not (is_german or "perhaps" in question.lower()):
            return answer
        return replace(
            answer,
            status="uncertain",
            citations=(),
            nearest=answer.citations or answer.nearest,
            language="de" if is_german else None,
        )


class WordJudge:
    """Judges a passage by the share of the question's words that it holds."""

    def scores(self, question: str, passages: Sequence[str]) -> FloatVector:
        """Return log-odds from -6, where no word is held, to 6, where all are."""
        asked = set(terms(question))
        held = [len(asked & set(terms(text))) / max(1, len(asked)) for text in passages]
        return 12 * np.array(held, dtype=np.float32) - 6


WORD_MODELS = Models(WordEncoder(), WordJudge())
"""A bot's models that tell by shared words."""


def policy(
    company: str, policy: str, effective: str, body: str, *, url: str = "https://example.com/p"
) -> str:
    """Return a policy as Markdown with front matter."""
    return f"""---
company: {company}
policy: {policy}
title: {policy.capitalize()} Policy
effective: {effective}
url: {url}
---
{body}
"""


def build_bot(folder: Path, files: Mapping[str, str], models: Models = WORD_MODELS) -> Bot:
    """Index these files (name to text) in `folder` and return a bot that answers from them."""
    policies = folder / "policies"
    policies.mkdir()
    for name, text in files.items():
        (policies / name).write_text(text, encoding="utf-8")
    return index_and_open([policies], folder / "index", models)


def index_and_open(paths: Sequence[Path], index: Path, models: Models = WORD_MODELS) -> Bot:
    """Build an index of these policy files and return a bot that answers from it."""
    build(plan(paths, models.encoder.card.name), index, models.encoder)
    return Bot.open(index, models)


def open_files(index: Path) -> PolicyIndex:
    """Open the live build of an index, whose passages are in files."""
    live = load(current_folder(index))
    assert isinstance(live, PolicyIndex)
    return live


@cache
def default_models(exports: Path) -> Models:
    """Return the models that come along."""
    return load_models(DEFAULT, exports)


def version_of(
    blocks: Sequence[Block], *, title: str = "Terms", aliases: Sequence[str] = ()
) -> Version:
    """Return the version of the company Harbour that these blocks make."""
    text, sections, page_starts = compose(blocks)
    return Version(
        id="harbour/terms",
        company="Harbour",
        policy="harbour/terms",
        title=title,
        text=text,
        sha256="",
        sections=sections,
        page_starts=page_starts,
        effective_from=None,
        effective_until=None,
        url=None,
        file="terms.md",
        aliases=tuple(aliases),
    )
