from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.index.lexical import PASSAGE_TERMS, LexicalIndex, Term, question_terms, terms
from qabot.records import FloatVector

Texts = list[list[str]]
words = st.sampled_from(["bill", "call", "record", "refund", "roam", "sim", "sms"])
corpora = st.lists(st.lists(words, max_size=12), min_size=1, max_size=12)
stems = words | st.just("unheard")
questions = st.lists(stems, max_size=5, unique=True).map(
    lambda stems: [Term(stem, everyday=0.01) for stem in stems]
)


def textbook_bm25(texts: Texts, asked: Sequence[Term], rarities: Sequence[float]) -> FloatVector:
    """Score every text by the formula, one word after the other; k1 = 1.2 and b = 0.75."""
    scores = np.zeros(len(texts), dtype=np.float32)
    for number, text in enumerate(texts):
        for term, rarity in zip(asked, rarities, strict=True):
            times = Counter(text)[term.stem]
            if times:
                norm = 1.2 * (1 - 0.75 + 0.75 * len(text) / PASSAGE_TERMS)
                scores[number] += rarity * times / (times + norm)
    return scores


def some_rows(texts: Texts, data: st.DataObject) -> list[int]:
    """Draw rows of the texts, ascending."""
    return sorted(data.draw(st.sets(st.integers(0, len(texts) - 1)), label="rows"))


@given(texts=corpora, asked=questions)
def test_scores_are_bm25(texts: Texts, asked: list[Term]) -> None:
    """Scores are those of the textbook, in Lucene's variant."""
    index = LexicalIndex.build(texts)
    rarities = index.rarities(asked, np.arange(len(texts)))

    found = index.scores(asked, rarities)

    expected = textbook_bm25(texts, asked, rarities.tolist())
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@given(texts=corpora, asked=questions, data=st.data())
def test_rarity_is_counted_in_scope(texts: Texts, asked: list[Term], data: st.DataObject) -> None:
    """Rarity is Lucene's, over the passages in scope and fifty of everyday English."""
    rows = some_rows(texts, data)
    index = LexicalIndex.build(texts)

    rarities = index.rarities(asked, np.array(rows, dtype=np.int64))

    for term, rarity in zip(asked, rarities, strict=True):
        held = sum(term.stem in texts[row] for row in rows) + 50 * term.everyday
        assert rarity == pytest.approx(log(1 + (len(rows) + 50 - held + 0.5) / (held + 0.5)), 1e-4)


@given(texts=corpora, asked=questions)
def test_saved_words_answer_alike(texts: Texts, asked: list[Term]) -> None:
    """What was saved and opened again gives the same scores."""
    built = LexicalIndex.build(texts)
    rows = np.arange(len(texts))
    with TemporaryDirectory() as folder:
        built.save(Path(folder) / "words")
        opened = LexicalIndex.load(Path(folder) / "words")

        assert len(opened) == len(built) == len(texts)
        rarities = built.rarities(asked, rows)
        np.testing.assert_array_equal(opened.rarities(asked, rows), rarities)
        np.testing.assert_array_equal(opened.scores(asked, rarities), built.scores(asked, rarities))


def test_terms_are_stems_of_words_that_mean_something() -> None:
    """Case, endings and small words do not count; numbers and other scripts do."""
    assert terms("What are the REFUNDS of 14 refunded orders?") == [
        "refund", "14", "refund", "order",
    ]  # fmt: skip
    assert terms("Who are we?") == []
    assert terms("Возврат денег") == ["возврат", "денег"]


def test_question_terms_are_distinct_and_know_how_common_they_are() -> None:
    """Each stem comes once; everyday words are in more passages than rare ones."""
    people, refund, porting = question_terms("people refund refunds porting")

    assert [people.stem, refund.stem, porting.stem] == ["peopl", "refund", "port"]
    assert 1 > people.everyday > refund.everyday > porting.everyday > 0
