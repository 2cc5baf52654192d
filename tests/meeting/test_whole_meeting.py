"""A whole meeting, played by three people at three screens over the same records, from its first minute to its end."""

from __future__ import annotations

import pytest
from team_room import Team, a_district, step

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.records import Cycle, Finding, Meeting, Minutes, Seat, Step, open_records
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.views.meeting.desk import meeting_desk
from dataworkbench.views.notes import Note


def test_a_room_in_which_nothing_was_ever_written_offers_protocols_and_no_meeting(team):
    seen = team.person(1).sees
    assert (seen["you"], seen["meeting"], seen["meetings"]) == (None, None, [])
    assert [held["title"] for held in seen["offer"]["protocols"]] == [
        "Describe, interpret, imply", "Find root causes", "Plan, do, study, act", "Short check-in",
    ]  # fmt: skip
    assert seen["offer"]["suggested"] == "Data meeting, November 26, 2026"
    assert seen["offer"]["cycle"] is None
    assert open_records(team.district.workspace).newest == 0


def test_who_begins_sits_in_it_and_the_others_see_it_in_the_list_and_join(team):
    first, second = team.person(1), team.person(2)
    name = first.does(
        "begin_meeting",
        protocol="short_check_in",
        name="Attendance team",
        your_name="Principal",
        your_role="facilitator",
    )
    assert [(held["name"], held["state"], held["here"]) for held in second.sees["meetings"]] == [
        ("Attendance team", "open", 1)
    ]
    assert second.sees["meeting"] is None
    second.does("join", meeting=name, name="  The   teacher ")
    assert [(held["name"], held["role"], held["you"]) for held in second.meeting["seats"]] == [
        ("Principal", "facilitator", False), ("The teacher", "", True),
    ]  # fmt: skip
    assert {held["role"]: held["name"] for held in second.meeting["roles"]} == {
        "facilitator": "Principal", "timekeeper": "", "recorder": "",
    }  # fmt: skip
    assert second.sees["offer"] is None


def test_a_meeting_that_is_sent_twice_is_begun_once(team):
    first = team.person(1)
    letter = {"id": "meeting-00000000aaaa", "protocol": "short_check_in", "your_name": "Principal"}
    first.does("begin_meeting", **letter)
    team.clock.go(minutes=1)
    first.does("begin_meeting", **letter)
    kept = open_records(team.district.workspace)
    assert [len(kept.latest(kind)) for kind in (Meeting, Step, Seat)] == [1, 6, 1]


def test_a_screen_that_is_opened_again_is_where_it_was(team):
    first, _, _ = team.three()
    again = team.person(1)
    assert again.sees == first.sees
    assert again.sees["you"]["name"] == "Principal"


def test_a_whole_meeting(team):
    principal, teacher, coach = team.three()
    principal.does("go_to_step", step=step(principal, "agenda")["id"], start=True)
    topic = teacher.does("add_topic", words="Buses in winter", who="Teacher")
    principal.does("finish_topic", topic=topic, done=True)
    principal.does("finish_step", step=step(principal, "agenda")["id"], start=True)
    assert [held["name"] for held in coach.meeting["steps"] if held["here"]] == ["What do you expect?"]
    seen = coach.does("add_observation", words="36 of 120 students missed 10 days or more")
    coach.does("add_interpretation", words="Two bus lines began to run late", from_=[seen])
    decision = principal.does(
        "add_decision", words="We call the families of those who ride line 4", why="They are the most"
    )
    teacher.does(
        "add_action",
        what="Call twelve families",
        who="Teacher",
        by="2026-12-04",
        whom="Riders of line 4",
        decision=decision,
    )
    coach.does("add_finding", concern="In 2026-27, 30% of the students of grade 6 missed a tenth of school")
    principal.does("end_meeting", meeting=principal.meeting["id"])
    held = coach.meeting
    assert [held["words"] for held in held["decisions"]] == ["We call the families of those who ride line 4"]
    assert [(one["what"], one["who"], one["by"], one["whom"], one["remarks"]) for one in held["actions"]] == [
        ("Call twelve families", "Teacher", "2026-12-04", "Riders of line 4", [])
    ]
    assert held["interpretations"][0]["from"] == [seen]
    assert [one["writer"] for one in held["observations"]] == ["Coach"]
    assert held["ended"] != ""
    assert all(one["started"] == "" for one in held["steps"])


