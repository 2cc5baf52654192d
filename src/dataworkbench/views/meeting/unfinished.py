"""What a meeting leaves unfinished, in sentences, for its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dataworkbench.records import Action, Decision, Entry, Meeting, Seen, Step, Topic
from dataworkbench.views.live.board import Board
from dataworkbench.views.meeting.series import carried_topics, own_actions

_MOST_NAMED: Final = 4
_LONGEST: Final = 60


def unfinished(board: Board, meeting: Entry[Meeting]) -> list[str]:
    """Return what is left unfinished, one sentence each; nothing where all is done."""
    steps = sorted(board.of(Step, follows=meeting.id), key=lambda held: held.body.place)
    open_steps = [held.body.name for held in steps if not held.body.done and held.body.does != "close"]
    own = [*board.of(Topic, follows=meeting.id)]
    topics = [
        held for held in [*(topic for topic, _ in carried_topics(board, meeting)), *own] if not held.body.done
    ]
    agreed = [held.body for held in own_actions(board, meeting)]
    said = [
        _few("Steps that are not marked as done", open_steps),
        _few("Topics that go on the next agenda", [held.body.words for held in topics]),
        *_of_figures(board, meeting),
        *_of_actions(agreed),
    ]
    if not agreed and not board.of(Decision, follows=meeting.id):
        said.append("No decision and no action is written down.")
    return [sentence for sentence in said if sentence]


def _of_figures(board: Board, meeting: Entry[Meeting]) -> Iterator[str]:
    hidden = [held.body.title for held in board.of(Seen, follows=meeting.id) if not held.body.shown]
    yield _few("Figures that were chosen and not shown", hidden)


def _of_actions(agreed: Sequence[Action]) -> Iterator[str]:
    waiting = [held for held in agreed if held.done is None]
    yield _few("Actions that nobody has taken on", [held.what for held in waiting if not held.who])
    yield _few("Actions without a day", [held.what for held in waiting if held.by is None])


def _few(head: str, names: Sequence[str]) -> str:
    """Return a heading with the first few names; empty where there is none."""
    if not names:
        return ""
    more = f"; and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{head}: {'; '.join(_short(name) for name in names[:_MOST_NAMED])}{more}."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
