"""Markdown: CommonMark and pipe tables, as exporters, site generators and people write it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import Block, clean, compose
from qabot.errors import UnreadableFile
from qabot.readers.archive_note import archive_note
from qabot.readers.decoding import decode
from qabot.readers.front_matter import split_front_matter
from qabot.readers.headings import reads_as_heading
from qabot.readers.markdown.inline_markdown import is_bold, spoken, tidy_heading
from qabot.readers.markdown.pipe_tables import rows, with_room_for_all_cells
from qabot.records import Reading, Removed

_BOLD = 0  # level of a heading that is a bold line, until `_levelled` knows what encloses it
_LONGEST_HEADING = 200  # characters; a longer "heading" is a paragraph above a stray rule

# "code": an indented line is an accident in a policy. "text_join": it would hide what was escaped.
_PARSER = MarkdownIt("commonmark").enable("table").disable(["code", "text_join"])


def read(data: bytes, name: str) -> Reading:
    """Read a Markdown policy; `name` is used in errors only."""
    facts, source = split_front_matter(decode(data, name), name)
    root = SyntaxTreeNode(_PARSER.parse(with_room_for_all_cells(_without_template_tags(source))))
    nodes, noted, removed = archive_note(root.children)
    blocks = _levelled(list(_blocks(nodes, name, 1)))
    text, sections, page_starts = compose(blocks)
    if not text:
        raise UnreadableFile(f"{name}: there is no policy text in it; add the text or delete it.")
    return Reading(
        text,
        sections,
        page_starts,
        (*removed, *(gone for node in nodes for gone in _removed(node, name))),
        {**noted, **facts},
    )


def _without_template_tags(source: str) -> str:
    """Take Liquid tags out of link targets and HTML tags, where they would break the markup."""
    source = re.sub(r"\]\([ \t]*\{[{%][^\n]*?[%}]\}[^)\n]*\)", "](#)", source)
    return re.sub(
        r"<[A-Za-z/][^<>\n]*>", lambda tag: re.sub(r"\{[{%].*?[%}]\}", "", tag[0]), source
    )


def _blocks(nodes: Sequence[SyntaxTreeNode], name: str, depth: int) -> Iterator[Block]:
    """Yield the blocks of sibling nodes; `depth` is that of a list standing among them."""
    for node, after in zip_longest(nodes, nodes[1:]):
        match node.type:
            case "heading":
                yield _heading(node)
            case "paragraph" if not _leads_to_top(node):
                yield _paragraph(node)
            case "bullet_list" | "ordered_list":
                yield from _list(node, after, name, depth)
            case "table":
                yield from rows(node)
            case "html_block":
                from qabot.readers.markdown.embedded_html import markup_blocks  # loads lxml

                yield from markup_blocks(node.content, name, _BOLD - 1)
            case "fence":
                yield Block("paragraph", node.content)
            case "blockquote":
                yield from _blocks(node.children, name, depth)


def _heading(node: SyntaxTreeNode) -> Block:
    text = tidy_heading(spoken(node))
    if len(text) > _LONGEST_HEADING:
        return Block("paragraph", text)
    return Block("heading", text, int(node.tag[1]))


def _paragraph(node: SyntaxTreeNode) -> Block:
    text = clean(spoken(node))
    number = re.fullmatch(r"\d+(?:\.\d+)*[.)]? ?", _leading_bold(node))
    if (is_bold(node) or number) and reads_as_heading(tidy_heading(text)):
        return Block("heading", tidy_heading(text), _BOLD)
    return Block("paragraph", text)


def _leads_to_top(node: SyntaxTreeNode) -> bool:
    return re.fullmatch(r"\W*(?:back|return|go) to (?:the )?top\W*", spoken(node), re.I) is not None


def _leading_bold(node: SyntaxTreeNode) -> str:
    for child in node.children[0].children:
        if child.type == "strong":
            return spoken(child)
        if spoken(child).strip():
            break
    return ""


def _list(
    node: SyntaxTreeNode, after: SyntaxTreeNode | None, name: str, depth: int
) -> Iterator[Block]:
    heading = _heading_in_list(node, after)
    if heading:
        yield heading
        return
    for item in node.children:
        marker = f"{item.info}{item.markup}" if node.type == "ordered_list" else "-"
        for child in item.children:
            if child.type == "paragraph":
                yield _item(clean(spoken(child)), depth, marker)
                marker = ""
            else:
                yield from _blocks([child], name, depth + 1)


def _heading_in_list(node: SyntaxTreeNode, after: SyntaxTreeNode | None) -> Block | None:
    """Return the heading that a list of one bold line above a paragraph is, or None."""
    children = node.children[0].children
    if len(node.children) > 1 or len(children) != 1 or not after or after.type != "paragraph":
        return None
    if children[0].type != "paragraph" or not is_bold(children[0]):
        return None
    block = _paragraph(children[0])
    return block if block.kind == "heading" else None


def _item(text: str, depth: int, marker: str) -> Block:
    """Return a list's item; a letter or numeral that its text starts with replaces its bullet."""
    own = re.match(r"(\((?:[a-z]{1,2}|[ivxl]+|\d{1,2})\))\s+(?=\S)", text)
    if marker == "-" and own:
        return Block("item", text[own.end() :], depth, own[1])
    return Block("item", text, depth, marker)


def _levelled(blocks: Sequence[Block]) -> list[Block]:
    """Give headings that are bold lines the level below the last heading that is marked as one."""
    enclosing, placed = 0, []
    for block in blocks:
        if block.kind == "heading" and block.level == _BOLD:
            block = replace(block, level=enclosing + 1)
        elif block.kind == "heading":
            enclosing = block.level
        placed.append(block)
    return close_level_gaps(placed)


def close_level_gaps(blocks: Sequence[Block]) -> list[Block]:
    """Renumber heading levels from 1 without gaps, as where the first heading is an h4."""
    used = sorted({block.level for block in blocks if block.kind == "heading"})
    return [
        replace(block, level=min(6, used.index(block.level) + 1))
        if block.kind == "heading"
        else block
        for block in blocks
    ]


def _removed(node: SyntaxTreeNode, name: str) -> Iterator[Removed]:
    for part in node.walk():
        if part.type == "image":
            yield Removed("image", clean(part.content) or str(part.attrs.get("src", "")))
        elif part.type in ("html_block", "html_inline"):
            from qabot.readers.markdown.embedded_html import markup_removed  # loads lxml

            yield from markup_removed(part.content, name)
        elif part.type == "paragraph" and _leads_to_top(part):
            yield Removed("link to the top", clean(spoken(part)))
        elif part.type == "heading" and spoken(part).strip() and not tidy_heading(spoken(part)):
            yield Removed("heading of marks alone", clean(spoken(part)))
