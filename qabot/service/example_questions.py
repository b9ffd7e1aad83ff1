"""Questions to begin with: worded as people ask, from what the policies say, and answered.

An owner writes their own into `examples.txt` in the index, a line each. Otherwise they are made
from headings, sentences and tables (`qabot.service.example_wording`), and each is asked once: those
remain that are answered by the passage they were made from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, zip_longest
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from qabot.answering.bot import Bot
from qabot.catalog.names import same_company
from qabot.records import AskedQuestion, Entry, Span
from qabot.service.example_wording import Worded, worded

FILE = "examples.txt"
MOST = 6
"""Questions shown."""

_TRIED = 40  # questions asked at most
_OF_POLICY = 2  # questions about one policy at most

_making = Lock()
_of_bots: WeakKeyDictionary[Bot, dict[Sequence[str], Sequence[str]]] = WeakKeyDictionary()


def examples(
    bot: Bot, index: Path, company: str | None = None, among: frozenset[str] | None = None
) -> Sequence[str]:
    """Return at most `MOST` questions about a company's policies, None: all companies'.

    `among` are the companies that the asker may see, None: all. They are made once for a build and
    its companies, which takes about a second; the file in `index` is read anew each time.
    """
    companies = [name for name in bot.companies if among is None or name in among]
    if company is not None:
        companies = [name for name in companies if same_company(name) == same_company(company)]
    if own := _own(index / FILE, bot, companies):
        return own[:MOST]
    with _making:
        made = _of_bots.setdefault(bot, {})
        whose = tuple(companies)
        if whose not in made:
            made[whose] = _made(bot, whose, is_named=len(whose) > 1)
        return made[whose]


def _own(file: Path, bot: Bot, companies: Sequence[str]) -> list[str]:
    """Return the owner's questions about these companies: all that name no other in front."""
    if not file.is_file():
        return []
    known = {same_company(name): name for name in bot.companies}
    found = []
    for line in filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines())):
        name, _, question = line.partition(": ")
        whose = known.get(same_company(name)) if question else None
        if whose is None or whose in companies:
            found.append(question if whose else line)
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    worded: Worded


def _made(bot: Bot, companies: Sequence[str], *, is_named: bool) -> Sequence[str]:
    """Return questions that are answered; `is_named`: each names its company."""
    found: list[str] = []
    of_policy: dict[str, int] = {}
    for one in islice(_candidates(bot, companies), _TRIED):
        company, policy = one.entry.company, one.entry.policy
        question = one.worded.question
        if is_named:
            question = f"{question.removesuffix('?')} at {company}?"
        if question in found or of_policy.get(policy, 0) == _OF_POLICY:
            continue
        if _is_answered(bot, question, one):
            found.append(question)
            of_policy[policy] = of_policy.get(policy, 0) + 1
        if len(found) == MOST:
            break
    return found


def _candidates(bot: Bot, companies: Sequence[str]) -> Iterator[_Candidate]:
    """Yield questions, of each policy one, then of each a second one, and so on."""
    today = Span.of_day(date.today())
    entries = [
        entry
        for entry in bot.index.corpus.entries
        if entry.company in companies and entry.is_in_force(today)
    ]
    by_company = [[e for e in entries if e.company == company] for company in companies]
    ordered = [entry for row in zip_longest(*by_company) for entry in row if entry]
    questions = [_of(bot, entry) for entry in ordered[:_TRIED]]
    return (one for one in chain.from_iterable(zip_longest(*questions)) if one)


def _of(bot: Bot, entry: Entry) -> list[_Candidate]:
    corpus = bot.index.corpus
    version = corpus.version(entry.id)
    if version is None:
        return []
    return [_Candidate(entry, one) for one in worded(version, corpus.passages(entry.rows))]


def _is_answered(bot: Bot, question: str, candidate: _Candidate) -> bool:
    """Tell whether the passage that a question was made from is what answers it."""
    answer = bot.ask(AskedQuestion(question, candidate.entry.company, k=1))
    return any(
        cited.version == candidate.entry.id
        and cited.start < candidate.worded.end
        and cited.end > candidate.worded.start
        for cited in answer.citations
    )
