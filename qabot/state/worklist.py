"""Work taken on in Slack: each piece by one replica, once, and by another if that one dies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Engine, RowMapping, delete, func, select, update

from qabot.state.database import insert_into, transaction
from qabot.state.stored import Work, now
from qabot.state.tables import slack_work

ATTEMPTS = 3
"""How often an answer is tried; work with more attempts behind it wants an apology."""

KEYS_KEPT = timedelta(days=1)
"""For how long work is known again; Slack delivers an event for the last time after 6 minutes."""

DIGEST = "digest"
"""The kind of work that a week's digest is."""

DIGESTS_KEPT = timedelta(days=15)
"""For how long a digest is known again: it is due all the week long."""

LEASE = timedelta(minutes=1)
"""For how long a replica holds work without renewing it."""

_RELEASED = datetime(1970, 1, 1, tzinfo=UTC)  # until when work is held that somebody let go of

_work = slack_work.c
_unfinished = _work.state != "done"
_KNOWN = tuple(field.name for field in fields(Work) if field.name != "posting")


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that was taken on, by any replica, and is not finished."""

    works: int
    oldest: datetime | None  #: when the oldest of it was taken on, None where there is none


def backlog(engine: Engine) -> Backlog:
    """Return what waits; raises StoreUnavailable."""
    waiting = select(func.count(), func.min(_work.taken)).where(_unfinished)
    with transaction(engine) as connection:
        works, oldest = connection.execute(waiting).one()
    return Backlog(works, oldest)


@dataclass(frozen=True, slots=True)
class Worklist:
    """What one replica does and may do; may be used from any thread.

    A replica holds work for as long as the lease says, from when it took it on or up, or last
    renewed it. Then whoever comes first takes it up.
    """

    engine: Engine
    lease: timedelta = LEASE
    clock: Callable[[], datetime] = now
    replica: str = field(default_factory=lambda: uuid4().hex)

    def take_on(self, work: Work) -> bool:
        """Hold new work; False if its event or its message has been taken on before."""
        known = {name: getattr(work, name) for name in _KNOWN}
        row = insert_into(self.engine, slack_work).values(known | {"state": "taken"} | self._held())
        new = row.on_conflict_do_nothing()
        with transaction(self.engine) as connection:
            return connection.execute(new.returning(_work.id)).first() is not None

    def take_up(self, at_most: int, *, released_alone: bool = False) -> Sequence[Work]:
        """Hold unfinished work that nobody holds any more, the oldest first.

        `released_alone`: what its replica let go of, and nothing whose lease has run out.
        """
        until = _RELEASED if released_alone else self.clock()
        due = (
            select(_work.id)
            .where(_unfinished, _work.leased_until <= until)
            .order_by(_work.taken, _work.id)
            .limit(at_most)
            .with_for_update(skip_locked=True)  # SQLite has one writer at a time, and no such words
            .cte("due")  # PostgreSQL may run a subquery more than once
        )
        taken_up = (
            update(slack_work)
            .where(_work.id.in_(select(due.c.id)))
            .values(attempts=_work.attempts + 1, **self._held())
            .returning(*_work)
        )
        with transaction(self.engine) as connection:
            rows = connection.execute(taken_up).mappings().all()
        return sorted(map(_read, rows), key=lambda work: (work.taken, work.id))

    def renew(self, works: Sequence[Work]) -> None:
        """Go on holding work that this replica still holds."""
        mine = _work.id.in_([work.id for work in works])
        self._update(mine, _unfinished, _work.replica == self.replica, **self._held())

    def posting(self, work: Work) -> bool:
        """Say that the reply goes out now; False if it must not: somebody else took the work up.

        Of all attempts at a piece of work the latest alone may post. The call to Slack has to end
        within the lease.
        """
        latest = _work.id == work.id, _work.attempts == work.attempts, _unfinished
        return self._update(*latest, state="posting", **self._held()) == 1

    def finish(self, work: Work) -> None:
        """Let go of work that is done, and of what was asked; its keys are known for a day."""
        self._update(_work.id == work.id, state="done", payload=None)

    def put_back(self, work: Work) -> None:
        """Forget work of which this is the latest attempt, so that it can be taken on anew."""
        latest = _work.id == work.id, _work.attempts == work.attempts, _unfinished
        with transaction(self.engine) as connection:
            connection.execute(delete(slack_work).where(*latest))

    def release(self) -> None:
        """Let go of all that this replica holds, for others to take up at once."""
        self._update(_work.replica == self.replica, _unfinished, leased_until=_RELEASED)

    def forget_old(self) -> None:
        """Drop what was done a day ago or longer, and digests of two weeks ago."""
        now = self.clock()
        old = (_work.kind != DIGEST) & (_work.taken <= now - KEYS_KEPT)
        old_digest = _work.taken <= now - DIGESTS_KEPT
        with transaction(self.engine) as connection:
            connection.execute(delete(slack_work).where(old | old_digest, ~_unfinished))

    def _held(self) -> dict[str, object]:
        return {"replica": self.replica, "leased_until": self.clock() + self.lease}

    def _update(self, *where: ColumnElement[bool], **values: object) -> int:
        with transaction(self.engine) as connection:
            return connection.execute(update(slack_work).where(*where).values(values)).rowcount


def _read(row: RowMapping) -> Work:
    return Work(**{name: row[name] for name in _KNOWN}, posting=row["state"] == "posting")
