import pytest

from qabot.answering.bot import Bot
from qabot.answering.query.every_company import is_of_all
from qabot.records import AskedQuestion
from tests.support.fakes import build_bot, policy

BODY = "# Rules\n\nA refund takes 5 days. Pets are allowed in the car. We sell no data."
BEFORE = "Does Drivenest sell my data?"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of two companies."""
    names = ("Drivenest", "Nymgo")
    files = {f"{name}.md": policy(name, "refunds", "2018-01-01", BODY) for name in names}
    return build_bot(tmp_path_factory.mktemp("every"), files)


@pytest.mark.parametrize(
    "question",
    [
        "which companies allow pets?",
        "do all companies allow pets?",
        "what do other companies say about pets?",
        "for every company, are pets allowed?",
        "in general, how long does a refund take?",
        "are pets allowed in general?",
        "which company refunds fastest?",
        "how do the companies compare on pets?",
        "do the others allow pets?",
    ],
)
def test_a_question_to_all_companies_leaves_the_one_of_the_conversation(
    bot: Bot, question: str
) -> None:
    """It is put to all, and so is what is asked after it."""
    asked = bot.ask(AskedQuestion(question, context=(BEFORE,)))
    later = bot.ask(AskedQuestion("how long does a refund take?", context=(BEFORE, question)))

    assert (asked.read_as, asked.scope.company, asked.scope.versions) == ("", None, 2)
    assert later.scope.company is None


@pytest.mark.parametrize(
    "question",
    [
        "what about the others?",
        "and everyone else?",
        "and in general?",
        "and elsewhere?",
        "what about all companies?",
        "and at other companies?",
    ],
)
def test_a_follow_up_asks_the_same_of_all_companies(bot: Bot, question: str) -> None:
    """What it goes on from is asked without its company."""
    context = (BEFORE, "how long does a refund take?")

    answer = bot.ask(AskedQuestion(question, context=context))

    assert (answer.read_as, answer.scope.company) == ("how long does a refund take?", None)


def test_everyone_else_may_be_people(bot: Bot) -> None:
    """So it is where it was asked about people before."""
    context = (BEFORE, "do students pay less?")

    answer = bot.ask(AskedQuestion("and everyone else?", context=context))

    assert answer.scope.company == "Drivenest"


@pytest.mark.parametrize(
    "question",
    [
        "do other companies see my data?",
        "is my data sold to other companies?",
        "which companies do you share my data with?",
        "can I move my plan to another company?",
        "is the company registered in the UK?",
        "which company insures the car?",
        "can I have it repaired elsewhere?",
    ],
)
def test_others_that_only_get_something_are_not_asked(bot: Bot, question: str) -> None:
    """The company of the conversation is."""
    assert not is_of_all(question)
    assert bot.ask(AskedQuestion(question, context=(BEFORE,))).scope.company == "Drivenest"
