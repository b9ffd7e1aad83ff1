from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.index.lexical import Words, terms
from qabot.records import FloatVector

Texts = list[list[str]]
words = st.sampled_from(["bill", "call", "record", "refund", "roam", "sim", "sms"])
corpora = st.lists(st.lists(words, max_size=12), min_size=1, max_size=12)
questions = st.lists(words | st.just("unheard"), max_size=5)


def rarity(texts: Texts, word: str) -> float:
    """Return the inverse document frequency, as Lucene counts it."""
    holding = sum(word in text for text in texts)
    return log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))


def textbook_bm25(texts: Texts, question: Sequence[str]) -> FloatVector:
    """Score every text by the formula, one word after the other; k1 = 1.2 and b = 0.75."""
    mean = sum(map(len, texts)) / len(texts)
    scores = np.zeros(len(texts), dtype=np.float32)
    for number, text in enumerate(texts):
        for word in question:
            times = Counter(text)[word]
            if times:
                norm = 1.2 * (1 - 0.75 + 0.75 * len(text) / mean)
                scores[number] += rarity(texts, word) * times / (times + norm)
    return scores


@given(texts=corpora, question=questions)
def test_scores_are_bm25(texts: Texts, question: list[str]) -> None:
    """Scores are those of the textbook, in Lucene's variant: order and all."""
    found = Words.build(texts).scores(question)

    np.testing.assert_allclose(found, textbook_bm25(texts, question), rtol=1e-4, atol=1e-6)


@given(texts=corpora, question=questions, data=st.data())
def test_scores_of_rows_are_their_scores(
    texts: Texts, question: list[str], data: st.DataObject
) -> None:
    """Scores looked up for some rows are those that a scoring of all gives them."""
    rows = np.array(
        sorted(data.draw(st.sets(st.integers(0, len(texts) - 1)), label="rows")), dtype=np.int64
    )
    index = Words.build(texts)

    np.testing.assert_array_equal(index.scores_of(question, rows), index.scores(question)[rows])


@given(texts=corpora, question=questions, data=st.data())
def test_coverage_counts_words_by_rarity(
    texts: Texts, question: list[str], data: st.DataObject
) -> None:
    """Coverage is the rarity of the words that a row holds, and of those that any row holds."""
    rows = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1)), label="rows"))
    total = sum(rarity(texts, word) for word in set(question))
    index = Words.build(texts)

    coverage, known = index.coverage(question, np.array(rows, dtype=np.int64))

    def share(held: set[str]) -> float:
        return sum(rarity(texts, word) for word in held & set(question)) / total if total else 0.0

    np.testing.assert_allclose(coverage, [share(set(texts[row])) for row in rows], atol=1e-5)
    assert known == pytest.approx(share({word for row in rows for word in texts[row]}), abs=1e-5)


@given(texts=corpora, question=questions)
def test_saved_words_answer_alike(texts: Texts, question: list[str]) -> None:
    """What was saved and opened again gives the same scores and shares."""
    built = Words.build(texts)
    rows = np.arange(len(texts))
    with TemporaryDirectory() as folder:
        built.save(Path(folder) / "words")
        opened = Words.load(Path(folder) / "words")

        assert len(opened) == len(built) == len(texts)
        np.testing.assert_array_equal(opened.scores(question), built.scores(question))
        (shares, known), expected = (one.coverage(question, rows) for one in (opened, built))
        np.testing.assert_array_equal(shares, expected[0])
        assert known == expected[1]


@pytest.mark.parametrize("question", [[], ["unheard"]])
def test_words_that_no_passage_holds(question: list[str]) -> None:
    """A question without words, or of unknown ones, scores 0 and covers nothing."""
    index = Words.build([["call"], ["refund", "call"]])
    rows = np.arange(2)

    assert index.scores(question).tolist() == [0.0, 0.0]
    shares, known = index.coverage(question, rows)
    assert shares.tolist() == [0.0, 0.0]
    assert known == 0.0


def test_terms_are_stems_of_words_that_mean_something() -> None:
    """Case, endings and small words do not count; numbers and other scripts do."""
    assert terms("What are the REFUNDS of 14 refunded orders?") == [
        "refund", "14", "refund", "order",
    ]  # fmt: skip
    assert terms("Who are we?") == []
    assert terms("Возврат денег") == ["возврат", "денег"]
