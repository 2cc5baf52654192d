"""A district as notebooks see it."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest

from dataworkbench.errors import NoSuchNameError, NothingToShowError
from dataworkbench.warehouse import district_from_frames


@pytest.fixture
def district():
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": ["A", "B"], "school_name": ["Alder", "Birch"]}),
            "students": pd.DataFrame(
                {
                    "student_id": ["001", "002", "003"],
                    "school_year": ["2025-26"] * 3,
                    "sex": ["Female", "Male", None],
                    "english_learner": ["Yes", "No", "NotSelected"],
                    "race_ethnicity": ["Asian", None, "White"],
                }
            ),
            "results": pd.DataFrame(
                {
                    "student_id": ["001", "009"],
                    "school_year": ["2025-26", "2024-25"],
                    "school_id": ["A", "C"],
                    "grade_level": ["10", "02"],
                    "test_date": [dt.date(2025, 9, 1), None],
                    "scale_score": [0.0, float("nan")],
                }
            ),
        }
    )


def groups(district, kind):
    frame = district.ask(
        "SELECT subgroup, count(*)::INT AS n FROM student_groups WHERE subgroup_type = ? GROUP BY ALL", [kind]
    )
    return dict(zip(frame["subgroup"], frame["n"], strict=True))


def test_nobody_having_said_is_not_the_same_as_no(district):
    assert groups(district, "English learner status") == {
        "English learner": 1,
        "Not an English learner": 1,
        "Not reported": 2,
    }


def test_a_student_seen_only_in_results_still_belongs_to_all_students(district):
    assert groups(district, "All students") == {"All students": 4}


def test_every_student_is_in_exactly_one_group_of_each_type(district):
    frame = district.ask(
        "SELECT student_id, school_year, subgroup_type, count(*) AS n FROM student_groups GROUP BY ALL"
    )
    assert set(frame["n"]) == {1}
    assert len(frame) == 4 * 6


def test_grade_levels_sort_in_the_order_of_the_field(district):
    frame = district.ask("SELECT DISTINCT grade_level FROM results ORDER BY grade_level")
    assert frame["grade_level"].to_list() == ["02", "10"]


def test_zero_is_a_number_and_not_a_number_is_missing(district):
    scores = district.table("results", ["student_id", "scale_score"]).set_index("student_id")["scale_score"]
    assert scores["001"] == 0.0
    assert pd.isna(scores["009"])
    assert district.ask("SELECT count(scale_score) AS n FROM results")["n"][0] == 1


def test_a_school_is_found_by_identifier_or_by_name_in_any_case(district):
    assert district.school("A") == "A"
    assert district.school(" birch ") == "B"


def test_a_school_that_is_not_there_is_answered_with_those_that_are(district):
    with pytest.raises(NoSuchNameError, match=r"No school is called 'Cedar'\. There are: Alder, Birch"):
        district.school("Cedar")


def test_two_schools_of_one_name_must_be_asked_by_identifier():
    twins = district_from_frames(
        {"schools": pd.DataFrame({"school_id": ["1", "2"], "school_name": ["Oak", "Oak"]})}
    )
    with pytest.raises(NothingToShowError, match="1, 2"):
        twins.school("Oak")


def test_a_school_known_only_from_results_is_called_by_its_identifier(district):
    assert district.school("C") == "C"


def test_an_office_where_only_staff_work_is_no_school():
    staff = pd.DataFrame({"staff_id": ["t1"], "school_id": ["office"]})
    results = pd.DataFrame({"student_id": ["1"], "school_year": ["2025-26"], "school_id": ["A"]})
    assert district_from_frames({"staff": staff, "results": results}).schools["school_id"].to_list() == ["A"]


def test_the_latest_school_year_in_the_data_is_the_current_one(district):
    assert district.school_years == ["2024-25", "2025-26"]
    assert district.school_year == "2025-26"


def test_has_speaks_of_rows_and_not_of_tables(district):
    assert district.has("results")
    assert not district.has("attendance")


def test_an_unknown_table_or_column_is_answered_with_those_there_are(district):
    with pytest.raises(NoSuchNameError, match="Did you mean 'students'"):
        district.has("student")
    with pytest.raises(NoSuchNameError, match="student_id"):
        district.table("results", ["studentid"])


def test_values_in_where_are_values_and_never_sql(district):
    assert district.table("results", where={"student_id": ["001' OR 1=1 --"]}).empty


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY students TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_question_reaches_no_file_and_no_setting(district, question):
    with pytest.raises(duckdb.Error):
        district.ask(question)
