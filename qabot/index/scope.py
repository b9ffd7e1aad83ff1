"""What of a corpus a question is put to: the versions of some companies that are in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from qabot.index.row_ranges import RowRanges
from qabot.records import Entry, Span


@dataclass(frozen=True)
class Scope:
    """What of the corpus a question is put to."""

    entries: tuple[Entry, ...]  #: the versions in scope
    companies: frozenset[str] | None  #: None: all
    policy: str | None  #: None: all
    days: Span  #: on any of which they are in force

    @cached_property
    def rows(self) -> RowRanges:
        """The passages in scope."""
        return RowRanges.of(entry.rows for entry in self.entries)

    @cached_property
    def versions(self) -> RowRanges:
        """The numbers of the versions in scope."""
        return RowRanges.of(range(entry.number, entry.number + 1) for entry in self.entries)


def by_company(entries: Iterable[Entry]) -> Mapping[str, Sequence[Entry]]:
    """Return the entries of each company, in their order."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.company, []).append(entry)
    return found


def scope_of(
    entries: Mapping[str, Sequence[Entry]],
    companies: frozenset[str] | None,
    policy: str | None,
    days: Span,
) -> Scope:
    """Return the versions of these companies, or of all, in force at any time of `days`."""
    named = entries.keys() if companies is None else companies & entries.keys()
    inside = (
        entry
        for company in named
        for entry in entries[company]
        if policy in (None, entry.policy) and entry.is_in_force(days)
    )
    found = tuple(sorted(inside, key=attrgetter("number")))
    return Scope(found, companies, policy, days)
