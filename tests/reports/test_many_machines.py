"""Reports made by the workers of a dask scheduler: what travels, what is refused, what a lost worker costs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pandas as pd
import pytest
from made_up_district import Roll, notebook_of

from dataworkbench.errors import ParameterError, WorkbenchError
from dataworkbench.files import file_fingerprint
from dataworkbench.records import Finding, open_records
from dataworkbench.reports import load_run, plan_reports, run_reports
from dataworkbench.reports.cluster.bundle import write_bundle
from dataworkbench.reports.cluster.errand import Errand, refusal_of
from dataworkbench.reports.cluster.storage import Storage, place_of
from dataworkbench.reports.fingerprints import code_fingerprint
from dataworkbench.workspace import new_workspace

MANY = 24
WHERE = "import dataworkbench.workspace as w\nprint('this is', school, 'of', w.find_workspace(workspace).settings().district)"
SLOWLY = "import time\ntime.sleep(0.5)"
ENDS_ITS_WORKER = (
    "import psutil\nif school == '005':\n    psutil.Process().parents()[1].kill()\n    time.sleep(60)"
)


def schools(count):
    names = [f"{number:03}" for number in range(count)]
    return Roll(schools=pd.DataFrame({"school_id": names, "school_name": [f"School {n}" for n in names]}))


def planned(folder, *cells, count=MANY):
    workspace = new_workspace(folder / "district", district="Cedar County")
    nbformat.write(notebook_of("# Attendance", *cells), workspace.notebooks / "school_report.ipynb")
    return plan_reports(workspace, roll=schools(count))


def errand_of(plan, **more):
    notebook = plan.workspace.notebooks / "school_report.ipynb"
    told = Errand(
        name="a-run",
        code=code_fingerprint(),
        workspace=str(plan.workspace.root),
        snapshot=plan.snapshot_id,
        policy=plan.policy_fingerprint,
        folder=str(plan.workspace.reports),
        notebook=str(notebook),
        notebook_fingerprint=file_fingerprint(notebook),
    )
    return replace(told, **more)


def needs_dask():
    pytest.importorskip("distributed", reason="dask's package distributed is not installed")
    pytest.importorskip("fsspec", reason="the package fsspec is not installed")


# What is refused before anything is made


def test_a_storage_without_a_scheduler_is_refused(tmp_path):
    plan = planned(tmp_path, count=1)
    with pytest.raises(ParameterError, match="Name the scheduler"):
        run_reports(plan, storage="s3://bucket/folder")
    assert not any(plan.workspace.reports.iterdir())


@pytest.mark.parametrize("address", ["s3://key:secret@bucket/folder", "ftp://somebody@machine/folder"])
def test_an_address_with_a_password_is_refused_and_not_repeated(address):
    with pytest.raises(WorkbenchError, match="password does not belong") as told:
        place_of(address, "run")
    assert "secret" not in str(told.value)


def test_what_is_no_address_of_a_scheduler_is_refused(tmp_path):
    with pytest.raises(WorkbenchError, match="no address of a scheduler"):
        run_reports(planned(tmp_path, count=1), scheduler="10.0.0.5:8786")


def test_a_scheduler_that_does_not_answer_is_told_in_a_sentence(tmp_path, monkeypatch):
    needs_dask()
    from dask_machines import free_port

    monkeypatch.setattr("dataworkbench.reports.cluster.handing_out.SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(WorkbenchError, match="No scheduler answers at tcp://127"):
        run_reports(planned(tmp_path, count=1), scheduler=f"tcp://127.0.0.1:{free_port()}")


def test_a_storage_of_an_unknown_kind_is_told_in_a_sentence():
    needs_dask()
    with pytest.raises(WorkbenchError, match="cannot be used"):
        Storage("cupboard://shelf")


def test_a_worker_with_other_code_takes_no_part(tmp_path):
    errand = errand_of(planned(tmp_path, count=1))
    assert refusal_of(errand) == ""
    assert "another version of the workbench" in refusal_of(replace(errand, code="other"))


def test_a_worker_that_does_not_see_the_run_takes_no_part_unless_there_is_a_storage(tmp_path):
    errand = errand_of(planned(tmp_path, count=1), notebook=str(tmp_path / "elsewhere.ipynb"))
    assert "doesn't find this run" in refusal_of(errand)
    assert refusal_of(replace(errand, storage="s3://bucket/run")) == ""


# What travels


def test_what_is_put_to_a_storage_is_what_a_report_needs_and_nothing_else(tmp_path):
    plan = planned(tmp_path, count=1)
    root = plan.workspace.root
    for name in (
        "raw/attendance.csv", "inbox/new.csv", "releases/1/private.json", "reports/old/run.sqlite", "reports/old/pages/a.html",
        "snapshots/2025-a/tables.duckdb", "snapshots/2026-01-31-a/tables.duckdb", "snapshots/current", "summary.toml",
        "notebooks/helper.py", "notebooks/other.ipynb", "rubrics/own.yaml", "sheets/letter.html", "backups/records.db",
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    open_records(plan.workspace).add(Finding(concern="Attendance fell in spring."), by="A team")
    write_bundle(errand_of(plan), tmp_path / "bundle.zip")
    with ZipFile(tmp_path / "bundle.zip") as held:
        assert sorted(held.namelist()) == [
            "district/notebooks/helper.py", "district/policy.toml", "district/publication.toml", "district/records.db",
            "district/rubrics/own.yaml", "district/sheets/letter.html", "district/snapshots/2026-01-31-a/tables.duckdb",
            "district/snapshots/current", "district/workbench.toml", "notebook.ipynb",
        ]  # fmt: skip


@pytest.fixture
def one_worker(tmp_path):
    """A scheduler with one worker, in this process."""
    needs_dask()
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path / "dask"),
    ) as cluster:
        yield cluster.scheduler_address


def left_of(folder):
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("lock")]


def test_a_run_by_way_of_a_storage_has_its_pages_and_leaves_nothing_there_or_on_the_worker(
    tmp_path, one_worker
):
    plan = planned(tmp_path, WHERE, count=2)
    (tmp_path / "store").mkdir()
    run = run_reports(plan, scheduler=one_worker, storage=(tmp_path / "store").as_uri())
    assert run.ok, run.failed
    for one in run.reports:
        assert f"this is {one.parameters['school']} of Cedar County" in run.page(one.slug).read_text("utf-8")
        assert one.page == file_fingerprint(run.page(one.slug))
        assert one.executed == file_fingerprint(run.notebook_of(one.slug))
        assert str(tmp_path / "dask") not in run.notebook_of(one.slug).read_text("utf-8")
    assert run_reports(plan, resume=True).reports == run.reports
    assert left_of(tmp_path / "store") == left_of(tmp_path / "dask") == []


def test_nothing_is_made_where_a_worker_has_other_code(tmp_path, one_worker, monkeypatch):
    monkeypatch.setattr("dataworkbench.reports.cluster.errand.code_fingerprint", lambda: "other")
    plan = planned(tmp_path, count=1)
    with pytest.raises(WorkbenchError, match=r"another version of the workbench.* Nothing was made\."):
        run_reports(plan, scheduler=one_worker)
    assert not list(plan.workspace.reports.glob("*/pages/*"))


# What a lost worker costs


def without_times(notebook: Path):
    """An executed notebook but for its times, and for where the workspace lay."""
    held = json.loads(notebook.read_text(encoding="utf-8"))
    held["metadata"].pop("papermill")
    for cell in held["cells"]:
        for name in ("papermill", "execution"):
            cell["metadata"].pop(name, None)
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = cell["id"] = ""  # papermill rolls dice for it
    return held


def assert_same(run, other):
    assert run.ok, run.failed
    assert len(run.reports) == len(other.reports)
    for one in run.reports:
        assert run.page(one.slug).read_bytes() == other.page(one.slug).read_bytes()
        assert without_times(run.notebook_of(one.slug)) == without_times(other.notebook_of(one.slug))


@pytest.mark.thorough
@pytest.mark.parametrize(("workers", "options"), [(2, ("--no-nanny",)), (4, ("--nthreads", "2"))])
def test_a_worker_killed_in_the_middle_loses_no_school(tmp_path, workers, options):
    needs_dask()
    from dask_machines import machines

    plan = planned(tmp_path, WHERE, SLOWLY)
    with machines(tmp_path, workers, options=options) as there:
        victim = there.workers[0]

        def kill(done, of, report):
            if done == MANY // 3:
                victim.kill()

        run = run_reports(plan, scheduler=there.address, on_progress=kill)
        assert victim.wait(60) == -9
    assert_same(run, run_reports(plan))


@pytest.mark.thorough
def test_workers_that_cannot_see_the_workspace_make_the_same_pages_by_way_of_a_storage(tmp_path):
    needs_dask()
    if os.geteuid() or not shutil.which("unshare") or subprocess.call(["unshare", "-m", "true"]):
        pytest.skip("hiding a folder from a process needs root and namespaces")
    from dask_machines import machines

    plan = planned(tmp_path, WHERE, "import os\nprint(len(os.listdir(HIDDEN)))")
    text = plan.notebook_text.replace("HIDDEN", repr(str(plan.workspace.root)))
    seeing = replace(plan, notebook_text=text.replace("print(len", "assert (len"))
    blind = replace(plan, notebook_text=text.replace("print(len", "assert not (len"))
    hidden = f'mount -t tmpfs none "{plan.workspace.root}" && exec "$@"'
    (tmp_path / "store").mkdir()
    with machines(tmp_path, 2, before=("unshare", "-m", "sh", "-c", hidden, "worker")) as there:
        store = (tmp_path / "store").as_uri()
        run = run_reports(blind, scheduler=there.address, storage=store)
        with pytest.raises(WorkbenchError, match="doesn't find this run"):
            run_reports(blind, scheduler=there.address)
        assert left_of(tmp_path / "store") == left_of(tmp_path / "dask") == []
    local = run_reports(seeing)
    assert run.ok
    for one in run.reports:
        assert run.page(one.slug).read_bytes() == local.page(one.slug).read_bytes()


@pytest.mark.thorough
def test_a_report_that_ends_its_worker_each_time_fails_alone(tmp_path):
    needs_dask()
    from dask_machines import machines

    plan = planned(tmp_path, SLOWLY, ENDS_ITS_WORKER, count=8)
    failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    with machines(tmp_path, 2, options=("--nthreads", "2"), **failures) as there:
        run = run_reports(plan, scheduler=there.address)
    assert [one.parameters["school"] for one in run.failed] == ["005"]
    assert "Each worker that made this report was ended" in run.failed[0].message
    assert run.counts == {"done": 7, "failed": 1, "not run": 0}


@pytest.mark.thorough
def test_a_scheduler_that_is_lost_leaves_what_is_done_and_the_run_goes_on_later(tmp_path):
    needs_dask()
    from dask_machines import machines

    plan = planned(tmp_path, SLOWLY)
    with machines(tmp_path, 1) as there:

        def kill(done, of, report):
            if done == MANY // 3:
                there.scheduler.kill()

        with pytest.raises(WorkbenchError, match=r"scheduler was lost.* --resume"):
            run_reports(plan, scheduler=there.address, on_progress=kill)
    (left,) = plan.workspace.reports.iterdir()
    there_already = load_run(left).counts["done"]
    assert MANY // 3 <= there_already < MANY
    made = []
    run = run_reports(plan, resume=True, on_progress=lambda *told: made.append(told[-1].slug))
    assert run.ok
    assert len(made) == MANY - there_already
