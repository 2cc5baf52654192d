"""The summary of a cycle: what was seen, where its goals stand, what was changed and came of it, what was learnt, what is left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar, cast

from dataworkbench.errors import no_such
from dataworkbench.records import (
    Action,
    Body,
    Cause,
    Change,
    Cycle,
    Decision,
    Entry,
    Finding,
    Goal,
    Hypothesis,
    Meeting,
    Review,
    Topic,
)
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.chains import Chains, chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import GoalSeen, records_of, see_goal
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff, note
from dataworkbench.views.paper import Block, Grid, Item, Items, Paper, Part, Said

B = TypeVar("B", bound=Body)
_FOR_STAFF: Final = "For staff: actions and topics here can be about single students."
_DECISIONS: Final = {
    "keep": "We keep it.",
    "change": "We change it.",
    "stop": "We stop it.",
    "": "Nothing is decided yet.",
}
DONE: Final = frozenset({"reached"})
"""Where a goal stands that is left open no more."""


@dataclass(frozen=True)
class OneCycle:
    """What belongs to one cycle, today."""

    district: Kept
    web: Chains
    entry: Entry[Cycle]
    today: date

    def of(self, kind: type[B]) -> list[Entry[B]]:
        """Return the entries of a kind that belong to the cycle, also where a later cycle took them up."""
        return [entry for entry in self.web.of(kind) if self.entry.id in self.web.cycles_of(entry.id)]

    def goals(self) -> list[GoalSeen]:
        """Return the goals of the cycle beside what the data say today."""
        return [see_goal(self.district, held, audience="staff", today=self.today) for held in self.of(Goal)]

    def open_actions(self) -> list[Entry[Action]]:
        """Return the actions that are not done."""
        return [held for held in self.of(Action) if held.body.done is None]

    def open_topics(self) -> list[Entry[Topic]]:
        """Return the topics of its meetings that are not done."""
        return [held for held in self.of(Topic) if not held.body.done]

    def open_reviews(self) -> list[Entry[Review]]:
        """Return the reviews that were not held."""
        return [held for held in self.of(Review) if held.body.held is None]

    def open_findings(self) -> list[Entry[Finding]]:
        """Return the findings that no goal followed."""
        return [
            held
            for held in self.of(Finding)
            if not any(isinstance(e.body, Goal) for e in self.web.following(held.id))
        ]

    def unreviewed(self) -> list[Entry[Change]]:
        """Return the changes for which no day was set to look whether they worked."""
        return [
            held
            for held in self.of(Change)
            if not any(isinstance(e.body, Review) for e in self.web.following(held.id))
        ]


def find_cycle(web: Chains, asked: str, today: date) -> Entry[Cycle] | None:
    """Return a cycle by its name or identifier; without one, the cycle that runs; None where none is written down.

    Raises
    ------
    NoSuchNameError
        Where there is none of that name.

    """
    if not asked.strip():
        return web.current(today)
    wanted = " ".join(asked.split()).casefold()
    every = web.of(Cycle)
    for held in reversed(every):
        if wanted in (held.id.casefold(), " ".join(held.body.name.split()).casefold()):
            return held
    raise no_such("cycle", asked, (held.body.name for held in every))


def cycle_summary(
    district: Kept, cycle: str = "", *, today: str = "", audience: Audience = "staff"
) -> Paper | Note:
    """Return the summary of a cycle as a page, the same as Markdown; for staff.

    ``cycle`` is its name; without one it is the cycle that runs. Where goals stand is worked out from the data of today, verdicts stand as
    they were read when they were reviewed.

    Raises
    ------
    NoSuchNameError
        Where there is no such cycle.

    """
    refused = for_staff(audience, "The summary of a cycle")
    if refused is not None:
        return refused
    web, day = chains(records_of(district)), today_in(district, today)
    entry = find_cycle(web, cycle, day)
    if entry is None:
        return note("No cycle has been named yet, so there is none to sum up.")
    one = OneCycle(district, web, entry, day)
    parts = tuple(part for part in _parts(one) if part.blocks)
    return Paper(
        f"What came of {entry.body.name}",
        tuple(_above(one)),
        parts,
        tuple(_foot(one)),
        _FOR_STAFF,
        "dw-summary",
    )


def _above(one: OneCycle) -> Iterator[str]:
    body = one.entry.body
    days = " to ".join(day.isoformat() for day in (body.starts, body.ends) if day is not None)
    if days:
        yield f"{days}."
    if body.team:
        yield f"The team: {', '.join(body.team)}."
    counts = (
        (len(one.of(Finding)), "finding", "findings"), (len(one.of(Goal)), "goal", "goals"), (len(one.of(Change)), "change", "changes"),
        (len(one.of(Meeting)), "meeting", "meetings"),
    )  # fmt: skip
    yield f"{', '.join(f'{n} {word if n == 1 else words}' for n, word, words in counts)}."


def _foot(one: OneCycle) -> Iterator[str]:
    yield f"As of {one.today.isoformat()}" + (
        f"; data: snapshot {one.district.snapshot_id}" if one.district.snapshot_id else ""
    )


def _parts(one: OneCycle) -> Iterator[Part]:
    goals = one.goals()
    yield Part(
        "What we saw",
        _items((Item(held.body.concern) for held in one.of(Finding)), "No finding was written down."),
    )
    yield Part("Where our goals stand", tuple(_goals(goals)))
    yield Part(
        "What we changed, and whether it worked",
        _items((_change(one, held) for held in one.of(Change)), "Nothing was changed."),
    )
    yield Part("What we learnt", _items(_learnt(one), "Nothing was reviewed, ruled out or decided yet."))
    yield Part("What is left open", _items(_left_open(one, goals), "Nothing is left open."))
    yield Part(
        "Meetings",
        _items(Item(held.body.name, head=f"{held.body.on.isoformat()}:") for held in one.of(Meeting)),
    )


def _goals(goals: Iterable[GoalSeen]) -> Iterator[Block]:
    rows = [
        (
            f"{seen.title}, {seen.group}", seen.baseline, seen.now or "\N{EN DASH}", f"{seen.say(seen.goal.target)} by {seen.goal.by.isoformat()}",
            f"{seen.standing.name.capitalize()}. {seen.standing.words}",
        )
        for seen in goals
    ]  # fmt: skip
    if rows:
        yield Grid(("Goal", "Began at", "Now", "Aim", "Where it stands"), tuple(rows))
    else:
        yield Said("No goal was written down.", "quiet")


def _change(one: OneCycle, change: Entry[Change]) -> Item:
    body = change.body
    looked = [held for held in one.web.below(change.id) if isinstance(held.body, Review)]
    under = tuple(_review(cast("Review", held.body), one.today) for held in looked) or (
        Item("No day was set to look whether it worked."),
    )
    since = f"from {body.starts.isoformat()}" if body.starts else ""
    return Item(body.words, behind="; ".join(part for part in (since, body.owner) if part), under=under)


def _review(body: Review, today: date) -> Item:
    if body.held is None:
        was = "It was to be looked at" if body.on < today else "It is looked at"
        return Item(f"{was} on {body.on.isoformat()}.", head="Not known yet.")
    said = " ".join(part for part in (body.verdict, body.words, _DECISIONS[body.decision]) if part)
    return Item(said, head="Did it work?", behind=f"looked at on {body.held.isoformat()}")


def _learnt(one: OneCycle) -> Iterator[Item]:
    for review in one.of(Review):
        if review.body.held is not None:
            guess = one.web.upstream(review.id, Hypothesis)
            held = (
                f"We had expected that {guess.body.then}, because {guess.body.because}. "
                if guess is not None
                else ""
            )
            said = review.body.words or review.body.verdict
            yield Item(f"{held}{said}", head=f"{review.body.of or 'What we changed'}:")
    for cause in one.of(Cause):
        if cause.body.ruled_out:
            yield Item(f"{cause.body.words} {cause.body.ruled_out}", head="Not the cause:")
    for decision in one.of(Decision):
        yield Item(decision.body.words, head="Decided:", behind=decision.body.why)


def _left_open(one: OneCycle, goals: Iterable[GoalSeen]) -> Iterator[Item]:
    for seen in goals:
        if seen.standing.name not in DONE:
            yield Item(
                f"{seen.title}, {seen.group}: {seen.standing.name}",
                head="Goal:",
                behind=_who(seen.goal.owner, seen.goal.by),
            )
    for action in one.open_actions():
        whom = f"{action.body.whom}: " if action.body.whom else ""
        yield Item(f"{whom}{action.body.what}", head="Action:", behind=_who(action.body.who, action.body.by))
    for review in one.open_reviews():
        yield Item(
            review.body.of or "what was changed",
            head="To be looked at:",
            behind=_who(review.body.who, review.body.on),
        )
    for change in one.unreviewed():
        yield Item(change.body.words, head="No day to look at it:")
    for topic in one.open_topics():
        yield Item(topic.body.words, head="Topic:", behind=topic.body.who)
    for finding in one.open_findings():
        yield Item(finding.body.concern, head="No goal yet:")


def _who(who: str, by: date | None) -> str:
    return ", ".join(part for part in (who or "nobody yet", f"by {by.isoformat()}" if by else "") if part)


def _items(items: Iterable[Item], none: str = "") -> tuple[Any, ...]:
    held = tuple(items)
    if held:
        return (Items(held),)
    return (Said(none, "quiet"),) if none else ()
