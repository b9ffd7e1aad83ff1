"""The marks of notes in Markdown, and what its tags <sup> raise."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from qabot.readers.raised_marks import note_mark, raised

_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:[ \t]*", re.MULTILINE)
_REFERENCE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")
_OPENS = re.compile(r"<sup\b", re.IGNORECASE)
_CLOSES = re.compile(r"</sup\b", re.IGNORECASE)
_BEFORE = 24  # characters in front of a mark that are looked at


def with_marks_in_brackets(source: str) -> str:
    r"""Return Markdown in which the mark of a note, "[^1]", is text, and each note a paragraph.

    A note that is marked by a word gets the number that it is printed with.
    """
    marks = dict.fromkeys(_REFERENCE.findall(source))
    printed = {mark: mark if mark.isdecimal() else str(n) for n, mark in enumerate(marks, 1)}
    source = _NOTE.sub(lambda found: rf"{chr(10)}\[{printed[found[1]]}\] ", source)
    return _REFERENCE.sub(lambda found: rf"\[{printed[found[1]]}\]", source)


def write_raised(tokens: Sequence[Token]) -> None:
    """Put what each raised mark is written as in its place in the inline tokens of `tokens`."""
    notes = {_leading_mark(token.children or ()) for token in tokens} - {""}
    for token in tokens:
        if any(_opens(child) for child in token.children or ()):
            token.children = _written(token.children or [], notes)


def _opens(token: Token) -> bool:
    return token.type == "html_inline" and _OPENS.match(token.content) is not None


def _closes(token: Token) -> bool:
    return token.type == "html_inline" and _CLOSES.match(token.content) is not None


def _leading_mark(tokens: Sequence[Token]) -> str:
    said = [token for token in tokens[:3] if token.content.strip()]
    return note_mark(said[1].content) if len(said) > 2 and _opens(said[0]) else ""


def _written(tokens: Sequence[Token], notes: set[str]) -> list[Token]:
    written: list[Token] = []
    before, mark = "", ""
    is_open, refers, has_link = False, False, False
    for token in tokens:
        if _opens(token):
            is_open, mark, has_link = True, "", False
            continue
        if is_open and _closes(token):
            text = raised(mark, before, refers=refers, notes=notes)
            token = Token("text", "", 0, content=text if before.strip() else f"{text} ")
            is_open, refers = False, refers and not has_link
        if token.type == "link_open":
            refers = "#" in str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            refers, has_link = refers and is_open, True
        if is_open and token.nesting == 0:
            mark += token.content
        elif not is_open:
            before = (before + (token.content or " "))[-_BEFORE:] if token.nesting == 0 else before
            written.append(token)
        else:
            written.append(token)
    return written if not is_open else list(tokens)
