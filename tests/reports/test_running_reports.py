"""Runs with real workers, in forks and in kernels: what is delivered, and what each way of breaking costs."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pandas as pd
import pytest
from made_up_district import Roll, notebook_of

from dataworkbench.reports import Limits, plan_reports, run_reports
from dataworkbench.reports.warm.asking import COMMAND
from dataworkbench.workspace import new_workspace

pytestmark = pytest.mark.slow

SECONDS = 20
BREAKS = {
    "well": "",
    "error": (
        "os.write(1, b'Rosa Tell-Tale'); os.write(2, b'Rosa Tell-Tale')\n"
        "sys.__stderr__.write('Rosa Tell-Tale'); sys.__stderr__.flush()\n"
        "raise KeyError('Rosa Tell-Tale')"
    ),
    "nothing": (
        "from dataworkbench.errors import NothingToShowError\nraise NothingToShowError('No attendance was brought.')"
    ),
    "vanishes": "os._exit(0)",
    "leaves": "sys.exit(0)",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "worker killed": "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(3)",
    "sleeps": "time.sleep(60)",
    "well again": "",
}
ACT = "import os, signal, sys, time\nexec(compile(BREAKS[school], 'cell', 'exec'))"


@pytest.fixture(scope="module", params=["forked", "kernel"])
def ran(request, tmp_path_factory):
    """One run with a school for each way of breaking."""
    workspace = new_workspace(tmp_path_factory.mktemp("run") / "district")
    notebook = notebook_of("# Attendance", f"BREAKS = {BREAKS!r}", ACT, "print('this is', school, audience)")
    nbformat.write(notebook, workspace.notebooks / "school_report.ipynb")
    roll = Roll(schools=pd.DataFrame({"school_id": list(BREAKS), "school_name": list(BREAKS)}))
    return run_reports(
        plan_reports(workspace, roll=roll), engine=request.param, limits=Limits(seconds=SECONDS)
    )


def report(record, title):
    return next(report for report in record.reports if report.title == title)


def test_what_can_be_made_is_delivered_whatever_befalls_the_others(ran):
    assert [r.title for r in ran.reports if r.state == "done"] == ["well", "well again"]
    assert not ran.ok


def test_each_page_is_of_its_own_school(ran):
    for title in ("well", "well again"):
        page = ran.page(report(ran, title).slug).read_text(encoding="utf-8")
        assert f"this is {title} staff" in page


def test_the_index_links_to_what_is_done_and_the_pages_find_their_assets(ran):
    index = ran.index.read_text(encoding="utf-8")
    assert f'href="pages/{report(ran, "well").slug}.html"' in index
    assert {path.name for path in (ran.folder / "assets").iterdir()} == {
        "plotly.min.js",
        "report.css",
        "sheet.css",
        "report.js",
        "index.js",
    }


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("error", "A cell stopped with KeyError."),
        ("nothing", "No attendance was brought."),
        ("vanishes", "ended without a word"),
        ("killed", "ended without a word"),
        ("worker killed", "ended from outside"),
        ("sleeps", f"took longer than {SECONDS} seconds and was stopped"),
    ],
)
def test_the_index_says_why_a_report_is_not_there(ran, title, said):
    assert report(ran, title).state == "failed"
    assert said in report(ran, title).message
    assert said in ran.index.read_text(encoding="utf-8")


def test_a_cell_that_leaves_the_notebook_never_counts_as_done(ran):
    assert report(ran, "leaves").state == "failed"
    assert not ran.page(report(ran, "leaves").slug).exists()


def test_a_failure_names_the_cell_and_the_heading_above_it(ran):
    failed = report(ran, "error")
    assert (failed.cell, failed.near) == (4, "Attendance")


def test_the_log_of_a_report_says_where_it_stopped_and_nothing_of_what_the_error_said(ran):
    log = (ran.folder / "logs" / f"{report(ran, 'error').slug}.txt").read_text(encoding="utf-8")
    assert "A cell stopped with KeyError." in log
    assert "line 2" in log
    for path in (ran.index, ran.folder / "run.sqlite", *(ran.folder / "logs").iterdir()):
        assert b"Tell-Tale" not in path.read_bytes()


EVERY_KIND = (
    "# Words",
    "print('a')\nprint('b')\nimport sys\nprint('never shown', file=sys.stderr)",
    "1 + 1",
    "2;",
    "from IPython.display import HTML, Markdown, clear_output, display\ndisplay(HTML('<b>bold</b>'), Markdown('*x*'))",
    "shown = display('first', display_id=True)\nshown.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))",
    "import pandas as pd\npd.DataFrame({'n': [1, 2]})",
    "{'c', 'a', 'b'}",
    "import asyncio\nawait asyncio.sleep(0)\n'waited'",
    "import ipywidgets\nipywidgets.IntSlider()",
    "import ours\nours.WORDS",
    "import os\nprint(os.environ['DATAWORKBENCH_WORKSPACE'] == workspace, os.environ['DATAWORKBENCH_SNAPSHOT'])",
    (
        "import polars as pl, duckdb, numpy as np\n"
        "counted = pl.DataFrame({'a': [1, 1, 2]}).group_by('a').len()['len'].sum()\n"
        "asked = duckdb.connect().execute('SELECT sum(i) FROM range(100000) t(i)').fetchall()[0][0]\n"
        "counted + asked + np.linalg.inv(np.eye(300)).sum()"
    ),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same notebook, run twice in forks and once in a kernel, at one and the same time by the clock."""
    workspace = new_workspace(tmp_path_factory.mktemp("both") / "district")
    nbformat.write(notebook_of(*EVERY_KIND), workspace.notebooks / "school_report.ipynb")
    (workspace.notebooks / "ours.py").write_text("WORDS = 'from beside'\n", encoding="utf-8")
    plan = plan_reports(workspace, roll=Roll(), only=["Alder"])
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr("dataworkbench.reports.run._now", lambda: "2026-01-31T03:15:00+00:00")
        return [run_reports(plan, engine=engine) for engine in ("forked", "kernel", "forked")]


