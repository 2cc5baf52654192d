"""Districts in memory in which truly nothing differs, to count how often a screen of the workbench raises an alarm all the same.

What "nothing differs" means: every student's scores, absence, incidents and answers are drawn from one and the same
distribution, whatever the school, grade level, subgroup, bus route, class or support; teachers and observers likewise. What
stays is what makes ordinary figures move: students have an ability of their own (seven tenths of the variance of a score) and
good and bad days (three tenths), so low scores rise by themselves; some students miss much of school, in both years alike;
observers err; support goes to students with low scores, by lot among them, and does nothing.

Two more kinds are made where "nothing differs" is meant more narrowly. With ``unlike="schools"`` schools have different
abilities, as real schools have (a standard deviation of 0.35, which is an eighth of the variance of a score), while within a
school nothing differs. With ``unlike="groups"`` there are besides old gaps: English learners stand 0.7 standard deviations lower
and students with a disability 0.6, in every year alike, and classes are made by last year's scores; nothing moves anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from dataworkbench.terms import RACES
from dataworkbench.warehouse import District, district_from_frames

YEARS: Final = ("2024-25", "2025-26", "2026-27")
BEFORE, NOW = YEARS[1:]
SUBJECTS: Final = ("Mathematics", "English language arts")
SITTINGS: Final = tuple((year, period) for year in YEARS for period in ("Fall", "Spring"))[:-1]
GRADES: Final = ("01", "02", "03", "04", "05")
ITEMS: Final = ("rigor", "help", "belonging", "voice")
ELEMENTS: Final = ("questioning", "routines", "feedback")
POINTS, GAIN, CUT = 20.0, 8.0, 0.25
"""Points of a standard deviation, points gained between two sittings by everybody, and where proficiency begins (in standard deviations)."""

Chance = np.random.Generator
Unlike = Literal["", "schools", "groups"]
UNLIKE: Final[tuple[Unlike, ...]] = ("", "schools", "groups")


@dataclass(frozen=True)
class Size:
    """How large a district is."""

    schools: int = 3
    students: int = 100
    teachers: int = 12


def make(seed: int, size: Size | None = None, *, unlike: Unlike = "") -> District:
    """Return a district without effects; the same seed makes the same one."""
    chance, size = np.random.default_rng([seed, 20261113]), size or Size()
    people = _people(chance, size)
    effect = chance.normal(0, 0.35, size.schools) if unlike else np.zeros(size.schools)
    roster = _roster(chance, people, size)
    behind = _behind(roster["students"]) * (unlike == "groups")
    lasting = {
        subject: chance.normal(0, np.sqrt(0.7), len(people)) + effect[people["school"]] - behind
        for subject in SUBJECTS
    }
    results = _results(chance, people, lasting)
    return district_from_frames(
        {
            **roster,
            **_classes(chance, people, size, results if unlike == "groups" else None),
            **_tests(),
            "results": pd.concat([results, _tickets(chance, people)], ignore_index=True),
            "attendance_totals": _absences(chance, people),
            "incidents": _incidents(chance, people),
            "interventions": _interventions(chance, people, results),
            **_surveys(chance, people, size),
            **_observations(chance, size),
        }
    )


def _people(chance: Chance, size: Size) -> pd.DataFrame:
    many = size.schools * size.students
    return pd.DataFrame(
        {
            "student_id": [f"ZQ{at:05d}" for at in range(many)],
            "school": np.repeat(np.arange(size.schools), size.students),
            "grade": np.tile(np.arange(size.students) % 3, size.schools),
            "class": chance.permutation(many) % 2,
        }
    )


def _school(people: pd.DataFrame) -> list[str]:
    return [f"S{at + 1:03d}" for at in people["school"]]


def _grade(people: pd.DataFrame, year: str) -> list[str]:
    return [GRADES[at + YEARS.index(year)] for at in people["grade"]]


def _roster(chance: Chance, people: pd.DataFrame, size: Size) -> dict[str, pd.DataFrame]:
    many = len(people)
    about = {
        "sex": chance.choice(["Female", "Male"], many),
        "race_ethnicity": chance.choice(RACES[:7], many, p=[0.02, 0.08, 0.15, 0.27, 0.01, 0.05, 0.42]),
        "english_learner": chance.choice(["Yes", "No"], many, p=[0.18, 0.82]),
        "disability": chance.choice(["Yes", "No"], many, p=[0.15, 0.85]),
        "economic_disadvantage": chance.choice(["Yes", "No", "NotSelected"], many, p=[0.45, 0.5, 0.05]),
        "gifted": chance.choice(["Yes", "No"], many, p=[0.1, 0.9]),
        "bus_route": [
            None if route == 4 else f"Route {school * 4 + route + 1}"
            for school, route in zip(people["school"], chance.integers(0, 5, many), strict=True)
        ],
    }
    students, stays = [], []
    for year in YEARS:
        first = date(int(year[:4]), 8, 17)
        late = chance.random(many) < 0.06
        students.append(pd.DataFrame({"student_id": people["student_id"], "school_year": year, **about}))
        stays.append(
            pd.DataFrame(
                {
                    "student_id": people["student_id"], "school_id": _school(people), "school_year": year,
                    "grade_level": _grade(people, year), "entry_date": [first + timedelta(days=60 * bool(one)) for one in late],
                }
            )
        )  # fmt: skip
    return {
        "schools": pd.DataFrame(
            {"school_id": [f"S{at + 1:03d}" for at in range(size.schools)], "school_name": [f"School {at + 1}" for at in range(size.schools)]}
        ),
        "students": pd.concat(students, ignore_index=True),
        "enrollments": pd.concat(stays, ignore_index=True),
    }  # fmt: skip


def _behind(students: pd.DataFrame) -> Any:
    """How far each student's groups have always stood lower, in standard deviations."""
    now = students[students["school_year"] == NOW]
    return (0.7 * (now["english_learner"] == "Yes") + 0.6 * (now["disability"] == "Yes")).to_numpy(float)


