"""Parts of messages. Text that is not ours comes as rich text or plain text, never as mrkdwn."""

from collections.abc import Sequence
from typing import Any

from qabot.slack.views.button_values import Asked, button_value
from qabot.slack.views.text_limits import label, readable

Block = dict[str, Any]
Element = dict[str, Any]


def text(words: str, *, bold: bool = False, italic: bool = False) -> Element:
    """Return words of rich text, shown as they are; they must not be empty."""
    styles = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": readable(words), **({"style": styles} if styles else {})}


def link(words: str, url: str) -> Element:
    """Return a link of rich text."""
    return {"type": "link", "url": url, "text": words}


def section(*elements: Element) -> Element:
    """Return a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Element) -> Element:
    """Return a quote of rich text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def preformatted(words: str) -> Element:
    """Return text that Slack formats in no way, and that is copied as it is."""
    return {"type": "rich_text_preformatted", "elements": [text(words)]}


def rich_text(*parts: Element) -> Block:
    """Return a block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(words: str) -> Block:
    """Return a block of one paragraph."""
    return rich_text(section(text(words)))


def plain(words: str) -> Element:
    """Return plain text; ":smile:" stays as it is written."""
    return {"type": "plain_text", "text": readable(words), "emoji": False}


def context(words: str) -> Block:
    """Return a line in small letters."""
    return {"type": "context", "elements": [plain(words)]}


def header(words: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(label(words, 150))}


def button(words: str, action: str, asked: Asked | None = None) -> Element:
    """Return a button that carries a question, where it is about one."""
    value = {"value": button_value(asked)} if asked else {}
    return {"type": "button", "text": plain(label(words)), "action_id": action, **value}


def link_button(words: str, action: str, url: str) -> Element:
    """Return a button that opens an address."""
    return {**button(words, action), "url": url}


def actions(*elements: Element) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def feedback(answer_id: str) -> Block:
    """Return two thumbs, which carry the id of the answer."""

    def thumb(words: str, value: str) -> Element:
        return {"text": plain(words), "accessibility_label": words, "value": f"{value}:{answer_id}"}

    buttons = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": thumb("Helpful", "helpful"),
        "negative_button": thumb("Not helpful", "unhelpful"),
    }
    return {"type": "context_actions", "elements": [buttons]}


def folded(title: str, children: Sequence[Block]) -> Block:
    """Return blocks that show once their title is clicked.

    No rich text in them: Slack documents it, but its validator is reported to refuse it
    (https://docs.rs/slack-morphism/2.31.0, SlackContainerBlock).
    """
    return {
        "type": "container",
        "title": plain(label(title, 150)),
        "child_blocks": list(children),
        "is_collapsible": True,
        "default_collapsed": True,
    }
