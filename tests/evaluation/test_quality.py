from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.evaluation.evaluate import ask_all, summary
from qabot.evaluation.questions import LabelledQuestion, read_questions
from qabot.records import Answer, AskedQuestion, Citation, Entry
from tests.support.fakes import default_models

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
REWORDED = 90  # of the sample's questions, the first: the others were written with answers unseen


@pytest.fixture(scope="session")
def sample(exports: Path, real_index: Callable[[Path], Path]) -> Bot:
    """Return a bot of the sample corpus."""
    return Bot.open(real_index(ROOT / "index" / "policies"), default_models(exports))


@pytest.fixture(scope="session")
def seeds(exports: Path, real_index: Callable[[Path], Path]) -> Bot:
    """Return a bot of five real privacy policies."""
    if not SEEDS.is_dir():
        pytest.skip("the five real policies are not beside this repository (shared/seeds)")
    return Bot.open(real_index(SEEDS), default_models(exports))


@pytest.fixture(scope="session")
def questions() -> list[LabelledQuestion]:
    """Return the questions about the sample."""
    return read_questions(ROOT / "tests" / "data" / "sample-questions.jsonl")


def test_gold_is_policy_text(sample: Bot, questions: Sequence[LabelledQuestion]) -> None:
    """What is to be quoted stands, whitespace aside, in a version in force on the day asked for."""
    corpus = sample.index.corpus
    for question in questions:
        texts = [
            " ".join(version.text.split())
            for entry in corpus.entries
            if (version := corpus.version(entry.id)) and _in_force(entry, question.as_of)
        ]
        for gold in question.gold:
            assert any(gold in text for text in texts), (question.id, gold)


def _in_force(entry: Entry, day: date | None) -> bool:
    """Whether a version is in force on a day; without one, the question may name another year."""
    since, until = entry.effective_from or date.min, entry.effective_until or date.max
    return day is None or since <= day < until


def test_reworded_questions_are_answered(
    sample: Bot, questions: Sequence[LabelledQuestion]
) -> None:
    """Questions worded with the answers in sight nearly all get the right quote, if any."""
    figures = summary(ask_all(sample, questions[:REWORDED]))

    assert figures["hit@1"] >= 0.80, figures
    assert figures["hit@3"] >= 0.93, figures
    assert figures["abstention"]["false_answer_rate"] <= 0.05, figures
    assert figures["abstention"]["offered"] >= 0.97, figures


def test_everyday_questions_are_answered(
    sample: Bot, questions: Sequence[LabelledQuestion]
) -> None:
    """Questions in everyday words mostly get the right quote; those not covered are near misses.

    The floors lie below what the README reports: they fail on a loss, and promise nothing.
    """
    figures = summary(ask_all(sample, questions[REWORDED:]))

    assert figures["hit@1"] >= 0.50, figures
    assert figures["hit@3"] >= 0.72, figures
    assert figures["abstention"]["false_answer_rate"] <= 0.25, figures
    assert figures["abstention"]["offered"] >= 0.97, figures


def test_seeds_are_identified(seeds: Bot) -> None:
    """Company, dates and address of each real policy are found in its text."""
    table = [
        (entry.id, entry.company, entry.effective_from, entry.effective_until, entry.url)
        for entry in seeds.index.corpus.entries
    ]

    assert table == [
        (
            "bulksms/privacy@2017-10-06",
            "BulkSMS",
            date(2017, 10, 6),
            None,
            "http://www.bulksms.com/company/data-protection-and-privacy-policy.htm",
        ),
        (
            "nexmo/privacy@2015-03-12",
            "Nexmo",
            date(2015, 3, 12),
            None,
            "https://www.nexmo.com/privacy-policy",
        ),
        (
            "nymgo/privacy@2012-03-14",
            "Nymgo",
            date(2012, 3, 14),
            None,
            "http://nymgo.com/EN/privacy-policy",
        ),
        (
            "vonage/privacy@2018-05-23",
            "Vonage",
            date(2018, 5, 23),
            date(2021, 6, 10),
            "https://www.vonage.com/privacy-policy",
        ),
        (
            "vonage/privacy@2021-06-10",
            "Vonage",
            date(2021, 6, 10),
            None,
            "https://www.vonage.com/legal/privacy-policy/",
        ),
    ]


