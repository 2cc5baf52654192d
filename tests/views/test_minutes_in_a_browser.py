"""Minutes and recap in a real browser: one sheet for fifteen students, figures drawn, nothing that runs, on paper and on a telephone."""

from __future__ import annotations

import re
from shutil import which

import pytest
from meetings import HOSTILE, district_with_a_meeting, room_in, whole_meeting
from teams import made

from dataworkbench.records import Action, Decision, Meeting, Topic
from dataworkbench.views.meeting.minutes_written import write_minutes

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]

LONG = 2_500
"""So many letters, or short words, stand in each text that is too long for a page."""

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


def full(room, letters: str = "W") -> None:
    """Write fifteen actions of students, as wide as they come, and more decisions and topics than one page holds; all of before is open too."""
    for at in range(15):
        room.add(
            Action(
                whom=f"{at} {letters * LONG}",
                what=f"{at} {letters * LONG}",
                who=letters * LONG,
                by="2026-11-20",
            ),
            room.meeting,
        )
    for at in range(12):
        room.add(Decision(words=f"{at} {letters * LONG}"), room.meeting)
        room.add(Topic(words=f"{at} {letters * LONG}"), room.meeting)


def several(room) -> None:
    """Leave twenty actions of an earlier meeting open."""
    before = room.add(
        Meeting(name="Before", on="2026-10-01", protocol="p", school_id="S1"),
        room.kept.entry(room.meeting.follows[0]),
    )
    for at in range(20):
        room.add(
            Action(
                whom=f"Student {at}",
                what="A step that was agreed on before and is still to be taken",
                who="the clerk",
                by="2026-10-20",
            ),
            before,
        )


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Folders of minutes by what was written: plain, hostile, and as much as there can be."""
    root = tmp_path_factory.mktemp("minutes")
    found = {}
    for name, words in (("plain", ""), ("hostile", HOSTILE)):
        district, _ = district_with_a_meeting(root / name, actions=15, words=words)
        found[name] = district.workspace.root / write_minutes(district).body.folder
    for name, letters in (
        ("wide", "W"),
        ("signs", "漢"),
        ("stacked", "e\u0301\u0323"),
        ("emoji", "👩‍🏫"),
        ("words", "word "),
    ):
        district = made(root / name, before=10, now=4)
        room = whole_meeting(room_in(district, name=f"Meeting {letters * 500}"))
        full(room, letters)
        several(room)
        found[name] = district.workspace.root / write_minutes(district, room.meeting.id).body.folder
    return found


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("name", ["plain", "hostile", "wide", "signs", "stacked", "emoji", "words"])
def test_a_recap_of_fifteen_students_is_one_sheet_of_paper_whatever_people_wrote(
    chromium, written, name, paper
) -> None:
    page = chromium.new_page()
    page.goto((written[name] / "recap.html").as_uri())
    assert pages_of(page.pdf(format=paper)) == 1
    assert page.locator("tbody tr").count() >= 16
    page.close()


@pytest.mark.parametrize("file", ["recap.html", "minutes.html"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_runs_out_of_the_page_and_nothing_is_fetched_or_run(chromium, written, width, file) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    asked, opened, faults = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    for name in ("plain", "hostile"):
        page.goto((written[name] / file).as_uri())
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert "<script>alert(1)</script>" in page.inner_text("body")
    assert opened == []
    assert faults == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()


def test_the_figure_of_the_minutes_is_drawn(chromium, written) -> None:
    page = chromium.new_page()
    page.goto((written["plain"] / "minutes.html").as_uri())
    page.wait_for_selector(".drawing .main-svg")
    assert page.locator(".drawing .bars path").count() == 3
    page.close()


def test_a_recap_shows_its_columns_as_words_on_a_telephone(chromium, written) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto((written["plain"] / "recap.html").as_uri())
    said = page.evaluate(
        "() => getComputedStyle(document.querySelector('.dw-actions td:nth-child(3)'), '::before').content"
    )
    assert "Owner" in said
    assert (
        page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.dw-actions td')).fontSize)")
        >= 15
    )
    page.close()


@pytest.mark.parametrize("file", ["recap.html", "minutes.html"])
def test_axe_finds_nothing(chromium, written, file) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    # axe brings a script of its own, which the page rightly refuses; only for this look the rule is set aside.
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto((written["plain"] / file).as_uri())
    found = axe.Axe().run(page)
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found.response["violations"]
    ] == []
    context.close()
