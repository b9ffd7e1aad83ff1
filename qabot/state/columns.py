"""The types of columns: what SQLite and PostgreSQL store differently comes back the same."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, Text, TypeDecorator
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


class AnyText(TypeDecorator[str]):
    """Any text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return text that every database takes."""
        return None if value is None else str(_storable(value))


class AnyJson(TypeDecorator[object]):
    """JSON with any text in it; None is NULL."""

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Return JSON that every database takes."""
        return _storable(value)


class Moment(TypeDecorator[datetime]):
    """A moment, stored in UTC; SQLite keeps no time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, and saying so."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