def test_what_is_unfinished_is_said_at_the_end(team):
    principal, teacher, _ = team.three()
    teacher.does("add_topic", words="Buses in winter")
    teacher.does("add_action", what="Call twelve families")
    principal.does("finish_step", step=step(principal, "welcome")["id"])
    principal.does("end_meeting", meeting=principal.meeting["id"])
    said = principal.meeting["unfinished"]
    assert said[0].startswith(
        "Steps that are not marked as done: Agenda and what is open; What do you expect?;"
    )
    assert said[0].endswith("and 5 more.")
    assert said[1:] == [
        "Topics that go on the next agenda: Buses in winter.",
        "Actions that nobody has taken on: Call twelve families.",
        "Actions without a day: Call twelve families.",
    ]


def test_a_meeting_that_has_ended_takes_in_nothing_until_it_is_reopened(team):
    principal, teacher, _ = team.three()
    meeting = principal.meeting["id"]
    principal.does("end_meeting", meeting=meeting)
    assert "ended at 2:00 pm. Reopen it" in teacher.is_refused("add_topic", words="Late")
    assert teacher.sees["offer"] is not None
    teacher.does("reopen_meeting", meeting=meeting)
    teacher.does("add_topic", words="Late")
    assert [held["words"] for held in principal.meeting["topics"]] == ["Late"]


