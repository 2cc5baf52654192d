"""How many students there are, as it is counted here and elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.measures.enrollment import ROSTER
from dataworkbench.workspace import Settings

_ENDS = """
    SELECT CAST(school_year AS VARCHAR) AS school_year, max(coalesce(exit_date - 1, entry_date)) AS last_day
    FROM enrollments GROUP BY 1
"""
_DAY = "e.entry_date <= {day} AND (e.exit_date IS NULL OR e.exit_date > {day})"
_FIRST_OF_OCTOBER = "make_date(CAST(left(CAST(e.school_year AS VARCHAR), 4) AS BIGINT), 10, 1)"


def _on(day: str) -> Callable[[Settings, Question], UnitRows]:
    there = f"WHERE {_DAY.format(day=day)}" if day else ""

    def rows(_settings: Settings, _asked: Question) -> UnitRows:
        sql = f"""
            SELECT e.student_id, CAST(e.school_year AS VARCHAR) AS school_year, CAST(e.school_id AS VARCHAR) AS school_id,
                CAST(e.grade_level AS VARCHAR) AS grade_level, CAST(NULL AS VARCHAR) AS left_out, 1 AS x
            FROM enrollments AS e JOIN ({_ENDS}) AS ends ON ends.school_year = CAST(e.school_year AS VARCHAR) {there}
        """
        return row_by_row(sql, STUDENT_YEAR)

    return rows


def _one(id_: str, title: str, source: str, rows: Callable[[Settings, Question], UnitRows]) -> Indicator:
    return Indicator(
        id=id_, version=1, title=title, sentence=f"How many students were enrolled: {title}.", unit="count",
        numerator="students", denominator="students with an enrollment that fits the definition", left_out="nobody",
        direction="neither", stage=1, source=source,
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"), how_to_bring=ROSTER, rows=rows,
        needs=("enrollments",),
    )  # fmt: skip


DEFINITIONS = (
    _one("enrolled_any_time", "At any time in the school year", "Our rule; EDFacts counts so for chronic absence.", _on("")),
    _one("enrolled_october", "On the first of October", "The federal membership count, on or about 1 October (NCES, Common Core of Data).",
         _on(_FIRST_OF_OCTOBER)),
    _one("enrolled_at_the_end", "On the last day in the data", "The last day that any enrollment of the year speaks of.", _on("ends.last_day")),
)  # fmt: skip
"""Ours first."""
