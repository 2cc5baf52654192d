"""Professional learning against growth on the rubric: against R, by hand, and in a district where nothing works."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_district import YEAR, district, rows

from dataworkbench.measures import learning_growth
from dataworkbench.measures.learning import FEWEST_TEACHERS, adjusted_difference
from dataworkbench.measures.screening import holm

BEFORE = [1.5, 2, 2.5, 2, 3, 1, 2.5, 3, 2, 1.5]
AFTER = [2.5, 3, 3, 2.5, 4, 2, 3, 3.5, 2.5, 3]
OTHER_BEFORE = [2, 2.5, 1, 3, 2, 1.5, 2.5, 3, 2, 1]
OTHER_AFTER = [2, 2, 1.5, 3, 2.5, 1.5, 2, 3.5, 2, 1]
"""
Ten teachers who took part and ten who did not. R 4.2.2:

    b <- c(1.5,2,2.5,2,3,1,2.5,3,2,1.5, 2,2.5,1,3,2,1.5,2.5,3,2,1); g <- rep(c(1,0), each=10)
    a <- c(2.5,3,3,2.5,4,2,3,3.5,2.5,3, 2,2,1.5,3,2.5,1.5,2,3.5,2,1)
    m <- lm(a ~ b + g); c(coef(m)["g"], confint(m)["g",])     # 0.7591304348 0.4322516504 1.0860092192
    t <- t.test((a-b)[g==1], (a-b)[g==0])                     # 0.7500000000 0.4122540494 1.0877459506, p 0.0001935172
    d <- (mean(b[g==1])-mean(b[g==0])) / sqrt((9*var(b[g==1])+9*var(b[g==0]))/18)
    d * (1 - 3/(4*20-9))                                      # 0.0691794761
