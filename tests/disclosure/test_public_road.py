"""The public road: how figures are coded, and what is never there."""

# ruff: noqa: RUF001 - labels are written with the dash and the minus sign that readers see

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import Band, DisclosurePolicy

POLICY = DisclosurePolicy()


def public(frame, policy=POLICY):
    return for_audience(frame, "public", policy=policy)


def coded(n, k, policy=POLICY):
    """What one group of ``n``, of whom ``k`` count, looks like in public."""
    return public(gallery.frame([gallery.rate(n, k, school_year="2025-26")]), policy).iloc[0]


# The Utah table: n, count, what is printed. Each line is worked out by hand from the rule.
UTAH = [
    (9, 4, "hidden"),
    (10, 2, "at most 20%"), (10, 3, "30–39%"), (19, 13, "60–69%"), (15, 1, "at most 20%"), (15, 12, "at least 80%"), (15, 15, "at least 80%"),
    (20, 2, "at most 10%"), (25, 3, "10–19%"), (39, 20, "50–59%"), (25, 23, "at least 90%"),
    (40, 2, "at most 5%"), (40, 3, "8%"), (60, 33, "55%"), (99, 95, "at least 95%"),
    (100, 2, "at most 2%"), (100, 3, "3%"), (299, 150, "50%"), (299, 297, "at least 98%"),
    (300, 3, "at most 1%"), (300, 6, "2%"), (1000, 0, "at most 1%"), (1000, 1000, "at least 99%"),
]  # fmt: skip


@pytest.mark.parametrize(("n", "k", "label"), UTAH)
def test_shares_are_coded_by_the_size_of_the_group(n, k, label):
    assert coded(n, k)["label"] == label


def test_ranges_tile_the_scale_without_a_hole():
    low = [coded(10, k)["low"] for k in range(11)]
    high = [coded(10, k)["high"] for k in range(11)]
    assert sorted(set(zip(low, high, strict=True))) == [
        (0, 0.2),
        (0.3, 0.4),
        (0.4, 0.5),
        (0.5, 0.6),
        (0.6, 0.7),
        (0.7, 0.8),
        (0.8, 1),
    ]


def test_nobody_and_everybody_are_never_said_even_of_large_groups():
    assert {coded(5000, 0)["label"], coded(5000, 5000)["label"]} == {"at most 1%", "at least 99%"}


def test_nothing_and_all_are_not_said_where_the_policy_has_no_ends():
    open_ended = DisclosurePolicy(bands=(Band(smallest=10, ends=0.0, step=0.0),))
    assert coded(500, 0, open_ended)["label"] == "at most 1%"


