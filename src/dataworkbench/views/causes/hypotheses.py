"""From a why to what is done about it, in one step: the hypothesis, the plan, who does what, what is changed, and when it is looked at.

Act: ``write_hypothesis`` with ``id`` (``hypothesis-`` and twelve hex digits), ``start`` (the cause or concern), ``why`` (or empty),
``change``, ``then``, ``because``, ``indicator`` or ``measured_by`` in the team's own words, ``group``, ``now``, ``aim``, ``by``,
``starts``, ``owner``, ``review``, and ``actions``: a list of ``{what, who, by}``. All of it is written, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, cast

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import CATALOGUE, indicator
from dataworkbench.records import Action, Change, Entry, Finding, Goal, Hypothesis, Plan, Review, Why
from dataworkbench.rootcause import hypothesis as said_hypothesis
from dataworkbench.views.causes.whys_acts import start_named
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Turn

MOST_ACTIONS: Final = 12
LONGEST: Final = 2_000
_MISSING: Final[Mapping[str, str]] = {
    "change": "what you change (if we ...)",
    "then": "what will follow (then ...)",
    "because": "the reason (because ...)",
    "measured_by": "what it is measured by",
    "by": "the day by which it is to show",
    "review": "the day on which you look again",
}
NOT_OF_A_GROUP: Final = ("school_year", "period", "assessment_id", "month", "week")


@dataclass(frozen=True)
class Meant:
    """What a team means to do, as the form says it."""

    said: Hypothesis
    starts: date | None
    owner: str
    review: date
    actions: tuple[Action, ...]


def write_hypothesis(turn: Turn, meeting: str = "") -> None:
    """Write a hypothesis with its plan, its actions, what is changed and the day of the look again: all of it, or nothing.

    The actions also follow the ``meeting`` in which they are agreed, so that they stand in its papers.
    """
    start = start_named(turn)
    why = turn.entry("why", Why).id if turn.given.get("why") else ""
    there = turn.board.get(str(turn.given.get("id") or ""))
    if there is not None:
        turn.wrote += [there, *_after(turn.board, there)]
        return
    meant = _meant(turn)
    finding = finding_of(turn.board, start.id)
    goal = goal_of(turn.board, finding)
    snapshot = turn.district.snapshot_id
    hypothesis = turn.add(meant.said, why, start.id, snapshot=snapshot)
    _name(turn, hypothesis, len(meant.actions))
    plan = turn.add(
        Plan(words=_sentence(meant.said.change), owner=meant.owner, by=meant.said.by), hypothesis.id, goal, named="plan_id",
    )  # fmt: skip
    for place, action in enumerate(meant.actions):
        turn.add(action, plan.id, meeting, named=f"action_{place}")
    change = turn.add(
        Change(words=_sentence(meant.said.change), where=_group(finding), starts=meant.starts, owner=meant.owner),
        hypothesis.id, plan.id, named="change_id",
    )  # fmt: skip
    turn.add(
        Review(of=_sentence(meant.said.then), on=meant.review, who=meant.owner), change.id, named="review_id"
    )


def finding_of(board: Board, entry_id: str) -> Entry[Finding] | None:
    """Return the nearest finding that an entry follows from; None where there is none."""
    for held in board.above(entry_id):
        if isinstance(held.body, Finding) and not held.is_withdrawn:
            return cast("Entry[Finding]", held)
    return None


def goal_of(board: Board, finding: Entry[Finding] | None) -> str:
    """Return the goal that was written last for a finding; empty where there is none."""
    goals = board.of(Goal, follows=finding.id) if finding is not None else []
    return goals[-1].id if goals else ""


def shown_hypothesis(board: Board, entry: Entry[Hypothesis]) -> dict[str, Any]:
    """Return a hypothesis as plain values, with what is done about it."""
    after = _after(board, entry)
    return {
        "id": entry.id, "version": entry.version, "sentence": sentence_of(entry.body), "by": entry.by, "why": _why_of(board, entry),
        "actions": [_shown_action(held.body) for held in after if isinstance(held.body, Action)],
        "starts": next((_day(held.body.starts) for held in after if isinstance(held.body, Change)), ""),
        "review": next((_day(held.body.on) for held in after if isinstance(held.body, Review)), ""),
        "for_a_goal": any(isinstance(held.body, Goal) for one in (entry, *after) for held in board.above(one.id)),
    }  # fmt: skip


def sentence_of(body: Hypothesis) -> str:
    """Return a hypothesis as a team says it aloud."""
    return said_hypothesis(
        change=body.change, then=body.then, because=body.because, measured_by=body.measured_by, by=body.by.isoformat(), group=body.group,
        now=body.now, aim=body.aim,
    ).sentence  # fmt: skip


def _meant(turn: Turn) -> Meant:
    """Return what the form says; where parts are missing all of them are named at once."""
    said = {name: turn.text(name, most=LONGEST, empty=True) for name in ("change", "then", "because")}
    chosen = str(turn.given.get("indicator") or "")
    own = turn.text("measured_by", most=LONGEST, empty=True)
    said["measured_by"] = own or (_inside(indicator(chosen).title) if chosen in CATALOGUE else "")
    days = {name: turn.day(name) for name in ("by", "review", "starts")}
    if missing := [words for name, words in _MISSING.items() if not (said.get(name) or days.get(name))]:
        raise WorkbenchError(
            f"Nothing was written yet, and nothing you typed is lost. Still missing: {'; '.join(missing)}."
        )
    by, review = days["by"] or date.max, days["review"] or date.max
    if days["starts"] is not None and review < days["starts"]:
        raise WorkbenchError(
            "The look again lies before the day on which the change begins. Choose a later day."
        )
    body = Hypothesis(
        **{name: words.rstrip(".") for name, words in said.items()}, by=by, indicator=chosen if chosen in CATALOGUE else "",
        **{name: turn.text(name, most=LONGEST, empty=True) for name in ("group", "now", "aim")},
    )  # fmt: skip
    owner = turn.text("owner", most=200, empty=True)
    return Meant(body, days["starts"], owner, review, tuple(_actions(turn, body.group)))


def _actions(turn: Turn, group: str) -> Iterator[Action]:
    """Give the actions of the form, for the group that the hypothesis is about; lines that were left empty are passed over."""
    given = turn.given.get("actions")
    lines = [line for line in given if isinstance(line, Mapping)] if isinstance(given, list) else []
    if len(lines) > MOST_ACTIONS:
        raise WorkbenchError(
            f"These are {len(lines)} actions; {MOST_ACTIONS} are taken at once. Begin with the first ones."
        )
    for place, line in enumerate(lines, start=1):
        one = Turn(turn.district, turn.board, turn.seat, line)
        what, who = one.text("what", most=LONGEST, empty=True), one.text("who", most=200, empty=True)
        by = one.day("by")
        if what:
            yield Action(what=what, who=who, by=by, whom=group)
        elif who or by:
            raise WorkbenchError(
                f"Action {place} has somebody or a day, and does not say what is done. A few words are needed."
            )


def _name(turn: Turn, hypothesis: Entry[Any], actions: int) -> None:
    """Give what is written along with a hypothesis names that come from its own, so that what is sent twice is written once."""
    token = hypothesis.id.rpartition("-")[2]
    names = {f"{kind}_id": f"{kind}-{token}" for kind in ("plan", "change", "review")}
    numbered = {
        f"action_{place}": f"action-{sha256(f'{token} {place}'.encode()).hexdigest()[:12]}"
        for place in range(actions)
    }
    turn.given = {**turn.given, **names, **numbered}


def _after(board: Board, hypothesis: Entry[Any]) -> list[Entry[Any]]:
    """Return the plan, the actions, the change and the review that follow a hypothesis."""
    plans = board.of(Plan, follows=hypothesis.id)
    changes = board.of(Change, follows=hypothesis.id)
    return [
        *plans,
        *(held for plan in plans for held in board.of(Action, follows=plan.id)),
        *changes,
        *(held for change in changes for held in board.of(Review, follows=change.id)),
    ]


def _group(finding: Entry[Finding] | None) -> dict[str, tuple[str, ...]]:
    where = finding.body.where if finding is not None else {}
    return {name: held for name, held in where.items() if name not in NOT_OF_A_GROUP}


def _why_of(board: Board, entry: Entry[Hypothesis]) -> str:
    return next(
        (name for name in entry.follows if (held := board.get(name)) and isinstance(held.body, Why)), ""
    )


def _shown_action(body: Action) -> dict[str, str]:
    return {"what": body.what, "who": body.who, "by": _day(body.by), "done": _day(body.done)}


def _inside(title: str) -> str:
    """Return a title as it stands inside a sentence."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _sentence(words: str) -> str:
    """Return words as a sentence of their own."""
    said = words.strip()
    begun = said[:1].upper() + said[1:]
    return begun if begun.endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")) else f"{begun}."
