"""What a real server shows, to whom, and what it keeps to itself."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import nbformat
import pytest
from a_server import free_port, serving

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing import find_dashboards, prepare
from dataworkbench.publishing.doorkeeper import MOST_VARIABLE
from dataworkbench.publishing.serve import ready_to_serve
from dataworkbench.workspace import new_workspace, shipped

pytestmark = pytest.mark.slow

MOST = 5
BASE = "http://127.0.0.1"


def notebook_of(*cells):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.cells[0].outputs = [nbformat.v4.new_output("stream", text="STALE_OUTPUT")]
    made.metadata["voila"] = {"template": "reveal"}
    return made


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = new_workspace(tmp_path_factory.mktemp("served") / "district")
    dashboards = made.notebooks / "dashboards"
    dashboards.mkdir()
    hello = notebook_of(
        "# SOURCE_TELL_TALE\nimport os\nprint('hello', os.environ['DATAWORKBENCH_WORKSPACE'])"
    )
    nbformat.write(hello, dashboards / "hello.ipynb")
    nbformat.write(
        notebook_of("raise ValueError('Rosa Tell-Tale')", "print('after')"), dashboards / "broken.ipynb"
    )
    nbformat.write(notebook_of("print('not for others')"), made.notebooks / "private.ipynb")
    (dashboards / "picture.png").write_bytes(b"\x89PNG")
    (made.root / "voila.json").write_text(
        json.dumps({"Voila": {"token": "from-the-working-folder-1"}}), encoding="utf-8"
    )
    return made


@pytest.fixture(scope="module")
def served(workspace):
    with pytest.MonkeyPatch.context() as around:
        around.chdir(workspace.root)
        around.setenv(MOST_VARIABLE, str(MOST))
        around.setenv("JUPYTER_TOKEN", "from-the-environment-12")
        with serving(workspace) as (ready, _):
            around.undo()
            yield ready


@pytest.fixture(scope="module")
def stranger(served):
    with httpx.Client(base_url=f"{BASE}:{served.port}", timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def viewer(served):
    with httpx.Client(base_url=f"{BASE}:{served.port}", timeout=120) as client:
        client.get(served.url)
        yield client


@pytest.fixture(scope="module")
def hello(viewer):
    return viewer.get("/voila/render/hello.ipynb")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/voila/tree",
        "/voila/render/hello.ipynb",
        "/voila/api/contents",
        "/voila/api/contents/hello.ipynb",
    ],
)
@pytest.mark.parametrize(
    "token",
    ["", "?token=", "?token=wrong", "?token=from-the-environment-12", "?token=from-the-working-folder-1"],
)
def test_without_the_right_token_nothing_is_shown(stranger, path, token):
    answer = stranger.get(path + token)
    assert answer.status_code in {302, 403, 404}
    assert "hello" not in answer.text


def test_with_the_token_the_dashboards_are_listed_and_nothing_else(viewer):
    listed = viewer.get("/").text
    assert "hello.ipynb" in listed
    assert "district_overview.ipynb" in listed
    assert "01_understand_the_situation.ipynb" in listed
    assert "private" not in listed
    assert "school_report" not in listed


def test_a_stage_page_can_be_told_what_to_look_at_and_its_box_of_parameters_is_not_explained():
    held = json.loads(ready_to_serve(shipped("notebooks") / "01_understand_the_situation.ipynb"))
    places = [cell["id"] for cell in held["cells"]]
    assert places[places.index("parameters") + 1] == "choose"
    assert not [cell for cell in held["cells"] if "remove-cell" in cell["metadata"].get("tags", [])]


def test_a_dashboard_shows_its_output_and_neither_its_source_nor_an_old_output(hello, workspace):
    assert hello.status_code == 200
    assert f"hello {workspace.root}" in hello.text
    assert "SOURCE_TELL_TALE" not in hello.text
    assert "STALE_OUTPUT" not in hello.text


def test_a_page_loads_nothing_from_other_machines_and_tells_nobody_its_address(hello):
    assert "default-src 'self'" in hello.headers["content-security-policy"]
    assert "https:" not in hello.headers["content-security-policy"]
    assert hello.headers["referrer-policy"] == "same-origin"
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//[^"'> ]+""", hello.text) == []


