"""Packs: one report for each school, team, subgroup, teacher or student; of students no name stands outside their pages."""

from __future__ import annotations

import re
import stat
import sys

import nbformat
import polars as pl
import pytest

from dataworkbench.errors import NoSuchNameError, ParameterError, WorkbenchError
from dataworkbench.reports import EACH, PACKS, known_parameters, plan_reports
from dataworkbench.warehouse import district_from_frames, page_numbers, student_of_number
from dataworkbench.workspace import shipped

NAMES = {
    "00101": "Rosa Telltale",
    "00102": "Ben Okonkwo",
    "00103": "Ana Miró",
    "00104": "Kit Vale",
    "00105": "Lou Sand",
}
SCHOOL_OF = {"00101": "0101", "00102": "0101", "00103": "0101", "00104": "0102", "00105": "0102"}
GRADE_OF = {"00101": "03", "00102": "03", "00103": "04", "00104": "KG", "00105": None}


@pytest.fixture(scope="module")
def roll():
    year = {"school_year": "2025-26"}
    return district_from_frames(
        {
            "schools": pl.DataFrame({"school_id": ["0101", "0102"], "school_name": ["Alder", "Birch"]}),
            "students": pl.DataFrame(
                [{"student_id": s, **year, "english_learner": "Yes" if s < "00103" else "No"} for s in NAMES]
            ),
            "identities": pl.DataFrame(
                [{"student_id": s, "given_name": n.split()[0], "family_name": n.split()[1]} for s, n in NAMES.items()]
            ),
            "enrollments": pl.DataFrame(
                [{"student_id": s, "school_id": SCHOOL_OF[s], "grade_level": GRADE_OF[s], **year} for s in NAMES]
            ),
            "staff": pl.DataFrame(
                [
                    {"staff_id": f"T{at}", "school_id": school, "staff_name": name, "role": "teacher"}
                    for at, (school, name) in enumerate([("0101", "Pat Lee"), ("0102", "Pat Lee"), ("0102", "Jo Ng")])
                ]
            ),
            "sections": pl.DataFrame(
                [{"section_id": f"C{at}", "school_id": "0101", "staff_id": f"T{at}", **year} for at in range(3)]
            ),
            "section_enrollments": pl.DataFrame(
                [{"section_id": "C0", "student_id": "00101"}, {"section_id": "C1", "student_id": "00102"}]
            ),
        }
    )  # fmt: skip


@pytest.fixture
def plan(workspace, roll):
    return lambda each, **asked: plan_reports(workspace, roll=roll, each=each, **asked)


def titles(plan):
    return [item.title for item in plan.items]


def own(plan):
    return [
        {name: value for name, value in item.parameters.items() if name != "workspace"} for item in plan.items
    ]


@pytest.mark.parametrize("each", EACH)
def test_each_pack_comes_with_a_notebook_that_knows_what_is_filled_in(each):
    pack = PACKS[each]
    assert {"workspace", "audience", *pack.fills} <= set(
        known_parameters(shipped("notebooks") / f"{pack.notebook}.ipynb")
    )


def test_a_grade_team_is_one_grade_of_one_school(plan):
    made = plan("grade_team")
    assert titles(made) == ["Alder, grade 3", "Alder, grade 4", "Birch, Kindergarten"]
    assert own(made)[0] == {"school": "0101", "grade": "03"}
    assert titles(plan("grade_team", only=["Alder"])) == ["Alder, grade 3", "Alder, grade 4"]
    assert titles(plan("grade_team", only=["Alder, grade 4"])) == ["Alder, grade 4"]


def test_a_subgroup_has_a_lead_where_somebody_is_in_it_and_it_is_not_the_rest(plan):
    made = plan("subgroup")
    assert titles(made) == ["English learner"]
    assert own(made) == [{"subgroup_type": "English learner status", "subgroup": "English learner"}]


def test_a_teacher_has_a_report_where_students_are_on_the_roster(plan):
    made = plan("teacher")
    assert titles(made) == ["Pat Lee (T0)", "Pat Lee (T1)"]
    assert own(made) == [{"teacher": "T0"}, {"teacher": "T1"}]
    assert titles(plan("teacher", only=["T1"])) == ["Pat Lee (T1)"]


