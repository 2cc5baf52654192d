"""How class time is used, against the timetable; and which model of blended learning classes use."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

COUNTED = ("scheduled", "used")
"""What minutes are counted of: the timetable's, and those that were used."""

LEARNING_MODELS = (
    "station rotation", "lab rotation", "individual rotation", "flex", "flipped classroom", "enriched virtual",
    "distance learning", "none",
)  # fmt: skip
"""Models of blended learning, from most time in the room to least, and none at the end."""

_CLASS = ("section_id", "school_year")
_DIMENSIONS = ("school_year", "school_id", "grade_level", "subject", "use")
_BRING_LOG = "Bring a time log: class, date, kind of use, minutes scheduled, minutes used."
_BRING_MODELS = "Bring a list of classes with their learning model: class, school year, model."

_LOG = """
    SELECT t.section_id, t.school_id, t.school_year, s.grade_level, s.subject, CAST(t."use" AS VARCHAR) AS "use",
        t.minutes_scheduled, t.minutes_used,
        count(DISTINCT t.date) OVER (PARTITION BY t.section_id, t.school_year) AS days
    FROM time_use AS t LEFT JOIN sections AS s ON s.section_id = t.section_id
"""
_UNSAID = "CASE WHEN minutes_scheduled IS NULL OR minutes_used IS NULL THEN 'minutes scheduled or used are not known' END"


def _lost(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, {_UNSAID} AS unsaid FROM ({_LOG}) AS log"
    parts = (
        Part("scheduled", "sum", "CASE WHEN unsaid IS NULL THEN minutes_scheduled END"),
        Part("used", "sum", "CASE WHEN unsaid IS NULL THEN minutes_used END"),
        Part("reason", "min", "unsaid"),
    )
    return UnitRows(
        sql, _CLASS, parts, "CASE WHEN scheduled IS NULL THEN reason END", total="100 * (scheduled - used)", weight="scheduled",
        joins_subgroups=False,
    )  # fmt: skip


def _minutes(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        WITH log AS ({_LOG})
        SELECT *, minutes_scheduled AS minutes, 'scheduled' AS counted FROM log
        UNION ALL SELECT *, minutes_used AS minutes, 'used' AS counted FROM log
    """
    parts = (Part("minutes", "sum", "minutes"), Part("days", "max", "days"))
    return UnitRows(
        sql, _CLASS, parts, "CASE WHEN minutes IS NULL THEN 'minutes are not known' END", total="minutes",
        weight="greatest(days, 1)", joins_subgroups=False,
    )  # fmt: skip


_MODELS = """
    SELECT m.section_id, m.school_id, m.school_year, s.grade_level, s.subject,
        lower(CAST(m.learning_model AS VARCHAR)) AS own,
        CASE WHEN m.learning_model IS NULL THEN 'nobody has said which model the class uses' END AS unsaid
    FROM learning_models AS m LEFT JOIN sections AS s ON s.section_id = m.section_id
"""
_HELD = f"""(
    SELECT unnest([{", ".join(repr(name) for name in LEARNING_MODELS)}]) AS learning_model
    UNION SELECT lower(CAST(learning_model AS VARCHAR)) FROM learning_models WHERE learning_model IS NOT NULL
)"""


def _classes(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT models.* EXCLUDE (own, unsaid), held.learning_model, unsaid AS left_out,
            CASE WHEN own = held.learning_model THEN 1 ELSE 0 END AS x
        FROM ({_MODELS}) AS models CROSS JOIN {_HELD} AS held
    """
    return row_by_row(sql, _CLASS, joins_subgroups=False)


def _students(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT e.student_id, models.* EXCLUDE (own, unsaid), held.learning_model, unsaid AS left_out,
            CASE WHEN own = held.learning_model THEN 1 ELSE 0 END AS x
        FROM ({_MODELS}) AS models JOIN section_enrollments AS e ON e.section_id = models.section_id
        CROSS JOIN {_HELD} AS held
    """
    rows = row_by_row(sql, STUDENT_YEAR)
    return UnitRows(
        rows.sql, rows.unit, rows.parts, rows.left_out, total="CASE WHEN total > 0 THEN 1 ELSE 0 END"
    )


_CLASSES_OF = "classes whose model is known; n is the number of classes"

INDICATORS = (
    Indicator(
        id="time_lost", version=1, title="Scheduled minutes lost, in percent",
        sentence="Of the minutes that stand in the timetable, the percent that was not used so. Below zero, more was used than scheduled.",
        unit="mean", numerator="minutes scheduled minus minutes used, times 100",
        denominator="minutes scheduled; n is the number of classes that kept a log", left_out="classes whose log lacks minutes",
        direction="lower", stage=1,
        source="All minutes lost over all minutes scheduled, so a long lesson weighs more than a short one. The interval takes a class as one, "
        "because the days of one class are alike.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING_LOG, rows=_lost, needs=("time_use",),
        nothing_to_divide_by="No minutes are scheduled for this.",
    ),
    Indicator(
        id="class_minutes", version=1, title="Minutes a day, scheduled and used",
        sentence="How many minutes of a class's day are scheduled for a use, and how many were used so.",
        unit="mean", numerator="minutes", denominator="days on which classes kept a log; n is the number of classes",
        left_out="classes whose log lacks minutes", direction="neither", stage=1,
        source="Minutes of all logged days over all logged days. The interval takes a class as one.",
        dimensions=(*_DIMENSIONS, "counted"), how_to_bring=_BRING_LOG, rows=_minutes, needs=("time_use",), always_by=("counted",),
        value_order=COUNTED,
    ),
    Indicator(
        id="classes_by_learning_model", version=1, title="Classes by learning model",
        sentence="The share of classes that use each model of blended learning most.",
        unit="rate", numerator="classes that use the model", denominator=_CLASSES_OF, left_out="classes whose model nobody has said",
        direction="neither", stage=1, source="One model a class, the one it uses most. Everybody is counted, so there is no interval.",
        dimensions=("school_year", "school_id", "grade_level", "subject", "learning_model"), how_to_bring=_BRING_MODELS, rows=_classes,
        needs=("learning_models",), always_by=("learning_model",), value_order=LEARNING_MODELS, full_count=True,
    ),
    Indicator(
        id="students_by_learning_model", version=1, title="Students by learning model",
        sentence="The share of students who have at least one class that uses each model of blended learning.",
        unit="rate", numerator="students with at least one such class", denominator="students with a class whose model is known",
        left_out="students whose classes' models nobody has said", direction="neither", stage=1,
        source="A student with classes of several models counts in each, so shares add up to more than 100%.",
        dimensions=("school_year", "school_id", "grade_level", "subject", "subgroup_type", "subgroup", "learning_model"),
        how_to_bring=_BRING_MODELS, rows=_students, needs=("learning_models", "section_enrollments"), always_by=("learning_model",),
        value_order=LEARNING_MODELS, full_count=True,
    ),
)  # fmt: skip
