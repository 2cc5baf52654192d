"""Laws of figures, tables and sentences over random frames that have passed the gate, whatever their groups went through."""

from __future__ import annotations

import html
import itertools
import json
import math
import re

import awkward_frames as gallery
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.figures.house import DASHES, SERIES, SYMBOLS, ramp
from dataworkbench.frames import group_text
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.sentences import describe
from dataworkbench.tables import table_of

POLICY = DisclosurePolicy()
MANY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NO_FIGURE = re.compile(r"\bnan\b|\bNaN\b|\bNone\b|<NA>|\binf\b|-0%|−0\b")  # noqa: RUF001 - the true minus sign
GRADES = ("PK", "KG", "01", "02", "03", "04", "05", "06", "07", "08")
YEARS = ("2022-23", "2023-24", "2024-25", "2025-26")

audiences = st.sampled_from(["staff", "public"])
sizes = st.one_of(st.integers(0, 14), st.integers(0, 400))
counted = st.tuples(sizes, st.floats(0, 1)).map(lambda pair: (pair[0], round(pair[0] * pair[1])))
scored = st.tuples(sizes, st.floats(100, 900), st.floats(0, 60))


def rate(n: int, k: int, **groups: str):
    """A rate as a measure gives it: where nobody counts there is no figure, and a reason."""
    if n:
        return gallery.rate(n, k, **groups)
    return gallery.without_data("not_applicable", "There is nobody in this group.", **groups)


def mean(n: int, average: float, sd: float, **groups: str):
    if n:
        return gallery.mean(n, average, sd if n > 1 else math.nan, **groups)
    return gallery.without_data(
        "not_applicable", "There is nobody in this group.", indicator="mean_score", **groups
    )


@st.composite
def rates(draw):
    grades = draw(st.lists(st.sampled_from(GRADES), min_size=1, unique=True))
    return gallery.frame(
        rate(*draw(counted), school_year="2025-26", grade_level=grade) for grade in sorted(grades)
    )


@st.composite
def averages(draw):
    grades = draw(st.lists(st.sampled_from(GRADES), min_size=1, unique=True))
    return gallery.frame(
        mean(*draw(scored), school_year="2025-26", subject="Reading", grade_level=grade)
        for grade in sorted(grades)
    )


@st.composite
def counts(draw):
    grades = draw(st.lists(st.sampled_from(GRADES), min_size=1, unique=True))
    return gallery.frame(
        gallery.count(draw(sizes), school_year="2025-26", grade_level=grade) for grade in sorted(grades)
    )


@st.composite
def over_years(draw):
    groups = draw(st.lists(st.sampled_from(["Mathematics", "Reading", "Science"]), min_size=1, unique=True))
    return gallery.frame(
        rate(*draw(counted), school_year=year, subject=group) for year in YEARS for group in groups
    )


@st.composite
def at_levels(draw):
    rows = []
    for grade in draw(st.lists(st.sampled_from(GRADES), min_size=1, max_size=4, unique=True)):
        spread = draw(st.lists(st.integers(0, 60), min_size=4, max_size=4))
        rows += [
            rate(sum(spread), k, indicator="performance_levels", school_year="2025-26", subject="Reading", grade_level=grade, performance_level=level)
            for level, k in zip(("Below", "Basic", "Proficient", "Advanced"), spread, strict=True)
        ]  # fmt: skip
    return gallery.frame(rows)


@st.composite
def by_role(draw):
    items = draw(
        st.lists(st.sampled_from(["Feeling safe", "Being heard", "Belonging"]), min_size=1, unique=True)
    )
    return gallery.frame(
        rate(*draw(counted), indicator="survey_top_box", school_year="2025-26", role=role, topic=item)
        for item in items
        for role in ("student", "family", "staff")
    )


@st.composite
def gaps(draw):
    groups = draw(
        st.lists(
            st.sampled_from(["Asian", "Black or African American", "Hispanic or Latino"]),
            min_size=1,
            unique=True,
        )
    )
    some = counted.filter(lambda pair: pair[0] > 0)
    return gallery.frame(
        gallery.gap(
            *draw(some),
            *draw(some),
            "White",
            school_year="2025-26",
            subgroup_type=gallery.RACE,
            subgroup=group,
        )
        for group in groups
    )


@st.composite
def strategies_tried(draw):
    names = draw(st.lists(st.sampled_from(["Tutoring", "Check-in", "Reading club"]), min_size=1, unique=True))
    return gallery.frame(
        rate(*draw(counted), indicator="intervention_goal_met", strategy=name, need="Fluency")
        for name in names
    )


