"""One turn of writing: add, change, withdraw, bring back and undo, all of it kept or nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.records import drafts, erasing, rows
from dataworkbench.records.bodies import Body, Words
from dataworkbench.records.entry import ConflictError, Entry, SetAside, What
from dataworkbench.records.tables import ENTRIES, ERASURES, LINKS, SET_ASIDE, VERSIONS

B = TypeVar("B", bound=Body)
Clock = Callable[[], datetime]

_WORDS: Final = TypeAdapter(Words)
_MOST: Final = 2**31 - 1
"""The largest number that every database holds in a column of whole numbers."""


class AtOnce:
    """One turn of writing, as ``Records.at_once`` gives it. What was added earlier in it can be followed later in it."""

    def __init__(self, held: Connection, clock: Clock) -> None:
        self._held = held
        self._clock = clock
        self.aside: list[SetAside] = []
        """The texts that met a change of somebody else's in this turn."""

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
        entry_id = _usable(id, body) if id else f"{body.KIND}-{secrets.token_hex(6)}"
        draft = Entry(
            entry_id, 1, "added", self._clock(), held_by_all(by), held_by_all(snapshot), tuple(follows), body, 0
        )  # fmt: skip
        if id and rows.is_there(self._held, entry_id):
            return cast("Entry[B]", self._again(draft))
        self._held.execute(insert(ENTRIES).values(id=entry_id, kind=body.KIND, version=1))
        return cast("Entry[B]", self._write(draft))

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
        now = self._standing(entry_id)
        if now.kind != body.KIND:
            raise WorkbenchError(
                f"'{entry_id}' is a {now.kind}; a {body.KIND} cannot take its place. Add it anew."
            )
        draft = replace(
            now,
            what="changed",
            body=body,
            by=held_by_all(by),
            snapshot=now.snapshot if snapshot is None else held_by_all(snapshot),
            follows=now.follows if follows is None else tuple(follows),
        )
        if now.version == seen:
            return cast("Entry[B]", self._follow_up(draft))
        raise ConflictError(now, seen, self._set_aside(draft, seen))

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

    def undo(self, entry_id: str, version: int, *, by: str = "") -> Entry[Any]:
        """Return the entry after one change was taken back, which is a change as well and can be undone in its turn.

        What was added is withdrawn, what was changed says again what it said before, what was withdrawn is brought
        back. ``version`` is the one that the change made.

        Raises
        ------
        ConflictError
            Where it is not the one that stands now: what somebody else wrote after it would be lost.

        """
        now = self._standing(entry_id)
        told = rows.entries_of(self._held, rows.versions().where(VERSIONS.c.entry_id == entry_id))
        if 1 <= version <= now.version:
            draft = replace(_taken_back(told, version), by=held_by_all(by))
            if now.version == version:
                return self._follow_up(draft)
            if _is_sent_again(draft, now, version):
                return now
        raise ConflictError(now, version)

    def erase(self, entry_id: str, *, by: str, why: str) -> Entry[Any]:
        """Return the entry after its words were taken out for good, of every version of it and of texts set aside beside it.

        Who wrote when, days, numbers, and that it was erased stay. There is no way back but an older backup.

        Raises
        ------
        NoSuchNameError
            Where there is no such entry.
        WorkbenchError
            Where it was erased already, or no reason is given.

        """
        now = self._standing(entry_id)
        if not why.strip():
            raise WorkbenchError(
                "Say why the words are to be erased; it stays in the history. Nothing was erased."
            )
        erasing.blank(self._held, now.kind, entry_id)
        drafts.drop_all_about(self._held, entry_id)
        gone = self._follow_up(
            replace(now, what="erased", body=erasing.without_words(now.body), by=held_by_all(by))
        )
        self._held.execute(insert(ERASURES).values(number=gone.number, why=held_by_all(why.strip())))
        return gone

    def drop_draft(self, seat: str, about: str, field: str) -> None:
        """Forget what one seat was typing into a field, together with what is written in this turn."""
        drafts.drop(self._held, drafts.Typed(seat, about, field))

    def keep_aside(self, text: SetAside) -> SetAside | None:
        """Return a text as it was kept beside its entry; None where that entry is not there."""
        if not rows.is_there(self._held, text.entry_id):
            return None
        said = _said(text)
        self._held.execute(insert(SET_ASIDE).values(entry_id=text.entry_id, seen=text.seen, **said))
        return rows.set_aside_of(self._held, text.entry_id)[-1]

    def _standing(self, entry_id: str) -> Entry[Any]:
        """Return an entry as it stands now, held for this turn."""
        now = rows.the_entry(self._held, entry_id, locked=True)
        if now.is_erased:
            raise WorkbenchError(f"'{entry_id}' was erased for good, and nothing more is written about it.")
        return now

    def _again(self, draft: Entry[Any]) -> Entry[Any]:
        """Return what stands under an id where the same was added under it."""
        now = self._standing(draft.id)
        (first,) = rows.entries_of(
            self._held, rows.versions().where(VERSIONS.c.entry_id == draft.id, VERSIONS.c.version == 1)
        )
        if first.body == draft.body:
            return now
        raise ConflictError(now, 0, self._set_aside(draft, 0))

    def _turn(self, entry_id: str, what: What, by: str, seen: int | None) -> Entry[Any]:
        now = self._standing(entry_id)
        draft = replace(now, what=what, by=held_by_all(by))
        if seen is not None and seen != now.version and not _is_sent_again(draft, now, seen):
            raise ConflictError(now, seen)
        if now.is_withdrawn == draft.is_withdrawn:
            return now
        return self._follow_up(draft)

    def _follow_up(self, draft: Entry[Any]) -> Entry[Any]:
        """Write a draft as the version after its own, and return it."""
        written = replace(draft, version=draft.version + 1, written_at=self._clock())
        self._held.execute(update(ENTRIES).where(ENTRIES.c.id == draft.id).values(version=written.version))
        return self._write(written)

    def _write(self, written: Entry[Any]) -> Entry[Any]:
        """Return one version as it was written, with its links. Others wait meanwhile, so no question is asked needlessly."""
        follows = tuple(dict.fromkeys(written.follows))
        if follows:
            self._refuse_what_is_not_there(written.id, follows)
        number = self._held.execute(
            insert(VERSIONS)
            .values(entry_id=written.id, version=written.version, what=written.what, **_said(written))
            .returning(VERSIONS.c.number)
        ).scalar_one()
        links = [{"number": number, "place": place, "follows": name} for place, name in enumerate(follows)]
        if links:
            self._held.execute(insert(LINKS), links)
        return replace(written, number=number, follows=follows, written_at=written.written_at.astimezone(UTC))

    def _refuse_what_is_not_there(self, entry_id: str, follows: Sequence[str]) -> None:
        there = set(self._held.scalars(select(ENTRIES.c.id).where(ENTRIES.c.id.in_(follows))))
        for name in follows:
            if name not in there or name == entry_id:
                raise no_such("entry to follow", name, there)

    def _set_aside(self, draft: Entry[Any], seen: int) -> SetAside | None:
        """Keep a draft that cannot take the place of what stands, and return it."""
        held = min(max(seen, 0), _MOST)
        kept = self.keep_aside(
            SetAside(draft.id, held, self._clock(), draft.by, draft.snapshot, draft.body, 0)
        )
        self.aside += [kept] if kept is not None else []
        return kept


