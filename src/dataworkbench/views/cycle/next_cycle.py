"""The next cycle, begun from the one before: what is left open is tied to it, and nothing is copied. For staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.records import AtOnce, Cycle, Entry
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.chains import chains
from dataworkbench.views.cycle.summary import DONE, OneCycle, find_cycle
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.goals.desk import Options, day_of, kept_of, writer
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff

_LONGEST = 140


@dataclass(frozen=True)
class NextCycleDesk:
    """A desk to begin the next cycle at: what the last one left open, and what of it is taken along."""

    district: Kept
    cycle: str = ""
    today: str = ""
    by: str = ""

    @property
    def title(self) -> str:
        """Which cycle the next one follows."""
        now = self._one()
        return f"Begin the cycle after {now.entry.body.name}" if now is not None else "Begin the first cycle"

    def team(self) -> str:
        """Return the team of the last cycle, as it is typed."""
        now = self._one()
        return ", ".join(now.entry.body.team) if now is not None else ""

    def begins(self) -> str:
        """Return the day on which the next cycle can begin: the day after the last one ends, else today."""
        now = self._one()
        ends = now.entry.body.ends if now is not None else None
        return (
            ends + timedelta(days=1) if ends is not None else today_in(self.district, self.today)
        ).isoformat()

    def left_open(self) -> list[tuple[str, Options]]:
        """Return what the last cycle left open, kind by kind: a title, and each thing as its words and its identifier."""
        now = self._one()
        if now is None:
            return []
        found: list[tuple[str, Options]] = [
            ("Goals", [(_short(f"{seen.title}, {seen.group}: {seen.standing.name}"), seen.entry.id) for seen in now.goals() if seen.standing.name not in DONE]),
            ("Actions", [(_short(_action(held.body.whom, held.body.what, held.body.who)), held.id) for held in now.open_actions()]),
            ("Topics", [(_short(held.body.words), held.id) for held in now.open_topics()]),
            ("Days on which we look again", [(_short(f"{held.body.on}: {held.body.of}"), held.id) for held in now.open_reviews()]),
            ("Findings without a goal", [(_short(held.body.concern), held.id) for held in now.open_findings()]),
        ]  # fmt: skip
        return [(title, options) for title, options in found if options]

    def begin(
        self, name: str, *, starts: str = "", ends: str = "", team: str = "", taken: Sequence[str] = ()
    ) -> str:
        """Write down the next cycle, tie to it what is taken along, and return what was done, in a sentence.

        All of it is written, or nothing.

        Raises
        ------
        WorkbenchError
            Where the name is missing, is that of another cycle, or a day cannot be read.
        NoSuchNameError
            Where something is to be taken along that is not open.
        ConflictError
            Where somebody changed meanwhile what is taken along; nothing is written then.

        """
        said = " ".join(name.split())
        if not said:
            raise WorkbenchError("The next cycle needs a name, such as School year 2027-28.")
        body = self._body(said, starts, ends, team)
        now, offered = self._one(), {held for _, options in self.left_open() for _, held in options}
        for entry_id in taken:
            if entry_id not in offered:
                raise no_such("thing that is left open", entry_id, offered)
        kept, by = kept_of(self.district), writer(self.by)
        along = [kept.entry(entry_id) for entry_id in dict.fromkeys(taken)]
        with kept.at_once() as turn:
            begun = turn.add(body, by=by, follows=[now.entry.id] if now is not None else [])
            for held in along:
                turn.change(held.id, held.body, seen=held.version, by=by, follows=(begun.id, *held.follows))
            if now is not None and now.entry.body.ends is None and body.starts is not None:
                _end(turn, now.entry, body.starts, by)
        things = (
            f" {len(along)} {'thing was' if len(along) == 1 else 'things were'} taken along." if along else ""
        )
        return f"{said} has begun.{things}"

    def _one(self) -> OneCycle | None:
        web, day = chains(records_of(self.district)), today_in(self.district, self.today)
        entry = find_cycle(web, self.cycle, day)
        return OneCycle(self.district, web, entry, day) if entry is not None else None

    def _body(self, name: str, starts: str, ends: str, team: str) -> Cycle:
        """Return the next cycle as it was typed; it may not be called like another one, nor end before it begins."""
        if any(
            entry.body.name.casefold() == name.casefold() for entry in kept_of(self.district).latest(Cycle)
        ):
            raise WorkbenchError(f"There is a cycle called {name} already. Give this one another name.")
        first = day_of(starts) if starts.strip() else date.fromisoformat(self.begins())
        last = day_of(ends) if ends.strip() else None
        if last is not None and last < first:
            raise WorkbenchError(
                f"It would end on {last} before it begins on {first}. Change one of the two days."
            )
        people = tuple(part for one in team.split(",") if (part := " ".join(one.split())))
        return Cycle(name=name, starts=first, ends=last, team=people)


def next_cycle_desk(
    district: Kept, cycle: str = "", *, by: str = "", today: str = "", audience: Audience = "staff"
) -> NextCycleDesk | Note:
    """Return a desk to begin the cycle after one, by default after the one that runs; ``by`` is who writes."""
    return for_staff(audience, "Beginning a cycle") or NextCycleDesk(district, cycle, today, by)


def _end(turn: AtOnce, entry: Entry[Cycle], before: date, by: str) -> None:
    """Let a cycle without an end end on the day before the next one begins."""
    ended = entry.body.model_copy(update={"ends": before - timedelta(days=1)})
    turn.change(entry.id, ended, seen=entry.version, by=by)


def _action(whom: str, what: str, who: str) -> str:
    return f"{whom + ': ' if whom else ''}{what} ({who or 'nobody yet'})"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
