"""Every message that a corpus can produce is one that Slack takes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qabot.answering.bot import Bot
from qabot.answering.citations import cite
from qabot.records import Citation, Highlight, Hit, Status
from qabot.slack.views.button_values import ButtonQuestion
from qabot.slack.views.home import home_view
from qabot.slack.views.message import Message
from qabot.slack.views.modals import channel_modal, company_modal, missing_modal, settings_modal
from qabot.slack.views.quotes import window
from qabot.slack.views.text_limits import BLOCKS, size
from qabot.state.stored import SlackSettings
from tests.slack.checks import block_faults, faults, refused_by_types
from tests.slack.made import (
    ASKED,
    CITATION,
    ENTRIES,
    TODAY,
    answer,
    entry,
    every_message,
    parted,
)
from tests.support.fakes import build_bot, index_and_open, policy

SAMPLE = Path(__file__).resolve().parents[2] / "index" / "policies"

_WITHOUT: tuple[Status, ...] = ("uncertain", "not_covered")  # nothing that answers
_ACCENTED = "e\u0301"
_STRANGE = f"""
# Terms & <Conditions>

Ping <!channel>, <!here>, @here, <@U012AB3CD>, <#C012AB3CD>, <!subteam^S012AB3CD>.
Also &lt;!everyone&gt; and *bold* _slanted_ `code` :smile: <https://evil.example|click>.
A \\\\ and a "quote".

## {"A heading that goes on and on " * 20}

{"One sentence without an end, " * 300}.

{"Donaudampfschifffahrtsgesellschaft" * 300}

個人情報は十八か月保存します。{"その後は削除します。" * 300}

نحتفظ بسجلات المكالمات لمدة ١٨ شهرا. {"👩‍👩‍👧‍👦🏳️‍🌈" * 200}

We keep:

- call records;
- {_ACCENTED * 900};

| Data | Kept |
|---|---|
| calls {"& more " * 90} | 18 months |
| names | ever |
"""


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Index policies with the longest and the strangest passages that one can think of."""
    long_url = f"https://example.com/{'%E4%BF%9D' * 400}"
    files = {
        "a.md": policy("Harbour", "terms", "2021-06-10", _STRANGE),
        "b.md": policy("Larkfield & <Sons>", "privacy", "2022-01-01", _STRANGE, url=long_url),
    }
    return build_bot(tmp_path_factory.mktemp("strange"), files)


