"""Answers as people read them, in a terminal or a file.

The sentences that answer come first, then where they stand; the rest is shown for `--more`. In a
terminal they are wrapped and bold. Without colours, and when copied or piped, the bar in front of
them says the same. A sentence that only may answer is italic, and has a question mark in front.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from shlex import quote

from rich.console import Console
from rich.text import Text

from qabot.canonical import Line, cells, lines, opening
from qabot.cli.terminal import console, days_in_force
from qabot.records import CELLS, Answer, ChangedPolicy, Citation, Entry, Remark, Searched, Section
from qabot.service.further import further
from qabot.service.wording import (
    CLOSEST,
    NOT_COVERED,
    asides,
    days_of,
    none_in_force,
    policy_of,
    section_of,
)

_CONTEXT = "  "
_WIDEST = 100  # columns; longer lines are hard to read
_NAMED = 12  # companies or versions listed; `qabot policies` has all of them
_NEAREST = 200  # characters shown of a passage that does not answer, or comes less close
_TRY = "Try other words, or name the policy you mean."


_REMARKS: Mapping[Remark, str] = {
    "greeting": "Hello! What would you like to know about the policies?",
    "thanks": "You're welcome.",
    "help": 'Ask in your own words: qabot ask "How long do you keep call records?"',
    "identity": "This is a program. It finds the sentences that answer, and quotes them.",
    "complaint": "Sorry about that. Try other words, or --more.",
    "human": "There is no person to ask here; the policies may say how to reach the company.",
    "emoji": "What would you like to know about the policies?",
    "changes": "What changed is shown by:",
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """How the sentences of a highlight are told from the rest of a quote."""

    gutter: str  #: in front of each of their lines
    style: str  #: of their letters, as rich names it


_ANSWERS = _Mark("▌ ", "bold")
_MAY_ANSWER = _Mark("? ", "italic")


def show_answer(answer: Answer, entries: Sequence[Entry], *, more: bool = False) -> None:
    """Print an answer, with `more` its whole passage and further ones; `entries` are all versions.

    Further ones are those that are worth it where a passage answers, else all.
    """
    out = console()
    asked = [part.question for part in answer.parts]
    for number, part in enumerate(answer.parts or (answer,)):
        if number:
            out.print()
        is_compared = asked.count(part.question) > 1
        if name := part.scope.company if is_compared else part.question:
            out.print(Text(f"{name}\n", style="bold"))
        _show_part(out, part, entries, more=more)
    for question in answer.left_out:
        out.print(f"\nNot answered, for four are at most; ask it alone: {question}")


def _show_part(out: Console, answer: Answer, entries: Sequence[Entry], *, more: bool) -> None:
    if answer.read_as:
        out.print(Text(f"Read as: {answer.read_as}\n", style="dim"))
    for sentence in asides(answer):
        out.print(f"{sentence}\n")
    if answer.remark:
        out.print(_REMARKS[answer.remark])
        if answer.changed:
            out.print(f"{_CONTEXT}{_command(answer.changed)}", soft_wrap=True)
    elif answer.status == "answered":
        _show_answered(out, answer.citations, more=more)
    elif answer.status == "uncertain":
        _show_uncertain(out, answer, more=more)
    elif answer.status == "not_covered":
        _show_not_covered(out, answer, more=more)
    elif answer.status == "unknown_company":
        _show_unknown_company(out, answer.scope.company, entries)
    else:
        _show_not_in_force(out, answer.scope, entries)


def _command(changed: ChangedPolicy) -> str:
    """Return what shows the changes that are asked for."""
    since = f" --from {changed.since}" if changed.since else ""
    until = f" --to {changed.until}" if changed.until else ""
    about = f" --about {quote(changed.about)}" if changed.about else ""
    return f"qabot changes {changed.policy}{since}{until}{about}"


def _show_answered(out: Console, citations: Sequence[Citation], *, more: bool) -> None:
    best, *others = citations
    if more or not best.highlight:
        _show_citation(out, best, _ANSWERS)
    else:
        for line in _answering(out, best):
            out.print(line)
        out.print()
        _show_whence(out, best)
    for citation in others if more else ():
        out.print()
        _show_citation(out, citation, _ANSWERS)
    if not more:
        also = len(further(citations))
        _show_hint(out, f"The whole passage{f', {also} more' if also else ''}")


def _show_hint(out: Console, what: str) -> None:
    if not out.soft_wrap:  # what is piped is read by no one who could ask again
        out.print(Text(f"\n{_CONTEXT}{what}: --more", style="dim"))


def _show_citation(out: Console, citation: Citation, mark: _Mark) -> None:
    """Print a quote with its source; `mark` says how its highlight is shown."""
    for line in _quote(out, citation, mark):
        out.print(line)
    out.print()
    _show_whence(out, citation)


def _show_whence(out: Console, citation: Citation) -> None:
    when = days_in_force(citation)
    page = f", page {citation.page}" if citation.page else ""
    about = Text(
        f"{' > '.join(filter(None, (policy_of(citation), section_of(citation))))}\n"
        f"{citation.version}, in force {when}{page}"
    )
    _print_indented(out, about)
    if citation.url:  # in one piece, so that it can be clicked
        out.print(Text(_CONTEXT + citation.url, style="dim"), soft_wrap=True)


def _show_uncertain(out: Console, answer: Answer, *, more: bool) -> None:
    closest, others = answer.nearest[:1], answer.nearest[1:]
    out.print(f"{CLOSEST}\n")
    for citation in closest:
        _show_citation(out, citation, _MAY_ANSWER)
    out.print(f"\nSearched: {_searched(answer.scope)}. If it does not, ask a person.")
    if others and more:
        out.print("\nLess close:")
        _show_shortened(out, others)
    elif others:
        _show_hint(out, "What comes less close")


def _show_not_covered(out: Console, answer: Answer, *, more: bool) -> None:
    out.print(NOT_COVERED, style="bold")
    out.print(f"Searched: {_searched(answer.scope)}. {_TRY}")
    if answer.nearest and more:
        out.print("\nNearest to the question, but no answer:")
        _show_shortened(out, answer.nearest)
    elif answer.nearest:
        _show_hint(out, "What is nearest, and no answer")


def _show_shortened(out: Console, citations: Sequence[Citation]) -> None:
    for citation in citations:
        quote = " ".join(_undivided(citation.quote).split())
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
        when = days_in_force(entry)
        out.print(Text(f"{_CONTEXT}{entry.policy}, {when}"))
    if more := chosen[_NAMED:]:
        out.print(f"{_CONTEXT}and {len(more):,} more (qabot policies)")


def _searched(scope: Searched) -> str:
    whose = f"the policies of {scope.company}" if scope.company else "all policies"
    return f"{whose} in force {days_of(scope) or 'today'}"


def _some(names: Sequence[str]) -> str:
    listed, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return f"{listed} and {more:,} more (qabot policies)" if more > 0 else listed


def _answering(out: Console, citation: Citation) -> Iterator[Text]:
    """Yield the sentences that answer: a row as labels and values, an item under its list's."""
    width = min(out.width, _WIDEST) - len(_CONTEXT)
    parsed = list(lines(citation.quote, Section(0, len(citation.quote), ())))
    introduced, is_first = "", True
    for one in citation.highlight:
        start, end = one.start - citation.start, one.end - citation.start
        for place, line in enumerate(parsed):
            part = citation.quote[max(start, line.body) : min(end, line.end)]
            if not part:
                continue
            introduction = _introduction(citation, parsed, place) if line.kind == "item" else ""
            if introduction and introduction != introduced:
                yield from _gutter(out, Text(introduction, style="dim"), width, _Mark(_CONTEXT, ""))
            introduced = introduction
            if line.has_cells and not is_first:
                yield Text(_ANSWERS.gutter, _ANSWERS.style)
            is_first = False
            for said in _said(part, line):
                yield from _gutter(out, Text(said, style=_ANSWERS.style), width, _ANSWERS)


