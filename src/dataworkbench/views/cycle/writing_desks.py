"""Desks to write at: how ready a team is for a stage, and what it saw, means to do, changes and finds. For staff.

A form shows; a desk knows. Desks can be used from a cell without any form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.measures import CATALOGUE
from dataworkbench.records import (
    Action,
    Body,
    Cause,
    Change,
    Cycle,
    Decision,
    Entry,
    Finding,
    Fishbone,
    Goal,
    Hypothesis,
    Meeting,
    Plan,
    Readiness,
    Review,
    Why,
)
from dataworkbench.rubrics import Rubric, rubric
from dataworkbench.terms import STAGES, Audience
from dataworkbench.views.cycle.chains import chains
from dataworkbench.views.cycle.cycles import READY_BY
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.desk import Options, cycle_now, day_of, kept_of, writer
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff

_KINDS: Final[Mapping[str, str]] = {
    "finding": "A finding: what we saw", "plan": "A plan", "cause": "A possible cause", "change": "What we change, from a day on",
    "action": "An action: who does what by when", "review": "A review: when we look whether it worked", "cycle": "A new cycle",
}  # fmt: skip


_FOLLOWED: Final = (
    Cycle,
    Finding,
    Goal,
    Plan,
    Fishbone,
    Cause,
    Why,
    Hypothesis,
    Change,
    Action,
    Meeting,
    Decision,
)
"""What something that is written down can follow from."""


@dataclass(frozen=True)
class ReadinessDesk:
    """A desk to say how ready a team is for a stage: what is asked, the levels, and the answers once they are written."""

    district: Kept
    stage: int
    by: str = ""

    @property
    def title(self) -> str:
        """What the check is about."""
        return f"Are we ready for stage {self.stage}, {STAGES[self.stage].lower()}?"

    def asked(self) -> list[tuple[str, str, str]]:
        """Return what is asked: the element's id, its title and what it means."""
        return [(held.id, held.title, held.statement) for held in self._rubric().elements]

    def levels(self) -> list[str]:
        """Return the levels, lowest first."""
        return list(self._rubric().level_names)

    def before(self) -> dict[str, str]:
        """Return what was answered in this cycle so far, else nothing."""
        entry = self._entry()
        return dict(entry.body.answers) if entry is not None else {}

    def save(self, answers: Mapping[str, str]) -> str:
        """Write the answers down for this cycle and return what was done, in a sentence."""
        given = {name: level for name, level in answers.items() if level}
        if not given:
            return "Nothing is answered yet, so nothing was written."
        known = {name for name, _, _ in self.asked()}
        body = Readiness(
            rubric=READY_BY, stage=self.stage, answers={name: given[name] for name in given if name in known}
        )
        kept, entry, cycle = kept_of(self.district), self._entry(), cycle_now(self.district)
        if entry is None:
            kept.add(body, by=writer(self.by), follows=[cycle] if cycle else [])
        else:
            kept.change(entry.id, body, seen=entry.version, by=writer(self.by))
        return f"Written down: {len(given)} of {len(known)} are answered."

    def _rubric(self) -> Rubric:
        return rubric(READY_BY, self.district.workspace).only(stage=self.stage)

    def _entry(self) -> Entry[Readiness] | None:
        cycle = cycle_now(self.district)
        web = chains(kept_of(self.district))
        mine = [
            entry
            for entry in web.of(Readiness)
            if entry.body.stage == self.stage and web.cycle_of(entry.id) == cycle
        ]
        return mine[-1] if mine else None


@dataclass(frozen=True)
class WritingDesk:
    """A desk to write down what a team saw, means to do, changes and finds: one thing at a time, after what it follows."""

    district: Kept
    by: str = ""

    def kinds(self) -> Options:
        """Return what can be written down."""
        return [(label, kind) for kind, label in _KINDS.items()]

    def follows(self) -> Options:
        """Return what something can follow from, newest first."""
        web = chains(kept_of(self.district))
        found = [
            (_short(entry.body), entry.id)
            for entry in reversed(list(web.entries.values()))
            if isinstance(entry.body, _FOLLOWED) and _short(entry.body)
        ]
        return [("nothing that is written down", ""), *found]

    def open_actions(self) -> Options:
        """Return the actions that are not done, to be ticked off."""
        held = kept_of(self.district).latest(Action)
        return [
            (f"{entry.body.what} ({entry.body.who or 'nobody yet'})", entry.id)
            for entry in held
            if entry.body.done is None
        ]

    def save(self, kind: str, words: str, *, who: str = "", day: str = "", follows: str = "") -> str:
        """Write one thing down and return what was done, in a sentence.

        Raises
        ------
        WorkbenchError
            Where the words, or the day of a review, are missing.

        """
        said = " ".join(words.split())
        if not said and kind != "review":
            raise WorkbenchError("A few words are needed first.")
        on = day_of(day) if day.strip() else None
        body = _body(kind, said, who=" ".join(who.split()), on=on)
        after = follows or ("" if kind == "cycle" else cycle_now(self.district))
        snapshot = self.district.snapshot_id if kind in ("finding", "cause") else ""
        kept_of(self.district).add(
            body, by=writer(self.by), snapshot=snapshot, follows=[after] if after else []
        )
        return "Written down."

    def tick_off(self, action: str, *, day: str = "") -> str:
        """Note that an action is done, on a day or today, and return what was done, in a sentence."""
        kept = kept_of(self.district)
        entry = kept.entry(action)
        done = entry.body.model_copy(update={"done": today_in(self.district, day)})
        kept.change(action, done, seen=entry.version, by=writer(self.by))
        return "Noted as done."


def readiness_desk(
    district: Kept, stage: int, *, by: str = "", audience: Audience = "staff"
) -> ReadinessDesk | Note:
    """Return a desk to say how ready a team is for a stage; ``by`` is who writes."""
    return for_staff(audience, "The readiness check") or ReadinessDesk(district, stage, by)


def writing_desk(district: Kept, *, by: str = "", audience: Audience = "staff") -> WritingDesk | Note:
    """Return a desk to write down findings, plans, causes, changes, actions and reviews; ``by`` is who writes."""
    return for_staff(audience, "Writing something down") or WritingDesk(district, by)


def _body(kind: str, said: str, *, who: str, on: date | None) -> Body:
    names = tuple(part.strip() for part in who.split(",") if part.strip())
    made: dict[str, Callable[[], Body]] = {
        "finding": lambda: Finding(concern=said),
        "plan": lambda: Plan(words=said, owner=who, by=on),
        "cause": lambda: Cause(words=said),
        "change": lambda: Change(words=said, starts=on, owner=who),
        "action": lambda: Action(what=said, who=who, by=on),
        "cycle": lambda: Cycle(name=said, starts=on, team=names),
    }
    if kind == "review":
        if on is None:
            raise WorkbenchError("A review needs a day on which you look whether it worked.")
        return Review(of=said, on=on, who=who)
    if kind not in made:
        raise no_such("kind of thing to write", kind, _KINDS)
    return made[kind]()


def _short(body: Any) -> str:
    words = next(
        (
            str(getattr(body, name))
            for name in ("concern", "problem", "words", "what", "change", "name")
            if getattr(body, name, "")
        ),
        "",
    )
    text = f"{body.KIND.capitalize()}: {words}"
    if isinstance(body, Goal):
        text = f"Goal: {CATALOGUE[body.indicator].title if body.indicator in CATALOGUE else body.indicator} by {body.by}"
    return "" if isinstance(body, Readiness | Review) else text[:90] + ("…" if len(text) > 90 else "")
