"""Tuned weights on disk: the layers that differ from the base model's, and the card of each file.

A folder of tuned weights holds card.json and a file for each of PARTS that was tuned. Their tensors
are named as in `BertModel`; word embeddings are the base's and not among them. A matrix stands as
4-bit differences from the base's, two in a byte, with a scale for each group of 64 in a row:
`NAME.delta` and `NAME.scale`. That takes a quarter of the room of float16 and loses a tenth of the
difference; a cut by singular values to rank 64 takes as much and loses two thirds of it. What is no
matrix stands as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from qabot.checksums import file_sha256
from qabot.errors import EncoderUnavailable

WEIGHTS = Path(__file__).with_name("weights")
"""The folder that comes with the package."""

ENCODER, CROSS_ENCODER = "encoder", "cross-encoder"
PARTS = (ENCODER, CROSS_ENCODER)

_CARD = "card.json"
_DELTA, _SCALE = ".delta", ".scale"
_GROUP, _STEPS = 64, 7  # numbers that share a scale; the largest of four bits
_LEAST = 1e-6  # of a scale in half precision

Floats = npt.NDArray[np.float32]  # of any number of dimensions
Halves = npt.NDArray[np.float16]
Bytes = npt.NDArray[np.uint8]
Tensors = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class TunedCard:
    """What is known of one file of tuned weights."""

    sha256: str  #: of the file
    base: str  #: whose remaining weights it is completed with
    layers: int  #: of the base, counted from the first
    made: str  #: day, ISO 8601
    command: str  #: that makes such weights again
    recipe: Mapping[str, float]  #: steps, batch, learning rate, seed ...
    companies: Mapping[str, tuple[str, ...]]  #: set to its companies that were tuned on
    figures: Mapping[str, str]  #: what was measured, in words


def is_tuned_folder(folder: Path) -> bool:
    """Whether a folder holds tuned weights."""
    return (folder / _CARD).is_file()


def read_card(folder: Path, part: str) -> TunedCard | None:
    """Return the card of one of PARTS; None where the folder has no such part.

    Raises EncoderUnavailable when the card cannot be read.
    """
    try:
        fields = json.loads((folder / _CARD).read_text(encoding="utf-8")).get(part)
        return fields and TunedCard(
            **{**fields, "companies": {k: tuple(v) for k, v in fields["companies"].items()}}
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise EncoderUnavailable(
            f"{folder / _CARD}: not a card of tuned weights; tune again with: "
            "python -m qabot.evaluation.tune"
        ) from error


def read_tensors(folder: Path, part: str, base: Tensors) -> dict[str, Floats]:
    """Return the tuned tensors by name, added up with those of the base where they are differences.

    Raises EncoderUnavailable when the file is missing or not the one that the card names.
    """
    file, card = folder / f"{part}.safetensors", read_card(folder, part)
    try:
        if card is None or file_sha256(file) != card.sha256:
            raise ValueError
        stored = load_file(file)
    except (OSError, ValueError, SafetensorError) as error:
        raise EncoderUnavailable(
            f"{file}: missing or altered since it was written; install qabot again, or tune again "
            "with: python -m qabot.evaluation.tune"
        ) from error
    tensors = {}
    for name, values in stored.items():
        if name.endswith(_DELTA):
            whole = name.removesuffix(_DELTA)
            tensors[whole] = base[whole] + _unpacked(values, stored[whole + _SCALE])
        elif not name.endswith(_SCALE):
            tensors[name] = values.astype(np.float32)
    return tensors


def write_part(
    folder: Path, part: str, tensors: Tensors, base: Tensors, card: TunedCard
) -> TunedCard:
    """Write one part into a folder, in the small form, and its card; return the card as written.

    `card.sha256` is filled in here. Other parts in the folder stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in tensors.items():
        if values.ndim == 2 and name in base:
            stored[name + _DELTA], stored[name + _SCALE] = _packed(values - base[name])
        else:
            stored[name] = values.astype(np.float16)
    file = folder / f"{part}.safetensors"
    save_file(stored, file)
    written = replace(card, sha256=file_sha256(file))
    cards = json.loads((folder / _CARD).read_text()) if is_tuned_folder(folder) else {}
    text = json.dumps({**cards, part: asdict(written)}, ensure_ascii=False, indent=1)
    (folder / _CARD).write_text(text + "\n", encoding="utf-8")
    return written


def _packed(delta: Floats) -> tuple[Bytes, Halves]:
    """Return 4-bit numbers, two in a byte, and their scales: of those tried, the closest."""
    groups = delta.reshape(-1, _GROUP)
    widest = np.abs(groups).max(axis=1, keepdims=True) / _STEPS
    scale, error = np.zeros_like(widest), np.full_like(widest, np.inf)
    for share in (1.0, 0.85, 0.7, 0.6):  # what is cut off at the ends makes the rest finer
        tried = np.maximum(widest * share, _LEAST).astype(np.float16).astype(np.float32)
        missed = ((groups - _steps(groups, tried) * tried) ** 2).sum(axis=1, keepdims=True)
        scale, error = np.where(missed < error, tried, scale), np.minimum(missed, error)
    steps = (_steps(groups, scale) + 8).astype(np.uint8).reshape(delta.shape)
    packed: Bytes = (steps[:, ::2] << 4 | steps[:, 1::2]).astype(np.uint8)
    return packed, scale.reshape(len(delta), -1).astype(np.float16)


def _steps(groups: Floats, scale: Floats) -> Floats:
    return np.clip(np.round(groups / scale), -_STEPS, _STEPS)


def _unpacked(packed: Bytes, scale: Halves) -> Floats:
    steps = np.stack([packed >> 4, packed & 15], axis=-1).astype(np.float32) - 8
    delta: Floats = steps.reshape(-1, _GROUP) * scale.astype(np.float32).reshape(-1, 1)
    return delta.reshape(len(packed), -1)
