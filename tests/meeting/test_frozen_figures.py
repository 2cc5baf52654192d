"""Figures of a meeting: what can be chosen has a figure, what was frozen stays as it was, and says when newer data came."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import pytest
from team_room import Team

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.measures import measure
from dataworkbench.records import Seen, open_records
from dataworkbench.views.meeting.desk import bring_to_meeting
from dataworkbench.views.meeting.figures import figure_choices, freeze, seen_of
from dataworkbench.views.notes import Note
from dataworkbench.views.pictures import Picture, plot_rates
from dataworkbench.warehouse import open_workspace, write_snapshot

sys.path.append(str(Path(__file__).parents[1] / "notebooks"))

import made_district


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return open_workspace(made_district.make(tmp_path_factory.mktemp("made") / "district").root)


@pytest.fixture
def own(tmp_path):
    """The same district, for a test that writes into it."""
    return open_workspace(
        made_district.make(
            tmp_path / "own", only=("schools", "students", "enrollments", "attendance_totals", "attendance")
        ).root
    )


def test_a_district_without_data_is_offered_no_measure(empty):
    assert figure_choices(empty)["indicators"] == []


def test_every_measure_that_is_offered_has_its_tables_and_its_comparisons_are_its_own(made):
    found = figure_choices(made)
    offered = {held["id"]: held for held in found["indicators"]}
    absence = offered["chronic_absence"]
    assert {"column": "grade_level", "label": "Grade"} in absence["by"]
    assert {"column": "subgroup|English learner status", "label": "English learner status"} in absence["by"]
    assert "subject" not in [held["column"] for held in absence["by"]]
    assert absence["where"] == ["school_year", "school_id", "grade_level", "subgroup"]
    assert found["values"]["grade_level"]["options"][0] == {"value": "03", "label": "Grade 3"}
    assert {held["value"] for held in found["values"]["school_id"]["options"]} == {"S001", "S002"}


def test_a_choice_becomes_what_the_notebook_would_show(made):
    seen = freeze(
        made, "chronic_absence", ["grade_level"], {"school_year": ["2026-27"], "school_id": ["S001"]}
    )
    frame = for_audience(
        measure(made, "chronic_absence", by=["grade_level"], where={"school_year": ("2026-27",), "school_id": ("S001",)}),
        "staff", policy=made.policy,
    )  # fmt: skip
    assert seen.title == "Chronic absence by grade, Alder Elementary School, 2026\N{NON-BREAKING HYPHEN}27"
    assert [row[2] for row in seen.table[1:]] == list(frame["label"])
    assert seen.indicator_version == 1
    assert (seen.by, dict(seen.where)) == (
        ("grade_level",),
        {"school_year": ("2026-27",), "school_id": ("S001",)},
    )
    assert seen.words
    assert seen.alt
    assert not seen.shown


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("chronic_absence", []),
        ("chronic_absence", ["school_year"]),
        ("chronic_absence", ["school_year", "school_name"]),
        ("chronic_absence", ["subgroup|Gender"]),
        ("chronic_absence", ["school_name", "grade_level"]),
        ("absence_bands", ["grade_level"]),
        ("mean_score", ["grade_level"]),
        ("enrollment", ["grade_level"]),
        ("performance_levels", []),
        ("not_reported", []),
        ("survey_top_box", ["pair_id"]),
    ],
)
def test_every_kind_of_measure_and_comparison_is_drawn_said_and_listed(made, asked, by):
    seen = freeze(made, asked, by)
    drawn = plotly.io.from_json(seen.drawing)
    assert isinstance(drawn, go.Figure)
    assert drawn.data
    assert drawn.layout.meta["alt"] == seen.alt
    assert len(seen.table) > 1
    assert len({len(row) for row in seen.table}) == 1


def test_a_choice_of_several_is_taken_whole(made):
    both = freeze(made, "enrollment", [], {"school_year": ["2026-27"], "grade_level": ["03", "04"]})
    each = [
        freeze(made, "enrollment", [], {"school_year": ["2026-27"], "grade_level": [grade]})
        for grade in ("03", "04")
    ]
    assert [row[-1] for row in both.table[1:]] == [str(sum(int(held.table[1][-1]) for held in each))]


def test_a_measure_of_other_tests_than_the_latest_is_shown_all_the_same(made):
    assert len(freeze(made, "exit_ticket_gain", ["grade_level"]).table) > 1


def test_without_a_year_it_is_the_latest_that_has_a_figure_and_the_title_says_which(made):
    assert freeze(made, "median_growth_percentile").title.endswith("2025\N{NON-BREAKING HYPHEN}26")
    assert freeze(made, "chronic_absence").title.endswith("2026\N{NON-BREAKING HYPHEN}27")


@pytest.mark.parametrize(
    ("asked", "by", "where", "fault"),
    [
        ("attendance", [], {}, NoSuchNameError),
        ("chronic_absence", ["subject"], {}, NoSuchNameError),
        ("chronic_absence", ["student_id"], {}, NoSuchNameError),
        ("chronic_absence", ["section_id"], {}, NoSuchNameError),
        ("chronic_absence", ["grade_level", "school_name", "school_year"], {}, WorkbenchError),
        ("chronic_absence", [], {"school_year": ["1999-00"]}, NothingToShowError),
        ("chronic_absence", [], {"subject": ["Mathematics"]}, NoSuchNameError),
    ],
)
def test_what_cannot_be_shown_is_refused_kindly(made, asked, by, where, fault):
    with pytest.raises(fault):
        freeze(made, asked, by, where)


def test_a_figure_in_the_room_bears_its_snapshot_and_its_drawing_comes_when_it_is_shown(own):
    team = Team(own)
    principal, teacher, _ = team.three()
    name = principal.does("add_figure", indicator="chronic_absence", by=["grade_level"])
    held = teacher.meeting["figures"][0]
    assert (held["title"], held["snapshot"], held["shown"]) == (
        "Chronic absence by grade, 2026\N{NON-BREAKING HYPHEN}27",
        own.snapshot_id,
        False,
    )
    teacher.does("show_figure", figure=name)
    held = principal.meeting["figures"][0]
    assert held["has_drawing"]
    assert held["newer"] == ""
    assert set(json.loads(principal.fetches("drawing", figure=name))) >= {"data", "layout"}
    finding = principal.does("add_finding", concern="A third missed a tenth of school", figure=name)
    entry = open_records(own.workspace).entry(finding)
    assert (entry.body.indicator, entry.snapshot, entry.follows[-1]) == (
        "chronic_absence",
        own.snapshot_id,
        name,
    )


def test_a_figure_that_is_sent_twice_is_frozen_once(own):
    principal, _, _ = Team(own).three()
    for _ in range(2):
        principal.does("add_figure", id="seen-00000000aaaa", indicator="chronic_absence")
    assert len(principal.meeting["figures"]) == 1


def test_when_newer_data_come_the_frozen_figure_stays_and_says_so(own):
    team = Team(own)
    principal, _, _ = team.three()
    name = principal.does("add_figure", indicator="chronic_absence", by=["grade_level"])
    principal.does("show_figure", figure=name)
    before = principal.meeting["figures"][0]
    tables = {
        held: frame
        for held, frame in made_district.frames().items()
        if held in ("schools", "students", "enrollments", "attendance_totals")
    }
    write_snapshot(own.workspace, tables)
    later = Team(open_workspace(own.workspace.root)).person(1)
    after = later.meeting["figures"][0]
    assert after["newer"].startswith("This figure was frozen from the data of ")
    assert "Newer data came on" in after["newer"]
    assert {key: value for key, value in after.items() if key != "newer"} == {
        key: value for key, value in before.items() if key != "newer"
    }


def test_a_figure_of_a_notebook_is_brought_to_the_meeting_hidden(own):
    team = Team(own)
    principal, _, _ = team.three()
    frame = for_audience(measure(own, "chronic_absence", by=["grade_level"]), "staff", policy=own.policy)
    said = bring_to_meeting(own, plot_rates(frame, title="Who misses school?"))
    assert (
        said
        == "'Who misses school?' is ready for Data meeting, November 26, 2026. It is hidden there until somebody shows it."
    )
    held = principal.meeting["figures"][0]
    assert (held["title"], held["shown"], held["table"]) == ("Who misses school?", False, [])
    assert isinstance(bring_to_meeting(own, plot_rates(frame), audience="public"), Note)


def test_where_several_meetings_are_open_it_is_asked_for_which(own):
    team = Team(own)
    team.three()
    team.person(4).does("begin_meeting", protocol="short_check_in", your_name="Nurse", name="Other")
    picture = Picture(go.Figure())
    with pytest.raises(WorkbenchError, match="Which meeting is this figure for"):
        bring_to_meeting(own, picture)
    assert "is ready for Other" in bring_to_meeting(own, picture, meeting="Other")


def test_a_picture_without_words_has_a_title_all_the_same():
    assert seen_of(Picture(go.Figure())) == Seen(title="A figure", drawing=go.Figure().to_json())
