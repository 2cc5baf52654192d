"""What the student body is made of: a full count, in the order of the field."""

from __future__ import annotations

import pandas as pd

from dataworkbench.measures import measure
from dataworkbench.terms import SUBGROUPS
from dataworkbench.warehouse import district_from_frames

YEAR = "2026-27"
SEXES = ["Female"] * 5 + ["Male"] * 3 + [None] * 2
DISABILITY = ["Yes"] * 2 + ["No"] * 7 + ["NotSelected"]


def make_up() -> pd.DataFrame:
    ids = [f"s{number}" for number in range(10)]
    students = pd.DataFrame({"student_id": ids, "school_year": YEAR, "sex": SEXES, "disability": DISABILITY})
    stays = pd.DataFrame({"student_id": ids, "school_year": YEAR, "school_id": "A", "grade_level": "04"})
    return measure(
        district_from_frames({"students": students, "enrollments": stays}),
        "student_share",
        where={"school_year": YEAR},
    )


def test_groups_stand_in_the_order_of_the_field_and_not_reported_comes_last():
    rows = make_up()
    for kind in ("Gender", "Disability status"):
        shown = rows.loc[rows["subgroup_type"] == kind, "subgroup"].to_list()
        assert shown == [group for group in SUBGROUPS[kind] if group in shown]
        assert shown[-1] == "Not reported"


def test_shares_are_counted_by_hand():
    shares = make_up().set_index(["subgroup_type", "subgroup"])["value"]
    assert shares["Gender", "Female"] == 5 / 10
    assert shares["Disability status", "Student with a disability"] == 2 / 10
    assert shares["Disability status", "Not reported"] == 1 / 10


def test_everybody_was_counted_so_there_is_no_interval():
    rows = make_up()
    assert rows["low"].isna().all()
    assert rows["high"].isna().all()
