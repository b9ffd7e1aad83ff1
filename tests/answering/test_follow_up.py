from datetime import date
from functools import partial
from pathlib import Path

import pytest

from qabot.answering.query.company_names import CompanyNames
from qabot.answering.query.follow_up import read_with
from qabot.encoder.load import load_encoder
from qabot.encoder.model_names import DEFAULT

NAMES = CompanyNames({"Vonage": [], "Nymgo": [], "Harbour Broadband": []})
TODAY = date(2026, 5, 4)
KEPT = "How long do you keep call records?"
CANCEL = "Can I cancel my contract early?"


def read(question: str, *earlier: str) -> str:
    """Read a question where nothing is like anything else."""
    return read_with(question, earlier, names=NAMES, today=TODAY, similarity=lambda a, b: 0.0)


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        (KEPT, "and text messages?", "How long do you keep text messages?"),
        (KEPT, "thanks, and location data?", "How long do you keep location data?"),
        (KEPT, "what about vonage?", "vonage: How long do you keep call records?"),
        (KEPT, "Vonage?", "Vonage: How long do you keep call records?"),
        (KEPT, "and in 2018?", "How long do you keep call records in 2018?"),
        ("How long does Vonage keep calls?", "and Nymgo?", "Nymgo: How long do you keep calls?"),
        (
            "How long does Vonage keep call records?",
            "and text messages?",
            "How long does Vonage keep text messages?",
        ),
        (
            "Do Vonage or Harbour Broadband keep call records?",
            "and text messages?",
            "Do Vonage or Harbour Broadband keep text messages?",
        ),
        (
            "What is in my Vonage contract?",
            "and my Nymgo bill?",
            "What is in my Nymgo bill?",
        ),
        ("What did it cost in 2019?", "and in 2021?", "What did it cost in 2021?"),
        ("How long are call records kept?", "and voicemails?", "How long are voicemails kept?"),
        ("How long does a refund take?", "and an exchange?", "How long does an exchange take?"),
        ("How much do calls to Spain cost?", "and to the US?", "How much do calls to the US cost?"),
        ("How much is a paper bill?", "and for firms?", "How much is a paper bill for firms?"),
        ("What happens if I pay late?", "and if I move?", "What happens if I move?"),
        ("Do you keep text messages?", "for how long?", "For how long do you keep text messages?"),
        ("Do you sell my data?", "who to?", "To whom do you sell my data?"),
        ("How long do you keep it?", "why?", "Why do you keep it?"),
        ("do you sell my data", "who to", "To whom do you sell my data?"),
        ("Is there a charge for bills?", "how much?", "How much is the charge for bills?"),
        (CANCEL, "what does it cost?", "what does it cost to cancel my contract early?"),
        (CANCEL, "is there a fee for that?", "is there a fee to cancel my contract early?"),
        (CANCEL, "how do I do that?", "how do I cancel my contract early?"),
        (KEPT, "do you sell them?", "do you sell call records?"),
        ("How much is a paper bill?", "can I cancel it?", "can I cancel a paper bill?"),
        ("When will my engineer come?", "what if it is late?", "what if my engineer is late?"),
        ("How much is a paper bill?", "is that per month?", "is a paper bill per month?"),
        ("Can I reserve a book?", "is there a charge?", "is there a charge to reserve a book?"),
        ("Can I return a lamp?", "how long do I have?", "how long do I have to return a lamp?"),
        ("How much is Fibre 500?", "and 900?", "How much is Fibre 900?"),
        ("How long does delivery take?", "and how much?", "How much does delivery cost?"),
        (
            "What is the notice period?",
            "what about business customers?",
            "What is the notice period for business customers?",
        ),
        (
            "Can I bring a guest to Vonage?",
            "what about Twilio?",
            "Twilio: Can I bring a guest to you?",
        ),
        (KEPT, "what about Twilio?", "Twilio: How long do you keep call records?"),
        ("how much is roaming in the usa", "and in france?", "how much is roaming in france?"),
        (
            "whats the cooling off period",
            "does it apply to phones?",
            "does the cooling off period apply to phones?",
        ),
        (
            "what does it cost to leave early?",
            "is there a fee for that?",
            "is there a fee to leave early?",
        ),
        (
            "Does Vonage keep my calls?",
            "how long do they keep them?",
            "Vonage: how long do you keep my calls?",
        ),
        ("Do Vonage and Nymgo keep calls?", "both?", "Do Vonage and Nymgo keep calls?"),
        (KEPT, "n my photos?", "How long do you keep my photos?"),
        (KEPT, "great, and what about Nymgo's chats?", "Nymgo: How long do you keep chats?"),
        (KEPT, "and voicemails at vonage", "vonage: How long do you keep voicemails?"),
        ("Twilio: Do you keep calls?", "and Netflix", "Netflix: Do you keep calls?"),
        (
            "when do i have to pay my bill",
            "what happens if i dont",
            "what happens if i dont pay my bill?",
        ),
        ("I want to return my phone.", "is that possible?", "is it possible to return my phone?"),
        ("express delivery price", "and international?", "international delivery price?"),
        ("cookies", "and photos", "photos?"),
        ("Nymgo: can i leave", "how long do i have", "Nymgo: how long do i have to leave?"),
        ("Nymgo: do you keep calls", "for how long", "Nymgo: For how long do you keep calls?"),
        (
            "what do I pay if I cancel a cruise 45 days before",
            "and a city break?",
            "what do I pay if I cancel a city break 45 days before?",
        ),
        (
            "is it free if I cancel 45 days before",
            "and 5 days before?",
            "is it free if I cancel 5 days before?",
        ),
        ("Can I return a phone?", "what about opened ones", "Can I return opened phones?"),
        ("do students pay the joining fee", "pensioners?", "do pensioners pay the joining fee?"),
        (
            "how much is the joining fee",
            "no i meant for students",
            "how much is the joining fee for students?",
        ),
        (
            "how much is the joining fee",
            "was it the same in 2018?",
            "how much is the joining fee in 2018?",
        ),
        ("Can I change the name?", "how much", "How much does it cost to change the name?"),
        ("can i join at 16", "what do i need then", "what do i need to join at 16?"),
        ("do you ship to Malta?", "is it free?", "is it free to ship to Malta?"),
        ("can i freeze my membership", "and cancel it?", "can i cancel my membership?"),
        ("can i freeze my membership", "so yes?", "can i freeze my membership?"),
        ("Will my parcel come?", "what if its late", "what if my parcel is late?"),
        (
            "Can I use my parcel?",
            "if its owner died, who pays",
            "if my parcel's owner died, who pays?",
        ),
        ("do you sell my bills?", "who gets their copies", "who gets my bills' copies?"),
        ("do u take my bills", "whats the address for them", "whats the address for my bills?"),
        (
            "compare Vonage and Nymgo on calls",
            "which one is cheaper?",
            "compare Vonage and Nymgo on calls?",
        ),
        (
            "What is the late fee at Vonage and Nymgo?",
            "how fast does each answer mails?",
            "how fast does Vonage and Nymgo answer mails?",
        ),
        (
            "What is the late fee at Nymgo?",
            "does Vonage charge one too?",
            "does Vonage charge the late fee too?",
        ),
        ("can i fly to france", "and spain?", "can i fly to spain?"),
        ("what time do you open", "and close?", "what time do you close?"),
        ("what do i get after 3 visits", "and 10 visits", "what do i get after 10 visits?"),
        ("what does it cost per hour", "and a van?", "what does a van cost per hour?"),
        ("what does a van cost per hour", "per day?", "what does a van cost per day?"),
        ("what is the limit for calls", "per week", "what is the limit for calls per week?"),
        ("text messages", "and calls", "calls?"),
        ("do you charge a joining fee", "why not", "Why do you not charge a joining fee?"),
        ("can i raise my limit", "by how much", "By how much can i raise my limit?"),
        (
            "what does the gold plan cost",
            "if i pay yearly?",
            "what does the gold plan cost if i pay yearly?",
        ),
        ("can i have a locker", "im 20", "can i have a locker, im 20?"),
        ("can i have a locker", "were in Spain", "were in Spain"),  # "we were", or "we're"
        ("can i have a locker", "is the pool open", "is the pool open"),
        ("what if i go over my limit", "is there a fee", "is there a fee to go over my limit?"),
        ("can i leave the plan", "how much notice", "how much notice to leave the plan?"),
        (
            "can i close my account",
            "does it cost anything",
            "does it cost anything to close my account?",
        ),
        ("do my payments stop", "can i restart them", "can i restart my payments?"),
        ("does the plan cover rabies", "what does it cost", "what does the plan cost?"),
        ("what did the plan cost in 2024", "why did it change", "why did the plan change?"),
        ("can she bring her phone in year 10", "what if it breaks", "what if her phone breaks?"),
        ("does my data leave Europe", "is it kept there", "is my data kept there?"),
        ("the car was dirty when i got in", "can i clean it", "can i clean the car?"),
        ("did it go to the wrong person", "can i sue them", "can i sue them"),
        ("what if the fee wasnt paid", "can i dispute it", "can i dispute the fee?"),
        ("how much can i take out a day", "can i change that", "can i change that"),
        ("can i take out money", "will it be taxed", "will money be taxed?"),
        ("can i join", "how much is it to join", "how much is it to join"),
        (
            "Do Vonage and Nymgo record phone calls?",
            "how long do they keep them",
            "how long do Vonage and Nymgo keep phone calls?",
        ),
        ("Vonage", "opening hours", "Vonage: opening hours"),
        ("how long does twilio keep data", "and nymgo?", "nymgo: how long do you keep data?"),
        ("school fees year 9", "and year 3", "school fees year 3?"),
        (
            "how much is a dog",
            "and 2 cats as well",
            "how much is 2 cats?",
        ),
        ("how much is the plan", "cancel it", "cancel the plan?"),
        ("can i bring a guest", "2 guests?", "can i bring 2 guests?"),
        ("can i bring a guest", "students?", "can i bring students?"),
        (
            "how much is the premium membership",
            "premium and standard?",
            "how much is the premium and standard membership?",
        ),
        ("how do i pay", "monthly?", "how do i pay monthly?"),
        ("how do i pay", "family?", "family?"),
        ("opening hours", "online?", "online?"),
        ("what are your opening hours", "sundays?", "what are your opening hours sundays?"),
        ("are trainers ok", "and earrings", "are earrings ok?"),
        ("what if i paid myself", "where do i send it", "where do i send it"),
        ("do you charge a fee", "thats a lot", "thats a lot"),
        ("do you keep my photo", "PayPal?", "PayPal?"),
        ("Does Twilio keep calls?", "PayPal?", "PayPal: Do you keep calls?"),
    ],
)
def test_follow_up_stands_for_a_whole_question(before: str, question: str, meant: str) -> None:
    """Another thing, company, day or question word is put in its place."""
    assert read(question, before) == meant


