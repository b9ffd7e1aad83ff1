"""What is told of the policies: their versions, what changed in them, and the build they are in."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from qabot.api.schemas.answer_schemas import Span


class PolicyVersion(BaseModel):
    """A version of a policy, without its text."""

    version: str
    effective_from: date | None
    effective_until: date | None
    first_seen: date | None = Field(
        None, description="Of a text without a date: from when it counts as in force."
    )
    passages: int
    url: str | None


class Policy(BaseModel):
    """A policy and its versions, oldest first."""

    company: str
    policy: str
    title: str
    versions: list[PolicyVersion]


class Section(BaseModel):
    """A heading and what stands under it."""

    start: int
    end: int
    trail: list[str]


class Passage(BaseModel):
    """A piece of a version that can be cited; `#p{start}` on its page."""

    start: int
    end: int
    section: list[str]
    page: int | None


class Version(BaseModel):
    """One dated text of a policy; every offset counts its code points."""

    version: str
    company: str
    policy: str
    title: str
    effective_from: date | None
    effective_until: date | None
    first_seen: date | None = Field(
        None, description="Of a text without a date: from when it counts as in force."
    )
    url: str | None
    sha256: str
    text: str
    sections: list[Section]
    passages: list[Passage]


class Compared(BaseModel):
    """One of the two versions compared."""

    version: str
    effective_from: date | None
    effective_until: date | None
    sha256: str


class Side(BaseModel):
    """A stretch of one of the two texts compared."""

    quote: str
    start: int
    end: int
    section: list[str]
    changed: list[Span] = Field(
        description="Words that differ: the nth from the nth of the other side."
    )


class Change(BaseModel):
    """What became of a sentence, or of several that stand together."""

    kind: Literal["added", "removed", "reworded", "moved"]
    before: Side | None
    after: Side | None


class Changes(BaseModel):
    """What became of a policy from one version to another."""

    policy: str
    before: Compared | None = Field(description="None where there is but one version.")
    after: Compared
    changes: list[Change] = Field(description="In the order of the later text.")
    unchanged: int = Field(description="Sentences, headings and rows that are in none of them.")
    renumbered: int = Field(description="Those of them with another number in front.")
    left_out: int = Field(0, description="Changes that are not about what was asked for.")


class Build(BaseModel):
    """What answers."""

    build: str
    created: str
    encoder: str
    counts: dict[str, int]
    oldest: date | None = Field(description="First day that any version was in force.")
    newest: date | None = Field(description="First day of the newest version.")
