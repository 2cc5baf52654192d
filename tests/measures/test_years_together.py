"""Several years together: how gaps close and by whose movement, and who stands apart year after year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_district import YEAR, district, enrolled, only, rows, scores, students

from dataworkbench.measures import gap_closing, measure, share_and_mean, years_running
from dataworkbench.measures.gap_closing import how_it_changed

BEFORE = "2024-25"


def two_groups(first: dict[str, list[float]], last: dict[str, list[float]]):
    """A district where English learners and others scored so in two years, different students each year."""
    people, results = [], []
    for year, groups in ((BEFORE, first), (YEAR, last)):
        for group, values in groups.items():
            ids = [f"{year}{group}{at}" for at in range(len(values))]
            people.append(students(ids, english_learner=group).assign(school_year=year))
            results.append(scores(ids, values).assign(school_year=year))
    levels = rows(
        "assessment_id performance_level level_order proficient min_score", ("T", "High", 2, True, 20.0)
    )
    return district(
        {"students": pd.concat(people), "results": pd.concat(results), "performance_levels": levels}
    )


def closing(asked, **where):
    frame = measure(
        asked, "mean_score", by=["school_year", "subgroup"],
        where={"subgroup_type": ["English learner status"], **where},
    )  # fmt: skip
    return only(gap_closing(frame))


def test_a_gap_closing_is_taken_apart_as_r_does():
    """R 4.2.2:
    a1<-c(10,12,14,16); a2<-c(14,18,20,24); b1<-c(20,22,24,30); b2<-c(21,23,25,27)
    d<-(mean(a2)-mean(a1))-(mean(b2)-mean(b1)); se<-sqrt(var(a1)/4+var(a2)/4+var(b1)/4+var(b2)/4)
    c(d, d-qnorm(.975)*se, d+qnorm(.975)*se)  # 6.0000000000 -0.8831673031 12.8831673031
    t.test(a2,a1)$conf.int  # -0.2927189654 12.2927189654
    t.test(b2,b1)$conf.int  # -6.508882653  6.508882653
    (mean(a1)-mean(b1))/sqrt((3*var(a1)+3*var(b1))/6)  # -3.090733178
    """
    asked = two_groups(
        {"Yes": [10, 12, 14, 16], "No": [20, 22, 24, 30]}, {"Yes": [14, 18, 20, 24], "No": [21, 23, 25, 27]}
    )
    row = closing(asked)

    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (6, -0.8831673031, 12.8831673031), abs=1e-8
    )
    assert (row["own_low"], row["own_high"]) == pytest.approx((-0.2927189654, 12.2927189654), abs=1e-8)
    assert (row["reference_low"], row["reference_high"]) == pytest.approx(
        (-6.508882653, 6.508882653), abs=1e-8
    )
    assert row["in_sd_first"] == pytest.approx(-3.090733178, abs=1e-8)
    assert (row["gap_first"], row["gap_last"]) == (-11, -5)
    assert row["how"] == "no change that can be told from chance"


@pytest.mark.parametrize(
    ("low_first", "low_last", "high_first", "high_last", "how"),
    [
        (10, 20, 30, 30, "closed because this group rose"),
        (10, 10, 30, 20, "closed because the other fell"),
        (10, 15, 30, 25, "closed from both sides: this group rose and the other fell"),
        (10, 10, 20, 30, "widened because the other rose"),
        (20, 10, 30, 30, "widened because this group fell"),
        (20, 15, 30, 35, "widened from both sides: this group fell and the other rose"),
    ],
)
def test_it_is_said_whose_movement_changed_a_gap(low_first, low_last, high_first, high_last, how):
    around = [-1.0, 0.0, 0.0, 1.0] * 5
    asked = two_groups(
        {"Yes": [low_first + d for d in around], "No": [high_first + d for d in around]},
        {"Yes": [low_last + d for d in around], "No": [high_last + d for d in around]},
    )

    assert closing(asked)["how"] == how


def test_the_group_that_stands_higher_closes_a_gap_by_falling():
    row = {
        "gap_first": 10.0, "gap_last": 4.0, "low": -9.0, "high": -3.0, "own_low": -9.0, "own_high": -2.0,
        "reference_low": -1.0, "reference_high": 1.0,
    }  # fmt: skip

    assert how_it_changed(row) == "closed because this group fell"


def test_one_time_alone_says_nothing_about_closing():
    asked = two_groups({"Yes": [10, 12], "No": [20, 22]}, {"Yes": [], "No": [21, 23]})

    assert closing(asked)["status"] == "not_applicable"


def test_a_share_can_move_while_the_mean_stands_still():
    """By hand: 19 and 21 around the cut of 20 become 20 and 20: the share goes from a half to all, the mean stays 20."""
    asked = two_groups({"Yes": [19.0, 21.0] * 10, "No": [50.0] * 3}, {"Yes": [20.0] * 20, "No": [50.0] * 3})
    row = only(share_and_mean(asked, by=["subgroup"], where={"subgroup": ["English learner"]}))

    assert row["share_shift"] == pytest.approx(0.5)
    assert row["mean_shift"] == pytest.approx(0)
    assert (row["n_first"], row["n_last"]) == (20, 20)
    assert row["apart"]


YEARS = ("2023-24", "2024-25", "2025-26")


def schools(values: dict[str, list[list[float]]]):
    """A district whose schools scored so in three years; the same grade level, so other students each year."""
    results = []
    for school, years in values.items():
        for year, held in zip(YEARS, years, strict=True):
            ids = [f"{school}{year}{at}" for at in range(len(held))]
            results.append(scores(ids, held).assign(school_id=school, school_year=year))
    return district({"results": pd.concat(results)})


def test_three_years_above_everyone_are_told_as_r_tells_them():
    """R 4.2.2, a school against all others as one, year by year, then Stouffer:
    d <- rep(c(-1,1),10); a <- 10.6+d; o <- c(10+d, 10.2+2*d)
    p <- t.test(a,o)$p.value; c(p, 2*pnorm(-qnorm(p/2, lower.tail=FALSE)*sqrt(3)))
    # 0.14955210053 0.01255725116
    """
    around = [-1.0, 1.0] * 10
    asked = schools(
        {"1": [[10.6 + d for d in around]] * 3, "2": [[10 + d for d in around]] * 3, "3": [[10.2 + 2 * d for d in around]] * 3}
    )  # fmt: skip
    found = years_running(asked, "mean_score").set_index("school_id")

    assert found.loc["1", "p"] == pytest.approx(0.01255725116, rel=1e-6)
    assert found.loc["1", "value"] == pytest.approx(0.5)
    assert found.loc["1", "running"] == "above"
    # Of 3 looked at, 3 x 2 / 2^3 would run on one side by chance.
    assert (found["looked_at"].iloc[0], found["expected_by_chance"].iloc[0]) == (3, 0.75)


def test_three_years_of_shares_are_told_as_r_tells_them():
    """R 4.2.2: p <- prop.test(c(12, 40), c(40, 200), correct=FALSE)$p.value; 2*pnorm(-qnorm(p/2, lower.tail=FALSE)*sqrt(3))
    # 0.01520998652
    """
    totals = pd.concat(
        pd.DataFrame({"student_id": [f"{school}{year}{at}" for at in range(n)], "school_id": school, "school_year": year,
                      "days_enrolled": 100.0, "days_absent": [20.0] * hit + [0.0] * (n - hit)})
        for school, hit, n in (("1", 12, 40), ("2", 40, 200)) for year in YEARS
    )  # fmt: skip
    found = years_running(district({"attendance_totals": totals}), "chronic_absence").set_index("school_id")

    assert found.loc["1", "p"] == pytest.approx(0.01520998652, rel=1e-6)


def test_however_far_apart_a_school_stands_it_is_called():
    around = [-1.0, 1.0] * 30
    asked = schools({"1": [[1e6 + d for d in around]] * 3, "2": [[10 + d for d in around]] * 3})

    assert years_running(asked, "mean_score").set_index("school_id").loc["1", "called"] == "success"


def test_who_changes_sides_is_not_called_however_far_apart():
    around = [-1.0, 1.0] * 10
    asked = schools(
        {"1": [[m + d for d in around] for m in (20, 20, 9.9)], "2": [[10 + d for d in around]] * 3}
    )

    assert set(years_running(asked, "mean_score")["called"]) == {""}


def test_a_small_group_is_not_called():
    around = [-1.0, 1.0] * 10
    asked = schools({"1": [[30.0, 31.0] * 4] * 3, "2": [[10 + d for d in around]] * 3})
    found = years_running(asked, "mean_score").set_index("school_id")

    assert found.loc["1", "status"] == "not_applicable"
    assert "Fewer than 10" in found.loc["1", "reason"]
    assert set(found["called"]) == {""}


def test_for_absence_below_everyone_is_the_success():
    missed = {"1": 0.0, "2": 20.0}
    totals = pd.concat(
        pd.DataFrame({"student_id": [f"{school}{year}{at}" for at in range(40)], "school_id": school, "school_year": year,
                      "days_enrolled": 100.0, "days_absent": [missed[school]] * 30 + [5.0, 15.0] * 5})
        for school in missed for year in YEARS
    )  # fmt: skip
    found = years_running(district({"attendance_totals": totals}), "chronic_absence").set_index("school_id")

    assert found["called"].to_dict() == {"1": "success", "2": "failure"}


def test_where_nobody_differs_a_false_call_is_no_more_common_than_the_rule_says():
    """200 districts of 6 schools in which all students are drawn alike: in how many is anybody called?

    With nobody different every call is false, and Benjamini and Hochberg hold the share of districts with one at 5%;
    asking besides that all years agree makes it rarer. 95% of such runs of 200 stay at or below 15 where 5% is true."""
    rng = np.random.default_rng(7)
    results = []
    for copy in range(200):
        for year in YEARS:
            for school in range(6):
                ids = [f"{copy}-{year}-{school}-{at}" for at in range(15)]
                results.append(
                    scores(ids, list(rng.normal(0, 1, 15)), subject=f"copy {copy}").assign(
                        school_id=str(school), school_year=year
                    )
                )
    asked = district({"results": pd.concat(results)})
    alarms = sum(
        bool((years_running(asked, "mean_score", where={"subject": [f"copy {copy}"]})["called"] != "").any())
        for copy in range(200)
    )

    assert alarms <= 15


def test_what_was_never_brought_stays_missing():
    asked = district({"enrollments": enrolled(["a"])})

    assert (years_running(asked, "chronic_absence")["status"] == "missing").all()
