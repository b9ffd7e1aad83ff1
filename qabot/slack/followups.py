"""What the buttons of an answer lead to: a copy, a share, a human."""

import re
from collections.abc import Iterator
from datetime import date

from qabot.records import Answer, Citation
from qabot.slack.asked import Asked
from qabot.slack.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    paragraph,
    preformatted,
    quote,
    rich_text,
    section,
    text,
)
from qabot.slack.limits import ASKED, fitting
from qabot.slack.message import Message, message, shortened
from qabot.slack.quotes import cited, pasted, spoken
from qabot.slack.words import NOT_ANSWERED, searched

_FOUND = "The policies say this:"
_NOBODY = "Nobody is set to be asked here: choose a user group in the app's Home."
_GROUP = re.compile(r"S[A-Z0-9_]+")
_USER = re.compile(r"[UW][A-Z0-9_]+")


def copy_message(citation: Citation, today: date) -> Message:
    """Return a quote with its source as plain text, ready to paste for a customer."""
    title = "Ready to paste for the customer:"

    def blocks(most: int) -> list[Block]:
        return [rich_text(section(text(title)), preformatted(pasted(citation, most, today)))]

    return message(f"{title}\n{spoken(citation, today)}", fitting(blocks))


def shared_message(answer: Answer, asked: Asked, today: date, by: str) -> Message:
    """Return an answer for a channel, with who shared it (the id of a user)."""
    question = _question(asked)
    said_first = f" shared what the policies say to: {question}"

    def blocks(most: int) -> Iterator[Block]:
        yield rich_text(
            section(_user(by), text(" shared what the policies say to:")), quote(text(question))
        )
        for citation in answer.citations[:1]:
            yield cited(citation, most, today)
        if answer.status != "answered":
            yield paragraph(NOT_ANSWERED)
        yield context(searched(answer.scope, today))

    found = [spoken(citation, today) for citation in answer.citations[:1]]
    return message(
        [said_first, *found, searched(answer.scope, today)],
        fitting(blocks),
        ping=_user_mark(by),
    )


def human_message(
    answer: Answer, asked: Asked, today: date, *, by: str, humans: str | None
) -> Message:
    """Return what pings the people to ask (the id of a user group), with what was found.

    Action: `resolved` (value: `asked_of`). `humans` None: nobody is pinged, it says how to choose.
    """
    group = f"<!subteam^{humans}>" if humans and _GROUP.fullmatch(humans) else ""
    question = _question(asked)
    found = _FOUND if answer.citations else NOT_ANSWERED

    def blocks(most: int) -> Iterator[Block]:
        if group:
            yield {"type": "section", "text": {"type": "mrkdwn", "text": f"{group}, please help."}}
        else:
            yield paragraph(_NOBODY)
        yield rich_text(section(_user(by), text(" asks:")), quote(text(question)))
        yield paragraph(found)
        for citation in answer.citations[:1]:
            yield cited(citation, most, today)
        yield context(searched(answer.scope, today))
        yield actions(button("Mark resolved", "resolved", asked))

    parts = [
        f" asks: {question}\n{found}",
        *(spoken(one, today) for one in answer.citations[:1]),
    ]
    ping = f"{group} {_user_mark(by)}" if group else f"{_NOBODY} {_user_mark(by)}"
    return message(parts, fitting(blocks), ping=ping)


def resolved_message(asked: Asked, by: str) -> Message:
    """Return what takes the place of `human_message` once somebody marked it resolved."""
    question = _question(asked)
    block = rich_text(section(text("Resolved by "), _user(by), text(":")), quote(text(question)))
    return message(f" marked as resolved: {question}", [block], ping=_user_mark(by))


def _question(asked: Asked) -> str:
    return shortened(asked.question.strip(), ASKED) or "(nothing)"


def _user(by: str) -> Element:
    return {"type": "user", "user_id": by} if _USER.fullmatch(by) else text("Somebody")


def _user_mark(by: str) -> str:
    return f"<@{by}>" if _USER.fullmatch(by) else "Somebody"
