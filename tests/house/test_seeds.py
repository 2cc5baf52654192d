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
def sections_of(notebook: str) -> dict[str, set[str]]:
    """Return the functions that the cells under each heading of a notebook call."""
    sections: dict[str, set[str]] = {}
    heading = ""
    for cell in json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (found := re.match(r"#+ (.+)", text)):
            heading = found[1].strip()
        if cell["cell_type"] == "code":
            sections.setdefault(heading, set()).update(re.findall(r"\bdw\.\w+", text))
    return sections


def places(cell: str) -> list[tuple[str, list[str]]]:
    """Return each notebook of a cell, with the sections that stand after it in italics."""
    parts = re.findall(r"`([^`]+)`((?:[,:]? \*[^*]+\*)*)", cell)
    return [(notebook, re.findall(r"\*([^*]+)\*", heads)) for notebook, heads in parts]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_tool_works_where_the_page_says(row):
    assert len(row) == 3
    means, used = in_ticks(row[2]), set[str]()
    assert means
    for notebook, heads in places(row[1]):
        assert (ROOT / notebook).is_file(), f"{notebook} is not there."
        assert heads, f"Say in which section of {notebook}, in italics."
        for head in heads:
            assert head in sections_of(notebook), f"{notebook} has no section '{head}' with a cell in it."
            used |= sections_of(notebook)[head]
    for name in [name for name in means if name.startswith("dw.")]:
        assert name.removeprefix("dw.") in dw.__all__, f"{name} is not what a notebook cell may use."
        assert name in used, f"{name} is not used in {row[1]}."


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in in_ticks(row[2])}))
def test_what_the_page_names_is_there(name):
    if name.startswith("templates/"):
        file, _, element = name.partition("#")
        assert (ROOT / file).is_file()
        held = (ROOT / file).read_text(encoding="utf-8")
        assert not element or re.search(rf"(?m)^  - id: {element}$", held), (
            f"{file} has no element '{element}'."
        )
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
        assert f"`templates/rubrics/{path.name}" in PAGE, (
            f"docs/seeds.md does not say where {path.name} is used."
        )


@pytest.mark.parametrize("rubric", ["inputs_for_success", "rigor_and_personalization", "domains", "pillars"])
def test_every_element_that_the_texts_name_has_its_place(rubric):
    held = (ROOT / "templates" / "rubrics" / f"{rubric}.yaml").read_text(encoding="utf-8")
    elements = re.findall(r"(?m)^  - id: (\w+)$", held)
    assert elements
    named = {
        name.partition("#")[2]
        for name in in_ticks(PAGE)
        if name.startswith(f"templates/rubrics/{rubric}.yaml#")
    }
    assert [element for element in elements if element not in named] == []
