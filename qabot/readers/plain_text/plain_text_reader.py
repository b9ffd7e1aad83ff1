"""Plain text, also web pages saved as text; one that holds Markdown is read as Markdown."""

import re
from dataclasses import replace

from qabot.canonical import compose
from qabot.errors import UnreadableFile
from qabot.readers.decoding import decode
from qabot.readers.front_matter import split_front_matter
from qabot.readers.markdown import markdown_reader as markdown
from qabot.readers.plain_text.saved_page_furniture import is_title, page_address, without_furniture
from qabot.readers.plain_text.text_lines import blocks_of
from qabot.records import Reading


def read(data: bytes, name: str) -> Reading:
    """Read a plain-text policy; `name` is used in errors only."""
    declared, source, unused = split_front_matter(decode(data, name), name)
    if re.search(r"^#{1,6} +\S|\]\(https?:", source, re.MULTILINE):
        return markdown.read(data, name)
    blocks, removed = without_furniture(blocks_of(source))
    if blocks and (is_title(blocks[0]) or blocks[0].kind == "heading"):
        blocks[0] = replace(blocks[0], kind="heading", level=1)
    text, sections, page_starts = compose(markdown.close_level_gaps(blocks))
    if not text:
        raise UnreadableFile(f"{name}: there is no policy text in it; add the text or delete it.")
    return Reading(
        text, sections, page_starts, (*unused, *removed), page_address(source) | declared
    )
