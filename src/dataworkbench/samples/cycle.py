"""What a made-up data team of the sample district wrote: two cycles, from what was seen to whether it worked.

Every figure is read from the district's data by whoever calls, and people are named by what they do. Only those chains
are written whose planted truth the district has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, Protocol

from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Cycle,
    Entry,
    Figure,
    Finding,
    Goal,
    Milestone,
    Plan,
    Readiness,
    Records,
    Review,
    Seen,
)
from dataworkbench.samples.meetings import Clock, Place, hold_check_in, hold_long_meeting
from dataworkbench.samples.planted import APP_STRATEGY, READING_STRATEGY, TOPIC, TOPIC_ELEMENT

Where = dict[str, tuple[str, ...]]

TEAM: Final = (
    "the principal",
    "the grade 4 lead",
    "the mathematics coach",
    "the attendance clerk",
    "the data coach",
)
_DIAGNOSTIC: Final = "iready"
_ASKED: Final = ("02", "03", "04", "05", "06", "07", "08")


class Reader(Protocol):
    """Who reads figures from the district's data."""

    @property
    def snapshot(self) -> str:
        """The snapshot that figures are read from."""
        ...

    def figure(self, indicator: str, where: Where, at: Where) -> Figure:
        """Return one figure of a group at one time."""
        ...

    def seen(self, title: str, indicator: str, by: Sequence[str], where: Where) -> Seen | None:
        """Return a figure by groups as a meeting freezes it, shown; None where the data have none."""
        ...

    def verdict(self, strategy: str, school_year: str) -> tuple[str, Figure]:
        """Return in words whether a strategy did more than was to be expected, and the figure behind it."""
        ...


@dataclass(frozen=True)
class Desk:
    """The made-up team at work: where it writes, who reads for it, and the school year that runs."""

    kept: Records
    read: Reader
    year: int
    clock: Clock | None = None

    @property
    def now(self) -> str:
        """The school year that runs."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def before(self) -> str:
        """The school year before."""
        return f"{self.year - 1}-{self.year % 100:02d}"

    def turn_to(self, moment: datetime) -> None:
        """Let the team's clock go on to a time, where it has one of its own."""
        if self.clock is not None:
            self.clock.turn_to(moment)

    def write(self, body: Any, by: str, *follows: Entry[Any], seen: bool = False) -> Entry[Any]:
        """Write something down, on the data that are there now where it is about a figure."""
        snapshot = self.read.snapshot if seen else ""
        return self.kept.add(body, by=by, snapshot=snapshot, follows=[entry.id for entry in follows])

    def goal(self, indicator: str, where: Where, at: Where, *, lower: bool = False, **more: Any) -> Goal:
        """Return a goal with its baseline as it is read."""
        return Goal(
            indicator=indicator, where=where, baseline=self.read.figure(indicator, where, at),
            direction="lower" if lower else "higher", **more,
        )  # fmt: skip


def clock_of(told: Mapping[str, Any]) -> Clock:
    """Return a clock for the team of a made-up district, at the beginning of its first cycle."""
    return Clock(datetime(int(str(told["school_years"][-1])[:4]) - 1, 10, 3, 15, 0, tzinfo=UTC))


def write_cycles(kept: Records, told: Mapping[str, Any], read: Reader, *, clock: Clock | None = None) -> int:
    """Write what the made-up team wrote, and return how many entries that were.

    ``told`` is what ``make_district`` returned. Where something is written already, nothing is added. ``clock`` is the clock of
    the records where they have one of ``clock_of``: then each thing is written on the day on which the team wrote it.
    """
    if kept.latest(Cycle):
        return 0
    desk = Desk(kept, read, int(str(told["school_years"][-1])[:4]), clock)
    truths = {str(truth["id"]): dict(truth) for truth in told["truths"]}
    if len(told["school_years"]) > 1:
        _last_year(desk, truths)
    _this_year(desk, truths)
    return len(kept.changes())


def _last_year(desk: Desk, truths: Mapping[str, Mapping[str, Any]]) -> None:
    spring = date(desk.year, 6, 12)
    cycle = desk.write(
        Cycle(name=f"School year {desk.before}", starts=date(desk.year - 1, 8, 18), ends=date(desk.year, 7, 31), team=TEAM),
        "the principal",
    )  # fmt: skip
    _ready(desk, cycle, 1, ("Partly", "Partly", "Not yet", "Partly"))
    _ready(desk, cycle, 2, ("Not yet", "Partly", "Partly", "Not yet"))
    if "reading_helps" in truths:
        _reading(desk, cycle, spring)
    if "app_does_nothing" in truths:
        _app(desk, cycle, spring)


