"""The figures of stage 4: what is drawn is what was measured, and hidden groups keep their place."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NotGatedError
from dataworkbench.figures import Measured, Straight
from dataworkbench.figures.house import contrast
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()
LEVELS = ("Below", "<b>Met</b> $x$", "Above")
COUNTS = {"Below": (60, 30, 10), "<b>Met</b> $x$": (20, 60, 20), "Above": (0, 2, 5)}


def moves() -> pd.DataFrame:
    rows = []
    for before, counts in COUNTS.items():
        n = sum(counts)
        rows += [
            {"level_before": before, "level_now": now, "indicator": "level_transitions", "n": n, "n_left_out": 0, "numerator": float(k),
             "value": k / n, "low": math.nan, "high": math.nan, "status": "", "reason": ""}
            for now, k in zip(LEVELS, counts, strict=True)
        ]  # fmt: skip
    rows += [
        {"level_before": "Not reported", "level_now": now, "indicator": "level_transitions", "n": 0, "n_left_out": 7, "numerator": None,
         "value": math.nan, "low": math.nan, "high": math.nan, "status": "not_applicable", "reason": "Nobody."}
        for now in LEVELS
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"n": "Int64", "n_left_out": "Int64", "numerator": "Float64"})


def drawn(audience: str):
    return figures.plot_transitions(for_audience(moves(), audience, policy=POLICY), title="Moves")


def test_each_cell_holds_the_share_of_its_row():
    texts = list(drawn("staff").data[0].text)
    assert texts == ["60%", "30%", "10%", "20%", "60%", "20%", "0%", "29%", "71%"]


def test_who_has_no_level_before_is_said_beneath_and_not_drawn():
    figure = drawn("staff")
    assert "7 results without a level" in figure.layout.annotations[-1].text
    assert len(figure.layout.shapes) == 9
    assert "7 results" not in drawn("public").layout.annotations[-1].text


def test_a_row_of_very_few_says_so_to_staff():
    words = drawn("staff").layout.yaxis.ticktext
    assert [("very few" in word) for word in words] == [False, False, True]


def test_a_small_row_is_hidden_from_the_public_and_keeps_its_place():
    texts = list(drawn("public").data[0].text)
    assert texts[6:] == ["hidden"] * 3
    assert len(texts) == 9


def test_with_one_row_hidden_no_other_can_be_used_to_work_it_out():
    frame = for_audience(moves(), "public", policy=POLICY)
    hidden = set(frame.loc[frame["status"] == "suppressed", "level_before"])
    assert len(hidden) >= 2


def test_moves_up_stays_and_moves_down_have_colours_of_their_own():
    colours = [shape.fillcolor for shape in drawn("staff").layout.shapes]
    red_and_blue = [(int(c[1:3], 16), int(c[5:7], 16)) for c in colours]
    up, down, same = red_and_blue[1], red_and_blue[3], red_and_blue[0]
    assert up[1] > up[0]
    assert down[0] > down[1]
    assert abs(same[0] - same[1]) < 30


def test_every_number_can_be_read_on_its_cell():
    figure = drawn("staff")
    inks = figure.data[0].textfont.color
    assert all(
        contrast(ink, shape.fillcolor) >= 4.5 for ink, shape in zip(inks, figure.layout.shapes, strict=True)
    )


def test_names_of_levels_are_printed_and_not_obeyed():
    heads = drawn("staff").data[1].text
    assert heads[1].replace("<br>", " ") == "&lt;b&gt;Met&lt;/b&gt; &#36;x&#36;"


@pytest.mark.parametrize("plot", [figures.plot_transitions, figures.plot_fifths, figures.plot_tickets])
def test_a_frame_that_has_not_passed_the_gate_is_not_drawn(plot):
    with pytest.raises(NotGatedError):
        plot(moves())


def test_a_frame_without_levels_or_fifths_is_refused():
    other = for_audience(
        moves().rename(columns={"level_before": "before", "level_now": "now"}), "staff", policy=POLICY
    )
    with pytest.raises(NoSuchNameError, match="level_before"):
        figures.plot_transitions(other)
    with pytest.raises(NoSuchNameError, match="fifth"):
        figures.plot_fifths(other)
    with pytest.raises(NoSuchNameError, match="week"):
        figures.plot_runs(other, median=1.0)


def test_a_goal_that_lies_ahead_is_drawn_to_its_week_and_phases_are_named_once():
    points = [
        Measured(week, 10.0 + week, "Before" if week < 3 else "With <help>", f"day {week}")
        for week in range(6)
    ]
    figure = figures.plot_series(points, title="Name", goal=Straight((1, 11), (30, 40), "Goal line"), last=4)
    assert list(figure.data[0].x) == [1, 30]
    assert figure.layout.xaxis.range[1] > 30
    assert [note.text for note in figure.layout.annotations] == ["Before", "With &lt;help&gt;"]
    assert figure.layout.shapes[0].x0 == 2.5
    assert "day 0: 10" in figure.layout.meta["alt"]
