"""A concern student by student: who counts, how each one fared, and who is with the concern. For the staff road alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.measures.growth import FIRST_TO_LAST
from dataworkbench.terms import school_year_ending

FEWEST_EARLIER: Final = 20
"""With fewer students of whom it is known where they began, that is not taken into account."""

FIFTHS: Final = 5
_MOST_LOST: Final = 1 / 3
_REACHED: Final = ("mean_score", "proficiency")
GROWN: Final = ("mean_gain", "growth_target_met")
_ONE_TEST: Final = ("school_year", "assessment_id", "subject")
_STRATUM: Final = ("school_id", "grade_level")


@dataclass(frozen=True)
class Concern:
    """A concern: an indicator for some students in one school year.

    One row of ``students`` is one student who counts: ``student_id``, ``school_id``, ``grade_level``, ``seen`` (the figure as
    measured: 0 or 1, or a number), ``with_concern`` (of a number: the lower half of each school's grade level), and, where it
    is known where they began (``adjusted``), ``change`` and ``beyond`` for a number or ``start`` for a yes or no.

    Where a student began is the score on the same test at the same time a year before; of growth it is the year's first score.
    ``change`` is the figure less that score: right for groups that have always stood apart. ``beyond`` is the figure less what
    is expected after that score: right for those who were picked by it. ``start`` is the fifth of it, in the grade level.
    """

    indicator: Indicator
    school_year: str
    subject: str
    students: pd.DataFrame
    not_counted: int
    adjusted: bool = False

    def ways(self, *, picked: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return how students are compared: the column of the outcome, and the columns in which those compared are alike.

        ``picked`` where a factor is given because of a score, as support is. Two ways where it isn't known which is right: the
        truth lies between them, so a factor stands out only where it does both ways, and the one nearer to nothing is told.
        Source: Ding and Li (2019), Political Analysis 27, 605-615; after Lord (1967), Psychological Bulletin 68, 304-305.
        """
        plain, alike = ("seen", _STRATUM), ("seen", (*_STRATUM, "start"))
        if not self.adjusted:
            return (plain,)
        if not self.is_rate:
            return (("change", _STRATUM), ("beyond", _STRATUM))
        if self.indicator.id in GROWN:
            return (plain, alike)
        return (alike,) if picked else (plain,)

    @property
    def is_rate(self) -> bool:
        """Whether the outcome is a yes or no."""
        return self.indicator.unit == "rate"


def why_not(district: Asked, id: str, where: Where) -> str:  # noqa: A002 - the catalogue's own word
    """Return why there is no figure to screen causes for; nothing where there is one."""
    asked = indicator(id)
    if asked.direction == "neither" or asked.unit == "count":
        return f"'{asked.title}' has no good and no bad side, so nobody is with the concern. Ask for a measure that has."
    question = question_of(asked, (), where)
    by_student = (
        "student_id" in asked.rows(district.settings, question).unit and "grade_level" in asked.dimensions
    )
    if not by_student or asked.always_by:
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
    began = _began(district, id, question.where)
    frame, lost = _from_the_start(frame, began, question.indicator)
    bad = _on_the_bad_side(frame, question.indicator)
    return Concern(
        question.indicator, year, subject, frame.assign(with_concern=bad), int(out) + max(lost, 0), lost >= 0
    )


def _on_the_bad_side(frame: pd.DataFrame, asked: Indicator) -> pd.Series:
    if asked.unit == "rate":
        return frame["seen"].gt(0) if asked.direction == "lower" else frame["seen"].eq(0)
    outcome = frame["change"] if "change" in frame else frame["seen"]
    middle = outcome.groupby([frame[name] for name in _STRATUM]).transform("median")
    return outcome.lt(middle) if asked.direction == "higher" else outcome.gt(middle)


def _began(district: Asked, id: str, where: Mapping[str, Sequence[str]]) -> pd.Series:  # noqa: A002 - the catalogue's own word
    """Return the score with which each student began; empty where the concern is about none, or about several tests at once."""
    if id not in (*_REACHED, *GROWN) or any(len(where.get(name, ())) != 1 for name in _ONE_TEST):
        return pd.Series(dtype=float)
    year, test, subject = (where[name][0] for name in _ONE_TEST)
    if id in GROWN:
        told = district.ask(
            f"SELECT student_id, max(first_score) AS score FROM ({FIRST_TO_LAST}) WHERE school_year::VARCHAR = ? "
            "AND assessment_id::VARCHAR = ? AND subject::VARCHAR = ? GROUP BY student_id",
            [year, test, subject],
        )
        return told.set_index("student_id")["score"].astype(float)
    kept = {"assessment_id": [test], "subject": [subject], "school_year": [school_year_ending(int(year[:4]))]}
    kept |= {"period": list(where["period"])} if "period" in where else {}
    statement = composing.judged_units(question_of(indicator("mean_score"), (), kept), district.settings)
    sql, parameters = statement.ending(
        "SELECT student_id, max(total / weight) AS score FROM judged WHERE why IS NULL GROUP BY student_id"
    )
    return district.ask(sql, parameters).set_index("student_id")["score"].astype(float)


def _from_the_start(frame: pd.DataFrame, began: pd.Series, asked: Indicator) -> tuple[pd.DataFrame, int]:
    """Return the students with where they began, and how many were lost by it; -1 where it isn't known of enough of them.

    What is expected after a score is the straight line through all students, with a level of its own for each grade level of
    each school. Of a yes or no, those of whom it isn't known where they began are compared among themselves.
    """
    before = frame["student_id"].map(began).astype(float)
    known = before.notna()
    if known.sum() < FEWEST_EARLIER or (~known).sum() > _MOST_LOST * len(frame):
        return frame, -1
    if asked.unit == "rate":
        place = before.groupby(frame["grade_level"]).rank(pct=True)
        return frame.assign(start=(place * FIFTHS).fillna(0).map(math.ceil).astype(str)), 0
    there = frame[known].assign(before=before[known]).reset_index(drop=True)
    centred = there[["seen", "before"]] - there.groupby(list(_STRATUM))[["seen", "before"]].transform("mean")
    spread = float((centred["before"] ** 2).sum())
    slope = float((centred["before"] * centred["seen"]).sum()) / spread if spread else 0.0
    change = there["seen"] - there["before"] * (asked.id not in GROWN)
    beyond = centred["seen"] - slope * centred["before"]
    return there.assign(change=change, beyond=beyond).drop(columns="before"), int((~known).sum())
