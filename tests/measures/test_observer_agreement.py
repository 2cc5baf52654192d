"""Agreement of observers against published worked examples."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from small_district import YEAR, district, rows

from dataworkbench.measures import observer_agreement
from dataworkbench.measures.agreement import (
    gwet_ac,
    icc_2_1,
    icc_in_words,
    in_words,
    largest_share,
    weighted_kappa,
)


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


@pytest.mark.parametrize(
    ("table", "plain", "quadratic"), [(MARRIED_COUPLES, 0.1293302540, 0.3320455862), (SKIN, 0.3448753463, 0.6607228916)]
)  # fmt: skip
def test_kappa_agrees_with_r_to_ten_digits(table, plain, quadratic):
    # R 4.2.2, psych 2.2.9 (whose weighted.kappa is quadratic):
    #   m <- matrix(c(7,2,1,2, 7,8,5,8, 2,3,4,9, 3,7,9,14), 4); k <- cohen.kappa(m); c(k$kappa, k$weighted.kappa)
    #   0.1293302540 0.3320455862
    #   s <- matrix(c(10,5,2,0, 4,10,4,2, 1,12,12,6, 0,2,5,13), 4); k <- cohen.kappa(s); c(k$kappa, k$weighted.kappa)
    #   0.3448753463 0.6607228916
    assert weighted_kappa(from_table(table), power=0) == pytest.approx(plain, abs=1e-10)
    assert weighted_kappa(from_table(table)) == pytest.approx(quadratic, abs=1e-10)


ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
"""Two abstractors of emergency records; Gwet's own R package irrCAC prints AC1 0.84933 for it."""


def test_gwets_coefficient_agrees_with_his_own_example():
    assert gwet_ac(from_table(ABSTRACTORS), [0, 1, 2], power=0) == pytest.approx(0.84933, abs=0.000005)


@pytest.mark.parametrize(
    ("table", "ac1", "ac2"), [(MARRIED_COUPLES, 0.1581913395, 0.3780202650), (SKIN, 0.3510732558, 0.7178686526)]
)  # fmt: skip
def test_gwets_coefficients_agree_with_his_formula_in_r(table, ac1, ac2):
    # R 4.2.2, m and s as above:
    #   gwet <- function(t, w) { p <- t/sum(t); q <- nrow(t); pi <- (rowSums(p)+colSums(p))/2
    #     pa <- sum(w*p); pe <- sum(w)/(q*(q-1))*sum(pi*(1-pi)); (pa-pe)/(1-pe) }
    #   quad <- 1-outer(1:4,1:4,"-")^2/9; gwet(m, diag(4)); gwet(m, quad); gwet(s, diag(4)); gwet(s, quad)
    #   0.1581913395 0.3780202650 0.3510732558 0.7178686526
    scores = from_table(table)
    assert gwet_ac(scores, range(4), power=0) == pytest.approx(ac1, abs=1e-10)
    assert gwet_ac(scores, range(4)) == pytest.approx(ac2, abs=1e-10)


def test_where_nearly_all_is_one_level_kappa_says_nothing_and_gwets_coefficient_says_that_they_agree():
    # Gwet (2002), the example of the paradox: 118 both yes, 5 and 2 apart, none both no. R's psych gives kappa
    # -0.0233918129, and the formula above AC1 0.9407763376.
    table = [[118, 5], [2, 0]]
    assert weighted_kappa(from_table(table), power=0) == pytest.approx(-0.0233918129, abs=1e-10)
    assert gwet_ac(from_table(table), [0, 1], power=0) == pytest.approx(0.9407763376, abs=1e-10)
    assert largest_share(from_table(table)) == pytest.approx((118 * 2 + 7) / 250)


def test_the_intraclass_correlation_agrees_with_shrout_and_fleiss():
    # Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(2,1) is .29. R 4.2.2, psych 2.2.9:
    #   sf <- matrix(c(9,2,5,8, 6,1,3,2, 8,4,6,8, 7,1,2,6, 10,5,6,9, 6,2,4,7), ncol=4, byrow=TRUE)
    #   ICC(sf, lmer=FALSE)$results$ICC[2]      # Single_random_raters 0.2897637795
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    assert icc_2_1(np.array(ratings, dtype=float)) == pytest.approx(0.2897637795, abs=1e-10)


def test_observers_who_always_give_the_same_level_have_no_kappa():
    assert math.isnan(weighted_kappa(np.full((12, 2), 3.0)))


@pytest.mark.parametrize(
    ("kappa", "word"), [(0.2, "slight"), (0.21, "fair"), (0.8, "substantial"), (0.81, "almost perfect")]
)
def test_a_kappa_has_landis_and_kochs_word(kappa, word):
    assert in_words(kappa) == word


@pytest.mark.parametrize(
    ("icc", "word"), [(0.49, "poor"), (0.5, "moderate"), (0.75, "good"), (0.9, "excellent")]
)
def test_an_intraclass_correlation_has_koo_and_lis_word(icc, word):
    assert icc_in_words(icc) == word


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
    for name in ("weighted kappa", "ICC(2,1)", "AC2"):
        assert math.isnan(statistic(frame, name)["value"])
        assert statistic(frame, name)["status"] == "not_applicable"


def test_the_second_coefficient_is_given_where_one_level_dominates_and_only_there():
    twelve = visits(12, [1 + i % 4 for i in range(12)])
    alike = visits(12).assign(score=[3] * 22 + [3, 4])

    spread, dominated = (observer_agreement(district({"observations": held})) for held in (twelve, alike))

    assert statistic(spread, "AC2")["status"] == "not_applicable"
    # 11 of 12 pairs the same, one a level apart. Levels 1 to 4: quadratic weights sum to 4 + 2 (3 x 8/9 + 2 x 5/9 + 0) = 104/9.
    # Of 24 scores 23 are a 3: sum of p (1 - p) is 2 (23/24)(1/24).
    seen = 1 - (1 / 12) / 9
    chance = (104 / 9) / 12 * 2 * (23 / 24) * (1 / 24)
    assert statistic(dominated, "AC2")["value"] == pytest.approx((seen - chance) / (1 - chance))
    assert statistic(dominated, "weighted kappa")["value"] == pytest.approx(0, abs=1e-9)


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
