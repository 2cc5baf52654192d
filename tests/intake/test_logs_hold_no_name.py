"""A district whose people have names that stand nowhere else: after each command no log, manifest, index or answer holds one."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from dataworkbench import cli
from dataworkbench.workspace import new_workspace

sys.path.append(str(Path(__file__).parents[1] / "readers"))

from rosters import one_roster

MARKER = "zzmarker"
PARAMETERS = "school: str = ''\naudience: str = 'staff'\nworkspace: str = ''"
ACT = """
import logging, sys, warnings
import dataworkbench as dw
district = dw.open_workspace(workspace)
people = district.table("identities")
name = people["family_name"].iloc[0] + people["given_name"].iloc[0]
warnings.warn(name)
logging.getLogger("team").error(name)
print(name, file=sys.stderr)
if school in {"Birch", "s2"}:
    {"somebody": 1}[name]
"""


def tables():
    """A roster of 40 students in two schools, with a line in it for each thing that an import complains of."""
    students = [
        {
            "sourcedId": f"u{i}", "status": "active", "enabledUser": "true", "username": f"Zzmarker{i}", "givenName": f"Zzmarkergiven{i}",
            "familyName": f"Zzmarkerfamily{i}", "identifier": f"{9000 + i:07d}", "email": f"zzmarker{i}@school.example", "grades": "03",
            "primaryOrgSourcedId": f"s{1 + i % 2}",
        }
        for i in range(40)
    ]  # fmt: skip
    twice = {**students[5], "givenName": "Zzmarkertwice", "grades": "99"}
    teacher = {
        "sourcedId": "t1",
        "status": "active",
        "enabledUser": "true",
        "givenName": "Zzmarkert",
        "familyName": "Zzmarkeracher",
    }
    return {
        "orgs": [
            {"sourcedId": "s1", "name": "Alder", "type": "school"},
            {"sourcedId": "s2", "name": "Birch", "type": "school"},
        ],
        "academicSessions": [
            {"sourcedId": "y1", "title": "2025-26", "type": "schoolYear", "startDate": "2025-08-15", "endDate": "2026-06-10", "schoolYear": "2026"}
        ],
        "courses": [{"sourcedId": "c1", "title": "Math", "orgSourcedId": "s1", "schoolYearSourcedId": "y1"}],
        "classes": [
            {"sourcedId": f"k{n}", "title": "Math", "classType": "homeroom", "courseSourcedId": "c1", "schoolSourcedId": f"s{n}", "termSourcedIds": "y1"}
            for n in (1, 2)
        ],
        "users": [*students, twice, teacher],
        "roles": [
            {"sourcedId": f"r{s['sourcedId']}", "userSourcedId": s["sourcedId"], "roleType": "primary", "role": "student", "orgSourcedId": s["primaryOrgSourcedId"]}
            for s in students
        ] + [{"sourcedId": "rt", "userSourcedId": "t1", "roleType": "primary", "role": "teacher", "orgSourcedId": "s1"}],
        "demographics": [
            {"sourcedId": f"u{i}", "birthDate": "Zzmarkerborn" if i == 4 else "2016-13-45" if i == 3 else f"2016-01-{i % 28 + 1:02d}", "sex": "female"}
            for i in range(40)
        ],
        "enrollments": [
            {
                "sourcedId": f"e{i}", "classSourcedId": f"k{1 + i % 2}", "schoolSourcedId": f"s{1 + i % 2}", "userSourcedId": f"u{i}", "role": "student",
                "beginDate": "Zzmarkerwhen" if i == 7 else "2025-08-15", "endDate": "2026-06-10",
            }
            for i in range(40)
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What each command said, and the workspace after all of them."""
    place = new_workspace(tmp_path_factory.mktemp("markers") / "district")
    with zipfile.ZipFile(place.inbox / "oneroster.zip", "w") as packed:
        for name, text in one_roster(tables()).items():
            packed.writestr(name, text)
    (place.inbox / "scores.csv").write_text("student_id,last name,score\nu1,Zzmarkerfamily1,500\n")
    parameters = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(cells=[parameters, nbformat.v4.new_code_cell(ACT)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, place.notebooks / "school_report.ipynb")
    said = {}
    for words in (
        ["import"],
        ["check"],
        ["report", "--workers", "1"],
        ["snapshots", "list"],
        ["import", "--dry-run"],
        ["doctor"],
        ["minutes"],
    ):
        done = CliRunner().invoke(cli.app, [*words, "-w", str(place.root)])
        assert isinstance(done.exception, SystemExit | None), words
        said[" ".join(words)] = done.output
    return said, place


def test_the_markers_were_read(told):
    said, place = told
    assert "194" in said["import"] or "Read" in said["import"]
    snapshot = next(path for path in place.snapshots.iterdir() if path.is_dir())
    assert MARKER.encode() in (snapshot / "parquet" / "identities.parquet").read_bytes().lower()


def test_no_command_says_a_name(told):
    said, _ = told
    assert {words for words, output in said.items() if MARKER in output.lower()} == set()


def test_one_report_failed_over_a_name_and_one_was_made(told):
    _, place = told
    logs = [path.name for path in place.reports.glob("*/logs/*") if path.stat().st_size]
    assert len(logs) == 1
    assert len(list(place.reports.glob("*/pages/*.html"))) == 1


def test_no_log_manifest_or_index_holds_a_name(told):
    _, place = told
    kept = [
        path
        for pattern in (
            "reports/*/*.*",
            "reports/*/logs/*",
            "reports/*/pages/*",
            "snapshots/*/*.json",
            "snapshots/current",
            "logs/*",
            "*.*",
        )
        for path in place.root.glob(pattern)
        if path.is_file()
    ]
    assert len(kept) > 5
    assert [
        path.relative_to(place.root) for path in kept if MARKER.encode() in path.read_bytes().lower()
    ] == []


def test_a_fault_of_the_workbench_itself_is_told_without_a_name(monkeypatch, capsys):
    def fails():
        raise KeyError("Zzmarkerfamily1")

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr().err
    assert left.value.code == 70
    assert "KeyError" in said
    assert "in fails" in said
    assert MARKER not in said.lower()
