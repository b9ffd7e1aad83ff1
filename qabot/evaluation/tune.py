"""Tune the encoder and the cross-encoder on policies and the questions asked about them.

    python -m qabot.evaluation.tune SET... --out FOLDER

Each SET is a folder for evaluation: policies/ and questions.jsonl. A share of its companies is
tuned on; the rest is left for `python -m qabot.evaluation.fit`, which reads the cards of the
weights and fits on no company that they were tuned on. QABOT_ENCODER=FOLDER sets the result.
What is learned and how: `qabot.evaluation.tuning`.
"""

import argparse
import shlex
import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from datetime import date
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from qabot.encoder.load import ENCODERS, load_encoder
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.pytorch import (
    base_tensors,
    bert_of,
    cross_encoder_of,
    original,
    tensors_of,
    untuned_cross_encoder,
)
from qabot.encoder.tuned_weights import (
    CROSS_ENCODER,
    ENCODER,
    PARTS,
    WEIGHTS,
    Tensors,
    TunedCard,
    read_card,
    write_part,
)
from qabot.evaluation.training_examples import (
    TrainingExample,
    companies_of,
    first_companies,
    read_examples,
)
from qabot.evaluation.tuning import Recipe, Tokenize, tune_cross_encoder, tune_encoder

_TEACHER_LAYERS = 6


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    summary, _, _ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(prog="python -m qabot.evaluation.tune", description=summary)
    add = parser.add_argument
    add("sets", nargs="+", type=Path, metavar="SET", help="folder of policies/ and questions.jsonl")
    add("--out", type=Path, required=True, metavar="FOLDER", help="where the weights go")
    add("--share", type=float, default=0.75, help="of each set's companies that is tuned on (.75)")
    add("--from-base", action="store_true", help="start from the base, not from the weights in use")
    add("--encoder-steps", type=int, default=0, help="0: the encoder stays as it is")
    add("--cross-encoder-steps", type=int, default=200, help="0: the cross-encoder stays as it is")
    add("--teacher-steps", type=int, default=0, help="of a deeper one that teaches it (0: none)")
    add("--layers", type=int, default=3, help="of a cross-encoder that starts from the encoder (3)")
    add("--seed", type=int, default=0)
    add("--index", type=Path, default=Path("index"), help="whose prepared encoder is used (index)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Tune as the command line says, and write the weights with their card."""
    options = _options(arguments)
    name = PLAIN if options.from_base else DEFAULT
    nearest = load_encoder(name, options.index / ENCODERS)
    cards = {} if options.from_base else {part: read_card(WEIGHTS, part) for part in PARTS}
    companies = {folder.name: _companies(folder, cards, options.share) for folder in options.sets}
    examples = [
        example
        for folder in options.sets
        for example in read_examples(folder, companies[folder.name], nearest)
    ]
    counts = f"{len(examples)} questions, {sum(map(len, companies.values()))} companies"
    sys.stderr.write(f"{counts}\n")
    base = base_tensors()

    def write(part: str, network: torch.nn.Module, recipe: Recipe, layers: int) -> None:
        before = cards.get(part)
        card = TunedCard(
            sha256="",
            base=PLAIN,
            layers=layers,
            made=date.today().isoformat(),
            command=f"python -m qabot.evaluation.tune {shlex.join(arguments)}",
            recipe=asdict(recipe),
            companies={**(before.companies if before else {}), **companies},
            figures={"tuned on": counts},
        )
        write_part(options.out, part, _kept(network), base, card)

    model, _ = original(name)
    tokenize = _tokenizer(model)
    if options.encoder_steps:
        recipe = Recipe(options.encoder_steps, 64, 3, 1e-4, options.seed)
        tune_encoder(examples, bert_of(model), tokenize, recipe)
        write(ENCODER, bert_of(model), recipe, 6)
    if options.cross_encoder_steps:
        teacher = _teacher(options, model, examples) if options.teacher_steps else None
        if before := cards.get(CROSS_ENCODER):
            recipe = Recipe(options.cross_encoder_steps, 12, 6, 3e-5, options.seed)
            layers, network = before.layers, cross_encoder_of(WEIGHTS)
        else:
            recipe = Recipe(options.cross_encoder_steps, 32, 8, 2e-4, options.seed)
            layers, network = options.layers, untuned_cross_encoder(model, options.layers)
        tune_cross_encoder(examples, network, tokenize, recipe, teacher)
        write(CROSS_ENCODER, network, recipe, layers)


def _companies(
    folder: Path, cards: Mapping[str, TunedCard | None], share: float
) -> tuple[str, ...]:
    """Return the companies of a set that are tuned on.

    Weights that go on learning go on with the companies on their cards: the others stay unseen.
    """
    known = {
        name for card in cards.values() if card for name in card.companies.get(folder.name, ())
    }
    asked = companies_of(folder)
    return tuple(name for name in asked if name in known) or tuple(first_companies(asked, share))


def _teacher(
    options: argparse.Namespace, model: SentenceTransformer, examples: Sequence[TrainingExample]
) -> torch.nn.Module:
    """Return a deeper cross-encoder, tuned, that starts from a copy of the encoder."""
    teacher = untuned_cross_encoder(deepcopy(model), _TEACHER_LAYERS)
    recipe = Recipe(options.teacher_steps, 32, 8, 1e-4, options.seed)
    tune_cross_encoder(examples, teacher, _tokenizer(model), recipe)
    return teacher


def _tokenizer(model: SentenceTransformer) -> Tokenize:
    def tokenize(text: str) -> list[int]:
        ids: list[int] = model.tokenizer(text, truncation=False, verbose=False)["input_ids"]
        return ids

    return tokenize


def _kept(network: torch.nn.Module) -> Tensors:
    """Return what is written: not the word embeddings, the base's, nor the pooler, unused."""
    return {
        name.removeprefix("bert."): values
        for name, values in tensors_of(network).items()
        if not any(part in name for part in ("word_embeddings", "pooler", "position_ids"))
    }


if __name__ == "__main__":
    main(sys.argv[1:])
