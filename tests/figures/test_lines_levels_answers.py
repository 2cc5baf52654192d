"""Trends, levels and survey answers: what stands where."""

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()


def gated(name, audience="staff"):
    return for_audience(gallery.GALLERY[name](), audience, policy=POLICY)


def lines(figure):
    return [one for one in figure.data if one.mode and one.mode.startswith("lines+markers")]


def words(figure):
    return [text.replace("<br>", " ") for text in figure.layout.yaxis.ticktext]


def test_years_run_from_left_to_right():
    figure = figures.plot_trend(gated("trend"))
    assert list(figure.layout.xaxis.ticktext) == ["2022-23", "2023-24", "2024-25", "2025-26"]


def test_periods_run_as_the_school_year_does():
    assert list(figures.plot_trend(gated("periods"), over="period").layout.xaxis.ticktext) == [
        "Fall",
        "Winter",
        "Spring",
    ]


def test_a_line_breaks_where_nobody_is_in_the_group():
    line = next(
        one for one in lines(figures.plot_trend(gated("trend"))) if one.name.startswith("Not reported")
    )
    assert [value is None for value in line.y] == [False, True, False, False]
    assert line.connectgaps is False


def test_a_line_breaks_where_a_figure_is_hidden():
    line = next(
        one for one in lines(figures.plot_trend(gated("trend", "public"))) if one.name.startswith("English")
    )
    assert [value is None for value in line.y] == [True, False, False, False]


def test_the_first_and_the_last_n_stand_with_the_name():
    assert lines(figures.plot_trend(gated("trend")))[0].name == "English learner (n 80, later 83)"


def test_a_range_is_an_upright_line_without_a_middle():
    ranges = next(one for one in figures.plot_trend(gated("trend", "public")).data if one.name == "range")
    assert list(ranges.error_y.array) == [0.05, 0.05]
    assert ranges.marker.opacity == 0


def test_bands_have_no_more_points_than_the_line():
    bands = [one for one in figures.plot_trend(gated("trend")).data if one.name == "interval"]
    assert [len(band.x) for band in bands] == [8, 8, 4, 4]


def test_many_lines_get_a_panel_each():
    years = ("2023-24", "2024-25")
    many = pd.concat([gallery.forty_groups().iloc[:12].assign(school_year=year) for year in years])
    figure = figures.plot_trend(for_audience(many, "staff", policy=POLICY))
    assert len({one.yaxis for one in lines(figure)}) == 12


def test_labels_of_two_lines_keep_apart():
    first, second = lines(figures.plot_trend(gated("periods"), over="period"))
    assert {first.textposition[0], second.textposition[0]} == {"top center", "bottom center"}


def test_time_must_be_a_column_of_time():
    with pytest.raises(NoSuchNameError, match="No column of time in this frame is called 'subgroup'"):
        figures.plot_trend(gated("trend"), over="subgroup")


def test_levels_stand_in_the_order_of_the_test():
    names = [one.name for one in figures.plot_levels(gated("levels")).data]
    assert names == ["Below Basic", "Basic", "Proficient", "Advanced"]


def test_levels_out_of_order_are_put_in_a_known_order():
    mixed = gated("levels").sort_values("performance_level")
    assert [one.name for one in figures.plot_levels(mixed).data] == [
        "Below Basic",
        "Basic",
        "Proficient",
        "Advanced",
    ]


def test_levels_of_the_district_stand_in_the_order_it_gives():
    frame = gated("levels").replace(
        {
            "performance_level": {
                "Below Basic": "Red",
                "Basic": "Amber",
                "Proficient": "Green",
                "Advanced": "Blue",
            }
        }
    )
    order = ("Red", "Amber", "Green", "Blue")
    assert [one.name for one in figures.plot_levels(frame, order=order).data] == list(order)


def test_a_bar_of_levels_is_100_percent_long():
    figure = figures.plot_levels(gated("levels"))
    ends = [base + wide for one in figure.data for base, wide in zip(one.base, one.x, strict=True)]
    assert max(ends) == pytest.approx(1, abs=1e-5)
    assert min(base for one in figure.data for base in one.base) == 0


def test_coded_levels_fill_what_the_others_leave():
    named = zip(("Below", "Basic", "Proficient", "Advanced"), (100, 60, 38, 2), strict=True)
    frame = gallery.frame([gallery.rate(200, k, performance_level=level) for level, k in named])
    figure = figures.plot_levels(for_audience(frame, "public", policy=POLICY))
    widths = [wide for one in figure.data for wide in one.x]
    assert sum(widths) == pytest.approx(1)
    assert [one.marker.pattern.shape for one in figure.data] == [None, None, "/", "/"]


def test_a_group_whose_levels_are_hidden_stays_with_a_word():
    assert "Grade 3: <i>hidden for privacy</i>" in words(figures.plot_levels(gated("levels", "public")))


def test_the_neutral_answer_is_in_the_middle():
    neutral = next(one for one in figures.plot_survey(gated("survey")).data if "neutral" in one.name)
    assert [base + wide / 2 for base, wide in zip(neutral.base, neutral.x, strict=True)] == pytest.approx(
        [0, 0, 0], abs=1e-5
    )


def test_favourable_answers_are_to_the_right():
    best = next(one for one in figures.plot_survey(gated("survey")).data if "most favourable" in one.name)
    assert min(best.base) > 0


def test_roles_stand_side_by_side_with_their_n():
    figure = figures.plot_survey(gated("survey_roles"))
    assert words(figure)[0] == "Students feel safe: student 60% (n 160) family 81% (n 74) staff 97% (n 31)"
    assert [one.name for one in figure.data] == ["Student", "Family", "Staff"]


def test_a_role_that_is_hidden_keeps_its_word_and_loses_its_dot():
    figure = figures.plot_survey(gated("survey_roles", "public"))
    assert "staff hidden for privacy" in words(figure)[1]
    assert list(next(one for one in figure.data if one.name == "Staff").x) == [None]


def test_questions_are_printed_in_their_own_words():
    frame = gated("survey").replace({"item_id": {"I feel safe at school": "q1"}})
    frame = frame[frame["item_id"] == "q1"].assign(wording="I feel safe here")
    two = pd.concat([frame, frame.assign(item_id="q2", wording="Lessons are interesting")])
    assert words(figures.plot_survey(two, item="item_id")) == [
        "I feel safe here (n 160)",
        "Lessons are interesting (n 160)",
    ]
