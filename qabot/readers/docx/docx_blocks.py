"""Paragraphs and tables of a Word file to blocks: headings and their levels, items and depth."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from qabot.canonical import Block
from qabot.readers.docx.docx_pieces import Paragraph
from qabot.readers.headings import (
    DIVISION,
    headed_lines,
    plain_marker,
    prints_as_heading,
    with_titles,
)
from qabot.readers.table_rows import Table, table_blocks


def blocks_of(pieces: Sequence[Paragraph | Table]) -> list[Block]:
    """Make blocks; bold or capital lines are headings below those that have a heading style."""
    paragraphs = [p for p in pieces if isinstance(p, Paragraph) and p.outline is None]
    usual = _usual_size(paragraphs)
    bold = sum(len(p.text) if p.bold else -len(p.text) for p in paragraphs) > 0
    looks = sorted({_look(p) for p in paragraphs if _is_heading(p, usual, bold)})
    blocks: list[Block] = []
    indents: list[int] = []
    notes: list[Block] = []  # of a list, under which they stand
    styled = 0  # level of the last heading that has a heading style
    for piece in pieces:
        if isinstance(piece, Paragraph) and piece.is_note:
            notes.append(Block("paragraph", piece.text))
            continue
        if isinstance(piece, Table) or not piece.marker or piece.outline is not None:
            blocks += notes
            notes = []
        if isinstance(piece, Table):
            blocks += table_blocks(piece, piece.header)
        elif piece.outline is not None and len(piece.text) <= 250:
            indents.clear()
            styled = piece.outline + 1
            blocks.append(Block("heading", _full(piece), min(styled, 6)))
        elif _is_heading(piece, usual, bold):
            indents.clear()
            blocks.append(
                Block("heading", _full(piece), min(styled + 1 + looks.index(_look(piece)), 6))
            )
        else:
            (first, heads), *others = headed_lines(_lines(piece))
            if heads:
                blocks.append(Block("heading", first, min(styled + 1 + len(looks[1:]), 6)))
                indents.clear()
                blocks += [Block("paragraph", line) for line, _ in others]
                continue
            block = _body_block(replace(piece, text=first), indents)
            going_on = replace(block, marker="")
            blocks += [block, *(replace(going_on, text=line) for line, _ in others)]
    return _under_title(with_titles([*blocks, *notes]))


def _lines(piece: Paragraph) -> list[tuple[str, bool]]:
    """Return the lines of a paragraph, each with whether it is bold: the first may be."""
    first, *others = (" ".join(one.split()) for one in piece.text.split("\n"))
    is_head = piece.head_bold and not piece.marker
    return [(first, is_head), *((line, False) for line in others)]


def _under_title(blocks: list[Block]) -> list[Block]:
    """Put all headings one level below the title: Word's "Title" and "Heading 1" share one."""
    title, *rest = blocks or [Block("paragraph", "")]
    beside = [block for block in rest if block.kind == "heading" and block.level == title.level]
    if title.kind != "heading" or title.text[:1].isdigit() or len(beside) < 2:
        return blocks
    return [
        title,
        *(replace(b, level=min(b.level + 1, 6)) if b.kind == "heading" else b for b in rest),
    ]


def _usual_size(paragraphs: Sequence[Paragraph]) -> int:
    sizes: Counter[int] = Counter()
    for paragraph in paragraphs:
        sizes[paragraph.size] += len(paragraph.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _is_heading(piece: Paragraph, usual: int, usually_bold: bool) -> bool:
    text = _full(piece)
    if piece.marker == "-" or piece.in_item or not prints_as_heading(text) or text.endswith(":"):
        return False
    if piece.size > usual * 1.08 or piece.bold and not usually_bold:
        return True
    return bool(DIVISION.match(text)) and len(text) <= 80 or text.isupper() and len(text) > 6


def _look(piece: Paragraph) -> tuple[bool, int, bool]:
    """What a heading without a heading style looks like; the outermost level sorts first.

    A bare "PART 1" is often set smaller than the titles of what stands in it.
    """
    match = DIVISION.fullmatch(piece.text)
    is_outer = match is not None and bool(match["outer"]) and not match["title"].strip()
    return (not is_outer, -piece.size, not piece.text.isupper())


def _full(piece: Paragraph) -> str:
    return f"{piece.marker} {piece.text}" if piece.marker not in ("", "-") else piece.text


def _body_block(piece: Paragraph, indents: list[int]) -> Block:
    if piece.marker:
        while indents and piece.left < indents[-1] - 100:
            indents.pop()
        if not indents or piece.left > indents[-1] + 100:
            indents.append(piece.left)
        return Block("item", piece.text, len(indents), plain_marker(piece.marker))
    while indents and (piece.left < indents[-1] or not piece.left):
        indents.pop()
    return (
        Block("item", piece.text, len(indents), "") if indents else Block("paragraph", piece.text)
    )
