"""The same scores under each rule: what each calls mastered, and how many verdicts change from one rule to another."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.measures.asking import measure
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.lessons import standard_verdicts
from dataworkbench.measures.mastery import NOT_ENOUGH, RULES
from dataworkbench.measures.shaping import FIGURES, in_order, with_types

VERDICTS: Final = ("not yet", NOT_ENOUGH, "mastered")
_KEY: Final = ["student_id", "school_year", "assessment_id", "subject", "standard_id"]


def rules_side_by_side(
    district: Asked, *, where: Mapping[str, Sequence[str]] | None = None, rules: Sequence[str] = tuple(RULES)
) -> pd.DataFrame:
    """Return what share of standards each rule calls mastered, not yet mastered, or not known well enough.

    One row is one verdict by one rule: the frame that travels, grouped by ``rule`` and ``verdict``. ``value`` is the share of
    all pairs of a student and a standard that have a cut score, ``n`` the number of students, ``pairs`` how many such pairs
    have this verdict. The same scores stand behind every rule, so there is no interval: a difference between two rules is no
    matter of chance.
    """
    lacking = measure(
        district, "standards_mastery", where={name: tuple(held) for name, held in (where or {}).items()}
    )
    if (lacking["status"] == "missing").all():
        return with_types(lacking.reindex(columns=["rule", "verdict", *FIGURES, "unit", "pairs"]))
    told = standard_verdicts(district, where=where, rules=rules)
    told = told[told["verdict"] != "no cut score"]
    rows = [
        _share(piece, str(rule), verdict)
        for rule, piece in told.groupby("rule", sort=False)
        for verdict in VERDICTS
    ]
    if not rows:
        reason = "No standard with a cut score was scored here."
        row = {
            "indicator": "standards_by_rule",
            "n": 0,
            "n_left_out": 0,
            "status": "not_applicable",
            "reason": reason,
        }
        return with_types(pd.DataFrame([row]).reindex(columns=["rule", "verdict", *FIGURES, "unit", "pairs"]))
    frame = pd.DataFrame(rows, columns=["rule", "verdict", *FIGURES, "unit", "pairs"])
    return in_order(with_types(frame), ["rule", "verdict"], {"rule": tuple(RULES), "verdict": VERDICTS})


def _share(told: pd.DataFrame, rule: str, verdict: str) -> dict[Hashable, Any]:
    pairs = int((told["verdict"] == verdict).sum())
    return {
        "rule": rule, "verdict": verdict, "indicator": "standards_by_rule", "n": told["student_id"].nunique(), "n_left_out": 0,
        "numerator": None, "value": pairs / len(told), "low": math.nan, "high": math.nan, "status": "", "reason": "",
        "unit": "rate", "pairs": pairs,
    }  # fmt: skip


def verdicts_that_change(
    district: Asked, *, where: Mapping[str, Sequence[str]] | None = None, rules: Sequence[str] = tuple(RULES)
) -> pd.DataFrame:
    """Return how many verdicts on a student's standard change from one rule to another; for the staff road.

    One row is one pair of rules: ``rule``, ``other``, ``pairs`` (of a student and a standard), ``changed``, and of these
    ``to_mastered`` (from the first rule to the other), ``from_mastered`` and ``evidence`` (one of the two says that there is
    not enough evidence).
    """
    told = standard_verdicts(district, where=where, rules=rules)
    wide = told[told["verdict"] != "no cut score"].pivot(index=_KEY, columns="rule", values="verdict")
    there = [rule for rule in rules if rule in wide.columns]
    rows = [
        _changed(wide[rule], wide[other], rule, other) for rule in there for other in there if rule != other
    ]
    return pd.DataFrame(
        rows, columns=["rule", "other", "pairs", "changed", "to_mastered", "from_mastered", "evidence"]
    )


def _changed(here: pd.Series, there: pd.Series, rule: str, other: str) -> dict[str, object]:
    known = here.notna() & there.notna()
    changed = known & (here != there)
    unsure = changed & ((here == NOT_ENOUGH) | (there == NOT_ENOUGH))
    return {
        "rule": rule, "other": other, "pairs": int(known.sum()), "changed": int(changed.sum()), "evidence": int(unsure.sum()),
        "to_mastered": int((changed & ~unsure & (there == "mastered")).sum()),
        "from_mastered": int((changed & ~unsure & (here == "mastered")).sum()),
    }  # fmt: skip
