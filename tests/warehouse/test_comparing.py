"""Two states of the data beside one another: counted by hand on few rows, and against another way of counting."""

from __future__ import annotations

import random

import polars as pl
import pytest

from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import changed_students, compare_snapshots, differences, write_snapshot
from dataworkbench.workspace import new_workspace

YEAR = "2025-26"


def students(**of):
    return pl.DataFrame(
        [{"student_id": name, "school_year": YEAR, "english_learner": option} for name, option in of.items()]
    )


def stays(*rows):
    return pl.DataFrame(
        [
            {"student_id": name, "school_id": school, "school_year": YEAR, "grade_level": grade}
            for name, school, grade in rows
        ]
    )


BEFORE = {
    "students": students(a="Yes", b="No", c="No"),
    "enrollments": stays(("a", "S1", "03"), ("b", "S1", "03"), ("c", "S2", "04")),
    "identities": pl.DataFrame({"student_id": ["a", "b"], "family_name": ["Lee", "Roy"]}),
}
AFTER = {
    "students": students(b="No", c="Yes", d="No"),
    "enrollments": stays(("b", "S2", "03"), ("c", "S2", "04"), ("d", "S1", "05")),
    "identities": pl.DataFrame({"student_id": ["a", "b"], "family_name": ["Lee", "Roi"]}),
}


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "district")


def test_students_are_new_gone_or_changed_and_each_column_is_told_before_and_after():
    told = changed_students(BEFORE, AFTER).select("student_id", "change", "column", "before", "after").rows()
    assert told == [
        ("d", "new", "", "", ""),
        ("a", "gone", "", "", ""),
        ("c", "changed", "english_learner", "No", "Yes"),
        ("b", "changed", "school_id", "S1", "S2"),
        ("b", "changed", "family_name", "", ""),
    ]


def test_that_a_name_changed_is_told_and_the_name_is_not():
    told = changed_students(BEFORE, AFTER).write_csv()
    assert "family_name" in told
    assert "Roy" not in told
    assert "Roi" not in told


def test_a_second_stay_in_another_school_is_told_as_both():
    after = {
        **BEFORE,
        "enrollments": stays(("a", "S1", "03"), ("a", "S9", "03"), ("b", "S1", "03"), ("c", "S2", "04")),
    }
    told = changed_students(BEFORE, after).select("student_id", "column", "before", "after").rows()
    assert told == [("a", "school_id", "S1", "S1, S9")]


def test_the_same_data_differ_in_nothing():
    assert changed_students(BEFORE, BEFORE).height == 0
    assert changed_students({}, {}).height == 0


def test_of_a_first_import_every_student_is_new():
    assert changed_students({}, BEFORE).select("student_id", "change").rows() == [
        ("a", "new"),
        ("b", "new"),
        ("c", "new"),
    ]


def test_two_snapshots_are_compared_table_by_table(workspace):
    first, second = write_snapshot(workspace, BEFORE), write_snapshot(workspace, AFTER)
    found = compare_snapshots(first, second)
    counts = {row["table"]: tuple(row.values())[1:] for row in found.tables.to_dicts()}
    assert counts["students"] == (1, 1, 1, 1)
    assert counts["identities"] == (0, 0, 1, 1)
    assert found.students.equals(changed_students(BEFORE, AFTER))


def test_backwards_what_was_new_is_gone(workspace):
    first, second = write_snapshot(workspace, BEFORE), write_snapshot(workspace, AFTER)
    there, back = compare_snapshots(first, second), compare_snapshots(second, first)
    assert (
        there.tables.select("table", "new", "gone", "changed", "same").rows()
        == back.tables.select("table", "gone", "new", "changed", "same").rows()
    )


def test_the_counts_are_those_of_the_tables_held_in_memory(workspace):
    """``differences`` counts the same by other means: polars over whole frames."""
    drawn = random.Random(7)

    def results(seed):
        rows = [
            {"student_id": f"{n}", "assessment_id": "t", "school_year": YEAR, "subject": drawn.choice(["math", None]),
             "scale_score": drawn.choice([400.0, 410.0, None]), "test_date": None, "period": "Fall"}
            for n in drawn.sample(range(400), 300)
        ]  # fmt: skip
        return {
            "results": pl.DataFrame(
                rows, schema_overrides=TABLES["results"].polars_schema, infer_schema_length=None
            )
        }

    one, other = results(1), results(2)
    found = compare_snapshots(write_snapshot(workspace, one), write_snapshot(workspace, other)).tables
    by_hand = differences(one, other)
    assert (
        found.filter(pl.col("table") == "results").rows()
        == by_hand.filter(pl.col("table") == "results").rows()
    )
    assert min(found.filter(pl.col("table") == "results").row(0)[1:]) > 0


def test_a_column_that_an_older_snapshot_lacks_counts_as_empty(workspace):
    first, second = write_snapshot(workspace, BEFORE), write_snapshot(workspace, BEFORE)
    path = first.folder / "parquet" / "students.parquet"
    pl.read_parquet(path).drop(
        "migrant" if "migrant" in TABLES["students"].column_names else "sex"
    ).write_parquet(path)
    found = compare_snapshots(first, second)
    assert found.tables.filter(pl.col("table") == "students").row(0)[1:] == (0, 0, 0, 3)
