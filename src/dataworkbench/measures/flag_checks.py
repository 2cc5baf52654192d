"""Whether a district's flags have told anything so far: last year's flags against what came after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.asking import student_list, what_is_lacking
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.definitions_attainment import DEFINITIONS
from dataworkbench.measures.flag_rows import flags_of
from dataworkbench.measures.flags import student_flags
from dataworkbench.measures.intervals import NONE, wilson

FEWEST: Final = 10
"""Fewer students than this with a flag, or with the outcome, and nothing is said about how well one tells the other."""

OUTCOMES: Final[Mapping[str, str]] = {
    "chronic_absence": "chronically absent the year after",
    "not_proficient": "proficient on no test the year after",
    "left": "no longer enrolled the year after",
}
"""What a flag is held against, in words."""

COLUMNS = (
    "flag", "outcome", "flagged_in", "seen_in", "n", "flagged", "with_outcome", "both", "base", "sensitivity",
    "sensitivity_low", "sensitivity_high", "precision", "precision_low", "precision_high", "status", "reason",
)  # fmt: skip

_LEFT = """
    WITH stays AS (
        SELECT student_id, CAST(school_year AS VARCHAR) AS school_year, max(CAST(grade_level AS VARCHAR)) AS grade_level,
            max(coalesce(exit_date, DATE '9999-12-31')) AS leaving
        FROM enrollments GROUP BY 1, 2
    ), ending AS (
        SELECT max(exit_date) AS last_day FROM enrollments WHERE CAST(school_year AS VARCHAR) = ?
    )
    SELECT s.student_id, NOT EXISTS (
        SELECT 1 FROM stays AS t WHERE t.student_id = s.student_id AND t.school_year = ?) AS gone
    FROM stays AS s, ending
    WHERE s.school_year = ? AND s.leaving >= coalesce(ending.last_day, DATE '1000-01-01') AND s.grade_level <> (
        SELECT arg_max(grade_level, CASE grade_level WHEN 'PK' THEN -2 WHEN 'KG' THEN -1 ELSE try_cast(grade_level AS INTEGER) END)
        FROM stays WHERE try_cast(grade_level AS INTEGER) <= 12 OR grade_level IN ('PK', 'KG'))
"""
"""Who stayed to the end of a year and was not there in the next; the highest grade level is done and is not asked."""


def check_flags(
    district: Asked, *, school_year: str, seen_in: str, where: Where | None = None
) -> pd.DataFrame:
    """Return how well the flags of one school year told what was seen in the next; for the staff road alone.

    One row is one flag ("attendance", "behavior", "course", or "any") held against one of ``OUTCOMES``. ``n``: students of
    whom both are known; ``flagged``, ``with_outcome``, ``both``; ``base``, the share with the outcome whether flagged or not;
    ``sensitivity``, of those with the outcome the share that had been flagged; ``precision``, of those flagged the share that
    came to the outcome; both with Wilson's interval.

    Where fewer than ``FEWEST`` were flagged, or had the outcome, ``status`` is "not_applicable" and ``reason`` says so.
    A flag that was answered with help looks worse than it is: the help may have kept the outcome away.
    """
    chosen = {**(where or {}), "school_year": school_year}
    flags = student_flags(district, where=chosen).set_index("student_id")
    states = {flag.name: flags[flag.name] for flag in flags_of(district.settings.flags)}
    early = flags["flag_state"] == "Too early to say"
    known = {name: state.mask(early).dropna().astype(bool) for name, state in states.items()}
    together = pd.DataFrame(states).mask(early)
    one_or_more = together.eq(1).any(axis=1)
    known["any"] = one_or_more[one_or_more | together.notna().all(axis=1)]
    outcomes = _outcomes(district, school_year, seen_in)
    rows = [
        _row(flag, raised, outcome, seen) | {"flagged_in": school_year, "seen_in": seen_in}
        for outcome, seen in outcomes.items()
        for flag, raised in known.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _outcomes(district: Asked, before: str, after: str) -> dict[str, pd.Series]:
    """Return each outcome as yes or no for the students of whom it is known."""
    absent = {
        want: student_list(district, "chronic_absence", where={"school_year": after}, want=want)
        for want in ("hit", "not_hit")
    }
    found: dict[str, pd.Series] = {
        "chronic_absence": pd.Series(
            {**dict.fromkeys(absent["not_hit"], False), **dict.fromkeys(absent["hit"], True)}, dtype=bool
        )
    }
    found["not_proficient"] = _not_proficient(district, after)
    left = (
        district.ask(_LEFT, [before, after, before])
        if district.has("enrollments")
        else pd.DataFrame({"student_id": [], "gone": []})
    )
    found["left"] = left.set_index("student_id")["gone"].astype(bool)
    return found


def _not_proficient(district: Asked, after: str) -> pd.Series:
    question = question_of(DEFINITIONS[0], (), {"school_year": after})
    if what_is_lacking(district, question):
        return pd.Series(dtype=bool)
    sql, parameters = composing.judged_units(question, district.settings).ending(
        "SELECT student_id, max(total) = 0 AS none FROM judged WHERE why IS NULL GROUP BY 1"
    )
    return district.ask(sql, parameters).set_index("student_id")["none"].astype(bool)


def _row(flag: str, raised: pd.Series, outcome: str, seen: pd.Series) -> dict[str, object]:
    both_known = raised.index.intersection(seen.index)
    raised, seen = raised.loc[both_known], seen.loc[both_known]
    n, flagged, there, both = len(both_known), int(raised.sum()), int(seen.sum()), int((raised & seen).sum())
    row: dict[str, object] = {
        "flag": flag, "outcome": outcome, "n": n, "flagged": flagged, "with_outcome": there, "both": both,
        "base": there / n if n else float("nan"), "status": "", "reason": "",
    }  # fmt: skip
    if flagged < FEWEST or there < FEWEST:
        row |= {"status": "not_applicable", "reason": _too_few(n, flagged, there)}
        return row | dict.fromkeys(("sensitivity", "precision"), float("nan")) | _ends(NONE, NONE)
    shares = {"sensitivity": both / there, "precision": both / flagged}
    return row | shares | _ends(wilson(both, there), wilson(both, flagged))


def _ends(sensitivity: tuple[float, float], precision: tuple[float, float]) -> dict[str, object]:
    return {
        "sensitivity_low": sensitivity[0], "sensitivity_high": sensitivity[1], "precision_low": precision[0],
        "precision_high": precision[1],
    }  # fmt: skip


def _too_few(n: int, flagged: int, there: int) -> str:
    if not n:
        return "Cannot be said: nobody is known in both years."
    few, what = (flagged, "were flagged") if flagged < FEWEST else (there, "came to it")
    return f"Cannot be said: only {few} of {n} {what}; it takes {FEWEST}."
