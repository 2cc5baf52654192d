"""Early-warning flags: each by its stated rule, too early and unknown as states of their own, held against the past."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_district import YEAR, days, district, enrolled, only, rows, scores

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.flag_rules import AttendanceFlag, BehaviorFlag, CourseFlag, FlagRules
from dataworkbench.measures import STATES, check_flags, left_out, measure, student_flags, student_list
from dataworkbench.workspace import Settings, new_workspace

NEXT = "2026-27"
LEVELS = rows(
    "assessment_id performance_level level_order proficient", ("T", "Low", 1, False), ("T", "High", 2, True)
)


def incidents(*held: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(held, columns=["incident_id", "student_id", "behavior", "days_removed"])
    return frame.assign(school_id="1", school_year=YEAR)


def marks(*held: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(held, columns=["student_id", "section_id", "performance_level", "scale_score"])
    return frame.assign(school_id="1", school_year=YEAR, assessment_id="term_mark", grade_level="06")


def under(rules: FlagRules, **tables: pd.DataFrame):
    return district(tables, Settings(flags=rules))


def raised(asked, flag: str) -> list[str]:
    return student_list(asked, f"flag_{flag}")


def test_a_tenth_missed_is_flagged_and_a_day_less_is_not():
    asked = district(
        {"enrollments": enrolled(["a", "b"]), "attendance": pd.concat([days("a", 36, 4), days("b", 37, 3)])}
    )

    assert raised(asked, "attendance") == ["a"]
    assert only(measure(asked, "flag_attendance"))["n"] == 2


def test_below_four_fifths_attended_means_below_and_not_at():
    """Balfanz's sixth graders: attendance below 80%. 80 of 100 days is 80%; 79 of 100 is below."""
    rules = FlagRules(attendance=AttendanceFlag(attended_below=0.80))
    asked = under(
        rules, enrollments=enrolled(["a", "b"]), attendance=pd.concat([days("a", 80, 20), days("b", 79, 21)])
    )

    assert raised(asked, "attendance") == ["b"]


def test_before_twenty_enrolled_days_it_is_too_early_for_everybody():
    asked = district(
        {"enrollments": enrolled(["a", "b"]), "attendance": pd.concat([days("a", 0, 19), days("b", 0, 20)])}
    )

    assert raised(asked, "attendance") == ["b"]
    assert left_out(asked, "flag_attendance")["left_out"].tolist() == [
        "too early: fewer than 20 enrolled days"
    ]
    states = measure(asked, "flag_states").set_index("flag_state")["numerator"]
    assert states["Too early to say"] == 1


def test_incidents_of_one_kind_are_counted_by_their_own_number():
    """Ed-Fi's views: any state offense, or more than 5 offenses against the code of conduct."""
    rules = FlagRules(behavior=BehaviorFlag(of_kind_from={"State Offense": 1, "School Code of Conduct": 6}))
    log = [(f"i{n}", "six", "School Code of Conduct", 0.0) for n in range(6)]
    log += [(f"j{n}", "five", "School Code of Conduct", 0.0) for n in range(5)]
    log += [("k", "state", "State Offense", 0.0), ("l", "other", "Other", 0.0)]
    asked = under(rules, enrollments=enrolled(["six", "five", "state", "other"]), incidents=incidents(*log))

    assert raised(asked, "behavior") == ["six", "state"]


def test_a_school_without_any_incident_in_the_data_is_not_taken_for_a_calm_one():
    stays = enrolled(["a", "b"], school=["1", "2"])
    asked = district({"enrollments": stays, "incidents": incidents(("i", "a", "Other", 1.0))})

    row = only(measure(asked, "flag_behavior"))
    assert (row["n"], row["numerator"], row["n_left_out"]) == (1, 1, 1)
    assert "no incident of this school" in only(left_out(asked, "flag_behavior"))["left_out"]


def test_two_failing_marks_are_asked_for_where_the_rule_says_two():
    """AcumenEd's highest band: two marks of F."""
    rules = FlagRules(course=CourseFlag(marks=("F",), courses_from=2))
    held = [("a", "s1", "F", 50.0), ("a", "s2", "F", 50.0), ("b", "s1", "F", 50.0), ("b", "s2", "A", 95.0)]
    asked = under(rules, enrollments=enrolled(["a", "b"]), results=marks(*held))

    assert raised(asked, "course") == ["a"]


def test_the_latest_mark_in_a_class_counts():
    rules = FlagRules(course=CourseFlag(mark_below=65))
    first = marks(("a", "s1", "F", 60.0), ("b", "s1", "B", 85.0)).assign(period="Fall")
    later = marks(("a", "s1", "C", 75.0), ("b", "s1", "F", 64.0)).assign(period="Spring")
    asked = under(rules, enrollments=enrolled(["a", "b"]), results=pd.concat([first, later]))

    assert raised(asked, "course") == ["b"]


