"""Who is on track: at or above proficient, and grown by the target; counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from small_district import YEAR, district, only, scores

from dataworkbench.measures import on_track, on_track_students

ALL = ["a", "b", "c", "d", "e"]


def classroom():
    """Five students. Proficient in spring: a, b, d. Grown by 10 or more: a, c, d. One score only: e."""
    fall = scores(ALL, [100, 100, 80, 100, 95], period="Fall", growth_target=10.0, performance_level="Met")
    level = ["Met", "Met", "Below", "Met"]
    spring = scores(
        ALL[:4], [112, 105, 95, 120], period="Spring", growth_target=10.0, performance_level=level
    )
    levels = pd.DataFrame(
        {"assessment_id": "T", "subject": None, "grade_level": None, "performance_level": ["Below", "Met"], "level_order": [1, 2],
         "proficient": [False, True]}
    )  # fmt: skip
    return district({"results": pd.concat([fall, spring]), "performance_levels": levels})


WHERE = {"school_year": [YEAR], "assessment_id": ["T"]}


def test_those_who_are_proficient_and_have_grown_are_on_track():
    levels = {**WHERE, "period": ["Spring"], "subject": ["Reading"]}

    assert on_track_students(classroom(), levels=levels, growth={**WHERE, "subject": ["Reading"]}) == ["a", "d"]  # fmt: skip


def test_the_share_is_of_those_who_could_be_judged_both_ways():
    row = only(on_track(classroom(), subjects=["Reading"], levels={**WHERE, "period": ["Spring"]}, growth=WHERE))  # fmt: skip

    assert (row["n"], row["numerator"]) == (4, 2)
    assert row["value"] == pytest.approx(0.5)
    # Wilson for 2 of 4, printed by R 4.2.2's prop.test(2, 4, correct=FALSE): 0.1500390 to 0.8499610
    assert (row["low"], row["high"]) == pytest.approx((0.1500390, 0.8499610), abs=1e-6)


def test_without_results_it_says_what_to_bring():
    frame = on_track(district({}), subjects=["Reading"], levels=WHERE, growth=WHERE)

    assert frame["status"].tolist() == ["missing"]
    assert "Bring" in frame["reason"].iloc[0]
