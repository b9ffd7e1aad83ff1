"""An encoder by name: exported once (`qabot.encoder.export`), then run without PyTorch.

Plain `SentenceTransformer.encode` spends most of a short question's time on overhead, and importing
it takes seconds. So the first use of a model exports it to ONNX, as it is for documents and with
8-bit weights for questions, and keeps it in a folder; from then on onnxruntime runs it. `make
bench` prints what that brings; on the development sets hit@5 moves by 0.2 points.
"""

import json
from hashlib import sha256
from pathlib import Path

from qabot.encoder.base import DEFAULT, Encoder
from qabot.encoder.onnx import open_export

_EXPORT_FORMAT = 3  # raised when what is exported changes


def load_encoder(name: str, exports: Path) -> Encoder:
    """Return the encoder of that name, exporting it into the folder `exports` the first time.

    `name` is DEFAULT, or what `SentenceTransformer` takes: a model's name on a hub, or a folder.
    Raises EncoderUnavailable when its weights are missing, altered or cannot be loaded.
    """
    folder = export_folder(name, exports)
    if not folder.exists():
        from qabot.encoder.export import export  # loads PyTorch: seconds

        unexported = export(name, folder)
        if unexported is not None:
            return unexported
    return open_export(folder)


def export_folder(name: str, exports: Path) -> Path:
    """Return where a model's export is kept; another folder when the model's own files change."""
    files = [(str(f), f.stat().st_size, f.stat().st_mtime) for f in _model_files(name)]
    key = sha256(json.dumps([name, _EXPORT_FORMAT, files]).encode()).hexdigest()
    return exports / f"{Path(name).name}-{key[:12]}"


def _model_files(name: str) -> list[Path]:
    """Return the files of a model that is a folder: weights, vocabulary, prompts."""
    return sorted(f for f in Path(name).rglob("*") if f.is_file()) if name != DEFAULT else []
