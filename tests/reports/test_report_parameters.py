"""A run stops before it begins where the notebook and what it is given do not fit."""

from __future__ import annotations

import pytest

from dataworkbench.errors import NoSuchNameError, ParameterError, WorkbenchError
from dataworkbench.reports import known_parameters, plan_reports
from dataworkbench.workspace import Settings


@pytest.fixture
def plan(workspace, roll, keep_notebook):
    keep_notebook("school")
    return lambda **asked: plan_reports(workspace, roll=roll, **asked)


def test_the_parameters_cell_tells_names_kinds_defaults_and_comments(keep_notebook):
    known = known_parameters(keep_notebook("school"))
    assert list(known) == ["workspace", "school", "audience", "fewest"]
    assert (known["fewest"].kind, known["fewest"].value, known["school"].help) == (
        "int",
        10,
        "as in the schools file",
    )


def test_a_misspelt_parameter_stops_the_run_and_names_the_near_one(plan):
    with pytest.raises(
        ParameterError, match=r"does not know 'audiense' \(did you mean 'audience'\?\).*It knows: workspace"
    ):
        plan(parameters={"audiense": "staff"})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("ten", "should be a whole number, not 'ten'"),
        (True, "should be a whole number, not True"),
        (10.5, "should be a whole number"),
        (float("nan"), "not finite"),
        ({1, 2}, "a set"),
        (b"10", "a bytes"),
        (None, "should be a whole number, not None"),
    ],
)
def test_a_value_of_the_wrong_kind_stops_the_run(plan, value, said):
    with pytest.raises(ParameterError, match=said):
        plan(parameters={"fewest": value})


def test_half_a_character_stops_the_run(plan):
    with pytest.raises(ParameterError, match="half a character"):
        plan(parameters={"workspace": "a\ud800"})


def test_all_faults_are_told_at_once(plan):
    with pytest.raises(ParameterError, match=r"(?s)'colour'.*'fewest'"):
        plan(parameters={"colour": "red", "fewest": "ten"})


def test_a_notebook_that_cannot_tell_schools_apart_is_refused(workspace, roll, keep_notebook):
    keep_notebook("1", parameters='audience: str = "staff"')
    with pytest.raises(ParameterError, match="no parameter 'school', so every report would be the same"):
        plan_reports(workspace, roll=roll)


def test_a_notebook_without_a_parameters_cell_says_so(workspace, roll, keep_notebook):
    keep_notebook("1", parameters=None)
    with pytest.raises(ParameterError, match="no cell tagged 'parameters'"):
        plan_reports(workspace, roll=roll)


def test_a_parameter_left_open_must_be_given(workspace, roll, keep_notebook):
    keep_notebook("1", parameters='school: str = ""\nsubject: str = ...')
    with pytest.raises(ParameterError, match="'subject' must be given"):
        plan_reports(workspace, roll=roll)
    assert len(plan_reports(workspace, roll=roll, parameters={"subject": "Reading"}).items) == 3


def test_a_kind_that_is_not_written_is_taken_from_the_default(workspace, roll, keep_notebook):
    keep_notebook("1", parameters='school = ""\nfewest = 10')
    with pytest.raises(ParameterError, match="'fewest' should be a whole number"):
        plan_reports(workspace, roll=roll, parameters={"fewest": "10"})


def test_the_school_itself_is_not_given_for_all(plan):
    with pytest.raises(ParameterError, match="filled in for each report"):
        plan(parameters={"school": "Alder"})


def test_a_plan_has_one_item_for_each_school_with_the_workspace_filled_in(plan, workspace):
    made = plan()
    assert [item.title for item in made.items] == ["Alder", "Birch", "Élan & Söhne"]
    assert [item.parameters["school"] for item in made.items] == ["0101", "0102", "0103"]
    assert {item.parameters["workspace"] for item in made.items} == {str(workspace.root)}


def test_only_keeps_the_schools_named_by_name_or_identifier(plan):
    assert [item.title for item in plan(only=["Birch", "0103"]).items] == ["Birch", "Élan & Söhne"]
    with pytest.raises(NoSuchNameError, match=r"No school is called 'Oak'. There are: Alder, Birch"):
        plan(only=["Oak"])


def test_two_schools_of_one_name_are_told_apart(plan, roll):
    roll.schools.loc[1, "school_name"] = "Alder"
    made = plan()
    assert [item.title for item in made.items][:2] == ["Alder (0101)", "Alder (0102)"]


def test_each_may_be_a_school_year_or_the_whole_district(workspace, roll, keep_notebook):
    keep_notebook("1", parameters='school_year: str = ""')
    assert [i.title for i in plan_reports(workspace, roll=roll, each="school_year").items] == [
        "2024-25",
        "2025-26",
    ]
    assert [i.title for i in plan_reports(workspace, roll=roll, each="district").items] == ["Cedar County"]
    with pytest.raises(NoSuchNameError, match="district, grade_team, school, school_year"):
        plan_reports(workspace, roll=roll, each="classroom")


def test_a_notebook_that_is_not_there_is_named_with_those_that_are(plan):
    with pytest.raises(NoSuchNameError, match="school_report"):
        plan(notebook="../../etc/passwd")


def test_an_unknown_audience_is_refused(plan):
    assert plan(parameters={"audience": "public"}).audience == "public"
    with pytest.raises(NoSuchNameError, match="public, staff"):
        plan(parameters={"audience": "parents"})


def test_an_unknown_time_zone_stops_the_run(plan, roll):
    roll.settings = Settings(timezone="America/Chikago")
    with pytest.raises(WorkbenchError, match="America/Chikago"):
        plan()


def test_no_schools_means_nothing_to_report_on(plan, roll):
    roll.schools = roll.schools.iloc[:0]
    with pytest.raises(WorkbenchError, match="name no school"):
        plan()