def test_n_is_published_as_a_range():
    labels = [coded(n, n // 2)["n_label"] for n in (12, 20, 99, 100, 299, 300, 4000)]
    assert labels == ["10–19", "20–39", "40–99", "100–299", "100–299", "300 or more", "300 or more"]


def test_ranges_of_n_begin_at_the_minimum():
    assert coded(16, 8, DisclosurePolicy(minimum_group=15))["n_label"] == "15–19"


def test_a_shown_share_is_rounded_and_leaves_nothing_to_undo_the_rounding_with():
    row = coded(212, 119)
    assert row["value"] == 0.56
    assert row[["n", "n_left_out", "numerator", "mean", "sd", "low", "high"]].isna().all()


def test_a_coded_share_gives_its_ends_and_no_value():
    row = coded(38, 3)
    assert (row["status"], row["low"], row["high"]) == ("coded", 0.0, 0.1)
    assert pd.isna(row["value"])


def test_a_table_of_bands_that_would_give_the_count_away_is_widened():
    """One decimal place of fifteen students is one count: 7% is 1 of 15 or 1 of 14. So the gate does not say 7%."""
    sharp = DisclosurePolicy(
        bands=(Band(smallest=10, ends=0.01, step=0.01), Band(smallest=20, ends=0.01, step=0.01))
    )
    assert coded(15, 1, sharp)["label"] == "at most 10%"


def test_means_are_rounded_and_lose_their_spread():
    row = public(gallery.means()).iloc[3]
    assert (row["value"], row["mean"], row["label"], row["n_label"]) == (190.0, 190.0, "190", "40–99")
    assert row[["sd", "low", "high", "n"]].isna().all()


def test_the_policy_says_how_many_decimals_a_mean_keeps():
    assert public(gallery.means(), DisclosurePolicy(mean_decimals=1))["label"].iloc[3] == "190.3"


def test_a_mean_of_too_few_is_hidden():
    assert public(gallery.means())["status"].iloc[2] == "suppressed"


def test_counts_are_exact_where_nothing_is_hidden():
    frame = gallery.counts()
    plenty = frame[frame["subgroup"] != "Asian"].reset_index(drop=True)
    plenty.loc[0, ["n", "value"]] = [473, 473.0]
    assert list(public(plenty)["label"]) == ["473", "31", "240", "202"]


def test_counts_beside_a_hidden_one_are_rounded_to_tens():
    labels = public(gallery.counts()).set_index("subgroup")["label"]
    assert labels["All students"] == "about 480"
    assert labels["White"] == "about 200"
    assert labels["Asian"] == "hidden"


def test_a_count_below_the_minimum_is_hidden():
    assert public(gallery.frame([gallery.count(9, school_id="1")]))["status"].iloc[0] == "suppressed"


def test_two_small_counts_with_a_total_of_eighteen_are_not_given_away():
    """Written as "fewer than 10" each, with the total 18, both would be exactly 9."""
    parts = [("All students", "All students", 18), ("Gender", "Female", 9), ("Gender", "Male", 9)]
    gated = public(
        gallery.frame([gallery.count(n, subgroup_type=kind, subgroup=group) for kind, group, n in parts])
    )
    assert list(gated["label"]) == ["about 20", "hidden", "hidden"]


def test_a_difference_is_that_of_the_two_published_figures():
    """27 of 60 is 45%, 116 of 147 is 78.9%, printed as 79%: the published gap is 45 - 79."""
    row = public(gallery.gaps()).set_index("subgroup").loc["Black or African American"]
    assert (row["value"], row["label"]) == (-0.34, "−34 points")


def test_a_difference_from_a_coded_figure_is_a_range():
    """44 of 45 is coded 'at least 95%'; against 79% that is 16 to 21 points."""
    frame = gallery.frame(
        [
            gallery.gap(45, 44, 147, 116, "White", subgroup="Two or more races"),
            gallery.gap(70, 35, 147, 116, "White", subgroup="Asian"),
        ]
    )
    row = public(frame).iloc[0]
    assert (row["status"], row["low"], row["high"], row["label"]) == (
        "coded",
        0.16,
        0.21,
        "+16 to +21 points",
    )


def test_a_difference_from_too_small_a_reference_is_hidden():
    frame = gallery.frame([gallery.gap(80, 40, 5, 3, "White", subgroup="Asian")])
    assert public(frame)["status"].iloc[0] == "suppressed"


def test_a_difference_whose_two_figures_are_not_known_is_hidden():
    frame = gallery.gaps().drop(columns=["value_group", "value_reference"])
    assert set(public(frame)["status"]) == {"suppressed"}


def test_the_exact_sides_of_a_difference_do_not_stay_in_the_frame():
    assert public(gallery.gaps())[["value_group", "value_reference", "n_reference"]].isna().all(axis=None)


def test_columns_nobody_knows_are_emptied():
    assert (
        public(gallery.interventions())[["started", "change", "adjusted", "looked_at"]].isna().all(axis=None)
    )


def test_the_words_of_a_question_stay():
    frame = gallery.survey_roles().assign(wording="I feel safe at school")
    assert set(public(frame)["wording"]) == {"I feel safe at school"}


def test_nothing_is_grouped_by_what_the_policy_never_publishes():
    frame = gallery.frame([gallery.rate(50, 20, bus_route="Route 7")])
    with pytest.raises(WorkbenchError, match="Nothing is grouped by bus_route on the public road"):
        public(frame)


@pytest.mark.parametrize("column", ["student_id", "observer_id", "family_name"])
def test_nothing_is_grouped_by_single_people_whatever_the_policy_says(column):
    with pytest.raises(WorkbenchError, match=column):
        public(gallery.frame([gallery.rate(50, 20, **{column: "x"})]), DisclosurePolicy(never_published=()))


def test_staff_may_group_by_what_is_never_published():
    frame = gallery.frame([gallery.rate(50, 20, bus_route="Route 7")])
    assert for_audience(frame, "staff", policy=POLICY)["label"].iloc[0] == "40%"


def test_a_figure_posing_as_a_group_is_refused():
    frame = gallery.frame([gallery.rate(50, 20, average=213.4)])
    with pytest.raises(WorkbenchError, match="average holds decimals"):
        public(frame)


def test_a_coded_level_cannot_be_worked_out_from_the_others():
    """Of 200 students 50, 30, 19 and 1%: shown as 50, 30 and 19 the rest would be 1, so the 19 becomes a range."""
    named = zip(("Below", "Basic", "Proficient", "Advanced"), (100, 60, 38, 2), strict=True)
    gated = public(gallery.frame([gallery.rate(200, k, performance_level=level) for level, k in named]))
    assert list(gated["label"]) == ["50%", "30%", "10–19%", "at most 2%"]


def test_missing_data_keep_their_reason_in_public():
    row = public(gallery.missing()).iloc[0]
    assert row["status"] == "missing"
    assert row["reason"].startswith("There is no attendance")


def test_a_ratio_is_that_of_the_two_published_risks():
    frame = gallery.frame([gallery.rate(400, 80, subgroup="Asian")])
    frame = frame.assign(
        value=2.0, n_reference=600, reference="all other students", risk=0.204, risk_reference=0.102
    )
    assert public(frame.astype({"n_reference": "Int64"}))["label"].iloc[0] == "2.0 times"


def test_a_frame_without_rows_passes():
    assert public(gallery.nothing()).empty


def test_why_nobody_was_counted_is_for_staff_only():
    """Of two students both were exempt: the reason would tell it of each of them."""
    frame = gallery.frame(
        [
            gallery.without_data(
                "not_applicable", "Most often because: exempt from the test.", subgroup="Asian"
            )
        ]
    )
    assert "exempt" not in public(frame)["reason"].iloc[0]
    assert "exempt" in for_audience(frame, "staff", policy=POLICY)["reason"].iloc[0]


def test_a_question_that_does_not_arise_is_not_called_nobody():
    frame = gallery.frame([gallery.rate(50, 20, subgroup="Asian")])
    frame["status"] = "not_applicable"
    assert public(frame)["label"].iloc[0] == "no figure"
