"""Tune the encoder and the cross-encoder on policies and the questions asked about them.

    python -m qabot.evaluation.tune SET... --out FOLDER

Each SET is a folder for evaluation: policies/ and questions.jsonl. A share of its companies is
tuned on; the rest is left for `python -m qabot.evaluation.fit`, which reads the cards of the
weights and fits on no company that they were tuned on. QABOT_ENCODER=FOLDER sets the result.

The encoder learns by InfoNCE (van den Oord et al. 2018) over the batch and hard negatives, the
question against passages and against sentences. The cross-encoder learns by a softmax over one
passage that answers and others that do not, and by the cross-entropy of each judgement; one of the
others is the right passage without the sentences that answer.
"""

import argparse
import random
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from torch.nn import functional

from qabot.answering.bot import ENCODERS
from qabot.encoder.base import DEFAULT, PLAIN
from qabot.encoder.export import (
    CrossEncoderNetwork,
    base_tensors,
    bert_of,
    cross_encoder_of,
    original,
    tensors_of,
    untuned_cross_encoder,
)
from qabot.encoder.load import load_encoder
from qabot.encoder.onnx import pair, shortened
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
from qabot.evaluation.examples import Example, companies_of, first_companies, read_examples

_TEMPERATURE = 0.05
_QUESTION, _PASSAGE, _SENTENCE = 64, 256, 96  # tokens
_WARM_UP = 0.1  # share of the steps
_RIGHT_WEIGHT = 3.0  # of a passage that answers in the cross-entropy: most do not
_TOGETHER = 18  # pairs of like length that go through the cross-encoder together

Ids = list[int]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how fast one model is tuned."""

    steps: int
    batch: int  #: questions a step
    passages: int  #: a question: one that answers, if any, and wrong ones
    learning_rate: float
    seed: int


class _Tokens:
    """Texts to token ids, each text once."""

    def __init__(self) -> None:
        model, _ = original(PLAIN)
        self._tokenizer = model.tokenizer
        self._known: dict[str, Ids] = {}

    def __call__(self, text: str, most: int) -> Ids:
        """Return a text's tokens, at most so many, [CLS] in front and [SEP] behind."""
        if text not in self._known:
            self._known[text] = self._tokenizer(text, truncation=False, verbose=False)["input_ids"]
        return shortened(self._known[text], most)


def tune_encoder(examples: Sequence[Example], name: str, recipe: Recipe) -> torch.nn.Module:
    """Return the BERT of the encoder of that name, tuned on the covered examples."""
    model, _ = original(name)
    bert: torch.nn.Module = bert_of(model).to(_device()).train()
    tokens, choose = _Tokens(), random.Random(recipe.seed)
    usable = [e for e in examples if e.right and e.right_sentences and e.wrong_sentences]

    def loss() -> torch.Tensor:
        batch = choose.choices(usable, k=recipe.batch)
        right = [choose.choice(e.right) for e in batch]
        wrong = [choose.choice(e.wrong) for e in batch for _ in range(recipe.passages - 1)]
        sentences = [choose.choice(e.right_sentences) for e in batch]
        others = [choose.choice(e.wrong_sentences) for e in batch]
        asked = _vectors(bert, [tokens(e.question, _QUESTION) for e in batch])
        read = _vectors(bert, [tokens(text, _PASSAGE) for text in (*right, *wrong)])
        said = _vectors(bert, [tokens(text, _SENTENCE) for text in (*sentences, *others)])
        by_passage = _contrast(asked, read, batch, [*right, *wrong], _right)
        by_sentence = _contrast(asked, said, batch, [*sentences, *others], _right_sentences)
        return by_passage + by_sentence

    _train(bert, loss, recipe, "Encoder")
    return bert.eval().cpu()


def _right(example: Example) -> Sequence[str]:
    return example.right


def _right_sentences(example: Example) -> Sequence[str]:
    return example.right_sentences


def tune_cross_encoder(
    examples: Sequence[Example], start: CrossEncoderNetwork, recipe: Recipe
) -> CrossEncoderNetwork:
    """Return the cross-encoder, tuned further on all examples."""
    network = start.to(_device()).train()
    tokens, choose = _Tokens(), random.Random(recipe.seed)
    usable = [e for e in examples if e.wrong]

    def loss() -> torch.Tensor:
        batch = choose.choices(usable, k=recipe.batch)
        lists = [list(_judged(example, recipe.passages, choose)) for example in batch]
        pairs = [
            pair(tokens(example.question, _QUESTION), tokens(text, _PASSAGE))
            for example, some in zip(batch, lists, strict=True)
            for text, _ in some
        ]
        scores = _scores(network, pairs).view(len(batch), recipe.passages)
        truths = [[float(is_right) for _, is_right in some] for some in lists]
        right = torch.tensor(truths, device=scores.device)
        weight = torch.tensor(_RIGHT_WEIGHT, device=scores.device)
        judged = functional.binary_cross_entropy_with_logits(scores, right, pos_weight=weight)
        answered = right.sum(1) > 0
        if not answered.any():
            return judged
        best = torch.logsumexp(scores.masked_fill(right == 0, -1e4), 1)
        return judged + (torch.logsumexp(scores, 1) - best)[answered].mean()

    _train(network, loss, recipe, "Cross-encoder")
    return network.eval().cpu()


def _judged(example: Example, count: int, choose: random.Random) -> Iterator[tuple[str, bool]]:
    """Yield so many passages and whether each answers."""
    if example.right:
        yield choose.choice(example.right), True
        count -= 1
    if example.bare and count:
        yield choose.choice(example.bare), False
        count -= 1
    near = example.wrong[:count] if not example.covered else example.wrong
    for text in choose.sample(near, count) if len(near) >= count else choose.choices(near, k=count):
        yield text, False


