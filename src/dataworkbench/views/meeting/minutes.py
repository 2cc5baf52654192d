"""The minutes of a meeting: all that was said, seen and decided in it, in the order of a meeting. For staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dataworkbench.errors import WorkbenchError
from dataworkbench.protocols import protocol
from dataworkbench.records import Action, Change, Entry, Hypothesis, Meeting, Plan, Review, Seen, Step, Topic
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.meeting.clock import run
from dataworkbench.views.meeting.minutes_fishbone import fishbone_parts
from dataworkbench.views.meeting.minutes_read import Told, read_meeting
from dataworkbench.views.notes import Note, for_staff
from dataworkbench.views.paper import Block, Chart, Grid, Item, Items, Paper, Part, Said

FOR_STAFF: Final = "For staff of this school alone: this page can name single students. Do not put it where families or the public can read it."
_ROLES: Final = ("facilitator", "timekeeper", "recorder")


def minutes(
    district: Kept, meeting: str = "", *, restricted: bool = False, audience: Audience = "staff"
) -> Paper | Note:
    """Return the minutes of a meeting as a page, the same as Markdown; for staff.

    ``meeting`` is its name, its day or its identifier; without one it is the last that was held. Restricted notes are in it only
    where they are asked for.

    Raises
    ------
    NothingToShowError
        Where no meeting is written down.
    NoSuchNameError
        Where there is none of that name.

    """
    refused = for_staff(audience, "The minutes of a meeting")
    if refused is not None:
        return refused
    return minutes_of(read_meeting(records_of(district), meeting, restricted=restricted), district)


def minutes_of(told: Told, district: Kept) -> Paper:
    """Return the minutes of a meeting that was read."""
    body = told.meeting.body
    parts = [part for part in _parts(told) if part.blocks]
    return Paper(
        title=f"Minutes: {body.name}", above=tuple(_above(told, district)), parts=tuple(parts),
        foot=tuple(_foot(told, district)), notice=FOR_STAFF, kind="dw-minutes",
    )  # fmt: skip


def _parts(told: Told) -> Iterator[Part]:
    yield Part("Who was there", tuple(_people(told)))
    yield Part("Norms", _items(Item(norm) for norm in told.meeting.body.norms))
    yield Part("How the time was used", tuple(_time(told)))
    yield Part("What we talked about", _items(_topics(told.talked_about)))
    yield from _figures(told)
    yield Part("What we conclude from it", tuple(_conclusions(told)))
    yield Part("Concerns that we wrote down", _items(Item(held.body.concern) for held in told.findings))
    yield from fishbone_parts(told)
    yield Part("Hypotheses", _items(Item(hypothesis_words(held.body)) for held in told.hypotheses))
    yield Part(
        "Decisions", _items(Item(held.body.words, behind=_because(held.body.why)) for held in told.decisions)
    )
    yield Part("Plans, changes and reviews", _items(_begun(held) for held in told.begun))
    yield Part("Actions", tuple(_actions(told)))
    yield Part("Done since the last meeting", _items(_done(held.body) for held in told.ticked_off))
    yield Part("Carried over to the next meeting", _items(_topics(told.carried)))
    yield Part("Notes", tuple(_notes(told)))


def _above(told: Told, district: Kept) -> Iterator[str]:
    body = told.meeting.body
    yield ", ".join(
        part
        for part in (body.on.isoformat(), clock_words(told, district), school_words(told, district))
        if part
    )
    yield f"Protocol: {protocol_words(told, district)}." + (f" Cycle: {told.cycle}." if told.cycle else "")


def school_words(told: Told, district: Kept) -> str:
    """Return the school of a meeting by its name; empty where it is of no single school."""
    held = told.meeting.body.school_id
    known = district.schools[["school_id", "school_name"]].astype("str") if held else None
    names: dict[str, str] = dict(known.itertuples(index=False, name=None)) if known is not None else {}
    return names.get(held, held)


def protocol_words(told: Told, district: Kept) -> str:
    """Return the protocol of a meeting by its title; one that is gone is called as it was written."""
    try:
        return protocol(told.meeting.body.protocol, district.workspace).title
    except WorkbenchError:
        return told.meeting.body.protocol


def clock_words(told: Told, district: Kept) -> str:
    """Return from when to when a meeting was held, in the district's time zone; empty where it has not begun."""
    body, zone = told.meeting.body, ZoneInfo(district.settings.timezone)
    if body.begun is None:
        return "not begun yet"
    ends = f" to {_clock(body.ended, zone)}" if body.ended is not None else ", not ended yet"
    return f"{_clock(body.begun, zone)}{ends} ({district.settings.timezone})"


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def _foot(told: Told, district: Kept) -> Iterator[str]:
    snapshots = sorted({held.snapshot for held in told.figures if held.snapshot})
    if snapshots:
        yield f"Data looked at: {', '.join(snapshots)}"
    yield f"Records: {told.meeting.id}; times in {district.settings.timezone}"


