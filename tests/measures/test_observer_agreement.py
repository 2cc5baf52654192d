"""Agreement of observers against published worked examples."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from small_district import YEAR, district, rows

from dataworkbench.measures import observer_agreement
from dataworkbench.measures.agreement import icc_2_1, in_words, weighted_kappa


def from_table(table: list[list[int]]) -> np.ndarray:
    pairs = [(i, j) for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]
    return np.array(pairs, dtype=float)


MARRIED_COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
"""Agresti, Categorical Data Analysis; R's vcd prints 0.1293 and, with equal spacing, 0.2374."""
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
"""Two dermatologists; the SAS documentation of PROC FREQ prints 0.3449 and, weighted, 0.5082."""


@pytest.mark.parametrize(
    ("table", "power", "published"),
    [(MARRIED_COUPLES, 0, 0.1293), (MARRIED_COUPLES, 1, 0.2374), (SKIN, 0, 0.3449), (SKIN, 1, 0.5082)],
)
def test_kappa_agrees_with_published_examples(table, power, published):
    assert weighted_kappa(from_table(table), power=power) == pytest.approx(published, abs=0.00006)


@pytest.mark.parametrize("table", [MARRIED_COUPLES, SKIN])
def test_quadratic_kappa_is_the_one_that_statsmodels_works_out(table):
    from statsmodels.stats.inter_rater import cohens_kappa

    theirs = cohens_kappa(np.array(table), wt="quadratic").kappa
    assert weighted_kappa(from_table(table)) == pytest.approx(theirs)


def test_the_intraclass_correlation_agrees_with_shrout_and_fleiss():
    # Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(2,1) is .29.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    assert icc_2_1(np.array(ratings, dtype=float)) == pytest.approx(0.29, abs=0.005)


def test_observers_who_always_give_the_same_level_have_no_kappa():
    assert math.isnan(weighted_kappa(np.full((12, 2), 3.0)))


@pytest.mark.parametrize(
    ("kappa", "word"), [(0.2, "slight"), (0.21, "fair"), (0.8, "substantial"), (0.81, "almost perfect")]
)
def test_a_kappa_has_landis_and_kochs_word(kappa, word):
    assert in_words(kappa) == word


def visits(n: int, second: list[int] | None = None) -> pd.DataFrame:
    first = [1 + i % 4 for i in range(n)]
    scored = list(zip(first, second or first, strict=True))
    return rows(
        "visit_id observer_id staff_id school_id school_year rubric_id element_id score",
        *[
            (f"v{i}", who, f"t{i}", "1", YEAR, "R", "E1", score)
            for i, pair in enumerate(scored)
            for who, score in zip(("a", "b"), pair, strict=True)
        ],
    )


def statistic(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[frame["statistic"] == name].iloc[0]


def test_agreement_counts_visits_that_two_observers_scored():
    apart = [
        2,
        2,
        3,
        4,
        1,
        2,
        3,
        1,
        1,
        2,
        3,
        4,
    ]  # 1-2 next to each other, 4-1 three levels apart, ten the same
    once = visits(12, apart)
    alone = pd.DataFrame({**once.iloc[0].to_dict(), "visit_id": "alone", "score": [1]})

    frame = observer_agreement(district({"observations": pd.concat([once, alone])}))

    assert statistic(frame, "exact")["n"] == 12
    assert statistic(frame, "exact")["value"] == pytest.approx(10 / 12)
    assert statistic(frame, "adjacent")["value"] == pytest.approx(11 / 12)
    assert 0 < statistic(frame, "weighted kappa")["value"] < 1
    assert statistic(frame, "weighted kappa")["low"] < statistic(frame, "weighted kappa")["value"]


def test_with_fewer_than_ten_visits_only_the_share_of_agreement_is_given():
    frame = observer_agreement(district({"observations": visits(9)}))

    assert statistic(frame, "exact")["value"] == 1
    for name in ("weighted kappa", "ICC(2,1)"):
        assert math.isnan(statistic(frame, name)["value"])
        assert statistic(frame, name)["status"] == "not_applicable"


def test_asking_again_gives_the_same_interval():
    asked = district({"observations": visits(20, [1 + (i * 3) % 4 for i in range(20)])})

    pd.testing.assert_frame_equal(observer_agreement(asked), observer_agreement(asked))


def test_without_observations_it_says_how_to_bring_them():
    frame = observer_agreement(district({}))

    assert frame["status"].tolist() == ["missing"]
    assert "observation sheets" in frame["reason"].iloc[0]


def test_visits_by_one_observer_alone_have_no_agreement():
    frame = observer_agreement(district({"observations": visits(12).query("observer_id == 'a'")}))

    assert frame["status"].tolist() == ["not_applicable"]
    assert "two" in frame["reason"].iloc[0]
