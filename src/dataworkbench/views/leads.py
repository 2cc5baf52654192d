"""Where to look first: groups that stand apart from everyone here by more than chance would explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import group_text, percent_text
from dataworkbench.measures import indicator, measure
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import ALL_STUDENTS, NOT_REPORTED, Audience
from dataworkbench.views.choosing import latest_test, years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, plain_table

Where = Mapping[str, tuple[str, ...]]

_SAID: Final[Mapping[str, str]] = {
    "chronic_absence": "missed a tenth of school or more",
    "incident_rate": "were part of an incident",
    "proficiency": "were proficient",
    "growth_target_met": "met the growth target",
}
PROMPT: Final = "What did you see? Write it here with a number, a group and a time."
_SPLIT_BY: Final = ("grade_level", "subgroup", "school_name")


@dataclass(frozen=True)
class Leads:
    """Groups that stand apart, the farthest first; ``first`` is the first as the statement of a concern."""

    rows: pd.DataFrame
    looked_at: int
    refused: Note | None = None

    @property
    def first(self) -> str:
        """The first lead as a sentence with a number, a group and a time; a prompt to write one where nothing stands apart."""
        return PROMPT if self.rows.empty else str(self.rows["concern"].iloc[0])

    @property
    def table(self) -> DisplayTable:
        """The leads as a table to read."""
        caption = f"Groups that stand apart ({self.looked_at} were looked at; about {max(1, self.looked_at // 40)} would by chance)"
        empty = f"No group stands apart from everyone here by more than chance would explain; {self.looked_at} were looked at."
        return plain_table(
            self.rows,
            {"concern": "As a concern", "n": "Counted"},
            caption=caption,
            figures=["n"],
            empty=empty,
        )

    def _repr_html_(self) -> str:
        return self.refused._repr_html_() if self.refused is not None else self.table._repr_html_()

    def __str__(self) -> str:
        return str(self.refused if self.refused is not None else self.table)


def find_leads(district: Asked, where: Where, *, audience: Audience, most: int = 8) -> Leads:
    """Return where the figures of a group lie apart from those of everyone on the page, by more than its likely range.

    Looked at are chronic absence, incidents, proficiency on the latest test and growth, by grade level, subgroup and
    school. A lead is a place to look, not a finding: of forty groups one lies outside its range on the bad side by chance.
    """
    columns = ["concern", "n", "apart"]
    refused = for_staff(audience, "The list of places to look")
    if refused is not None:
        return Leads(pd.DataFrame(columns=columns), 0, refused)
    looked, found = 0, []
    for id_, chosen in _questions(district, where):
        for by in _SPLIT_BY:
            if by == "school_name" and len(chosen.get("school_id", ())) == 1:
                continue
            rows = _apart(district, id_, chosen, by)
            looked += len(rows)
            found += [row for row in rows if row["apart"] > 0]
    frame = pd.DataFrame(found, columns=columns).sort_values("apart", ascending=False, kind="stable")
    return Leads(frame.head(most).reset_index(drop=True), looked)


def _questions(district: Asked, where: Where) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each indicator with the choice of data that it is asked for, subject by subject where it has subjects."""
    yield "chronic_absence", dict(where)
    yield "incident_rate", dict(where)
    for id_, test in (
        ("proficiency", latest_test(district, where)),
        ("growth_target_met", years_with_growth(district, where)),
    ):
        chosen = {name: values for name, values in test.items() if name in indicator(id_).dimensions}
        chosen["school_year"] = chosen.get("school_year", ("",))[-1:]
        subjects = measure(district, id_, by=["subject"], where=chosen)
        for subject in subjects.loc[subjects["n"] > 0, "subject"].dropna():
            yield id_, chosen | {"subject": (str(subject),)}


def _apart(district: Asked, id_: str, chosen: Mapping[str, Any], by: str) -> list[dict[str, Any]]:
    """Return the groups of one split: the concern in words, how many, and how far its range lies on the bad side of everyone."""
    everyone = measure(district, id_, where=chosen)
    if not (everyone["n"] > 0).any():
        return []
    whole = float(everyone["value"].iloc[0])
    groups = for_audience(measure(district, id_, by=[by], where=chosen), "staff", policy=district.policy)
    groups = groups[(groups["status"] == "shown") & (groups["n"] >= district.policy.staff_caution_below)]
    bad = 1 if indicator(id_).direction == "lower" else -1
    rows = []
    for row in groups.to_dict("records"):
        if row[by] in (ALL_STUDENTS, NOT_REPORTED) or pd.isna(row["low"]):
            continue
        near = row["low"] if bad == 1 else row["high"]
        rows.append(
            {
                "concern": _concern(id_, chosen, by, row, whole),
                "n": int(row["n"]),
                "apart": bad * (near - whole),
            }
        )
    return rows


def _concern(id_: str, chosen: Mapping[str, Any], by: str, row: Mapping[Any, Any], whole: float) -> str:
    named = group_text(by, row[by])
    who = {"subgroup": f"students in the group '{named}'", "school_name": f"students at {named}"}.get(
        by, f"{named} students"
    )
    subject = f" in {chosen['subject'][0]}" if "subject" in chosen else ""
    year = "".join(chosen.get("school_year", ())[-1:])
    return f"In {year}, {row['label']} of {who} {_SAID[id_]}{subject}; of everyone here it was {percent_text(whole)}."
