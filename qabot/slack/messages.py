"""Answers as Slack shows them: pure functions from records to messages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from qabot.index.corpus import Entry
from qabot.records import Answer, Citation
from qabot.slack.asked import Asked
from qabot.slack.blocks import (
    Block,
    Element,
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
from qabot.slack.limits import BLOCKS, fitting, size
from qabot.slack.message import Message, message
from qabot.slack.quotes import cited, cited_plainly, spoken
from qabot.slack.words import companies, no_answer, searched, some

_CITED = 3  # passages of an answer, all but the first folded away
_BUTTONS = 5  # companies to narrow a question to; of more, a modal asks
_MORE = "All passages found, the best first; what answers is bold:"
_NEAREST = "The nearest passages, which do not answer the question:"


def answer_message(
    answer: Answer, asked: Asked, entries: Sequence[Entry], today: date, *, private: bool = False
) -> Message:
    """Return the reply to a question, whatever its status; `entries` are all versions there are.

    `private`: only the asker sees it, so it can be shared. Actions: `copy`, `share`, `more`,
    `human` (values: `asked_of`), `feedback`, `company:<n>` (value: with that company),
    `company:other` (`company_modal` asks for it), `open:<n>` (a link: acknowledge, no more).
    """
    if answer.status != "answered":
        return _no_answer_message(answer, asked, entries, today)

    def blocks(most: int) -> Iterator[Block]:
        first, *others = answer.citations[:_CITED]
        if quoted := _several(answer):
            yield paragraph(quoted)
        yield cited(first, most, today)
        if others:
            count = f"{len(others)} more passage{'s' * (len(others) != 1)}"
            whose = f" ({some(_companies(others))})" if _several(answer) else ""
            yield folded(
                f"{count}{whose}",
                [cited_plainly(one, place, today) for place, one in enumerate(others, 1)],
            )
        yield context(searched(answer.scope, today))
        yield feedback(answer.id)
        yield actions(*_buttons(asked, private))
        yield from _narrowing(answer, asked, entries)

    parts = [spoken(citation, today) for citation in answer.citations[:_CITED]]
    return message([*parts, searched(answer.scope, today)], fitting(blocks))


def more_message(answer: Answer, asked: Asked, today: date) -> Message:
    """Return all passages of an answer asked with a greater `k`, or those nearest to no answer.

    Each passage of an answer has a `copy` button whose value says its place. Passages for which
    there is no room are left out from the last, and counted.
    """
    found = answer.citations or answer.nearest
    title = _MORE if answer.citations else _NEAREST if found else "No passages were found."

    def blocks(count: int, most: int) -> Iterator[Block]:
        yield rich_text(section(text(title, bold=True)))
        for place, citation in enumerate(found[:count]):
            yield cited(citation, most, today, answers=bool(answer.citations))
            if answer.citations:
                yield actions(button("Copy for customer", "copy", replace(asked, place=place)))
        if left_out := len(found) - count:
            yield context(f"{left_out} more left out: there is no room for them here.")

    for count in range(len(found), -1, -1):
        made = fitting(partial(blocks, count))
        if size(made) <= BLOCKS:
            break
    return message([title, *(spoken(citation, today) for citation in found)], made)


def _no_answer_message(
    answer: Answer, asked: Asked, entries: Sequence[Entry], today: date
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


def _buttons(asked: Asked, private: bool) -> Iterator[Element]:
    yield {**button("Copy for customer", "copy", asked), "style": "primary"}
    if private:
        yield button("Share to channel", "share", asked)
    yield button("More passages", "more", asked)
    yield button("Ask a human", "human", asked)


def _narrowing(answer: Answer, asked: Asked, entries: Sequence[Entry]) -> list[Block]:
    """Return buttons for one company each, those quoted first, where the question named none."""
    known = companies(entries)
    if answer.scope.company is not None or len(known) < 2:
        return []
    quoted = _companies(answer.citations)
    names = [*quoted, *(name for name in known if name not in quoted)]
    shown = names if len(names) <= _BUTTONS else names[: _BUTTONS - 1]
    buttons = [
        button(name, f"company:{place}", replace(asked, company=name))
        for place, name in enumerate(shown)
    ]
    if len(shown) < len(names):
        buttons.append(button("Another company …", "company:other", asked))
    return [context("Ask about one company only:"), actions(*buttons)]


def _several(answer: Answer) -> str:
    """Return a sentence that says so where the quotes are of several companies, else ""."""
    quoted = _companies(answer.citations)
    return f"The quotes are of several companies: {some(quoted)}." if len(quoted) > 1 else ""


def _companies(citations: Sequence[Citation]) -> list[str]:
    return list(dict.fromkeys(citation.company for citation in citations))