def test_ending_twice_keeps_the_time_of_the_first(team):
    principal, teacher, _ = team.three()
    principal.does("end_meeting", meeting=principal.meeting["id"])
    first = principal.meeting["ended"]
    team.clock.go(minutes=3)
    teacher.does("end_meeting", meeting=teacher.meeting["id"])
    assert teacher.meeting["ended"] == first


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("add_topic", {"words": "x"}, "You are in no meeting yet"),
        ("begin_meeting", {"protocol": "fishbowl", "your_name": "A"}, "No protocol is called 'fishbowl'"),
        ("begin_meeting", {"protocol": "short_check_in"}, "Your name is still empty"),
        ("begin_meeting", {"protocol": "short_check_in", "your_name": "A", "on": "tomorrow"}, "is not a day"),
        ("begin_meeting", {"protocol": "short_check_in", "your_name": "A", "school": "Elm"}, "No school is called"),
        ("begin_meeting", {"protocol": "short_check_in", "your_name": "A", "roles": ["x"]}, "Roles are sent as names"),
        ("begin_meeting", {"protocol": "short_check_in", "your_name": "A", "team": "team-000000000000"}, "is not there any more"),
        ("join", {"meeting": "meeting-000000000000", "name": "A"}, "is not there any more"),
        ("dance", {}, "No act is called 'dance'"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_kindly_and_writes_nothing(team, act, given, said):
    assert said in team.person(1).is_refused(act, **given)


def test_somebody_who_has_not_said_who_they_are_reads_and_does_not_write(team):
    principal, _, _ = team.three()
    team.meeting = principal.meeting["id"]
    stranger = team.person(9)
    assert stranger.meeting["name"] == principal.meeting["name"]
    assert stranger.sees["you"] is None
    assert "Say who you are first" in stranger.is_refused("add_topic", words="x")
    assert "Say who you are first" in stranger.is_refused("end_meeting", meeting=team.meeting)


def test_a_step_of_another_meeting_is_not_moved(team):
    principal, _, _ = team.three()
    other = team.person(4)
    other.does("begin_meeting", protocol="short_check_in", your_name="Nurse")
    assert "belongs to another meeting" in other.is_refused(
        "start_clock", step=step(principal, "agenda")["id"]
    )


def test_who_goes_to_another_meeting_is_seen_in_the_first_as_one_who_was_there_under_the_name_of_then(team):
    principal, teacher, coach = team.three()
    second = team.person(4).does("begin_meeting", protocol="short_check_in", your_name="Nurse")
    teacher.does("join", meeting=second, name="Substitute", role="recorder")
    assert [(held["name"], held["here"]) for held in principal.meeting["seats"]] == [
        ("Principal", True), ("Teacher", False), ("Coach", True),
    ]  # fmt: skip
    assert [(held["name"], held["role"]) for held in teacher.meeting["seats"]] == [
        ("Nurse", ""),
        ("Substitute", "recorder"),
    ]
    coach.does("leave")
    assert coach.sees["meeting"] is None
    assert [held["here"] for held in principal.meeting["seats"]] == [True, False, False]
    coach.does("join", meeting=principal.meeting["id"], name="Coach")
    assert [held["here"] for held in principal.meeting["seats"]] == [True, False, True]


def test_a_finding_follows_the_cycle_and_the_meeting(team):
    cycle = open_records(team.district.workspace).add(Cycle(name="2026-27"))
    principal, _, _ = team.three()
    name = principal.does("add_finding", concern="A third of grade 6 missed a tenth of school")
    entry = open_records(team.district.workspace).entry(name)
    assert entry.body == Finding(concern="A third of grade 6 missed a tenth of school")
    assert entry.follows == (cycle.id, principal.meeting["id"])
    assert principal.meeting["cycle"] == "2026-27"


def test_roles_and_norms_can_be_changed_while_it_goes_on(team):
    principal, teacher, _ = team.three()
    principal.does(
        "change_meeting",
        meeting=principal.meeting["id"],
        roles={"timekeeper": "Coach"},
        norms=["We begin on time.", " "],
    )
    assert teacher.meeting["norms"] == ["We begin on time."]
    assert {held["role"]: held["name"] for held in teacher.meeting["roles"]} == {
        "facilitator": "Principal", "timekeeper": "Coach", "recorder": "",
    }  # fmt: skip


def test_a_team_brings_its_school_and_its_people_are_offered_as_owners(team):
    first = team.person(1)
    first.does("begin_meeting", protocol="short_check_in", your_name="Principal")
    name = first.does("add_team", name="Grade 6", members=["Teacher", "Coach", ""])
    first.does("end_meeting", meeting=first.meeting["id"])
    assert [(held["name"], held["members"]) for held in first.sees["offer"]["teams"]] == [
        ("Grade 6", ["Teacher", "Coach"])
    ]
    first.does("begin_meeting", protocol="short_check_in", your_name="Principal", team=name)
    assert first.meeting["team"] == "Grade 6"
    assert first.meeting["people"] == ["Principal", "Teacher", "Coach"]


def test_what_was_taken_back_comes_back_by_undo(team):
    principal, teacher, _ = team.three()
    name = principal.does("add_topic", words="Buses")
    wrote = teacher.desk.act(teacher.seat, "take_back", {"entry": name})
    assert principal.meeting["topics"] == []
    teacher.does("undo", wrote=[list(pair) for pair in wrote])
    assert [held["words"] for held in principal.meeting["topics"]] == ["Buses"]


def test_a_meeting_or_a_step_cannot_be_taken_back_by_accident(team):
    principal, _, _ = team.three()
    for entry in (
        principal.meeting["id"],
        principal.meeting["now"],
        principal.seat,
        "topic-00000000ffff",
        "",
    ):
        assert "nothing here that could be taken back" in principal.is_refused("take_back", entry=entry)


def test_two_people_who_change_the_same_action_are_told_and_both_texts_are_kept(team):
    principal, teacher, coach = team.three()
    name = principal.does("add_action", what="Call the families")
    teacher.does("change_action", action=name, what="Call twelve families", changes=name, seen=1)
    said = coach.is_refused_with_a_text_kept(
        "change_action", action=name, what="Write to the families", changes=name, seen=1
    )
    assert "Teacher changed this" in said
    assert "Yours is kept too" in said
    kept = open_records(team.district.workspace)
    assert principal.meeting["actions"][0]["what"] == "Call twelve families"
    assert [text.body.what for text in kept.set_aside(name)] == ["Write to the families"]


def test_remarks_ask_for_an_owner_and_a_day_and_never_refuse(team):
    principal, _, _ = team.three()
    principal.does("add_action", what="Call the families")
    principal.does("add_action", what="Call them", who="Nurse", by="2026-11-25")
    principal.does("add_action", what="Call them again", who="Nurse", by="2026-12-01")
    assert [held["remarks"] for held in principal.meeting["actions"]] == [
        ["Nobody does it yet. Who will?", "It has no day yet. By when?"],
        ["Its day was past already when it was agreed."],
        [],
    ]


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("36 of 120 students missed ten days or more", ""),
        ("Absence is higher in winter because buses are late", "'because'"),
        ("Fewer came due to the flu", "'due to'"),
        ("Students should come more often", "'should'"),
        ("Families don't care", "'don't care'"),
    ],
)
def test_a_conclusion_among_the_observations_is_asked_about(team, words, about):
    principal, _, _ = team.three()
    principal.does("add_observation", words=words)
    remarks = principal.meeting["observations"][0]["remarks"]
    assert (len(remarks) == 1 and remarks[0].startswith(about)) if about else remarks == []


