"""The dashboard's questions as somebody would write them who has the Parquet files and DuckDB: one query a figure.

All three peers use them. Compared with the workbench's own they leave out who could not be counted and why, cut scores that
differ by grade level, and any rule about small groups.
"""

import os
from pathlib import Path

import duckdb
import pandas as pd

FOLDER = Path(os.environ["DASHBOARD_PARQUET"])
RACE = "race_ethnicity"
GROUPS = {"Gender": "sex", "Race and ethnicity": RACE, "English learner status": "english_learner",
          "Disability status": "disability", "Economic status": "economic_disadvantage"}  # fmt: skip

base = duckdb.connect()
for table in (
    "schools",
    "students",
    "enrollments",
    "attendance_totals",
    "incidents",
    "results",
    "performance_levels",
):
    base.execute(f"CREATE VIEW {table} AS SELECT * FROM '{FOLDER / table}.parquet'")


def ask(sql, *values):
    return base.cursor().execute(sql, list(values)).df()


def choices():
    """Return what each filter offers."""
    return {
        "years": ask("SELECT DISTINCT school_year FROM enrollments ORDER BY 1 DESC")["school_year"].tolist(),
        "schools": ask("SELECT school_id FROM schools ORDER BY 1")["school_id"].tolist(),
        "grades": ask("SELECT DISTINCT grade_level FROM enrollments ORDER BY 1")["grade_level"].tolist(),
        "subjects": ask("SELECT DISTINCT subject FROM results ORDER BY 1")["subject"].tolist(),
        "groups": list(GROUPS),
    }


def where(table, chosen, *, subject=False):
    tests, values = [f"{table}.school_year = ?"], [chosen["year"]]
    for column, picked in (("school_id", chosen["schools"]), ("grade_level", chosen["grades"]),
                           ("subject", chosen["subjects"] if subject else [])):  # fmt: skip
        if picked:
            tests.append(f"{table}.{column} IN (SELECT unnest(?))")
            values.append(list(picked))
    return " AND ".join(tests), values


def by(chosen, table):
    """Return the column that bars are told apart by, and the join that brings it."""
    if chosen["group"]:
        return f"s.{GROUPS[chosen['group']]}", "JOIN students s USING (student_id, school_year)"
    return (f"{table}.grade_level" if len(chosen["schools"]) == 1 else f"{table}.school_id"), ""


def enrollment(chosen):
    tests, values = where("e", chosen)
    return ask(f"SELECT grade_level AS name, count(DISTINCT student_id) AS n FROM enrollments e WHERE {tests} "
               "GROUP BY 1 ORDER BY 1", *values)  # fmt: skip


def absence(chosen):
    tests, values = where("a", chosen)
    name, join = by(chosen, "a")
    return with_interval(ask(f"""
        WITH each AS (SELECT {name} AS name, student_id, sum(days_absent) AS absent, sum(days_enrolled) AS enrolled
            FROM attendance_totals a {join} WHERE {tests} GROUP BY ALL HAVING sum(days_enrolled) >= 10)
        SELECT name, count(*) AS n, sum(CASE WHEN absent >= 0.1 * enrolled THEN 1 ELSE 0 END) AS hits FROM each GROUP BY 1 ORDER BY 1
    """, *values))  # fmt: skip


def proficiency(chosen):
    tests, values = where("r", chosen, subject=True)
    name, join = by(chosen, "r")
    return with_interval(ask(f"""
        SELECT r.subject, {name} AS name, count(*) AS n, sum(CASE WHEN l.proficient THEN 1 ELSE 0 END) AS hits
        FROM results r JOIN performance_levels l USING (assessment_id, performance_level) {join}
        WHERE {tests} AND r.standard_id IS NULL AND r.period = 'Spring' GROUP BY ALL ORDER BY ALL
    """, *values))  # fmt: skip


def growth(chosen):
    tests, values = where("r", chosen, subject=True)
    tests = tests.replace("r.school_year = ?", "r.school_year <= ?")
    return with_interval(ask(f"""
        WITH pairs AS (SELECT school_year, subject, student_id, arg_min(scale_score, test_date) AS first,
                arg_max(scale_score, test_date) AS last, any_value(growth_target) AS target
            FROM results r WHERE {tests} AND r.standard_id IS NULL GROUP BY ALL HAVING count(*) > 1)
        SELECT subject, school_year AS name, count(*) AS n, sum(CASE WHEN last - first >= target THEN 1 ELSE 0 END) AS hits
        FROM pairs GROUP BY ALL ORDER BY ALL
    """, *values))  # fmt: skip


def incidents(chosen):
    tests, values = where("e", chosen)
    name, join = by(chosen, "e")
    return with_interval(ask(f"""
        SELECT {name} AS name, count(DISTINCT e.student_id) AS n, count(DISTINCT i.student_id) AS hits
        FROM enrollments e {join} LEFT JOIN incidents i
            ON i.student_id = e.student_id AND i.school_year = e.school_year AND i.school_id = e.school_id
        WHERE {tests} GROUP BY 1 ORDER BY 1
    """, *values))  # fmt: skip


def with_interval(frame: pd.DataFrame):
    """Add Wilson's interval at 95 percent."""
    n, share, z = frame["n"], frame["hits"] / frame["n"], 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return frame.assign(value=share, low=middle - reach, high=middle + reach)