def _split(chance: Chance, people: pd.DataFrame, subject: str, results: pd.DataFrame | None) -> Any:
    """Which of two classes each student is in: by lot, or, where there are results, by last autumn's score."""
    if results is None:
        return chance.permutation(len(people)) % 2
    last = results[(results["assessment_id"] == "interim") & (results["subject"] == subject)]
    last = last[(last["school_year"] == BEFORE) & (last["period"] == "Fall")].set_index("student_id")
    score = people["student_id"].map(last["scale_score"])
    return (score > score.groupby([people["school"], people["grade"]]).transform("median")).astype(int)


def _classes(
    chance: Chance, people: pd.DataFrame, size: Size, results: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    sections, seats = [], []
    for subject in SUBJECTS:
        split = _split(chance, people, subject, results)
        ids = [
            f"{school}-{grade}-{subject[:4]}-{one}"
            for school, grade, one in zip(_school(people), _grade(people, NOW), split, strict=True)
        ]
        seats.append(pd.DataFrame({"section_id": ids, "student_id": people["student_id"]}))
        sections += [
            {
                "section_id": id_,
                "school_id": id_[:4],
                "school_year": NOW,
                "subject": subject,
                "grade_level": id_[5:7],
            }
            for id_ in sorted(set(ids))
        ]
    staff = [
        {"staff_id": f"T{school}-{at}", "school_id": f"S{school + 1:03d}", "role": "teacher"}
        for school in range(size.schools) for at in range(size.teachers)
    ]  # fmt: skip
    return {
        "sections": pd.DataFrame(sections),
        "section_enrollments": pd.concat(seats, ignore_index=True),
        "staff": pd.DataFrame(staff),
    }


def _tests() -> dict[str, pd.DataFrame]:
    levels = [
        (test, level, at, at == 2)
        for test in ("interim", "state")
        for at, level in ((1, "Below"), (2, "Met"))
    ]
    return {
        "assessments": pd.DataFrame(
            {
                "assessment_id": ["interim", "state", "exit_ticket"], "title": ["Interim", "State test", "Exit ticket"],
                "kind": ["diagnostic", "summative", "exit ticket"],
            }
        ),
        "performance_levels": pd.DataFrame(levels, columns=["assessment_id", "performance_level", "level_order", "proficient"]),
    }  # fmt: skip


def _results(chance: Chance, people: pd.DataFrame, lasting: dict[str, Any]) -> pd.DataFrame:
    frames = []
    for subject in SUBJECTS:
        first = np.zeros(len(people))
        for at, (year, period) in enumerate(SITTINGS):
            place = lasting[subject] + chance.normal(0, np.sqrt(0.3), len(people))
            score = np.round(500 + GAIN * at + POINTS * place, 1)
            frame = _sitting(people, (year, period), ("interim", subject), score, place)
            if period == "Spring":
                frame = frame.assign(growth_target=GAIN, met_growth_target=score - first >= GAIN)
                told = lasting[subject] + chance.normal(0, np.sqrt(0.3), len(people))
                frames.append(
                    _sitting(people, (year, period), ("state", subject), np.round(500 + 20 * told, 1), told)
                )
            first = score
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _sitting(
    people: pd.DataFrame, when: tuple[str, str], what: tuple[str, str], score: Any, place: Any
) -> pd.DataFrame:
    (year, period), (test, subject) = when, what
    day = date(int(year[:4]), 9, 10) if period == "Fall" else date(int(year[:4]) + 1, 5, 10)
    return pd.DataFrame(
        {
            "student_id": people["student_id"], "school_id": _school(people), "school_year": year, "period": period,
            "assessment_id": test, "subject": subject, "grade_level": _grade(people, year), "test_date": day,
            "scale_score": score, "performance_level": np.where(place >= CUT, "Met", "Below"), "result_status": "scored",
        }
    )  # fmt: skip


def _tickets(chance: Chance, people: pd.DataFrame) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "student_id": people["student_id"], "school_id": _school(people), "school_year": NOW, "assessment_id": "exit_ticket",
                "subject": SUBJECTS[0], "grade_level": _grade(people, NOW), "test_date": date(2026, 10, 1 + at),
                "points": chance.binomial(10, 0.5 + 0.15 * at, len(people)).astype(float), "points_possible": 10.0,
                "moment": moment, "result_status": "scored",
                "section_id": [f"{s}-{g}" for s, g in zip(_school(people), _grade(people, NOW), strict=True)],
            }
        )
        for at, moment in enumerate(("pre", "post"))
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _absences(chance: Chance, people: pd.DataFrame) -> pd.DataFrame:
    usual = np.clip(chance.beta(1.2, 20, len(people)), 0, 0.6)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "student_id": people["student_id"], "school_id": _school(people), "school_year": year, "days_enrolled": 100.0,
                    "days_absent": chance.binomial(100, usual).astype(float), "grade_level": _grade(people, year),
                }
            )
            for year in YEARS
        ],
        ignore_index=True,
    )  # fmt: skip


