"""A copy with the rows of some schools holds all of theirs and none of the others."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dataworkbench import terms
from dataworkbench.schemas import STUDENT_GROUPS, TABLES
from dataworkbench.warehouse import current_snapshot, open_workspace, write_scoped_snapshot, write_snapshot
from dataworkbench.warehouse.scoping import RULES
from dataworkbench.workspace import new_workspace

sys.path.append(str(Path(__file__).parents[1] / "notebooks"))
import made_district

OF_NOBODY = {"assessments", "performance_levels", "standards"}


def scoped(tmp_path, tables, schools):
    whole = new_workspace(tmp_path / "whole")
    write_snapshot(whole, tables)
    other = new_workspace(tmp_path / "other")
    write_scoped_snapshot(current_snapshot(whole), schools, other)
    return open_workspace(other.root)


def some(name, *rows):
    schema = TABLES[name].polars_schema
    full = [{column: row.get(column) for column in schema} for row in rows]
    return pl.DataFrame(full, schema=schema, orient="row")


def test_every_table_says_by_what_its_rows_belong_to_a_school():
    assert set(RULES) == {*TABLES, STUDENT_GROUPS.name}


def test_each_row_that_names_a_school_or_a_student_of_one_is_copied_for_its_school_and_for_no_other(tmp_path):
    tables = made_district.frames()
    here = scoped(tmp_path, tables, ["S001"])
    for name, frame in tables.items():
        held = here.table(name)
        if "school_id" in frame.columns:
            theirs = frame.filter(pl.col("school_id") == "S001")
            assert len(held) == theirs.height, name
            assert set(held["school_id"]) <= {"S001"}, name
        elif "student_id" in frame.columns:
            odd = frame.filter(pl.col("student_id").str.slice(-1).is_in(list("13579")))
            assert set(held["student_id"].dropna()) <= set(odd["student_id"]), name
            assert len(held) == odd.height, name
        elif name in OF_NOBODY:
            assert len(held) == frame.height, name


def test_no_code_of_another_school_is_left_in_the_types_of_the_columns(tmp_path):
    tables = made_district.frames()
    tables["incidents"] = tables["incidents"].with_columns(
        action=pl.when(pl.col("school_id") == "S002").then(pl.lit("only there")).otherwise("action")
    )
    here = scoped(tmp_path, tables, ["S001"])
    types = here.ask("SELECT data_type FROM duckdb_columns() WHERE NOT internal")["data_type"].str.cat()
    assert "S001" in types
    assert "S002" not in types
    assert "only there" not in types


def test_codes_keep_the_order_of_the_field(tmp_path):
    here = scoped(tmp_path, made_district.frames(), ["S001"])
    grades = here.ask("SELECT DISTINCT grade_level FROM enrollments ORDER BY 1")["grade_level"].to_list()
    assert grades == ["03", "04", "05"]
    assert here.ask("SELECT enum_first(NULL::grade_level_type) AS g")["g"][0] == terms.GRADE_LEVELS[0]


def stay(student, school, year="2025-26"):
    return {"student_id": student, "school_id": school, "school_year": year, "entry_date": date(2025, 8, 20)}


@pytest.fixture
def moved(tmp_path):
    """One student stayed (1), one moved within the year (2), one came this year (3), one is another school's (4)."""
    year, before = "2025-26", "2024-25"
    tables = {
        "schools": some("schools", {"school_id": "A", "school_name": "Alder"}, {"school_id": "B", "school_name": "Birch"}),
        "enrollments": some("enrollments", stay("1", "A"), stay("2", "A"), stay("2", "B"), stay("3", "B", before), stay("3", "A"), stay("4", "B")),
        "students": some("students", *({"student_id": s, "school_year": y} for s in "1234" for y in (year, before))),
        "identities": some("identities", *({"student_id": s, "family_name": s} for s in "1234")),
        "learner_profiles": some("learner_profiles", *({"student_id": s, "school_year": y, "topic": "interests", "words": f"{s} {y}"} for s in "1234" for y in (year, before))),
        "results": some("results", *({"student_id": s, "school_year": year, "assessment_id": "X", "school_id": school, "scale_score": 1.0} for s, school in (("1", "A"), ("1", None), ("2", None), ("3", None), ("4", "A"), ("4", None)))),
        "incidents": some("incidents", {"incident_id": "9", "student_id": "4", "school_id": "A", "school_year": year}, {"incident_id": "8", "student_id": "2", "school_id": "B", "school_year": year}),
        "interventions": some("interventions", {"intervention_id": "i4", "student_id": "4", "school_year": year, "strategy": "x"}, {"intervention_id": "i1", "student_id": "1", "school_year": year, "strategy": "x"}),
        "intervention_sessions": some("intervention_sessions", {"intervention_id": "i4", "date": date(2025, 9, 1)}, {"intervention_id": "i1", "date": date(2025, 9, 1)}, {"intervention_id": "unknown", "date": date(2025, 9, 1)}),
        "professional_learning": some("professional_learning", {"activity_id": "a", "staff_id": "t", "school_year": year}),
        "context_factors": some("context_factors", {"factor": "f", "value": 1.0, "school_year": year, "source": "s", "home_zone": "z"}),
    }  # fmt: skip
    return scoped(tmp_path, tables, ["A"])


@pytest.mark.parametrize(
    ("table", "column", "held"),
    [
        ("identities", "student_id", ["1", "2", "3"]),
        ("learner_profiles", "words", ["1 2025-26", "3 2025-26"]),
        ("results", "student_id", ["1", "1", "3"]),
        ("incidents", "incident_id", []),
        ("interventions", "intervention_id", ["i1"]),
        ("intervention_sessions", "intervention_id", ["i1"]),
        ("professional_learning", "activity_id", []),
        ("context_factors", "factor", []),
        ("schools", "school_name", ["Alder"]),
    ],
)
def test_what_cannot_be_attributed_is_left_out(moved, table, column, held):
    assert sorted(moved.table(table)[column]) == held


def test_the_years_that_another_school_had_a_student_stay_with_that_school(moved):
    students = moved.table("students")
    assert sorted(zip(students["student_id"], students["school_year"], strict=True)) == [
        ("1", "2025-26"), ("2", "2025-26"), ("3", "2025-26"),
    ]  # fmt: skip
    groups = moved.table("student_groups")
    assert set(groups["student_id"]) == {"1", "2", "3"}
    assert set(groups["school_year"]) == {"2025-26"}


def test_a_figure_that_was_published_of_another_school_is_left_out(tmp_path):
    figure = {
        "source": "s",
        "school_year": "2024-25",
        "subgroup_type": "x",
        "subgroup": "y",
        "figure": "f",
        "unit": "percent",
    }
    tables = {
        "schools": some("schools", {"school_id": "A", "school_name": "Alder", "state_id": "9A"}, {"school_id": "B", "school_name": "Birch", "state_id": "9B"}),
        "published_figures": some("published_figures", *(figure | {"place_kind": kind, "place_id": place} for kind, place in (("school", "9A"), ("school", "9B"), ("state", "")))),
    }  # fmt: skip
    assert sorted(scoped(tmp_path, tables, ["A"]).table("published_figures")["place_id"]) == ["", "9A"]
