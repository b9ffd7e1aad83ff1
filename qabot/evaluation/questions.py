"""questions.jsonl: what is asked, and when a citation of the answer is right."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qabot.errors import BadInput
from qabot.records import AskedQuestion

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A line of questions.jsonl: a question and the texts that answer it."""

    id: str
    question: str
    company: str | None
    as_of: date | None
    covered: bool
    gold: tuple[str, ...]
    kind: str = ""  #: how it is asked or why nothing answers, such as keywords or near_miss

    def asked(self, k: int = 3) -> AskedQuestion:
        """Return it as it is put to a bot, for at most `k` citations."""
        return AskedQuestion(self.question, company=self.company, as_of=self.as_of, k=k)


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Read questions; raises BadInput naming the line that is off."""
    questions = []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read as UTF-8 text; name a .jsonl file.") from error
    lines = text.removesuffix("\n").split("\n") if text.strip() else []
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            day = fields["as_of"] and date.fromisoformat(fields["as_of"])
            questions.append(_checked(LabelledQuestion(**{**fields, "as_of": day})))
        except (ValueError, TypeError, KeyError) as error:
            raise BadInput(
                f"{path}, line {number}: not a question; each line is an object with id, question, "
                "company, as_of, covered and gold, which is empty where nothing answers."
            ) from error
    if not questions:
        raise BadInput(f"{path}: holds no question; write one JSON object a line.")
    return questions


def _checked(question: LabelledQuestion) -> LabelledQuestion:
    """Raise TypeError where a field is of another kind than it should be."""
    texts = (question.id, question.question, question.company or "", *question.gold, question.kind)
    lists = isinstance(question.gold, list) and isinstance(question.covered, bool)
    if (
        not lists
        or not all(isinstance(text, str) for text in texts)
        or (question.covered and not question.gold)
    ):
        raise TypeError
    return replace(question, gold=tuple(question.gold))


def words(text: str) -> list[str]:
    """Return the words of a text: letters and digits alone, lower-cased."""
    return _WORD.findall(text.lower())


def is_right(citation: Sequence[str], gold: Iterable[Sequence[str]]) -> bool:
    """Whether a citation, as words, holds a gold text, lies in one, or shares enough of one."""
    return any(_holds(citation, text) for text in gold)


def _holds(citation: Sequence[str], gold: Sequence[str]) -> bool:
    cited, wanted = "".join(citation), "".join(gold)
    if not cited or not wanted:
        return False
    if wanted in cited or cited in wanted:
        return True
    shorter, longer = sorted((citation, gold), key=len)
    run = max(1, (len(shorter) + 1) // 2)
    runs = {tuple(longer[n : n + run]) for n in range(len(longer) - run + 1)}
    return any(tuple(shorter[n : n + run]) in runs for n in range(len(shorter) - run + 1))
