"""What the buttons of an answer lead to: a copy, a share, a human."""

import re
from collections.abc import Iterator
from datetime import date

from slack_sdk.models.blocks import RichTextElement

from qabot.records import Answer
from qabot.service.wording import MAY_ANSWER, NOT_COVERED
from qabot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
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
from qabot.slack.views.message import Message, message, shortened
from qabot.slack.views.phrases import preface, searched
from qabot.slack.views.quotes import cited, mark_of, pasted, quoted, spoken
from qabot.slack.views.text_limits import ASKED, fitting

_FOUND = "The policies say this:"
_READY = "Ready to paste for the customer:"
_NOT_READY = f"{MAY_ANSWER}, before you paste it for the customer:"
_NOBODY = "Nobody is set to be asked here: choose a user group in the app's Home."
_GROUP = re.compile(r"S[A-Z0-9_]+")
_USER = re.compile(r"[UW][A-Z0-9_]+")


def copy_message(answer: Answer, place: int, today: date) -> Message:
    """Return the quote at a place of an answer, with its source as plain text, to be pasted."""
    citation = quoted(answer)[place]
    title = _READY if answer.status == "answered" else _NOT_READY

    def blocks(most: int) -> list[Block]:
        return [rich_text(section(text(title)), preformatted(pasted(citation, most, today)))]

    return message(f"{title}\n{spoken(citation, today)}", fitting(blocks))


def shared_message(answer: Answer, asked: ButtonQuestion, today: date, by: str) -> Message:
    """Return an answer for a channel, with who shared it (the id of a user)."""
    question = _question(asked)
    is_uncertain = answer.status == "uncertain"
    shared = f" shared what {'may answer' if is_uncertain else 'the policies say to'}:"
    found = _found(answer, "")

    def blocks(most: int) -> Iterator[Block]:
        yield rich_text(section(_user(by), text(shared)), quote(text(question)))
        if found:
            yield paragraph(found)
        for citation in quoted(answer)[:1]:
            yield cited(citation, most, today, mark_of(answer))
        yield context(searched(answer.scope, today))

    said = f"{shared} {question}\n{found}".rstrip()
    quotes = [spoken(citation, today) for citation in quoted(answer)[:1]]
    return message(
        [said, *quotes, searched(answer.scope, today)],
        fitting(blocks),
        pinging=_user_mark(by),
    )


def human_message(
    answer: Answer, asked: ButtonQuestion, today: date, *, by: str, humans: str | None
) -> Message:
    """Return what pings the people to ask (the id of a user group), with what was found.

    Action: `resolved` (value: `asked_of`). `humans` None: nobody is pinged, it says how to choose.
    """
    group = f"<!subteam^{humans}>" if humans and _GROUP.fullmatch(humans) else ""
    question = _question(asked)
    found = _found(answer, _FOUND)

    def blocks(most: int) -> Iterator[Block]:
        if group:
            yield ping(group, ", please help.")
        else:
            yield paragraph(_NOBODY)
        yield rich_text(section(_user(by), text(" asks:")), quote(text(question)))
        yield paragraph(found)
        for citation in quoted(answer)[:1]:
            yield cited(citation, most, today, mark_of(answer))
        yield context(searched(answer.scope, today))
        yield actions(button("Mark resolved", "resolved", asked))

    parts = [
        f" asks: {question}\n{found}",
        *(spoken(one, today) for one in quoted(answer)[:1]),
    ]
    pinging = f"{group or _NOBODY} {_user_mark(by)}"
    return message(parts, fitting(blocks), pinging=pinging)


def resolved_message(asked: ButtonQuestion, by: str) -> Message:
    """Return what takes the place of `human_message` once somebody marked it resolved."""
    question = _question(asked)
    block = rich_text(section(text("Resolved by "), _user(by), text(":")), quote(text(question)))
    return message(f" marked as resolved: {question}", [block], pinging=_user_mark(by))


def _found(answer: Answer, answered: str) -> str:
    """Return what is said before the first quote, or that there is none."""
    verdicts = {"answered": answered, "uncertain": ""}
    lines = (preface(answer), verdicts.get(answer.status, NOT_COVERED))
    return "\n".join(line for line in lines if line)


def _question(asked: ButtonQuestion) -> str:
    return shortened(asked.question.strip(), ASKED) or "(nothing)"


def _user(by: str) -> RichTextElement:
    return user(by) if _USER.fullmatch(by) else text("Somebody")


def _user_mark(by: str) -> str:
    return f"<@{by}>" if _USER.fullmatch(by) else "Somebody"
