"""What both databases promise: views that stand still while they are read, turns that are kept whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Literal

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from dataworkbench.errors import WorkbenchError

HEAD: Final = "0002"
"""The revision of the tables that this workbench writes: the newest of the migrations."""
PATIENCE: Final = 30
"""Seconds that a writer waits for its turn."""

Turn = Literal["", "kept", "jotted"]
"""What a transaction is for: reading, writing that is acknowledged, or jotting down what is being typed."""


class Database(ABC):
    """Where records lie, how they are read and written there, and how their tables are brought up to date."""

    ADVICE: ClassVar[str]
    """What to do where it cannot be used."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is, for people to read; it holds no password."""

    @property
    @abstractmethod
    def backups(self) -> Path:
        """The folder in which copies are laid where no other is named."""

    @abstractmethod
    def is_there(self) -> bool:
        """Return whether there are tables for records yet. Who only reads makes none."""

    @abstractmethod
    def revision(self) -> str:
        """Return the revision of the tables; empty where there are none yet."""

    @abstractmethod
    def bring_up_to_date(self) -> None:
        """Make the tables where there are none, and bring older ones up to date, after a backup.

        Raises
        ------
        WorkbenchError
            Where the records were written by a newer workbench, or cannot be kept safely in this place.

        """

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the one turn to write from before the first look to the end; all of it is written, or nothing."""
        with self._said_kindly(), self._connected("kept") as held, held.begin():
            yield held

    @contextmanager
    def jotting(self) -> Iterator[Connection]:
        """Hold a short turn for what is being typed: it outlives a killed program, though not a failure of the power."""
        with self._said_kindly(), self._connected("jotted") as held, held.begin():
            yield held

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold one view of the records while they are read; writers are not kept waiting."""
        with self._said_kindly(), self._connected("") as held, held.begin():
            yield held

    @abstractmethod
    def numbered_on(self, held: Connection) -> None:
        """See to it that the next change gets a number that none has had, after rows came in with theirs."""

    @abstractmethod
    def forget_what_was_deleted(self) -> None:
        """See to it that words that were taken out are not left over in parts of the files that nobody reads."""

    @contextmanager
    def _connected(self, turn: Turn) -> Iterator[Connection]:
        with self.engine.connect() as held:
            yield held.execution_options(turn=turn)

    @contextmanager
    def _said_kindly(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, NoneFreeError) as fault:
            said = " ".join(str(getattr(fault, "orig", None) or fault).split()).rstrip(".?")
            raise WorkbenchError(
                f"The records in {self.place} could not be used: {said}. Nothing was written. {self.ADVICE}"
            ) from fault