def people_words(told: Told) -> list[tuple[str, str]]:
    """Return who was there, each with the roles that they had; who had a role and no seat comes first."""
    roles: dict[str, list[str]] = {}
    for role, who in told.meeting.body.roles.items():
        roles.setdefault(told.name_of(who), []).append(role)
    for seat in told.people:
        held = roles.setdefault(seat.name, [])
        if seat.role and seat.role.casefold() not in map(str.casefold, held):
            held.append(seat.role)
    return [(name, ", ".join(held)) for name, held in roles.items() if name]


def _people(told: Told) -> Iterator[Block]:
    people = people_words(told)
    if people:
        yield Items(tuple(Item(name, behind=role) for name, role in people))
    else:
        yield Said("Nobody has taken a seat in this meeting.", "quiet")


def _time(told: Told) -> Iterator[Block]:
    rows = tuple(_step_row(told, held) for held in told.steps)
    if rows:
        yield Grid(("Step", "Planned", "Taken", "Against the plan"), rows, name="dw-steps")


def _step_row(told: Told, step: Entry[Step]) -> tuple[str, ...]:
    body = step.body
    taken = run(body, told.meeting.body.ended or body.started or step.written_at)
    added = f", {body.more} added" if body.more > 0 else f", {-body.more} taken off" if body.more < 0 else ""
    over = round(taken / 60) - body.minutes - body.more
    said = "" if taken else "left out" if told.meeting.body.ended else "not begun"
    if taken and over:
        said = f"{abs(over)} min {'over' if over > 0 else 'under'}"
    return body.name, f"{body.minutes} min{added}", _minutes(taken), said or "as planned"


def _minutes(seconds: int) -> str:
    if not seconds:
        return ""
    return f"{round(seconds / 60)} min" if seconds >= 60 else "under a minute"


def _topics(topics: Iterable[tuple[Entry[Topic], Entry[Meeting] | None]]) -> Iterator[Item]:
    for topic, before in topics:
        since = f"carried over from {before.body.on.isoformat()}" if before is not None else ""
        yield Item(topic.body.words, behind="; ".join(part for part in (topic.body.who, since) if part))


def _figures(told: Told) -> Iterator[Part]:
    if told.figures:
        yield Part(
            "What we looked at", (Said("Each figure stands here as it was on that day, frozen.", "quiet"),)
        )
    for held in told.figures:
        yield from _figure(told, held)
    loose = [held for held in told.observations if not _is_about(told, held.follows)]
    yield Part("What else we saw: facts only", _items(Item(held.body.words) for held in loose))


def _figure(told: Told, held: Entry[Seen]) -> Iterator[Part]:
    if not held.body.shown:
        kept_back = "It was not shown, so neither its numbers nor what was expected of it stand here."
        yield Part(held.body.title, (Said(kept_back, "quiet"),), level=3)
        return
    yield Part(held.body.title, tuple(_shown(held)), level=3)
    expected = [Item(entry.body.words) for entry in told.predictions(held)]
    seen = [Item(entry.body.words) for entry in told.observations if held.id in entry.follows]
    for title, said, none in (
        ("What we expected, before it was shown", expected, "Nobody wrote down what they expected."),
        ("What we saw: facts only", seen, "Nothing was written down about it."),
    ):
        yield Part(title, _items(iter(said)) or (Said(none, "quiet"),), level=4)