@dataclass(frozen=True)
class Case:
    """A question to the five real policies and what is to be quoted, from which version."""

    question: str
    version: str
    quoted: str
    as_of: date | None = None


VONAGE, VONAGE_2018 = "vonage/privacy@2021-06-10", "vonage/privacy@2018-05-23"
BULKSMS, NYMGO, NEXMO = (
    "bulksms/privacy@2017-10-06",
    "nymgo/privacy@2012-03-14",
    "nexmo/privacy@2015-03-12",
)


def quotes(answer: Answer) -> tuple[Citation, ...]:
    """Return what is quoted, as the answer or as what comes near."""
    return (*answer.citations, *answer.nearest)


@pytest.mark.parametrize(
    "case",
    [
        Case("Does Vonage sell my personal information?", VONAGE, "does not sell your personal"),
        Case("Did Vonage knowingly collect data from minors in 2018?", VONAGE_2018, "children"),
        Case("What does Vonage do about children?", VONAGE_2018, "children", date(2021, 6, 9)),
        Case("How long does Vonage keep my account information?", VONAGE, "store your account"),
        Case("Does BulkSMS collect personal information from minors?", BULKSMS, "who is a minor"),
        Case("How does BulkSMS protect my personal information?", BULKSMS, "confidentiality"),
        Case("Does Nymgo use cookies?", NYMGO, "giving your consent to the use of cookies"),
        Case("How will Nymgo change its privacy policy?", NYMGO, "occasionally update"),
        Case("Does Nexmo collect information from children?", NEXMO, "under the age of 13"),
    ],
    ids=lambda case: case.question,
)
def test_real_policy_answers(seeds: Bot, case: Case) -> None:
    """A question that names a company is put to its version in force: the three quotes have it."""
    answer = seeds.ask(AskedQuestion(case.question, as_of=case.as_of))

    assert answer.status in ("answered", "uncertain")
    assert {citation.version for citation in quotes(answer)} == {case.version}
    assert any(case.quoted in citation.quote for citation in quotes(answer))


def test_only_the_version_in_force_is_cited(seeds: Bot) -> None:
    """A question without a date is answered from the version in force today alone."""
    answer = seeds.ask(AskedQuestion("Does Vonage sell my data?"))

    assert answer.status in ("answered", "uncertain")
    assert {citation.version for citation in quotes(answer)} == {VONAGE}
    assert (answer.scope.company, answer.scope.versions) == ("Vonage", 1)


def test_year_in_the_question_asks_the_version_of_then(seeds: Bot) -> None:
    """ "In 2018" is answered from the version in force then, and from no other."""
    answer = seeds.ask(AskedQuestion("Does Vonage sell my data in 2018?"))

    assert answer.status in ("answered", "uncertain")
    assert {citation.version for citation in quotes(answer)} == {VONAGE_2018}
    assert (answer.scope.since, answer.scope.until) == (date(2018, 1, 1), date(2019, 1, 1))


def test_question_without_a_company_is_put_to_all(seeds: Bot) -> None:
    """A question naming no company searches every version in force, none that is superseded."""
    answer = seeds.ask(AskedQuestion("How long do you keep call records?"))

    assert (answer.scope.company, answer.scope.versions) == (None, 4)
    assert quotes(answer)
    assert VONAGE_2018 not in {citation.version for citation in quotes(answer)}


def test_company_that_is_not_indexed_is_not_answered_for(seeds: Bot) -> None:
    """A question about another company is not answered from these."""
    answer = seeds.ask(AskedQuestion("Does Twilio sell my data?"))

    assert (answer.status, answer.scope.company, answer.citations) == (
        "unknown_company",
        "Twilio",
        (),
    )
