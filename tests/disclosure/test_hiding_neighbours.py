"""Which groups are hidden besides the small ones."""

import awkward_frames as gallery
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()
RACE = gallery.RACE


def hidden(frame):
    gated = for_audience(frame, "public", policy=POLICY)
    return set(gated.loc[gated["status"] == "suppressed", gated.columns[0]])


def by_group(sizes, **more):
    return gallery.frame([gallery.rate(n, n / 2, subgroup=name, **more) for name, n in sizes.items()])


def test_a_hidden_group_is_never_alone():
    assert hidden(by_group({"Asian": 5, "Black": 40, "Hispanic": 90, "White": 300})) == {"Asian", "Black"}


def test_hidden_groups_together_are_never_fewer_than_the_minimum():
    assert hidden(by_group({"Asian": 2, "Black": 3, "Hispanic": 90, "White": 300})) == {
        "Asian",
        "Black",
        "Hispanic",
    }


def test_two_hidden_groups_that_are_enough_hide_no_other():
    assert hidden(by_group({"Asian": 6, "Black": 7, "Hispanic": 90})) == {"Asian", "Black"}


def test_a_group_with_nobody_in_it_does_not_stand_in_for_a_neighbour():
    assert hidden(by_group({"Asian": 5, "Black": 0, "White": 300})) == {"Asian", "White"}


def test_families_of_other_kinds_are_left_alone():
    frame = gallery.subgroups()
    gated = for_audience(frame, "public", policy=POLICY).set_index("subgroup")
    assert gated.loc["American Indian or Alaska Native", "status"] == "suppressed"
    assert (
        gated.loc[["English learner", "Not an English learner", "All students"], "status"].tolist()
        == ["shown"] * 3
    )


def test_nearly_everybody_is_hidden_where_the_rest_is_too_few():
    rows = [("All students", "All students", 104), ("English learner status", "English learner", 96)]
    frame = gallery.frame(
        [gallery.rate(n, n / 2, subgroup=group, subgroup_type=kind) for kind, group, n in rows]
    )
    assert hidden(frame) == {"English learner"}


def test_all_schools_are_a_whole_of_which_the_schools_are_parts():
    sizes = {"All schools": 500, "Oak": 5, "Birch": 195, "Cedar": 300}
    frame = gallery.frame(
        [gallery.rate(n, n / 2, school_name=name, grade_level="03") for name, n in sizes.items()]
    )
    assert hidden(frame) == {"Oak", "Birch"}


def test_a_school_and_its_name_are_one_thing():
    sizes = {"Oak": 5, "Birch": 195, "Cedar": 300}
    frame = gallery.frame(
        [gallery.rate(n, n / 2, school_name=name, school_id=name[:2]) for name, n in sizes.items()]
    )
    assert hidden(frame) == {"Oak", "Birch"}


def test_the_only_school_of_its_level_is_not_hidden_alone():
    schools = [("Oak", "High", 5), ("Birch", "Elementary", 195), ("Cedar", "Elementary", 300)]
    frame = gallery.frame(
        [gallery.rate(n, n / 2, school_name=name, level_of_school=level) for name, level, n in schools]
    )
    assert hidden(frame) >= {"Oak", "Birch"}


def test_hiding_along_one_way_is_followed_along_the_other():
    """School by group: hiding a second group in Oak hides a second school in that group, and so on until none is alone."""
    sizes = {
        ("Oak", "A"): 5,
        ("Oak", "B"): 50,
        ("Birch", "A"): 60,
        ("Birch", "B"): 70,
        ("Cedar", "A"): 80,
        ("Cedar", "B"): 90,
    }
    frame = gallery.frame(
        [gallery.rate(n, n / 2, cell=f"{s}{g}", school_id=s, subgroup=g) for (s, g), n in sizes.items()]
    )
    gated = for_audience(frame.drop(columns="cell"), "public", policy=POLICY)
    away = gated[gated["status"] == "suppressed"]
    assert set(zip(away["school_id"], away["subgroup"], strict=True)) == {
        ("Oak", "A"),
        ("Oak", "B"),
        ("Birch", "A"),
        ("Birch", "B"),
    }


def test_years_are_not_parts_of_a_whole():
    rows = [
        gallery.rate(n, n / 2, school_year=year, grade_level="03")
        for year, n in (("2024-25", 5), ("2025-26", 50))
    ]
    assert hidden(gallery.frame(rows)) == {"2024-25"}


def test_questions_are_not_parts_of_a_whole():
    rows = [
        gallery.rate(n, n / 2, item_id=item, indicator="survey_top_box")
        for item, n in (("q1", 8), ("q2", 60), ("q3", 70))
    ]
    assert hidden(gallery.frame(rows)) == {"q1"}


def test_a_reference_group_that_would_be_hidden_takes_its_differences_with_it():
    """Asian is small, White (12) is the next smallest: with White hidden, no gap from White may be shown."""
    rows = [
        gallery.gap(n, n // 2, 12, 6, "White", subgroup=g)
        for g, n in (("Asian", 5), ("Black", 60), ("Hispanic", 90))
    ]
    assert hidden(gallery.frame(rows)) == {"Asian", "Black", "Hispanic"}


def test_a_hidden_whole_is_not_the_sum_of_its_shown_parts():
    """Oak's total is hidden beside Elm's. If both its groups were shown, they would add up to it."""
    rows = [("Elm", "All students", 6), ("Oak", "All students", 60), ("Fir", "All students", 300)]
    parts = [("Oak", "Female", 28), ("Oak", "Male", 32), ("Fir", "Female", 150), ("Fir", "Male", 150)]
    both = [(s, "All students", g, n) for s, g, n in rows] + [(s, "Gender", g, n) for s, g, n in parts]
    frame = gallery.frame(
        [gallery.rate(n, n / 2, school_id=s, subgroup_type=t, subgroup=g) for s, t, g, n in both]
    )
    gated = for_audience(frame, "public", policy=POLICY).set_index(["school_id", "subgroup"])["status"]
    assert gated["Oak", "All students"] == "suppressed"
    assert "suppressed" in {gated["Oak", "Female"], gated["Oak", "Male"]}


def test_every_hidden_row_reads_the_same_whichever_rule_hid_it():
    gated = for_audience(by_group({"Asian": 5, "Black": 40, "Hispanic": 90}), "public", policy=POLICY)
    away = gated[gated["status"] == "suppressed"]
    assert len(away) == 2
    assert away[["label", "n_label", "reason"]].drop_duplicates().shape[0] == 1


def test_the_reason_says_the_rule():
    gated = for_audience(
        by_group({"Asian": 5, "Black": 6}),
        "public",
        policy=DisclosurePolicy(minimum_group=15, bands=POLICY.bands),
    )
    assert (
        gated["reason"].iloc[0]
        == "Hidden: fewer than 15 here, or in a group that could be worked out from this one."
    )


@pytest.mark.parametrize("n", [None, 0])
def test_a_figure_whose_n_nobody_knows_is_not_shown(n):
    frame = by_group({"Asian": 50})
    frame["n"] = n
    frame["n"] = frame["n"].astype("Int64")
    assert set(for_audience(frame, "public", policy=POLICY)["status"]) <= {"suppressed", "not_applicable"}
