"""What nobody answers: questions of the log that the policies did not answer, by what they mean."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from qabot.answering.bot import Bot
from qabot.catalog.names import same_company
from qabot.records import AskedQuestion, Citation, FloatMatrix, IntVector
from qabot.state.store import Store
from qabot.state.stored import LoggedQuestion

_APART = 0.7  # mean cosine distance of two groups that are two
_SMALL = 3  # texts of a group that may join a larger one that is farther away
_FAR = 0.85  # from that one, at most
_NEARER = 0.05  # than any other group
_MOST = 2_000  # texts that are grouped, the newest
_SHOWN = 3  # wordings
_ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean the same and that the policies did not answer, or not well."""

    company: str | None  #: that was asked about; None: none was given, and there are several
    count: int  #: times that it was asked
    not_covered: int  #: of these
    uncertain: int  #: of these
    unhelpful: int  #: of these, answers that were said not to help
    handed_over: int  #: times that a person was asked then
    rephrased: int  #: times that it was asked again then in other words
    rephrased_answered: int  #: of these, times that the other words were answered
    wordings: tuple[str, ...]  #: the most frequent first, at most three
    last: datetime  #: when it was last asked
    nearest: Citation | None  #: closest of what is in force; None: there is none, or not looked for


@dataclass(frozen=True, slots=True)
class _After:
    """What people did after answers, by the answers' ids."""

    unhelpful: Collection[str]
    handed_over: Counter[str]
    rephrased: Counter[str]
    rephrased_answered: Counter[str]

    @classmethod
    def since(cls, store: Store, moment: datetime) -> "_After":
        rephrased = store.rephrased(moment)
        return cls(
            unhelpful={said.answer for said in store.feedback() if not said.helpful},
            handed_over=Counter(store.handed_over(moment)),
            rephrased=Counter(answer for answer, _ in rephrased),
            rephrased_answered=Counter(answer for answer, is_answered in rephrased if is_answered),
        )


def find_gaps(
    store: Store,
    bot: Bot,
    since: datetime,
    company: str | None = None,
    *,
    until: datetime | None = None,
    among: frozenset[str] | None = None,
    looked_at: slice = _ALL,
) -> list[Gap]:
    """Return the gaps of the questions asked since a moment, the most frequent first.

    `company` limits them to those asked of it, `until` to those asked before another moment. What
    comes nearest is looked for in the texts of the companies `among`, None: all, and for the gaps
    of the slice `looked_at`, as it takes most of the time.
    Questions are as they are kept: masked.
    """
    after = _After.since(store, since)
    only = next(iter(bot.companies)) if len(bot.companies) == 1 else None
    asked = [
        one
        for one in (
            replace(one, company=one.company or only) for one in store.questions(since, until)
        )
        if (one.status in ("not_covered", "uncertain") or one.answer in after.unhelpful)
        and (company is None or same_company(one.company or "") == same_company(company))
    ]
    gaps = []
    for whose in sorted({one.company for one in asked}, key=str):
        own = [one for one in asked if one.company == whose]
        gaps += [_gap(group, after) for group in _grouped(own, bot)]
    gaps.sort(key=lambda gap: (-gap.count, gap.wordings))
    gaps[looked_at] = [replace(gap, nearest=_nearest(gap, bot, among)) for gap in gaps[looked_at]]
    return gaps


def _grouped(asked: Sequence[LoggedQuestion], bot: Bot) -> Iterator[list[LoggedQuestion]]:
    """Yield the questions that mean the same together."""
    newest = dict.fromkeys(one.text for one in reversed(asked))
    texts = list(newest)[:_MOST]
    groups = dict(zip(texts, alike(bot.vectors(texts)), strict=True))
    for number in sorted(set(groups.values())):
        yield [one for one in asked if groups.get(one.text) == number]


def alike(vectors: FloatMatrix) -> list[int]:
    """Return the number of the group of each vector: unit vectors of questions, one a row.

    Groups are joined by average linkage while their mean cosine distance is at most 0.7; then one
    of three texts or fewer joins a larger one that is clearly nearest, up to 0.85. The numbers are
    those that took 50 paraphrases each of three sets of five gaps for 5, 5 and 7 groups.
    """
    if len(vectors) < 2:
        return [0] * len(vectors)
    distances = 1 - vectors @ vectors.T
    groups = fcluster(linkage(vectors, "average", metric="cosine"), _APART, "distance")
    while joined := _joining(groups, distances):
        group, into = joined
        groups[groups == group] = into
    return [int(one) for one in groups]


def _joining(groups: IntVector, distances: FloatMatrix) -> tuple[int, int] | None:
    """Return a small group and the larger one that it is part of, None where there is no such."""
    numbers, sizes = np.unique(groups, return_counts=True)
    large = set(numbers[sizes > _SMALL])
    for number in numbers[np.argsort(sizes, kind="stable")]:
        members = groups == number
        if len(numbers) < 3 or members.sum() > _SMALL:
            continue
        (nearest, into), (second, _), *_ = sorted(
            (float(distances[np.ix_(members, groups == other)].mean()), int(other))
            for other in numbers
            if other != number
        )
        if into in large and nearest < _FAR and second - nearest > _NEARER:
            return int(number), into
    return None


def _nearest(gap: Gap, bot: Bot, among: frozenset[str] | None) -> Citation | None:
    answer = bot.ask(AskedQuestion(gap.wordings[0], gap.company, k=1, among=among))
    return next(iter((*answer.citations, *answer.nearest)), None)


def _gap(asked: Sequence[LoggedQuestion], after: _After) -> Gap:
    wordings = [text for text, _ in Counter(one.text for one in asked).most_common(_SHOWN)]
    answers = {one.answer for one in asked}
    return Gap(
        company=asked[0].company,
        count=len(asked),
        not_covered=sum(one.status == "not_covered" for one in asked),
        uncertain=sum(one.status == "uncertain" for one in asked),
        unhelpful=sum(one.answer in after.unhelpful for one in asked),
        handed_over=sum(after.handed_over[one] for one in answers),
        rephrased=sum(after.rephrased[one] for one in answers),
        rephrased_answered=sum(after.rephrased_answered[one] for one in answers),
        wordings=tuple(wordings),
        last=max(one.asked for one in asked),
        nearest=None,
    )
