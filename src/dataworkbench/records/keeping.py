"""Records as a team uses them: add, change, withdraw, look up, and see how something came to be.

Every change is a new version. Nothing is written over, and nothing is taken out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, select

from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.records import drafts, erasing, rows
from dataworkbench.records.at_once import AtOnce, Clock, held_by_all
from dataworkbench.records.bodies import Body
from dataworkbench.records.database import Database, database_at, database_of
from dataworkbench.records.drafts import Typed
from dataworkbench.records.entry import ConflictError, Entry, SetAside
from dataworkbench.records.erasing import Erasure
from dataworkbench.records.tables import ENTRIES, VERSIONS
from dataworkbench.workspace import Workspace

B = TypeVar("B", bound=Body)


class _Here(threading.local):
    """What one thread is doing."""

    writes = False


class Records:
    """What the teams of one workspace have written. The tables are made when something is first written."""

    def __init__(self, place: Path | Database, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self.database = database_at(place)
        self._clock = clock
        self._here = _Here()
        if self.database.is_there():
            self.database.bring_up_to_date()

    def __repr__(self) -> str:
        return f"<Records in {self.place}>"

    @property
    def place(self) -> str:
        """Where they lie, for people to read; it holds no password."""
        return self.database.place

    @contextmanager
    def at_once(self) -> Iterator[AtOnce]:
        """Return a turn of writing, for use with ``with``: all that is written in it is kept when it ends, or nothing.

        A text that met a change of somebody else's is set aside all the same.
        """
        if self._here.writes:
            raise RuntimeError("a turn of writing is open already: write with what at_once gave")
        self._here.writes = True
        try:
            with self._turn() as turn:
                yield turn
        finally:
            self._here.writes = False

    def add(
        self,
        body: B,
        *,
        by: str = "",
        snapshot: str = "",
        follows: Sequence[str] = (),
        id: str = "",  # noqa: A002 - the word that entries use
    ) -> Entry[B]:
        """Return the entry of something that is written for the first time.

        ``by`` is who wrote it, ``snapshot`` the data that it was seen on, ``follows`` the entries that it comes from.
        Who brings an ``id`` (the kind, a hyphen, and twelve of 0-9 and a-f) can send the same thing twice: where it is
        there already, the entry as it stands is returned and nothing is written.

        Raises
        ------
        ConflictError
            Where something else was added under that id. It stands, and these words are kept beside it.
        NoSuchNameError
            Where it is to follow an entry that is not there.

        """
        with self.at_once() as turn:
            return turn.add(body, by=by, snapshot=snapshot, follows=follows, id=id)

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
        with self._turn_about(entry_id) as turn:
            return turn.change(entry_id, body, seen=seen, by=by, snapshot=snapshot, follows=follows)

    def withdraw(self, entry_id: str, *, by: str = "", seen: int | None = None) -> Entry[Any]:
        """Return the entry after it was taken back. It stays in the history, and ``bring_back`` undoes this.

        Raises
        ------
        ConflictError
            Where ``seen`` is given and somebody else changed the entry meanwhile.

        """
        with self._turn_about(entry_id) as turn:
            return turn.withdraw(entry_id, by=by, seen=seen)

    def bring_back(self, entry_id: str, *, by: str = "", seen: int | None = None) -> Entry[Any]:
        """Return the entry after a withdrawal was undone."""
        with self._turn_about(entry_id) as turn:
            return turn.bring_back(entry_id, by=by, seen=seen)

    def undo(self, entry_id: str, version: int, *, by: str = "") -> Entry[Any]:
        """Return the entry after one change was taken back, which is a change as well and can be undone in its turn.

        What was added is withdrawn, what was changed says again what it said before, what was withdrawn is brought
        back. ``version`` is the one that the change made.

        Raises
        ------
        ConflictError
            Where it is not the one that stands now: what somebody else wrote after it would be lost.

        """
        with self._turn_about(entry_id) as turn:
            return turn.undo(entry_id, version, by=by)

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
        hidden = self._hidden()
        return [entry for entry in found if not entry.body.is_restricted and entry.id not in hidden]

    @property
    def newest(self) -> int:
        """The number of the newest change; 0 where nothing was written yet."""
        if not self.database.is_there():
            return 0
        with self.database.reading() as held:
            return held.scalar(select(func.max(VERSIONS.c.number))) or 0

    def set_aside(self, entry_id: str = "", *, restricted: bool = False) -> list[SetAside]:
        """Return the texts that met a change of somebody else's, oldest first: of one entry, or of all."""
        if not self.database.is_there():
            return []
        with self.database.reading() as held:
            found = rows.set_aside_of(held, entry_id)
        if restricted:
            return found
        hidden = self._hidden()
        return [text for text in found if not text.body.is_restricted and text.entry_id not in hidden]

    def erase(self, entry_id: str, *, by: str, why: str) -> Entry[Any]:
        """Return the entry after its words were taken out for good, of every version of it and of texts set aside beside it.

        Who wrote when, days, numbers, and that it was erased stay. There is no way back but an older backup, and those
        that were made before still hold the words, as exports and printed pages do.

        Raises
        ------
        NoSuchNameError
            Where there is no such entry.
        WorkbenchError
            Where it was erased already, or no reason is given.

        """
        with self._turn_about(entry_id) as turn:
            gone = turn.erase(entry_id, by=by, why=why)
        self.database.forget_what_was_deleted()
        return gone

    def erasures(self) -> list[Erasure]:
        """Return what was erased for good, oldest first."""
        if not self.database.is_there():
            return []
        with self.database.reading() as held:
            return erasing.erasures(held)

    def draft(self, seat: str, about: str, field: str, words: str) -> None:
        """Keep what one seat is typing into one field, about an entry or about nothing yet, in the place of what was typed before.

        No words drop it. Drafts are no part of the history or of exports, and those that nobody came back to for
        fourteen days are cleared.
        """
        self.database.bring_up_to_date()
        with self.database.jotting() as held:
            drafts.jot(held, Typed(seat, about, field), held_by_all(words), self._clock())

    def drafts(self, seat: str, about: str = "") -> dict[str, str]:
        """Return what one seat was typing about an entry, or about nothing yet: the words by their field."""
        if not self.database.is_there():
            return {}
        with self.database.reading() as held:
            return drafts.jotted(held, seat, about)

    def drop_draft(self, seat: str, about: str, field: str) -> None:
        """Forget what one seat was typing into a field, as when it was acknowledged."""
        if not self.database.is_there():
            return
        with self.database.jotting() as held:
            drafts.drop(held, Typed(seat, about, field))

    def _hidden(self) -> set[str]:
        """Return the ids of entries that are restricted as they stand now."""
        return {entry.id for entry in self._entries(rows.heads()) if entry.body.is_restricted}

    def _entries(self, question: Select[Any]) -> list[Entry[Any]]:
        if not self.database.is_there():
            return []
        with self.database.reading() as held:
            return rows.entries_of(held, question)

    def _reading(self, entry_id: str) -> AbstractContextManager[Connection]:
        if not self.database.is_there():
            raise no_such("entry", entry_id, ())
        return self.database.reading()

    @contextmanager
    def _turn(self) -> Iterator[AtOnce]:
        self.database.bring_up_to_date()
        aside: list[SetAside] = []
        try:
            with self.database.writing() as held:
                turn = AtOnce(held, self._clock)
                aside = turn.aside
                yield turn
        except Exception as fault:
            kept = self._keep_aside(aside) if aside else None
            if isinstance(fault, ConflictError) and fault.yours is not None:
                fault.yours = kept
            raise

    def _turn_about(self, entry_id: str) -> AbstractContextManager[AtOnce]:
        if not self.database.is_there():
            raise no_such("entry", entry_id, ())
        return self.at_once()

    def _keep_aside(self, texts: Sequence[SetAside]) -> SetAside | None:
        """Keep texts whose turn came to nothing, and return the last."""
        with self.database.writing() as held:
            return [AtOnce(held, self._clock).keep_aside(text) for text in texts][-1]


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
    return Records(database_of(workspace), clock=clock)