DRAWN = {
    "plot_rates": (rates(), {"by": "grade_level"}, "grade_level"),
    "plot_means": (averages(), {"by": "grade_level"}, "grade_level"),
    "plot_counts": (counts(), {"by": "grade_level"}, "grade_level"),
    "plot_trend": (over_years(), {"over": "school_year", "by": "subject"}, "school_year"),
    "plot_levels": (at_levels(), {"by": "grade_level"}, "grade_level"),
    "plot_gaps": (gaps(), {"by": "subgroup"}, "subgroup"),
    "plot_interventions": (strategies_tried(), {"by": "strategy"}, "strategy"),
    "plot_survey": (by_role(), {"item": "topic"}, "topic"),
}
every_plot = pytest.mark.parametrize("plot", sorted(DRAWN))


def text_of(figure) -> str:
    """Everything that a reader of a figure can read, as text: ticks, notes, labels of marks, and the alternative text."""
    found: list[str] = []

    def walk(held) -> None:
        if isinstance(held, dict):
            for value in held.values():
                walk(value)
        elif isinstance(held, list | tuple):
            for value in held:
                walk(value)
        elif isinstance(held, str):
            found.append(held)

    walk(json.loads(figure.to_json()))
    return html.unescape(re.sub(r"<[^>]*>", " ", " · ".join(found)))


def gated_and_drawn(data, plot):
    """Return a random frame that has passed the gate, what a plot makes of it, and the column of its groups."""
    strategy, asked, column = DRAWN[plot]
    gated = for_audience(data.draw(strategy), data.draw(audiences), policy=POLICY)
    return gated, getattr(figures, plot)(gated, **asked), column


@every_plot
@MANY
@given(data=st.data())
def test_no_figure_table_or_sentence_says_not_a_number(plot, data):
    gated, figure, _ = gated_and_drawn(data, plot)
    for text in (text_of(figure), table_of(gated)._repr_html_(), str(describe(gated))):
        assert not NO_FIGURE.search(re.sub(r"<[^>]*>", " ", text)), text


@every_plot
@MANY
@given(data=st.data())
def test_every_group_keeps_its_place_whatever_became_of_its_figure(plot, data):
    gated, figure, column = gated_and_drawn(data, plot)
    if set(gated["status"]) <= {"missing", "not_applicable"}:
        return  # a calm panel with the reason
    text = text_of(figure)
    for value in gated[column].unique():
        assert group_text(column, value) in text


@every_plot
@MANY
@given(data=st.data())
def test_a_hidden_group_has_a_word_and_a_shown_one_its_n(plot, data):
    gated, figure, _ = gated_and_drawn(data, plot)
    text = text_of(figure)
    seen = gated["status"].isin(["shown", "coded"])
    if seen.any() and (gated["status"] == "suppressed").any():
        assert re.search("hidden|too few|privacy", text), text
    for n in gated.loc[seen, "n_label"].astype(str):
        assert n in text


@every_plot
@MANY
@given(data=st.data())
def test_a_table_has_a_row_for_every_row_of_its_frame(plot, data):
    gated, _, _ = gated_and_drawn(data, plot)
    assert table_of(gated)._repr_html_().count("<tr") == len(gated) + 1


# --- colours -----------------------------------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), IEEE Transactions on Visualization and Computer Graphics 15, 1291-1298: what
# linear RGB becomes for somebody without the red or the green cones (severity 1.0).
WITHOUT_CONES = {
    "red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen_without(cones: str, colour: str) -> list[float]:
    parts = linear(colour)
    return [
        min(1.0, max(0.0, sum(w * p for w, p in zip(row, parts, strict=True))))
        for row in WITHOUT_CONES[cones]
    ]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* of linear sRGB, white point D65."""
    to_xyz = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        sum(w * p for w, p in zip(row, rgb, strict=True)) / of for row, of in zip(to_xyz, white, strict=True)
    )
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(cones: str, one: str, other: str) -> float:
    return math.dist(lab(seen_without(cones, one)), lab(seen_without(cones, other)))


@pytest.mark.parametrize("cones", sorted(WITHOUT_CONES))
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(SERIES, 2)))
def test_colours_of_lines_are_told_apart_without_the_red_or_the_green_cones(cones, one, other):
    """A difference of 2.3 is the least that an eye notices side by side; lines lie apart from one another."""
    assert apart(cones, one, other) >= 10


@pytest.mark.parametrize("cones", sorted(WITHOUT_CONES))
@pytest.mark.parametrize("n", range(2, 8))
def test_neighbours_on_a_scale_of_levels_are_told_apart_without_the_red_or_the_green_cones(cones, n):
    colours = ramp(n)
    assert min(apart(cones, one, other) for one, other in itertools.pairwise(colours)) >= 10


def test_lines_that_are_drawn_together_also_differ_in_mark_or_stroke():
    looks = list(zip(SYMBOLS, DASHES, strict=True))
    assert len(set(looks)) == len(SERIES) == len(looks)
