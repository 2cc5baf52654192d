"""What a team writes in a meeting: who is there, the steps, what they expect, see, conclude, decide, and leave open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from dataworkbench.records.bodies import Body, Part, Said, Where, Words


class Member(Part):
    """One person of a team, and what they do there."""

    name: Said
    role: Words = ""


class Team(Body):
    """A data team: who belongs to it, for which school, and by what norms it works."""

    KIND: ClassVar[str] = "team"

    name: Said
    school_id: Words = ""
    members: tuple[Member, ...] = ()
    norms: tuple[Words, ...] = ()


class Meeting(Body):
    """One meeting of a team. It follows the cycle; its steps, seats and all that is said in it follow the meeting.

    ``roles`` says who has which role (facilitator, timekeeper, recorder). ``now`` is the step that the room is at.
    """

    KIND: ClassVar[str] = "meeting"

    name: Said
    on: date
    protocol: Said
    school_id: Words = ""
    norms: tuple[Words, ...] = ()
    roles: Mapping[str, Words] = {}
    now: Words = ""
    begun: AwareDatetime | None = None
    ended: AwareDatetime | None = None


class Step(Body):
    """One step of a meeting's agenda, with its time. It follows the meeting.

    ``does`` says what the room shows: a list to write on, a figure, the fishbone. ``started`` is when its clock was started
    (UTC), None while it stands; ``spent`` the seconds that had run before; ``more`` the minutes that were added.
    """

    KIND: ClassVar[str] = "step"

    place: int
    name: Said
    does: Literal[
        "welcome",
        "agenda",
        "predict",
        "look",
        "observe",
        "interpret",
        "fishbone",
        "whys",
        "decide",
        "actions",
        "talk",
        "close",
    ]
    minutes: int
    asks: Words = ""
    started: AwareDatetime | None = None
    spent: int = 0
    more: int = 0
    done: bool = False


class Seat(Body):
    """One person at one screen of a meeting. It follows the meeting."""

    KIND: ClassVar[str] = "seat"

    name: Said
    role: Words = ""


class Seen(Body):
    """A figure that a meeting looks at, frozen: its numbers, its sentences and its drawing as they were. It follows the meeting.

    ``by`` and ``where`` say what was asked of the indicator, ``words`` what stands below the figure, ``table`` its rows as
    they are read, the titles first, ``drawing`` the figure as Plotly's JSON. It is hidden until ``shown``: predictions
    come first. The snapshot stands beside the body.
    """

    KIND: ClassVar[str] = "seen"

    title: Said
    indicator: Words = ""
    indicator_version: int = 1
    by: tuple[Words, ...] = ()
    where: Where = Field(default_factory=dict)
    words: tuple[Words, ...] = ()
    alt: Words = ""
    table: tuple[tuple[Words, ...], ...] = ()
    drawing: Words = ""
    shown: bool = False


class Prediction(Body):
    """What one person expects to see, written before the figure is shown. It follows the figure; others read it after."""

    KIND: ClassVar[str] = "prediction"

    words: Said
    seat: Said


class Observation(Body):
    """What somebody sees in a figure: facts only. It follows the meeting, and the figure where there is one."""

    KIND: ClassVar[str] = "observation"

    words: Said
    seat: Words = ""


class Interpretation(Body):
    """What somebody concludes from what was seen. It follows the meeting, and the observations that it comes from."""

    KIND: ClassVar[str] = "interpretation"

    words: Said
    seat: Words = ""


class Topic(Body):
    """Something to talk about. One that is not ``done`` is carried over to the next meeting. It follows the meeting."""

    KIND: ClassVar[str] = "topic"

    words: Said
    who: Words = ""
    done: bool = False


class Decision(Body):
    """What a meeting decided, and why. It follows the meeting."""

    KIND: ClassVar[str] = "decision"

    words: Said
    why: Words = ""


class MeetingNote(Body):
    """A note of a meeting. A restricted one is given only to the one who wrote it and to those who ask for restricted ones."""

    KIND: ClassVar[str] = "meeting_note"
    ABOUT_STUDENTS: ClassVar[bool] = True

    words: Said
    about: Words = ""
    kind: Literal["ordinary", "restricted"] = "ordinary"
    seat: Words = ""

    @property
    def is_restricted(self) -> bool:
        """Whether only those who ask for restricted notes are given this."""
        return self.kind == "restricted"


class Minutes(Body):
    """The minutes of a meeting as they were written at its end: what files there are, and when. It follows the meeting."""

    KIND: ClassVar[str] = "minutes"

    written: datetime
    folder: Words
    files: tuple[Words, ...] = ()
