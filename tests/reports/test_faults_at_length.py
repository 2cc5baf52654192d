"""Faults that take their time, in copies of the warm parent and in kernels."""

from __future__ import annotations

import sys
import threading
import time

import psutil
import pytest
from faults import ENDS, HANGS, MEMORY, STUDENT, TELLS, is_alive, report, run_with
from runner import alive_of, every_file_parses, kill, roll_of, seconds_until_none_is_left, start

from dataworkbench.reports import Limits, list_runs, load_run, plan_reports, run_reports
from dataworkbench.reports.record import RECORD_FILE

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(3_600),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
SECONDS = 25
"""The most that one report may take here."""
LARGE_OUTPUT = {
    "prints 200 megabytes": (
        "for _ in range(200):\n    try:\n        print('x' * 1_000_000)\n    except Exception:\n        pass"
    ),
    "shows 200 megabytes": "try:\n    display(HTML('x' * 200_000_000))\nexcept Exception:\n    pass",
    "shows a list of 200 megabytes": (
        "display({'application/json': ['x' * 1_000_000] * 200, 'text/plain': ''}, raw=True)"
    ),
}


@pytest.fixture(scope="module", params=["forked", "kernel"])
def ran(request, tmp_path_factory):
    acts = {
        "leaves a process behind": "begin_daemon(outside + '/left.txt')",
        **HANGS, **ENDS, **MEMORY, **TELLS, "does well": "",
    }  # fmt: skip
    if request.param == "kernel":
        del acts[
            "writes where it may not"
        ]  # a kernel's own handles: whatever comes of it is that kernel's alone
    return run_with(
        tmp_path_factory.mktemp("faults"),
        acts,
        engine=request.param,
        workers=6,
        limits=Limits(seconds=SECONDS, memory=400),
    )


@pytest.mark.parametrize("title", HANGS)
def test_a_report_that_hangs_is_stopped_and_says_so(ran, title):
    held = report(ran, title)
    print(title, held.seconds, held.message)
    assert held.state == "failed"
    assert f"took longer than {SECONDS} seconds and was stopped" in held.message


@pytest.mark.parametrize(
    "title", [*MEMORY, "breaks a library", "ends at once", "is killed", "prints without end"]
)
def test_a_report_that_takes_too_much_or_breaks_fails_alone(ran, title):
    print(title, report(ran, title).memory, report(ran, title).message)
    assert report(ran, title).state == "failed"
    assert report(ran, title).message


def test_what_does_well_is_made_beside_all_that(ran):
    assert report(ran, "does well").state == "done"
    every_file_parses(ran.folder)


def test_nothing_of_the_run_is_alive_after_it(ran):
    assert not is_alive(int((ran.folder.parents[2] / "left.txt").read_text(encoding="utf-8")))
    held = [one for one in psutil.process_iter() if str(ran.folder.parents[1]) in _surroundings(one)]
    assert held == []


def _surroundings(process):
    try:
        return " ".join(process.environ().values()) if process.pid != psutil.Process().pid else ""
    except psutil.Error:
        return ""


def test_a_student_is_named_in_no_log_record_or_index(ran):
    for path in (ran.index, ran.folder / RECORD_FILE, *(ran.folder / "logs").iterdir()):
        for word in STUDENT.split():
            assert word.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("engine", ["forked", "kernel"])
def test_two_hundred_megabytes_of_output_are_no_page(tmp_path, engine):
    run = run_with(
        tmp_path,
        {**LARGE_OUTPUT, "does well": ""},
        engine=engine,
        workers=2,
        limits=Limits(seconds=300, memory=4_096),
    )
    for title in LARGE_OUTPUT:
        print(
            engine, title, report(run, title).seconds, report(run, title).memory, report(run, title).message
        )
        assert "put out more than" in report(run, title).message
    assert report(run, "does well").state == "done"
    assert sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file()) < 20_000_000


