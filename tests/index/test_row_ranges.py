import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.index.row_ranges import RowRanges

rows = st.sets(st.integers(0, 30)).map(sorted)


def ranges(rows: list[int]) -> RowRanges:
    """Return rows as ranges."""
    return RowRanges.of([range(row, row + 1) for row in rows])


@given(rows=rows)
def test_ranges_are_their_rows(rows: list[int]) -> None:
    """Rows that touch are one range, and no row is lost or added."""
    found = ranges(rows)

    assert found.rows().tolist() == rows
    assert len(found) == len(rows)
    assert len(found.bounds) == 2 * sum(row - 1 not in rows for row in rows)
    assert found.span == (range(rows[0], rows[-1] + 1) if rows else range(0))


@given(rows=rows, start=st.integers(0, 31), length=st.integers(0, 31))
def test_members_are_told_of_any_stretch(rows: list[int], start: int, length: int) -> None:
    """Of a stretch of the corpus, each row is told to be among them or not."""
    members = ranges(rows).members(start, start + length)

    assert members.tolist() == [row in rows for row in range(start, start + length)]


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@given(rows=rows, others=rows)
def test_rows_in_ranges_are_counted(rows: list[int], others: list[int], dtype: type) -> None:
    """Of other rows, those that are among them are told, and counted."""
    found = ranges(rows)

    assert found.among(np.array(others, dtype=dtype)).tolist() == [row in rows for row in others]
    assert found.count_in(np.array(others, dtype=dtype)) == len(set(rows) & set(others))


def test_empty_ranges_are_left_out() -> None:
    """A version without passages adds no range, and parts none."""
    assert RowRanges.of([range(2, 5), range(5, 5), range(5, 9)]).bounds.tolist() == [2, 9]
