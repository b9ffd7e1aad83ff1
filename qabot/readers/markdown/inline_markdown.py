"""The text of inline Markdown, without its marks."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import clean

_HEADING = 9  # pieces, at most, of a bold line that heads the next
ITEM = re.compile(r"\s*(\((?:[a-z]{1,2}|[ivxl]+|\d{1,2})\))\s+(?=\S)")
"""Finds the letter or numeral that an item begins with."""
_PROPERTY = re.compile(r"[A-Z][\w’'-]*(?: [\w’'()/&-]+){0,4}: \S")


def spoken(node: SyntaxTreeNode, bold: bool = True) -> str:
    """Return the text of `node`: links by their text, images and tags dropped.

    A line ends where its author says so, not where the source is wrapped. With `bold` off, what is
    set in bold is left out.
    """
    if node.type == "softbreak":
        return " "
    if node.type == "text":
        return _without_debris(node.content)
    if node.type in ("text_special", "code_inline"):
        return node.content
    if ends_line(node):
        return "\n"
    if node.type == "html_inline":
        return ""
    if node.type == "image" or (node.type == "strong" and not bold):
        return ""
    return "".join(spoken(child, bold) for child in node.children)


def ends_line(node: SyntaxTreeNode) -> bool:
    """Whether a node ends a line: a hard break, or a tag <br>."""
    is_tag = node.type == "html_inline" and re.match(r"<br\b", node.content, re.IGNORECASE)
    return node.type == "hardbreak" or bool(is_tag)


def _without_debris(text: str) -> str:
    """Drop each "**" without a counterpart, which exporters leave behind.

    One "*" may be a footnote, and "****" before a letter or digit hides what a text does not tell.
    """
    return re.sub(r"(?<!\*)\*\*(?!\*)|(?:^|(?<=\S))\*{4}(?=[\s.,;:)]|$)", "", text)


def lines_of(paragraph: SyntaxTreeNode) -> list[tuple[str, bool]]:
    """Return the lines of a paragraph that its author ended, each with whether it is bold.

    Those of a list of properties, as "Owner: Ada Brook", end though nothing but the source says so.
    """
    children = paragraph.children[0].children
    written = _lines(children, soft=True)
    are_properties = len(written) > 1 and all(_PROPERTY.match(text) for text, _ in written)
    return written if are_properties else _lines(children, soft=False)


def _lines(children: Sequence[SyntaxTreeNode], *, soft: bool) -> list[tuple[str, bool]]:
    lines: list[list[SyntaxTreeNode]] = [[]]
    for child, after in zip_longest(children, children[1:]):
        is_soft = child.type == "softbreak" and (
            soft or _ends_heading(lines[-1], after) or _begins_item(lines[-1], after)
        )
        if ends_line(child) or is_soft:
            lines.append([])
        else:
            lines[-1].append(child)
    said = [(clean("".join(map(spoken, line))), _is_bold(line)) for line in lines]
    return [(text, bold) for text, bold in said if text]


def _begins_item(line: Sequence[SyntaxTreeNode], after: SyntaxTreeNode | None) -> bool:
    """Whether an item that Markdown knows no list for, as "(a) your name", follows a line."""
    if after is None or not ITEM.match(spoken(after)):
        return False
    return re.search(r"(?:[:;,.]|\b(?:and|or|und|oder|et|ou|y|o))$", _said(line)) is not None


def _said(line: Sequence[SyntaxTreeNode]) -> str:
    return "".join(map(spoken, line[-3:])).rstrip()


def _ends_heading(line: Sequence[SyntaxTreeNode], after: SyntaxTreeNode | None) -> bool:
    """Whether a line is all bold, and what follows it begins anew in plain letters."""
    if len(line) > _HEADING:
        return False
    follows = spoken(after, bold=False).lstrip() if after else ""
    return not (follows[:1].islower() or not follows) and _is_bold(line)


def is_bold(node: SyntaxTreeNode) -> bool:
    """Whether everything that `node` says in letters and digits is set in bold."""
    return _is_bold([node])


def _is_bold(nodes: Sequence[SyntaxTreeNode]) -> bool:
    said, rest = ("".join(spoken(node, bold) for node in nodes) for bold in (True, False))
    return any(map(str.isalnum, said)) and not any(map(str.isalnum, rest))


def tidy_heading(text: str) -> str:
    """Strip stray emphasis marks from a heading, and the space they left before its last mark."""
    bare = re.sub(r"^[\s*_]+|[\s*_]+$", "", text)
    bare = re.sub(r"\s+([?!:;.,]+)$", r"\1", bare)
    return bare if any(map(str.isalnum, bare)) else ""
