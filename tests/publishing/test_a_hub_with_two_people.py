"""Two people with one school each, signed in to a real hub: each sees hers, and nothing of the other's reaches her browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import playwright.sync_api
import polars as pl
import pytest

from dataworkbench.publishing.staff.visitors import Visitor, add_visitor, password_hash
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import new_workspace, shipped

pytest.importorskip("jupyterhub", reason="JupyterHub is only there where a hub runs")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium"),
    pytest.mark.skipif(not shutil.which("configurable-http-proxy"), reason="the hub's proxy is not there"),
]
SIGNED_IN_BY = "four words that differ"
SEES = {"ada": ("S001", "Alder Elementary"), "ben": ("S002", "Birch Elementary")}
KERNEL = "() => JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
KNOCK = """url => new Promise(say => {
  const line = new WebSocket(url); line.onopen = () => say("open"); line.onerror = () => say("refused");
})"""


def _tables() -> dict[str, pl.DataFrame]:
    """Three schools with thirty students each."""
    names = {"S001": "Alder Elementary", "S002": "Birch Elementary", "S003": "Cedar Elementary"}
    stays = [
        {
            "student_id": f"{school}-{at:02d}",
            "school_id": school,
            "school_year": "2025-26",
            "grade_level": "03",
        }
        for school in names
        for at in range(30)
    ]
    schools = [{"school_id": school, "school_name": name} for school, name in names.items()]
    return {"schools": pl.DataFrame(schools), "enrollments": pl.DataFrame(stays)}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("hub")
    workspace = new_workspace(folder / "district", district="Made-up district")
    write_snapshot(workspace, _tables())
    for name, (school, _) in SEES.items():
        entry = Visitor(name=name, schools=(school,), password=password_hash(SIGNED_IN_BY))
        add_visitor(workspace.root / "visitors.toml", entry)
    (folder / "own").mkdir(mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    told = {"WORKSPACE": str(workspace.root), "HUB": str(folder / "own"), "HUB_URL": url}
    config = shipped("templates") / "jupyterhub" / "jupyterhub_config.py"
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterhub", "-f", str(config)], cwd=folder / "own", start_new_session=True,
        env={**os.environ, **{f"DATAWORKBENCH_{name}": value for name, value in told.items()}},
    )  # fmt: skip
    try:
        port = int(url.rsplit(":", 1)[1])
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def people(hub: str):
    with playwright.sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield {name: _signed_in(browser, hub, name) for name in SEES}
        browser.close()


def _signed_in(browser, hub: str, name: str):
    """Return somebody's page and all that reached her browser."""
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    came: list = []

    def keep(one) -> None:
        came.append(one)

    page.on("response", keep)
    page.on("websocket", lambda line: line.on("framereceived", keep))
    page.goto(hub)
    page.fill("#username_input", name)
    page.fill("#password_input", SIGNED_IN_BY)
    page.click("#login_submit")
    page.wait_for_selector("h1:has-text('Pages')")
    page.goto(f"{hub}/user/{name}/voila/render/district_overview.ipynb")
    page.wait_for_selector(".main-svg .bars path")
    page.wait_for_timeout(3000)
    return page, came


def _text(came: list) -> str:
    found = []
    for one in came:
        try:
            held = one if isinstance(one, str | bytes) else one.body()
        except playwright.sync_api.Error:  # a redirect has no body
            held = ""
        found.append(held if isinstance(held, str) else held.decode("utf-8", "replace"))
    return "".join(found)


def test_nothing_of_another_school_reaches_a_browser(people) -> None:
    for name, (_, school) in SEES.items():
        text = _text(people[name][1])
        assert school in text
        others = [word for other, words in SEES.items() if other != name for word in words]
        assert [word for word in (*others, "Cedar Elementary", "S003") if word in text] == []


def test_nobody_reaches_the_server_of_somebody_else(hub: str, people) -> None:
    page, _ = people["ada"]
    kernel = people["ben"][0].evaluate(KERNEL)
    own = page.evaluate(KERNEL)
    ask = page.context.request
    for path in (
        "",
        "voila/render/district_overview.ipynb",
        f"api/kernels/{kernel}",
        f"voila/api/shutdown/{kernel}",
    ):
        assert ask.get(f"{hub}/user/ben/{path}").status == 403, path
    assert ask.post(f"{hub}/hub/api/users/ben/server").status == 403
    lines = hub.replace("http", "ws") + "/user/{}/api/kernels/{}/channels"
    assert page.evaluate(KNOCK, lines.format("ben", kernel)) == "refused"
    assert page.evaluate(KNOCK, lines.format("ada", kernel)) == "refused"
    assert page.evaluate(KNOCK, lines.format("ada", own)) == "open"


def test_a_viewer_has_no_jupyter_server(hub: str, people) -> None:
    ask = people["ada"][0].context.request
    for path in (
        "lab",
        "tree",
        "api/contents",
        "api/sessions",
        "api/terminals",
        "api/kernels",
        "files/x",
        "voila/files/x.png",
    ):
        assert ask.get(f"{hub}/user/ada/{path}").status == 404, path
    assert ask.post(f"{hub}/user/ada/api/kernels", data="{}").status in (403, 404)


def test_no_kernel_is_told_the_hubs_key(people) -> None:
    kernels = [held for held in Path("/proc").glob("[0-9]*/environ") if _is_one_of_ours(held)]
    assert len(kernels) >= len(people)
    assert [held for held in kernels if b"API_TOKEN" in held.read_bytes()] == []


def _is_one_of_ours(held: Path) -> bool:
    try:
        named = b"ipykernel" in (held.parent / "cmdline").read_bytes()
        return named and b"/own/scopes/" in held.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return False
