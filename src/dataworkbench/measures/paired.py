"""The same people before and after: yes or no, matched one by one; and how a survey's favourable answers shifted."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import scipy

from dataworkbench.measures.asking import measure
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.gaps import COMPARED, compare
from dataworkbench.measures.intervals import NONE, Interval, wilson
from dataworkbench.measures.shaping import FIGURES, with_types
from dataworkbench.measures.surveys import ANSWERS
from dataworkbench.terms import PERIODS

MATCHED: Final = ("matched", "only_before", "only_after", "gained", "lost", "p_value", "wording")
"""What a shift carries beside the frame that travels."""


@dataclass(frozen=True)
class Pairs:
    """How many people said yes both times, only after, only before, and neither time."""

    both: int
    gained: int
    lost: int
    neither: int

    @property
    def n(self) -> int:
        """How many people there are."""
        return self.both + self.gained + self.lost + self.neither


def mcnemar(pairs: Pairs) -> float:
    """Return the exact probability of a change this uneven or more so, if gaining and losing were equally likely.

    Source: McNemar (1947), Psychometrika 12, 153-157; exact, two-sided, from the binomial.
    """
    moved = pairs.gained + pairs.lost
    return (
        min(1.0, 2 * float(scipy.stats.binom.cdf(min(pairs.gained, pairs.lost), moved, 0.5)))
        if moved
        else 1.0
    )


def paired_difference(pairs: Pairs, *, confidence: float = 0.95) -> Interval:
    """Return the interval for the share of yes after minus the share before, of the same people.

    Source: Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10 (square-and-add with correlation).
    """
    n = pairs.n
    if not n:
        return NONE
    after, before = pairs.both + pairs.gained, pairs.both + pairs.lost
    (low, high), (its_low, its_high) = (wilson(held, n, confidence=confidence) for held in (after, before))
    share, its = after / n, before / n
    tied = _correlation(pairs, after, before)
    down = (share - low) ** 2 - 2 * tied * (share - low) * (its_high - its) + (its_high - its) ** 2
    up = (high - share) ** 2 - 2 * tied * (high - share) * (its - its_low) + (its - its_low) ** 2
    return share - its - math.sqrt(max(0.0, down)), share - its + math.sqrt(max(0.0, up))


def _correlation(pairs: Pairs, after: int, before: int) -> float:
    n = pairs.n
    product = after * (n - after) * before * (n - before)
    if not product:
        return 0.0
    cross = pairs.both * pairs.neither - pairs.gained * pairs.lost
    return (max(cross - n / 2, 0.0) if cross > 0 else cross) / math.sqrt(product)


def survey_shift(
    district: Asked, *, before: str = "", after: str = "", role: str = "", where: Where | None = None
) -> pd.DataFrame:
    """Return how the favourable answers to each question shifted from one survey to another.

    One row is one question as one role was asked it: a comparison frame (see ``gap``), after minus before, of the share of
    favourable answers, and beside it ``matched`` (people who answered both times), ``only_before`` and ``only_after`` (who
    answered once), ``gained`` and ``lost`` (matched people who moved to or from a favourable answer), ``p_value`` (McNemar,
    exact) and ``wording``. ``before`` and ``after`` name two surveys (``survey_id``); without them, the last two.

    Where people can be told to be the same (one ``respondent_id`` in both), only they are compared and the interval is that
    of pairs. Where nobody can, the two times are taken as different people, ``matched`` is 0, and the interval is wider.
    """
    chosen = dict(where or {}) | ({"role": role} if role else {})
    if not (before and after):
        before, after = _last_two(district)
    rates = measure(
        district,
        "survey_top_box",
        by=["survey_id", "role", "item_id"],
        where={**chosen, "survey_id": [before, after]},
    )
    if (rates["status"] == "missing").all() or not before:
        reason = str(rates["reason"].iloc[0]) if district.has("survey_responses") is False else _ONE_SURVEY
        row = {"indicator": "survey_top_box", "n": 0, "n_left_out": 0, "status": "missing", "reason": reason}
        return with_types(
            pd.DataFrame([row]).reindex(columns=["role", "item_id", *FIGURES, *COMPARED, *MATCHED])
        )
    rows = [
        _shift(piece, before, after, _pairs(district, before, after, str(held[0]), str(held[1])), district)
        for held, piece in rates.groupby(["role", "item_id"], sort=False)
        if set(piece["survey_id"]) == {before, after}
    ]
    frame = pd.DataFrame(rows, columns=["role", "item_id", *FIGURES, *COMPARED, *MATCHED])
    return with_types(frame).astype({"n_reference": "Int64"}).reset_index(drop=True)


_ONE_SURVEY: Final = (
    "There is only one survey yet. Ask the same questions again, and bring that survey with the same profile."
)


def _last_two(district: Asked) -> tuple[str, str]:
    if not district.has("survey_responses"):
        return "", ""
    held = district.ask(
        "SELECT CAST(survey_id AS VARCHAR) AS survey_id, max(CAST(school_year AS VARCHAR)) AS school_year, "
        "any_value(CAST(period AS VARCHAR)) AS period FROM survey_responses GROUP BY 1"
    )
    place = [PERIODS.index(period) if period in PERIODS else 0 for period in held["period"].fillna("")]
    names = held.assign(place=place).sort_values(["school_year", "place", "survey_id"])["survey_id"].tolist()
    return (str(names[-2]), str(names[-1])) if len(names) > 1 else ("", "")


def _pairs(district: Asked, before: str, after: str, role: str, item: str) -> tuple[Pairs, int, int, str]:
    """Return the pairs of one question, how many answered only before and only after, and the question's words."""
    told = district.ask(
        f"""
        WITH usable AS (
            SELECT a.*, answer >= favourable_from AS yes FROM ({ANSWERS}) AS a
            WHERE unusable IS NULL AND CAST(role AS VARCHAR) = ? AND CAST(item_id AS VARCHAR) = ?
        ), b AS (SELECT respondent_id, yes FROM usable WHERE CAST(survey_id AS VARCHAR) = ?),
        c AS (SELECT respondent_id, yes FROM usable WHERE CAST(survey_id AS VARCHAR) = ?)
        SELECT count(*) FILTER (b.yes AND c.yes) AS both, count(*) FILTER (NOT b.yes AND c.yes) AS gained,
            count(*) FILTER (b.yes AND NOT c.yes) AS lost, count(*) FILTER (NOT b.yes AND NOT c.yes) AS neither,
            count(*) FILTER (c.yes IS NULL) AS only_before, count(*) FILTER (b.yes IS NULL) AS only_after,
            (SELECT any_value(wording) FROM survey_items AS i WHERE CAST(i.item_id AS VARCHAR) = ?
                AND CAST(i.survey_id AS VARCHAR) = ? AND CAST(i.role AS VARCHAR) = ?) AS wording
        FROM b FULL JOIN c ON b.respondent_id = c.respondent_id
        """,
        [role, item, before, after, item, after, role],
    ).iloc[0]
    pairs = Pairs(*(int(told[name]) for name in ("both", "gained", "lost", "neither")))
    return pairs, int(told["only_before"]), int(told["only_after"]), str(told["wording"] or item)


