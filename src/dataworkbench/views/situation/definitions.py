"""Why our number is not the state's, on a page: each definition's figure, how many lie between, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import no_such
from dataworkbench.frames import group_text, interval_of, number_text
from dataworkbench.measures import TOPICS, between_definitions, by_definitions, students_by_definition
from dataworkbench.measures.definitions import topic as topic_of
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import latest_test, year_of
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, Together, for_staff, names_left_out, note, plain_table
from dataworkbench.views.students import roster as students

Where = Mapping[str, tuple[str, ...]]

_PUBLISHED: Final = """
    SELECT CAST(place_kind AS VARCHAR) AS place_kind, place_name, CAST(figure AS VARCHAR) AS figure, CAST(source AS VARCHAR) AS source,
        CAST(status AS VARCHAR) AS status, CAST(unit AS VARCHAR) AS unit, value, low, high, n
    FROM published_figures
    WHERE lower(CAST(figure AS VARCHAR)) IN (SELECT unnest(?::VARCHAR[])) AND CAST(school_year AS VARCHAR) = ?
        AND lower(CAST(subgroup AS VARCHAR)) IN ('all students', 'all', 'total') AND grade_level IS NULL
        AND (place_kind = 'state' OR (place_kind = 'district' AND lower(place_name) = lower(?)))
    ORDER BY place_kind, source, figure
