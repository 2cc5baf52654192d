"""One question by several definitions: each counted by hand, and two counts with their difference add up."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_district import YEAR, days, district, enrolled, only, rows, scores

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import (
    TOPICS,
    between_definitions,
    by_definitions,
    measure,
    students_by_definition,
)

OURS = "Our rule"
TENTH_10 = "A tenth of days enrolled, 10 days or more enrolled"
TENTH_31 = "A tenth of days enrolled, more than 30 days expected"
TENTH_20 = "A tenth of days enrolled, 20 days or more enrolled"
SCHOOL_DAYS = "A tenth of the days that the school was open"
EIGHTEEN = "18 days or more"
UNEXCUSED = "A tenth of days enrolled, without those excused"


def figures(frame: pd.DataFrame) -> dict[str, tuple[object, object]]:
    return {row["definition"]: (row["numerator"], row["n"]) for row in frame.to_dict("records")}


@pytest.fixture(scope="module")
def absences():
    """100 school days. long: 100 days, 10 missed, all excused; mid: 30 days, 3 missed; new: 15 days, 3 missed;
    brief: 5 days, all missed; much: 100 days, 18 missed."""
    opened = pd.bdate_range("2025-09-01", periods=100).date
    calendar = pd.DataFrame({"school_id": "1", "school_year": YEAR, "date": opened})
    ids = ["long", "mid", "new", "brief", "much"]
    first = {"long": 0, "mid": 70, "new": 85, "brief": 95, "much": 0}
    missed = {"long": 10, "mid": 3, "new": 3, "brief": 5, "much": 18}
    daily = [
        days(one, 100 - first[one] - missed[one], missed[one], first=str(opened[first[one]])) for one in ids
    ]
    held = pd.concat(daily).assign(
        excused=lambda frame: ["Yes" if one == "long" else "No" for one in frame["student_id"]]
    )
    stays = enrolled(ids).assign(entry_date=[opened[first[one]] for one in ids])
    return district({"enrollments": stays, "attendance": held, "calendar": calendar})


def test_chronic_absence_by_each_definition_is_counted_by_hand(absences):
    """Ours and EDFacts: of long, mid, new, much (10 days or more) all missed a tenth. More than 30 days: long and much only,
    for mid has 30. 20 days: long, mid, much. Of 100 school days: only long and much missed 10. 18 days: much alone.
    Unexcused: mid, new, much."""
    found = figures(by_definitions(absences, "chronic_absence"))

    assert found == {
        OURS: (4, 4), TENTH_10: (4, 4), TENTH_31: (2, 2), TENTH_20: (3, 3), SCHOOL_DAYS: (2, 5), EIGHTEEN: (1, 5), UNEXCUSED: (3, 4),
    }  # fmt: skip


def test_our_definition_is_the_catalogues_own(absences):
    ours = only(by_definitions(absences, "chronic_absence").query(f"definition == '{OURS}'"))
    own = only(measure(absences, "chronic_absence"))

    assert (ours["numerator"], ours["n"], ours["low"], ours["high"]) == (
        own["numerator"],
        own["n"],
        own["low"],
        own["high"],
    )


def test_the_students_between_two_definitions_are_named(absences):
    said = students_by_definition(absences, "chronic_absence").set_index("student_id")

    assert said.loc["new", [OURS, TENTH_20, SCHOOL_DAYS]].tolist() == ["counted", "left out", "not counted"]
    row = only(between_definitions(absences, "chronic_absence", theirs=SCHOOL_DAYS))
    assert (row["counted_by_both"], row["only_by_this"], row["only_by_the_other"]) == (2, 0, 2)
    assert (row["denominator_only_this"], row["denominator_only_other"]) == (1, 0)


def test_totals_do_not_say_what_was_excused():
    totals = rows("student_id school_id school_year days_enrolled days_absent", ("a", "1", YEAR, 100.0, 20.0))
    frame = by_definitions(district({"attendance_totals": totals}), "chronic_absence").set_index("definition")

    assert frame.loc[UNEXCUSED, "status"] == "not_applicable"
    assert "only totals" in frame.loc[UNEXCUSED, "reason"]
    assert frame.loc[EIGHTEEN, "numerator"] == 1


def test_proficiency_of_those_tested_of_all_enrolled_by_level_and_by_score():
    """Of 5 third graders: high has the level and the score; torn has the level but not the score; low neither;
    away was absent; untested has no row. Levels: 2 of 3. Scores: 1 of 3. Of all enrolled in the grade: 2 of 5."""
    results = scores(
        ["high", "torn", "low", "away"], [260, 240, 200, None],
        performance_level=["High", "High", "Low", None], result_status=["scored", "scored", "scored", "absent"],
    )  # fmt: skip
    levels = rows(
        "assessment_id performance_level level_order proficient min_score",
        ("T", "Low", 1, False, None), ("T", "High", 2, True, 250.0),
    )  # fmt: skip
    stays = pd.concat(
        [enrolled(["high", "torn", "low", "away", "untested"]), enrolled(["other"], grade="09")]
    )
    asked = district({"enrollments": stays, "results": results, "performance_levels": levels})

    found = figures(by_definitions(asked, "proficiency"))
    assert found == {
        "Of those tested, by the level given": (2, 3), "Of those tested, by the score": (1, 3), "Of all who were enrolled": (2, 5),
    }  # fmt: skip


def test_who_sat_twice_counts_once_by_the_later_result():
    twice = pd.concat(
        [
            scores(["a"], [100], performance_level="High", test_date=date(2026, 4, 1)),
            scores(["a"], [90], performance_level="Low", test_date=date(2026, 5, 1)),
        ]
    )
    levels = rows(
        "assessment_id performance_level level_order proficient",
        ("T", "Low", 1, False), ("T", "High", 2, True),
    )  # fmt: skip
    asked = district({"enrollments": enrolled(["a"]), "results": twice, "performance_levels": levels})

    assert figures(by_definitions(asked, "proficiency"))["Of those tested, by the level given"] == (0, 1)


def test_enrollment_at_any_time_on_the_first_of_october_and_at_the_end():
    """in: all year; late: came on 2 October; first: came on 1 October; out: exit date 1 October, which is exclusive."""
    stays = enrolled(["in", "late", "first", "out"]).assign(
        entry_date=[date(2025, 9, 1), date(2025, 10, 2), date(2025, 10, 1), date(2025, 9, 1)],
        exit_date=[date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 1), date(2025, 10, 1)],
    )
    frame = by_definitions(district({"enrollments": stays}), "enrollment").set_index("definition")

    assert frame["value"].to_dict() == {
        "At any time in the school year": 4, "On the first of October": 2, "On the last day in the data": 3,
    }  # fmt: skip


student = st.fixed_dictionaries({"days": st.integers(0, 120), "missed": st.integers(0, 30), "score": st.sampled_from([None, 200, 260])})  # fmt: skip


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(student, min_size=1, max_size=10), st.sampled_from(sorted(TOPICS)))
def test_two_counts_and_the_students_between_them_add_up(held, about):
    """Numerator of one minus numerator of the other is who is only in the one minus who is only in the other."""
    ids = [f"s{at}" for at in range(len(held))]
    totals = pd.DataFrame(
        {"student_id": ids, "school_id": "1", "school_year": YEAR, "days_enrolled": [float(one["days"]) for one in held],
         "days_absent": [float(min(one["days"], one["missed"])) for one in held]}
    )  # fmt: skip
    levels = rows(
        "assessment_id performance_level level_order proficient min_score", ("T", "High", 2, True, 250.0)
    )
    stays = enrolled(ids).assign(
        entry_date=[date(2025, 9, 1) if one["days"] % 2 else date(2025, 11, 1) for one in held]
    )
    asked = district(
        {"enrollments": stays, "attendance_totals": totals, "results": scores(ids, [one["score"] for one in held]), "performance_levels": levels}
    )  # fmt: skip
    try:
        counts = by_definitions(asked, about).set_index("definition")
        counted = counts["n"] if about == "enrollment" else counts["numerator"].fillna(0)
        for row in between_definitions(asked, about).to_dict("records"):
            this, other = row["definition"], row["compared_with"]
            assert counted[this] - counted[other] == row["only_by_this"] - row["only_by_the_other"]
            assert counts["n"][this] - counts["n"][other] == (
                row["denominator_only_this"] - row["denominator_only_other"]
            )
            assert row["counted_by_both"] + row["only_by_this"] == counted[this]
    finally:
        asked.close()


def test_an_unknown_question_or_definition_is_named(absences):
    with pytest.raises(NoSuchNameError, match="chronic_absence"):
        by_definitions(absences, "graduation")
    with pytest.raises(NoSuchNameError, match="18 days or more"):
        between_definitions(absences, "chronic_absence", theirs="20 days")
