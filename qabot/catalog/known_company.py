"""Which of the companies that have policies somebody names."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from qabot.catalog.names import same_company
from qabot.errors import BadInput
from qabot.records import Entry


def known_company(name: str, entries: Sequence[Entry]) -> str:
    """Return the company of a name, as its policies write it; raises BadInput for no company's."""
    names = {same_company(alias): one.company for one in entries for alias in one.aliases}
    names |= {same_company(one.company): one.company for one in entries}
    sought = same_company(name)
    if sought not in names:
        near = process.extractOne(sought, names.keys(), scorer=fuzz.ratio)
        nearest = f"; the nearest name is {names[near[0]]}" if near else ""
        raise BadInput(f"There are no policies of {name.strip()} here{nearest}.")
    return names[sought]
