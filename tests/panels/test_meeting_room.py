"""The room as people see and touch it: several browsers before one meeting, at a desk over real records."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from team_browser import Room, Screen, needs_chromium

from dataworkbench.records import Action, Meeting, Observation, Topic, open_records
from dataworkbench.views.meeting.desk import meeting_desk

sys.path.append(str(Path(__file__).parents[1] / "meeting"))
from team_room import Person, Team, a_district

pytestmark = [*needs_chromium, pytest.mark.slow]

HOSTILE = (
    "<script>window.RAN=1</script><img src=x onerror=window.RAN=1> \"q\" '\u202eright\u202c' 😀 =1+1 `x` ${y}"
)
STEPS = (
    "welcome", "agenda", "predict", "look", "observe", "interpret", "fishbone", "whys", "decide", "actions", "close",
)  # fmt: skip


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with Room() as opened:
        yield opened


@pytest.fixture
def district(tmp_path: Path) -> Any:
    return a_district(tmp_path / "district")


@pytest.fixture
def team(district: Any) -> Team:
    made = Team(district)
    made.clock.at = datetime.now(UTC)
    return made


@pytest.fixture
def first(team: Team) -> Person:
    """One who has begun a meeting, with two others in it."""
    return team.three()[0]


def desk_of(team: Team, person: Person) -> Any:
    return meeting_desk(team.district, person.meeting["id"])


def kept(team: Team, kind: Any) -> list[Any]:
    return [entry.body for entry in open_records(team.district.workspace).latest(kind)]


def joined(
    room: Room, team: Team, person: Person, name: str = "Counselor", role: str = "", **screen: Any
) -> Screen:
    opened = room.screen(desk_of(team, person), **screen)
    opened.page.get_by_label("Your name").fill(name)
    if role:
        opened.page.get_by_label("Your role").select_option(role)
    opened.page.get_by_role("button", name="Join", exact=True).click()
    opened.page.locator(".dw-room").wait_for()
    return opened


def goes_to(person: Person, does: str) -> str:
    """Move the room to the step that does something, and return the step's name."""
    step = next(one for one in person.meeting["steps"] if one["does"] == does)
    person.does("go_to_step", step=step["id"], start=True)
    return str(step["name"])


def sees_step(screen: Screen, name: str) -> None:
    screen.page.locator(".dw-step-title", has_text=name).wait_for(timeout=2500)


def full_meeting(person: Person) -> None:
    """Write something of every kind, hostile words among them."""
    person.does("add_topic", words=HOSTILE)
    seen = person.does("add_observation", words=HOSTILE)
    person.does("add_interpretation", words=f"What it may mean {HOSTILE}", from_=[seen])
    person.does("add_decision", words=f"We decide {HOSTILE}", why="x" * 900)
    person.does("add_action", what=f"Do it {HOSTILE}", who="<b>Teacher</b>", whom="語" * 40, by="2026-12-04")
    person.does("add_note", words=f"A note {HOSTILE}")


def test_a_meeting_is_begun_and_joined_from_the_door(room, district):
    first = room.screen(meeting_desk(district))
    first.page.get_by_label("Your name").fill("Principal")
    first.page.get_by_label("Short check-in").check()
    first.page.get_by_role("button", name="Begin the meeting").click()
    first.page.locator(".dw-room").wait_for()
    other = room.screen(meeting_desk(district))
    other.page.get_by_role("button", name="Open: ").click()
    other.page.get_by_label("Your name").fill("Teacher")
    other.page.get_by_role("button", name="Join", exact=True).click()
    other.page.locator(".dw-room").wait_for()
    first.page.locator("summary", has_text="2 people here").wait_for(timeout=2500)
    (held,) = open_records(district.workspace).latest(Meeting)
    assert held.body.protocol == "short_check_in"
    first.close()
    other.close()


@pytest.mark.parametrize("width", [1920, pytest.param(1280, marks=pytest.mark.thorough), 390])
def test_axe_finds_nothing_and_nothing_sticks_out_on_any_step(room, team, first, width):
    full_meeting(first)
    screen = joined(room, team, first, width=width)
    for does in STEPS:
        sees_step(screen, goes_to(first, does))
        screen.page.wait_for_timeout(150)
        assert screen.axe() == [], does
        assert screen.is_within_its_width(), does
    assert screen.page.evaluate("window.RAN") is None
    screen.close()


