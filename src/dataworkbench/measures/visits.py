"""How many visits stand behind what was observed."""

from __future__ import annotations

from dataworkbench.measures.definition import Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings


def _visited(_settings: Settings, _asked: Question) -> UnitRows:
    sql = """
        SELECT visit_id, school_id, school_year, period, rubric_id, element_id, subject, grade_level,
            CAST(NULL AS VARCHAR) AS left_out, 1 AS x
        FROM observations
    """
    return row_by_row(sql, ("visit_id",), joins_subgroups=False)


INDICATORS = (
    Indicator(
        id="classroom_visits", version=1, title="Visits to classrooms",
        sentence="How many visits to classrooms were written down.",
        unit="count", numerator="visits", denominator="visits with at least one score", left_out="nobody", direction="neither", stage=1,
        source="Observation sheets; a visit that two observers scored is one visit.",
        dimensions=("school_year", "period", "school_id", "grade_level", "subject", "rubric_id", "element_id"),
        how_to_bring="Bring observation sheets: visit, teacher, observer, date, rubric, element, score.", rows=_visited,
        needs=("observations",),
    ),
)  # fmt: skip
