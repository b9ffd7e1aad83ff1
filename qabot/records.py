"""What flows from stage to stage: frozen records, and nothing that does work.

All offsets count code points of `Version.text`; `end` is exclusive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]  # one dimension
FloatMatrix = npt.NDArray[np.float32]  # two dimensions, one vector a row
IntVector = npt.NDArray[np.int64]
BoolVector = npt.NDArray[np.bool_]

CELLS = " | "
"""Divides the cells of a table's row in a version's text."""

Status = Literal[
    "answered", "uncertain", "not_covered", "unknown_company", "no_version_in_force", "no_question"
]

Remark = Literal["greeting", "thanks", "help", "identity", "complaint", "human", "emoji", "changes"]
"""What is said where nothing is asked that a passage answers. "identity": it asks who or what
answers here. "human": a person is asked for. "changes": it asks what changed in a policy."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, or what goes on under one further above."""

    start: int  #: where its first line begins, its heading unless it goes on
    end: int  #: where the next section begins, or the length of the text
    trail: tuple[str, ...]  #: headings from the outermost in; () under none


@dataclass(frozen=True, slots=True)
class Removed:
    """A block that a reader left out: page furniture, struck or hidden text."""

    rule: str  #: the rule that removed it, e.g. "navigation"
    text: str  #: what was removed, whitespace folded


FRONT_MATTER = "front matter"
"""The origin of a fact that a file says of itself at its top."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a file says about itself, and where it says so."""

    value: str
    origin: str  #: as printed to people: "front matter", "canonical link", "text: Last updated ..."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one policy file. `qabot.canonical` describes `text`."""

    text: str
    sections: tuple[Section, ...]  #: in order, gapless, covering the text
    page_starts: tuple[int, ...]  #: offset at which each page begins (PDF), else ()
    removed: tuple[Removed, ...]
    facts: Mapping[str, Fact]  #: company, policy, title, effective, url; hints: archived, site, ...


@dataclass(frozen=True, slots=True)
class Version:
    """One dated text of a policy."""

    id: str  #: "vonage/privacy@2021-06-10"; without a date "vonage/privacy"
    company: str  #: display name
    policy: str  #: "vonage/privacy"
    title: str
    text: str
    sha256: str  #: of `text` in UTF-8, hexadecimal
    sections: tuple[Section, ...]
    page_starts: tuple[int, ...]
    effective_from: date | None  #: None: no date known
    effective_until: date | None  #: first day it is no longer in force; None: still in force
    url: str | None  #: public address of the source
    file: str  #: the file it was read from, as given
    aliases: tuple[str, ...] = ()  #: further names of the company
    origins: Mapping[str, str] = field(default_factory=dict)  #: field name to where it came from
    first_seen: date | None = None  #: day of the first build that held it, where no date is known

    @property
    def begins(self) -> date | None:
        """First day in force: its date or, without one, the day it was first seen; None: ever."""
        return self.effective_from or self.first_seen


