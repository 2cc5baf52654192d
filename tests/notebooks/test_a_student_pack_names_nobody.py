"""A run of pages about single students, with real workers: names stand in the pages and nowhere else, also where one fails."""

from __future__ import annotations

import re

import made_district
import nbformat
import pytest

from dataworkbench.reports import plan_reports, run_reports
from dataworkbench.warehouse import page_numbers
from dataworkbench.workspace import shipped

pytestmark = pytest.mark.slow

ASKED = made_district.STUDENTS[:3]
FAILING = "who[-1] == '2' and {}[dw.student_heading(district, who, here, audience=audience).paragraphs[0]]"
NAMING = re.compile(
    "|".join((*made_district.STUDENTS, r"Given\d{4}", r"O(?:'|&#\w+;|-)?Famil")), re.IGNORECASE
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A run for three students; what the error of the second one says is that student's name."""
    place = made_district.make(tmp_path_factory.mktemp("pack") / "district", only=made_district.ROSTER_ONLY)
    notebook = nbformat.read(shipped("notebooks") / "student_report.ipynb", as_version=4)
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(FAILING, id="cell-90"))
    nbformat.write(notebook, place.notebooks / "student_report.ipynb")
    return place, run_reports(plan_reports(place, each="student", only=ASKED), workers=1)


def test_each_page_is_of_its_own_student(ran):
    place, record = ran
    number_of = page_numbers(place, ASKED)
    pages = {one.parameters["student"]: record.page(one.slug) for one in record.reports}
    for student in (ASKED[0], ASKED[2]):
        named = set(re.findall(r"Given\d{4}", pages[number_of[student]].read_text(encoding="utf-8")))
        assert named == {f"Given{student[-4:]}"}


def test_one_failed_and_its_error_held_a_name(ran):
    _, record = ran
    assert record.counts["failed"] == 1
    assert record.failed[0].message == "A cell stopped with KeyError."


def test_no_name_stands_in_any_file_or_file_name_but_in_pages_and_executed_notebooks(ran):
    place, record = ran
    seen = [path for path in place.reports.rglob("*") if path.is_file()]
    assert not [path for path in seen if NAMING.search(str(path.relative_to(place.root)))]
    others = [path for path in seen if path.parent.name not in ("pages", "notebooks")]
    assert len(others) > 5
    assert not [path for path in others if NAMING.search(path.read_bytes().decode("utf-8", "replace"))]
    assert record.index in others
