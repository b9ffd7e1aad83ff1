"""An encoder by name, run from its export (`qabot.encoder.export`) without PyTorch.

Plain `SentenceTransformer.encode` spends most of a short question's time on overhead, and importing
it takes seconds. So onnxruntime runs a model's export with 8-bit weights. Those of the default
encoder and cross-encoder come with the package; the first use of any other model exports it, which
needs the extra `tune`, and keeps it in a folder. `make bench` prints what that brings; on held-out
companies hit@1, hit@3 and hit@5 move by less than half a point, up or down.
"""

import json
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from qabot.encoder.base import CrossEncoder, Encoder, Models
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.onnx import open_cross_encoder, open_export
from qabot.encoder.tuned_weights import (
    CROSS_ENCODER,
    ENCODER,
    WEIGHTS,
    is_tuned_folder,
    read_card,
)
from qabot.errors import EncoderUnavailable

PACKAGED = Path(__file__).with_name("exports")
"""The exports that come with the package: of the default encoder and its cross-encoder."""

ENCODERS = "encoders"
"""Folder of an index in which the exports of other models are kept."""

_EXPORT_FORMAT = 7  # raised when what is exported changes


def load_models(name: str, exports: Path) -> Models:
    """Return the encoder of that name and its cross-encoder; raises as `load_encoder` does."""
    return Models(load_encoder(name, exports), load_cross_encoder(name, exports))


def load_encoder(name: str, exports: Path) -> Encoder:
    """Return the encoder of that name, exporting it into the folder `exports` the first time.

    `name` is DEFAULT, PLAIN, a folder of tuned weights, or what `SentenceTransformer` takes: a
    model's name on a hub, or a folder. Raises EncoderUnavailable when its weights are missing,
    altered or cannot be loaded, or when it has to be exported without what that takes.
    """
    folder = export_folder(name, exports)
    if not folder.exists():
        require_pytorch(name)
        from qabot.encoder.export import export  # loads PyTorch: seconds

        unexported = export(name, folder)
        if unexported is not None:
            return unexported
    return open_export(folder)


def load_cross_encoder(name: str, exports: Path) -> CrossEncoder:
    """Return the cross-encoder tuned with the encoder of that name, else the one that comes here.

    It is exported the first time. Raises EncoderUnavailable as `load_encoder` does.
    """
    weights, folder = _cross_encoder_places(name, exports)
    if not folder.exists():
        require_pytorch(name)
        from qabot.encoder.export import export_cross_encoder  # loads PyTorch: seconds

        export_cross_encoder(weights, folder)
    return open_cross_encoder(folder)


def _cross_encoder_places(name: str, exports: Path) -> tuple[Path, Path]:
    """Return the folder of its weights and that of its export."""
    weights = Path(name) if is_tuned_folder(Path(name)) else WEIGHTS
    card = read_card(weights, CROSS_ENCODER)
    if card is None:
        weights = WEIGHTS
    if weights == WEIGHTS:
        return weights, PACKAGED / CROSS_ENCODER
    key = sha256(json.dumps([card and card.sha256, _EXPORT_FORMAT]).encode()).hexdigest()
    return weights, exports / f"{CROSS_ENCODER}-{key[:12]}"


def export_folder(name: str, exports: Path) -> Path:
    """Return where a model's export is kept; another folder when the model's own files change."""
    if name == DEFAULT:
        return PACKAGED / ENCODER
    files = [(str(f), f.stat().st_size, f.stat().st_mtime) for f in _model_files(name)]
    key = [name, _EXPORT_FORMAT, files]
    return exports / f"{Path(name).name}-{sha256(json.dumps(key).encode()).hexdigest()[:12]}"


def _model_files(name: str) -> list[Path]:
    """Return the files of a model that is a folder: weights, vocabulary, prompts."""
    if name == PLAIN:
        return []
    return sorted(f for f in Path(name).rglob("*") if f.is_file())


def require_pytorch(name: str) -> None:
    """Raise EncoderUnavailable where a model of that name cannot be exported here."""
    if find_spec("torch") is None or find_spec("sentence_transformers") is None:
        raise EncoderUnavailable(
            f"The encoder {name!r} has to be exported first, which needs PyTorch and "
            f"sentence-transformers: pip install 'qabot[tune]', or unset QABOT_ENCODER for "
            f"{DEFAULT}, which comes installed."
        )
