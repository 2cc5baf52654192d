"""On the staff road every figure about few people says so: tried with a policy under which everybody is few."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_district
import nbformat
import papermill
import pytest
from test_notebooks_run import NOTEBOOKS, run_cell

import dataworkbench as dw
from dataworkbench import tables

WISHES = {
    "student": made_district.STUDENTS[0],
    "grade": "03",
    "section": "S001-03-Math",
    "audience": "staff",
    "school": "S001",
}
NO_FIGURES_OF_GROUPS = (
    "What is here", "Classes", "Students, those who", "What the tests say", "Standards, latest score", "What has been tried", "Groups for the coming days",
    "What was wished", "Came furthest", "Came least far", "Phase by phase", "What staff took part in", "The figures that were printed",
    "Mean score, 3 years running", "Flagged", "Not noticed", "Did not meet",
)  # fmt: skip
"""Tables that list people or classes one by one, count rows, repeat what somebody printed, or have a column for the fewest."""


@pytest.fixture(scope="module")
def everybody_is_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = made_district.make(tmp_path_factory.mktemp("few") / "district").root
    policy = root / "policy.toml"
    said = policy.read_text(encoding="utf-8")
    assert "staff_caution_below = 10\n" in said
    policy.write_text(
        said.replace("staff_caution_below = 10\n", "staff_caution_below = 100000\n"), encoding="utf-8"
    )
    return root


def drawn_without_care(path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return captions of tables with figures of groups that a notebook shows without a word of care in the same cell."""
    made: list[tables.DisplayTable] = []
    begin = tables.DisplayTable.__init__

    def noting(self: tables.DisplayTable, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    monkeypatch.setattr(tables.DisplayTable, "__init__", noting)
    known, held, found = papermill.inspect_notebook(str(path)), {}, []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            made.clear()
            shown = run_cell(cell.source, held).lower()
            if cell.id == "parameters":
                held |= {
                    "workspace": str(root),
                    **{name: value for name, value in WISHES.items() if name in known},
                }
            if "with care" not in shown:
                found += [
                    t.caption
                    for t in made
                    if _has_figures(t) and not t.caption.startswith(NO_FIGURES_OF_GROUPS)
                ]
    return found


def _has_figures(table: tables.DisplayTable) -> bool:
    """Whether a table has a figure of a group in which there is anybody."""
    figures = [column for column in table.columns if column.figures]
    return bool(figures) and any(cell not in {"", "0", "nobody", "no data"} for cell in figures[0].cells)


@pytest.mark.thorough
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_table_with_figures_of_few_is_without_a_word_of_care(path, everybody_is_few, monkeypatch):
    assert drawn_without_care(path, everybody_is_few, monkeypatch) == []


@pytest.fixture(scope="module")
def district(everybody_is_few: Path) -> Any:
    return dw.open_workspace(everybody_is_few)


@pytest.mark.parametrize(
    "show",
    [
        "table_of_outcomes",
        "table_of_fidelity",
        "who_stopped",
        "table_of_staff",
        "table_of_rigor",
        "table_of_growth",
        "table_of_context",
    ],
)
def test_a_table_for_staff_says_how_few_stand_behind_its_figures(show, district):
    here = {"school_year": ("2025-26",)}
    assert "read with care" in str(getattr(dw, show)(district, here, audience="staff")).lower()


@pytest.mark.parametrize("draw", ["plot_levels", "plot_trend"])
def test_a_figure_that_has_no_mark_for_few_says_it_in_words(draw, district):
    if draw == "plot_levels":
        shown = dw.shown(
            district, "performance_levels", by=["subject", "performance_level"], audience="staff"
        )
    else:
        shown = dw.shown(district, "chronic_absence", by=["school_year"], audience="staff")
    figure = getattr(dw, draw)(shown).figure
    assert (
        "read with care"
        in " ".join(str(one.text) for one in figure.layout.annotations).replace("<br>", " ").lower()
    )
