"""Shares drawn towards the common one: by hand, against R, and laws that hold for any numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.measures import shrunken_shares

GROUPS = st.lists(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def test_shares_are_drawn_as_the_formula_worked_out_in_r_says():
    # R 4.2.2:
    #   y <- c(9, 30, 4, 60); n <- c(12, 50, 20, 80); N <- sum(n); p <- sum(y)/N; k <- 4; S <- sum(n*(y/n-p)^2)
    #   al <- (S - p*(1-p)*(k-1)) / (p*(1-p)*(N - sum(n^2)/N - (k-1))); M <- (1-al)/al
    #   p, S, al, M: 0.6358024691 5.0623456790 0.1873032990 4.3389342606
    #   (y+M*p)/(n+M): 0.7196739352 0.6028588076 0.2776910872 0.7441249485
    found = shrunken_shares([9, 30, 4, 60], [12, 50, 20, 80])

    assert found.common == pytest.approx(0.6358024691, abs=1e-9)
    assert found.alike == pytest.approx(0.1873032990, abs=1e-9)
    assert found.weight == pytest.approx(4.3389342606, abs=1e-8)
    assert found.shares == pytest.approx((0.7196739352, 0.6028588076, 0.2776910872, 0.7441249485), abs=1e-9)


def test_two_groups_by_hand():
    # 1 of 4 and 9 of 12: together 10 of 16 = .625, and .625 * .375 = .234375.
    # S = 4 (.25 - .625)^2 + 12 (.75 - .625)^2 = .5625 + .1875 = .75; by chance .234375.
    # Room: .234375 (16 - (16 + 144) / 16 - 1) = .234375 * 5 = 1.171875. So alike is .515625 / 1.171875 = .44, weight .56 / .44.
    found = shrunken_shares([1, 9], [4, 12])

    assert found.alike == pytest.approx(0.44)
    weight = 0.56 / 0.44
    assert found.shares == pytest.approx(
        ((1 + weight * 0.625) / (4 + weight), (9 + weight * 0.625) / (12 + weight))
    )


def test_groups_no_farther_apart_than_chance_are_all_given_the_common_share():
    # .7 of 10 and .6 of 100 lie closer together than chance alone puts such groups.
    found = shrunken_shares([7, 60], [10, 100])

    assert found.alike == 0
    assert math.isinf(found.weight)
    assert found.shares == pytest.approx((67 / 110, 67 / 110))


def test_a_lucky_few_do_not_come_before_many_who_did_nearly_as_well():
    # All 3 of 3, beside 64 of 80: drawn towards what is common here, three are not enough to come first.
    lucky, many, *_ = shrunken_shares([3, 64, 50, 45, 52], [3, 80, 80, 80, 80]).shares

    assert many > lucky


@given(GROUPS)
def test_each_share_lies_between_its_own_and_the_common_one(groups):
    hits, counts = zip(*groups, strict=True)
    found = shrunken_shares(hits, counts)

    for hit, n, drawn in zip(hits, counts, found.shares, strict=True):
        low, high = sorted((hit / n, found.common))
        assert low - 1e-9 <= drawn <= high + 1e-9


@given(GROUPS)
def test_hits_of_all_groups_lead_to_the_common_share(groups):
    hits, counts = zip(*groups, strict=True)

    assert shrunken_shares(hits, counts).common == pytest.approx(sum(hits) / sum(counts))


def test_a_group_without_a_case_is_given_the_common_share():
    assert shrunken_shares([2, 8, 0], [10, 10, 0]).shares[2] == pytest.approx(0.5)


def test_without_any_case_there_is_no_share():
    with pytest.raises(ValueError, match="no cases"):
        shrunken_shares([0, 0], [0, 0])
