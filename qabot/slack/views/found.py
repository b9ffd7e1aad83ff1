"""What was found of each question, as blocks and as plain text."""

from collections.abc import Iterator, Sequence
from datetime import date

from qabot.records import Answer, Entry
from qabot.service.wording import CLOSEST, READ_AS
from qabot.slack.views.blocks import (
    Block,
    context,
    divider,
    paragraph,
    rich_text,
    section,
    small_heading,
    text,
)
from qabot.slack.views.phrases import beside, no_answer, searched
from qabot.slack.views.quotes import another, cited, in_context, mark_of, others, quoted, spoken
from qabot.slack.views.text_limits import label

_LONGEST = 250  # characters of a question above its answer
_LONGEST_READ = 150  # characters of what it was read as
_TRY = "Try the words that a policy would use, or name a company or a day."


def found(
    answer: Answer, entries: Sequence[Entry], most: int, today: date, *, is_folded: bool = False
) -> Iterator[Block]:
    """Yield what answers one question, or why nothing does.

    Quotes are of at most `most` characters. `is_folded`: what stands around them, and what is worth
    showing besides, comes too, folded away.
    """
    if answer.read_as and not answer.question:  # of a part its heading says it
        yield context(_read_as(answer))
    if not quoted(answer):
        first, *rest = no_answer(answer, entries, today).split("\n", 1)
        yield rich_text(section(text(first, bold=True), *(text(f"\n{more}") for more in rest)))
        if where := _searched(answer, today):
            yield context(where)
        return
    if answer.status == "uncertain":
        yield paragraph("\n".join([*beside(answer), CLOSEST]))
    first_quote = quoted(answer)[0]
    yield from cited(first_quote, most, today, mark_of(answer))
    if answer.status == "answered":
        for sentence in beside(answer):
            yield context(sentence)
    if is_folded:
        yield from in_context(first_quote, most)
        for number, citation in enumerate(others(answer), 1):
            yield another(citation, number, most, today)


def found_of_parts(
    answer: Answer, entries: Sequence[Entry], most: int, today: date
) -> Iterator[Block]:
    """Yield what answers a question, or each part of a message, briefly."""
    for number, part in enumerate(answer.parts or (answer,)):
        if answer.parts:
            yield from headed(answer, number)
        yield from found(part, entries, most, today)


def headed(answer: Answer, number: int) -> Iterator[Block]:
    """Yield what stands above the part with this number, from 0."""
    if number:
        yield divider()
    yield small_heading(heading(answer, number))
    if _is_read_anew(answer, number):
        yield context(_read_as(answer.parts[number]))


def heading(answer: Answer, number: int) -> str:
    """Return what a part is about: its question, or its company where companies are compared."""
    part = answer.parts[number]
    questions = [one.question for one in answer.parts]
    question, company = label(part.question, _LONGEST), label(part.scope.company or "", _LONGEST)
    if len(set(questions)) == 1 and company:
        return company
    is_compared = questions.count(part.question) > 1 and company
    return f"{company}: {question}" if is_compared else question


def _is_read_anew(answer: Answer, number: int) -> bool:
    """Tell whether a part was read as something that was not said of the part above."""
    read = [part.read_as for part in answer.parts]
    return bool(read[number]) and read[number] not in read[max(0, number - 1) : number]


def left_out(answer: Answer) -> str:
    """Return which questions of a message were not answered, or ""."""
    if not answer.left_out:
        return ""
    listed = " ".join(f"“{label(one, _LONGEST)}”" for one in answer.left_out[:4])
    more = len(answer.left_out) - 4
    rest = f" and {more} more" if more > 0 else ""
    return f"At most four questions are answered at once. Ask again: {listed}{rest}"


def said_of(answer: Answer, entries: Sequence[Entry], today: date) -> list[str]:
    """Return the same as plain text, in parts that may be left out from the last."""
    said = []
    for number, part in enumerate(answer.parts or (answer,)):
        lines = [heading(answer, number)] if answer.parts else []
        is_said = _is_read_anew(answer, number) if answer.parts else bool(part.read_as)
        lines += [_read_as(part)] if is_said else []
        if quoted(part):
            is_uncertain = part.status == "uncertain"
            lines += [*beside(part), CLOSEST] if is_uncertain else []
            lines.append(spoken(quoted(part)[0], today))
            lines += [] if is_uncertain else beside(part)
        else:
            lines += filter(None, [no_answer(part, entries, today), _searched(part, today)])
        said.append("\n".join(lines))
    return [*said, *filter(None, [left_out(answer)])]


def _read_as(answer: Answer) -> str:
    return f"{READ_AS}{label(answer.read_as, _LONGEST_READ)}"


def _searched(answer: Answer, today: date) -> str:
    where = searched(answer.scope, today)
    return f"{where} {_TRY}" if answer.status == "not_covered" else where
