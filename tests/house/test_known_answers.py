"""Every measure has an answer from outside to be held against, and the page that lists them is true."""

from __future__ import annotations

import ast
import re
from functools import cache
from inspect import isfunction
from pathlib import Path

import pytest

from dataworkbench import measures

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "known-answers.md"
SECTIONS = dict(re.findall(r"(?ms)^## (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8")))
KINDS = ("R:", "Printed:", "By hand:", "Known truth:")


def rows_of(section: str) -> list[list[str]]:
    """Return the rows of a section's table, without its two lines of heading."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


HELD = [row for section in ("Indicators", "Computations") for row in rows_of(section)]
WITHOUT = {row[0].strip("`") for row in rows_of("What computes no figure")}


def in_ticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def named_on_the_page() -> list[str]:
    return sorted({name for name in in_ticks(PAGE.read_text(encoding="utf-8")) if name.startswith("tests/")})


@cache
def cases_in(file: str) -> set[str]:
    """Return the names of the tests in a file, those of a class with its name in front."""
    path = ROOT / file
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return alone | {
        f"{group.name}::{node.name}"
        for group in tree.body
        if isinstance(group, ast.ClassDef)
        for node in group.body
        if isinstance(node, ast.FunctionDef)
    }


def public_functions() -> set[str]:
    return {name for name in measures.__all__ if isfunction(getattr(measures, name))}


@pytest.mark.parametrize("name", sorted({*measures.CATALOGUE, *public_functions()}))
def test_a_measure_is_held_against_an_answer_from_outside(name):
    there = {row[0].strip("`") for row in HELD} | WITHOUT
    assert name in there, (
        f"Nothing in docs/known-answers.md says what '{name}' is held against. Write a test that compares it with R's figure "
        "(with the R code beside it), a printed one, or a calculation by hand; then add a row with the name, the answer and the test."
    )


@pytest.mark.parametrize("row", HELD, ids=lambda row: row[0].strip("`"))
def test_a_row_says_which_answer_and_names_its_test(row):
    _, answer, tests = row
    assert answer.startswith(KINDS), f"Begin with one of {', '.join(KINDS)}"
    assert in_ticks(tests), "Name the test as `tests/…/test_….py::test_…`."


@pytest.mark.parametrize("named", named_on_the_page())
def test_a_test_that_the_page_names_is_there(named):
    file, _, test = named.partition("::")
    assert test in cases_in(file), f"docs/known-answers.md names {named}, which is not there. Was it renamed?"


def test_no_row_is_about_a_measure_that_is_gone():
    known = {*measures.CATALOGUE, *measures.__all__}
    assert sorted({row[0].strip("`") for row in HELD} - known) == []
