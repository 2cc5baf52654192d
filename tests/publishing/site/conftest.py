"""A site made from the made-up release, one made from hostile names, and a browser to look at them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    from every_kind import release_of_every_kind

    return release_of_every_kind(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="session")
def site(release, tmp_path_factory):
    from dataworkbench.publishing.site import build_site

    return build_site(release, tmp_path_factory.mktemp("built") / "site")


@pytest.fixture(scope="session")
def hostile_release(tmp_path_factory):
    from hostile_names import hostile_release

    return hostile_release(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def hostile_site(hostile_release, tmp_path_factory):
    from dataworkbench.publishing.site import build_site

    return build_site(hostile_release, tmp_path_factory.mktemp("hostile-built") / "site")


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()


@pytest.fixture
def opened(chromium):
    """Open a page of a site at a width; whatever it says, asks for or fails in is kept in ``faults``."""
    contexts = []

    def open_page(path, width=1280, *, javascript=True, fragment=""):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: page.faults.append(said.text))
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith("file:") else page.faults.append(r.url))
        page.goto(path.as_uri() + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
