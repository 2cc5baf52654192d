"""The wizard as a coordinator meets it: a real server, a real browser, an unknown file, a loaded table at the end."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataworkbench.publishing.serve import Served, find_dashboards
from dataworkbench.readers.profiles import load_profile
from dataworkbench.warehouse import current_snapshot, read_tables
from dataworkbench.workspace import Workspace, new_workspace

sys.path.append(str(Path(__file__).parents[1] / "publishing"))
from a_server import serving

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
NASTY = "<img src=x onerror=window.RAN=1>"
REFERRALS = (
    f"Referral No,Pupil,Campus,Noted,What Happened,Consequence Given,Days Out,{NASTY}\n"
    "R-1,00ZQ0001,Alder,9/10/2025,Fighting,Detention,0,<script>window.RAN=1</script>\n"
    "R-2,00ZQ0002,Alder,10/10/2025,Defiance,Call home,0,b\n"
    "R-3,00ZQ0003,Birch,11/10/2025,Fighting,Suspension,two,c\n"
    "R-4,,Birch,11/10/2025,Fighting,Suspension,1,c\n"
)
SURVEY = (
    "Timestamp,My child feels safe at school,Teachers tell me how my child is doing,My child is often bored\n"
    "10/13/2025 9:00:00,Agree,Strongly agree,Disagree\n10/14/2025 9:10:00,Disagree,,Agree\n"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    return new_workspace(tmp_path_factory.mktemp("served") / "district", school_year="2025-26")


@pytest.fixture(scope="module")
def served(workspace) -> Iterator[Served]:
    with serving(workspace, only="bring_data") as (ready, _):
        yield ready


@pytest.fixture(autouse=True)
def place(workspace) -> Workspace:
    """The workspace that is served, with nothing in it but two files in its inbox."""
    for folder in (workspace.inbox, workspace.raw, workspace.mappings, workspace.snapshots):
        shutil.rmtree(folder)
        folder.mkdir()
    (workspace.inbox / "hall_referrals.csv").write_text(REFERRALS, encoding="utf-8")
    (workspace.inbox / "family_survey.csv").write_text(SURVEY, encoding="utf-8")
    return workspace


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium) -> Iterator[Any]:
    """A browser that remembers nothing of another test's."""
    context = chromium.new_context()
    yield context
    context.close()


def opened_at(browser: Any, served: Served, width: int) -> Any:
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on(
        "request",
        lambda asked: (
            page.faults.append(asked.url)
            if "127.0.0.1" not in asked.url and asked.url.startswith("http")
            else None
        ),
    )
    page.goto(served.url, timeout=120_000)
    page.get_by_label("A file in the inbox").wait_for(timeout=120_000)
    return page


def says(page: Any, words: str) -> None:
    playwright.expect(page.locator(".dw-status")).to_contain_text(words, timeout=60_000)


def test_from_an_unknown_file_to_a_saved_profile_and_a_loaded_table(browser, served, place) -> None:
    page = opened_at(browser, served, 1280)
    page.get_by_label("A file in the inbox").select_option("hall_referrals.csv")
    says(page, "has looked at hall_referrals.csv")
    assert page.get_by_label("The file holds").input_value() == "incidents"
    assert page.get_by_label("student number", exact=True).input_value() == "header:Pupil"

    save = page.get_by_role("button", name="Save the profile")
    assert save.is_disabled()
    page.get_by_role("button", name="Perhaps the column 'Consequence Given'? Take it").click()
    page.get_by_label("What two means for days removed").fill("2")
    page.get_by_label("What two means for days removed").press("Tab")
    page.get_by_label("which comes first").select_option("day first")
    page.get_by_label("What you call this kind of file").fill("Hall referrals, west")
    page.get_by_label("What you call this kind of file").press("Tab")
    believe = page.get_by_role("button", name="I have looked at these")
    believe.wait_for()
    believe.click()

    page.get_by_role("button", name="Try it").click()
    says(page, "of 4 rows 3 would be kept and 1 set aside")
    assert "There is no student number in this row." in page.locator(".dw-mapping").inner_text()
    assert current_snapshot(place) is None

    save.click()
    says(page, "Saved as hall_referrals.yaml")
    page.get_by_role("button", name="Import the file now").click()
    says(page, "Brought in: 4 rows read, 3 kept, 1 set aside")
    assert page.get_by_role("button", name="Go on with family_survey.csv").is_visible()

    assert load_profile(place.mappings / "hall_referrals.yaml").title == "Hall referrals, west"
    snapshot = current_snapshot(place)
    assert snapshot is not None
    rows = read_tables(snapshot)["incidents"].sort("incident_id")
    assert rows["student_id"].to_list() == ["00ZQ0001", "00ZQ0002", "00ZQ0003"]
    assert [str(day) for day in rows["date"].to_list()] == ["2025-10-09", "2025-10-10", "2025-10-11"]
    assert rows["action"].to_list() == ["Detention", "Call home", "Suspension"]
    assert rows["days_removed"].to_list() == [0, 0, 2]
    assert page.evaluate("window.RAN") is None
    assert page.faults == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_every_control_has_a_name_and_nothing_is_wider_than_the_screen(browser, served, width) -> None:
    page = opened_at(browser, served, width)
    for file in ("hall_referrals.csv", "family_survey.csv"):
        page.get_by_label("A file in the inbox").select_option(file)
        says(page, f"has looked at {file}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        unnamed = page.evaluate(
            "[...document.querySelectorAll('.dw-mapping select, .dw-mapping input')]"
            ".filter(one => !(one.labels.length || one.getAttribute('aria-label'))).length"
        )
        assert unnamed == 0
    assert NASTY not in page.evaluate("document.querySelector('.dw-mapping').innerHTML")
    assert page.faults == []


