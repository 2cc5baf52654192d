"""The command that schedules reports: shown first, checked first, installed and taken out when asked."""

from __future__ import annotations

import json
import sys

import pytest

from dataworkbench.reports.scheduling import taking_turns

CRONTAB = """#!/bin/sh
held="$(dirname "$0")/held"
case "$1" in
    -l) [ -f "$held" ] && cat "$held" || { echo "no crontab for you" >&2; exit 1; };;
    -) cat > "$held";;
esac
"""


@pytest.fixture
def crontab(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(CRONTAB, encoding="utf-8")
    (folder / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder / "held"


def test_a_schedule_is_shown_and_nothing_is_installed_without_being_asked(typed, crontab, workspace):
    done = typed("schedule", "--as", "cron", "--days", "weekdays", "--only", "Alder")
    assert done.exit_code == 0
    assert "Nothing is installed yet" in done.stdout
    assert "30 3 * * 1,2,3,4,5 " in done.stdout
    assert (
        f"report --workspace={workspace.root} --notebook=school_report --each=school --only=Alder"
        in done.stdout
    )
    assert "--if-busy=wait --wait-minutes=180" in done.stdout
    assert not crontab.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a program of this system plays crontab")
def test_a_schedule_is_installed_and_removed_when_asked(typed, crontab):
    assert typed("schedule", "--as", "cron", "--install").exit_code == 0
    assert "30 3 * * * " in crontab.read_text(encoding="utf-8")
    assert typed("schedule", "--as", "cron", "--remove").stdout.startswith("Took ")
    assert crontab.read_text(encoding="utf-8") == ""
    assert "nothing was changed" in typed("schedule", "--as", "cron", "--remove").stdout


def test_what_would_fail_at_night_is_said_by_day(typed):
    assert "did you mean 'audience'" in typed("schedule", "--as", "cron", "--set", "audiense=staff").stderr
    assert "No school is called 'Oak'" in typed("schedule", "--as", "cron", "--only", "Oak").stderr
    assert (
        "There are: beside, refuse, wait" in typed("schedule", "--as", "cron", "--if-busy", "perhaps").stderr
    )


def test_a_time_in_the_hours_when_clocks_change_is_warned_of(typed):
    assert "put forward or back" in typed("schedule", "--as", "systemd", "--at", "02:15").stdout
    assert "put forward or back" not in typed("schedule", "--as", "systemd", "--at", "03:30").stdout


def test_a_script_gets_the_texts(typed):
    told = json.loads(typed("schedule", "--as", "windows", "--json").stdout)["data"]
    assert told["installed"] is False
    assert list(told["texts"]) == [f"{told['name']}.xml"]


def test_a_report_that_may_not_run_beside_another_ends_with_2(typed, workspace):
    with taking_turns(workspace, "school_report", "school"):
        done = typed("report", "--if-busy", "refuse")
    assert done.exit_code == 2
    assert "still at work, so this one was not begun" in " ".join(done.stderr.split())
    assert not list(workspace.reports.glob("*Z-*"))
