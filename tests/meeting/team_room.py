"""A room with a clock that is set by hand, and people who sit at screens of their own over the same records."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import open_records
from dataworkbench.schemas import TABLES
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.views.meeting.desk import parts_of
from dataworkbench.views.meeting.minutes import minutes_of
from dataworkbench.views.meeting.minutes_read import read_meeting
from dataworkbench.views.meeting.recap import recap_of
from dataworkbench.views.meeting.room import Room
from dataworkbench.warehouse import District, open_workspace, write_snapshot
from dataworkbench.workspace import SETTINGS_FILE, new_workspace

BEGIN = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def a_district(folder: Path, *, zone: str = "UTC") -> District:
    """Return a district of which two schools are known and nothing else."""
    place = new_workspace(folder, district="Hollowbrook")
    settings = place.root / SETTINGS_FILE
    told = settings.read_text(encoding="utf-8").replace('timezone = "UTC"', f'timezone = "{zone}"')
    settings.write_text(told, encoding="utf-8")
    rows = [{"school_id": "S1", "school_name": "Alder"}, {"school_id": "S2", "school_name": "Birch"}]
    full = [{column: row.get(column) for column in TABLES["schools"].column_names} for row in rows]
    frame = pl.DataFrame(full, schema=TABLES["schools"].polars_schema, orient="row")
    write_snapshot(place, {"schools": frame})
    return open_workspace(place.root)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def go(self, *, minutes: float = 0, days: int = 0) -> None:
        self.at += timedelta(minutes=minutes, days=days)


@dataclass
class Person:
    """One person at one screen: a seat, and a desk of their own."""

    seat: str
    desk: LiveDesk

    def does(self, act: str, **given: Any) -> str:
        """Do one act and return the first entry that was written. Adding gets an identifier, as in a browser."""
        if act.startswith(("add_", "begin_")) and "id" not in given:
            given["id"] = self.new_id(_KIND.get(act, act.partition("_")[2]))
        if "from_" in given:
            given["from"] = given.pop("from_")
        wrote = self.desk.act(self.seat, act, given)
        return wrote[0][0] if wrote else ""

    def new_id(self, kind: str) -> str:
        return f"{kind}-{next(_NAMES):012x}"

    @property
    def sees(self) -> dict[str, Any]:
        """What the screen shows of the meeting, after a way through JSON, as a browser has it."""
        return json.loads(json.dumps(self.desk.show(self.seat)["meeting"]))

    @property
    def meeting(self) -> dict[str, Any]:
        return self.sees["meeting"]

    def fetches(self, name: str, **given: Any) -> Any:
        return self.desk.fetch(self.seat, name, given)

    def is_refused(self, act: str, **given: Any) -> str:
        """Return what is said where an act is refused."""
        before = self.desk.newest()
        try:
            self.does(act, **given)
        except WorkbenchError as said:
            assert self.desk.newest() == before, "something was written all the same"
            return str(said)
        raise AssertionError(f"{act} was not refused")

    def is_refused_with_a_text_kept(self, act: str, **given: Any) -> str:
        """Return what is said where an act meets a change of somebody else's; nothing that stands is changed by it."""
        before = self.sees
        try:
            self.does(act, **given)
        except WorkbenchError as said:
            assert self.sees == before
            return str(said)
        raise AssertionError(f"{act} met nothing")


_NAMES = itertools.count(1)
_KIND = {"add_figure": "seen", "add_note": "meeting_note", "begin_meeting": "meeting"}


@dataclass
class Team:
    """People of one district, each at a screen of their own."""

    district: Any
    clock: Clock = field(default_factory=Clock)
    meeting: str = ""
    school: str = ""

    def person(self, number: int, **room: Any) -> Person:
        asked = {"meeting": self.meeting, "school": self.school} | room
        held = Room(self.district, now=self.clock, **asked)
        desk = LiveDesk(self.district, parts_of(held), about=held.meeting)
        desk.board = Board(open_records(self.district.workspace, clock=self.clock))
        return Person(f"seat-{number:012x}", desk)

    def three(self) -> tuple[Person, Person, Person]:
        """Return three people who are in a meeting that the first has just begun."""
        first, second, third = (self.person(number) for number in (1, 2, 3))
        meeting = first.does(
            "begin_meeting",
            protocol="describe_interpret_imply",
            your_name="Principal",
            your_role="facilitator",
        )
        second.does("join", meeting=meeting, name="Teacher")
        third.does("join", meeting=meeting, name="Coach")
        return first, second, third


def step(person: Person, does: str) -> dict[str, Any]:
    """Return the first step of the meeting in which the room does something."""
    return next(held for held in person.meeting["steps"] if held["does"] == does)


def every_text(person: Person) -> str:
    """Return all that a screen is given, and all that it can fetch of the figures, and the papers that are made of it, as one text."""
    told = [json.dumps(person.desk.show(person.seat), ensure_ascii=False)]
    if person.meeting is not None:
        told += person.fetches("papers").values()
        read = read_meeting(open_records(person.desk.district.workspace), person.meeting["id"])
        told += [
            minutes_of(read, person.desk.district).as_html(),
            recap_of(read, person.desk.district).as_html(),
        ]
    for figure in (person.meeting or {}).get("figures", []):
        try:
            told.append(str(person.fetches("drawing", figure=figure["id"])))
        except WorkbenchError as refused:
            told.append(str(refused))
    return "\n".join(told)
