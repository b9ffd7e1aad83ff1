"""What a question asks about: company, date, and what is left of it."""

import json
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.answering.query import CompanyNames, Understood, understand

TODAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[3] / "shared"
NAMES = CompanyNames(
    {
        "Vonage": ["vonage.com", "Vonage Holdings Corp."],
        "Nexmo": ["nexmo.com", "Nexmo Inc."],
        "BulkSMS": ["bulksms.com"],
        "Larkfield Telecom": ["larkfield.example", "Larkfield Telecom Ltd"],
        "style.com": [],
        "ted.com": [],
        "mlb.mlb.com": [],
        "Orange": [],
        "Three": [],
        "The Ledger": ["theledger.example"],
    }
)
NONE = CompanyNames({})


def ask(question: str, names: CompanyNames = NAMES) -> Understood:
    """Understand a question as of a fixed day."""
    return understand(question, names, TODAY)


@pytest.mark.parametrize(
    ("question", "company", "left"),
    [
        ("Does Vonage sell my data?", "Vonage", "Do you sell my data?"),
        ("is vonage selling my data", "Vonage", "are you selling my data"),
        ("DOES VONAGE SELL IT?", "Vonage", "Do you SELL IT?"),
        ("Is my data safe with Vonage?", "Vonage", "Is my data safe with you?"),
        ("How long is it kept at Vonage?", "Vonage", "How long is it kept?"),
        ("According to Vonage, what is a cookie?", "Vonage", "what is a cookie?"),
        ("What does Vonage say about cookies?", "Vonage", "cookies?"),
        ("What is Vonage's refund policy?", "Vonage", "What is your refund policy?"),
        ("what is vonages refund policy", "Vonage", "what is your refund policy"),
        ("the privacy policy of Vonage", "Vonage", "the privacy policy"),
        ("vonage privacy policy", "Vonage", "privacy policy"),
        ("how long vonage keeps data", "Vonage", "how long you keeps data"),
        ("Do Vonage customers get refunds?", "Vonage", "Do customers get refunds?"),
        ("Does Vonage Holdings Corp. share it?", "Vonage", "Do you share it?"),
        ("Does www.nexmo.com use cookies?", "Nexmo", "Do you use cookies?"),
        ("Can I sue Nexmo Inc. in court?", "Nexmo", "Can I sue you in court?"),
        ("Larkfield Telecom roaming", "Larkfield Telecom", "roaming"),
        ("Did Larkfield keep it?", "Larkfield Telecom", "Did you keep it?"),
        ("uptime for Larkfield Voice?", "Larkfield Telecom", "uptime for Voice?"),
        ("the nearest Larkfield shop", "Larkfield Telecom", "the nearest shop"),
        ("Does TED share my email?", "ted.com", "Do you share my email?"),
        ("Does MLB share my email?", "mlb.mlb.com", "Do you share my email?"),
        ("does orange sell my data", "Orange", "do you sell my data"),
        ("at orange, how long", "Orange", "how long"),
        ("what is orange's policy", "Orange", "what is your policy"),
        ("Who reads The Ledger?", "The Ledger", "Who reads you?"),
        ("which style does Style.com use", "style.com", "which style do you use"),
    ],
)
def test_companies_are_found_and_taken_out(question: str, company: str, left: str) -> None:
    """A name in any form is found, and the question reads on without it."""
    understood = ask(question)
    assert (understood.companies, understood.question) == ((company,), left)


@pytest.mark.parametrize(
    ("question", "company"),
    [
        ("Does Vonnage sell it?", "Vonage"),
        ("what does vonnage do with it", "Vonage"),
        ("Larkfeild data retention", "Larkfield Telecom"),
        ("Larkfeild Telcom data retention", "Larkfield Telecom"),
        ("Does vonnage.com sell it?", "Vonage"),
        ("is my data at larkfeild safe", "Larkfield Telecom"),
        ("Bulk SMS data retention?", "BulkSMS"),
        ("does bulk sms keep my data", "BulkSMS"),
    ],
)
def test_misspelt_companies(question: str, company: str) -> None:
    """A slip or a gap in a name does no harm, and the misspelt name is taken out as well."""
    understood = ask(question)
    assert understood.companies == (company,)
    assert not ask(understood.question).companies


@pytest.mark.parametrize(
    "question",
    [
        "what style of clothes do you sell",
        "does style matter",
        "three months notice",
        "an orange cable",
        "Three months have passed, can I cancel?",
        "can I send bulk sms to customers",
        "Is there a bandage for village phones?",
        "who wrote the ledger",
        "Do you sell to Nexos, Ornage or Tee?",
        "Can I write to privacy@uk.vonage.com?",
        "which telecom is that?",
    ],
)
def test_ordinary_words_are_no_companies(question: str) -> None:
    """Words that only look like a name stay words, and so do mail addresses."""
    assert ask(question) == Understood(question, (), (), None, None)


