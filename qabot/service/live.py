"""The live build in a running service: another build takes over without a question lost."""

from asyncio import gather, sleep, to_thread

import structlog

from qabot.answering.bot import Bot
from qabot.encoder.base import Models
from qabot.errors import BuildRefused
from qabot.index.releases import current_id
from qabot.index.shared_releases import SharedReleases
from qabot.records import Answer, AskedQuestion

_REFRESH = 1.0  # seconds between two looks at which build is live

_log = structlog.get_logger("qabot.service")

_QUESTION = "What does the policy say?"  # names neither a company nor a day, as a title may


class LiveBot:
    """Holds the bot of the live build of an index; `bot` may be read from any thread.

    Whoever took `bot` keeps a whole build for as long as it needs it: the files of a build that is
    no longer live stay open until its last question is answered.
    """

    def __init__(self, releases: SharedReleases, models: Models) -> None:
        self.index = releases.index
        self.releases = releases
        self.models = models
        self.bot = self._opened()

    def refresh(self) -> bool:
        """Take over the build that is live now, if it is another; return whether it was.

        Raises BuildRefused when that build cannot answer; the bot stays what it was.
        """
        if current_id(self.index) == self.bot.index.manifest.id:
            return False
        self.bot = self._opened()
        return True

    def _opened(self) -> Bot:
        bot = Bot.open(self.index, self.models, self.releases.milvus)
        probe(bot)
        return bot


def probe(bot: Bot) -> Answer:
    """Ask the first policy's company; raises BuildRefused where nothing is searched for it."""
    first = bot.index.corpus.entries[0]
    answer = bot.ask(AskedQuestion(_QUESTION, company=first.company, as_of=first.begins))
    if not answer.scope.passages:
        raise BuildRefused(
            f"{bot.index.manifest.id}: finds nothing in {first.policy}, which it holds; "
            "build again with: qabot index"
        )
    return answer


async def watch(live: LiveBot) -> None:
    """Take over each build that goes live; one that cannot answer is said once and left alone."""
    refused = ""
    while True:
        await sleep(_REFRESH)
        (outcome,) = await gather(to_thread(live.refresh), return_exceptions=True)
        if outcome is True:
            refused = ""
            _log.info("build", build=live.bot.index.manifest.id)
        elif isinstance(outcome, BaseException):  # of any kind: the next build may be right
            reason = f"{type(outcome).__name__}: {outcome}"
            if reason != refused:
                _log.error("build refused", reason=reason)
            refused = reason
