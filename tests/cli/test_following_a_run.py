"""Where a run stands: in the middle, broken off, and at its end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.cli.answers import Answer, ExitCode
from dataworkbench.cli.following import standing
from dataworkbench.cli.running import Pace, pace_in_words, with_pdfs
from dataworkbench.reports.lock import only_one
from dataworkbench.reports.manifest import Manifest
from dataworkbench.reports.record import ReportRecord, RunRecord
from dataworkbench.workspace import new_workspace

BEGAN = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    """Forty of a hundred reports are made in two minutes, and one could not be."""
    made = (BEGAN + timedelta(minutes=1)).isoformat()
    reports = [
        *(ReportRecord(f"s{n}", f"School {n}", {}, state="done", page="a", made=made) for n in range(40)),
        ReportRecord("broken", "Birch", {}, state="failed", message="A cell stopped with KeyError.", cell=3),
        *(ReportRecord(f"t{n}", f"Later {n}", {}) for n in range(59)),
    ]
    folder = new_workspace(tmp_path / "district").reports / "2026-01-31T030000Z-school_report"
    folder.mkdir(parents=True)
    told = RunRecord(
        folder=folder, notebook="school_report", each="school", audience="staff", district="Cedar", snapshot="s",
        policy="p", policy_fingerprint="f", inputs={}, versions={}, started=BEGAN.isoformat(), workers=4,
        reports=tuple(reports),
    )  # fmt: skip
    written = Manifest(folder)
    written.begin(told)
    written.close()
    return told


def test_a_run_at_work_says_how_many_are_made_how_quickly_and_how_long_the_rest_takes(run):
    said = standing(run, at_work=True, now=BEGAN + timedelta(minutes=2))
    # 41 ended in 120 seconds: 20.5 a minute, so 59 take 2.88 minutes
    assert said == [
        "2026-01-31T030000Z-school_report: 40 of 100 reports are made, 1 could not be made.",
        "It is at work, with 4 reports at once: 20 a minute, about 3 minutes left.",
    ]


def test_a_clock_that_was_set_back_gives_no_pace_and_no_fault(run):
    said = standing(run, at_work=True, now=BEGAN - timedelta(days=1))
    assert said[1] == "It is at work, with 4 reports at once."


def test_a_run_that_broke_off_says_how_to_go_on_and_one_that_ended_says_when(run):
    assert "has not ended. Go on" in standing(run, at_work=False, now=BEGAN)[1]
    ended = replace(run, finished="2026-01-31T03:10:00+00:00")
    assert standing(ended, at_work=False, now=BEGAN)[1] == "It ended at 2026-01-31T03:10:00+00:00."


def test_the_command_knows_a_run_at_work_by_its_lock(run):
    asked = ["status", "-w", str(run.folder.parents[1]), "--json"]
    assert json.loads(CliRunner().invoke(app, asked).stdout)["data"]["at_work"] is False
    with only_one(run.folder):
        told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert told["data"]["at_work"] is True
    assert told["data"]["counts"] == {"done": 40, "failed": 1, "not run": 59}


def test_the_command_lists_what_could_not_be_made_with_its_reason(run):
    told = CliRunner().invoke(app, ["status", "-w", str(run.folder.parents[1])]).stdout
    assert "Birch" in told
    assert "A cell stopped with KeyError." in told


@pytest.mark.parametrize(
    ("done", "of", "seconds", "said"),
    [
        (0, 10, 100, ""),
        (3, 10, 1, ""),
        (30, 3_000, 60, "30 a minute, about 99 minutes left"),
        (10, 10, 60, "10 a minute, none left"),
        (1, 3, 60, "1 a minute, about 2 minutes left"),
    ],
)
def test_a_pace_is_said_once_it_can_be_known(done, of, seconds, said):
    assert pace_in_words(done, of, seconds) == said


def test_a_log_is_told_the_pace_once_a_minute(monkeypatch):
    clock = iter([0.0, 30.0, 61.0, 62.0, 125.0])
    monkeypatch.setattr("dataworkbench.cli.running.time.monotonic", lambda: next(clock))
    told = []
    pace = Pace(told.append, lambda *_bar: None)
    for done in (1, 2, 3, 4):
        pace.tell(done, 8, ReportRecord("a", "Alder", {}))
    assert told == [
        "2 of 8 reports have ended: 2 a minute, about 4 minutes left.",
        "4 of 8 reports have ended: 2 a minute, about 3 minutes left.",
    ]


@pytest.mark.parametrize(
    ("printed", "browser", "said", "code"),
    [
        (40, "chromium", "40 pages were printed to the folder pdf.", ExitCode.DONE),
        (39, "chromium", "1 page could not be printed. The index says why.", ExitCode.PARTLY_DONE),
        (0, None, "No page was printed: there is no Chromium, Chrome or Edge here.", ExitCode.PARTLY_DONE),
    ],
)
def test_it_is_said_how_many_pages_were_printed_and_where_there_is_no_browser(
    run, monkeypatch, *, printed, browser, said, code
):
    monkeypatch.setattr("dataworkbench.cli.running.find_chromium", lambda: browser and Path(browser))
    reports = [replace(one, pdf="a" if place < printed else "") for place, one in enumerate(run.reports)]
    answer = with_pdfs(Answer(["Done."]), replace(run, reports=tuple(reports)))
    assert said in " ".join(answer.sentences)
    assert answer.code == code
