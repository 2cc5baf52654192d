"""What early-warning flags are judged from: one row is one student in one school in one school year.

Beside the dimensions stand days enrolled and missed, incidents, days out of class, marks, and levels on the latest test.
Whatever was not brought stays unknown: it neither raises a flag nor clears one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dataworkbench.flag_rules import BehaviorFlag, CourseFlag, FlagRules
from dataworkbench.measures.attainment import NOT_TAKEN, WHOLE_TEST
from dataworkbench.measures.attendance_days import student_days
from dataworkbench.measures.definition import Part, Question
from dataworkbench.measures.growth import WHEN_TAKEN

A_HAIR = 1e-9
"""Days are added up from shares of a day; a cut point must not be missed by the last digit of a sum."""

PARTS = (
    Part("enrolled", "sum", "enrolled"), Part("absent", "sum", "absent"), Part("logged", "min", "logged"),
    Part("incidents", "sum", "incidents"), Part("removed", "sum", "removed"), Part("of_kind", "max", "of_kind"),
    Part("behavior_marks", "max", "behavior_marks"), Part("bad_behavior_marks", "max", "bad_behavior_marks"),
    Part("marked", "max", "marked"), Part("failing", "max", "failing"),
    Part("tested", "max", "tested"), Part("lowest", "max", "lowest"),
)  # fmt: skip
"""What is gathered for each student from the rows of the schools that the student went to."""


def flag_rows(rules: FlagRules, asked: Question) -> tuple[str, tuple[object, ...]]:
    """Return SQL, with its parameters, whose rows are one student in one school in one school year."""
    days, parameters = student_days(asked)
    counts, of_kinds = _incidents(rules.behavior)
    marks, of_marks = _marks(rules.course, rules.behavior)
    sql = f"""
        WITH stays AS ({STAYS}), days AS (
            SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
                sum(days_enrolled) AS enrolled, sum(days_absent) AS absent
            FROM ({days}) GROUP BY ALL
        ), sent AS (
            SELECT DISTINCT CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year, 1 AS logged
            FROM incidents
        ), counted AS ({counts}), marks AS ({marks}), tests AS ({_tests(rules.course)})
        SELECT stays.*, coalesce(days.enrolled, 0) AS enrolled, coalesce(days.absent, 0) AS absent,
            coalesce(sent.logged, 0) AS logged, coalesce(counted.incidents, 0) AS incidents,
            coalesce(counted.removed, 0) AS removed, coalesce(counted.of_kind, 0) AS of_kind,
            coalesce(marks.behavior_marks, 0) AS behavior_marks, coalesce(marks.bad_behavior_marks, 0) AS bad_behavior_marks,
            coalesce(marks.marked, 0) AS marked, coalesce(marks.failing, 0) AS failing,
            coalesce(tests.tested, 0) AS tested, coalesce(tests.lowest, 0) AS lowest
        FROM stays LEFT JOIN days USING (student_id, school_id, school_year)
        LEFT JOIN sent USING (school_id, school_year) LEFT JOIN counted USING (student_id, school_id, school_year)
        LEFT JOIN marks USING (student_id, school_year) LEFT JOIN tests USING (student_id, school_year)
    """
    subjects = [list(rules.course.subjects)] if rules.course and rules.course.subjects else []
    return sql, (*parameters, *of_kinds, *of_marks, *subjects)


STAYS = """
    SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
        arg_max(CAST(grade_level AS VARCHAR), coalesce(entry_date, DATE '1900-01-01')) AS grade_level
    FROM enrollments GROUP BY ALL
