"""Where two roles see the same thing differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.asking import measure
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.gaps import gap
from dataworkbench.terms import NOT_REPORTED

Neutral = Literal["in", "out"]

_INDICATORS: Final = {"in": "survey_top_box", "out": "survey_top_box_without_neutral"}
_WORDS = ("topic", "wording", "wording_reference", "turned", "looked_at")


def mismatch(
    district: Asked,
    *,
    between: tuple[str, str] = ("staff", "student"),
    by: Sequence[str] = (),
    where: Where | None = None,
    neutral: Neutral = "in",
) -> pd.DataFrame:
    """Return, for each question that two roles were both asked, how far apart their favourable answers lie.

    One row is one pair of questions (in each group of ``by``): a comparison frame, first role minus second, the widest
    difference first. Beside it stand ``topic``, ``wording`` (as the first role was asked), ``wording_reference`` (as the
    second was), ``turned`` ("yes" where agreeing is unfavourable) and ``looked_at``, the number of pairs compared: of twenty, one
    is expected to stand out by chance. ``neutral`` says whether neutral answers are in the base of both shares or out of it.

    Raises
    ------
    NoSuchNameError
        Where ``neutral`` is neither "in" nor "out".

    """
    if neutral not in _INDICATORS:
        raise no_such("place of neutral answers", neutral, _INDICATORS)
    rates = measure(
        district,
        _INDICATORS[neutral],
        by=[*by, "pair_id", "role"],
        where={**(where or {}), "role": list(between)},
    )
    rates = rates[rates["pair_id"].ne(NOT_REPORTED).fillna(value=True)]
    rates = rates[_asked_of_both(rates, between)] if (rates["status"] != "missing").all() else rates
    if rates.empty:
        return _nothing(rates)
    compared = gap(rates, within="role", reference=between[1], confidence=district.settings.confidence)
    wide = compared.assign(size=compared["value"].abs()).sort_values("size", ascending=False, kind="stable")
    return _with_words(wide.drop(columns="size").reset_index(drop=True), district, between)


def _asked_of_both(rates: pd.DataFrame, between: tuple[str, str]) -> pd.Series:
    roles = rates.groupby("pair_id")["role"].agg(set)
    both = {pair for pair, there in roles.items() if set(between) <= there}
    return rates["pair_id"].isin(both)


def _nothing(rates: pd.DataFrame) -> pd.DataFrame:
    row = {
        "indicator": "survey_top_box", "n": 0, "n_left_out": 0, "status": "missing",
        "reason": "No question was asked of both roles. Bring survey exports whose mapping gives the questions that belong "
        "together the same pair_id.",
    }  # fmt: skip
    return pd.DataFrame([row]).reindex(columns=[*rates.columns, *_WORDS])


def _with_words(compared: pd.DataFrame, district: Asked, between: tuple[str, str]) -> pd.DataFrame:
    items = district.ask(
        "SELECT CAST(pair_id AS VARCHAR) AS pair_id, CAST(role AS VARCHAR) AS role, any_value(CAST(topic AS VARCHAR)) AS topic, "
        "any_value(wording) AS wording, bool_or(reversed) AS turned FROM survey_items WHERE role IN (?, ?) GROUP BY ALL",
        list(between),
    )
    first = items[items["role"] == between[0]].set_index("pair_id")
    second = items[items["role"] == between[1]].set_index("pair_id")
    return compared.assign(
        topic=compared["pair_id"].map(first["topic"]),
        wording=compared["pair_id"].map(first["wording"]),
        wording_reference=compared["pair_id"].map(second["wording"]),
        turned=compared["pair_id"].map(first["turned"]).eq(other=True).map({True: "yes", False: ""}),
        looked_at=compared["pair_id"].nunique(),
    )
