from collections.abc import Collection
from pathlib import Path
from random import Random

import pytest

from qabot.answering.query.spelling import corrected
from qabot.records import AskedQuestion
from tests.benchmarks.misspell import misspelt, misspelt_word, neighbours
from tests.support.fakes import build_bot, policy

TEXT = """the address to which you may send us an email to receive a refund or to cancel your
account within the cooling off period is in our privacy policy and we separate your personal
information and payment from that of subprocessors and retain it as the zorbing desk of Quorvex
needs"""
HELD = frozenset(TEXT.lower().split())


def holds(words: Collection[str]) -> frozenset[str]:
    """Return those of the words that TEXT holds."""
    return HELD & frozenset(words)


def test_what_is_longer_than_any_word_is_not_looked_up_slip_by_slip() -> None:
    """Two thousand letters in a row have a hundred thousand neighbours, and are no slip."""
    asked: list[int] = []

    def counting(words: Collection[str]) -> frozenset[str]:
        asked.append(len(words))
        return holds(words)

    question = f"refudn {'x' * 2_000}"

    assert corrected(question, counting) == f"refund {'x' * 2_000}"
    assert max(asked) < 1_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wat is the colling off periode", "what is the cooling off period"),
        ("wat is teh cancelation periode", "what is the cancelation period"),
        ("quorvex adress", "quorvex address"),
        ("Recieve my refudn?", "Receive my refund?"),
        ("cancle my acount", "cancel my account"),
        ("PRIVCY POLICY", "PRIVACY POLICY"),
        ("WHcih privacy ploicy", "Which privacy policy"),
        ("how do i seperate it", "how do i separate it"),
        ("wich informtion", "which information"),
        ("who are your subproccessors", "who are your subprocessors"),
        ("my acount's email", "my account's email"),
    ],
)
def test_misspelt_words_are_put_right(typed: str, meant: str) -> None:
    """By the texts in scope and by everyday English, in the letter case of what was typed."""
    assert corrected(typed, holds) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Is the form for a refund free?",  # ordinary words, near others that the text holds
        "quorvex zorbing",  # no English, but the text's own words
        "Does Perion or Recieva send us email?",  # names
        "Is an API key, an ISP or a VPIN personal information?",  # abbreviations
        "acount@adress.com or adress.com/polocy or #polcy",  # addresses
        "what is a pasodoble, an erasure, a webcast, phishing",  # rare, not misspelt
        "dpo phone, dpa, dnt, doxxing, pentest",  # and those in small letters
        "error E1001x in polcy_v2, adress2",  # codes
        "wann kommt die Rechnung an, und wer bezahlt sie",  # another language
        "hesabımı nasıl silerim, ſave",  # letters that only look like English ones
        "die Frist für den Widerruf, señor",  # letters that English lacks
        "",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    """What is ordinary, in the texts, or no word at all stays as typed."""
    assert corrected(question, holds) == question


def test_what_two_words_are_near_to_is_left_alone() -> None:
    """Of "booking" and "boxing", both held, none is picked."""
    assert corrected("when is boxking", {"booking", "boxing"}.intersection) == "when is boxking"


def test_the_texts_in_scope_decide() -> None:
    """The same letters are taken for what the policies at hand speak of."""
    assert corrected("what of the daat", {"data"}.intersection) == "what of the data"
    assert corrected("my boxking", {"boxing"}.intersection) == "my boxing"
    assert corrected("my boxking", {"booking"}.intersection) == "my booking"


def test_a_bot_spells_by_the_policies_of_the_company_asked_about(tmp_path: Path) -> None:
    """What another company's policy holds changes neither the answer nor the verdict."""
    terms = policy("Alder", "terms", "2024-01-01", "# Boxing\n\nBoxing lessons start at ten.\n")
    others = policy("Birch", "terms", "2024-01-01", "# Booking\n\nBooking ends at noon.\n")
    question = "when does boxking start"
    folders = [tmp_path / "alone", tmp_path / "beside"]
    for folder in folders:
        folder.mkdir()
    alone = build_bot(folders[0], {"alder.md": terms})
    beside = build_bot(folders[1], {"alder.md": terms, "birch.md": others})
    for bot in (alone, beside):
        answer = bot.ask(AskedQuestion(question, company="Alder"))
        quotes = [citation.quote for citation in answer.citations or answer.nearest]
        assert "Boxing lessons start at ten." in quotes[0]
    answer = beside.ask(AskedQuestion("when does boxking end", company="Birch"))
    assert "Booking" in (answer.citations or answer.nearest)[0].quote


def test_slips_are_the_same_for_a_seed_and_spare_the_company() -> None:
    """Two words differ, of four letters and more, always the same for a seed."""
    question = "Does Quorvex share your personal information with advertisers?"
    copies = [misspelt(question, Random(seed), ["Quorvex"]) for seed in (1, 1, 2)]
    assert copies[0] == copies[1] != copies[2]
    for copy in copies:
        changed = [(a, b) for a, b in zip(question.split(), copy.split(), strict=True) if a != b]
        assert len(changed) == 2
        assert "Quorvex" in copy
        assert all(len(word) >= 4 for word, _ in changed)


def test_a_slip_is_one_edit_and_keys_are_beside_each_other() -> None:
    """One letter more or less, or others of the same number; keys touch mutually."""
    for seed in range(200):
        slip = misspelt_word("policy", Random(seed))
        assert slip != "policy"
        assert abs(len(slip) - 6) <= 1
    assert set(neighbours("g")) == set("ftyhbv")
    assert all(a in neighbours(b) for a in "qwertyuiopasdfghjklzxcvbnm" for b in neighbours(a))
