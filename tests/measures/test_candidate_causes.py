"""Candidate causes on scores: what is expected after last year's score, and how those with a factor differ, against R."""

from __future__ import annotations

import pandas as pd
import pytest
from small_district import YEAR, district

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import concern_to_screen, screened

# R 4.2.2:
#   i <- 0:39; grade <- rep(c("04", "05"), each = 20); rides <- i %% 2 == 0
#   before <- 500 + (i*13) %% 29 + 40*(grade == "05")
#   now <- round(0.8*before + 110 + (i*7) %% 11 - 6*rides + 15*(grade == "05"), 1)
COUNT = range(40)
GRADES = ["04"] * 20 + ["05"] * 20
RIDES = [at % 2 == 0 for at in COUNT]
BEFORE = [500.0 + (at * 13) % 29 + 40 * (grade == "05") for at, grade in zip(COUNT, GRADES, strict=True)]
NOW = [
    round(0.8 * before + 110 + (at * 7) % 11 - 6 * rides + 15 * (grade == "05"), 1)
    for at, before, rides, grade in zip(COUNT, BEFORE, RIDES, GRADES, strict=True)
]
ASKED = {"school_year": [YEAR], "assessment_id": ["T"], "subject": ["Reading"]}


@pytest.fixture(scope="module")
def school():
    """Two grade levels of one school with this year's scores and those of a year before; every other student rides a bus."""
    ids = [f"{at:02d}" for at in COUNT]
    tests = [
        pd.DataFrame({
            "student_id": ids, "school_id": "1", "school_year": year, "period": "Fall", "assessment_id": "T", "subject": "Reading",
            "grade_level": GRADES, "scale_score": held, "result_status": "scored",
        })
        for year, held in (("2024-25", BEFORE), (YEAR, NOW))
    ]  # fmt: skip
    routes = pd.DataFrame({
        "student_id": ids, "school_year": YEAR, "bus_route": ["North" if one else None for one in RIDES],
    })  # fmt: skip
    return district({"results": pd.concat(tests), "students": routes})


def test_what_lies_beyond_the_expected_is_rs_residual_with_a_level_for_each_grade(school):
    # R: m <- lm(now ~ before + grade); resid(m)[c(1, 2, 21, 40)]   ->  -8.4537048529 5.0875104169 0.3932551996 6.8104079860
    #    (now - before)[c(1, 2, 21, 40)]                            ->  4.0 14.4 13.4 23.2
    concern = concern_to_screen(school, "mean_score", ASKED)
    told = concern.students.set_index("student_id").loc[["00", "01", "20", "39"]]

    assert concern.adjusted
    assert told["beyond"].tolist() == pytest.approx(
        [-8.4537048529, 5.0875104169, 0.3932551996, 6.810407986], abs=1e-9
    )
    assert told["change"].tolist() == pytest.approx([4.0, 14.4, 13.4, 23.2])


def test_scores_with_and_without_a_factor_are_compared_by_welchs_test_the_more_cautious_way(school):
    # R, grade 04 alone, one <- grade == "04"; h <- rides[one]; v <- now[one]
    #   ch <- (now - before)[one];  t.test(ch[h], ch[!h])   ->  -6.12, -9.877428759747 to -2.362571240253, p = 0.003154788831
    #   r <- resid(lm(now ~ before, subset = one)); t.test(r[h], r[!h])$p.value   ->  0.0005277614149, so the first is told
    #   c(mean(v[h]), mean(v[!h]))                          ->  518.78 526.30
    #   -6.12 / sqrt((9*var(v[h]) + 9*var(v[!h])) / 18)     ->  -0.815888805
    concern = concern_to_screen(school, "mean_score", {**ASKED, "grade_level": ["04"]})
    (row,) = screened(school, concern, fewest=10).to_dict("records")

    assert (row["factor"], row["n"], row["n_reference"], row["n_left_out"]) == ("Rides North", 10, 10, 0)
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (-6.12, -9.877428759747, -2.362571240253), abs=1e-9
    )
    assert (row["p"], row["chance"]) == pytest.approx((0.003154788831, 0.003154788831), abs=1e-11)
    assert (row["value_group"], row["value_reference"]) == pytest.approx((518.78, 526.30))
    assert row["in_sd"] == pytest.approx(-0.815888805, abs=1e-8)


def test_a_factor_of_fewer_students_than_asked_for_is_not_looked_at(school):
    concern = concern_to_screen(school, "mean_score", {**ASKED, "grade_level": ["04"]})

    assert screened(school, concern, fewest=11).empty


def test_a_concern_of_which_there_is_no_figure_is_refused_with_the_reason(school):
    with pytest.raises(WorkbenchError, match="has not brought"):
        concern_to_screen(school, "chronic_absence", {"school_year": [YEAR]})
