import pytest

from qabot.answering.query.message_parts import questions_in, told_in

LETTER = """Hi there,

I've been a customer since 2019 and my account number is 4471-22871. My broadband has been
down since last Monday. I was told someone would call me back.

Could you tell me whether I get compensation for this? Also I'd like to know if I can leave my
contract early without paying a fee. And how do I make a complaint?

My phone number is 07700 900123.

Many thanks,
Jane Smith
12 Elm Street
Can you believe it?
"""


def asked(message: str) -> list[str]:
    """Return the questions of a message as they stand in it."""
    return [one.question for one in questions_in(message)]


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "1) how much is a paper bill? 2) can I choose my payment day?",
            ["how much is a paper bill?", "can I choose my payment day?"],
        ),
        ("a) late fee? b) paper bill?", ["late fee?", "paper bill?"]),
        (
            "- what is the cooling off period?\n- do you charge for returns",
            ["what is the cooling off period?", "do you charge for returns"],
        ),
        (
            "What do I pay, and is there a fee to leave?",
            ["What do I pay?", "Is there a fee to leave?"],
        ),
        (
            "how do i return it, what does it cost and when do i get my money?",
            ["How do i return it?", "What does it cost?", "When do i get my money?"],
        ),
        (
            "Do you record calls? And who can listen to them?",
            ["Do you record calls?", "And who can listen to them?"],
        ),
    ],
)
def test_several_questions_are_taken_apart(message: str, questions: list[str]) -> None:
    """Numbers, lines, sentences and clauses that each ask something are questions."""
    assert asked(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "How long do you keep call records?",
        "Will you collect my data? If yes, how?",
        "When do I get my refund, and how?",
        "How fast and how much must I clean up?",
        "what happens if i pay late and the bill is wrong?",
        "Do you ship outside the U.S. or Europe?",
        "Is there a charge for e.g. paper bills and text messages?",
        "I moved house last week. Can I keep my number?",
        "I'm not sure if my clip breaks the law. Who should I ask?",
        "What do you treat as personal information - is my address included?",
        "my dad died, how do we cancel",
        "refund",
        "",
    ],
)
def test_one_question_is_left_as_it_is(message: str) -> None:
    """What asks one thing, or goes on asking of the same, is one question."""
    assert asked(message) == [message]


def test_letter_is_taken_apart() -> None:
    """Greeting, account number, signature and what stands below it ask nothing."""
    first, second, third = questions_in(LETTER)

    assert first.question == "Could you tell me whether I get compensation for this?"
    assert "My broadband has been down" in first.read_as
    assert "4471" not in first.read_as
    assert second.question.startswith("Also I'd like to know if I can leave my")
    assert third.question == "And how do I make a complaint?"


def test_question_of_a_long_letter_stands_alone() -> None:
    """One question between much else is put, with what it needs of what was said before it."""
    letter = f"Dear team,\n{'I like your shop a lot. ' * 12}\nCan I return a lamp?\nRegards\nTom"

    (one,) = questions_in(letter)

    assert one.question == "Can I return a lamp?"


def test_wish_is_a_question_where_nothing_else_is() -> None:
    """Who writes what they want asks how they get it."""
    letter = "Dear Sir or Madam,\nI would like to cancel my contract.\nKind regards\nTom"

    assert asked(letter) == ["I would like to cancel my contract."]


def test_what_was_said_before_goes_with_a_question_that_needs_it() -> None:
    """ "What will you pay?" says too little alone, "Is there a fee to leave?" does not."""
    message = "down since Tuesday, nobody came: what will you pay, and is there a fee to leave?"

    first, second = questions_in(message)

    assert first.read_as == "down since Tuesday, nobody came: What will you pay?"
    assert second.read_as == second.question == "Is there a fee to leave?"


def test_later_question_goes_on_from_the_one_before_it() -> None:
    """What was said in front of the first is not said again in front of the others."""
    message = "My phone was stolen. What do I do? And how much is it?"

    first, second = questions_in(message)

    assert first.read_as == "My phone was stolen. What do I do?"
    assert second.read_as == "And how much is it?"


def test_questions_that_run_on_without_a_stop_are_taken_apart() -> None:
    """As people type: what happened, and what they ask, with nothing between."""
    message = (
        "hello i bought a phone from you 3 weeks ago and the screen broke when i dropped it "
        "does the warranty cover that also can i still send it back"
    )

    first, second = questions_in(message)

    assert first.question == "Does the warranty cover that?"
    assert first.read_as.startswith("hello i bought a phone")
    assert second.question == "Also can i still send it back?"


def test_later_clause_goes_on_from_the_one_before_it() -> None:
    """ "that" of "whether there is a fee for that" is what was asked, and nothing said before."""
    message = "I lost my job.\nPlease tell me whether I can leave, and whether that costs a fee."

    first, second = questions_in(message)

    assert first.read_as == "I lost my job. Whether I can leave?"
    assert second.read_as == "Whether that costs a fee."


def test_quoted_words_are_asked_where_nothing_else_is() -> None:
    """Who hands on a customer's words in quotation marks of mail asks them; an old mail is none."""
    handed_on = "A member writes:\n> The van broke down. Do I pay?\n>> And who tows it?\nThanks, Jo"
    replied = "Can I leave?\n> What does it cost?"

    assert [one.question for one in questions_in(handed_on)] == ["Do I pay?", "And who tows it?"]
    assert [one.question for one in questions_in(replied)] == ["Can I leave?"]


def test_questions_that_are_announced_are_taken_apart() -> None:
    """ "two questions" in front of the first is no part of it."""
    found = questions_in("two questions whats the daily limit for cash and can i change the limit")

    assert [one.question for one in found][1:] == ["Can i change the limit?"]


def test_thanks_in_front_do_not_close_a_letter() -> None:
    """A closing line ends what is asked, and a first line is none."""
    (asked,) = questions_in("Thanks, Jo\nCan I leave?\nBest, Ann Lee\nIs this a signature?")

    assert asked.question == "Can I leave?"


def test_clause_that_tells_nothing_goes_with_the_one_before_it() -> None:
    """ "how long I have to do so" asks on of what is disputed, and the fee is asked apart."""
    message = (
        "I'd like to know what the admin fee is for, whether I can dispute it, and how long "
        "I have to do so."
    )

    first, second = questions_in(message)

    assert first.question == "What the admin fee is for?"
    assert second.question == "Whether I can dispute it how long I have to do so."


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("my husband passed away on sunday", "my husband passed away on sunday"),
        ("Hi,\nits been 12 days since you sent it\nTom", "its been 12 days since you sent it Tom"),
        ("i hate this place how do i get out of it", ""),
        ("I want to cancel my contract", ""),
        ("opening hours on public holidays", ""),
        ("I said students", ""),
    ],
)
def test_what_only_tells_is_known(message: str, told: str) -> None:
    """What asks nothing, wishes nothing and names no subject tells what happened."""
    assert told_in(message) == told
