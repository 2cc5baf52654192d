"""What each way of breaking costs: its own report, and no other; and what is said of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from html import escape

import polars as pl
import pytest
from faults import ENDS, HOSTILE, MEMORY, STUDENT, TELLS, is_alive, report, run_with
from runner import every_file_parses, kill, roll_of, seconds_until_none_is_left, start

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports import list_runs, load_run, plan_reports, run_reports
from dataworkbench.reports.record import RECORD_FILE
from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import POLICY_FILE

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

USES_WHAT_IT_BEGAN = (
    "pid = begin_daemon(outside + '/used.txt')\n"
    "ended = Path(outside) / 'left.txt'\n"
    "until = time.monotonic() + 30\n"
    "while not ended.exists() and time.monotonic() < until:\n    time.sleep(0.05)\n"
    "left = int(ended.read_text())\n"
    "while os.path.exists(f'/proc/{left}') and time.monotonic() < until:\n    time.sleep(0.05)\n"
    "os.kill(pid, 0)"
)
ACTS = {
    "uses what it began": USES_WHAT_IT_BEGAN,
    "leaves a process behind": "begin_daemon(outside + '/left.txt')",
    **ENDS,
    **MEMORY,
    **TELLS,
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return run_with(tmp_path_factory.mktemp("faults"), ACTS, names=HOSTILE)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("breaks a library", "a library broke down in it (SIGSEGV)"),
        ("ends at once", "ended without a word"),
        ("is killed", "ended from outside"),
        ("writes where it may not", "ended without a word"),
        ("prints without end", "put out more than 50 MB"),
        ("takes more and more", "asked for more memory than one report may take"),
        ("takes shared memory", "took more than 400 MB of memory"),
        ("has another process take it", "took more than 400 MB of memory"),
        ("has four processes take it", "took more than 400 MB of memory"),
        ("has an orphan take it", "took more than 400 MB of memory"),
        ("says a name in an error", "A cell stopped with ValueError."),
        ("says a name in every other way", "A cell stopped with RuntimeError."),
        ("says a name and breaks", "a library broke down in it (SIGSEGV)"),
    ],
)
def test_a_report_that_breaks_is_listed_with_why(ran, title, said):
    assert said in report(ran, title).message
    assert said in ran.index.read_text(encoding="utf-8")
    assert f'href="pages/{report(ran, title).slug}.html"' not in ran.index.read_text(encoding="utf-8")


def test_what_a_report_left_behind_in_a_session_of_its_own_is_ended_with_it(ran):
    assert report(ran, "leaves a process behind").state == "done"
    pid = int((ran.folder.parents[2] / "left.txt").read_text(encoding="utf-8"))
    assert not is_alive(pid)


def test_what_another_report_still_uses_is_left_alone_meanwhile(ran):
    assert report(ran, "uses what it began").state == "done"
    assert not is_alive(int((ran.folder.parents[2] / "used.txt").read_text(encoding="utf-8")))


def test_a_cell_that_copies_its_process_makes_one_page(ran):
    assert report(ran, "copies itself").state == "done"
    assert ran.has(report(ran, "copies itself"), report(ran, "copies itself").inputs)


def test_only_what_breaks_is_not_done(ran):
    done = {report.title for report in ran.reports if report.state == "done"}
    assert done == {*HOSTILE, "uses what it began", "leaves a process behind", "copies itself"}


def test_a_student_is_named_in_no_log_record_or_index(ran):
    looked_at = [ran.index, ran.folder / RECORD_FILE, *(ran.folder / "logs").iterdir()]
    assert len(looked_at) > len(TELLS)
    for path in looked_at:
        for word in STUDENT.split():
            assert word.encode() not in path.read_bytes(), path


def test_names_lead_nowhere_and_stay_apart_where_case_does_not_count(ran):
    made = [path for path in ran.folder.rglob("*") if path.is_file()]
    outside = [
        path for path in ran.folder.parents[2].rglob("*") if path.is_file() and ran.folder not in path.parents
    ]
    slugs = [report.slug for report in ran.reports]
    assert len({slug.casefold() for slug in slugs}) == len(ACTS) + len(HOSTILE)
    assert {path.name for path in outside} <= {
        "left.txt", "used.txt", "school_report.ipynb", "workbench.toml", "policy.toml", ".gitignore", "README.md",
    } | {path.name for path in outside if "reports" not in path.parts}  # fmt: skip
    assert all(path.name.isascii() and len(path.name) < 100 for path in made)


def test_the_page_of_a_school_shows_its_name_as_it_is(ran):
    for name in HOSTILE:
        page = ran.page(report(ran, name).slug).read_text(encoding="utf-8")
        shown = escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        assert f"<title>{shown}" in page or shown in page
        assert "<script>alert" not in page


def test_every_file_of_the_run_is_whole(ran):
    every_file_parses(ran.folder)
    assert not list(ran.folder.rglob("*.part"))


def test_a_runner_that_is_asked_to_end_leaves_nothing_alive_and_can_go_on(workspace, keep_notebook, tmp_path):
    begun = tmp_path / "begun.txt"
    keep_notebook(
        "import os, signal, subprocess, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'], start_new_session=True)",
        f"open({str(begun)!r}, 'a').write(school)\nwhile school > '0000':\n    time.sleep(1)",
    )
    runner = start(workspace, 3)
    until = time.monotonic() + 120
    while (
        list_runs(workspace) == []
        or list_runs(workspace)[0].counts["done"] < 1
        or len(begun.read_text()) < 12
    ):
        assert time.monotonic() < until, (tmp_path / "runner.txt").read_text(encoding="utf-8")
        time.sleep(0.1)
    runner.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    assert runner.wait(30) == 128 + signal.SIGTERM
    seconds_until_none_is_left(workspace)
    assert time.monotonic() - asked < 5
    run = list_runs(workspace)[0]
    assert run.counts == {"done": 1, "failed": 0, "not run": 2}
    assert "1 done, 2 not run" in run.index.read_text(encoding="utf-8")
    told = begun.read_text(encoding="utf-8")
    assert sorted(told[at : at + 4] for at in range(0, len(told), 4)) == ["0000", "0001", "0002"]


def test_a_run_that_was_killed_in_its_first_moment_is_not_in_the_way(workspace, keep_notebook, monkeypatch):
    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", lambda *_jobs, **_how: (one for one in ()))
    keep_notebook("1")
    (workspace.reports / "2026-01-31T000000Z-school_report").mkdir(parents=True)
    (workspace.reports / "2026-01-31T000000Z-school_report" / RECORD_FILE).touch()
    assert list_runs(workspace) == []
    begun = run_reports(plan_reports(workspace, roll=roll_of(["Alder"])), resume=True)
    assert begun.run_id != "2026-01-31T000000Z-school_report"
    assert list_runs(workspace) == [begun]


@pytest.mark.thorough
def test_a_lock_that_a_killed_runner_left_behind_holds_nobody_up(workspace, keep_notebook):
    keep_notebook("import time\nwhile school > '0000': time.sleep(1)")
    runner = start(workspace, 2)
    until = time.monotonic() + 120
    while list_runs(workspace) == [] or list_runs(workspace)[0].counts["done"] < 1:
        assert time.monotonic() < until
        time.sleep(0.1)
    at_work = list_runs(workspace)[0]
    plan = plan_reports(workspace, roll=roll_of(["School 0"]))
    with pytest.raises(WorkbenchError, match="Another run is at work in"):
        run_reports(plan, resume=True)
    kill(runner)
    seconds_until_none_is_left(workspace)
    assert (at_work.folder / ".lock").exists()
    assert run_reports(plan, resume=True).run_id == at_work.run_id


@pytest.fixture
def small_disk(tmp_path):
    """A disk of sixteen megabytes of its own; left out where this account may mount none."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this account may not mount a disk of its own")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(path):
    with suppress(OSError), path.open("wb", buffering=0) as fills:
        while fills.write(b"x" * 4096):
            pass