def _this_year(desk: Desk, truths: Mapping[str, Mapping[str, Any]]) -> None:
    desk.turn_to(datetime(desk.year, 10, 9, 15, 0, tzinfo=UTC))
    cycle = desk.write(
        Cycle(name=f"School year {desk.now}", starts=date(desk.year, 8, 1), ends=date(desk.year + 1, 7, 31), team=TEAM),
        "the principal",
    )  # fmt: skip
    _ready(desk, cycle, 1, ("In place", "In place", "Partly", "In place"))
    _ready(desk, cycle, 2, ("Partly", "In place", "Partly", "Not yet"))
    if "bus_route" in truths and "before" in truths["bus_route"]["where"]:
        _bus(desk, cycle, truths["bus_route"])
    if "chronic_absence_hides" in truths:
        _absence(desk, cycle, truths["chronic_absence_hides"])
    if "learning_shows" in truths:
        _questions(desk, cycle)
    if "rigor_seen_differently" in truths:
        _rigor(desk, cycle, truths["rigor_seen_differently"])


def _ready(desk: Desk, cycle: Entry[Any], stage: int, levels: tuple[str, ...]) -> None:
    names = {
        1: ("vision", "culture_grounded_in_data", "leadership_enables_data", "data_teams_meet"),
        2: ("readiness_for_expectations", "agreement_on_purpose", "professional_learning", "rubrics_shared"),
    }[stage]
    body = Readiness(rubric="inputs_for_success", stage=stage, answers=dict(zip(names, levels, strict=True)))
    desk.write(body, "the data team", cycle)


def _below_grade_level(
    desk: Desk, cycle: Entry[Any], subject: str, called: str, *, found_by: str, owner: str
) -> Entry[Any]:
    """Write down how few students were on grade level in a subject, and the goal that came of it; return the goal."""
    where: Where = {
        "assessment_id": (_DIAGNOSTIC,),
        "subject": (subject,),
        "grade_level": _ASKED,
        "period": ("Fall",),
    }
    at: Where = {"school_year": (desk.before,), "period": ("Fall",)}
    seen = desk.read.figure("proficiency", where, at)
    finding = desk.write(
        Finding(
            concern=f"In fall {desk.before}, {seen.label} of students in grades 2 to 8 were on grade level in {called}.",
            indicator="proficiency", where={**where, **at}, figure=seen,
        ), found_by, cycle, seen=True,
    )  # fmt: skip
    aimed = desk.goal(
        "proficiency", where, at, target=_step(seen, 0.05), by=date(desk.year, 9, 30), owner=owner
    )
    return desk.write(aimed, owner, finding, seen=True)


def _reading(desk: Desk, cycle: Entry[Any], spring: date) -> None:
    subject = "English language arts"
    goal = _below_grade_level(
        desk, cycle, subject, subject, found_by="the data coach", owner="the literacy coach"
    )
    plan = desk.write(
        Plan(words="Give students far below grade level more time to read with a teacher beside them.", owner="the literacy coach", by=date(desk.year - 1, 10, 3)),
        "the literacy coach", goal,
    )  # fmt: skip
    cause = desk.write(
        Cause(words="Students who read least well hardly ever read aloud to an adult.", bone="Instruction", evidence="Seen on visits to classrooms in September.", evidence_kind="observation", control="ours"),
        "the literacy coach", plan,
    )  # fmt: skip
    _tried(
        desk,
        cause,
        READING_STRATEGY,
        whom="for those below the 40th place of 100; there were more students than places, so places were drawn by lot",
        spring=spring,
        decision="keep",
        owner="the literacy coach",
    )


def _app(desk: Desk, cycle: Entry[Any], spring: date) -> None:
    goal = _below_grade_level(
        desk,
        cycle,
        "Mathematics",
        "mathematics",
        found_by="the mathematics coach",
        owner="the mathematics coach",
    )
    plan = desk.write(
        Plan(words="Give the lowest fifth ten minutes of practice a day on the tablets.", owner="the mathematics coach"),
        "the mathematics coach", goal,
    )  # fmt: skip
    _tried(
        desk,
        plan,
        APP_STRATEGY,
        whom="for the lowest fifth in the autumn",
        spring=spring,
        decision="stop",
        owner="the mathematics coach",
    )


