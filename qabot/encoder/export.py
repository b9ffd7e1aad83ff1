"""Encoder and cross-encoder from PyTorch to ONNX, once.

    python -m qabot.encoder.export

makes anew the exports that come with the package, of the tuned weights that do.
"""

import logging
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from secrets import token_hex

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer

from qabot.checksums import file_sha256, sealed
from qabot.encoder.base import Encoder, EncoderCard
from qabot.encoder.load import PACKAGED
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.onnx import CARD, JUDGE, NETWORK, TOKENIZER, open_export
from qabot.encoder.pytorch import (
    CrossEncoderNetwork,
    TorchEncoder,
    bert_of,
    cross_encoder_of,
    original,
)
from qabot.encoder.tuned_weights import CROSS_ENCODER, ENCODER, WEIGHTS
from qabot.errors import EncoderUnavailable

FIDELITY = 0.97
"""Least cosine similarity of an exported vector to the original's, on every probe text."""

PROBES = (
    "How long do you keep call records?",
    "refund",
    "We retain your personal information for as long as is necessary to provide the services, "
    "to comply with our legal obligations, to resolve disputes and to enforce our agreements.",
    "You may cancel within 14 days of the date on which the contract was made (see section 4.2).",
    "Do you sell my data to third parties, and how do I opt out of marketing messages?",
    "Cookies > Analytics\nThese cookies let us count visits. They expire after 13 months.",
    "¿Cuánto tiempo conservan mis datos?",
    "Service: Fibre 500 | Response: 4 hours | Credit: 5 % of the monthly charge",
)
"""Texts on which an export is compared with its original."""


_WHOLE = "float32.onnx"


def export(name: str, folder: Path) -> TorchEncoder | None:
    """Write a model's export into `folder`; where it cannot be exported, return it as it is.

    The folder is written beside its place and renamed. Raises EncoderUnavailable.
    """
    model, weights = original(name)
    card = _card(name, model, weights)
    if not _exportable(model):
        return TorchEncoder(card, model)
    with _published(folder) as draft:
        _write_export(draft, card, model)
    return None


def export_cross_encoder(weights: Path, folder: Path) -> None:
    """Write the export of the cross-encoder in a folder of tuned weights into `folder`.

    The folder is written beside its place and renamed. Raises EncoderUnavailable.
    """
    model = cross_encoder_of(weights)
    base, _ = original(PLAIN)
    with _published(folder) as draft:
        (draft / TOKENIZER).write_text(base.tokenizer.backend_tokenizer.to_str())
        _write_judge(model, draft / _WHOLE)
        _quantize(draft / _WHOLE, draft / JUDGE)
        (draft / _WHOLE).unlink()
        hashes = {name: file_sha256(draft / name) for name in (TOKENIZER, JUDGE)}
        (draft / CARD).write_text(sealed(hashes))


@contextmanager
def _published(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which is renamed to `folder` once it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}-{token_hex(4)}")
    draft.mkdir()
    try:
        yield draft
        try:
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # else another process has just exported the same
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_export(draft: Path, card: EncoderCard, model: SentenceTransformer) -> None:
    (draft / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str())
    _write_network(model, draft / _WHOLE)
    _quantize(draft / _WHOLE, draft / NETWORK)
    for precision in ("int8", "float32"):
        if precision == "float32":
            (draft / _WHOLE).replace(draft / NETWORK)
        exported = replace(
            card,
            precision=precision,
            network_sha256=file_sha256(draft / NETWORK),
            tokenizer_sha256=file_sha256(draft / TOKENIZER),
        )
        (draft / CARD).write_text(sealed(asdict(exported)))
        if _fidelity(open_export(draft), TorchEncoder(exported, model)) >= FIDELITY:
            (draft / _WHOLE).unlink(missing_ok=True)
            return
    raise EncoderUnavailable(
        f"The encoder {card.name!r} does not survive its export to ONNX; set QABOT_ENCODER to "
        "another model."
    )


def _quantize(network: Path, smaller: Path) -> None:
    """Write a network with 7-bit weights, one scale a channel: exact without VNNI too.

    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    """
    with _quiet():
        quantize_dynamic(
            network, smaller, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


def _card(name: str, model: SentenceTransformer, weights: str) -> EncoderCard:
    named = (model.prompts.get(name) for name in ("document", "passage", "corpus"))
    return EncoderCard(
        name=name,
        weights_sha256=weights,
        network_sha256="",
        precision="float32",
        dimension=model.get_embedding_dimension() or 0,
        max_tokens=model.max_seq_length or 512,
        query_prompt=model.prompts.get("query") or "",
        document_prompt=next(filter(None, named), ""),
    )


_ATTENTION = "eager"
"""Of those that Transformers has, the one whose graph runs fastest on a CPU."""


class _Network(torch.nn.Module):
    """The whole model, from token ids to unit vectors, in the form the exporter takes."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        vectors: torch.Tensor = self.model(features)["sentence_embedding"]
        return vectors


def _write_network(model: SentenceTransformer, file: Path) -> None:
    bert_of(model).set_attn_implementation(_ATTENTION)
    ids = torch.ones(2, 7, dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            _Network(model),
            (ids, torch.ones_like(ids)),
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs a further package
        )


def _write_judge(network: CrossEncoderNetwork, file: Path) -> None:
    """Write a cross-encoder that takes one pair at a time: nothing is padded, so nothing masked."""
    ids = torch.ones(1, 7, dtype=torch.int64)
    network.bert.set_attn_implementation(_ATTENTION)
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            network,
            (ids, None, torch.zeros_like(ids)),
            str(file),
            input_names=["input_ids", "token_type_ids"],
            output_names=["scores"],
            dynamic_axes={"input_ids": {1: "tokens"}, "token_type_ids": {1: "tokens"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs a further package
        )


def _fidelity(exported: Encoder, original: Encoder) -> float:
    """Return the least cosine similarity between exported and original vectors of PROBES."""
    documents = exported.encode_documents(PROBES) * original.encode_documents(PROBES)
    questions = [exported.encode_query(p) @ original.encode_query(p) for p in PROBES]
    return float(min(documents.sum(axis=1).min(), *questions))


def _exportable(model: SentenceTransformer) -> bool:
    """Whether token ids and a mask are all it takes, and prompts are pooled like other words."""
    kinds = [type(module).__name__ for module in model]
    pools = [module for module in model if type(module).__name__ == "Pooling"]
    return (
        kinds[:2] == ["Transformer", "Pooling"]
        and set(kinds[2:]) <= {"Normalize", "Dense"}
        and all(pool.include_prompt for pool in pools)
        and hasattr(model.tokenizer, "backend_tokenizer")
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's notes on its own internals from the person's terminal."""
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.setLevel(level)


if __name__ == "__main__":
    shutil.rmtree(PACKAGED, ignore_errors=True)
    export(DEFAULT, PACKAGED / ENCODER)
    export_cross_encoder(WEIGHTS, PACKAGED / CROSS_ENCODER)