def page_of(record):
    assert record.ok, record.failed
    return record.page(record.reports[0].slug).read_text(encoding="utf-8")


def test_a_page_from_a_fork_has_the_same_letters_as_one_from_a_kernel(both):
    assert page_of(both[0]) == page_of(both[1])


def test_the_same_inputs_give_the_same_letters_again(both):
    assert both[0].folder != both[2].folder
    assert both[0].reports[0].page == both[2].reports[0].page


def test_a_page_shows_what_a_reader_of_the_notebook_would_see_at_the_end(both):
    page = page_of(both[0])
    assert all(
        word in page
        for word in ("<b>bold</b>", "<em>x</em>", "second", "kept", "waited", "from beside", "4999950303.0")
    )
    shown = page.partition("<body")[2]
    assert not any(word in shown for word in ("never shown", "first", "gone", "IntSlider"))


def test_every_notebook_sees_the_workspace_and_the_one_snapshot_of_the_run(both):
    assert "True 2026-01-31-a" in page_of(both[0])


def test_figures_keep_their_data_and_not_the_whole_of_plotly(both):
    for record in both:
        kept = (record.folder / "notebooks" / f"{record.reports[0].slug}.ipynb").read_text(encoding="utf-8")
        assert "application/vnd.plotly.v1+json" in kept
        assert len(kept) < 100_000


def test_a_worker_ends_when_nobody_is_there_to_ask_it():
    told = subprocess.run(COMMAND, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert told.returncode == 0


def ask_worker(more):
    asked = f"import dataworkbench.reports.warm.limits as w\n{more}\nprint(w.can_fork())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", asked], check=False, capture_output=True, text=True, env=environment
    )
    return told.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="a kernel is taken where a fork cannot be had")
def test_a_worker_is_forked_only_while_its_libraries_have_not_begun_to_work_in_threads():
    assert ask_worker("import dataworkbench") == "True"
    at_work = "import threading, time\nthreading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    assert ask_worker(at_work) == "False"
