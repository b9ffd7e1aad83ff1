"""What the buttons of an answer lead to: a copy, a share, a human."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from slack_sdk.models.blocks import RichTextElement

from qabot.records import Answer, Entry
from qabot.slack.views.blocks import (
    Block,
    actions,
    button,
    paragraph,
    ping,
    preformatted,
    quote,
    rich_text,
    section,
    text,
    user,
)
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.found import found_of_parts, said_of
from qabot.slack.views.message import Message, message, shortened
from qabot.slack.views.quotes import pasted, quoted
from qabot.slack.views.text_limits import ASKED, QUOTED, fitting

_FOUND = "The policies say this:"
_READY = "Ready to paste for the customer:"
_NOT_READY = "Check whether this answers before you paste it for the customer:"
_GROUP = re.compile(r"S[A-Z0-9_]+")
_USER = re.compile(r"[UW][A-Z0-9_]+")


def copy_message(answer: Answer, place: int, today: date, link: str | None = None) -> Message:
    """Return the quote at a place of an answer, with its source as plain text, to be pasted.

    `link` is a short address of the place that is quoted, None where there is none.
    """
    citation = quoted(answer)[place]
    title = _READY if answer.status == "answered" else _NOT_READY

    def blocks(most: int) -> list[Block]:
        ready = pasted(citation, most, today, link)
        return [rich_text(section(text(title)), preformatted(ready))]

    return message(f"{title}\n{pasted(citation, QUOTED[2], today, link)}", fitting(blocks))


def shared_message(
    answer: Answer, asked: ButtonQuestion, entries: Sequence[Entry], today: date, by: str
) -> Message:
    """Return an answer for a channel, with who shared it (the id of a user)."""
    question = _question(asked)
    is_uncertain = answer.status == "uncertain"
    shared = f" shared what {'may answer' if is_uncertain else 'the policies say to'}:"

    def blocks(most: int) -> Iterator[Block]:
        yield rich_text(section(_user(by), text(shared)), quote(text(question)))
        yield from found_of_parts(answer, entries, most, today)

    said = [f"{shared} {question}", *said_of(answer, entries, today)]
    return message(said, fitting(blocks), pinging=_user_mark(by))


def human_message(
    answer: Answer,
    asked: ButtonQuestion,
    entries: Sequence[Entry],
    today: date,
    *,
    by: str,
    humans: str | None,
) -> Message:
    """Return what pings the people to ask (the id of a user group), with what was found.

    Action: `resolved` (value: `asked_of`). `humans` None: nobody is pinged.
    """
    group = f"<!subteam^{humans}>" if humans and _GROUP.fullmatch(humans) else ""
    question = _question(asked)
    is_answered = not answer.parts and answer.status == "answered"

    def blocks(most: int) -> Iterator[Block]:
        if group:
            yield ping(group, ", please help.")
        yield rich_text(section(_user(by), text(" asks:")), quote(text(question)))
        if is_answered:
            yield paragraph(_FOUND)
        yield from found_of_parts(answer, entries, most, today)
        yield actions(button("Mark resolved", "resolved", asked))

    parts = [f" asks: {question}", *said_of(answer, entries, today)]
    return message(parts, fitting(blocks), pinging=f"{group} {_user_mark(by)}".strip())


def resolved_message(asked: ButtonQuestion, by: str) -> Message:
    """Return what takes the place of `human_message` once somebody marked it resolved."""
    question = _question(asked)
    block = rich_text(section(text("Resolved by "), _user(by), text(":")), quote(text(question)))
    return message(f" marked as resolved: {question}", [block], pinging=_user_mark(by))


def _question(asked: ButtonQuestion) -> str:
    return shortened(asked.question.strip(), ASKED) or "(nothing)"


def _user(by: str) -> RichTextElement:
    return user(by) if _USER.fullmatch(by) else text("Somebody")


def _user_mark(by: str) -> str:
    return f"<@{by}>" if _USER.fullmatch(by) else "Somebody"
