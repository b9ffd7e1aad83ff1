"""Answers as people read them, in a terminal or a file.

The sentences that answer come first, then where they stand; the rest is shown for `--more`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from shlex import quote

from rich.console import Console
from rich.text import Text

from qabot.cli.show_quote import (
    ANSWERS,
    CONTEXT,
    MAY_ANSWER,
    Mark,
    print_indented,
    printed_highlight,
    printed_quote,
    undivided,
)
from qabot.cli.terminal import console, days_in_force
from qabot.records import Answer, ChangedPolicy, Citation, Entry, Remark, Searched
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
            out.print(f"{CONTEXT}{_command(answer.changed)}", soft_wrap=True)
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
        _show_citation(out, best, ANSWERS)
    else:
        for line in printed_highlight(out, best):
            out.print(line)
        out.print()
        _show_whence(out, best)
    for citation in others if more else ():
        out.print()
        _show_citation(out, citation, ANSWERS)
    if not more:
        also = len(further(citations))
        _show_hint(out, f"The whole passage{f', {also} more' if also else ''}")


def _show_hint(out: Console, what: str) -> None:
    if not out.soft_wrap:  # what is piped is read by no one who could ask again
        out.print(Text(f"\n{CONTEXT}{what}: --more", style="dim"))


def _show_citation(out: Console, citation: Citation, mark: Mark) -> None:
    """Print a quote with its source; `mark` says how its highlight is shown."""
    for line in printed_quote(out, citation, mark):
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
    print_indented(out, about)
    if citation.url:  # in one piece, so that it can be clicked
        out.print(Text(CONTEXT + citation.url, style="dim"), soft_wrap=True)


def _show_uncertain(out: Console, answer: Answer, *, more: bool) -> None:
    closest, others = answer.nearest[:1], answer.nearest[1:]
    out.print(f"{CLOSEST}\n")
    for citation in closest:
        _show_citation(out, citation, MAY_ANSWER)
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
        whole = " ".join(undivided(citation.quote).split())
        short = whole if len(whole) <= _NEAREST else whole[:_NEAREST].rsplit(" ", 1)[0] + " …"
        out.print()
        print_indented(out, Text(short, style="dim"))
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
        out.print(Text(f"{CONTEXT}{entry.policy}, {when}"))
    if more := chosen[_NAMED:]:
        out.print(f"{CONTEXT}and {len(more):,} more (qabot policies)")


def _searched(scope: Searched) -> str:
    whose = f"the policies of {scope.company}" if scope.company else "all policies"
    return f"{whose} in force {days_of(scope) or 'today'}"


def _some(names: Sequence[str]) -> str:
    listed, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return f"{listed} and {more:,} more (qabot policies)" if more > 0 else listed
