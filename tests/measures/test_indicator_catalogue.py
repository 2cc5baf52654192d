"""The catalogue: every indicator is defined in full, can be asked in every way it says, and never fails for want of data."""

from __future__ import annotations

import pandas as pd
import pytest
from small_district import YEAR, days, district, enrolled, only, rows, scores, students

from dataworkbench import schemas
from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import (
    CATALOGUE,
    catalogue,
    choices_for,
    indicator,
    left_out,
    measure,
    student_list,
)
from dataworkbench.terms import STAGES

FIGURES = [
    "indicator",
    "n",
    "n_left_out",
    "numerator",
    "mean",
    "sd",
    "value",
    "low",
    "high",
    "status",
    "reason",
]
NAMES = list(CATALOGUE)
DAY = pd.Timestamp("2025-10-01").date()


@pytest.fixture(scope="module")
def nothing():
    return district({})


@pytest.fixture(scope="module")
def a_little_of_everything():
    ids = ["a", "b"]
    pre_post = scores(ids, [None, None], period="Fall").assign(
        moment=["pre", "post"], points=1.0, points_possible=2.0, student_id="a"
    )
    survey = {"survey_id": "S", "role": "student"}
    return district(
        {
            "schools": rows("school_id school_name", ("1", "Oak School")),
            "students": students(ids, sex=["Female", "Male"]),
            "enrollments": enrolled(ids),
            "attendance": pd.concat([days("a", 18, 2), days("b", 20, 0)]),
            "results": pd.concat(
                [scores(ids, [1, 2], period="Fall", growth_target=1.0), scores(ids, [3, 2], growth_percentile=50.0, performance_level="High"),
                 scores(ids, [3, 2], standard_id="X", test_date=DAY), pre_post]
            ),
            "performance_levels": rows("assessment_id performance_level level_order proficient min_score", ("T", "High", 1, True, 2.0)),
            "standards": rows("standard_id strand", ("X", "Number")),
            "staff_years": rows("staff_id school_id school_year role years_experience", ("t", "1", "2024-25", "teacher", 1.0), ("t", "1", YEAR, "teacher", 2.0)),
            "sections": rows("section_id school_id school_year subject grade_level staff_id", ("c", "1", YEAR, "Reading", "03", "t")),
            "section_enrollments": rows("section_id student_id", ("c", "a"), ("c", "b")),
            "learning_models": rows("section_id school_id school_year learning_model", ("c", "1", YEAR, "flex")),
            "curriculum": rows("school_year section_id unit_name standard_id", (YEAR, "c", "Unit 1", "X")).assign(taught_on=DAY),
            "time_use": rows("section_id school_id school_year use minutes_scheduled minutes_used", ("c", "1", YEAR, "Other", 10.0, 8.0)).assign(date=DAY),
            "incidents": rows("incident_id student_id school_id school_year", ("i", "a", "1", YEAR)),
            "surveys": pd.DataFrame([survey | {"school_year": YEAR, "invited": 4}]),
            "survey_items": pd.DataFrame([survey | {"item_id": "q", "choices": 4}]),
            "survey_responses": pd.DataFrame([survey | {"respondent_id": "r", "item_id": "q", "school_year": YEAR, "answer": 4}]),
            "observations": rows(
                "visit_id observer_id staff_id school_id school_year rubric_id element_id score", ("v", "o", "t", "1", YEAR, "R", "E", 3)
            ),
            "interventions": rows(
                "intervention_id student_id school_id school_year strategy tier exit_reason baseline goal outcome planned_minutes fidelity",
                ("i", "a", "1", YEAR, "Tutoring", 2, "completed", 1.0, 2.0, 3.0, 10.0, 1.0),
            ),
            "intervention_sessions": rows("intervention_id minutes", ("i", 5.0)).assign(date=pd.Timestamp("2025-10-01").date()),
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_indicator_is_defined_in_full(name):
    one = indicator(name)

    assert one.id == name
    assert one.version >= 1
    assert one.stage in STAGES
    for said in (
        one.title,
        one.sentence,
        one.numerator,
        one.denominator,
        one.left_out,
        one.source,
        one.how_to_bring,
    ):
        assert said.strip() == said
        assert said
    assert one.sentence.endswith(".")
    assert one.how_to_bring.endswith(".")
    assert {*one.needs, *one.needs_one_of} <= set(schemas.TABLES)
    assert set(one.always_by) <= set(one.dimensions)
    assert set(one.never_mixes) <= set(one.dimensions)


@pytest.mark.parametrize("name", NAMES)
def test_where_nothing_was_brought_one_row_says_how_to_bring_it(nothing, name):
    row = only(measure(nothing, name, by=indicator(name).dimensions))

    assert row["status"] == "missing"
    assert row["n"] == 0
    assert indicator(name).how_to_bring in row["reason"]
    assert row[list(indicator(name).dimensions)].isna().all()
    assert left_out(nothing, name).empty


@pytest.mark.parametrize("name", NAMES)
def test_every_dimension_can_be_grouped_by_and_chosen(a_little_of_everything, name):
    whole = measure(a_little_of_everything, name)
    assert (whole["n"] + whole["n_left_out"]).min() > 0

    for dimension in indicator(name).dimensions:
        grouped = measure(a_little_of_everything, name, by=[dimension])
        assert set(grouped["status"]) <= {"", "not_applicable", "suppressed"}
        value = str(grouped[dimension].iloc[0])
        chosen = measure(a_little_of_everything, name, by=[dimension], where={dimension: [value]})
        assert set(chosen[dimension]) == {value}


@pytest.mark.parametrize("name", NAMES)
def test_the_frame_has_the_shape_that_travels(a_little_of_everything, nothing, name):
    for asked in (a_little_of_everything, nothing):
        frame = measure(asked, name, by=indicator(name).dimensions)
        figures = list(frame.columns[len(indicator(name).dimensions) :])
        median = indicator(name).middle and asked is a_little_of_everything
        # A median has no mean by which its unit could be told from a count's, so it says its unit itself.
        assert figures == [*FIGURES, *(["unit"] if median else [])]
        assert str(frame["n"].dtype) == str(frame["n_left_out"].dtype) == "Int64"
        assert str(frame["value"].dtype) == str(frame["low"].dtype) == "float64"
        assert set(frame["indicator"]) == {name}


def test_a_wrong_name_is_told_with_the_names_there_are(nothing):
    with pytest.raises(NoSuchNameError, match="chronic_absence"):
        measure(nothing, "chronic_absense")
    with pytest.raises(NoSuchNameError, match="grade_level"):
        measure(nothing, "chronic_absence", by=["grade"])
    with pytest.raises(NoSuchNameError, match="subject"):
        measure(nothing, "chronic_absence", where={"subject": ["Reading"]})
    with pytest.raises(NoSuchNameError, match="not_hit"):
        student_list(nothing, "chronic_absence", want="everybody")


def test_a_name_is_never_run_as_a_question_to_the_database(a_little_of_everything):
    trick = "1'); DROP TABLE results; --"

    assert (
        only(measure(a_little_of_everything, "mean_gain", where={"school_id": trick}))["status"]
        == "not_applicable"
    )
    assert (
        only(measure(a_little_of_everything, "chronic_absence", where={"subgroup": trick}))["status"]
        == "not_applicable"
    )
    with pytest.raises(NoSuchNameError):
        measure(a_little_of_everything, "mean_gain", by=[f"school_id FROM results; --{trick}"])


def test_a_reader_s_choices_are_narrowed_to_what_an_indicator_knows(a_little_of_everything):
    chosen = {"school_id": ("1",), "subject": ("Reading",)}

    assert choices_for("chronic_absence", chosen) == {"school_id": ("1",)}
    assert (
        only(
            measure(a_little_of_everything, "chronic_absence", where=choices_for("chronic_absence", chosen))
        )["n"]
        == 2
    )


def test_schools_stand_with_their_names_in_the_order_of_their_names():
    asked = district(
        {
            "schools": rows("school_id school_name", ("1", "Willow"), ("2", "Ash"), ("3", "Elm")),
            "enrollments": enrolled(list("abc"), list("123")),
        }
    )

    frame = measure(asked, "enrollment", by=["school_name"])

    assert list(frame.columns[:2]) == ["school_id", "school_name"]
    assert frame["school_name"].tolist() == ["Ash", "Elm", "Willow"]


def test_rows_stand_in_the_order_of_the_field_and_columns_in_the_order_of_the_frame():
    asked = district(
        {
            "enrollments": enrolled(list("abcd"), grade=["10", "KG", "03", "PK"]),
            "students": students(list("abcd"), sex=list("MFMF")),
        }
    )

    frame = measure(asked, "enrollment", by=["subgroup", "grade_level"])

    assert list(frame.columns[:3]) == ["grade_level", "subgroup_type", "subgroup"]
    assert list(dict.fromkeys(frame["grade_level"])) == ["PK", "KG", "03", "10"]
    assert frame["subgroup_type"].iloc[0] == "All students"


def test_an_empty_dimension_has_a_word_and_can_be_chosen():
    asked = district({"enrollments": enrolled(["a", "b"], grade=["03", None])})

    assert measure(asked, "enrollment", by=["grade_level"])["grade_level"].tolist() == ["03", "Not reported"]
    assert only(measure(asked, "enrollment", where={"grade_level": ["Not reported"]}))["n"] == 1


def test_subgroups_ask_for_the_roster_with_demographics():
    row = only(measure(district({"attendance": days("a", 20, 0)}), "chronic_absence", by=["subgroup"]))

    assert row["status"] == "missing"
    assert "demographics" in row["reason"]


def test_nobody_is_in_the_numerator_of_a_mean(a_little_of_everything):
    with pytest.raises(WorkbenchError, match="want='counted'"):
        student_list(a_little_of_everything, "mean_score")


def test_the_table_of_indicators_holds_every_one_of_them():
    assert catalogue()["id"].tolist() == NAMES
    assert catalogue().notna().all(axis=None)
    assert (catalogue()["needs"] != "").all()
