"""Markdown: CommonMark and pipe tables, as exporters, site generators and people write it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from qabot.canonical import BOLD, Block, clean, compose
from qabot.errors import UnreadableFile
from qabot.readers.archive_note import archive_note
from qabot.readers.decoding import decode
from qabot.readers.front_matter import split_front_matter
from qabot.readers.headings import headed_lines, reads_as_heading
from qabot.readers.line_ends import joined_lines
from qabot.readers.markdown.containers import written_out
from qabot.readers.markdown.dialects import (
    read_indented_lines,
    without_attribute_lists,
    without_template_tags,
    write_bold_tags,
)
from qabot.readers.markdown.inline_markdown import ITEM, is_bold, lines_of, spoken, tidy_heading
from qabot.readers.markdown.left_out import follow, hiding, take_out
from qabot.readers.markdown.other_marks import with_usual_marks
from qabot.readers.markdown.pipe_tables import rows, with_drawn_tables, with_room_for_all_cells
from qabot.readers.markdown.raised_markdown import with_marks_in_brackets, write_raised
from qabot.records import Reading, Removed

_MARKS = 100_000  # brackets, stars, bars and the like: more than any policy has
_LONGEST_HEADING = 200  # characters; a longer "heading" is a paragraph above a stray rule

# "text_join": it would hide what was escaped.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
read_indented_lines(_PARSER)


def read(data: bytes, name: str) -> Reading:
    """Read a Markdown policy; `name` is used in errors only."""
    facts, source, unused = split_front_matter(decode(data, name), name)
    if len(re.findall(r"[\[\]*_`~!<|]", source)) > _MARKS:
        raise UnreadableFile(
            f"{name} has more than {_MARKS:,} marks of Markdown, too much for a policy; split it."
        )
    source, marks = written_out(with_usual_marks(source))
    source = with_marks_in_brackets(without_attribute_lists(without_template_tags(source)))
    tokens = _PARSER.parse(with_room_for_all_cells(with_drawn_tables(source)))
    struck = take_out(tokens)
    write_raised(tokens)
    write_bold_tags(tokens)
    nodes, noted, removed = archive_note(SyntaxTreeNode(tokens).children)
    nodes, hidden = _shown(nodes)
    blocks = close_level_gaps(list(_blocks(nodes, name, 1)))
    text, sections, page_starts = compose(blocks)
    if not text:
        raise UnreadableFile(f"{name}: there is no policy text in it; add the text or delete it.")
    return Reading(
        text,
        sections,
        page_starts,
        (
            *unused,
            *marks,
            *removed,
            *struck,
            *hidden,
            *(gone for node in nodes for gone in _removed(node, name)),
        ),
        {**noted, **facts},
    )


def _shown(nodes: Sequence[SyntaxTreeNode]) -> tuple[list[SyntaxTreeNode], list[Removed]]:
    """Return the nodes but for those between tags that strike or hide them, and what these say."""
    shown: list[SyntaxTreeNode] = []
    removed: list[Removed] = []
    open_tags: list[tuple[str, str]] = []
    for node in nodes:
        rule = hiding(open_tags)
        if node.type == "html_block":
            follow(open_tags, node.content)
        if rule and hiding(open_tags):
            said = " ".join(spoken(one) for one in node.walk() if one.type == "inline")
            removed.append(Removed(rule, clean(said or re.sub(r"<[^>]*>", " ", node.content))))
        else:
            shown.append(node)
    return shown, [one for one in removed if one.text]


def _blocks(nodes: Sequence[SyntaxTreeNode], name: str, depth: int) -> Iterator[Block]:
    """Yield the blocks of sibling nodes; `depth` is that of a list standing among them.

    What stands between the tags <details> and </details> is a section below the one around it.
    """
    open_tags: list[tuple[str, str]] = []
    levels: list[int] = []  # of the <details> that are open
    for node, after in zip_longest(nodes, nodes[1:]):
        found = list(_node_blocks(node, after, name, depth))
        floor = levels[-1] if levels else 0
        if node.type == "html_block":
            for _ in range(follow(open_tags, node.content).count("details")):
                yield Block("end", "", levels.pop())
            floor = levels[-1] if levels else 0
            left_open = sum(tag == "details" for tag, _ in open_tags) - len(levels)
            ends = [place for place, block in enumerate(found) if block.kind == "end"]
            for place in reversed(ends[len(ends) - left_open :]):
                levels.append(floor + found.pop(place).level)
        for block in found:
            is_item = block.kind not in ("heading", "end")
            yield block if is_item or not floor else replace(block, level=floor + block.level)
    yield from (Block("end", "", level) for level in reversed(levels))


def _node_blocks(
    node: SyntaxTreeNode, after: SyntaxTreeNode | None, name: str, depth: int
) -> Iterator[Block]:
    match node.type:
        case "heading":
            yield _heading(node)
        case "paragraph" if not _leads_to_top(node):
            yield from _paragraph(node)
        case "bullet_list" | "ordered_list":
            yield from _list(node, after, name, depth)
        case "table":
            yield from rows(node)
        case "html_block":
            from qabot.readers.markdown.embedded_html import markup_blocks  # loads lxml

            yield from markup_blocks(node.content, name)
        case "fence":
            for paragraph in re.split(r"\n\s*\n", node.content.strip()):
                lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
                yield from (Block("paragraph", line) for line in joined_lines(lines))
        case "blockquote":
            yield from _blocks(node.children, name, depth)


def _heading(node: SyntaxTreeNode) -> Block:
    text = tidy_heading(spoken(node))
    if len(text) > _LONGEST_HEADING:
        return Block("paragraph", text)
    return Block("heading", text, int(node.tag[1]))


def _paragraph(node: SyntaxTreeNode) -> Iterator[Block]:
    """Yield the heading that a paragraph in bold is, or a paragraph for each of its lines."""
    heading = _bold_heading(node)
    if heading:
        yield heading
        return
    lines = [(tidy_heading(text) if bold else text, bold) for text, bold in lines_of(node)]
    is_list = sum(bool(ITEM.match(line)) for line, _ in lines) > 1
    for line, is_heading in headed_lines(lines):
        if is_list and not is_heading and ITEM.match(line):
            yield _item(line, 1, "-")
        else:
            yield Block("heading", line, BOLD) if is_heading else Block("paragraph", line)


def _bold_heading(node: SyntaxTreeNode) -> Block | None:
    text = tidy_heading(clean(spoken(node)))
    number = re.fullmatch(r"\d+(?:\.\d+)*[.)]? ?", _leading_bold(node))
    is_heading = (is_bold(node) or number) and reads_as_heading(text)
    return Block("heading", text, BOLD) if is_heading else None


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
                for line in joined_lines([text for text, _ in lines_of(child)]):
                    yield _item(line, depth, marker)
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
    return _bold_heading(children[0])


def _item(text: str, depth: int, marker: str) -> Block:
    """Return a list's item; a letter or numeral that its text starts with replaces its bullet."""
    own = ITEM.match(text)
    if marker == "-" and own:
        return Block("item", text[own.end() :], depth, own[1])
    return Block("item", text, depth, marker)


def close_level_gaps(blocks: Sequence[Block]) -> list[Block]:
    """Renumber heading levels from 1 without gaps, as where the first heading is an h4."""
    used = sorted({block.level for block in blocks if block.kind in ("heading", "end")})
    closed = {level: place for place, level in enumerate(used, 1)}
    return [
        replace(block, level=closed[block.level]) if block.kind in ("heading", "end") else block
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
