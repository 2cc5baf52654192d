"""Records as a team uses them: add, change, withdraw, look up, and see how something came to be.

Every change is a new version. Nothing is written over, and nothing is taken out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Select, func, insert, select, update

from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.records import rows
from dataworkbench.records.bodies import Body
from dataworkbench.records.database import bring_up_to_date, engine_for, place_of, reading, writing
from dataworkbench.records.entry import ConflictError, Entry, SetAside, What
from dataworkbench.records.tables import ENTRIES, LINKS, SET_ASIDE, VERSIONS
from dataworkbench.workspace import Workspace

B = TypeVar("B", bound=Body)
Clock = Callable[[], datetime]


class Records:
    """What the teams of one workspace have written. The file is made when something is first written."""

    def __init__(self, path: Path, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._engine = engine_for(path)
        self._clock = clock
        if path.is_file():
            bring_up_to_date(self._engine, path)

    def __repr__(self) -> str:
        return f"<Records in {self.path}>"

    def add(self, body: B, *, by: str = "", snapshot: str = "", follows: Sequence[str] = ()) -> Entry[B]:
        """Return the entry of something that is written for the first time.

        ``by`` is who wrote it, ``snapshot`` the data that it was seen on, ``follows`` the entries that it comes from.

        Raises
        ------
        NoSuchNameError
            Where it is to follow an entry that is not there.

        """
        bring_up_to_date(self._engine, self.path)
        entry_id = f"{body.KIND}-{secrets.token_hex(6)}"
        with writing(self._engine) as held:
            held.execute(insert(ENTRIES).values(id=entry_id, kind=body.KIND, version=1))
            written = Entry(entry_id, 1, "added", self._clock(), by, snapshot, tuple(follows), body, 0)
            self._write(held, written)
            return cast("Entry[B]", rows.the_entry(held, entry_id))

    def change(
        self,
        entry_id: str,
        body: B,
        *,
        seen: int,
        by: str = "",
        snapshot: str | None = None,
        follows: Sequence[str] | None = None,
    ) -> Entry[B]:
        """Return the entry after a change. ``seen`` is the version that the writer had before their eyes.

        ``snapshot`` and ``follows`` stay as they were where they are not given.

        Raises
        ------
        ConflictError
            Where somebody else changed the entry meanwhile. Their text stands, this one is kept beside it.
        NoSuchNameError
            Where there is no such entry.

        """
        with self._writing(entry_id) as held:
            now = rows.the_entry(held, entry_id, locked=True)
            if type(now.body) is not type(body):
                raise WorkbenchError(
                    f"'{entry_id}' is a {now.kind}; a {body.KIND} cannot take its place. Add it anew."
                )
            draft = replace(
                now,
                what="changed",
                body=body,
                by=by,
                snapshot=now.snapshot if snapshot is None else snapshot,
                follows=now.follows if follows is None else tuple(follows),
            )
            if now.version == seen:
                return cast("Entry[B]", self._follow_up(held, draft))
            aside = self._set_aside(held, draft, seen)
        raise ConflictError(now, seen, aside)

    def withdraw(self, entry_id: str, *, by: str = "", seen: int | None = None) -> Entry[Any]:
        """Return the entry after it was taken back. It stays in the history, and ``bring_back`` undoes this.

        Raises
        ------
        ConflictError
            Where ``seen`` is given and somebody else changed the entry meanwhile.

        """
        return self._turn(entry_id, "withdrawn", by, seen)

    def bring_back(self, entry_id: str, *, by: str = "", seen: int | None = None) -> Entry[Any]:
        """Return the entry after a withdrawal was undone."""
        return self._turn(entry_id, "brought back", by, seen)

    def latest(self, kind: type[B], *, withdrawn: bool = False, restricted: bool = False) -> list[Entry[B]]:
        """Return the entries of a kind as they stand now, in the order in which they were added.

        Those that were withdrawn, and restricted notes, come only where they are asked for.
        """
        found = self._entries(rows.heads().where(ENTRIES.c.kind == kind.KIND))
        kept = [entry for entry in found if withdrawn or not entry.is_withdrawn]
        return [entry for entry in kept if restricted or not entry.body.is_restricted]

    def entry(self, entry_id: str, *, restricted: bool = False) -> Entry[Any]:
        """Return one entry as it stands now, withdrawn or not.

        Raises
        ------
        NoSuchNameError
            Where there is no such entry.
        WorkbenchError
            Where it is restricted and restricted notes were not asked for.

        """
        with self._reading(entry_id) as held:
            found = rows.the_entry(held, entry_id)
        if found.body.is_restricted and not restricted:
            raise WorkbenchError(
                "This note is restricted. It is shown only where restricted notes are asked for: restricted=True."
            )
        return found

    def history(self, entry_id: str, *, restricted: bool = False) -> list[Entry[Any]]:
        """Return every version of an entry, oldest first: who changed what, when, from what to what."""
        self.entry(entry_id, restricted=restricted)
        found = self._entries(rows.versions().where(VERSIONS.c.entry_id == entry_id))
        return [entry for entry in found if restricted or not entry.body.is_restricted]

    def following(
        self, entry_id: str, *, withdrawn: bool = False, restricted: bool = False
    ) -> list[Entry[Any]]:
        """Return the entries that follow from one, as they stand now, in the order in which they were added."""
        with self._reading(entry_id) as held:
            found = rows.followers(held, entry_id)
        kept = [entry for entry in found if withdrawn or not entry.is_withdrawn]
        return [entry for entry in kept if restricted or not entry.body.is_restricted]

    def changes(self, *, after: int = 0, restricted: bool = False) -> list[Entry[Any]]:
        """Return every change after the one with a number, oldest first."""
        found = self._entries(rows.versions().where(VERSIONS.c.number > after))
        if restricted:
            return found
        hidden = {entry.id for entry in self._entries(rows.heads()) if entry.body.is_restricted}
        return [entry for entry in found if not entry.body.is_restricted and entry.id not in hidden]

    @property
    def newest(self) -> int:
        """The number of the newest change; 0 where nothing was written yet."""
        if not self.path.is_file():
            return 0
        with reading(self._engine) as held:
            return held.scalar(select(func.max(VERSIONS.c.number))) or 0

    def set_aside(self, entry_id: str = "", *, restricted: bool = False) -> list[SetAside]:
        """Return the texts that met a change of somebody else's, oldest first: of one entry, or of all."""
        if not self.path.is_file():
            return []
        with reading(self._engine) as held:
            found = rows.set_aside_of(held, entry_id)
        return [text for text in found if restricted or not text.body.is_restricted]

    def _entries(self, question: Select[Any]) -> list[Entry[Any]]:
        if not self.path.is_file():
            return []
        with reading(self._engine) as held:
            return rows.entries_of(held, question)

    def _reading(self, entry_id: str) -> AbstractContextManager[Connection]:
        if not self.path.is_file():
            raise no_such("entry", entry_id, ())
        return reading(self._engine)

    def _writing(self, entry_id: str) -> AbstractContextManager[Connection]:
        if not self.path.is_file():
            raise no_such("entry", entry_id, ())
        return writing(self._engine)

    def _turn(self, entry_id: str, what: What, by: str, seen: int | None) -> Entry[Any]:
        with self._writing(entry_id) as held:
            now = rows.the_entry(held, entry_id, locked=True)
            if seen is not None and seen != now.version:
                raise ConflictError(now, seen)
            if now.is_withdrawn == (what == "withdrawn"):
                return now
            return self._follow_up(held, replace(now, what=what, by=by))

    def _follow_up(self, held: Connection, draft: Entry[Any]) -> Entry[Any]:
        """Write a draft as the version after the one that stands, and return it."""
        written = replace(draft, version=draft.version + 1, written_at=self._clock())
        held.execute(update(ENTRIES).where(ENTRIES.c.id == draft.id).values(version=written.version))
        self._write(held, written)
        return rows.the_entry(held, draft.id)

    def _write(self, held: Connection, written: Entry[Any]) -> None:
        """Write one version with its links."""
        there = set(held.scalars(select(ENTRIES.c.id).where(ENTRIES.c.id.in_(written.follows))))
        for name in written.follows:
            if name not in there or name == written.id:
                raise no_such("entry to follow", name, there)
        number = held.execute(
            insert(VERSIONS)
            .values(entry_id=written.id, version=written.version, what=written.what, **_said(written))
            .returning(VERSIONS.c.number)
        ).scalar_one()
        links = [
            {"number": number, "place": place, "follows": name}
            for place, name in enumerate(dict.fromkeys(written.follows))
        ]
        if links:
            held.execute(insert(LINKS), links)

    def _set_aside(self, held: Connection, draft: Entry[Any], seen: int) -> SetAside:
        """Keep a draft that cannot take the place of what stands, and return it."""
        said = _said(replace(draft, written_at=self._clock()))
        held.execute(insert(SET_ASIDE).values(entry_id=draft.id, seen=seen, **said))
        return rows.set_aside_of(held, draft.id)[-1]


def open_records(workspace: Workspace | None, *, clock: Clock = lambda: datetime.now(UTC)) -> Records:
    """Return the records of a workspace: what its teams have written.

    Raises
    ------
    NothingToShowError
        Where there is no workspace, as for a district that is held in memory.

    """
    if workspace is None:
        raise NothingToShowError(
            "This district is held in memory, so nothing can be written down for it. Open one with "
            "dw.open_workspace(folder)."
        )
    return Records(place_of(workspace), clock=clock)


def _said(written: Entry[Any]) -> dict[str, Any]:
    return {
        "written_at": written.written_at,
        "written_by": written.by,
        "snapshot": written.snapshot,
        "format": written.body.FORMAT,
        "body": written.body.model_dump_json(),
    }
