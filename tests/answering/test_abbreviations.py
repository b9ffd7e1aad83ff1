import pytest

from qabot.answering.query.abbreviations import written_out


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("can u delete my acct asap", "can you delete my account as soon as possible"),
        ("how long r msgs kept", "how long are messages kept"),
        ("do you train ai on it", "do you train ai (artificial intelligence) on it"),
        ("Where are ur T&Cs?", "Where are your T&Cs (terms and conditions)?"),
        ("Is VAT included?", "Is VAT (value added tax) included?"),
        ("2fa?", "2fa (two-factor authentication)?"),
    ],
)
def test_abbreviations_are_written_out(question: str, expected: str) -> None:
    """What is typed in short is replaced; what policies shorten as well is explained."""
    assert written_out(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How long do you keep call records?",
        "Who pays for R & D?",
        "plan U",
        "my mail is ai@example.com",
        "see example.com/tos",
        "Do you use AI, artificial intelligence, in hiring?",
        "What does sub-ai-42 mean?",
        "the O'Ur family",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    """Names, addresses, codes, and what the question explains itself stay as they are."""
    assert written_out(question) == question