def _called(district: Asked, survey: str) -> str:
    """Return a survey's name with its time, as people know it; its identifier where nobody named it."""
    found = district.ask(
        "SELECT title, CAST(period AS VARCHAR) AS period, CAST(school_year AS VARCHAR) AS school_year FROM surveys "
        "WHERE CAST(survey_id AS VARCHAR) = ? LIMIT 1",
        [survey],
    )
    said = [str(part) for part in found.iloc[0] if isinstance(part, str) and part] if len(found) else []
    return " ".join(said) if len(said) > 1 else survey


def _shift(
    rates: pd.DataFrame, before: str, after: str, held: tuple[Pairs, int, int, str], district: Asked
) -> dict[Hashable, Any]:
    pairs, only_before, only_after, wording = held
    rows = {str(row["survey_id"]): row for row in rates.to_dict("records")}
    row = compare(rows[after], rows[before], _called(district, before), district.settings.confidence)
    row |= {
        "matched": pairs.n, "only_before": only_before, "only_after": only_after, "gained": pairs.gained, "lost": pairs.lost,
        "p_value": mcnemar(pairs) if pairs.n else math.nan, "wording": wording,
    }  # fmt: skip
    if not pairs.n or row["status"]:
        return row
    if pairs.n < district.settings.survey_fewest:
        few = f"Fewer than {district.settings.survey_fewest} people answered both times; so few are shown to nobody."
        return row | dict.fromkeys(("value", "low", "high", "value_group", "value_reference"), math.nan) | {
            "status": "suppressed", "reason": few,
        }  # fmt: skip
    low, high = paired_difference(pairs, confidence=district.settings.confidence)
    shares = (pairs.both + pairs.gained) / pairs.n, (pairs.both + pairs.lost) / pairs.n
    return row | {
        "n": pairs.n, "n_reference": pairs.n, "n_left_out": only_before + only_after, "value": shares[0] - shares[1],
        "low": low, "high": high, "value_group": shares[0], "value_reference": shares[1],
    }  # fmt: skip
