"""What observers saw in classrooms, by the elements of a rubric."""

from __future__ import annotations

from dataworkbench.measures.definition import (
    Indicator,
    Question,
    RowsOf,
    UnitRows,
    row_by_row,
)
from dataworkbench.workspace import Settings

MEETS = 3
"""The level of a rubric from which practice counts as there."""

_TEACHER = ("observed", "school_year")
_DIMENSIONS = (
    "school_year", "period", "month", "school_id", "grade_level", "subject", "rubric_id", "element_id", "staff_id", "observer_id",
)  # fmt: skip
_BRING = "Bring observation sheets: visit, teacher, observer, date, rubric, element, score."
_SCORES = """
    SELECT coalesce(staff_id, 'visit ' || visit_id) AS observed, visit_id, observer_id, staff_id, school_id, school_year,
        period, strftime(date, '%Y-%m') AS month, rubric_id, element_id, subject, grade_level, score,
        CASE WHEN score IS NULL THEN 'not scored' END AS left_out
    FROM observations
"""


def at_level(level: int) -> RowsOf:
    """Return the unit rows of the share of scores at a level or above."""

    def rows(_settings: Settings, _asked: Question) -> UnitRows:
        sql = f"SELECT *, CASE WHEN score >= {int(level)} THEN 1 ELSE 0 END AS x FROM ({_SCORES}) AS scores"
        return row_by_row(sql, _TEACHER, joins_subgroups=False)

    return rows


def _mean_level(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(
        f"SELECT *, score AS x FROM ({_SCORES}) AS scores", _TEACHER, mean=True, joins_subgroups=False
    )


INDICATORS = (
    Indicator(
        id="rubric_level", version=1, title=f"Observed at level {MEETS} or above",
        sentence=f"The share of rubric scores at level {MEETS} or above.",
        unit="rate", numerator=f"scores at level {MEETS} or above", denominator="scores given; n is the number of teachers observed",
        left_out="elements that were not scored", direction="higher", stage=5,
        source="Observation sheets; each teacher's visits go together, so the interval takes a teacher as one.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=at_level(MEETS), needs=("observations",), never_mixes=("rubric_id",),
    ),
    Indicator(
        id="rubric_mean", version=1, title="Mean rubric level",
        sentence="The average level given on the rubric.",
        unit="mean", numerator="sum of levels", denominator="scores given; n is the number of teachers observed",
        left_out="elements that were not scored", direction="higher", stage=5,
        source="Levels are steps, not distances: read the mean beside the share at each level.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_mean_level, needs=("observations",), never_mixes=("rubric_id",),
    ),
)  # fmt: skip