"""


def _incidents(rule: BehaviorFlag | None) -> tuple[str, list[object]]:
    """Incidents of each student; ``of_kind`` is 1 where those of one kind reach the number that the rule gives for it."""
    kinds = rule.of_kind_from if rule else {}
    reached = " OR ".join(
        f"count(DISTINCT incident_id) FILTER (CAST(behavior AS VARCHAR) = ?) >= {n}" for n in kinds.values()
    )
    sql = f"""
        SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
            count(DISTINCT incident_id) AS incidents, coalesce(sum(days_removed), 0) AS removed,
            CASE WHEN {reached or "false"} THEN 1 ELSE 0 END AS of_kind
        FROM incidents GROUP BY 1, 2, 3
    """
    return sql, list(kinds)


def _marks(course: CourseFlag | None, behavior: BehaviorFlag | None) -> tuple[str, list[object]]:
    """Marks in classes, the latest in each class: how many there are and how many of them fail by the rule."""
    below = course.mark_below if course and course.mark_below is not None else None
    failing = f"(label IN (SELECT unnest(?::VARCHAR[])) OR {'score < ' + repr(below) if below is not None else 'false'})"
    wanted = "subject IN (SELECT unnest(?::VARCHAR[]))" if course and course.subjects else "true"
    sql = f"""
        SELECT student_id, school_year,
            count(*) FILTER (NOT about_behavior AND {wanted}) AS marked,
            count(*) FILTER (NOT about_behavior AND {wanted} AND {failing}) AS failing,
            count(*) FILTER (about_behavior) AS behavior_marks,
            count(*) FILTER (about_behavior AND label IN (SELECT unnest(?::VARCHAR[]))) AS bad_behavior_marks
        FROM (
            SELECT student_id, school_year, section_id, arg_max(subject, given) AS subject, arg_max(score, given) AS score,
                arg_max(label, given) AS label, arg_max(subject, given) IS NOT DISTINCT FROM ? AS about_behavior
            FROM (
                SELECT r.student_id, CAST(r.school_year AS VARCHAR) AS school_year, r.section_id, r.scale_score AS score,
                    CAST(r.performance_level AS VARCHAR) AS label, {WHEN_TAKEN} AS given,
                    coalesce(nullif(CAST(r.subject AS VARCHAR), ''), CAST(s.subject AS VARCHAR)) AS subject
                FROM results AS r LEFT JOIN sections AS s ON s.section_id = r.section_id
                WHERE {WHOLE_TEST} AND nullif(r.section_id, '') IS NOT NULL AND ({NOT_TAKEN}) IS NULL
            ) GROUP BY student_id, school_year, section_id
        ) GROUP BY student_id, school_year
    """
    subjects: list[object] = [list(course.subjects)] if course and course.subjects else []
    held: list[object] = [list(course.marks) if course else []]
    about: list[object] = [
        list(behavior.marks) if behavior else [],
        behavior.mark_subject if behavior else "Behavior",
    ]
    return sql, [*subjects, *subjects, *held, *about]


def _tests(course: CourseFlag | None) -> str:
    """Each student's latest whole test of the year in each subject: how many have a known level, how many the lowest."""
    wanted = "WHERE subject IN (SELECT unnest(?::VARCHAR[]))" if course and course.subjects else ""
    return f"""
        SELECT student_id, school_year, count(*) AS tested, count(*) FILTER (place = 1) AS lowest
        FROM (
            SELECT latest.*, (
                SELECT arg_max(l.level_order, CASE WHEN l.subject IS NULL THEN 0 ELSE 2 END
                    + CASE WHEN l.grade_level IS NULL THEN 0 ELSE 1 END)
                FROM performance_levels AS l
                WHERE CAST(l.assessment_id AS VARCHAR) = latest.assessment_id
                    AND CAST(l.performance_level AS VARCHAR) = latest.level
                    AND (nullif(CAST(l.subject AS VARCHAR), '') IS NULL OR CAST(l.subject AS VARCHAR) = latest.subject)
                    AND (nullif(CAST(l.grade_level AS VARCHAR), '') IS NULL
                        OR CAST(l.grade_level AS VARCHAR) = latest.grade_level)
            ) AS place
            FROM ({LATEST_TESTS}) AS latest {wanted}
        ) WHERE place IS NOT NULL GROUP BY student_id, school_year
    """