def _shown(held: Entry[Seen]) -> Iterator[Block]:
    body = held.body
    if body.drawing:
        yield Chart(body.drawing, body.alt or body.title, titled=body.title)
    yield from (Said(words) for words in body.words)
    if body.table and body.table[0]:
        width = len(body.table[0])
        rows = tuple((*row, *[""] * width)[:width] for row in body.table[1:])
        yield Grid(body.table[0], rows, name="dw-numbers")
    if held.snapshot:
        yield Said(f"Data: snapshot {held.snapshot}.", "quiet")


def _is_about(told: Told, follows: tuple[str, ...]) -> bool:
    figures = {held.id for held in told.figures}
    return any(name in figures for name in follows)


def _conclusions(told: Told) -> Iterator[Block]:
    known = {held.id: held.body.words for held in told.observations}
    items = [
        Item(held.body.words, behind=_from([known[name] for name in held.follows if name in known]))
        for held in told.interpretations
    ]
    yield from _items(iter(items))


def _from(seen: list[str]) -> str:
    return f"from: {'; '.join(words.rstrip('.') for words in seen)}" if seen else ""


def hypothesis_words(body: Hypothesis) -> str:
    """Return a hypothesis as a team says it aloud."""
    return f"If we {body.change}, then {body.then}, because {body.because}; measured by {body.measured_by}, by {body.by.isoformat()}."


def _because(why: str) -> str:
    return f"because: {why}" if why else ""


def _begun(entry: Entry[Any]) -> Item:
    match entry.body:
        case Plan() as body:
            return Item(body.words, head="Plan:", behind=_who_when(body.owner, body.by))
        case Change() as body:
            begins = f"from {body.starts.isoformat()}" if body.starts else ""
            return Item(
                body.words, head="Change:", behind="; ".join(part for part in (begins, body.owner) if part)
            )
        case Review() as body:
            said = body.verdict or body.words if body.held else f"We look on {body.on.isoformat()}."
            return Item(f"{body.of}. {said}" if body.of else said, head="Did it work?", behind=body.who)
    return Item(str(entry.body))


def _who_when(who: str, by: Any) -> str:
    return ", ".join(part for part in (who, f"by {by.isoformat()}" if by else "") if part)


def action_row(body: Action) -> tuple[str, str, str, str]:
    """Return an action as a row: the student or group, what is done, who does it, by when."""
    day = body.by.isoformat() if body.by else "no day yet"
    if body.done is not None:
        day = f"done {body.done.isoformat()}"
    return body.whom or "\N{EN DASH}", body.what, body.who or "nobody yet", day


def by_day(actions: Sequence[Entry[Action]]) -> list[Entry[Action]]:
    """Return actions by their day, those without one last, and else as they were written."""
    return sorted(actions, key=lambda held: held.body.by or date.max)


ACTION_TITLES: Final = ("Student or group", "Action", "Owner", "By when")


def _actions(told: Told) -> Iterator[Block]:
    rows: list[tuple[str, ...]] = [action_row(held.body) for held in by_day(told.actions)]
    if told.still_open:
        rows += [("Still open from before",), *(action_row(held.body) for held in by_day(told.still_open))]
    if rows:
        yield Grid(ACTION_TITLES, tuple(rows), name="dw-actions")
    else:
        yield Said("No action was agreed, and none is open from before.", "quiet")


def _done(body: Action) -> Item:
    day = f"done {body.done.isoformat()}" if body.done else ""
    return Item(body.what, behind=", ".join(part for part in (body.whom, body.who, day) if part))


def _notes(told: Told) -> Iterator[Block]:
    for held in told.notes:
        about = f"{held.body.about}: " if held.body.about else ""
        kind = "Restricted. " if held.body.is_restricted else ""
        yield Said(f"{kind}{about}{held.body.words}", "care" if held.body.is_restricted else "")


def _items(items: Iterator[Item]) -> tuple[Block, ...]:
    held = tuple(items)
    return (Items(held),) if held else ()