def test_several_companies() -> None:
    """All companies named are told, each once, in order of mention; joined ones go as one."""
    understood = ask("Do Nexmo and Vonage share data, and can Nexmo sell it?")
    assert understood.companies == ("Nexmo", "Vonage")
    assert understood.question == "Do you share data, and can you sell it?"


def test_a_shared_name_means_all_who_bear_it() -> None:
    """An alias of two companies names both, unless it is the very name of one."""
    names = CompanyNames({"Larkline": ["Lark"], "Larkpost": ["Lark"], "Lark Media": []})
    assert ask("Does Lark sell it?", names).companies == ("Larkline", "Larkpost")
    names = CompanyNames({"Larkline": ["Larkpost"], "Larkpost": []})
    assert ask("Does Larkpost sell it?", names).companies == ("Larkpost",)


def test_a_first_word_of_two_companies_names_neither() -> None:
    """What two companies begin with does not tell them apart."""
    names = CompanyNames({"Larkfield Telecom": [], "Larkfield Energy": []})
    assert ask("Does Larkfield sell it?", names).companies == ()
    assert ask("Does Larkfield Energy sell it?", names).companies == ("Larkfield Energy",)


def test_nothing_left() -> None:
    """A question that is only a name and a date is handed on as asked."""
    understood = ask("Vonage in 2018?")
    assert understood.question == "Vonage in 2018?"
    assert (understood.companies, understood.since) == (("Vonage",), date(2018, 1, 1))


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Does Twilio sell my data?", "Twilio"),
        ("Does Larkpost share my data?", "Larkpost"),
        ("What is AT&T's refund policy?", "AT&T"),
        ("how long does verizon keep records", "Verizon"),
        ("What is Facebook's privacy policy?", "Facebook"),
        ("Brightwire privacy policy", "Brightwire"),
        ("According to Brightwire, what is a cookie?", "Brightwire"),
        ("what's the late payment fee at BT", "BT"),
        ("Can I end my Verizon contract?", "Verizon"),
    ],
)
def test_unknown_companies(question: str, unknown: str) -> None:
    """A company asked about that the corpus does not know is named, and stays in the question."""
    understood = ask(question)
    assert (understood.unknown, understood.companies) == ((unknown,), ())
    assert understood.question == question


@pytest.mark.parametrize(
    "question",
    [
        "Does Vonage share data with Twilio?",
        "Do you share data with Facebook?",
        "Can I pay with PayPal?",
        "Is PayPal accepted?",
        "Does Google Analytics collect data?",
        "Does California law apply?",
        "Does GDPR allow it?",
        "Will Brexit change roaming in Europe?",
        "Does FlexiPlan allow tethering?",
        "Refund policy?",
        "What is the Refund Policy?",
        "Can I stop SMS in May?",
        "do apple devices work",
    ],
)
def test_third_parties_and_ordinary_words_are_not_asked_about(question: str) -> None:
    """Who only gets data, a law, a place or a product is no unknown company."""
    assert ask(question).unknown == ()


@pytest.mark.parametrize(
    ("phrase", "since", "until"),
    [
        ("in 2018", "2018-01-01", "2019-01-01"),
        ("back in 2018", "2018-01-01", "2019-01-01"),
        ("in May 2018", "2018-05-01", "2018-06-01"),
        ("in December 2018", "2018-12-01", "2019-01-01"),
        ("before June 2020", None, "2020-06-01"),
        ("until 2019", None, "2019-01-01"),
        ("until the end of 2019", None, "2020-01-01"),
        ("after 2019", "2020-01-01", None),
        ("since March 2021", "2021-03-01", None),
        ("on 1 July 2019", "2019-07-01", "2019-07-02"),
        ("on July 1, 2019", "2019-07-01", "2019-07-02"),
        ("on the 1st of July 2019", "2019-07-01", "2019-07-02"),
        ("on 2019-07-01", "2019-07-01", "2019-07-02"),
        ("as of 25.12.2019", "2019-12-25", "2019-12-26"),
        ("on 03/04/2019", "2019-03-04", "2019-04-04"),
        ("in early 2024", "2024-01-01", "2024-05-01"),
        ("in late 2023", "2023-09-01", "2024-01-01"),
        ("in Q3 2020", "2020-07-01", "2020-10-01"),
        ("in 2018-2019", "2018-01-01", "2020-01-01"),
        ("between 2018 and 2020", "2018-01-01", "2021-01-01"),
        ("from 2019 until now", "2019-01-01", None),
        ("after 2018, before 2021", "2019-01-01", "2021-01-01"),
        ("before 2018 or after 2020", None, "2018-01-01"),
        ("in 2027", "2027-01-01", "2028-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last month", "2026-10-01", "2026-11-01"),
        ("two years ago", "2024-01-01", "2025-01-01"),
        ("a year ago", "2025-01-01", "2026-01-01"),
        ("11 months ago", "2025-12-01", "2026-01-01"),
        ("currently", None, None),
        ("right now", None, None),
        ("at present", None, None),
    ],
)
def test_dates(phrase: str, since: str | None, until: str | None) -> None:
    """A date becomes a span whose end is exclusive, and its words go; "now" is no date."""
    understood = ask(f"What was the fee {phrase}?", NONE)
    assert understood.since == (date.fromisoformat(since) if since else None)
    assert understood.until == (date.fromisoformat(until) if until else None)
    assert understood.question.removesuffix(" or?").removesuffix("?") == "What was the fee"


