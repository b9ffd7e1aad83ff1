"""Fifty questions, asked in every way, and at once: each reply is checked against the corpus."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from qabot.evaluation.questions import read_questions
from qabot.index.shared_releases import SharedReleases
from qabot.records import Answer, AskedQuestion
from qabot.service.live import LiveBot
from qabot.service.wording import CLOSEST, NOT_COVERED
from qabot.slack.views.quotes import others
from tests.slack.deliveries import deliver, shortcut
from tests.slack.local_slack import ALICE, BOB, GENERAL, SUPPORT, Json, LocalSlack
from tests.slack.programs import eventually
from tests.slack.talking import Talk, quotes, shown, talking, texts
from tests.support.fakes import default_models

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"

WHOM = ("Vonage", "Nexmo", "Nymgo", "BulkSMS", "the company")
WHAT = (
    "Does {} sell my personal information?",
    "Does {} collect information from children?",
    "Which cookies does {} use?",
    "How long does {} keep my data?",
    "How does {} protect my personal information?",
    "How do I ask {} to delete my account?",
    "Whom do I write to about privacy at {}?",
    "Does {} share data with third parties?",
    "What did the policy of {} say about changes on 1 June 2019?",
    "Which toppings does {} put on a pizza?",
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A bot with the real encoder, and fifty questions to it."""

    live: LiveBot
    questions: Sequence[str]


@pytest.fixture(scope="module")
def corpus(exports: Path, real_index: Callable[[Path], Path]) -> Corpus:
    """Index the five real policies; where they are not beside this repository, the sample."""
    if SEEDS.is_dir():
        policies, questions = SEEDS, [what.format(whom) for whom in WHOM for what in WHAT]
    else:
        policies = ROOT / "index" / "policies"
        rows = read_questions(ROOT / "tests" / "data" / "sample-questions.jsonl")
        questions = [f"{row.question.rstrip('?. ')}?" for row in rows][::4][:50]  # some not covered
    assert len(set(questions)) == 50
    return Corpus(LiveBot(SharedReleases(real_index(policies)), default_models(exports)), questions)


@pytest.fixture(scope="module")
def talk(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Hold conversations about that corpus."""
    with talking(tmp_path_factory.mktemp("slack"), corpus.live) as held:
        yield held


def by_mention(talk: Talk, question: str) -> Json:
    """Ask in a channel."""
    return talk.reply(talk.slack.mention(ALICE, GENERAL, question))


def directly(talk: Talk, question: str) -> Json:
    """Ask in a direct message."""
    return talk.reply(talk.slack.tell(BOB, question))


def by_command(talk: Talk, question: str) -> Json:
    """Ask with `/policy`."""
    before = len(talk.slack.whispers(ALICE, SUPPORT))
    talk.slack.command(ALICE, SUPPORT, question)
    return talk.whisper(ALICE, SUPPORT, before)


def by_shortcut(talk: Talk, question: str) -> Json:
    """Choose "Find the policy" on a message that somebody else wrote."""
    before = len(talk.slack.whispers(ALICE, SUPPORT))
    said = talk.slack.say(BOB, SUPPORT, question)
    deliver(talk.events, shortcut("find_policy", said, talk.slack.response_url()))
    return talk.whisper(ALICE, SUPPORT, before)


def in_thread(talk: Talk, question: str) -> Json:
    """Ask on, without a mention, in a thread that the bot has answered."""
    first = next(one for one in talk.slack.messages(GENERAL) if "thread_ts" not in one)
    before = len(_by_bot(talk.slack, first))
    talk.slack.say(BOB, GENERAL, question, first["ts"])
    return eventually(lambda: _by_bot(talk.slack, first)[before:])[0]


WAYS: Sequence[Callable[[Talk, str], Json]] = (
    by_mention,
    directly,
    by_command,
    by_shortcut,
    in_thread,
)


def test_fifty_questions_in_every_way(corpus: Corpus, talk: Talk) -> None:
    """Ten by each way of asking: what is quoted stands in a version in force, and is said so."""
    statuses = set()
    for number, question in enumerate(corpus.questions):
        reply = WAYS[(number + number // 10) % len(WAYS)](talk, question)
        answer = corpus.live.bot.ask(AskedQuestion(read_as(reply, question)))
        statuses.add(answer.status)
        check(reply, answer, corpus)

    assert {"answered", "not_covered"} <= statuses


def read_as(reply: Json, question: str) -> str:
    """Return as what a question was read: in a conversation, of the company asked about before."""
    said, _, _ = reply["text"].partition("\n")
    return said.removeprefix("read as: ") if said.startswith("read as: ") else question


def _shown(answer: Answer) -> int:
    """Return how many quotes are shown: of each part the first, of one question others too."""
    if answer.parts:
        return sum(bool((*one.citations, *one.nearest)) for one in answer.parts)
    first = (answer.nearest if answer.status == "uncertain" else answer.citations)[:1]
    return len([*first, *(others(answer) if first else ())])


def check(reply: Json, answer: Answer, corpus: Corpus) -> None:
    """Check a reply against the answer and the versions themselves."""
    quoted = list(_quoted(reply))
    assert len(quoted) == _shown(answer)
    is_uncertain = any(one.status == "uncertain" for one in answer.parts or (answer,))
    assert (CLOSEST in reply["text"]) == is_uncertain
    if answer.status == "not_covered":
        assert NOT_COVERED in reply["text"]
        assert NOT_COVERED in shown(reply)
    for words, source in quoted:
        assert any(_is_of(version, words, source, answer) for version in _texts(corpus)), words


def _quoted(reply: Json) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the pieces of each text that a reply quotes, and what it says of where that is from."""
    blocks = [*reply["blocks"], {"type": "none"}]
    for block, below in pairwise(blocks):
        if block["type"] == "rich_text" and quotes({"blocks": [block]}):
            yield texts(block), below["elements"][0]["text"]
        if block["type"] == "container" and block["title"]["text"] != "In context":
            said, _, when = block["child_blocks"][0]["text"]["text"].rpartition("\n")
            yield said.splitlines(), f"{block['title']['text']} {when}"


@dataclass(frozen=True, slots=True)
class _Text:
    company: str
    since: date | None
    until: date | None
    text: str


def _texts(corpus: Corpus) -> Iterator[_Text]:
    held = corpus.live.bot.index.corpus
    for entry in held.entries:
        version = held.version(entry.id)
        assert version
        yield _Text(entry.company, entry.effective_from, entry.effective_until, version.text)


def _is_of(version: _Text, words: Sequence[str], source: str, answer: Answer) -> bool:
    """Tell whether words stand in a version that was in force then, and the source says so."""
    first = answer.scope.as_of or answer.scope.since or date.today()
    last = answer.scope.until or first + timedelta(days=1)
    in_force = (version.since or date.min) < last and first < (version.until or date.max)
    since = version.since and f"{version.since.day} {version.since:%B %Y}"
    pieces = [piece.strip(" •\n…") for piece in words if not piece.startswith("Shortened:")]
    return (
        all(piece in version.text for piece in pieces)
        and in_force
        and version.company in source
        and (since or "not stated") in source
    )


def _by_bot(slack: LocalSlack, asked: Json) -> list[Json]:
    return [one for one in slack.thread(asked) if one.get("bot_id")]
