"""What the checks say about tables with one thing wrong in each, and that they are silent about sound ones."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dataworkbench.checks import check_tables
from dataworkbench.schemas import TABLES


def table(name: str, rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TABLES[name].polars_schema)


YEAR = "2025-26"
DAYS = [dt.date(2025, 9, 1) + dt.timedelta(days=n) for n in range(10)]


def sound() -> dict[str, list[dict]]:
    """A small district about which nothing needs to be said: two schools, four students, ten days."""
    students = ["00001", "00002", "00003", "00004"]
    school = dict(zip(students, ["A", "A", "B", "B"], strict=True))
    return {
        "schools": [{"school_id": "A", "school_name": "Alder"}, {"school_id": "B", "school_name": "Birch"}],
        "students": [
            {"student_id": s, "school_year": YEAR, "sex": "Female", "race_ethnicity": "Asian", "english_learner": "No", "disability": "No", "economic_disadvantage": "Yes"}
            for s in students
        ],
        "identities": [{"student_id": s, "given_name": f"G{s}", "family_name": "X", "birth_date": dt.date(2015, 1, 1)} for s in students],
        "staff": [{"staff_id": "t", "school_id": "A", "role": "teacher"}],
        "enrollments": [
            {"student_id": s, "school_id": school[s], "school_year": YEAR, "grade_level": "03", "entry_date": dt.date(2025, 8, 18), "exit_date": None}
            for s in students
        ],
        "attendance": [
            {"student_id": s, "school_id": school[s], "school_year": YEAR, "date": day, "absent": 1.0 if s in ("00001", "00003") and n == 0 else 0.0}
            for s in students for n, day in enumerate(DAYS)
        ],
        "calendar": [{"school_id": c, "school_year": YEAR, "date": day} for c in "AB" for day in DAYS],
        "assessments": [{"assessment_id": "map", "scale_min": 100.0, "scale_max": 350.0}],
        "performance_levels": [{"assessment_id": "map", "performance_level": "High", "level_order": 1, "proficient": True}],
        "results": [
            {"student_id": s, "school_id": school[s], "school_year": YEAR, "period": "Fall", "assessment_id": "map", "subject": "Mathematics", "test_date": DAYS[0], "scale_score": 200.0, "performance_level": "High", "percentile": 50.0}
            for s in students
        ],
    }  # fmt: skip


def findings(rows: dict[str, list[dict]]) -> pl.DataFrame:
    return check_tables({name: table(name, held) for name, held in rows.items()})


def changed(name: str, place: int, **values) -> pl.DataFrame:
    rows = sound()
    rows[name][place] = {**rows[name][place], **values}
    return findings(rows)


def added(name: str, **values) -> pl.DataFrame:
    rows = sound()
    rows.setdefault(name, []).append(values)
    return findings(rows)


def only(found: pl.DataFrame, *words: str) -> dict:
    assert found.height == 1, found["message"].to_list()
    row = found.row(0, named=True)
    for word in words:
        assert word in row["message"] + row["examples"], row
    return row


def test_nothing_is_said_about_a_sound_district():
    assert findings(sound()).height == 0


def test_without_a_roster_it_is_said_what_to_bring():
    found = check_tables({})
    assert set(found["table"]) == {"schools", "students", "enrollments"}
    assert found["what_to_do"].str.contains("OneRoster").all()


def test_a_result_of_an_unknown_student_is_a_problem():
    found = added(
        "results",
        student_id="90009",
        school_id="A",
        school_year="2024-25",
        period="Fall",
        assessment_id="map",
        scale_score=200.0,
    )
    row = only(found, "1 row with a student id", "90009")
    assert (row["level"], row["table"], row["n"]) == ("problem", "results", 1)


def test_a_class_with_an_unknown_teacher_is_a_caution():
    found = added("sections", section_id="c", school_id="A", school_year=YEAR, staff_id="nobody")
    assert only(found, "staff id", "nobody")["level"] == "caution"


def test_staff_of_the_districts_office_need_no_school():
    assert added("staff", staff_id="d", school_id="office", role="administrator").height == 0


def test_an_exit_before_the_entry_is_a_problem():
    found = changed("enrollments", 0, exit_date=dt.date(2025, 8, 1))
    assert (
        "problem" in found.filter(pl.col("message").str.contains("exit before the entry"))["level"].to_list()
    )


def test_two_stays_at_once_are_seen_and_a_move_on_one_day_is_not():
    rows = sound()
    rows["enrollments"][0]["exit_date"] = dt.date(2025, 12, 1)
    again = {**rows["enrollments"][0], "school_id": "B", "exit_date": None}
    rows["enrollments"].append({**again, "entry_date": dt.date(2025, 12, 1)})
    assert findings(rows).height == 0
    rows["enrollments"][-1]["entry_date"] = dt.date(2025, 11, 15)
    only(findings(rows), "two stays at once", "00001")


def test_the_same_student_in_two_schools_without_dates_is_seen():
    rows = sound()
    rows["enrollments"] = [{**row, "entry_date": None} for row in rows["enrollments"]]
    assert findings(rows).height == 0
    rows["enrollments"].append({**rows["enrollments"][0], "school_id": "B"})
    only(findings(rows), "more than one school without dates", "00001")


def test_a_stay_without_a_grade_level_is_seen():
    only(changed("enrollments", 1, grade_level=None), "1 stay without a grade level", "00002")


def test_students_whose_group_nobody_reported_are_counted():
    row = only(changed("students", 2, race_ethnicity="Not reported"), "1 student of 4", "25%")
    assert row["n"] == 1


def test_a_program_that_nobody_brought_is_named():
    rows = sound()
    rows["students"] = [
        {**row, "disability": "NotSelected", "english_learner": None} for row in rows["students"]
    ]
    row = only(findings(rows), "english learner, disability")
    assert "economic" not in row["message"]


def test_a_school_without_students_is_seen():
    only(added("schools", school_id="C", school_name="Cedar"), "1 school without students", "C")


def test_a_school_that_lost_half_of_its_students_is_seen():
    rows = sound()
    for n in range(20):
        rows["students"].append({**rows["students"][0], "student_id": f"1{n:04d}", "school_year": "2024-25"})
        rows["enrollments"].append(
            {
                **rows["enrollments"][0],
                "student_id": f"1{n:04d}",
                "school_year": "2024-25",
                "entry_date": dt.date(2024, 8, 18),
                "exit_date": dt.date(2025, 6, 5),
            }
        )
    only(findings(rows), "fewer than half", "A in 2025-26: 2 after 20")


def test_one_person_under_two_numbers_is_seen_without_naming_the_person():
    row = only(
        changed("identities", 1, given_name="g00001"), "name and birth date of another", "00001, 00002"
    )
    assert "G00001" not in row["message"] + row["examples"].replace("00001", "")


def test_identifiers_that_lost_their_zeros_are_seen():
    rows = sound()
    rows["students"].append({**rows["students"][0], "student_id": "5"})
    rows["enrollments"].append({**rows["enrollments"][0], "student_id": "5"})
    rows["results"].append({**rows["results"][0], "student_id": "00005"})
    found = findings(rows)
    assert "not equally long" in " ".join(found["message"])


def test_more_days_absent_than_enrolled_are_a_problem():
    found = added(
        "attendance_totals",
        student_id="00001",
        school_id="A",
        school_year=YEAR,
        days_enrolled=10.0,
        days_absent=11.0,
    )
    assert only(found, "more days absent", "00001")["level"] == "problem"


def test_attendance_of_one_school_that_stops_early_is_seen():
    rows = sound()
    rows["attendance"] = [
        row for row in rows["attendance"] if row["school_id"] == "A" or row["date"] <= DAYS[4]
    ]
    only(findings(rows), "ends earlier", "B (last day 2025-09-05)")
    rows["attendance"].append({**rows["attendance"][-1], "date": DAYS[5], "absent": 0.0})
    assert findings(rows).height == 0  # four days behind is within what is usual


def test_a_school_without_attendance_is_seen():
    rows = sound()
    rows["attendance"] = [row for row in rows["attendance"] if row["school_id"] == "A"]
    only(findings(rows), "without attendance", "B")


def test_a_school_in_which_nobody_is_ever_absent_is_seen():
    rows = sound()
    many = [{**rows["attendance"][-1], "student_id": "00004", "absent": 0.0}] * 0
    rows["attendance"] = [
        {**row, "absent": 0.0} if row["school_id"] == "B" else row for row in rows["attendance"]
    ]
    assert findings(rows).height == 0  # twenty rows are too few to tell
    first = dt.date(2025, 9, 11)
    days = [first + dt.timedelta(days=n) for n in range(100)]
    rows["calendar"] += [{"school_id": c, "school_year": YEAR, "date": day} for c in "AB" for day in days]
    many += [
        {**row, "date": day}
        for row in (rows["attendance"][0], rows["attendance"][-1], rows["attendance"][-11])
        for day in days
    ]
    only(findings({**rows, "attendance": rows["attendance"] + many}), "nobody was ever absent", "B")


def test_attendance_before_the_entry_or_after_the_exit_is_seen():
    only(changed("enrollments", 3, entry_date=DAYS[2]), "2 days of 1 student", "00004")
    only(changed("enrollments", 3, exit_date=DAYS[9]), "1 day of 1 student", "00004")


def test_attendance_on_a_day_off_the_calendar_is_seen():
    rows = sound()
    rows["calendar"] = [row for row in rows["calendar"] if row["date"] != DAYS[3]]
    only(findings(rows), "2 school days that are not in the calendar", "2025-09-04")


@pytest.mark.parametrize("score", [99.0, 351.0])
def test_a_score_outside_of_its_scale_is_a_problem(score):
    assert (
        only(changed("results", 0, scale_score=score), "1 score of 'map' outside of its scale")["level"]
        == "problem"
    )


def test_a_level_that_nobody_defined_is_seen():
    only(changed("results", 0, performance_level="Hgih"), "not defined", "Hgih")


def test_a_result_of_a_student_who_is_not_enrolled_that_year_is_seen():
    rows = sound()
    rows["students"].append({**rows["students"][0], "student_id": "00009"})
    rows["results"].append({**rows["results"][0], "student_id": "00009"})
    only(findings(rows), "without an enrollment", "00009")


def test_an_odd_percentile_is_seen():
    only(changed("results", 0, percentile=100.0), "not between 1 and 99", "00001")


def test_two_results_of_one_student_on_one_day_are_mentioned():
    rows = sound()
    rows["results"].append({**rows["results"][0], "scale_score": 210.0})
    assert only(findings(rows), "same student, test and day")["level"] == "info"


def test_more_answers_than_invitations_are_seen():
    rows = sound()
    rows["surveys"] = [
        {"survey_id": "s", "role": "staff", "school_year": YEAR, "period": "Fall", "invited": 1}
    ]
    rows["survey_items"] = [{"survey_id": "s", "role": "staff", "item_id": "i"}]
    rows["survey_responses"] = [
        {
            "survey_id": "s",
            "role": "staff",
            "respondent_id": r,
            "item_id": "i",
            "school_year": YEAR,
            "period": "Fall",
            "answer": 3,
        }
        for r in "ab"
    ]
    only(findings(rows), "more people answering", "s")


def test_the_gravest_findings_come_first():
    rows = sound()
    rows["results"].append({**rows["results"][0], "scale_score": 210.0})
    rows["results"][1]["scale_score"] = 9.0
    rows["schools"].append({"school_id": "C", "school_name": "Cedar"})
    assert findings(rows)["level"].to_list() == ["problem", "caution", "info"]
