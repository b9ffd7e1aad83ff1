import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from qabot.encoder.base import CrossEncoder
from qabot.encoder.load import PACKAGED, load_cross_encoder
from qabot.encoder.model_names import DEFAULT, PLAIN
from qabot.encoder.onnx import JUDGE, open_cross_encoder, pair, shortened
from qabot.encoder.tuned_weights import CROSS_ENCODER, WEIGHTS
from qabot.errors import EncoderUnavailable

QUESTION = "how long until I get my money back"
PASSAGES = (
    "Delivery\nWe deliver within three days of your order.",
    "Refunds\nWe pay your money back within 14 days of the day on which you return the goods.",
    "Refunds\nA refund is paid to the card that you used.",
    "Privacy\nWe keep your address for six years.",
)


@pytest.fixture(scope="module")
def judge(exports: Path) -> CrossEncoder:
    """Return the cross-encoder that comes along."""
    return load_cross_encoder(DEFAULT, exports)


def test_passage_that_answers_scores_highest(judge: CrossEncoder) -> None:
    """The clause that answers beats others on the same subject, and those on another."""
    scores = judge.scores(QUESTION, PASSAGES)

    assert scores.shape == (4,)
    assert int(scores.argmax()) == 1
    assert scores[1] > 0 > scores[3]


def test_default_keeps_its_scores(judge: CrossEncoder) -> None:
    """What comes exported is nearly what PyTorch runs of the weights that come along."""
    pytorch = import_module("qabot.encoder.pytorch")  # where it runs: it takes seconds
    base, _ = pytorch.original(PLAIN)
    tokens = [base.tokenizer(text)["input_ids"] for text in (QUESTION, *PASSAGES)]
    rows = [pair(tokens[0], passage) for passage in tokens[1:]]
    network = pytorch.cross_encoder_of(WEIGHTS)

    with pytorch.torch.no_grad():
        expected = [
            float(network(tensor([ids]), None, tensor([kinds])))
            for tensor in [pytorch.torch.tensor]
            for ids, kinds in rows
        ]

    np.testing.assert_allclose(judge.scores(QUESTION, PASSAGES), expected, atol=0.5)


def test_score_depends_on_no_neighbour(judge: CrossEncoder) -> None:
    """Alone, in another order, or from many threads at once: the same score."""
    together = judge.scores(QUESTION, PASSAGES)

    alone = [float(judge.scores(QUESTION, [text])[0]) for text in PASSAGES]
    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda _: judge.scores(QUESTION, PASSAGES), range(16)))

    np.testing.assert_array_equal(together, np.array(alone, dtype=np.float32))
    np.testing.assert_array_equal(judge.scores(QUESTION, PASSAGES[::-1]), together[::-1])
    assert all((scores == together).all() for scores in at_once)


def test_pair_is_question_then_passage() -> None:
    """Types tell the question from the passage; what is too long is cut and still closed."""
    ids, kinds = pair([101, 7, 8, 102], [101, 9, 102])
    long_ids, long_kinds = pair([101, *[7] * 100, 102], [101, *[9] * 400, 102])

    assert ids == [101, 7, 8, 102, 9, 102]
    assert kinds == [0, 0, 0, 0, 1, 1]
    assert len(long_ids) == len(long_kinds) == 288
    assert long_ids[63] == 102
    assert long_kinds == [0] * 64 + [1] * 224
    assert shortened([101, 5, 6, 7, 102], 3) == [101, 5, 102]


@pytest.mark.parametrize("file", [JUDGE, "tokenizer.json", "card.json"])
def test_damaged_export_is_refused(judge: CrossEncoder, tmp_path: Path, file: str) -> None:
    """An altered file is noticed before it is run, and the way out is named."""
    whole = PACKAGED / CROSS_ENCODER
    folder = Path(shutil.copytree(whole, tmp_path / "export"))
    (folder / file).write_bytes((folder / file).read_bytes()[:-3] + b"xyz")

    with pytest.raises(EncoderUnavailable, match="damaged; delete that folder"):
        open_cross_encoder(folder)