def test_what_people_write_stands_as_text_wherever_it_is_shown(room, team, first):
    full_meeting(first)
    screen = joined(room, team, first)
    for does in ("agenda", "observe", "interpret", "decide", "actions"):
        sees_step(screen, goes_to(first, does))
        screen.page.locator(".dw-step-body", has_text="<script>window.RAN=1</script>").wait_for()
    assert screen.page.locator(".dw-room script, .dw-room img").count() == 0
    assert screen.page.evaluate("window.RAN") is None
    screen.close()


def test_what_one_writes_stands_before_the_others_without_a_reload(room, team, first):
    one, other = joined(room, team, first, "Counselor"), joined(room, team, first, "Librarian")
    name = goes_to(first, "observe")
    sees_step(one, name)
    sees_step(other, name)
    one.page.get_by_label("What do you see? Facts only").fill("Absence is highest in grade 8.")
    one.page.keyboard.press("Enter")
    other.page.locator("li", has_text="Absence is highest in grade 8.").wait_for(timeout=15_000)
    one.close()
    other.close()


def test_all_see_the_same_clock_and_the_timekeeper_leads_it(room, team, first):
    lead = joined(room, team, first, "Clerk", "timekeeper")
    other = joined(room, team, first, "Librarian")
    lead.page.get_by_role("button", name="Start the clock").click()
    other.page.get_by_text("left of this step").wait_for(timeout=2500)
    lead.page.get_by_role("button", name="1 minute more").click()
    other.page.locator(".dw-clock-big", has_text="2:5").wait_for(timeout=2500)
    seconds = [screen.page.locator(".dw-clock-big").inner_text().split(":") for screen in (lead, other)]
    assert abs(sum(int(part) * size for part, size in zip(seconds[0], (60, 1), strict=True))
               - sum(int(part) * size for part, size in zip(seconds[1], (60, 1), strict=True))) <= 1  # fmt: skip
    lead.page.get_by_role("button", name="Pause").click()
    other.page.get_by_text("the clock stands").wait_for(timeout=2500)
    assert not other.page.get_by_role("button", name="Next step").is_visible()
    lead.page.get_by_role("button", name="Next step").click()
    sees_step(other, "Agenda and what is open")
    lead.close()
    other.close()


def test_nothing_moves_away_from_under_somebody_who_is_writing(room, team, first):
    screen = joined(room, team, first)
    sees_step(screen, goes_to(first, "observe"))
    screen.page.get_by_label("What do you see? Facts only").press_sequentially("In grade ")
    goes_to(first, "decide")
    screen.page.get_by_text("you look at another step").wait_for(timeout=2500)
    screen.page.keyboard.type("8 it is a quarter.")
    assert (
        screen.page.get_by_label("What do you see? Facts only").input_value() == "In grade 8 it is a quarter."
    )
    screen.page.keyboard.press("Enter")
    screen.page.locator("li", has_text="In grade 8 it is a quarter.").wait_for()
    screen.page.get_by_role("button", name="Follow the room").click()
    sees_step(screen, "What do we decide?")
    goes_to(first, "actions")
    sees_step(screen, "Who does what by when?")
    screen.close()


def test_one_may_look_at_another_step_and_come_back(room, team, first):
    screen = joined(room, team, first)
    screen.page.get_by_role("button", name="What do we decide?").click()
    sees_step(screen, "What do we decide?")
    goes_to(first, "observe")
    screen.page.wait_for_timeout(1200)
    assert screen.page.locator(".dw-step-title").inner_text() == "What do we decide?"
    screen.page.get_by_role("button", name="Follow the room").click()
    sees_step(screen, "What do you see?")
    screen.close()


def test_one_may_take_the_room_to_another_step(room, team, first):
    one, other = joined(room, team, first, "Counselor"), joined(room, team, first, "Librarian")
    one.page.get_by_role("button", name="What do we decide?").click()
    one.page.get_by_role("button", name="Take the room here").click()
    sees_step(other, "What do we decide?")
    one.page.get_by_text("you look at another step").wait_for(state="detached")
    sees_step(one, "What do we decide?")
    one.close()
    other.close()


