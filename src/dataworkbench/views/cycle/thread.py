"""Each finding's way to its result: goal, plan, fishbone, cause, whys, hypothesis, change, review; and where the chain has a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

from dataworkbench.records import (
    Action,
    Cause,
    Change,
    Check,
    Entry,
    Evidence,
    Finding,
    Fishbone,
    Goal,
    Hypothesis,
    Plan,
    Review,
    Why,
)
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.chains import Chains, Step, chains
from dataworkbench.views.cycle.cycles import HOW_TO_BEGIN
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of, see_goal
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff, note, whole_day
from dataworkbench.warehouse import list_snapshots

_NAMES: Final = {
    "goal": "Goal", "plan": "Plan", "fishbone": "Fishbone", "cause": "Cause", "why": "Why?", "hypothesis": "Hypothesis",
    "change": "What is changed", "action": "Action", "review": "Did it work?",
}  # fmt: skip
_CONTROL: Final = {
    "ours": "Ours to change.",
    "influence": "We can influence it.",
    "outside": "Outside our control.",
}
_DECISIONS: Final = {"keep": "We keep it.", "change": "We change it.", "stop": "We stop it.", "": ""}


@dataclass(frozen=True)
class Link:
    """One link of a chain, in words: what it is, what it says, who and when, and the data that it was seen on."""

    name: str
    words: str
    behind: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Way:
    """One finding's way to its result."""

    concern: str
    behind: str
    links: tuple[Link, ...]
    cycle: str = ""


@dataclass(frozen=True)
class Thread:
    """The ways of all findings, newest cycle first."""

    ways: tuple[Way, ...]

    def __str__(self) -> str:
        return "\n\n".join("\n".join([way.concern, *map(_line, way.links)]) for way in self.ways)

    def _repr_html_(self) -> str:
        parts, cycle = [], None
        for way in self.ways:
            if way.cycle != cycle:
                cycle = way.cycle
                parts.append(f"<h3>{escape(cycle or 'Before any cycle')}</h3>")
            parts.append(_way_html(way))
        return "".join(parts)


def thread(district: Kept, *, today: str = "", audience: Audience = "staff") -> Thread | Note:
    """Return each finding's way to its result, each link with the data that it was seen on, and gaps said; for staff."""
    refused = for_staff(audience, "What the team has written")
    if refused is not None:
        return refused
    web, day = chains(records_of(district)), today_in(district, today)
    findings = web.of(Finding)
    if not findings:
        return note(
            HOW_TO_BEGIN
            if not web.entries
            else "No finding has been written down yet, so there is no way to follow."
        )
    cycles = list(dict.fromkeys(web.cycle_of(entry.id) for entry in findings))
    newest = sorted(findings, key=lambda entry: -cycles.index(web.cycle_of(entry.id)))
    return Thread(tuple(_way(district, web, entry, day) for entry in newest))


def _way(district: Kept, web: Chains, finding: Entry[Finding], today: date) -> Way:
    steps = list(web.steps(finding.id))[1:]
    named = web.entries.get(web.cycle_of(finding.id))
    links = tuple(_link(district, web, step, today) for step in steps)
    return Way(
        finding.body.concern, _seen_on(district, finding), links, named.body.name if named is not None else ""
    )


def _link(district: Kept, web: Chains, step: Step, today: date) -> Link:
    if step.missing:
        return Link("", step.missing, is_gap=True)
    words, who = _said(district, web, step.entry, today)
    behind = "; ".join(part for part in (who, _seen_on(district, step.entry)) if part)
    return Link(_NAMES[step.entry.kind], words, behind)


def _seen_on(district: Kept, entry: Entry[Any]) -> str:
    """Return on which data something was seen, and whether they are still there."""
    if not entry.snapshot:
        return ""
    day = whole_day(entry.snapshot[:10])
    if district.workspace is None or entry.snapshot in {
        info.id for info in list_snapshots(district.workspace)
    }:
        return f"seen on the data of {day}"
    return f"seen on the data of {day}, which are gone"


def _said(district: Kept, web: Chains, entry: Entry[Any], today: date) -> tuple[str, str]:
    """Return what an entry says, and who answers for it by when."""
    match entry.body:
        case Goal():
            found = _goal_said(district, entry, today)
        case Plan() as body:
            found = _ended(body.words), _who(body.owner, body.by)
        case Cause() as body:
            found = _cause_said(web, entry), body.bone
        case Fishbone():
            found = _fishbone_said(web, entry), ""
        case Why() as body:
            found = f"Because: {_ended(body.words)} {_known(web, entry)}".strip(), ""
        case Hypothesis() as body:
            found = _hypothesis_said(body), _who("", body.by)
        case Change() as body:
            begins = f" From {whole_day(body.starts.isoformat())}." if body.starts else ""
            found = f"{_ended(body.words)}{begins}", body.owner
        case Action() as body:
            found = _action_said(body, today)
        case Review() as body:
            found = _review_said(body, today)
        case _:
            found = "", ""
    return found


