"""Sums that come with a snapshot say the same as all rows, to the last student."""

from __future__ import annotations

import copy
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_district import district

from dataworkbench.measures import cells, measure, students_tested, students_tested_twice, sum_up
from dataworkbench.workspace import AbsenceRule, Settings

YEARS, SCHOOLS, GRADES = ("2024-25", "2025-26"), ("1", "2", "3"), ("03", "04", None)
SUBJECTS, PERIODS = ("Mathematics", "Reading", None), ("Fall", "Spring")
QUESTIONS = (
    ("enrollment", ["grade_level"]), ("enrollment", ["subgroup"]), ("chronic_absence", ["school_name"]),
    ("chronic_absence", ["grade_level", "subgroup"]), ("incident_rate", ["school_id"]), ("incident_rate", []),
    ("proficiency", ["subject", "school_name"]), ("proficiency", ["subject", "subgroup"]),
    ("growth_target_met", ["school_year", "subject"]), ("growth_target_met", ["subject", "first_period"]),
)  # fmt: skip


def _tables(seed: int) -> dict[str, pd.DataFrame]:
    """A district in which a third of all students are in two schools or grade levels within a year, and some rows are doubled."""
    rnd = random.Random(seed)
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("students", "enrollments", "attendance_totals", "incidents", "results")
    }
    for number in range(24):
        student = {"student_id": f"s{number}"}
        for year in YEARS:
            stay = {**student, "school_year": year}
            rows["students"].append({**stay, "sex": rnd.choice(["Female", "Male", None])})
            for _ in range(1 + (rnd.random() < 0.33)):
                place = {**stay, "school_id": rnd.choice(SCHOOLS), "grade_level": rnd.choice(GRADES)}
                rows["enrollments"].append(place)
                days = rnd.choice([5, 90, 180])
                rows["attendance_totals"].append(
                    {**place, "days_enrolled": days, "days_absent": rnd.randint(0, 20)}
                )
                if rnd.random() < 0.2:
                    event = {name: value for name, value in place.items() if name != "grade_level"}
                    rows["incidents"].append({**event, "incident_id": f"i{len(rows['incidents'])}"})
                rows["results"] += _results(rnd, place)
    levels = [("Low", 1, False), ("High", 2, True)]
    frames = {name: pd.DataFrame(held) for name, held in rows.items()}
    frames["performance_levels"] = pd.DataFrame(
        [
            {"assessment_id": "T", "performance_level": n, "level_order": o, "proficient": p}
            for n, o, p in levels
        ]
    )
    frames["schools"] = pd.DataFrame({"school_id": SCHOOLS, "school_name": ["Alder", "Birch", "Cedar"]})
    return frames


def _results(rnd: random.Random, place: dict[str, object]) -> list[dict[str, object]]:
    return [
        {
            **place, "assessment_id": "T", "subject": subject, "period": period, "standard_id": None,
            "scale_score": rnd.choice([None, 400.0, 410.0, 430.0]), "growth_target": 15.0,
            "performance_level": rnd.choice(["Low", "High", None]),
            "result_status": rnd.choice(["scored", "scored", "absent"]),
        }
        for subject in SUBJECTS for period in PERIODS for _ in range(1 + (rnd.random() < 0.1)) if rnd.random() < 0.8
    ]  # fmt: skip


def _both(seed: int, rule: Settings | None = None):
    """Return the same district twice: with sums, and without."""
    tables = _tables(seed)
    summed, plain = district(tables, rule), district(tables, rule)
    made = sum_up(
        lambda sql, values: summed._connection.execute(sql, list(values)),
        {name: len(frame) for name, frame in tables.items()}, summed.settings, fewest=0,
    )  # fmt: skip
    assert set(made) == set(cells.SUMMED)
    return summed, plain


def _without_answers(summed):
    """Return the same district as one whose snapshot is older than the answers: its sums are added up."""
    added = copy.copy(summed)
    added.__dict__["cells"] = {
        name: rules for name, rules in summed.cells.items() if not name.startswith("answers")
    }
    return added


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_sums_say_the_same_as_all_rows(seed: int, data: st.DataObject) -> None:
    _compared(seed, data)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_sums_say_the_same_as_all_rows_of_many_districts(seed: int, data: st.DataObject) -> None:
    _compared(seed, data)


