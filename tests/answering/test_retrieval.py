from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from qabot.answering.answerability import fitted
from qabot.answering.bot import Bot
from qabot.answering.reranking import Ranking, ranked
from qabot.answering.reranking import hits as hits_of
from qabot.answering.retrieval import SIGNALS, Candidates, candidates
from qabot.index.scope import Scope
from qabot.records import Hit, Span
from tests.support.fakes import WordEncoder, build_bot, policy

TODAY = Span(date(2026, 1, 1), date(2026, 1, 2))
TERMS = """# Terms

## Fees

We charge five pounds for a second router. You pay by card.

## Refunds

We refund an unused top-up within 14 days. Ask us in writing.

## Call records

We bill you by your calls. We keep call records for eighteen months. Then we delete them.

## Parking

Staff park behind the warehouse. Visitors park on the street.
"""


def hits(bot: Bot, question: str, scope: Scope | None = None, k: int = 3) -> list[Hit]:
    """Return what a question retrieves from the versions in scope."""
    vector = WordEncoder().encode_query(question)
    scope = scope or bot.index.scope(None, None, TODAY)
    found = candidates(question, vector, bot.index, scope)
    return hits_of(ranked(found, fitted().ranking), bot.index, k)


def trails(found: Sequence[Hit]) -> list[str]:
    """Return the innermost heading of each hit."""
    return [hit.passage.trail[-1] for hit in found]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot of one policy of four sections."""
    files = {"terms.md": policy("Harbour Broadband", "terms", "2024-01-01", TERMS)}
    return build_bot(tmp_path_factory.mktemp("terms"), files)


@pytest.mark.parametrize(
    ("question", "heading", "answering"),
    [
        ("Do you keep records for eighteen months?", "Call records", "We keep call records for"),
        ("refund for an unused top-up", "Refunds", "We refund an unused top-up within"),
        ("Where do visitors park?", "Parking", "Visitors park on the street."),
        ("pay by card", "Fees", "You pay by card."),
    ],
)
def test_passage_that_answers_comes_first(
    bot: Bot, question: str, heading: str, answering: str
) -> None:
    """The first hit is the passage that speaks of it, and the sentence that does is marked."""
    first = hits(bot, question)[0]

    text = [first.passage.text[s.start - first.passage.start :] for s in first.passage.sentences]
    assert first.passage.trail[-1] == heading
    assert any(text[place].startswith(answering) for place in first.answering)
    assert len(first.answering) < len(text)


def test_hits_are_sorted_and_explained(bot: Bot) -> None:
    """Scores fall, none is given twice, and each is the weighted sum of the hit's signals."""
    found = hits(bot, "Do you keep records of a refund?", k=10)

    assert len({hit.passage.start for hit in found}) == len(found) == 4
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    for hit in found:  # each is of a section of its own
        weighed = zip(SIGNALS, fitted().ranking.signals, strict=True)
        assert hit.score == pytest.approx(sum(w * hit.signals[name] for name, w in weighed))


def test_signals_keep_their_ranges(bot: Bot) -> None:
    """Cosines are at most 1, no BM25 score is negative, and a sentence finds itself."""
    question = "We keep call records for eighteen months."

    first, *others = hits(bot, question, k=4)

    assert first.signals["best_sentence"] > max(other.signals["best_sentence"] for other in others)
    for hit in (first, *others):
        assert all(hit.signals[name] <= 1.0001 for name in ("dense", "best_sentence"))
        assert hit.signals["bm25"] >= 0


@pytest.mark.parametrize("k", [1, 2, 4])
def test_no_more_than_asked_for(bot: Bot, k: int) -> None:
    """As many hits as were asked for are returned, the same ones first."""
    question = "Do you keep records of a refund?"

    assert hits(bot, question, k=k) == hits(bot, question, k=4)[:k]


def test_question_of_unknown_words_has_hits(bot: Bot) -> None:
    """A question that shares no word with the policies is still put to them, without words."""
    found = hits(bot, "Xylophone zephyr?")

    assert found
    assert all(hit.signals["bm25"] == 0 for hit in found)


def test_scope_never_starves(tmp_path: Path) -> None:
    """One passage in scope is found among hundreds that fit the question better."""
    crowd = "\n\n".join(
        f"## Records {n}\n\nHow long are call records kept? For {n} months, numbers and times."
        for n in range(150)
    )
    lonely = "Numbers you dialled are gone after a year."
    bot = build_bot(
        tmp_path,
        {
            "a.md": policy("Harbour Broadband", "terms", "2024-01-01", crowd),
            "b.md": policy("Pinecrest Mobile", "terms", "2024-01-01", lonely),
            "c.md": policy("Quayside Telecom", "terms", "2024-01-01", crowd),
        },
    )

    (found,) = hits(
        bot,
        "How long are call records kept?",
        bot.index.scope(frozenset(["Pinecrest Mobile"]), None, TODAY),
    )

    assert found.passage.text == lonely
    assert found.passage.version == "pinecrest-mobile/terms@2024-01-01"


