"""The tables of ``records.db``. Nothing in them is written over: each change is a new row of ``versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcTime(TypeDecorator[datetime]):
    """A time that is kept in UTC and comes back knowing that it is; a time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as the database keeps it."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone was handed to the records"
            raise ValueError(message)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone, UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


METADATA: Final = MetaData()

ENTRIES: Final = Table(
    "entries",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False, index=True),
    Column("version", Integer, nullable=False),
)
"""One row is one entry: its kind, and the version that it stands at. The row that a writer holds while it writes."""

VERSIONS: Final = Table(
    "versions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String(64), ForeignKey("entries.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("what", String(16), nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("entry_id", "version", name="one_version_once"),
    sqlite_autoincrement=True,
)
"""One row is one change: an entry as it stood after it. ``number`` counts all changes and is never given twice."""

LINKS: Final = Table(
    "links",
    METADATA,
    Column("number", Integer, ForeignKey("versions.number"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("follows", String(64), ForeignKey("entries.id"), nullable=False),
    Index("links_by_what_is_followed", "follows"),
)
"""One row is one link of a version to an entry that it follows from."""

SET_ASIDE: Final = Table(
    "set_aside",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String(64), ForeignKey("entries.id"), nullable=False, index=True),
    Column("seen", Integer, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""One row is one text that met a change of somebody else's and was kept beside it."""

DRAFTS: Final = Table(
    "drafts",
    METADATA,
    Column("seat", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("written_at", UtcTime, nullable=False),
    Column("words", Text, nullable=False),
)
"""One row is what one seat is typing into one field, about an entry or about nothing yet. It is no part of any history."""

ERASURES: Final = Table(
    "erasures",
    METADATA,
    Column("number", Integer, ForeignKey("versions.number"), primary_key=True, autoincrement=False),
    Column("why", Text, nullable=False),
)
"""One row is one entry whose words were taken out for good: the change that says so, and why."""
