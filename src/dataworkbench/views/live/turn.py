"""One act of one seat: what the browser sent, read with care, and what is written because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol, TypeVar, cast

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Body, Entry, Seat, held_by_all
from dataworkbench.views.district import Kept
from dataworkbench.views.live.board import Board

B = TypeVar("B", bound=Body)

LONGEST: Final = 10_000
"""More letters than this are not taken from one field."""
_DEEPEST: Final = 8
"""What lies deeper than this in what a browser sent is nothing that a screen sends."""
_REPEATED: Final = 80
"""So many letters of what was sent are repeated where it is refused."""


class Writes(Protocol):
    """What can write: the records, or a turn of theirs in which all is written or nothing."""

    def add(
        self,
        body: Body,
        /,
        *,
        by: str = "",
        snapshot: str = "",
        follows: tuple[str, ...] = (),
        id: str = "",  # noqa: A002 - the records' word
    ) -> Entry[Any]: ...
    def change(
        self, entry_id: str, body: Body, /, *, seen: int, by: str = "", follows: tuple[str, ...] | None = None
    ) -> Entry[Any]: ...
    def withdraw(self, entry_id: str, /, *, by: str = "") -> Entry[Any]: ...
    def bring_back(self, entry_id: str, /, *, by: str = "") -> Entry[Any]: ...


@dataclass
class Turn:
    """One act of one seat. ``given`` is what the browser sent; ``wrote`` what was written in the act so far."""

    district: Kept
    board: Board
    seat: str
    given: Mapping[str, Any]
    wrote: list[Entry[Any]] = field(default_factory=list)
    _held: Writes | None = None

    @property
    def who(self) -> str:
        """The name of the one who acts; empty where they have not joined."""
        held = self.board.get(self.seat)
        return held.body.name if held is not None and isinstance(held.body, Seat) else ""

    def text(self, name: str, *, most: int = LONGEST, empty: bool = False, what: str = "") -> str:
        """Return a field as one line of words; ``empty`` where it may be left out, ``what`` names it for the person.

        Raises
        ------
        WorkbenchError
            Where it is empty and must not be, or too long.

        """
        return self._checked(" ".join(self._sent(name, what).split()), most, empty, what)

    def words(self, name: str, *, most: int = LONGEST, empty: bool = False, what: str = "") -> str:
        """Return a field with its lines kept.

        Raises
        ------
        WorkbenchError
            Where it is empty and must not be, or too long.

        """
        return self._checked(self._sent(name, what).strip(), most, empty, what)

    def whole(self, name: str, *, least: int = 0, most: int = 10_000) -> int:
        """Return a field as a whole number between two others.

        Raises
        ------
        WorkbenchError
            Where it is none.

        """
        try:
            held = int(str(self.given.get(name)))
        except ValueError as fault:
            raise WorkbenchError(f"'{_short(self.given.get(name))}' is not a whole number.") from fault
        if not least <= held <= most:
            raise WorkbenchError(f"{_short(held)} is not between {least} and {most}.")
        return held

    def day(self, name: str) -> date | None:
        """Return a field as a day, None where it is empty.

        Raises
        ------
        WorkbenchError
            Where it is no day.

        """
        said = str(self.given.get(name) or "").strip()
        try:
            return date.fromisoformat(said) if said else None
        except ValueError as fault:
            raise WorkbenchError(f"'{_short(said)}' is not a day. Write it as in 2027-05-28.") from fault

    def flag(self, name: str) -> bool:
        """Return whether a field is set."""
        return self.given.get(name) is True

    def choice(self, name: str, among: tuple[str, ...], *, what: str = "") -> str:
        """Return a field that is one of a few words.

        Raises
        ------
        WorkbenchError
            Where it is none of them.

        """
        said = str(self.given.get(name) or "")
        if said not in among:
            there = ", ".join(word or "nothing" for word in among)
            raise WorkbenchError(
                f"'{_short(said)}' is no {what or name.replace('_', ' ')}. There are: {there}."
            )
        return said

    def entry(self, name: str, kind: type[B]) -> Entry[B]:
        """Return the entry that a field names, as it stands.

        Raises
        ------
        WorkbenchError
            Where it is not there any more, or is something else.

        """
        held = self.board.get(str(self.given.get(name) or ""))
        if held is None or not isinstance(held.body, kind) or held.is_withdrawn:
            raise WorkbenchError(
                f"This {kind.KIND.replace('_', ' ')} is not there any more: somebody took it back. What you wrote still stands in the field."
            )
        return cast("Entry[B]", held)

    def add(self, body: Body, *follows: str, snapshot: str = "", named: str = "id") -> Entry[Any]:
        """Return the entry of something that is written for the first time.

        The field ``named`` holds the browser's own identifier for it, so that what is sent twice is added once.
        """
        name = str(self.given.get(named) or "") if named else ""
        after = tuple(held for held in dict.fromkeys(follows) if held)
        return self._note(self._writes.add(body, by=self.who, snapshot=snapshot, follows=after, id=name))

    def change(self, entry: Entry[B], body: B, *, follows: tuple[str, ...] | None = None) -> Entry[Any]:
        """Return an entry after a change. Where the browser says which version it saw, a change in between is told.

        Where the entry says the same already, as when a browser sends twice, nothing is written. ``follows`` stays as it
        was where it is not given.
        """
        if entry.body == body and follows in (None, entry.follows):
            return self._note(entry)
        seen = self.given.get("seen")
        version = (
            seen if isinstance(seen, int) and str(self.given.get("changes")) == entry.id else entry.version
        )
        changed = self._writes.change(entry.id, body, seen=version, by=self.who, follows=follows)
        return self._note(changed)

    def withdraw(self, entry: Entry[Any]) -> Entry[Any]:
        """Return an entry after it was taken back."""
        return self._note(self._writes.withdraw(entry.id, by=self.who))

    def bring_back(self, entry: Entry[Any]) -> Entry[Any]:
        """Return an entry that was taken back, as it stands again."""
        return self._note(self._writes.bring_back(entry.id, by=self.who))

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Hold one turn for several writes: all of them are written, or nothing."""
        before = list(self.wrote)
        try:
            with self.board.kept.at_once() as held:
                self._held = held
                yield
        except BaseException:
            self.wrote[:] = before
            raise
        finally:
            self._held = None

    @property
    def _writes(self) -> Writes:
        return self._held if self._held is not None else self.board.kept

    def _note(self, entry: Entry[Any]) -> Entry[Any]:
        self.wrote.append(entry)
        return entry

    def _sent(self, name: str, what: str) -> str:
        """Return the words of a field; a list or the like is none that a screen sends, so it is not written down as words."""
        sent = self.given.get(name)
        if isinstance(sent, list | Mapping):
            raise WorkbenchError(
                f"{what or 'This field'} did not arrive as words. Reload the page, and write it once more."
            )
        return str(sent or "")

    def _checked(self, said: str, most: int, empty: bool, what: str) -> str:
        if not said and not empty:
            raise WorkbenchError(f"{what or 'This field'} is still empty. A few words are needed first.")
        if len(said) > most:
            raise WorkbenchError(
                f"{what or 'This field'} holds {len(said):,} letters; {most:,} are taken at most. Shorten it a little."
            )
        return said


Act = Callable[[Turn], object]


def readable(sent: Any, *, depth: int = 0) -> Any:
    """Return what a browser sent with letters in it that can be kept and sent back; half a letter or a NUL becomes a sign."""
    if depth > _DEEPEST:
        return None
    if isinstance(sent, str):
        return held_by_all(sent)
    if isinstance(sent, Mapping):
        return {held_by_all(str(name)): readable(held, depth=depth + 1) for name, held in sent.items()}
    return [readable(held, depth=depth + 1) for held in sent] if isinstance(sent, list) else sent


def _short(sent: object) -> str:
    """Return the beginning of what was sent, to repeat it where it is refused."""
    said = str(sent)
    return said if len(said) <= _REPEATED else f"{said[:_REPEATED]}..."
