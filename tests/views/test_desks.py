"""Desks to write at: what can be chosen, what is refused and why, and what lies in the records afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from teams import made

from dataworkbench import views
from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.panels import write_down, write_goal, write_readiness
from dataworkbench.records import Action, Cycle, Finding, Goal, Readiness, Review, open_records
from dataworkbench.warehouse import district_from_frames


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory):
    return made(tmp_path_factory.mktemp("desk") / "d", before=10, now=4)


@pytest.fixture(autouse=True)
def kept(district):
    for path in district.workspace.root.glob("records.db*"):
        path.unlink()
    return open_records(district.workspace)


TYPED = {
    "target": "5",
    "by": "2027-05-28",
    "owner": "the  clerk ",
    "milestones": "2027-01-29: 8%, 2027-03-12: 6",
}


def test_a_goal_is_written_with_its_baseline_read_from_the_data(district, kept) -> None:
    desk = views.goal_desk(district, by="the principal")
    goal = desk.draft("chronic_absence", {"grade_level": "06", "school_id": ""}, **TYPED)
    assert (goal.target, goal.direction, goal.owner, goal.indicator_version) == (
        0.05,
        "lower",
        "the clerk",
        1,
    )
    assert [(str(m.by), m.value) for m in goal.milestones] == [("2027-01-29", 0.08), ("2027-03-12", 0.06)]
    assert (goal.baseline.value, goal.baseline.n, goal.baseline.snapshot) == (0.1, 40, district.snapshot_id)
    assert str(goal.baseline.on) == "2026-11-13"
    assert "It begins at 10% (n 40, likely 4% to 23%; 2026-27)" in desk.preview(goal)
    desk.save(goal)
    (entry,) = kept.latest(Goal)
    assert (entry.body, entry.by, entry.snapshot) == (goal, "the principal", district.snapshot_id)


def test_a_goal_follows_the_finding_that_is_picked_else_the_cycle_that_runs(district, kept) -> None:
    cycle = kept.add(Cycle(name="Now"))
    finding = kept.add(Finding(concern="Seen"))
    desk = views.goal_desk(district)
    goal = desk.draft("chronic_absence", {}, **TYPED)
    assert desk.follows() == [("no finding that is written down", ""), ("Seen", finding.id)]
    desk.save(goal, follows=finding.id)
    desk.save(goal)
    assert [entry.follows for entry in kept.latest(Goal)] == [(finding.id,), (cycle.id,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": "a lot"}, "'a lot' is not a number"),
        ({"target": "150"}, "from 0 to 100"),
        ({"target": "nan"}, "from 0 to 100"),
        ({"by": "May"}, "'May' is not a day"),
        ({"milestones": "2027-01-29 8"}, "is not a milestone"),
        ({"milestones": "2027-06-29: 8"}, "before the goal's day"),
        ({"milestones": "2027-01-29: 4"}, "none goes past it"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(district, kept, change, said) -> None:
    with pytest.raises(WorkbenchError, match=said):
        views.goal_desk(district).draft("chronic_absence", {}, **{**TYPED, **change})
    assert kept.changes() == []


def test_a_group_without_a_figure_cannot_be_a_goal(district) -> None:
    with pytest.raises(
        WorkbenchError, match="There is no figure for chronic absence, Grade 9, to begin from"
    ):
        views.goal_desk(district).draft("chronic_absence", {"grade_level": "09"}, **TYPED)
    with pytest.raises(WorkbenchError, match="There is no figure for"):
        views.goal_desk(district).draft("proficiency", {}, **TYPED)


def test_only_groups_that_are_there_can_be_chosen(district) -> None:
    groups = views.goal_desk(district).groups("chronic_absence")
    assert groups["grade_level"] == ("Grade", [("Everyone", ""), ("Grade 6", "06")])
    assert [label for label, _ in groups["school_id"][1]] == ["All schools", "Alder", "Birch"]
    assert "subject" not in groups


def test_the_form_shows_the_baseline_before_it_keeps_a_goal(district, kept) -> None:
    form = write_goal(views.goal_desk(district))
    form.indicator.value = "chronic_absence"
    form.groups["grade_level"].value = "06"
    form.target.value, form.by.value, form.owner.value = "5", "2027-05-28", "<b>us</b>"
    form.keep()
    assert "It begins at 10% (n 40" in form.message.value
    assert kept.changes() == []
    form.owner.value = "us"
    form.keep()
    assert kept.changes() == []
    form.keep()
    (entry,) = kept.latest(Goal)
    assert (entry.body.owner, entry.body.where) == ("us", {"grade_level": ("06",)})
    assert "Written down" in form.message.value


def test_what_a_form_refuses_is_said_as_text(district) -> None:
    form = write_goal(views.goal_desk(district))
    form.target.value = "<script>"
    form.look()
    assert "&lt;script&gt;" in form.message.value
    assert "<script>" not in form.message.value


def test_another_measure_brings_its_own_groups(district) -> None:
    form = write_goal(views.goal_desk(district))
    form.indicator.value = "survey_top_box"
    assert "grade_level" in form.groups
    form.indicator.value = "survey_response_rate"
    assert "grade_level" not in form.groups


def test_readiness_is_written_once_a_cycle_and_changed_until_the_next(district, kept) -> None:
    kept.add(Cycle(name="One"))
    form = write_readiness(views.readiness_desk(district, 1, by="the team"))
    form.keep()
    assert kept.latest(Readiness) == []
    form.answers["vision"].value = "Partly"
    form.keep()
    again = write_readiness(views.readiness_desk(district, 1))
    assert again.answers["vision"].value == "Partly"
    again.answers["vision"].value = "In place"
    again.keep()
    (entry,) = kept.latest(Readiness)
    assert [version.body.answers["vision"] for version in kept.history(entry.id)] == ["Partly", "In place"]
    kept.add(Cycle(name="Two"))
    assert write_readiness(views.readiness_desk(district, 1)).answers["vision"].value == ""


def test_a_chain_can_be_written_from_the_form_and_an_action_ticked_off(district, kept) -> None:
    form = write_down(views.writing_desk(district, by="the data coach"))
    form.kind.value, form.words.value = "finding", "10% missed a tenth of school"
    form.keep()
    (finding,) = kept.latest(Finding)
    assert finding.snapshot == district.snapshot_id
    form.kind.value, form.follows.value, form.words.value = "action", finding.id, "Call home"
    form.who.value, form.day.value = "the clerk", "2026-11-27"
    form.keep()
    (action,) = kept.latest(Action)
    assert (action.follows, action.body.who, str(action.body.by)) == (
        (finding.id,),
        "the clerk",
        "2026-11-27",
    )
    form.tick_off()
    assert kept.latest(Action)[0].body.done is not None
    assert form.undone.options == ()
    form.tick_off()
    assert "Pick an action first" in form.message.value


def test_a_review_needs_a_day_and_everything_else_words(district, kept) -> None:
    form = write_down(views.writing_desk(district))
    form.kind.value = "review"
    form.keep()
    assert "needs a day" in form.message.value
    form.kind.value = "plan"
    form.keep()
    assert "A few words are needed first" in form.message.value
    form.kind.value, form.day.value = "review", "2027-02-05"
    form.keep()
    assert len(kept.latest(Review)) == 1


def test_a_desk_that_was_refused_is_handed_on_as_its_sentence(district) -> None:
    refused = views.goal_desk(district, audience="public")
    assert write_goal(refused) is refused


def test_a_district_in_memory_has_no_desk_to_write_at(tmp_path: Path) -> None:
    with pytest.raises(NothingToShowError, match="held in memory"):
        write_down(views.writing_desk(district_from_frames({})))
