"""How many students there are for each teacher."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.composing import Where, choices
from dataworkbench.measures.composing import where as where_of
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.mobility import STAYS_TO_THE_END
from dataworkbench.measures.shaping import in_order, with_types
from dataworkbench.measures.staff import AT_WORK, BRING_STAFF

_BY: Final = ("school_year", "school_id", "school_name")
_RATIO = """
    WITH students AS (
        SELECT {keys} count(DISTINCT student_id) AS students FROM ({stays}) AS stays {tests} GROUP BY ALL
    ), teachers AS (
        SELECT {keys} sum(coalesce(full_time_share, 1)) AS teachers, count(DISTINCT staff_id) AS people
        FROM ({people}) AS people {tests_of_teachers} GROUP BY ALL
    )
    SELECT {shown} students, teachers, people FROM students {join}
"""


def students_per_teacher(
    district: Asked, *, by: Sequence[str] = ("school_year",), where: Where | None = None
) -> pd.DataFrame:
    """Return how many students there are for each teacher.

    One row is one group of ``by`` (of school_year, school_id and school_name): the frame that travels; ``value`` is students over
    teachers, ``n`` the number of students, and beside it stands ``teachers``. There is no interval, because all are counted.

    Students are those whose stay did not end before the end of the year (or who are there now). Teachers are those whose role is
    teacher, by the full-time share where the staff list gives one, else by head; they also teach small groups and single
    subjects, so this is not the size of a class. A group without a teacher on any list is not applicable.
    """
    asked = [name for name in _BY if name in by or (name == "school_id" and "school_name" in by)]
    for name in (*by, *(where or {})):
        if name not in _BY:
            raise no_such("column of students per teacher", name, _BY)
    lacking = _lacking(district)
    if lacking:
        return _frame(
            [dict.fromkeys(asked) | _figures(math.nan, 0, 0) | {"status": "missing", "reason": lacking}],
            asked,
        )
    found = district.ask(*_question([name for name in asked if name != "school_name"], where or {}))
    rows = [
        {name: row[name] for name in asked if name != "school_name"}
        | _row(int(row["students"]), float(row["teachers"] or 0))
        for row in found.fillna({"teachers": 0}).to_dict("records")
    ]
    nobody = dict.fromkeys(asked) | _row(0, 0)
    return _frame(_named(rows, district, asked) or [nobody], asked)


def _lacking(district: Asked) -> str:
    about = "Students per teacher: the district has not brought"
    if not district.has("enrollments"):
        return f"{about} enrollments. Bring the roster: a OneRoster export of the student information system."
    if not any(district.has(name) for name in ("staff_years", "staff", "sections")):
        return f"{about} staff. {BRING_STAFF}"
    return ""


def _question(keys: Sequence[str], where: Where) -> tuple[str, list[object]]:
    chosen = {
        name: (values,) if isinstance(values, str) else tuple(values)
        for name, values in where.items()
        if values
    }
    clauses, bound = choices(chosen)
    joined = f"LEFT JOIN teachers USING ({', '.join(keys)})" if keys else "LEFT JOIN teachers ON true"
    named = "".join(f"CAST({name} AS VARCHAR) AS {name}, " for name in keys)
    sql = _RATIO.format(
        keys=named, shown="".join(f"{name}, " for name in keys), stays=STAYS_TO_THE_END, people=AT_WORK, join=joined,
        tests=where_of(clauses), tests_of_teachers=where_of([*clauses, "lower(role) = 'teacher'"]),
    )  # fmt: skip
    return sql, [*bound, *bound]


def _row(students: int, teachers: float) -> dict[str, object]:
    if not students:
        return _figures(math.nan, 0, teachers) | {
            "status": "not_applicable",
            "reason": "There are no students here.",
        }
    if teachers <= 0:
        said = "No teacher is on a staff list or on the roster here."
        return _figures(math.nan, students, 0) | {"status": "not_applicable", "reason": said}
    return _figures(students / teachers, students, teachers)


def _figures(value: float, n: int, teachers: float) -> dict[str, object]:
    return {
        "indicator": "students_per_teacher", "unit": "mean", "n": n, "n_left_out": 0, "numerator": None, "mean": value, "sd": None,
        "value": value, "low": math.nan, "high": math.nan, "status": "", "reason": "", "teachers": teachers,
    }  # fmt: skip


def _named(rows: list[dict[str, object]], district: Asked, asked: Sequence[str]) -> list[dict[str, object]]:
    if "school_name" not in asked:
        return rows
    known = district.ask("SELECT CAST(school_id AS VARCHAR) AS school_id, school_name FROM schools")
    names: Mapping[str, str] = dict(zip(known["school_id"], known["school_name"], strict=True))
    return [row | {"school_name": names.get(str(row["school_id"]), str(row["school_id"]))} for row in rows]


def _frame(rows: Sequence[Mapping[str, object]], asked: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    return in_order(with_types(frame[[*asked, *(name for name in frame if name not in asked)]]), asked)