def test_only_the_named_subjects_count_and_each_of_them_must_be_known_to_clear_anybody():
    rules = FlagRules(course=CourseFlag(lowest_level=True, subjects=("Reading", "Mathematics")))
    results = pd.concat(
        [
            scores(["low", "half", "clear"], [1, 2, 2], performance_level=["Low", "High", "High"]),
            scores(["clear", "art"], [2, 1], performance_level=["High", "Low"]).assign(
                subject=["Mathematics", "Art"]
            ),
        ]
    )
    asked = under(
        rules,
        enrollments=enrolled(["low", "half", "clear", "art"]),
        results=results,
        performance_levels=LEVELS,
    )

    assert raised(asked, "course") == ["low"]
    assert student_list(asked, "flag_course", want="not_hit") == ["clear"]
    assert student_list(asked, "flag_course", want="left_out") == ["art", "half"]


def test_missing_data_neither_raise_a_flag_nor_clear_one():
    """b has no result: no flag is raised, and the share with one flag or more rests on a and c alone."""
    asked = district(
        {
            "enrollments": enrolled(["a", "b", "c"]),
            "attendance": pd.concat([days("a", 20, 5), days("b", 25, 0), days("c", 25, 0)]),
            "incidents": incidents(("i", "a", "Other", 0.0)),
            "results": scores(["a", "c"], [2, 2], performance_level="High"),
            "performance_levels": LEVELS,
        }
    )

    row = only(measure(asked, "flag_any"))
    assert (row["n"], row["numerator"], row["n_left_out"]) == (2, 1, 1)
    states = student_flags(asked).set_index("student_id")["flag_state"]
    assert states.to_dict() == {"a": "One flag", "b": "Not known", "c": "No flag"}


def test_a_rule_without_a_flag_says_so():
    asked = under(FlagRules(course=None), enrollments=enrolled(["a"]), results=scores(["a"], [1]))

    row = only(measure(asked, "flag_course"))
    assert row["status"] == "not_applicable"
    assert "no such flag" in row["reason"]


student = st.fixed_dictionaries(
    {
        "days": st.integers(0, 40), "missed": st.integers(0, 40), "incidents": st.integers(0, 4), "level": st.sampled_from([None, "Low", "High"]),
    }
)  # fmt: skip


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(student, min_size=1, max_size=12))
def test_everybody_enrolled_is_in_exactly_one_state(held):
    ids = [f"s{at}" for at in range(len(held))]
    daily = [days(i, max(0, one["days"] - one["missed"]), min(one["days"], one["missed"])) for i, one in zip(ids, held, strict=True)]  # fmt: skip
    log = [(f"{i}-{n}", i, "Other", 0.0) for i, one in zip(ids, held, strict=True) for n in range(one["incidents"])]  # fmt: skip
    asked = district(
        {
            "enrollments": enrolled(ids), "attendance": pd.concat(daily), "incidents": incidents(*log),
            "results": scores(ids, [1.0] * len(ids), performance_level=[one["level"] for one in held]),
            "performance_levels": LEVELS,
        }
    )  # fmt: skip
    try:
        frame = measure(asked, "flag_states")
        assert list(frame["flag_state"]) == list(STATES)
        assert frame["numerator"].sum() == len(ids)
        any_flag = measure(asked, "flag_any").iloc[0]
        flagged = frame.set_index("flag_state")["numerator"][list(STATES[1:4])].sum()
        assert (any_flag["numerator"] if any_flag["n"] else 0) <= flagged
    finally:
        asked.close()


@pytest.mark.parametrize("rule", ["balfanz_grade_6", "edfi_at_risk", "edfi_early_warning", "abc_points"])
def test_a_rule_that_came_with_the_workbench_is_taken_by_its_name(tmp_path, rule):
    workspace = new_workspace(tmp_path / "district")
    text = (workspace.root / "workbench.toml").read_text(encoding="utf-8")
    named = text.replace("fewest_days = 20\n", f'rule = "{rule}"\nfewest_days = 30\n', 1)
    (workspace.root / "workbench.toml").write_text(named, encoding="utf-8")

    rules = workspace.settings().flags
    assert rules.rule == rule
    assert rules.fewest_days == 30
    assert set(rules.said) == {"Attendance", "Behavior", "Course"}