def _tried(
    desk: Desk, after: Entry[Any], strategy: str, *, whom: str, spring: date, decision: Any, owner: str
) -> None:
    """Write a change with its strategy, and the review that read from the data whether it helped."""
    change = desk.write(
        Change(words=f"{strategy} {whom}.", strategy=strategy, where={"strategy": (strategy,)}, starts=date(desk.year - 1, 10, 6), owner=owner),
        owner, after,
    )  # fmt: skip
    desk.turn_to(datetime.combine(spring, time(15, 0), UTC))
    words, seen = desk.read.verdict(strategy, desk.before)
    review = Review(
        of=strategy,
        on=spring,
        held=spring,
        verdict=words,
        figure=seen,
        decision=decision,
        who="the data team",
    )
    desk.write(review, "the data team", change, seen=True)


def _bus(desk: Desk, cycle: Entry[Any], truth: Mapping[str, Any]) -> None:
    place = truth["where"]
    where: Where = {
        "assessment_id": (_DIAGNOSTIC,), "subject": (place["subject"],), "grade_level": (place["grade_level"],), "school_id": (place["school_id"],),
    }  # fmt: skip
    finding, goal = _bus_goal(desk, cycle, place, where)
    about = Place(cycle, finding, place, truth["measured"])
    meeting, hypothesis = hold_long_meeting(desk, about, {**where, "period": ("Fall",)})
    _bus_plan(desk, meeting, goal, hypothesis, place)
    hold_check_in(desk, about)


def _bus_plan(
    desk: Desk, meeting: Entry[Any], goal: Entry[Any], hypothesis: Entry[Any], place: Mapping[str, Any]
) -> None:
    """Write what came of the hypothesis: the plan with its actions, the change, and the day on which it is looked at."""
    route = place["bus_route"]
    words = f"Bring the riders of {route} to school on time, and give back the lessons that they missed."
    plan = desk.write(
        Plan(words=words, owner="the grade 4 lead", by=date(desk.year, 11, 20)), "the grade 4 lead", goal, hypothesis
    )  # fmt: skip
    asked, *_ = [desk.write(body, "the data team", plan, meeting) for body in _bus_actions(desk, route)]
    desk.turn_to(datetime(desk.year, 10, 21, 16, 0, tzinfo=UTC))
    done = asked.body.model_copy(update={"done": date(desk.year, 10, 21)})
    desk.kept.change(asked.id, done, seen=asked.version, by="the principal")
    change = desk.write(
        Change(
            words=f"{route} starts twenty minutes earlier, and the office calls home on the first morning missed.",
            where={"school_id": (place["school_id"],), "grade_level": (place["grade_level"],)}, starts=date(desk.year, 11, 16), owner="the attendance clerk",
        ), "the principal", hypothesis,
    )  # fmt: skip
    review = Review(of=f"{route}, earlier", on=date(desk.year + 1, 2, 5), who="the grade 4 lead")
    desk.write(review, "the data team", change)


def _bus_actions(desk: Desk, route: str) -> tuple[Action, ...]:
    """Return who does what about the riders of a route, the first of them first."""
    return (
        Action(whom=f"Riders of {route}", what=f"Ask the bus company when {route} arrives, day by day", who="the principal", by=date(desk.year, 10, 23)),
        Action(whom=f"Riders of {route}", what="List which lessons the riders missed", who="the grade 4 lead", by=date(desk.year, 11, 6)),
        Action(whom="Families of the route", what="Call every family on the route once, and ask what would help", who="the attendance clerk", by=date(desk.year, 11, 27)),
    )  # fmt: skip


def _bus_goal(
    desk: Desk, cycle: Entry[Any], place: Mapping[str, Any], where: Where
) -> tuple[Entry[Any], Entry[Any]]:
    """Write the finding and its goal, and return both: as far by winter and by spring as the grade came a year before."""
    fall: Where = {"school_year": (place["school_year"],), "period": ("Fall",)}
    now = desk.read.figure("proficiency", where, fall)
    before, winter, spring = (
        desk.read.figure("proficiency", where, {"school_year": (place["before"],), "period": (period,)})
        for period in ("Fall", "Winter", "Spring")
    )
    concern = (
        f"In fall {place['school_year']}, {now.label} of grade 4 students at {place['school_name']} were on grade level in "
        f"mathematics; a year before it was {before.label}."
    )
    seen = Finding(concern=concern, indicator="proficiency", where={**where, **fall}, figure=now)
    finding = desk.write(seen, "the grade 4 lead", cycle, seen=True)
    step = Milestone(by=date(desk.year + 1, 1, 29), value=_rounded(winter, now, 0.15))
    aim = max(_rounded(spring, now, 0.3), round(step.value + 0.05, 2))
    goal = desk.goal(
        "proficiency",
        where,
        fall,
        by=date(desk.year + 1, 5, 28),
        target=aim,
        owner="the grade 4 lead",
        milestones=(step,),
    )
    return finding, desk.write(goal, "the grade 4 lead", finding, seen=True)


