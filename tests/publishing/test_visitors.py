"""Who may look: the file, signing in, how often one may try, the folder of a scope, and what is written down."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.publishing import prepare
from dataworkbench.publishing.staff import (
    Visitor,
    VisitorBook,
    add_visitor,
    made_token,
    password_hash,
    read_visitors,
    remove_visitor,
    token_hash,
)
from dataworkbench.publishing.staff.access_log import FILES_KEPT, AccessLog
from dataworkbench.publishing.staff.door import Door, Guests
from dataworkbench.publishing.staff.kernels import FOR_ALL_OF_IT, bare_environment, told_to
from dataworkbench.publishing.staff.scopes import Scopes, make_scoped_workspace
from dataworkbench.publishing.staff.sessions import (
    FREE_TRIES,
    LONGEST_WAIT,
    TRIES_A_MINUTE,
    Session,
    Sessions,
    Tries,
)
from dataworkbench.publishing.staff.sockets import may_be_sent
from dataworkbench.publishing.staff.visitors import password_fits
from dataworkbench.records import Action, StudentNote, open_records
from dataworkbench.warehouse import current_snapshot, open_workspace
from dataworkbench.workspace import SETTINGS_FILE

sys.path.append(str(Path(__file__).parents[1] / "notebooks"))
import made_district

TOKEN = made_token()
ALDER = Visitor(name="alder", schools=("S001",), token=token_hash(TOKEN))
EVERYTHING = Visitor(name="district", schools="all", token=token_hash("x" * 32))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = made_district.make(tmp_path_factory.mktemp("made") / "district")
    open_records(made).add(StudentNote(student_id="00ZQ0002", words="of somebody"))
    return made


@pytest.fixture
def file(tmp_path):
    return tmp_path / "visitors.toml"


def test_who_was_added_can_come_in_and_who_was_taken_out_cannot_and_notes_in_the_file_stay(file):
    add_visitor(file, ALDER)
    file.write_text(file.read_text(encoding="utf-8") + "# she asked on Monday\n", encoding="utf-8")
    book = add_visitor(file, EVERYTHING)
    assert book.with_token(TOKEN) == ALDER
    left = remove_visitor(file, "district")
    assert left == read_visitors(file)
    assert left.named("district") is None
    assert "# she asked on Monday" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_neither_a_password_nor_a_token_stands_in_the_file(file):
    add_visitor(file, ALDER)
    password = "four words stay apart"  # noqa: S105  of a test
    add_visitor(file, Visitor(name="birch", schools=("S002",), password=password_hash(password)))
    held = file.read_text(encoding="utf-8")
    assert TOKEN not in held
    assert password not in held
    assert password_fits(read_visitors(file).named("birch"), password)
    assert not password_fits(read_visitors(file).named("birch"), password + " ")
    assert not password_fits(None, "")


@pytest.mark.parametrize(
    "entry",
    [
        'name = "x"\ntoken = "{t}"', 'name = "x"\nschools = []\ntoken = "{t}"', 'name = "x"\nschools = "S001"\ntoken = "{t}"',
        'name = "x"\nschools = "all"', 'name = "x"\nschools = "all"\ntoken = "in plain words"',
        'name = "x"\nschools = "all"\npassword = "in plain words"', 'name = "X y"\nschools = "all"\ntoken = "{t}"',
        'name = "x"\nschools = "all"\ntoken = "{t}"\nadmin = true', 'name = "x"\nschools = "all"\ntoken = "{t}"\nuntil = "soon"',
        'name = "x"\nschools = "all"\ntoken = "{t}"\n[[visitor]]\nname = "x"\nschools = ["S001"]\ntoken = "{t}"',
    ],
)  # fmt: skip
def test_an_entry_that_does_not_say_what_is_needed_lets_nobody_in(file, entry):
    file.write_text("[[visitor]]\n" + entry.format(t=token_hash("x")), encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(WorkbenchError, match="cannot be followed"):
        read_visitors(file)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_file_that_others_may_read_is_refused(file):
    add_visitor(file, ALDER)
    file.chmod(0o640)
    with pytest.raises(WorkbenchError, match="chmod 600"):
        read_visitors(file)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_an_entry_holds_up_to_its_last_day_and_not_after(until, today):
    book = VisitorBook(visitor=(ALDER.model_copy(update={"until": until}),))
    assert (book.named("alder", today) is not None) == (today <= until)
    assert (book.with_token(TOKEN, today) is not None) == (today <= until)


@given(st.text(max_size=80))
def test_no_other_word_is_taken_for_a_token(word):
    assert (VisitorBook(visitor=(ALDER,)).with_token(word) is not None) == (word == TOKEN)


def test_a_session_ends_after_its_hours_and_no_key_but_its_own_opens_it():
    now = [0.0]
    sessions = Sessions(8, lambda: now[0])
    key, session = sessions.begin(ALDER)
    assert sessions.of(key) is session
    assert sessions.of(session.key) is None
    now[0] = 8 * 3600 - 1
    assert sessions.of(key) is session
    now[0] = 8 * 3600
    assert sessions.of(key) is None


@given(st.integers(1, 60))
def test_the_more_tries_fail_the_longer_one_waits_up_to_a_quarter_of_an_hour(failed):
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(failed):
        now[0] += 3600
        tries.count("alder", "here")
    assert tries.wait("alder", "here") == (
        min(LONGEST_WAIT, 2.0 ** (failed - FREE_TRIES)) if failed >= FREE_TRIES else 0
    )
    assert tries.wait("alder", "elsewhere") == 0
    tries.forget("alder", "here")
    assert tries.wait("alder", "here") == 0


def test_many_names_from_one_place_are_too_many_as_well():
    tries = Tries(lambda: 0.0)
    for number in range(TRIES_A_MINUTE):
        assert tries.wait(f"name{number}", "here") == 0
        tries.count(f"name{number}", "here")
    assert tries.wait("another", "here") == 60
    assert tries.wait("another", "elsewhere") == 0


def test_the_log_is_closed_to_others_and_begun_anew_when_it_is_long(tmp_path):
    log = AccessLog(tmp_path / "access.jsonl", most_bytes=2000)
    for number in range(1000):
        log.note("opened", page=f"page {number}\n\u2028")
    log.close()
    files = list(tmp_path.glob("access.jsonl*"))
    assert len(files) == FILES_KEPT + 1
    for path in files:
        assert path.stat().st_mode & 0o077 == 0
        assert path.stat().st_size <= 2000
        assert all(
            json.loads(line)["what"] == "opened" for line in path.read_text(encoding="utf-8").splitlines()
        )


def test_the_folder_of_a_scope_holds_the_district_s_rules_its_own_rows_and_nothing_that_teams_write(
    workspace, tmp_path
):
    settings = workspace.root / SETTINGS_FILE
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before + '\nattendance = "the \\"office\\" \\\\ Ä\\u007f"\n', encoding="utf-8")
    try:
        made = make_scoped_workspace(workspace, ("S001",), tmp_path / "scope")
        told, held = workspace.settings(), made.settings()
    finally:
        settings.write_text(before, encoding="utf-8")
    assert held.model_copy(update={"records": told.records}) == told
    assert made.policy() == workspace.policy()
    assert {path.name for path in made.root.iterdir()} == {SETTINGS_FILE, "policy.toml", "snapshots"}
    (snapshot,) = (path for path in made.snapshots.iterdir() if path.is_dir())
    assert {path.name for path in snapshot.iterdir()} == {"tables.duckdb", "manifest.json"}
    assert current_snapshot(made).rows["schools"] == 1
    kept = open_records(made)
    assert kept.latest(StudentNote) == []
    with pytest.raises(NothingToShowError, match="not shown where somebody sees single schools"):
        kept.add(Action(what="x"))
    assert not (made.root / "records.db").exists()


def test_a_file_of_records_that_lies_in_a_closed_folder_is_not_read(workspace, tmp_path, monkeypatch):
    made = make_scoped_workspace(workspace, ("S001",), tmp_path / "scope")
    (made.root / "records.db").write_bytes((workspace.root / "records.db").read_bytes())
    monkeypatch.setenv("DATAWORKBENCH_RECORDS_URL", "postgresql://somewhere/else")
    assert open_records(made).latest(StudentNote) == []


def test_one_copy_serves_all_who_see_the_same_and_those_who_see_something_else_have_another(
    workspace, tmp_path
):
    birch = Visitor(name="birch", schools=("S002",), token=token_hash("x"))
    scopes = Scopes(workspace, tmp_path / "scopes")

    async def folders():
        return await asyncio.gather(*(scopes.folder_of(one) for one in (ALDER, birch, ALDER, EVERYTHING)))

    first, other, again, whole = asyncio.run(folders())
    assert first == again
    assert first != other
    assert whole == workspace.root
    assert list(open_workspace(first).schools["school_id"]) == ["S001"]
    assert list(open_workspace(other).schools["school_id"]) == ["S002"]


def test_a_school_that_is_not_in_the_data_shows_nothing(workspace, tmp_path):
    made = make_scoped_workspace(workspace, ("S999",), tmp_path / "scope")
    rows = current_snapshot(made).rows
    assert {name for name, count in rows.items() if count} <= {
        "assessments",
        "performance_levels",
        "standards",
        "published_figures",
    }


def test_only_who_sees_the_whole_district_is_told_where_records_lie(monkeypatch, tmp_path):
    for name in FOR_ALL_OF_IT:
        monkeypatch.setenv(name, "SECRET")
    asked = {
        "QUERY_STRING": "school=S001",
        "VOILA_REQUEST_URL": "http://x/?token=SECRET",
        "DATAWORKBENCH_WORKSPACE": "SECRET",
    }
    told = bare_environment() | told_to(Session("k", ALDER, 1), tmp_path, asked)
    assert "SECRET" not in json.dumps(told)
    assert told["DATAWORKBENCH_WORKSPACE"] == str(tmp_path)
    assert told["QUERY_STRING"] == "school=S001"
    assert set(FOR_ALL_OF_IT) <= set(told_to(Session("k", EVERYTHING, 1), tmp_path, asked))


@given(st.sampled_from(["shell", "control", "stdin", "iopub"]), st.text(max_size=20), st.text(max_size=20))
def test_no_other_message_than_those_of_widgets_is_handed_on(channel, kind, target):
    assert not may_be_sent(channel, f"{kind}_request!", target)
    assert not may_be_sent("shell", "comm_open", target)
    assert may_be_sent(channel, "comm_msg", target) == (channel in {"shell", "control"})


@pytest.fixture
def typed(monkeypatch, workspace):
    monkeypatch.setenv("COLUMNS", "300")
    (workspace.root / "visitors.toml").unlink(missing_ok=True)
    yield lambda *words, **given: CliRunner().invoke(
        app, ["visitors", *words, "-w", str(workspace.root)], **given
    )
    (workspace.root / "visitors.toml").unlink(missing_ok=True)


def test_a_password_is_asked_for_twice_and_a_token_is_said_once(typed, workspace):
    done = typed(
        "add",
        "Alder",
        "--school",
        "alder elementary school",
        input="four words stay apart\nfour words stay apart\n",
    )
    assert done.exit_code == 0
    token = json.loads(typed("add", "all", "--whole-district", "--token", "--json").stdout)["data"]["token"]
    book = read_visitors(workspace.root / "visitors.toml")
    assert book.named("alder").schools == ("S001",)
    assert book.with_token(token).sees_all
    assert token not in typed("list").stdout
    assert typed("remove", "alder").exit_code == 0
    assert [row["name"] for row in json.loads(typed("list", "--json").stdout)["data"]["visitors"]] == ["all"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "x", "--token"], "Say what this person may see"),
        (["add", "x", "--token", "--whole-district", "--school", "S001"], "not both"),
        (["add", "x", "--token", "--school", "Cedar"], "No school is called"),
        (["add", "x", "--token", "--whole-district", "--until", "soon"], "is no day"),
        (["add", "x y", "--token", "--whole-district"], "small letters"),
        (["remove", "x"], "nobody to take out"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(typed, workspace, words, said):
    done = typed(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (workspace.root / "visitors.toml").exists()


def test_a_short_password_is_refused(typed):
    done = typed("add", "x", "--whole-district", input="short\nshort\n")
    assert done.exit_code == 2
    assert "at least 12" in done.stderr


def test_where_a_file_says_who_may_look_there_is_no_token_and_a_file_that_names_nobody_opens_nothing(
    workspace, tmp_path
):
    add_visitor(workspace.root / "visitors.toml", ALDER)
    try:
        ready = prepare(workspace, port=18901)
        assert "token" not in ready.url
        assert ready.by_name
        ready.remove()
        remove_visitor(workspace.root / "visitors.toml", "alder")
        with pytest.raises(NothingToShowError, match="names nobody"):
            prepare(workspace, port=18901)
    finally:
        (workspace.root / "visitors.toml").unlink()


def test_a_sign_in_ends_when_the_entry_is_another_one_or_cannot_be_read(tmp_path):
    path = tmp_path / "visitors.toml"
    add_visitor(path, ALDER)
    door = Door(config=None)
    door.guests, door.sessions = Guests(path, VisitorBook()), Sessions(8)
    for change in (
        lambda: path.write_text(path.read_text().replace("S001", "S002")),
        lambda: remove_visitor(path, "alder"),
        lambda: path.chmod(0o644),
    ):
        path.write_text("")
        path.chmod(0o600)
        add_visitor(path, ALDER)
        _, session = door.sessions.begin(door.guests.book.named("alder"))
        assert door.valid(session) is session
        change()
        assert door.valid(session) is None
        add_visitor(path, ALDER) if "name" not in path.read_text() else None
        assert door.valid(session) is None
