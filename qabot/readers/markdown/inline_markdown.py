"""The text of inline Markdown, without its marks."""

import re

from markdown_it.tree import SyntaxTreeNode

_BREAKS = {"softbreak", "hardbreak"}


def spoken(node: SyntaxTreeNode, bold: bool = True) -> str:
    """Return the text of `node`: links by their text, images and tags dropped.

    With `bold` off, what is set in bold is left out.
    """
    if node.type in _BREAKS:
        return "\n"
    if node.type == "text":
        return _without_debris(node.content)
    if node.type in ("text_special", "code_inline"):
        return node.content
    if node.type == "html_inline":
        return "\n" if re.match(r"<br\b", node.content, re.IGNORECASE) else ""
    if node.type == "image" or (node.type == "strong" and not bold):
        return ""
    return "".join(spoken(child, bold) for child in node.children)


def _without_debris(text: str) -> str:
    """Drop each "**" without a counterpart, which exporters leave behind.

    One "*" may be a footnote, and "****" before a letter or digit hides what a text does not tell.
    """
    return re.sub(r"(?<!\*)\*\*(?!\*)|(?:^|(?<=\S))\*{4}(?=[\s.,;:)]|$)", "", text)


def is_bold(node: SyntaxTreeNode) -> bool:
    """Whether everything that `node` says in letters and digits is set in bold."""
    rest = spoken(node, bold=False)
    return any(map(str.isalnum, spoken(node))) and not any(map(str.isalnum, rest))


def tidy_heading(text: str) -> str:
    """Strip stray emphasis marks from a heading, and the space they left before its last mark."""
    bare = re.sub(r"^[\s*_]+|[\s*_]+$", "", text)
    bare = re.sub(r"\s+([?!:;.,]+)$", r"\1", bare)
    return bare if any(map(str.isalnum, bare)) else ""
