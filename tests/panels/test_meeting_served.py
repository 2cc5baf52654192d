"""The meeting as a team opens it: a real server, kernels of their own, real browsers; also when a kernel is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from team_browser import CHROMIUM, QUIET, Screen, needs_chromium

from dataworkbench.publishing.serve import Served
from dataworkbench.publishing.staff.kernels import WARM_VARIABLE
from dataworkbench.records import Observation, open_records

sys.path.append(str(Path(__file__).parents[1] / "meeting"))
sys.path.append(str(Path(__file__).parents[1] / "publishing"))
from a_server import serving
from team_room import a_district

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [*needs_chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return a_district(tmp_path_factory.mktemp("served") / "district")


@pytest.fixture(scope="module")
def served(district: Any) -> Iterator[tuple[Served, int]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(WARM_VARIABLE, "0")  # each kernel is then a page's own, and can be counted
        with serving(district.workspace, only="meeting") as (ready, process):
            patched.undo()
            yield ready, process.pid


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


def kernels(server: int) -> set[int]:
    """Return the processes of the kernels that a server has started: by themselves, or as copies of its prepared process."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()[1:]]
    own = {int(pid): args for pid, parent, args in rows if int(parent) == server}
    alone = {pid for pid, args in own.items() if "ipykernel" in args}
    prepared = {pid for pid, args in own.items() if "staff.prepared" in args}
    return alone | {int(pid) for pid, parent, _ in rows if int(parent) in prepared}


def opened_at(browser: Any, served: Served, width: int = 1280) -> Screen:
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    page.set_default_timeout(120_000)
    screen = Screen(page, None)
    page.on("pageerror", lambda fault: screen.faults.append(str(fault)))
    page.goto(served.url)
    page.locator(".dw-door, .dw-begin, .dw-room").first.wait_for()
    return screen


def begin(screen: Screen, name: str) -> None:
    if screen.page.locator(".dw-door").count():
        screen.page.get_by_role("button", name="Begin a meeting").click()
    screen.page.get_by_label("Name of the meeting").fill(name)
    screen.page.get_by_label("Your name").fill("Principal")
    screen.page.get_by_role("button", name="Begin the meeting").click()
    screen.page.get_by_role("button", name="What do you see?").click()
    screen.page.get_by_role("button", name="Take the room here").click()
    screen.page.get_by_label("What do you see? Facts only").wait_for()


def join(screen: Screen, name: str) -> None:
    screen.page.get_by_role("button", name=f"Open: {name}").click()
    screen.page.get_by_label("Your name").fill("Teacher")
    screen.page.get_by_role("button", name="Join", exact=True).click()
    screen.page.get_by_label("What do you see? Facts only").wait_for()


def test_two_browsers_see_each_others_words_without_a_reload(browser, served):
    first, second = opened_at(browser, served[0]), opened_at(browser, served[0], width=390)
    begin(first, "Two at once")
    second.page.reload()
    second.page.locator(".dw-door").wait_for()
    join(second, "Two at once")
    second.page.get_by_label("What do you see? Facts only").fill("Seen from a telephone.")
    second.page.keyboard.press("Enter")
    first.page.locator("li", has_text="Seen from a telephone.").wait_for(timeout=15_000)
    assert second.is_within_its_width()
    assert first.is_within_its_width()
    assert first.axe() == []
    assert second.axe() == []
    first.close()
    second.close()


def test_words_that_were_being_typed_when_the_kernel_was_killed_are_there_after_a_reload(
    browser, served, district
):
    before = kernels(served[1])
    screen = opened_at(browser, served[0])
    (mine,) = kernels(served[1]) - before
    begin(screen, "Killed in mid-word")
    screen.page.get_by_label("What do you see? Facts only").fill("This one was sent.")
    screen.page.keyboard.press("Enter")
    screen.page.locator("li", has_text="This one was sent.").wait_for()
    screen.page.get_by_label("What do you see? Facts only").press_sequentially(
        "Grade 4 reads below ", delay=10
    )
    os.kill(mine, signal.SIGKILL)
    screen.page.get_by_label("What do you see? Facts only").press_sequentially("what we expec", delay=10)
    screen.page.reload()
    field = screen.page.get_by_label("What do you see? Facts only")
    field.wait_for()
    assert field.input_value() == "Grade 4 reads below what we expec"
    assert [entry.body.words for entry in open_records(district.workspace).latest(Observation)].count(
        "This one was sent."
    ) == 1
    screen.page.keyboard.press("Tab")
    field.focus()
    screen.page.keyboard.press("Enter")
    screen.page.locator("li", has_text="Grade 4 reads below what we expec").wait_for()
    screen.close()


def test_the_words_on_disk_are_there_for_another_kernel_also_where_the_browser_forgot_them(browser, served):
    before = kernels(served[1])
    screen = opened_at(browser, served[0])
    (mine,) = kernels(served[1]) - before
    begin(screen, "On disk")
    screen.page.get_by_label("What do you see? Facts only").press_sequentially(
        "Grade 4 reads below ", delay=10
    )
    screen.page.wait_for_timeout(700)
    os.kill(mine, signal.SIGKILL)
    screen.page.evaluate("sessionStorage.clear()")
    screen.page.reload()
    field = screen.page.get_by_label("What do you see? Facts only")
    field.wait_for()
    assert field.input_value() == "Grade 4 reads below "
    screen.close()
