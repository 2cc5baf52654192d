"""Strengths and weaknesses by strand and by standard, the strongest first; kinds of tests apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.figures.house import calm_panel
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import Administration
from dataworkbench.views.district import Asked
from dataworkbench.views.pictures import Picture, plot_rates
from dataworkbench.views.shown import shown

Where = Mapping[str, tuple[str, ...]]

KINDS: Final = ("diagnostic", "interim", "summative", "formative", "standards")

_LONGEST: Final = 60
"""Letters of a standard's statement in a figure; the rest is cut, and the code stands before it."""

_PARTED: Final = """
    SELECT CAST(r.assessment_id AS VARCHAR) AS assessment_id, coalesce(any_value(a.title), any_value(CAST(r.assessment_id AS VARCHAR))) AS title,
        CAST(r.school_year AS VARCHAR) AS school_year, count(DISTINCT r.student_id) AS students
    FROM results AS r JOIN assessments AS a ON CAST(a.assessment_id AS VARCHAR) = CAST(r.assessment_id AS VARCHAR)
    WHERE CAST(a.kind AS VARCHAR) = ? AND nullif(CAST(r.standard_id AS VARCHAR), '') IS NOT NULL AND r.moment IS NULL
        AND CAST(r.school_year AS VARCHAR) <= ?
    GROUP BY 1, 3 ORDER BY 3 DESC, 4 DESC, 1
"""


def tests_with_parts(district: Asked, where: Where, *, kind: str) -> Administration:
    """Return the latest test of a kind that reports on parts of a subject, as a choice of results; without a title where there is none.

    ``kind`` is "diagnostic", "interim", "summative", "formative" or "standards" (a gradebook of standards).
    """
    if kind not in KINDS:
        raise no_such("kind of test", kind, KINDS)
    found = district.ask(_PARTED, [kind, max(where.get("school_year", ("9999",)))])
    chosen = Administration(tuple(where.items()))
    if found.empty:
        return chosen
    row = found.iloc[0]
    named = Administration(chosen.chosen, str(row["title"]))
    return named.but(
        school_year=str(row["school_year"]), assessment_id=str(row["assessment_id"]), period=None
    )


def strongest_first(frame: pd.DataFrame, *, within: str = "subject") -> pd.DataFrame:
    """Return the rows of a frame that has passed the gate, the largest figure first within each group of a column.

    A figure coded as a range goes by its middle; rows without a figure come last. No row is added or dropped.
    """
    middle = (
        frame["value"]
        .astype("float64")
        .fillna((frame["low"].astype("float64") + frame["high"].astype("float64")) / 2)
    )
    keys = [within] if within in frame.columns else []
    order = frame.assign(_middle=middle, _place=range(len(frame)))
    ordered = order.sort_values(
        [*keys, "_middle", "_place"], ascending=[*(True for _ in keys), False, True], na_position="last"
    )
    return ordered.drop(columns=["_middle", "_place"]).reset_index(drop=True)


def plot_strengths(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    kind: str = "diagnostic",
    by: str = "strand",
    title: str = "",
    most: int = 8,
) -> Picture:
    """Return a figure of how many have mastered each part of each subject, the strongest first, on the latest test of one kind.

    One bar is one strand (or one standard, with ``by="standard_id"``). Where there are more than ``most`` in a subject, the
    strongest and the weakest half of ``most`` are drawn; all of them stand in the numbers below.
    """
    test = tests_with_parts(district, where, kind=kind)
    heading = title or f"Where are we strong, where not? ({kind})"
    if not test.title:
        return Picture(
            calm_panel(heading, f"No {kind} test that reports on parts of a subject has been brought yet.")
        )
    known = {name: values for name, values in test.items() if name != "period"}
    frame = shown(district, "standards_mastery", by=["subject", by], where=known, audience=audience)
    frame = strongest_first(_with_statements(district, frame))
    whole = plot_rates(frame, by=by, title=f"{heading} {test.title}, {test['school_year'][0]}")
    drawn = plot_rates(_ends(frame, most), by=by, title=f"{heading} {test.title}, {test['school_year'][0]}")
    return Picture(drawn.figure, whole.below)


def _with_statements(district: Asked, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what a learner can do beside each standard's code, where the statement is there and short."""
    if "standard_id" not in frame.columns:
        return frame
    held = district.ask(
        "SELECT CAST(standard_id AS VARCHAR) AS code, statement FROM standards WHERE statement IS NOT NULL"
    )
    said = {str(row["code"]): str(row["statement"]) for row in held.to_dict("records")}
    return frame.assign(
        standard_id=[_named(str(code), said.get(str(code), "")) for code in frame["standard_id"]]
    )


def _named(code: str, statement: str) -> str:
    short = statement if len(statement) <= _LONGEST else f"{statement[: _LONGEST - 1]}…"
    return f"{code} {short}" if short and short != code else code


def _ends(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    half = most // 2
    pieces = [
        rows if len(rows) <= most else pd.concat([rows.head(half), rows.tail(half)])
        for _, rows in _groups(frame)
    ]
    return pd.concat(pieces, ignore_index=True) if pieces else frame


def _groups(frame: pd.DataFrame) -> Any:
    return frame.groupby("subject", sort=False, dropna=False) if len(frame) else []
