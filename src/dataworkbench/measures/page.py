"""The page about the indicators, written from their definitions."""

from __future__ import annotations

from dataworkbench.measures.catalogue import CATALOGUE
from dataworkbench.measures.definition import Indicator
from dataworkbench.terms import STAGES

_OPENING = """\
# Indicators

This page is written from the definitions themselves (`dataworkbench.measures.catalogue`); do not change it by hand.

Every indicator says what is counted, out of whom, who is left out and why, and where its rule comes from. **n** is always a
number of people (students in a school year, people who answered, teachers observed, students' turns with a strategy), never
of rows. A student with several results counts once. Where nobody could count there is no figure, and where something was never
brought there is a sentence that says how to bring it.

Intervals are 95% unless the district chose otherwise: Wilson's for shares, Student's t for means, Newcombe's and Welch's for
differences. Where one person stands behind several rows, the interval takes the person as one.
"""


def indicators_page() -> str:
    """Return the page in Markdown: the indicators by stage, each with its definition."""
    parts = [_OPENING]
    for stage, title in STAGES.items():
        held = [one for one in CATALOGUE.values() if one.stage == stage]
        if held:
            parts.append(f"## Stage {stage}: {title}\n")
            parts.extend(_entry(one) for one in held)
    return "\n".join(parts)


def _entry(one: Indicator) -> str:
    lines = [f"### {one.title}", "", f"`{one.id}`, version {one.version}. {one.sentence}", ""]
    if one.unit != "count":
        lines.append(f"- Above the line: {one.numerator}.")
    lines += [
        f"- Out of: {one.denominator}.",
        f"- Left out: {one.left_out}.",
        f"- {_DIRECTIONS[one.direction]}",
        f"- Rule: {one.source}",
        f"- By: {', '.join(one.dimensions)}.",
        f"- Needs: {_needs(one)}. {one.how_to_bring}",
    ]
    if one.never_mixes:
        lines.append(f"- Never adds together different values of: {', '.join(one.never_mixes)}.")
    return "\n".join([*lines, ""])


_DIRECTIONS = {
    "higher": "Higher is better.",
    "lower": "Lower is better.",
    "neither": "Neither higher nor lower is better.",
}


def _needs(one: Indicator) -> str:
    either = [" or ".join(one.needs_one_of)] if one.needs_one_of else []
    return ", ".join([*one.needs, *either])
