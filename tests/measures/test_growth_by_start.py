"""Growth in the middle, from level to level, and by where students began, against R and by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import YEAR, district, only, rows, scores

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import gap, growth_by_start, measure
from dataworkbench.measures.fifths import FIFTHS, students_by_start
from dataworkbench.measures.intervals import median_interval
from dataworkbench.workspace import GrowthRule, Settings, new_workspace

COUNT = range(1, 61)
FIRST = [180.0 + (i * 37) % 53 for i in COUNT]
LAST = [round(0.7 * first + 65 + (i * 29) % 31, 1) for i, first in zip(COUNT, FIRST, strict=True)]


def sat_twice(first: list[float], last: list[float], **columns: object) -> pd.DataFrame:
    ids = [f"{columns.get('grade_level', '03')}-{place:03d}" for place in range(len(first))]
    return pd.concat(
        [scores(ids, first, period="Fall", **columns), scores(ids, last, period="Spring", **columns)]
    )


@pytest.fixture(scope="module")
def fifths():
    return growth_by_start(district({"results": sat_twice(FIRST, LAST)})).set_index("fifth")


# R 4.2.2: i <- 1:60; first <- 180 + (i*37) %% 53; last <- round(0.7*first + 65 + (i*29) %% 31, 1)
# r <- cor(first, last); fifth <- floor(5*(rank(first)-0.5)/60)+1
# gain <- last-first; beyond <- gain-mean(gain); expct <- (1-r)*(mean(first)-first)
# for (k in 1:5) { s <- fifth==k; t <- t.test(beyond[s]); u <- t.test((beyond-expct)[s])
#   cat(k, sum(s), mean(first[s]), mean(gain[s]), mean(beyond[s]), t$conf.int, mean(expct[s]), u$estimate, u$conf.int) }
R_FIFTHS = [
    (11, 184.5454545, 25.27272727, 6.636060606, 0.2950868359, 12.97703438, 4.939669712, 1.696390894, -4.676867621, 8.06964941),
    (12, 194.5833333, 22.45833333, 3.821666667, -1.440543204, 9.083876538, 2.639282263, 1.182384403, -4.048601604, 6.413370411),
    (13, 205.6153846, 18.77692308, 0.1402564103, -5.409230516, 5.689743336, 0.1110596344, 0.02919677589, -5.521085917, 5.579479469),
    (11, 216.5454545, 14.03636364, -4.60030303, -10.98724541, 1.786639348, -2.393791859, -2.206511171, -8.529426747, 4.116404405),
    (13, 226.6153846, 13.24615385, -5.390512821, -11.03721949, 0.2561938446, -4.701524522, -0.6889882988, -6.172128583, 4.794151985),
]  # fmt: skip


@pytest.mark.parametrize(("fifth", "wanted"), list(zip(FIFTHS, R_FIFTHS, strict=True)))
def test_each_fifth_gained_and_was_expected_to_gain_what_r_says(fifths, fifth, wanted):
    row = fifths.loc[fifth]
    names = [
        "n",
        "mean_first",
        "gain",
        "value",
        "low",
        "high",
        "expected",
        "beyond_expected",
        "beyond_low",
        "beyond_high",
    ]
    assert [float(row[name]) for name in names] == pytest.approx(wanted, rel=1e-8)


def test_the_correlation_is_that_within_the_grade_level(fifths):
    # R: cor(first, last)  ->  0.7708293259
    assert fifths["correlation"].tolist() == pytest.approx([0.7708293259] * 5, abs=1e-9)


def test_what_was_to_be_expected_is_what_the_formula_gives_by_hand(fifths):
    # (1 - 0.7708293) x (206.1 - 184.5454545) = 4.93967
    assert fifths.loc["Lowest fifth", "expected"] == pytest.approx(
        (1 - 0.7708293259) * (206.1 - 184.5454545), abs=1e-6
    )


def test_grades_are_never_mixed_so_that_a_higher_grade_does_not_look_like_high_scorers():
    tables = {
        "results": pd.concat(
            [
                sat_twice(FIRST, LAST),
                sat_twice([s + 100 for s in FIRST], [s + 100 for s in LAST], grade_level="05"),
            ]
        )
    }
    both = growth_by_start(district(tables)).set_index("fifth")
    assert both["n"].tolist() == [2 * row[0] for row in R_FIFTHS]
    assert both["value"].tolist() == pytest.approx([row[3] for row in R_FIFTHS], rel=1e-8)


def test_equal_scores_are_in_the_same_fifth():
    ties = students_by_start(
        district({"results": sat_twice([200.0] * 20 + [210.0] * 20, [205.0, 212.0] * 20)})
    )
    assert ties.groupby("first_score")["fifth"].nunique().tolist() == [1, 1]


def test_nothing_is_said_of_a_grade_with_few_students():
    row = growth_by_start(district({"results": sat_twice(FIRST[:20], LAST[:20])}))
    assert set(row["status"]) == {"not_applicable"}
    assert row["n_left_out"].sum() == 20
    assert row["value"].isna().all()


def test_each_student_is_held_against_students_who_began_alike():
    # R: (beyond-expct)[c(1, 17, 60)]  ->  12.76129368 11.12382975 -12.94699958
    told = students_by_start(district({"results": sat_twice(FIRST, LAST)})).set_index("student_id")
    assert told.loc[["03-000", "03-016", "03-059"], "left"].tolist() == pytest.approx(
        [12.76129368, 11.12382975, -12.94699958], rel=1e-8
    )
    assert (told["due"] + told["left"] - told["gain"]).abs().max() < 1e-9


def test_growth_by_start_says_what_to_bring_and_which_columns_there_are():
    assert "Bring" in only(growth_by_start(district({})))["reason"]
    with pytest.raises(NoSuchNameError, match="subgroup"):
        growth_by_start(district({"results": sat_twice(FIRST, LAST)}), by=["subgroup"])


PERCENTILES = [12, 35, 41, 47, 48, 50, 52, 55, 61, 66, 72, 88, 93]


def test_growth_percentiles_are_summed_up_by_their_median_and_passed_through():
    # R: x <- sort(c(12,35,41,47,48,50,52,55,61,66,72,88,93)); j <- qbinom(.025, 13, .5)
    # median(x); x[j]; x[13-j+1]  ->  52 41 72
    held = scores(
        [f"s{p}" for p in PERCENTILES], [500.0] * 13, growth_percentile=[float(p) for p in PERCENTILES]
    )
    row = only(measure(district({"results": held}), "median_growth_percentile"))
    assert [row["value"], row["low"], row["high"], row["n"]] == [52, 41, 72, 13]


@pytest.mark.parametrize(("values", "ends"), [([5, 20, 40, 60, 80, 95], (5, 95)), ([1, 2, 3, 4, 5], None)])
def test_five_values_are_too_few_for_an_interval_of_a_median(values, ends):
    # R: qbinom(.025, 6, .5) -> 1;  qbinom(.025, 5, .5) -> 0
    got = median_interval([float(v) for v in values])
    assert got == ends if ends else all(math.isnan(end) for end in got)


def test_the_difference_of_two_medians_has_no_interval_that_was_never_worked_out():
    held = scores(["a", "b", "c", "d"], [1.0] * 4, growth_percentile=[20.0, 30.0, 60.0, 80.0]).assign(
        grade_level=["03", "03", "04", "04"]
    )
    row = only(
        gap(
            measure(district({"results": held}), "median_growth_percentile", by=["grade_level"]),
            within="grade_level",
            reference="03",
        )
    )
    assert row["value"] == 45
    assert math.isnan(row["low"])


LEVELS = rows(
    "assessment_id performance_level level_order proficient",
    ("T", "Low", 1, False), ("T", "Middle", 2, True), ("T", "High", 3, True),
)  # fmt: skip
MOVES = {
    ("Low", "Low"): 2,
    ("Low", "Middle"): 3,
    ("Low", "High"): 1,
    ("Middle", "Middle"): 4,
    ("High", "Middle"): 1,
    ("High", "High"): 3,
}


def moved(growth: GrowthRule | None = None):
    """Fourteen students with a level in two years, and two who came new."""
    before, now = [], []
    for (was, is_now), many in MOVES.items():
        for _ in range(many):
            student = f"s{len(before):02d}"
            before.append((student, was, "2024-25", "03"))
            now.append((student, is_now, YEAR, "04"))
    now += [("new1", "High", YEAR, "04"), ("new2", "Low", YEAR, "04")]
    results = rows("student_id performance_level school_year grade_level", *before, *now).assign(
        school_id="1", period="Fall", assessment_id="T", subject="Reading", scale_score=1.0
    )
    return district(
        {"results": results, "performance_levels": LEVELS}, Settings(growth=growth or GrowthRule())
    )


def test_students_are_counted_from_the_level_of_a_year_before_to_the_level_of_now():
    frame = measure(moved(), "level_transitions", where={"school_year": YEAR})
    known = frame[frame["n"] > 0]
    told = {
        (row["level_before"], row["level_now"]): int(row["numerator"])
        for row in known.to_dict("records")
        if row["numerator"]
    }

    assert told == MOVES
    assert list(dict.fromkeys(known["level_now"])) == ["Low", "Middle", "High"]
    assert known.groupby("level_before")["value"].sum().tolist() == pytest.approx([1.0] * 3)
    assert (
        known.loc[(known["level_before"] == "Low") & (known["level_now"] == "Middle"), "value"].item() == 0.5
    )
    assert frame.loc[frame["level_before"] == "Not reported", "n_left_out"].tolist() == [2, 2, 2]


def test_points_are_those_of_the_districts_value_table():
    # -1, 0 or 1 for a step, 2 for two: Low 2x0 + 3x1 + 1x2 = 5, Middle 4x0, High 1x-1 + 3x0: 4 points over 14 students.
    table = ((0, 1, 2), (-1, 0, 1), (-2, -1, 0))
    row = only(
        measure(moved(GrowthRule(value_table=table)), "value_table_points", where={"school_year": YEAR})
    )
    assert row["value"] == pytest.approx(4 / 14)
    assert (row["n"], row["n_left_out"]) == (14, 2)


@pytest.mark.parametrize(
    ("table", "said"),
    [((), "no value table"), (((0, 1), (-1, 0)), "the value table has 2 levels, the test 3")],
)
def test_a_value_table_that_is_lacking_or_does_not_fit_gives_no_points(table, said):
    row = only(
        measure(moved(GrowthRule(value_table=table)), "value_table_points", where={"school_year": YEAR})
    )
    assert row["status"] == "not_applicable"
    assert said in row["reason"]


def test_levels_within_a_year_go_from_the_first_test_to_the_last():
    results = pd.concat(
        [
            scores(["a", "b", "c"], [1, 1, 1], period="Fall", performance_level=["Low", "Low", "High"]),
            scores(["a", "b"], [1, 1], period="Winter", performance_level=["High", "Low"]),
            scores(["a"], [1], period="Spring", performance_level=["Middle"]),
        ]
    )
    frame = measure(district({"results": results, "performance_levels": LEVELS}), "level_transitions_in_year")
    told = {
        (row["level_before"], row["level_now"]): row["numerator"]
        for row in frame.to_dict("records")
        if row["n"] and row["numerator"]
    }
    assert told == {("Low", "Middle"): 1, ("Low", "Low"): 1}


def test_a_value_table_in_the_file_must_be_square(tmp_path):
    made = new_workspace(tmp_path / "ours")
    file = made.root / "workbench.toml"
    file.write_text(file.read_text().replace("value_table = []", "value_table = [[0, 1], [0]]"))
    with pytest.raises(WorkbenchError, match="as many numbers in each row"):
        made.settings()
