"""What commands print: control characters stay out of the terminal, whoever wrote them."""

import re

import click

_CONTROL = re.compile(  # all but the line feed, and what turns the direction of letters around
    "[\0-\x09\x0b-\x1f\x7f-\x9f\u202d\u202e]"
)


def printable(text: str) -> str:
    """Return text with U+FFFD for what a terminal would obey: a tab is a space."""
    return _CONTROL.sub("\ufffd", text.replace("\t", " "))


def say(text: str, *, err: bool = False) -> None:
    """Print a text and a line feed, on standard output or on standard error."""
    click.echo(printable(text), err=err)
