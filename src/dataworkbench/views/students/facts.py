"""What the pages about one student rest on, read from the tables and from what teams wrote; for staff alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from dataworkbench.figures import Cut, Score, ScoreLine, Turn
from dataworkbench.records import LearnerGoal, StudentNote, open_records
from dataworkbench.views.district import Asked

Row = Mapping[Any, Any]

_SCORES: Final = """
    SELECT r.assessment_id::VARCHAR AS assessment_id, coalesce(a.title, r.assessment_id::VARCHAR) AS title,
        coalesce(r.subject::VARCHAR, '') AS subject, r.school_year::VARCHAR AS school_year, r.grade_level::VARCHAR AS grade_level,
        r.test_date, r.scale_score, r.score_error, r.performance_level::VARCHAR AS performance_level
    FROM results AS r LEFT JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR
    WHERE r.student_id = ? AND r.standard_id IS NULL AND r.moment IS NULL AND r.scale_score IS NOT NULL AND r.test_date IS NOT NULL
        AND coalesce(a.kind::VARCHAR, '') NOT IN ('exit ticket', 'standards')
    ORDER BY r.test_date, r.scale_score
"""
_CUTS: Final = """
    SELECT assessment_id::VARCHAR AS assessment_id, coalesce(subject::VARCHAR, '') AS subject,
        coalesce(grade_level::VARCHAR, '') AS grade_level, performance_level::VARCHAR AS level, level_order, proficient, min_score
    FROM performance_levels WHERE min_score IS NOT NULL ORDER BY assessment_id, subject, grade_level, level_order
"""
_TURNS: Final = """
    SELECT v.intervention_id, v.strategy::VARCHAR AS strategy, v.need::VARCHAR AS need, v.start_date, v.end_date, v.planned_end,
        v.exit_reason::VARCHAR AS exit_reason, v.planned_minutes, v.measure::VARCHAR AS measure, v.baseline, v.goal, v.outcome,
        count(s.date) AS held, count(s.date) FILTER (s.present) AS attended, sum(s.minutes) FILTER (s.present) AS minutes
    FROM interventions AS v LEFT JOIN intervention_sessions AS s ON s.intervention_id = v.intervention_id
    WHERE v.student_id = ? GROUP BY ALL ORDER BY v.start_date NULLS FIRST, v.intervention_id
"""
_THIS_MONTH: Final = """
    SELECT date_trunc('month', last.day)::DATE AS month, sum(absent) AS absent, count(*) AS days, last.day AS until
    FROM attendance, (SELECT max(date) AS day FROM attendance) AS last
    WHERE student_id = ? AND date >= date_trunc('month', last.day) GROUP BY 1, 4
"""
_LAST_DAY: Final = "SELECT max(day) AS day FROM (SELECT max(date) AS day FROM attendance UNION ALL SELECT max(test_date) FROM results)"


@dataclass(frozen=True)
class Drawn:
    """A student's tests as they are drawn, and how many more there are."""

    tests: tuple[ScoreLine, ...]
    more: int


def drawn_tests(district: Asked, student: str, *, most: int = 4) -> Drawn:
    """Return a student's scores test by test; those that reach closest to today come first, ``most`` of them."""
    found = district.ask(_SCORES, [student])
    if found.empty:
        return Drawn((), 0)
    cuts = district.ask(_CUTS)
    tests = []
    for (title, subject, assessment), own in found.groupby(["title", "subject", "assessment_id"], sort=True):
        tests.append(
            (own["test_date"].max(), len(own), _test(str(title), str(subject), str(assessment), own, cuts))
        )
    tests.sort(key=lambda held: (held[0], held[1]), reverse=True)
    shown = sorted((test for _, _, test in tests[:most]), key=lambda test: test.name)
    return Drawn(tuple(shown), max(0, len(tests) - most))


