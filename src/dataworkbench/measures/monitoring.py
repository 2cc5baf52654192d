"""Series of measurements as they lie in the tables: checks of progress, and single-case series with their phases."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.attainment import NOT_TAKEN
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.progress import Progress, Trend, progress_of, trend_of

CHOSEN_BY: Final = ("student_id", "school_id", "school_year", "grade_level", "measure", "subject", "series")
BRING: Final = (
    "Bring checks of progress: student, measure, date, score, and the goal with its day. "
    "Or a series with phases: student, what was measured, session, phase and value."
)

_POINTS: Final = """
    SELECT r.student_id || ' ' || CAST(r.assessment_id AS VARCHAR) || coalesce(' ' || nullif(CAST(r.standard_id AS VARCHAR), ''), '')
            || ' ' || CAST(r.school_year AS VARCHAR) AS series,
        r.student_id, CAST(r.school_id AS VARCHAR) AS school_id, CAST(r.school_year AS VARCHAR) AS school_year,
        CAST(r.grade_level AS VARCHAR) AS grade_level,
        coalesce(a.title, CAST(r.assessment_id AS VARCHAR)) || coalesce(': ' || nullif(CAST(r.standard_id AS VARCHAR), ''), '') AS measure,
        CAST(r.subject AS VARCHAR) AS subject, r.test_date AS date, NULL AS session, r.scale_score AS value,
        coalesce((SELECT arg_max(CAST(i.strategy AS VARCHAR), i.start_date) FROM interventions AS i
            WHERE i.student_id = r.student_id AND CAST(i.subject AS VARCHAR) = CAST(r.subject AS VARCHAR)
                AND i.start_date <= r.test_date AND (i.end_date IS NULL OR i.end_date > r.test_date)), 'Before') AS phase,
        {goal} AS goal, {goal_date} AS goal_date
    FROM results AS r JOIN assessments AS a ON CAST(a.assessment_id AS VARCHAR) = CAST(r.assessment_id AS VARCHAR)
    WHERE CAST(a.kind AS VARCHAR) = 'progress monitoring' AND r.scale_score IS NOT NULL AND r.test_date IS NOT NULL
        AND ({not_taken}) IS NULL
"""
_CASES: Final = """
    SELECT s.intervention_id || ' ' || CAST(s.measure AS VARCHAR) AS series, coalesce(s.student_id, i.student_id) AS student_id,
        CAST(i.school_id AS VARCHAR) AS school_id, CAST(i.school_year AS VARCHAR) AS school_year,
        CAST(i.grade_level AS VARCHAR) AS grade_level, CAST(s.measure AS VARCHAR) AS measure, CAST(i.subject AS VARCHAR) AS subject,
        s.date, s.session, s.value, CAST(s.phase AS VARCHAR) AS phase,
        CASE WHEN CAST(i.measure AS VARCHAR) = CAST(s.measure AS VARCHAR) THEN i.goal END AS goal,
        CASE WHEN CAST(i.measure AS VARCHAR) = CAST(s.measure AS VARCHAR) THEN i.planned_end END AS goal_date
    FROM intervention_series AS s LEFT JOIN interventions AS i ON i.intervention_id = s.intervention_id
