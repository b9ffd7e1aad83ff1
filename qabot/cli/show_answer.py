"""Answers as people read them, in a terminal or a file.

In a terminal quotes are wrapped and the sentences that answer are bold. Without colours, and when
copied or piped, the bar in front of them says the same. A sentence that only may answer is italic,
and has a question mark in front of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.text import Text

from qabot.canonical import opening
from qabot.cli.terminal import console, in_force
from qabot.records import Answer, Citation, Entry, Searched
from qabot.service.wording import MAY_ANSWER, NOT_COVERED, UNCERTAIN, asides, days_of, none_in_force

_CONTEXT = "  "
_WIDEST = 100  # columns; longer lines are hard to read
_NAMED = 12  # companies or versions listed; `qabot policies` has all of them
_NEAREST = 200  # characters shown of a passage that does not answer, or comes less close


@dataclass(frozen=True, slots=True)
class _Mark:
    """How the sentences of a highlight are told from the rest of a quote."""

    gutter: str  #: in front of each of their lines
    style: str  #: of their letters, as rich names it


_ANSWERS = _Mark("▌ ", "bold")
_MAY_ANSWER = _Mark("? ", "italic")


def show_answer(answer: Answer, entries: Sequence[Entry]) -> None:
    """Print an answer; `entries` are all versions there are."""
    out = console()
    for sentence in asides(answer):
        out.print(f"{sentence}\n")
    if answer.status == "answered":
        _show_answered(out, answer.citations)
    elif answer.status == "uncertain":
        _show_uncertain(out, answer)
    elif answer.status == "not_covered":
        _show_not_covered(out, answer)
    elif answer.status == "unknown_company":
        _show_unknown_company(out, answer.scope.company, entries)
    else:
        _show_not_in_force(out, answer.scope, entries)


def _show_answered(out: Console, citations: Sequence[Citation]) -> None:
    for number, citation in enumerate(citations):
        if number:
            out.print()
        _show_citation(out, citation, _ANSWERS)


def _show_citation(out: Console, citation: Citation, mark: _Mark) -> None:
    """Print a quote with its source; `mark` says how its highlight is shown."""
    for line in _quote(out, citation, mark):
        out.print(line)
    out.print()
    _show_whence(out, citation)


def _show_whence(out: Console, citation: Citation) -> None:
    when = in_force(citation.effective_from, citation.effective_until, citation.first_seen)
    page = f", page {citation.page}" if citation.page else ""
    about = Text(
        f"{citation.company}: {' > '.join(_trail(citation))}\n"
        f"{citation.version}, in force {when}{page}"
    )
    _print_indented(out, about)
    if citation.url:  # in one piece, so that it can be clicked
        out.print(Text(_CONTEXT + citation.url, style="dim"), soft_wrap=True)


def _trail(citation: Citation) -> Sequence[str]:
    """Return title and section; the outermost heading often is the title."""
    title, section = citation.title, citation.section
    is_said = bool(section) and title.casefold() in section[0].casefold()
    return section if is_said else (title, *section)


def _show_uncertain(out: Console, answer: Answer) -> None:
    out.print(UNCERTAIN, style="bold")
    out.print(f"Searched: {_searched(answer.scope)}.")
    for closest in answer.nearest[:1]:
        out.print(f"\n{MAY_ANSWER}, or ask a person\n")
        _show_citation(out, closest, _MAY_ANSWER)
    if others := answer.nearest[1:]:
        out.print("\nLess close:")
        _show_shortened(out, others)


def _show_not_covered(out: Console, answer: Answer) -> None:
    out.print(NOT_COVERED, style="bold")
    out.print(f"Searched: {_searched(answer.scope)}.")
    if answer.nearest:
        out.print("\nNearest to the question, but no answer:")
        _show_shortened(out, answer.nearest)


def _show_shortened(out: Console, citations: Sequence[Citation]) -> None:
    for citation in citations:
        quote = " ".join(citation.quote.split())
        short = quote if len(quote) <= _NEAREST else quote[:_NEAREST].rsplit(" ", 1)[0] + " …"
        out.print()
        _print_indented(out, Text(short, style="dim"))
        _show_whence(out, citation)


def _show_unknown_company(out: Console, company: str | None, entries: Sequence[Entry]) -> None:
    companies = sorted({entry.company for entry in entries})
    if company in companies:
        out.print(f"The question names another company than {company}, to which it was limited.")
    else:
        out.print(f"There are no policies of {company or 'the company asked about'} here.")
    out.print(f"There are those of: {_some(companies)}.")


def _show_not_in_force(out: Console, scope: Searched, entries: Sequence[Entry]) -> None:
    chosen = [entry for entry in entries if scope.company in (None, entry.company)]
    whose = f" of {scope.company}" if scope.company else ""
    out.print(none_in_force(scope, whose, days_of(scope) or "today", date.today()))
    out.print("There are:")
    for entry in chosen[:_NAMED]:
        when = in_force(entry.effective_from, entry.effective_until, entry.first_seen)
        out.print(Text(f"{_CONTEXT}{entry.policy}, {when}"))
    if more := chosen[_NAMED:]:
        out.print(f"{_CONTEXT}and {len(more):,} more (qabot policies)")


def _searched(scope: Searched) -> str:
    versions = f"{scope.versions:,} version{'s' * (scope.versions != 1)}"
    passages = f"{scope.passages:,} passage{'s' * (scope.passages != 1)}"
    when = days_of(scope) or "today"
    return f"{scope.company or 'every company'}, {versions} in force {when}, {passages}"


def _some(names: Sequence[str]) -> str:
    listed, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return f"{listed} and {more:,} more (qabot policies)" if more > 0 else listed


def _quote(out: Console, citation: Citation, mark: _Mark) -> Iterator[Text]:
    """Yield the lines of a quote; what is marked begins a line of its own."""
    if citation.lead_in:
        yield Text(f"{_CONTEXT}[{citation.lead_in}]", style="dim")
    width = min(out.width, _WIDEST) - len(_CONTEXT)
    for piece, is_marked in _pieces(citation):
        shown = mark if is_marked else _Mark(_CONTEXT, "")
        for line in _lines(piece):
            text = Text(line, style=shown.style)
            for part in _wrapped(out, text, width):
                yield Text.assemble((shown.gutter, shown.style), part) if part.plain else Text()


def _print_indented(out: Console, text: Text) -> None:
    for line in text.split("\n"):
        for part in _wrapped(out, line, out.width - len(_CONTEXT)):
            out.print(Text(_CONTEXT) + part)


def _wrapped(out: Console, text: Text, width: int) -> Iterator[Text]:
    for part in [text] if out.soft_wrap else text.wrap(out, width):
        part.rstrip()
        yield part


def _pieces(citation: Citation) -> Iterator[tuple[str, bool]]:
    """Cut a quote where its highlight begins and ends; a list's marker goes with its item."""
    at = 0
    for sentence in citation.highlight:
        start, end = sentence.start - citation.start, sentence.end - citation.start
        before = citation.quote[at:start].rpartition("\n")[2]
        if before.strip() and opening(before) == before:
            start -= len(before)
        yield citation.quote[at:start], False
        yield citation.quote[start:end], True
        at = end
    yield citation.quote[at:], False


def _lines(piece: str) -> list[str]:
    """Return the lines of a piece; every piece begins a line anyway, so it needs no break."""
    indented = piece if piece.startswith("  ") else piece.strip(" ")
    return indented.removeprefix("\n").removesuffix("\n").split("\n") if indented.strip(" ") else []