def _incidents(chance: Chance, people: pd.DataFrame) -> pd.DataFrame:
    had = np.repeat(np.arange(len(people)), chance.poisson(0.5, len(people)))
    return pd.DataFrame(
        {
            "incident_id": [f"I{at}" for at in range(len(had))], "student_id": people["student_id"].to_numpy()[had],
            "school_id": np.array(_school(people))[had], "school_year": chance.choice(YEARS, len(had)), "date": date(2026, 10, 5),
            "days_removed": 0.0,
        }
    )  # fmt: skip


def _interventions(chance: Chance, people: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Last year and this year: the lowest two fifths in the autumn, half of them by lot; nothing is done to their scores."""
    maths = results[(results["assessment_id"] == "interim") & (results["subject"] == SUBJECTS[0])]
    return pd.concat([_turns(chance, people, maths, year) for year in (BEFORE, NOW)], ignore_index=True)


def _turns(chance: Chance, people: pd.DataFrame, maths: pd.DataFrame, year: str) -> pd.DataFrame:
    wide = maths[maths["school_year"] == year].pivot_table(
        index="student_id", columns="period", values="scale_score"
    )
    low = people[people["student_id"].map(wide["Fall"]) <= wide["Fall"].quantile(0.4)]
    picked = low[chance.random(len(low)) < 0.5]
    before, over = picked["student_id"].map(wide["Fall"]), year == BEFORE
    return pd.DataFrame(
        {
            "intervention_id": [f"V{year}-{at}" for at in range(len(picked))], "student_id": picked["student_id"].to_list(),
            "school_id": _school(picked), "school_year": year, "grade_level": _grade(picked, year), "strategy": "Tutoring",
            "need": "Fluency", "tier": 2, "start_date": date(int(year[:4]), 10, 1),
            "end_date": date(int(year[:4]) + 1, 4, 1) if over else None, "exit_reason": "completed" if over else "still running",
            "planned_minutes": 600.0, "measure": "interim", "subject": SUBJECTS[0], "baseline": before.to_list(),
            "goal": (before + GAIN).to_list(), "outcome": picked["student_id"].map(wide["Spring"]).to_list() if over else None,
        }
    )  # fmt: skip


def _surveys(chance: Chance, people: pd.DataFrame, size: Size) -> dict[str, pd.DataFrame]:
    """Staff and students answer alike: every answer is drawn from one distribution."""
    asked = {
        "student": list(people["school"]),
        "staff": [at for at in range(size.schools) for _ in range(2 * size.teachers)],
    }
    answers = [
        {
            "survey_id": "fall", "role": role, "respondent_id": f"{role}{at}", "item_id": item, "school_id": f"S{school + 1:03d}",
            "school_year": NOW, "period": "Fall", "grade_level": None, "answer": int(chance.choice(5, p=_ANSWERS) + 1),
        }
        for role, schools in asked.items() for at, school in enumerate(schools) for item in ITEMS
    ]  # fmt: skip
    return {
        "surveys": pd.DataFrame(
            [{"survey_id": "fall", "role": role, "school_year": NOW, "period": "Fall", "invited": len(who)} for role, who in asked.items()]
        ),
        "survey_items": pd.DataFrame(
            [
                {"survey_id": "fall", "role": role, "item_id": item, "pair_id": item, "topic": item, "wording": item, "choices": 5,
                 "reversed": False}
                for role in asked for item in ITEMS
            ]
        ),
        "survey_responses": pd.DataFrame(answers),
    }  # fmt: skip


_ANSWERS: Final = (0.05, 0.1, 0.2, 0.4, 0.25)


def _observations(chance: Chance, size: Size) -> dict[str, pd.DataFrame]:
    """Each teacher is visited twice a year, each time by two observers who err alike; half took part in learning, by lot."""
    rows = []
    for school in range(size.schools):
        for at in range(size.teachers):
            skill = chance.normal(2.5, 0.7, len(ELEMENTS))
            for visit, day in enumerate(
                (date(2025, 9, 20), date(2025, 12, 5), date(2026, 4, 10), date(2026, 10, 1))
            ):
                lesson = skill + chance.normal(0, 0.3, len(ELEMENTS))
                for observer in ("A", "B"):
                    seen = np.clip(np.round(lesson + chance.normal(0, 0.35, len(ELEMENTS))), 1, 4).astype(int)
                    rows += [
                        {
                            "visit_id": f"O{school}-{at}-{visit}", "observer_id": f"{observer}{school}", "staff_id": f"T{school}-{at}",
                            "school_id": f"S{school + 1:03d}", "school_year": BEFORE if visit < 3 else NOW,
                            "period": ("Fall", "Winter", "Spring", "Fall")[visit], "date": day, "rubric_id": "learning_environment",
                            "element_id": element, "score": int(level), "grade_level": "03",
                        }
                        for element, level in zip(ELEMENTS, seen, strict=True)
                    ]  # fmt: skip
    took_part = [
        {
            "activity_id": "P1", "staff_id": f"T{school}-{at}", "school_id": f"S{school + 1:03d}", "school_year": BEFORE,
            "date": date(2026, 1, 15), "topic": "Asking better questions", "rubric_element": ELEMENTS[0], "hours": 6.0,
            "format": "Workshop",
        }
        for school in range(size.schools) for at in range(size.teachers) if chance.random() < 0.5
    ]  # fmt: skip
    return {"observations": pd.DataFrame(rows), "professional_learning": pd.DataFrame(took_part)}
