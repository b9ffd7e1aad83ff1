"""Keys, feedback, the question log and secrets; tables of the Slack bot have their own modules."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Engine, Executable, delete, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from qabot.errors import BadInput, StoreUnavailable
from qabot.state import tables
from qabot.state.database import insert_into, new_engine, transaction
from qabot.state.key_tokens import digest, id_in, new_token
from qabot.state.known_keys import Keys, KnownKeys
from qabot.state.masking import mask
from qabot.state.migrate import upgrade
from qabot.state.origins import exact_origin
from qabot.state.stored import Feedback, Key, KeyKind, LoggedQuestion, now

_Record = TypeVar("_Record")


class Store:
    """Keys, feedback, questions and secrets; may be used from any thread.

    Whatever cannot be read or written raises StoreUnavailable, and the next call tries anew.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known_keys = KnownKeys(self._keys_in_force)

    @classmethod
    def open(cls, address: str) -> "Store":
        """Open the store at an address, making what is missing and bringing it up to date."""
        engine = new_engine(address)
        try:
            upgrade(engine)
        except StoreUnavailable:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Let go of the database."""
        self._known_keys.close()
        self.engine.dispose()

    def add_key(
        self, kind: KeyKind, name: str, company: str | None = None, origins: Sequence[str] = ()
    ) -> tuple[Key, str]:
        """Make a key; return it and its token. That of a server key cannot be had again."""
        exact = tuple(dict.fromkeys(map(exact_origin, origins)))
        if not name.strip():
            raise BadInput("The key has no name; say what it is for: qabot keys add NAME")
        if company is not None and not any(map(str.isalnum, company)):
            raise BadInput(
                f"{company!r} is no company's name; give one, or leave the company out for a key "
                "that asks about every company."
            )
        if kind == "publishable" and not exact:
            raise BadInput(
                "A key for pages needs their addresses: add --origin https://help.example.com for "
                "each site, or --server for the key of a server."
            )
        if kind == "server" and exact:
            raise BadInput(
                "A key for a server is bound to no pages; leave out --origin or --server."
            )
        key, token = new_token(kind)
        row = {
            "id": key,
            "kind": kind,
            "name": name.strip(),
            "company": company,
            "origins": exact,
            "created": now(),
            "token_sha256": digest(token),
            "token": token if kind == "publishable" else None,
        }
        made = insert(tables.keys).values(row).returning(*tables.keys.c)
        with transaction(self.engine) as connection:
            found = _key(connection.execute(made).mappings().one())
        self._known_keys.forget()
        return found, token

    def keys(self) -> list[Key]:
        """Return all keys, the oldest first, revoked ones too."""
        return self._read(_key, select(tables.keys).order_by("created", "id"))

    def find_key(self, token: str) -> Key | None:
        """Return the key of a token; None if it is unknown, malformed or revoked.

        What another process adds counts here within a tenth of a second, and what it revokes within
        KEYS_LAST seconds; while the store cannot be read, what it last said holds for KEYS_KEPT.
        """
        named = id_in(token)
        key, expected = self._known_keys.get(named or None).get(named, (None, b""))
        return key if key and compare_digest(digest(token), expected) else None

    def has_key(self, key: str) -> bool:
        """Tell whether a key of this id is in force."""
        return key in self._known_keys.get(key)

    def origins(self) -> frozenset[str]:
        """Return the origins of the pages that may ask, as up to date as `find_key`."""
        live = self._known_keys.get().values()
        return frozenset(origin for key, _ in live for origin in key.origins)

    def revoke_key(self, key: str) -> Key:
        """Refuse a key from now on, by its id or token; one that is revoked stays as it is."""
        named = id_in(key) or key
        revoked = (
            update(tables.keys)
            .where(tables.keys.c.id == named)
            .values(revoked=func.coalesce(tables.keys.c.revoked, now()))
            .returning(*tables.keys.c)
        )
        with transaction(self.engine) as connection:
            row = connection.execute(revoked).mappings().one_or_none()
        if row is None:
            raise BadInput("There is no key of that id; see: qabot keys list")  # it may be a secret
        self._known_keys.forget()
        return _key(row)

    def save_feedback(self, feedback: Feedback) -> None:
        """Keep what was said; said again by the same asker of the same answer, it replaces that.

        `about` stays known if it is not said again, and `said` is when it last became different.
        """
        table = tables.feedback.c
        row = _row(feedback)
        row["comment"] = None if feedback.comment is None else mask(feedback.comment)
        new = insert_into(self.engine, tables.feedback).values(row)
        about = func.coalesce(new.excluded.about, table.about)
        saved = new.on_conflict_do_update(
            index_elements=[table.answer, table.by],
            set_={
                "helpful": new.excluded.helpful,
                "comment": new.excluded.comment,
                "about": about,
                "said": new.excluded.said,
            },
            where=or_(
                table.helpful.is_distinct_from(new.excluded.helpful),
                table.comment.is_distinct_from(new.excluded.comment),
                table.about.is_distinct_from(about),
            ),
        )
        with transaction(self.engine) as connection:
            connection.execute(saved)

    def feedback(self) -> list[Feedback]:
        """Return all that was said, the oldest first."""
        said = select(tables.feedback).order_by("said", "answer", "by")
        return self._read(lambda row: Feedback(**row), said)

    def log_question(self, question: LoggedQuestion) -> None:
        """Keep a question that was asked, without what names a person in it."""
        row = _row(question)
        company = question.company
        row["text"] = mask(question.text, company)
        row["company"] = None if company is None else mask(company, company)
        with transaction(self.engine) as connection:
            connection.execute(insert(tables.questions).values(row))

    def questions(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[LoggedQuestion]:
        """Return the questions asked, since a moment and before another, the oldest first."""
        columns = list(tables.questions.c)[1:]
        asked = select(*columns).order_by(tables.questions.c.asked, tables.questions.c.number)
        if since is not None:
            asked = asked.where(tables.questions.c.asked >= since)
        if until is not None:
            asked = asked.where(tables.questions.c.asked < until)
        return self._read(lambda row: LoggedQuestion(**row), asked)

    def new_owner_link(self, minutes: int) -> str:
        """Return a token that opens the owner's page once, for so many minutes."""
        token = secrets.token_urlsafe(24)
        made = insert(tables.owner_links).values(
            token_sha256=sha256(token.encode()).digest(), expires=now() + timedelta(minutes=minutes)
        )
        with transaction(self.engine) as connection:
            connection.execute(delete(tables.owner_links).where(_expired()))
            connection.execute(made)
        return token

    def use_owner_link(self, token: str) -> bool:
        """Tell whether a token opens the owner's page now; it does not a second time."""
        used = (
            delete(tables.owner_links)
            .where(
                tables.owner_links.c.token_sha256 == sha256(token.encode()).digest(), ~_expired()
            )
            .returning(tables.owner_links.c.expires)
        )
        with transaction(self.engine) as connection:
            return connection.execute(used).one_or_none() is not None

    def hand_over(self, answer: str) -> None:
        """Keep that an answer was passed on to a person, now."""
        with transaction(self.engine) as connection:
            connection.execute(insert(tables.handovers).values(answer=answer, at=now()))

    def handed_over(self, since: datetime) -> list[str]:
        """Return the answers that were passed on to a person since a moment, once for each time."""
        selected = select(tables.handovers.c.answer).where(tables.handovers.c.at >= since)
        return self._read(lambda row: str(row["answer"]), selected)

    def rephrase(
        self, text: str, since: datetime, *, answered: bool, company: str | None = None
    ) -> None:
        """Keep that a question was asked again in other words, now.

        That is the latest logged question with this text, which is masked here first, asked since
        a moment and not answered, or answered unhelpfully; nothing is kept where there is none.
        `company` is asked about: its name was not masked.
        `answered` says whether the other words were answered.
        """
        asked, said = tables.questions.c, tables.feedback.c
        unhelpful = select(said.answer).where(~said.helpful)
        stayed_open = asked.status.in_(("not_covered", "uncertain")) | asked.answer.in_(unhelpful)
        latest = (
            select(asked.answer)
            .where(asked.text == mask(text, company), asked.asked >= since, stayed_open)
            .order_by(asked.asked.desc(), asked.number.desc())
            .limit(1)
        )
        with transaction(self.engine) as connection:
            answer = connection.scalar(latest)
            if answer is not None:
                kept = {"answer": answer, "at": now(), "answered": answered}
                connection.execute(insert(tables.rephrasings).values(kept))

    def rephrased(self, since: datetime) -> list[tuple[str, bool]]:
        """Return the answers whose questions were asked again in other words since a moment.

        One for each time, with whether the other words were answered.
        """
        selected = select(tables.rephrasings).where(tables.rephrasings.c.at >= since)
        return self._read(lambda row: (str(row["answer"]), bool(row["answered"])), selected)

    def forget_before(self, moment: datetime) -> int:
        """Delete what people asked, said and did before a moment; return how many rows."""
        old = (
            (tables.questions, tables.questions.c.asked),
            (tables.feedback, tables.feedback.c.said),
            (tables.handovers, tables.handovers.c.at),
            (tables.rephrasings, tables.rephrasings.c.at),
        )
        with transaction(self.engine) as connection:
            deleted = [connection.execute(delete(table).where(at < moment)) for table, at in old]
            return sum(one.rowcount for one in deleted)

    def secret(self, name: str) -> bytes:
        """Return 32 random bytes, made when first asked for, the same for every process."""
        known = select(tables.secrets.c.value).where(tables.secrets.c.name == name)
        made = insert_into(self.engine, tables.secrets).values(
            name=name, value=secrets.token_bytes(32)
        )
        with transaction(self.engine) as connection:
            found: bytes | None = connection.scalar(known)
        if found is None:
            with transaction(self.engine) as connection:
                connection.execute(made.on_conflict_do_nothing())
                found = connection.execute(known).scalar_one()
        return found

    def _read(self, record: Callable[[RowMapping], _Record], selected: Executable) -> list[_Record]:
        with transaction(self.engine) as connection:
            return [record(row) for row in connection.execute(selected).mappings()]

    def _keys_in_force(self) -> Keys:
        def with_digest(row: RowMapping) -> tuple[Key, bytes]:
            return _key(row), row["token_sha256"]

        in_force = select(tables.keys).where(tables.keys.c.revoked.is_(None))
        return {key.id: (key, digest) for key, digest in self._read(with_digest, in_force)}


def _expired() -> ColumnElement[bool]:
    return tables.owner_links.c.expires <= now()


def _row(record: Feedback | LoggedQuestion) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _key(row: RowMapping) -> Key:
    fields = {name: value for name, value in row.items() if name != "token_sha256"}
    return Key(**{**fields, "origins": tuple(row["origins"])})
