"""Close to the lesson: exit tickets lesson by lesson, gains side by side, and a survey asked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.frames import (
    column_text,
    group_text,
    grouping_columns,
    interval_of,
    is_number,
    number_text,
)
from dataworkbench.measures import choices_for, measure, survey_shift, ticket_lessons
from dataworkbench.sentences import Sentences, describe
from dataworkbench.tables import DisplayTable, table_of
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, few_in, for_staff, note, plain_table, with_care
from dataworkbench.views.pictures import Behind, Picture

Where = Mapping[str, tuple[str, ...]]

_HIGH, _MEDIUM = 70, 30
_GAINS: Final = {
    "before": ("exit_ticket_before", "Right before"), "after": ("exit_ticket_after", "Right after"),
    "gain": ("exit_ticket_gain", "Gain of the class"), "own": ("exit_ticket_own_gain", "Average of each student's gain"),
    "change": ("exit_ticket_normalised_change", "Normalised change"),
}  # fmt: skip


def plot_tickets(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    section: str = "",
    most: int = 12,
    title: str = "What did each lesson add?",
) -> Picture | Note:
    """Return a figure with one line for each lesson, the latest first, with its sentences and its numbers; for staff only.

    ``section`` keeps one class; ``most`` is how many lessons are drawn, the others stand in the table.
    """
    refused = for_staff(audience, "The list of lessons, class by class,")
    if refused is not None:
        return refused
    chosen = {**where, **({"section_id": (section,)} if section else {})}
    frame = for_audience(
        ticket_lessons(district, where=choices_for("exit_ticket_gain", chosen)),
        audience,
        policy=district.policy,
    )
    drawn = figures.plot_tickets(frame, title=title, most=most)
    if "before" not in frame or frame["n"].sum() == 0:
        return Picture(drawn)
    return Picture(drawn, Behind(Sentences(tuple(_said(frame))), _table(frame)))


def _said(frame: pd.DataFrame) -> list[str]:
    latest = frame.iloc[0]
    away = frame[["no_before", "no_after", "neither"]].sum()
    matched = int(frame["n"].sum())
    said = [f"{len(frame)} lessons with checks before and after. {_latest(latest)}"]
    said.append(
        f"Matched by student: {number_text(matched)} times somebody took both checks of a lesson. Not matched and left out: "
        f"{number_text(int(away['no_before']))} times only the check after was taken, {number_text(int(away['no_after']))} times "
        f"only the one before, {number_text(int(away['neither']))} times neither."
    )
    known = frame[frame["value"].notna()]
    counts = [
        f"{int(held.sum())} {word}"
        for held, word in (
            (known["value"] >= _HIGH, "high (70% or more)"), (known["value"].between(_MEDIUM, _HIGH, inclusive="left"), "medium"),
            (known["value"] < _MEDIUM, "low (below 30%)"),
        )
    ]  # fmt: skip
    return [
        *said,
        f"Gains, as Hake's words go: {', '.join(counts)}. With a class of twenty these words change from lesson to lesson by chance alone.",
    ]


def _latest(row: pd.Series) -> str:
    name = f"The latest, up to {row['lesson']}, of class {row['section_id']} on {row['standard_id']}"
    if not is_number(row["value"]):
        return f"{name}: {row['reason']}"
    before, after = number_text(float(row["before"])), number_text(float(row["after"]))
    interval = interval_of(row.to_dict())
    likely = f", likely between {interval.replace(' to ', '% and ')}%" if interval else ""
    return f"{name}: {before}% right before, {after}% after, a gain of {number_text(float(row['value']))}% of what there was to gain{likely}."


def _table(frame: pd.DataFrame) -> DisplayTable:
    shown = pd.DataFrame(
        {
            "lesson": frame["lesson"], "section": frame["section_id"], "standard": frame["standard_id"], "n": frame["n_label"],
            "away": _whole(frame[["no_before", "no_after", "neither"]].sum(axis=1)),
            "before": _percent(frame["before"]), "after": _percent(frame["after"]), "gain": _percent(frame["value"]),
            "likely": [interval_of(row) for row in frame.to_dict("records")], "own": _percent(frame["own_gain"]),
            "change": _percent(frame["normalised"]), "yes_no": [_yes_no(row) for row in frame.to_dict("records")],
        }
    )  # fmt: skip
    titles = {
        "lesson": "Lesson up to", "section": "Class", "standard": "Standard", "n": "Students with both", "away": "Not matched",
        "before": "Right before", "after": "Right after", "gain": "Gain of the class", "likely": "Likely", "own": "Average of own gains",
        "change": "Normalised change", "yes_no": "Yes-or-no check",
    }  # fmt: skip
    if not any(shown["yes_no"]):
        del titles["yes_no"]
    table = plain_table(
        shown,
        titles,
        caption="Lesson by lesson",
        figures=["n", "away", "before", "after", "gain", "likely", "own", "change"],
    )
    return with_care(table, few_in(frame))


def _yes_no(row: Mapping[Any, Any]) -> str:
    if not is_number(row.get("p_value")):
        return ""
    chance = float(row["p_value"])
    odds = "could well be chance" if chance >= 0.05 else "hardly chance"
    return f"{int(row['gained'])} from no to yes, {int(row['lost'])} from yes to no: {odds} (exact p {number_text(chance, 2)})"


def _whole(column: pd.Series) -> list[str]:
    return [str(int(value)) for value in column]


def _percent(column: pd.Series) -> list[str]:
    return [f"{number_text(float(value))}%" if is_number(value) else "" for value in column]


def table_of_gains(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("subject", "grade_level")
) -> DisplayTable | Note:
    """Return what lessons added by three rules side by side: the class, each student's own gain, and normalised change.

    One row is one group of ``by``. Every figure has passed the gate.
    """
    frames = {
        name: for_audience(
            measure(district, asked, by=by, where=choices_for(asked, where)), audience, policy=district.policy
        )
        for name, (asked, _) in _GAINS.items()
    }
    first = frames["gain"]
    if set(first["status"]) <= {"missing", "not_applicable"}:
        return note(*dict.fromkeys(first["reason"]))
    on = grouping_columns(first)
    shown = pd.DataFrame(
        {name: [group_text(name, value) for value in first[name]] for name in on}, dtype="object"
    )
    shown["n"] = first["n_label"].tolist()
    for name, frame in frames.items():
        beside = first[on].merge(frame[[*on, "label"]], on=on, how="left")["label"].fillna("")
        shown[name] = [f"{text}%" if text[-1:].isdigit() else text for text in beside]
    titles = (
        {name: column_text(name) for name in on}
        | {"n": "Students"}
        | {name: title for name, (_, title) in _GAINS.items()}
    )
    table = plain_table(shown, titles, caption="What lessons added, by three rules", figures=["n", *_GAINS])
    return with_care(table, few_in(first))


def plot_survey_shift(
    district: Asked, where: Where, *, audience: Audience, role: str = "student", before: str = "", after: str = "",
    title: str = "",
) -> Picture:  # fmt: skip
    """Return how the favourable answers of one role shifted from one survey to the next, question by question.

    ``before`` and ``after`` name two surveys; without them, the last two. Where people can be told to be the same they are
    matched, and the words say how many were.
    """
    chosen = {name: values for name, values in where.items() if name == "school_id"}
    found = survey_shift(district, before=before, after=after, role=role, where=chosen)
    frame = for_audience(_worded(found), audience, policy=district.policy)
    asked = {"student": "students", "family": "families", "staff": "staff"}.get(role, role)
    drawn = figures.plot_gaps(
        frame, by="item_id", title=title or f"What did {asked} answer otherwise than the time before?"
    )
    if set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(drawn)
    said = [_how_matched(found, audience), *describe(frame)]
    return Picture(drawn, Behind(Sentences(tuple(said)), table_of(frame)))


def _worded(found: pd.DataFrame) -> pd.DataFrame:
    """Put the question's words among the columns that tell rows apart."""
    words = found.pop("wording") if "wording" in found else pd.Series(dtype="object")
    return found.assign(wording=words)


def _how_matched(found: pd.DataFrame, audience: Audience) -> str:
    matched = int(found["matched"].fillna(0).max())
    if not matched:
        return (
            "Answers of the two times cannot be told to be of the same people, so they are compared as two groups of people; "
            "who answered may have changed as well as what was answered."
        )
    if audience != "staff":
        return "Only people who answered both times are compared, each with himself or herself."
    once = int(found[["only_before", "only_after"]].sum(axis=1).max())
    return f"Matched: up to {matched} people answered a question both times; up to {once} answered it once and are left out."
