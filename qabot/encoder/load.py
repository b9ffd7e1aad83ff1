"""An encoder by name: exported once (`qabot.encoder.export`), then run without PyTorch.

Plain `SentenceTransformer.encode` spends most of a short question's time on overhead, and importing
it takes seconds. So the first use of a model exports it to ONNX with 8-bit weights and keeps it in
a folder; from then on onnxruntime runs it. `make bench` prints what that brings; on held-out
companies hit@1, hit@3 and hit@5 move by less than half a point, up or down.
"""

import json
from hashlib import sha256
from pathlib import Path

from qabot.encoder.base import CrossEncoder, Encoder, Models
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.onnx import open_cross_encoder, open_export
from qabot.encoder.tuned_weights import CROSS_ENCODER, WEIGHTS, is_tuned_folder, read_card

_EXPORT_FORMAT = 7  # raised when what is exported changes


def load_models(name: str, exports: Path) -> Models:
    """Return the encoder of that name and its cross-encoder; raises as `load_encoder` does."""
    return Models(load_encoder(name, exports), load_cross_encoder(name, exports))


def load_encoder(name: str, exports: Path) -> Encoder:
    """Return the encoder of that name, exporting it into the folder `exports` the first time.

    `name` is DEFAULT, PLAIN, a folder of tuned weights, or what `SentenceTransformer` takes: a
    model's name on a hub, or a folder. Raises EncoderUnavailable when its weights are missing,
    altered or cannot be loaded.
    """
    folder = export_folder(name, exports)
    if not folder.exists():
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
        from qabot.encoder.export import export_cross_encoder  # loads PyTorch: seconds

        export_cross_encoder(weights, folder)
    return open_cross_encoder(folder)


def cross_encoder_folder(name: str, exports: Path) -> Path:
    """Return where the export of the cross-encoder for the encoder of that name is kept."""
    return _cross_encoder_places(name, exports)[1]


def _cross_encoder_places(name: str, exports: Path) -> tuple[Path, Path]:
    """Return the folder of its weights and that of its export."""
    weights = Path(name) if is_tuned_folder(Path(name)) else WEIGHTS
    card = read_card(weights, CROSS_ENCODER)
    if card is None:
        weights, card = WEIGHTS, read_card(WEIGHTS, CROSS_ENCODER)
    key = sha256(json.dumps([card and card.sha256, _EXPORT_FORMAT]).encode()).hexdigest()
    return weights, exports / f"{CROSS_ENCODER}-{key[:12]}"


def export_folder(name: str, exports: Path) -> Path:
    """Return where a model's export is kept; another folder when the model's own files change."""
    files = [(str(f), f.stat().st_size, f.stat().st_mtime) for f in _model_files(name)]
    tuned = read_card(WEIGHTS, "encoder") if name == DEFAULT else None
    key = [name, _EXPORT_FORMAT, files, tuned and tuned.sha256]
    return exports / f"{Path(name).name}-{sha256(json.dumps(key).encode()).hexdigest()[:12]}"


def _model_files(name: str) -> list[Path]:
    """Return the files of a model that is a folder: weights, vocabulary, prompts."""
    if name in (DEFAULT, PLAIN):
        return []
    return sorted(f for f in Path(name).rglob("*") if f.is_file())
