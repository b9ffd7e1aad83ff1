"""The texts that are encoded, of a passage and of a sentence.

The heading trail and a list's lead-in go in front, for a clause such as "Three months." says little
alone. The company's name is replaced by "we", here as in the question: within one company's
policies all passages have it, and it would outweigh what they differ in.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from qabot.canonical import opening
from qabot.records import CELLS, Passage


class Titled(Protocol):
    """A version, with or without its text."""

    @property
    def company(self) -> str:
        """Its display name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Further names of the company."""

    @property
    def title(self) -> str:
        """The policy's title."""


def nameless(text: str, names: Sequence[str]) -> str:
    """Put "we" and "our" for the names, where they stand as whole words in their own spelling."""
    ordered = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    if not ordered:
        return text
    named = re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(['’]s)?(?!\w)")
    return named.sub(lambda found: "our" if found[1] else "we", text)


def heading_text(version: Titled, passage: Passage) -> str:
    """Return the heading trail of a passage; its title where it has none."""
    trail = " > ".join(passage.trail) or version.title
    return nameless(trail, (version.company, *version.aliases))


def passage_text(version: Titled, passage: Passage) -> str:
    """Return what is encoded of a passage."""
    start = passage.body if passage.body < passage.end else passage.start
    body = passage.text[start - passage.start :]
    body = nameless(body[len(opening(body)) :], (version.company, *version.aliases))
    return "\n".join(filter(None, (heading_text(version, passage), passage.lead_in, body)))


def sentence_texts(version: Titled, passage: Passage) -> list[str]:
    """Return what is encoded of each sentence of a passage, in order.

    That is the innermost heading, the sentence's lead-in and the sentence. The row of a table
    stands alone: it repeats the table's headers already.
    """
    names = (version.company, *version.aliases)
    heading = (passage.trail or (version.title,))[-1]
    texts = []
    for one in passage.sentences:
        text = passage.text[one.start - passage.start : one.end - passage.start]
        if CELLS not in text:
            text = f"{heading}: {' '.join(filter(None, (one.lead_in, text)))}"
        texts.append(nameless(text, names))
    return texts
