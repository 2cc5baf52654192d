"""Whether teachers grew where they learned, as a page shows it: one table of all topics, and a figure; for staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_gaps
from dataworkbench.frames import MINUS, group_text, signed_text
from dataworkbench.measures import learning_growth
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table, whole_day
from dataworkbench.views.pictures import Behind, Picture

_ABOUT: Final = "What teachers learned, beside how they changed on the rubric,"
_ALIKE: Final = {
    "alike": "alike before",
    "adjust for the difference": "a little apart before: see the last column",
    "not alike": "not alike before: a lead at most",
    "not known": "not known whether they were alike before",
}


def growth_by_topic(district: Asked, where: Mapping[str, Any]) -> pd.DataFrame:
    """Return ``learning_growth`` for the latest school year, up to the selection's, about which anything can be said."""
    asked = {name: values for name, values in where.items() if name in ("school_id", "rubric_id")}
    found = learning_growth(district, where=asked)
    until = max(where.get("school_year") or ("9999",))
    years = sorted(str(year) for year in found["school_year"].dropna().unique() if str(year) <= until)
    known = set(found.loc[found["value"].notna(), "school_year"])
    if not years:
        return found
    year = next((one for one in reversed(years) if one in known), years[-1])
    return learning_growth(district, where=asked | {"school_year": year})


def table_of_learning_growth(
    district: Asked, where: Mapping[str, Any], *, audience: Audience
) -> DisplayTable | Note:
    """Return, topic by topic, how teachers who took part changed on its element of the rubric, against those who did not."""
    refused = for_staff(audience, _ABOUT)
    if refused is not None:
        return refused
    found = growth_by_topic(district, where)
    if (found["status"] == "missing").all():
        return note(*dict.fromkeys(found["reason"]))
    rows = pd.DataFrame([_row(row) for row in found.to_dict("records")])
    titles = {
        "topic": "Topic", "element": "Meant for", "took": "Took part: change", "others": "Others: change",
        "more": "How much more", "alike": "Were they alike?", "adjusted": "With the same level before",
    }  # fmt: skip
    year = whole_day(str(found["school_year"].iloc[0]))
    caption = f"Professional learning and growth on the rubric, {year}, in levels"
    return plain_table(rows, titles, caption=caption)


def _row(row: Mapping[Any, Any]) -> dict[str, str]:
    said = {"topic": str(row["topic"]), "element": group_text("element_id", row["element_id"])}
    if pd.isna(row["value"]):
        return said | {"took": "", "others": "", "more": str(row["reason"]), "alike": "", "adjusted": ""}
    return said | {
        "took": f"{signed_text(float(row['value_group']), 2)} ({row['n']} teachers)",
        "others": f"{signed_text(float(row['value_reference']), 2)} ({row['n_reference']} teachers)",
        "more": _with_range(row, "value", "low", "high"),
        "alike": _ALIKE[str(row["alike_before"])],
        "adjusted": _with_range(row, "adjusted", "adjusted_low", "adjusted_high"),
    }


def _with_range(row: Mapping[Any, Any], value: str, low: str, high: str) -> str:
    if pd.isna(row[value]):
        return ""
    ends = (
        ""
        if pd.isna(row[low])
        else f" ({signed_text(float(row[low]), 2)} to {signed_text(float(row[high]), 2)})"
    )
    return signed_text(float(row[value]), 2) + ends  # fmt: skip


def plot_learning_growth(
    district: Asked, where: Mapping[str, Any], *, audience: Audience, title: str = "Did teachers grow where they learned?"
) -> Picture | Note:  # fmt: skip
    """Return a figure of how much more teachers who took part changed than others, one dot a topic; for staff only."""
    refused = for_staff(audience, _ABOUT)
    if refused is not None:
        return refused
    found = growth_by_topic(district, where)
    if found["value"].isna().all():
        return note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
    gated = for_audience(found, audience, policy=district.policy)
    return Picture(plot_gaps(gated, by="topic", title=title), Behind(Sentences(tuple(_said(found)))))


def _said(found: pd.DataFrame) -> list[str]:
    looked = int(found["looked_at"].iloc[0])
    if not looked:
        return ["Nothing can be said yet about any topic."]
    stands = found[found["stands_out"]]
    topics = "one topic was" if looked == 1 else f"{looked} topics were"
    said = [
        f"{row['topic']}: teachers who took part changed by {signed_text(float(row['value']), 2)} levels "
        f"more than the others on {group_text('element_id', row['element_id']).lower()}, more than chance would explain."
        for row in stands.to_dict("records")
    ]
    alone = found[~found["stands_out"] & ((found["low"] > 0) | (found["high"] < 0))]
    said += [
        f"{row['topic']} lies apart from zero when looked at alone; among {looked} topics that may be chance."
        for row in alone.to_dict("records")
    ]
    if stands.empty:
        said.append("No topic goes with a change of its element that is more than chance would explain.")
    return [
        *said,
        (
            f"{topics.capitalize()} looked at, and that is accounted for (Holm): if no topic did anything, at most one district in "
            "twenty would see even one stand out."
        ),
        (
            "Teachers chose, or were chosen, to take part, so this is a good reason to look closer and no proof. "
            f"A level is a step of the rubric; {MINUS}1 would be one level down."
        ),
    ]
