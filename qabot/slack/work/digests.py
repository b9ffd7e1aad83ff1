"""The weekly digest in a channel: once a week, by one of all the processes that there are."""

import json
import re
from asyncio import to_thread
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

import structlog

from qabot.errors import BadInput, StoreUnavailable
from qabot.service.ask import Questions
from qabot.service.gaps import find_gaps
from qabot.service.page_links import OwnPages
from qabot.settings import Settings
from qabot.slack.views.digest import SHOWN, Digest, digest_message
from qabot.slack.views.message import Message
from qabot.slack.work.posting import NOT_NOW, Poster, Undeliverable
from qabot.slack.work.replies import ClientFor
from qabot.slack.work.worker import finish, reference_of
from qabot.state.store import Store
from qabot.state.stored import Work, now
from qabot.state.worklist import ATTEMPTS, DIGEST, Worklist

_NAMESPACE = UUID("0b9f3a52-6c1e-4b8e-9f34-7d1f2a9c5e60")  # of the ids of digests, nothing else
_WEEK = timedelta(7)
_FROM = time(8)  # of Monday, UTC

_log = structlog.get_logger("qabot.slack")


def channel_of(settings: Settings) -> str:
    """Return the channel that gets the digest, "" for none; raises BadInput for what is none."""
    channel = settings.slack_digest_channel
    if channel and not re.fullmatch("[CG][A-Z0-9]{2,}", channel):
        raise BadInput(
            f"QABOT_SLACK_DIGEST_CHANNEL is {channel!r}; set the channel's id, which its details "
            "in Slack show at the end: C0123456789."
        )
    if channel and settings.slack_client_id:
        raise BadInput(
            "QABOT_SLACK_DIGEST_CHANNEL is for a bot of one workspace, as the questions of all "
            "are in one log; unset it, or QABOT_SLACK_CLIENT_ID."
        )
    return channel


def digest_work(channel: str, monday: date) -> Work:
    """Return the work of a week's digest, the same for every process: its id is of both."""
    year, week, _ = monday.isocalendar()
    named = json.dumps([channel, f"{year}-W{week:02}"])
    payload = {"channel": channel, "monday": monday.isoformat()}
    return Work(team="", kind=DIGEST, payload=payload, id=uuid5(_NAMESPACE, named).hex)


@dataclass(frozen=True, slots=True)
class Digests:
    """Makes and posts digests for one channel."""

    questions: Questions
    store: Store
    worklist: Worklist
    client_for: ClientFor
    pages: OwnPages | None
    settings: Settings
    clock: Callable[[], datetime] = now

    def due(self) -> Iterator[Work]:
        """Yield the digest of the week that ended last, from Monday morning on.

        Whoever takes it on first posts it; it is known again until long after the week.
        """
        today = self.clock().astimezone(UTC)
        monday = today.date() - timedelta(today.weekday())
        channel = channel_of(self.settings)
        if channel and today >= datetime.combine(monday, _FROM, UTC):
            yield digest_work(channel, monday - _WEEK)

    async def do(self, work: Work) -> None:
        """Post a digest. Where Slack takes it not at all it is tried anew, until the week is over.

        That is where the bot is not in the channel yet, or Slack is away for long.
        """
        try:
            await self._post(work)
        except Undeliverable as error:
            _log.error("digest not posted", reference=reference_of(work), reason=str(error))
            await to_thread(self.worklist.put_back, work)
        except (*NOT_NOW, StoreUnavailable) as error:
            reason = type(error).__name__
            _log.error("digest not posted", reference=reference_of(work), reason=reason)
            if work.attempts > ATTEMPTS and not isinstance(error, StoreUnavailable):
                await to_thread(self.worklist.put_back, work)

    async def _post(self, work: Work) -> None:
        channel = str(work.payload["channel"])
        monday = date.fromisoformat(str(work.payload["monday"]))
        poster = Poster(await self.client_for(work.team, None))
        message = await to_thread(self.message, monday)
        if await to_thread(self.worklist.posting, work):
            await poster.post(channel, message, work_id=work.id)
            await finish(self.worklist, work)

    def message(self, monday: date) -> Message:
        """Return the digest of the week that begins on a Monday; its days are those of UTC."""
        since = datetime.combine(monday, time(), UTC)
        bot = self.questions.live.bot
        gaps = find_gaps(self.store, bot, since, until=since + _WEEK, looked_at=slice(SHOWN))
        if pages := self.pages:
            linked = pages.linked_citation
            gaps = [replace(gap, nearest=gap.nearest and linked(gap.nearest)) for gap in gaps]
        digest = Digest(
            first=monday,
            last=monday + timedelta(6),
            asked=len(self.store.questions(since, since + _WEEK)),
            gaps=gaps,
            is_logged=self.settings.log_questions,
            page=f"{pages.base.rstrip('/')}/owner/gaps?days=14" if pages else None,
        )
        return digest_message(digest)
