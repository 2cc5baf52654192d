"""What holds for every figure and every frame of the gallery."""

# ruff: noqa: RUF001 - the letters of other scripts are the point

import json
import re

import awkward_frames as gallery
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NotGatedError
from dataworkbench.figures import house
from dataworkbench.figures.house import PALE, RUST, SERIES, calm_panel, contrast, ink_on, ramp
from dataworkbench.figures.words import safe, wrapped
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()
ALL = (
    "plot_rates",
    "plot_means",
    "plot_counts",
    "plot_gaps",
    "plot_trend",
    "plot_levels",
    "plot_ratios",
    "plot_flags",
    "plot_survey",
    "plot_interventions",
    "plot_pairs",
)
FITS = {
    "subgroups": ("plot_rates",), "grades_by_group": ("plot_rates",), "trend": ("plot_trend", "plot_rates"), "periods": ("plot_means",),
    "means": ("plot_means",),
    "pairs": ("plot_pairs",),
    "counts": ("plot_counts",),
    "gaps": ("plot_gaps",),
    "levels": ("plot_levels",),
    "survey": ("plot_survey", "plot_levels"),
    "ratios": ("plot_ratios", "plot_gaps"),
    "flags": ("plot_flags", "plot_levels"),
    "survey_roles": ("plot_survey",), "interventions": ("plot_interventions",), "one_row": ("plot_rates",), "all_small": ("plot_rates",),
    "forty_groups": ("plot_rates",), "strange_names": ("plot_rates", "plot_interventions"), "missing": ALL[:3], "nothing": ALL[:3],
}  # fmt: skip
CASES = [
    (name, plot, audience)
    for name, plots in FITS.items()
    for plot in plots
    for audience in ("staff", "public")
]


def gated(name, audience="staff"):
    return for_audience(gallery.GALLERY[name](), audience, policy=POLICY)


def drawn(name, plot, audience="staff", **asked):
    return getattr(figures, plot)(gated(name, audience), **asked)


@pytest.mark.parametrize("plot", ALL)
def test_a_frame_that_has_not_passed_the_gate_is_never_drawn(plot):
    with pytest.raises(NotGatedError, match=r"dw\.for_audience"):
        getattr(figures, plot)(gallery.subgroups())


@pytest.mark.parametrize(("name", "plot", "audience"), CASES)
def test_the_same_frame_gives_the_same_figure(name, plot, audience):
    assert drawn(name, plot, audience).to_json() == drawn(name, plot, audience).to_json()


@pytest.mark.parametrize(("name", "plot", "audience"), CASES)
def test_every_figure_has_a_text_alternative_that_begins_with_its_title(name, plot, audience):
    alt = drawn(name, plot, audience, title="Who is proficient?").layout.meta["alt"]
    assert alt.startswith("Who is proficient? ")
    assert len(alt) > 40


@pytest.mark.parametrize(("name", "plot", "audience"), CASES)
def test_no_figure_holds_a_link_a_script_or_packed_numbers(name, plot, audience):
    figure = json.loads(drawn(name, plot, audience).to_json())
    del figure["layout"]["meta"]  # plain text for a page to escape; plotly does not draw it
    text = json.dumps(figure, ensure_ascii=False)
    assert "https:" not in re.sub(r"&lt;.*?&gt;", "", text)
    assert not re.findall(r"<(?!/?(?:b|i|br)>)", text)
    assert "bdata" not in text


@pytest.mark.parametrize(("name", "plot", "audience"), CASES)
def test_the_axes_do_not_move_under_a_thumb(name, plot, audience):
    layout = drawn(name, plot, audience).layout
    assert layout.dragmode is False
    assert all(layout[axis].fixedrange for axis in layout if re.fullmatch(r"[xy]axis\d*", axis))


def numbers_in(figure):
    """Every number that a figure holds about people: lengths, ends, whiskers, and those in its words."""
    found = set()
    for trace in figure.to_plotly_json()["data"]:
        for place in ("x", "base"):
            found |= {round(float(value), 6) for value in trace.get(place) or [] if value is not None}
        for place in ("error_x", "error_y"):
            found |= {
                round(float(v), 6)
                for v in [*trace.get(place, {}).get("array", []), *trace.get(place, {}).get("arrayminus", [])]
            }
    return found


@pytest.mark.parametrize(
    "name", ["subgroups", "grades_by_group", "all_small", "forty_groups", "strange_names"]
)
def test_a_public_figure_holds_no_number_but_the_published_ones(name):
    frame = gated(name, "public")
    published = {0.0}
    for row in frame.to_dict("records"):
        published |= {
            round(row[column], 6) for column in ("value", "low", "high") if row[column] == row[column]
        }
        published |= {round(row["high"] - row["low"], 6)} if row["low"] == row["low"] else set()
    assert numbers_in(figures.plot_rates(frame)) <= published


