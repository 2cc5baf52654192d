"""What filters offer of a large table: each value that a row has, and none that only another table knows."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.panels.choices import choices_from
from dataworkbench.warehouse import district_from_frames

WORDS = st.sampled_from(["Mathematics", "Reading", "Ágrafa", 'O\'Brien "quoted"', "<script>", "0", "علوم"])


def _district(subjects: list[str | None], elsewhere: list[str]):
    return district_from_frames(
        {
            "results": pd.DataFrame(
                {
                    "student_id": [str(number) for number in range(len(subjects))],
                    "subject": subjects,
                    "period": ["Spring" if number % 2 else "Fall" for number in range(len(subjects))],
                }
            ),
            "performance_levels": pd.DataFrame(
                {"assessment_id": ["T"] * len(elsewhere), "subject": elsewhere}
            ),
        }
    )


@settings(max_examples=10, deadline=None)
@given(st.lists(st.none() | WORDS, min_size=1, max_size=8), st.lists(WORDS, max_size=3))
def test_subjects_on_offer_are_those_of_the_results_in_order(subjects, elsewhere) -> None:
    offered = {
        choice.field: choice.values for choice in choices_from(_district(subjects, elsewhere), ["subject"])
    }
    assert offered.get("subject", ()) == tuple(sorted({one for one in subjects if one is not None}))


def test_without_a_result_no_subject_is_on_offer() -> None:
    assert choices_from(_district([], ["Reading"]), ["subject", "period"]) == ()


@pytest.mark.parametrize("rows", [1, 5])
def test_times_of_the_year_stand_in_the_order_of_the_year(rows) -> None:
    (choice,) = choices_from(_district(["Reading"] * rows, []), ["period"])
    assert choice.values == ("Fall", "Spring")[: min(rows, 2)]
