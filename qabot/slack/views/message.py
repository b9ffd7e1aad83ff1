"""What is posted: text for notifications and screen readers, and blocks for the eye."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qabot.slack.views.blocks import Block, context, paragraph
from qabot.slack.views.text_limits import MORE, TEXT, cut_to, readable

_NEWEST = ("container", "context_actions")


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: with `unfurl_links=False, unfurl_media=False`, and `mrkdwn=False`.

    Without `link_names` and `parse`, by which Slack would make "@here" of a text ping.
    """

    text: str  #: the whole answer; "& < >" are escaped
    blocks: tuple[Block, ...]


def variants(message: Message) -> tuple[Message, ...]:
    """Return the message and plainer ones, to be tried in this order while Slack refuses blocks.

    The second does without the newest kinds of block, the last without any.
    """
    older = tuple(block for block in message.blocks if block["type"] not in _NEWEST)
    plainer = (replace(message, blocks=older), replace(message, blocks=()))
    return (message, *(one for one in plainer if one != message))


def message(said: str | Sequence[str], blocks: Iterable[Block], *, pinging: str = "") -> Message:
    """Return a message whose text begins with `pinging`, ours, and says what fits of `said`.

    Of several parts those that do not fit whole are left out, except the first, which is cut.
    """
    first, *others = [said] if isinstance(said, str) else said
    text = pinging + escaped(shortened(first, TEXT - len(pinging.encode())))
    for part in others:
        longer = f"{text}\n\n{escaped(part)}"
        if len(longer.encode()) <= TEXT:
            text = longer
    return Message(text, tuple(blocks))


def said(words: str) -> Message:
    """Return a message of nothing but these words, which are shown as they are."""
    return message(words, [paragraph(words)])


def with_line(message: Message, words: str) -> Message:
    """Return the message with a line in small letters below."""
    return Message(f"{message.text}\n{escaped(words)}", (*message.blocks, context(words)))


def escaped(words: str) -> str:
    """Return words without what Slack reads as marks of its own, so that nothing of them pings."""
    return readable(words).translate(_ENTITIES)


def weight(words: str) -> int:
    """Return how many bytes of `text` words take."""
    return len(escaped(words).encode())


def shortened(words: str, room: int) -> str:
    """Return words that take no more than `room` bytes of `text`, not yet escaped."""
    if weight(words) <= room:
        return words
    return cut_to(readable(words), room - weight(MORE), weight).rstrip() + MORE


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
