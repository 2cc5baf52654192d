"""What visits show, element by element, counted by hand."""

from __future__ import annotations

import pytest
from small_district import YEAR, district, rows

from dataworkbench.measures import measure, rubric_results


def visits():
    scored = [
        ("v1", "x", "t1", "asking", 3), ("v1", "x", "t1", "routines", 2), ("v2", "x", "t1", "asking", 4),
        ("v3", "x", "t2", "asking", 2), ("v3", "y", "t2", "asking", 1), ("v4", "x", "t3", "routines", 5),
    ]  # fmt: skip
    return rows("visit_id observer_id staff_id element_id score", *scored).assign(
        school_id="1", school_year=YEAR, rubric_id="R"
    )


def test_shares_means_visits_and_teachers_are_those_counted_by_hand():
    found = rubric_results(district({"observations": visits()}), by=["element_id"]).set_index("element_id")

    asking = found.loc["asking"]
    assert asking["value"] == pytest.approx(2 / 4)  # 3, 4 of 3, 4, 2, 1
    assert asking["average"] == pytest.approx(10 / 4)
    assert (asking["visits"], asking["n"]) == (3, 2)
    assert (found.loc["routines", "visits"], found.loc["routines", "n"]) == (2, 2)


def test_the_highest_two_of_five_levels_begin_at_the_fourth():
    found = rubric_results(district({"observations": visits()}), by=["element_id"], top=4)

    assert found.set_index("element_id")["value"].to_dict() == {"asking": 0.25, "routines": 0.5}


def test_elements_that_a_goal_names_come_first_and_the_others_as_the_rubric_orders_them():
    seen = district({"observations": visits()})

    assert rubric_results(seen, by=["element_id"], first=["routines"])["element_id"].tolist() == [
        "routines",
        "asking",
    ]
    ordered = rubric_results(seen, by=["element_id"], elements=["routines", "asking"])
    assert ordered["element_id"].tolist() == ["routines", "asking"]  # fmt: skip


def test_from_the_third_level_on_it_is_the_catalogues_measure():
    seen = district({"observations": visits()})

    found, known = rubric_results(seen, by=["element_id"]), measure(seen, "rubric_level", by=["element_id"])

    assert found["value"].tolist() == known["value"].tolist()
    assert found["low"].tolist() == known["low"].tolist()


def test_without_visits_it_says_how_to_bring_them():
    assert "observation sheets" in rubric_results(district({}))["reason"].iloc[0]


def test_a_visit_counts_once_however_many_observers_and_elements_it_has():
    """v1 has two elements, v3 two observers: four visits in all; asking was scored in v1, v2, v3, routines in v1 and v4."""
    seen = district({"observations": visits()})

    assert measure(seen, "classroom_visits")["value"].tolist() == [4]
    by_element = measure(seen, "classroom_visits", by=["element_id"]).set_index("element_id")["value"]
    assert by_element.to_dict() == {"asking": 3, "routines": 2}
