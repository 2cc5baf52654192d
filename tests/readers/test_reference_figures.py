"""Figures that others computed (in R) from third-party files come out of the reader."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data


@pytest.fixture(scope="module")
def reference(outside):
    return json.loads((outside / "reference_values.json").read_text())


def reading_of(path, **settings):
    return read_files([path], settings=Settings(**settings), profile_folders=[])


@pytest.mark.parametrize("form", ["mulberry_highlands.zip", "mulberry_highlands"])
def test_a_oneroster_set_gives_the_people_it_holds_and_loses_no_row(outside, reference, form):
    reading = reading_of(outside / "oneroster" / form)
    by_role = dict(reading.tables["staff"].group_by("role").agg(pl.col("staff_id").n_unique()).iter_rows())
    by_role["student"] = reading.tables["students"]["student_id"].n_unique()
    by_grade = dict(
        reading.tables["enrollments"].group_by("grade_level").agg(pl.col("student_id").n_unique()).iter_rows()
    )
    assert by_role == reference["oneroster"]["users_by_role"]
    assert by_grade == reference["oneroster"]["students_by_grade"]
    assert reading.set_aside.height == 0
    assert reading.files["rows_read"].sum() == reading.files["rows_kept"].sum() == 7908


def test_the_folder_and_the_zip_of_one_roster_give_the_same_tables(outside):
    one = reading_of(outside / "oneroster" / "mulberry_highlands.zip").tables
    other = reading_of(outside / "oneroster" / "mulberry_highlands").tables
    assert set(one) == set(other)
    for name, frame in one.items():
        assert frame.sort(frame.columns).equals(other[name].sort(frame.columns)), name


@pytest.mark.parametrize("subject", ["math", "ela"])
def test_an_iready_export_gives_the_published_scores_and_placements(outside, reference, subject):
    expected = reference["iready"][subject]
    reading = reading_of(outside / "assessment" / f"iready_diagnostic_results_{subject}.csv")
    results = reading.tables["results"].filter(pl.col("standard_id").is_null())
    assert results.height == expected["n"]
    assert results["student_id"].n_unique() == expected["n_students"]
    assert results["scale_score"].mean() == pytest.approx(expected["mean_score"], abs=1e-6)
    assert dict(results.group_by("performance_level").len().iter_rows()) == expected["placement"]
    by_school = dict(results.group_by("school_id").len().iter_rows())
    assert by_school == expected["schools"]
    # `most_recent` does not come from our tables: which result is a student's latest is told by its date.


def test_a_daily_attendance_file_gives_the_known_rates(outside, reference):
    expected = reference["contoso_attendance"]
    attendance = reading_of(outside / "attendance" / "contoso_batch1_studentattendance.csv").tables[
        "attendance"
    ]
    assert attendance.height == expected["n"]
    assert attendance["student_id"].n_unique() == expected["n_students"]
    assert 100 * (1 - attendance["absent"].mean()) == pytest.approx(expected["attendance_rate_pct"], abs=1e-5)
    rates = dict(attendance.group_by("school_id").agg(100 * (1 - pl.col("absent").mean())).iter_rows())
    assert rates == pytest.approx(expected["rate_by_school"], abs=1e-5)
    absences = attendance.group_by("student_id").agg(pl.col("absent").sum())
    assert absences.filter(pl.col("absent") >= 2).height == expected["students_absent_10pct_or_more"]
    assert str(attendance["date"].min()) == expected["days_min"]
    assert str(attendance["date"].max()) == expected["days_max"]
    assert attendance["date"].n_unique() == expected["n_days"]
    assert dict(attendance.group_by("code").len().iter_rows()) == expected["codes"]
    assert (
        dict(absences.group_by(pl.col("absent").cast(pl.Int64).cast(pl.String)).len().iter_rows())
        == (expected["students_by_absences"])
    )
    keys = attendance.select("student_id", "date")
    assert keys.height - keys.unique().height == expected["duplicate_student_day"]
    assert set(attendance["school_year"]) == {"2021-22"}


def test_dates_with_the_day_first_are_found_from_the_whole_column(outside):
    attendance = reading_of(outside / "attendance" / "contoso_small_dmy_dates.csv").tables["attendance"]
    assert (
        str(attendance["date"].min()) == "2019-09-01"
    )  # 01/09/2019, a September; the month first would give January


def test_a_states_long_file_gives_the_known_counts_means_and_levels(outside, reference):
    expected = reference["sgp"]
    reading = reading_of(outside / "assessment" / "sgp_state_assessments_long.parquet")
    tables = reading.tables
    results = tables["results"]
    assert results.height == expected["n"]
    assert results["student_id"].n_unique() == expected["n_students"]
    assert tables["schools"].height == expected["n_schools"]
    subject = {"MATHEMATICS": "Mathematics", "READING": "English language arts"}
    for key, mean in expected["mean_score"].items():
        year, name = key.split("|")
        part = results.filter(
            (pl.col("school_year") == f"{year[:4]}-{year[-2:]}") & (pl.col("subject") == subject[name])
        )
        assert part.height == expected["rows"][key]
        assert part["scale_score"].mean() == pytest.approx(mean, abs=1e-6)
    levels = dict(results.group_by(pl.col("performance_level").fill_null("No Score")).len().iter_rows())
    assert levels == expected["levels"]
    assert results.filter(pl.col("result_status") == "not scored").height == expected["missing_score"]
    assert results["school_id"].null_count() == expected["missing_school"]
    assert reading.files["rows_kept"][0] == expected["valid_case"]["VALID_CASE"]


def test_demographics_under_other_numbers_than_the_attendance_are_refused_with_the_reason(outside):
    folder = outside / "attendance"
    paths = [
        folder / "contoso_batch1_studentattendance.csv",
        folder / "contoso_batch1_studentdemographics.csv",
    ]
    reading = read_files(paths, settings=Settings(), profile_folders=[])
    refused = reading.notes.filter(pl.col("level") == "refused")
    assert refused["file"].to_list() == ["contoso_batch1_studentdemographics.csv"]
    assert "0 of 100" in refused["message"][0]
    assert "'SIS ID'" in refused["message"][0]
    assert reading.tables["attendance"].height == 12_000
    assert "students" not in reading.tables
