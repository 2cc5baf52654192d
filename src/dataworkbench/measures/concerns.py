"""A concern student by student: who counts, how each one fared, and who is with the concern. For the staff road alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.terms import school_year_ending

FEWEST_EARLIER: Final = 20
"""With fewer students who have an earlier score than this, scores are taken as they are."""

_MOST_LOST: Final = 1 / 3
_STRATUM: Final = ("school_id", "grade_level")


@dataclass(frozen=True)
class Concern:
    """A concern: an indicator for some students in one school year.

    One row of ``students`` is one student who counts: ``student_id``, ``school_id``, ``grade_level``, ``seen`` (the figure as
    measured: 0 or 1, or a score), ``outcome`` (the same, less what was expected from the score a year before, where
    ``adjusted``), ``with_concern`` (of a score: the lower half of each school's grade level).
    """

    indicator: Indicator
    school_year: str
    subject: str
    students: pd.DataFrame
    not_counted: int
    adjusted: bool = False

    @property
    def is_rate(self) -> bool:
        """Whether the outcome is a yes or no."""
        return self.indicator.unit == "rate"


def why_not(district: Asked, id: str, where: Where) -> str:  # noqa: A002 - the catalogue's own word
    """Return why there is no figure to screen causes for; nothing where there is one."""
    asked = indicator(id)
    if asked.direction == "neither" or asked.unit == "count":
        return f"'{asked.title}' has no good and no bad side, so nobody is with the concern. Ask for a measure that has."
    if "grade_level" not in asked.dimensions or asked.always_by:
        return f"'{asked.title}' does not count students one by one, so they cannot be compared."
    (row,) = measure(district, id, where=where).to_dict("records")
    return str(row["reason"]) if row["status"] else ""


def concern_of(district: Asked, id: str, where: Where) -> Concern:  # noqa: A002 - the catalogue's own word
    """Return the concern student by student; ask ``why_not`` first."""
    question = question_of(indicator(id), _STRATUM, where)
    statement = composing.judged_units(question, district.settings)
    sql, parameters = statement.ending(
        "SELECT student_id, school_id, grade_level, school_year, why, total / weight AS seen FROM judged ORDER BY student_id"
    )
    judged = district.ask(sql, parameters)
    counted = judged[judged["why"].isna()].drop_duplicates("student_id", keep="last").reset_index(drop=True)
    out = judged.loc[~judged["student_id"].isin(counted["student_id"]), "student_id"].nunique()
    year = str(counted["school_year"].max()) if len(counted) else ""
    frame = counted[["student_id", *_STRATUM, "seen"]].assign(seen=counted["seen"].astype(float))
    (subject,) = question.where.get("subject", ("",))[:1] or ("",)
    frame = frame.assign(outcome=frame["seen"])
    adjusted = False
    if id == "mean_score":
        frame, lost = _less_expected(frame, _year_before(district, question.where))
        adjusted, out = lost >= 0, out + max(lost, 0)
    bad = _on_the_bad_side(frame, question.indicator)
    return Concern(question.indicator, year, subject, frame.assign(with_concern=bad), int(out), adjusted)


def _on_the_bad_side(frame: pd.DataFrame, asked: Indicator) -> pd.Series:
    if asked.unit == "rate":
        return frame["outcome"].gt(0) if asked.direction == "lower" else frame["outcome"].eq(0)
    middle = frame.groupby(list(_STRATUM))["outcome"].transform("median")
    return frame["outcome"].lt(middle) if asked.direction == "higher" else frame["outcome"].gt(middle)


def _year_before(district: Asked, where: Mapping[str, Sequence[str]]) -> pd.Series:
    """Return the score of each student on the same test at the same time of the school year before."""
    years = where.get("school_year", ())
    if len(years) != 1:
        return pd.Series(dtype=float)
    before = school_year_ending(int(years[0][:4]))
    kept = {name: tuple(where[name]) for name in ("assessment_id", "subject", "period") if name in where}
    question = question_of(indicator("mean_score"), (), {**kept, "school_year": before})
    statement = composing.judged_units(question, district.settings)
    sql, parameters = statement.ending(
        "SELECT student_id, max(total / weight) AS score FROM judged WHERE why IS NULL GROUP BY student_id"
    )
    return district.ask(sql, parameters).set_index("student_id")["score"].astype(float)


def _less_expected(frame: pd.DataFrame, earlier: pd.Series) -> tuple[pd.DataFrame, int]:
    """Return scores less what was expected from the earlier ones, and how many had none; -1 where they are left as they are.

    Expected is the straight line through all students, with a level of its own for each grade level of each school.
    """
    before = frame["student_id"].map(earlier)
    there = frame[before.notna()].assign(before=before[before.notna()])
    lost = len(frame) - len(there)
    if len(there) < FEWEST_EARLIER or lost > _MOST_LOST * len(frame):
        return frame, -1
    within = there.groupby(list(_STRATUM))[["seen", "before"]]
    centred = there[["seen", "before"]] - within.transform("mean")
    spread = float((centred["before"] ** 2).sum())
    slope = float((centred["before"] * centred["seen"]).sum()) / spread if spread else 0.0
    left = centred["seen"] - slope * centred["before"]
    outcome = left + float(np.mean(there["seen"]))
    return there.drop(columns="before").assign(outcome=outcome).reset_index(drop=True), lost