def _absence(desk: Desk, cycle: Entry[Any], truth: Mapping[str, Any]) -> None:
    place = truth["where"]
    where: Where = {"school_id": (place["school_id"],), "grade_level": (place["grade_level"],)}
    start = desk.read.figure("chronic_absence", where, {"school_year": (desk.before,)})
    if start.value is None:
        return
    finding = desk.write(
        Finding(
            concern=f"In {desk.before}, {start.label} of grade 9 students at {place['school_name']} missed a tenth of school or more, though attendance looked like that of other grades.",
            indicator="chronic_absence", where={**where, "school_year": (desk.before,)}, figure=start,
        ), "the data coach", cycle, seen=True,
    )  # fmt: skip
    steps = (Milestone(by=date(desk.year + 1, 1, 29), value=round(start.value - 0.05, 2)),)
    desk.write(
        desk.goal(
            "chronic_absence", where, {"school_year": (desk.before,)}, lower=True, target=round(start.value - 0.12, 2), by=date(desk.year + 1, 5, 28),
            owner="the attendance clerk", milestones=steps,
        ), "the attendance clerk", finding, seen=True,
    )  # fmt: skip


def _questions(desk: Desk, cycle: Entry[Any]) -> None:
    where: Where = {"rubric_id": ("learning_environment",), "element_id": (TOPIC_ELEMENT,)}
    at: Where = {"school_year": (desk.before,), "period": ("Fall",)}
    start = desk.read.figure("rubric_level", where, at)
    if start.value is None:
        return
    finding = desk.write(
        Finding(
            concern=f"In fall {desk.before}, {start.label} of the teachers who were visited stood at the third level or above in questioning.",
            indicator="rubric_level", where={**where, **at}, figure=start,
        ), "the principal", cycle, seen=True,
    )  # fmt: skip
    goal = desk.write(
        desk.goal(
            "rubric_level", where, at, target=_step(start, 0.2), by=date(desk.year + 1, 4, 30), owner="the principal",
            milestones=(Milestone(by=date(desk.year, 11, 30), value=_step(start, 0.1)),),
        ), "the principal", finding, seen=True,
    )  # fmt: skip
    plan = desk.write(
        Plan(
            words=f"A series on '{TOPIC}' for all who want it, and visits to one another's classes.",
            owner="the principal",
        ),
        "the principal",
        goal,
    )
    desk.write(
        Change(
            words=f"The series '{TOPIC}', with time to plan together.",
            starts=date(desk.year, 1, 12),
            owner="the principal",
        ),
        "the principal",
        plan,
    )


def _rigor(desk: Desk, cycle: Entry[Any], truth: Mapping[str, Any]) -> None:
    place = truth["where"]
    at: Where = {"school_year": (place["school_year"],), "period": (place["period"],)}
    where: Where = {"pair_id": (place["pair_id"],), "school_id": (place["school_id"],)}
    staff, students = (
        desk.read.figure("survey_top_box", {**where, "role": (role,)}, at) for role in ("staff", "student")
    )
    desk.write(
        Finding(
            concern=f"At {place['school_name']}, {staff.label} of staff and {students.label} of students agree that students are asked to think hard.",
            indicator="survey_top_box", where={**where, **at, "role": ("student",)}, figure=students,
        ), "the data coach", cycle, seen=True,
    )  # fmt: skip


def _step(start: Figure, more: float) -> float:
    """Return a share some points higher, in whole percents."""
    return round(min(0.98, (start.value or 0.0) + more), 2)


def _rounded(like: Figure, start: Figure, more: float) -> float:
    """Return a share like one of the year before, in steps of five percents, and always some points above the start."""
    if like.value is None:
        return _step(start, more)
    return max(round(round(like.value * 20) / 20, 2), _step(start, 0.05))
