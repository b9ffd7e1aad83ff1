"""The note that archives of policies put on top: where the text was archived, and on which day."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import clean
from qabot.readers.markdown.inline_markdown import spoken
from qabot.records import Fact, Removed

_SNAPSHOT = re.compile(r"https?://web\.archive\.org/web/(\d{4})(\d\d)(\d\d)\d*(?:[a-z]{2}_)?/(.+)")
_DAY = re.compile(r"\barchived on (\d{4}-\d\d-\d\d)\b")
_SITE = re.compile(r"\b(?:from|of) the ((?:[a-z0-9-]+\.)+[a-z]{2,})\b", re.IGNORECASE)


def archive_note(
    nodes: Sequence[SyntaxTreeNode],
) -> tuple[Sequence[SyntaxTreeNode], dict[str, Fact], tuple[Removed, ...]]:
    """Return the nodes without an archive note on top, its facts, and what was removed.

    The facts are `archived`, `url` (the address that was archived) and `site`, its domain.
    """
    if not nodes or nodes[0].type not in ("blockquote", "paragraph"):
        return nodes, {}, ()
    text = clean("\n".join(spoken(node) for node in nodes[0].walk() if node.type == "inline"))
    links = [str(node.attrs.get("href")) for node in nodes[0].walk() if node.type == "link"]
    snapshot = next(filter(None, map(_SNAPSHOT.fullmatch, links)), None)
    day = _DAY.search(text)
    if not (day or snapshot) or not re.search(r"\barchived on\b|\bsnapshot\b", text):
        return nodes, {}, ()
    values = {"archived": day[1] if day else ""}
    if snapshot:
        values = {"archived": "-".join(snapshot.groups()[:3]), "url": unquote(snapshot[4])} | {
            key: value for key, value in values.items() if value
        }
    site = _SITE.search(text)
    if site:
        values["site"] = site[1].lower()
    facts = {key: Fact(value, "archive note") for key, value in values.items()}
    return nodes[1:], facts, (Removed("archive note", text),)