@pytest.mark.parametrize(
    "question",
    [
        "how much does a paper bill cost, my mother would like one",
        "what is the cancellation fee?",
        "who pays for the postage?",
        "how long does it take to get an answer?",
        "Do you offer refunds?",
        "refunds",
        "where does it say that?",
        "what about my daughter, she's 9",
        "do i have to pay for calls they made",
        "what about refunds?",  # nothing that was asked about is like them
        "my passport is old, does it still count?",
        "can I cancel an order before it is sent?",
        "how often do I hold one-on-ones?",
        "and i want to cancel",
        "by when will they answer mails?",
        "student discount",
        "who runs the shop, and is it secret?",
        "I have been a customer for years and now my router broke. Can I get it repaired for free?",
    ],
)
def test_new_question_stands_for_itself(question: str) -> None:
    """A whole question, and a subject of its own, are read as they are."""
    assert read(question, KEPT) == question


@pytest.mark.parametrize(
    ("question", "likeness", "meant"),
    [
        ("cats?", 0.5, "can I take my cats?"),
        ("cats?", 0.3, "cats?"),
        ("quanto costa premium?", 0.5, "quanto costa premium?"),
    ],
)
def test_few_words_alone_take_the_place_of_what_they_are_like(
    question: str, likeness: float, meant: str
) -> None:
    """ "cats?" asks on after "my dog", while "refunds" opens another subject."""
    found = read_with(
        question,
        ["can I take my dog"],
        names=NAMES,
        today=TODAY,
        similarity=lambda one, other: likeness,
    )

    assert found == meant