def _introduction(citation: Citation, parsed: Sequence[Line], place: int) -> str:
    """Return what a list's item is read with, the line with a colon above it, or ""."""
    indent = parsed[place].indent
    above = [one for one in parsed[:place] if one.kind != "item" or one.indent < indent]
    if not above:
        return citation.lead_in
    text = citation.quote[above[-1].body : above[-1].end]
    return text if text.endswith(":") else ""


def _said(part: str, line: Line) -> Iterator[str]:
    """Yield the lines of a sentence: of a row a line for each of its cells."""
    if not line.has_cells:
        yield f"{line.marker}{part}"
        return
    found = list(cells(part))
    labels = [part[one.start : one.value].strip() for one in found]
    for label, one in zip(labels, found, strict=True):
        yield f"{label:{max(map(len, labels))}} {part[one.value : one.end]}".strip()


def _undivided(text: str) -> str:
    """Return a quote, the cells of its rows with dots between: "Zone: 1 · Price: £2"."""
    return text.replace(CELLS, " · ")


def _quote(out: Console, citation: Citation, mark: _Mark) -> Iterator[Text]:
    """Yield the lines of a quote; what is marked begins a line of its own."""
    if citation.lead_in:
        yield Text(f"{_CONTEXT}[{citation.lead_in}]", style="dim")
    width = min(out.width, _WIDEST) - len(_CONTEXT)
    for piece, is_marked in _pieces(citation):
        shown = mark if is_marked else _Mark(_CONTEXT, "")
        for line in _lines(piece):
            yield from _gutter(out, Text(_undivided(line), style=shown.style), width, shown)


def _gutter(out: Console, text: Text, width: int, mark: _Mark) -> Iterator[Text]:
    """Yield the lines that a text is wrapped to, each behind its gutter."""
    for part in _wrapped(out, text, width):
        yield Text.assemble((mark.gutter, mark.style), part) if part.plain else Text()


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
