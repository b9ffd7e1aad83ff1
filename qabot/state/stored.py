"""What is remembered. All times are in UTC."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal
from uuid import uuid4

from qabot.catalog.names import same_company
from qabot.records import Status

KeyKind = Literal["publishable", "server"]


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """What lets a web page (publishable) or a server ask over HTTP."""

    id: str  #: stands in the token, names the key to people
    kind: KeyKind
    name: str
    company: str | None  #: the only one it may ask about; None: every company
    origins: tuple[str, ...]  #: of the pages that may use it, as browsers send them; server: ()
    created: datetime
    revoked: datetime | None  #: since when it is refused
    token: str | None  #: what a page sends; None for a server key, whose token is kept nowhere

    def among(self, companies: Collection[str]) -> frozenset[str] | None:
        """Return those of all companies that the key may see; None: all.

        That is the one of exactly its company's name or, where none has it, those whose names
        differ from it by case, punctuation and legal form alone. By no alias: another may claim it.
        """
        if self.company is None:
            return None
        exact = {self.company} & {*companies}
        alike = (one for one in companies if same_company(one) == same_company(self.company))
        return frozenset(exact or alike)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an asker said of an answer, the last word of it."""

    answer: str
    by: str  #: anything that stays the same for one asker
    helpful: bool
    comment: str | None = None  #: masked when it is stored
    about: Mapping[str, object] | None = None  #: what is known of the answer; never the question
    said: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question that was asked."""

    answer: str  #: the same all day for one question and build
    text: str  #: masked when it is stored
    company: str | None  #: as asked; masked when it is stored
    as_of: date | None
    status: Status
    build: str
    asked: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """How a build answered the corpus's own test set."""

    build: str
    covered: int  #: questions that the policies answer
    hits: int  #: of these, those whose right passage is cited first
    marked: int  #: of these, those in which a sentence that answers is marked
    answered: int  #: of the covered ones, those that are answered
    uncovered: int  #: questions that the policies do not answer: near misses
    false_answers: int  #: of these, those that are answered all the same
    measured: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody in Slack waits for: one question, one reply."""

    team: str
    kind: str  #: how it was asked
    payload: Mapping[str, object]  #: JSON: all that it takes to do it; erased once it is done
    event_id: str | None = None  #: the same when Slack delivers it again; or a trigger's id
    channel: str | None = None
    ts: str | None = None  #: of the message, the same in every event about it
    id: str = field(default_factory=lambda: uuid4().hex)  #: UUID that names the reply too
    taken: datetime = field(default_factory=now)
    attempts: int = 1  #: this one included
    posting: bool = False  #: an attempt before this one got as far as posting its reply


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What a workspace has chosen for its bot."""

    company: str | None = None  #: asked about where a question names none; None: every company
    channel_companies: Mapping[str, str] = field(default_factory=dict)  #: by id of the channel
    humans: str | None = None  #: id of the user group that "Ask a human" pings
    unasked_channels: frozenset[str] = frozenset()  #: where a question needs no mention