"""


def why_not_the_states(
    district: Asked, where: Where, *, audience: Audience, about: str = "chronic_absence"
) -> Together | Note:
    """Return one question by each definition: its figure, how many lie between it and ours, and what was published.

    ``about`` is "chronic_absence", "proficiency" (one subject: the first in the data, unless the selection names one) or
    "enrollment". Who lies between two definitions is for ``list_between``, for staff alone.
    """
    asked = _asked(district, where, about)
    if about == "enrollment" and audience != "staff":
        return note(
            "Numbers of students by several definitions can be subtracted from each other, so they are made for staff only."
        )
    frame = by_definitions(district, about, where=asked)
    if (frame["status"] == "missing").all():
        return note(*dict.fromkeys(frame["reason"]))
    shown = for_audience(frame, audience, policy=district.policy).assign(source=frame["source"])
    parts = [_figures(shown, _said_of(about, asked)), _between(district, about, asked, audience)]
    return Together((*parts, _published(district, about, where)))


def _said_of(about: str, asked: Mapping[str, Any]) -> str:
    details = [str(asked[name][0]) for name in ("subject", "period", "school_year") if name in asked]
    return f"{topic_of(about).title} by each definition, {' '.join(details)}"


def _asked(district: Asked, where: Where, about: str) -> dict[str, Any]:
    """The selection, for results narrowed to one test, one time and one subject."""
    if about != "proficiency":
        return dict(where)
    test = latest_test(district, where, having="performance_level")
    chosen = dict(test)
    if "subject" not in chosen:
        held = district.ask(
            "SELECT CAST(subject AS VARCHAR) AS subject, count(*) AS n FROM results WHERE CAST(assessment_id AS VARCHAR) = ? "
            "AND subject IS NOT NULL GROUP BY 1 ORDER BY 1", [test.get("assessment_id", ("",))[0]],
        )  # fmt: skip
        chosen |= {"subject": (str(held["subject"].iloc[0]),)} if len(held) else {}
    return chosen


def _figures(shown: pd.DataFrame, caption: str) -> DisplayTable:
    rows = [
        {
            "definition": row["definition"], "label": row["label"], "n": row["n_label"] if row["unit"] != "count" else "",
            "likely": interval_of(row).replace(" to ", " and "), "source": row["source"],
            "counted": "" if pd.isna(row.get("numerator")) else number_text(float(row["numerator"])),
            "remark": row["reason"],
        }
        for row in shown.to_dict("records")
    ]  # fmt: skip
    titles = {
        "definition": "Definition",
        "label": "Figure",
        "counted": "Counted",
        "n": "Out of",
        "likely": "Likely between",
        "remark": "Remark",
        "source": "Who counts so",
    }
    frame = pd.DataFrame(rows)
    kept = {name: title for name, title in titles.items() if frame[name].astype(str).str.len().gt(0).any()}
    return plain_table(frame, kept, caption=caption, figures=["label", "counted", "n", "likely"])


def _between(district: Asked, about: str, asked: Mapping[str, Any], audience: Audience) -> DisplayTable:
    """How many students our definition and another one see differently; on the public road as a share, through the gate."""
    found = between_definitions(district, about, where=asked)
    caption = "How many students lie between ours and each of the others"
    if audience == "staff":
        titles = {
            "definition": "The other definition", "counted_by_both": "Counted by both", "only_by_the_other": "Counted only by ours",
            "only_by_this": "Counted only by the other", "denominator_only_other": "Looked at only by ours",
            "denominator_only_this": "Looked at only by the other",
        }  # fmt: skip
        return plain_table(found, titles, caption=caption, figures=list(titles)[1:])
    differ = found["only_by_this"] + found["only_by_the_other"]
    frame = pd.DataFrame({
        "definition": found["definition"], "indicator": f"{about}_between", "n": found["n"], "n_left_out": 0,
        "numerator": differ.astype("float64"), "value": (differ / found["n"].where(found["n"] > 0)).astype("float64"),
        "low": float("nan"), "high": float("nan"), "unit": "rate", "status": "", "reason": "",
    })  # fmt: skip
    shown = for_audience(frame, audience, policy=district.policy)
    titles = {"definition": "The other definition", "label": "Seen differently", "n_label": "Of students"}
    return plain_table(shown, titles, caption=caption, figures=["label", "n_label"])


def _published(district: Asked, about: str, where: Where) -> Note:
    if not district.has("published_figures"):
        return note(
            "No published figures have been brought. Bring the state's own file, and its figure stands here beside ours."
        )
    names = [name.casefold() for name in TOPICS[about].published]
    year = year_of(district, where)
    found = district.ask(_PUBLISHED, [names, year, district.name])
    if found.empty:
        return note(
            f"Published figures have been brought, but none of {TOPICS[about].title.lower()} of all students for {year}."
        )
    return note(*(_said(row) for row in found.to_dict("records")))


def _said(row: Mapping[Any, Any]) -> str:
    place = "the state" if row["place_kind"] == "state" else str(row["place_name"])
    percent = "%" if row["unit"] == "percent" else ""
    exact = (
        f"{row['value']:g}{percent}"
        if row["status"] == "exact"
        else (
            f"between {row['low']:g}{percent} and {row['high']:g}{percent}"
            if row["status"] == "range"
            else "hidden or not given"
        )
    )
    behind = "" if pd.isna(row["n"]) else f" of {number_text(float(row['n']))} students"
    return f"Published by {row['source']}, for {place}: {row['figure']}, {exact}{behind}."


def list_between(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    about: str = "chronic_absence",
    theirs: str = "",
    names: str = "yes",
    most: int = 12,
) -> DisplayTable | Note:
    """Return the students whom our definition and another one see differently, with what each says of them; for staff alone.

    ``theirs`` is the other definition's title; without it, the first that sees anybody differently.
    With ``names="no"`` it only says how many they are.
    """
    refused = for_staff(audience, "The list of students between two definitions")
    if refused is not None:
        return refused
    asked = _asked(district, where, about)
    said = students_by_definition(district, about, where=asked)
    titles = [one.title for one in topic_of(about).definitions]
    if said.empty:
        return note("There are no students to list: what the definitions count has not been brought.")
    ours, other = titles[0], theirs or _first_apart(said, titles)
    if other not in titles:
        raise no_such(f"definition of {about.replace('_', ' ')}", other, titles)
    differ = said[(said[ours] == "counted") != (said[other] == "counted")]
    left_out = names_left_out(
        names, len(differ), f"students are seen differently by '{ours}' and by '{other}'"
    )
    if left_out is not None:
        return left_out
    known = students.students_here(
        district, {name: values for name, values in where.items() if name != "grade_level"}
    )
    rows = differ.merge(known[["student_id", "name", "grade_level"]], on="student_id", how="left")
    shown = rows.head(most).assign(
        grade=[group_text("grade_level", value) for value in rows["grade_level"].head(most)]
    )
    columns = {
        "student_id": "Identifier",
        "name": "Name",
        "grade": "Grade",
        ours: f"Ours: {ours}",
        other: f"Theirs: {other}",
    }
    caption = f"Seen differently ({min(most, len(rows))} of {len(rows)})"
    return plain_table(shown, columns, caption=caption, empty="Both definitions say the same of everybody.")


def _first_apart(said: pd.DataFrame, titles: list[str]) -> str:
    ours = said[titles[0]] == "counted"
    told = [other for other in titles[1:] if (said[other] != "left out").any()]
    return next((other for other in told if (ours != (said[other] == "counted")).any()), titles[1])
