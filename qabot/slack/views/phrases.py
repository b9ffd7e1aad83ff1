"""What is said of answers and policies, in words."""

from collections.abc import Sequence
from datetime import date

from qabot.records import Answer, Citation, Entry, Searched
from qabot.service.wording import (
    NOT_COVERED,
    UNCERTAIN,
    asides,
    days_of,
    in_force,
    none_in_force,
    policy_of,
    section_of,
    written,
)
from qabot.slack.views.text_limits import label

_NAMED = 12  # companies or versions listed
_LONGEST = 200  # characters of a name or a trail

READ = "Read it in the policy"
SHORTENED = "Shortened: the passage is longer."


def source(citation: Citation, today: date) -> str:
    """Return policy, section and since when it is in force, on one line."""
    return f"{place_of(citation)} · {dated(citation, today)}"


def place_of(citation: Citation) -> str:
    """Return whose policy is quoted, which, and where in it."""
    page = f"page {citation.page}" if citation.page else ""
    parts = [policy_of(citation), section_of(citation), page]
    return " · ".join(label(part, _LONGEST) for part in parts if part.strip())


def dated(citation: Citation, today: date) -> str:
    """Return when what is quoted is in force."""
    since, until = citation.effective_from, citation.effective_until
    return in_force(since, until, today, citation.first_seen)


def searched(scope: Searched, today: date) -> str:
    """Return what a question was put to, "" where no policy is."""
    if not scope.versions:
        return ""
    one_day = not (scope.since or scope.until)
    texts = ("policy", "policies") if one_day else ("version of a policy", "versions of policies")
    whose = f" of {label(scope.company, _LONGEST)}" if scope.company else ""
    return f"Searched {_count(scope.versions, *texts)}{whose} in force {_days(scope, today)}."


def companies(entries: Sequence[Entry]) -> list[str]:
    """Return the companies that have policies here, by name."""
    return sorted({entry.company for entry in entries}, key=str.casefold)


def no_answer(answer: Answer, entries: Sequence[Entry], today: date) -> str:
    """Return why nothing is quoted: of any status but "answered"."""
    scope = answer.scope
    if answer.status == "unknown_company":
        reason = _unknown_company(scope.company, companies(entries))
    elif answer.status == "no_version_in_force":
        reason = _not_in_force(scope, entries, today)
    else:
        reason = UNCERTAIN if answer.status == "uncertain" else NOT_COVERED
    return "\n".join([reason, *beside(answer)])


def beside(answer: Answer) -> list[str]:
    """Return what has to be known beside the verdict, a sentence each."""
    return [label(sentence, _LONGEST) for sentence in asides(answer)]


def some(names: Sequence[str]) -> str:
    """Return names as a list, of which the last may be left out, and are counted."""
    listed = ", ".join(label(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{listed} and {more:,} more" if more > 0 else listed


def _unknown_company(company: str | None, known: Sequence[str]) -> str:
    if company in known:
        first = f"The question names another company than {company}, to which it was limited."
    else:
        named = label(company, _LONGEST) if company else "the company asked about"
        first = f"There are no policies of {named} here."
    return f"{first}\nThere are those of: {some(known)}."


def _not_in_force(scope: Searched, entries: Sequence[Entry], today: date) -> str:
    chosen = [entry for entry in entries if scope.company in (None, entry.company)]
    whose = f" of {label(scope.company, _LONGEST)}" if scope.company else ""
    lines = [
        f"• {label(f'{entry.company}: {entry.title}')}, "
        f"{in_force(entry.effective_from, entry.effective_until, today, entry.first_seen)}"
        for entry in chosen[:_NAMED]
    ]
    if more := chosen[_NAMED:]:
        lines.append(f"and {len(more):,} more")
    first = none_in_force(scope, whose, _days(scope, today), today)
    return "\n".join([first, "There are:", *lines] if lines else [first])


def _days(scope: Searched, today: date) -> str:
    return days_of(scope) or f"on {written(today)}"


def _count(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
