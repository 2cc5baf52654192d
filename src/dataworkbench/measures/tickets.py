"""Exit tickets: a check before a lesson and one after it, matched by student and lesson."""

from __future__ import annotations

from typing import Final

from dataworkbench.measures.attainment import NOT_TAKEN
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

_DIMENSIONS: Final = (
    "school_year", "month", "week", "lesson", "school_id", "grade_level", "assessment_id", "subject", "standard_id",
    "section_id", "subgroup_type", "subgroup",
)  # fmt: skip
_BRING: Final = "Bring exit tickets: student, section, date, pre or post, points and points possible."

_LESSONS: Final = """
    WITH days AS (
        SELECT DISTINCT section_id, school_id, assessment_id, subject, standard_id, test_date, moment
        FROM results WHERE moment IS NOT NULL
    ), begun AS (
        SELECT *, moment = 'pre' AND lag(moment) OVER w IS NOT DISTINCT FROM 'post' AS begins FROM days
        WINDOW w AS (PARTITION BY section_id, school_id, assessment_id, subject, standard_id ORDER BY test_date, moment DESC)
    ), lessons AS (
        SELECT *, sum(CAST(begins AS INTEGER)) OVER (
            PARTITION BY section_id, school_id, assessment_id, subject, standard_id ORDER BY test_date, moment DESC) AS turn
        FROM begun
    ), named AS (
        SELECT *, max(test_date) OVER (PARTITION BY section_id, school_id, assessment_id, subject, standard_id, turn) AS lesson_on
        FROM lessons
    )
"""
"""Checks of one class on one standard, in order of time: a check before that follows one after begins another lesson."""

TICKETS: Final = f"""
    {_LESSONS}
    SELECT r.student_id, r.school_year, r.assessment_id, r.section_id, r.standard_id, r.subject, n.turn,
        any_value(r.school_id) AS school_id, any_value(r.grade_level) AS grade_level,
        strftime(any_value(n.lesson_on), '%Y-%m-%d') AS lesson, min(strftime(r.test_date, '%Y-%m')) AS month,
        strftime(date_trunc('week', any_value(n.lesson_on)), '%Y-%m-%d') AS week,
        sum(r.points) FILTER (r.moment = 'pre' AND taken) / sum(r.points_possible) FILTER (r.moment = 'pre' AND taken) AS before,
        sum(r.points) FILTER (r.moment = 'post' AND taken) / sum(r.points_possible) FILTER (r.moment = 'post' AND taken) AS after,
        max(r.points_possible) AS most
    FROM (
        SELECT r.*, r.points IS NOT NULL AND r.points_possible > 0 AND ({NOT_TAKEN}) IS NULL AS taken
        FROM results AS r WHERE r.moment IS NOT NULL
    ) AS r JOIN named AS n ON n.section_id IS NOT DISTINCT FROM r.section_id AND n.school_id IS NOT DISTINCT FROM r.school_id
        AND n.assessment_id = r.assessment_id AND n.subject IS NOT DISTINCT FROM r.subject
        AND n.standard_id IS NOT DISTINCT FROM r.standard_id AND n.test_date IS NOT DISTINCT FROM r.test_date
        AND n.moment = r.moment
    GROUP BY r.student_id, r.school_year, r.assessment_id, r.section_id, r.standard_id, r.subject, n.turn
"""
"""SQL whose rows are one student at one lesson: the share right before and after, empty where that check was not taken."""

_UNMATCHED: Final = (
    "CASE WHEN before IS NULL AND after IS NULL THEN 'neither check was taken' WHEN before IS NULL THEN 'no check before' "
    "WHEN after IS NULL THEN 'no check after' END"
)


