"""Measures against what R 4.2.2 prints for the same numbers; the R code stands in each test, and was run once.

Packages: metafor 3.8-1, vcd 1.4-11, psych 2.2.9. Six digits, where both sides are exact.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import YEAR, district, enrolled, only, rows, scores, students

from dataworkbench.measures import (
    Compared,
    change,
    cox_index,
    difference_in_differences,
    fewest_to_tell,
    gap,
    hedges_g,
    intervention_outcomes,
    measure,
    mismatch,
    observer_agreement,
    risk_ratio,
)

SIX = 5e-7


def figures(row: pd.Series) -> tuple[float, float, float]:
    return row["value"], row["low"], row["high"]


def ids(n: int, first: str = "s") -> list[str]:
    return [f"{first}{at:04d}" for at in range(n)]


def at_levels(hits: int, n: int, first: str = "s", **columns: object) -> pd.DataFrame:
    """Results of n students, of whom so many are at the higher level."""
    levels = ["High"] * hits + ["Low"] * (n - hits)
    return scores(ids(n, first), [None] * n).assign(performance_level=levels, **columns)


CUTS = rows(
    "assessment_id performance_level level_order proficient", ("T", "Low", 1, False), ("T", "High", 2, True)
)


def test_growth_percentiles_have_rs_mean_and_interval():
    given = [12.0, 35.0, 50.0, 61.0, 88.0, 97.0]
    asked = district({"results": scores(ids(6), [500.0] * 6).assign(growth_percentile=given)})
    row = only(measure(asked, "mean_growth_percentile"))

    # R: p <- c(12, 35, 50, 61, 88, 97); mean(p); sd(p); t.test(p)$conf.int
    assert figures(row) == pytest.approx((57.16666667, 23.53611566, 90.79721768), abs=SIX)
    assert row["sd"] == pytest.approx(32.04632064, abs=SIX)


def test_gains_have_the_interval_of_rs_paired_t_test():
    fall, spring = [480, 495, 502, 511, 530, 547, 470], [492, 499, 520, 515, 551, 546, 488]
    results = pd.concat([scores(ids(7), fall, period="Fall"), scores(ids(7), spring)])
    row = only(measure(district({"results": results}), "mean_gain"))

    # R: t.test(s - f)$conf.int; sd(s - f)
    assert figures(row) == pytest.approx((10.857142857, 2.929526592, 18.784759122), abs=SIX)
    assert row["sd"] == pytest.approx(8.571825388, abs=SIX)


def test_shifts_of_exit_tickets_have_the_interval_of_rs_paired_t_test():
    points = {"pre": [2, 6, 5, 3, 4, 1, 7], "post": [8, 8, 6, 7, 9, 5, 7]}
    tickets = pd.concat(
        [
            scores(ids(7), [None] * 7, assessment_id="ticket").assign(
                moment=moment, points=[float(p) for p in held], points_possible=10.0, section_id="S1"
            )
            for moment, held in points.items()
        ]
    )
    row = only(measure(district({"results": tickets}), "exit_ticket_shift"))

    # R: t.test(10 * (post - pre))$conf.int
    assert figures(row) == pytest.approx((31.42857143, 11.14612470, 51.71101815), abs=SIX)


def test_removals_have_the_interval_of_rs_prop_test():
    taken_out = pd.DataFrame({"incident_id": ids(7, "i"), "student_id": ids(7), "days_removed": 1.0}).assign(
        school_id="1", school_year=YEAR
    )
    asked = district({"enrollments": enrolled(ids(53)), "incidents": taken_out})
    row = only(measure(asked, "removal_rate"))

    # R: prop.test(7, 53, correct = FALSE)$conf.int
    assert figures(row) == pytest.approx((7 / 53, 0.06547853284, 0.24840255309), abs=SIX)
    assert figures(only(measure(asked, "incident_rate"))) == figures(row)


def test_a_response_rate_has_the_interval_of_rs_prop_test():
    surveys = rows("survey_id role school_year period invited", ("S", "staff", YEAR, "Spring", 50))
    answered = pd.DataFrame(
        {"survey_id": "S", "role": "staff", "respondent_id": ids(34), "item_id": "q", "school_year": YEAR, "period": "Spring", "answer": 1}
    )  # fmt: skip
    items = rows("survey_id role item_id choices", ("S", "staff", "q", 4))
    asked = district({"surveys": surveys, "survey_responses": answered, "survey_items": items})

    # R: prop.test(34, 50, correct = FALSE)$conf.int
    row = only(measure(asked, "survey_response_rate"))
    assert figures(row) == pytest.approx((0.68, 0.5418970269, 0.7924178374), abs=SIX)


# R: newcombe <- function(x1, n1, x2, n2) { a <- prop.test(x1, n1, correct = FALSE)$conf.int
#      b <- prop.test(x2, n2, correct = FALSE)$conf.int; d <- x1/n1 - x2/n2
#      c(d, d - sqrt((x1/n1 - a[1])^2 + (b[2] - x2/n2)^2), d + sqrt((a[2] - x1/n1)^2 + (x2/n2 - b[1])^2)) }


def test_a_change_of_shares_has_newcombes_interval_in_r():
    results = pd.concat(
        [at_levels(58, 100, school_year="2024-25"), at_levels(71, 110, "t", school_year="2025-26")]
    )
    frame = measure(
        district({"results": results, "performance_levels": CUTS}), "proficiency", by=["school_year"]
    )

    # R: newcombe(71, 110, 58, 100)
    assert figures(only(change(frame))) == pytest.approx(
        (0.06545454545, -0.06531695197, 0.19389740833), abs=SIX
    )


def test_a_change_of_means_has_the_interval_of_rs_welch_test():
    before, after = [480, 495, 502, 511, 530, 547, 470], [499, 520, 515, 551, 546, 488, 560, 533]
    results = pd.concat(
        [
            scores(ids(7), before).assign(school_year="2024-25"),
            scores(ids(8, "t"), after).assign(school_year="2025-26"),
        ]
    )
    frame = measure(district({"results": results}), "mean_score", by=["school_year"])

    # R: t.test(b, a)$conf.int
    assert figures(only(change(frame))) == pytest.approx((21.5, -8.067285449, 51.067285449), abs=SIX)


def test_a_mismatch_has_newcombes_interval_in_r():
    def answered(role: str, agree: int, n: int) -> pd.DataFrame:
        given = [4] * agree + [1] * (n - agree)
        return pd.DataFrame(
            {"survey_id": "S", "role": role, "respondent_id": ids(n, role), "item_id": "q", "school_year": YEAR, "period": "Spring", "answer": given}
        )  # fmt: skip

    items = rows(
        "survey_id role item_id pair_id choices", ("S", "staff", "q", "p", 4), ("S", "student", "q", "p", 4)
    )
    responses = pd.concat([answered("staff", 18, 20), answered("student", 34, 61)])
    row = only(mismatch(district({"survey_items": items, "survey_responses": responses})))

    # R: newcombe(18, 20, 34, 61)
    assert figures(row) == pytest.approx((0.3426229508, 0.1097467412, 0.4863745378), abs=SIX)


CELLS = [
    ("in", "2024-25", 58, 120),
    ("in", "2025-26", 79, 125),
    ("out", "2024-25", 130, 240),
    ("out", "2025-26", 136, 251),
]


def test_a_difference_in_differences_is_rs_linear_model_with_errors_that_need_no_equal_spread():
    results = pd.concat(
        [at_levels(hits, n, f"{who}{when}", school_id=who, school_year=when) for who, when, hits, n in CELLS]
    )
    frame = measure(
        district({"results": results, "performance_levels": CUTS}),
        "proficiency",
        by=["school_id", "school_year"],
    )
    row = only(
        difference_in_differences(
            frame, Compared("school_id", "in", "out", "school_year", "2024-25", "2025-26")
        )
    )

    # R: m <- lm(y ~ g * t, d); X <- model.matrix(m); e <- resid(m)      # d: one row a student
    #    V <- solve(crossprod(X)) %*% crossprod(X * e) %*% solve(crossprod(X))
    #    coef(m)["g:t"] + c(0, -1, 1) * qnorm(.975) * sqrt(V["g:t", "g:t"])
    assert figures(row) == pytest.approx((0.148500664011, -0.002875353843, 0.299876681865), abs=SIX)
    # R: (qlogis(79/125) - qlogis(58/120)) / 1.65 - (qlogis(136/251) - qlogis(130/240)) / 1.65
    assert row["effect_size"] == pytest.approx(0.3677752471, abs=SIX)


def test_hedges_g_is_metafors_with_the_handbooks_factor():
    # R: g <- escalc(measure = "SMD", m1i = 512.4, sd1i = 21.3, n1i = 38, m2i = 503.1, sd2i = 25.8, n2i = 61)$yi
    #    m <- 97; J <- exp(lgamma(m/2) - log(sqrt(m/2)) - lgamma((m - 1)/2))    # metafor takes the exact factor,
    #    g / J * (1 - 3 / (4 * 99 - 9))                                         # the handbook this one
    assert hedges_g((512.4, 21.3, 38), (503.1, 25.8, 61)) == pytest.approx(0.3815944861, abs=SIX)


def test_the_cox_index_is_metafors_log_odds_ratio_over_165():
    # R: escalc(measure = "OR", ai = 61, bi = 39, ci = 56, di = 44)$yi / 1.65
    assert cox_index(0.61, 0.56) == pytest.approx(0.1249394917, abs=SIX)


def test_how_many_it_takes_is_rs_normal_quantile():
    # R: ceiling(qnorm(.975)^2 * (.63 * .37 + .55 * .45) / .08^2)
    assert fewest_to_tell([0.63, 0.55], 0.08) == 289


def test_a_risk_ratio_is_metafors():
    boys, girls = ids(87, "b"), ids(312, "g")
    hit = [*boys[:23], *girls[:41]]
    incidents = pd.DataFrame(
        {"incident_id": ids(64, "i"), "student_id": hit, "school_id": "1", "school_year": YEAR}
    )
    asked = district(
        {
            "enrollments": enrolled([*boys, *girls]),
            "students": students([*boys, *girls], sex=["Male"] * 87 + ["Female"] * 312),
            "incidents": incidents,
        }
    )
    frame = risk_ratio(measure(asked, "incident_rate", by=["subgroup"])).set_index("subgroup")

    # R: r <- escalc(measure = "RR", ai = 23, n1i = 87, ci = 41, n2i = 312)
    #    exp(r$yi + c(0, -1, 1) * qnorm(.975) * sqrt(r$vi))
    assert figures(frame.loc["Male"]) == pytest.approx((2.011774601, 1.280281886, 3.161207769), abs=SIX)


FIRST = [1, 2, 3, 4, 2, 3, 3, 2, 1, 4, 3, 2, 2, 3, 4, 1]
SECOND = [1, 2, 4, 4, 2, 3, 2, 2, 2, 4, 3, 1, 2, 3, 3, 1]


def test_two_observers_agree_as_vcd_and_psych_say():
    visits = pd.DataFrame(
        [
            (f"v{at:02d}", who, f"t{at}", score)
            for at, pair in enumerate(zip(FIRST, SECOND, strict=True))
            for who, score in zip("ab", pair, strict=True)
        ],
        columns=["visit_id", "observer_id", "staff_id", "score"],
    ).assign(school_id="1", school_year=YEAR, rubric_id="R", element_id="E")
    frame = observer_agreement(district({"observations": visits})).set_index("statistic")["value"]

    # R: tab <- table(factor(one, 1:4), factor(two, 1:4)); mean(one == two); mean(abs(one - two) <= 1)
    #    vcd::Kappa(tab, weights = "Fleiss-Cohen")$Weighted["value"]
    #    psych::ICC(cbind(one, two), lmer = FALSE)$results["Single_random_raters", "ICC"]
    assert frame["exact"] == 0.6875
    assert frame["adjacent"] == 1
    assert frame["weighted kappa"] == pytest.approx(0.84375, abs=SIX)
    assert frame["ICC(2,1)"] == pytest.approx(0.8520710059, abs=SIX)


UNHELPED_FIRST = [
    504, 489, 518, 512, 533, 514, 474, 496, 538, 536, 511, 500, 508, 499, 501, 503, 523, 499, 498, 494,
    531, 503, 526, 526, 512, 494, 525, 518, 481, 525, 503, 521, 485, 470, 517, 492, 495, 519, 491, 487,
]  # fmt: skip
UNHELPED_LAST = [
    527, 505, 538, 506, 531, 515, 492, 505, 549, 525, 515, 506, 518, 515, 531, 509, 525, 517, 509, 519,
    527, 524, 521, 551, 523, 505, 528, 534, 502, 530, 516, 524, 491, 490, 532, 502, 510, 521, 498, 501,
]  # fmt: skip
HELPED_BEFORE = [462, 470, 475, 481, 468, 477, 485, 459, 472, 480, 466]
HELPED_AFTER = [495, 489, 499, 503, 498, 490, 511, 484, 505, 500, 493]


def test_what_an_intervention_added_is_what_rs_regression_leaves():
    unhelped, helped = ids(40), ids(11, "h")
    results = pd.concat(
        [
            scores(unhelped, UNHELPED_FIRST, period="Fall"),
            scores(unhelped, UNHELPED_LAST),
            scores(helped, HELPED_BEFORE, period="Fall"),
            scores(helped, HELPED_AFTER),
        ]
    )
    turns = pd.DataFrame(
        {"intervention_id": ids(11, "t"), "student_id": helped, "exit_reason": "completed", "baseline": HELPED_BEFORE,
         "goal": [before + 20 for before in HELPED_BEFORE], "outcome": HELPED_AFTER}
    ).assign(school_id="1", school_year=YEAR, grade_level="03", strategy="Tutoring", need="Fluency", measure="T", subject="Reading")  # fmt: skip
    row = only(intervention_outcomes(district({"results": results, "interventions": turns})))

    # R: fit <- lm(last ~ first); beyond <- ha - predict(fit, data.frame(first = hb))
    #    at <- predict(fit, data.frame(first = mean(hb)), se.fit = TRUE)$se.fit
    #    mean(beyond) + c(0, -1, 1) * qt(.975, 10) * sqrt(var(beyond) / 11 + at^2)
    said = row["adjusted"], row["adjusted_low"], row["adjusted_high"]
    assert said == pytest.approx((4.462538088, -3.091238588, 12.016314765), abs=SIX)
    # R: mean(last - first); (1 - cor(first, last)) * (mean(first) - mean(hb)); mean(ha - hb)
    assert row["typical_change"] == pytest.approx(10.4, abs=SIX)
    assert row["expected_from_regression"] == pytest.approx(5.77286662, abs=SIX)
    assert row["change"] == pytest.approx(24.72727273, abs=SIX)
    assert (row["n"], row["n_comparison"]) == (11, 40)
    # Counted by hand: whose score rose by twenty points or more.
    assert row["numerator"] == sum(a - b >= 20 for a, b in zip(HELPED_AFTER, HELPED_BEFORE, strict=True))


def test_a_gap_of_two_groups_of_one_has_no_interval():
    results = scores(["a", "b"], [1.0, 2.0])
    asked = district({"results": results, "students": students(["a", "b"], sex=["Female", "Male"])})
    row = only(gap(measure(asked, "mean_score", by=["subgroup"], where={"subgroup_type": "Gender"})))

    # R: t.test(1, 2) stops with "not enough 'x' observations"
    assert math.isnan(row["low"])
    assert row["value"] == -1
