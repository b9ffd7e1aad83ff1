"""Verdicts and days as people say them, the same in the terminal, on pages and in Slack."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from qabot.catalog.names import same_company
from qabot.records import Answer, Citation, Entry, Searched, Status, Version

if TYPE_CHECKING:
    from qabot.changes.compare import ChangeKind, Changes
    from qabot.changes.drift import Move
    from qabot.service.gaps import Gap

NOT_COVERED = "The policies searched do not answer this."
UNCERTAIN = "It is not certain that the policies searched answer this."
CLOSEST = "This comes closest; check whether it answers:"
READ_AS = "read as: "
"""Stands before what a question was read as, where that is not as it was asked."""


def policy_of(citation: Citation) -> str:
    """Return whose policy is quoted, and which: "Larkfield Telecom Privacy Policy".

    A title that does not say whose it is comes behind the company: "Larkfield Telecom: Terms".
    """
    return _titled(citation.company, citation.title)


def _titled(company: str, title: str) -> str:
    whose = same_company(company)
    says_so = bool(whose) and whose in same_company(title)
    return title if says_so else f"{company}: {title}"


def section_of(citation: Citation) -> str:
    """Return the section that is quoted, as "4. Refunds > 4.2 Overcharging", or "".

    The outermost headings often are no more than the company and the policy's title.
    """
    title, trail = citation.title.casefold(), citation.section
    titled = next((n for n, name in enumerate(trail, 1) if title in name.casefold()), 0)
    return " > ".join(trail[titled:])


def nearest_of(gap: "Gap") -> str:
    """Return where what comes nearest to a gap stands: "Privacy Policy > Cookies", or ""."""
    if gap.nearest is None:
        return ""
    return " > ".join(filter(None, (gap.nearest.title, section_of(gap.nearest))))


def asides(answer: Answer) -> Iterator[str]:
    """Yield what an asker has to know beside the verdict, a sentence each.

    That is a question in another language than the policies, and companies named in it that have
    no policies here, while another that is named has.
    """
    if answer.language:
        yield _other_language(answer.language)
    if unknown := [name for name in answer.scope.unknown if name != answer.scope.company]:
        *others, last = unknown
        named = f"{', '.join(others)} and {last}" if others else last
        yield f"There are no policies of {named} here."


def _other_language(code: str) -> str:
    """Return that a question is in a language, by its ISO 639 code ("de")."""
    from babel import Locale  # here: hardly an answer needs it

    name = Locale("en").languages.get(code)
    if name is None:
        return "The question seems to be in another language than the policies searched."
    return f"The question seems to be in {name}, the policies searched are not."


def written(day: date) -> str:
    """Return a day as "10 June 2021"."""
    return f"{day.day} {day:%B %Y}"


def in_force(since: date | None, until: date | None, today: date, seen: date | None = None) -> str:
    """Return in words when a version is in force; `until` is the first day it no longer is.

    `seen` is when one without a date was first seen: from then on it counts as in force.
    """
    last = until and written(until - timedelta(days=1))
    verb = "was in force" if until and until <= today else "in force"
    if since is None and seen:
        end = f" until {last}" if last else ""
        return f"{verb} since it was first seen here on {written(seen)}{end} (it has no date)"
    if since is None:
        return f"{verb} until {last}" if last else "date of entry into force not stated"
    if last:
        return f"{verb} from {written(since)} to {last}"
    return f"{verb} {'since' if since <= today else 'from'} {written(since)}"


def version_in_words(one: Entry | Version, today: date) -> str:
    """Return which version it is: "Acme: Terms, in force since 10 June 2021"."""
    days = in_force(one.effective_from, one.effective_until, today, one.first_seen)
    return f"{_titled(one.company, one.title)}, {days}"


def none_in_force(scope: Searched, whose: str, days: str, today: date) -> str:
    """Return that nothing was in force, and from when something is.

    `whose` is " of Acme" or "", `days` is "today" or "on 10 June 2021".
    """
    said = f"No policy{whose} was in force {days}."
    first = scope.first_in_force
    if first is None:
        return said
    there_is = "There is one from" if first > today else "There has been one since"
    return f"{said} {there_is} {written(first)}."


def days_of(scope: Searched) -> str:
    """Return the days that a question was about, "" where it was about none."""
    if scope.as_of:
        return f"on {written(scope.as_of)}"
    last = scope.until and written(scope.until - timedelta(days=1))
    if scope.since and last:
        return f"between {written(scope.since)} and {last}"
    if scope.since:
        return f"after {written(scope.since - timedelta(days=1))}"
    return f"until {last}" if last else ""


def changes_summary(found: "Changes") -> str:
    """Return how much changed: "1 reworded, 2 added; 40 sentences unchanged"."""
    kinds = Counter(change.kind for change in found.changes)
    order: tuple[ChangeKind, ...] = ("reworded", "added", "removed", "moved")
    changed = ", ".join(f"{kinds[kind]:,} {kind}" for kind in order if kinds[kind])
    if found.left_out:
        changed = f"{changed or 'None'} about it, {found.left_out:,} about something else"
    same = f"{found.unchanged:,} sentence{'' if found.unchanged == 1 else 's'} unchanged"
    numbers = f", {found.renumbered:,} of them with another number or bullet"
    return f"{changed or 'No wording changed'}; {same}{numbers if found.renumbered else ''}"


def happened(gap: "Gap") -> str:
    """Return how often a gap's questions were asked, and what people then did.

    "not covered 3, uncertain 1; then: a person asked 2, asked in other words 2 (answered 1)"
    """
    said = {
        "not covered": gap.not_covered,
        "uncertain": gap.uncertain,
        "said not to help": gap.unhelpful,
    }
    counted = ", ".join(f"{what} {number:,}" for what, number in said.items() if number)
    then = [f"a person asked {gap.handed_over:,}"] if gap.handed_over else []
    if gap.rephrased:
        then.append(f"asked in other words {gap.rephrased:,} (answered {gap.rephrased_answered:,})")
    return f"{counted}; then: {', '.join(then)}" if then else counted


_VERDICTS = {
    "answered": "answered",
    "uncertain": "uncertain",
    "not_covered": "not covered",
    "unknown_company": "unknown company",
    "no_version_in_force": "no version in force",
    "no_question": "no question",
}


def verdict_of(status: Status) -> str:
    """Return a status in words."""
    return _VERDICTS[status]


def moved_how(move: "Move") -> str:
    """Return in what an answer is another: "uncertain, was answered; cites another passage"."""
    parts = []
    if "verdict" in move.kinds:
        parts.append(f"{verdict_of(move.after.status)}, was {verdict_of(move.before.status)}")
    if "passage" in move.kinds:
        parts.append("cites another passage first")
    if "rank" in move.kinds:
        parts.append(f"what was cited first is in place {move.rank} now")
    if "wording" in move.kinds:
        parts.append("the words that are marked changed")
    return "; ".join(parts)