def test_the_year_of_a_policy() -> None:
    """A year before or behind a policy's name is when that policy was in force."""
    for question in ("the 2018 privacy policy", "the privacy policy of 2018"):
        understood = ask(question, NONE)
        assert (understood.since, understood.until) == (date(2018, 1, 1), date(2019, 1, 1))
        assert understood.question == "the privacy policy"


@pytest.mark.parametrize(
    "question",
    [
        "What does section 1798.83 say?",
        "Do you meet EN 301?",
        "What happens after 2000 minutes?",
        "Is it 24 months or 30 days?",
        "Where is form 2018?",
        "Does GDPR 2016/679 apply?",
        "Does Regulation (EU) 2016/679 of 27 April 2016 apply?",
        "Does the Data Protection Act 1998 apply?",
        "How did COVID-19 change it?",
        "How do I cancel in May?",
        "Is the old policy online?",
        "Was it free on 31 June 2020?",
        "Did you change it in the last year?",
        "I joined in 2019, can I cancel?",
        "If I joined two years ago, can I cancel?",
        "Now that I know, what now?",
    ],
)
def test_what_is_no_date(question: str) -> None:
    """Amounts, laws, impossible days and what happened to the asker are no date asked about."""
    assert ask(question, NONE) == Understood(question, (), (), None, None)


def test_past_of_the_asker_in_a_question_about_the_past() -> None:
    """When the question is about the past, the asker's past dates it."""
    assert ask("What did you charge when I joined in 2019?").since == date(2019, 1, 1)


WORDS = (
    *("does", "Vonage", "vonage's", "at", "Vonnage,", "Larkfield", "Telecom", "style.com", "Three"),
    *("in", "before", "2018", "May", "1", "July", "2019", "and", "31", "02/30/2019", "99", "two"),
    *("years", "ago", "now", "(", ")", "?", "the", "of", "Twilio", "policy", "Inc.", "2019-99-99"),
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_any_question_is_understood(question: str) -> None:
    """No text fails; what is left is not blank unless the question was; spans are not empty."""
    understood = ask(question)
    assert bool(understood.question.strip()) == bool(question.strip())
    if understood.since and understood.until:
        assert understood.since < understood.until


@given(
    st.sampled_from(("Vonage", "Nexmo.com", "BulkSMS", "LARKFIELD")),
    st.text("abc xyz?", max_size=30),
)
@settings(deadline=None)
def test_no_name_is_left(name: str, rest: str) -> None:
    """Whatever stands around a name, it is found and gone."""
    understood = ask(f"Does {name} tell why {rest}")
    assert len(understood.companies) == 1
    assert name.lower() not in understood.question.lower()


@pytest.mark.skipif(
    not SHARED.exists(), reason="the evaluation questions lie beside the repository"
)
def test_real_questions_name_no_company_by_chance() -> None:
    """Thousands of real questions about others' policies name none of our companies, nor others."""
    lines = [
        json.loads(line)["question"]
        for file in SHARED.glob("eval/*/questions.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    telecoms = CompanyNames({"Vonage": ["vonage.com"], "Nexmo": [], "Nymgo": [], "BulkSMS": []})
    found = [(line, got) for line in lines if (got := ask(line, telecoms)).companies or got.unknown]
    assert len(lines) > 3000
    assert found == []


def test_a_thousand_companies_are_no_slower() -> None:
    """The time for a question does not grow with the corpus: under 2 ms with 1,000 companies."""
    letters = "abcdefghij"
    names = CompanyNames(
        {
            f"{a.upper()}{b}{c}larkwire Telecom": [f"{a}{b}{c}larkwire.example"]
            for a in letters
            for b in letters
            for c in letters
        }
    )
    seconds = []
    for _ in range(20):
        start = perf_counter()
        understood = ask("In 2018, how long did Abclarkwyre Telecom keep my call records?", names)
        seconds.append(perf_counter() - start)
    assert understood.companies == ("Abclarkwire Telecom",)
    assert min(seconds) < 0.002
