"""Each notebook runs: on a small district with everything, and on one that has brought its roster and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import made_district
import nbformat
import papermill
import pytest

from dataworkbench.workspace import shipped

NOTEBOOKS = sorted(
    path for path in shipped("notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
TELL_TALES = ("00ZQ", "Given0", "O'Famil", "O&#x27;Famil")
"""What only a page about single students of the made-up district could hold."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_district.make(tmp_path_factory.mktemp("whole") / "district").root


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_district.make(
        tmp_path_factory.mktemp("roster") / "district", only=made_district.ROSTER_ONLY
    ).root


def notebook(name: str) -> Path:
    (found,) = [path for path in NOTEBOOKS if path.stem == name]
    return found


def run(path: Path, workspace: Path, **parameters: Any) -> str:
    """Run the cells of a notebook one after another and return everything that they show, as text."""
    held: dict[str, Any] = {}
    shown: list[str] = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            shown.append(run_cell(cell.source, held))
            if cell.id == "parameters":
                held |= {"workspace": str(workspace), **parameters}
    return "\n".join(shown)


def run_cell(source: str, held: dict[str, Any]) -> str:
    """Run one cell as a kernel does: its last line, where it is a value, is what it shows."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), held)  # noqa: S102  (a notebook of ours)
    if last is None:
        return ""
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), held)  # noqa: S307  (as above)
    return seen(value)


def seen(value: object) -> str:
    """Return what a reader gets of a value, with what lies hidden in its figures and widgets."""
    if hasattr(value, "parts"):
        return "\n".join(seen(part) for part in value.parts)
    if hasattr(value, "figure") and hasattr(value, "below"):
        return "\n".join(seen(part) for part in (value.figure, value.below) if part is not None)
    if hasattr(value, "to_json") and hasattr(value, "to_plotly_json"):
        return str(value.to_json())
    if hasattr(value, "drawing"):
        return str([output["data"] for output in value.outputs])
    if hasattr(value, "state") and hasattr(value.state, "message"):
        return str(value.state.message)
    return str(value._repr_html_()) if hasattr(value, "_repr_html_") else str(value)


NEEDS_NO_DATA = {"meeting", "teacher_report", "student_report"}
"""A team can meet before any data are there; where a figure is wanted, the room itself says what is lacking. And a page about
one teacher or one student first asks for whom it is."""


OF_PACKS = {"grade_team_report", "subgroup_report", "teacher_report", "student_report"}
"""Notebooks of packs; they hold no cell of a kind that the others do not."""
OF_A_DEMO = {
    "00_start_here",
    "01_understand_the_situation",
    "02_goals_and_accountability",
    "03_plan_per_student",
    "05_find_causes_and_recalibrate",
}
"""Stages that a demo runs by papermill in each run of the tests (``test_wheel``), in copies, which give what a kernel gives
(``test_warm_engine``); of the stages, the fourth alone is run in a kernel each time."""

ABOUT_ALL = {
    "grade_team_report",
    "subgroup_report",
    "00_start_here",
    "01_understand_the_situation",
    "02_goals_and_accountability",
    "school_report",
}
"""Pages about all students; they name none on the staff road either."""


def titles(text: str) -> int:
    return text.count('"meta"')


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_a_district_with_everything_and_pages_about_all_students_name_none(
    path: Path, whole: Path
) -> None:
    shown = run(path, whole)
    assert shown
    assert path.stem not in ABOUT_ALL or not [mark for mark in TELL_TALES if mark in shown]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_a_district_with_only_a_roster_and_says_what_to_bring(
    path: Path, roster: Path
) -> None:
    assert "Bring" in run(path, roster) or path.stem in NEEDS_NO_DATA


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whole", pytest.param("roster", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.thorough] * (path.stem in OF_PACKS | OF_A_DEMO))
        for path in NOTEBOOKS
    ],
    ids=lambda path: path.stem,
)
def test_a_notebook_runs_under_papermill(
    path: Path, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    workspace = request.getfixturevalue(kind)
    done = papermill.execute_notebook(
        str(path), str(tmp_path / "done.ipynb"), {"workspace": str(workspace)},
        kernel_name="python3", progress_bar=False, autosave_cell_every=0, cwd=str(tmp_path), execution_timeout=300,
    )  # fmt: skip
    ran = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert not [output for cell in ran for output in cell.outputs if output.output_type == "error"]


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path.stem != "district_overview"], ids=lambda path: path.stem
)
def test_on_the_public_road_no_notebook_shows_a_student(path: Path, whole: Path) -> None:
    parameters: Mapping[str, Any] = {"audience": "public", "student": made_district.STUDENTS[0]}
    shown = run(path, whole, **parameters)
    assert not [mark for mark in TELL_TALES if mark in shown]


def test_the_page_about_one_student_names_that_student_to_staff(whole: Path) -> None:
    shown = run(
        notebook("03_plan_per_student"),
        whole,
        student="00ZQ0001",
        school="Alder Elementary School",
        grade="03",
    )
    assert "Given0001" in shown
    assert "Drawing &lt;b&gt;maps&lt;/b&gt;" in shown
    assert "O&#x27;Famil&lt;y&gt;" in shown


def test_the_page_about_one_student_is_kindly_refused_to_the_public(whole: Path) -> None:
    shown = run(notebook("03_plan_per_student"), whole, audience="public", student="00ZQ0001")
    assert "made for staff only" in shown


def test_the_school_report_has_eight_figures_for_one_school(whole: Path) -> None:
    shown = run(notebook("school_report"), whole, school="Alder Elementary School")
    assert titles(shown) >= 8
    assert "60</strong> students are enrolled" in shown


def test_the_school_report_of_a_district_with_only_a_roster_still_says_who_is_there(roster: Path) -> None:
    shown = run(notebook("school_report"), roster)
    assert "120</strong> students are enrolled" in shown
    assert "Not known here yet: attendance, test results, growth." in shown


def test_a_school_that_is_not_there_is_answered_with_those_that_are(whole: Path) -> None:
    with pytest.raises(Exception, match=r"No school is called 'Cedar'. There are: Alder Elementary School"):
        run(notebook("school_report"), whole, school="Cedar")


def test_two_runs_show_the_same(whole: Path) -> None:
    once, twice = (run(notebook("school_report"), whole, school="S001") for _ in range(2))
    assert once == twice


def test_a_cell_that_opens_the_workspace_can_be_run_twice(whole: Path) -> None:
    held: dict[str, Any] = {"workspace": str(whole)}
    cell = "import dataworkbench as dw\nkept = dw.open_workspace(workspace)\nagain = dw.open_workspace(workspace)\nlen(again.schools)"
    assert run_cell(cell, held) == "2"
