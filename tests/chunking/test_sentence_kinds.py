import pytest

from qabot.chunking.sentence_kinds import announces, kind, titles
from qabot.records import Kind

OWN = frozenset({"harbour", "refund", "terms"})


def kinds(sentences: list[str], *, alone: bool = True) -> list[Kind]:
    """Return what each of these sentences is."""
    return [kind(sentence, OWN, alone=alone) for sentence in sentences]


@pytest.mark.parametrize(
    "line",
    [
        "Effective from 1 September 2024",
        "Last updated: March 3, 2021",
        "LAST REVISED 2021-03-03.",
        "These Terms were last modified on 3 March 2021 and are effective as of 1 May 2021.",
        "This Harbour Refund Policy is in force since May 2020.",
        "Version 2.3, published 03/04/2019",
        "Version: 2 | Date: 2024-01-01",
        "Stand: 1. Januar 2024",
        "Gültig ab 01.02.2024",
        "Zuletzt aktualisiert am 3. März 2021.",
        "Dernière mise à jour : 4 mai 2022",
        "3 March 2021",
        "March 2021",
    ],
)
def test_date_line(line: str) -> None:
    """A line that only dates the policy is told from its words, in several languages."""
    assert kinds([line]) == ["date"]


@pytest.mark.parametrize(
    "line",
    [
        "Effective 1 May 2024, a parcel costs 6 EUR.",
        "Orders placed before 3 March 2021 are refunded in full.",
        "We changed our address on 1 May 2020.",
        "We last updated our prices in 2021.",
        "Ab 1. Mai 2024 kostet ein Paket 6 EUR.",
        "The offer is valid until 31 December 2024 in shops.",
        "We update this policy from time to time.",
    ],
)
def test_date_in_a_rule_is_none(line: str) -> None:
    """A sentence with a date that says anything else is content."""
    assert kinds([line]) == ["content"]


def test_bare_date_dates_the_policy_alone() -> None:
    """A date without more is the policy's own where it is a paragraph, and no item of a list."""
    assert kinds(["3 March 2021"], alone=False) == ["content"]


@pytest.mark.parametrize(
    "question",
    [
        "Who pays?",
        "**Q: Who pays?**",
        "Q2. Who pays?",
        "“Who pays?”",
        "Wer zahlt?",
        "Frage 3: Wer zahlt?",
        "誰が払いますか？",
    ],
)
def test_question(question: str) -> None:
    """A question is one whatever it is labelled or printed with."""
    assert kinds([question]) == ["question"]


@pytest.mark.parametrize(
    "line",
    [
        "This policy explains how we handle returns.",
        "This Refund Notice describes your rights and ours.",
        "In this statement, we set out what we do with your data.",
        "These terms (the “Terms”) tell you about your rights.",
        "This page is about cookies.",
        "This document provides an overview of our practices.",
        "This notice is intended to inform you about tracking.",
        "Diese Datenschutzerklärung informiert Sie über Ihre Rechte.",
        "In dieser Richtlinie erläutern wir unser Vorgehen.",
    ],
)
def test_introduction(line: str) -> None:
    """A sentence that names the policy's subject introduces it."""
    assert kinds([line]) == ["introduction"]


@pytest.mark.parametrize(
    "line",
    [
        "See section 4.2.",
        "Please refer to our Privacy Policy for more information.",
        "For details, see clause 7 below.",
        "For more about cookies, please read the “Cookies” section above.",
        "Earlier versions are kept at https://harbour.example/old.",
        "Previous versions of this policy are available here.",
        "Siehe Abschnitt 3.",
        "Vgl. Ziffer 9 der Anlage.",
        "Frühere Fassungen finden Sie unter harbour.example/alt.",
        "For more information, see www.harbour.example.",
        "Please read it at https://harbour.example/fees.",
    ],
)
def test_cross_reference(line: str) -> None:
    """A sentence that only says where something else stands is a reference."""
    assert kinds([line]) == ["cross-reference"]


@pytest.mark.parametrize(
    "line",
    [
        "This policy covers all staff.",
        "This policy applies to orders from May.",
        "See a doctor before you travel.",
        "We see to it that parcels arrive, as section 4 asks.",
        "To return a tool, post it to our depot within 14 days.",
        "Previous versions of the app are no longer supported.",
        "You can read the meter yourself.",
        "Questions are answered by the desk.",
        "You may refer a friend, and both of you get 5 EUR.",
    ],
)
def test_content(line: str) -> None:
    """What says something itself is content, and so is what is in doubt."""
    assert kinds([line]) == ["content"]


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("The period starts:", True),
        ("We may refuse a parcel that is", True),
        ("The table below shows our fees.", True),
        ("Die folgenden Fristen gelten.", True),
        ("Delivery is free.", False),
        ("**Delivery is free.**", False),
    ],
)
def test_what_stands_above_a_list(line: str, only: bool) -> None:
    """What stands above a list or table announces it, unless it is a statement of its own."""
    assert announces(line) is only


@pytest.mark.parametrize(
    "title",
    [
        "Governing Law.",
        "Limitation of Liability:",
        "30-DAY RIGHT TO OPT-OUT.",
        "“Protected Health Information”.",
        "4.2.4 Download API.",
        "ii. Late Fees.",
        "Haftung des Anbieters.",
        "What You Must Do.",
    ],
)
def test_title_of_a_paragraph(title: str) -> None:
    """A few words in capitals are the title of the sentences that follow in their paragraph."""
    assert titles(title, "You may cancel at any time.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Payments are due.",
        "Contact us.",
        "2.1.",
        "Dogs welcome.",
        "Really?",
        "The Terms of Use of the Privacy Policy of the Company apply.",
        "Wir haften nicht.",
        "All Sales Are Final.",
        "NO REFUNDS ARE MADE.",
    ],
)
def test_short_sentence_is_no_title(sentence: str) -> None:
    """A sentence that says something has a word that says it, as a rule in small letters."""
    assert not titles(sentence, "You may cancel at any time.")


def test_capitals_tell_nothing_among_capitals() -> None:
    """Where all of a paragraph is in capitals its first sentence is none but a sentence."""
    assert not titles("NO REFUNDS ARE MADE.", "ALL SALES ARE FINAL.")
