"""Candidate causes: worked by hand on a school small enough to count on paper."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.measures import concern_to_screen, measure
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.selection import select
from dataworkbench.warehouse import District, district_from_frames

HERE = select(school_year="2026-27", grade_level="04")
BEFORE, NOW = "2025-26", "2026-27"
MANY = 40


def of(
    riders_absent: int, others_absent: int, *, scores: tuple[float, float] = (0.0, 0.0), **more: Any
) -> District:
    """Return a school of 40 students in one grade level: 20 ride Route <17>, 20 none; so many of each missed half of the days.

    Everybody scored 500 to 539 the year before, and the same now, plus the first of ``scores`` for riders and the second for others.
    """
    ids = [f"{at:03d}" for at in range(MANY)]
    rides = [at % 2 == 0 for at in range(MANY)]
    absent = [(at // 2) < (riders_absent if ride else others_absent) for at, ride in enumerate(rides)]
    base = {"student_id": ids, "school_id": "S1"}
    tested = [
        pd.DataFrame(base | {"school_year": year, "grade_level": grade, "assessment_id": "T", "subject": "Reading", "period": "Fall",
                             "scale_score": [500.0 + at + (7 * at % 5) * (year == NOW) + (scores[0] if ride else scores[1]) * (year == NOW)
                                             for at, ride in enumerate(rides)],
                             "result_status": "scored"})
        for year, grade in ((BEFORE, "03"), (NOW, "04"))
    ]  # fmt: skip
    tables: dict[str, Any] = {
        "schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["Alder"]}),
        "students": pd.DataFrame(
            {"student_id": ids, "school_year": NOW, "bus_route": ["Route <17>" if ride else None for ride in rides], "disability": "No"}
        ),
        "attendance_totals": pd.DataFrame(
            base | {"school_year": NOW, "days_enrolled": 100.0, "days_absent": [50.0 if one else 0.0 for one in absent], "grade_level": "04"}
        ),
        "assessments": pd.DataFrame({"assessment_id": ["T"], "title": ["Test"], "kind": ["diagnostic"]}),
        "results": pd.concat(tested),
        **more,
    }  # fmt: skip
    return district_from_frames(tables)


def test_a_factor_that_goes_with_the_concern_is_named_first_with_both_sides_counted():
    """Of 20 riders 15 missed a tenth, of 20 others 3. R 4.2.2:

    > fisher.test(matrix(c(15,5,3,17), 2, byrow=TRUE))$p.value      0.000328418716
    which is the sum of both equal tails here, as the margins are 20 and 20.
    """
    found = views.screen_causes(of(15, 3), "chronic_absence", HERE, audience="staff")
    (row,) = found.leads.to_dict("records")
    assert (row["factor"], row["n"], row["n_reference"]) == ("Rides Route <17>", 20, 20)
    assert (row["value_group"], row["value_reference"]) == (0.75, 0.15)
    assert row["p"] == pytest.approx(0.000328418716, abs=1e-9)
    assert (row["have_it_with"], row["have_it_without"]) == pytest.approx((15 / 18, 5 / 22))


def test_where_nothing_goes_with_the_concern_that_is_said_and_not_taken_for_a_proof():
    found = views.screen_causes(of(6, 6), "chronic_absence", HERE, audience="staff")
    assert found.leads.empty
    assert "none stands out" in str(found)
    assert "does not show that none matters" in str(found)


def test_a_lead_is_never_called_a_cause():
    words = " ".join(views.screen_causes(of(15, 3), "chronic_absence", HERE, audience="staff").words)
    assert "These are leads and not causes" in words
    assert "because of them" not in words


def test_scores_are_compared_less_what_was_expected_from_the_year_before():
    """Riders lost 20 points since last year and others none, so like with like they lie 20 points apart."""
    asked = {**HERE, "assessment_id": ("T",), "subject": ("Reading",), "period": ("Fall",)}
    here = of(6, 6, scores=(-20.0, 0.0))
    concern = concern_to_screen(here, "mean_score", asked)
    assert concern.adjusted
    found = views.screen_causes(here, "mean_score", asked, audience="staff")
    first = found.rows.iloc[0]
    assert first["factor"] == "Rides Route <17>"
    assert first["value"] == pytest.approx(-20, abs=0.5)
    assert first["low"] < first["value"] < first["high"] < -15


def test_help_for_those_who_began_low_does_not_stand_out_as_a_lead():
    """The lowest fourteen of last year had tutoring and are the lowest now, as they were: nothing changed for them."""
    log = pd.DataFrame(
        {
            "intervention_id": [f"V{at}" for at in range(14)], "student_id": [f"{at:03d}" for at in range(14)], "school_id": "S1",
            "school_year": BEFORE, "strategy": "Tutoring",
        }
    )  # fmt: skip
    levels = pd.DataFrame(
        {
            "assessment_id": ["T"],
            "performance_level": ["Met"],
            "level_order": [1],
            "proficient": [True],
            "min_score": [520.0],
        }
    )
    here = of(6, 6, interventions=log, performance_levels=levels)
    asked = {**HERE, "assessment_id": ("T",), "subject": ("Reading",), "period": ("Fall",)}
    assert measure(here, "proficiency", where=asked)["value"].iloc[0] == pytest.approx(0.5, abs=0.1)
    found = views.screen_causes(here, "proficiency", asked, audience="staff")
    assert "Had Tutoring in 2025-26" not in list(found.leads.get("factor", []))


def test_support_that_was_given_because_of_the_very_score_is_no_factor():
    """Who scores low this autumn gets help this autumn: that goes with the score by its making, and tells nothing."""
    log = pd.DataFrame(
        {
            "intervention_id": [f"V{at}" for at in range(14)], "student_id": [f"{at:03d}" for at in range(14)], "school_id": "S1",
            "school_year": NOW, "strategy": "Tutoring",
        }
    )  # fmt: skip
    asked = {**HERE, "assessment_id": ("T",), "subject": ("Reading",), "period": ("Fall",)}
    found = views.screen_causes(of(6, 6, interventions=log), "mean_score", asked, audience="staff")
    assert not found.rows["factor"].str.contains("Tutoring").any()


def test_support_is_not_screened_where_it_is_not_known_where_students_began():
    log = pd.DataFrame(
        {
            "intervention_id": [f"V{at}" for at in range(18)],
            "student_id": [f"{at:03d}" for at in range(18)],
            "school_year": NOW,
            "strategy": "Mentoring",
        }
    )
    found = views.screen_causes(of(15, 3, interventions=log), "chronic_absence", HERE, audience="staff")
    assert not found.rows["factor"].str.contains("Mentoring").any()
    assert "Support that students had is not among the factors" in str(found)


def test_a_factor_with_few_students_on_a_side_is_no_look():
    few = pd.DataFrame(
        {"incident_id": ["I1", "I2"], "student_id": ["001", "002"], "school_id": "S1", "school_year": NOW}
    )
    found = views.screen_causes(of(15, 3, incidents=few), "chronic_absence", HERE, audience="staff")
    assert list(found.rows["factor"]) == ["Rides Route <17>"]


def test_students_of_whom_a_factor_is_not_known_are_counted_apart():
    told = pd.DataFrame(
        {
            "student_id": [f"{at:03d}" for at in range(MANY)], "school_year": NOW,
            "english_learner": ["Yes"] * 15 + ["No"] * 18 + ["NotSelected"] * 7,
        }
    )  # fmt: skip
    rows = views.screen_causes(of(6, 6, students=told), "chronic_absence", HERE, audience="staff").rows
    (row,) = rows.to_dict("records")
    assert (row["factor"], row["n"], row["n_reference"], row["n_left_out"]) == ("English learner", 15, 18, 7)


def test_answers_count_only_where_students_answered_under_their_own_identifier():
    items = pd.DataFrame(
        {
            "survey_id": ["s"],
            "role": ["student"],
            "item_id": ["q"],
            "pair_id": ["q"],
            "topic": ["t"],
            "wording": ["I feel safe"],
            "choices": [4],
        }
    )

    def answers(ids: list[str]) -> pd.DataFrame:
        return pd.DataFrame(
            {"survey_id": "s", "role": "student", "respondent_id": ids, "item_id": "q", "school_id": "S1", "school_year": NOW,
             "answer": [1 + 3 * (at % 2) for at in range(len(ids))]}
        )  # fmt: skip

    named = of(6, 6, survey_items=items, survey_responses=answers([f"{at:03d}" for at in range(MANY)]))
    hidden = of(6, 6, survey_items=items, survey_responses=answers([f"r{at}" for at in range(MANY)]))
    kinds = [
        list(views.screen_causes(one, "chronic_absence", HERE, audience="staff").rows["kind"])
        for one in (named, hidden)
    ]
    assert "Survey" in kinds[0]
    assert "Survey" not in kinds[1]


def test_the_list_of_places_to_look_hands_its_first_lead_on():
    here = of(15, 3)
    nothing = views.find_leads(here, HERE, audience="staff")
    assert "no concern to screen" in str(views.screen_causes(here, nothing, audience="staff"))


def test_names_from_the_data_show_as_text():
    found = views.screen_causes(of(15, 3), "chronic_absence", HERE, audience="staff")
    assert found.picture is not None
    shown = found.picture.below._repr_html_() if found.picture.below else ""
    assert "Route &lt;17&gt;" in shown
    assert "<17>" not in shown


class Untouched:
    policy = DisclosurePolicy()

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was read")


def test_on_the_public_road_nothing_is_read_and_the_refusal_is_kind():
    found = views.screen_causes(Untouched(), "chronic_absence", HERE, audience="public")  # type: ignore[arg-type]
    assert "made for staff only" in str(found)
    assert found.rows.empty


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("enrollment", "no good and no bad side"),
        ("proficiency", "has not brought"),
        ("rubric_level", "does not count students"),
    ],
)
def test_what_cannot_be_a_concern_is_said_in_a_sentence(asked, said):
    assert said in str(views.screen_causes(of(6, 6), asked, HERE, audience="staff"))
