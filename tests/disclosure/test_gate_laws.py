"""Laws that hold for any frame. Each is checked by an attacker who was written apart from the gate."""

import re

import awkward_frames as gallery
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import FIGURE_COLUMNS
from dataworkbench.policy import Band, DisclosurePolicy

SMALL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TYPES = {"Gender": ("Female", "Male"), gallery.RACE: ("Asian", "Black", "Hispanic", "White")}

sizes = st.one_of(st.integers(0, 14), st.integers(0, 60), st.integers(90, 400))


@st.composite
def cells(draw):
    """Sizes and counts of every school and smallest group; totals are sums of these."""
    schools = draw(st.integers(1, 3))
    groups = draw(st.sampled_from(sorted(TYPES)))
    found = {}
    for school in range(schools):
        for group in TYPES[groups]:
            n = draw(sizes)
            found[f"School {school}", group] = (n, draw(st.integers(0, n)))
    return groups, found


@st.composite
def rate_frames(draw, make=gallery.rate):
    groups, found = draw(cells())
    rows = [((school, groups, group), pair) for (school, group), pair in found.items()]
    if draw(st.booleans()):
        for school in dict.fromkeys(school for school, _ in found):
            pairs = [pair for (s, _), pair in found.items() if s == school]
            rows.append(((school, "All students", "All students"), tuple(map(sum, zip(*pairs, strict=True)))))
    if draw(st.booleans()):
        for group in TYPES[groups]:
            pairs = [pair for (_, g), pair in found.items() if g == group]
            rows.append((("All schools", groups, group), tuple(map(sum, zip(*pairs, strict=True)))))
    named = ("school_id", "subgroup_type", "subgroup")
    made = [_row(make, pair, dict(zip(named, keys, strict=True))) for keys, pair in rows]
    return gallery.frame(draw(st.permutations(made)), named)


def _row(make, pair, keys):
    n, k = pair
    if make is gallery.count:
        return gallery.count(n, **keys)
    return make(n, k, **keys)


@st.composite
def policies(draw):
    minimum = draw(st.integers(3, 20))
    starts = sorted(draw(st.sets(st.integers(minimum + 1, 400), max_size=4)))
    step = st.sampled_from((0.0, 0.01, 0.02, 0.05, 0.1))
    bands = [
        Band(smallest=start, ends=draw(st.sampled_from((0.0, 0.01, 0.05, 0.2))), step=draw(step))
        for start in (minimum, *starts)
    ]
    return DisclosurePolicy(minimum_group=minimum, bands=tuple(bands))


def public(frame, policy=None):
    return for_audience(frame, "public", policy=policy or DisclosurePolicy())


@SMALL
@given(rate_frames(), policies())
def test_a_group_below_the_minimum_is_never_shown(frame, policy):
    gated = public(frame, policy)
    small = frame["n"].between(1, policy.minimum_group - 1)
    assert set(gated.loc[small, "status"]) <= {"suppressed"}


@SMALL
@given(rate_frames())
def test_a_hidden_row_carries_no_number_in_any_column(frame):
    gated = public(frame)
    away = gated[gated["status"] == "suppressed"]
    assert away[[name for name in FIGURE_COLUMNS if name in away]].isna().all(axis=None)
    assert not any(re.search(r"\d", text) for text in [*away["label"], *away["n_label"]])


@SMALL
@given(rate_frames(), policies())
def test_the_count_behind_a_share_cannot_be_worked_out(frame, policy):
    for row in public(frame, policy).to_dict("records"):
        if row["status"] in {"shown", "coded"}:
            assert len(counts_that_fit(row["label"], row["n_label"])) > 1


def counts_that_fit(label, n_label):
    """Every count that could be behind a printed share, for someone who reads the page."""
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", n_label)]
    smallest, largest = numbers[0], numbers[-1] if "or more" not in n_label else numbers[0] + 300
    low, high = (float(end) / 100 for end in share_ends(label))
    return {
        k for n in range(smallest, largest + 1) for k in range(n + 1) if low - 1e-9 <= k / n <= high + 1e-9
    }


