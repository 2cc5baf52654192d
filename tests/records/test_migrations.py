"""Records of an earlier form: backed up, brought up to date with all that was in them, and never by a guess."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from written import NOON, a_goal, everything

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Action, Cause, Goal, Records, copying, open_records, restore, updating
from dataworkbench.records.database import SQLite, turns
from dataworkbench.records.tables import METADATA

FORMER_CAUSES = (
    {"words": "the bus comes late", "control": "outside our control", "evidence": "the log"},
    {"words": "no call home", "control": "in our control"},
    {"words": "<b>old</b> שלום", "control": "partly ours", "ruled_out": "seen in May"},
)
EARLIER = tuple(one for one in reversed(updating.revisions()) if one != turns.HEAD)


def written_with(number: int, entry_id: str, kind: str, body: dict, **more: object) -> dict[str, object]:
    said = {
        "written_at": NOON.replace(tzinfo=None),
        "written_by": "the principal",
        "snapshot": "2026-11-13_120000-abc",
    }
    row = {"number": number, "entry_id": entry_id, "version": 1, "what": "added", "format": 1}
    return {**row, **said, "body": json.dumps(body, ensure_ascii=False), **more}


def fill_in(held) -> None:
    """Write into tables of an earlier form what a workbench of that time wrote, without this one's help."""
    tables = {table.name: table for table in copying.as_they_were(held)}
    goal = json.loads(a_goal().model_dump_json())
    causes = [f"cause-{at:012x}" for at in range(len(FORMER_CAUSES))]
    entries = [{"id": "goal-00000000000a", "kind": "goal", "version": 2}]
    entries += [{"id": name, "kind": "cause", "version": 1} for name in causes]
    versions = [
        written_with(1, "goal-00000000000a", "goal", goal),
        written_with(2, "goal-00000000000a", "goal", goal | {"target": 0.1}, version=2, what="changed"),
        *(written_with(3 + at, causes[at], "cause", body) for at, body in enumerate(FORMER_CAUSES)),
    ]
    aside = written_with(1, "goal-00000000000a", "goal", goal | {"target": 0.2}, seen=1)
    held.execute(insert(tables["entries"]), entries)
    held.execute(insert(tables["versions"]), versions)
    held.execute(insert(tables["links"]), [{"number": 3, "place": 0, "follows": "goal-00000000000a"}])
    held.execute(
        insert(tables["set_aside"]), [{k: v for k, v in aside.items() if k not in ("version", "what")}]
    )


def earlier(place, revision: str):
    """Records as a workbench left them whose newest revision was this one."""
    with place.writing() as held:
        updating.migrate(held, revision)
        fill_in(held)
        place.numbered_on(held)
    return place


def rows_of(database, revision: str) -> dict[str, list[tuple[object, ...]]]:
    assert database.revision() == revision
    with database.reading() as held:
        tables = copying.as_they_were(held)
        return {
            t.name: [tuple(row) for row in held.execute(select(t).order_by(*t.primary_key))] for t in tables
        }


def check_all_is_there(kept: Records) -> None:
    assert [(e.what, e.body.target) for e in kept.history("goal-00000000000a")] == [
        ("added", 0.15), ("changed", 0.1),
    ]  # fmt: skip
    assert [(text.seen, text.body.target) for text in kept.set_aside()] == [(1, 0.2)]
    causes = kept.latest(Cause)
    assert [(e.body.words, e.body.control, e.body.evidence) for e in causes] == [
        ("the bus comes late", "outside", "the log"),
        ("no call home", "ours", ""),
        ("<b>old</b> שלום", "", "In whose control: partly ours."),
    ]
    assert causes[2].body.ruled_out == "seen in May"
    assert [e.id for e in kept.following("goal-00000000000a")] == [causes[0].id]
    assert {e.written_at for e in kept.changes()} == {NOON}


@pytest.mark.parametrize("revision", EARLIER)
def test_records_of_each_earlier_form_are_backed_up_and_brought_up_to_date(place, revision: str) -> None:
    earlier(place, revision)
    before = rows_of(place, revision)
    kept = Records(place)
    check_all_is_there(kept)
    assert place.revision() == turns.HEAD
    after = rows_of(place, turns.HEAD)
    assert {name: after[name] for name in before} == before
    (copy,) = place.backups.iterdir()
    assert rows_of(SQLite(copy), revision) == before
    assert kept.add(Action(what="call"), follows=["goal-00000000000a"]).number == 6
    kept.draft("seat-1", "", "words", "half a")
    assert kept.drafts("seat-1") == {"words": "half a"}


@pytest.mark.parametrize("revision", EARLIER)
def test_a_backup_of_each_earlier_form_can_be_restored(workspace, tmp_path: Path, revision: str) -> None:
    old = earlier(SQLite(tmp_path / "old.db"), revision)
    held = (tmp_path / "old.db").read_bytes()
    assert restore(workspace, tmp_path / "old.db") is None
    check_all_is_there(open_records(workspace))
    assert (tmp_path / "old.db").read_bytes() == held
    assert old.revision() == revision


def test_a_migration_that_breaks_off_leaves_everything_as_it_was(place, monkeypatch) -> None:
    earlier(place, "0001")
    before = rows_of(place, "0001")

    def break_off(held, _) -> None:
        held.exec_driver_sql("DROP TABLE set_aside")
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(updating, "migrate", break_off)
        patched.setattr(copying, "write_copy", lambda *_: None)
        with pytest.raises(RuntimeError, match="power cut"):
            Records(place)
    assert rows_of(place, "0001") == before
    check_all_is_there(Records(place))


def test_records_of_a_newer_workbench_are_refused_and_not_touched(place) -> None:
    Records(place).add(a_goal())
    with place.writing() as held:
        held.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = everything(place)
    with pytest.raises(WorkbenchError, match=r"newer workbench.*9999.*Nothing was touched"):
        Records(
            type(place)(place.path)
            if isinstance(place, SQLite)
            else type(place)(url_of(place), place.backups)
        )
    assert everything(place) == before
    assert not place.backups.exists()


def url_of(place) -> str:
    return place.engine.url.render_as_string(hide_password=False)


def test_the_newest_migration_is_the_one_that_is_written() -> None:
    assert updating.revisions()[0] == turns.HEAD
    assert EARLIER[0] == "0001"


def test_the_migrations_make_the_tables_that_the_code_writes(place) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert Records(place).add(a_goal()) in Records(place).latest(Goal)
    with place.reading() as held:
        assert compare_metadata(MigrationContext.configure(held), METADATA) == []
