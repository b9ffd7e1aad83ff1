"""Questions to begin with: worded as people ask, and each one answered."""

from pathlib import Path

import pytest

from qabot.answering.bot import Bot
from qabot.records import AskedQuestion
from qabot.service.example_questions import examples
from qabot.service.example_wording import answered_by, asked_by, calm
from tests.support.fakes import build_bot, policy

FEES = """# Fees

## 2.1 WHEN ARE LATE FEES DUE?

Late fees are due after ten days.

## 3. The trial period

The trial period is 30 days, and the trial period ends by itself.

## Cancelling your contract

Cancel your contract by post: how to cancel your contract stands on each bill.
"""
TERMS = "# Terms\n\n## How we use your address\n\nWe use your address to send letters.\n"


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """Return a bot of two companies."""
    files = {
        "fees.md": policy("Harbour", "fees", "2024-01-01", FEES),
        "terms.md": policy("Pinecrest", "terms", "2024-01-01", TERMS),
    }
    return build_bot(tmp_path, files)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("When are late fees due?", "When are late fees due?"),
        ("What cookies do we use?", "What cookies do you use?"),
        ("How long we keep your information", "How long do you keep my information?"),
        ("When you can cancel", "When can I cancel?"),
        ("How to contact us", "How do I contact you?"),
        ("Information we collect", "What information do you collect?"),
        ("The cooling-off period", "How long is the cooling-off period?"),
        ("Your privacy rights", "What are my privacy rights?"),
        ("Cancelling your contract", "How do I cancel my contract?"),
        ("Moving house", "How do I move house?"),
        ("Opening hours", ""),
        ("Booking and changing an appointment", ""),
        ("Changing booking dates", ""),
        ("Closing an account", "How do I close an account?"),
        ("Refunds", "How do I get a refund?"),
        ("Bulk messages", ""),
        ("Who we share it with", ""),
        ("Limits, fees and charges", ""),
        ("", ""),
    ],
)
def test_heading_as_a_question(heading: str, question: str) -> None:
    """A heading becomes what a customer would ask; what cannot be worded plainly is left out."""
    assert asked_by(heading) == question


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The late fee is £5 a month.", "How much is the late fee?"),
        ("The cooling-off period lasts 14 days.", "How long is the cooling-off period?"),
        ("We keep your messages for 3 months.", "How long do you keep my messages?"),
        ("Call records are kept for 12 months.", "How long do you keep call records?"),
        ("We refund the price within 14 days.", "How soon do you refund the price?"),
        ("We do not sell your data.", "Do you sell my data?"),
        ("We tell you the cost within 28 days.", "How soon do you tell me the cost?"),
        ("We send a letter to you within 3 days.", "How soon do you send a letter to me?"),
        ("We do not charge you for calls you make, if so.", "Do you charge me for calls I make?"),
        ("You may cancel your order at any time.", "Can I cancel my order?"),
        ("You must return the router within 14 days.", "Do I have to return the router?"),
        ("You may do this by post.", ""),
        ("Letters are sent on Mondays.", ""),
    ],
)
def test_sentence_as_a_question(sentence: str, question: str) -> None:
    """A sentence that says how long, how much or whether answers the question for that."""
    assert answered_by(sentence) == question


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("WHEN ARE LATE FEES DUE?", "When are late fees due?"),
        ("How We Use Cookies", "How we use cookies"),
        ("How VAT is charged", "How VAT is charged"),
    ],
)
def test_capitals_are_calm(heading: str, said: str) -> None:
    """A heading in capitals is written as it stands in a sentence."""
    assert calm(heading) == said


def test_examples_are_answered_by_what_they_were_made_from(bot: Bot, tmp_path: Path) -> None:
    """Each example gets an answer, and is about what the policy says."""
    found = examples(bot, tmp_path, "Harbour")

    assert "When are late fees due?" in found
    assert {bot.ask(AskedQuestion(one, company="Harbour")).status for one in found} == {"answered"}


def test_examples_of_several_companies_name_theirs(bot: Bot, tmp_path: Path) -> None:
    """Where nobody chose a company, each example says whose policy it asks about."""
    found = examples(bot, tmp_path)

    assert found
    assert all(one.endswith((" at Harbour?", " at Pinecrest?")) for one in found)


def test_examples_are_of_what_the_asker_may_see(bot: Bot, tmp_path: Path) -> None:
    """To whom one company alone is shown, the others' policies give no example."""
    among = frozenset({"Pinecrest"})

    assert "When are late fees due?" not in examples(bot, tmp_path, None, among)
    assert list(examples(bot, tmp_path, "Harbour", among)) == []


def test_owner_sets_the_examples(bot: Bot, tmp_path: Path) -> None:
    """A line of the file is an example, for one company where it begins with its name."""
    (tmp_path / "examples.txt").write_text(
        "Harbour: When are fees due?\n\nPinecrest: Who gets letters?\nWhat if: nobody pays?\n"
    )

    assert examples(bot, tmp_path, "Harbour") == ["When are fees due?", "What if: nobody pays?"]
    assert examples(bot, tmp_path)[1:2] == ["Who gets letters?"]
