"""Progress week by week: slopes against R, goal lines and rules by hand, and single-case series through our readers."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_district import OUTSIDE, YEAR, district, needs_outside_data, only, rows

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import one_progress, phase_trends, progress_list, progress_points, survey_shift
from dataworkbench.measures.progress import goal_line, progress_of, trend_of
from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

WEEKS = list(range(10))
VALUES = [42, 40, 45, 44, 43, 47, 45, 46, 44, 48]
PROFILES = Path(__file__).parents[1] / "readers" / "profiles"


def test_the_rate_of_improvement_its_error_and_its_interval_are_those_of_rs_lm():
    # R 4.2.2: m <- lm(v ~ wk); coef(m); coef(summary(m))[2,2]; confint(m)[2,]
    # ->  41.83636364 0.5696969697  0.1891938337  0.1334152069 1.005978733
    trend = trend_of(WEEKS, VALUES)
    got = (trend.start, trend.slope, trend.error, trend.low, trend.high)
    assert got == pytest.approx(
        (41.83636364, 0.5696969697, 0.1891938337, 0.1334152069, 1.005978733), rel=1e-8
    )


def test_the_goal_line_goes_from_the_median_of_the_first_three_points_to_the_goal():
    # The median of 42, 40, 45 is 42, in week 1; to 60 in week 31 it takes 18 points in 30 weeks.
    line = goal_line(WEEKS, VALUES, goal=60, goal_week=31)
    assert (line.week, line.value, line.slope) == pytest.approx((1, 42, 0.6))
    assert line.at(6) == pytest.approx(45)


def test_a_goal_without_a_day_or_with_a_day_that_is_past_gives_no_line():
    assert goal_line(WEEKS, VALUES, goal=60, goal_week=math.nan) is None
    assert goal_line(WEEKS, VALUES, goal=60, goal_week=1) is None
    assert goal_line([0, 1], [1, 2], goal=60, goal_week=10) is None
    assert progress_of(WEEKS, VALUES).by_last_points == "no goal"


# From 10 in week 1, the line to 40 in week 31 rises by one a week: 11 in week 2, 12 in week 3, and so on.
ON_LINE = [10, 10, 10, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ((11.9, 12.9, 13.9, 14.9), "change something"),
        ((12.1, 13.1, 14.1, 15.1), "raise the goal"),
        ((11.9, 12.9, 14.1, 14.9), "keep going"),
        ((11.9, 12.9, 14, 14.9), "keep going"),  # a point on the line is on neither side
    ],
)
def test_four_points_in_a_row_on_one_side_of_the_line_decide(last, verdict):
    said = progress_of(range(7), [10, 10, 10, *last], goal=40, goal_week=31)
    assert said.by_last_points == verdict


def test_with_a_goal_downwards_below_the_line_is_the_better_side():
    # From 20 in week 1 to 5 in week 31: half a point less a week.
    low = progress_of(range(7), [20, 20, 20, 18, 17, 16, 15], goal=5, goal_week=31)
    high = progress_of(range(7), [20, 20, 20, 21, 22, 21, 23], goal=5, goal_week=31)
    assert (low.by_last_points, high.by_last_points) == ("raise the goal", "change something")


@pytest.mark.parametrize(
    ("weeks", "verdict"),
    [
        ([0, 1, 2, 3, 4], "too early"),
        ([0, 0.5, 1, 1.5, 2, 2.5], "too early"),
        ([0, 1, 2, 3, 4, 5], "change something"),
    ],
)
def test_the_rule_takes_six_points_in_six_weeks(weeks, verdict):
    assert progress_of(weeks, [10] * len(weeks), goal=70, goal_week=30).by_last_points == verdict


def test_the_trend_decides_only_with_ten_points_in_ten_weeks_and_a_sure_range():
    flat, steep = [10.0, 10.2] * 5, [10 + 2 * week + 0.1 * (week % 2) for week in range(10)]
    assert progress_of(range(9), flat[:9], goal=40, goal_week=31).by_trend == "too early"
    assert progress_of(range(10), flat, goal=40, goal_week=31).by_trend == "change something"
    assert progress_of(range(10), steep, goal=40, goal_week=31).by_trend == "raise the goal"
    # The slope of 0.57 is likely between 0.13 and 1.01, and 0.6 a week lies in between.
    assert progress_of(WEEKS, VALUES, goal=60, goal_week=31).by_trend == "keep going"


@given(st.lists(st.floats(-50, 50), min_size=6, max_size=12), st.floats(60, 100))
def test_a_series_and_its_goal_turned_upside_down_get_the_same_verdict(values, goal):
    weeks = range(len(values))
    up = progress_of(weeks, values, goal=goal, goal_week=40)
    down = progress_of(weeks, [-value for value in values], goal=-goal, goal_week=40)
    assert (up.by_last_points, up.by_trend) == (down.by_last_points, down.by_trend)


def weekly(
    student: str, values: list[float], *, goal: float | None = None, start: str = "2025-09-03"
) -> pd.DataFrame:
    days = [dt.date.fromisoformat(start) + dt.timedelta(weeks=week) for week in range(len(values))]
    return pd.DataFrame(
        {
            "student_id": student, "school_id": "1", "school_year": YEAR, "period": "Fall", "assessment_id": "cbm",
            "subject": "Reading", "grade_level": "03", "test_date": days, "scale_score": [float(v) for v in values],
            "goal": goal, "goal_date": dt.date(2026, 4, 8) if goal else None,
        }
    )  # fmt: skip


ASSESSMENTS = rows(
    "assessment_id title kind",
    ("cbm", "Words a minute", "progress monitoring"),
    ("T", "A test", "diagnostic"),
)
TURNS = rows(
    "intervention_id student_id school_year strategy subject start_date end_date",
    ("i1", "a", YEAR, "Reading group", "Reading", dt.date(2025, 9, 24), None),
)


@pytest.fixture(scope="module")
def followed():
    results = pd.concat(
        [
            weekly("a", [40, 41, 39, 40, 40, 41, 40, 40], goal=71),
            weekly("b", [50, 52, 54, 57, 60, 62], goal=80),
            weekly("c", [9, 9]),
        ]
    )
    tests = weekly("a", [500.0]).assign(assessment_id="T")
    return district(
        {"results": pd.concat([results, tests]), "assessments": ASSESSMENTS, "interventions": TURNS}
    )


def test_only_checks_of_progress_are_followed_and_phases_begin_with_the_intervention(followed):
    points = progress_points(followed, where={"student_id": ["a"]})
    assert points["measure"].unique().tolist() == ["Words a minute"]
    assert points["week"].tolist() == list(range(8))
    assert points["phase"].tolist() == ["Before"] * 3 + ["Reading group"] * 5
    assert points["goal_week"].iloc[0] == 31


def test_the_list_puts_those_first_for_whom_something_should_change(followed):
    told = progress_list(followed).set_index("student_id")
    assert told.index.tolist() == ["a", "b", "c"]
    assert told["by_last_points"].tolist() == ["change something", "raise the goal", "no goal"]
    assert told.loc["a", "needed"] == pytest.approx(31 / 30)  # from 40 in week 1 to 71 in week 31
    assert told.loc["b", "first"] == 52


def test_one_series_from_the_tables_says_what_r_and_the_goal_line_say():
    # R 4.2.2: lm(v ~ wk) as above: 0.5696969697 a week, 0.1334152069 to 1.005978733.
    # From the median of the first three, 42 in week 1, to 60 in week 31: 18 in 30 weeks, 0.6 a week.
    # The line is at 45, 45.6, 46.2, 46.8 in weeks 6 to 9; 45, 46, 44, 48 lie on it, above, below, above it.
    made = district({"results": weekly("a", VALUES, goal=60), "assessments": ASSESSMENTS})
    said = one_progress(progress_points(made))

    assert (said.points, said.weeks) == (10, 9)
    assert said.trend is not None
    assert said.line is not None
    assert (said.trend.slope, said.trend.low, said.trend.high) == pytest.approx(
        (0.5696969697, 0.1334152069, 1.005978733), rel=1e-8
    )
    assert (said.line.week, said.line.value, said.line.slope) == pytest.approx((1, 42, 0.6))
    assert (said.by_last_points, said.by_trend) == ("keep going", "keep going")


def test_a_column_that_series_do_not_have_is_refused(followed):
    with pytest.raises(NoSuchNameError, match="shoe size"):
        progress_points(followed, where={"shoe size": ["9"]})


def test_where_nothing_is_followed_there_is_nothing():
    assert progress_list(district({})).empty
    assert progress_points(district({"results": weekly("a", [1, 2])})).empty


def test_a_snapshot_from_before_there_were_goals_still_shows_its_points():
    class Older:
        def __init__(self, inner):
            self.inner, self.settings, self.has = inner, inner.settings, inner.has

        def ask(self, sql, parameters=()):
            if sql.startswith("SELECT * FROM results LIMIT 0"):
                return self.inner.ask(sql).drop(columns=["goal", "goal_date"])
            assert "r.goal" not in sql
            return self.inner.ask(sql, parameters)

    made = district({"results": weekly("a", [1, 2, 3], goal=9), "assessments": ASSESSMENTS})
    assert progress_points(Older(made))["goal"].isna().all()


# R 4.2.2: for each case and phase of single_case_interventions.csv, m <- lm(value ~ session);
# mean(value), coef(m)[2], coef(summary(m))[2,2], confint(m)[2,]
R_SLOPES = {
    ("Huber2014 Adam", "A"): (41.73, 1.03212121, 1.81299847, -3.14866076, 5.21290318),
    ("Huber2014 Adam", "B"): (29.6728395, -0.308475783, 0.279584681, -0.884291213, 0.267339646),
    ("Huber2014 Christian", "B"): (78.8616162, 0.542779807, 0.0955812858, 0.351834238, 0.733725376),
    ("Huber2014 David", "B"): (81.0681818, 0.266179592, 0.0545777275, 0.157148047, 0.375211136),
    ("Grosche2011 Eva", "A"): (2.67666667, 0.0140647482, 0.0611630886, -0.15575121, 0.183880706),
    ("Grosche2011 Eva", "B"): (3.43461538, 0.0440801831, 0.0109290867, 0.0200254255, 0.0681349407),
    ("Grosche2011 Georg", "A"): (10.4685714, -0.268034682, 0.0918452009, -0.504130287, -0.031939077),
    ("Waddell2011 Case1", "A"): (5.42, 0.03, 0.215947524, -0.657241401, 0.717241401),
    ("Waddell2011 Case1", "B"): (7.76363636, 0.539090909, 0.0984596704, 0.31635966, 0.761822158),
    ("Lenz2013 Case1", "B"): (18.8666667, -0.846428571, 0.09247774, -1.04621458, -0.646642561),
}


@pytest.fixture(scope="module")
def cases():
    reading = read_files(
        [OUTSIDE / "intervention" / "single_case_interventions.csv"], settings=Settings(), profile_folders=[]
    )
    return district(reading.tables)


@needs_outside_data
@pytest.mark.outside_data
@pytest.mark.parametrize(("case", "phase"), R_SLOPES)
def test_slopes_of_single_cases_are_rs_through_our_own_readers(cases, case, phase):
    points = progress_points(cases)
    one = points[points["series"].str.startswith(f"{case} ")]
    told = {name: (mean, trend) for name, mean, trend in phase_trends(one)}
    mean, trend = told[phase]
    assert (mean, trend.slope, trend.error, trend.low, trend.high) == pytest.approx(
        R_SLOPES[case, phase], rel=1e-7
    )


@needs_outside_data
@pytest.mark.outside_data
def test_every_phase_of_every_single_case_has_the_mean_that_others_computed(cases):
    wanted = json.loads((OUTSIDE / "reference_values.json").read_text())["single_case"]["phase_means"]
    points = progress_points(cases)
    told = {}
    for series, piece in points.groupby("series"):
        study, case, *_ = series.split(" ")
        told |= {f"{study}|{case}|{name}": mean for name, mean, _ in phase_trends(piece)}
        assert one_progress(piece).by_last_points == "no goal"
    assert told == pytest.approx(wanted, abs=1e-6)


@needs_outside_data
@pytest.mark.outside_data
def test_teachers_expectations_before_and_after_shift_as_counted_in_r():
    # R: sapply(names(t)[-1], function(q) tapply(t[[q]] %in% c("Agree","Strongly Agree"), t$timing, sum))
    # ->  Post 4 4 3 2, Pre 3 1 5 3, in the order of the questions; ten answers each time
    reading = read_files(
        [OUTSIDE / "survey" / "teacher_survey_pre_post.csv"], settings=Settings(), profile_folders=[PROFILES]
    )
    frame = survey_shift(
        district(reading.tables), before="expectations_pre", after="expectations_post", role="staff"
    )
    counted = {
        row["wording"][:20]: (row["value_reference"], row["value_group"], row["n"], row["matched"])
        for row in frame.to_dict("records")
    }

    assert counted == {
        "It's fair to expect ": (0.3, 0.4, 10, 0), "One year is enough t": (0.1, 0.4, 10, 0),
        "All students in my c": (0.5, 0.3, 10, 0), "The standards are ap": (0.3, 0.2, 10, 0),
    }  # fmt: skip
    fair = frame[frame["wording"].str.startswith("It's fair")]
    assert only(fair)["low"] < 0 < only(fair)["high"]
