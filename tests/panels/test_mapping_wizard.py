"""The mapping wizard without a browser: what it shows is plain values, what it is asked goes to the bench it was given."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dataworkbench.intake import import_files, open_inbox
from dataworkbench.panels import MappingPanel, MappingState, map_files
from dataworkbench.readers import pieces, source
from dataworkbench.readers.profiles import load_profile
from dataworkbench.warehouse import current_snapshot, read_tables
from dataworkbench.workspace import Workspace, new_workspace

MARKS = (
    "Perm ID,Site,Att Day,Mark\n00123,0042,2025-09-02,P\n00124,0042,2025-09-02,A\n00125,0043,2025-09-02,X\n"
)
KNOWN = "Student ID,Days Enrolled,Days Absent,School ID,School Year\n00123,90,4,0042,2025-26\n"


@pytest.fixture
def place(tmp_path) -> Workspace:
    made = new_workspace(tmp_path / "district", school_year="2025-26")
    (made.inbox / "a_totals.csv").write_text(KNOWN, encoding="utf-8")
    (made.inbox / "web_marks.csv").write_text(MARKS, encoding="utf-8")
    return made


@pytest.fixture
def state(place) -> MappingState:
    return MappingState(open_inbox(str(place.root)))


def opened(state: MappingState) -> MappingState:
    state.take({"do": "open", "file": "web_marks.csv"})
    return state


def finished(state: MappingState) -> MappingState:
    opened(state).take({"do": "code", "column": "absent", "code": "X", "meaning": "=0.5"})
    state.take({"do": "believe"})
    return state


def row(state: MappingState, column: str) -> dict:
    return next(one for one in state.shown["draft"]["columns"] if one["column"] == column)


def test_files_that_nobody_knows_come_first(state) -> None:
    assert [(one["name"], one["known_as"]) for one in state.shown["files"]] == [
        ("web_marks.csv", ""), ("a_totals.csv", "Attendance totals"),
    ]  # fmt: skip


def test_everything_that_is_shown_can_go_to_a_browser(state) -> None:
    finished(state).take({"do": "try"})
    assert json.loads(json.dumps(state.shown))["step"]["trial"]["kept"] == 3


def test_a_file_is_shown_column_beside_column_with_samples_and_reasons(state) -> None:
    held = row(opened(state), "absent")
    assert held["key"] == "header:Mark"
    assert held["samples"] == ["P", "A", "X"]
    assert held["sure"] == "sure"
    assert held["codes"] == [["P", "0"], ["A", "1"], ["X", None]]
    assert held["wrong"]


def test_a_choice_changes_the_draft_and_counts_as_looked_at(state) -> None:
    opened(state).take({"do": "choose", "column": "date", "key": "header:Att Day"})
    assert row(state, "date")["seen"]
    assert "date" not in " ".join(state.shown["draft"]["look_at"]).split("'")


def test_nothing_is_kept_while_something_is_unsure_or_undecided(state, place) -> None:
    opened(state).take({"do": "save"})
    assert "not sure" in state.message
    state.take({"do": "believe"})
    state.take({"do": "save"})
    assert "cannot be saved yet" in state.message
    assert list(place.mappings.iterdir()) == []


def test_a_code_that_was_explained_can_be_unexplained(state) -> None:
    finished(state)
    assert state.shown["draft"]["problems"] == []
    state.take({"do": "code", "column": "absent", "code": "X", "meaning": "?"})
    assert "'X'" in state.shown["draft"]["problems"][0]


def test_a_code_can_be_left_empty(state) -> None:
    finished(state).take({"do": "code", "column": "absent", "code": "X", "meaning": "="})
    assert dict(state.draft.source("absent").codes)["X"] == ""


def test_from_an_unknown_file_to_a_profile_and_a_loaded_table(state, place) -> None:
    for verb in ("try", "save", "bring"):
        finished(state).take({"do": verb}) if verb == "try" else state.take({"do": verb})
    assert load_profile(place.mappings / "web_marks.yaml").title == "Web marks"
    snapshot = current_snapshot(place)
    assert snapshot is not None
    rows = read_tables(snapshot)["attendance"].sort("student_id").select("student_id", "absent").rows()
    assert rows == [("00123", 0.0), ("00124", 1.0), ("00125", 0.5)]
    assert state.shown["step"]["brought"]["kept"] == 3
    assert [one["brought"] for one in state.shown["files"] if one["name"] == "web_marks.csv"] == [True]


def test_a_file_is_known_as_soon_as_its_profile_is_saved(state) -> None:
    finished(state).take({"do": "save"})
    assert [one["known_as"] for one in state.shown["files"] if one["name"] == "web_marks.csv"] == [
        "Web marks"
    ]


def test_a_change_after_a_trial_forgets_the_trial(state) -> None:
    finished(state).take({"do": "try"})
    state.take({"do": "choose", "column": "code", "key": "nothing"})
    assert "trial" not in state.shown["step"]


def test_another_profile_of_that_name_is_kept_and_a_free_name_offered(state, place) -> None:
    finished(state).take({"do": "save"})
    before = (place.mappings / "web_marks.yaml").read_bytes()
    finished(state).take({"do": "save"})
    assert state.shown["step"]["free"] == "web_marks_2"
    assert (place.mappings / "web_marks.yaml").read_bytes() == before
    state.take({"do": "save", "replace": True})
    assert (place.mappings / "web_marks.yaml.bak").read_bytes() == before


def test_another_kind_keeps_the_name_that_was_given(state) -> None:
    opened(state).take({"do": "name", "title": "Marks of ours"})
    state.take({"do": "kind", "kind": "results"})
    assert state.shown["draft"]["kind"] == "results"
    assert state.shown["draft"]["title"] == "Marks of ours"


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"do": "import"}, {"do": "open", "file": "../workbench.toml"}, {"do": "open", "file": "/etc/passwd"},
        {"do": "choose", "column": "date", "key": "header:Nowhere"}, {"do": "choose", "column": "nothing", "key": "x"},
        {"do": "kind", "kind": "lunches"}, {"do": "answer", "question": "dates", "answer": "sideways"},
        {"do": "code", "column": "absent", "code": "Q", "meaning": "=1"}, {"do": "answer", "question": "policy", "answer": "x"},
    ],
)  # fmt: skip
def test_what_a_browser_should_not_have_asked_for_changes_nothing(state, asked) -> None:
    before = opened(state).draft
    state.take(asked)
    assert state.draft is before


@pytest.mark.parametrize("name", ["../x", "x/y", ".hidden", "NO", "a b", ""])
def test_a_name_that_is_no_short_name_is_never_a_file(state, place, name) -> None:
    finished(state).take({"do": "name", "name": name})
    state.take({"do": "save"})
    assert "cannot be the short name" in state.message
    assert list(place.mappings.iterdir()) == []


def test_before_a_file_is_chosen_there_is_nothing_to_save(state) -> None:
    state.take({"do": "save"})
    assert state.message == "Choose a file first."


def test_the_panel_passes_on_what_the_browser_asks_and_shows_what_came_of_it(place) -> None:
    panel = map_files(open_inbox(str(place.root)))
    assert isinstance(panel, MappingPanel)
    heard(panel, {"do": "open", "file": "web_marks.csv", "n": "view-1"})
    assert panel.shown["file"] == "web_marks.csv"
    assert panel.shown["n"] == "view-1"


def heard(panel: MappingPanel, asked: dict) -> None:
    """Hand the panel what a browser sends."""
    panel._handle_msg({"content": {"data": {"method": "custom", "content": asked}}, "buffers": []})


def test_of_several_messages_that_come_at_once_none_is_lost(place) -> None:
    panel = map_files(open_inbox(str(place.root)))
    heard(panel, {"do": "open", "file": "web_marks.csv", "n": "view-1"})
    heard(panel, {"do": "code", "column": "absent", "code": "X", "meaning": "=0.5", "n": "view-2"})
    heard(panel, {"do": "name", "title": "Marks of ours", "n": "view-3"})
    heard(panel, {"do": "believe", "n": "view-4"})
    draft = panel.shown["draft"]
    assert (draft["title"], draft["problems"], draft["look_at"]) == ("Marks of ours", [], [])
    assert panel.shown["n"] == "view-4"


def test_what_could_not_be_done_is_answered_too(place, monkeypatch) -> None:
    panel = map_files(open_inbox(str(place.root)))
    heard(panel, {"do": "fly", "n": "view-1"})
    assert panel.shown["n"] == "view-1"
    monkeypatch.setattr(panel.state.bench, "draft", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel.hear({"do": "open", "file": "web_marks.csv", "n": "view-2"})
    assert panel.shown["n"] == "view-2"
    assert "nothing was changed" in panel.shown["message"]


def test_what_stands_in_the_way_is_said_beside_its_column(state) -> None:
    assert row(opened(state), "absent")["wrong"] == [
        "Nobody has said what these mean for 'attendance code': 'X'."
    ]
    assert state.shown["draft"]["problems_at"] == ["absent"]
    assert row(state, "date")["wrong"] == []


def test_a_file_that_cannot_be_read_is_said_to_be(place) -> None:
    (place.inbox / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    state = MappingState(open_inbox(str(place.root)))
    (photo,) = [one for one in state.shown["files"] if one["name"] == "photo.csv"]
    assert "picture" in photo["said"]
    state.take({"do": "open", "file": "photo.csv"})
    assert "picture" in state.message


def test_the_inbox_shows_itself_with_every_name_escaped(place) -> None:
    (place.inbox / "<img src=x onerror=1>.csv").write_text(MARKS, encoding="utf-8")
    shown = open_inbox(str(place.root))._repr_html_()
    assert "<img" not in shown
    assert "&lt;img" in shown


# large files


@pytest.fixture
def large(place, monkeypatch) -> Workspace:
    """An inbox with a file of marks of which no more than some rows are read at first."""
    rows = "".join(f"{n:05},0042,2025-09-02,{'PAT'[n % 3]}\n" for n in range(3_000))
    (place.inbox / "web_marks.csv").write_text(
        "Perm ID,Site,Att Day,Mark\n" + rows + "09999,0042,2025-09-02,Z\n", encoding="utf-8"
    )
    monkeypatch.setattr(source, "LARGE_BYTES", 10_000)
    monkeypatch.setattr(pieces, "HEAD_BYTES", 4_000)
    return place


def never(*_args: object, **_words: object) -> None:
    raise AssertionError("a large file was read whole")


def test_a_large_file_is_listed_and_drafted_without_being_read_whole(large, monkeypatch) -> None:
    for place, name in ((pieces, "_read_whole"), (source, "_hash_of")):
        monkeypatch.setattr(place, name, never)
    state = opened(MappingState(open_inbox(str(large.root))))
    assert next(one["name"] for one in state.shown["files"]) == "web_marks.csv"
    rows = state.shown["draft"]["rows"]
    assert 100 < rows < 3_000
    assert f"comes from its first {rows} rows" in " ".join(state.shown["draft"]["notes"])


def test_a_large_file_is_tried_with_all_of_its_rows(large) -> None:
    state = opened(MappingState(open_inbox(str(large.root))))
    state.take({"do": "believe"})
    state.take({"do": "try"})
    found = state.shown["step"]["trial"]
    assert (found["read"], found["kept"], found["aside"]) == (3_001, 3_000, 1)
    assert found["tables"][0]["first"][0][:1] == ["00000"]


def test_a_large_file_that_was_brought_in_is_known_again_by_its_content(large) -> None:
    state = opened(MappingState(open_inbox(str(large.root))))
    for verb in ("believe", "save", "bring"):
        state.take({"do": verb})
    assert [
        one["brought"]
        for one in MappingState(open_inbox(str(large.root))).shown["files"]
        if one["name"] == "web_marks.csv"
    ] == [True]
    path = large.inbox / "web_marks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("00000", "00009"), encoding="utf-8")
    assert [
        one["brought"]
        for one in MappingState(open_inbox(str(large.root))).shown["files"]
        if one["name"] == "web_marks.csv"
    ] == [False]


def test_to_look_at_files_reads_only_the_tables_that_they_are_matched_against(place, monkeypatch) -> None:
    (place.inbox / "students.csv").write_text(
        "student_id,last_name,first_name,school_id,grade\n00123,Roe,An,0042,3\n", encoding="utf-8"
    )
    import_files(place, [place.inbox / "students.csv", place.inbox / "a_totals.csv"])
    read = []
    real = pl.read_parquet
    monkeypatch.setattr(pl, "read_parquet", lambda path: (read.append(path.stem), real(path))[1])
    state = MappingState(open_inbox(str(place.root)))
    assert "students" in read
    assert "attendance_totals" not in read
    read.clear()
    opened(state).look_around()
    assert read == []
