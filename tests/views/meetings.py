"""A meeting as a team writes it, line by line: seats, steps, a figure, a fishbone with votes and whys, decisions, actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
from teams import made

from dataworkbench.records import Cycle, Entry, Figure, Finding, Records
from dataworkbench.records.bodies import Action, Change, Hypothesis, Plan, Review
from dataworkbench.records.cause_bodies import Bone, Cause, Check, Evidence, Fishbone, Vote, Why
from dataworkbench.records.meeting_bodies import (
    Decision,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Prediction,
    Seat,
    Seen,
    Step,
    Topic,
)

BEGUN = datetime(2026, 11, 13, 14, 30, tzinfo=UTC)
ENDED = BEGUN + timedelta(minutes=50)
HOSTILE = "<script>alert(1)</script> \"q\" 'a' =1+1 | **b** `c` [x](javascript:alert(1)) שלום \u202eevil 👩‍🏫"


@dataclass
class Room:
    """A meeting under way: what is written goes into the records at the time that the clock shows."""

    kept: Records
    now: list[datetime] = field(default_factory=lambda: [BEGUN])
    meeting: Entry[Meeting] | None = None
    district: Any = None

    def add(
        self, body: Any, *follows: Entry[Any] | None, snapshot: str = "", by: str = "the recorder"
    ) -> Entry[Any]:
        self.now[0] += timedelta(seconds=5)
        return self.kept.add(
            body, by=by, snapshot=snapshot, follows=[held.id for held in follows if held is not None]
        )


def room_in(district, **more: Any) -> Room:
    """Begin a meeting in a district that has a cycle."""
    now = [BEGUN]
    room = Room(Records(district.workspace.root / "records.db", clock=lambda: now[0]), now, district=district)
    cycle = (room.kept.latest(Cycle) or [room.add(Cycle(name="School year 2026-27"))])[0]
    about = {
        "name": "Grade 6 attendance", "on": "2026-11-13", "protocol": "Describe, interpret, imply", "school_id": "S1",
        "norms": ("We talk about how things work, not about who.",), "begun": BEGUN, "ended": ENDED,
    }  # fmt: skip
    room.meeting = room.add(Meeting(**{**about, **more}), cycle)
    return room


def drawing(title: str = "Who misses a tenth of school?") -> str:
    figure = go.Figure(go.Bar(x=[10, 25, 12], y=["Grade 5", "Grade 6", "Grade 7"], orientation="h"))
    return str(figure.update_layout(title=title, height=320).to_json())


def whole_meeting(room: Room, *, words: str = "", actions: int = 3) -> Room:
    """Write a meeting from its seats to its actions; ``words`` stand in everything that a person can write."""
    meeting = room.meeting
    seats = [
        room.add(Seat(name=f"the {role} {words}".strip(), role=role), meeting)
        for role in ("facilitator", "timekeeper", "recorder")
    ]
    room.add(
        Step(place=2, name=f"Look {words}".strip(), does="look", minutes=10, spent=754, more=2, done=True),
        meeting,
    )
    room.add(Step(place=1, name="Welcome", does="welcome", minutes=5, spent=300, done=True), meeting)
    room.add(Step(place=3, name="Close", does="close", minutes=5), meeting)
    room.add(Topic(words=f"The new bus plan {words}", who="the principal", done=True), meeting)
    room.add(Topic(words=f"Phones in class {words}"), meeting)
    looked_at(room, seats, words)
    under_a_fishbone(room, seats, words)
    room.add(
        Decision(words=f"We call home on the first morning {words}", why=f"families did not know {words}"),
        meeting,
    )
    for at in range(actions):
        room.add(
            Action(whom=f"Student {at + 1} {words}".strip(), what=f"Call home and agree on one step, number {at + 1} {words}".strip(), who=f"the clerk {words}".strip(), by=f"2026-11-{16 + at % 14:02d}"),
            meeting,
        )  # fmt: skip
    room.add(MeetingNote(words=f"The library is free on Fridays {words}", about="rooms"), meeting)
    room.add(
        MeetingNote(words="A family told us something in confidence", kind="restricted", seat=seats[0].id),
        meeting,
    )
    return room


def looked_at(room: Room, seats: list[Entry[Seat]], words: str) -> None:
    meeting = room.meeting
    seen = room.add(
        Seen(
            title=f"Who misses a tenth of school? {words}".strip(), indicator="chronic_absence", shown=True, drawing=drawing(f"Who {words}"),
            words=(f"Grade 6: 25% (10 of 40, likely 14% to 40%). {words}".strip(),), alt=f"Grade 6 is highest. {words}".strip(),
            table=(("Grade", "Share", "n"), (f"Grade 6 {words}".strip(), "25%", "40"), ("Grade 7", "12%", "41")),
        ), meeting, snapshot="2026-11-13_120000-abcdef",
    )  # fmt: skip
    hidden = room.add(Seen(title="Not opened", words=("Secret 99%",), drawing=drawing("Secret 99%")), meeting)
    room.add(Prediction(words=f"I think grade 7 {words}", seat=seats[1].id), seen)
    room.add(Prediction(words="Private guess", seat=seats[1].id), hidden)
    fact = room.add(Observation(words=f"Grade 6 is twice grade 7 {words}", seat=seats[2].id), meeting, seen)
    room.add(Observation(words="Most absences are on Mondays"), meeting)
    room.add(Interpretation(words=f"Something changed with the bus {words}"), meeting, fact)


def under_a_fishbone(room: Room, seats: list[Entry[Seat]], words: str) -> None:
    meeting = room.meeting
    finding = room.add(Finding(concern=f"25% of grade 6 missed a tenth {words}"), meeting)
    bone = room.add(
        Fishbone(problem=f"In fall 2026, 25% of grade 6 students missed a tenth of school {words}".strip(), bones=(Bone(name="Transport"), Bone(name=f"Policies {words}".strip())), phase="vote", votes_each=2, number="25%", group="Grade 6"),
        finding, meeting,
    )  # fmt: skip
    late = room.add(
        Cause(words=f"The bus comes late {words}".strip(), bone="Transport", control="influence"),
        bone,
        finding,
    )
    same = room.add(Cause(words="Bus is never on time", bone="Transport", merged_into=late.id), bone, finding)
    rule = room.add(
        Cause(words="Nobody calls home", bone=f"Policies {words}".strip(), control="ours"), bone, finding
    )
    room.add(
        Cause(words="The unit is too hard", bone="Transport", ruled_out=f"Others had it too {words}".strip()),
        bone,
        finding,
    )
    room.add(Cause(words="A card without a bone"), bone, finding)
    for seat, cause in ((0, late), (0, same), (0, rule), (1, same), (2, rule)):
        room.add(Vote(seat=seats[seat].id), cause)
    room.add(
        Evidence(
            words=f"Riders came late on 12 of 20 days {words}",
            kind="data",
            figure=Figure(label="60%", n=20),
            caveat="one month only",
        ),
        same,
        snapshot="2026-11-13_120000-abcdef",
    )
    room.add(Evidence(words="A driver disagrees", kind="opinion", side="against"), late)
    room.add(Evidence(words="nothing yet", kind="none"), rule)
    room.add(
        Check(what=f"Ask the company for arrival times {words}", who="the principal", by="2026-11-20"), late
    )
    why = room.add(Why(words=f"The route was made longer {words}".strip()), late)
    root = room.add(
        Why(words="Nobody asked the schools", above=why.id, tested={"within_control": "yes"}), late
    )
    guess = room.add(
        Hypothesis(change=f"start the route earlier {words}", then="riders come", because="the bus is there in time", measured_by="chronic absence", by="2027-02-05"),
        root, late,
    )  # fmt: skip
    plan = room.add(Plan(words=f"An earlier route {words}", owner="the principal", by="2026-12-01"), guess)
    change = room.add(
        Change(
            words=f"The route starts twenty minutes earlier {words}",
            starts="2026-11-30",
            owner="the principal",
        ),
        guess,
    )
    room.add(
        Action(
            whom="Riders of the route", what="Agree with the company", who="the principal", by="2026-11-25"
        ),
        plan,
    )
    room.add(Review(of="the earlier route", on="2027-02-05"), change)


def district_with_a_meeting(folder, **more: Any):
    """Return a small district and its room, in which a whole meeting was held."""
    district = made(folder, before=10, now=4)
    return district, whole_meeting(room_in(district), **more)
