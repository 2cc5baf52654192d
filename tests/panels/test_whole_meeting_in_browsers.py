"""A whole meeting in three real browsers, a projector, a laptop and a telephone, from the door to the printed recap."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from team_browser import CHROMIUM, QUIET, Screen, needs_chromium

from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Decision,
    Evidence,
    Fishbone,
    Hypothesis,
    Minutes,
    Plan,
    Review,
    Vote,
    Why,
    open_records,
)

sys.path.append(str(Path(__file__).parents[1] / "notebooks"))
sys.path.append(str(Path(__file__).parents[1] / "publishing"))

import made_district
from a_server import serving

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [*needs_chromium, pytest.mark.slow]

NASTY = '<script>window.RAN=1</script> "Zoë" O\'Neil'
CONCERN = "In 2026-27, 41 of 100 students of grade 4 missed ten days or more by November"
CARDS = {
    "telephone": (
        "The bus comes after the first lesson has begun",
        "Nobody calls home on the first day missed",
    ),
    "laptop": ("Catch-up lessons lie in the lunch break", f"We hear of it late {NASTY}"),
}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made_district.make(tmp_path_factory.mktemp("whole") / "district")


@pytest.fixture(scope="module")
def screens(district: Any) -> Iterator[dict[str, Screen]]:
    """Three browsers before the served page of the meeting."""
    with serving(district, only="meeting") as (ready, _), playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        sizes = {"projector": (1920, 1080), "laptop": (1280, 800), "telephone": (390, 844)}
        yield {name: _opened(browser, ready.url, *size) for name, size in sizes.items()}
        browser.close()


def _opened(browser: Any, url: str, width: int, height: int) -> Screen:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(60_000)
    screen = Screen(page, None)
    page.on("pageerror", lambda fault: screen.faults.append(str(fault)))
    page.goto(url)
    page.locator(".dw-door, .dw-begin").first.wait_for(timeout=120_000)
    return screen


def next_step(screens: dict[str, Screen], title: str) -> None:
    """Lead the room on; all three must follow, and nothing may stick out or keep anybody out."""
    screens["projector"].page.get_by_role("button", name="Next step").click()
    for name, screen in screens.items():
        screen.page.locator(".dw-step-title", has_text=title).wait_for()
        assert screen.is_within_its_width(), f"{title} is too wide for the {name}"


def sends(page: Any, label: str, words: str) -> None:
    page.get_by_label(label).fill(words)
    page.keyboard.press("Enter")


def _begins(screens: dict[str, Screen]) -> None:
    """One begins at the door, the others join, and the clock runs for all."""
    wall, laptop, phone = (screens[name].page for name in ("projector", "laptop", "telephone"))
    wall.get_by_label("Name of the meeting").fill("Days missed in grade 4")
    wall.get_by_label("Your name").fill("The principal")
    wall.get_by_label("Your role").fill("facilitator")
    wall.get_by_role("button", name="Begin the meeting").click()
    for page, name in ((laptop, f"Teacher {NASTY}"), (phone, "The data coach")):
        page.reload()
        page.get_by_role("button", name="Open: Days missed in grade 4").click()
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join", exact=True).click()
        page.get_by_text("Our norms").wait_for()
    wall.get_by_text("3 people here").wait_for()
    wall.get_by_role("button", name="Start the clock").click()
    phone.locator(".dw-clock-words", has_text="left of this step").first.wait_for()


def _agenda(screens: dict[str, Screen]) -> None:
    """What one puts on the agenda, all have before them."""
    wall, phone = (screens[name].page for name in ("projector", "telephone"))
    next_step(screens, "Agenda")
    sends(phone, "Another topic", f"The timetable {NASTY}")
    wall.get_by_text("The timetable").first.wait_for(timeout=15_000)


def _looks(screens: dict[str, Screen]) -> None:
    """What each expects stays private until the figure is shown."""
    wall, laptop, phone = (screens[name].page for name in ("projector", "laptop", "telephone"))
    next_step(screens, "What do you expect?")
    wall.get_by_label("What to look at").select_option(label="Chronic absence")
    wall.get_by_label("Side by side").select_option(label="Grade")
    wall.get_by_role("button", name="Bring this figure").click()
    wall.get_by_text("0 of 3 have written").wait_for()
    sends(phone, "What do you expect to see?", "UNMISTAKABLE about a tenth")
    wall.get_by_text("1 of 3 have written").wait_for(timeout=15_000)
    assert not any("UNMISTAKABLE" in page.content() for page in (wall, laptop))
    next_step(screens, "Look")
    assert not phone.locator(".dw-drawing").count()
    wall.get_by_role("button", name="Show it to all").click()
    for page in (wall, laptop, phone):
        page.locator(".dw-drawing .main-svg").first.wait_for()
    laptop.get_by_text("UNMISTAKABLE").wait_for(timeout=15_000)


def _interprets(screens: dict[str, Screen]) -> None:
    """What is seen and what it may mean, and the concern that is taken further."""
    wall, phone = (screens[name].page for name in ("projector", "telephone"))
    next_step(screens, "What do you see?")
    sends(phone, "What do you see? Facts only", "Grade 4 stands above grade 3")
    wall.get_by_text("Grade 4 stands above grade 3").wait_for(timeout=15_000)
    next_step(screens, "What may it mean?")
    wall.get_by_label("What might explain it?").fill("Mornings are hard to reach")
    wall.get_by_label("What might explain it?").press("Control+Enter")
    wall.get_by_text("Rests on", exact=False).first.wait_for()
    wall.get_by_text("The concern that we take further").click()
    wall.get_by_label("A concern: a number").fill(CONCERN)
    wall.get_by_label("A concern: a number").press("Control+Enter")
    wall.locator("li", has_text=CONCERN).wait_for()


def _fishbone(screens: dict[str, Screen]) -> None:
    """Cards in silence, then all on the table, evidence from the data, then dots."""
    wall, laptop, phone = (screens[name].page for name in ("projector", "laptop", "telephone"))
    next_step(screens, "Causes")
    wall.get_by_label("Begin from a finding of this cycle").select_option(label=CONCERN)
    wall.get_by_role("button", name="Begin the fishbone").click()
    for name, cards in CARDS.items():
        for words in cards:
            sends(screens[name].page, "A cause, one on each card", words)
            screens[name].page.locator(".dw-fb-card", has_text=words[:20]).wait_for()
    wall.get_by_text("4 cards of others").wait_for(timeout=15_000)
    assert not any(words[:20] in wall.content() for cards in CARDS.values() for words in cards)
    wall.get_by_role("button", name="2 Sort").click()
    for words, bone in (
        ("The bus comes", "Policies and procedures"),
        ("Nobody calls", "Family and community"),
    ):
        wall.locator(".dw-fb-loose", has_text=words).click()
        wall.get_by_role("dialog").get_by_label("Bone").select_option(label=bone)
        wall.locator(".dw-fb-loose", has_text=words).wait_for(state="detached")
        wall.keyboard.press("Escape")
    wall.get_by_role("button", name="3 Examine").click()
    wall.locator("[data-cause][aria-label^='The bus comes']:visible").click()
    card = wall.get_by_role("dialog")
    card.get_by_role("button", name="Look in the data").click()
    card.get_by_label("Grade").select_option(label="Grade 4")
    card.get_by_role("button", name="Look at the data").click()
    pin = card.get_by_role("button", name=re.compile("^Pin"))
    pin.wait_for()
    if card.get_by_label("It speaks for it").count():
        card.get_by_label("It speaks for it").check()
    pin.click()
    pin.wait_for(state="detached")
    wall.keyboard.press("Escape")
    wall.get_by_role("button", name="4 Vote").click()
    for _ in range(2):
        dot = phone.get_by_role("button", name=re.compile("^Put a dot on: (The bus|Nobody)")).first
        dot.click()
        wall.wait_for_timeout(900)
    laptop.locator("[data-cause][aria-label^='The bus comes']:visible").click()
    wall.locator("[data-cause][aria-label*='2 dots']:visible").first.wait_for(timeout=15_000)
    assert screens["projector"].axe() == []
    assert screens["telephone"].axe() == []


def _whys(screens: dict[str, Screen]) -> None:
    """Down to a hypothesis with all that is done about it."""
    wall, phone = (screens[name].page for name in ("projector", "telephone"))
    next_step(screens, "Why?")
    for words in ("The contract says nothing about the hour", "Nobody compares it with the timetable"):
        wall.get_by_role("textbox", name="Answer").fill(words)
        wall.keyboard.press("Enter")
        phone.get_by_text(words).first.wait_for(timeout=15_000)
    wall.get_by_role("button", name="Is it a root?").click()
    wall.get_by_role("button", name="no", exact=True).click()
    wall.get_by_role("button", name="What do we do?").click()
    for label, said in {
        "If we ...": "start the route earlier", "then ...": "its riders miss fewer lessons", "To be seen by": "2027-02-26",
        "For whom": "riders of the route", "Action 1": "Write to the bus company", "Who, 1": "the principal",
        "By when, 1": "2026-12-04", "It begins on": "2027-01-11", "Who answers for it": "the principal",
        "We look again on": "2027-03-05",
    }.items():  # fmt: skip
        wall.get_by_label(label, exact=True).fill(said)
    wall.get_by_label("Measured by", exact=True).select_option(label="Chronic absence")
    wall.get_by_role("button", name="Write all of it down").click()
    wall.get_by_role("heading", name="What we do about it").wait_for()


def _decides(screens: dict[str, Screen]) -> None:
    """Decisions, who does what for whom by when, and the end."""
    wall, laptop, phone = (screens[name].page for name in ("projector", "laptop", "telephone"))
    next_step(screens, "What do we decide?")
    wall.get_by_role("textbox", name="We decide").fill("The route starts earlier from January")
    wall.get_by_role("button", name="Add").first.click()
    phone.get_by_text("The route starts earlier from January").wait_for(timeout=15_000)
    next_step(screens, "Who does what by when?")
    for number in range(1, 4):
        form = laptop.get_by_role("form", name="An action")
        for label, said in {"What": f"Talk with the family, {number}", "Student or group": f"Student {number} {NASTY}", "Who does it": "the grade 4 lead", "By when": "2026-12-11"}.items():  # fmt: skip
            form.get_by_label(label, exact=True).fill(said)
        form.get_by_role("button", name="Add").click()
        wall.get_by_text(f"Talk with the family, {number}").first.wait_for(timeout=15_000)
    next_step(screens, "Close")
    wall.locator("iframe.dw-recap").wait_for()
    wall.get_by_role("button", name="End the meeting and write the minutes").click()
    wall.get_by_text("into the workspace").wait_for()


@pytest.mark.timeout(900)
def test_a_whole_meeting_from_the_door_to_the_printed_recap(screens, district) -> None:
    for part in (_begins, _agenda, _looks, _interprets, _fishbone, _whys, _decides):
        part(screens)

    # nothing that people wrote has run, and all of it is kept
    assert [screen.page.evaluate("window.RAN") for screen in screens.values()] == [None] * 3
    assert {name: screen.faults for name, screen in screens.items()} == {name: [] for name in screens}
    kept = open_records(district)
    counts = {kind.KIND: len(kept.latest(kind)) for kind in (Fishbone, Cause, Why, Hypothesis, Plan, Change, Review, Decision)}  # fmt: skip
    assert counts == {
        "fishbone": 1, "cause": 4, "why": 2, "hypothesis": 1, "plan": 1, "change": 1, "review": 1, "decision": 1,
    }  # fmt: skip
    assert len(kept.latest(Vote)) == 3
    assert [entry.body.kind in ("data", "none") for entry in kept.latest(Evidence)] == [True]
    assert len(kept.latest(Action)) == 4
    (minutes,) = kept.latest(Minutes)
    recap = district.root / minutes.body.folder / "recap.html"
    _is_one_printed_page(screens["laptop"].page.context.new_page(), recap)


def _is_one_printed_page(page: Any, recap: Path) -> None:
    """See that the recap prints on one sheet and says who does what for whom by when."""
    page.goto(recap.as_uri())
    text = page.inner_text("body").replace("\N{NON-BREAKING HYPHEN}", "-")
    wanted = ("Write to the bus company", "Talk with the family, 3", "2026-12-11")
    assert [said for said in wanted if said not in text] == []
    assert page.evaluate("window.RAN") is None
    printed = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
