"""The owner's pages: from records to HTML, nothing read and nothing changed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from jinja2 import Environment

from qabot.api.pages.page_templates import environment
from qabot.evaluation.evaluate import Row, reliability_of, risk_coverage
from qabot.evaluation.test_set import is_false_answer, is_hit, is_marked
from qabot.index.manifest import Manifest
from qabot.records import Status, Version
from qabot.service.gaps import Gap
from qabot.service.uploads import Upload
from qabot.service.wording import in_force, written
from qabot.state.stored import Key, LoggedQuestion

_NAV = (
    ("", "Overview"),
    ("/policies", "Policies"),
    ("/upload", "New version"),
    ("/builds", "Builds"),
    ("/test-set", "Test set"),
    ("/gaps", "Gaps"),
    ("/feedback", "Feedback"),
    ("/questions", "Questions"),
    ("/keys", "Keys"),
)
_COUNTED = ("companies", "policies", "versions", "passages")  # of a build


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page of a session has."""

    root: str  #: path that the service stands behind, "" for none
    form_token: str  #: what its forms carry
    version_url: Callable[[str], str]  #: a version's address from its id
    done: str = ""  #: what was just done


class Understood(NamedTuple):
    """One thing that was understood of a file, and from where."""

    what: str
    value: str
    origin: str


class Measured(NamedTuple):
    """What became of a question of the test set."""

    question: str
    company: str | None
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class ShownBuild:
    """A build, and what using it would change."""

    id: str
    made: str
    is_live: bool
    counts: Mapping[str, int]
    moves: Sequence[str]
    warnings: Sequence[str] | None  #: of one that was looked at and never live; None: it was


@dataclass(frozen=True, slots=True)
class ShownFeedback:
    """What somebody said of an answer, and what it was about."""

    said: datetime
    helpful: bool
    question: str | None  #: None: questions are not kept
    cited: Sequence[tuple[str, int]]  #: version and where in it
    comment: str | None


def enter_page(root: str, refused: str = "") -> str:
    """Return the page that asks for a key."""
    return _templates().get_template("enter.html").render(root=root, refused=refused)


def link_page(root: str, token: str) -> str:
    """Return the page that a one-time link leads to: what follows links opens nothing."""
    return _templates().get_template("link.html").render(root=root, token=token)


def overview_page(
    shell: Shell,
    manifest: Manifest,
    open_questions: Sequence[str],
    asked: Sequence[LoggedQuestion],
    *,
    is_logged: bool,
) -> str:
    """Return what is live, what is left to settle, and what was asked in the last 30 days."""
    statuses = Counter(one.status for one in asked)
    shown = [
        ("questions", f"{len(asked):,}"),
        *((name, _share(statuses[status], len(asked))) for status, name in _VERDICTS),
    ]
    counts = [(name, f"{manifest.counts[name]:,}") for name in _COUNTED]
    created = datetime.fromisoformat(manifest.created)
    return _page(
        shell,
        "overview.html",
        "",
        "Overview",
        counts=counts,
        manifest=manifest,
        created=f"{written(created.date())}, {created:%H:%M} UTC",
        open_questions=open_questions,
        asked=shown if asked else [],
        nothing_asked=_nothing(is_logged),
    )


def corpus_page(
    shell: Shell, versions: Sequence[Version], removed: Mapping[str, str], today: date
) -> str:
    """Return what was understood of every file; `removed` says by file what was left out of it."""
    ordered = sorted(versions, key=lambda one: (one.company.casefold(), one.title.casefold()))
    policies = Counter(one.policy for one in versions)
    first = {policy: _first(versions, policy) for policy in policies}
    return _page(
        shell,
        "corpus.html",
        "/policies",
        "Policies",
        "Every file, what was understood of it, and from where.",
        companies=[(name, list(of)) for name, of in groupby(ordered, attrgetter("company"))],
        removed=removed,
        understood=_understood,
        with_earlier={one.id for one in versions if one.id != first[one.policy]},
        today=today,
    )


def builds_page(shell: Shell, builds: Sequence[ShownBuild]) -> str:
    """Return the builds, the newest first, with what using each would change."""
    return _page(
        shell,
        "builds.html",
        "/builds",
        "Builds",
        "One of them answers; the others can be made live again.",
        builds=builds,
    )


def gaps_page(shell: Shell, gaps: Sequence[Gap], days: int, *, is_logged: bool) -> str:
    """Return what nobody answers."""
    return _page(
        shell,
        "gaps.html",
        "/gaps",
        "What nobody answers",
        "Questions that the policies did not answer, or not well, grouped by meaning.",
        gaps=gaps,
        days=days,
        nothing="Nothing stayed unanswered." if is_logged else _nothing(is_logged),
    )


def feedback_page(shell: Shell, said: Sequence[ShownFeedback]) -> str:
    """Return what people said of answers."""
    return _page(shell, "feedback.html", "/feedback", "Feedback", said=said)


def questions_page(
    shell: Shell, asked: Sequence[LoggedQuestion], sought: str, more: int, *, is_logged: bool
) -> str:
    """Return questions of the log, the newest first, that hold the words sought."""
    nothing = f"No question has the words “{sought}”." if sought else _nothing(is_logged)
    return _page(
        shell,
        "questions.html",
        "/questions",
        "Questions",
        "As they are kept: without what names or reaches a person.",
        asked=asked,
        sought=sought,
        more=more,
        nothing=nothing,
    )