def test_a_full_disk_costs_no_page_that_was_there_and_the_run_goes_on_once_there_is_room(
    workspace, keep_notebook, small_disk
):
    keep_notebook("print(school * 50_000)")
    workspace.reports.rmdir() if workspace.reports.exists() else None
    workspace.reports.symlink_to(small_disk)
    plan = plan_reports(workspace, roll=roll_of(["Alder", "Birch", "Cedar"]))
    first = run_reports(plan)
    assert first.ok
    pages = {path: path.read_bytes() for path in (first.folder / "pages").iterdir()}
    keep_notebook("print(school * 50_001)")
    again = plan_reports(workspace, roll=roll_of(["Alder", "Birch", "Cedar"]))
    fill(small_disk / "something else")
    with pytest.raises(WorkbenchError, match=r"What is done stays done: make room.*--resume"):
        run_reports(again, resume=True)
    assert {path: path.read_bytes() for path in (first.folder / "pages").iterdir()} == pages
    every_file_parses(first.folder)
    (small_disk / "something else").unlink()
    assert load_run(first.folder).run_id == first.run_id
    second = run_reports(again, resume=True)
    assert second.ok
    assert second.run_id == first.run_id
    assert {path: path.read_bytes() for path in (first.folder / "pages").iterdir()} != pages


