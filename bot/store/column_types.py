"""What SQLite and PostgreSQL columns hold alike: moments in UTC, whole numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect

_MAX_INTEGER, _MAX_BIG = 2**31 - 1, 2**63 - 1


def fits(number: int | None, column: Column[Any]) -> bool:
    """Whether a column of whole numbers can hold a number: a forged button may carry any."""
    most = _MAX_BIG if isinstance(column.type, BigInteger) else _MAX_INTEGER
    return number is not None and abs(number) <= most


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, written and read in UTC: SQLite keeps no time zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What the values of a column are."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; SQLite then writes it without its zone."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
