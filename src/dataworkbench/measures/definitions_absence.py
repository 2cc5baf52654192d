"""Chronic absence, as it is counted here and elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from dataworkbench.measures.attendance_days import student_days
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows
from dataworkbench.measures.flag_rows import A_HAIR
from dataworkbench.workspace import Settings

_NO_RECORD = "WHEN enrolled = 0 THEN 'no attendance was brought for this student'"
_TENTH = f"absent + {A_HAIR} >= 0.1 * enrolled"
_PARTS = (
    Part("enrolled", "sum", "days_enrolled"), Part("absent", "sum", "days_absent"), Part("held", "max", "days_held"),
    Part("unexcused", "sum", "unexcused"), Part("by_day", "min", "by_day"), Part("planned", "max", "planned"),
)  # fmt: skip


def _rows(asked: Question, left_out: str, hit: str) -> UnitRows:
    """Days of each student, with the days of instruction that the school held and those missed without an excuse."""
    days, parameters = student_days(asked)
    sql = f"""
        WITH days AS ({days}), held AS (
            SELECT CAST(c.school_id AS VARCHAR) AS school_id, CAST(c.school_year AS VARCHAR) AS school_year,
                count(DISTINCT c.date) FILTER (sent.last_day IS NULL OR c.date <= sent.last_day) AS days_held
            FROM calendar AS c LEFT JOIN (
                SELECT school_id, school_year, max(date) AS last_day FROM attendance GROUP BY ALL
            ) AS sent ON sent.school_id = c.school_id AND sent.school_year = c.school_year
            GROUP BY ALL
        ), excuses AS (
            SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
                sum(absent) FILTER (excused IS DISTINCT FROM 'Yes') AS unexcused
            FROM attendance GROUP BY ALL
        )
        SELECT d.* REPLACE (CAST(d.school_id AS VARCHAR) AS school_id, CAST(d.school_year AS VARCHAR) AS school_year),
            held.days_held, coalesce(excuses.unexcused, 0) AS unexcused,
            CASE WHEN excuses.student_id IS NULL THEN 0 ELSE 1 END AS by_day, held.days_held AS planned
        FROM days AS d
        LEFT JOIN held ON held.school_id = CAST(d.school_id AS VARCHAR) AND held.school_year = CAST(d.school_year AS VARCHAR)
        LEFT JOIN excuses ON excuses.student_id = d.student_id AND excuses.school_id = CAST(d.school_id AS VARCHAR)
            AND excuses.school_year = CAST(d.school_year AS VARCHAR)
    """
    return UnitRows(
        sql, STUDENT_YEAR, _PARTS, left_out, f"CASE WHEN {hit} THEN 1 ELSE 0 END", parameters=parameters
    )


def _from(fewest: int) -> Callable[[Settings, Question], UnitRows]:
    def rows(_settings: Settings, asked: Question) -> UnitRows:
        short = f"WHEN enrolled < {fewest} THEN 'enrolled for fewer than {fewest} days'"
        return _rows(asked, f"CASE {_NO_RECORD} {short} END", _TENTH)

    return rows


def _ours(settings: Settings, asked: Question) -> UnitRows:
    fewest, share = settings.absence.fewest_days, settings.absence.chronic_from
    short = f"WHEN enrolled < {fewest} THEN 'enrolled for fewer than {fewest} days'"
    return _rows(asked, f"CASE {_NO_RECORD} {short} END", f"absent + {A_HAIR} >= {share!r} * enrolled")


def _of_instruction(_settings: Settings, asked: Question) -> UnitRows:
    left = f"CASE {_NO_RECORD} WHEN planned IS NULL THEN 'no calendar of the school was brought' END"
    return _rows(asked, left, f"absent + {A_HAIR} >= 0.1 * held")


def _eighteen(_settings: Settings, asked: Question) -> UnitRows:
    return _rows(asked, f"CASE {_NO_RECORD} END", f"absent + {A_HAIR} >= 18")


def _unexcused(_settings: Settings, asked: Question) -> UnitRows:
    short = "WHEN enrolled < 10 THEN 'enrolled for fewer than 10 days'"
    left = f"CASE {_NO_RECORD} WHEN by_day = 0 THEN 'only totals were brought, which do not say what was excused' {short} END"
    return _rows(asked, left, f"unexcused + {A_HAIR} >= 0.1 * enrolled")


def _one(
    id_: str, title: str, denominator: str, source: str, rows: Callable[[Settings, Question], UnitRows]
) -> Indicator:
    return Indicator(
        id=id_, version=1, title=title, sentence=f"The share of students who are chronically absent: {title}.", unit="rate",
        numerator="students who reach the definition's cut point", denominator=denominator,
        left_out="students without attendance records, and those enrolled too short for the definition", direction="lower",
        stage=1, source=source, dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring="Bring daily attendance, or totals of days enrolled and days absent.", rows=rows,
        needs_one_of=("attendance", "attendance_totals"),
    )  # fmt: skip


DEFINITIONS = (
    _one("absence_ours", "Our rule", "students enrolled for at least the district's fewest days", "The district's workbench.toml.", _ours),
    _one("absence_10", "A tenth of days enrolled, 10 days or more enrolled", "students enrolled for 10 days or more",
         "EDFacts; Maine's rule of law.", _from(10)),
    _one("absence_31", "A tenth of days enrolled, more than 30 days expected", "students enrolled for 31 days or more",
         "California, CALPADS: more than 30 expected days.", _from(31)),
    _one("absence_20", "A tenth of days enrolled, 20 days or more enrolled", "students enrolled for 20 days or more",
         "Enable Data Union: 20 days or more.", _from(20)),
    _one("absence_instruction", "A tenth of the days that the school was open", "students with attendance records",
         "Days of instruction in the school's calendar, up to the last day that it sent; who came late is compared with all of them.",
         _of_instruction),
    _one("absence_18", "18 days or more", "students with attendance records",
         "A tenth of a year of 180 days, as early reports counted it; before the year is over it counts fewer.", _eighteen),
    _one("absence_unexcused", "A tenth of days enrolled, without those excused", "students enrolled for 10 days or more, with daily records",
         "Truancy rules count so; chronic absence never does.", _unexcused),
)  # fmt: skip
"""Ours first."""
