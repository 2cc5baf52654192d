"""Two meetings that the made-up team held about its grade 4 students: a long one with a fishbone, and a short check-in after it.

People are named by what they do, and every action is for a group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from dataworkbench.records import (
    Action,
    Bone,
    Cause,
    Check,
    Decision,
    Entry,
    Evidence,
    Figure,
    Fishbone,
    Hypothesis,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Prediction,
    Seat,
    Step,
    Topic,
    Vote,
    Why,
)

if TYPE_CHECKING:
    from dataworkbench.samples.cycle import Desk, Where

SATURDAY: Final = 5
BONES: Final = (
    "Curriculum",
    "Instruction",
    "Attendance and transport",
    "Policies and procedures",
    "Family and community",
)
_PEOPLE: Final = (
    ("the principal", "facilitator"), ("the data coach", "timekeeper"), ("the grade 4 lead", "recorder"),
    ("the mathematics coach", ""), ("the attendance clerk", ""),
)  # fmt: skip
_NORMS: Final = (
    "We speak about how things work here, not about what people are like.",
    "We say what we see before we say why.",
)
_LONG: Final = (
    ("Welcome and norms", "welcome", 2, 110), ("Agenda and what is open", "agenda", 4, 250), ("What do you expect?", "predict", 3, 185),
    ("Look, without talking", "look", 4, 230), ("What do you see?", "observe", 8, 560), ("What may it mean?", "interpret", 7, 405),
    ("Causes on the bones", "fishbone", 7, 640), ("Why?", "whys", 5, 330), ("What do we decide?", "decide", 4, 235),
    ("Who does what by when?", "actions", 4, 290), ("Close", "close", 2, 95),
)  # fmt: skip
_SHORT: Final = (
    ("What is open", "agenda", 5, 290),
    ("What do we decide?", "decide", 5, 340),
    ("Who does what by when?", "actions", 5, 270),
)


@dataclass(frozen=True)
class _Held:
    """How a meeting was held: which of the two it was, its name, its protocol, and its steps with the seconds that each took."""

    which: int
    name: str
    protocol: str
    steps: tuple[tuple[str, Any, int, int], ...]


_FIRST: Final = _Held(0, "Grade 4 mathematics: what changed?", "describe_interpret_imply", _LONG)
_SECOND: Final = _Held(1, "Grade 4 mathematics: check-in", "short_check_in", _SHORT)


@dataclass
class Clock:
    """The clock of a made-up team: it stands at a time that was set, and goes on some seconds each time somebody writes."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the time, and go on."""
        self.now += timedelta(seconds=10)
        return self.now

    def turn_to(self, moment: datetime) -> None:
        """Go on to a time; the clock never goes back."""
        self.now = max(self.now, moment)


@dataclass(frozen=True)
class Place:
    """What the meetings are about: the place of the planted truth, what was measured there, whose cycle and whose finding."""

    cycle: Entry[Any]
    finding: Entry[Any]
    where: Mapping[str, Any]
    measured: Mapping[str, Any]


def meeting_days(year: int) -> tuple[date, date]:
    """Return the days of the two meetings in a school year: school days in the middle of October and of November."""
    return _school_day(date(year, 10, 16)), _school_day(date(year, 11, 12))


def hold_long_meeting(desk: Desk, place: Place, at: Where) -> tuple[Entry[Any], Entry[Any]]:
    """Write the first meeting, from its seats to its decisions, and return it with the hypothesis that came of it."""
    meeting = _begin(desk, place, _FIRST)
    seats = [desk.write(Seat(name=name, role=role), name, meeting) for name, role in _PEOPLE]
    desk.write(
        Topic(words="Rooms for the lunch groups", who="the principal", done=True), "the grade 4 lead", meeting
    )
    desk.write(
        Topic(words="Who tells the school when a route is changed?", who="the attendance clerk"),
        "the grade 4 lead",
        meeting,
    )
    _look(desk, place, meeting, seats, at)
    hypothesis = _ask_why(desk, place, meeting, seats)
    for words, why in (
        ("We look at the bus before we look at the unit.", "students of other routes had the same unit and did not fall"),
        ("Nobody is taken out of mathematics for make-up work.", "they would miss the next lessons for the sake of the last ones"),
    ):  # fmt: skip
        desk.write(Decision(words=words, why=why), "the grade 4 lead", meeting)
    desk.write(
        MeetingNote(words="The library is free on Tuesdays before the first lesson.", about="rooms"),
        "the grade 4 lead",
        meeting,
    )
    return meeting, hypothesis


