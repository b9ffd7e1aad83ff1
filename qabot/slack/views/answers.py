"""Answers as Slack shows them: pure functions from records to messages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from slack_sdk.models.blocks import ButtonElement

from qabot.records import Answer, Citation, Entry
from qabot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    feedback,
    folded,
    paragraph,
    rich_text,
    section,
    text,
)
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.message import Message, message
from qabot.slack.views.phrases import companies, no_answer, preface, searched, some
from qabot.slack.views.quotes import cited, cited_plainly, mark_of, quoted, spoken
from qabot.slack.views.text_limits import BLOCKS, fitting, size

_CITED = 3  # passages of an answer, all but the first folded away
_BUTTONS = 5  # companies to narrow a question to; of more, a modal asks
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
) -> Message:
    """Return the reply to a question, whatever its status; `entries` are all versions there are.

    `private`: only the asker sees it, so it can be shared. Actions: `copy`, `share`, `more`,
    `human` (values: `asked_of`), `feedback`, `company:<n>` (value: with that company),
    `company:other` (`company_modal` asks for it), `open:<n>` (a link: acknowledge, no more).
    """
    if not quoted(answer):
        return _no_answer_message(answer, asked, entries, today)
    first, *others = quoted(answer)[:_CITED]
    several = _several(quoted(answer))
    before = preface(answer)

    def blocks(most: int) -> Iterator[Block]:
        if before:
            yield rich_text(section(text(before, bold=True)))
        if several:
            yield paragraph(several)
        yield cited(first, most, today, mark_of(answer))
        if others:
            count = f"{len(others)} more passage{'s' * (len(others) != 1)}"
            whose = f" ({some(_companies(others))})" if several else ""
            yield folded(
                f"{count}{whose}",
                [cited_plainly(one, place, today) for place, one in enumerate(others, 1)],
            )
        yield context(searched(answer.scope, today))
        yield feedback(answer.id)
        yield actions(*_buttons(answer, asked, private))
        yield from _narrowing(answer, asked, entries)

    parts = [spoken(citation, today) for citation in (first, *others)]
    parts = [before, *parts] if before else parts
    return message([*parts, searched(answer.scope, today)], fitting(blocks))


def more_message(answer: Answer, asked: ButtonQuestion, today: date) -> Message:
    """Return all passages of an answer asked with a greater `k`, or those nearest to no answer.

    Each passage that answers or may answer has a `copy` button whose value says its place. Passages
    for which there is no room are left out from the last, and counted.
    """
    found = answer.citations or answer.nearest
    title = _TITLES[answer.status] if found else "No passages were found."

    def blocks(count: int, most: int) -> Iterator[Block]:
        yield rich_text(section(text(title, bold=True)))
        for place, citation in enumerate(found[:count]):
            yield cited(citation, most, today, mark_of(answer))
            if quoted(answer):
                yield actions(_copy_button(answer, replace(asked, place=place)))
        if left_out := len(found) - count:
            yield context(f"{left_out} more left out: there is no room for them here.")

    for count in range(len(found), -1, -1):
        made = fitting(partial(blocks, count))
        if size(made) <= BLOCKS:
            break
    return message([title, *(spoken(citation, today) for citation in found)], made)


def _no_answer_message(
    answer: Answer, asked: ButtonQuestion, entries: Sequence[Entry], today: date
) -> Message:
    reason = no_answer(answer, entries, today)
    first, *rest = reason.split("\n", 1)
    parts = [text(first, bold=True), *(text(f"\n{more}") for more in rest)]
    blocks = [rich_text(section(*parts)), context(searched(answer.scope, today))]
    buttons = [button("Ask a human", "human", asked)]
    if answer.nearest:
        buttons.insert(0, button("Show the nearest passages", "more", asked))
    blocks += [feedback(answer.id), actions(*buttons)]
    if answer.status == "not_covered":
        blocks += _narrowing(answer, asked, entries)
    return message([reason, searched(answer.scope, today)], blocks)


def _buttons(answer: Answer, asked: ButtonQuestion, private: bool) -> list[ButtonElement]:
    """Return what can be done with an answer, first what should be: to copy it, or to ask on."""
    is_answered = answer.status == "answered"
    human = button("Ask a human", "human", asked, is_first=not is_answered)
    found = [_copy_button(answer, asked, is_first=is_answered)]
    if private:
        found.append(button("Share to channel", "share", asked))
    found.append(button("More passages", "more", asked))
    return [*found, human] if is_answered else [human, *found]


def _copy_button(answer: Answer, asked: ButtonQuestion, *, is_first: bool = False) -> ButtonElement:
    words = "Copy for customer" if answer.status == "answered" else "Copy the passage"
    return button(words, "copy", asked, is_first=is_first)


def _narrowing(answer: Answer, asked: ButtonQuestion, entries: Sequence[Entry]) -> list[Block]:
    """Return buttons for one company each, those quoted first, where the question named none."""
    known = companies(entries)
    if answer.scope.company is not None or len(known) < 2:
        return []
    first = _companies(quoted(answer))
    names = [*first, *(name for name in known if name not in first)]
    shown = names if len(names) <= _BUTTONS else names[: _BUTTONS - 1]
    buttons = [
        button(name, f"company:{place}", replace(asked, company=name))
        for place, name in enumerate(shown)
    ]
    if len(shown) < len(names):
        buttons.append(button("Another company …", "company:other", asked))
    return [context("Ask about one company only:"), actions(*buttons)]


def _several(citations: Sequence[Citation]) -> str:
    """Return a sentence that says so where the quotes are of several companies, else ""."""
    names = _companies(citations)
    return f"The quotes are of several companies: {some(names)}." if len(names) > 1 else ""


def _companies(citations: Sequence[Citation]) -> list[str]:
    return list(dict.fromkeys(citation.company for citation in citations))
