"""How a run of reports is told, and how parameters are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataworkbench.cli.answers import ExitCode
from dataworkbench.cli.running import read_parameters, reported
from dataworkbench.errors import ParameterError
from dataworkbench.reports import KnownParameter, ReportRecord, RunRecord

KNOWN = {
    "school_year": KnownParameter("school_year", "str", '""', ""),
    "smallest": KnownParameter("smallest", "int", "10", ""),
    "with_names": KnownParameter("with_names", "bool", "False", ""),
}


def a_run(folder: Path, *reports: ReportRecord) -> RunRecord:
    told = {name: name for name in ("notebook", "each", "audience", "district", "snapshot", "policy")}
    return RunRecord(
        folder=folder, **told, policy_fingerprint="x", inputs={}, versions={}, started="", reports=reports
    )


def test_a_run_without_a_failure_ends_with_0(tmp_path):
    answer = reported(a_run(tmp_path / "reports" / "r1", ReportRecord("alder", "Alder", {}, state="done")))
    assert answer.code == ExitCode.DONE
    assert answer.sentences[0].startswith("1 page is ready")
    assert "file://" in answer.next_steps[0]


def test_a_school_that_failed_is_named_and_the_rest_is_delivered(tmp_path):
    good = ReportRecord("alder", "Alder", {}, state="done")
    bad = ReportRecord("birch", "Birch", {}, state="failed", message="The kernel died.", cell=4)
    answer = reported(a_run(tmp_path / "reports" / "r1", good, bad))
    assert answer.code == ExitCode.PARTLY_DONE
    assert answer.listings[0].rows == [("Birch", "failed", "The kernel died.", "cell 4")]
    assert any("--run r1" in step for step in answer.next_steps)


def test_values_are_read_in_the_kind_that_the_notebook_asks_for():
    typed = ["school_year=2025-26", "smallest=20", "with_names=yes"]
    assert read_parameters(typed, KNOWN) == {"school_year": "2025-26", "smallest": 20, "with_names": True}


def test_a_value_of_the_wrong_kind_is_left_for_the_plan_to_refuse():
    assert read_parameters(["smallest=many", "with_names=perhaps"], KNOWN) == {
        "smallest": "many",
        "with_names": "perhaps",
    }


def test_a_value_may_hold_an_equals_sign():
    assert read_parameters(["school_year=a=b"], KNOWN) == {"school_year": "a=b"}


def test_an_unknown_name_is_passed_on_so_that_the_plan_can_name_the_near_one():
    assert read_parameters(["shcool=Alder"], KNOWN) == {"shcool": "Alder"}


@pytest.mark.parametrize("typed", ["audience", "=staff"])
def test_a_parameter_without_a_name_or_a_value_is_explained(typed):
    with pytest.raises(ParameterError, match="Write a name, = and a value"):
        read_parameters([typed], KNOWN)
