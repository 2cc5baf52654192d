"""After a run a summary goes where the district said, and whatever comes of it, the run ends as it would have."""

from __future__ import annotations

import json

import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import write_whole
from dataworkbench.reports import ReportRecord, RunRecord
from dataworkbench.reports.scheduling import taking_turns


@pytest.fixture
def ended(monkeypatch, workspace):
    """Let a run be over at once, in a state."""

    def go(state="done", fault=None):
        def run_reports(plan, **_how):
            if fault:
                raise fault
            folder = workspace.reports / "2026-01-31T031500Z-night"
            (folder / "pages").mkdir(parents=True, exist_ok=True)
            for item in plan.items:
                write_whole(folder / "pages" / f"{item.slug}.html", "page")
            return RunRecord(
                folder=folder, notebook=plan.notebook, each=plan.each, audience="staff", district=plan.district, snapshot="s",
                policy="p", policy_fingerprint="x", inputs={}, versions={}, started="2026-01-31T03:15:00+00:00",
                finished="2026-01-31T03:16:00+00:00",
                reports=tuple(ReportRecord(i.slug, i.title, {}, state=state, message="Why.") for i in plan.items),
            )  # fmt: skip

        monkeypatch.setattr("dataworkbench.cli.running.run_reports", run_reports)

    return go


def into_folder(workspace):
    (workspace.root / "summary.toml").write_text('folder = "told"', encoding="utf-8")
    return workspace.root / "told"


def test_a_summary_is_written_where_the_workspace_says(typed, workspace, ended):
    folder = into_folder(workspace)
    ended("failed")
    done = typed("report", "--summary")
    assert done.exit_code == 3
    assert "The summary lies in" in done.stdout
    assert "- Alder: Why." in (folder / "2026-01-31T031500Z-night.txt").read_text(encoding="utf-8")


def test_without_being_asked_nothing_is_sent(typed, workspace, ended):
    folder = into_folder(workspace)
    ended()
    assert typed("report").exit_code == 0
    assert not folder.exists()


def test_a_summary_that_cannot_be_sent_never_makes_a_good_run_a_failed_one_and_is_said(
    typed, workspace, ended
):
    ended()
    mail = '[mail]\nserver = "127.0.0.1"\nport = 1\nsecurity = "none"\nfrom = "a@b.org"\nto = ["a@b.org"]'
    for text, said in (("", "No summary was sent"), (mail, "could not be reached")):
        (workspace.root / "summary.toml").write_text(text, encoding="utf-8")
        done = typed("report", "--summary", "--json")
        assert done.exit_code == 0
        told = json.loads(done.stdout)["data"]["summary"]
        assert told["sent"] is False
        assert said in told["said"][0]


@pytest.mark.parametrize(
    ("fault", "code"), [(WorkbenchError("Rosa Telltale"), 2), (KeyError("Rosa Telltale"), 1)]
)
def test_a_run_that_did_not_come_to_its_end_is_told_without_what_could_name_a_student(
    typed, workspace, ended, fault, code
):
    folder = into_folder(workspace)
    ended(fault=fault)
    assert typed("report", "--summary").exit_code == code
    (path,) = folder.iterdir()
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Reports of Cedar County: not made")
    assert "Telltale" not in text


def test_a_run_that_was_refused_because_another_is_at_work_is_told_too(typed, workspace):
    folder = into_folder(workspace)
    with taking_turns(workspace, "school_report", "school"):
        assert typed("report", "--summary", "--if-busy", "refuse").exit_code == 2
    assert [path.name.endswith("-school-not-made.txt") for path in folder.iterdir()] == [True]


def test_a_schedule_takes_keep_and_summary_along_and_looks_at_summary_toml_by_day(typed, workspace):
    assert "There is no summary.toml" in typed("schedule", "--as", "cron", "--summary").stderr
    into_folder(workspace)
    shown = typed("schedule", "--as", "cron", "--summary", "--keep", "14", "--at", "04:00").stdout
    assert " --keep=14 --summary >> " in shown


def test_a_page_that_was_asked_for_is_shown_with_its_address(typed, ended):
    ended()
    shown = typed("report", "--only", "0101").stdout
    assert "Alder\n    file://" in shown
    assert "Alder\n    file://" not in typed("report").stdout