def hold_check_in(desk: Desk, place: Place) -> Entry[Any]:
    """Write the second meeting: the topic that was carried over, what was decided, and who does what."""
    meeting = _begin(desk, place, _SECOND)
    for name, role in _PEOPLE[:3]:
        desk.write(Seat(name=name, role=role), name, meeting)
    carried = next(held for held in desk.kept.latest(Topic) if not held.body.done)
    desk.kept.change(
        carried.id,
        carried.body.model_copy(update={"done": True}),
        seen=carried.version,
        by="the grade 4 lead",
    )
    route = place.where["bus_route"]
    desk.write(
        Observation(words=f"{route} came after the first lesson had begun on 13 of 20 mornings."),
        "the attendance clerk",
        meeting,
    )
    desk.write(
        Decision(
            words="The bus company tells the office on the day on which it changes a route.",
            why="nobody had been asked to",
        ),
        "the grade 4 lead",
        meeting,
    )
    desk.write(
        Topic(words="How do we see whether the earlier bus helps before February?", who="the data coach"),
        "the grade 4 lead",
        meeting,
    )
    year = desk.year
    for whom, what, who, by in (
        (f"Riders of {route}", "Give back the first two lessons on fractions, in small groups before school", "the grade 4 lead", date(year, 12, 4)),
        ("Families of the route", "Tell them the new time of the bus, in the languages they read", "the attendance clerk", date(year, 11, 13)),
        ("All of grade 4", "A short check of fractions, so that winter is no surprise", "the mathematics coach", date(year, 12, 11)),
    ):  # fmt: skip
        desk.write(Action(whom=whom, what=what, who=who, by=by), "the grade 4 lead", meeting)
    return meeting


def _begin(desk: Desk, place: Place, held: _Held) -> Entry[Any]:
    """Write a meeting with its steps, each with the time that it took, and return it."""
    day = meeting_days(desk.year)[held.which]
    begun = datetime.combine(day, time(14, 30), UTC)
    ended = begun + timedelta(seconds=sum(taken for *_, taken in held.steps) + 60)
    desk.turn_to(begun)
    body = Meeting(
        name=held.name, on=day, protocol=held.protocol, school_id=place.where["school_id"], norms=_NORMS,
        roles={role: who for who, role in _PEOPLE if role}, begun=begun, ended=ended,
    )  # fmt: skip
    meeting = desk.write(body, "the principal", place.cycle)
    for at, (title, does, minutes, taken) in enumerate(held.steps):
        step = Step(place=at, name=title, does=does, minutes=minutes, spent=taken, done=True)
        desk.write(step, "the data coach", meeting)
    return meeting


def _look(desk: Desk, place: Place, meeting: Entry[Any], seats: list[Entry[Any]], at: Where) -> None:
    """Write what was expected of the figure, what was seen in it, and what was concluded."""
    shown = desk.read.seen(
        "How many of grade 4 are on grade level in mathematics, autumn by autumn?",
        "proficiency",
        ["school_year"],
        at,
    )
    if shown is None:
        return
    figure = desk.write(shown, "the data coach", meeting, seen=True)
    for seat, words in zip(
        seats,
        ("About as many as last year.", "A little fewer: the unit on fractions is new.", "Fewer. I would guess one in four."),
        strict=False,
    ):  # fmt: skip
        desk.write(Prediction(words=words, seat=seat.id), seat.body.name, figure)
    facts = [
        desk.write(Observation(words=words, seat=seats[at].id), seats[at].body.name, meeting, figure)
        for at, words in (
            (2, "The share on grade level is lower than a year before."),
            (3, "The grade is small: two or three students move the share."),
        )
    ]
    riders = f"Riders of {place.where['bus_route']} scored {place.measured['mean_of_riders']:.0f} on average, the others {place.measured['mean_of_others']:.0f}."
    split = desk.write(Observation(words=riders, seat=seats[1].id), seats[1].body.name, meeting)
    for words, rests in (
        ("Something happened to some of the grade, not to all of it.", (*facts, split)),
        ("If it were the unit, the others would have fallen too.", (split,)),
    ):
        desk.write(Interpretation(words=words), "the grade 4 lead", meeting, *rests)


