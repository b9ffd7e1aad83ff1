import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from qabot.encoder.load import load_encoder
from qabot.encoder.model_names import DEFAULT
from qabot.encoder.tuned_weights import CROSS_ENCODER, PARTS, read_card
from qabot.evaluation.training_examples import first_companies, read_examples

pytestmark = pytest.mark.slow

TERMS = """---
company: {company}
policy: terms
---
# Refunds

We refund within {days} days of the purchase. Refunds go back to the card that you paid with. We do
not charge a fee for a refund that you ask for within this time.

# Delivery

We deliver within three days. Delivery costs 5 EUR for each parcel that we send to your door.
"""
QUESTIONS = (
    ("When do I get my money back?", "We refund within {days} days of the purchase."),
    ("How much is delivery?", "Delivery costs 5 EUR for each parcel that we send to your door."),
    ("Do you deliver on Sundays?", None),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a set of two companies with three questions each."""
    folder = tmp_path_factory.mktemp("set")
    (folder / "policies").mkdir()
    lines = []
    for company, days in (("Acme", 14), ("Birch", 30)):
        (folder / "policies" / f"{company}.md").write_text(TERMS.format(company=company, days=days))
        for number, (question, gold) in enumerate(QUESTIONS):
            row = {
                "id": f"{company}-{number}",
                "question": question,
                "company": company,
                "as_of": None,
                "covered": gold is not None,
                "gold": [gold.format(days=days)] if gold else [],
            }
            lines.append(json.dumps(row))
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def tune() -> ModuleType:
    """Return what tunes; importing PyTorch takes seconds, so not where tests are collected."""
    return import_module("qabot.evaluation.tune")


def test_examples_tell_right_from_wrong(folder: Path, exports: Path) -> None:
    """What answers is right, with and without its sentence; what is alike is wrong."""
    refund, delivery, sundays = read_examples(folder, ["Acme"], load_encoder(DEFAULT, exports))

    assert refund.right == (
        "Refunds\nWe refund within 14 days of the purchase. Refunds go back to the card that you "
        "paid with. We do not charge a fee for a refund that you ask for within this time.",
    )
    assert refund.right_sentences == ("Refunds: We refund within 14 days of the purchase.",)
    (bare,) = refund.bare
    assert bare.startswith("Refunds\nRefunds go back to the card")
    assert "14 days" not in bare
    assert all(text.startswith("Delivery") for text in refund.wrong)
    assert delivery.bare == ()  # three words are left
    assert not sundays.covered
    assert sundays.right == ()
    assert len(sundays.wrong) == 2


def test_share_of_companies_is_the_same_each_time() -> None:
    """The choice hangs on the names alone, not on their order."""
    names = [f"Company {n}" for n in range(11)]

    assert first_companies(names, 0.5) == first_companies(names[::-1], 0.5)
    assert len(first_companies(names, 0.5)) == 6
    assert first_companies(names, 1.0) != names


def test_tuning_runs_to_the_end_and_again_the_same(
    tune: ModuleType, folder: Path, exports: Path, tmp_path: Path
) -> None:
    """Both models are tuned and written with their cards; the same seed, the same weights."""
    options = [str(folder), "--share", "1", "--index", str(exports.parent), "--seed", "3"]
    steps = ["--encoder-steps", "1", "--cross-encoder-steps", "1"]

    for name in ("first", "second"):
        tune.main([*options, *steps, "--out", str(tmp_path / name)])

    for part in PARTS:
        first, second = (read_card(tmp_path / name, part) for name in ("first", "second"))
        assert first and second
        assert first.sha256 == second.sha256
        assert set(first.companies[folder.name]) == {"Acme", "Birch"}
        assert first.recipe["steps"] == 1
        assert "--seed 3" in first.command
    original = import_module("qabot.encoder.pytorch").original  # where it runs: it is PyTorch
    tuned, plain = (original(name)[0] for name in (str(tmp_path / "first"), DEFAULT))
    tuned_vector, plain_vector = (
        model.encode_query("refund", normalize_embeddings=True) for model in (tuned, plain)
    )
    assert 0.9 < float(tuned_vector @ plain_vector) < 0.99999


def test_a_teacher_changes_what_is_learned(
    tune: ModuleType, folder: Path, exports: Path, tmp_path: Path
) -> None:
    """From the base a shallower cross-encoder is tuned, another one where it is taught."""
    options = [str(folder), "--share", "1", "--index", str(exports.parent), "--from-base"]
    steps = ["--cross-encoder-steps", "1", "--layers", "2"]

    tune.main([*options, *steps, "--out", str(tmp_path / "alone")])
    tune.main([*options, *steps, "--teacher-steps", "1", "--out", str(tmp_path / "taught")])

    alone, taught = (read_card(tmp_path / name, CROSS_ENCODER) for name in ("alone", "taught"))
    assert alone and taught
    assert (alone.layers, taught.layers) == (2, 2)
    assert alone.sha256 != taught.sha256
