"""Exit tickets lesson by lesson, and the same people before and after, against R."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_district import YEAR, district, only, rows

from dataworkbench.measures import (
    Pairs,
    mcnemar,
    measure,
    paired_difference,
    survey_shift,
    ticket_lessons,
)
from dataworkbench.workspace import Settings

BEFORE = [2, 6, 4, 8, 0, 5, 10, 4]
AFTER = [8, 8, 4, 6, 5, 9, 10, 9]


def tickets(
    *lessons: tuple[str, str, dict[str, float | None]], possible: float = 10, standard: str = "M.1"
) -> pd.DataFrame:
    """One row is one student at one check: (day, pre or post, points by student)."""
    made = [(who, moment, day, points) for day, moment, held in lessons for who, points in held.items()]
    frame = rows("student_id moment test_date points", *made)
    return frame.assign(
        test_date=pd.to_datetime(frame["test_date"]).dt.date, school_year=YEAR, school_id="1", grade_level="04",
        assessment_id="ET", section_id="C1", subject="Mathematics", standard_id=standard, points_possible=possible,
    )  # fmt: skip


def named(points: list[float]) -> dict[str, float]:
    return {f"s{place}": float(value) for place, value in enumerate(points)}


@pytest.fixture(scope="module")
def asked():
    return district(
        {"results": tickets(("2025-10-01", "pre", named(BEFORE)), ("2025-10-03", "post", named(AFTER)))}
    )


def test_the_gain_of_the_class_and_its_interval_are_rs(asked):
    # R 4.2.2: b <- c(.2,.6,.4,.8,.0,.5,1,.4); a <- c(.8,.8,.4,.6,.5,.9,1,.9); n <- 8
    # g <- (mean(a)-mean(b))/(1-mean(b)); d <- (a-b) - g*(1-b); se <- sqrt(sum(d^2)/(n-1)*n)/sum(1-b)
    # g; g + c(-1,1)*qt(.975,n-1)*se   ->  0.487804878  0.1582356211 0.8173741349
    row = only(measure(asked, "exit_ticket_gain"))
    assert [row["value"], row["low"], row["high"]] == pytest.approx(
        [48.7804878, 15.82356211, 81.73741349], abs=1e-7
    )


def test_the_average_of_own_gains_is_another_number(asked):
    # R: own <- ((a-b)/(1-b))[b<1]; mean(own); t.test(own)$conf.int  ->  0.3404761905 -0.2666290065 0.9475813874 (7 students)
    row = only(measure(asked, "exit_ticket_own_gain"))
    assert [row["value"], row["low"], row["high"]] == pytest.approx(
        [34.04761905, -26.66290065, 94.75813874], abs=1e-7
    )
    assert (row["n"], row["n_left_out"]) == (7, 1)


def test_a_loss_is_a_share_of_what_there_was_to_lose(asked):
    # R: ch <- ifelse(a>b,(a-b)/(1-b),ifelse(a<b,(a-b)/b,0)); ch <- ch[!(a==b & (b==0|b==1))]
    # mean(ch); t.test(ch)$conf.int  ->  0.4476190476 0.0594583082 0.835779787 (7 students)
    row = only(measure(asked, "exit_ticket_normalised_change"))
    assert [row["value"], row["low"], row["high"]] == pytest.approx(
        [44.76190476, 5.94583082, 83.5779787], abs=1e-7
    )


@pytest.mark.parametrize(
    ("indicator", "wanted"),
    [
        ("exit_ticket_before", (48.75, 22.14797717, 75.35202283)),
        ("exit_ticket_after", (73.75, 55.91006685, 91.58993315)),
    ],
)
def test_percent_right_before_and_after_a_lesson_have_rs_mean_and_interval(asked, indicator, wanted):
    # R 4.2.2: b <- c(.2,.6,.4,.8,.0,.5,1,.4); a <- c(.8,.8,.4,.6,.5,.9,1,.9)
    # 100*c(mean(b), t.test(b)$conf.int)  ->  48.75 22.14797717 75.35202283
    # 100*c(mean(a), t.test(a)$conf.int)  ->  73.75 55.91006685 91.58993315
    row = only(measure(asked, indicator))
    assert [row["value"], row["low"], row["high"]] == pytest.approx(wanted, abs=1e-7)
    assert (row["n"], row["n_left_out"]) == (8, 0)


def test_who_took_one_check_alone_counts_neither_before_nor_after():
    held = tickets(("2025-10-01", "pre", {"a": 2, "b": 10}), ("2025-10-03", "post", {"a": 8, "c": 10}))
    for indicator, right in (("exit_ticket_before", 20), ("exit_ticket_after", 80)):
        row = only(measure(district({"results": held}), indicator))
        assert (row["value"], row["n"], row["n_left_out"]) == (pytest.approx(right), 1, 2)


def test_a_student_who_missed_the_check_after_one_lesson_is_not_matched_with_the_next_lesson():
    held = tickets(
        ("2025-10-01", "pre", {"a": 2, "b": 4}), ("2025-10-03", "post", {"a": 8}),
        ("2025-10-08", "pre", {"b": 5}), ("2025-10-10", "post", {"a": 9, "b": 10}),
    )  # fmt: skip
    lessons = ticket_lessons(district({"results": held}))

    assert lessons["lesson"].tolist() == ["2025-10-10", "2025-10-03"]
    assert lessons["n"].tolist() == [1, 1]
    assert lessons["value"].tolist() == pytest.approx([100, 75])  # b: 5 of 5; a: 6 of 8
    assert lessons[["no_before", "no_after"]].to_numpy().tolist() == [[1, 0], [0, 1]]
    # Over both lessons each student counts once, with the lesson that has both checks: (6 + 5) of (8 + 5).
    whole = only(measure(district({"results": held}), "exit_ticket_gain"))
    assert whole["value"] == pytest.approx(100 * 11 / 13)
    assert (whole["n"], whole["n_left_out"]) == (2, 0)


def test_who_took_neither_check_is_counted_as_well():
    held = tickets(("2025-10-01", "pre", {"a": 2, "b": None}), ("2025-10-03", "post", {"a": 8, "b": None}))
    row = only(ticket_lessons(district({"results": held})))
    assert (row["n"], row["neither"], row["n_left_out"]) == (1, 1, 1)


def test_a_yes_or_no_check_is_judged_by_the_students_who_moved():
    before = {f"s{place}": float(place < 3) for place in range(12)}  # three knew it
    after = {f"s{place}": float(place not in {0, 9, 10}) for place in range(12)}  # nine know it, one forgot
    row = only(
        ticket_lessons(
            district(
                {"results": tickets(("2025-10-01", "pre", before), ("2025-10-03", "post", after), possible=1)}
            )
        )
    )

    assert [row[name] for name in ("yes_before", "yes_after", "gained", "lost")] == [3, 9, 7, 1]
    assert row["p_value"] == pytest.approx(
        2 * (1 + 8) / 2**8
    )  # of eight who moved, one or none lost it; both sides


@pytest.mark.parametrize(("pairs", "p"), [(Pairs(5, 9, 2, 4), 0.0654296875), (Pairs(3, 1, 5, 8), 0.21875)])
def test_mcnemars_test_is_the_exact_one(pairs, p):
    # R: binom.test(9, 11)$p.value  ->  0.0654296875;  binom.test(1, 6)$p.value  ->  0.21875
    assert mcnemar(pairs) == pytest.approx(p, abs=1e-12)


def test_where_nobody_moved_nothing_speaks_for_a_change():
    assert mcnemar(Pairs(5, 0, 0, 5)) == 1


@pytest.mark.parametrize(
    ("pairs", "ends"),
    [
        (Pairs(36, 12, 2, 0), (0.056929584, 0.340427603)),
        (Pairs(20, 12, 2, 16), (0.05615642484, 0.3292069954)),
        (Pairs(2, 14, 1, 37), (0.1067131633, 0.3738106736)),
        (Pairs(0, 20, 0, 30), (0.2570116074, 0.5381856225)),
    ],
)
def test_the_interval_of_a_difference_of_pairs_is_newcombes(pairs, ends):
    # R 4.2.2, with w(x, n) Wilson's interval:
    # newcombe10 <- function(e,f,g,h){ n<-e+f+g+h; p1<-(e+f)/n; p2<-(e+g)/n; w1<-w(e+f,n); w2<-w(e+g,n)
    #   A<-(e+f)*(g+h)*(e+g)*(f+h); C<-e*h-f*g; if (C>0) C<-max(C-n/2,0); phi<-if(A==0) 0 else C/sqrt(A)
    #   l<-sqrt((p1-w1[1])^2-2*phi*(p1-w1[1])*(w2[2]-p2)+(w2[2]-p2)^2)
    #   u<-sqrt((w1[2]-p1)^2-2*phi*(w1[2]-p1)*(p2-w2[1])+(p2-w2[1])^2); c(p1-p2-l, p1-p2+u) }
    assert paired_difference(pairs) == pytest.approx(ends, abs=1e-9)


@given(*[st.integers(0, 40)] * 4)
def test_before_and_after_exchanged_turn_the_interval_around(both, gained, lost, neither):
    there, back = Pairs(both, gained, lost, neither), Pairs(both, lost, gained, neither)
    low, high = paired_difference(there)
    if there.n:
        assert (-high, -low) == pytest.approx(paired_difference(back))
        assert low - 1e-12 <= (gained - lost) / there.n <= high + 1e-12
        assert mcnemar(there) == mcnemar(back)
    else:
        assert math.isnan(low)


def answered(survey: str, given_by: dict[str, int]) -> pd.DataFrame:
    return rows("respondent_id answer", *given_by.items()).assign(
        survey_id=survey,
        role="student",
        item_id="q",
        school_id="1",
        school_year=YEAR,
        period="Fall" if survey == "one" else "Spring",
    )


def survey(before: dict[str, int], after: dict[str, int], **settings: int):
    items = rows(
        "survey_id role item_id wording choices",
        *[(name, "student", "q", "I like it.", 5) for name in ("one", "two")],
    )
    responses = pd.concat([answered("one", before), answered("two", after)])
    return district(
        {"survey_items": items, "survey_responses": responses}, Settings(survey_fewest=1, **settings)
    )


def test_people_who_answered_both_times_are_compared_each_with_themselves():
    before = {"a": 5, "b": 2, "c": 3, "d": 1, "e": 4}
    after = {"a": 5, "b": 4, "c": 5, "d": 1, "f": 5}
    row = only(survey_shift(survey(before, after)))

    # Matched a, b, c, d: one of four before, three of four after; e and f answered once.
    assert [
        row[name] for name in ("matched", "only_before", "only_after", "gained", "lost", "n_left_out")
    ] == [4, 1, 1, 2, 0, 2]
    assert row["value"] == pytest.approx(0.5)
    assert (row["low"], row["high"]) == pytest.approx(paired_difference(Pairs(1, 2, 0, 1)))
    assert row["p_value"] == pytest.approx(0.5)


def test_people_who_cannot_be_told_to_be_the_same_are_two_groups():
    row = only(
        survey_shift(survey({"a1": 5, "a2": 1}, {"b1": 5, "b2": 4, "b3": 1}), before="one", after="two")
    )
    assert (row["matched"], row["n"], row["n_reference"]) == (0, 3, 2)
    assert row["value"] == pytest.approx(2 / 3 - 1 / 2)


def test_few_matched_people_are_shown_to_nobody():
    asked = survey({"a": 5, "b": 2}, {"a": 5, "b": 4}).settings.model_copy(update={"survey_fewest": 3})
    made = survey({"a": 5, "b": 2, "x": 1, "y": 2}, {"a": 5, "b": 4, "u": 1, "v": 3})
    made.settings = asked
    row = only(survey_shift(made))
    assert row["status"] == "suppressed"
    assert math.isnan(row["value"])


def test_one_survey_alone_cannot_have_shifted():
    items = rows("survey_id role item_id wording choices", ("one", "student", "q", "I like it.", 5))
    row = only(survey_shift(district({"survey_items": items, "survey_responses": answered("one", {"a": 5})})))
    assert row["status"] == "missing"
    assert "Ask the same questions again" in row["reason"]