def _fishbone_said(web: Chains, entry: Entry[Fishbone]) -> str:
    if entry.body.phase == "cards":
        return f"{_ended(entry.body.problem)} The cards are not turned over yet."
    causes = [held.body for held in web.following(entry.id) if isinstance(held.body, Cause)]
    out = sum(bool(held.ruled_out) for held in causes)
    named = f"{len(causes)} {'cause was' if len(causes) == 1 else 'causes were'} named"
    ruled = f", {out} of them ruled out" if out else ""
    return (
        f"{_ended(entry.body.problem)} {named}{ruled}."
        if causes
        else f"{_ended(entry.body.problem)} No cause was named yet."
    )


def _cause_said(web: Chains, entry: Entry[Cause]) -> str:
    body = entry.body
    if body.ruled_out:
        return f"{_ended(body.words)} Ruled out: {_ended(body.ruled_out)}"
    said = (
        _ended(body.words),
        body.evidence,
        _CONTROL.get(body.control, "") if web.on_fishbone(entry) else "",
        _known(web, entry),
    )
    return " ".join(part for part in said if part)


def _known(web: Chains, entry: Entry[Any]) -> str:
    """Return how much is known of a cause or an answer, and what is still to be looked up."""
    after = web.following(entry.id)
    pieces = [held.body for held in after if isinstance(held.body, Evidence) and held.body.kind != "none"]
    sides = [f"{n} {side}" for side in ("for", "against") if (n := sum(held.side == side for held in pieces))]
    waiting = [held.body.what for held in after if isinstance(held.body, Check) and not held.body.found]
    known = f"Evidence: {', '.join(sides)}." if sides else ""
    return " ".join(part for part in (known, *(f"To check: {_ended(what)}" for what in waiting)) if part)


def _hypothesis_said(body: Hypothesis) -> str:
    return f"If we {body.change}, then {body.then}, because {body.because}; measured by {body.measured_by}."


def _goal_said(district: Kept, entry: Entry[Goal], today: date) -> tuple[str, str]:
    seen = see_goal(district, entry, audience="staff", today=today)
    goal = entry.body
    words = f"{seen.title}, {seen.group}: from {seen.baseline} to {seen.say(goal.target)}."
    return f"{words} Where it stands: {seen.standing.name}. {seen.standing.words}", _who(goal.owner, goal.by)


def _action_said(body: Action, today: date) -> tuple[str, str]:
    if body.done is not None:
        return f"{_ended(body.what)} Done on {whole_day(body.done.isoformat())}.", body.who
    late = " Overdue." if body.by is not None and body.by < today else ""
    return f"{_ended(body.what)}{late}", _who(body.who, body.by)


def _review_said(body: Review, today: date) -> tuple[str, str]:
    day = whole_day(body.on.isoformat())
    if body.held is None:
        return (
            f"It was to be looked at on {day} and was not."
            if body.on < today
            else f"Not known yet: it is looked at on {day}."
        ), body.who
    parts = [body.verdict, body.words, _DECISIONS[body.decision]]
    return " ".join(part for part in parts if part), _who(body.who, body.held)


def _ended(text: str) -> str:
    """Return words with the mark that ends a sentence."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _who(who: str, day: date | None) -> str:
    return ", ".join(part for part in (who, whole_day(day.isoformat()) if day else "") if part)


def _line(link: Link) -> str:
    name = f"{link.name}: " if link.name else ""
    return f"  {name}{link.words}" + (f" ({link.behind})" if link.behind else "")


def _way_html(way: Way) -> str:
    behind = f" <small>({escape(way.behind)})</small>" if way.behind else ""
    items = "".join(_link_html(link) for link in way.links)
    return f"<section><p><strong>{escape(way.concern)}</strong>{behind}</p><ol>{items}</ol></section>"


def _link_html(link: Link) -> str:
    if link.is_gap:
        return f"<li><em>{escape(link.words)}</em></li>"
    behind = f"<br><small>{escape(link.behind)}</small>" if link.behind else ""
    return f"<li><strong>{escape(_ended(link.name))}</strong> {escape(link.words)}{behind}</li>"
