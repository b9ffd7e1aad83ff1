"""Which versions are searched on which day: on boundaries, before the first, without a date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.cli.terminal import days_in_force
from qabot.index.build import build
from qabot.index.build_plan import plan
from qabot.index.releases import use
from qabot.records import Answer, AskedQuestion, Searched
from qabot.service.wording import in_force, none_in_force
from tests.conftest import SHARED
from tests.support.fakes import WORD_MODELS, index_and_open, policy, version_of

DAY = timedelta(days=1)
TODAY = date(2026, 11, 1)
DAYS = (date(2018, 5, 25), date(2019, 2, 28), date(2019, 12, 31), date(2020, 2, 29))
ASKED = "How many months do you keep call records"
HISTORIES = sorted((SHARED / "versions").iterdir()) if SHARED.is_dir() else []


def cited(answer: Answer) -> set[str]:
    """Return the versions that an answer quotes, as an answer or as what comes close."""
    return {one.version for one in (*answer.citations, *answer.nearest)}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return the bot of a policy of four versions."""
    folder = tmp_path_factory.mktemp("history")
    for number, day in enumerate(DAYS, start=1):
        text = f"# Privacy\n\nWe keep call records for {number} months."
        (folder / f"{number}.md").write_text(policy("Harbour", "privacy", str(day), text))
    return index_and_open([folder], folder / "index")


def holds_on_boundaries(bot: Bot, days: Sequence[date], question: str) -> None:
    """Assert that each version is searched from its first day to before that of the next."""
    ids = [entry.id for entry in bot.index.corpus.entries]
    for number, day in enumerate(days):
        for asked, versions in (
            (day, {ids[number]}),
            (day - DAY, {ids[number - 1]} if number else set()),
        ):
            answer = bot.ask(AskedQuestion(question, as_of=asked, k=10), today=TODAY)
            assert cited(answer) == versions
            assert (answer.status == "no_version_in_force") == (not versions)
            assert answer.scope.first_in_force == (None if versions else days[0])
            written = bot.ask(AskedQuestion(f"{question} on {asked}?", k=10), today=TODAY)
            assert (written.scope.as_of, cited(written)) == (asked, versions)
    assert cited(bot.ask(AskedQuestion(question), today=TODAY)) == {ids[-1]}


def test_boundary_days(bot: Bot) -> None:
    """A version holds from its first day to before the next one's, leap days and year ends too."""
    holds_on_boundaries(bot, DAYS, ASKED)


@pytest.mark.parametrize(
    ("when", "numbers"),
    [
        ("in 2018", [0]),
        ("in 2019", [0, 1, 2]),
        ("in 2020", [2, 3]),
        ("in 2021", [3]),
        ("in December 2019", [1, 2]),
        ("in March 2019", [1]),
        ("before 2019", [0]),
        ("after 2019", [2, 3]),
        ("between March 2019 and November 2019", [1]),
    ],
)
def test_spans(bot: Bot, when: str, numbers: list[int]) -> None:
    """Of a span, every version is searched that was in force on any day of it, and no other."""
    answer = bot.ask(AskedQuestion(f"{ASKED} {when}?", k=10), today=TODAY)

    assert cited(answer) == {f"harbour/privacy@{DAYS[number]}" for number in numbers}
    assert answer.scope.versions == len(numbers)


def test_span_before_the_first_version(bot: Bot) -> None:
    """Before the first version none is searched, and it is said from when there is one."""
    answer = bot.ask(AskedQuestion(f"{ASKED} in 2017?"), today=TODAY)

    assert (answer.status, answer.scope.first_in_force) == ("no_version_in_force", DAYS[0])


@pytest.mark.shared
@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: str(history.name))
def test_boundary_days_of_real_histories(tmp_path: Path, history: Path) -> None:
    """The same holds in histories of five and of eleven versions."""
    bot = index_and_open([history], tmp_path)
    days = [date.fromisoformat(file.stem) for file in sorted(history.glob("*.md"))]

    holds_on_boundaries(bot, days, "How long do you keep what you were paid or told")


UNDATED = """---
company: Harbour
policy: privacy
---
# Privacy

We keep call records for {} months.
"""


def build_on(day: date, folder: Path) -> Bot:
    """Index a folder on a day and return the bot of what is live then."""
    index = folder / "index"
    report = build(plan([folder / "policies"], "words"), index, WORD_MODELS.encoder, today=day)
    use(index, report.manifest.id)
    return Bot.open(index, WORD_MODELS)


def test_version_without_a_date(tmp_path: Path) -> None:
    """It is in force from the day it was first seen, kept by later builds, and replaces others."""
    first, later = date(2026, 3, 2), date(2026, 5, 5)
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "old.md").write_text(policy("Harbour", "privacy", "2020-01-01", "Call records: 1."))
    (policies / "new.md").write_text(UNDATED.format(12))
    build_on(first, tmp_path)
    (policies / "fees.md").write_text(policy("Harbour", "fees", "2024-01-01", "It costs 3 pounds."))

    bot = build_on(later, tmp_path)

    answer = bot.ask(AskedQuestion(ASKED, as_of=first), today=TODAY)
    (quoted,) = [one for one in (*answer.citations, *answer.nearest) if "12" in one.quote]
    assert (quoted.version, quoted.effective_from) == ("harbour/privacy", None)
    assert quoted.first_seen == first
    before = bot.ask(AskedQuestion(ASKED, as_of=first - DAY), today=TODAY)
    assert "harbour/privacy@2020-01-01" in cited(before)
    assert "harbour/privacy" not in cited(before)
    assert bot.index.corpus.entry("harbour/privacy@2020-01-01").effective_until == first


def test_other_text_without_a_date_is_first_seen_anew(tmp_path: Path) -> None:
    """Another text is another version; nothing was in force before it was first seen."""
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "new.md").write_text(UNDATED.format(12))
    build_on(date(2026, 3, 2), tmp_path)
    (policies / "new.md").write_text(UNDATED.format(6))

    bot = build_on(date(2026, 5, 5), tmp_path)

    answer = bot.ask(AskedQuestion(ASKED, as_of=date(2026, 5, 4)), today=TODAY)
    assert answer.status == "no_version_in_force"
    assert answer.scope.first_in_force == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (date(2020, 1, 1), "No policy of A was in force today. There has been one since"),
        (date(2030, 1, 1), "No policy of A was in force today. There is one from 1 January 2030."),
        (None, "No policy of A was in force today."),
    ],
)
def test_from_when_one_is_in_force_is_said(first: date | None, said: str) -> None:
    """The sentence names the day, and whether it has come."""
    scope = Searched("A", None, None, None, 0, 0, first_in_force=first)

    assert none_in_force(scope, " of A", "today", TODAY).startswith(said)


def test_what_has_no_date_says_so() -> None:
    """Texts for people say since when a version without a date counts, and that it has none."""
    seen = date(2026, 3, 2)

    assert in_force(None, None, TODAY, seen) == (
        "in force since it was first seen here on 2 March 2026 (it has no date)"
    )
    replaced = replace(version_of([]), effective_until=date(2026, 5, 5), first_seen=seen)
    assert days_in_force(replaced) == (
        "since it was first seen, 2 March 2026, until 4 May 2026 (no date)"
    )
