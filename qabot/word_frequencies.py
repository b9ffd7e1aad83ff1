"""How frequent words are in everyday language, by the lists of the package wordfreq.

The lists are read directly: importing the package takes longer than answering a question.
https://github.com/rspeer/wordfreq describes them.
"""

import gzip
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgpack


def frequency(word: str) -> float:
    """Return how frequent a word in lower case is in English, on the Zipf scale.

    That is the decimal logarithm of its occurrences in a billion words: 7 for "the", 4 for
    "refund", 3 for the rarest word listed, 0 for one that is not listed.
    """
    return _frequencies("en").get(word, 0.0)


def words() -> Mapping[str, float]:
    """Return every listed word of English, the most frequent first, with its frequency."""
    return _frequencies("en")


def rare_words() -> Mapping[str, float]:
    """Return the words of English from 2 on the Zipf scale, some 96,000, with their frequency.

    Frequent misspellings are among them: "adress" at 2.4, where "address" has 5. Loading the list
    takes a tenth of a second, once.
    """
    return _frequencies("en", "large", 700)


def frequent_words(language: str) -> Mapping[str, float]:
    """Return the words of a language (its ISO 639 code) from 3.2 on the Zipf scale, some 20,000."""
    return _frequencies(language, "small", 580)


def is_ordinary(word: str) -> bool:
    """Whether a word in lower case is one of the frequent words of English ("orange", "fool")."""
    return word in _frequencies("en")


@cache
def _frequencies(language: str, size: str = "small", centibels: int = 900) -> Mapping[str, float]:
    """Read a list of wordfreq, as far as the words of so many centibels."""
    package = find_spec("wordfreq")
    assert package and package.submodule_search_locations  # a dependency of this package
    folder = Path(package.submodule_search_locations[0]) / "data"
    with gzip.open(folder / f"{size}_{language}.msgpack.gz") as file:
        unpacker = msgpack.Unpacker(file, raw=False)
        buckets = unpacker.read_array_header() - 1
        unpacker.skip()  # what kind of file it is
        # Bucket n holds the words of n centibels: a share of 10 to the power of -n / 100.
        return {
            word: 9 - number / 100
            for number in range(min(buckets, centibels + 1))
            for word in unpacker.unpack()
        }
