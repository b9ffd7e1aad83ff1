"""A question for the test set, labelled with the text that answers it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from qabot.errors import BadInput
from qabot.evaluation.questions import LabelledQuestion, read_questions, words
from qabot.index.corpus import Corpus
from qabot.records import Entry, Span

_NEAREST = 60  # characters of a text that a sentence repeats


def from_passage(asked: LabelledQuestion, place: str, corpus: Corpus) -> LabelledQuestion:
    """Label a question with what stands at VERSION:START of a corpus.

    That is the sentence that begins there or, where a passage does, the passage. Raises BadInput
    where none does.
    """
    version_id, _, start = place.rpartition(":")
    entry = next((one for one in corpus.entries if one.id == version_id), None)
    if entry is None or not start.isdecimal():
        raise BadInput(
            f"{place!r} is no place of a text; write VERSION:START as an answer's JSON has them, "
            "such as larkfield-telecom/privacy@2025-02-01:1207."
        )
    for passage in corpus.passages(entry.rows):
        begins = {
            one.start: corpus.text(entry.id)[one.start : one.end] for one in passage.sentences
        }
        begins[passage.start] = passage.text
        if gold := begins.get(int(start)):
            return _of(entry, replace(asked, gold=(gold,)))
    raise BadInput(f"Neither a passage nor a sentence of {version_id} begins at {start}.")


def from_texts(asked: LabelledQuestion, golds: Sequence[str], corpus: Corpus) -> LabelledQuestion:
    """Label a question with texts that one company's versions hold; else raises BadInput."""
    companies = [{asked.company}] if asked.company else []
    holders: list[Entry] = []
    for gold in golds:
        holders = [entry for entry in corpus.entries if holds(corpus, entry, gold)]
        if not holders:
            raise BadInput(
                f"No version has the text {gold[:_NEAREST]!r}; copy it from the policy, letter by "
                "letter."
            )
        companies.append({entry.company for entry in holders})
    if not set.intersection(*companies):
        raise BadInput("These texts are of several companies, or of another one; name one company.")
    asked = replace(asked, gold=tuple(golds))
    days = Span.of_day(asked.as_of or date.today())
    in_force = [entry for entry in holders if entry.is_in_force(days)]
    return _of((in_force or holders)[-1], asked)


def holds(corpus: Corpus, entry: Entry, gold: str) -> bool:
    """Tell whether a version has a text, letters and digits compared alone."""
    return " ".join(words(gold)) in " ".join(words(corpus.text(entry.id)))


def stale(question: LabelledQuestion, corpus: Corpus, today: date) -> bool:
    """Tell whether no version that is in force has any of the texts that should answer."""
    day = question.as_of or today
    entries = [one for one in corpus.entries if one.is_in_force(Span.of_day(day))]
    return question.covered and not any(
        holds(corpus, entry, gold) for entry in entries for gold in question.gold
    )


def add(file: Path, question: LabelledQuestion) -> LabelledQuestion:
    """Write a question behind those of a test set, under the next free id, and return it.

    Raises BadInput where it is there already.
    """
    known = read_questions(file) if file.is_file() else []
    for one in known:
        if (one.question, one.company, one.as_of) == (
            question.question,
            question.company,
            question.as_of,
        ):
            raise BadInput(f"{file} has this question already, as {one.id}.")
    taken = {one.id for one in known}
    number = next(n for n in range(len(known) + 1, 2 * len(known) + 2) if f"q{n}" not in taken)
    question = replace(question, id=f"q{number}")
    before = file.read_text(encoding="utf-8") if known else ""
    end = "" if not before or before.endswith("\n") else "\n"
    with _writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(end + _line(question) + "\n")
    return question


def remove(file: Path, name: str) -> LabelledQuestion:
    """Take the question with this id out of a test set, and return it; raises BadInput for none."""
    known = read_questions(file) if file.is_file() else []
    gone = next((one for one in known if one.id == name), None)
    if gone is None:
        raise BadInput(f"{file} has no question {name}; see: qabot questions list")
    kept = "".join(_line(one) + "\n" for one in known if one is not gone)
    with _writing(file):
        if not kept:
            file.unlink()
            return gone
        written = file.with_suffix(".new")
        written.write_text(kept, encoding="utf-8")
        written.replace(file)
    return gone


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(
            f"{file} cannot be written here: keep its questions where the index is made, with: "
            "qabot questions"
        ) from error


def _line(question: LabelledQuestion) -> str:
    fields = asdict(question)
    if not question.kind:
        del fields["kind"]
    return json.dumps(fields, ensure_ascii=False, default=date.isoformat)


def _of(entry: Entry, asked: LabelledQuestion) -> LabelledQuestion:
    """Put a question to the company of a version and, if it is not in force, to a day it was.

    Raises BadInput where the question is put to a day on which the version is not in force.
    """
    day = asked.as_of
    if day and not entry.is_in_force(Span.of_day(day)):
        raise BadInput(f"{entry.id} is not in force on {day}: name what was, or leave the day out.")
    if day is None and not entry.is_in_force(Span.of_day(date.today())):
        day = entry.begins
    return replace(asked, company=asked.company or entry.company, as_of=day)