def test_nothing_in_a_plan_for_students_tells_who_they_are(plan):
    made = plan("student")
    assert len(made.items) == 5
    told = " ".join(f"{item.slug} {item.title} {item.parameters}" for item in made.items) + repr(made)
    parts = [*NAMES, *(name.split()[1] for name in NAMES.values())]
    assert not [part for part in parts if part.lower() in told.lower()]
    assert len({item.slug for item in made.items}) == 5
    assert re.fullmatch(r"Alder, grade 3, page [a-z2-7]{12}", made.items[0].title)


def test_the_order_of_students_is_not_that_of_their_names_or_identifiers(plan):
    numbers = [item.parameters["student"] for item in plan("student").items]
    grouped = [numbers[:2], numbers[2:3], numbers[3:4], numbers[4:]]
    assert all(sorted(group) == group for group in grouped)


def test_one_student_is_asked_for_by_identifier_or_number_and_a_school_by_its_name(plan):
    (one,) = plan("student", only=["00104"]).items
    assert one.title.startswith("Birch, Kindergarten")
    assert plan("student", only=[one.parameters["student"]]).items == (one,)
    assert len(plan("student", only=["Alder"]).items) == 3


def test_a_student_who_is_not_there_is_neither_repeated_nor_answered_with_others(plan):
    with pytest.raises(NoSuchNameError) as refused:
        plan("student", only=["Rosa Telltale"])
    assert not re.search(r"Telltale|0010|page-", str(refused.value))


@pytest.mark.parametrize("each", ["teacher", "student"])
def test_pages_about_single_people_are_never_planned_for_the_public(plan, each):
    with pytest.raises(ParameterError, match="made for staff alone"):
        plan(each, parameters={"audience": "public"})


def test_what_is_filled_in_is_not_given_for_all(plan):
    with pytest.raises(ParameterError, match="'grade' is filled in for each report"):
        plan("grade_team", parameters={"grade": "03"})


def test_a_year_without_anybody_has_no_pack(plan):
    with pytest.raises(WorkbenchError, match="name no grade team"):
        plan("grade_team", parameters={"school_year": "1999-00"})


def test_a_plan_knows_everybody_also_where_only_one_is_asked_for(plan):
    assert plan("grade_team", only=["Birch"]).everybody == {item.slug for item in plan("grade_team").items}


def test_a_notebook_of_the_team_s_own_is_run_for_each_school(workspace, roll, keep_notebook, plan):
    keep_notebook("1", name="our_morning", parameters='school: str = ""')
    made = plan("school", notebook="our_morning")
    assert (made.notebook, titles(made)) == ("our_morning", ["Alder", "Birch"])
    assert made.notebook_path.is_relative_to(workspace.root)
    with pytest.raises(ParameterError, match="no parameter 'grade'"):
        plan("grade_team", notebook="our_morning")


def test_page_numbers_stay_the_same_and_lead_back_with_the_key_alone(workspace, tmp_path):
    first = page_numbers(workspace, NAMES)
    assert page_numbers(workspace, NAMES) == first
    assert len(set(first.values())) == len(NAMES)
    assert student_of_number(workspace, first["00103"], NAMES) == "00103"
    assert student_of_number(workspace, "page-aaaaaaaaaaaa", NAMES) == ""
    (workspace.root / "private" / "page-numbers.key").unlink()
    assert student_of_number(workspace, first["00103"], NAMES) == ""
    assert not set(page_numbers(workspace, NAMES).values()) & set(first.values())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files apart in another way")
def test_the_key_is_for_its_owner_alone(workspace):
    page_numbers(workspace, NAMES)
    key = workspace.root / "private" / "page-numbers.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert list(key.parent.iterdir()) == [key]


def test_a_damaged_key_is_said_and_not_replaced(workspace):
    page_numbers(workspace, NAMES)
    (workspace.root / "private" / "page-numbers.key").write_bytes(b"short")
    with pytest.raises(WorkbenchError, match="Bring it back from a backup"):
        page_numbers(workspace, NAMES)


def test_pages_for_single_people_name_nobody_in_their_notebook():
    for name in ("student_report", "teacher_report"):
        notebook = nbformat.read(shipped("notebooks") / f"{name}.ipynb", as_version=4)
        assert all(not cell.get("outputs") for cell in notebook.cells)
