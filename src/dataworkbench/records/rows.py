"""Rows of the database as entries: the questions that are asked of it, and what their rows become."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Select, and_, select

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.records.bodies import Body
from dataworkbench.records.entry import Entry, SetAside
from dataworkbench.records.kinds import KINDS, UPGRADES
from dataworkbench.records.tables import ENTRIES, LINKS, SET_ASIDE, VERSIONS

K = TypeVar("K")

HEADS: Final = and_(ENTRIES.c.id == VERSIONS.c.entry_id, ENTRIES.c.version == VERSIONS.c.version)
"""Joins each entry with the version that it stands at."""
_FEW: Final = 500
"""How many values one question names at most."""


def versions() -> Select[Any]:
    """Return the question for every version, oldest change first."""
    joined = VERSIONS.join(ENTRIES, ENTRIES.c.id == VERSIONS.c.entry_id)
    return select(VERSIONS, ENTRIES.c.kind).select_from(joined).order_by(VERSIONS.c.number)


def heads() -> Select[Any]:
    """Return the question for each entry as it stands now, in the order in which they were added."""
    first = VERSIONS.alias("first")
    joined = VERSIONS.join(ENTRIES, HEADS).join(
        first, and_(first.c.entry_id == ENTRIES.c.id, first.c.version == 1)
    )
    return select(VERSIONS, ENTRIES.c.kind).select_from(joined).order_by(first.c.number)


def entries_of(held: Connection, question: Select[Any]) -> list[Entry[Any]]:
    """Return what a question for versions gives, as entries."""
    rows = held.execute(question).all()
    links = _links(held, [row.number for row in rows])
    return [
        Entry(
            row.entry_id, row.version, row.what, row.written_at, row.written_by, row.snapshot,
            tuple(links[row.number]), body_from(row.kind, row.format, row.body), row.number,
        )
        for row in rows
    ]  # fmt: skip


def the_entry(held: Connection, entry_id: str, *, locked: bool = False) -> Entry[Any]:
    """Return one entry as it stands now; ``locked`` keeps others from changing it until this turn is over.

    Raises
    ------
    NoSuchNameError
        Where there is no such entry.

    """
    question = heads().where(ENTRIES.c.id == entry_id)
    found = entries_of(held, question.with_for_update(of=ENTRIES) if locked else question)
    if not found:
        raise no_such("entry", entry_id, held.scalars(select(ENTRIES.c.id)).all())
    return found[0]


def is_there(held: Connection, entry_id: str) -> bool:
    """Return whether there is an entry of that id, withdrawn or not."""
    return held.scalar(select(ENTRIES.c.id).where(ENTRIES.c.id == entry_id)) is not None


def followers(held: Connection, entry_id: str) -> list[Entry[Any]]:
    """Return the entries that follow from one, as they stand now."""
    return entries_of(
        held, heads().where(VERSIONS.c.number.in_(select(LINKS.c.number).where(LINKS.c.follows == entry_id)))
    )


def set_aside_of(held: Connection, entry_id: str) -> list[SetAside]:
    """Return the texts that met a change of somebody else's, oldest first."""
    joined = SET_ASIDE.join(ENTRIES, ENTRIES.c.id == SET_ASIDE.c.entry_id)
    question = select(SET_ASIDE, ENTRIES.c.kind).select_from(joined).order_by(SET_ASIDE.c.number)
    rows = held.execute(question.where(SET_ASIDE.c.entry_id == entry_id) if entry_id else question)
    return [
        SetAside(
            row.entry_id, row.seen, row.written_at, row.written_by, row.snapshot,
            body_from(row.kind, row.format, row.body), row.number,
        )
        for row in rows
    ]  # fmt: skip


def body_from(kind: str, written_in: int, text: str) -> Body:
    """Return a body from its text, brought up to date where it was written in an earlier format.

    Raises
    ------
    WorkbenchError
        Where it was written by a newer workbench, or cannot be read.

    """
    if kind not in KINDS or written_in > KINDS[kind].FORMAT:
        raise WorkbenchError(
            f"These records hold a {kind} that was written by a newer workbench. Update the workbench on this machine."
        )
    held: dict[str, Any] = json.loads(text)
    for step in range(written_in, KINDS[kind].FORMAT):
        held = UPGRADES[kind, step](held)
    try:
        return KINDS[kind].model_validate(held)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"])) or kind
        raise WorkbenchError(f"A {kind} in these records cannot be read: {place}: {first['msg']}.") from fault


def _links(held: Connection, numbers: Sequence[int]) -> Mapping[int, list[str]]:
    """Return what each version follows, by its number."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in _in_parts(numbers):
        question = select(LINKS).where(LINKS.c.number.in_(some)).order_by(LINKS.c.number, LINKS.c.place)
        for row in held.execute(question):
            found[row.number].append(row.follows)
    return found


def _in_parts(values: Sequence[K]) -> Iterable[Sequence[K]]:
    return (values[at : at + _FEW] for at in range(0, len(values), _FEW))
