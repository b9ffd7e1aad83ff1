"""Threads that the bot has answered in: where they are, and nothing of what was said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from qabot.state.database import insert_into, transaction
from qabot.state.stored import now
from qabot.state.tables import slack_threads

THREADS_LAST = timedelta(days=30)
"""How long after its last answer a thread is one of the bot's."""

_thread = slack_threads.c


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads of every workspace; may be used from any thread."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def answered(self, team: str, channel: str, thread_ts: str) -> None:
        """Remember that the bot answered in a thread just now."""
        row = {"team": team, "channel": channel, "thread_ts": thread_ts, "answered": self.clock()}
        new = insert_into(self.engine, slack_threads).values(row)
        saved = new.on_conflict_do_update(
            index_elements=list(slack_threads.primary_key),
            set_={"answered": new.excluded.answered},
        )
        with transaction(self.engine) as connection:
            connection.execute(saved)

    def is_ours(self, team: str, channel: str, thread_ts: str) -> bool:
        """Return whether the bot answered in a thread lately."""
        known = select(_thread.answered).where(
            _thread.team == team,
            _thread.channel == channel,
            _thread.thread_ts == thread_ts,
            _thread.answered > self.clock() - THREADS_LAST,
        )
        with transaction(self.engine) as connection:
            return connection.execute(known).first() is not None

    def forget_old(self) -> None:
        """Drop the threads that are no longer the bot's."""
        old = _thread.answered <= self.clock() - THREADS_LAST
        with transaction(self.engine) as connection:
            connection.execute(delete(slack_threads).where(old))
