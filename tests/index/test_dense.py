from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.index.dense import FLAT_LIMIT, Vectors
from qabot.index.row_ranges import RowRanges
from qabot.records import FloatMatrix, FloatVector, IntVector

LARGE = 30_000


def clustered(count: int, dimension: int, clusters: int) -> FloatMatrix:
    """Return unit vectors that lie in clusters, as those of real texts do."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(clusters, dimension)).astype(np.float32)
    noise = random.normal(size=(count, dimension), scale=0.5).astype(np.float32)
    return unit(centres[random.integers(clusters, size=count)] + noise)


def unit(vectors: FloatMatrix) -> FloatMatrix:
    """Return the vectors at length 1."""
    units: FloatMatrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units.astype(np.float32)


def ranges(rows: Iterable[int]) -> RowRanges:
    """Return rows that ascend as ranges."""
    return RowRanges.of([range(row, row + 1) for row in rows])


def exact(vectors: FloatMatrix, vector: FloatVector, count: int, scope: IntVector) -> IntVector:
    """Return the nearest rows of the scope by comparing with every one."""
    nearest: IntVector = scope[np.argsort(-(vectors[scope] @ vector), kind="stable")[:count]]
    return nearest


@pytest.fixture(scope="module")
def many() -> FloatMatrix:
    """Return more vectors than a flat index serves alone."""
    assert LARGE > FLAT_LIMIT
    return clustered(LARGE, dimension=64, clusters=300)


@pytest.fixture(scope="module")
def large(many: FloatMatrix) -> Vectors:
    """Return those vectors, indexed."""
    return Vectors.build(many)


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 60),
    count=st.integers(1, 80),
    data=st.data(),
)
def test_search_is_a_dot_product(seed: int, size: int, count: int, data: st.DataObject) -> None:
    """A small corpus is searched exactly, limited to the scope and never short of results."""
    vectors = unit(np.random.default_rng(seed).normal(size=(size, 8)).astype(np.float32))
    some = st.just(set(range(size))) | st.sets(st.integers(0, size - 1))
    scope = np.array(sorted(data.draw(some, label="scope")), dtype=np.int64)

    found = Vectors.build(vectors).search(vectors[seed % size], count, ranges(scope))

    expected = exact(vectors, vectors[seed % size], count, scope)
    assert set(found) <= set(scope)
    assert len(found) == min(count, len(scope))
    cosines = vectors @ vectors[seed % size]
    np.testing.assert_allclose(cosines[found], cosines[expected], atol=1e-6)


@pytest.mark.slow
def test_large_corpus_finds_nearly_all(many: FloatMatrix, large: Vectors) -> None:
    """Above FLAT_LIMIT at least 95 of 100 of the ten nearest are found, and in the right order."""
    shared = []
    for row in range(0, LARGE, 300):
        found = large.search(many[row], 10, ranges(range(LARGE)))
        shared.append(len(set(found) & set(exact(many, many[row], 10, np.arange(LARGE)))) / 10)
        cosines = many[found] @ many[row]
        assert (np.diff(cosines) < 1e-3).all()  # rows are kept in half precision

    assert np.mean(shared) >= 0.95


def test_one_passage_among_many_is_found(many: FloatMatrix, large: Vectors) -> None:
    """A scope of one passage finds it, however far it is from the question."""
    for row in range(0, LARGE, 1000):
        assert large.search(-many[row], 10, ranges([row])).tolist() == [row]


@pytest.mark.parametrize("searched", [400, 600])
def test_few_and_many_rows_are_searched_alike(
    many: FloatMatrix, large: Vectors, searched: int
) -> None:
    """Up to some hundred rows NumPy compares and beyond FAISS does: both find the nearest."""
    scope = np.arange(searched) * 7
    for row in range(0, searched, 100):
        cosines = large.rows(scope) @ many[row]
        expected = scope[np.argsort(-cosines, kind="stable")[:10]]
        np.testing.assert_array_equal(large.search(many[row], 10, ranges(scope)), expected)


@pytest.mark.slow
def test_scope_far_from_the_question_is_not_starved() -> None:
    """A large scope that lies nowhere near the question still gives as many rows as asked for."""
    vectors = clustered(2 * LARGE, dimension=32, clusters=400)
    near, far = vectors.copy(), vectors.copy()
    near[:, :16] *= 0.1
    far[:, 16:] *= 0.1
    vectors = unit(np.concatenate([near[:LARGE], far[LARGE:]]))
    scope = range(LARGE, 2 * LARGE)
    index = Vectors.build(vectors)

    for row in range(0, LARGE, 3000):
        found = index.search(vectors[row], 100, RowRanges.of([scope]))
        assert len(found) == 100
        assert set(found) <= set(scope)


@pytest.mark.parametrize("scope", [range(LARGE), range(0, LARGE, 7), range(LARGE - 1)])
def test_saved_vectors_answer_alike(
    large: Vectors, many: FloatMatrix, tmp_path: Path, scope: range
) -> None:
    """What was saved and opened again finds the same rows and returns the same vectors."""
    large.save(tmp_path)
    opened = Vectors.load(tmp_path)
    searched = ranges(scope)

    assert len(opened) == LARGE
    for row in range(0, LARGE, 3000):
        np.testing.assert_array_equal(
            opened.search(many[row], 20, searched), large.search(many[row], 20, searched)
        )
    rows = np.array([5, 0, LARGE - 1])
    np.testing.assert_array_equal(opened.rows(rows), large.rows(rows))
    np.testing.assert_allclose(opened.rows(rows), many[rows], atol=1e-3)


def test_empty_scope_finds_nothing(large: Vectors, many: FloatMatrix) -> None:
    """Where nothing is in scope, nothing is found."""
    assert large.search(many[0], 10, ranges([])).tolist() == []
