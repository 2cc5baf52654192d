"""Gaps, changes over time, and risk ratios."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats
from small_district import YEAR, district, only, scores, students

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import change, gap, measure, risk_ratio

GIRLS, BOYS = [f"g{i}" for i in range(70)], [f"b{i}" for i in range(80)]
GENDER = {"subgroup_type": "Gender"}


@pytest.fixture(scope="module")
def newcombes():
    """Newcombe's first example: 56 of 70 girls and 48 of 80 boys are proficient."""
    levels = ["High"] * 56 + ["Low"] * 14 + ["High"] * 48 + ["Low"] * 32
    results = scores(GIRLS + BOYS, [float(i % 17) for i in range(150)]).assign(performance_level=levels)
    cuts = pd.DataFrame(
        {
            "assessment_id": "T",
            "performance_level": ["Low", "High"],
            "level_order": [1, 2],
            "proficient": [False, True],
        }
    )
    sexes = students(GIRLS + BOYS, sex=["Female"] * 70 + ["Male"] * 80)
    return district({"students": sexes, "results": results, "performance_levels": cuts})


def test_a_gap_in_proficiency_has_newcombes_interval(newcombes):
    row = only(gap(measure(newcombes, "proficiency", by=["subgroup"], where=GENDER)))

    assert (row["subgroup"], row["reference"]) == ("Female", "Male")
    assert (row["n"], row["n_reference"]) == (70, 80)
    assert row["value"] == pytest.approx(0.2)
    assert (row["low"], row["high"]) == pytest.approx((0.0524, 0.3339), abs=0.00006)


def test_a_gap_in_means_has_welchs_interval_and_a_size_in_standard_deviations(newcombes):
    row = only(gap(measure(newcombes, "mean_score", by=["subgroup"], where=GENDER)))

    girls, boys = [float(i % 17) for i in range(70)], [float(i % 17) for i in range(70, 150)]
    theirs = stats.ttest_ind(girls, boys, equal_var=False).confidence_interval(0.95)
    pooled = math.sqrt((69 * stats.tvar(girls) + 79 * stats.tvar(boys)) / 148)
    assert (row["low"], row["high"]) == pytest.approx((theirs.low, theirs.high))
    assert row["in_sd"] == pytest.approx((sum(girls) / 70 - sum(boys) / 80) / pooled)


def test_the_reference_can_be_chosen(newcombes):
    frame = measure(newcombes, "proficiency", by=["subgroup"])

    row = only(gap(frame, reference="Female"))

    assert row["subgroup"] == "Male"
    assert row["value"] == pytest.approx(-0.2)


def test_the_gap_turned_round_is_the_same_gap(newcombes):
    frame = measure(newcombes, "proficiency", by=["subgroup"], where=GENDER)
    there, back = only(gap(frame, reference="Male")), only(gap(frame, reference="Female"))

    assert (there["value"], there["low"], there["high"]) == pytest.approx(
        (-back["value"], -back["high"], -back["low"])
    )


def test_all_students_are_not_compared_with_a_part_of_themselves(newcombes):
    assert "All students" not in set(gap(measure(newcombes, "proficiency", by=["subgroup"]))["subgroup"])


def test_where_the_reference_group_is_empty_the_row_stays_and_says_so(newcombes):
    girls = measure(newcombes, "proficiency", by=["subgroup"], where=GENDER | {"subgroup": "Female"})

    row = only(gap(girls))

    assert row["status"] == "not_applicable"
    assert "Male" in row["reason"]
    assert math.isnan(row["value"])


def test_an_unknown_group_or_column_is_named(newcombes):
    frame = measure(newcombes, "proficiency", by=["subgroup"], where=GENDER)
    with pytest.raises(NoSuchNameError, match="Women"):
        gap(frame, reference="Women")
    with pytest.raises(NoSuchNameError, match="school_id"):
        gap(frame, within="school_id", reference="1")
    with pytest.raises(WorkbenchError, match="reference="):
        gap(measure(newcombes, "proficiency", by=["school_id"]), within="school_id")


def test_a_gap_in_what_was_never_brought_stays_missing():
    row = only(gap(measure(district({}), "proficiency", by=["subgroup"])))

    assert row["status"] == "missing"
    assert row["reason"]


