"""Many looks at once: each figure beside R's, and what the screens of leads and causes count."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import small_district as small
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.measures import (
    Means,
    Shares,
    against_others,
    benjamini_hochberg,
    holm,
    means_apart,
    measure,
    shares_apart,
)

# R version 4.2.2 Patched (2022-11-10 r83330); metafor for rma.mh.
# > p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34)
# > p.adjust(p, "holm")
# 0.015 0.112 0.507 0.507 0.507 0.6 0.666 1 1 1 1 1 1 1 1
# > p.adjust(p, "BH")
# 0.015 0.06 0.126 0.126 0.126 0.15 0.1585714286 0.2946428571 (six times) 0.34
# The values are those of Benjamini and Hochberg (1995), table 1, rounded by us.
P = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34]


def test_holm_is_that_of_r():
    assert holm(P) == pytest.approx([0.015, 0.112, *[0.507] * 3, 0.6, 0.666, *[1.0] * 8], abs=1e-9)


def test_benjamini_and_hochberg_is_that_of_r():
    wanted = [0.015, 0.06, *[0.126] * 3, 0.15, 0.1585714286, *[0.2946428571] * 7, 0.34]
    assert benjamini_hochberg(P) == pytest.approx(wanted, abs=1e-9)


def test_a_look_that_cannot_be_judged_is_no_look():
    # > p.adjust(c(0.01, NA, 0.02, 0.03), "holm")      0.03 NA 0.04 0.04
    # > p.adjust(c(0.01, NA, 0.02, 0.03), "BH")        0.03 NA 0.03 0.03
    assert holm([0.01, math.nan, 0.02, 0.03]) == pytest.approx([0.03, math.nan, 0.04, 0.04], nan_ok=True)
    assert benjamini_hochberg([0.01, math.nan, 0.02, 0.03]) == pytest.approx(
        [0.03, math.nan, 0.03, 0.03], nan_ok=True
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_counting_looks_never_makes_a_finding_surer_and_never_turns_their_order(p):
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p)
        assert all(later >= alone - 1e-12 for alone, later in zip(p, adjusted, strict=True))
        in_order = [adjusted[place] for place in sorted(range(len(p)), key=p.__getitem__)]
        assert in_order == sorted(in_order)
    assert all(one <= other + 1e-12 for one, other in zip(benjamini_hochberg(p), holm(p), strict=True))


def test_one_stratum_is_fishers_exact_test():
    # > fisher.test(matrix(c(9,11,6,34), 2, byrow=TRUE), alternative="greater")$p.value    0.01471820878
    # > fisher.test(matrix(c(9,11,6,34), 2, byrow=TRUE), alternative="less")$p.value       0.9974014518
    apart = shares_apart([Shares(9, 20, 6, 40)])
    assert (apart.p_higher, apart.p_lower) == pytest.approx((0.01471820878, 0.9974014518), abs=1e-9)
    assert apart.p_either == pytest.approx(2 * 0.01471820878, abs=1e-9)
    assert apart.value == pytest.approx(9 / 20 - 6 / 40)


THREE = [Shares(9, 20, 6, 40), Shares(4, 20, 10, 80), Shares(7, 12, 3, 18)]


def test_several_strata_are_the_exact_conditional_test_and_the_mantel_haenszel_difference():
    # > x <- array(c(9,6,11,34, 4,10,16,70, 7,3,5,15), c(2,2,3))
    # > mantelhaen.test(x, exact=TRUE, alternative="greater")$p.value    0.001230669521
    # > mantelhaen.test(x, exact=TRUE, alternative="less")$p.value       0.9996768578
    # > rma.mh(measure="RD", ai=x[1,1,], bi=x[1,2,], ci=x[2,1,], di=x[2,2,])
    #   estimate 0.22445255474, se 0.07419289894, ci.lb 0.07903714492, ci.ub 0.36986796457
    apart = shares_apart(THREE)
    assert (apart.p_higher, apart.p_lower) == pytest.approx((0.001230669521, 0.9996768578), abs=1e-9)
    assert (apart.value, apart.low, apart.high) == pytest.approx(
        (0.22445255474, 0.07903714492, 0.36986796457), abs=1e-8
    )


def test_a_stratum_with_nobody_to_compare_with_says_nothing():
    assert shares_apart([*THREE, Shares(5, 9, 0, 0), Shares(0, 0, 3, 7)]) == shares_apart(THREE)
    assert math.isnan(shares_apart([Shares(5, 9, 0, 0)]).p_higher)


A, B = [12, 15, 9, 20, 18, 14], [22, 17, 25, 19, 30, 21, 16]


def moments(values, others):
    own, other = pd.Series(values, dtype=float), pd.Series(others, dtype=float)
    return Means(len(own), own.mean(), own.std(), len(other), other.mean(), other.std())


def test_one_stratum_of_means_is_welchs_test():
    # > t.test(a, b)      t = -2.75626850108, df = 10.98980430960, p = 0.01869454348, -12.16215397352 to -1.36165555029
    # > t.test(a, b, alternative="less")$p.value     0.00934727174
    apart = means_apart([moments(A, B)])
    assert (apart.low, apart.high) == pytest.approx((-12.16215397352, -1.36165555029), abs=1e-8)
    assert (apart.p_either, apart.p_lower) == pytest.approx((0.01869454348, 0.00934727174), abs=1e-9)


def test_what_a_stratum_has_in_common_drops_out_of_a_difference_of_means():
    apart = means_apart([moments(A, B), moments([a + 100 for a in A], [b + 100 for b in B])])
    assert apart.value == pytest.approx(means_apart([moments(A, B)]).value)
    assert apart.high - apart.low < 12.16215397352 - 1.36165555029


def test_a_group_is_compared_with_the_others_and_not_with_itself():
    """Grade 3: 6 of 10 missed a tenth; grades 4 and 5 together 2 of 20. Everybody, grade 3 among them, would be 8 of 30."""
    absent = {"03": 6, "04": 2, "05": 0}
    ids = [f"{grade}-{at}" for grade in absent for at in range(10)]
    totals = pd.DataFrame(
        {
            "student_id": ids, "school_id": "1", "school_year": small.YEAR, "days_enrolled": 100.0,
            "days_absent": [50.0 if at < many else 0.0 for many in absent.values() for at in range(10)],
            "grade_level": [one[:2] for one in ids],
        }
    )  # fmt: skip
    here = small.district({"attendance_totals": totals})
    found = against_others(measure(here, "chronic_absence", by=["grade_level"]), within="grade_level")
    third = found.set_index("grade_level").loc["03"]
    assert (third["value_group"], third["value_reference"], third["n_reference"]) == (0.6, 0.1, 20)
    # by hand: C(10,6) C(20,2) + C(10,7) C(20,1) + C(10,8) C(20,0), out of C(30,8)
    assert third["p_higher"] == pytest.approx((210 * 190 + 120 * 20 + 45) / 5852925)


def test_a_group_without_others_like_it_is_not_compared():
    rows = [("1", "03", 4, 10), ("1", "04", 5, 10), ("2", "09", 9, 10)]
    frame = pd.DataFrame(rows, columns=["school_id", "grade_level", "numerator", "n"])
    frame.insert(2, "indicator", "chronic_absence")
    frame["status"] = ""
    found = against_others(frame, within="grade_level", alike=["school_id"])
    assert list(found["grade_level"]) == ["03", "04"]
