"""Pages choose by themselves what nobody named: the school year, the latest test, the years in which growth can be told."""

from __future__ import annotations

import pandas as pd
import pytest

from dataworkbench.errors import NoSuchNameError
from dataworkbench.selection import select
from dataworkbench.views import (
    administrations,
    latest_test,
    look_at,
    place_name,
    standards_checks,
    years_with_growth,
)
from dataworkbench.warehouse import District, district_from_frames


def results(*rows: tuple[str, str, str, str, int]) -> pd.DataFrame:
    """Each row: school, year, test, period, how many students."""
    made = [
        (f"{school}{at:03d}", school, year, test, period, "Mathematics", 500.0)
        for school, year, test, period, many in rows
        for at in range(many)
    ]
    columns = ["student_id", "school_id", "school_year", "assessment_id", "period", "subject", "scale_score"]
    return pd.DataFrame(made, columns=columns)


def district(held: pd.DataFrame) -> District:
    years = sorted(set(held["school_year"])) or ["2026-27"]
    students = pd.DataFrame([("x", year) for year in years], columns=["student_id", "school_year"])
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": ["A", "H"], "school_name": ["Alder", "Hazel High"]}),
            "students": students,
            "assessments": pd.DataFrame(
                {"assessment_id": ["dx", "state", "std"], "title": ["Diagnostic", "State test", "Standards"],
                 "kind": ["diagnostic", "summative", "standards"]}
            ),
            "results": held,
        }
    )  # fmt: skip


def test_the_latest_test_is_the_one_most_students_took_at_its_latest_time() -> None:
    here = district(
        results(
            ("A", "2026-27", "dx", "Fall", 9),
            ("A", "2026-27", "dx", "Winter", 8),
            ("A", "2026-27", "state", "Spring", 3),
        )
    )
    test = latest_test(here, select(school_year="2026-27"))
    assert dict(test) == {"school_year": ("2026-27",), "assessment_id": ("dx",), "period": ("Winter",)}
    assert str(test) == "Diagnostic, Winter 2026-27."


def test_where_this_year_has_no_test_the_year_before_is_taken_and_said() -> None:
    here = district(results(("A", "2026-27", "dx", "Fall", 5), ("H", "2025-26", "state", "Spring", 4)))
    test = latest_test(here, select(school_year="2026-27", school_id="H"))
    assert str(test) == "State test, Spring 2025-26."
    assert test["school_id"] == ("H",)


def test_a_test_of_a_later_year_is_never_taken_for_an_earlier_page() -> None:
    here = district(results(("A", "2026-27", "dx", "Fall", 5), ("A", "2025-26", "state", "Spring", 4)))
    assert latest_test(here, select(school_year="2025-26"))["assessment_id"] == ("state",)


def test_without_any_test_the_selection_stays_as_it_was_and_says_so() -> None:
    here = district(results())
    test = latest_test(here, select(school_year="2026-27"))
    assert dict(test) == {"school_year": ("2026-27",)}
    assert str(test) == "No results that fit have been brought for this choice yet."


def test_a_test_says_no_number_because_numbers_pass_the_gate() -> None:
    here = district(results(("A", "2026-27", "dx", "Fall", 7)))
    assert "7" not in str(latest_test(here, select(school_year="2026-27"))).replace("2026-27", "")


def test_a_year_that_has_only_begun_is_no_year_of_growth() -> None:
    rows = [("A", "2025-26", "dx", period, 10) for period in ("Fall", "Spring")]
    here = district(results(*rows, ("A", "2026-27", "dx", "Fall", 10), ("A", "2026-27", "dx", "Winter", 2)))
    growth = years_with_growth(here, select(school_year="2026-27"))
    assert growth["school_year"] == ("2025-26",)
    assert growth["assessment_id"] == ("dx",)


def test_where_no_test_was_given_twice_there_is_no_growth() -> None:
    here = district(results(("A", "2026-27", "state", "Spring", 10)))
    assert years_with_growth(here, select(school_year="2026-27")).title == ""


def test_checks_of_standards_are_told_from_whole_tests() -> None:
    held = results(("A", "2026-27", "dx", "Fall", 2), ("A", "2026-27", "std", "Fall", 2))
    held["standard_id"] = [None, None, "M.1", "M.1"]
    here = district(held)
    assert standards_checks(here, select(school_year="2026-27"))["assessment_id"] == ("std",)
    assert administrations(here)["assessment_id"].tolist() == ["dx"]


def test_a_page_is_about_one_school_by_name_or_identifier_or_about_several() -> None:
    here = district(results(("A", "2026-27", "dx", "Fall", 1)))
    assert (
        look_at(here, school="hazel high")
        == look_at(here, school="H")
        == select(school_year="2026-27", school_id="H")
    )
    assert look_at(here, school="A|Hazel High")["school_id"] == ("A", "H")
    assert place_name(here, look_at(here, school="A|H")) == "Alder, Hazel High"


def test_a_year_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(NoSuchNameError, match=r"No school year is called '2020-21'. There are: 2026-27"):
        look_at(district(results(("A", "2026-27", "dx", "Fall", 1))), school_year="2020-21")