def _usable(entry_id: str, body: Body) -> str:
    if not re.fullmatch(rf"{re.escape(body.KIND)}-[0-9a-f]{{12}}", entry_id):
        raise WorkbenchError(
            f"'{entry_id[:80]}' cannot be the id of a {body.KIND}, and nothing was written. It has to be '{body.KIND}-' and "
            "then twelve of the signs 0-9 and a-f; without an id, one is made."
        )
    return entry_id


def _is_sent_again(draft: Entry[Any], now: Entry[Any], seen: int) -> bool:
    """Whether what stands now is this very draft, written after the version that its writer saw."""
    same = (draft.what, draft.by, draft.body, draft.follows) == (now.what, now.by, now.body, now.follows)
    return now.version == seen + 1 and same


def _taken_back(told: Sequence[Entry[Any]], version: int) -> Entry[Any]:
    """Return the draft that takes back the change that made a version, from the versions of its entry, oldest first."""
    made = told[version - 1]
    if version == 1:
        return replace(made, what="withdrawn")
    before = told[version - 2]
    what: What = "changed back"
    if before.is_withdrawn != made.is_withdrawn:
        what = "withdrawn" if before.is_withdrawn else "brought back"
    return replace(before, what=what, version=version)


def held_by_all(words: str) -> str:
    """Return words as every database can hold them."""
    return _WORDS.validate_python(words)


def _said(written: Entry[Any] | SetAside) -> dict[str, Any]:
    return {
        "written_at": written.written_at,
        "written_by": written.by,
        "snapshot": written.snapshot,
        "format": written.body.FORMAT,
        "body": written.body.model_dump_json(),
    }
