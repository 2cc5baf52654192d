"""Needs that nobody has noticed yet: a need by the data, and nothing on record."""

from __future__ import annotations

from datetime import date

import pandas as pd
from small_district import YEAR, days, district, enrolled, only, rows, scores

from dataworkbench.measures import left_out, measure, student_list, student_needs

IDS = ["helped", "heard", "seen by nobody", "well"]


def made(**more: pd.DataFrame):
    missed = [days(one, 30, 10) for one in IDS[:3]] + [days("well", 40, 0)]
    return district(
        {
            "enrollments": enrolled(IDS), "attendance": pd.concat(missed),
            "interventions": rows("intervention_id student_id school_year strategy", ("i", "helped", YEAR, "Tutoring")),
            "learner_profiles": rows("student_id school_year topic said_by words", ("heard", YEAR, "goal", "student", "Read more")),
            **more,
        }
    )  # fmt: skip


def test_a_need_counts_where_neither_an_intervention_nor_a_word_is_on_record():
    row = only(measure(made(), "unnoticed_need"))

    assert (row["n"], row["numerator"]) == (4, 1)
    assert student_list(made(), "unnoticed_need") == ["seen by nobody"]


def test_help_of_another_year_does_not_count_as_noticed():
    turn = rows("intervention_id student_id school_year strategy", ("i", "helped", "2024-25", "Tutoring"))

    assert student_list(made(interventions=turn), "unnoticed_need") == ["helped", "seen by nobody"]


def test_who_has_left_needs_no_notice_here():
    stays = enrolled(IDS).assign(
        entry_date=date(2025, 9, 1), exit_date=[date(2026, 6, 1), date(2026, 6, 1), date(2025, 12, 1), date(2026, 6, 1)]
    )  # fmt: skip
    asked = made(enrollments=stays)

    assert student_list(asked, "unnoticed_need") == []
    assert only(left_out(asked, "unnoticed_need"))["left_out"] == "no longer enrolled"


def test_where_nothing_that_was_done_is_on_record_of_a_year_nobody_is_called_unnoticed():
    asked = made(
        interventions=rows(
            "intervention_id student_id school_year strategy", ("i", "helped", "2024-25", "T")
        ),
        learner_profiles=rows(
            "student_id school_year topic said_by", ("heard", "2024-25", "goal", "student")
        ),
    )

    row = only(measure(asked, "unnoticed_need"))
    assert row["status"] == "not_applicable"
    assert "was brought at all" in row["reason"]


def test_no_growth_means_that_no_subject_ended_higher_than_it_began():
    fall = scores(["seen by nobody", "well"], [200, 200], period="Fall")
    spring = scores(["seen by nobody", "well"], [199, 199], period="Spring")
    other = [
        scores(["well"], [100], period="Fall", subject="Mathematics"),
        scores(["well"], [101], period="Spring", subject="Mathematics"),
    ]
    asked = made(
        attendance=pd.concat([days(one, 40, 0) for one in IDS]), results=pd.concat([fall, spring, *other])
    )

    needs = student_needs(asked)
    assert needs["student_id"].tolist() == ["seen by nobody"]
    assert only(needs)[["flagged", "missing", "not_growing"]].tolist() == [0, 0, 1]


def test_the_growth_of_the_year_before_counts_until_this_years_is_known():
    fall = scores(["well"], [200], period="Fall").assign(school_year="2024-25")
    spring = scores(["well"], [190], period="Spring").assign(school_year="2024-25")
    now = scores(["well"], [190], period="Fall")
    asked = made(
        attendance=pd.concat([days(one, 40, 0) for one in IDS]), results=pd.concat([fall, spring, now])
    )

    assert student_list(asked, "unnoticed_need", where={"school_year": YEAR}) == ["well"]


def test_fewer_than_a_quarter_of_at_least_four_standards_is_few():
    def checked(student: str, *held: int) -> pd.DataFrame:
        return pd.concat(
            scores([student], [score], standard_id=f"S{at}", assessment_id="G")
            for at, score in enumerate(held)
        )

    asked = made(
        attendance=pd.concat([days(one, 40, 0) for one in IDS]),
        results=pd.concat([checked("well", 1, 1, 1, 3), checked("seen by nobody", 1, 1, 1, 1)]),
        assessments=rows("assessment_id kind", ("G", "standards")),
        performance_levels=rows(
            "assessment_id performance_level level_order proficient min_score", ("G", "Met", 2, True, 3.0)
        ),
    )

    assert student_needs(asked)["student_id"].tolist() == ["seen by nobody"]
