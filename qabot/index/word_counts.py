"""How many passages of each version hold each word, where the passages are in Milvus.

The rarity of a question's words in its scope is counted from that.
The versions that hold word w are the slice starts[w] to starts[w + 1] of `versions`, ascending, and
of `counts`. It is small beside the passages: a version's many passages share their words.
"""

import json
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from qabot.index.row_ranges import RowRanges
from qabot.records import IntVector

_FOLDER, _VOCABULARY = "word_counts", "vocabulary.json"
_ARRAYS = ("versions", "counts", "starts")


class WordCounter:
    """Counts words, version after version, and gives each a number from 0."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._words, self._versions = array("i"), array("i")

    def __len__(self) -> int:
        return len(self._vocabulary)

    def add(self, version: int, stems: Iterable[str]) -> list[int]:
        """Take the distinct stems of a passage of a version; return their numbers."""
        numbers = [self._vocabulary.setdefault(stem, len(self._vocabulary)) for stem in stems]
        self._words.extend(numbers)
        self._versions.extend([version] * len(numbers))
        return numbers

    def save(self, folder: Path) -> None:
        """Write into a folder; `WordCounts.load` reads it back."""
        words, versions = np.array(self._words), np.array(self._versions)
        order = np.argsort(words, kind="stable")
        words, versions = words[order], versions[order]
        is_first = np.ones(len(words), dtype=bool)
        is_first[1:] = (words[1:] != words[:-1]) | (versions[1:] != versions[:-1])
        first = np.flatnonzero(is_first)
        place = folder / _FOLDER
        place.mkdir()
        np.save(place / "versions.npy", versions[first])
        np.save(place / "counts.npy", np.diff(first, append=len(words)).astype(np.int32))
        np.save(place / "starts.npy", words[first].searchsorted(np.arange(len(self) + 1)))
        text = json.dumps(self._vocabulary, ensure_ascii=False)
        (place / _VOCABULARY).write_text(text, encoding="utf-8")


class WordCounts:
    """The words of a build's versions, mapped into memory."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        versions: IntVector,
        counts: IntVector,
        starts: IntVector,
    ) -> None:
        self._vocabulary = vocabulary
        self._versions, self._counts, self._starts = map(np.asarray, (versions, counts, starts))

    @classmethod
    def load(cls, folder: Path) -> "WordCounts":
        """Open what `WordCounter.save` wrote."""
        place = folder / _FOLDER
        vocabulary = json.loads((place / _VOCABULARY).read_text(encoding="utf-8"))
        return cls(vocabulary, *(np.load(place / f"{name}.npy", mmap_mode="r") for name in _ARRAYS))

    def number(self, stem: str) -> int | None:
        """Return the number of a word, None where no passage holds it."""
        return self._vocabulary.get(stem)

    def held(self, stem: str, versions: RowRanges) -> int:
        """Return how many passages of some versions, given by their numbers, hold a word."""
        number = self._vocabulary.get(stem)
        if number is None:
            return 0
        places = slice(int(self._starts[number]), int(self._starts[number + 1]))
        return int(self._counts[places][versions.among(self._versions[places])].sum())
