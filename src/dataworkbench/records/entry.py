"""An entry: one version of what was written, with who, when, on which snapshot, and what it follows from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from dataworkbench.errors import WorkbenchError
from dataworkbench.records.bodies import Body

B_co = TypeVar("B_co", bound=Body, covariant=True)

What = Literal["added", "changed", "changed back", "withdrawn", "brought back", "erased"]


@dataclass(frozen=True)
class Entry(Generic[B_co]):
    """One version of one entry.

    ``number`` counts every change in these records, ``version`` those of this entry. ``written_at`` is in UTC.
    """

    id: str
    version: int
    what: What
    written_at: datetime
    by: str
    snapshot: str
    follows: tuple[str, ...]
    body: B_co
    number: int

    @property
    def kind(self) -> str:
        """The kind of what was written."""
        return self.body.KIND

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back. It stays in the history."""
        return self.what in {"withdrawn", "erased"}

    @property
    def is_erased(self) -> bool:
        """Whether its words were taken out for good. That it was there stays in the history."""
        return self.what == "erased"


@dataclass(frozen=True)
class SetAside:
    """A text that was not taken over because somebody else had changed the entry meanwhile; it is kept whole."""

    entry_id: str
    seen: int
    written_at: datetime
    by: str
    snapshot: str
    body: Body
    number: int


class ConflictError(WorkbenchError):
    """Two people changed the same entry. Nothing is lost: ``theirs`` is the entry now, ``yours`` was set aside whole.

    ``yours`` is None where there was no text to keep, as when an entry was to be withdrawn.
    """

    def __init__(self, theirs: Entry[Any], seen: int, yours: SetAside | None = None) -> None:
        self.theirs = theirs
        self.yours = yours
        super().__init__(theirs, seen, yours)
        self.seen = seen

    def __str__(self) -> str:
        """Return what happened and what to do, for the one whose text was not taken."""
        theirs = self.theirs
        who = theirs.by[:1].upper() + theirs.by[1:] or "Somebody else"
        what = "changed this meanwhile" if self.seen else "wrote something else in this place"
        saw = f"You saw version {self.seen}; it is version {theirs.version} now. " if self.seen else ""
        kept = "Both texts are kept. " if self.yours is not None else ""
        return (
            f"{who} {what}, at {theirs.written_at:%Y-%m-%d %H:%M} UTC, so yours was not put in its place. "
            f"{kept}{saw}Read it, then write again with seen={theirs.version}."
        )
