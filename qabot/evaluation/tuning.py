"""What the encoder and the cross-encoder learn from examples: losses and the loop that lowers them.

The encoder learns by InfoNCE (van den Oord et al. 2018) over the batch and hard negatives, the
question against passages and against sentences. The cross-encoder learns by a softmax over one
passage that answers and others that do not, and by the cross-entropy of each judgement; one of the
others is the right passage without the sentences that answer. With a teacher it also learns the
teacher's judgements (Hinton et al. 2015).
"""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rich.progress import track
from torch.nn import functional

from qabot.encoder.onnx import pair, shortened
from qabot.evaluation.training_examples import TrainingExample

_TEMPERATURE = 0.05
_QUESTION, _PASSAGE, _SENTENCE = 64, 256, 96  # tokens
_WARM_UP = 0.1  # share of the steps
_RIGHT_WEIGHT = 3.0  # of a passage that answers in the cross-entropy: most do not
_TOGETHER = 128 if torch.cuda.is_available() else 18  # pairs of like length that go together

Ids = list[int]
Tokenize = Callable[[str], Ids]
"""A text's tokens, [CLS] in front and [SEP] behind."""

Judge = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Tokens, mask and token types, shape (pairs, tokens), to the log-odds of each pair."""


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

    def __init__(self, tokenize: Tokenize) -> None:
        self._tokenize = tokenize
        self._known: dict[str, Ids] = {}

    def __call__(self, text: str, most: int) -> Ids:
        """Return a text's tokens, at most so many."""
        if text not in self._known:
            self._known[text] = self._tokenize(text)
        return shortened(self._known[text], most)


def tune_encoder(
    examples: Sequence[TrainingExample], bert: torch.nn.Module, tokenize: Tokenize, recipe: Recipe
) -> None:
    """Tune a BERT, in place, on the covered examples."""
    bert.to(_DEVICE).train()
    tokens, choose = _Tokens(tokenize), random.Random(recipe.seed)
    usable = [e for e in examples if e.right and e.right_sentences and e.wrong_sentences]

    def loss() -> torch.Tensor:
        batch = choose.choices(usable, k=min(recipe.batch, len(usable)))
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
    bert.eval().cpu()


def _right(example: TrainingExample) -> Sequence[str]:
    return example.right


def _right_sentences(example: TrainingExample) -> Sequence[str]:
    return example.right_sentences


def tune_cross_encoder(
    examples: Sequence[TrainingExample],
    network: torch.nn.Module,
    tokenize: Tokenize,
    recipe: Recipe,
    teacher: torch.nn.Module | None = None,
) -> None:
    """Tune a cross-encoder, in place, on all examples, beside a teacher where there is one."""
    network.to(_DEVICE).train()
    if teacher:
        teacher.to(_DEVICE).eval()
    tokens, choose = _Tokens(tokenize), random.Random(recipe.seed)
    usable = [e for e in examples if e.wrong]

    def loss() -> torch.Tensor:
        batch = choose.choices(usable, k=min(recipe.batch, len(usable)))
        lists = [list(_judged(example, recipe.passages, choose)) for example in batch]
        pairs = [
            pair(tokens(example.question, _QUESTION), tokens(text, _PASSAGE))
            for example, some in zip(batch, lists, strict=True)
            for text, _ in some
        ]
        scores = judgements(network, pairs).view(len(batch), recipe.passages)
        truths = [[float(is_right) for _, is_right in some] for some in lists]
        right = torch.tensor(truths, device=scores.device)
        weight = torch.tensor(_RIGHT_WEIGHT, device=scores.device)
        cost = functional.binary_cross_entropy_with_logits(scores, right, pos_weight=weight)
        answered = right.sum(1) > 0
        if answered.any():
            best = torch.logsumexp(scores.masked_fill(right == 0, -1e4), 1)
            cost = cost + (torch.logsumexp(scores, 1) - best)[answered].mean()
        if teacher:
            with torch.no_grad():
                taught = judgements(teacher, pairs).view(scores.shape)
            cost = cost + _taught(scores, taught)
        return cost

    _train(network, loss, recipe, "Cross-encoder")
    network.eval().cpu()


def _taught(scores: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Return how far judgements are from a teacher's: one by one, and within each question."""
    each = functional.binary_cross_entropy_with_logits(scores, taught.sigmoid())
    order = functional.cross_entropy(scores, taught.softmax(1))
    return each + order


def _judged(
    example: TrainingExample, count: int, choose: random.Random
) -> Iterator[tuple[str, bool]]:
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
    batch: Sequence[TrainingExample],
    texts: Sequence[str],
    right: Callable[[TrainingExample], Sequence[str]],
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
    with _lower_precision():
        hidden = bert(input_ids=tokens, attention_mask=mask).last_hidden_state
    kept = mask[..., None].float()
    return functional.normalize((hidden.float() * kept).sum(1) / kept.sum(1), dim=-1)


def judgements(network: Judge | torch.nn.Module, pairs: Sequence[tuple[Ids, Ids]]) -> torch.Tensor:
    """Return the log-odds of each pair; pairs of like length go together, with little padding."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]))
    parts = []
    for start in range(0, len(order), _TOGETHER):
        some = [pairs[n] for n in order[start : start + _TOGETHER]]
        ids, mask = _padded([ids for ids, _ in some])
        kinds, _ = _padded([kinds for _, kinds in some])
        with _lower_precision():
            parts.append(network(ids, mask, kinds).float())
    back = torch.tensor(np.argsort(order), device=parts[0].device)
    return torch.cat(parts)[back]


def _padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the rows filled up with 0 to one length, and where they were not."""
    lengths = np.array([len(row) for row in rows])
    mask = np.arange(lengths.max()) < lengths[:, None]
    filled = np.zeros(mask.shape, dtype=np.int64)
    filled[mask] = np.concatenate([np.asarray(row, dtype=np.int64) for row in rows])
    to_device = (torch.from_numpy(a).to(_DEVICE) for a in (filled, mask.astype(np.int64)))
    return next(to_device), next(to_device)


_DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def _lower_precision() -> torch.autocast:
    return torch.autocast(_DEVICE, dtype=torch.bfloat16, enabled=_DEVICE == "cuda")
