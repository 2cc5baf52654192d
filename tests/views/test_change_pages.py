"""Pages about change: the published table with its sentences, staff pages kept from the public, and what is escaped."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from dataworkbench import views
from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Change, Goal, Hypothesis, Milestone, Review, open_records
from dataworkbench.rubrics import rubric
from dataworkbench.views.causes.reviews import changes_frame
from dataworkbench.views.goals.rubrics import highest_two
from dataworkbench.warehouse import District, district_from_frames
from dataworkbench.workspace import new_workspace

RUBRIC = rubric("learning_environment")
HERE = {"school_year": ("2025-26",)}
PRINTED = [
    ("Reading", "Took part", "before", 0.58), ("Reading", "Took part", "after", 0.61), ("Reading", "Other schools", "before", 0.58),
    ("Reading", "Other schools", "after", 0.56), ("Mathematics", "Took part", "before", 0.58),
    ("Mathematics", "Took part", "after", 0.63), ("Mathematics", "Other schools", "after", 0.55),
]  # fmt: skip
"""A published table: the shares of students that met growth targets in schools that took part in a program, and in others."""


def typed(cells: list[tuple[str, str, str, float]]) -> list[dict[str, Any]]:
    return [dict(zip(("what", "who", "when", "share"), cell, strict=True)) for cell in cells]


def test_the_published_reading_figures_give_five_points_and_say_how_many_students_it_would_take() -> None:
    said = str(views.compare_printed(typed(PRINTED[:4])))
    assert "The difference in differences is +5 points (effect size +0.125, Cox index)" in said
    assert "each of the four figures would need 1,493 students or more" in said
    assert "the gap afterwards alone (+5 points) from none, each group would need 745 students" in said
    assert "cannot be checked whether both groups moved alike before" in said


def test_the_published_mathematics_figures_are_refused_with_the_cell_that_is_not_printed() -> None:
    said = str(views.compare_printed(typed(PRINTED[4:])))
    assert "cannot be computed: there is no figure for Other schools before" in said
    assert "the gap afterwards is +8 points, and their own change is +5 points" in said
    assert "neither shows what would have happened without it" in said
    assert "each group would need 289 students" in said
    assert "not printed" in said
    assert "difference in differences is" not in said


def test_printed_figures_with_their_numbers_get_a_range() -> None:
    cells = [cell | {"n": 1493} for cell in typed(PRINTED[:4])]
    assert "Likely between 0 points and +10 points" in str(views.compare_printed(cells))


@pytest.mark.parametrize("wrong", [{"share": 58}, {"who": "Pilot"}, {"when": "2024"}, {"share": None}])
def test_a_printed_figure_that_cannot_be_read_is_named_by_its_place(wrong: dict[str, Any]) -> None:
    cells = typed(PRINTED)
    cells[2] |= wrong
    with pytest.raises(WorkbenchError, match=r"Printed figure 3 cannot be read"):
        views.compare_printed(cells)


def visited(*, teachers: int = 30) -> dict[str, pd.DataFrame]:
    rows = [
        (f"v{year}{at}", "x", f"ZQADU{at:03d}", "S1", year, element, 1 + (at + place) % 4)
        for year in ("2024-25", "2025-26") for at in range(teachers) for place, element in enumerate(("questioning", "routines"))
    ]  # fmt: skip
    columns = ["visit_id", "observer_id", "staff_id", "school_id", "school_year", "element_id", "score"]
    seen = pd.DataFrame(rows, columns=columns).assign(rubric_id="learning_environment")
    return {
        "observations": seen,
        "schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["<i>Alder</i>"]}),
    }


class Held:
    """A district in memory whose team writes into a workspace."""

    def __init__(self, district: District, workspace: Any) -> None:
        self._district, self.workspace = district, workspace

    def __getattr__(self, name: str) -> Any:
        return getattr(self._district, name)


@pytest.fixture
def team(tmp_path: Any) -> Any:
    return Held(district_from_frames(visited()), new_workspace(tmp_path / "district"))


def about(element: str, **more: Any) -> Goal:
    where = {"rubric_id": ("learning_environment",), "element_id": (element,)}
    return Goal(indicator="rubric_level", where=where, target=0.7, direction="higher", by=date(2027, 5, 28), **more)  # fmt: skip


def test_the_element_that_a_goal_is_about_stands_first(team: Any) -> None:
    plain = views.table_of_rubric(team, RUBRIC, HERE, audience="staff")
    open_records(team.workspace).add(about("routines"))
    aimed = views.table_of_rubric(team, RUBRIC, HERE, audience="staff")
    assert plain.columns[0].cells == ("Questioning", "Routines")
    assert aimed.columns[0].cells == ("Routines (our goal)", "Questioning")


def test_a_goal_on_another_rubric_is_not_about_this_one(team: Any) -> None:
    goal = about("routines").model_copy(update={"where": {"rubric_id": ("domains",), "element_id": ("routines",)}})  # fmt: skip
    open_records(team.workspace).add(goal)
    assert views.table_of_rubric(team, RUBRIC, HERE, audience="staff").columns[0].cells == ("Questioning", "Routines")  # fmt: skip


def test_the_page_that_is_shared_holds_goals_milestones_and_the_rubric_and_nobodys_name(team: Any) -> None:
    kept = open_records(team.workspace)
    kept.add(
        about("questioning", owner="A. Person", milestones=(Milestone(by=date(2027, 1, 29), value=0.6),))
    )
    page = views.share_rubric(team, RUBRIC, HERE, milestones=[{"what": "<b>All</b> have seen it", "by": "2026-09-30"}])  # fmt: skip
    shown = page._repr_html_()
    assert (
        shown.index("&lt;b&gt;All") < shown.index("60% at the highest two levels") < shown.index("70% at the")
    )
    assert "Questions make every learner think." in shown
    assert "Person" not in shown
    assert "ZQADU" not in shown
    assert "<b>All" not in shown


def test_on_the_page_that_is_shared_figures_of_few_teachers_are_hidden() -> None:
    few = district_from_frames(visited(teachers=4))
    shown = views.share_rubric(few, RUBRIC, HERE)._repr_html_()
    assert "hidden" in shown
    assert "50%" not in shown


def test_of_five_levels_the_highest_two_begin_at_the_fourth() -> None:
    five = RUBRIC.model_copy(update={"levels": (*RUBRIC.levels, RUBRIC.levels[-1].model_copy(update={"name": "Beyond"}))})  # fmt: skip
    assert highest_two(five) == 4
    assert highest_two(RUBRIC) == 3
    assert highest_two(RUBRIC.model_copy(update={"levels": RUBRIC.levels[:2]})) == 2


@pytest.mark.parametrize(
    "ask",
    [
        lambda d: views.plot_ledger(d, HERE, audience="public"),
        lambda d: views.table_of_fidelity(d, HERE, audience="public"),
        lambda d: views.what_worked(d, "Reading", HERE, audience="public"),
        lambda d: views.who_stopped(d, HERE, audience="public"),
        lambda d: views.list_on_track(d, HERE, audience="public"),
        lambda d: views.table_of_learning_growth(d, HERE, audience="public"),
        lambda d: views.plot_learning_growth(d, HERE, audience="public"),
        lambda d: views.plot_agreement(d, HERE, audience="public"),
        lambda d: views.table_of_changes(d, audience="public"),
    ],
)
def test_on_the_public_road_nothing_about_single_people_is_read(ask: Any) -> None:
    assert "made for staff only" in str(ask(None))


def test_a_change_says_why_and_when_it_is_looked_at_again(team: Any) -> None:
    kept = open_records(team.workspace)
    why = kept.add(Hypothesis(change="call", then="fewer", because="families hear in time", measured_by="absence", by=date(2027, 2, 1)))  # fmt: skip
    call = kept.add(Change(words="Call home", starts=date(2026, 11, 2), owner="the clerk"), follows=[why.id])
    kept.add(Review(on=date(2026, 12, 1)), follows=[call.id])
    done = kept.add(Change(words="A club"))
    kept.add(Review(on=date(2026, 10, 1), held=date(2026, 10, 2), verdict="No difference.", decision="stop"), follows=[done.id])  # fmt: skip
    kept.add(Change(words="A bus"))

    frame = changes_frame(team, date(2026, 12, 4))

    assert frame["what"].tolist() == ["Call home", "A bus", "A club"]
    assert frame["because"].tolist() == ["families hear in time", "", ""]
    assert frame["stands"].tolist() == ["past its day by 3 days", "no day set to look again", "No difference; stopped"]  # fmt: skip
    assert frame["who"].tolist() == ["the clerk", "", ""]


def turns() -> pd.DataFrame:
    rows = [
        (f"i{at}", f"s{at:02d}", "completed" if at < 18 else "stopped", 10.0, 20.0, 25.0 if at < 12 else 12.0, 0.9 if at < 10 else 0.5)
        for at in range(20)
    ]  # fmt: skip
    columns = ["intervention_id", "student_id", "exit_reason", "baseline", "goal", "outcome", "fidelity"]
    return pd.DataFrame(rows, columns=columns).assign(
        school_id="S1", school_year="2025-26", grade_level="03", strategy="<b>Tutoring</b>", need="Fluency"
    )


def test_the_ledger_shows_all_who_started_and_escapes_what_a_strategy_is_called() -> None:
    table = views.table_of_outcomes(district_from_frames({"interventions": turns()}), HERE, audience="staff")
    cells = {column.title: column.cells[0] for column in table.columns}
    assert cells["Started"] == "20"
    assert cells["Stopped"] == "2"
    # Wilson for 12 of 20: 0.387 to 0.781
    assert cells["Met the goal"] == "60% (12 of 20, likely 39% to 78%)"
    assert cells["Place"] == "the only one"
    assert "<b>Tutoring" not in table._repr_html_()


def test_goals_met_are_told_apart_by_whether_the_strategy_was_followed() -> None:
    table = views.table_of_fidelity(district_from_frames({"interventions": turns()}), HERE, audience="staff")
    cells = [column.cells[0] for column in table.columns]
    assert cells[1] == "70%"  # ten times .9 and ten times .5
    assert cells[2].startswith("100% (10 of 10")
    assert cells[3].startswith("20% (2 of 10")


def test_a_need_that_was_never_noted_is_answered_with_those_that_were() -> None:
    held = district_from_frames({"interventions": turns()})
    assert "Needs that were noted: Fluency." in str(
        views.what_worked(held, "Spelling", HERE, audience="staff")
    )
    assert "Tutoring" in str(views.what_worked(held, "Fluency", HERE, audience="staff"))


def test_nobody_named_as_taking_part_is_a_sentence_and_no_figure() -> None:
    said = views.compare_schools(district_from_frames(visited()), took_part=[], began="", where=HERE, audience="staff")  # fmt: skip
    assert "No school has been named as taking part" in str(said)


def test_actions_that_are_not_yet_a_strength_come_first() -> None:
    table = views.ways_to_raise_rigor(
        rubric("rigor_and_personalization"),
        {"challenging_goals": "Strength", "scripted_questions": "Not taken"},
    )
    titles = table.columns[0].cells
    assert titles[0] == "Questions prepared"
    assert titles[-1] == "Challenging goals"
