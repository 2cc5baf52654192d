"""Words taken out for good, where the law asks for it: of every version of an entry, and of texts set aside beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_origin

from sqlalchemy import Connection, select, update

from dataworkbench.records import rows
from dataworkbench.records.bodies import Body, Part
from dataworkbench.records.tables import ERASURES, SET_ASIDE, VERSIONS

ERASED: Final = "(erased)"


@dataclass(frozen=True)
class Erasure:
    """One entry whose words were taken out for good: who did it, when, and why. ``number`` is that of the change."""

    entry_id: str
    kind: str
    written_at: datetime
    by: str
    why: str
    number: int


def without_words(body: Body) -> Body:
    """Return what is left of a body: what must be there is blanked, days, numbers and fixed words stay, all else goes."""
    return type(body).model_validate(_left_of(body))


def _left_of(part: Part) -> dict[str, Any]:
    left: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if get_origin(field.annotation) is Literal:
            left[name] = value
        elif field.is_required():
            left[name] = _blanked(value)
    return left


def _blanked(value: Any) -> Any:
    if isinstance(value, str):
        return ERASED
    if isinstance(value, Part):
        return _left_of(value)
    if isinstance(value, Mapping):
        return {}
    return () if isinstance(value, Sequence) else value


def blank(held: Connection, kind: str, entry_id: str) -> None:
    """Take the words of an entry out of every version of it, and out of the texts that were set aside beside it."""
    for table in (VERSIONS, SET_ASIDE):
        found = held.execute(
            select(table.c.number, table.c.format, table.c.body).where(table.c.entry_id == entry_id)
        ).all()
        for row in found:
            left = without_words(rows.body_from(kind, row.format, row.body))
            values = {"format": left.FORMAT, "body": left.model_dump_json()}
            held.execute(update(table).where(table.c.number == row.number).values(**values))


def erasures(held: Connection) -> list[Erasure]:
    """Return what was erased, oldest first."""
    question = (
        rows.versions().add_columns(ERASURES.c.why).join(ERASURES, ERASURES.c.number == VERSIONS.c.number)
    )
    return [
        Erasure(row.entry_id, row.kind, row.written_at, row.written_by, row.why, row.number)
        for row in held.execute(question)
    ]
