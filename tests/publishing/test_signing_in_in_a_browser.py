"""Signing in, looking and leaving in a real browser, by keyboard."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest
from a_server import serving
from two_schools import PASSWORD, Client, made

from dataworkbench.publishing.staff.kernels import WARM_VARIABLE

sys.path.append(str(Path(__file__).parents[1] / "panels"))
from team_browser import CHROMIUM, QUIET, needs_chromium

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [*needs_chromium, pytest.mark.slow]


def test_who_signs_in_by_keyboard_sees_her_pages_and_a_page_that_is_left_is_ended(tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with pytest.MonkeyPatch.context() as around:
        around.setenv(WARM_VARIABLE, "0")
        with serving(made(tmp_path / "district")) as (served, _), playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            page = browser.new_page()
            page.set_default_timeout(60_000)
            page.goto(served.url)
            assert axe.Axe().run(page).response["violations"] == []
            page.keyboard.press("Tab")
            page.keyboard.type("typed")
            page.keyboard.press("Tab")
            page.keyboard.type("not the one, really")
            page.keyboard.press("Enter")
            page.get_by_role("alert").wait_for()
            assert axe.Axe().run(page).response["violations"] == []
            page.get_by_label("Name").fill("typed")
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Sign out").wait_for()
            assert axe.Axe().run(page).response["violations"] == []
            page.get_by_role("link", name="Asking").click()
            page.get_by_label("student").wait_for()
            kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page.content())
            with Client(served) as same:
                for cookie in page.context.cookies():
                    same.cookies.set(cookie["name"], cookie["value"])
                address = f"/api/kernels/{kernel[1]}"
                assert same.get(address).status_code == 200
                page.get_by_label("student").fill("00ZQ0001")
                page.wait_for_function("document.querySelector('textarea').value.includes('00ZQ0001')")
                page.goto(served.url)
                end = time.monotonic() + 30
                while same.get(address).status_code == 200 and time.monotonic() < end:
                    time.sleep(0.2)
                assert same.get(address).status_code == 404
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("heading", name="Sign in").wait_for()
            browser.close()
