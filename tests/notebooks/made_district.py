"""A made-up district of two schools with a little of every table, for running notebooks in tests."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import Workspace, new_workspace

YEARS = ("2024-25", "2025-26", "2026-27")
GRADES = ("03", "04", "05")
SCHOOLS = {"S001": "Alder Elementary School", "S002": "Birch <b>Elementary</b> School"}
STUDENTS = [f"00ZQ{at:04d}" for at in range(1, 121)]
SUBJECTS = ("Mathematics", "English language arts")
LEVELS = ("Below", "Early", "Met", "Above")
ITEMS = ("rigor", "help", "belonging")
ROSTER_ONLY = ("schools", "students", "identities", "staff", "enrollments", "sections", "section_enrollments")


def school_of(student: str) -> str:
    return "S001" if int(student[-4:]) % 2 else "S002"


def grade_of(student: str, year: str) -> str:
    return GRADES[(int(student[-4:]) + YEARS.index(year)) % 3]


def start_of(year: str) -> date:
    return date(int(year[:4]), 8, 24)


def make(folder: Path, *, only: tuple[str, ...] = ()) -> Workspace:
    """Make a workspace with a snapshot of the district; ``only`` names the tables that were brought."""
    workspace = new_workspace(folder, district="Made-up district")
    write_snapshot(workspace, {name: held for name, held in frames().items() if not only or name in only})
    return workspace


def frames() -> dict[str, pl.DataFrame]:
    """Return the tables of the district, in the shape of the canonical tables."""
    rows = _roster() | _tests() | _classroom() | _series() | _people_said() | _situation()
    full = {name: [_full(name, row) for row in held] for name, held in rows.items()}
    return {
        name: pl.DataFrame(held, schema=TABLES[name].polars_schema, orient="row", infer_schema_length=None)
        for name, held in full.items()
    }


def _full(name: str, row: dict[str, object]) -> dict[str, object]:
    return {column: row.get(column) for column in TABLES[name].column_names}


def _roster() -> dict[str, list[dict[str, object]]]:
    rnd = random.Random(1)
    students = [
        {
            "student_id": student, "school_year": year, "sex": rnd.choice(["Female", "Male"]),
            "race_ethnicity": ["White", "Hispanic or Latino", "Asian"][int(student[-4:]) % 3],
            "english_learner": "Yes" if int(student[-4:]) % 5 == 0 else "No", "disability": "No",
            "economic_disadvantage": "Yes" if int(student[-4:]) % 4 == 0 else "NotSelected",
            "home_zone": ("North <i>", "South")[int(student[-4:]) % 7 > 2],
        }
        for student in STUDENTS for year in YEARS
    ]  # fmt: skip
    stays = [
        {
            "student_id": student, "school_id": school_of(student), "school_year": year,
            "grade_level": grade_of(student, year), "entry_date": start_of(year),
            "exit_date": None if year == YEARS[-1] else start_of(year) + timedelta(days=280),
        }
        for student in STUDENTS for year in YEARS
    ]  # fmt: skip
    sections = [
        {
            "section_id": f"{school}-{grade}-{subject[:4]}", "school_id": school, "school_year": YEARS[-1],
            "subject": subject, "grade_level": grade, "staff_id": f"{school}-T{grade}",
        }
        for school in SCHOOLS for grade in GRADES for subject in SUBJECTS
    ]  # fmt: skip
    return {
        "schools": [{"school_id": held, "school_name": name, "level": "Elementary"} for held, name in SCHOOLS.items()],
        "students": students,
        "identities": [
            {"student_id": student, "given_name": f"Given{student[-4:]}", "family_name": "O'Famil<y>"} for student in STUDENTS
        ],
        "staff": [
            {"staff_id": f"{school}-T{grade}", "school_id": school, "role": "teacher", "years_experience": 3.0}
            for school in SCHOOLS for grade in GRADES
        ],
        "enrollments": stays,
        "sections": sections,
        "section_enrollments": [
            {"section_id": f"{school_of(s)}-{grade_of(s, YEARS[-1])}-{subject[:4]}", "student_id": s}
            for s in STUDENTS for subject in SUBJECTS
        ],
    }  # fmt: skip


def _tests() -> dict[str, list[dict[str, object]]]:
    rnd = random.Random(2)
    results: list[dict[str, object]] = []
    for student in STUDENTS:
        able = rnd.gauss(500, 20)
        for year in YEARS:
            for subject in SUBJECTS:
                results += _windows(rnd, student, year, subject, able)
    standards = [
        {"standard_id": f"{subject[:4].upper()}.{grade}.{at}", "subject": subject, "grade_level": grade,
         "strand": "Numbers" if at < 3 else "Shapes", "statement": f"Does thing {at}", "sequence": at}
        for subject in SUBJECTS for grade in GRADES for at in (1, 2, 3)
    ]  # fmt: skip
    for student in STUDENTS:
        results += _standard_scores(rnd, student)
        results += _tickets(rnd, student)
    levels = [
        {"assessment_id": "iready", "performance_level": level, "level_order": at, "proficient": at >= 3}
        for at, level in enumerate(LEVELS, start=1)
    ]
    return {
        "assessments": [
            {"assessment_id": "iready", "title": "Made-up test", "kind": "diagnostic", "scale_min": 100.0, "scale_max": 800.0},
            {"assessment_id": "standards", "title": "Standards check", "kind": "standards", "scale_min": 1.0, "scale_max": 4.0},
            {"assessment_id": "exit_ticket", "title": "Exit ticket", "kind": "exit ticket"},
        ],
        "performance_levels": levels,
        "standards": standards,
        "results": results,
    }  # fmt: skip


def _windows(
    rnd: random.Random, student: str, year: str, subject: str, able: float
) -> list[dict[str, object]]:
    periods = ["Fall"] if year == YEARS[-1] else ["Fall", "Winter", "Spring"]
    score = able + 15 * YEARS.index(year)
    made = []
    for at, period in enumerate(periods):
        now = round(score + 6 * at + rnd.gauss(0, 8))
        made.append(
            {
                "student_id": student, "school_id": school_of(student), "school_year": year, "period": period,
                "assessment_id": "iready", "subject": subject, "grade_level": grade_of(student, year),
                "test_date": start_of(year) + timedelta(days=20 + 90 * at), "scale_score": float(now),
                "score_error": 6.0, "growth_percentile": float(rnd.randint(1, 99)) if period == "Spring" else None,
                "performance_level": LEVELS[min(3, max(0, (now - 470) // 20))], "percentile": 50.0,
                "growth_target": 12.0, "met_growth_target": now - score >= 12 if period == "Spring" else None,
                "result_status": "scored",
            }
        )  # fmt: skip
    return made


def _standard_scores(rnd: random.Random, student: str) -> list[dict[str, object]]:
    grade = grade_of(student, YEARS[-1])
    return [
        {
            "student_id": student, "school_id": school_of(student), "school_year": YEARS[-1], "period": "Fall",
            "assessment_id": "standards", "subject": subject, "standard_id": f"{subject[:4].upper()}.{grade}.{at}",
            "grade_level": grade, "test_date": date(2026, 9, 10 + turn), "scale_score": float(rnd.choice([1, 2, 3, 4])),
            "result_status": "scored", "section_id": f"{school_of(student)}-{grade}-{subject[:4]}",
        }
        for subject in SUBJECTS for at in (1, 2, 3) for turn in (1, 2)
    ]  # fmt: skip


def _tickets(rnd: random.Random, student: str) -> list[dict[str, object]]:
    grade = grade_of(student, YEARS[-1])
    return [
        {
            "student_id": student, "school_id": school_of(student), "school_year": YEARS[-1], "period": "Fall",
            "assessment_id": "exit_ticket", "subject": "Mathematics", "standard_id": f"MATH.{grade}.1",
            "grade_level": grade, "test_date": date(2026, 10, 5 + 3 * after), "points": float(rnd.randint(0, 3) + 2 * after),
            "points_possible": 5.0, "moment": "post" if after else "pre", "result_status": "scored",
            "section_id": f"{school_of(student)}-{grade}-Math",
        }
        for after in (0, 1)
    ]  # fmt: skip


def _classroom() -> dict[str, list[dict[str, object]]]:
    rnd = random.Random(3)
    days = [date(2026, 8, 24) + timedelta(days=at) for at in range(40) if at % 7 < 5]
    attendance = [
        {"student_id": s, "school_id": school_of(s), "school_year": YEARS[-1], "date": day, "absent": missed,
         "status": "absent" if missed else "present", "excused": "NotSelected"}
        for s in STUDENTS for day in days for missed in (1.0 if rnd.random() < 0.08 else 0.0,)
    ]  # fmt: skip
    totals = [
        {"student_id": s, "school_id": school_of(s), "school_year": year, "days_enrolled": 180.0,
         "days_absent": float(rnd.randint(0, 30)), "grade_level": grade_of(s, year)}
        for s in STUDENTS for year in YEARS[:-1]
    ]  # fmt: skip
    incidents = [
        {"incident_id": f"I{at}", "student_id": STUDENTS[at * 3], "school_id": school_of(STUDENTS[at * 3]),
         "school_year": YEARS[at % 3], "date": start_of(YEARS[at % 3]) + timedelta(days=30 + at),
         "behavior": "School Code of Conduct", "action": "Conference", "days_removed": 0.0, "location": "Hall"}
        for at in range(24)
    ]  # fmt: skip
    visits = [
        {"visit_id": f"V{at}", "observer_id": observer, "staff_id": f"S00{at % 2 + 1}-T{GRADES[at % 3]}",
         "school_id": f"S00{at % 2 + 1}", "school_year": year, "period": "Fall", "date": start_of(year) + timedelta(days=at),
         "rubric_id": "learning_environment", "element_id": element, "score": rnd.randint(1, 4), "grade_level": GRADES[at % 3]}
        for year in YEARS for at in range(20) for element in ("questioning", "routines")
        for observer in (("A", "B") if at % 2 else ("A",))
    ]  # fmt: skip
    return {
        "attendance": attendance, "attendance_totals": totals, "incidents": incidents, "observations": visits,
        "professional_learning": [
            {"activity_id": f"P{year}", "staff_id": f"S001-T{grade}", "school_id": "S001", "school_year": year,
             "date": start_of(year) + timedelta(days=8), "topic": "Questioning", "rubric_element": "questioning", "hours": 2.0,
             "format": "Workshop"} for year in YEARS for grade in GRADES
        ],
        "time_use": [
            {"section_id": f"{school}-{grade}-Math", "school_id": school, "school_year": YEARS[-1], "date": date(2026, 9, day),
             "use": use, "minutes_scheduled": 30.0, "minutes_used": 20.0 + at}
            for school in SCHOOLS for grade in GRADES for day in (9, 16) for at, use in enumerate(("Whole class", "Small group", "Transition"))
        ],
    }  # fmt: skip


def _series() -> dict[str, list[dict[str, object]]]:
    """Rows that follow something over time, and those that others published."""
    rnd = random.Random(5)
    days = [date(2026, 8, 24) + timedelta(days=at) for at in range(40) if at % 7 < 5]
    return {
        "calendar": [
            {"school_id": school, "school_year": YEARS[-1], "date": day, "instructional_minutes": 360.0}
            for school in SCHOOLS for day in days
        ],
        "attendance_events": [
            {"student_id": student, "school_id": school_of(student), "school_year": YEARS[-1], "date": days[at % 20],
             "absent": float(at % 2), "status": ("tardy", "absent")[at % 2], "excused": "No", "code": ("T", "A")[at % 2]}
            for at, student in enumerate(STUDENTS[:30])
        ],
        "participation": [
            {"student_id": student, "school_id": school_of(student), "school_year": YEARS[-1], "program": "Reading online",
             "date": day, "active": True, "logins": 2, "resources": 3, "minutes": float(rnd.randint(5, 40))}
            for student in STUDENTS[:60] for day in days[:4]
        ],
        "intervention_series": [
            {"intervention_id": f"T{at}", "student_id": STUDENTS[at], "measure": "Words read right in a minute", "session": week + 1,
             "date": date(2025, 9, 5) + timedelta(days=7 * week), "phase": "A" if week < 4 else "B",
             "value": float(40 + 2 * max(0, week - 3) + rnd.randint(-3, 3))}
            for at in range(6) for week in range(14)
        ],
        "published_figures": [
            {"source": "A made-up state", "place_kind": kind, "place_id": place, "place_name": name, "school_year": year,
             "period": "Year", "subgroup_type": "All students", "subgroup": "All students", "figure": "graduation rate",
             "unit": "percent", "n": n, "status": "exact", "value": 80.0 + at, "low": 80.0 + at, "high": 80.0 + at,
             "as_published": str(80 + at)}
            for at, year in enumerate(YEARS[:-1])
            for kind, place, name, n in (("district", "0100005", "Made-up district", 120), ("state", "", "A made-up state", 9000))
        ],
    }  # fmt: skip


def _people_said() -> dict[str, list[dict[str, object]]]:
    rnd = random.Random(4)
    asked = {"student": 60, "family": 30, "staff": 20}
    answers = [
        {"survey_id": "survey_fall", "role": role, "respondent_id": f"{role}{at}", "item_id": item,
         "school_id": "S001" if at % 2 else "S002", "school_year": YEARS[-1], "period": "Fall",
         "grade_level": GRADES[at % 3] if role == "student" else None, "answer": rnd.randint(1, 5)}
        for role, many in asked.items() for at in range(many) for item in ITEMS
    ]  # fmt: skip
    turns = [
        {"intervention_id": f"T{at}", "student_id": STUDENTS[at], "school_id": school_of(STUDENTS[at]), "school_year": YEARS[1],
         "grade_level": grade_of(STUDENTS[at], YEARS[1]), "strategy": ("Tutoring", "Check-in")[at % 2], "need": "Fluency",
         "tier": 2, "start_date": date(2025, 10, 1), "planned_end": date(2026, 1, 30), "end_date": date(2026, 1, 30),
         "exit_reason": ("completed", "stopped")[at % 5 == 0], "group_size": 4, "planned_minutes": 600.0, "fidelity": 0.8,
         "measure": "iready", "subject": "Mathematics", "baseline": 480.0, "goal": 495.0, "outcome": 480.0 + rnd.gauss(12, 8)}
        for at in range(40)
    ]  # fmt: skip
    return {
        "surveys": [
            {"survey_id": "survey_fall", "role": role, "title": "Learning survey", "school_year": YEARS[-1], "period": "Fall",
             "invited": 2 * many} for role, many in asked.items()
        ],
        "survey_items": [
            {"survey_id": "survey_fall", "role": role, "item_id": item, "pair_id": item, "topic": item.capitalize(),
             "wording": f"About {item}", "choices": 5, "reversed": False} for role in asked for item in ITEMS
        ],
        "survey_responses": answers,
        "interventions": turns,
        "intervention_sessions": [
            {"intervention_id": turn["intervention_id"], "date": date(2025, 10, 5) + timedelta(days=7 * at), "minutes": 30.0,
             "present": True, "engaged": 3} for turn in turns for at in range(10)
        ],
        "learner_profiles": [
            {"student_id": student, "school_year": YEARS[-1], "asked_on": date(2026, 9, 15), "topic": "interests",
             "said_by": "student", "words": "Drawing <b>maps</b>"} for student in STUDENTS[:30]
        ],
    }  # fmt: skip


def _situation() -> dict[str, list[dict[str, object]]]:
    """What is known beside the systems: staff by year, learning models, the curriculum, life outside school."""
    classes = [(school, grade, subject) for school in SCHOOLS for grade in GRADES for subject in SUBJECTS]
    return {
        "staff_years": [
            {"staff_id": f"{school}-T{grade}", "school_id": school, "school_year": year, "role": "teacher",
             "years_experience": 2.0 + at, "full_time_share": 1.0}
            for school in SCHOOLS for grade in GRADES for at, year in enumerate(YEARS) if at or grade != "05"
        ],
        "learning_models": [
            {"section_id": f"{school}-{grade}-{subject[:4]}", "school_id": school, "school_year": YEARS[-1],
             "learning_model": ("station rotation", "flex", None)[at % 3]}
            for at, (school, grade, subject) in enumerate(classes)
        ],
        "curriculum": [
            {"school_year": YEARS[-1], "school_id": school, "section_id": f"{school}-{grade}-{subject[:4]}", "subject": subject,
             "grade_level": grade, "unit_name": f"Unit {at}: <b>Things</b>", "unit_order": at,
             "standard_id": f"{subject[:4].upper()}.{grade}.{at}", "planned_on": date(2026, 9, at),
             "taught_on": date(2026, 9, 6 + 2 * at) if at < 3 else None, "minutes": 100.0 if at < 3 else None}
            for school, grade, subject in classes for at in (1, 2, 3)
        ],
        "context_factors": [
            *({"school_id": school, "factor": "Families with internet at home", "value": 90.0, "unit": "percent", "school_year": YEARS[1],
               "source": "Family survey"} for school in SCHOOLS),
            *({"home_zone": zone, "factor": "Median household income", "value": value, "unit": "dollars", "school_year": YEARS[1],
               "source": "Area survey <2026>"} for zone, value in (("North <i>", 50_000.0), ("South", 60_000.0))),
        ],
    }  # fmt: skip
