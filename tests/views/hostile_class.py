"""A class of sixteen with names that a page must show and never obey, and one student of whom very much is known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import District, open_workspace, write_snapshot
from dataworkbench.workspace import new_workspace

YEAR = "2026-27"
YEARS = ("2023-24", "2024-25", "2025-26", "2026-27")
NAMES = (
    ("<script>alert(1)</script>", 'O"Neill & Sons'), ("نور", "الهاشمي"), ("שרה", "לוי"), ("Zoë 🦊", "D'Arcy"),
    ("{{ 7*7 }}", "<img src=x onerror=alert(2)>"), ("Li\u202eevil", "Wu"), ("A" * 60, "B" * 60),
    *((f"Pupil{at}", "Plain") for at in range(9)),
)  # fmt: skip
IDS = [f"00ZQ{at:03d}" for at in range(16)]
HEAVY, OTHER = IDS[0], IDS[7]
LONG = "I want to know why <b>bridges</b> hold, and to build one that does & tell everybody " * 4


def make(folder: Path) -> District:
    """Make a workspace of the class and return its district."""
    workspace = new_workspace(folder, district="Made-up district")
    rows = _roster() | _results() | _supports()
    tables = {
        name: pl.DataFrame(
            [{column: row.get(column) for column in TABLES[name].column_names} for row in held],
            schema=TABLES[name].polars_schema, orient="row", infer_schema_length=None,
        )
        for name, held in rows.items()
    }  # fmt: skip
    write_snapshot(workspace, tables)
    return open_workspace(folder)


def _roster() -> dict[str, list[dict[str, object]]]:
    return {
        "schools": [{"school_id": "S1", "school_name": "Alder <i>School</i>"}],
        "students": [
            {"student_id": who, "school_year": year, "sex": "Female" if at % 2 else "Male", "english_learner": "Yes" if at % 4 == 0 else "No"}
            for at, who in enumerate(IDS) for year in YEARS
        ],
        "identities": [{"student_id": who, "given_name": g, "family_name": f} for who, (g, f) in zip(IDS, NAMES, strict=True)],
        "enrollments": [
            {"student_id": who, "school_id": "S1", "school_year": year, "grade_level": f"0{at + 2}", "entry_date": date(int(year[:4]), 8, 20)}
            for who in IDS for at, year in enumerate(YEARS)
        ],
        "sections": [{"section_id": "M5", "school_id": "S1", "school_year": YEAR, "section_name": "Math <5>", "subject": "Mathematics", "grade_level": "05"}],
        "section_enrollments": [{"section_id": "M5", "student_id": who} for who in IDS],
        "attendance": [
            {"student_id": who, "school_id": "S1", "school_year": YEAR, "date": day, "absent": 1.0 if who == HEAVY and day.day == 2 else 0.0,
             "status": "absent" if who == HEAVY and day.day == 2 else "present"}
            for who in IDS for day in (date(2026, 9, 1), date(2026, 9, 2), date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5))
        ],
        "attendance_totals": [
            {"student_id": HEAVY, "school_id": "S1", "school_year": year, "days_enrolled": 180.0, "days_absent": 9.0} for year in YEARS[:-1]
        ],
    }  # fmt: skip


def _results() -> dict[str, list[dict[str, object]]]:
    standards = [
        {
            "standard_id": f"{code}.{grade}.{at}",
            "subject": subject,
            "grade_level": grade,
            "sequence": at,
            "statement": f"Does <b>{code}</b> thing {at} of grade {int(grade)} with some care, and can tell another person how and why.",
        }
        for code, subject in (("MA", "Mathematics"), ("EL", "English language arts"), ("SC", "Science"))
        for grade in ("04", "05", "06")
        for at in range(1, 6)
    ]
    checks = [
        {
            "student_id": who,
            "school_id": "S1",
            "school_year": YEAR,
            "assessment_id": "std",
            "subject": row["subject"],
            "standard_id": row["standard_id"],
            "grade_level": "05",
            "test_date": date(2026, 9, 10 + turn),
            "scale_score": 2.0 if (at + row["sequence"]) % 3 == 0 else 3.5,
            "result_status": "scored",
        }
        for at, who in enumerate(IDS)
        for row in standards
        if row["grade_level"] == "05"
        for turn in (1, 2)
    ]
    tests = [
        {
            "student_id": HEAVY,
            "school_id": "S1",
            "school_year": year,
            "assessment_id": test,
            "subject": subject,
            "grade_level": f"0{at + 2}",
            "test_date": date(int(year[:4]), 9, 15) + timedelta(days=100 * turn),
            "scale_score": 400.0 + 20 * at + 9 * turn,
            "score_error": 8.0 if test == "with_error" else None,
            "performance_level": "Met",
            "result_status": "scored",
        }
        for test in ("with_error", "without", "third")
        for subject in ("Mathematics", "English language arts")
        for at, year in enumerate(YEARS)
        for turn in range(3)
        if not (year == YEAR and turn)
    ]
    return {
        "assessments": [
            {"assessment_id": "std", "title": "Standards", "kind": "standards"},
            *({"assessment_id": test, "title": f"Test <{test}>", "kind": "diagnostic"} for test in ("with_error", "without", "third")),
        ],
        "performance_levels": [
            {"assessment_id": "with_error", "performance_level": level, "level_order": at, "proficient": at >= 3, "min_score": 300.0 + 50 * at}
            for at, level in enumerate(("Below", "Near", "Met", "Above"), start=1)
        ],
        "standards": standards,
        "results": [*checks, *tests],
    }  # fmt: skip


def _supports() -> dict[str, list[dict[str, object]]]:
    turns = [
        {
            "intervention_id": f"T{at}",
            "student_id": HEAVY,
            "school_id": "S1",
            "school_year": YEARS[1],
            "strategy": f"Tutoring <{at}> in a small group",
            "need": "Fluency & more",
            "start_date": date(2024, 10, 1) + timedelta(days=120 * at),
            "end_date": None if at == 5 else date(2025, 1, 10) + timedelta(days=120 * at),
            "exit_reason": "still running" if at == 5 else "completed",
            "planned_minutes": 600.0,
            "measure": "with_error",
            "baseline": 400.0,
            "goal": 420.0,
            "outcome": None if at == 5 else 415.0,
        }
        for at in range(6)
    ]
    return {
        "interventions": turns,
        "intervention_sessions": [
            {"intervention_id": turn["intervention_id"], "date": turn["start_date"] + timedelta(days=7 * at), "minutes": 30.0, "present": at != 3}
            for turn in turns for at in range(10)
        ],
        "learner_profiles": [
            {"student_id": HEAVY, "school_year": YEAR, "asked_on": date(2026, 9, 15), "topic": topic, "said_by": who, "words": f"{who} {topic} {LONG}"}
            for topic in ("goal", "challenge", "strength", "works best", "interests") for who in ("student", "teacher", "family")
        ],
    }  # fmt: skip
