"""What a Markdown text holds and does not say: struck through or hidden, also by tags of HTML."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from qabot.canonical import clean
from qabot.records import Removed

_STRUCK = "struck through"
_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[A-Za-z][\w-]*)(?P<attributes>[^<>]*)>")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_HIDES = re.compile(
    r"<(?:template|noscript|select|textarea|button)\b|\shidden\b|:\s*(?:hidden|none|0)|line-through"
    r"|:\s*-\d{3}|sr-only|visually-?hidden|screen-reader|deletion",
    re.IGNORECASE,
)
_VOID = {"br", "hr", "img", "input", "wbr", "meta", "link", "area", "col", "embed", "source"}
_DEEPEST = 100  # elements in each other that are kept count of
_CLOSING = re.compile(r"[.,;:!?)\]]")


def take_out(tokens: Sequence[Token]) -> list[Removed]:
    """Take what is not shown out of the inline tokens of `tokens`, and return it."""
    removed: list[Removed] = []
    for token in tokens:
        if token.children:
            token.children = _shown(token.children, removed)
    return removed


def follow(open_tags: list[tuple[str, str]], markup: str) -> list[str]:
    """Bring `open_tags` up to date: the open elements, each with the rule that hides it or "".

    Returns the elements that `markup` ends and that were open before, innermost first.
    """
    ended: list[str] = []
    before = len(open_tags)
    for tag in _TAG.finditer(_COMMENT.sub("", markup)):
        name = tag["name"].lower()
        if name in _VOID or tag["attributes"].endswith("/"):
            continue
        if not tag["closes"]:
            if len(open_tags) < _DEEPEST:
                open_tags.append((name, _rule(name, tag[0])))
        elif any(name == one for one, _ in open_tags):
            while open_tags:
                last, _ = open_tags.pop()
                if len(open_tags) < before:
                    before = len(open_tags)
                    ended.append(last)
                if last == name:
                    break
    return ended


def hiding(open_tags: Sequence[tuple[str, str]]) -> str:
    """Return the rule that leaves out what stands in these elements, or ""."""
    return next((rule for _, rule in open_tags if rule), "")


def _rule(name: str, tag: str) -> str:
    if name in ("s", "del", "strike"):
        return _STRUCK
    if not _HIDES.search(tag):
        return ""
    from qabot.readers.markdown.embedded_html import rule_of  # loads lxml

    return rule_of(tag)


def _shown(tokens: Sequence[Token], removed: list[Removed]) -> list[Token]:
    kept: list[Token] = []
    open_tags: list[tuple[str, str]] = []
    struck = 0
    gone, rule = "", ""
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            struck += token.nesting
            continue
        if token.type == "html_inline":
            follow(open_tags, token.content)
        hides = _STRUCK if struck else hiding(open_tags)
        if hides and token.nesting == 0:
            gone += "" if token.type == "html_inline" else token.content or " "
            rule = hides
            continue
        if gone and token.type == "text":
            removed.append(Removed(rule, clean(gone)))
            gone = ""
            before = next((one for one in reversed(kept[-9:]) if one.type == "text"), None)
            if before and _CLOSING.match(token.content):
                before.content = before.content.rstrip()
        kept.append(token)
    if gone:
        removed.append(Removed(rule, clean(gone)))
    return kept
