"""Which answers to known questions another build would give otherwise than the live one."""

from contextlib import closing
from datetime import date

from qabot.answering.bot import Bot
from qabot.changes.drift import Drift, drift
from qabot.evaluation.questions import read_questions
from qabot.evaluation.test_set import test_set
from qabot.index.releases import build_folder
from qabot.records import AskedQuestion
from qabot.service.live import LiveBot
from qabot.state.store import Store

_MOST = 100  # questions of the log that are asked, the newest


def answer_moves(live: LiveBot, build: str, store: Store, day: date) -> Drift:
    """Ask both builds, on one day, the corpus's own questions and the newest of the log.

    Raises BadInput where there is no such build, BuildRefused where it cannot answer.
    """
    before = live.bot
    after = Bot.of_build(build_folder(live.index, build), live.models, live.releases.milvus)
    with closing(after.index):
        return drift(before, after, _known_questions(live, store), day)


def _known_questions(live: LiveBot, store: Store) -> list[AskedQuestion]:
    file = test_set(live.index)
    own = [one.asked() for one in (read_questions(file) if file else ())]
    logged = dict.fromkeys(
        AskedQuestion(one.text, company=one.company, as_of=one.as_of)
        for one in reversed(store.questions())
    )
    return list(dict.fromkeys([*own, *list(logged)[:_MOST]]))
