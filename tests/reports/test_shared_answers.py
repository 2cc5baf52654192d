"""What all reports ask alike is asked once; nothing else of a report reaches another."""

from __future__ import annotations

import os
import subprocess

import nbformat
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_district import Roll, notebook_of
from runner import roll_of

from dataworkbench.reports import plan_reports, run_reports
from dataworkbench.reports.warm.asking import COMMAND
from dataworkbench.reports.warm.shared import LISTENED_TO, Shared, answered, questions_from
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import new_workspace

FOLDER = "/a/snapshot"


def heard(*reports):
    shared = Shared()
    for asked in reports:
        shared.listen({FOLDER: list(asked)})
    return shared


def test_what_two_reports_asked_is_worth_an_answer_and_what_one_asked_is_not():
    assert heard(["all", "of Alder"], ["all", "of Birch"]).take() == {FOLDER: ["all"]}


def test_one_report_that_asks_the_same_twice_is_one_report():
    assert heard(["all", "all"]).take() == {}


def test_nothing_is_taken_twice_and_what_comes_later_is_taken_with_what_was_taken():
    shared = heard(["a"], ["a"])
    assert shared.take() == {FOLDER: ["a"]}
    assert shared.take() == {}
    for _ in range(2):
        shared.listen({FOLDER: ["b"]})
    assert shared.take() == {FOLDER: ["a", "b"]}


@given(st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=40))
def test_however_many_reports_there_are_only_the_first_are_kept_in_mind(reports):
    taken = heard(*reports).take().get(FOLDER, [])
    first = [set(asked) for asked in reports[:LISTENED_TO]]
    assert set(taken) == {
        sql for asked in first for sql in asked if sum(sql in other for other in first) >= 2
    }


def test_what_is_asked_only_after_the_first_reports_is_left_to_those_who_ask_it():
    first = [["all", f"of {number}"] for number in range(LISTENED_TO)]
    assert heard(*first, ["late"], ["late"]).take() == {FOLDER: ["all"]}


@pytest.mark.parametrize("said", ["", "x", "[]", "1", "null", '{"a": 1}', '{"a": null}', '["a"]'])
def test_a_report_that_says_something_else_has_asked_nothing(said):
    assert questions_from(said) == {}


COUNT = "SELECT count(*) AS n FROM students"
LOOK = f"""
import pandas as pd
import dataworkbench as dw
from dataworkbench.warehouse import Beforehand, know, known_of
district = dw.open_workspace(workspace)
folder = district.snapshot.folder
known = known_of(folder).answers
print("known", sorted(known), "students", district.ask({COUNT!r})["n"].to_list())
"""
LIE = f"""
wrong = pd.DataFrame({{"n": [-1]}})
district._answers[({COUNT!r},)] = wrong
know(folder, Beforehand(answers={{{COUNT!r}: wrong}}))
print("now", district.ask({COUNT!r})["n"].to_list())
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Eight reports, one after another, each of which looks, and then makes what it knows wrong."""
    workspace = new_workspace(tmp_path_factory.mktemp("shared") / "district")
    students = {"student_id": ["a", "b", "c"], "school_year": ["2025-26"] * 3}
    write_snapshot(workspace, {"students": pl.DataFrame(students)})
    nbformat.write(notebook_of("# Looking", LOOK, LIE), workspace.notebooks / "school_report.ipynb")
    roll: Roll = roll_of([f"School {number}" for number in range(8)])
    return run_reports(plan_reports(workspace, roll=roll), workers=1)


def said(run):
    """What each report printed, in the order in which they were made."""
    texts = []
    for report in sorted(run.reports, key=lambda report: report.slug):
        notebook = nbformat.read(run.folder / "notebooks" / f"{report.slug}.ipynb", as_version=4)
        texts.append("".join(out.text for cell in notebook.cells for out in cell.get("outputs", ())))
    return texts


@pytest.mark.slow
def test_later_reports_know_what_the_first_had_to_ask(ran):
    assert ran.ok
    first, *_, last = said(ran)
    assert "known []" in first
    assert f"known [{COUNT!r}]" in last


@pytest.mark.slow
def test_what_a_report_makes_of_its_answers_reaches_no_other(ran):
    for text in said(ran):
        assert "students [3]\nnow [-1]\n" in text


@pytest.mark.slow
def test_a_process_that_was_told_what_all_ask_can_still_be_copied(tmp_path):
    workspace = new_workspace(tmp_path / "district")
    names = {"school_id": ["1"], "school_name": ["Alder"]}
    folder = write_snapshot(workspace, {"schools": pl.DataFrame(names)}).folder
    program = (
        "import sys\n"
        "from dataworkbench.reports.warm import limits, shared\n"
        "shared.keep(sys.stdin.buffer.read())\n"
        "from dataworkbench.warehouse.beforehand import _KNOWN\n"
        "print([len(known.answers) for known in _KNOWN.values()], limits.can_fork())\n"
    )
    told = subprocess.run(
        (*COMMAND[:2], "-c", program), input=answered({str(folder): ["SELECT * FROM schools"]}), capture_output=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "EAGER_IMPORT": "1"}, check=True,
    )  # fmt: skip
    assert told.stdout.split() == [b"[1]", b"True"]
