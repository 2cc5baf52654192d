"""Figures in a real browser, on a telephone and on a large screen: nothing runs out of the page, nothing runs at all."""

from pathlib import Path
from shutil import which

import awkward_frames as gallery
import plotly
import pytest

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.figures.house import CONFIG
from dataworkbench.policy import DisclosurePolicy

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLOTS = {
    "subgroups": "plot_rates", "strange_names": "plot_rates", "missing": "plot_rates", "means": "plot_means", "counts": "plot_counts",
    "gaps": "plot_gaps",
    "trend": "plot_trend",
    "levels": "plot_levels",
    "survey": "plot_survey",
    "survey_roles": "plot_survey",
    "interventions": "plot_interventions",
    "pairs": "plot_pairs",
    "ratios": "plot_ratios",
    "flags": "plot_flags",
}  # fmt: skip
OUT_OF_THE_PAGE = """
() => [...document.querySelectorAll("svg text")].filter(t => {
    const box = t.getBoundingClientRect();
    return box.width > 0 && (box.left < -1 || box.right > window.innerWidth + 1);
}).map(t => t.textContent)
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium():
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def gallery_page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    drawn = [
        getattr(figures, plot)(for_audience(gallery.GALLERY[name](), audience, policy=DisclosurePolicy()))
        for name, plot in PLOTS.items()
        for audience in ("staff", "public")
    ]
    parts = [figure.to_html(full_html=False, include_plotlyjs=False, config=dict(CONFIG)) for figure in drawn]
    head = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin:0">'
    page = folder / "gallery.html"
    page.write_text(
        f"{head}<script>{library.read_text(encoding='utf-8')}</script>{''.join(parts)}", encoding="utf-8"
    )
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_every_word_is_on_the_page(chromium, gallery_page, width):
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(gallery_page.as_uri())
    page.wait_for_function(f"() => document.querySelectorAll('.main-svg').length >= {2 * len(PLOTS)}")
    assert page.evaluate(OUT_OF_THE_PAGE) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


def test_names_from_data_run_no_script_and_ask_nothing_of_a_network(chromium, gallery_page):
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    asked, opened = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.goto(gallery_page.as_uri())
    page.wait_for_function(f"() => document.querySelectorAll('.main-svg').length >= {2 * len(PLOTS)}")
    assert opened == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("() => document.querySelectorAll('svg a').length") == 0
    page.close()
