"""What a state published of its groups, as the comparison for a district in which a group's others are too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from dataworkbench.measures.definition import Asked

_FIGURES = """
    SELECT CAST(subgroup AS VARCHAR) AS subgroup, any_value(n) AS n, any_value(value) AS value, any_value(source) AS source,
        count(*) AS figures
    FROM published_figures
    WHERE place_kind = 'state' AND status = 'exact' AND unit = 'percent' AND grade_level IS NULL
        AND lower(CAST(figure AS VARCHAR)) IN (SELECT unnest(?::VARCHAR[])) AND CAST(subgroup_type AS VARCHAR) = ?
        AND CAST(school_year AS VARCHAR) = ?
    GROUP BY 1
"""


@dataclass(frozen=True)
class StateFigures:
    """A state's figures of its groups: the risk of all students outside each group, each group's share, and who said so."""

    others_risk: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    source: str = ""
    why_not: str = ""


def state_figures(
    district: Asked, figures: Sequence[str], *, school_year: str, subgroup_type: str = "Race and ethnicity"
) -> StateFigures:
    """Return what the state published of one figure for one kind of group in one school year.

    A group's own percent is not enough: the risk of all other students needs how many students each group has. Where that
    was not published, ``why_not`` says so and nothing is worked out.
    """
    if not district.has("published_figures"):
        return StateFigures(why_not="No published figures of the state have been brought.")
    found = district.ask(_FIGURES, [[name.casefold() for name in figures], subgroup_type, school_year])
    found = found[found["figures"] == 1]
    if found.empty:
        return StateFigures(
            why_not=f"No figure of the state by {subgroup_type.lower()} has been brought for {school_year}."
        )
    if found["n"].isna().any():
        said = "The state published percents without the number of students, so the risk of all other students cannot be worked out."
        return StateFigures(why_not=said)
    return _worked_out(found)


def _worked_out(found: pd.DataFrame) -> StateFigures:
    n = found["n"].astype("float64")
    counted = n * found["value"] / 100
    outside = n.sum() - n
    risk = ((counted.sum() - counted) / outside.where(outside > 0)).dropna()
    groups = [str(name) for name in found["subgroup"]]
    risk.index = pd.Index([groups[place] for place in range(len(groups)) if outside.iloc[place] > 0])
    return StateFigures(
        {str(name): float(value) for name, value in risk.items()},
        dict(zip(groups, (n / n.sum()).tolist(), strict=True)),
        str(found["source"].iloc[0]),
    )
