"""Answers made by hand, and every message that can be made of an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from qabot.records import Answer, Citation, Entry, Highlight, Searched, Status
from qabot.slack.views.answers import answer_message, more_message
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.followups import (
    copy_message,
    human_message,
    resolved_message,
    shared_message,
)
from qabot.slack.views.message import Message, variants
from qabot.slack.views.notices import failed_message, how_to_ask_message, noting
from qabot.slack.views.quotes import quoted

TODAY = date(2026, 11, 22)
ASKED = ButtonQuestion(
    "How long are call records kept?", company=None, as_of=None, build="20261101-1"
)
KEPT = "We keep call records for 18 months."
CITATION = Citation(
    quote=f"{KEPT} Then they are deleted.",
    start=100,
    end=158,
    sha256="a" * 64,
    highlight=(Highlight(100, 135),),
    company="Harbour Broadband",
    policy="harbour-broadband/privacy",
    version="harbour-broadband/privacy@2021-06-10",
    title="Privacy Policy",
    section=("Privacy Policy", "4. Retention"),
    page=None,
    effective_from=date(2021, 6, 10),
    effective_until=None,
    url="https://harbour.example/privacy#:~:text=We%20keep",
    score=0.9,
    lead_in="",
)
OTHER = replace(CITATION, company="Larkfield Telecom", policy="larkfield-telecom/privacy")


def answer(
    *citations: Citation,
    status: Status = "answered",
    company: str | None = None,
    nearest: Sequence[Citation] = (),
    unknown: Sequence[str] = (),
    language: str | None = None,
) -> Answer:
    """Return an answer with these citations."""
    scope = Searched(company, None, None, None, versions=3, passages=88, unknown=tuple(unknown))
    return Answer("0123456789abcdef", status, citations, tuple(nearest), scope, {}, language)


def entry(company: str, policy: str = "privacy", since: date = date(2021, 6, 10)) -> Entry:
    """Return a version of a policy that is in force."""
    name = f"{company}/{policy}"
    title = f"{policy.capitalize()} Policy"
    return Entry(name, company, name, title, since, None, None, "f", "s", (), range(3), 0)


ENTRIES = (entry("Harbour Broadband"), entry("Larkfield Telecom"))


def parted(*found: Answer, question: str = "How long are records kept?") -> Answer:
    """Return the answer to a message whose questions are answered so."""
    parts = [
        replace(one, question=f"{question} {number}", read_as=f"{question} In full: {number}.")
        for number, one in enumerate(found)
    ]
    return replace(found[0], parts=tuple(parts), left_out=(question, question))


PARTED = replace(
    answer(CITATION, OTHER),
    parts=(
        replace(answer(CITATION), question="How long are records kept?"),
        replace(
            answer(status="uncertain", nearest=[OTHER]),
            question="and for texts?",
            read_as="How long are texts kept?",
        ),
        replace(answer(status="not_covered"), question="and faxes?"),
    ),
    left_out=("What of telegrams?",),
)
"""The answer to a message of four questions."""


def every_message(
    found: Answer, asked: ButtonQuestion = ASKED, entries: Sequence[Entry] = ENTRIES
) -> Iterator[Message]:
    """Yield all messages that an answer can lead to, with notes, and their plainer variants."""
    whole = [
        answer_message(found, asked, entries, TODAY),
        answer_message(found, asked, entries, TODAY, private=True),
        more_message(found, asked, TODAY),
        *(copy_message(found, place, TODAY) for place in range(len(quoted(found)))),
        shared_message(found, asked, entries, TODAY, by="U0SHARES"),
        human_message(found, asked, entries, TODAY, by="W0ASKS", humans="S0HUMANS"),
        human_message(found, asked, entries, TODAY, by="not an id", humans="not an id"),
        resolved_message(asked, by="U0SOLVES"),
        failed_message("9f86d081"),
        how_to_ask_message(entries),
    ]
    for one in whole:
        yield noting(one, replace(asked, shortened=True), build="20261102-1")
        yield from variants(one)[1:]
