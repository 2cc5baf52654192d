"""The page that says where each tool of the process works is true: what it names is there, and is used where it says."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from test_known_answers import cases_in, in_ticks

import dataworkbench as dw
from dataworkbench.schemas import TABLES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("| ---", "| Named |"))
]


@cache
def used_in(notebook: str) -> frozenset[str]:
    """Return the functions that the cells of a notebook call."""
    held = json.loads((ROOT / notebook).read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in held["cells"] if cell["cell_type"] == "code")
    return frozenset(re.findall(r"\bdw\.\w+", code))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_tool_works_where_the_page_says(row):
    assert len(row) == 3
    notebooks, means = in_ticks(row[1]), in_ticks(row[2])
    assert means
    for notebook in notebooks:
        assert (ROOT / notebook).is_file(), f"{notebook} is not there."
    functions = [name for name in means if name.startswith("dw.")]
    for name in functions:
        assert name.removeprefix("dw.") in dw.__all__, f"{name} is not what a notebook cell may use."
        if notebooks:
            assert any(name in used_in(notebook) for notebook in notebooks), (
                f"{name} is not used in {row[1]}."
            )


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in in_ticks(row[2])}))
def test_what_the_page_names_is_there(name):
    if name.startswith("templates/"):
        assert (ROOT / name).is_file()
    elif name.startswith("tests/"):
        file, _, test = name.partition("::")
        assert test in cases_in(file)
    elif not name.startswith("dw."):
        assert name in TABLES, f"'{name}' is no table, no function (dw.…), no template and no test."


def test_every_stage_names_its_notebook():
    for stage in range(1, 6):
        part = PAGE.split(f"### Stage {stage}:")[1].split("\n#")[0]
        assert f"`notebooks/0{stage}_" in part


def test_every_rubric_that_comes_with_the_workbench_has_its_place():
    for path in (ROOT / "templates" / "rubrics").glob("*.yaml"):
        assert f"`templates/rubrics/{path.name}`" in PAGE, (
            f"docs/seeds.md does not say where {path.name} is used."
        )