def test_a_public_figure_says_no_size_of_a_hidden_group():
    """Four, eleven and 147 students: none of the three is printed anywhere, alone or in a sentence."""
    text = json.dumps(drawn("subgroups", "plot_rates", "public").to_plotly_json()["layout"], default=str)
    assert not re.search(r"\(n (4|11|147)\)", text)
    assert text.count("hidden for privacy") >= 2


def test_the_height_grows_with_the_rows_and_the_width_is_left_to_the_page():
    few, many = drawn("one_row", "plot_rates").layout, drawn("forty_groups", "plot_rates").layout
    assert many.height > 10 * 40 + few.height
    assert many.width is None


def test_a_missing_frame_is_a_calm_panel_with_its_reason():
    figure = drawn("missing", "plot_rates")
    assert not figure.data
    assert "Bring daily attendance" in figure.layout.annotations[0].text.replace("<br>", " ")
    assert "Bring daily attendance" in figure.layout.meta["alt"]


def test_a_frame_without_rows_says_so():
    assert "nobody fits what was chosen" in drawn("nothing", "plot_rates").layout.meta["alt"]


def test_a_column_the_frame_is_not_grouped_by_is_refused_with_those_it_is():
    with pytest.raises(NoSuchNameError, match="There are: school_year, subgroup, subgroup_type"):
        drawn("subgroups", "plot_rates", by="school")


def test_the_title_asked_for_stands_above_the_figure():
    assert (
        drawn("subgroups", "plot_rates", title="Who is proficient?").layout.title.text
        == "<b>Who is proficient?</b>"
    )


def test_without_a_title_the_measure_gives_one():
    assert (
        drawn("grades_by_group", "plot_rates", by="grade_level").layout.title.text
        == "<b>Chronic absence by grade level</b>"
    )


def test_what_all_rows_share_stands_under_the_title():
    assert drawn("means", "plot_means").layout.title.subtitle.text == "2025-26 · Mathematics · for staff only"


def test_a_public_figure_is_not_marked_for_staff():
    assert "staff" not in drawn("means", "plot_means", "public").layout.title.subtitle.text


@pytest.mark.parametrize("colour", [*SERIES, RUST, *ramp(7)])
def test_marks_stand_out_from_the_page(colour):
    assert contrast(colour, "#ffffff") >= 3


@pytest.mark.parametrize("colour", [*SERIES, *ramp(7)])
def test_text_on_a_mark_can_be_read(colour):
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("colour", SERIES)
def test_labels_in_the_colour_of_their_line_can_be_read(colour):
    assert contrast(colour, "#ffffff") >= 4.5


def test_contrast_is_that_of_wcag():
    """Black on white is 21 to 1; #767676 on white is the well-known grey that just passes 4.5 to 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_pale_bars_have_an_edge_that_stands_out():
    marker = drawn("subgroups", "plot_rates").data[0].marker
    assert PALE in marker.color
    assert contrast(marker.line.color, "#ffffff") >= 3


def test_text_from_data_is_printed_and_not_obeyed():
    assert safe("<b>x</b> & <a href='y'>") == "&lt;b&gt;x&lt;/b&gt; &amp; &lt;a href='y'&gt;"


def test_text_from_data_is_no_formula_and_no_placeholder():
    assert safe("$x^2$ %{y}") == "&#36;x^2&#36; &#37;{y}"


def test_marks_that_turn_text_around_are_taken_out():
    assert safe("\u202ereversed") == "reversed"


def test_right_to_left_names_do_not_pull_what_follows_along():
    assert safe("מדרסה") == "\u2068מדרסה\u2069"


def test_long_names_are_wrapped_and_a_cut_is_marked():
    lines = wrapped("word " * 60, 20, 3)
    assert len(lines) == 3
    assert all(len(line) <= 20 for line in lines)
    assert lines[-1].endswith("…")


def test_a_word_that_is_longer_than_a_line_is_parted():
    assert wrapped("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_wide_letters_count_as_two():
    assert wrapped("東京東京東京", 6) == ["東京東", "京東京"]


def test_a_panel_shows_words_and_no_axis():
    figure = calm_panel("Attendance", "There are no data yet.")
    assert figure.layout.xaxis.visible is False
    assert figure.layout.annotations[0].text == "There are no data yet."


def test_sums_that_were_added_in_another_order_draw_the_same_figure():
    forth, back = sum([0.1] * 10), 1.0
    assert forth != back
    drawn = [
        house.figure(
            [{"type": "bar", "x": [value], "y": [1]}],
            title="t",
            alt="a",
            plot_height=100,
            axes={"xaxis": {"range": (0, value)}},
        )
        for value in (forth, back)
    ]
    assert drawn[0].to_json() == drawn[1].to_json()
