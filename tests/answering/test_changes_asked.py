from datetime import date

import pytest

from qabot.answering.bot import Bot
from qabot.answering.query.changes_asked import ChangesAsked
from qabot.records import AskedQuestion, ChangedPolicy
from tests.support.fakes import build_bot, policy

BODY = "# Rules\n\nWe keep it for 3 days."


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of two companies."""
    files = {
        "a.md": policy("Vonage", "privacy", "2018-01-01", BODY),
        "b.md": policy("Vonage", "refunds", "2018-01-01", BODY),
        "c.md": policy("Nymgo", "privacy", "2018-01-01", BODY),
        "d.md": policy("Nymgo", "privacy", "2020-01-01", BODY.replace("3", "5")),
        "e.md": policy("Nymgo", "terms", "2018-01-01", BODY),
        "f.md": policy("Nymgo", "terms", "2021-01-01", BODY.replace("3", "5")),
    }
    return build_bot(tmp_path_factory.mktemp("changes"), files)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What changed in the Vonage privacy policy?", ("vonage/privacy", None, None, "")),
        ("what's new in vonage's refunds policy", ("vonage/refunds", None, None, "")),
        ("Has anything changed in the Vonage refunds policy?", ("vonage/refunds", None, None, "")),
        (
            "which sections of Vonage's privacy policy were amended",
            ("vonage/privacy", None, None, ""),
        ),
        ("whats new in the vonage refunds policy", ("vonage/refunds", None, None, "")),
        ("did the Vonage refunds policy change?", ("vonage/refunds", None, None, "")),
        ("Has Vonage's refunds policy been updated?", ("vonage/refunds", None, None, "")),
        ("any changes to the vonage refunds policy?", ("vonage/refunds", None, None, "")),
        ("What did you change in Vonage's refunds policy?", ("vonage/refunds", None, None, "")),
        ("When was the Vonage refunds policy last updated", ("vonage/refunds", None, None, "")),
        ("summarise the changes in Vonage's refunds policy", ("vonage/refunds", None, None, "")),
        ("Did Vonage change its refunds policy?", ("vonage/refunds", None, None, "")),
        ("is there an update to the Vonage refunds policy", ("vonage/refunds", None, None, "")),
        (
            "have there been changes to the Vonage refunds policy since I joined?",
            ("vonage/refunds", None, None, ""),
        ),
        (
            "what changed about refunds in the Vonage privacy policy?",
            ("vonage/privacy", None, None, "refunds"),
        ),
        (
            "what are the differences between Nymgo's 2018 terms and the 2021 terms",
            ("nymgo/terms", date(2018, 1, 1), date(2021, 12, 31), ""),
        ),
        (
            "what changed in the Vonage privacy policy between 2018 and 2020?",
            ("vonage/privacy", date(2018, 1, 1), date(2020, 12, 31), ""),
        ),
        (
            "what changed in the Vonage privacy policy since 2018 (about transfers)?",
            ("vonage/privacy", date(2018, 1, 1), None, "transfers"),
        ),
        (
            "what has changed in Nymgo's privacy policy about location data since May 2019?",
            ("nymgo/privacy", date(2019, 5, 1), None, "location data"),
        ),
    ],
)
def test_changes_are_asked_for(
    bot: Bot, question: str, asked: tuple[str, date | None, date | None, str]
) -> None:
    """The policy, the day and the subject are read from the question."""
    assert bot.changes_asked(question) == ChangesAsked(*asked)


@pytest.mark.parametrize(
    "question",
    [
        "What changed in the privacy policy?",  # whose?
        "What changed in Zyxora's refunds policy?",  # though only one has such a policy
        "What happens when you change the Vonage privacy policy?",
        "How do I change my Vonage plan?",
        "Can I return a new phone under the Vonage refunds policy?",
        "What is the new Vonage price?",
        "What did the privacy policy of Vonage say about changes on 1 June 2019?",
        "What does the Vonage refunds policy say about new customers?",
        "What is the Vonage refunds policy for different sizes?",
        "Has the Vonage refunds policy changed if I pay late?",
        "Are changes of an order free under the Vonage refunds policy?",
        "When will the Vonage refunds policy change my order?",
        "Have you changed my Vonage price under the privacy policy?",
        "What changes to an order does the Vonage refunds policy allow?",
        "any changes to the price during my contract in the Nymgo terms?",
        "What's new in the Nymgo terms for me as a new customer?",
        "What is different for firms in the Nymgo terms?",
        "what are the differences between monthly and annual plans in the Nymgo terms?",
        "Have the Nymgo terms changed the notice period?",
        "did the Nymgo terms change for my contract when I moved?",
        "Which sections of the Nymgo terms are different for children?",
        "how has my data changed hands under the Nymgo privacy policy",
        "Are there changes to fees in the Nymgo terms for new customers?",
        "Has anything changed in my Nymgo agreement?",
    ],
)
def test_other_questions_are_left_alone(bot: Bot, question: str) -> None:
    """Who asks for a rule, of changing something or of something new, gets the rule."""
    assert bot.changes_asked(question) is None


def test_what_changed_is_said_in_place_of_an_answer(bot: Bot) -> None:
    """No passage answers it: the answer names the policy, and the day and subject asked about."""
    question = "what changed in the Nymgo privacy policy between 2019 and 2023 about faxes?"

    answer = bot.ask(AskedQuestion(question))

    version = "nymgo/privacy@2020-01-01"
    assert (answer.status, answer.remark, answer.nearest) == ("no_question", "changes", ())
    assert answer.changed == ChangedPolicy(
        company="Nymgo",
        policy="nymgo/privacy",
        title="Privacy Policy",
        version=version,
        since=date(2019, 1, 1),
        until=date(2023, 12, 31),
        about="faxes",
    )


def test_what_changed_is_asked_in_conversations_and_beside_other_questions(bot: Bot) -> None:
    """A follow-up is read first, and a part of a message is one for itself."""
    before = "what changed in the Nymgo privacy policy?"

    going_on = bot.ask(AskedQuestion("and in the terms?", context=(before,), company="Nymgo"))
    several = bot.ask(AskedQuestion(f"How long do you keep it? {before}", company="Nymgo"))

    assert going_on.changed and going_on.changed.policy == "nymgo/terms"
    assert [part.remark for part in several.parts] == [None, "changes"]
    assert several.status != "no_question"


@pytest.mark.parametrize(
    "asked",
    [
        AskedQuestion("What changed in the Vonage privacy policy?"),  # it has one version
        AskedQuestion("What changed in the privacy policy?", company="Vonage"),
        AskedQuestion("What changed in the Nymgo privacy policy?", among=frozenset({"Vonage"})),
        AskedQuestion("What changed in the Nymgo privacy policy?", as_of=date(2019, 1, 1)),
        AskedQuestion("What changed in the Nymgo privacy policy?", company="Vonage"),
        AskedQuestion("What changed in Zyxora's privacy policy?", company="Nymgo"),
    ],
)
def test_without_changes_to_be_shown_it_is_a_question_like_others(
    bot: Bot, asked: AskedQuestion
) -> None:
    """Of one version, of another company or of a day there is nothing to compare."""
    answer = bot.ask(asked)

    assert (answer.remark, answer.changed) == (None, None)


def test_company_that_may_not_be_seen_is_as_if_it_did_not_exist(bot: Bot) -> None:
    """What changed in its policies is answered as for a company that has none here."""
    question = "what changed in the {} privacy policy?"

    unseen, unknown = (
        bot.ask(AskedQuestion(question.format(company), among=frozenset(("Vonage",))))
        for company in ("Nymgo", "Zyxora")
    )

    assert (unseen.status, unseen.remark, unseen.changed) == (unknown.status, None, None)
    assert unknown.remark is None
