"""Where an app is installed, encrypted by the caller; and states of installations under way."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, delete, select, update

from qabot.state.database import insert_into, transaction
from qabot.state.key_tokens import digest
from qabot.state.stored import now
from qabot.state.tables import slack_installations, slack_states

STATES_LAST = timedelta(minutes=10)
"""How long somebody may take to complete an installation."""

_row = slack_installations.c


class Owner(NamedTuple):
    """Whose an installation is: a user's, or with user "" the bot's."""

    enterprise: str  #: "" for none
    team: str  #: "" for a whole enterprise
    user: str = ""


@dataclass(frozen=True, slots=True)
class Installations:
    """Installations of one app, of each owner the newest; may be used from any thread."""

    engine: Engine
    app: str  #: what it is in Slack, its client id

    def save(self, rows: Iterable[tuple[Owner, datetime, bytes]]) -> None:
        """Keep what was installed for whom and when; what was installed later stays."""
        with transaction(self.engine) as connection:
            for owner, installed, encrypted in rows:
                new = insert_into(self.engine, slack_installations).values(
                    app=self.app, **owner._asdict(), installed=installed, encrypted=encrypted
                )
                saved = new.on_conflict_do_update(
                    index_elements=list(slack_installations.primary_key),
                    set_={"installed": new.excluded.installed, "encrypted": new.excluded.encrypted},
                    where=_row.installed <= new.excluded.installed,
                )
                connection.execute(saved)

    def find(self, owner: Owner) -> bytes | None:
        """Return the installation of an owner."""
        return self._first(self._of(owner))

    def newest_of_users(self, owner: Owner) -> bytes | None:
        """Return the newest of all users of a team or enterprise."""
        return self._first(self._of_users(owner))

    def delete(self, owner: Owner) -> None:
        """Forget the installation of an owner."""
        self._delete(self._of(owner))

    def delete_of_users(self, owner: Owner) -> None:
        """Forget those of all users of a team or enterprise."""
        self._delete(self._of_users(owner))

    def encrypt_anew(self, anew: Callable[[bytes], bytes]) -> None:
        """Replace each by what a function makes of it, unless it is replaced meanwhile."""
        of_app = _row.app == self.app
        with transaction(self.engine) as connection:
            kept = connection.scalars(select(_row.encrypted).where(of_app)).all()
        changed = [(old, anew(old)) for old in kept]
        for old, new in changed:
            same = of_app, _row.encrypted == old
            with transaction(self.engine) as connection:
                connection.execute(update(slack_installations).where(*same).values(encrypted=new))

    def _of(self, owner: Owner) -> ColumnElement[bool]:
        return self._in_team(owner) & (_row.user == owner.user)

    def _of_users(self, owner: Owner) -> ColumnElement[bool]:
        return self._in_team(owner) & (_row.user != "")

    def _in_team(self, owner: Owner) -> ColumnElement[bool]:
        in_enterprise = (_row.app == self.app) & (_row.enterprise == owner.enterprise)
        return in_enterprise & (_row.team == owner.team)

    def _first(self, where: ColumnElement[bool]) -> bytes | None:
        newest = select(_row.encrypted).where(where).order_by(_row.installed.desc()).limit(1)
        with transaction(self.engine) as connection:
            return connection.scalar(newest)

    def _delete(self, where: ColumnElement[bool]) -> None:
        with transaction(self.engine) as connection:
            connection.execute(delete(slack_installations).where(where))


@dataclass(frozen=True, slots=True)
class OAuthStates:
    """Installations that people have begun, each of which may be completed once, and soon."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def issue(self) -> str:
        """Return what whoever completes the installation has to show."""
        state = secrets.token_urlsafe(32)
        issued = self.clock()
        row = {"state_sha256": digest(state), "expires": issued + STATES_LAST}
        with transaction(self.engine) as connection:
            connection.execute(delete(slack_states).where(slack_states.c.expires <= issued))
            connection.execute(insert_into(self.engine, slack_states).values(row))
        return state

    def consume(self, state: str) -> bool:
        """Return whether a state was issued, has not expired, and is shown for the first time."""
        shown = slack_states.c.state_sha256 == digest(state)
        shown_first = delete(slack_states).where(shown, slack_states.c.expires > self.clock())
        with transaction(self.engine) as connection:
            return connection.execute(shown_first).rowcount == 1
