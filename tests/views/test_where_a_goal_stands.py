"""The rules by which a goal's standing is worked out, each by a case made by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dataworkbench.views.goals.standing import Seen, Standing, Way, standing

START = date(2026, 9, 1)
DOWN = Way(
    Seen(START, 0.30, 0.24, 0.36),
    0.10,
    date(2027, 6, 1),
    higher=False,
    milestones=((date(2026, 12, 1), 0.25), (date(2027, 3, 1), 0.18)),
)
UP = Way(Seen(START, 40.0, 38.0, 42.0), 60.0, date(2027, 6, 1), higher=True)
BARE = Way(None, 0.10, date(2027, 6, 1), higher=False)


def of(way: Way, today: str, *seen: tuple[str, float, float, float]) -> Standing:
    figures = [Seen(date.fromisoformat(on), value, low, high) for on, value, low, high in seen]
    return standing(way, figures, date.fromisoformat(today))


def test_the_way_is_straight_between_its_corners() -> None:
    # From 30% on September 1 to 25% on December 1 are 91 days; October 1 is day 30: 0.30 - 0.05 * 30/91 = 0.283516.
    assert DOWN.on(date(2026, 10, 1)) == pytest.approx(0.2835164835, abs=1e-9)
    assert DOWN.on(date(2026, 12, 1)) == 0.25
    # From 18% on March 1 to 10% on June 1 are 92 days; April 16 is day 46: halfway, 14%.
    assert DOWN.on(date(2027, 4, 16)) == pytest.approx(0.14)
    assert DOWN.on(date(2027, 6, 1)) == 0.10
    assert DOWN.on(date(2028, 1, 1)) == 0.10
    assert DOWN.on(date(2026, 8, 31)) is None


@pytest.mark.parametrize(
    ("way", "today", "seen", "name", "words"),
    [
        # 1. no figure since the baseline
        (DOWN, "2026-11-30", [], "not started", "awaited by 2026-12-01"),
        (DOWN, "2026-12-01", [], "not started", "awaited by"),  # the day itself is not past
        (DOWN, "2026-12-02", [], "cannot be said", "The milestone of 2026-12-01 is past"),
        (DOWN, "2027-06-02", [], "cannot be said", "The goal's day is past"),
        (UP, "2027-06-01", [], "not started", "awaited by 2027-06-01"),
        # 2. reached, whatever the day; the very number counts
        (DOWN, "2026-12-10", [("2026-12-05", 0.10, 0.07, 0.14)], "reached", "may still be short of it"),
        (DOWN, "2026-12-10", [("2026-12-05", 0.05, 0.03, 0.10)], "reached", "so is its whole likely range"),
        (UP, "2027-05-01", [("2027-04-01", 60.0, 60.0, 60.0)], "reached", "so is its whole likely range"),
        (UP, "2027-05-01", [("2027-04-01", 61.0, 59.9, 62.0)], "reached", "may still be short of it"),
        # 3. missed, once the day is past and not on the day
        (DOWN, "2027-06-02", [("2027-05-30", 0.15, 0.12, 0.19)], "missed", "0.15 where 0.1 was the aim."),
        (DOWN, "2027-06-02", [("2027-05-30", 0.12, 0.09, 0.16)], "missed", "chance alone may explain it"),
        (DOWN, "2027-06-01", [("2027-05-30", 0.15, 0.12, 0.19)], "behind the milestone", "the aim of 2027-06-01"),
        # 4. a milestone is past and the newest figure is more than 45 days older: December 1 less 45 days is October 17
        (DOWN, "2026-12-02", [("2026-10-16", 0.20, 0.18, 0.22)], "cannot be said", "newest figure is from 2026-10-16"),
        (DOWN, "2026-12-02", [("2026-10-17", 0.20, 0.18, 0.22)], "on the way", "2026-12-01"),
        # 5. no line yet
        (BARE, "2026-12-02", [("2026-12-01", 0.20, 0.18, 0.22)], "cannot be said", "without a baseline"),
        # 6. short of the line; on December 1 it asks for 0.25
        (DOWN, "2026-12-02", [("2026-12-01", 0.29, 0.26, 0.33)], "behind the milestone", "asks for 0.25."),
        (DOWN, "2026-12-02", [("2026-12-01", 0.29, 0.25, 0.33)], "too early to say", "chance alone may explain"),
        # halfway from 40 to 60 on the middle day: September 1 to June 1 are 273 days; day 137 asks for 50.04
        (UP, "2027-02-01", [("2027-01-16", 44.0, 42.0, 46.0)], "behind the milestone", "asks for 50.0366"),
        # 7. on the line or better
        (DOWN, "2026-12-02", [("2026-12-01", 0.25, 0.21, 0.29)], "on the way", "asks for 0.25."),
        (DOWN, "2026-12-02", [("2026-12-01", 0.25, 0.20, 0.30)], "too early to say", "still covers the baseline"),
        (UP, "2027-02-01", [("2027-01-16", 52.0, 49.0, 55.0)], "on the way", "the aim of 2027-06-01"),
    ],
)  # fmt: skip
def test_a_goal_stands_where_the_rules_say(way, today, seen, name, words) -> None:
    found = of(way, today, *seen)
    assert found.name == name
    assert words in found.words.replace("\N{NON-BREAKING HYPHEN}", "-")


def test_the_newest_figure_counts_while_the_goal_runs() -> None:
    seen = [("2027-01-10", 0.29, 0.28, 0.30), ("2027-03-05", 0.17, 0.15, 0.19)]
    assert of(DOWN, "2027-03-10", *seen).name == "on the way"
    assert of(DOWN, "2027-03-10", *reversed(seen)).name == "on the way"


def test_a_goal_that_was_reached_in_its_year_stays_reached_whatever_comes_after() -> None:
    seen = [("2027-06-15", 0.09, 0.07, 0.10), ("2027-11-01", 0.30, 0.25, 0.35)]
    assert of(DOWN, "2027-11-02", *seen).name == "reached"
    assert (
        of(DOWN, "2027-11-02", ("2027-06-15", 0.2, 0.18, 0.22), ("2027-11-01", 0.05, 0.03, 0.07)).name
        == "missed"
    )


def test_a_figure_of_a_later_year_alone_says_nothing_about_a_goal_that_is_past() -> None:
    assert of(DOWN, "2027-11-02", ("2027-11-01", 0.05, 0.03, 0.07)).name == "cannot be said"


def test_a_goal_without_a_baseline_is_judged_from_its_first_milestone_on() -> None:
    way = Way(None, 0.10, date(2027, 6, 1), higher=False, milestones=((date(2026, 12, 1), 0.25),))
    assert of(way, "2026-12-02", ("2026-12-01", 0.25, 0.20, 0.30)).name == "on the way"
    assert of(way, "2026-12-02", ("2026-11-30", 0.25, 0.20, 0.30)).name == "cannot be said"
