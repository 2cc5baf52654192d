"""What a friend would ask about what was just written. A remark is a question, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dataworkbench.records import Action
from dataworkbench.rootcause.model import Problem
from dataworkbench.rootcause.rules import on_cause_words, on_observation


def on_seen(words: str) -> list[str]:
    """Return remarks on an observation that holds a conclusion."""
    return [held.text for held in on_observation(words)]


def on_meaning(words: str, rests_on: Sequence[str]) -> list[str]:
    """Return remarks on an interpretation: that it rests on no observation, or is about what people are like."""
    alone = (
        []
        if rests_on
        else ["Which observation does it rest on? Choose one, or write down first what was seen."]
    )
    return [*alone, *(held.text for held in on_cause_words(words) if held.rule == "about a person")]


def on_concern(words: str) -> list[str]:
    """Return remarks on a finding: what it lacks, or that a cause or an answer is in it."""
    return [held.text for held in Problem(words).remarks()]


def on_action(action: Action, agreed: date) -> list[str]:
    """Return remarks on an action that is not done: nobody does it yet, no day, or a day that was past when it was agreed."""
    if action.done is not None:
        return []
    said = []
    if not action.who:
        said.append("Nobody does it yet. Who will?")
    if action.by is None:
        said.append("It has no day yet. By when?")
    elif action.by < agreed:
        said.append("Its day was past already when it was agreed.")
    return said
