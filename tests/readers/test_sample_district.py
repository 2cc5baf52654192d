"""The sample district's export files go through the reader without a question and without a loss that is not explained."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dataworkbench.checks import check_tables
from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

samples = pytest.importorskip("dataworkbench.samples")


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    samples.make_district(folder, schools=2, students_per_school=40, seed=7)
    return folder, read_files([folder], settings=Settings(), profile_folders=[])


def test_every_file_is_known(district):
    _, reading = district
    unknown = reading.files.filter((pl.col("recognised_as") == "") & ~pl.col("file").str.ends_with(".json"))
    assert unknown["file"].to_list() == []
    assert reading.notes.filter(pl.col("level").is_in(["question", "refused", "warning"])).rows() == []


def test_only_elements_that_were_not_seen_are_set_aside(district):
    _, reading = district
    assert set(reading.set_aside["reason"]) <= {"There is no score in this row."}
    assert reading.left_empty.height == 0
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_students_are_known_by_the_number_that_the_files_share(district):
    _, reading = district
    for name in ("students", "results", "attendance", "incidents", "interventions"):
        assert reading.tables[name]["student_id"].str.contains("ZQSTU").all(), name


def test_the_named_student_with_zeros_in_front_is_there_under_one_number(district):
    folder, reading = district
    assert "ZQSTU" in json.dumps(json.loads((folder / "cast.json").read_text()))
    ids = reading.tables["students"]["student_id"]
    assert "00ZQSTU417" in set(ids)
    assert "ZQSTU417" not in set(ids)


def test_the_registrar_finds_nothing_wrong_in_the_sample(district):
    _, reading = district
    found = check_tables(reading.tables)
    assert found.filter(pl.col("level") == "problem")["message"].to_list() == []


def test_each_table_that_the_sample_brings_is_filled(district):
    _, reading = district
    assert set(reading.tables) >= {
        "schools", "students", "identities", "staff", "enrollments", "sections", "section_enrollments", "calendar", "assessments",
        "performance_levels", "standards", "results", "attendance", "attendance_totals", "incidents", "surveys", "survey_items",
        "survey_responses", "observations", "professional_learning", "learner_profiles", "interventions", "intervention_sessions", "time_use",
    }  # fmt: skip