def keys_page(
    shell: Shell, keys: Sequence[Key], companies: Collection[str], token: str = ""
) -> str:
    """Return the keys, and a form for a new one; `token` is that of one just made."""
    kept = "It stands in the page that uses it." if token.startswith("pk_") else _ONCE
    return _page(
        shell,
        "keys.html",
        "/keys",
        "Keys",
        "Who may ask over HTTP.",
        keys=keys,
        companies=sorted(companies),
        token=token,
        token_note=kept,
    )


def test_set_page(
    shell: Shell,
    rows: Sequence[Row],
    companies: Collection[str],
    question: str = "",
    company: str = "",
) -> str:
    """Return how the live build answers the corpus's own questions, and a form to add one.

    `question` and `company` are what the form begins with.
    """
    covered = [row for row in rows if row.question.covered]
    others = [row for row in rows if not row.question.covered]
    figures = [
        ("questions", f"{len(rows):,}"),
        ("first quote right", _share(sum(map(is_hit, covered)), len(covered))),
        ("right sentence marked", _share(sum(map(is_marked, covered)), len(covered))),
        ("answered, though not covered", _share(sum(map(is_false_answer, others)), len(others))),
    ]
    return _page(
        shell,
        "test_set.html",
        "/test-set",
        "Your own questions",
        "What the live build answers to the questions that must come out right.",
        figures=figures,
        rows=[_measured(row) for row in rows],
        risk=[(point.coverage, point.risk) for point in risk_coverage(rows)] if rows else [],
        sure=[(one.confidence, one.right) for one in reliability_of(rows)] if rows else [],
        companies=sorted(companies),
        question=question,
        company=company,
    )


def upload_page(shell: Shell, companies: Sequence[str], refused: str = "") -> str:
    """Return where a file is dropped; `refused` is why one was not taken."""
    return _page(
        shell,
        "upload.html",
        "/upload",
        "A new version",
        "Give the file as it is published. It is looked at first: you say whether it goes live.",
        companies=companies,
        refused=refused,
    )


def checked_page(shell: Shell, upload: Upload) -> str:
    """Return what a file was understood as and what it would change, with the question whether."""
    changes = upload.checked.changes
    return _page(
        shell,
        "checked.html",
        "/upload",
        "Is this right?",
        upload=upload,
        understood=_understood(upload.version) if upload.version else [],
        moves=[
            *(f"new: {one}" for one in changes.versions.added),
            *(f"another text: {one}" for one in changes.versions.changed),
            *(f"gone: {one}" for one in changes.versions.removed),
        ],
    )


def owner_style() -> bytes:
    """Return the style sheet of these pages, which stands beside that of the others."""
    return files(__package__).joinpath("owner.css").read_bytes()


_VERDICTS: tuple[tuple[Status, str], ...] = (
    ("answered", "answered"),
    ("uncertain", "uncertain"),
    ("not_covered", "not covered"),
)
_ONCE = "It is shown this once: keep it where secrets are kept."


def _page(
    shell: Shell, template: str, here: str, heading: str, lead: str = "", **values: object
) -> str:
    return (
        _templates()
        .get_template(template)
        .render(
            root=shell.root,
            form_token=shell.form_token,
            version_url=shell.version_url,
            done=shell.done,
            nav=_NAV,
            here=here,
            heading=heading,
            lead=lead,
            **values,
        )
    )


def _understood(version: Version) -> list[Understood]:
    origins = version.origins
    when = in_force(version.effective_from, version.effective_until, date.today())
    dated = origins.get("effective", origins.get("undated", "no date found"))
    return [
        Understood("company", version.company, origins.get("company", "")),
        Understood("policy", version.policy, origins.get("policy", "")),
        Understood("title", version.title, origins.get("title", "")),
        Understood("in force", when, dated),
        Understood("address", version.url or "–", origins.get("url", "no address found")),
    ]


def _first(versions: Sequence[Version], policy: str) -> str:
    """Return the id of a policy's first version."""
    own = [one for one in versions if one.policy == policy]
    return min(own, key=lambda one: one.effective_from or date.min).id


def _measured(row: Row) -> Measured:
    asked = row.question
    if not asked.covered:
        return Measured(asked.question, asked.company, "not covered", row.answer.status)
    place = f"right at place {row.rank}" if row.rank else "not found"
    marked = ", the right sentence marked" if row.is_marked else ""
    found = f"{row.answer.status.replace('_', ' ')}, {place}{marked}"
    return Measured(asked.question, asked.company, "answered", found)


def _happened(gap: Gap) -> str:
    said = {
        "not covered": gap.not_covered,
        "uncertain": gap.uncertain,
        "answered, but not helpful": gap.unhelpful,
        "passed to a person": gap.handed_over,
    }
    return ", ".join(f"{what} {number:,}" for what, number in said.items() if number)


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else "–"


def _nothing(is_logged: bool) -> str:
    if is_logged:
        return "Nothing was asked yet."
    return "Questions are not kept: QABOT_LOG_QUESTIONS=on keeps them, without personal data."


@cache
def _templates() -> Environment:
    made = environment(__name__)
    made.filters["happened"] = _happened
    return made
