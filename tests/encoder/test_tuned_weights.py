import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qabot.encoder.tuned_weights import (
    CROSS_ENCODER,
    ENCODER,
    PARTS,
    WEIGHTS,
    TunedCard,
    is_tuned_folder,
    read_card,
    read_tensors,
    write_part,
)
from qabot.errors import EncoderUnavailable

CARD = TunedCard(
    sha256="",
    base="base",
    layers=2,
    made="2026-01-01",
    command="tune",
    recipe={"steps": 3},
    companies={"set": ("Acme", "Birch")},
    figures={},
)
RANDOM = np.random.default_rng(0)
BASE = {"layer.weight": RANDOM.normal(size=(6, 128)).astype(np.float32)}
TUNED = {
    "layer.weight": BASE["layer.weight"] + RANDOM.normal(0, 0.01, (6, 128)).astype(np.float32),
    "layer.bias": RANDOM.normal(size=6).astype(np.float32),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a tuned encoder."""
    write_part(tmp_path / "tuned", ENCODER, TUNED, BASE, CARD)
    return tmp_path / "tuned"


def test_written_tensors_are_read_again(folder: Path) -> None:
    """Matrices come back with an eighth of their difference lost at most, the rest in halves."""
    read = read_tensors(folder, ENCODER, BASE)

    assert read.keys() == TUNED.keys()
    np.testing.assert_array_equal(read["layer.bias"], TUNED["layer.bias"].astype(np.float16))
    delta = TUNED["layer.weight"] - BASE["layer.weight"]
    lost = np.linalg.norm(read["layer.weight"] - TUNED["layer.weight"]) / np.linalg.norm(delta)
    assert 0 < lost < 0.125


def test_four_bits_a_number(folder: Path) -> None:
    """A matrix takes half a byte a number and two bytes for each 64 of them."""
    matrix = TUNED["layer.weight"].size
    size = (folder / "encoder.safetensors").stat().st_size

    assert size < matrix / 2 + matrix / 64 * 2 + 12 + 400


def test_card_is_read_as_written(folder: Path) -> None:
    """A card comes back, with the file's hash; a part that was not tuned has none."""
    card = read_card(folder, ENCODER)

    assert card is not None
    assert len(card.sha256) == 64
    assert replace(card, sha256="") == CARD
    assert read_card(folder, CROSS_ENCODER) is None
    assert is_tuned_folder(folder)
    assert not is_tuned_folder(folder.parent)


def test_second_part_keeps_the_first(folder: Path) -> None:
    """Writing one part leaves the other as it was."""
    before = read_card(folder, ENCODER)

    write_part(folder, CROSS_ENCODER, TUNED, BASE, CARD)

    assert read_card(folder, ENCODER) == before
    assert read_card(folder, CROSS_ENCODER) is not None


def test_altered_weights_are_refused(folder: Path) -> None:
    """One byte changed is noticed, and the way out is named."""
    file = folder / "encoder.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)

    with pytest.raises(EncoderUnavailable, match="altered since it was written; install qabot"):
        read_tensors(folder, ENCODER, BASE)


@pytest.mark.parametrize("text", ["", "[]", '{"encoder": {"sha256": "x"}}', '{"encoder": 3}'])
def test_card_that_is_none_is_refused(folder: Path, text: str) -> None:
    """What is not a card of ours is named, with the way out."""
    (folder / "card.json").write_text(text)

    with pytest.raises(EncoderUnavailable, match="card.json: not a card of tuned weights; tune"):
        read_card(folder, ENCODER)


def test_packaged_weights_say_how_they_were_made() -> None:
    """The weights that come along have a card each: base, day, command, companies."""
    for part in PARTS:
        card = read_card(WEIGHTS, part)
        assert card is not None
        assert card.base == "all-MiniLM-L6-v2"
        assert card.command.startswith("python -m qabot.evaluation.tune")
        assert sum(map(len, card.companies.values())) > 50
    assert json.loads((WEIGHTS / "card.json").read_text()).keys() == set(PARTS)