LATEST_TESTS = f"""
    SELECT r.student_id, CAST(r.school_year AS VARCHAR) AS school_year, CAST(r.subject AS VARCHAR) AS subject,
        arg_max(CAST(r.assessment_id AS VARCHAR), {WHEN_TAKEN}) AS assessment_id,
        arg_max(CAST(r.performance_level AS VARCHAR), {WHEN_TAKEN}) AS level,
        arg_max(CAST(r.grade_level AS VARCHAR), {WHEN_TAKEN}) AS grade_level
    FROM results AS r
    WHERE {WHOLE_TEST} AND nullif(r.section_id, '') IS NULL AND r.performance_level IS NOT NULL AND ({NOT_TAKEN}) IS NULL
    GROUP BY r.student_id, r.school_year, r.subject
"""


@dataclass(frozen=True)
class Flag:
    """One flag as SQL over the parts of a student: when it cannot be judged, and when it is raised."""

    name: str
    unknown: str
    why_unknown: str
    raised: str

    @property
    def state(self) -> str:
        """SQL: 1 raised, 0 not raised, NULL not known. A flag that is raised is known, whatever else is not."""
        return f"(CASE WHEN {self.raised} THEN 1 WHEN {self.unknown} THEN NULL ELSE 0 END)"


def flags_of(rules: FlagRules) -> tuple[Flag, ...]:
    """Return the flags that a rule has."""
    return tuple(
        flag for flag in (_attendance(rules), _behavior(rules.behavior), _course(rules.course)) if flag
    )


def too_early(rules: FlagRules) -> str:
    """Return the condition, in SQL, under which nobody is judged yet."""
    return f"(enrolled > 0 AND enrolled < {rules.fewest_days})"


def too_early_said(rules: FlagRules) -> str:
    """Return the reason that goes with it."""
    return f"too early: fewer than {rules.fewest_days} enrolled days"


def _attendance(rules: FlagRules) -> Flag | None:
    rule = rules.attendance
    if rule is None:
        return None
    raised = (
        f"absent + {A_HAIR} >= {rule.missed_from!r} * enrolled"
        if rule.missed_from is not None
        else f"absent > {1 - (rule.attended_below or 0)!r} * enrolled + {A_HAIR}"
    )
    return Flag(
        "attendance",
        "enrolled = 0",
        "no attendance was brought for this student",
        f"(enrolled > 0 AND {raised})",
    )


def _behavior(rule: BehaviorFlag | None) -> Flag | None:
    if rule is None:
        return None
    raised = [f"incidents >= {rule.incidents_from}"] if rule.incidents_from else []
    raised += [f"removed + {A_HAIR} >= {rule.days_removed_from!r}"] if rule.days_removed_from else []
    raised += ["of_kind > 0"] if rule.of_kind_from else []
    raised += ["bad_behavior_marks > 0"] if rule.marks else []
    unknown = ["logged = 0"] if rule.reads_incidents else []
    unknown += ["behavior_marks = 0"] if rule.marks else []
    why = (
        "no incident of this school is in the data of this year"
        if rule.reads_incidents
        else "no mark for behavior"
    )
    return Flag("behavior", f"({' OR '.join(unknown)})", why, f"({' OR '.join(raised)})")


def _course(rule: CourseFlag | None) -> Flag | None:
    if rule is None:
        return None
    raised = [f"failing >= {rule.courses_from}"] if rule.reads_marks else []
    raised += ["lowest > 0"] if rule.lowest_level else []
    enough = max(1, len(rule.subjects))
    known = [f"marked >= {max(enough, 1)}"] if rule.reads_marks else []
    known += [f"tested >= {enough}"] if rule.lowest_level else []
    why = (
        "no mark and no level on a test"
        if rule.reads_marks and rule.lowest_level
        else ("no mark in these classes" if rule.reads_marks else "no level on a test")
    )
    return Flag("course", f"NOT ({' OR '.join(known)})", f"{why} this year", f"({' OR '.join(raised)})")