def _class_gain(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, {_UNMATCHED} AS unmatched FROM ({TICKETS}) AS tickets"
    matched = "CASE WHEN unmatched IS NULL THEN"
    parts = (
        Part("gained", "sum", f"{matched} after - before END"),
        Part("to_gain", "sum", f"{matched} 1 - before END"),
        Part("lessons", "sum", f"{matched} 1 ELSE 0 END"),
        Part("reason", "min", "unmatched"),
    )
    return UnitRows(
        sql,
        STUDENT_YEAR,
        parts,
        "CASE WHEN lessons = 0 THEN reason END",
        total="100 * gained",
        weight="to_gain",
    )


def _of_each(value: str, left_out: str = "NULL") -> UnitRows:
    sql = f"""
        SELECT *, coalesce({_UNMATCHED}, {left_out}) AS left_out, {value} AS x FROM ({TICKETS}) AS tickets
    """
    return row_by_row(sql, STUDENT_YEAR, mean=True)


def _shift(_settings: Settings, _asked: Question) -> UnitRows:
    return _of_each("100 * (after - before)")


def _before(_settings: Settings, _asked: Question) -> UnitRows:
    return _of_each("100 * before")


def _after(_settings: Settings, _asked: Question) -> UnitRows:
    return _of_each("100 * after")


def _own_gain(_settings: Settings, _asked: Question) -> UnitRows:
    return _of_each(
        "100 * (after - before) / (1 - before)",
        "CASE WHEN before >= 1 THEN 'everything was right before' END",
    )


def _normalised(_settings: Settings, _asked: Question) -> UnitRows:
    change = "CASE WHEN after > before THEN 100 * (after - before) / (1 - before) WHEN after < before THEN 100 * (after - before) / before ELSE 0 END"
    at_an_end = (
        "CASE WHEN before = after AND before IN (0, 1) THEN 'everything or nothing was right both times' END"
    )
    return _of_each(change, at_an_end)


_LEFT_OUT: Final = "students without both checks of a lesson"
_MATCHED: Final = "students with both checks of a lesson; several lessons of one student count as one student"

INDICATORS = (
    Indicator(
        id="exit_ticket_gain", version=2, title="Gain on exit tickets, percent of what there was to gain",
        sentence="Of all that the class did not yet know before the lesson, the percent that it knew after.",
        unit="mean", numerator="percent right after minus percent right before", denominator="share not yet right before",
        left_out=_LEFT_OUT, direction="higher", stage=4,
        source="Hake (1998), American Journal of Physics 66, 64-74, from class means of students matched lesson by lesson: 70 "
        "and more is high, 30 to 70 medium. The interval is that of a ratio of means (delta method) with students as units. "
        "Below zero it says that something was lost, not how much.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_class_gain, needs=("results",), needs_rows="moment IS NOT NULL",
        nothing_to_divide_by="Everybody had everything right before, so there was nothing left to gain.",
    ),
    Indicator(
        id="exit_ticket_own_gain", version=1, title="Gain on exit tickets, average of each student's own, percent",
        sentence="The average over students of the percent that each gained of what he or she did not yet know.",
        unit="mean", numerator="sum of each student's gain", denominator=_MATCHED,
        left_out=_LEFT_OUT + ", or with everything right before", direction="higher", stage=4,
        source="Bao (2006), American Journal of Physics 74, 917-922: it differs from the gain of the class, more so where "
        "some began close to the top, where a small loss weighs much.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_own_gain, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
    Indicator(
        id="exit_ticket_normalised_change", version=1, title="Normalised change on exit tickets, percent",
        sentence="The average over students: a gain in percent of what there was to gain, a loss in percent of what there was to lose.",
        unit="mean", numerator="sum of each student's change", denominator=_MATCHED,
        left_out=_LEFT_OUT + ", or with everything or nothing right both times", direction="higher", stage=4,
        source="Marx and Cummings (2007), American Journal of Physics 75, 87-91.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_normalised, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
    Indicator(
        id="exit_ticket_shift", version=2, title="Change on exit tickets, in percent points",
        sentence="How many percent points more were right after the lesson than before.",
        unit="mean", numerator="sum of percent right after minus percent right before", denominator=_MATCHED,
        left_out=_LEFT_OUT, direction="higher", stage=4, source="Matched by student, class and lesson.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_shift, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
    Indicator(
        id="exit_ticket_before", version=1, title="Right before the lesson, in percent",
        sentence="The percent that was right before the lesson, on average.",
        unit="mean", numerator="sum of percent right before", denominator=_MATCHED,
        left_out=_LEFT_OUT, direction="neither", stage=4, source="Matched by student, class and lesson.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_before, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
    Indicator(
        id="exit_ticket_after", version=1, title="Right after the lesson, in percent",
        sentence="The percent that was right after the lesson, on average.",
        unit="mean", numerator="sum of percent right after", denominator=_MATCHED,
        left_out=_LEFT_OUT, direction="higher", stage=4, source="Matched by student, class and lesson.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_after, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
)  # fmt: skip
