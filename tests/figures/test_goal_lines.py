"""The way to a goal: corners where they were set, figures from the baseline on, and today."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NotGatedError
from dataworkbench.figures.goal_lines import GoalLine, plot_goal_lines
from dataworkbench.policy import DisclosurePolicy

DAYS = (date(2025, 9, 10), date(2026, 9, 10), date(2026, 11, 13))
CORNERS = ((date(2026, 9, 10), 0.4), (date(2027, 1, 29), 0.5), (date(2027, 5, 28), 0.6))
TODAY = date(2026, 11, 16)


def measured(audience: str = "staff") -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "school_year": ["2024-25", "2025-26", "2026-27"], "indicator": "proficiency", "n": [50, 60, 70], "n_left_out": 0,
            "numerator": [15, 24, 35], "value": [0.3, 0.4, 0.5], "low": [0.2, 0.3, 0.4], "high": [0.4, 0.5, 0.6],
            "status": "", "reason": "", "unit": "rate",
        }
    )  # fmt: skip
    return for_audience(frame, audience, policy=DisclosurePolicy())


def line(name: str = "Grade 4", audience: str = "staff") -> GoalLine:
    return GoalLine(name, CORNERS, measured(audience), DAYS, "{:.0%}".format)


def test_the_figure_draws_the_way_and_what_was_measured_since_the_baseline() -> None:
    way, seen = plot_goal_lines([line()], today=TODAY).data
    assert list(way.x) == ["2026-09-10", "2027-01-29", "2027-05-28"]
    assert list(way.text) == ["", "50%", "60%"]
    assert list(zip(seen.x, seen.y, strict=True)) == [("2026-09-10", 0.4), ("2026-11-13", 0.5)]
    assert list(seen.error_y.array) == pytest.approx([0.1, 0.1])


def test_today_is_marked_and_n_stands_in_the_picture() -> None:
    figure = plot_goal_lines([line()], today=TODAY)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == ("2026-11-16", "2026-11-16")
    assert "(n 60, later 70)" in figure.layout.annotations[0].text.replace("<br>", " ")


def test_each_goal_has_a_panel_of_its_own_that_no_other_covers() -> None:
    figure = plot_goal_lines([line("One"), line("Two"), line("Three")], today=TODAY)
    spans = [figure.layout[f"yaxis{n}"].domain for n in ("", 2, 3)]
    assert all(above[0] > below[1] for above, below in pairwise(spans))
    assert all(0 <= low < high <= 1 for low, high in spans)


def test_figures_that_have_not_passed_the_gate_are_never_drawn() -> None:
    bare = GoalLine("x", CORNERS, gallery.subgroups(), DAYS, str)
    with pytest.raises(NotGatedError):
        plot_goal_lines([bare], today=TODAY)


def test_what_is_hidden_from_the_public_is_not_in_its_figure() -> None:
    text = json.dumps(json.loads(plot_goal_lines([line(audience="public")], today=TODAY).to_json()))
    assert "later 70" not in text
    assert "n 70" not in text
    assert "40\\u201399" in text  # the range of sizes that is published instead
    assert "likely range" not in text


def test_a_name_is_drawn_as_text() -> None:
    text = plot_goal_lines([line("<script>x</script>")], today=TODAY).layout.annotations[0].text
    assert "<script>" not in text


def test_without_goals_a_calm_panel_says_so() -> None:
    assert "No goal has been written down yet" in plot_goal_lines([], today=TODAY).layout.meta["alt"]