def test_by_keyboard_alone_one_joins_writes_an_observation_and_leads_to_the_next_step(room, team, first):
    screen = room.screen(desk_of(team, first))
    keys = screen.page.keyboard

    def tab_to(name: str, most: int = 60) -> None:
        for _ in range(most):
            keys.press("Tab")
            at = screen.page.evaluate(
                "(() => { const at = document.activeElement; return (at.labels && at.labels[0] ? at.labels[0].innerText : '') || at.getAttribute('aria-label') || at.innerText || ''; })()"
            )
            if at.startswith(name):
                return
        raise AssertionError(f"{name} is not reached by Tab")

    tab_to("Your name")
    keys.type("Clerk")
    tab_to("Your role")
    keys.type("t")
    tab_to("Join")
    keys.press("Enter")
    screen.page.locator(".dw-room").wait_for()
    sees_step(screen, goes_to(first, "observe"))
    tab_to("What do you see? Facts only")
    keys.type("Written without a mouse.")
    keys.press("Enter")
    screen.page.locator("li", has_text="Written without a mouse.").wait_for()
    screen.page.evaluate("document.activeElement.blur()")
    tab_to("Next step")
    keys.press("Enter")
    sees_step(screen, "What may it mean?")
    assert kept(team, Observation)[0].words == "Written without a mouse."
    screen.close()


def test_topics_and_actions_are_ticked_changed_and_taken_back(room, team, first):
    first.does("add_topic", words="The bus")
    first.does("add_action", what="Ask the bus company", who="Coach")
    screen = joined(room, team, first)
    sees_step(screen, goes_to(first, "agenda"))
    screen.page.get_by_label("Talked about: The bus").check()
    screen.page.wait_for_timeout(300)
    assert kept(team, Topic)[0].done
    sees_step(screen, goes_to(first, "actions"))
    screen.page.get_by_role("button", name="Change: Ask the bus company").click()
    form = screen.page.get_by_role("form", name="Change: Ask the bus company")
    form.get_by_label("By when").fill("2026-12-04")
    form.get_by_label("Student or group").fill("Grade 8")
    form.get_by_role("button", name="Save").click()
    screen.page.get_by_text("By: December 4, 2026").wait_for()
    (held,) = kept(team, Action)
    assert (held.whom, held.who, str(held.by)) == ("Grade 8", "Coach", "2026-12-04")
    screen.page.get_by_role("button", name="Change: Ask the bus company").click()
    screen.page.get_by_role("button", name="Take back: Ask the bus company").click()
    screen.page.get_by_text("No action has been agreed yet.").wait_for()
    screen.page.get_by_role("button", name="Undo what I did last").click()
    screen.page.get_by_text("By: December 4, 2026").wait_for()
    screen.close()


def test_a_form_that_was_left_half_filled_is_there_after_a_reload(room, team, first):
    screen = joined(room, team, first)
    sees_step(screen, goes_to(first, "actions"))
    screen.page.get_by_label("What", exact=True).press_sequentially("Call the families ")
    screen.page.get_by_label("Who does it").press_sequentially("the attendance clerk")
    screen.page.wait_for_timeout(900)
    screen.reload()
    sees_step(screen, "Who does what by when?")
    assert screen.page.get_by_label("What", exact=True).input_value() == "Call the families "
    assert screen.page.get_by_label("Who does it").input_value() == "the attendance clerk"
    screen.page.get_by_role("button", name="Add").first.click()
    screen.page.get_by_text("Who: the attendance clerk").wait_for()
    assert screen.page.get_by_label("What", exact=True).input_value() == ""
    screen.close()


def test_two_who_change_one_action_are_told_and_neither_text_is_lost(room, team, first):
    action = first.does("add_action", what="Ask the bus company")
    screen = joined(room, team, first)
    sees_step(screen, goes_to(first, "actions"))
    screen.page.get_by_role("button", name="Change: Ask the bus company").click()
    form = screen.page.get_by_role("form", name="Change: Ask the bus company")
    form.get_by_label("Who does it").fill("Librarian")
    first.does("change_action", action=action, what="Ask both bus companies", changes=action, seen=1)
    screen.page.get_by_text("Somebody changed this while you were writing.").wait_for(timeout=2500)
    assert screen.page.locator(".dw-clash", has_text="Ask both bus companies").is_visible()
    screen.page.get_by_role("button", name="Go on with yours").click()
    assert screen.page.get_by_label("Who does it").first.input_value() == "Librarian"
    screen.page.get_by_role("button", name="Save").click()
    screen.page.get_by_text("Who: Librarian").wait_for()
    history = open_records(team.district.workspace).history(action)
    assert [version.body.what for version in history] == [
        "Ask the bus company",
        "Ask both bus companies",
        "Ask the bus company",
    ]
    screen.close()