@dataclass(frozen=True, slots=True)
class Span:
    """Days: from `since` to before `until`."""

    since: date | None  #: None: since ever
    until: date | None  #: None: for ever

    @classmethod
    def of_day(cls, day: date) -> "Span":
        """Return the days that are one day."""
        return cls(day, day + timedelta(days=1) if day < date.max else None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a corpus without its text, and the rows of its passages."""

    id: str
    company: str
    policy: str
    title: str
    effective_from: date | None
    effective_until: date | None  #: exclusive
    url: str | None
    file: str
    sha256: str
    aliases: tuple[str, ...]
    rows: range  #: of the corpus's passages, in the order of its text
    number: int  #: its place among the corpus's entries, from 0
    first_seen: date | None = None  #: day of the first build that held it, where no date is known

    @property
    def begins(self) -> date | None:
        """First day in force: its date or, without one, the day it was first seen; None: ever."""
        return self.effective_from or self.first_seen

    def is_in_force(self, days: Span) -> bool:
        """Whether it is in force on any of these days."""
        begins, ends = self.begins, self.effective_until
        return (begins is None or days.until is None or begins < days.until) and (
            ends is None or days.since is None or ends > days.since
        )


Kind = Literal[
    "content", "lead-in", "date", "introduction", "cross-reference", "question", "heading"
]
"""What a sentence is. "lead-in": it announces what follows ("We never sell:"), or is the title of
its paragraph ("Governing Law."). "date": it says no more than since when the policy is in force, or
when it was changed. "introduction": it names the policy's subject. "cross-reference": it says where
something else stands."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is marked in one piece: a sentence, a table's row, an item of a long sentence."""

    start: int
    end: int
    kind: Kind = "content"  #: never "question" or "heading": these are part of no answer
    lead_in: str = ""  #: what it is read with: the question of an FAQ, what introduced its list


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous piece of a version's text; what is embedded and retrieved."""

    version: str  #: id of the version
    start: int
    end: int
    text: str  #: version.text[start:end]
    trail: tuple[str, ...]  #: heading trail of the section it lies in
    page: int | None  #: page of its first character, from 1 (PDF)
    sentences: tuple[Sentence, ...]  #: in order; none in a table of contents
    lead_in: str = ""  #: what introduced the list that this passage continues: "We never sell:"
    body: int = 0  #: where its own text begins, behind the headings; `end` where it has none


@dataclass(frozen=True, slots=True)
class Chunked:
    """A version and the passages that it is split into, in the order of its text."""

    version: Version
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a question retrieved, with what spoke for it."""

    passage: Passage
    score: float  #: higher is better; a weighted sum of the signals, of no fixed range
    signals: Mapping[str, float]  #: signal's name to its value; `answering.retrieval` explains each
    answering: tuple[int, ...]  #: indices into passage.sentences, those that answer, ascending


@dataclass(frozen=True, slots=True)
class Highlight:
    """A sentence that answers, inside a quote."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote, and all that is needed to check it: `version.text[start:end] == quote`."""

    quote: str
    start: int
    end: int
    sha256: str  #: of the version's whole text
    highlight: tuple[Highlight, ...]  #: within start..end, ascending
    company: str
    policy: str
    version: str
    title: str
    section: tuple[str, ...]  #: heading trail
    page: int | None  #: from 1 (PDF)
    effective_from: date | None
    effective_until: date | None  #: first day no longer in force
    url: str | None  #: address of the source, with a text fragment that scrolls to the answer
    score: float  #: probability that this quote answers, in [0, 1]
    lead_in: str  #: what introduces the list that the quote continues, else ""
    first_seen: date | None = None  #: from when it counts as in force, where it has no date


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is asked: all that decides its answer, for one build and day."""

    text: str
    company: str | None = None  #: whose policies; None: those that the question names, else all
    companies: tuple[str, ...] = ()  #: to be compared, each with an answer of its own
    as_of: date | None = None  #: None: the day that the question names, else today
    k: int = 3  #: citations at most
    context: tuple[str, ...] = ()  #: what was asked before in this conversation, oldest first
    among: frozenset[str] | None = None
    """Companies that the asker may see; to whoever asks, others have no policies. None: all."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a question was put to."""

    company: str | None  #: None: every company
    as_of: date | None  #: the day asked about; None: today, or a span named in the question
    since: date | None  #: a span of days asked about ("in 2018"): from here
    until: date | None  #: to before here
    versions: int
    passages: int
    unknown: tuple[str, ...] = ()  #: companies that the question names and that have no policy here
    first_in_force: date | None = None  #: from when one is, where no version was in force


@dataclass(frozen=True, slots=True)
class ChangedPolicy:
    """A policy with earlier versions, where it is asked what changed in it."""

    company: str
    policy: str
    title: str
    version: str  #: id of the one in force
    since: date | None  #: the day since when changes are asked for; None: since the version before
    until: date | None  #: the last day of them; None: today
    about: str  #: what they are asked about, "" for everything
    url: str | None = None  #: of the service's page that shows them


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asker gets."""

    id: str
    status: Status
    citations: tuple[Citation, ...]  #: best first; empty unless `status` is "answered"
    nearest: tuple[Citation, ...]  #: what comes close; when "uncertain" or "not_covered"
    scope: Searched
    stages_ms: Mapping[
        str, float
    ]  #: milliseconds by stage: parts, scope, encode, search, judge, answer
    language: str | None = None
    """Code of the question's language ("de") where the policies are in another, else None."""
    question: str = ""  #: of a part: the question as it stands in the message
    read_as: str = ""  #: as what the question was read, where that is not as it was asked
    parts: tuple["Answer", ...] = ()  #: one a question, where several are asked, or a company
    left_out: tuple[str, ...] = ()  #: further questions of the message, which were not put
    remark: Remark | None = None  #: what was said, where `status` is "no_question"
    changed: ChangedPolicy | None = None  #: where `remark` is "changes"

    @property
    def took_ms(self) -> float:
        """How long it took in all, in milliseconds."""
        return sum(self.stages_ms.values())
