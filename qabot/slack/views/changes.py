"""What changed in a policy, as Slack shows it."""

from collections.abc import Callable, Iterator
from datetime import date

from slack_sdk.models.blocks import RichTextElement

from qabot.changes.compare import Change, Changes, Side
from qabot.records import Version
from qabot.service.wording import changes_summary, written
from qabot.slack.views.blocks import Block, context, link, quote, rich_text, section
from qabot.slack.views.blocks import text as words
from qabot.slack.views.message import Message, message
from qabot.slack.views.text_limits import cut

_SHOWN = 5  # changes; the page has all of them
_LONGEST = 400  # characters of a side
_NAMES = {"added": "Added", "removed": "Removed", "reworded": "Reworded", "moved": "Moved"}


def changes_message(found: Changes, about: str, page_url: Callable[[str], str] | None) -> Message:
    """Return the reply to who asks what changed; `page_url` gives a version's page, if any."""
    after = found.after
    titled = f"{after.company}: {after.title}"
    if found.before is None:
        said = f"{titled} has one version here, {_named(after)}: nothing to compare it with."
        return message([said], [rich_text(section(words(said)))])
    span = f"from {_named(found.before)} to {_named(after)}"
    subject = f" about {about}" if about else ""
    head = f"What changed{subject} in {titled}, {span}"
    counted = _counted(found)
    blocks: list[Block] = [rich_text(section(words(head, bold=True)))]
    for change in found.changes[:_SHOWN]:
        blocks.append(rich_text(section(words(_where(change))), quote(*_both(change))))
    blocks.append(context(counted))
    if page_url:
        url = page_url(after.id)
        begins = found.before.effective_from or found.before.first_seen
        since = f"&since={begins}" if begins else ""
        whole = f"{url}{'&' if '?' in url else '?'}changes=true{since}"
        blocks.append(rich_text(section(link("All changes, side by side", whole))))
    return message([head, counted], blocks)


def _named(version: Version) -> str:
    day = version.effective_from
    return f"that of {written(day)}" if isinstance(day, date) else "an undated one"


def _counted(found: Changes) -> str:
    shown = f". The first {_SHOWN} are shown." if len(found.changes) > _SHOWN else "."
    return f"{changes_summary(found)}{shown}"


def _where(change: Change) -> str:
    side = change.after or change.before
    trail = side.section[1:] or side.section if side else ()
    return f"{_NAMES[change.kind]}{': ' if trail else ''}{' › '.join(trail)}"


def _both(change: Change) -> list[RichTextElement]:
    """Return the words before, struck where they are gone, and those after, bold where new."""
    sides = [side for side in (change.before, change.after) if side]
    if change.kind == "moved":
        sides = sides[-1:]
    parts: list[RichTextElement] = []
    for number, side in enumerate(sides):
        if number:
            parts.append(words("\n→ "))
        parts += _side(side, is_new=side is change.after, is_whole=len(sides) == 1)
    return parts


def _side(side: Side, *, is_new: bool, is_whole: bool) -> Iterator[RichTextElement]:
    text = cut(side.quote, _LONGEST)
    at = 0
    for one in () if is_whole else side.changed:
        start, end = one.start - side.start, min(one.end - side.start, len(text))
        if start >= end:
            continue
        if start > at:
            yield words(text[at:start])
        yield words(text[start:end], bold=is_new, italic=not is_new)
        at = end
    if text[at:]:
        yield words(text[at:])
