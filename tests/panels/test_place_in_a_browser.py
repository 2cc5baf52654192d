"""A part of a page in a real browser: a figure that is there is handed new data, and what stands below it is words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs
from team_browser import CHROMIUM, QUIET, needs_chromium

from dataworkbench.panels.place import HTML, PLOTLY, Place

pytestmark = needs_chromium

STATIC = Path(__file__).parents[2] / "src" / "dataworkbench" / "panels" / "static"
SITE = "http://place.test/"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>PAGES_OWN<div id="here"></div><script type="module">
window.asked = [];
const hearers = { "change:told": new Set(), "msg:custom": new Set() };
let told = TOLD;
const model = {
  get: (name) => (name === "told" ? told : undefined),
  on: (name, hear) => hearers[name].add(hear), off: (name, hear) => hearers[name].delete(hear),
  send: async (asked) => { window.asked.push(asked); const answer = JSON.parse(await window.kernel(JSON.stringify(asked))); hearers["msg:custom"].forEach((hear) => hear(answer)); },
};
window.tell = (next) => { told = next; hearers["change:told"].forEach((hear) => hear()); };
const widget = (await import("/place.js")).default;
window.leave = widget.render({ model, el: document.getElementById("here") });
</script></html>"""
IN_JUPYTERLAB = """<script src="/plotly.js"></script><script>
class Renderer { async renderModel() { Renderer.Plotly = window.hidden; } dispose() {} }
window.hidden = window.Plotly; delete window.Plotly;
window._JUPYTERLAB = { "jupyterlab-plotly": { get: async () => () => ({ default: [{ rendererFactory: { createRenderer: () => new Renderer() } }] }) } };
</script>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


def bars(*values: float, title: str = "How many?") -> dict[str, Any]:
    layout = {"title": {"text": title}, "height": 300, "meta": {"alt": f"Bars: {values}"}}
    figure = go.Figure(
        go.Bar(x=list(values), y=[f"Group {at}" for at in range(len(values))], orientation="h"), layout
    )
    return {"output_type": "display_data", "metadata": {}, "data": {PLOTLY: json.loads(figure.to_json())}}


def words(markup: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {HTML: markup}}


def opened(browser: Any, place: Place, own: str = "") -> Any:
    """Return a page that shows a place, with what the place itself answers."""
    page = browser.new_page(viewport={"width": 800, "height": 700})
    text = PAGE.replace("PAGES_OWN", own).replace("TOLD", json.dumps(place.told))
    served = {"": ("text/html", text), "plotly.js": ("text/javascript", get_plotlyjs()),
              "place.js": ("text/javascript", (STATIC / "place.js").read_text(encoding="utf-8"))}  # fmt: skip

    def answer(route: Any) -> None:
        kind, body = served.get(route.request.url.removeprefix(SITE), ("text/plain", ""))
        route.fulfill(content_type=kind, body=body)

    def kernel(asked: str) -> str:
        sent: list[Any] = []
        place.send = sent.append
        place.hear(json.loads(asked))
        return json.dumps(sent[0])

    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.expose_function("kernel", kernel)
    page.route("**/*", answer)
    page.goto(SITE)
    page.wait_for_function("document.querySelector('.point') !== null")
    return page


def change(page: Any, place: Place, *outputs: dict[str, Any]) -> None:
    place.outputs = outputs
    page.evaluate("(told) => window.tell(told)", place.told)


def test_a_figure_that_is_there_is_handed_new_data_and_not_drawn_anew(browser) -> None:
    place = Place([bars(1, 2, 3), words("<p>Three.</p>")])
    page = opened(browser, place)
    page.evaluate("document.querySelector('.main-svg').dataset.mine = 'yes'")
    change(page, place, bars(4, 5, title="How many now?"), words("<p>Two.</p>"))
    page.wait_for_function("document.querySelectorAll('.point').length === 2")
    assert page.locator(".main-svg[data-mine=yes]").count() == 1
    assert page.locator(".js-plotly-plot").count() == 1
    assert "How many now?" in page.locator(".gtitle").text_content()
    assert page.get_by_role("img", name="Bars: (4, 5)").count() == 1
    assert page.get_by_text("Two.").is_visible()
    assert page.faults == []


def test_what_a_reader_had_opened_stays_open_and_what_was_closed_stays_closed(browser) -> None:
    place = Place([bars(1), words("<details><summary>The numbers</summary><p>one</p></details>")])
    page = opened(browser, place)
    change(page, place, bars(2), words("<details><summary>The numbers</summary><p>two</p></details>"))
    page.wait_for_function("document.body.textContent.includes('two')")
    assert not page.get_by_text("two").is_visible()
    page.get_by_text("The numbers").click()
    change(page, place, bars(3), words("<details><summary>The numbers</summary><p>three</p></details>"))
    page.wait_for_function("document.body.textContent.includes('three')")
    assert page.get_by_text("three").is_visible()


ROW = '<tr><th style="color:rgb(1, 2, 3);padding:2px">{}</th><td style="color:rgb(4, 5, 6)">&lt;b&gt; $& 🙂</td></tr>'
STYLED = (
    f"<table>{''.join(ROW.format(number) for number in range(40))}</table>",
    f"<table>{ROW.format(' style=&quot;~1&quot;')}</table>",
    f'<table>{ROW.format(chr(32) + "style=~0")}</table><p>Somebody wrote style=&quot;~0&quot; or  style="~0" here.</p>',
)


@pytest.mark.parametrize("markup", STYLED)
def test_words_with_styles_arrive_as_the_cell_would_show_them(browser, markup: str) -> None:
    place = Place([bars(1), words(markup)])
    page = opened(browser, place)
    arrived, meant = page.evaluate(
        """markup => { const meant = document.createElement("div"); meant.innerHTML = markup;
        return [document.querySelector(".dw-kept-words").innerHTML, meant.innerHTML]; }""",
        markup,
    )
    assert arrived == meant
    assert page.locator("th").first.evaluate("cell => getComputedStyle(cell).color") == "rgb(1, 2, 3)"
    assert page.faults == []


def test_the_styles_of_a_long_table_are_told_once() -> None:
    assert Place([words(STYLED[0])]).told.count("rgb(") == 2


def test_a_part_that_has_nothing_to_draw_any_more_keeps_nothing_of_its_figure(browser) -> None:
    place = Place([bars(1, 2), words("<p>Two.</p>")])
    page = opened(browser, place)
    change(page, place, words("<p>Nobody was tested.</p>"))
    page.wait_for_function("document.querySelector('.js-plotly-plot') === null")
    assert page.locator("#here").inner_text().strip() == "Nobody was tested."
    change(page, place, bars(7))
    page.wait_for_function("document.querySelectorAll('.point').length === 1")
    assert page.locator("#here").inner_text().count("Nobody") == 0
    assert page.faults == []


def test_a_page_that_has_plotly_does_not_ask_for_it_and_one_that_has_none_is_given_it_once(browser) -> None:
    place = Place([bars(1, 2)])
    with_its_own = opened(browser, place, IN_JUPYTERLAB)
    assert with_its_own.evaluate("window.asked") == []
    assert with_its_own.locator(".point").count() == 2
    without = opened(browser, place)
    change(without, place, bars(1, 2, 3))
    without.wait_for_function("document.querySelectorAll('.point').length === 3")
    assert without.evaluate("window.asked") == [{"ask": "plotly"}]


def test_a_name_from_data_that_looks_like_markup_shows_as_text_in_the_figure(browser) -> None:
    hostile = "&lt;img src=x onerror='window.struck = 1'&gt; \u202e \U0001f600"  # as the figures' own words come: escaped
    page = opened(browser, Place([bars(1, title=hostile)]))
    page.wait_for_timeout(300)
    assert page.evaluate("window.struck") is None
    assert "<img src=x" in page.locator(".gtitle").text_content()


def test_the_script_fetches_nothing_from_elsewhere() -> None:
    text = (STATIC / "place.js").read_text(encoding="utf-8") + (STATIC / "place.css").read_text(
        encoding="utf-8"
    )
    for forbidden in ("http:", "https:", "import(", "import ", "fetch(", "eval(", "@import", "url("):
        assert forbidden not in text, forbidden