def test_a_change_is_the_later_time_minus_the_time_before():
    years = [("2023-24", 10.0), ("2024-25", 14.0), ("2025-26", 12.0)]
    results = pd.concat(
        [scores(["a", "b", "c"], [mean - 1, mean, mean + 1]).assign(school_year=year) for year, mean in years]
    )
    frame = measure(district({"results": results}), "mean_score", by=["school_year"])

    changes, since = change(frame), change(frame, since_first=True)

    assert changes[["school_year", "reference"]].to_numpy().tolist() == [
        ["2024-25", "2023-24"],
        ["2025-26", "2024-25"],
    ]
    assert changes["value"].tolist() == [4, -2]
    assert since["value"].tolist() == [4, 2]
    # Two groups of three with standard deviation 1: 4 +- t(4 df) x sqrt(2/3).
    assert changes["high"].iloc[0] == pytest.approx(4 + stats.t.ppf(0.975, 4) * math.sqrt(2 / 3))


def test_periods_change_in_the_order_of_the_school_year():
    results = pd.concat(
        [
            scores(["a", "b"], [v, v + 1], period=p)
            for p, v in (("Spring", 9.0), ("Fall", 1.0), ("Winter", 4.0))
        ]
    )
    frame = measure(district({"results": results}), "mean_score", by=["period"])

    assert change(frame, over="period")["value"].tolist() == [3, 5]


def identified(a: int, m: int, b: int, n: int) -> pd.DataFrame:
    """A rate for one group, a of m, and the others, b of n, as measure gives it."""
    cells = [
        ("All students", "All students", a + b, m + n),
        ("Gender", "Male", a, m),
        ("Gender", "Female", b, n),
    ]
    return pd.DataFrame(
        [
            {"subgroup_type": kind, "subgroup": group, "indicator": "removal_rate", "n": of, "n_left_out": 0,
             "numerator": float(hit), "mean": None, "sd": None, "value": hit / of, "low": 0.0, "high": 1.0, "status": "", "reason": ""}
            for kind, group, hit, of in cells
        ]
    )  # fmt: skip


def test_a_risk_ratio_compares_a_group_with_all_the_others():
    row = risk_ratio(identified(30, 100, 20, 200)).set_index("subgroup").loc["Male"]

    assert row["value"] == pytest.approx(3.0)
    assert row["n_reference"] == 200
    # By hand: log 3 +- 1.96 sqrt(1/30 - 1/100 + 1/20 - 1/200)
    reach = 1.959964 * math.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 200)
    assert (row["low"], row["high"]) == pytest.approx((3 * math.exp(-reach), 3 * math.exp(reach)), abs=1e-5)
    assert row["composition_gap"] == pytest.approx(30 / 50 - 100 / 300)


@pytest.mark.parametrize("cells", [(9, 100, 20, 200), (20, 29, 20, 200)])
def test_below_the_rules_minimum_there_is_no_ratio(cells):
    row = risk_ratio(identified(*cells)).set_index("subgroup").loc["Male"]

    assert math.isnan(row["value"])
    assert row["status"] == "not_applicable"


def test_where_the_others_are_too_few_the_states_risk_is_the_comparison():
    frame = identified(30, 100, 3, 25)

    without = risk_ratio(frame).set_index("subgroup").loc["Male"]
    with_state = risk_ratio(frame, state_risk={"Male": 0.1}).set_index("subgroup").loc["Male"]

    assert math.isnan(without["value"])
    assert with_state["value"] == pytest.approx(3.0)
    assert "state" in with_state["reference"]


def test_a_risk_ratio_without_the_figure_for_all_is_refused():
    with pytest.raises(WorkbenchError, match="All students"):
        risk_ratio(identified(30, 100, 20, 200).query("subgroup_type == 'Gender'"))


def test_a_risk_ratio_of_a_measured_rate():
    ids = [f"s{i}" for i in range(300)]
    sexes = ["Male"] * 100 + ["Female"] * 200
    incidents = pd.DataFrame(
        {
            "incident_id": [f"i{i}" for i in range(50)],
            "student_id": ids[:30] + ids[100:120],
            "school_id": "1",
            "school_year": YEAR,
        }
    )
    stays = pd.DataFrame({"student_id": ids, "school_id": "1", "school_year": YEAR, "grade_level": "03"})
    asked = district({"students": students(ids, sex=sexes), "incidents": incidents, "enrollments": stays})

    row = risk_ratio(measure(asked, "incident_rate", by=["subgroup"])).set_index("subgroup").loc["Male"]

    assert row["value"] == pytest.approx(3.0)