def test_an_interpretation_is_asked_what_it_rests_on_also_when_that_was_taken_back(team):
    principal, _, _ = team.three()
    seen = principal.does("add_observation", words="36 of 120 missed ten days")
    name = principal.does("add_interpretation", words="Two bus lines run late")
    asked = "Which observation does it rest on? Choose one, or write down first what was seen."
    assert principal.meeting["interpretations"][0]["remarks"] == [asked]
    principal.does("change_interpretation", interpretation=name, words="Two bus lines run late", from_=[seen])
    assert principal.meeting["interpretations"][0]["remarks"] == []
    principal.does("take_back", entry=seen)
    assert principal.meeting["interpretations"][0]["remarks"] == [asked]
    assert principal.meeting["interpretations"][0]["from"] == []


def test_the_desk_for_cells_is_for_staff_and_names_a_meeting_that_is_not_there(team):
    assert isinstance(meeting_desk(team.district, audience="public"), Note)
    assert isinstance(meeting_desk(team.district), LiveDesk)
    with pytest.raises(
        NoSuchNameError, match="No meeting is called 'meeting-x', and there is none at all yet"
    ):
        meeting_desk(team.district, "meeting-x")
    with pytest.raises(NoSuchNameError, match="No cycle is called 'cycle-x'"):
        meeting_desk(team.district, cycle="cycle-x")
    with pytest.raises(NoSuchNameError, match="No school is called 'Elm'"):
        meeting_desk(team.district, school="Elm")


def test_a_time_zone_that_is_not_known_is_said_at_once(tmp_path):
    with pytest.raises(WorkbenchError, match=r"'Middle/Earth' in workbench\.toml is not known"):
        meeting_desk(a_district(tmp_path / "somewhere", zone="Middle/Earth"))


def test_times_are_shown_in_the_districts_zone_and_kept_in_utc(tmp_path):
    team = Team(a_district(tmp_path / "somewhere", zone="America/Los_Angeles"))
    team.clock.go(minutes=-9 * 60)
    principal, _, _ = team.three()
    assert (principal.sees["zone"], principal.sees["today"]) == ("America/Los_Angeles", "2026-11-25")
    assert (principal.meeting["begun"], principal.meeting["begun_at"]) == (
        "2026-11-26T05:00:00+00:00",
        "9:00 pm",
    )
    assert principal.meeting["on"] == "2026-11-25"


def test_a_meeting_can_be_prepared_for_another_day_and_begins_with_its_first_step(team):
    first = team.person(1)
    first.does("begin_meeting", protocol="short_check_in", your_name="Principal", on="2026-12-03")
    assert (first.meeting["begun"], first.sees["meetings"][0]["state"]) == ("", "ahead")
    team.clock.go(days=7)
    first.does("start_clock", step=step(first, "agenda")["id"])
    assert (first.meeting["begun"], first.sees["meetings"][0]["state"]) == (
        "2026-12-03T14:00:00+00:00",
        "open",
    )


def test_at_the_end_the_minutes_and_the_recap_lie_in_the_workspace(team):
    principal, teacher, _ = team.three()
    teacher.does(
        "add_action", what="Call twelve families", who="Teacher", by="2026-12-04", whom="Riders of line 4"
    )
    principal.does("end_meeting", meeting=principal.meeting["id"])
    (noted,) = open_records(team.district.workspace).latest(Minutes)
    folder = team.district.workspace.root / noted.body.folder
    assert "Call twelve families" in (folder / "recap.html").read_text(encoding="utf-8")


def test_where_the_minutes_cannot_be_written_the_meeting_has_ended_all_the_same_and_that_is_said(team):
    principal, _, _ = team.three()
    (team.district.workspace.root / "meetings").write_text("in the way", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="The meeting has ended, and all that was said is kept"):
        principal.does("end_meeting", meeting=principal.meeting["id"])
    assert principal.meeting["ended"]
    (team.district.workspace.root / "meetings").unlink()
    principal.does("end_meeting", meeting=principal.meeting["id"])
    assert len(open_records(team.district.workspace).latest(Minutes)) == 1


def test_the_fishbone_and_the_whys_of_the_screen_are_those_of_the_meeting_that_one_is_in(team):
    principal, _, _ = team.three()
    other = team.person(4)
    other.does("begin_meeting", protocol="short_check_in", your_name="Nurse", school="S2")
    principal.does(
        "begin_fishbone", id="fishbone-00000000aaaa", problem="36 of 120 students missed ten days this year"
    )
    wrote = open_records(team.district.workspace).entry("fishbone-00000000aaaa")
    assert principal.meeting["id"] in wrote.follows
    assert principal.desk.show(principal.seat)["fishbone"]["id"] == "fishbone-00000000aaaa"
    assert principal.desk.show(principal.seat)["whys"]["about"] == principal.meeting["id"]
    assert other.desk.show(other.seat)["whys"]["about"] == other.meeting["id"]
