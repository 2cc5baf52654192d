"""Why our number is not the state's: the same question by several definitions, side by side, and who lies between them.

A definition is an ``Indicator`` with its own rows and its own source, so the same machinery counts it, says who is left out
and lists whom it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures import (
    composing,
    definitions_absence,
    definitions_attainment,
    definitions_enrollment,
)
from dataworkbench.measures.asking import figures_of, what_is_lacking
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Indicator


@dataclass(frozen=True)
class Topic:
    """A question that is counted by several definitions; the first is ours. ``published`` names figures of states."""

    title: str
    definitions: tuple[Indicator, ...]
    published: tuple[str, ...] = ()


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "chronic_absence": Topic(
            "Chronic absence", definitions_absence.DEFINITIONS, ("chronically absent", "chronic absence", "chronic absenteeism")
        ),
        "proficiency": Topic("Proficiency", definitions_attainment.DEFINITIONS, ("proficient", "met or exceeded expectations")),
        "enrollment": Topic("Enrollment", definitions_enrollment.DEFINITIONS, ("enrollment", "students enrolled")),
    }
)  # fmt: skip
"""What can be counted in several ways here. Graduation is not among them: no table holds who graduated."""


def topic(name: str) -> Topic:
    """Return one topic.

    Raises
    ------
    NoSuchNameError
        Where there is none of that name.

    """
    if name not in TOPICS:
        raise no_such("question that is counted by several definitions", name, TOPICS)
    return TOPICS[name]


def by_definitions(district: Asked, name: str, *, where: Where | None = None) -> pd.DataFrame:
    """Return one question's figure by each definition.

    One row is one definition: ``definition`` (its title), then the frame that travels (``indicator`` is the definition's own
    identifier), and ``source``. Definitions are never added up: the same students stand under each.
    """
    frames = []
    for one in topic(name).definitions:
        frame = figures_of(district, question_of(one, (), _fitting(one, where)))
        frames.append(frame.assign(source=one.source).pipe(_first, definition=one.title))
    return pd.concat(frames, ignore_index=True)


def _first(frame: pd.DataFrame, *, definition: str) -> pd.DataFrame:
    frame.insert(0, "definition", definition)
    return frame


def _fitting(one: Indicator, where: Where | None) -> dict[str, str | Sequence[str]]:
    return {column: values for column, values in (where or {}).items() if column in one.dimensions}


def students_by_definition(district: Asked, name: str, *, where: Where | None = None) -> pd.DataFrame:
    """Return what each definition says of each student; for the staff road alone.

    One row is one student in one school year: ``student_id``, ``school_year``, and for each definition, under its title,
    "counted" (in the numerator; for a number of students: among them), "not counted" (only in the denominator) or "left out".
    """
    columns = ["student_id", "school_year"]
    found = pd.DataFrame(columns=columns)
    for one in topic(name).definitions:
        found = found.merge(_said_of_each(district, one, where), on=columns, how="outer")
    titles = [one.title for one in topic(name).definitions]
    return (
        found.astype(dict.fromkeys(titles, "object"))
        .fillna(dict.fromkeys(titles, "left out"))
        .sort_values(columns, ignore_index=True)
    )


def _said_of_each(district: Asked, one: Indicator, where: Where | None) -> pd.DataFrame:
    question = question_of(one, (), _fitting(one, where))
    columns = ["student_id", "school_year", one.title]
    if what_is_lacking(district, question):
        return pd.DataFrame(columns=columns)
    in_it = "true" if one.unit == "count" else "max(total) > 0"
    sql, parameters = composing.judged_units(question, district.settings).ending(
        f"SELECT student_id, school_year, CASE WHEN count(*) FILTER (WHERE why IS NULL) = 0 THEN 'left out' "
        f"WHEN {in_it} THEN 'counted' ELSE 'not counted' END AS said FROM judged GROUP BY ALL"
    )
    return district.ask(sql, parameters).rename(columns={"said": one.title})[columns]


def between_definitions(
    district: Asked, name: str, *, where: Where | None = None, ours: str = "", theirs: str = ""
) -> pd.DataFrame:
    """Return how many students lie between one definition and each of the others (or one other).

    One row is one other definition: ``definition``, ``compared_with``; ``n`` (students that either of them looks at),
    ``counted_by_both``, ``only_by_this`` and ``only_by_the_other`` (in one numerator and not in the other),
    ``in_both_denominators``, ``denominator_only_this``, ``denominator_only_other``. Numerator of this minus numerator of the
    other is ``only_by_this`` minus ``only_by_the_other``, and so it is with denominators.
    """
    titles = [one.title for one in topic(name).definitions]
    first = ours or titles[0]
    for asked in (first, theirs or first):
        if asked not in titles:
            raise no_such(f"definition of {name}", asked, titles)
    said = students_by_definition(district, name, where=where)
    others = [theirs] if theirs else [title for title in titles if title != first]
    return pd.DataFrame([_between(said, other, first) for other in others])


def _between(said: pd.DataFrame, this: str, other: str) -> dict[str, object]:
    a, b = said[this] == "counted", said[other] == "counted"
    in_a, in_b = said[this] != "left out", said[other] != "left out"
    return {
        "definition": this, "compared_with": other, "n": int((in_a | in_b).sum()),
        "counted_by_both": int((a & b).sum()), "only_by_this": int((a & ~b).sum()), "only_by_the_other": int((b & ~a).sum()),
        "in_both_denominators": int((in_a & in_b).sum()), "denominator_only_this": int((in_a & ~in_b).sum()),
        "denominator_only_other": int((in_b & ~in_a).sum()),
    }  # fmt: skip