def _batches(values: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (values[first : first + most] for first in range(0, len(values), most))


def _of_corpus(bot: Bot) -> Iterator[Message]:
    """Yield all messages about every fourth passage of a corpus, by each of the three verdicts."""
    corpus = bot.index.corpus
    for version in corpus.entries:
        text = corpus.text(version.id)
        citations = [
            cite(Hit(one, 1.0, {}, tuple(range(min(2, len(one.sentences))))), version, text, 0.5)
            for one in corpus.passages(version.rows[::4])
        ]
        for three in _batches(citations, 3):
            asked = replace(ASKED, question=three[0].quote[:1_000])
            yield from every_message(answer(*three), asked, corpus.entries)
            yield from every_message(
                parted(*[answer(one, *three) for one in (*three, three[0])]), asked, corpus.entries
            )
            for status in _WITHOUT:
                none = answer(status=status, nearest=three)
                yield from every_message(none, asked, corpus.entries)


def _wrong(messages: Iterator[Message]) -> list[list[str]]:
    return [wrong for one in messages if (wrong := faults(one))]


def test_strangest_passages_make_messages_that_slack_takes(strange: Bot) -> None:
    """Pings, entities, endless sentences and words, joined emoji: nothing is refused or pings."""
    assert _wrong(_of_corpus(strange)) == []


@pytest.mark.slow
def test_sample_makes_messages_that_slack_takes(tmp_path: Path) -> None:
    """Every message about every fourth passage of the sample policies is accepted."""
    bot = index_and_open([SAMPLE], tmp_path)

    assert _wrong(_of_corpus(bot)) == []


_WORDS = st.text(st.characters(exclude_categories=()), max_size=300)
_PIECE = st.one_of(
    _WORDS,
    st.sampled_from(
        ["<!channel> ", "<@U012AB3CD>", "&amp;", "A sentence. ", "\n", "👩‍👧", "e\u0301"]
    ),
)
_TEXT = st.builds(
    lambda pieces, times: "".join(pieces) * times, st.lists(_PIECE, max_size=6), st.integers(1, 60)
)


@st.composite
def _citations(draw: st.DrawFn) -> Citation:
    quote = f"Q{draw(_TEXT)}"
    places = sorted(draw(st.lists(st.integers(0, len(quote)), max_size=4)))
    pairs = [pair for pair in _batches(places, 2) if len(pair) == 2]
    return replace(
        CITATION,
        quote=quote,
        highlight=tuple(Highlight(100 + first, 100 + last) for first, last in pairs),
        end=100 + len(quote),
        company=f"C{draw(_WORDS)}",
        title=f"T{draw(_WORDS)}",
        section=tuple(draw(st.lists(_WORDS, max_size=3))),
        page=draw(st.none() | st.integers(1, 999)),
        effective_until=draw(st.none() | st.dates(date(2021, 6, 11))),
        url=draw(st.none() | _TEXT | _TEXT.map(lambda text: f"https://example.com/p#{text}")),
        lead_in=draw(_WORDS),
    )


@pytest.mark.slow
@settings(max_examples=8, phases=[Phase.generate])  # shrinking so much takes minutes
@given(
    citations=st.lists(_citations(), min_size=1, max_size=5),
    question=_TEXT,
    company=st.none() | _WORDS,
)
def test_any_answer_makes_messages_that_slack_takes(
    citations: list[Citation], question: str, company: str | None
) -> None:
    """Whatever letters a citation and a question hold, every message is accepted."""
    asked = ButtonQuestion(question, company, None, build="20261101-1")
    entries = [*ENTRIES, *(entry(f"C{citation.company}") for citation in citations)]
    found = [
        answer(*citations),
        parted(*[answer(one, *citations) for one in citations][:4], question=question),
        answer(status="uncertain", nearest=citations, language=company, unknown=[f"C{company}"]),
        answer(status="not_covered", nearest=citations),
        answer(status="unknown_company", company=company),
        answer(status="no_version_in_force"),
    ]

    assert [_wrong(every_message(one, asked, entries)) for one in found] == [[]] * 6


@given(citation=_citations(), most=st.integers(50, 900))
def test_quote_is_shown_letter_by_letter(citation: Citation, most: int) -> None:
    """What is shown of a quote is a stretch of it; in full where it fits."""
    start, end = window(citation, most)

    assert 0 <= start < end <= len(citation.quote)
    assert end - start <= most
    assert len(citation.quote) > most or (start, end) == (0, len(citation.quote))


def _views() -> Iterator[Sequence[dict[str, Any]]]:
    many = [entry(f"Company {n:03}", f"policy{m}") for n in range(150) for m in range(3)]
    full = SlackSettings(
        company="Company 007",
        channel_companies={f"C0{number}": "Company 008" for number in range(90)},
        humans="S0HUMANS",
        unasked_channels=frozenset(f"C0{number}" for number in range(90)),
    )
    for entries in ([], ENTRIES, many):
        for chosen in (SlackSettings(), full):
            yield home_view(entries, chosen, TODAY, may_change=True)["blocks"]
            yield settings_modal(chosen, entries)["blocks"]
        yield home_view(entries, SlackSettings(), TODAY, may_change=False)["blocks"]
        yield channel_modal(entries)["blocks"]
        yield company_modal(entries, "where")["blocks"]
    yield missing_modal("answer")["blocks"]


def test_views_are_such_as_slack_takes() -> None:
    """App Home and the modals pass the models and the limits, with hundreds of policies too."""
    views = list(_views())

    assert [list(block_faults(blocks, most=100)) for blocks in views] == [[]] * len(views)
    assert all(size(blocks) <= 40_000 for blocks in views)


def test_slacks_own_types_accept_everything(strange: Bot, tmp_path: Path) -> None:
    """Every kind of message and view compiles against the types that Slack publishes."""
    blocks = [one.blocks for one in _of_corpus(strange) if one.blocks]

    assert refused_by_types([*blocks, *_views()], tmp_path) == ""


def _broken(change: str) -> list[dict[str, Any]]:
    """Return a good message's blocks with one thing wrong."""
    (first, *_) = every_message(answer(CITATION))
    text = json.dumps(first.blocks)
    before, after = change.split(" -> ")
    assert before in text
    return list(json.loads(text.replace(before, after)))


@pytest.mark.parametrize(
    "change",
    [
        '"type": "plain_text" -> "type": "plain"',
        '"action_id" -> "actionid"',
        '"feedback_buttons" -> "button"',
        '"rich_text_quote" -> "rich_text_quotation"',
        '"bold": true -> "bold": "yes"',
    ],
)
def test_types_refuse_a_wrong_block(change: str, tmp_path: Path) -> None:
    """The check by types is no formality: a wrong type, key or element does not compile."""
    assert "error TS" in refused_by_types([_broken(change)], tmp_path)


def _section(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


@pytest.mark.parametrize(
    ("text", "blocks", "fault"),
    [
        ("", [], "no text"),
        ("x" * 4_001, [], "text too long"),
        ("a <!channel> b", [], "live mark"),
        ("a &b", [], "live mark"),
        ("a", [_section("a")] * 51, "51 blocks"),
        ("a", [_section("a" * 3_001)], "3000"),
        ("a", [_section("a" * 2_000)] * 7, "blocks too long"),
        ("a", [_section("a", "mrkdwn")], "not ours"),
        ("a", [_section("")], "empty text"),
        ("a", [{"type": "unheard_of"}], "unknown block"),
        ("a", [{**_section("a"), "colour": "red"}], "not read in full"),
        ("a", [{"type": "rich_text", "elements": []}], "no elements"),
    ],
)
def test_checks_find_what_is_wrong(text: str, blocks: list[dict[str, Any]], fault: str) -> None:
    """The checks by models and arithmetic catch each kind of wrong message."""
    assert fault in "; ".join(faults(Message(text, tuple(blocks))))


def test_blocks_stay_below_the_strictest_count(strange: Bot) -> None:
    """As JSON, in bytes, no message's blocks come near what Slack has ever refused."""
    assert max(size(one.blocks) for one in _of_corpus(strange)) <= BLOCKS + 500
