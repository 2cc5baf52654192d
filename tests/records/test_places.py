"""Where records lie: the file and how it is opened, PostgreSQL and how it is reached, and which of the two it is."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from written import a_goal

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Action, Goal, PostgreSQL, Records, open_records
from dataworkbench.records.database import SQLite, database_of, sqlite
from dataworkbench.records.database import postgresql as held_in_postgresql
from dataworkbench.workspace import Workspace, new_workspace


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "here")


@pytest.fixture
def served(postgresql, tmp_path: Path):
    url = postgresql.new()
    place = PostgreSQL(url, tmp_path / "backups")
    yield place
    place.engine.dispose()
    postgresql.drop(url)


def settle(workspace: Workspace, line: str) -> None:
    settings = workspace.root / "workbench.toml"
    settings.write_text(settings.read_text("utf-8").replace('\nurl = ""', f"\n{line}"), encoding="utf-8")


def test_a_link_to_what_is_not_there_is_refused_by_the_database_itself(place) -> None:
    Records(place).add(a_goal())
    said = "INSERT INTO links (number, place, follows) VALUES (1, 0, 'nowhere')"
    with pytest.raises(WorkbenchError, match="Nothing was written") as told, place.writing() as held:
        held.execute(text(said))
    assert isinstance(told.value.__cause__, IntegrityError)


def test_the_file_keeps_a_journal_ahead_and_waits_for_the_disk(tmp_path) -> None:
    kept = Records(tmp_path / "records.db")
    kept.add(a_goal())
    with kept.database.engine.connect() as held:
        asked = {
            name: held.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_no_records_are_kept_on_a_disk_that_cannot_keep_writers_apart(tmp_path, monkeypatch) -> None:
    real = sqlite3.connect

    class Stubborn(sqlite3.Connection):
        def execute(self, statement, *more):
            return super().execute("PRAGMA journal_mode" if "= WAL" in statement else statement, *more)

    monkeypatch.setattr(sqlite.sqlite3, "connect", lambda *a, **k: real(*a, **{**k, "factory": Stubborn}))
    with pytest.raises(WorkbenchError, match="cannot keep several writers apart"):
        Records(tmp_path / "records.db").add(a_goal())


def test_no_records_are_kept_on_a_network_drive(here, monkeypatch) -> None:
    monkeypatch.setattr(sqlite, "_is_on_network", lambda _: True)
    with pytest.raises(WorkbenchError, match="network drive"):
        open_records(here).add(a_goal())
    assert not (here.root / "records.db").exists()


def test_a_workspace_on_a_network_drive_may_keep_its_records_in_postgresql(here, served, monkeypatch) -> None:
    monkeypatch.setattr(sqlite, "_is_on_network", lambda _: True)
    monkeypatch.setenv("DATAWORKBENCH_RECORDS_URL", served.engine.url.render_as_string(hide_password=False))
    assert open_records(here).add(a_goal()).version == 1
    assert not list(here.root.glob("records.db*"))


def test_a_file_that_is_no_database_is_said_to_be_so(here) -> None:
    (here.root / "records.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(WorkbenchError, match="cannot be read as records"):
        open_records(here)


def test_the_settings_say_which_database_it_is_and_the_environment_goes_before_them(
    here, monkeypatch
) -> None:
    assert isinstance(database_of(here), SQLite)
    settle(here, 'url = "postgresql://teams@db.example.org/records"')
    assert database_of(here).place == "postgresql://teams@db.example.org/records"
    monkeypatch.setenv("DATAWORKBENCH_RECORDS_URL", "postgres://teams:s3cret@elsewhere/other?sslmode=require")
    held = database_of(here)
    assert held.place == "postgresql://teams:***@elsewhere/other"
    url = held.engine.url
    assert (url.password, url.query) == ("s3cret", {"sslmode": "require"})


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://teams:s3cret@db.example.org/records",
        "postgresql://teams@db.example.org/records?password=s3cret",
    ],
)
def test_a_password_in_the_settings_is_refused_and_not_said_again(here, wrong: str) -> None:
    settle(here, f'url = "{wrong}"')
    with pytest.raises(WorkbenchError, match="a password does not belong in this file") as told:
        open_records(here)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("wrong", ["mysql://a/b", "records.db", "sqlite:///records.db", "postgresql", "://"])
def test_an_address_of_another_kind_is_refused(here, wrong: str, monkeypatch) -> None:
    monkeypatch.setenv("DATAWORKBENCH_RECORDS_URL", wrong)
    with pytest.raises(WorkbenchError, match="postgresql://user@machine/database"):
        open_records(here)
    monkeypatch.delenv("DATAWORKBENCH_RECORDS_URL")
    settle(here, f'url = "{wrong}"')
    with pytest.raises(WorkbenchError, match="postgresql://user@machine/database"):
        open_records(here)


def test_where_the_package_for_postgresql_is_missing_it_is_said_how_to_get_it(monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WorkbenchError, match=r"dataworkbench\[postgresql\]"):
        PostgreSQL("postgresql://nobody@nowhere.invalid/missing", tmp_path)


def test_a_server_that_is_not_there_is_said_to_be_so_and_no_password_with_it(tmp_path) -> None:
    place = PostgreSQL("postgresql://teams:s3cret@127.0.0.1:9/records", tmp_path)
    with pytest.raises(WorkbenchError, match=r"could not be used.*Nothing was written") as told:
        Records(place)
    assert "s3cret" not in str(told.value)
    assert "postgresql://teams:***@127.0.0.1:9/records" in str(told.value)


def test_who_only_reads_makes_no_tables(served) -> None:
    kept = Records(served)
    assert (kept.latest(Goal), kept.newest, kept.drafts("seat-1")) == ([], 0, {})
    with served.reading() as held:
        assert held.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_writing_goes_on_after_the_server_let_go_of_everybody(served, postgresql) -> None:
    kept = Records(served)
    kept.add(a_goal())
    postgresql.do(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dataworkbench'"
    )
    assert len(kept.latest(Goal)) == 1
    postgresql.do(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dataworkbench'"
    )
    assert kept.add(a_goal()).version == 1


def test_one_process_keeps_one_connection_however_often_the_records_are_opened(served, tmp_path) -> None:
    url = served.engine.url.render_as_string(hide_password=False)
    opened = [Records(PostgreSQL(url, tmp_path)) for _ in range(30)]
    for kept in opened:
        kept.add(Action(what="call"))
        assert kept.newest > 0
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with served.reading() as held:
        assert held.scalar(text(asked)) == 1


def test_a_connection_that_nobody_uses_is_given_back(served) -> None:
    with served.reading() as held:
        assert held.scalar(text("SHOW idle_session_timeout")) == held_in_postgresql.IDLE


def _write_in_a_child(place, told) -> None:
    told.put(Records(place).add(Action(what=f"from {os.getpid()}")).number)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can fork off here")
def test_a_process_may_fork_off_while_the_records_are_open(place) -> None:
    kept = Records(place)
    kept.add(Action(what="before"))
    forking = multiprocessing.get_context("fork")
    told = forking.Queue()
    children = [forking.Process(target=_write_in_a_child, args=(place, told)) for _ in range(4)]
    for child in children:
        child.start()
    mine = [kept.add(Action(what="parent")).number for _ in range(10)]
    numbers = [told.get(timeout=60) for _ in children]
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert sorted(mine + numbers) == list(range(2, 16))
    assert len(kept.latest(Action)) == 15


def test_what_is_acknowledged_waits_for_the_disk_and_what_is_typed_does_not(served) -> None:
    kept = Records(served)
    kept.add(a_goal())
    with served.writing() as held:
        assert held.scalar(text("SHOW synchronous_commit")) == "on"
    with served.jotting() as held:
        assert held.scalar(text("SHOW synchronous_commit")) == "off"
