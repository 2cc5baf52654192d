"""What one meeting leaves open stands on the next one's agenda, with where it comes from, until it is done."""

from __future__ import annotations

import pytest
from team_room import Team

from dataworkbench.records import Action, Cause, Cycle, Fishbone, Plan, open_records


def meets(room: Team, seat: int, name: str, **given):
    """Return a person who has just begun a meeting of the short kind; the one before has ended."""
    person = room.person(seat)
    before = person.meeting
    if before is not None and not before["ended"]:
        person.does("end_meeting", meeting=before["id"])
    room.clock.go(days=7)
    person.does("begin_meeting", protocol="short_check_in", name=name, your_name="Principal", **given)
    return person


def agenda(person):
    return [
        (held["words"], held["done"], (held["from"] or {}).get("name", ""))
        for held in person.meeting["topics"]
    ]


def waiting(person):
    return [
        (held["what"], held["done"], (held["from"] or {}).get("name", ""), held["late"])
        for held in person.meeting["carried"]
    ]


def test_over_three_meetings(team):
    first = meets(team, 1, "First")
    buses, bells = first.does("add_topic", words="Buses"), first.does("add_topic", words="Bells")
    first.does("finish_topic", topic=bells, done=True)
    call = first.does("add_action", what="Call the families", who="Nurse", by="2026-12-05")
    first.does("add_action", what="Count the riders", who="Coach", by="2026-12-20")
    second = meets(team, 1, "Second")
    assert agenda(second) == [("Buses", False, "First")]
    assert waiting(second) == [("Call the families", "", "First", 5), ("Count the riders", "", "First", 0)]
    second.does("tick_action", action=call, done=True)
    second.does("add_topic", words="Breakfast")
    assert waiting(second)[1] == ("Call the families", "2026-12-10", "First", 0)
    third = meets(team, 1, "Third")
    assert agenda(third) == [("Buses", False, "First"), ("Breakfast", False, "Second")]
    assert waiting(third) == [("Count the riders", "", "First", 0)]
    third.does("finish_topic", topic=buses, done=True)
    assert agenda(third) == [("Buses", True, "First"), ("Breakfast", False, "Second")]
    fourth = meets(team, 1, "Fourth")
    assert agenda(fourth) == [("Breakfast", False, "Second")]


def test_an_earlier_meeting_shows_its_own_agenda_and_nothing_of_later_ones(team):
    first = meets(team, 1, "First")
    first.does("add_topic", words="Buses")
    name = first.meeting["id"]
    second = meets(team, 1, "Second")
    second.does("add_topic", words="Bells")
    second.does("add_action", what="Call")
    second.does("join", meeting=name, name="Principal")
    assert agenda(second) == [("Buses", False, "")]
    assert waiting(second) == []
    assert second.meeting["actions"] == []


@pytest.mark.parametrize(
    ("one", "other", "carries"),
    [
        ({}, {}, True),
        ({"school": "S1"}, {"school": "S1"}, True),
        ({"school": "S1"}, {"school": "S2"}, False),
        ({"school": "S1"}, {}, False),
        ({"team": "a"}, {"team": "a"}, True),
        ({"team": "a", "school": "S1"}, {"team": "a", "school": "S2"}, True),
        ({"team": "a", "school": "S1"}, {"team": "b", "school": "S1"}, False),
        ({"team": "a", "school": "S1"}, {"school": "S1"}, True),
    ],
)
def test_it_goes_to_meetings_of_the_same_team_else_the_same_school(team, one, other, carries):
    begin = team.person(1)
    begin.does("begin_meeting", protocol="short_check_in", your_name="Principal")
    teams = {name: begin.does("add_team", name=name) for name in "ab"}
    named = [{key: teams.get(value, value) for key, value in held.items()} for held in (one, other)]
    meets(team, 1, "First", **named[0]).does("add_topic", words="Buses")
    assert ("Buses" in [held[0] for held in agenda(meets(team, 1, "Second", **named[1]))]) is carries


def test_it_goes_on_into_the_next_cycle_of_a_school(team):
    kept = open_records(team.district.workspace)
    kept.add(Cycle(name="2026-27", starts="2026-08-01", ends="2026-12-04"))
    kept.add(Cycle(name="2027", starts="2026-12-05", ends="2027-06-30"))
    first = meets(team, 1, "First", school="S1")
    first.does("add_topic", words="Buses")
    second = meets(team, 1, "Second", school="S1")
    assert (first.meeting["cycle"], agenda(second)) == ("2027", [("Buses", False, "First")])


def test_an_open_action_of_the_cycle_that_came_from_no_meeting_is_there_too_and_of_another_cycle_is_not(team):
    kept = open_records(team.district.workspace)
    old = kept.add(Cycle(name="2025-26"))
    now = kept.add(Cycle(name="2026-27"))
    plan = kept.add(Plan(words="More calls"), follows=[now.id])
    kept.add(Action(what="Write to families"), follows=[plan.id])
    kept.add(Action(what="Old"), follows=[old.id])
    kept.add(Action(what="Belongs to nothing"))
    assert waiting(meets(team, 1, "First")) == [("Write to families", "", "", 0)]


def test_a_meeting_that_is_prepared_ahead_finds_what_is_open_on_its_day(team):
    first = meets(team, 1, "First")
    second = team.person(2)
    second.does("begin_meeting", protocol="short_check_in", name="Second", your_name="Coach", on="2026-12-20")
    first.does("add_topic", words="Buses")
    assert agenda(second) == [("Buses", False, "First")]
    assert agenda(first) == [("Buses", False, "")]


def test_what_is_carried_over_can_be_changed_and_not_taken_back(team):
    first = meets(team, 1, "First")
    name = first.does("add_action", what="Call")
    topic = first.does("add_topic", words="Buses")
    second = meets(team, 1, "Second")
    second.does("change_action", action=name, what="Call", who="Nurse", by="2026-12-24")
    assert [(held["who"], held["by"]) for held in second.meeting["carried"]] == [("Nurse", "2026-12-24")]
    assert "It was added in First. Mark it as done instead." in second.is_refused("take_back", entry=topic)


def test_a_meeting_that_was_taken_out_of_the_history_carries_nothing(team):
    first = meets(team, 1, "First")
    first.does("add_topic", words="Buses")
    kept = open_records(team.district.workspace)
    kept.withdraw(first.meeting["id"])
    assert agenda(meets(team, 1, "Second")) == []


def test_an_action_below_an_earlier_fishbone_belongs_to_the_meeting_in_which_it_was_written(team):
    first = meets(team, 1, "First")
    kept = open_records(team.district.workspace, clock=team.clock)
    bones = kept.add(Fishbone(problem="36 of 120 missed ten days"), follows=[first.meeting["id"]])
    cause = kept.add(Cause(words="Line 4 runs late"), follows=[bones.id])
    second = meets(team, 1, "Second")
    team.clock.go(minutes=5)
    plan = kept.add(Plan(words="Another bus"), follows=[cause.id])
    name = kept.add(Action(what="Ask the bus company"), follows=[plan.id]).id
    assert ([held["what"] for held in second.meeting["actions"]], waiting(second)) == (
        ["Ask the bus company"],
        [],
    )
    third = meets(team, 1, "Third")
    assert waiting(third) == [("Ask the bus company", "", "Second", 0)]
    third.does("change_action", action=name, what="Ask the bus company", who="Nurse")
    assert waiting(third) == [("Ask the bus company", "", "Second", 0)]
