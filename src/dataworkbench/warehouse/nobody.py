"""A district that does not exist, to draw a page of once before a process is copied.

Its rows are written by DuckDB alone, whose threads end with its connection: a library that keeps threads for itself, as
Polars does once it has worked, does not work in a copy any more.
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from dataworkbench.policy import DisclosurePolicy
from dataworkbench.schemas import STUDENT_GROUPS, TABLES
from dataworkbench.warehouse.building import SQL_TYPES
from dataworkbench.warehouse.district import District
from dataworkbench.workspace import Settings

NOBODYS_YEAR: Final = "2002-03"
_STAYS: Final = """
    SELECT 'student ' || student AS student_id, 'school ' || student % 3 AS school_id, '0' || 3 + student % 2 AS grade_level,
        year || '-0' || year - 1999 AS school_year, student
    FROM range(72) AS students(student), (VALUES (2001), (2002)) AS years(year)
"""
_MADE_UP: Final = {
    "schools": "SELECT DISTINCT school_id, upper(school_id) AS school_name FROM stays",
    "assessments": "SELECT 'test' AS assessment_id, 'A test' AS title, 'diagnostic' AS kind",
    "performance_levels": """
        SELECT 'test' AS assessment_id, 'Level ' || level AS performance_level, level AS level_order, level > 2 AS proficient
        FROM range(1, 5) AS levels(level)
    """,
    "students": "SELECT * EXCLUDE student, CASE WHEN student % 5 < 3 THEN 'Female' ELSE 'Male' END AS sex FROM stays",
    "student_groups": """
        SELECT student_id, school_year, kind AS subgroup_type, CASE kind WHEN 'Gender' THEN sex ELSE kind END AS subgroup
        FROM students, (VALUES ('All students'), ('Gender')) AS kinds(kind)
    """,
    "enrollments": "SELECT * EXCLUDE student FROM stays",
    "attendance_totals": "SELECT * EXCLUDE student, 180 AS days_enrolled, student * 7 % 40 AS days_absent FROM stays",
    "incidents": """
        SELECT * EXCLUDE (student, grade_level), 'incident ' || row_number() OVER () AS incident_id FROM stays WHERE student % 9 = 0
    """,
    "results": """
        SELECT * EXCLUDE (student, later), 'test' AS assessment_id, 'scored' AS result_status, 10 AS growth_target,
            400 + student * 13 % 100 + student % 4 * 6 * later AS scale_score, 'Level ' || 1 + student % 4 AS performance_level,
            make_date(school_year[:4]::INTEGER + later, 9 - 4 * later, 10) AS test_date
        FROM stays, (VALUES ('Mathematics'), ('Reading')) AS subjects(subject), (VALUES ('Fall', 0), ('Spring', 1)) AS times(period, later)
    """,
}  # fmt: skip
"""Rows of canonical tables, in the order in which they can be made."""


def nobodys_district() -> District:
    """Return a district that does not exist: every canonical table, those that a dashboard reads with a few made-up rows."""
    connection: Any = duckdb.connect(":memory:")
    for table in (*TABLES.values(), STUDENT_GROUPS):
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.kind]}' for column in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    connection.execute(f"CREATE TEMP TABLE stays AS {_STAYS}")
    for name, rows in _MADE_UP.items():
        made = connection.execute(f"SELECT * FROM ({rows}) LIMIT 0").description
        kept = ", ".join(
            f'"{column[0]}"' for column in made if column[0] in TABLES.get(name, STUDENT_GROUPS).column_names
        )
        connection.execute(f'INSERT INTO "{name}" BY NAME SELECT {kept} FROM ({rows})')
    return District(connection, settings=Settings(), policy=DisclosurePolicy())
