"""Plain text, also web pages saved as text; one that holds Markdown is read as Markdown."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qabot.canonical import Block, clean, compose
from qabot.errors import UnreadableFile
from qabot.readers.decoding import decode
from qabot.readers.front_matter import split_front_matter
from qabot.readers.headings import prints_as_heading
from qabot.readers.markdown import markdown_reader as markdown
from qabot.readers.markdown.other_marks import OVERLAID, without_overlay
from qabot.readers.plain_text.saved_page_furniture import is_title, page_address, without_furniture
from qabot.readers.plain_text.text_lines import blocks_of
from qabot.records import Reading, Removed

_STRUCK = re.compile(rf"~~(?=\S)([^~\n]{{1,1000}})(?<=\S)~~|{OVERLAID.pattern}")
_TITLE_WORDS = 10  # at most


def read(data: bytes, name: str) -> Reading:
    """Read a plain-text policy; `name` is used in errors only."""
    declared, source, unused = split_front_matter(decode(data, name), name)
    if re.search(r"^#{1,6} +\S|\]\(https?:", source, re.MULTILINE):
        return markdown.read(data, name)
    source, struck = _without_struck(source)
    blocks, removed = without_furniture(blocks_of(source))
    if blocks and (is_title(blocks[0]) or _heads_file(source, blocks)):
        blocks[0] = replace(blocks[0], kind="heading", level=1)
    text, sections, page_starts = compose(markdown.close_level_gaps(blocks))
    if not text:
        raise UnreadableFile(f"{name}: there is no policy text in it; add the text or delete it.")
    return Reading(
        text, sections, page_starts, (*unused, *struck, *removed), page_address(source) | declared
    )


def _without_struck(source: str) -> tuple[str, list[Removed]]:
    """Return a text without what is struck through in it, and this."""
    if not any(sign in source for sign in ("~~", "\u0335", "\u0336")):
        return source, []
    found = [one[1] or without_overlay(one[0]) for one in _STRUCK.finditer(source)]
    removed = [Removed("struck through", clean(text)) for text in found]
    return re.sub(r" ?\0(?=[.,;:!?)\]])|\0", "", _STRUCK.sub("\0", source)), removed


def _heads_file(source: str, blocks: Sequence[Block]) -> bool:
    """Whether the first block is the title: a heading, or a short line that stands alone on top."""
    first, *below = blocks
    if first.kind == "heading":
        return True
    above, _, rest = source.strip().partition("\n")
    is_alone = above.strip() == first.text and not rest.split("\n")[0].strip()
    is_line = first.kind == "paragraph" and len(first.text.split()) <= _TITLE_WORDS
    is_date = re.match(r"\W*\d|\D*+\d.*\b(?:19|20)\d\d\b", first.text) is not None
    return is_alone and is_line and not is_date and bool(below) and prints_as_heading(first.text)