@pytest.mark.parametrize(
    "path", ["picture.png", "hello.ipynb", "../config/voila.json", "%2e%2e/config/voila.json"]
)
def test_no_file_is_handed_out(served, viewer, stranger, path):
    (served.folder / "dashboards" / "picture.png").write_bytes(b"\x89PNG")
    for who in (viewer, stranger):
        assert who.get(f"/voila/files/{path}").status_code in {403, 404}


@pytest.mark.parametrize(
    "path",
    [
        "private.ipynb",
        "../private.ipynb",
        "..%2f..%2fdistrict%2fnotebooks%2fprivate.ipynb",
        "%2e%2e/%2e%2e/private.ipynb",
        "..%2fipython%2fprofile_default%2fipython_kernel_config.py",
    ],
)
def test_other_notebooks_cannot_be_reached(viewer, path):
    answer = viewer.get(f"/voila/render/{path}")
    assert answer.status_code in {302, 400, 403, 404}
    assert "not for others" not in answer.text


def test_whoever_looks_cannot_choose_a_template_or_a_theme(viewer):
    answer = viewer.get("/voila/render/hello.ipynb?template=classic&theme=dark")
    assert answer.status_code == 200
    assert 'id="notebook-container"' not in answer.text
    assert "theme-dark" not in answer.text


def test_an_error_is_told_by_a_number_and_where_it_came_up_is_in_the_log(viewer, served):
    page = viewer.get("/voila/render/broken.ipynb").text
    assert "Tell-Tale" not in page
    assert "ValueError" not in page
    number = page.split("Tell the data office this number: ")[1][:6]
    log = served.log.read_text(encoding="utf-8")
    assert f"error {number}" in log
    assert "ValueError" in log
    assert "Tell-Tale" not in log
    assert served.log.stat().st_mode & 0o077 == 0


def test_token_and_settings_do_not_stand_in_the_list_of_processes(served):
    token = served.url.split("token=")[1]
    assert token not in " ".join(served.command)
    assert token not in " ".join(served.env.values())
    assert token not in repr(served)
    assert served.folder.stat().st_mode & 0o077 == 0


def test_the_server_listens_on_this_machine_only(served):
    outside = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1"
    }
    for address in outside:
        if not address.startswith("127."):
            with socket.socket() as probe:
                assert probe.connect_ex((address, served.port)) != 0


def test_no_more_dashboards_are_opened_than_the_machine_is_meant_to_serve(viewer, hello):
    codes = [viewer.get("/voila/render/hello.ipynb").status_code for _ in range(MOST)]
    assert codes[0] == 200
    assert codes[-1] == 503


def test_a_second_server_does_not_take_the_port_of_the_first(served, workspace):
    with pytest.raises(WorkbenchError, match=r"Port .* is taken"):
        prepare(workspace, port=served.port)


@pytest.mark.parametrize("token", ["", "short", "with space in the token", "x" * 15])
def test_a_token_that_would_keep_nobody_out_is_refused(workspace, token):
    with pytest.raises(WorkbenchError, match="at least 16"):
        prepare(workspace, port=free_port(), token=token)


def test_the_teams_own_dashboard_goes_before_the_one_that_came_with_the_workbench(workspace):
    assert find_dashboards(workspace)["hello"].is_relative_to(workspace.root)
    own = workspace.notebooks / "dashboards" / "district_overview.ipynb"
    assert find_dashboards(workspace)["district_overview"] != own
    own.write_text("{}", encoding="utf-8")
    assert find_dashboards(workspace)["district_overview"] == own
    own.unlink()


def test_the_private_folder_is_removed_at_the_end(workspace):
    ready = prepare(workspace, port=free_port())
    assert Path(ready.folder).is_dir()
    ready.remove()
    assert not Path(ready.folder).exists()


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_the_address_is_said_and_whoever_stops_it_stops_all_of_it(workspace, ended_by):
    port = free_port()
    asked = f"from dataworkbench.publishing import serve; serve({str(workspace.root)!r}, port={port}, open_browser=False)"
    running = subprocess.Popen([sys.executable, "-c", asked], stdout=subprocess.PIPE, text=True)
    try:
        address = running.stdout.readline().split()[-1]
        assert address.startswith(f"{BASE}:{port}/?token=")
        assert httpx.get(address, timeout=60).status_code == 200
        running.send_signal(ended_by)
        assert running.wait(timeout=60) == 0
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
