"""Pages and index as a reader opens them: from a file, without a network, on a telephone and on a desk."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from made_up_district import Roll, notebook_of
from test_safe_html import ATTACKS

from dataworkbench.reports import plan_reports, run_reports
from dataworkbench.reports.safe_html import html_of_markdown, safe_html
from dataworkbench.workspace import new_workspace

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CELLS = (
    "# Attendance",
    (
        "import plotly.graph_objects as go\n"
        "go.Figure(go.Bar(x=['a', 'b'], y=[1, 2]), layout={'title': {'text': 'A title that is rather long for a telephone'},"
        " 'height': 1400, 'meta': {'alt': 'Two bars'}})"
    ),
    "import pandas as pd\npd.DataFrame({f'a long column name {i}': [i] for i in range(9)})",
    "if school == '0102':\n    raise ValueError",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    workspace = new_workspace(tmp_path_factory.mktemp("pages") / "district")
    nbformat.write(notebook_of(*CELLS), workspace.notebooks / "school_report.ipynb")
    return run_reports(plan_reports(workspace, roll=Roll()))


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(params=[390, 1280])
def page(request, browser):
    opened = browser.new_page(viewport={"width": request.param, "height": 800})
    opened.faults = []
    opened.on(
        "console", lambda said: opened.faults.append(said.text) if said.type in {"error", "warning"} else None
    )
    opened.on("pageerror", lambda fault: opened.faults.append(str(fault)))
    opened.on(
        "request",
        lambda asked: (
            opened.faults.append(asked.url) if not asked.url.startswith(("file:", "data:", "blob:")) else None
        ),
    )
    yield opened
    opened.close()


def test_a_page_opened_from_a_file_draws_its_charts_and_fits_the_screen(page, run):
    page.goto(run.page(run.reports[0].slug).as_uri())
    page.wait_for_selector(".main-svg")
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".drawing").bounding_box()["width"] <= width
    assert page.get_by_role("img", name="Two bars").is_visible()
    assert page.faults == []


def test_a_wide_table_is_reached_with_the_keyboard_only_where_it_scrolls(page, run):
    page.goto(run.page(run.reports[0].slug).as_uri())
    scrolls = page.evaluate(
        "(box => box.scrollWidth > box.clientWidth + 1)(document.querySelector('div.table'))"
    )
    assert (page.locator("div.table").get_attribute("tabindex") == "0") == scrolls


def test_a_script_in_the_page_could_not_run_nor_reach_the_network(page, run):
    page.goto(run.page(run.reports[0].slug).as_uri())
    stopped = "addEventListener('securitypolicyviolation', e => resolve(e.effectiveDirective))"
    for attempt, rule in {
        "fetch('https://example.org/').catch(() => 0)": "connect-src",
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))": "img-src",
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))": "script-src-elem",
    }.items():
        assert page.evaluate(f"() => new Promise(resolve => {{ {stopped}; {attempt} }})") == rule


def test_a_chart_higher_than_a_sheet_fits_on_paper(page, run):
    page.goto(run.page(run.reports[0].slug).as_uri())
    page.wait_for_selector(".main-svg")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    box = page.locator(".drawing").bounding_box()
    assert box["height"] <= 850
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".drawing").bounding_box()["height"] > 1000


def test_the_index_finds_a_school_and_counts_what_is_there(page, run):
    page.goto(run.index.as_uri())
    assert page.locator(".counts").inner_text() == "3 reports: 2 done, 1 failed."
    page.get_by_label("Find a report").fill("elan")
    assert page.locator("#reports tr:visible").count() == 1
    assert page.locator("#found").inner_text() == "1 of 3 shown"
    page.get_by_role("link", name="Élan").click()
    assert page.locator("h1").inner_text() == "Élan & Söhne"
    assert page.faults == []


def test_the_index_says_why_a_school_has_no_page(page, run):
    page.goto(run.index.as_uri())
    row = page.locator("#reports tr", has_text="Birch")
    assert "A cell stopped with ValueError." in row.inner_text()
    assert row.get_by_role("link").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_no_known_trick_runs_or_fetches_even_where_a_page_forbids_nothing(browser):
    opened = browser.new_page()
    asked = []
    opened.on("dialog", lambda box: (asked.append(box.message), box.dismiss()))
    opened.on("request", lambda request: asked.append(request.url))
    tricks = [
        *(safe_html(trick) for trick in ATTACKS),
        *(safe_html(f"<table><tr><td>{trick}</td></tr></table>") for trick in ATTACKS),
        *(html_of_markdown(f"- {trick}", authored=True) for trick in ATTACKS),
    ]
    opened.set_content("\n".join(tricks))
    opened.wait_for_timeout(300)
    opened.close()
    assert [what for what in asked if not what.startswith("data:image/svg+xml")] == []
