"""Schools that took part against the others: schools are the unit, against R and by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import district, enrolled, rows

from dataworkbench.measures import cells_of_schools, participation
from dataworkbench.measures.participation import OTHERS, TOOK_PART, by_schools, design_effect

YEARS = ("2023-24", "2024-25", "2025-26")


def absence(missed: dict[str, tuple[int, ...]], each: int = 20) -> dict[str, pd.DataFrame]:
    """Schools of ``each`` students, of whom, year by year, so many missed 50 of 100 days and the others none."""
    stays, totals = [], []
    for school, many in missed.items():
        for year, hits in zip(YEARS[-len(many) :], many, strict=True):
            ids = [f"{school}{year}{at:02d}" for at in range(each)]
            stays.append(enrolled(ids, school=school).assign(school_year=year))
            totals += [
                (one, school, year, 100.0, 50.0 if at < hits else 0.0, "03") for at, one in enumerate(ids)
            ]
    columns = "student_id school_id school_year days_enrolled days_absent grade_level"
    schools = pd.DataFrame({"school_id": list(missed), "school_name": [f"School {one}" for one in missed]})
    return {"schools": schools, "enrollments": pd.concat(stays), "attendance_totals": rows(columns, *totals)}  # fmt: skip


SIX = {"A": (4, 5), "B": (4, 6), "C": (6, 6), "D": (6, 6), "E": (5, 4), "F": (4, 4), "G": (3, 4)}


def test_a_difference_by_schools_has_the_interval_of_r():
    # R 4.2.2: t.test(c(.05, .08, .02), c(.01, -.02, 0, .03)): 0.045, -0.0151574380 to 0.1051574380
    found = by_schools([0.05, 0.08, 0.02], [0.01, -0.02, 0.0, 0.03])

    assert found == pytest.approx((0.045, -0.0151574380, 0.1051574380), abs=1e-9)


def test_changes_of_schools_are_compared_each_counting_once():
    # Took part: 4 to 5, 4 to 6, 6 to 6 of 20, so +.05, +.10, 0: mean .05. Others: 0, -.05, 0, +.05: mean 0.
    row = participation(
        district(absence(SIX)),
        "chronic_absence",
        took_part=["A", "B", "C"],
        before="2024-25",
        after="2025-26",
    ).iloc[0]

    assert row["by_schools"] == pytest.approx(0.05)
    assert (row["schools_taking_part"], row["schools_other"]) == (3, 4)
    assert row["own_change"] == pytest.approx(3 / 60)
    assert row["comparison_change"] == pytest.approx(0.0)
    assert row["value"] == pytest.approx(0.05)
    assert row["by_schools_low"] < 0 < row["by_schools_high"]
    assert not row["stands_out"]


def test_schools_that_all_moved_alike_and_apart_from_the_others_stand_out():
    moved = {"A": (2, 10), "B": (3, 11), "C": (4, 13), "D": (5, 5), "E": (4, 5), "F": (3, 3)}

    row = participation(
        district(absence(moved)),
        "chronic_absence",
        took_part=["A", "B", "C"],
        before="2024-25",
        after="2025-26",
    ).iloc[0]

    assert row["by_schools_low"] > 0
    assert row["stands_out"]


def test_one_school_alone_has_a_difference_and_no_interval_over_schools():
    row = participation(
        district(absence(SIX)), "chronic_absence", took_part=["A"], before="2024-25", after="2025-26"
    ).iloc[0]

    assert row["by_schools"] == pytest.approx(0.05 - (0.10 + 0 + 0 - 0.05 + 0 + 0.05) / 6)
    assert math.isnan(row["by_schools_low"])
    assert not row["stands_out"]
    assert row["low"] < 0 < row["high"]


def test_students_who_share_schools_count_for_less_by_the_design_effect():
    # 1 + (20 - 1) x .10, the Clearinghouse's default for outcomes other than achievement.
    assert design_effect(20, 0.10) == pytest.approx(2.9)
    row = participation(
        district(absence(SIX)), "chronic_absence", took_part=["A", "B"], before="2024-25", after="2025-26"
    ).iloc[0]
    assert row["clustering"] == pytest.approx(2.9)


def test_years_before_show_whether_the_groups_were_moving_apart_already():
    apart = {"A": (2, 4, 5), "B": (2, 4, 6), "C": (5, 5, 5), "D": (5, 5, 5)}

    row = participation(
        district(absence(apart)), "chronic_absence", took_part=["A", "B"], before="2024-25", after="2025-26"
    ).iloc[0]

    assert row["years_before"] == 2
    assert row["earlier_change"] == pytest.approx(0.10)


def test_one_year_before_cannot_show_it():
    row = participation(
        district(absence(SIX)), "chronic_absence", took_part=["A", "B"], before="2024-25", after="2025-26"
    ).iloc[0]

    assert row["years_before"] == 1
    assert math.isnan(row["earlier_change"])


def test_shares_before_are_held_against_each_other_by_the_cox_index():
    # 14 of 60 against 18 of 80: ln((14/46) / (18/62)) / 1.65
    row = participation(
        district(absence(SIX)),
        "chronic_absence",
        took_part=["A", "B", "C"],
        before="2024-25",
        after="2025-26",
    ).iloc[0]

    assert row["before_difference"] == pytest.approx(math.log((14 / 46) / (18 / 62)) / 1.65)
    assert row["alike_before"] == "alike"


def test_without_figures_before_it_is_refused_with_the_cell():
    late = {"A": (5,), "B": (6,), "C": (4, 4), "D": (4, 5)}

    row = participation(
        district(absence(late)), "chronic_absence", took_part=["A", "B"], before="2024-25", after="2025-26"
    ).iloc[0]

    assert row["status"] == "missing"
    assert f"no figure for {TOOK_PART} in 2024-25" in row["reason"]
    assert math.isnan(row["value"])


def test_the_two_groups_hold_every_student_once():
    cells = cells_of_schools(district(absence(SIX)), "chronic_absence", took_part=["A", "B", "C"])

    counts = cells[cells["school_year"] == "2025-26"].set_index("schools")["n"].to_dict()
    assert counts == {TOOK_PART: 60, OTHERS: 80}