def _train(
    network: torch.nn.Module, loss: Callable[[], torch.Tensor], recipe: Recipe, title: str
) -> None:
    """Lower a loss by AdamW, warming up and then slowing down; word embeddings stay as they are."""
    torch.manual_seed(recipe.seed)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_("word_embeddings" not in name and "pooler" not in name)
    learned = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=recipe.learning_rate, weight_decay=0.01)

    def rate(step: int) -> float:
        warm = (step + 1) / (_WARM_UP * recipe.steps + 1)
        return min(1.0, warm) * (1 - step / recipe.steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for _ in track(range(recipe.steps), title, disable=not sys.stderr.isatty()):
        optimizer.zero_grad()
        cost = loss()
        cost.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        schedule.step()


def _contrast(
    asked: torch.Tensor,
    vectors: torch.Tensor,
    batch: Sequence[Example],
    texts: Sequence[str],
    right: Callable[[Example], Sequence[str]],
) -> torch.Tensor:
    """Return InfoNCE; text n is example n's, and another text that answers it is no negative."""
    logits = asked @ vectors.T / _TEMPERATURE
    also = [
        [n != m and text in right(example) for m, text in enumerate(texts)]
        for n, example in enumerate(batch)
    ]
    logits = logits.masked_fill(torch.tensor(also, device=logits.device), -1e4)
    return functional.cross_entropy(logits, torch.arange(len(batch), device=logits.device))


def _vectors(bert: torch.nn.Module, ids: Sequence[Ids]) -> torch.Tensor:
    """Return unit vectors: the mean of the last hidden states, shape (texts, dimension)."""
    tokens, mask = _padded(ids)
    hidden = bert(input_ids=tokens, attention_mask=mask).last_hidden_state
    kept = mask[..., None].to(hidden.dtype)
    return functional.normalize((hidden * kept).sum(1) / kept.sum(1), dim=-1)


def _scores(network: CrossEncoderNetwork, pairs: Sequence[tuple[Ids, Ids]]) -> torch.Tensor:
    """Return the log-odds of each pair; pairs of like length go together, with little padding."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]))
    parts = []
    for start in range(0, len(order), _TOGETHER):
        some = [pairs[n] for n in order[start : start + _TOGETHER]]
        ids, mask = _padded([ids for ids, _ in some])
        kinds, _ = _padded([kinds for _, kinds in some])
        parts.append(network(ids, mask, kinds))
    back = torch.tensor(np.argsort(order), device=parts[0].device)
    return torch.cat(parts)[back]


def _padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the rows filled up with 0 to one length, and where they were not."""
    longest = max(map(len, rows))
    filled = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return filled.to(_device()), mask.to(_device())


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    summary, _, _ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(prog="python -m qabot.evaluation.tune", description=summary)
    add = parser.add_argument
    add("sets", nargs="+", type=Path, metavar="SET", help="folder of policies/ and questions.jsonl")
    add("--out", type=Path, required=True, metavar="FOLDER", help="where the weights go")
    add("--share", type=float, default=0.5, help="of each set's companies that is tuned on (0.5)")
    add("--from-base", action="store_true", help="start from the base, not from the weights in use")
    add("--encoder-steps", type=int, default=0, help="0: the encoder stays as it is")
    add("--cross-encoder-steps", type=int, default=200, help="0: the cross-encoder stays as it is")
    add("--layers", type=int, default=3, help="of a cross-encoder started from the base (3)")
    add("--seed", type=int, default=0)
    add("--index", type=Path, default=Path("index"), help="whose prepared encoder is used (index)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Tune as the command line says, and write the weights with their card."""
    options = _options(arguments)
    name = PLAIN if options.from_base else DEFAULT
    nearest = load_encoder(name, options.index / ENCODERS)
    cards = {} if options.from_base else {part: read_card(WEIGHTS, part) for part in PARTS}
    examples: list[Example] = []
    companies: dict[str, tuple[str, ...]] = {}
    for folder in options.sets:
        # Weights that go on learning go on with the same companies: the others stay unseen.
        known = {c for card in cards.values() if card for c in card.companies.get(folder.name, ())}
        asked = companies_of(folder)
        chosen = [c for c in asked if c in known] or first_companies(asked, options.share)
        companies[folder.name] = tuple(chosen)
        examples += read_examples(folder, chosen, nearest)
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

    if options.encoder_steps:
        recipe = Recipe(options.encoder_steps, 64, 3, 1e-4, options.seed)
        write(ENCODER, tune_encoder(examples, name, recipe), recipe, 6)
    if options.cross_encoder_steps:
        recipe = Recipe(options.cross_encoder_steps, 12, 6, 3e-5, options.seed)
        before = cards.get(CROSS_ENCODER)
        layers = before.layers if before else options.layers
        start = cross_encoder_of(WEIGHTS) if before else untuned_cross_encoder(layers)
        write(CROSS_ENCODER, tune_cross_encoder(examples, start, recipe), recipe, layers)


def _kept(network: torch.nn.Module) -> Tensors:
    """Return what is written: not the word embeddings, the base's, nor the pooler, unused."""
    return {
        name.removeprefix("bert."): values
        for name, values in tensors_of(network).items()
        if not any(part in name for part in ("word_embeddings", "pooler", "position_ids"))
    }


if __name__ == "__main__":
    main(sys.argv[1:])
