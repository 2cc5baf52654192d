"""Rates, averages, numbers and gaps: what stands where."""

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()


def gated(name, audience="staff"):
    return for_audience(gallery.GALLERY[name](), audience, policy=POLICY)


def words(figure, axis="yaxis"):
    return [text.replace("<br>", " ") for text in figure.layout[axis].ticktext]


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def test_shares_run_from_0_to_100_percent():
    figure = figures.plot_rates(gated("subgroups"))
    assert tuple(figure.layout.xaxis.range) == (0, 1)
    assert list(figure.layout.xaxis.ticktext) == ["0%", "25%", "50%", "75%", "100%"]


def test_n_stands_with_every_share():
    assert "Hispanic or Latino (n 212): <b>56%</b>" in words(figures.plot_rates(gated("subgroups")))


def test_bars_are_as_long_as_the_shares():
    figure = figures.plot_rates(gated("subgroups"))
    assert next(iter(trace(figure, "shown").x)) == pytest.approx(250 / 412)


def test_hidden_groups_stay_on_the_axis_without_a_bar():
    figure = figures.plot_rates(gated("subgroups", "public"))
    assert "American Indian or Alaska Native: <i>hidden for privacy</i>" in words(figure)
    assert len(trace(figure, "shown").x) == 5


def test_the_reason_for_hiding_stands_beneath():
    notes = figures.plot_rates(gated("subgroups", "public")).layout.annotations[-1].text.replace("<br>", " ")
    assert "Hidden: fewer than 10 here, or in a group that could be worked out from this one." in notes


def test_a_range_is_a_hatched_bar_from_end_to_end():
    hatched = trace(figures.plot_rates(gated("subgroups", "public")), "range")
    assert (list(hatched.base), list(hatched.x)) == ([0.0], [0.1])
    assert hatched.marker.pattern.shape == "/"


def test_staff_see_the_interval_as_whiskers():
    whiskers = trace(figures.plot_rates(gated("subgroups")), "shown").error_x
    low, high = gallery.wilson(250, 412)
    assert (whiskers.arrayminus[0], whiskers.array[0]) == pytest.approx(
        (250 / 412 - low, high - 250 / 412), abs=1e-6
    )


def test_the_public_sees_no_whiskers():
    assert trace(figures.plot_rates(gated("subgroups", "public")), "shown").error_x.array is None


def test_few_students_make_a_pale_bar():
    figure = figures.plot_rates(gated("subgroups"))
    colours = dict(
        zip(
            (w.split(" (")[0] for w in words(figure) if "(n" in w),
            trace(figure, "shown").marker.color,
            strict=True,
        )
    )
    assert colours["American Indian or Alaska Native"] != colours["White"]


def test_groups_of_one_kind_stand_under_its_name():
    figure = figures.plot_rates(gated("subgroups"))
    assert words(figure)[1] == "<b>Race and ethnicity</b>"
    assert "<b>All students</b>" not in words(figure)


def test_rows_of_one_section_stand_together():
    figure = figures.plot_rates(gated("grades_by_group"), by="grade_level")
    heads = [word for word in words(figure) if word.startswith("<b>")]
    assert heads == ["<b>English learner</b>", "<b>Not an English learner</b>"]


def test_all_students_are_a_tick_on_every_other_bar():
    ticks = trace(figures.plot_rates(gated("subgroups")), "All students")
    assert list(ticks.x) == pytest.approx([250 / 412] * 7)
    assert len(ticks.x) == 7


def test_nothing_overlaps_from_line_to_line():
    figure = figures.plot_rates(gated("strange_names"))
    at_words, at_marks = list(figure.layout.yaxis.tickvals), sorted(figure.data[0].y)
    assert all(mark > said + 9 for said, mark in zip(at_words, at_marks, strict=True))
    assert all(later > earlier + 9 for earlier, later in zip(at_marks[:-1], at_words[1:], strict=True))


def test_averages_are_dots_and_their_axis_need_not_begin_at_zero():
    figure = figures.plot_means(gated("means"))
    assert trace(figure, "shown").type == "scatter"
    assert 120 < figure.layout.xaxis.range[0] < 148


def test_an_average_keeps_its_decimals_in_words():
    assert "Grade 1 (n 58): <b>164.4</b>" in words(figures.plot_means(gated("means")))


def test_numbers_of_students_begin_at_zero():
    figure = figures.plot_counts(gated("counts"))
    assert figure.layout.xaxis.range[0] == 0
    assert words(figure)[0] == "All students: <b>480</b>"


def test_a_number_rounded_for_privacy_is_a_sure_part_and_a_hatched_one():
    figure = figures.plot_counts(gated("counts", "public"))
    assert next(iter(figure.data[0].x)) == 475
    assert (next(iter(figure.data[1].base)), next(iter(figure.data[1].x))) == (475, 9)


def test_zero_is_in_the_middle_of_a_gap_figure():
    low, high = figures.plot_gaps(gated("gaps")).layout.xaxis.range
    assert low == -high


def test_the_reference_group_is_named():
    assert (
        figures.plot_gaps(gated("gaps"))
        .layout.title.subtitle.text.replace("<br>", " ")
        .endswith("compared with: White")
    )


def test_several_reference_groups_stand_in_the_heads():
    frame = pd.concat(
        [
            gallery.gaps().iloc[1:3],
            gallery.gaps().iloc[2:3].assign(subgroup_type="Gender", subgroup="Female", reference="Male"),
        ]
    )
    heads = words(figures.plot_gaps(for_audience(frame, "staff", policy=POLICY)))
    assert "<b>Gender, compared with Male</b>" in heads


def test_a_frame_without_a_comparison_is_no_gap_figure():
    with pytest.raises(WorkbenchError, match=r"dw\.gap"):
        figures.plot_gaps(gated("subgroups"))


def test_a_risk_ratio_is_drawn_around_just_as_often():
    frame = gallery.frame([gallery.rate(400, 80, subgroup="Asian")])
    frame = frame.assign(
        value=2.0,
        low=1.4,
        high=2.9,
        n_reference=600,
        reference="all other students",
        risk=0.2,
        risk_reference=0.1,
    )
    figure = figures.plot_gaps(for_audience(frame, "staff", policy=POLICY))
    assert list(figure.layout.xaxis.ticktext)[:2] == ["0", "same"]
    assert [shape.x0 for shape in figure.layout.shapes if shape.xref != "paper"] == [1.0]


def test_goals_met_come_with_what_was_gained_beyond_like_students():
    figure = figures.plot_interventions(gated("interventions"))
    assert list(trace(figure, "beyond").x) == [5.2, 2.2, -2.8]
    assert "Tutoring: <b>5.2 points more</b>" in words(figure, "yaxis2")


def test_strategies_are_told_apart_where_nothing_else_is_asked():
    assert words(figures.plot_interventions(gated("interventions")))[0] == "Tutoring (n 32): <b>44%</b>"


def test_a_strategy_tried_too_seldom_to_rank_is_an_open_dot():
    colours = trace(figures.plot_interventions(gated("interventions")), "beyond").marker.color
    assert [colour == "#ffffff" for colour in colours] == [False, True, False]


def test_in_public_goals_met_stand_alone_and_it_is_said():
    figure = figures.plot_interventions(gated("interventions", "public"))
    assert "A share alone does not tell that a strategy works" in figure.layout.annotations[-1].text.replace(
        "<br>", " "
    )


def test_what_follows_a_right_to_left_name_stays_behind_it():
    line = next(word for word in words(figures.plot_rates(gated("strange_names"))) if "אלון" in word)
    assert line.endswith("\u2069 (n 66): <b>48%</b>")
