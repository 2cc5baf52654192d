"""What leads and what lags, and a year cut off at a day so that the same part of two years is compared."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from small_district import YEAR, district, enrolled

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import CATALOGUE, TIMING, catalogue, measure_so_far, timing

BEFORE = "2024-25"


def test_every_indicator_leads_or_lags_or_says_of_whom_the_rest_speaks_and_why():
    assert set(TIMING) == set(CATALOGUE)
    assert all(
        one.word in ("leading", "lagging", "context") and one.why.endswith(".") for one in TIMING.values()
    )
    assert set(catalogue()["timing"]) == {"leading", "lagging", "context"}


@pytest.mark.parametrize(("name", "word"), [("attendance_rate", "leading"), ("exit_ticket_gain", "leading"), ("standards_mastery", "leading"),
                                            ("chronic_absence", "lagging"), ("proficiency", "lagging"), ("growth_target_met", "lagging")])  # fmt: skip
def test_what_people_in_the_field_call_leading_and_lagging(name, word):
    """As districts are told to part them: attendance this month and work in class lead, the year's tests and sums lag."""
    assert timing(name).word == word


@pytest.fixture(scope="module")
def incidents():
    held = pd.DataFrame(
        [("i1", "a", YEAR, date(2025, 10, 1)), ("i2", "b", YEAR, date(2025, 12, 1)),
         ("i3", "a", BEFORE, date(2024, 10, 31)), ("i4", "b", BEFORE, date(2025, 3, 1))],
        columns=["incident_id", "student_id", "school_year", "date"],
    ).assign(school_id="1")  # fmt: skip
    stays = pd.concat([enrolled(["a", "b"]), enrolled(["a", "b"]).assign(school_year=BEFORE)])
    return district({"enrollments": stays, "incidents": held})


def test_both_years_are_cut_at_the_same_day(incidents):
    """Up to 31 October: one of two this year, one of two the year before; up to 30 October nobody the year before."""
    frame = measure_so_far(incidents, "incident_rate", by=["school_year"], up_to=date(2025, 10, 31))
    assert frame.set_index("school_year")["numerator"].to_dict() == {BEFORE: 1, YEAR: 1}

    frame = measure_so_far(incidents, "incident_rate", by=["school_year"], up_to=date(2025, 10, 30))
    assert frame.set_index("school_year")["numerator"].to_dict() == {BEFORE: 0, YEAR: 1}


def test_a_day_in_spring_belongs_to_the_school_year_that_ends_then(incidents):
    frame = measure_so_far(incidents, "incident_rate", by=["school_year"], up_to=date(2026, 2, 28))

    assert frame.set_index("school_year")["numerator"].to_dict() == {BEFORE: 1, YEAR: 2}


def test_what_does_not_rest_on_dated_rows_cannot_be_cut(incidents):
    with pytest.raises(NoSuchNameError, match="incident_rate"):
        measure_so_far(incidents, "chronic_absence", up_to=date(2025, 10, 31))