def test_the_cut_points_of_the_rules_are_those_of_their_sources(tmp_path):
    """Measures as read in their sources: Ed-Fi's views flag attendance below 88%, more than 2 offenses, a mark below 72."""
    workspace = new_workspace(tmp_path / "district")
    text = (workspace.root / "workbench.toml").read_text(encoding="utf-8")
    (workspace.root / "workbench.toml").write_text(
        text.replace("[flags]\n", '[flags]\nrule = "edfi_early_warning"\n', 1), encoding="utf-8"
    )

    rules = workspace.settings().flags
    assert rules.attendance.attended_below == 0.88
    assert rules.behavior.of_kind_from == {"State Offense": 1, "School Code of Conduct": 3}
    assert rules.course.mark_below == 72


def test_an_unknown_rule_is_named_with_those_that_are_there(tmp_path):
    workspace = new_workspace(tmp_path / "district")
    text = (workspace.root / "workbench.toml").read_text(encoding="utf-8")
    (workspace.root / "workbench.toml").write_text(
        text.replace("[flags]\n", '[flags]\nrule = "balfanz"\n', 1), encoding="utf-8"
    )

    with pytest.raises(NoSuchNameError, match="balfanz_grade_6"):
        workspace.settings()


def test_a_flag_with_two_cut_points_for_attendance_is_refused(tmp_path):
    workspace = new_workspace(tmp_path / "district")
    text = (workspace.root / "workbench.toml").read_text(encoding="utf-8")
    both = "[flags.attendance]\nmissed_from = 0.1\nattended_below = 0.9\n"
    (workspace.root / "workbench.toml").write_text(text + both, encoding="utf-8")

    with pytest.raises(WorkbenchError, match="either missed_from or attended_below"):
        workspace.settings()


def two_years():
    """Of 60 students 40 were flagged for absence; a year later 15 were chronically absent, 12 of them flagged before."""
    ids = [f"s{at:02d}" for at in range(60)]
    before = pd.DataFrame(
        {"student_id": ids, "school_id": "1", "school_year": YEAR, "days_enrolled": 100.0,
         "days_absent": [20.0] * 40 + [0.0] * 20}
    )  # fmt: skip
    after = before.assign(school_year=NEXT, days_absent=[15.0] * 12 + [0.0] * 28 + [15.0] * 3 + [0.0] * 17)
    stays = pd.concat([enrolled(ids), enrolled(ids).assign(school_year=NEXT)])
    return district({"enrollments": stays, "attendance_totals": pd.concat([before, after])})


def test_flags_are_held_against_the_year_after():
    """R 4.2.2: prop.test(12, 40, correct=FALSE)$conf.int is 0.1807484523 0.4543001882;
    prop.test(12, 15, correct=FALSE)$conf.int is 0.5481455128 0.9295245065."""
    found = check_flags(two_years(), school_year=YEAR, seen_in=NEXT)
    row = only(found[(found["flag"] == "attendance") & (found["outcome"] == "chronic_absence")])

    assert (row["n"], row["flagged"], row["with_outcome"], row["both"]) == (60, 40, 15, 12)
    assert row["precision"] == pytest.approx(0.3)
    assert (row["precision_low"], row["precision_high"]) == pytest.approx(
        (0.1807484523, 0.4543001882), abs=1e-9
    )
    assert row["sensitivity"] == pytest.approx(0.8)
    assert (row["sensitivity_low"], row["sensitivity_high"]) == pytest.approx(
        (0.5481455128, 0.9295245065), abs=1e-9
    )
    assert row["base"] == pytest.approx(15 / 60)


def test_nothing_is_said_of_a_flag_that_fewer_than_ten_had_or_of_what_nobody_knows():
    found = check_flags(two_years(), school_year=YEAR, seen_in=NEXT)
    behavior = only(found[(found["flag"] == "behavior") & (found["outcome"] == "chronic_absence")])
    tests = only(found[(found["flag"] == "attendance") & (found["outcome"] == "not_proficient")])

    assert behavior["status"] == "not_applicable"
    assert tests["reason"] == "Cannot be said: nobody is known in both years."
    assert pd.isna(behavior["precision"])


def test_who_finished_the_highest_grade_level_has_not_left():
    ids = [f"a{at}" for at in range(12)] + [f"z{at}" for at in range(12)]
    stays = enrolled(ids, grade=["06"] * 12 + ["08"] * 12)
    stays = pd.concat([stays, enrolled(["a0"], grade="07").assign(school_year=NEXT)])
    totals = pd.DataFrame(
        {
            "student_id": ids,
            "school_id": "1",
            "school_year": YEAR,
            "days_enrolled": 100.0,
            "days_absent": 20.0,
        }
    )
    found = check_flags(
        district({"enrollments": stays, "attendance_totals": totals}), school_year=YEAR, seen_in=NEXT
    )

    row = only(found[(found["flag"] == "attendance") & (found["outcome"] == "left")])
    assert (row["n"], row["with_outcome"], row["both"]) == (12, 11, 11)