def _ask_why(desk: Desk, place: Place, meeting: Entry[Any], seats: list[Entry[Any]]) -> Entry[Any]:
    """Write the fishbone with its cards, dots, evidence and checks, the whys below one of them, and return the hypothesis."""
    seen: Figure = place.finding.body.figure
    bone = desk.write(
        Fishbone(
            problem=place.finding.body.concern, indicator="proficiency", group="Grade 4", time=f"Fall {place.where['school_year']}",
            number=seen.label, bones=tuple(Bone(name=name) for name in BONES), phase="vote", votes_each=3,
        ), "the principal", place.finding, meeting, seen=True,
    )  # fmt: skip
    causes = _cards(desk, place, bone, seats)
    for at, seat in enumerate(seats):
        for name in ("riders", "late", "riders" if at % 2 else "notice"):
            desk.write(Vote(seat=seat.id), seat.body.name, causes[name])
    _known(desk, place, causes)
    why = desk.write(
        Why(
            words="The bus comes after the first lesson has begun, and families gave up on it.",
            control="influence",
        ),
        "the data team",
        causes["riders"],
    )
    route = desk.write(
        Why(words="The route was made longer in August.", above=why.id, control="influence"),
        "the data team",
        causes["riders"],
    )
    root = desk.write(
        Why(words="Nobody is asked to look at the timetable of the school when a route is changed.", above=route.id, control="ours", tested={"within_control": "yes", "system_not_person": "yes", "comes_back": "no"}),
        "the data team", causes["riders"],
    )  # fmt: skip
    return desk.write(
        Hypothesis(
            change="start the route twenty minutes earlier and call home on the first morning missed", then="its riders come on more days",
            because="the bus came after the first lesson had begun, and families gave up on it", measured_by="chronic absence in grade 4", by=date(desk.year + 1, 2, 5),
        ), "the data team", root, causes["riders"],
    )  # fmt: skip


def _cards(desk: Desk, place: Place, bone: Entry[Any], seats: list[Entry[Any]]) -> dict[str, Entry[Any]]:
    """Write the causes on a fishbone, one that says the same as another merged into it, one ruled out, and return them by short names."""
    route, measured = place.where["bus_route"], place.measured
    out = f"Students of other routes had the same unit and did not fall: {measured['mean_of_others']:.0f} on average, after {measured['mean_last_autumn']:.0f} for the grade a year before."
    cards: dict[str, tuple[int, dict[str, Any]]] = {
        "riders": (
            2,
            {"words": f"Riders of {route} miss many days.", "bone": BONES[2], "control": "influence"},
        ),
        "late": (4, {"words": f"{route} comes late.", "bone": BONES[2], "control": "influence"}),
        "notice": (
            0,
            {"words": "We noticed only when the test came back.", "bone": BONES[3], "control": "ours"},
        ),
        "unit": (3, {"words": "The new unit on fractions is too hard.", "bone": BONES[0], "ruled_out": out}),
        "catching up": (
            2,
            {"words": "Who missed a lesson has no time to catch up.", "bone": BONES[1], "control": "ours"},
        ),
        "letters": (
            4,
            {"words": "Our letters about absence come after two weeks.", "bone": BONES[4], "control": "ours"},
        ),
    }
    made = {
        name: desk.write(
            Cause(**held, seat=seats[who].id), seats[who].body.name, bone, place.finding, seen=True
        )
        for name, (who, held) in cards.items()
    }
    same = Cause(
        words="The bus is never on time.", bone=BONES[2], merged_into=made["late"].id, seat=seats[1].id
    )
    desk.write(same, seats[1].body.name, bone, place.finding)
    return made


def _known(desk: Desk, place: Place, causes: Mapping[str, Entry[Any]]) -> None:
    """Write what speaks for a cause and against it, and what is looked up before anybody acts."""
    measured = place.measured
    riders = (
        f"{measured['riders']} students of the grade ride it; they scored {measured['mean_of_riders']:.0f} on average, "
        f"the {measured['others']} others {measured['mean_of_others']:.0f}."
    )
    desk.write(
        Evidence(words=riders, kind="data", source="results and rosters"),
        "the grade 4 lead",
        causes["riders"],
        seen=True,
    )
    desk.write(
        Evidence(words="Some who do not ride it miss days too.", kind="observation", side="against"),
        "the attendance clerk",
        causes["riders"],
    )
    desk.write(
        Evidence(words="Two families said that they drive now.", kind="opinion"),
        "the attendance clerk",
        causes["late"],
    )
    desk.write(
        Check(what="When does the bus arrive, day by day?", who="the principal", by=date(desk.year, 10, 23), found="after the first lesson had begun on 13 of 20 mornings"),
        "the principal", causes["late"],
    )  # fmt: skip
    desk.write(
        Check(
            what="How many lessons did each rider miss?", who="the grade 4 lead", by=date(desk.year, 11, 6)
        ),
        "the grade 4 lead",
        causes["catching up"],
    )


def _school_day(day: date) -> date:
    """Return a day, or the Friday before where it is a weekend."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))
