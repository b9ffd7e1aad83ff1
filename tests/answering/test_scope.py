"""What else is indexed changes no answer."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from qabot.answering.bot import Bot
from qabot.records import AskedQuestion
from tests.support.fakes import default_models, index_and_open, policy

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "index" / "policies"
COMPANY = "Larkfield Telecom"
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "tests" / "data" / "sample-questions.jsonl").read_text().splitlines()
]
SUBJECTS = (
    *("refunds", "call records", "roaming", "cookies", "spare keys", "late trains", "lockers"),
    *("routers", "voicemail", "invoices", "paper bills", "number porting", "gift cards", "outages"),
    *("deposits", "engineer visits", "passwords", "minors", "complaints", "text messages", "pets"),
    *("contract changes", "moving house", "late payments", "support calls"),
)
ASKED = (
    "What do you say about {}?",
    "How long do you keep {}?",
    "is there a charge for {}",
    "Do I have to ask about {} by letter?",
)
CLAUSES = (
    "We keep {subject} for {days} days and then delete them.",
    "There is no charge for {subject} in the first {days} days.",
    "You may ask us about {subject} within {days} days, by letter alone.",
)


def neighbours(folder: Path, count: int) -> Path:
    """Write short policies of so many companies that speak of the same subjects and others."""
    draw = Random(0)
    folder.mkdir()
    for number in range(count):
        clauses = [
            draw.choice(CLAUSES).format(subject=subject, days=draw.randint(2, 90)).capitalize()
            for subject in draw.sample(SUBJECTS, 3)
        ]
        text = "# Terms\n\n" + "\n\n".join(f"## Part {n}\n\n{c}" for n, c in enumerate(clauses))
        name = f"Neighbour {chr(65 + number // 26)}{chr(65 + number % 26)}ville"
        (folder / f"{number}.md").write_text(policy(name, "terms", "2024-01-01", text))
    return folder


@pytest.fixture(scope="module")
def bots(
    exports: Path, real_index: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Sequence[Bot]:
    """Return bots of the sample alone and beside 100 other companies."""
    folder = tmp_path_factory.mktemp("scope")
    models, alone = default_models(exports), real_index(SAMPLE)
    beside = copytree(alone, folder / "index")  # nothing is encoded twice
    paths = [SAMPLE, neighbours(folder / "beside", 100)]
    return Bot.open(alone, models), index_and_open(paths, beside, models)


def test_neighbours_change_no_answer(bots: Sequence[Bot]) -> None:
    """Alone and beside 100 companies: the same verdict and the same citations."""
    asked = [*QUESTIONS, *(form.format(one) for form in ASKED for one in SUBJECTS)][::3]
    assert len(asked) == 100
    same = 0
    for question in asked:
        alone, beside = (bot.ask(AskedQuestion(question, company=COMPANY)) for bot in bots)
        assert alone.scope.passages == beside.scope.passages
        quotes, quotes_beside = (
            [citation.quote for citation in (*one.citations, *one.nearest)]
            for one in (alone, beside)
        )
        same += (alone.status, quotes) == (beside.status, quotes_beside)

    assert same >= 0.98 * len(asked)
