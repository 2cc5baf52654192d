"""Notebooks stay thin: a question, a box of parameters, sentences, and cells of a few lines without logic."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import papermill
import pytest

import dataworkbench as dw
from dataworkbench.workspace import shipped

NOTEBOOKS = sorted(
    path for path in shipped("notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
STAGES = [path for path in NOTEBOOKS if path.parent.name == "notebooks"]
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Global, ast.Delete, ast.Raise, ast.Assert,
)  # fmt: skip
PARAMETER = re.compile(r"^\w+: (str|list|dict|int|float|bool) = .+?( {4}# .+)?$")


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def parameters_of(path: Path) -> nbformat.NotebookNode:
    (cell,) = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
    return cell


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(params=STAGES, ids=lambda path: path.stem)
def stage(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_the_notebooks_of_the_five_stages_the_report_and_the_dashboard_are_there() -> None:
    assert {
        "00_start_here", "01_understand_the_situation", "02_goals_and_accountability", "03_plan_per_student",
        "04_assess_and_document_growth", "05_find_causes_and_recalibrate", "school_report", "district_overview",
    } <= {path.stem for path in NOTEBOOKS}  # fmt: skip


def test_nothing_that_was_run_is_kept_in_a_notebook(notebook: Path) -> None:
    for cell in code_of(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert "widgets" not in read(notebook).metadata
    assert "papermill" not in read(notebook).metadata


def test_cells_have_names_that_stay_the_same(notebook: Path) -> None:
    names = [cell.id for cell in read(notebook).cells]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"parameters|(text|cell)-\d{2,3}", name) for name in names), names
    assert read(notebook).metadata.kernelspec.name == "python3"


def test_cells_hold_no_logic(notebook: Path) -> None:
    for cell in code_of(notebook):
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)]
        assert not found, cell.source


def test_cells_are_a_few_lines_long(notebook: Path) -> None:
    for cell in code_of(notebook):
        if cell.id != "parameters":
            body = [node for node in ast.parse(cell.source).body if not isinstance(node, ast.Import)]
            assert len(body) <= 3, cell.source
            assert len([line for line in cell.source.splitlines() if line.strip()]) <= 6, cell.source


def test_only_the_workbench_is_imported(notebook: Path) -> None:
    for cell in code_of(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ImportFrom), cell.source
            if isinstance(node, ast.Import):
                assert ast.unparse(node) == "import dataworkbench as dw"


def test_every_name_that_is_used_is_on_the_face(notebook: Path) -> None:
    for cell in code_of(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "dw":
                assert hasattr(dw, node.attr), node.attr
                assert node.attr in dw.__all__ or node.attr == "views", node.attr


def test_each_parameter_has_a_type_a_value_and_a_word_of_help(notebook: Path) -> None:
    known = papermill.inspect_notebook(str(notebook))
    assigned = [
        node.target.id
        for node in ast.parse(parameters_of(notebook).source).body
        if isinstance(node, ast.AnnAssign)
    ]
    assert list(known) == assigned
    assert "workspace" in known
    for name, held in known.items():
        assert held["inferred_type_name"] in {"str", "list", "dict"}, name
        assert held["help"], name


def test_no_parameter_can_touch_the_policy(notebook: Path) -> None:
    assert "policy" not in " ".join(papermill.inspect_notebook(str(notebook)))


def test_there_are_about_as_many_words_as_code(stage: Path) -> None:
    cells = read(stage).cells
    words = sum(cell.cell_type == "markdown" for cell in cells)
    assert words >= 0.7 * (len(cells) - words)


def test_a_notebook_begins_with_its_question_and_for_whom(stage: Path) -> None:
    first = read(stage).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .+\?\n\nFor .+", first.source)


def test_a_notebook_ends_with_how_to_read_it_and_what_was_run(notebook: Path) -> None:
    cells = read(notebook).cells
    assert any(cell.source.startswith("## How to read this") for cell in cells)
    assert cells[-1].source.startswith("dw.what_was_run(")


def test_every_frame_passes_the_gate_before_it_is_drawn(notebook: Path) -> None:
    """A figure refuses a frame that did not; here it is seen without running anything."""
    for cell in code_of(notebook):
        if "dw.plot_" in cell.source:
            assert "dw.for_audience(" in cell.source or "audience=audience" in cell.source, cell.source


def test_nothing_in_a_notebook_speaks_of_a_machine(notebook: Path) -> None:
    text = notebook.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|work|Users)/|[A-Z]:\\\\|https?://", text)


def test_the_panel_is_never_for_the_public() -> None:
    (panel,) = [path for path in NOTEBOOKS if path.stem == "district_overview"]
    assert "audience" not in papermill.inspect_notebook(str(panel))
    assert all('audience="staff"' in cell.source for cell in code_of(panel) if "dw.filters" in cell.source)