def test_same_words_in_one_policy_come_once(tmp_path: Path) -> None:
    """What a policy says twice in the same words is returned once, then what else there is."""
    clause = "We keep call records for eighteen months to bill you for the calls you make."
    text = (
        f"# Privacy\n\n## Calls\n\n{clause}\n\n## Messages\n\n{clause}\n\n## Bills\n\nBills stay."
    )
    bot = build_bot(tmp_path, {"a.md": policy("Wren Cable", "privacy", "2024-01-01", text)})

    found = hits(bot, "How long do you keep records of calls?", k=5)

    assert [hit.passage.text.splitlines()[-1] for hit in found] == [clause, "Bills stay."]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We keep call records for eighteen months.", "We keep call records for 18 months."),
        ("You may cancel the Plus plan at any time.", "You may not cancel the Plus plan at all."),
        ("Returns from Spain take 14 days.", "Returns from Peru take 14 days."),
    ],
)
def test_passages_alike_are_two_answers(tmp_path: Path, one: str, other: str) -> None:
    """What differs in a number, a negation or a place is given twice, also in one policy."""
    text = f"# Terms\n\n## One\n\n{one}\n\n## Other\n\n{other}"
    bot = build_bot(tmp_path, {"a.md": policy("Wren Cable", "terms", "2024-01-01", text)})

    found = hits(bot, one, k=5)

    assert [hit.passage.text.splitlines()[-1] for hit in found] == [one, other]


@pytest.mark.parametrize("place", ["Ireland", "Iceland"])
def test_title_tells_twins_apart(tmp_path: Path, place: str) -> None:
    """Of policies alike in all but their titles and a number, the one named comes first."""
    files = {
        f"{name}.md": policy("Wren Cable", f"returns-{name}", "2024-01-01", f"# Terms\n\n{text}")
        for name, text in (
            ("ireland", "Goods may be sent back within 14 days."),
            ("iceland", "Goods may be sent back within 30 days."),
        )
    }
    bot = build_bot(tmp_path, files)

    found = hits(bot, f"Within how many days may goods be sent back in {place}?", k=2)

    assert [hit.passage.version.split("@")[0] for hit in found][0] == (
        f"wren-cable/returns-{place.lower()}"
    )


def test_every_company_speaks_for_itself(tmp_path: Path) -> None:
    """What several companies say in the same words is an answer of each."""
    clause = "We keep call records for eighteen months."
    names = ("Harbour Broadband", "Pinecrest Mobile", "Quayside Telecom")
    files = {
        f"{n}.md": policy(name, "privacy", "2024-01-01", f"# Privacy\n\n## Calls\n\n{clause}")
        for n, name in enumerate(names)
    }
    bot = build_bot(tmp_path, files)

    found = hits(bot, "How long do you keep records of calls?", k=5)

    assert len({hit.passage.version for hit in found}) == 3


@pytest.mark.parametrize("question", ["How long do you keep call records?", "refund", "parking"])
def test_other_companies_change_nothing(tmp_path: Path, bot: Bot, question: str) -> None:
    """The signals of a company's passages are the same, whatever else is indexed."""
    crowd = "\n\n".join(f"## Part {n}\n\nCall records, refunds, parking {n}." for n in range(150))
    files = {
        "terms.md": policy("Harbour Broadband", "terms", "2024-01-01", TERMS),
        "crowd.md": policy("Quayside Telecom", "terms", "2024-01-01", crowd),
    }
    beside = build_bot(tmp_path, files)
    scope = beside.index.scope(frozenset(["Harbour Broadband"]), None, TODAY)

    alone, among = hits(bot, question), hits(beside, question, scope)

    assert [hit.passage for hit in alone] == [hit.passage for hit in among]
    for one, other in zip(alone, among, strict=True):
        assert one.signals == pytest.approx(other.signals, abs=1e-6)


@pytest.mark.parametrize(
    ("passages", "meaning", "expected"),
    [
        (2, [0.9, 0.7, 0.65], ["Crowd", "Other", "Crowd"]),
        (2, [0.9, 0.8, 0.1], ["Crowd", "Crowd", "Other"]),
        (8, [0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.65], ["Crowd", "Crowd", "Other"]),
    ],
)
def test_crowded_section_waits(
    tmp_path: Path, passages: int, meaning: list[float], expected: list[str]
) -> None:
    """A section that has had its share, a fraction of its passages, lets close others pass."""
    paragraphs = [
        " ".join(f"{'abcdefghij'[n]}{'klmnopqrst'[m % 10]}{'uvwxyz'[m % 6]}ing" for m in range(120))
        for n in range(passages)
    ]
    crowd = "\n\n".join(f"{text}." for text in paragraphs)
    text = f"# Terms\n\n## Crowd\n\n{crowd}\n\n## Other\n\nStaff park behind the warehouse."
    bot = build_bot(tmp_path, {"a.md": policy("Harbour Broadband", "terms", "2024-01-01", text)})
    signals = np.zeros((passages + 1, len(SIGNALS)), dtype=np.float32)
    signals[:, 0] = meaning
    cosines = np.ones(passages + 1, dtype=np.float32)
    rows = np.arange(passages + 1)
    found = Candidates("", (), rows, signals, cosines, np.arange(passages + 2))

    given = hits_of(Ranking(found, signals[:, 0], None), bot.index, 3)

    assert trails(given) == expected
    assert [hit.score for hit in given] == sorted((hit.score for hit in given), reverse=True)
