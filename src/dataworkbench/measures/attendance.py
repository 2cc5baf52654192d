"""Attendance and absence, from daily records, from totals, or from both."""

from __future__ import annotations

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


def student_days(used: frozenset[str]) -> str:
    """Return SQL whose rows are one student in one school in one year (or month): days enrolled and days absent.

    Days are those with a record. Where the district brought a calendar, a school day without a record counts as
    present, up to the last day that the school sent. Totals are used where there are no daily records.
    """
    monthly = "month" in used
    month = "strftime(date, '%Y-%m')" if monthly else "CAST(NULL AS VARCHAR)"
    whole_year = "" if monthly else _TOTALS_AND_STAYS
    grade, join = (_GRADE, _GRADE_JOIN) if "grade_level" in used else ("CAST(NULL AS VARCHAR)", "")
    return f"""
        WITH daily AS (
            SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
                {month} AS month, count(DISTINCT date) AS recorded, sum(absent) AS absent
            FROM attendance GROUP BY ALL
        ), sent AS (
            SELECT school_id, school_year, max(date) AS last_day FROM attendance GROUP BY ALL
        ), expected AS (
            SELECT e.student_id, CAST(e.school_id AS VARCHAR) AS school_id, CAST(e.school_year AS VARCHAR) AS school_year,
                {month} AS month, count(DISTINCT c.date) AS days
            FROM enrollments AS e
            JOIN calendar AS c ON c.school_id = e.school_id AND c.school_year = e.school_year
                AND (e.entry_date IS NULL OR c.date >= e.entry_date) AND (e.exit_date IS NULL OR c.date < e.exit_date)
            JOIN sent ON sent.school_id = e.school_id AND sent.school_year = e.school_year AND c.date <= sent.last_day
            GROUP BY ALL
        ), together AS (
            SELECT student_id, school_id, school_year, month, recorded, absent, 0 AS days FROM daily
            UNION ALL SELECT student_id, school_id, school_year, month, 0, 0, days FROM expected
            {whole_year}
        ), known AS (
            SELECT student_id, school_id, school_year, month,
                greatest(sum(recorded), sum(days)) AS days_enrolled, sum(absent) AS days_absent
            FROM together GROUP BY ALL
        )
        SELECT known.*, {grade} AS grade_level FROM known {join}
    """


_TOTALS_AND_STAYS = """
            UNION ALL SELECT t.student_id, CAST(t.school_id AS VARCHAR), CAST(t.school_year AS VARCHAR), NULL,
                t.days_enrolled, t.days_absent, 0
            FROM attendance_totals AS t ANTI JOIN daily AS d
                ON d.student_id = t.student_id AND d.school_id = t.school_id AND d.school_year = t.school_year
            UNION ALL SELECT student_id, CAST(school_id AS VARCHAR), CAST(school_year AS VARCHAR), NULL, 0, 0, 0
            FROM enrollments
"""
_GRADE = "coalesce(grades.grade_level, totals.grade_level)"
_GRADE_JOIN = """
        LEFT JOIN (
            SELECT student_id, school_id, school_year,
                arg_max(CAST(grade_level AS VARCHAR), coalesce(entry_date, DATE '1900-01-01')) AS grade_level
            FROM enrollments GROUP BY ALL
        ) AS grades USING (student_id, school_id, school_year)
        LEFT JOIN (
            SELECT student_id, school_id, school_year, any_value(CAST(grade_level AS VARCHAR)) AS grade_level
            FROM attendance_totals GROUP BY ALL
        ) AS totals USING (student_id, school_id, school_year)
"""


def _long_enough(settings: Settings) -> str:
    fewest = settings.absence.fewest_days
    return (
        f"CASE WHEN enrolled = 0 THEN '{_NO_RECORD}' "
        f"WHEN enrolled < {fewest} THEN 'enrolled for fewer than {fewest} days' END"
    )


def _missed(share: float) -> str:
    return f"absent + {_A_HAIR} >= {share!r} * enrolled"


def _attended(_settings: Settings, asked: Question) -> UnitRows:
    return UnitRows(
        sql=student_days(asked.used), unit=STUDENT_YEAR, parts=_PARTS,
        left_out=f"CASE WHEN enrolled = 0 THEN '{_NO_RECORD}' END",
        total="greatest(enrolled - absent, 0)", weight="enrolled",
    )  # fmt: skip


def _chronic(settings: Settings, asked: Question) -> UnitRows:
    hit = f"CASE WHEN {_missed(settings.absence.chronic_from)} THEN 1 ELSE 0 END"
    return UnitRows(student_days(asked.used), STUDENT_YEAR, _PARTS, _long_enough(settings), hit)


def _severe(settings: Settings, asked: Question) -> UnitRows:
    hit = f"CASE WHEN {_missed(settings.absence.severe_from)} THEN 1 ELSE 0 END"
    return UnitRows(student_days(asked.used), STUDENT_YEAR, _PARTS, _long_enough(settings), hit)


def _bands(settings: Settings, asked: Question) -> UnitRows:
    rule = settings.absence
    own = (
        f"CASE WHEN {_missed(rule.severe_from)} THEN '{BANDS[3]}' WHEN {_missed(rule.chronic_from)} THEN '{BANDS[2]}' "
        f"WHEN {_missed(rule.at_risk_from)} THEN '{BANDS[1]}' ELSE '{BANDS[0]}' END"
    )
    return UnitRows(
        student_days(asked.used),
        STUDENT_YEAR,
        _PARTS,
        _long_enough(settings),
        total="",
        spread=("absence_band", own, BANDS),
    )


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
        dimensions=("school_year", "month", "school_id", "grade_level", "subgroup_type", "subgroup"),
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
