from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.index.lexical import PASSAGE_TERMS, LexicalIndex, Term, question_terms, terms
from qabot.index.row_ranges import RowRanges
from qabot.records import FloatVector

Texts = list[list[str]]
words = st.sampled_from(["bill", "call", "record", "refund", "roam", "sim", "sms"])
corpora = st.lists(st.lists(words, max_size=12), min_size=1, max_size=12)
stems = words | st.just("unheard")
questions = st.lists(stems, max_size=5, unique=True).map(
    lambda stems: [Term(stem, everyday=0.01) for stem in stems]
)


def textbook_bm25(texts: Texts, rarities: Mapping[str, float]) -> FloatVector:
    """Score every text by the formula, one word after the other; k1 = 1.2 and b = 0.75."""
    scores = np.zeros(len(texts), dtype=np.float32)
    for number, text in enumerate(texts):
        for stem, rarity in rarities.items():
            times = Counter(text)[stem]
            if times:
                norm = 1.2 * (1 - 0.75 + 0.75 * len(text) / PASSAGE_TERMS)
                scores[number] += rarity * times / (times + norm)
    return scores


def everything(texts: Texts) -> RowRanges:
    """Return the rows of all texts."""
    return RowRanges.of([range(len(texts))])


def ranges(rows: Sequence[int]) -> RowRanges:
    """Return rows that ascend as ranges."""
    return RowRanges.of([range(row, row + 1) for row in rows])


def some_rows(texts: Texts, data: st.DataObject) -> list[int]:
    """Draw rows of the texts, ascending."""
    return sorted(data.draw(st.sets(st.integers(0, len(texts) - 1)), label="rows"))


@given(texts=corpora, asked=questions, data=st.data())
def test_scores_are_bm25(texts: Texts, asked: list[Term], data: st.DataObject) -> None:
    """Scores are those of the textbook, in Lucene's variant, of the passages that are named."""
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1)), label="rows")
    index = LexicalIndex.build(texts)
    rarities = index.rarities(asked, everything(texts))

    found = index.scores(rarities, np.array(rows, dtype=np.int64))

    expected = textbook_bm25(texts, rarities)[rows]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@given(
    texts=corpora,
    asked=questions,
    count=st.integers(1, 12),
    block=st.integers(1, 5),
    data=st.data(),
)
def test_best_are_the_highest_scores_in_scope(
    texts: Texts, asked: list[Term], count: int, block: int, data: st.DataObject
) -> None:
    """However many passages are scored at a time, none in scope scores higher than those given."""
    rows = some_rows(texts, data)
    index = LexicalIndex.build(texts)
    rarities = index.rarities(asked, ranges(rows))

    best = index.best(rarities, count, ranges(rows), block).tolist()

    scores = textbook_bm25(texts, rarities)
    expected = sorted((scores[row] for row in rows if scores[row] > 0), reverse=True)[:count]
    assert set(best) <= set(rows)
    assert len(set(best)) == len(best)
    np.testing.assert_allclose(
        sorted((scores[row] for row in best), reverse=True), expected, rtol=1e-4
    )


@given(texts=corpora, asked=questions, data=st.data())
def test_rarity_is_counted_in_scope(texts: Texts, asked: list[Term], data: st.DataObject) -> None:
    """Rarity is Lucene's, over the passages in scope and fifty of everyday English."""
    rows = some_rows(texts, data)
    index = LexicalIndex.build(texts)

    rarities = index.rarities(asked, ranges(rows))

    assert [*rarities] == [term.stem for term in asked]
    for term, rarity in zip(asked, rarities.values(), strict=True):
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
        rarities = built.rarities(asked, everything(texts))
        assert opened.rarities(asked, everything(texts)) == rarities
        np.testing.assert_array_equal(opened.scores(rarities, rows), built.scores(rarities, rows))


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