def test_a_note_that_only_its_writer_reads_never_reaches_another_browser(room, team, first):
    one, other = joined(room, team, first, "Counselor"), joined(room, team, first, "Librarian")
    one.page.locator("summary", has_text="Notes").click()
    one.page.get_by_label("Only I").check()
    one.page.get_by_label("Note", exact=True).fill("TELL-TALE about a family")
    one.page.get_by_role("button", name="Add").last.click()
    one.page.locator("li", has_text="TELL-TALE").wait_for()
    other.page.wait_for_timeout(1500)
    assert not [told for told in other.sent if "TELL-TALE" in str(told)]
    one.page.get_by_role("button", name="Change: TELL-TALE").click()
    one.page.get_by_role("form", name="Change: TELL-TALE").get_by_label("Note").fill("TELL-TALE, mended")
    one.page.get_by_role("form", name="Change: TELL-TALE").get_by_role("button", name="Save").click()
    one.page.locator("li", has_text="TELL-TALE, mended").wait_for()
    other.page.wait_for_timeout(1500)
    assert not [told for told in other.sent if "TELL-TALE" in str(told)]
    one.close()
    other.close()


def test_whoever_looks_on_can_write_nothing(room, team, first):
    screen = room.screen(desk_of(team, first))
    screen.page.get_by_role("button", name="Look on only").click()
    sees_step(screen, goes_to(first, "actions"))
    assert screen.page.locator(".dw-step-body input, .dw-step-body textarea").count() == 0
    assert not screen.page.get_by_role("button", name="Next step").is_visible()
    screen.close()


def test_large_letters_are_larger_and_stay_after_a_reload(room, team, first):
    screen = joined(room, team, first, width=1920, height=1080)
    size = "getComputedStyle(document.querySelector('.dw-asks')).fontSize"
    before = float(screen.page.evaluate(size).removesuffix("px"))
    screen.page.get_by_role("button", name="Large letters").click()
    assert float(screen.page.evaluate(size).removesuffix("px")) > 1.2 * before
    screen.reload()
    assert float(screen.page.evaluate(size).removesuffix("px")) > 1.2 * before
    assert screen.is_within_its_width()
    screen.close()


def test_the_meeting_ends_with_a_recap_in_files_and_on_the_screen(room, team, first):
    first.does("add_action", what="Call the families", who="Coach", by="2026-12-04", whom="Grade 8")
    screen = joined(room, team, first)
    sees_step(screen, goes_to(first, "close"))
    screen.page.frame_locator("iframe.dw-recap").get_by_text("Call the families").wait_for()
    with screen.page.expect_download() as came:
        screen.page.get_by_role("button", name="Recap as Markdown").click()
    assert "Call the families" in Path(came.value.path()).read_text(encoding="utf-8")
    screen.page.get_by_role("button", name="End the meeting and write the minutes").click()
    screen.page.get_by_text("Minutes and recap were written at").wait_for()
    (written,) = (team.district.workspace.root / "meetings").glob("*/recap.html")
    assert "Call the families" in written.read_text(encoding="utf-8")
    assert kept(team, Meeting)[0].ended is not None
    assert screen.page.get_by_role("button", name="Next step").count() == 0
    screen.close()


def test_the_clock_counts_as_it_would_by_hand(room, team, first):
    script = """import * as clock from "/team/clock.js";
    const step = { place: 1, minutes: 5, more: 1, spent: 30, started: "2026-11-26T14:00:00Z", done: false };
    const now = Date.parse("2026-11-26T14:02:00Z"), next = { place: 2, minutes: 3, more: 0, spent: 0, started: "", done: false };
    export default { render({ el }) { el.innerHTML = '<div class="dw-team"></div>'; window.counted = {
      left: clock.leftOf(step, now), all: clock.leftOfAll([{ ...next, place: 0 }, step, next, { ...next, done: true }], now, step),
      over: clock.told(clock.leftOf({ ...step, spent: 300 }, now)), whole: clock.told(299.2), fraction: clock.fraction(step, now),
      said: [clock.spoken(119), clock.spoken(59), clock.spoken(-1), clock.spoken(200)], at: clock.timeOfDay(now, "America/New_York") }; } };"""
    screen = room.screen(desk_of(team, first), script=script)
    held = screen.page.evaluate("window.counted")
    assert held["left"] == 6 * 60 - 30 - 120
    assert held["all"] == 210 + 180
    assert held["over"] == "+1:00"
    assert held["whole"] == "5:00"
    assert held["fraction"] == pytest.approx(150 / 360)
    assert held["said"] == ["two minutes are left", "less than a minute is left", "the time is over", ""]
    assert held["at"].replace("\u202f", " ") == "9:02 AM"
    screen.close()