def _test(title: str, subject: str, assessment: str, own: pd.DataFrame, cuts: pd.DataFrame) -> ScoreLine:
    scores = tuple(
        Score(
            _day(row["test_date"]),
            float(row["scale_score"]),
            float(row["score_error"]) if is_known(row["score_error"]) else math.nan,
        )
        for row in own.to_dict("records")
    )
    kept = cuts[(cuts["assessment_id"] == assessment) & cuts["subject"].isin(["", subject])]
    drawn = tuple(
        cut for row in own.drop_duplicates("school_year").to_dict("records") for cut in _cuts_of(row, kept)
    )
    level = own["performance_level"].dropna()
    said = [f"Last: {level.iloc[-1]}." if len(level) else "No level given."]
    said += [] if any(not math.isnan(held.error) for held in scores) else ["Error not given."]
    said += [] if drawn else ["No cut scores."]
    return ScoreLine(f"{title}, {subject}" if subject else title, scores, drawn, " ".join(said))


def _cuts_of(row: Row, cuts: pd.DataFrame) -> list[Cut]:
    """Return the cut scores that count in the school year of one score, for the grade level at that time."""
    grade = "" if not is_known(row["grade_level"]) else str(row["grade_level"])
    own = cuts[cuts["grade_level"].isin(["", grade]) & (cuts["level_order"] > 1)]
    begins = int(str(row["school_year"])[:4]) if is_known(row["school_year"]) else _day(row["test_date"]).year
    standard = own.loc[own["proficient"], "min_score"].min()
    return [
        Cut(
            str(held["level"]),
            float(held["min_score"]),
            date(begins, 8, 1),
            date(begins + 1, 7, 31),
            held["min_score"] == standard,
        )
        for held in own.to_dict("records")
    ]


def turns_of(
    district: Asked, student: str, *, most: int = 4
) -> tuple[list[tuple[int, Row]], tuple[Turn, ...], int]:
    """Return a student's latest interventions with their numbers, those with a day as they are drawn, and how many are left out.

    Numbers run from the earliest shown; one without a first day has the number 0 and is not drawn.
    """
    found = district.ask(_TURNS, [student]).to_dict("records")
    shown = found[-most:]
    numbered: list[tuple[int, Row]] = []
    turns: list[Turn] = []
    for row in shown:
        if not is_known(row["start_date"]):
            numbered.append((0, row))
            continue
        number = len(turns) + 1
        last = None if not is_known(row["end_date"]) else _day(row["end_date"])
        turns.append(Turn(number, str(row["strategy"]), _day(row["start_date"]), last))
        numbered.append((number, row))
    return numbered, tuple(turns), len(found) - len(shown)


def month_of(district: Asked, student: str) -> Row | None:
    """Return a student's days in the last month that the district has attendance of: ``month``, ``absent``, ``days``."""
    found = district.ask(_THIS_MONTH, [student])
    return None if found.empty else found.to_dict("records")[0]


def is_known(value: Any) -> bool:
    """Return whether a cell holds anything."""
    return not bool(pd.isna(value))


def last_day(district: Asked) -> str:
    """Return the last day that attendance or results speak of; '' where there is none."""
    day = district.ask(_LAST_DAY)["day"].iloc[0]
    return "" if not is_known(day) else _day(day).isoformat()


def notes_of(district: Asked, student: str, *, restricted: bool) -> list[tuple[StudentNote, str]]:
    """Return the notes about a student with who wrote them and when, the latest first; restricted ones only where asked for."""
    workspace = getattr(district, "workspace", None)
    if workspace is None:
        return []
    entries = [
        entry
        for entry in open_records(workspace).latest(StudentNote, restricted=restricted)
        if entry.body.student_id == student
    ]
    entries.sort(key=lambda entry: entry.number, reverse=True)
    return [
        (entry.body, f"{entry.body.said_by or entry.by} {entry.written_at:%Y-%m-%d}".strip())
        for entry in entries
    ]


def goals_written(district: Asked, student: str) -> list[LearnerGoal]:
    """Return the goals in the student's own words that were written down with a teacher's judgement, the latest first."""
    workspace = getattr(district, "workspace", None)
    if workspace is None:
        return []
    entries = [
        entry for entry in open_records(workspace).latest(LearnerGoal) if entry.body.student_id == student
    ]
    return [entry.body for entry in sorted(entries, key=lambda entry: entry.number, reverse=True)]


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()
