"""Writes a copy of a questions.jsonl in which every question is misspelt, the same for one seed.

Two slips a question, as fingers make them, in words of four letters and more: two letters swapped,
one left out, one typed twice, or the key beside it hit. The company's name stays as it is.

    python -m tests.benchmarks.misspell QUESTIONS.jsonl MISSPELT.jsonl [SEED]
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"(?<![\w'’.@-])[a-z]{4,}(?![\w@]|[.-]\w)", re.IGNORECASE)  # no codes, domains
_SLIPS = 2


def neighbours(letter: str) -> str:
    """Return the letters whose keys touch this small letter's on an American keyboard."""
    (row,) = (row for row in _ROWS if letter in row)
    height, place = _ROWS.index(row), row.index(letter)
    # each row stands half a key to the right of the one above it
    above = _ROWS[height - 1][place : place + 2] if height else ""
    below = _ROWS[height + 1][max(0, place - 1) : place + 1] if height < 2 else ""
    return row[max(0, place - 1) : place] + row[place + 1 : place + 2] + above + below


def _swap(word: str, place: int, _: Random) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _drop(word: str, place: int, _: Random) -> str:
    return word[:place] + word[place + 1 :]


def _double(word: str, place: int, _: Random) -> str:
    return word[:place] + word[place] + word[place:]


def _neighbour(word: str, place: int, random: Random) -> str:
    hit = random.choice(neighbours(word[place].lower()))
    return word[:place] + (hit.upper() if word[place].isupper() else hit) + word[place + 1 :]


_EDITS: tuple[Callable[[str, int, Random], str], ...] = (_swap, _drop, _double, _neighbour)


def misspelt_word(word: str, random: Random) -> str:
    """Return a word of the letters a to z with one slip, never as it was."""
    while True:
        new = random.choice(_EDITS)(word, random.randrange(len(word) - 1), random)
        if new != word:
            return new


def misspelt(question: str, random: Random, names: Iterable[str] = ()) -> str:
    """Return a question with two slips, in two words where it has two that are long enough.

    A question without such a word comes back as it was; words of `names` are left alone.
    """
    kept = {word.lower() for name in names for word in re.findall(r"\w+", name)}
    words = [found for found in _WORD.finditer(question) if found[0].lower() not in kept]
    picked = random.sample(words, min(_SLIPS, len(words)))
    slips = [*picked, *picked][:_SLIPS] if picked else []
    for found in sorted(set(slips), key=lambda found: -found.start()):
        new = found[0]
        for _ in range(slips.count(found)):
            new = misspelt_word(new, random)
        question = question[: found.start()] + new + question[found.end() :]
    return question


def main(source: str, target: str, seed: str = "1") -> None:
    """Write the misspelt copy of `source` to `target`."""
    lines = []
    for line in Path(source).read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        # seeded by the question, so that a part of the file is misspelt like the whole
        random = Random(f"{seed} {fields['id']} {fields['question']}")
        fields["question"] = misspelt(fields["question"], random, [fields["company"] or ""])
        lines.append(json.dumps(fields, ensure_ascii=False))
    Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
