"""A message to the questions that are put for it, and their answers to one answer.

There is a part for each question of a message that asks several, and for each company that one
question compares.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qabot.answering.query.another_thing import Similarity
from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.every_company import is_of_all
from qabot.answering.query.follow_up import asks_all, read_with
from qabot.answering.query.message_parts import questions_in, told_in, with_told
from qabot.answering.query.question_words import found_before
from qabot.answering.query.remarks import remark_of
from qabot.answering.query.understanding import understand
from qabot.records import Answer, AskedQuestion, Searched, Status

MOST = 4
"""Parts of a message that are answered."""

_GO_ON_FROM = 2  # questions of an earlier message that may be gone on from: its last ones

_BEST: tuple[Status, ...] = (
    "answered",
    "uncertain",
    "not_covered",
    "no_version_in_force",
    "unknown_company",
    "no_question",
)


_CUSTOMERS = r"(?:customer|client|member|subscriber|account|contract|plan|broadband|order)s?"
_CUSTOMER = re.compile(
    rf"\b(?:{_CUSTOMERS} (?:of|at|with|from)|i(?: a|['’])m with) $", re.IGNORECASE
)
_IS_CUSTOMER = re.compile(rf"(?:['’]s)? {_CUSTOMERS}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A question of a message."""

    question: str  #: as it stands in the message
    put: AskedQuestion  #: as it is put: whole, of one company or of all, and without context


def parts_of(
    asked: AskedQuestion, *, names: CompanyNames, today: date, similarity: Similarity
) -> list[Part]:
    """Return the parts of a message, in its order: one where it asks one question.

    A part that names no company is about the one that the message names, if it names one, else
    about the one that was asked about before. What was asked before may be follow-ups too, and
    messages of several questions; what was told before ("my husband died on Sunday") goes with a
    question that names no thing itself. What is beyond the parts that are answered is not read.
    """
    found = questions_in(asked.text)
    told = next(filter(None, map(told_in, reversed(asked.context))), "")
    is_at_once = bool(told) and asked.context[-1].startswith(told)
    earlier = _asked_before(asked, names, today, similarity)
    is_split = len(found) > 1 or found[0].question != asked.text
    of_message = _whose(asked.text, names, today) if is_split else ()
    parts: list[Part] = []
    for one in found:
        if len(parts) >= MOST:  # it is only named
            parts.append(Part(one.question, replace(asked, text=one.read_as, context=())))
            continue
        needs = with_told(told, one.read_as) if is_at_once else one.read_as
        read = read_with(needs, earlier, names=names, today=today, similarity=similarity)
        if told and read == asked.text:
            read = with_told(told, read)
        if not (_has_lines(asked.text) or asked.company or asked.companies or of_message):
            read = _of_conversation(one.read_as, read, earlier, names, today)
        earlier.append(read)
        for company in _companies(read, asked, names, today, of_message):
            put = replace(asked, text=read, company=company, companies=(), context=())
            parts.append(Part(one.question, put))
    return parts


def _asked_before(
    asked: AskedQuestion, names: CompanyNames, today: date, similarity: Similarity
) -> list[str]:
    """Return the questions that may be gone on from, each whole, in the order they were asked in.

    One that names no company is about the one that its letter or the conversation is about.
    """
    earlier: list[str] = []
    for said in asked.context:
        if remark_of(said) is not None:
            continue
        whose = _whose(said, names, today) if _has_lines(said) else ()
        for before in questions_in(said)[-_GO_ON_FROM:]:
            read = read_with(
                before.read_as, earlier, names=names, today=today, similarity=similarity
            )
            if len(whose) == 1 and not names.mentions(read):
                read = f"{whose[0]}: {read}"
            if not asked.company:
                read = _of_conversation(before.read_as, read, earlier, names, today)
            earlier.append(read)
    return earlier


def _has_lines(message: str) -> bool:
    """Whether a message has several lines, as a letter does."""
    return len(message.splitlines()) > 1


def _of_conversation(
    said: str, question: str, earlier: Sequence[str], names: CompanyNames, today: date
) -> str:
    """Put the company of the last question in front of one that names none: "Nymgo: how much?".

    `said` is the question before it was read with those before it: none is put in front of one
    that asks all companies.
    """
    if not (earlier and names.are_several) or is_of_all(said) or asks_all(said, earlier[-1]):
        return question
    before, own = understand(earlier[-1], names, today), understand(question, names, today)
    is_about_one = len(before.companies) == 1 and not before.unknown
    if not is_about_one or own.companies or own.unknown:
        return question
    return f"{before.companies[0]}: {question}"


def _whose(message: str, names: CompanyNames, today: date) -> Sequence[str]:
    """Return the companies that a message asks about, or whose customer its writer is."""
    found = understand(message, names, today).companies
    of_writer = [
        one.companies
        for one in names.mentions(message)
        if found_before(_CUSTOMER, message, one.start) or _IS_CUSTOMER.match(message, one.end)
    ]
    return found or (of_writer[0] if of_writer else ())


def _companies(
    question: str,
    asked: AskedQuestion,
    names: CompanyNames,
    today: date,
    of_message: Sequence[str],
) -> Sequence[str | None]:
    """Return the companies that a question is put to, each for itself; None: as it says itself."""
    if asked.companies:
        return tuple(dict.fromkeys(asked.companies))
    if asked.company is not None:
        return (asked.company,)
    understood = understand(question, names, today)
    if understood.compared:
        return understood.compared
    named = understood.companies or understood.unknown
    return tuple(of_message) if len(of_message) == 1 and not named else (None,)


def combined(answers: Sequence[Answer], answer_id: str, left_out: Sequence[str]) -> Answer:
    """Return the answers to the parts of a message as one, with what the best of them cites."""
    others = {answer.scope.company for answer in answers}
    answers = [_without_named(answer, others) for answer in answers]
    best = min(answers, key=lambda answer: _BEST.index(answer.status))
    stages: Counter[str] = Counter()
    for answer in answers:
        stages.update(answer.stages_ms)
    languages = {answer.language for answer in answers}
    return Answer(
        id=answer_id,
        status=best.status,
        citations=best.citations,
        nearest=best.nearest,
        scope=_searched([answer.scope for answer in answers]),
        stages_ms=dict(stages),
        language=languages.pop() if len(languages) == 1 else None,
        parts=tuple(answers),
        left_out=tuple(left_out),
    )


def _searched(scopes: Sequence[Searched]) -> Searched:
    """Return what the parts were put to: of several companies, all of them together."""
    apart = {scope.company: scope for scope in scopes}
    first = scopes[0]
    days = {(scope.as_of, scope.since, scope.until) for scope in scopes}
    as_of, since, until = days.pop() if len(days) == 1 else (None, None, None)
    return Searched(
        company=first.company if len(apart) == 1 else None,
        as_of=as_of,
        since=since,
        until=until,
        versions=sum(one.versions for one in apart.values()),
        passages=sum(one.passages for one in apart.values()),
        unknown=tuple(dict.fromkeys(name for scope in scopes for name in scope.unknown)),
        first_in_force=min(
            (one.first_in_force for one in scopes if one.first_in_force), default=None
        ),
    )


def _without_named(answer: Answer, others: Collection[str | None]) -> Answer:
    """Leave to the part of an unknown company to say that it has no policies here."""
    if answer.status == "unknown_company":
        return answer
    unknown = tuple(name for name in answer.scope.unknown if name not in others)
    return replace(answer, scope=replace(answer.scope, unknown=unknown))
