"""Answers as Slack shows them: pure functions from records to messages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from slack_sdk.models.blocks import ButtonElement

from qabot.records import Answer, Entry
from qabot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    feedback,
    rich_text,
    section,
    text,
)
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.found import found, headed, left_out, said_of
from qabot.slack.views.message import Message, message
from qabot.slack.views.phrases import companies, some
from qabot.slack.views.quotes import cited, in_context, mark_of, quoted, spoken
from qabot.slack.views.text_limits import BLOCKS, QUOTED, cut, fitting, size

_BUTTONS = 5  # companies to narrow a question to; of more, a modal asks
_OF_PART = 400  # characters of a part's question that its buttons carry
_NARROWED = 500  # characters of a message that can be asked of one company more
_TITLES = {  # by status
    "answered": "All passages found, the best first; what answers is bold:",
    "uncertain": "All passages found, the closest first. It is not certain that they answer; what "
    "comes closest is in italics:",
    "not_covered": "The nearest passages, which do not answer the question:",
}


def answer_message(
    answer: Answer,
    asked: ButtonQuestion,
    entries: Sequence[Entry],
    today: date,
    *,
    private: bool = False,
    has_humans: bool = True,
) -> Message:
    """Return the reply to a question, or to each of a message; `entries` are all versions.

    `private`: only the asker sees it, so it can be shared. `has_humans`: there are people to be
    asked; else that is offered only where nothing answers. Actions: `copy`, `share`, `more`,
    `human` (values: `asked_of`), `feedback`, `company:<n>` (value: with that company),
    `company:other` (`company_modal` asks for it), `open:<n>` (a link: acknowledge, no more).
    """

    def blocks(most: int) -> Iterator[Block]:
        is_tight = most <= QUOTED[-1]
        if answer.parts:
            for number, part in enumerate(answer.parts):
                yield from headed(answer, number)
                yield from found(part, entries, most, today)
                if quoted(part) and not is_tight:
                    yield from in_context(quoted(part)[0], most)
                    yield actions(_copy_button(part, of_part(asked, part)))
        else:
            yield from found(answer, entries, most, today, is_folded=not is_tight)
        if more := left_out(answer):
            yield context(more)
        if buttons := _buttons(answer, asked, private=private, has_humans=has_humans):
            yield actions(*buttons)
        yield from _narrowing(answer, asked, entries)
        yield feedback(answer.id)

    return message(said_of(answer, entries, today), fitting(blocks))


def more_message(answer: Answer, asked: ButtonQuestion, today: date) -> Message:
    """Return all passages of an answer asked with a greater `k`, or those nearest to no answer.

    Each passage that answers or may answer has a `copy` button whose value says its place. Passages
    for which there is no room are left out from the last, and counted.
    """
    passages = answer.citations or answer.nearest
    title = _TITLES[answer.status] if passages else "No passages were found."

    def blocks(count: int, most: int) -> Iterator[Block]:
        yield rich_text(section(text(title, bold=True)))
        for place, citation in enumerate(passages[:count]):
            yield from cited(citation, most, today, mark_of(answer))
            if most > QUOTED[-1]:
                yield from in_context(citation, most)
            if quoted(answer):
                yield actions(_copy_button(answer, replace(asked, place=place)))
        if more := len(passages) - count:
            yield context(f"{more} more left out: there is no room for them here.")

    for count in range(len(passages), -1, -1):
        made = fitting(partial(blocks, count))
        if size(made) <= BLOCKS:
            break
    return message([title, *(spoken(citation, today) for citation in passages)], made)


def of_part(asked: ButtonQuestion, part: Answer) -> ButtonQuestion:
    """Return the question of a part, to be asked again by itself."""
    question = part.read_as or part.question
    return replace(
        asked,
        question=cut(question, _OF_PART),
        company=part.scope.company or asked.company,
        shortened=asked.shortened or len(question) > _OF_PART,
    )


def _buttons(
    answer: Answer, asked: ButtonQuestion, *, private: bool, has_humans: bool
) -> list[ButtonElement]:
    """Return what can be done with an answer, first what should be: to copy it, or to ask on."""
    is_answered = answer.status == "answered"
    is_first = has_humans and not is_answered
    human = [button("Ask a human", "human", asked, is_first=is_first)]
    human = human if has_humans or not is_answered else []
    done = []
    if quoted(answer) and not answer.parts:
        done.append(_copy_button(answer, asked, is_first=is_answered))
    if private and quoted(answer):
        done.append(button("Share to channel", "share", asked))
    if len(quoted(answer)) > 1 and not answer.parts:
        done.append(button("More passages", "more", asked))
    elif answer.nearest and not quoted(answer):
        done.append(button("Show the nearest passages", "more", asked))
    return [*human, *done] if is_first else [*done, *human]


def _copy_button(answer: Answer, asked: ButtonQuestion, *, is_first: bool = False) -> ButtonElement:
    words = "Copy for customer" if answer.status == "answered" else "Copy the passage"
    return button(words, "copy", asked, is_first=is_first)


def _narrowing(answer: Answer, asked: ButtonQuestion, entries: Sequence[Entry]) -> list[Block]:
    """Return buttons for one company each, those quoted first, where the question named none."""
    known = companies(entries)
    named = {part.scope.company for part in answer.parts or (answer,)} - {None}
    is_searched = answer.status in ("answered", "uncertain", "not_covered")
    if named or len(known) < 2 or not is_searched or len(asked.question) > _NARROWED:
        return []
    first = list(dict.fromkeys(citation.company for citation in quoted(answer)))
    shown_first = [quoted(part)[0] for part in answer.parts or (answer,) if quoted(part)]
    whose = some(list(dict.fromkeys(citation.company for citation in shown_first)))
    said = f"No company was named; quoted is {whose}. " if whose else ""
    names = [*first, *(name for name in known if name not in first)]
    shown = names if len(names) <= _BUTTONS else names[: _BUTTONS - 1]
    buttons = [
        button(name, f"company:{place}", replace(asked, company=name))
        for place, name in enumerate(shown)
    ]
    if len(shown) < len(names):
        buttons.append(button("Another company …", "company:other", asked))
    return [context(f"{said}Ask about one company only:"), actions(*buttons)]
