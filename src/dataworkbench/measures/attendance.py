"""How often students are there: attendance, chronic absence, and bands of absence."""

from __future__ import annotations

from dataclasses import replace

from dataworkbench.measures.attendance_days import student_days
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows
from dataworkbench.workspace import Settings

BANDS = ("Satisfactory", "At risk", "Moderately chronic", "Severely chronic")
"""Attendance Works' four bands of absence, fewest first."""

_A_HAIR = 1e-9
"""Days are added up from shares of a day; a tenth must not be missed by the last digit of a sum."""

_NO_RECORD = "no attendance was brought for this student"
_BRING = "Bring daily attendance, or totals of days enrolled and days absent."
_RULE = "EDFacts and Attendance Works: a tenth or more of enrolled days missed, for any reason, suspensions included."
_PARTS = (Part("enrolled", "sum", "days_enrolled"), Part("absent", "sum", "days_absent"))
_DIMENSIONS = ("school_year", "school_id", "grade_level", "subgroup_type", "subgroup")


def _long_enough(settings: Settings) -> str:
    fewest = settings.absence.fewest_days
    return (
        f"CASE WHEN enrolled = 0 THEN '{_NO_RECORD}' "
        f"WHEN enrolled < {fewest} THEN 'enrolled for fewer than {fewest} days' END"
    )


def _missed(share: float) -> str:
    return f"absent + {_A_HAIR} >= {share!r} * enrolled"


def _by_day(asked: Question, left_out: str, total: str, *, weight: str = "1") -> UnitRows:
    sql, parameters = student_days(asked)
    return UnitRows(sql, STUDENT_YEAR, _PARTS, left_out, total, weight=weight, parameters=parameters)


def _attended(_settings: Settings, asked: Question) -> UnitRows:
    nobody = f"CASE WHEN enrolled = 0 THEN '{_NO_RECORD}' END"
    return _by_day(asked, nobody, "greatest(enrolled - absent, 0)", weight="enrolled")


def _chronic(settings: Settings, asked: Question) -> UnitRows:
    hit = f"CASE WHEN {_missed(settings.absence.chronic_from)} THEN 1 ELSE 0 END"
    return _by_day(asked, _long_enough(settings), hit)


def _severe(settings: Settings, asked: Question) -> UnitRows:
    hit = f"CASE WHEN {_missed(settings.absence.severe_from)} THEN 1 ELSE 0 END"
    return _by_day(asked, _long_enough(settings), hit)


def _bands(settings: Settings, asked: Question) -> UnitRows:
    rule = settings.absence
    own = (
        f"CASE WHEN {_missed(rule.severe_from)} THEN '{BANDS[3]}' WHEN {_missed(rule.chronic_from)} THEN '{BANDS[2]}' "
        f"WHEN {_missed(rule.at_risk_from)} THEN '{BANDS[1]}' ELSE '{BANDS[0]}' END"
    )
    return replace(_by_day(asked, _long_enough(settings), ""), spread=("absence_band", own, BANDS))


_ENOUGH = (
    "students without attendance records, and students enrolled for fewer days than the district's minimum"
)
_EITHER = ("attendance", "attendance_totals")

INDICATORS = (
    Indicator(
        id="attendance_rate", version=1, title="Attendance rate",
        sentence="Of all the days that students were enrolled, the share that they were there.",
        unit="rate", numerator="days attended", denominator="days enrolled; n is the number of students",
        left_out="students without attendance records", direction="higher", stage=1,
        source="NCES average daily attendance: days attended over days enrolled. The interval takes each student as one.",
        dimensions=("school_year", "month", "week", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring=_BRING, rows=_attended, needs_one_of=_EITHER,
    ),
    Indicator(
        id="chronic_absence", version=1, title="Chronic absence",
        sentence="The share of students who missed a tenth or more of the days they were enrolled, for any reason.",
        unit="rate", numerator="students absent for at least the chronic share of their enrolled days",
        denominator="students enrolled for at least the fewest days", left_out=_ENOUGH, direction="lower", stage=1,
        source=_RULE, dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_chronic, needs_one_of=_EITHER,
    ),
    Indicator(
        id="severe_absence", version=1, title="Severe chronic absence",
        sentence="The share of students who missed a fifth or more of the days they were enrolled.",
        unit="rate", numerator="students absent for at least the severe share of their enrolled days",
        denominator="students enrolled for at least the fewest days", left_out=_ENOUGH, direction="lower", stage=1,
        source="Attendance Works: severe chronic absence.", dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_severe,
        needs_one_of=_EITHER,
    ),
    Indicator(
        id="absence_bands", version=1, title="Students by how much they are absent",
        sentence="The share of students in each band of absence.",
        unit="rate", numerator="students in the band", denominator="students enrolled for at least the fewest days",
        left_out=_ENOUGH, direction="neither", stage=1,
        source="Attendance Works: satisfactory under 5%, at risk 5 to 9.9%, moderate 10 to 19.9%, severe 20% and more.",
        dimensions=(*_DIMENSIONS, "absence_band"), how_to_bring=_BRING, rows=_bands, needs_one_of=_EITHER,
        always_by=("absence_band",),
        value_order=BANDS,
    ),
)  # fmt: skip
