"""Rows of a corpus as ranges: a scope of millions of passages is as small as that of one."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qabot.records import BoolVector, IntVector


@dataclass(frozen=True, slots=True)
class RowRanges:
    """Rows of a corpus. `len` is how many they are."""

    bounds: IntVector  #: where each range starts and where it stops, one after the other, ascending

    @classmethod
    def of(cls, ranges: Iterable[range]) -> "RowRanges":
        """Join ranges that ascend and do not overlap; those that touch become one."""
        edges = [edge for one in ranges if one for edge in (one.start, one.stop)]
        bounds = np.array(edges, dtype=np.int64)
        kept = np.ones(len(bounds), dtype=bool)
        kept[1:-1:2] = kept[2::2] = bounds[1:-1:2] != bounds[2::2]
        return cls(bounds[kept])

    def __len__(self) -> int:
        return int((self.bounds[1::2] - self.bounds[::2]).sum())

    @property
    def span(self) -> range:
        """From the first of the rows to the last, with what lies between."""
        return range(*self.bounds[[0, -1]].tolist()) if len(self.bounds) else range(0)

    def rows(self) -> IntVector:
        """Return the rows themselves, ascending: for few."""
        ranges = zip(self.bounds[::2], self.bounds[1::2], strict=True)
        return np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(*one) for one in ranges)])

    def members(self, start: int, stop: int) -> BoolVector:
        """Return which of the rows from `start` to before `stop` are among these."""
        edges = np.empty(len(self.bounds) + 2, dtype=np.int64)
        edges[0], edges[1:-1], edges[-1] = start, self.bounds.clip(start, stop), stop
        members = np.zeros(len(edges) - 1, dtype=bool)
        members[1::2] = True
        return members.repeat(edges[1:] - edges[:-1])

    def among(self, rows: npt.NDArray[np.signedinteger]) -> BoolVector:
        """Return which of some rows are among these."""
        among: BoolVector = self.bounds.searchsorted(rows, side="right") % 2 == 1
        return among

    def count_in(self, rows: npt.NDArray[np.signedinteger]) -> int:
        """Return how many of some rows, ascending, are among these."""
        bounds = self.bounds.astype(rows.dtype)  # else the rows, which may be many, are made alike
        places = rows.searchsorted(bounds)
        return int((places[1::2] - places[::2]).sum())
