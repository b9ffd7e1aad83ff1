"""What a policy's text refers to: "section 4.2", a heading, another policy by its title."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qabot.api.pages.layout import Item
from qabot.canonical import has_heading
from qabot.records import Version

_NUMBERED = re.compile(
    r"^(?:(?:section|clause|article|part|paragraph)\s+)?((?:\d+|[IVX]+)(?:\.\d+)*)\b[.):]?\s",
    re.IGNORECASE,
)
_SECTION = (
    r"(?:sections?|clauses?|articles?|parts?|paragraphs?) (?P<number>(?:\d+|[IVX]+)(?:\.\d+)*)"
    r"(?![\w.]*\d)(?! of (?:the|our) [A-Z])"  # "section 4 of the Act" is one of another text
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters, and where they lead if they refer to something."""

    text: str
    href: str | None


@dataclass(frozen=True)
class References:
    """Finds in letters of a version what they refer to."""

    version: Version
    policies: Mapping[str, str]  #: titles of other policies of the company, to their addresses

    def pieces(self, text: str, *, in_contents: bool = False) -> Sequence[Piece]:
        """Return letters of a line in pieces; in a list of contents a heading leads there."""
        if in_contents and (href := self._heading(text)):
            return [Piece(text, href)]
        return list(self._pieces(text))

    def is_contents(self, items: Sequence[Item]) -> bool:
        """Tell whether most items of a list are but headings: one alone may be a word explained."""
        texts = ["".join(run.text for run in item.runs) for item in items]
        headings = sum(self._heading(text) is not None for text in texts)
        return headings > 1 and headings >= len(texts) / 2

    def _heading(self, text: str) -> str | None:
        return self._headings.get(text.strip(" .;").casefold())

    def _pieces(self, text: str) -> Iterator[Piece]:
        done = 0
        for found in self._pattern.finditer(text):
            number = found["number"]
            href = self._numbers.get(number) if number else self.policies[found[0]]
            if href is None:
                continue
            yield Piece(text[done : found.start()], None)
            yield Piece(found[0], href)
            done = found.end()
        yield Piece(text[done:], None)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.policies, key=len, reverse=True)
        titles = "|".join(rf"(?<!\w){re.escape(title)}(?!\w)" for title in longest_first)
        return re.compile(rf"\b(?i:{_SECTION})" + (f"|{titles}" if titles else ""))

    @cached_property
    def _headings(self) -> Mapping[str, str]:
        return {
            name.strip(" .").casefold(): f"#p{start}"
            for heading, start in self._headed()
            for name in (heading, _NUMBERED.sub("", heading))
        }

    @cached_property
    def _numbers(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for heading, start in self._headed():
            if number := _NUMBERED.match(heading):
                found.setdefault(number[1], f"#p{start}")
        return found

    def _headed(self) -> Iterator[tuple[str, int]]:
        for section in self.version.sections:
            if has_heading(self.version.text, section):
                yield section.trail[-1], section.start
