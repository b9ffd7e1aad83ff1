"""Small models of random weights, and sentence-transformers' own run of any."""

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Normalize,
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, BertTokenizer

TEXT = "query passage : how long do you keep call records we keep them for 12 months . ?"
WORDS = TEXT.split()


def reference(folder: Path) -> SentenceTransformer:
    """Load a saved model as sentence-transformers runs it."""
    return SentenceTransformer(str(folder), device="cpu")


def saved(modules: list[torch.nn.Module], prompts: dict[str, str], folder: Path) -> Path:
    """Save a sentence-transformers model with these prompts; return its folder."""
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


def small_bert(folder: Path, prompts: dict[str, str]) -> Path:
    """Save a small random BERT, of the common kind, in a folder to be made."""
    torch.manual_seed(3)
    bert = folder.with_name("bert")
    bert.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (bert / "vocab.txt").write_text("\n".join([*special, *dict.fromkeys(WORDS)]))
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    config = BertConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        num_attention_heads=2,
        num_hidden_layers=2,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(bert)
    words = Transformer(str(bert), max_seq_length=40)
    return saved([words, Pooling(32, pooling_mode="mean"), Normalize()], prompts, folder)


def small_static(folder: Path, prompts: dict[str, str]) -> Path:
    """Save a small random model that looks up a vector a word, of a kind not exported."""
    torch.manual_seed(3)
    vocabulary = {word: number for number, word in enumerate(["[UNK]", *dict.fromkeys(WORDS)])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    return saved([StaticEmbedding(tokenizer, embedding_dim=32)], prompts, folder)
