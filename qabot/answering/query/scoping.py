"""A question with its scope: whose policies it is put to, and in force on which days."""

from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import category

from qabot.answering.query.understanding import CompanyNames, understand
from qabot.records import Span


@dataclass(frozen=True, slots=True)
class ScopedQuestion:
    """A question and what it is put to."""

    question: str  #: without company and date
    companies: frozenset[str] | None  #: whose policies are searched; None: all
    days: Span  #: on which the versions that are searched are in force
    named: str | None  #: the one company asked about, known or not
    unknown: tuple[str, ...]  #: companies asked about that are not in the corpus
    is_foreign: bool  #: asks only about companies not in the corpus, or not in the scope given
    as_of: date | None  #: the one day asked about
    span: Span  #: the days asked about, where they are several; else open


def scoped(
    question: str, company: str | None, as_of: date | None, *, names: CompanyNames, today: date
) -> ScopedQuestion:
    """Return a question with the scope that was given or, where none was, that it names.

    `company` and `as_of` are given beside the question; `names` are the companies there are.
    Without any date, the scope is what is in force on `today`.
    """
    given = None if company is None else names.named(readable(company))
    read = understand(readable(question), names, today, given or ())
    companies = frozenset(read.companies if given is None else given)
    unknown = read.unknown if given or company is None else (company,)
    is_foreign = given == () or (
        companies.isdisjoint(read.companies) and bool(read.companies or read.unknown)
    )
    if is_foreign and unknown and not (given and read.companies):
        named: str | None = unknown[0]
    else:
        named = next(iter(companies)) if len(companies) == 1 else None
    day = as_of or _one_day(read.span)
    return ScopedQuestion(
        question=read.question,
        companies=companies or None,
        days=_days(read.span, as_of, today),
        named=named,
        unknown=unknown,
        is_foreign=is_foreign,
        as_of=day,
        span=Span(None, None) if day else read.span,
    )


def names_company(question: str, *, names: CompanyNames, today: date) -> bool:
    """Tell whether a question names a company, one of `names` or another."""
    read = understand(readable(question), names, today)
    return bool(read.companies or read.unknown)


def readable(text: str) -> str:
    """Return a text that can be encoded in UTF-8, without control and format characters.

    A surrogate that stands alone becomes "?", a control character a space; format characters, such
    as a zero-width space, are left out.
    """
    whole = text.encode(errors="replace").decode()
    kinds = ((character, category(character)) for character in whole)
    return "".join(" " if kind == "Cc" else one for one, kind in kinds if kind != "Cf")


def _days(span: Span, as_of: date | None, today: date) -> Span:
    """Return the days that are searched: the one given, else those asked about, else today."""
    if as_of is None and (span.since or span.until):
        return span
    day = as_of or today
    return Span.of_day(day)


def _one_day(span: Span) -> date | None:
    if span.since and span.until == span.since + timedelta(days=1):
        return span.since
    return None