def test_of_steps_that_follow_each_other_at_once_none_is_lost(browser, served) -> None:
    page = opened_at(browser, served, 1280)
    page.get_by_label("A file in the inbox").select_option("hall_referrals.csv")
    says(page, "has looked at hall_referrals.csv")
    page.evaluate(
        """() => {
          const set = (label, value) => {
            const control = [...document.querySelectorAll(".dw-mapping select, .dw-mapping input")]
              .find((one) => (one.getAttribute("aria-label") || one.labels[0]?.textContent || "").includes(label));
            control.value = value;
            control.dispatchEvent(new Event("change"));
          };
          set("What two means", "2");
          set("which comes first", "day first");
          set("What you call this kind", "Hall referrals, west");
          [...document.querySelectorAll(".dw-mapping button")].find((one) => one.textContent === "I have looked at these").click();
        }"""
    )
    playwright.expect(page.get_by_role("button", name="Save the profile")).to_be_enabled(timeout=60_000)
    assert page.get_by_label("What you call this kind of file").input_value() == "Hall referrals, west"


def test_a_button_that_is_being_pressed_waits_for_what_comes_in_between(browser, served) -> None:
    page = opened_at(browser, served, 1280)
    page.get_by_label("A file in the inbox").select_option("hall_referrals.csv")
    says(page, "has looked at hall_referrals.csv")
    believe = page.get_by_role("button", name="I have looked at these")
    believe.scroll_into_view_if_needed()
    middle = believe.bounding_box()
    page.mouse.move(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    page.mouse.down()
    page.evaluate(
        """() => {
          const control = [...document.querySelectorAll(".dw-mapping select")].find((one) => one.labels[0]?.textContent.includes("which comes first"));
          control.value = "day first";
          control.dispatchEvent(new Event("change"));
        }"""
    )
    page.wait_for_timeout(2_000)
    page.mouse.up()
    says(page, "Noted: you have looked at the proposals.")
    assert page.get_by_label("which comes first").input_value() == "day first"


def test_what_is_missing_is_said_beside_its_column_and_shown_when_asked_for(browser, served) -> None:
    page = opened_at(browser, served, 390)
    page.get_by_label("A file in the inbox").select_option("hall_referrals.csv")
    says(page, "has looked at hall_referrals.csv")
    assert "'days removed': 'two'" in page.locator(".dw-wrong .dw-fault").inner_text()
    page.get_by_role("button", name="Show it: Nobody has said what these mean for 'days removed'").click()
    assert page.evaluate("document.activeElement.id").endswith("column-days_removed")


def test_the_wizard_can_be_gone_through_with_the_keyboard(browser, served) -> None:
    page = opened_at(browser, served, 1280)
    page.get_by_label("A file in the inbox").focus()
    page.keyboard.type("family")
    page.keyboard.press("Tab")
    says(page, "has looked at family_survey.csv")
    page.get_by_label("school year", exact=True).focus()
    page.keyboard.type("the district")
    playwright.expect(page.get_by_label("school year", exact=True)).to_have_value("this year", timeout=30_000)
    assert page.evaluate("document.activeElement.id").endswith("column-school_year")


def test_the_wizard_is_not_among_the_dashboards_and_serves_nothing_else(served, place) -> None:
    assert served.dashboards == ("bring_data",)
    assert "bring_data" not in find_dashboards(place)
    assert [path.name for path in (served.folder / "dashboards").iterdir()] == ["bring_data.ipynb"]