def _compared(seed: int, data: st.DataObject) -> None:
    summed, plain = _both(seed)
    added = _without_answers(summed)
    for name, by in QUESTIONS:
        where = {"school_year": data.draw(st.sampled_from(YEARS))} if "school_year" not in by else {}
        if name in ("proficiency", "growth_target_met"):
            where |= {"assessment_id": "T"}
        if name == "proficiency":
            where |= {"period": data.draw(st.sampled_from(PERIODS))}
        if data.draw(st.booleans()):
            where["school_id"] = data.draw(st.lists(st.sampled_from(SCHOOLS), min_size=1, unique=True))
        if data.draw(st.booleans()):
            where["grade_level"] = [data.draw(st.sampled_from(["03", "04", "Not reported"]))]
        right = measure(plain, name, by=by, where=where)
        pd.testing.assert_frame_equal(measure(summed, name, by=by, where=where), right, rtol=1e-12)
        pd.testing.assert_frame_equal(measure(added, name, by=by, where=where), right, rtol=1e-12)
    for asked in (students_tested, students_tested_twice):
        pd.testing.assert_frame_equal(asked(summed, {"school_id": ["1"]}), asked(plain, {"school_id": ["1"]}))


def _listened(here) -> list[str]:
    """Return the statements that a district will have been asked, from now on."""
    seen: list[str] = []
    ask, rows = here.ask, here.rows
    here.ask = lambda sql, values=(): (seen.append(sql), ask(sql, values))[1]
    here.rows = lambda sql, values=(): (seen.append(sql), rows(sql, values))[1]
    return seen


def _asks_sums(here, name: str, **question) -> bool:
    """Whether a question is answered from sums, seen by the tables that it names."""
    seen = _listened(here)
    measure(here, name, **question)
    return any(f"{kind}_{name}" in sql for sql in seen for kind in ("cells", "groups", "answers"))


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("chronic_absence", {"by": ["school_id"]}),  # years are added together: who was there twice counts twice
        ("chronic_absence", {"where": {"school_year": YEARS}}),
        ("proficiency", {"by": ["school_id"], "where": {"school_year": YEARS[0], "assessment_id": "T", "period": "Fall"}}),
        ("incident_rate", {"where": {"school_year": YEARS[0], "subgroup": ["Female"]}}),
    ],
)  # fmt: skip
def test_a_question_in_which_somebody_could_count_twice_is_answered_from_all_rows(name, question) -> None:
    summed, plain = _both(7)
    assert not _asks_sums(summed, name, **question)
    pd.testing.assert_frame_equal(measure(summed, name, **question), measure(plain, name, **question))


LOOKED_UP = (
    ("enrollment", {"by": ["grade_level"], "where": {"school_year": YEARS[0]}}),
    ("chronic_absence", {"by": ["school_name"], "where": {"school_year": YEARS[0]}}),
    ("chronic_absence", {"by": ["subgroup"], "where": {"school_year": YEARS[0], "subgroup_type": "Gender"}}),
    ("proficiency", {"by": ["subject", "grade_level"],
        "where": {"school_year": YEARS[0], "assessment_id": "T", "period": "Fall", "school_id": "1"}}),
    ("incident_rate", {"by": ["school_id"], "where": {"school_year": YEARS[0], "school_id": ["1", "2"]}}),
)  # fmt: skip


def test_what_a_dashboard_asks_is_looked_up_and_not_added_up() -> None:
    summed, plain = _both(7)
    seen = _listened(summed)
    for name, question in LOOKED_UP:
        seen.clear()
        pd.testing.assert_frame_equal(measure(summed, name, **question), measure(plain, name, **question))
        asked = " ".join(seen)
        assert f"answers_{name}" in asked
        assert f"cells_{name}" not in asked
        assert f"several_{name}" not in asked


def test_schools_taken_together_are_added_up_because_somebody_may_be_in_both() -> None:
    summed, plain = _both(7)
    question = {"by": ["grade_level"], "where": {"school_year": YEARS[0], "school_id": ["1", "2"]}}
    pd.testing.assert_frame_equal(
        measure(summed, "enrollment", **question), measure(plain, "enrollment", **question)
    )
    looked_up = measure(summed, "enrollment", by=["school_id"], where={"school_year": YEARS[0]})
    together = measure(summed, "enrollment", where={"school_year": YEARS[0]})
    assert together["n"].sum() < looked_up["n"].sum()


def test_sums_made_by_another_rule_of_absence_are_left_aside() -> None:
    summed, _ = _both(7)
    question = {"by": ["school_id"], "where": {"school_year": YEARS[0]}}
    assert _asks_sums(summed, "chronic_absence", **question)
    summed.settings = Settings(absence=AbsenceRule(chronic_from=0.05))
    assert not _asks_sums(summed, "chronic_absence", **question)


def test_a_small_district_is_not_summed_up() -> None:
    assert sum_up(lambda *_: pytest.fail("nothing is to be written"), {"results": 99_999}, Settings()) == []
