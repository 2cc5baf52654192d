"""Records in PostgreSQL, for a district that outgrows one machine."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from dataworkbench.errors import WorkbenchError
from dataworkbench.records.database import turns
from dataworkbench.records.database.turns import PATIENCE, Database

ONE_WRITER: Final = 1_684_108_146
"""The lock that a writer holds until its change is committed, so that changes are committed in the order of their numbers."""
IDLE: Final = "5min"
"""How long a connection that nobody uses is held: a page that is left open and asleep gives its own back."""
_AT_ONCE: Final = 8
"""Connections that one process holds at most. One stays open between questions."""


class PostgreSQL(Database):
    """Tables of records in the first schema of a PostgreSQL database. They are made when something is first written."""

    ADVICE: ClassVar[str] = (
        "If it speaks of a 'lock timeout', try again in a moment; otherwise ask whoever looks after the database whether "
        "it is running and lets this machine in."
    )

    def __init__(self, url: str, backups: Path) -> None:
        self._url = _understood(url)
        self._backups = backups
        self._found = ""
        super().__init__(_engine_for(self._url))

    @property
    def place(self) -> str:
        """Where it is, for people to read; it holds no password."""
        shown = self._url.set(drivername="postgresql", query={})
        return shown.render_as_string(hide_password=True)

    @property
    def backups(self) -> Path:
        """The folder in which copies are laid where no other is named."""
        return self._backups

    def is_there(self) -> bool:
        """Return whether there are tables for records yet."""
        self._found = self._found or self.revision()
        return bool(self._found)

    def revision(self) -> str:
        """Return the revision of the tables; empty where there are none yet."""
        with self.reading() as held:
            return _revision(held)

    def bring_up_to_date(self) -> None:
        """Make the tables where there are none, and bring older ones up to date, after a backup.

        Raises
        ------
        WorkbenchError
            Where the records were written by a newer workbench.

        """
        if self._found != turns.HEAD:
            self._found = self.revision()
        if self._found == turns.HEAD:
            return
        from dataworkbench.records import copying, updating  # noqa: PLC0415 - Alembic takes a while and is needed once

        with self.writing() as held:
            found = _revision(held)
            if found == turns.HEAD:
                return
            updating.refuse_newer(found, self.place)
            if found:
                copying.write_copy(held, found, self.backups)
            updating.migrate(held, turns.HEAD)
        self._found = turns.HEAD

    def numbered_on(self, held: Connection) -> None:
        """See to it that the next change gets a number that none has had, after rows came in with theirs."""
        for table in ("versions", "set_aside"):
            held.execute(
                text(
                    f"SELECT setval(s, greatest(nextval(s), (SELECT coalesce(max(number), 0) + 1 FROM {table})), false) "
                    f"FROM pg_get_serial_sequence('{table}', 'number') AS s"
                )
            )

    def forget_what_was_deleted(self) -> None:
        """See to it that the rows that held words which were taken out are freed to be written over."""
        with self._said_kindly(), self.engine.connect() as held:
            held.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "VACUUM versions, set_aside, drafts"
            )

    @contextmanager
    def _connected(self, turn: turns.Turn) -> Iterator[Connection]:
        level = "READ COMMITTED" if turn else "REPEATABLE READ"
        with self.engine.connect() as held:
            yield held.execution_options(turn=turn, isolation_level=level)


def _understood(url: str) -> URL:
    try:
        held = make_url(url)
    except ArgumentError:
        held = None
    if held is None or held.get_backend_name() not in {"postgresql", "postgres"}:
        raise WorkbenchError(
            "The address of the records cannot be followed. It has to read postgresql://user@machine/database, or be left "
            "empty for a file in the workspace. Nothing was changed."
        )
    return held.set(drivername="postgresql+psycopg")


@cache
def _engine_for(url: URL) -> Engine:
    """Return the engine for a database: one for all of a process, with one connection that stays open between questions."""
    try:
        engine = create_engine(
            url,
            pool_size=1,
            max_overflow=_AT_ONCE - 1,
            pool_timeout=PATIENCE,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 10,
                "prepare_threshold": None,
                "application_name": "dataworkbench",
            },
        )
    except ModuleNotFoundError as fault:
        raise WorkbenchError(
            "These records are kept in PostgreSQL, and the package that speaks with it is not there. Install it with: "
            "pip install 'dataworkbench[postgresql]'. Nothing was changed."
        ) from fault
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    _leave_to_the_parent(engine)
    return engine


def _leave_to_the_parent(engine: Engine) -> None:
    """See to it that a process that forks off opens connections of its own; two on one connection would garble it."""
    if hasattr(os, "register_at_fork"):
        kept = weakref.ref(engine)
        os.register_at_fork(after_in_child=lambda: _dispose(kept()))


def _dispose(engine: Engine | None) -> None:
    if engine is not None:
        engine.dispose(close=False)


def _set_up(connection: Any, _: object) -> None:
    if connection.info.server_version < 140_000:
        return
    connection.autocommit = True
    connection.execute(f"SET idle_session_timeout = '{IDLE}'")
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    turn: turns.Turn = connection.get_execution_options().get("turn", "")
    if turn == "kept":
        connection.exec_driver_sql(
            f"SELECT set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '{PATIENCE}s', true), "
            f"pg_advisory_xact_lock({ONE_WRITER})"
        )
    elif turn == "jotted":
        connection.exec_driver_sql("SELECT set_config('synchronous_commit', 'off', true)")


def _revision(held: Connection) -> str:
    if held.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return ""
    return held.scalar(text("SELECT version_num FROM alembic_version")) or ""
