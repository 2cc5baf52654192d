"""Pages to print, in a real browser: each on one sheet of US Letter and of A4, and on a telephone nothing runs out of the page."""

from __future__ import annotations

import re
from shutil import which

import hostile_class as made
import pytest

from dataworkbench import views
from dataworkbench.records import LearnerGoal, StudentNote, open_records
from dataworkbench.selection import select

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = select(school_year=made.YEAR, grade_level="05")

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
def written(tmp_path_factory):
    """Files of pages to print, by what they hold: a student of whom very much is known, one of whom little is, a class."""
    root = tmp_path_factory.mktemp("sheets") / "district"
    district = made.make(root)
    records = open_records(district.workspace)
    for at in range(5):
        records.add(
            StudentNote(
                student_id=made.HEAVY,
                kind="restricted" if at == 4 else "ordinary",
                words=f"Note {at} {made.LONG}",
            )
        )
    for at in range(3):
        records.add(LearnerGoal(student_id=made.HEAVY, words=f"Goal {at} {made.LONG}", judgement=made.LONG))
    pages = {
        f"{name} {student}": make(district, student, HERE, audience="staff", **more)
        for student in (made.HEAVY, made.OTHER)
        for name, make, more in (
            ("profile", views.student_profile, {"restricted": "print"}),
            ("contract", views.learning_contract, {}),
            ("conference", views.conference_sheet, {}),
        )
    }  # fmt: skip
    pages["plan"] = views.planning_list(district, HERE, section="M5", audience="staff")
    pages["all"] = views.Sheets(tuple(page for page in pages.values() if isinstance(page, views.Sheet)))
    found = {}
    for name, page in pages.items():
        to = f"print/{name.replace(' ', '-')}.html"
        views.print_sheets(district, page, to=to, audience="staff")
        found[name] = root / to
    return found


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize(
    ("name", "sheets"),
    [
        (f"{kind} {student}", 1)
        for kind in ("profile", "contract", "conference")
        for student in (made.HEAVY, made.OTHER)
    ]
    + [("plan", 2), ("all", 6)],
)
def test_each_page_is_one_sheet_of_paper(chromium, written, name: str, sheets: int, paper: str) -> None:
    page = chromium.new_page()
    page.goto(written[name].as_uri())
    assert pages_of(page.pdf(format=paper)) == sheets
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_runs_out_of_the_page_and_nothing_runs_at_all(chromium, written, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    asked, opened = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    for path in written.values():
        page.goto(path.as_uri())
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert "<script>alert(1)</script>" in page.inner_text("body") or made.OTHER in path.name
    assert opened == []
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()


def test_on_paper_a_restricted_note_is_there_only_where_it_was_asked_for(chromium, written) -> None:
    page = chromium.new_page()
    page.goto(written[f"profile {made.HEAVY}"].as_uri())
    page.emulate_media(media="print")
    assert page.locator(".restricted").is_visible()
    page.evaluate("() => document.querySelector('.restricted').classList.add('screen')")
    assert not page.locator(".restricted").is_visible()
    page.close()
