"""Still drawings beside Plotly's own, in a real browser: the same marks in the same places, the same words."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from pathlib import Path
from shutil import which
from xml.etree import ElementTree as ET

import awkward_frames as gallery
import plotly
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.figures.embedding import _take_title, chart_html
from dataworkbench.figures.house import FONT, calm_panel
from dataworkbench.figures.still import still_svg
from dataworkbench.figures.still.drawing import WIDTH
from dataworkbench.figures.still.places import ticks
from dataworkbench.policy import DisclosurePolicy

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
CODED = {"subgroups", "levels", "survey_roles"}
"""Where what is coded for the public looks most unlike what staff see."""

CASES = [
    pytest.param(
        name,
        plot,
        audience,
        marks=[pytest.mark.thorough] if audience == "public" and name not in CODED else [],
    )
    for name, plot in {
        "subgroups": "plot_rates",
        "strange_names": "plot_rates",
        "missing": "plot_rates",
        "means": "plot_means",
        "counts": "plot_counts",
        "gaps": "plot_gaps",
        "pairs": "plot_pairs",
        "trend": "plot_trend",
        "levels": "plot_levels",
        "survey": "plot_survey",
        "survey_roles": "plot_survey",
        "interventions": "plot_interventions",
        "ratios": "plot_ratios",
        "flags": "plot_flags",
        "nothing": "plot_rates",
    }.items()
    for audience in ("staff", "public")
]
THEIR_WORDS = "#live .main-svg text:not(.gtitle):not(.gtitle-subtitle)"
MARKS = """
selectors => {
  const found = [];
  document.querySelectorAll(selectors).forEach(mark => {
    const box = mark.getBoundingClientRect();
    if (box.width > 0.5 || box.height > 0.5) { found.push([box.x, box.y, box.right, box.bottom]); }
  });
  return found;
}
"""
WORDS = """
selectors => Array.from(document.querySelectorAll(selectors), one => {
  const box = one.getBoundingClientRect();
  return [one.textContent.trim(), box.x + box.width / 2, box.y + box.height / 2];
}).filter(one => one[0])
"""


def parts_of(name, plot, audience):
    shown = for_audience(gallery.GALLERY[name](), audience, policy=DisclosurePolicy())
    held = json.loads(getattr(figures, plot)(shown).to_json())
    _take_title(held["layout"])
    return held["data"], held["layout"]


@pytest.fixture(scope="module")
def page():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": WIDTH + 100, "height": 900})
        opened.set_content(
            f"<body style='margin:0; font-family: {FONT}'><div id=live></div><div id=still></div>"
        )
        opened.add_script_tag(path=Path(plotly.__file__).parent / "package_data" / "plotly.min.js")
        yield opened
        browser.close()


def rounded(boxes, top):
    return sorted(
        [round(x), round(y - top), round(right), round(bottom - top)] for x, y, right, bottom in boxes
    )


def around(boxes, top):
    ends = list(zip(*rounded(boxes, top), strict=True))
    return [[pick(end) for pick, end in zip((min, min, max, max), ends, strict=True)]] if ends else []


def near(one, other, by):
    return len(one) == len(other) and all(
        abs(a - b) <= by
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )


@pytest.mark.browser
@pytest.mark.parametrize(("name", "plot", "audience"), CASES)
def test_a_still_drawing_has_the_marks_and_the_words_that_plotly_draws(page, name, plot, audience):
    data, layout = parts_of(name, plot, audience)
    svg = still_svg(data, layout, "figure-1")
    assert svg
    page.evaluate(
        "([data, layout]) => Plotly.newPlot('live', data, {...layout, width: 640}, {staticPlot: true})",
        [data, layout],
    )
    page.evaluate("svg => { document.getElementById('still').innerHTML = svg }", svg)
    page.evaluate(f"document.querySelector('.still').setAttribute('width', {WIDTH})")
    tops = page.evaluate(
        "['.main-svg', '.still'].map(name => document.querySelector(name).getBoundingClientRect().y)"
    )
    for ours, theirs in (
        (".still .bars rect", ".barlayer .point path"),
        (".still .dots > *", ".scatterlayer .points path"),
    ):
        drawn, expected = page.evaluate(MARKS, ours), page.evaluate(MARKS, theirs)
        assert near(rounded(drawn, tops[1]), rounded(expected, tops[0]), 2), (ours, name)
    for ours, theirs in (
        (".still .whiskers path", ".errorbar path"),
        (".still .lines path", ".scatterlayer .lines path, .fills path"),
    ):
        drawn, expected = page.evaluate(MARKS, ours), page.evaluate(MARKS, theirs)
        assert near(around(drawn, tops[1]), around(expected, tops[0]), 2), (ours, name)
    said = sorted((text, x, y - tops[1]) for text, x, y in page.evaluate(WORDS, ".still text"))
    told = sorted((text, x, y - tops[0]) for text, x, y in page.evaluate(WORDS, THEIR_WORDS))
    assert [text for text, _, _ in said] == [text for text, _, _ in told]
    assert near([one[1:] for one in said], [one[1:] for one in told], 5)


def drawn_as(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing; a browser reads it the same way


LETTERS = {"svg", "g", "rect", "path", "circle", "text", "tspan", "pattern"}


@pytest.mark.parametrize("audience", ["staff", "public"])
def test_names_from_data_are_letters_in_a_drawing(audience):
    drawn = drawn_as(still_svg(*parts_of("strange_names", "plot_rates", audience), "figure-1"))
    assert {one.tag for one in drawn.iter()} <= LETTERS
    assert not [
        name for one in drawn.iter() for name in one.attrib if name.startswith("on") or "href" in name
    ]
    assert any("<script>" in text for text in drawn.itertext())


def test_a_figure_without_data_is_drawn_as_its_words():
    held = json.loads(
        calm_panel("Growth", "There are no rows here: <b>nobody</b> fits what was chosen.").to_json()
    )
    drawn = drawn_as(still_svg(held["data"], held["layout"], "figure-1"))
    assert "There are no rows here: <b>nobody</b>" in " ".join(drawn.itertext()).replace("  ", " ")


@pytest.mark.parametrize(
    "figure",
    [
        go.Figure(go.Bar(x=["a", "b"], y=[1, 2])),
        go.Figure(go.Pie(values=[1, 2])),
        go.Figure(),
    ],
)
def test_a_figure_of_another_house_is_left_to_the_script_and_the_page_says_so(figure):
    held = json.loads(figure.to_json())
    assert still_svg(held["data"], held["layout"], "figure-1") == ""
    html = chart_html(held, 1)
    assert 'data-still="no"' in html
    assert "<noscript>" in html


def changed(held, path, value):
    *way, last = path
    for step in way:
        held = held[step]
    held[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("data", 0, "stackgroup"), "one"),
        (("data", 0, "marker", "colorscale"), "Viridis"),
        (("data", 0, "x"), {"dtype": "f8", "bdata": "AAAA"}),
        (("layout", "xaxis", "tickprefix"), "$"),
        (("layout", "xaxis", "type"), "category"),
        (("layout", "images"), [{}]),
        (("layout", "annotations"), [{"text": "x", "showarrow": True}]),
    ],
)
def test_a_figure_that_asks_for_more_than_is_drawn_is_not_drawn_in_part(path, value):
    data, layout = parts_of("subgroups", "plot_rates", "staff")
    held = {"data": data, "layout": layout}
    assert still_svg(data, layout, "figure-1")
    changed(held, path, value)
    assert still_svg(data, layout, "figure-1") == ""


def test_the_same_figure_gives_the_same_letters_and_two_on_a_page_share_no_name():
    data, layout = parts_of("subgroups", "plot_rates", "public")
    first, second = (still_svg(data, layout, name) for name in ("figure-1", "figure-2"))
    assert first == still_svg(data, layout, "figure-1")
    names = [set(re.findall(r'id="([^"]+)"', one)) for one in (first, second)]
    assert names[0]
    assert not names[0] & names[1]
    assert set(re.findall(r"url\(#([^)]+)\)", first)) == names[0]


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(2, 9))
def test_ticks_are_round_evenly_spaced_and_inside_their_axis(low, reach, count):
    axis = {"range": [low, low + reach], "nticks": count}
    found = [value for value, _ in ticks(axis)]
    room = reach * 1e-6 + abs(low) * 1e-9
    assert len(found) <= count + 1
    assert all(low - room <= value <= low + reach + room for value in found)
    steps = {round((b - a) / reach, 6) for a, b in pairwise(found)}
    assert len(steps) <= 1
    if len(found) > 1:
        step = (found[-1] - found[0]) / (len(found) - 1)
        assert round(step / 10 ** math.floor(math.log10(step) + 1e-6), 3) in {1, 2, 5}