"""


def progress_points(district: Asked, *, where: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Return the measurements of every series; for the staff road.

    One row is one measurement: ``series`` (one student on one measure), ``student_id``, ``school_id``, ``school_year``,
    ``grade_level``, ``measure``, ``subject``, ``date``, ``session``, ``week`` (weeks since the first measurement; where a
    series has no dates, its sessions are counted as weeks), ``value``, ``phase``, ``goal`` and ``goal_week``. In the order of
    time. Empty where there are none.

    Raises
    ------
    NoSuchNameError
        Where there is no such column to choose by.

    """
    for name in where or {}:
        if name not in CHOSEN_BY:
            raise no_such("column to choose series by", name, CHOSEN_BY)
    parts = [_from_results(district)] if district.has("results") and district.has("assessments") else []
    parts += [_CASES] if district.has("intervention_series") else []
    if not parts:
        return _in_weeks(
            pd.DataFrame(columns=[*CHOSEN_BY, "date", "session", "value", "phase", "goal", "goal_date"])
        )
    kept = {name: list(values) for name, values in (where or {}).items() if values}
    tests = " AND ".join(f"{name} IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    sql = f"SELECT * FROM ({' UNION ALL BY NAME '.join(parts)}) AS points{' WHERE ' + tests if tests else ''} ORDER BY series, date, session"
    return _in_weeks(district.ask(sql, list(kept.values())))


def _from_results(district: Asked) -> str:
    """Where a snapshot is older than the goals, the results have none."""
    there = set(district.ask("SELECT * FROM results LIMIT 0").columns)
    goal = "max(r.goal) OVER (PARTITION BY r.student_id, r.assessment_id, r.standard_id, r.school_year)"
    day = goal.replace("r.goal", "r.goal_date")
    return _POINTS.format(
        goal=goal if "goal" in there else "CAST(NULL AS DOUBLE)",
        goal_date=day if "goal_date" in there else "CAST(NULL AS DATE)", not_taken=NOT_TAKEN,
    )  # fmt: skip


def _in_weeks(points: pd.DataFrame) -> pd.DataFrame:
    dates, goals = pd.to_datetime(points["date"]), pd.to_datetime(points["goal_date"])
    first = dates.groupby(points["series"]).transform("min")
    week, goal_week = ((days - first).dt.days / 7 for days in (dates, goals))
    dated = dates.notna().groupby(points["series"]).transform("all").astype(bool)
    session = pd.to_numeric(points["session"]).astype("float64")
    told = points.assign(
        week=week.where(dated, session), goal_week=goal_week.where(dated, math.nan),
        goal=pd.to_numeric(points["goal"]).astype("float64"),
    )  # fmt: skip
    return (
        told.sort_values(["series", "week"], kind="stable").drop(columns="goal_date").reset_index(drop=True)
    )


def one_progress(points: pd.DataFrame, *, confidence: float = 0.95) -> Progress:
    """Return what the measurements of one series say (see ``progress_of``)."""
    known: list[Any] = [points[name].iloc[-1] if len(points) else math.nan for name in ("goal", "goal_week")]
    goal, goal_week = (math.nan if pd.isna(value) else float(value) for value in known)
    return progress_of(
        points["week"].astype("float64").tolist(), points["value"].astype("float64").tolist(),
        goal=goal, goal_week=goal_week, confidence=confidence,
    )  # fmt: skip


def phase_trends(points: pd.DataFrame, *, confidence: float = 0.95) -> list[tuple[str, float, Trend | None]]:
    """Return each phase of one series in order: its name, the mean of its values, and its own trend."""
    return [
        (
            str(name), float(piece["value"].mean()),
            trend_of(piece["week"].astype("float64").tolist(), piece["value"].astype("float64").tolist(), confidence=confidence),
        )
        for name, piece in points.groupby("phase", sort=False)
    ]  # fmt: skip


def progress_list(district: Asked, *, where: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Return what every series says by the same rules; for the staff road.

    One row is one series: ``series``, ``student_id``, ``school_id``, ``grade_level``, ``measure``, ``subject``, ``points``,
    ``weeks``, ``first`` (median of the first three), ``last``, ``slope`` (points a week) with ``slope_error``, ``low`` and
    ``high``, ``goal``, ``needed`` (points a week to reach it), ``by_last_points`` and ``by_trend`` (see ``progress_of``).
    Those whose rule says to change something come first; in the same verdict the order is that of the identifiers, which
    tells nothing of the student.
    """
    points = progress_points(district, where=where)
    confidence = district.settings.confidence
    rows = [
        _row(piece, one_progress(piece, confidence=confidence))
        for _, piece in points.groupby("series", sort=True)
    ]
    order = {"change something": 0, "raise the goal": 1, "keep going": 2, "too early": 3, "no goal": 4}
    frame = pd.DataFrame(rows, columns=_LISTED)
    return frame.sort_values("by_last_points", key=lambda held: held.map(order), kind="stable").reset_index(
        drop=True
    )


_LISTED: Final = [
    "series", "student_id", "school_id", "grade_level", "measure", "subject", "points", "weeks", "first", "last", "slope",
    "slope_error", "low", "high", "goal", "needed", "by_last_points", "by_trend",
]  # fmt: skip


def _row(points: pd.DataFrame, said: Progress) -> dict[str, object]:
    last = points.iloc[-1]
    kept = {
        name: last[name]
        for name in ("series", "student_id", "school_id", "grade_level", "measure", "subject", "goal")
    }
    trend = said.trend
    return kept | {
        "points": said.points, "weeks": said.weeks, "first": float(points["value"].head(3).median()), "last": float(last["value"]),
        "slope": trend.slope if trend else math.nan, "slope_error": trend.error if trend else math.nan,
        "low": trend.low if trend else math.nan, "high": trend.high if trend else math.nan,
        "needed": said.line.slope if said.line else math.nan,
        "by_last_points": said.by_last_points, "by_trend": said.by_trend,
    }  # fmt: skip
