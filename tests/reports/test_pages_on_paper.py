"""A page of figures where no script runs, on a screen where one does, and on paper."""

from __future__ import annotations

import json

import pytest
from made_up_district import notebook_of
from nbformat import from_dict
from nbformat.v4 import new_output

from dataworkbench.figures.embedding import MIME
from dataworkbench.figures.house import figure, share_axis
from dataworkbench.reports import render_page
from dataworkbench.reports.assets import copy_assets
from dataworkbench.reports.jobs import PageFacts
from dataworkbench.reports.paper import find_chromium

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
BAR = {"type": "bar", "orientation": "h", "x": [0.63], "y": [30], "width": 14, "marker": {"color": "#0072b2"}}
LISTED = {
    "range": [60, 0],
    "tickvals": [12],
    "ticktext": ["Grade 1: <b>63%</b>"],
    "ticklabelposition": "inside",
    "zeroline": False,
}
NUMBERS = "<details><summary>The numbers</summary><table><tr><th scope='row'>Grade 1</th><td>63%</td></tr></table></details>"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    copy_assets(folder / "assets")
    (folder / "pages").mkdir()
    house = figure(
        [BAR], title="Who is proficient?", alt="One bar: grade 1, 63%.", plot_height=60,
        axes={"xaxis": share_axis(), "yaxis": LISTED},
    )  # fmt: skip
    other = {"data": [{"type": "pie", "values": [1, 2]}], "layout": {"title": {"text": "A team's own"}}}
    outputs = [
        new_output("display_data", data={MIME: json.loads(house.to_json())}),
        new_output("display_data", data={"text/html": NUMBERS}),
        new_output("display_data", data={MIME: other}),
    ]
    notebook = notebook_of("# Growth\n\n[How](https://example.org/how)", "1", parameters=None)
    notebook.cells[-1].outputs = [from_dict(output) for output in outputs]
    page = folder / "pages" / "alder.html"
    facts = PageFacts("Alder", "Cedar County", banner="For staff. Not for publication.")
    page.write_text(render_page(notebook, facts=facts), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def opened(chromium, page_file):
    context = chromium.new_context(viewport={"width": 800, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.evaluate("window.drawn")
    yield page
    context.close()


def test_without_scripts_a_figure_of_the_house_is_there_and_another_says_why_it_is_not(chromium, page_file):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("#figure-1 .still").is_visible()
    assert page.locator("#figure-1").get_by_text("63%").is_visible()
    assert page.locator("#figure-1 .fault").count() == 0
    assert "scripts are switched off" in page.locator("#figure-2").inner_text()
    context.close()


def test_on_a_screen_the_script_takes_the_place_of_the_still_drawing(opened):
    assert not opened.locator("#figure-1 .still").is_visible()
    assert opened.locator("#figure-1 .live").is_visible()
    assert opened.get_by_role("img", name="One bar: grade 1, 63%.").count() == 1


def test_on_paper_the_still_drawing_is_there_alone_and_the_numbers_are_unfolded(opened):
    assert not opened.get_by_role("cell", name="63%").is_visible()
    opened.emulate_media(media="print")
    assert opened.locator("#figure-1 .still").is_visible()
    assert not opened.locator("#figure-1 .live").is_visible()
    assert opened.locator("#figure-2 .live").is_visible()
    assert opened.get_by_role("cell", name="63%").is_visible()
    link = "getComputedStyle(document.querySelector('main a[href]'), '::after').content"
    assert opened.evaluate(link) in {'" (" attr(href) ")"', '" (https://example.org/how)"'}
    opened.emulate_media(media="screen")


def test_a_page_that_is_opened_for_paper_draws_only_what_has_no_still_drawing(chromium, page_file):
    context = chromium.new_context()
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(page_file.as_uri())
    assert page.evaluate("window.drawn") is True
    assert page.locator("#figure-1 .live").count() == 0
    assert page.locator("#figure-2 .main-svg").count() > 0
    context.close()


def test_a_page_has_no_fault_that_axe_knows(opened):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    assert [one["id"] for one in axe.Axe().run(opened).response["violations"]] == []