def test_name_that_is_like_what_was_asked_about_is_no_company() -> None:
    """ "PayPal?" after Bitcoin is another way to pay, and after a company another company."""
    read_alike = partial(read_with, names=NAMES, today=TODAY, similarity=lambda one, other: 0.5)

    assert read_alike("PayPal?", ["do you take bitcoin?"]) == "do you take PayPal?"
    assert read_alike("Netflix?", ["does Twilio keep calls?"]) == "Netflix: do you keep calls?"


def test_what_points_back_further_is_found_there() -> None:
    """Where the last question has nothing that is meant, the one before it may have."""
    assert read("can i pay it later", "how much is the joining fee", "is there an app") == (
        "can i pay an app later?"
    )
    assert read("can i pay it later", "how much is the joining fee", "how do i pay") == (
        "can i pay the joining fee later?"
    )


@pytest.mark.parametrize(
    ("before", "meant"),
    [
        ("how much is a cat spay", "how much is a dog spay?"),
        ("how much is a cat bowl and lead", "how much is a dog bowl and lead?"),
        ("how much is the fee for a cat", "how much is the fee for a dog?"),
        ("how much is a large aquarium", "how much is a dog?"),
    ],
)
def test_another_kind_of_the_same_thing(exports: Path, before: str, meant: str) -> None:
    """ "a dog" after "a cat spay" is another kind of it: what it is stays."""
    encoder = load_encoder(DEFAULT, exports)

    def alike(one: str, other: str) -> float:
        return float(encoder.encode_query(one) @ encoder.encode_query(other))

    question = "and a dog?"
    assert read_with(question, [before], names=NAMES, today=TODAY, similarity=alike) == meant


def test_without_anything_before_it_a_question_stands_for_itself() -> None:
    """Nothing can be added to the first question of a conversation."""
    assert read("and text messages?") == read("and text messages?", " ") == "and text messages?"


def test_the_thing_most_alike_is_replaced(exports: Path) -> None:
    """Of two things that were asked about, another takes the place of the one that it is like."""
    encoder = load_encoder(DEFAULT, exports)

    def alike(one: str, other: str) -> float:
        return float(encoder.encode_query(one) @ encoder.encode_query(other))

    found = read_with(
        "what about tablets?",
        ["Do you share my location with the maker of my phone?"],
        names=NAMES,
        today=TODAY,
        similarity=alike,
    )

    assert found == "Do you share my location with the maker of my tablets?"
