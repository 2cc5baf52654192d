"""Risk ratios beside the state: the weighted twin, and the alternate ratio from what the state published."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import YEAR, district, enrolled, only, rows, students

from dataworkbench.measures import measure, risk_ratio, state_figures

RACE = "Race and ethnicity"


def published(*held: tuple[str, float, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(held, columns=["subgroup", "value", "n"])
    return frame.assign(
        source="State file", place_kind="state", school_year=YEAR, subgroup_type=RACE, figure="chronically absent",
        unit="percent", status="exact", low=frame["value"], high=frame["value"],
    )  # fmt: skip


def identified(*cells: tuple[str, int, int]) -> pd.DataFrame:
    total = (sum(hit for _, hit, _ in cells), sum(n for _, _, n in cells))
    held = [("All students", "All students", *total), *((RACE, group, hit, n) for group, hit, n in cells)]
    return pd.DataFrame(
        [
            {"subgroup_type": kind, "subgroup": group, "indicator": "removal_rate", "n": n, "n_left_out": 0, "numerator": float(hit),
             "mean": None, "sd": None, "value": hit / n, "low": 0.0, "high": 1.0, "status": "", "reason": ""}
            for kind, group, hit, n in held
        ]
    )  # fmt: skip


def test_the_weighted_ratio_weighs_the_other_groups_as_the_state_does():
    """By hand: risks .3, .1, .2; state shares .2, .5, .3.
    Asian: .3 (1 - .2) / (.5 x .1 + .3 x .2) = .24 / .11."""
    frame = identified(("Asian", 30, 100), ("White", 20, 200), ("Two or more races", 20, 100))
    shares = {"Asian": 0.2, "White": 0.5, "Two or more races": 0.3}
    found = risk_ratio(frame, state_shares=shares).set_index("subgroup")

    assert found.loc["Asian", "weighted"] == pytest.approx(0.24 / 0.11)


def test_with_the_districts_own_shares_the_weighted_ratio_is_the_plain_one():
    frame = identified(("Asian", 30, 100), ("White", 20, 200), ("Two or more races", 20, 100))
    own = {"Asian": 100 / 400, "White": 200 / 400, "Two or more races": 100 / 400}
    found = risk_ratio(frame, state_shares=own)

    assert found["weighted"].tolist() == pytest.approx(found["value"].tolist())


def test_a_group_without_a_share_in_the_state_leaves_the_weighted_ratio_unknown():
    frame = identified(("Asian", 30, 100), ("White", 20, 200))

    assert math.isnan(risk_ratio(frame, state_shares={"Asian": 0.2})["weighted"].iloc[0])


def test_below_the_rule_it_says_so():
    row = risk_ratio(identified(("Asian", 9, 100), ("White", 20, 200))).set_index("subgroup").loc["Asian"]

    assert row["reason"].startswith("n below rule")


def test_the_risk_of_all_other_students_in_the_state_is_weighed_by_their_number():
    """By hand: 10% of 1,000, 20% of 3,000, 30% of 500. Others of the first: (600 + 150) / 3,500."""
    asked = district({"published_figures": published(("Asian", 10.0, 1000), ("White", 20.0, 3000), ("Black or African American", 30.0, 500))})  # fmt: skip
    found = state_figures(asked, ["Chronically absent"], school_year=YEAR)

    assert found.others_risk["Asian"] == pytest.approx(750 / 3500)
    assert found.shares == pytest.approx({"Asian": 1000 / 4500, "White": 3000 / 4500, "Black or African American": 500 / 4500})  # fmt: skip


def test_percents_without_numbers_are_not_made_into_a_comparison():
    asked = district({"published_figures": published(("Asian", 10.0, None), ("White", 20.0, 3000))})
    found = state_figures(asked, ["chronically absent"], school_year=YEAR)

    assert found.others_risk == {}
    assert "without the number of students" in found.why_not


def test_who_is_identified_leaves_out_those_of_whom_it_was_not_said():
    ids = ["a", "b", "c", "d"]
    asked = district({"enrollments": enrolled(ids), "students": students(ids, disability=["Yes", "No", "NotSelected", "Yes"])})  # fmt: skip

    row = only(measure(asked, "disability_identification"))
    assert (row["n"], row["numerator"], row["n_left_out"]) == (3, 2, 1)


def test_three_years_are_taken_together_by_adding_student_years():
    frame = rows(
        "incident_id student_id school_id school_year", ("i", "a", "1", "2024-25"), ("j", "a", "1", YEAR)
    )
    stays = pd.concat([enrolled(["a", "b"]), enrolled(["a", "b"]).assign(school_year="2024-25")])
    asked = district({"enrollments": stays, "incidents": frame})

    row = only(measure(asked, "incident_rate", where={"school_year": ["2024-25", YEAR]}))
    assert (row["n"], row["numerator"]) == (4, 2)
