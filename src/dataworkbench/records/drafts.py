"""Words that are being typed, kept so that a killed program loses at most the last of them. They are no part of any history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects import sqlite

from dataworkbench.records.tables import DRAFTS

KEPT_FOR: Final = timedelta(days=14)
"""How long words are kept that nobody came back to."""


class Typed(NamedTuple):
    """A field that one seat types into, about an entry or, where ``about`` is empty, about nothing yet."""

    seat: str
    about: str
    field: str


def jot(held: Connection, at: Typed, words: str, now: datetime) -> None:
    """Keep what one seat is typing into one field, in the place of what it typed before; no words drop it."""
    held.execute(delete(DRAFTS).where(DRAFTS.c.written_at < now - KEPT_FOR))
    if not words:
        drop(held, at)
        return
    row = _insertion(held).values(**at._asdict(), written_at=now, words=words)
    held.execute(
        row.on_conflict_do_update(index_elements=Typed._fields, set_={"written_at": now, "words": words})
    )


def jotted(held: Connection, seat: str, about: str) -> dict[str, str]:
    """Return what one seat was typing about one entry: the words by their field."""
    question = select(DRAFTS.c.field, DRAFTS.c.words).where(DRAFTS.c.seat == seat, DRAFTS.c.about == about)
    return {row.field: row.words for row in held.execute(question.order_by(DRAFTS.c.field))}


def _insertion(held: Connection) -> Any:
    """Return what puts a row into the drafts, in the database's own words; those of PostgreSQL bring all its drivers along."""
    if held.dialect.name != "postgresql":
        return sqlite.insert(DRAFTS)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  half a second that nobody else should wait for

    return postgresql.insert(DRAFTS)


def drop(held: Connection, at: Typed) -> None:
    """Forget what was typed into a field, as when it was acknowledged."""
    held.execute(
        delete(DRAFTS).where(DRAFTS.c.seat == at.seat, DRAFTS.c.about == at.about, DRAFTS.c.field == at.field)
    )


def drop_all_about(held: Connection, entry_id: str) -> None:
    """Forget all that anybody was typing about an entry, also into a field that bears its name."""
    named = DRAFTS.c.field.contains(entry_id, autoescape=True)
    held.execute(delete(DRAFTS).where(or_(DRAFTS.c.about == entry_id, named)))
