import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from qabot.encoder.load import export_folder, load_cross_encoder, load_encoder
from qabot.encoder.model_names import DEFAULT
from qabot.encoder.onnx import ExportedEncoder, open_export
from qabot.errors import EncoderUnavailable

TEXTS = (
    "Call records: We keep call records for 12 months.",
    "You may cancel within 14 days.",
    "Cookies > Analytics\nThese cookies let us count visits.",
    "",
    "¿Cuánto tiempo conservan mis datos?",
    "We tell you of changes one month before they take effect. " * 60,
)


@pytest.fixture(scope="module")
def encoder(exports: Path) -> ExportedEncoder:
    """Return the default encoder."""
    return open_export(export_folder(DEFAULT, exports))


def test_vectors_have_length_one(encoder: ExportedEncoder) -> None:
    """Questions and documents, empty and far too long ones too, become unit vectors."""
    vectors = [*encoder.encode_documents(TEXTS), *map(encoder.encode_query, TEXTS)]

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert {(vector.shape, vector.dtype) for vector in vectors} == {((384,), np.dtype("float32"))}


@pytest.mark.parametrize("order", [range(6), range(6)[::-1], [2], [4, 2, 2]])
def test_vector_does_not_depend_on_neighbours(
    encoder: ExportedEncoder, order: Sequence[int]
) -> None:
    """A text has the same vector, bit by bit, alone and among others."""
    alone = [encoder.encode_documents([TEXTS[number]])[0] for number in order]

    np.testing.assert_array_equal(
        encoder.encode_documents([TEXTS[number] for number in order]), alone
    )


def test_nothing_to_encode(encoder: ExportedEncoder) -> None:
    """No texts give no vectors."""
    assert encoder.encode_documents([]).shape == (0, 384)


def test_each_text_is_reported(encoder: ExportedEncoder) -> None:
    """Progress is told of every text."""
    told: list[int] = []
    encoder.encode_documents(TEXTS, done=told.append)

    assert sum(told) == len(TEXTS)


def test_threads_share_an_encoder(encoder: ExportedEncoder) -> None:
    """Questions asked at once have the vectors that they have one after the other."""
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(encoder.encode_query, TEXTS * 5))

    np.testing.assert_array_equal(at_once, [encoder.encode_query(text) for text in TEXTS * 5])


@pytest.mark.parametrize("name", ["card.json", "tokenizer.json", "encoder.onnx"])
def test_altered_export_is_refused(exports: Path, tmp_path: Path, name: str) -> None:
    """An export of which a byte was altered, or a file is missing, says what to do."""
    folder = Path(shutil.copytree(export_folder(DEFAULT, exports), tmp_path / "export"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)

    with pytest.raises(EncoderUnavailable, match=rf"{folder}.*delete that folder"):
        open_export(folder)
    (folder / name).unlink()
    with pytest.raises(EncoderUnavailable, match=rf"{folder}.*delete that folder"):
        open_export(folder)


def test_default_models_come_exported(tmp_path: Path) -> None:
    """The default encoder and cross-encoder are opened as they come: nothing is made first."""
    exports = tmp_path / "exports"

    assert load_encoder(DEFAULT, exports).card.precision == "int8"
    assert load_cross_encoder(DEFAULT, exports)
    assert not exports.exists()


def test_changed_model_is_exported_anew(tmp_path: Path) -> None:
    """A model folder of which any file changes has its export elsewhere."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").write_text("weights")
    first = export_folder(str(model), tmp_path)
    assert export_folder(str(model), tmp_path) == first

    (model / "config_sentence_transformers.json").write_text('{"prompts": {}}')
    assert export_folder(str(model), tmp_path) != first
