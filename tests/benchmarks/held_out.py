"""The part of a set that nothing was tuned on: `make evaluate` measures on it.

    python -m tests.benchmarks.held_out SET OUT

OUT becomes a folder like SET, with the companies alone on which the encoder and the cross-encoder
that come here were not tuned. Ranking and verdict may have been fitted on them; what a fit brings
on companies that it has not seen is in fitted.json.
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from qabot.evaluation.questions import read_questions
from qabot.evaluation.training_examples import held_out_companies
from qabot.index.build import read_versions


def main(arguments: Sequence[str]) -> None:
    """Write the part."""
    folder, out = map(Path, arguments)
    companies = held_out_companies(folder)
    shutil.rmtree(out, ignore_errors=True)
    (out / "policies").mkdir(parents=True)
    for version in read_versions([folder / "policies"]):
        if version.company in companies:
            file = Path(version.file)
            shutil.copy(file, out / "policies" / file.name)
    questions = folder / "questions.jsonl"
    asked = read_questions(questions)
    lines = questions.read_text(encoding="utf-8").splitlines()
    kept = [line for line, q in zip(lines, asked, strict=True) if q.company in companies]
    (out / "questions.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
