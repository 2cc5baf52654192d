"""What is taught against what is assessed, as a table of words: part of a subject by grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import group_text, is_number
from dataworkbench.measures import choices_for, curriculum_alignment, measure
from dataworkbench.measures.curriculum import STATES
from dataworkbench.sentences.said import listed
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience, grade_order
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, note
from dataworkbench.views.shown import shown

Where = Mapping[str, tuple[str, ...]]

_MOST_NAMED: Final = 6


def table_of_alignment(district: Asked, where: Where, *, audience: Audience) -> DisplayTable:
    """Return, for each part of a subject and each grade, whether classes were taught what they were assessed on, in words.

    One row is one strand, one column one grade. A cell says in how much of what classes were assessed on the teaching came
    first, and how many classes are behind it. Notes name the standards that are assessed and never taught, or taught
    and never assessed.
    """
    chosen = choices_for("taught_before_assessed", where)
    found = shown(
        district, "taught_before_assessed", by=["subject", "strand", "grade_level"], where=chosen, audience=audience
    )  # fmt: skip
    if set(found["status"]) <= {"missing", "not_applicable"}:
        return DisplayTable((), "Taught before it was assessed?", said_instead=str(found["reason"].iloc[0]))
    grades = sorted(dict.fromkeys(found["grade_level"].astype(str)), key=grade_order)
    cells = {
        (str(row["subject"]), str(row["strand"]), str(row["grade_level"])): _cell(row)
        for row in found.to_dict("records")
    }
    strands = _in_sequence(district, {(subject, strand) for subject, strand, _ in cells})
    columns = [
        Column("Subject", tuple(subject for subject, _ in strands)),
        Column("Part", tuple(strand for _, strand in strands)),
        *(
            Column(
                group_text("grade_level", grade),
                tuple(cells.get((*strand, grade), "not assessed") for strand in strands),
            )
            for grade in grades
        ),
    ]
    notes = (
        "A cell: the share of what classes were assessed on that had been taught by that day; in brackets the classes.",
        *_named(district, chosen, audience),
    )
    return DisplayTable(tuple(columns), "Taught before it was assessed?", notes, sectioned=True)


def _in_sequence(district: Asked, strands: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return subjects and strands in the order in which they are taught, as the list of standards has it."""
    found = district.ask(
        "SELECT CAST(subject AS VARCHAR) AS subject, CAST(strand AS VARCHAR) AS strand, min(sequence) AS first FROM standards "
        "WHERE sequence IS NOT NULL GROUP BY ALL"
    )
    first = {
        (str(row["subject"]), str(row["strand"])): float(row["first"]) for row in found.to_dict("records")
    }
    return sorted(strands, key=lambda strand: (strand[0], first.get(strand, 1e9), strand[1]))


def _cell(row: Mapping[Any, Any]) -> str:
    if row["status"] not in {"shown", "coded"}:
        return str(row["label"])
    return f"{_word(row)} ({row['n_label']})"


def _word(row: Mapping[Any, Any]) -> str:
    if row["status"] == "coded" or not is_number(row["value"]):
        return str(row["label"])
    share = float(row["value"])
    if share >= 1:
        return "all"
    if share <= 0:
        return "none"
    if share == 0.5:
        return "half"
    return f"{'most' if share > 0.5 else 'few'}: {row['label']}"


def _named(district: Asked, chosen: Where, audience: Audience) -> list[str]:
    """Return the standards that most classes never taught, or never assessed."""
    found = shown(
        district, "standards_taught_and_assessed", by=["standard_id"], where=choices_for("standards_taught_and_assessed", chosen),
        audience=audience,
    )  # fmt: skip
    words = district.ask(
        "SELECT CAST(standard_id AS VARCHAR) AS id, any_value(statement) AS said FROM standards GROUP BY 1"
    )
    statements = dict(zip(words["id"], words["said"], strict=True))
    never = _mostly(found, STATES[2])
    unasked = _mostly(found, STATES[3])
    said = [f"Assessed, and not taught in most classes so far: {_list(never, statements)}"] if never else []
    said += (
        [f"Taught, and not assessed in most classes so far: {_list(unasked, statements)}"] if unasked else []
    )
    hidden = (found["status"] == "suppressed").any()
    if hidden:
        return [*said, "Of standards that few classes stand behind, nothing is said here."]
    return said or [_ALL_FITS]


_ALL_FITS: Final = "Most classes were taught every standard that they were assessed on, and assessed on every standard that they were taught."


def _mostly(found: pd.DataFrame, state: str) -> list[str]:
    rows = found[(found["coverage"] == state) & found["status"].isin(["shown", "coded"])]
    middle = rows["value"].astype("float64").fillna((rows["low"] + rows["high"]) / 2)
    return [str(name) for name in rows.loc[middle > 0.5, "standard_id"]]


def _list(names: Sequence[str], statements: Mapping[str, object]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    told = [
        f"{name} ({str(statements.get(name)).rstrip('.')})" if statements.get(name) else name
        for name in names[:_MOST_NAMED]
    ]
    return f"{'; '.join(told)}{more}."


def describe_alignment(district: Asked, where: Where, *, audience: Audience) -> Note:
    """Return how much of what was assessed had been taught, subject by subject, and how alike the weights are, in sentences."""
    chosen = choices_for("taught_before_assessed", where)
    rates = for_audience(
        measure(district, "taught_before_assessed", by=["subject"], where=chosen), audience, policy=district.policy
    )  # fmt: skip
    if set(rates["status"]) <= {"missing", "not_applicable"}:
        return note(*dict.fromkeys(rates["reason"].astype(str)))
    of_index = {
        name: values
        for name, values in chosen.items()
        if name in ("school_year", "school_id", "subject", "grade_level")
    }
    index = for_audience(
        curriculum_alignment(district, by=["subject"], where=of_index), audience, policy=district.policy
    )
    alike = {
        str(row["subject"]): str(row["label"]) for row in index.to_dict("records") if row["status"] == "shown"
    }
    said = [
        f"{row['subject']}: {row['label']} of what {row['n_label']} classes were assessed on had been taught by that day."
        + (f" The weights of teaching and of assessment agree to about {alike[str(row['subject'])]}." if str(row["subject"]) in alike else "")
        for row in rates.to_dict("records")
        if row["status"] in {"shown", "coded"}
    ]  # fmt: skip
    hidden = [str(row["subject"]) for row in rates.to_dict("records") if row["status"] == "suppressed"]
    if hidden:
        said.append(f"Too few classes stand behind {listed(hidden)} to be shown here.")
    if alike:
        said.append(
            "1 would mean that each standard has the same part of the minutes taught as of the days of assessment, 0 that "
            "nothing that is taught is assessed (Porter's index over standards)."
        )
    return note(*said)
