"""The tables of a store. Their history is in `migrations`, and a test compares the two."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

_REFUSED = re.compile("[\0\ud800-\udfff]")  # PostgreSQL stores no NUL, UTF-8 has no surrogates


def _storable(value: object) -> object:
    """Return text, or JSON of any depth, with U+FFFD for what a database refuses."""
    if isinstance(value, str):
        return _REFUSED.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_storable(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


class _Text(TypeDecorator[str]):
    """Any text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(_storable(value))


class _Json(TypeDecorator[object]):
    """JSON with any text in it; None is NULL."""

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        return _storable(value)


class _Time(TypeDecorator[datetime]):
    """A moment, stored in UTC; SQLite keeps no time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData()

keys = Table(
    "qabot_keys",
    metadata,
    Column("id", _Text, primary_key=True),
    Column("kind", _Text, nullable=False),
    Column("name", _Text, nullable=False),
    Column("company", _Text),
    Column("origins", _Json, nullable=False),
    Column("created", _Time, nullable=False),
    Column("revoked", _Time),
    Column("token_sha256", LargeBinary, nullable=False),
    Column("token", _Text),  # of publishable keys alone
)

feedback = Table(
    "qabot_feedback",
    metadata,
    Column("answer", _Text, primary_key=True),
    Column("by", _Text, primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", _Text),
    Column("about", _Json),
    Column("said", _Time, nullable=False),
)

questions = Table(
    "qabot_questions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("answer", _Text, nullable=False),
    Column("text", _Text, nullable=False),
    Column("company", _Text),
    Column("as_of", Date),
    Column("status", _Text, nullable=False),
    Column("build", _Text, nullable=False),
    Column("asked", _Time, nullable=False),
)

secrets = Table(
    "qabot_secrets",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
