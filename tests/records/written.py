"""What tests write into records, the time at which they do, and all rows that came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Check,
    Cycle,
    Decision,
    Evidence,
    Finding,
    Fishbone,
    Goal,
    Grouping,
    Hypothesis,
    Interpretation,
    LearnerGoal,
    Meeting,
    MeetingNote,
    Minutes,
    Observation,
    Plan,
    Prediction,
    Readiness,
    Review,
    Seat,
    Seen,
    Step,
    StudentNote,
    Team,
    Topic,
    Vote,
    Why,
)
from dataworkbench.records.copying import as_they_are
from dataworkbench.records.database import Database

NOON = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 13)


def a_goal(target: float = 0.15, **more: object) -> Goal:
    about = {"indicator": "chronic_absence", "target": target, "direction": "lower", "by": "2027-05-28"}
    return Goal(**{**about, **more})


ONE_OF_EACH = (
    Action(what="call"),
    Cause(words="the bus comes late"),
    Change(words="a later first bell"),
    Check(what="the bus log"),
    Cycle(name="Autumn"),
    Decision(words="we try it"),
    Evidence(words="seen on three days"),
    Finding(concern="Absence in grade 4"),
    Fishbone(problem="Absence in grade 4"),
    a_goal(),
    Grouping(name="reading", made_on=DAY, groups=(("1", "2"), ("3",))),
    Hypothesis(
        change="a later bell", then="fewer are late", because="the bus", measured_by="tardies", by=DAY
    ),
    Interpretation(words="it is the bus"),
    LearnerGoal(student_id="1", words="I come every day"),
    Meeting(name="November", on=DAY, protocol="check_in"),
    MeetingNote(words="spoke of the bus"),
    Minutes(written=NOON, folder="minutes"),
    Observation(words="18 of 60"),
    Plan(words="a later bell"),
    Prediction(words="20 of 60", seat="seat-1"),
    Readiness(rubric="inputs", stage=1, answers={"time": "yes"}),
    Review(on=DAY),
    Seat(name="the clerk"),
    Seen(title="Absence"),
    Step(place=1, name="Look", does="look", minutes=5),
    StudentNote(student_id="1", words="likes maps"),
    Team(name="Grade 4"),
    Topic(words="the bus"),
    Vote(seat="seat-1"),
    Why(words="the road is closed"),
)
"""One body of each kind that there is."""


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a copy holds, in order."""
    with database.reading() as held:
        return {
            table.name: [tuple(row) for row in held.execute(select(table).order_by(*table.primary_key))]
            for table in as_they_are()
        }
