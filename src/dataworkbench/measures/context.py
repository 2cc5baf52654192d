"""Life outside school, school by school: figures about families and areas, with who says so and when; never about a child."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.composing import Where, choices
from dataworkbench.measures.composing import where as where_of
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.shaping import in_order, with_types

BRING_CONTEXT: Final = "Bring context factors: school or home zone, factor, value, unit, school year, source."
PLACES: Final = ("the school", "the areas its students live in", "the whole district")
"""What a school's figure is of."""

_LATEST = """
    latest AS (
        SELECT * FROM (
            SELECT CAST(school_id AS VARCHAR) AS school_id, CAST(home_zone AS VARCHAR) AS home_zone, CAST(factor AS VARCHAR) AS factor,
                value, CAST(unit AS VARCHAR) AS factor_unit, CAST(school_year AS VARCHAR) AS figure_year, source
            FROM context_factors {tests}
        ) QUALIFY row_number() OVER (PARTITION BY school_id, home_zone, factor ORDER BY figure_year DESC, source) = 1
    )
"""
_HERE = """
    here AS (
        SELECT DISTINCT CAST(e.school_id AS VARCHAR) AS school_id, e.student_id, CAST(s.home_zone AS VARCHAR) AS home_zone
        FROM enrollments AS e LEFT JOIN students AS s
            ON s.student_id = e.student_id AND CAST(s.school_year AS VARCHAR) = CAST(e.school_year AS VARCHAR)
        WHERE CAST(e.school_year AS VARCHAR) = ?
    )
"""
_BY_SCHOOL = f"""
    WITH {_LATEST}, {_HERE}, sizes AS (SELECT school_id, count(*) AS students FROM here GROUP BY 1),
    of_schools AS (
        SELECT sizes.school_id, l.factor, '{PLACES[0]}' AS figure_of, l.value, l.factor_unit, l.figure_year, l.source,
            sizes.students AS n, 0 AS n_left_out
        FROM latest AS l JOIN sizes ON sizes.school_id = l.school_id
    ), of_areas AS (
        SELECT here.school_id, l.factor, '{PLACES[1]}' AS figure_of, avg(l.value) AS value, any_value(l.factor_unit) AS factor_unit,
            max(l.figure_year) AS figure_year, string_agg(DISTINCT l.source, '; ') AS source, count(*) AS n
        FROM here JOIN latest AS l ON l.school_id IS NULL AND l.home_zone = here.home_zone GROUP BY ALL
    ), of_district AS (
        SELECT sizes.school_id, l.factor, '{PLACES[2]}' AS figure_of, l.value, l.factor_unit, l.figure_year, l.source,
            sizes.students AS n, 0 AS n_left_out
        FROM latest AS l CROSS JOIN sizes WHERE l.school_id IS NULL AND l.home_zone IS NULL
    )
    SELECT * FROM (
        SELECT * FROM of_schools
        UNION ALL SELECT a.*, sizes.students - a.n AS n_left_out FROM of_areas AS a JOIN sizes ON sizes.school_id = a.school_id
        UNION ALL SELECT * FROM of_district
    ) QUALIFY row_number() OVER (PARTITION BY school_id, factor ORDER BY CASE figure_of
        WHEN '{PLACES[0]}' THEN 1 WHEN '{PLACES[1]}' THEN 2 ELSE 3 END) = 1
"""
_ABOUT = ("figure_of", "factor_unit", "figure_year", "source")


def context_by_school(district: Asked, *, school_year: str, where: Where | None = None) -> pd.DataFrame:
    """Return what is known of life outside school, school by school.

    One row is one factor at one school: a frame that travels, grouped by ``school_id``, ``school_name`` and ``factor``. ``value`` is in
    the factor's own unit (``factor_unit``), ``n`` the students of the school who are meant, ``n_left_out`` those of whom
    no area is known. Beside it stand ``figure_of`` (the school, the areas its students live in, or the whole district),
    ``figure_year`` and ``source``. ``school_year`` is the year whose students are meant; the latest figure of each factor counts,
    of the nearest place. ``where`` chooses school_id or factor.

    A figure of an area counts once for each student who lives there: the school's is the mean over its students. The mean of
    medians is no median, and what is true of an area need not be true of a family in it (Robinson 1950, American
    Sociological Review 15, 351-357): nothing here is ever laid upon a child.
    """
    for name in where or {}:
        if name not in ("school_id", "factor"):
            raise no_such("column to choose context by", name, ("school_id", "factor"))
    if not district.has("context_factors"):
        return _nothing(
            "missing", f"Life outside school: the district has not brought context factors. {BRING_CONTEXT}"
        )
    factors = {name: _texts(values) for name, values in (where or {}).items() if name == "factor" and values}
    clauses, bound = choices(factors)
    found = district.ask(_BY_SCHOOL.format(tests=where_of(clauses)), [*bound, school_year])
    kept = set(_texts((where or {}).get("school_id", ())))
    rows = [_row(row) for row in found.to_dict("records") if not kept or str(row["school_id"]) in kept]
    if not rows:
        said = f"No figure about life outside school fits the schools of {school_year or 'this year'}. Home zones of students carry "
        return _nothing("not_applicable", said + "an area's figures to a school.")
    return _frame(_named(rows, district))


def _texts(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)


def _row(row: Mapping[object, object]) -> dict[str, object]:
    return {
        "school_id": row["school_id"], "factor": row["factor"], **_figures(float(str(row["value"])), int(str(row["n"]))),
        "n_left_out": int(str(row["n_left_out"])), **{name: row[name] for name in _ABOUT},
    }  # fmt: skip


def _figures(value: float, n: int) -> dict[str, object]:
    return {
        "indicator": "context", "unit": "mean", "n": n, "n_left_out": 0, "numerator": None, "mean": value, "sd": None, "value": value,
        "low": math.nan, "high": math.nan, "status": "", "reason": "",
    }  # fmt: skip


def _named(rows: list[dict[str, object]], district: Asked) -> list[dict[str, object]]:
    known = district.ask("SELECT CAST(school_id AS VARCHAR) AS school_id, school_name FROM schools")
    names = dict(zip(known["school_id"], known["school_name"], strict=True))
    return [row | {"school_name": names.get(row["school_id"], row["school_id"])} for row in rows]


def _nothing(status: str, reason: str) -> pd.DataFrame:
    row = dict.fromkeys(("school_id", "school_name", "factor")) | _figures(math.nan, 0)
    return _frame([row | {"status": status, "reason": reason} | dict.fromkeys(_ABOUT)])


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    by = ["school_id", "school_name", "factor"]
    return in_order(with_types(frame[[*by, *(name for name in frame if name not in by)]]), by)