@pytest.mark.thorough
def test_a_machine_that_lets_no_further_process_begin_is_said(workspace, keep_notebook):
    keep_notebook("1")
    code = "import resource, runner\nresource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))\nrunner.main()"
    told = subprocess.run(
        [sys.executable, "-c", code, workspace.root, "20", "-", "forked", "20"],
        check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert told.returncode in {0, 4}, told.stderr
    for failed in list_runs(workspace)[0].failed:
        assert "let no further process begin (Too many open files)" in failed.message


def test_a_notebook_that_is_none_is_said_before_anything_is_run(workspace):
    path = workspace.notebooks / "school_report.ipynb"
    for held in (b"", b"{", b"[]", b'{"nbformat": 4}', b"\x00" * 100, b"\xff\xfe{\x00", b"\xef\xbb\xbf{}"):
        path.write_bytes(held)
        with pytest.raises(WorkbenchError, match=r"school_report\.ipynb"):
            plan_reports(workspace, roll=roll_of(["Alder"]))
    assert list_runs(workspace) == []


def schools_of(*names):
    kept = TABLES["schools"]
    rows = [{"school_id": f"{at:04}", "school_name": name} for at, name in enumerate(names)]
    full = [{column: row.get(column) for column in kept.column_names} for row in rows]
    return pl.DataFrame(full, schema=kept.polars_schema)


@pytest.mark.thorough
def test_a_snapshot_that_goes_missing_or_is_damaged_fails_reports_with_a_sentence(workspace, keep_notebook):
    keep_notebook(
        "import dataworkbench as dw\ndistrict = dw.open_workspace(workspace)\nprint(len(district.schools))"
    )
    write_snapshot(workspace, {"schools": schools_of("Alder")})
    plan = plan_reports(workspace)
    kept = next(workspace.root.rglob("*.duckdb"))
    whole = kept.read_bytes()
    said = []
    for harm in (lambda: kept.write_bytes(whole[: len(whole) // 2]), kept.unlink):
        harm()
        failed = run_reports(plan, workers=1).failed
        said.append(failed[0].message)
    assert all("The tables of the snapshot" in one and "cannot be read" in one for one in said), said
    kept.write_bytes(whole)
    assert run_reports(plan, resume=True).ok


def test_a_damaged_policy_is_said_before_anything_is_run(workspace, keep_notebook):
    keep_notebook("1")
    policy = workspace.root / POLICY_FILE
    write_snapshot(workspace, {"schools": schools_of("Alder", "Birch")})
    assert len(plan_reports(workspace).items) == 2
    whole = policy.read_text(encoding="utf-8")
    for held in ("minimum_group = ", "minimum_group = -3", "\x00", whole + "\nno_such_rule = 1\n"):
        policy.write_text(held, encoding="utf-8")
        with pytest.raises(WorkbenchError, match=r"policy\.toml"):
            plan_reports(workspace)
    policy.unlink()
    with pytest.raises(WorkbenchError, match="There is no disclosure policy at"):
        plan_reports(workspace)
    assert list_runs(workspace) == []


def test_a_policy_that_is_changed_meanwhile_fails_the_reports_after_it_and_changed_back_they_are_made(
    workspace, keep_notebook
):
    rules = workspace.root / POLICY_FILE
    before = rules.read_text(encoding="utf-8")
    keep_notebook(
        "from dataworkbench.workspace import find_workspace\nprint(find_workspace(workspace).policy().minimum_group)",
        f"from pathlib import Path\nrules = Path(workspace) / {POLICY_FILE!r}\n"
        "if school == '0000':\n"
        "    rules.write_text(rules.read_text('utf-8').replace('minimum_group = 10', 'minimum_group = 12'), 'utf-8')",
    )
    roll = roll_of(["Alder", "Birch", "Cedar"])
    ran = run_reports(plan_reports(workspace, roll=roll), workers=1)
    assert [one.title for one in ran.reports if one.state == "done"] == ["Alder"]
    assert all("policy.toml was changed while reports were being made" in one.message for one in ran.failed)
    rules.write_text(before, encoding="utf-8")
    again = run_reports(plan_reports(workspace, roll=roll), workers=1, resume=True)
    assert again.ok
    assert all(
        "10" in (again.folder / "pages" / f"{one.slug}.html").read_text("utf-8") for one in again.reports
    )