def share_ends(label):
    numbers = [float(number) for number in re.findall(r"[\d.]+", label)]
    if label.startswith("at most"):
        return 0, numbers[0]
    if label.startswith("at least"):
        return numbers[0], 100
    if len(numbers) == 2:
        return numbers[0], numbers[1] + (0 if " to " in label else 1)
    return numbers[0] - 0.5, numbers[0] + 0.5


@SMALL
@given(rate_frames(), policies())
def test_what_is_printed_is_true(frame, policy):
    for before, after in zip(frame.to_dict("records"), public(frame, policy).to_dict("records"), strict=True):
        if after["status"] in {"shown", "coded"}:
            low, high = share_ends(after["label"])
            assert low - 1e-6 <= 100 * before["numerator"] / before["n"] <= high + 1e-6


@SMALL
@given(rate_frames())
def test_passing_the_gate_twice_is_passing_it_once(frame):
    once = public(frame)
    pd.testing.assert_frame_equal(public(once), once)


@SMALL
@given(rate_frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order]
    pd.testing.assert_frame_equal(public(shuffled), public(frame).iloc[order])


@SMALL
@given(rate_frames(), st.sampled_from(["staff", "public"]))
def test_no_row_is_dropped_added_or_moved(frame, audience):
    gated = for_audience(frame, audience, policy=DisclosurePolicy())
    keys = ["school_id", "subgroup_type", "subgroup", "indicator"]
    pd.testing.assert_frame_equal(gated[keys], frame[keys])


@SMALL
@given(rate_frames())
def test_no_hidden_size_is_one_subtraction_away(frame):
    """The attacker knows the exact n of every row that is not hidden, which is more than is published."""
    gated = public(frame)
    known = {
        row: n
        for row, n, status in zip(_keys(frame), frame["n"], gated["status"], strict=True)
        if status != "suppressed"
    }
    away = {
        row: n
        for row, n, status in zip(_keys(frame), frame["n"], gated["status"], strict=True)
        if status == "suppressed"
    }
    for whole, parts in sums(frame):
        members = [whole, *parts]
        unknown = [row for row in members if row in away]
        assert len(unknown) != 1
        if whole in known and unknown:
            assert (
                known[whole] - sum(known[part] for part in parts if part in known)
                >= DisclosurePolicy().minimum_group
            )


@SMALL
@given(rate_frames(make=gallery.count))
def test_no_hidden_count_is_one_subtraction_away(frame):
    """Published counts: no line of a whole and its parts leaves just one of them open, or fixes it exactly."""
    gated = public(frame)
    printed = dict(zip(_keys(frame), gated["label"], strict=True))
    for whole, parts in sums(frame):
        assert [printed[row] for row in (whole, *parts)].count("hidden") != 1


def _keys(frame):
    return list(zip(frame["school_id"], frame["subgroup"], strict=True))


def sums(frame):
    """Every whole in the frame with its parts, from how the frames above are made. Empty groups are no unknowns."""
    there = {row for row, n in zip(_keys(frame), frame["n"], strict=True) if n > 0}
    schools = sorted({school for school, _ in there} - {"All schools"})
    groups = sorted({group for _, group in there} - {"All students"})
    for school in schools:
        if (school, "All students") in there:
            yield (school, "All students"), [(school, group) for group in groups if (school, group) in there]
    for group in groups:
        if ("All schools", group) in there:
            yield ("All schools", group), [(school, group) for school in schools if (school, group) in there]


@SMALL
@given(st.data(), policies())
def test_a_gap_tells_nothing_beyond_the_two_published_figures(data, policy):
    n, against = (data.draw(st.integers(policy.minimum_group, 400)) for _ in range(2))
    k, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, against))
    row = public(gallery.frame([gallery.gap(n, k, against, other, "White", subgroup="Asian")]), policy).iloc[
        0
    ]
    sides = public(
        gallery.frame(
            [
                gallery.rate(n, k, school_id="1", school_year="a"),
                gallery.rate(against, other, school_id="1", school_year="b"),
            ]
        ),
        policy,
    )
    (low, high), (reference_low, reference_high) = [
        (side["value"],) * 2 if side["status"] == "shown" else (side["low"], side["high"])
        for side in sides.to_dict("records")
    ]
    said = (row["value"],) * 2 if row["status"] == "shown" else (row["low"], row["high"])
    assert said == pytest.approx((low - reference_high, high - reference_low))
