"""Parts of messages, made with slack_sdk's models, which refuse what is too long for Slack.

Blocks are JSON objects, what stands in them are models. Text that is not ours comes as rich text or
plain text; as mrkdwn come only a link, whose words are ours, and a question as a small heading,
from which every mark that formats or pings is taken.
"""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContainerBlock,
    ContextActionsBlock,
    ContextBlock,
    DividerBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
)

from qabot.slack.views.button_values import ButtonQuestion, button_value
from qabot.slack.views.text_limits import label, readable

Block = dict[str, Any]
"""A block as JSON."""

_NO_MARKS = str.maketrans(
    {"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20"}
)  # within a link
_NO_FORMAT = str.maketrans(dict.fromkeys("*_~`"))


def text(words: str, *, bold: bool = False, italic: bool = False) -> RichTextElement:
    """Return words of rich text, shown as they are; they must not be empty."""
    styles = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return RichTextElementParts.Text(text=readable(words), style=styles or None)


def link(words: str, url: str) -> RichTextElement:
    """Return a link of rich text."""
    return RichTextElementParts.Link(url=url, text=words)


def user(user_id: str) -> RichTextElement:
    """Return the name of a user, who is pinged by it."""
    return RichTextElementParts.User(user_id=user_id)


def user_group(group_id: str) -> RichTextElement:
    """Return the name of a user group."""
    return RichTextElementParts.UserGroup(usergroup_id=group_id)


def channel(channel_id: str) -> RichTextElement:
    """Return the name of a channel, which opens it."""
    return RichTextElementParts.Channel(channel_id=channel_id)


def section(*elements: RichTextElement) -> RichTextElement:
    """Return a paragraph of rich text."""
    return RichTextSectionElement(elements=elements)


def quote(*elements: RichTextElement) -> RichTextElement:
    """Return a quote of rich text."""
    return RichTextQuoteElement(elements=elements)


def preformatted(words: str) -> RichTextElement:
    """Return text that Slack formats in no way, and that is copied as it is."""
    return RichTextPreformattedElement(elements=[text(words)])


def rich_text(*parts: RichTextElement) -> Block:
    """Return a block of rich text."""
    return RichTextBlock(elements=parts).to_dict()


def paragraph(words: str) -> Block:
    """Return a block of one paragraph."""
    return rich_text(section(text(words)))


def ping(group_mark: str, words: str) -> Block:
    """Return a line that begins with the mark of a user group and pings it; both are ours."""
    return SectionBlock(text=MarkdownTextObject(text=f"{group_mark}{words}")).to_dict()


def plain(words: str) -> PlainTextObject:
    """Return plain text; ":smile:" stays as it is written."""
    return PlainTextObject(text=readable(words), emoji=False)


def plain_section(words: str, accessory: ButtonElement | None = None) -> Block:
    """Return a block of plain text, with a button beside it."""
    return SectionBlock(text=plain(words), accessory=accessory).to_dict()


def context(words: str, link: tuple[str, str] | None = None) -> Block:
    """Return a line in small letters, and behind it a link: words of ours, and an address."""
    elements: list[PlainTextObject | MarkdownTextObject] = [plain(words)]
    if link:
        said, url = link
        elements.append(MarkdownTextObject(text=f"<{url.translate(_NO_MARKS)}|{said}>"))
    return ContextBlock(elements=elements).to_dict()


def small_heading(words: str) -> Block:
    """Return a line in small bold letters, without the marks that Slack would format it by."""
    bare = " ".join(words.translate(_NO_FORMAT).split()) or "…"
    escaped = bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ContextBlock(
        elements=[MarkdownTextObject(text=f"*{readable(escaped)}*", verbatim=True)]
    ).to_dict()


def divider() -> Block:
    """Return a line across."""
    return DividerBlock().to_dict()


def header(words: str) -> Block:
    """Return a heading."""
    return HeaderBlock(text=plain(label(words, 150))).to_dict()


def button(
    words: str, action: str, asked: ButtonQuestion | None = None, *, is_first: bool = False
) -> ButtonElement:
    """Return a button that carries a question, where it is about one.

    `is_first`: it is what should be done before all else, and stands out.
    """
    return ButtonElement(
        text=plain(label(words)),
        action_id=action,
        value=button_value(asked) if asked else None,
        style="primary" if is_first else None,
    )


def link_button(words: str, action: str, url: str) -> ButtonElement:
    """Return a button that opens an address."""
    return ButtonElement(text=plain(label(words)), action_id=action, url=url)


def actions(*elements: ButtonElement) -> Block:
    """Return a row of buttons."""
    return ActionsBlock(elements=elements).to_dict()


def feedback(answer_id: str) -> Block:
    """Return two thumbs, which carry the id of the answer."""

    def thumb(words: str, value: str) -> FeedbackButtonObject:
        return FeedbackButtonObject(
            text=plain(words), accessibility_label=words, value=f"{value}:{answer_id}"
        )

    buttons = FeedbackButtonsElement(
        action_id="feedback",
        positive_button=thumb("Helpful", "helpful"),
        negative_button=thumb("Not helpful", "unhelpful"),
    )
    return ContextActionsBlock(elements=[buttons]).to_dict()


def folded(title: str, children: Sequence[Block]) -> Block:
    """Return blocks that show once their title is clicked.

    No rich text in them: Slack documents it, but its validator is reported to refuse it
    (https://docs.rs/slack-morphism/2.31.0, SlackContainerBlock).
    """
    return ContainerBlock(
        title=plain(label(title, 150)),
        child_blocks=children,
        is_collapsible=True,
        default_collapsed=True,
    ).to_dict()