"""


def visited(took: int = 10, others: int = 10, **more: object) -> dict[str, pd.DataFrame]:
    """A district whose teachers were visited in September and in March, with a topic in November for those who took part."""
    scored, learned = [], []
    sides = [("t", BEFORE, AFTER)] * bool(took) + [("o", OTHER_BEFORE, OTHER_AFTER)] * bool(others)
    for side, before, after in sides:
        for at in range(took if side == "t" else others):
            who = f"{side}{at}"
            for when, level in (("2025-09-15", before[at % 10]), ("2026-03-10", after[at % 10])):
                # A level between two steps is a visit that two observers scored one step apart.
                pair = (math.floor(level), math.ceil(level))
                scored += [(f"{who} {when}", f"x{one}", who, when, pair[one]) for one in (0, 1)]
            if side == "t":
                learned.append(("A1", who, "2025-11-12"))
    visits = rows("visit_id observer_id staff_id date score", *scored).assign(
        school_id="1",
        school_year=YEAR,
        rubric_id="R",
        element_id="asking",
        date=lambda f: pd.to_datetime(f["date"]).dt.date,
    )
    log = rows("activity_id staff_id date", *learned).assign(
        school_id="1",
        school_year=YEAR,
        topic="Asking",
        rubric_element="asking",
        date=lambda f: pd.to_datetime(f["date"]).dt.date,
    )
    return {"observations": visits, "professional_learning": log, **more}  # fmt: skip


def test_the_difference_of_changes_and_its_interval_are_those_of_r():
    row = learning_growth(district(visited())).iloc[0]

    assert (row["n"], row["n_reference"]) == (10, 10)
    assert row["value"] == pytest.approx(0.75, abs=1e-9)
    assert row["low"] == pytest.approx(0.4122540494, abs=1e-9)
    assert row["high"] == pytest.approx(1.0877459506, abs=1e-9)
    assert row["chance"] == pytest.approx(0.0001935172, abs=1e-9)
    assert row["before_difference"] == pytest.approx(0.0691794761, abs=1e-9)
    assert row["alike_before"] == "adjust for the difference"
    assert row["stands_out"]


def test_the_difference_among_teachers_alike_before_is_that_of_r():
    found = adjusted_difference(*(np.array(v, float) for v in (BEFORE, AFTER, OTHER_BEFORE, OTHER_AFTER)))

    assert found == pytest.approx((0.7591304348, 0.4322516504, 1.0860092192), abs=1e-9)


def test_holms_rule_is_that_of_r():
    # R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") prints 0.03 0.06 0.06 0.02
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_gap_among_the_chances_is_not_counted_as_a_look():
    found = holm([0.01, math.nan, 0.03])

    assert found[0] == pytest.approx(0.02)
    assert math.isnan(found[1])
    assert found[2] == pytest.approx(0.03)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_rule_never_makes_a_chance_smaller_and_keeps_their_order(chances):
    found = holm(chances)

    assert all(one >= p for one, p in zip(found, chances, strict=True))
    assert [found[i] for i in np.argsort(chances, kind="stable")] == sorted(found)


def test_with_fewer_teachers_than_it_takes_nothing_is_said_and_the_numbers_are():
    row = learning_growth(district(visited(took=FEWEST_TEACHERS - 1))).iloc[0]

    assert row["status"] == "not_applicable"
    assert math.isnan(row["value"])
    assert "9 teachers who took part and 10 who did not" in row["reason"]


def test_teachers_who_were_visited_only_before_are_left_out_and_counted():
    tables = visited()
    seen = tables["observations"]
    tables["observations"] = seen[
        ~((seen["staff_id"] == "o9") & (pd.to_datetime(seen["date"]).dt.year == 2026))
    ]

    row = learning_growth(district(tables)).iloc[0]

    assert row["status"] == "not_applicable"
    assert row["n_left_out"] == 1
    assert row["n_reference"] == 9


def test_who_learned_the_same_in_another_topic_is_in_neither_group():
    tables = visited(others=10)
    log = tables["professional_learning"]
    other = pd.DataFrame(
        {**log.iloc[0].to_dict(), "topic": "Asking again", "staff_id": "o0", "activity_id": "A2"}, index=[0]
    )
    found = learning_growth(district({**tables, "professional_learning": pd.concat([log, other])})).set_index(
        "topic"
    )

    assert found.loc["Asking", "n_reference"] == 9
    assert found.loc["Asking again", "n"] == 1  # fmt: skip


def test_who_learned_something_for_another_element_is_still_compared_with():
    tables = visited()
    log = tables["professional_learning"]
    other = pd.DataFrame(
        {**log.iloc[0].to_dict(), "topic": "Routines", "rubric_element": "routines", "staff_id": "o0", "activity_id": "A2"}, index=[0]
    )  # fmt: skip
    found = learning_growth(district({**tables, "professional_learning": pd.concat([log, other])})).set_index("topic")  # fmt: skip

    assert found.loc["Asking", "n_reference"] == 10


def test_a_visit_on_the_day_of_the_first_session_is_one_before_it():
    tables = visited()
    seen = tables["observations"]
    first = pd.to_datetime(seen["date"]).dt.year == 2025
    tables["observations"] = seen.assign(date=seen["date"].mask(first, pd.Timestamp("2025-11-12").date()))

    row = learning_growth(district(tables)).iloc[0]

    assert (row["n"], row["n_reference"]) == (10, 10)
    assert row["value"] == pytest.approx(0.75)


def test_a_log_without_elements_says_what_is_lacking():
    tables = visited()
    tables["professional_learning"] = tables["professional_learning"].assign(rubric_element=None)

    row = learning_growth(district(tables)).iloc[0]

    assert row["status"] == "missing"
    assert "rubric element" in row["reason"]


def test_without_visits_it_says_which_table_to_bring():
    tables = visited()
    del tables["observations"]

    row = learning_growth(district(tables)).iloc[0]

    assert row["status"] == "missing"
    assert "not brought observations" in row["reason"]


def test_where_nobody_was_visited_since_it_says_so():
    tables = visited()
    seen = tables["observations"]
    tables["observations"] = seen[pd.to_datetime(seen["date"]).dt.year == 2025]

    assert "nobody has been visited since" in learning_growth(district(tables))["reason"].iloc[0]


def nothing_works(seed: int, teachers: int = 60) -> dict[str, pd.DataFrame]:
    """A district where no topic does anything: levels of a teacher, a visit's luck, and five topics taken by chance."""
    draw = np.random.default_rng(seed)
    own = draw.normal(2.5, 0.8, teachers)
    scored, learned = [], []
    for topic in range(5):
        for at in range(teachers):
            for when in ("2025-09-15", "2026-03-10"):
                level = int(np.clip(np.round(own[at] + draw.normal(0, 0.6)), 1, 4))
                scored.append((f"{at} {when}", "x", f"t{at}", when, f"e{topic}", level))
            if draw.random() < 0.35:
                learned.append((f"A{topic}", f"t{at}", "2025-11-12", f"topic {topic}", f"e{topic}"))
    visits = rows("visit_id observer_id staff_id date element_id score", *scored)
    log = rows("activity_id staff_id date topic rubric_element", *learned)
    place = {"school_id": "1", "school_year": YEAR}
    return {
        "observations": visits.assign(**place, rubric_id="R", date=pd.to_datetime(visits["date"]).dt.date),
        "professional_learning": log.assign(**place, date=pd.to_datetime(log["date"]).dt.date),
    }


@pytest.mark.slow
@pytest.mark.thorough
def test_of_60_districts_where_nothing_works_about_one_in_twenty_sees_a_topic_stand_out():
    alarms = sum(
        bool(learning_growth(district(nothing_works(seed)))["stands_out"].any()) for seed in range(60)
    )

    # 5 of 100 is the rule. Of 60 that is 3; more than 8 would come by chance about three times in 1000 (binomial).
    assert alarms <= 8


def test_an_effect_of_one_level_is_found_in_a_district_of_sixty_teachers():
    tables = nothing_works(1)
    log, seen = tables["professional_learning"], tables["observations"]
    took = set(log.loc[log["topic"] == "topic 2", "staff_id"])
    later = (
        seen["staff_id"].isin(took)
        & (seen["element_id"] == "e2")
        & (pd.to_datetime(seen["date"]).dt.year == 2026)
    )
    seen.loc[later, "score"] += 1

    found = learning_growth(district(tables)).set_index("topic")

    assert found.index[found["stands_out"]].tolist() == ["topic 2"]
