"""What a web page says of its publisher in JSON-LD, for search engines: https://schema.org."""

import json
from collections.abc import Iterator

from qabot.readers.html.html_page import Element

_CHARACTERS = 200_000  # of one script
_DEPTH = 6  # objects in objects
_PUBLISHERS = ("publisher", "copyrightHolder", "provider")
_ORGANIZATIONS = ("organization", "corporation", "business", "store", "ngo", "company")


def linked_data_publisher(page: Element) -> str:
    """Return the name of a page's publisher, else its organization, else its site; "" for none."""
    found: dict[str, str] = {}
    for script in page.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            data = json.loads((script.text or "")[:_CHARACTERS])
        except (json.JSONDecodeError, RecursionError):
            continue
        for rank, name in _names(data, "", _DEPTH):
            found.setdefault(rank, name)
    return next(
        (found[rank] for rank in ("publisher", "organization", "site") if rank in found), ""
    )


def _names(data: object, role: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield names and what bears them; `role` is the key that `data` is under."""
    if isinstance(data, list) and depth:
        for item in data:
            yield from _names(item, role, depth - 1)
    if not isinstance(data, dict) or not depth:
        return
    name, kind = data.get("name"), str(data.get("@type", "")).lower()
    if isinstance(name, str):
        if role in _PUBLISHERS:
            yield "publisher", name
        elif role in ("", "@graph") and any(kind_of in kind for kind_of in _ORGANIZATIONS):
            yield "organization", name
        elif role in ("", "@graph", "isPartOf") and "website" in kind:
            yield "site", name
    for key in ("@graph", "isPartOf", "mainEntity", *_PUBLISHERS):
        if key in data:
            yield from _names(data[key], key, depth - 1)
