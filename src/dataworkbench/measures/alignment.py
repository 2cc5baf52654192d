"""Porter's alignment index: how alike the emphasis of teaching and that of assessment are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.composing import Where, choices
from dataworkbench.measures.composing import where as where_of
from dataworkbench.measures.curriculum import BY_CLASS, INDICATORS
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.shaping import in_order, with_types

_BY = ("school_year", "school_id", "subject", "grade_level")
_CELLS = """
    SELECT {keys} standard_id, count(DISTINCT section_id) AS classes, sum(minutes) AS minutes, sum(occasions) AS occasions
    FROM ({rows}) AS standards_of_classes {tests} GROUP BY ALL
"""


def porter_index(taught: Sequence[float], assessed: Sequence[float]) -> float:
    """Return Porter's alignment index of two lists of emphases over the same cells, from 0 (nothing alike) to 1 (the same).

    Each list is made to add up to 1 first: ``1 - sum(|x - y|) / 2``. Not a number where a list adds up to nothing.
    Source: Porter (2002), Educational Researcher 31(7), 3-14.
    """
    if len(taught) != len(assessed):
        raise ValueError(f"{len(taught)} emphases of teaching stand against {len(assessed)} of assessment")
    taught_in_all, assessed_in_all = math.fsum(taught), math.fsum(assessed)
    if taught_in_all <= 0 or assessed_in_all <= 0:
        return math.nan
    apart = math.fsum(
        abs(one / taught_in_all - other / assessed_in_all)
        for one, other in zip(taught, assessed, strict=True)
    )
    return 1 - apart / 2


def curriculum_alignment(
    district: Asked, *, by: Sequence[str] = ("subject", "grade_level"), where: Where | None = None
) -> pd.DataFrame:
    """Return how alike what is taught and what is assessed are, by Porter's index over standards.

    One row is one group of ``by`` (of school_year, school_id, subject, grade_level): the frame that travels, where ``value`` is
    the index from 0 to 1, ``n`` the number of classes, ``n_left_out`` 0, without an interval, because all of it is counted.

    The emphasis of teaching on a standard is the minutes it was taught in these classes; that of assessment, on how many
    days classes were assessed on it. Cells are standards alone: Porter's own also part each standard by cognitive demand,
    so this index is higher than his would be. It says how alike the weights are, not whether teaching came first.
    """
    for name in (*by, *(where or {})):
        if name not in _BY:
            raise no_such("column of the alignment", name, _BY)
    about = INDICATORS[0]
    lacking = [name for name in about.needs if not district.has(name)]
    if lacking:
        said = f"Alignment of teaching and assessment: the district has not brought {' and '.join(lacking)}. {about.how_to_bring}"
        return _frame([dict.fromkeys(by) | _figures(math.nan, 0) | {"status": "missing", "reason": said}], by)
    chosen = {name: _texts(values) for name, values in (where or {}).items() if values}
    clauses, bound = choices(chosen)
    keys = "".join(f"CAST({name} AS VARCHAR) AS {name}, " for name in by)
    cells = district.ask(
        _CELLS.format(keys=keys, rows=BY_CLASS, tests=where_of([*clauses, "planned_for"])), bound
    )
    pieces = cells.groupby(list(by), dropna=False, sort=False) if by else [((), cells)]
    rows = [dict(zip(by, key, strict=True)) | _row(piece) for key, piece in pieces if len(piece)]
    return _frame(
        rows or [dict.fromkeys(by) | _figures(math.nan, 0) | {"status": "not_applicable", "reason": _NOBODY}],
        by,
    )


_NOBODY = "No class with a curriculum fits what was chosen."


def _texts(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)


def _row(piece: pd.DataFrame) -> dict[str, object]:
    value = porter_index(piece["minutes"].fillna(0).tolist(), piece["occasions"].fillna(0).tolist())
    row = _figures(value, int(piece["classes"].max()))
    if math.isnan(value):
        lacking = (
            "minutes taught" if not piece["minutes"].fillna(0).sum() else "assessments of these standards"
        )
        row |= {
            "status": "not_applicable",
            "reason": f"There are no {lacking} here, so there is nothing to compare.",
        }
    return row


def _figures(value: float, n: int) -> dict[str, object]:
    return {
        "indicator": "curriculum_alignment", "unit": "coefficient", "n": n, "n_left_out": 0, "numerator": None, "mean": None, "sd": None,
        "value": value, "low": math.nan, "high": math.nan, "status": "", "reason": "",
    }  # fmt: skip


def _frame(rows: Sequence[Mapping[str, object]], by: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return in_order(with_types(frame[[*by, *(name for name in frame if name not in by)]]), by)
