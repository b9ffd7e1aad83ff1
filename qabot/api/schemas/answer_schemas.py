"""What is answered to a question, and what nobody answered."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from qabot.records import Remark, Status


class Span(BaseModel):
    """A stretch of a version's text, in code points; the end is exclusive."""

    start: int
    end: int


class Highlight(Span):
    """A sentence that answers; of a quote in `nearest`, the one that comes closest."""

    text: str


class Cell(Span):
    """A cell of a table's row, with the header that it repeats ("Kept for: ")."""

    value: int = Field(description="Where its value begins, behind the header.")


class Line(Span):
    """A line of a quote: text, an item of a list or a row of a table."""

    kind: Literal["paragraph", "item", "row"]
    body: int = Field(description="Where its words begin, behind indentation and marker.")
    cells: list[Cell] = Field(description="Empty where it has none.")


class Citation(BaseModel):
    """A quote and all that is needed to check it: `version.text[start:end] == quote`."""

    quote: str
    start: int
    end: int
    sha256: str = Field(description="Of the version's whole text.")
    highlight: list[Highlight]
    lines: list[Line] = Field(description="Those of the quote that are not blank, in order.")
    company: str
    policy: str
    version: str
    title: str
    section: list[str] = Field(description="Headings, from the outermost in.")
    page: int | None
    effective_from: date | None
    effective_until: date | None = Field(description="First day no longer in force.")
    first_seen: date | None = Field(
        None, description="Of a text without a date: from when it counts as in force."
    )
    url: str = Field(description="Link that scrolls to the sentence.")
    confidence: float = Field(ge=0, le=1, description="Probability that this quote answers.")
    lead_in: str = Field("", description="What introduces the list that the quote continues.")


class Searched(BaseModel):
    """What a question was put to."""

    company: str | None
    as_of: date | None
    since: date | None = None
    until: date | None = None
    first_in_force: date | None = Field(
        None, description="Where no version was in force: from when one is."
    )
    unknown: list[str] = Field(
        [], description="Companies that the question names too, and that have no policies here."
    )
    versions: int
    passages: int


class ChangedPolicy(BaseModel):
    """A policy whose changes are asked for."""

    company: str
    policy: str
    title: str
    version: str = Field(description="The one in force.")
    since: date | None = Field(description="Since when changes are asked for, if a day is named.")
    until: date | None = Field(description="Up to which day, this one included; null: up to now.")
    about: str = Field(description="What they are asked about; empty for everything.")
    url: str | None = Field(description="The page that shows what changed since the one before.")


class Verdict(BaseModel):
    """What the policies answer, that they may answer, or that they do not."""

    id: str
    status: Status = Field(
        description="answered: the citations answer. uncertain: what is nearest may answer, and "
        "somebody has to check. not_covered: the policies searched do not answer. "
        "unknown_company, no_version_in_force: nothing was searched. no_question: nothing was "
        "asked that a passage answers, see `remark`."
    )
    remark: Remark | None = Field(
        None,
        description="What was said in place of a question. identity: who or what answers here is "
        "asked. human: a person is asked for; show how to reach one. changes: it is asked what "
        "changed in a policy, see `changed`.",
    )
    changed: ChangedPolicy | None = None
    read_as: str = Field(
        "", description="As what the question was read, with what was asked before it."
    )
    language: str | None = Field(
        None,
        description="Code of the question's language, where the policies are in another; the "
        "status is then uncertain.",
    )
    citations: list[Citation] = Field(description="Best first; empty unless answered.")
    nearest: list[Citation] = Field(
        description="What comes close, best first: where uncertain it may answer, where not "
        "covered it does not. Else empty."
    )
    companies: list[str] = Field(
        [], description="Where the company is unknown: those that have policies here."
    )
    scope: Searched
    took_ms: float


class Part(Verdict):
    """The answer to a part of a message."""

    question: str = Field(description="The question as it stands in the message.")
    parts: list[object] = Field(max_length=0, description="Empty: a part has none.")


class Answer(Verdict):
    """The answer to a message."""

    parts: list[Part] = Field(
        max_length=4,
        description="An answer for each question of a message that asks several, and for each "
        "company compared. The fields beside it are then those of the best part.",
    )
    left_out: list[str] = Field([], description="Further questions of the message, not answered.")


class Gap(BaseModel):
    """Questions that mean the same and that the policies did not answer, or not well."""

    company: str | None = Field(description="That was asked about; null: none was given.")
    count: int = Field(description="Times that it was asked.")
    not_covered: int
    uncertain: int
    unhelpful: int = Field(description="Answers that were said not to help.")
    handed_over: int = Field(description="Times that a person was asked then.")
    rephrased: int = Field(description="Times that it was asked again then in other words.")
    rephrased_answered: int = Field(description="Of these, times that the words were answered.")
    wordings: list[str] = Field(description="The most frequent first, at most three; masked.")
    last: datetime = Field(description="When it was last asked.")
    nearest: Citation | None = Field(description="What comes closest of what is in force.")
