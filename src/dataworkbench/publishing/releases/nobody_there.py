"""Groups of a few students of whom nobody counts: where they stand hidden beside one figure, they stand hidden beside all.

A row that is missing says something too. Where "Another gender" stands hidden among the enrolled of a school, and the same
group has no row among those who took the test, everybody knows that none of these few took it. So it gets a row that says
"hidden". An attacker is then left with more than the audit reckons with, never with less.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from dataworkbench.disclosure.linked import CELL_COLUMNS, cell_ids

_WHERE: Final = ["school_year", "school_id", "grade_level"]
_GROUP: Final = ["subgroup_type", "subgroup"]
_TABLE: Final = ["indicator", "school_year", "period", "subject", "assessment_id", "unit"]
_NUMBERS: Final = ("value", "low", "high", "n_low", "n_high")


def with_nobody_hidden(cells: pd.DataFrame) -> pd.DataFrame:
    """Return public cells with a hidden row wherever a small group is missing; one row is one cell, in ``CELL_COLUMNS``.

    Small are the groups whose figure is hidden beside any indicator of the same year and place. A place of which a table says
    nothing at all gets no row: it has no such students, or was not asked.
    """
    small = cells.loc[(cells["status"] == "suppressed") & (cells["subgroup"] != ""), [*_WHERE, *_GROUP]]
    places = cells[[*_TABLE, "school_id", "grade_level"]].drop_duplicates()
    asked = cells.loc[cells["subgroup"] != "", [*_TABLE, *_GROUP[:1]]].drop_duplicates()
    wanted = small.drop_duplicates().merge(places, on=_WHERE).merge(asked, on=[*_TABLE, *_GROUP[:1]])
    wanted = wanted.assign(cell=cell_ids(wanted))
    missing = wanted[~wanted["cell"].isin(cells["cell"])]
    if missing.empty:
        return cells
    said = missing.assign(
        status="suppressed", reason="hidden", label="hidden", n_label="hidden", since="", **dict.fromkeys(_NUMBERS, float("nan"))
    )  # fmt: skip
    rows = said[list(CELL_COLUMNS)].astype(cells.dtypes.to_dict())
    return pd.concat([cells, rows], ignore_index=True).sort_values("cell", ignore_index=True)
