"""Life outside school, and before and after a unit: sums by hand and R's paired interval."""

from __future__ import annotations

import pytest
from small_district import YEAR, district, enrolled, only, rows, students

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import context_by_school, measure

CONTEXT = "school_id home_zone factor value unit school_year source"


def of(school, zone, value, *, factor="Income", year="2024-25", source="Survey"):
    return (school, zone, factor, value, "dollars", year, source)


def two_schools(*figures):
    ids = ["a", "b", "c", "d", "e"]
    return district({
        "schools": rows("school_id school_name", ("1", "Oak School"), ("2", "Elm School")),
        "enrollments": enrolled(ids, ["1", "1", "1", "1", "2"]),
        "students": students(ids, home_zone=["north", "north", "south", None, "south"]),
        "context_factors": rows(CONTEXT, *figures),
    })  # fmt: skip


def test_an_areas_figure_counts_once_for_each_student_who_lives_there():
    """Oak School: two students of north (60) and one of south (30): 150 / 3 = 50; one lives nobody knows where."""
    found = context_by_school(two_schools(of(None, "north", 60.0), of(None, "south", 30.0)), school_year=YEAR)
    oak = only(found[found["school_name"] == "Oak School"])
    assert (oak["value"], oak["n"], oak["n_left_out"]) == (50.0, 3, 1)
    assert oak["figure_of"] == "the areas its students live in"
    elm = only(found[found["school_name"] == "Elm School"])
    assert (elm["value"], elm["n"], elm["n_left_out"]) == (30.0, 1, 0)


def test_the_nearest_place_and_the_latest_year_count_and_their_source_stands_beside():
    found = context_by_school(
        two_schools(
            of(None, None, 1.0), of(None, "north", 2.0), of("1", None, 3.0, year="2022-23", source="Old"), of("1", None, 4.0, source="New")
        ),
        school_year=YEAR,
    )  # fmt: skip
    oak, elm = (only(found[found["school_id"] == school]) for school in ("1", "2"))
    assert (oak["value"], oak["figure_of"], oak["source"], oak["figure_year"]) == (
        4.0,
        "the school",
        "New",
        "2024-25",
    )
    assert (elm["value"], elm["figure_of"]) == (1.0, "the whole district")


def test_nothing_about_life_outside_school_is_laid_upon_a_student():
    found = context_by_school(two_schools(of(None, "north", 60.0)), school_year=YEAR)
    assert not {"student_id", "home_zone"} & set(found.columns)
    with pytest.raises(NoSuchNameError):
        context_by_school(two_schools(of(None, "north", 60.0)), school_year=YEAR, where={"student_id": "a"})


def test_no_context_says_how_to_bring_it():
    row = only(context_by_school(district({}), school_year=YEAR))
    assert row["status"] == "missing"
    assert "Bring context factors" in row["reason"]


BEFORE, AFTER = (1, 2, 3, 2, 0), (3, 2, 4, 5, 2)


@pytest.fixture
def unit():
    checks = [
        (f"s{at}", "1", YEAR, "ticket", "M.1", "c", moment, float(points), 5.0)
        for moment, held in (("pre", BEFORE), ("post", AFTER))
        for at, points in enumerate(held)
    ]
    checks += [("only before", "1", YEAR, "ticket", "M.1", "c", "pre", 5.0, 5.0)]
    return district({
        "results": rows("student_id school_id school_year assessment_id standard_id section_id moment points points_possible", *checks),
        "curriculum": rows("school_year unit_name unit_order standard_id", (YEAR, "Fractions", 2, "M.1"), (YEAR, "Numbers", 1, "M.1")),
        "standards": rows("standard_id subject", ("M.1", "Mathematics")),
    })  # fmt: skip


def test_before_and_after_a_unit_are_of_the_same_students(unit):
    """Percent right: 20, 40, 60, 40, 0 before, 60, 40, 80, 100, 40 after; who has no second check is left out of both.

    R 4.2.2: t.test(c(20,40,60,40,0))$conf.int: 3.68570446 60.31429554
    """
    found = measure(unit, "unit_before_after", by=["unit_name"]).set_index("moment")
    assert found["value"].to_dict() == {"before": 32.0, "after": 64.0}
    assert found[["n", "n_left_out"]].values.tolist() == [[5, 1], [5, 1]]
    assert found.loc["before", ["low", "high"]].tolist() == pytest.approx([3.68570446, 60.31429554], abs=1e-6)
    assert list(found.index) == ["before", "after"]
    assert set(found["unit_name"]) == {"Numbers"}  # the unit that comes first


def test_the_change_over_a_unit_has_the_interval_of_a_paired_test(unit):
    """R 4.2.2: t.test(c(60,40,80,100,40), c(20,40,60,40,0), paired = TRUE)$conf.int: 3.68570446 60.31429554; the mean is 32."""
    row = only(measure(unit, "unit_gain", by=["subject"]))
    assert (row["subject"], row["n"], row["value"]) == ("Mathematics", 5, 32.0)
    assert (row["low"], row["high"]) == pytest.approx((3.68570446, 60.31429554), abs=1e-6)


def test_without_a_curriculum_the_standard_still_tells(unit):
    del unit
    checks = [
        ("s", "1", YEAR, "t", "M.1", "c", moment, points, 5.0)
        for moment, points in (("pre", 1.0), ("post", 4.0))
    ]
    columns = (
        "student_id school_id school_year assessment_id standard_id section_id moment points points_possible"
    )
    here = district({"results": rows(columns, *checks)})
    assert only(measure(here, "unit_gain", by=["standard_id"]))["value"] == pytest.approx(60)
