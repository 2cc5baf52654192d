"""The clock that all see: what is left only grows when minutes are added, a pause keeps it, and every screen counts the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from team_room import step

from dataworkbench.records import Step
from dataworkbench.views.meeting.clock import finished, left, paused, run, started

BEGIN = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
FIVE = Step(place=0, name="Look", does="look", minutes=5)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["start", "pause", "finish", "wait"]), st.integers(0, 400)), max_size=30
)


def played(deeds):
    """Give what is left before and after each deed, with the deed, the seconds that went by, and the step."""
    held, now = FIVE, BEGIN
    for deed, seconds in deeds:
        before, was = left(held, now), held
        now += timedelta(seconds=seconds)
        held = {"start": started, "pause": paused, "finish": finished, "wait": lambda one, _: one}[deed](
            held, now
        )
        yield deed, before, left(held, now), seconds, was, held


@given(DEEDS)
def test_what_is_left_never_grows(deeds):
    assert all(after <= before for _, before, after, _, _, _ in played(deeds))


@given(DEEDS)
def test_time_runs_while_the_clock_runs_and_stands_while_it_stands(deeds):
    for _, before, after, seconds, was, _ in played(deeds):
        assert before - after == (seconds if was.started is not None else 0)


@given(DEEDS, st.integers(0, 240))
def test_minutes_that_are_added_are_added_in_full(deeds, more):
    held = [FIVE, *(one for *_, one in played(deeds))][-1]
    now = BEGIN + timedelta(days=1)
    given_more = held.model_copy(update={"more": more})
    assert left(given_more, now) == left(held, now) + more * 60
    assert run(given_more, now) == run(held, now)


@given(DEEDS)
def test_pausing_starting_and_finishing_twice_is_as_once(deeds):
    held = [FIVE, *(one for *_, one in played(deeds))][-1]
    now = BEGIN + timedelta(days=1)
    for deed in (started, paused, finished):
        assert deed(deed(held, now), now) == deed(held, now)


def test_a_clock_that_is_set_back_takes_nothing_away():
    assert run(started(FIVE, BEGIN), BEGIN - timedelta(hours=1)) == 0


def test_a_step_over_its_time_says_by_how_much():
    assert left(started(FIVE, BEGIN), BEGIN + timedelta(minutes=7)) == -120


def test_all_see_the_same_clock_and_only_one_runs(team):
    principal, teacher, coach = team.three()
    principal.does("start_clock", step=step(principal, "agenda")["id"])
    team.clock.go(minutes=3)
    teacher.does("start_clock", step=step(teacher, "observe")["id"])
    team.clock.go(minutes=1)
    steps = coach.meeting["steps"]
    assert steps == principal.meeting["steps"] == teacher.meeting["steps"]
    assert [held["name"] for held in steps if held["started"]] == ["What do you see?"]
    assert [held["spent"] for held in steps if held["does"] == "agenda"] == [180]
    assert coach.meeting["now"] == step(coach, "observe")["id"]
    assert step(coach, "observe")["started"] == "2026-11-26T14:03:00+00:00"


def test_an_act_on_the_clock_that_is_sent_twice_counts_once(team):
    principal, _, _ = team.three()
    agenda = step(principal, "agenda")["id"]
    for _ in range(2):
        principal.does("give_minutes", step=agenda, more=2)
    assert step(principal, "agenda")["more"] == 2
    principal.does("start_clock", step=agenda)
    team.clock.go(minutes=1)
    principal.does("start_clock", step=agenda)
    assert step(principal, "agenda")["started"] == "2026-11-26T14:00:00+00:00"
    for _ in range(2):
        principal.does("pause_clock", step=agenda)
        team.clock.go(minutes=1)
    assert (step(principal, "agenda")["spent"], step(principal, "agenda")["started"]) == (60, "")


def test_minutes_are_a_whole_number_that_a_meeting_can_have(team):
    principal, _, _ = team.three()
    agenda = step(principal, "agenda")["id"]
    assert "is not between 0 and 240" in principal.is_refused("give_minutes", step=agenda, more=-1)
    assert "is not a whole number" in principal.is_refused("give_minutes", step=agenda, more="two")


def test_after_a_step_that_is_done_comes_the_next_that_is_not_and_after_the_last_nothing(team):
    principal, _, _ = team.three()
    names = [held["name"] for held in principal.meeting["steps"]]
    principal.does("start_clock", step=step(principal, "agenda")["id"])
    principal.does("finish_step", step=step(principal, "agenda")["id"], start=True)
    principal.does("finish_step", step=step(principal, "welcome")["id"])
    at = [held["name"] for held in principal.meeting["steps"] if held["here"]]
    assert at == [names[2]]
    for held in principal.meeting["steps"]:
        principal.does("finish_step", step=held["id"])
    assert all(held["done"] for held in principal.meeting["steps"])
    assert principal.meeting["now"] == step(principal, "close")["id"]