@pytest.mark.parametrize("engine", ["forked", "kernel"])
def test_a_runner_that_is_killed_takes_its_hanging_reports_along(workspace, keep_notebook, tmp_path, engine):
    begun = tmp_path / "begun.txt"
    keep_notebook(
        "import os, signal, subprocess, sys, time\n"
        "for number in signal.valid_signals() - {9, 19}:\n"
        "    try:\n        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\n"
        "subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'], start_new_session=True)",
        f"open({str(begun)!r}, 'a').write(school)\nwhile True: pass",
    )
    runner = start(workspace, 2, engine=engine)
    until = time.monotonic() + 240
    while not begun.exists() or len(begun.read_text(encoding="utf-8")) < 8:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert alive_of(workspace)
    kill(runner)
    print(engine, seconds_until_none_is_left(workspace))


def test_a_warm_parent_that_is_killed_again_and_again_loses_no_report_and_leaves_nothing_alive(
    workspace, keep_notebook
):
    keep_notebook("import time\ntime.sleep(1)")
    runner = start(workspace, 24, workers=4)
    killed, done = 0, 0
    while runner.poll() is None and killed < 3:
        time.sleep(0.1)
        now = list_runs(workspace)[0].counts["done"] if list_runs(workspace) else 0
        parents = [one for one in alive_of(workspace) if one.ppid() == runner.pid] if now > done else []
        if parents:
            parents[0].kill()
            killed, done = killed + 1, now
    assert killed == 3
    assert runner.wait(300) in {0, 4}
    run = list_runs(workspace)[0]
    print(killed, "kills;", run.counts)
    assert all(one.state == "done" or "ended from outside" in one.message for one in run.reports)
    every_file_parses(run.folder)
    seconds_until_none_is_left(workspace)


class Reader(threading.Thread):
    """Reads all that lies in the folders of a workspace's runs, again and again."""

    def __init__(self, workspace):
        super().__init__(daemon=True)
        self.workspace = workspace
        self.over = threading.Event()
        self.looks = 0
        self.fault = None

    def run(self):
        while not self.over.wait(0.05):
            try:
                for run in list_runs(self.workspace):
                    assert load_run(run.folder).run_id == run.run_id
                    every_file_parses(run.folder)
                self.looks += 1
            except Exception as fault:  # noqa: BLE001 - the test says what it was
                self.fault = fault
                return


def test_a_reader_of_two_runs_at_once_finds_every_file_whole(workspace, keep_notebook):
    keep_notebook(
        "print(school * 1000)", "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=['a'], y=[1]))"
    )
    reader = Reader(workspace)
    reader.start()
    runners = [start(workspace, 20), start(workspace, 20)]
    assert [runner.wait(600) for runner in runners] == [0, 0]
    again = start(workspace, 20, resume=list_runs(workspace)[0].run_id)
    assert again.wait(600) == 0
    reader.over.set()
    reader.join()
    print(reader.looks, "looks")
    assert reader.fault is None, reader.fault
    assert reader.looks > 10
    assert [run.counts["done"] for run in list_runs(workspace)] == [20, 20]


def test_two_runs_that_go_on_with_one_folder_do_not_both(workspace, keep_notebook):
    keep_notebook("import time\ntime.sleep(1)")
    run = run_reports(plan_reports(workspace, roll=roll_of(["School 0"])))
    runners = [start(workspace, 12, resume=run.run_id) for _ in range(2)]
    assert sorted(runner.wait(600) for runner in runners) == [0, 3]
    assert "Another run is at work in" in (workspace.root.parent / "runner.txt").read_text(encoding="utf-8")
    assert load_run(run.folder).counts["done"] == 12


def test_forty_reports_at_once_share_what_the_parent_holds(workspace, keep_notebook):
    keep_notebook("import time\nimport pandas as pd\npd.DataFrame({'n': [1]})", "time.sleep(20)")
    runner = start(workspace, 40, workers=40)
    most, at_once = 0, 0
    while runner.poll() is None:
        held = alive_of(workspace)
        most = max(most, sum(_share(one) for one in held))
        at_once = max(at_once, len(held) - 1)
        time.sleep(2)
    print(at_once, "at once;", round(most / 1e6), "MB in all")
    assert runner.returncode == 0
    assert at_once > 20
    assert most < 40 * 60_000_000


def _share(process):
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0
