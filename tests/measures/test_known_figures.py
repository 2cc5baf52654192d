"""Figures of third-party data sets, worked out in R or printed in books, reproduced through ``measure``."""

from __future__ import annotations

import json

import pandas as pd
import polars as pl
import pytest
from small_district import OUTSIDE, YEAR, district, needs_outside_data

from dataworkbench.measures import gap, measure, student_list

pytestmark = [pytest.mark.outside_data, needs_outside_data]


@pytest.fixture(scope="module")
def known() -> dict:
    return json.loads((OUTSIDE / "reference_values.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def star():
    """The Tennessee class-size experiment: the class type stands for the school, so that it can be grouped by."""
    wide = pd.read_csv(OUTSIDE / "student" / "star_students.csv", dtype={"id": str})
    pieces = []
    for grade in ("k", "1", "2", "3"):
        piece = wide.assign(total=wide[f"read{grade}"] + wide[f"math{grade}"])
        for subject, column in (
            ("Reading", f"read{grade}"),
            ("Mathematics", f"math{grade}"),
            ("Both", "total"),
        ):
            pieces.append(
                pd.DataFrame(
                    {
                        "student_id": wide["id"],
                        "school_id": wide[f"star{grade}"],
                        "grade_level": grade,
                        "period": "Year",
                        "school_year": YEAR,
                        "assessment_id": "SAT",
                        "subject": subject,
                        "scale_score": piece[column],
                    }
                )
            )
    groups = wide["lunchk"].map({"free": "Yes", "non-free": "No"})
    students = pd.DataFrame({"student_id": wide["id"], "school_year": YEAR, "economic_disadvantage": groups})
    return district({"results": pd.concat(pieces), "students": students})


def value(frame: pd.DataFrame, **at: str) -> pd.Series:
    for name, wanted in at.items():
        frame = frame[frame[name] == wanted]
    assert len(frame) == 1
    return frame.iloc[0]


def test_star_kindergarten_means_by_class_type(star, known):
    for subject, key in (("Reading", "mean_readk"), ("Mathematics", "mean_mathk")):
        frame = measure(star, "mean_score", by=["school_id"], where={"grade_level": "k", "subject": subject})
        for kind, mean in known["star"][key].items():
            assert value(frame, school_id=kind)["mean"] == pytest.approx(mean, abs=5e-7)


def test_star_kindergarten_reading_of_all_with_those_who_have_no_score(star, known):
    row = measure(star, "mean_score", where={"grade_level": "k", "subject": "Reading"}).iloc[0]

    assert row["mean"] == pytest.approx(known["star"]["mean_read_k"], abs=5e-7)
    assert row["sd"] == pytest.approx(known["star"]["sd_read_k"], abs=5e-7)
    assert row["n_left_out"] == known["star"]["missing_readk"]
    assert row["n"] + row["n_left_out"] == known["star"]["n"]


@pytest.mark.parametrize(
    ("grade", "key"), [("k", "grade_k"), ("1", "grade_1"), ("2", "grade_2"), ("3", "grade_3")]
)
def test_star_small_classes_gain_what_stock_and_watson_print(star, known, grade, key):
    printed = known["star"]["lm_read_plus_math"][key]
    frame = measure(star, "mean_score", by=["school_id"], where={"grade_level": grade, "subject": "Both"})
    gaps = gap(frame[frame["school_id"] != "Not reported"], within="school_id", reference="regular")

    assert value(gaps, school_id="small")["value"] == pytest.approx(printed["small"], abs=0.005)
    assert value(gaps, school_id="regular+aide")["value"] == pytest.approx(printed["regular_aide"], abs=0.005)
    in_classes = frame[frame["school_id"] != "Not reported"]
    assert in_classes["n"].sum() == printed["n"]


def test_exam_means_by_sex_and_school(known):
    raw = pd.read_csv(OUTSIDE / "student" / "exam_inner_london.csv", dtype={"school": str})
    ids = [f"{i:05d}" for i in range(len(raw))]
    sex = raw["sex"].map({"F": "Female", "M": "Male"})
    exam = district(
        {
            "students": pd.DataFrame({"student_id": ids, "school_year": YEAR, "sex": sex}),
            "results": pd.DataFrame(
                {
                    "student_id": ids, "school_id": raw["school"], "school_year": YEAR, "assessment_id": "GCSE",
                    "subject": "All", "scale_score": raw["normexam"],
                }
            ),
        }
    )  # fmt: skip

    by_sex = measure(exam, "mean_score", by=["subgroup"], where={"subgroup_type": "Gender"}).set_index(
        "subgroup"
    )
    by_school = measure(exam, "mean_score", by=["school_id"]).set_index("school_id")

    for letter, word in (("F", "Female"), ("M", "Male")):
        assert by_sex.loc[word, "mean"] == pytest.approx(known["exam"]["mean_by_sex"][letter], abs=5e-6)
        assert by_sex.loc[word, "n"] == known["exam"]["n_by_sex"][letter]
    for school, mean in known["exam"]["school_means_first5"].items():
        assert by_school.loc[school, "mean"] == pytest.approx(mean, abs=5e-6)
    assert len(by_school) == known["exam"]["n_schools"]
    assert by_school.loc["48", "n"] == known["exam"]["school_48_n"]


@pytest.fixture(scope="module")
def wisconsin():
    raw = pd.read_csv(OUTSIDE / "student" / "wisc_students.csv", dtype={"student_id": str, "school": str})
    year = raw["year"].map(lambda y: f"{y - 1}-{y % 100:02d}")
    races = {"A": "Asian", "B": "Black or African American", "H": "Hispanic or Latino",
             "I": "American Indian or Alaska Native", "W": "White"}  # fmt: skip
    base = pd.DataFrame(
        {
            "student_id": raw["student_id"], "school_id": raw["school"], "school_year": year, "assessment_id": "W",
            "grade_level": raw["grade"].map("{:02d}".format), "performance_level": raw["proflvl"],
        }
    )  # fmt: skip
    results = [
        base.assign(subject="Reading", scale_score=raw["readSS"]),
        base.assign(subject="Mathematics", scale_score=raw["mathSS"]),
    ]
    levels = pd.DataFrame(
        {
            "assessment_id": "W", "performance_level": ["below basic", "basic", "proficient", "advanced"],
            "level_order": [1, 2, 3, 4], "proficient": [False, False, True, True],
        }
    )  # fmt: skip
    totals = pd.DataFrame(
        {
            "student_id": raw["student_id"], "school_id": raw["school"], "school_year": year, "days_enrolled": 180.0,
            "days_absent": 180.0 - raw["attday"],
        }
    )  # fmt: skip
    students = pd.DataFrame(
        {"student_id": raw["student_id"], "school_year": year, "race_ethnicity": raw["race"].map(races)}
    )
    return district(
        {
            "results": pd.concat(results),
            "performance_levels": levels,
            "attendance_totals": totals,
            "students": students,
        }
    )


def test_wisconsin_scores_by_grade_level_and_race(wisconsin, known):
    grades = measure(wisconsin, "mean_score", by=["grade_level"], where={"subject": "Mathematics"})
    reading = {"subject": "Reading", "subgroup_type": "Race and ethnicity"}
    races = measure(wisconsin, "mean_score", by=["subgroup"], where=reading).set_index("subgroup")

    expected = [known["wisc"]["mean_mathSS_by_grade"][grade] for grade in "345678"]
    assert grades["mean"].tolist() == pytest.approx(expected, abs=5e-7)
    assert races.loc["White", "mean"] == pytest.approx(known["wisc"]["mean_read_by_race"]["W"], abs=5e-7)
    assert races.loc["Black or African American", "mean"] == pytest.approx(
        known["wisc"]["mean_read_by_race"]["B"], abs=5e-7
    )


def test_wisconsin_levels_and_proficiency(wisconsin, known):
    counted = known["wisc"]["proflvl"]
    levels = measure(wisconsin, "performance_levels", where={"subject": "Reading"})
    proficient = measure(wisconsin, "proficiency", where={"subject": "Reading"}).iloc[0]

    assert levels["performance_level"].tolist() == ["below basic", "basic", "proficient", "advanced"]
    assert levels["numerator"].tolist() == [counted[level] for level in levels["performance_level"]]
    assert proficient["numerator"] == counted["proficient"] + counted["advanced"]
    assert proficient["n"] == known["wisc"]["n"]


def test_wisconsin_attendance_from_totals(wisconsin, known):
    row = measure(wisconsin, "attendance_rate").iloc[0]

    assert row["value"] * 180 == pytest.approx(known["wisc"]["mean_attday"], abs=5e-7)
    assert row["n"] == known["wisc"]["n"]


@pytest.fixture(scope="module")
def contoso():
    raw = pd.read_csv(OUTSIDE / "attendance" / "contoso_batch1_studentattendance.csv", dtype=str)
    attendance = pd.DataFrame(
        {
            "student_id": raw["student_id"], "school_id": raw["school_id"], "school_year": "2021-22",
            "date": pd.to_datetime(raw["attendance_date"]).dt.date, "absent": (raw["AttendanceCode"] == "A").astype(float),
        }
    )  # fmt: skip
    return district({"attendance": attendance})


def test_contoso_attendance_rates(contoso, known):
    whole = measure(contoso, "attendance_rate").iloc[0]
    schools = measure(contoso, "attendance_rate", by=["school_id"]).set_index("school_id")["value"]

    assert whole["value"] * 100 == pytest.approx(known["contoso_attendance"]["attendance_rate_pct"], abs=5e-7)
    assert whole["n"] == known["contoso_attendance"]["n_students"]
    for school, rate in known["contoso_attendance"]["rate_by_school"].items():
        assert schools[school] * 100 == pytest.approx(rate, abs=5e-7)


def test_contoso_chronic_absence_counts_those_who_missed_exactly_a_tenth(contoso, known):
    expected = known["contoso_attendance"]["students_absent_10pct_or_more"]

    assert measure(contoso, "chronic_absence").iloc[0]["numerator"] == expected
    assert len(student_list(contoso, "chronic_absence")) == expected


@pytest.fixture(scope="module")
def state():
    raw = pl.read_parquet(OUTSIDE / "assessment" / "sgp_state_assessments_long.parquet")
    results = raw.select(
        student_id=pl.col("ID").cast(pl.String),
        school_id=pl.col("SCHOOL_NUMBER").cast(pl.String),
        school_year=pl.col("YEAR").cast(pl.String),
        assessment_id=pl.lit("STATE"),
        subject=pl.col("CONTENT_AREA").cast(pl.String),
        grade_level=pl.col("GRADE").cast(pl.String),
        scale_score=pl.col("SCALE_SCORE").cast(pl.Float64),
        performance_level=pl.col("ACHIEVEMENT_LEVEL").cast(pl.String),
    )
    levels = pl.DataFrame(
        {
            "assessment_id": ["STATE"] * 4, "performance_level": ["Unsatisfactory", "Partially Proficient", "Proficient", "Advanced"],
            "level_order": [1, 2, 3, 4], "proficient": [False, False, True, True],
        }
    )  # fmt: skip
    return district({"results": results, "performance_levels": levels})


def test_state_means_by_year_and_subject(state, known):
    frame = measure(state, "mean_score", by=["school_year", "subject"])

    assert len(frame) == len(known["sgp"]["mean_score"])
    for row in frame.to_dict("records"):
        cell = f"{row['school_year']}|{row['subject']}"
        assert row["mean"] == pytest.approx(known["sgp"]["mean_score"][cell], abs=5e-6)
        assert row["n"] + row["n_left_out"] == known["sgp"]["rows"][cell]
    assert frame["n_left_out"].sum() == known["sgp"]["missing_score"]


def test_state_proficiency_leaves_out_results_without_a_score(state, known):
    counted = known["sgp"]["levels"]
    frame = measure(state, "proficiency", by=["school_year", "subject"])

    assert frame["numerator"].sum() == counted["Proficient"] + counted["Advanced"]
    assert frame["n_left_out"].sum() == counted["No Score"]
    schools = measure(state, "proficiency", by=["school_id"])
    assert len(schools) == known["sgp"]["n_schools"]
