"""What became of interventions, by hand; and that coming back to the mean is not taken for success."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_district import YEAR, district, enrolled, only, rows, students

from dataworkbench.measures import intervention_outcomes, left_out, measure

ENDINGS = "intervention_id student_id exit_reason baseline goal outcome"


def log(*turns: tuple[object, ...], **columns: object) -> pd.DataFrame:
    base = {"school_id": "1", "school_year": YEAR, "grade_level": "03", "strategy": "Tutoring", "need": "Fluency",
            "measure": "T", "subject": "Reading"}  # fmt: skip
    return rows(ENDINGS, *turns).assign(**(base | columns))


def test_all_who_started_and_are_done_count_not_the_completers_alone():
    turns = log(
        ("1", "a", "completed", 10.0, 20.0, 20.0),  # reached exactly: met
        ("2", "b", "completed", 10.0, 20.0, 19.0),  # not met
        ("3", "c", "stopped", 10.0, 20.0, None),  # stopped early without a score: not met
        ("4", "d", "met goal early", 10.0, 20.0, None),  # met
        ("5", "e", "still running", 10.0, 20.0, 30.0),  # left out
        ("6", "f", "moved away", 10.0, 20.0, 30.0),  # left out
        ("7", "g", "completed", 10.0, 20.0, None),  # left out: no outcome
        ("8", "h", "completed", 10.0, None, 30.0),  # left out: no goal
    )
    asked = district({"interventions": turns})

    row = only(measure(asked, "intervention_goal_met"))
    reasons = left_out(asked, "intervention_goal_met").set_index("left_out")["n"].to_dict()

    assert (row["numerator"], row["n"], row["n_left_out"]) == (2, 4, 4)
    assert reasons == {
        "moved away": 1,
        "no goal was set": 1,
        "no outcome was recorded": 1,
        "still running": 1,
    }


def test_a_goal_below_the_start_is_met_by_going_down():
    turns = log(("1", "a", "completed", 10.0, 5.0, 4.0), ("2", "b", "completed", 10.0, 5.0, 9.0))

    assert only(measure(district({"interventions": turns}), "intervention_goal_met"))["numerator"] == 1


def test_the_ledger_counts_endings_dose_and_fidelity():
    turns = log(
        ("1", "a", "completed", 10.0, 20.0, 20.0), ("2", "b", "stopped", 10.0, 20.0, 12.0), ("3", "c", "still running", 10.0, 20.0, None),
        ("4", "d", "completed", 10.0, 20.0, 15.0), planned_minutes=100.0, fidelity=[1.0, 0.5, None, 0.9],
    )  # fmt: skip
    sessions = rows(
        "intervention_id date minutes present",
        ("1", "2025-10-01", 60.0, True), ("1", "2025-10-02", 60.0, True), ("1", "2025-10-03", 60.0, False), ("2", "2025-10-01", 50.0, None), ("2", "2025-10-02", 30.0, False),
    )  # fmt: skip
    sessions["date"] = pd.to_datetime(sessions["date"]).dt.date

    row = only(intervention_outcomes(district({"interventions": turns, "intervention_sessions": sessions})))

    assert (row["strategy"], row["need"]) == ("Tutoring", "Fluency")
    assert (row["started"], row["completed"], row["stopped"], row["still_running"]) == (4, 2, 1, 1)
    assert (row["n"], row["numerator"]) == (3, 1)
    assert row["dose"] == pytest.approx(
        (100 + 50 + 0) / 300
    )  # never more than was planned, and not the missed session
    assert row["fidelity"] == pytest.approx(0.8)
    assert row["change"] == pytest.approx((10 + 2 + 5) / 3)
    assert not row["ranked"]


def test_strategies_tried_with_few_students_are_listed_last_and_never_ranked():
    few = log(*[(f"f{i}", f"a{i}", "completed", 10.0, 20.0, 25.0) for i in range(9)], strategy="Few")
    some = log(
        *[(f"s{i}", f"b{i}", "completed", 10.0, 20.0, 25.0 if i < 7 else 10.0) for i in range(10)],
        strategy="Some",
    )
    many = log(
        *[(f"m{i}", f"c{i}", "completed", 10.0, 20.0, 25.0 if i < 60 else 10.0) for i in range(100)],
        strategy="Many",
    )

    frame = intervention_outcomes(district({"interventions": pd.concat([few, some, many])}))

    # Seven of ten is more than sixty of a hundred, but less sure: 0.40 to 0.89 against 0.50 to 0.69.
    assert frame["strategy"].tolist() == ["Many", "Some", "Few"]
    assert frame["ranked"].tolist() == [True, True, False]
    assert frame["looked_at"].tolist() == [2, 2, 2]


def lucky_and_unlucky(effect: float, n: int = 4000, seed: int = 7):
    """A district where scores are skill plus luck (r = .7), and the lowest fifth before gets help worth ``effect`` points."""
    draw = np.random.default_rng(seed)
    skill = draw.normal(200, np.sqrt(0.7) * 15, n)
    before = skill + draw.normal(0, np.sqrt(0.3) * 15, n)
    after = skill + 6 + draw.normal(0, np.sqrt(0.3) * 15, n)
    helped = before < np.quantile(before, 0.2)
    helped &= draw.random(n) < 0.5  # help reached half of them; the others show what happens without
    after = after + effect * helped
    ids = [f"s{i:04d}" for i in range(n)]
    piece = pd.DataFrame(
        {
            "student_id": ids,
            "school_id": "1",
            "school_year": YEAR,
            "grade_level": "03",
            "assessment_id": "T",
            "subject": "Reading",
        }
    )
    results = pd.concat(
        [piece.assign(period="Fall", scale_score=before), piece.assign(period="Spring", scale_score=after)]
    )
    turns = pd.DataFrame(
        {"intervention_id": [f"i{i}" for i in range(helped.sum())], "student_id": np.array(ids)[helped], "exit_reason": "completed",
         "baseline": before[helped], "goal": before[helped] + 8, "outcome": after[helped]}
    ).assign(school_id="1", school_year=YEAR, grade_level="03", strategy="Tutoring", need="Fluency", measure="T", subject="Reading")  # fmt: skip
    return district({"results": results, "interventions": turns}), before, helped


def test_coming_back_to_the_mean_is_not_taken_for_success():
    asked, before, helped = lucky_and_unlucky(effect=0.0)

    row = only(intervention_outcomes(asked))

    assert row["change"] > 10  # it looks like much
    assert row["adjusted_low"] < 0 < row["adjusted_high"]  # and was nothing
    assert row["typical_change"] == pytest.approx(6, abs=1.5)
    expected = 0.3 * (before[~helped].mean() - before[helped].mean())
    assert row["expected_from_regression"] == pytest.approx(expected, abs=1.5)


def test_help_that_was_worth_five_points_is_found_to_be_worth_five_points():
    asked, _, _ = lucky_and_unlucky(effect=5.0)

    row = only(intervention_outcomes(asked))

    assert row["adjusted_low"] < 5 < row["adjusted_high"]
    assert row["adjusted_low"] > 0
    assert row["n_comparison"] == 4000 - row["started"]


def test_with_few_untreated_students_nothing_is_said_about_what_was_to_be_expected():
    row = only(
        intervention_outcomes(district({"interventions": log(("1", "a", "completed", 10.0, 20.0, 30.0))}))
    )

    assert pd.isna(row["adjusted"])
    assert pd.isna(row["n_comparison"])


def test_the_ledger_can_be_had_by_subgroup_and_grade_level():
    ids = ["a", "b"]
    turns = log(*[(str(i), who, "completed", 10.0, 20.0, 20.0 + i) for i, who in enumerate(ids)])
    asked = district(
        {
            "interventions": turns,
            "students": students(ids, sex=["Female", "Male"]),
            "enrollments": enrolled(ids),
        }
    )

    frame = intervention_outcomes(
        asked, by=["strategy", "grade_level", "subgroup"], where={"subgroup_type": "Gender"}
    )

    assert frame[["grade_level", "subgroup", "started"]].to_numpy().tolist() == [
        ["03", "Female", 1],
        ["03", "Male", 1],
    ]


def test_without_an_intervention_log_it_says_how_to_bring_one():
    row = only(intervention_outcomes(district({})))

    assert row["status"] == "missing"
    assert "intervention log" in row["reason"]
