"""What earlier groupings say, counted by hand."""

from __future__ import annotations

import math

from dataworkbench.grouping import Earlier, group_levels, times_in_lowest, times_together

EARLIER = [
    Earlier("2026-09-01", (("a", "b"), ("c", "d")), (1.0, 3.0)),
    Earlier("2026-09-15", (("a", "c"), ("b", "d")), (2.0, 1.5)),
    Earlier("2026-10-01", (("b", "a"), ("d", "c")), (1.0, 2.0)),
]


def test_how_often_two_were_together_is_counted_for_each_pair() -> None:
    assert times_together(EARLIER) == {("a", "b"): 2, ("c", "d"): 2, ("a", "c"): 1, ("b", "d"): 1}


def test_how_long_a_student_has_been_in_the_lowest_group() -> None:
    """b was in it all three times; a the first and the third; d the second; c never."""
    assert times_in_lowest(EARLIER) == {"a": (2, 3, 1), "b": (3, 3, 3), "c": (0, 3, 0), "d": (1, 3, 0)}


def test_where_levels_are_not_known_or_the_same_nobody_is_in_the_lowest_group() -> None:
    assert times_in_lowest([Earlier("2026-09-01", (("a",), ("b",)))]) == {}
    assert times_in_lowest([Earlier("2026-09-01", (("a",), ("b",)), (2.0, 2.0))]) == {}


def test_the_level_of_a_group_is_the_mean_of_those_whose_level_is_known() -> None:
    assert group_levels([("a", "b"), ("c",)], {"a": 1.0, "b": 2.0, "c": 3.0}) == (1.5, 3.0)
    assert group_levels([("a", "b"), ("c",)], {"a": 1.0, "b": math.nan, "c": 3.0}) == (1.0, 3.0)
    assert group_levels([("a",), ("c",)], {"a": 1.0, "c": math.nan}) == ()
