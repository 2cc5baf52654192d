"""Where to look first: groups that stand apart from all others by more than chance would explain, however often one looked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.frames import group_text, percent_text, points_text, signed_text
from dataworkbench.measures import FALSE_ALARMS, against_others, holm, indicator, measure
from dataworkbench.sentences import chance_words
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import NOT_REPORTED, Audience
from dataworkbench.views.choosing import administrations, latest_test, years_with_growth
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
COLUMNS: Final = (
    "concern", "n", "apart", "difference", "low", "high", "n_others", "chance", "by_chance", "also", "indicator", "where",
)  # fmt: skip
_AVERAGE_LIKE_OTHERS: Final = 0.02
"""An attendance rate this close to that of the others does not look like a concern to anybody."""


@dataclass(frozen=True)
class Split:
    """One way of making groups: what they are, and in what those compared with them are alike."""

    within: str
    alike: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


_ONE_SCHOOL: Final = (Split("grade_level", ("school_id",)), Split("subgroup", ("school_id", "grade_level")))
_SCHOOLS: Final = (
    *_ONE_SCHOOL,
    Split("school_id", ("grade_level",)),
    Split("grade_level", (), ("school_id",)),
)


@dataclass(frozen=True)
class Question:
    """One indicator with the choice of data that it is asked for, and one way of making groups."""

    id: str
    chosen: Mapping[str, Any]
    split: Split

    def compared(self, district: Asked) -> pd.DataFrame:
        """Return each group against the others, one row a group."""
        by = [self.split.within, *self.split.alike, *self.split.apart]
        rates = measure(district, self.id, by=by, where=self.chosen)
        frame = against_others(
            rates, within=self.split.within, alike=self.split.alike, confidence=district.settings.confidence
        )
        worse = "p_higher" if indicator(self.id).direction == "lower" else "p_lower"
        return frame.assign(p=frame[worse])


@dataclass(frozen=True)
class Leads:
    """Groups that stand apart, the farthest first; ``first`` is the first as the statement of a concern.

    One row of ``rows`` is one group: ``concern`` (a sentence), ``n``, ``apart`` (how far the near end of its likely range lies
    from the others, 0 to 1), ``difference``, ``low``, ``high``, ``n_others``, ``chance`` (in what share of districts in which
    nothing differs a list like this holds any entry as far out), ``by_chance`` (the same in words), ``also``, ``indicator`` and
    ``where`` (the measure and the students that it is about).
    """

    rows: pd.DataFrame
    looked_at: int
    refused: Note | None = None

    @property
    def first(self) -> str:
        """The first lead as a sentence with a number, a group and a time; a prompt to write one where nothing stands apart."""
        return PROMPT if self.rows.empty else str(self.rows["concern"].iloc[0])

    @property
    def asked(self) -> tuple[str, dict[str, Any]]:
        """The measure and the students of the first lead; empty where there is none.

        Scores where the lead is about proficiency: a yes or no tells less of the same students.
        """
        if self.rows.empty:
            return "", {}
        id_, where = str(self.rows["indicator"].iloc[0]), dict(self.rows["where"].iloc[0])
        return ("mean_score" if id_ == "proficiency" else id_), where

    @property
    def table(self) -> DisplayTable:
        """The leads as a table to read."""
        rule = f"Where nothing differs at all, a list with any entry comes in at most {round(FALSE_ALARMS * 100)} of 100 districts"
        told = self.rows.assign(between=[_between(row) for row in self.rows.to_dict("records")])
        return plain_table(
            told,
            {
                "concern": "As a concern", "n": "Counted", "between": "Beyond others like them (likely range)",
                "by_chance": "By chance alone", "also": "What else was seen",
            },
            caption=f"Groups that stand apart, of {self.looked_at:,} that were looked at. {rule}",
            figures=["n", "between"],
            empty=f"No group stands apart from the others by more than chance would explain; {self.looked_at:,} were looked at.",
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.refused._repr_html_() if self.refused is not None else self.table._repr_html_()

    def __str__(self) -> str:
        return str(self.refused if self.refused is not None else self.table)


def find_leads(district: Asked, where: Where, *, audience: Audience, most: int = 8) -> Leads:
    """Return the groups whose figures lie on the bad side of those of all others by more than chance would explain.

    Looked at are chronic absence, incidents, proficiency on the latest test and growth, by grade level, subgroup and school.
    A grade level is compared with the others of its school, a subgroup with others of the same school and grade level, a school
    with others of the same grade levels. All these looks are one family, adjusted by Holm: where nothing differs, a list with
    any entry comes in at most ``FALSE_ALARMS`` of districts. What is assumed stands in ``measures.screening``.
    A lead is a place to look, not a finding, and says nothing of causes.
    """
    refused = for_staff(audience, "The list of places to look")
    if refused is not None:
        return Leads(pd.DataFrame(columns=list(COLUMNS)), 0, refused)
    looks = [
        {**row, "question": question}
        for question in _questions(district, where)
        for row in question.compared(district).to_dict("records")
        if _can_be_judged(row, question, district.policy.staff_caution_below)
    ]
    adjusted = holm([row["p"] for row in looks])
    found = [row | {"chance": p} for row, p in zip(looks, adjusted, strict=True) if p <= FALSE_ALARMS]
    rows = [_lead(district, row) for row in _farthest(found)[:most]]
    return Leads(pd.DataFrame(rows, columns=list(COLUMNS)), len(looks))


def _questions(district: Asked, where: Where) -> Iterator[Question]:
    """Give each question: indicators, subject by subject where they have subjects, by each way of making groups."""
    several = len(where.get("school_id", ())) != 1 and len(district.schools) > 1
    for id_, chosen in _asked(district, where):
        for split in _SCHOOLS if several else _ONE_SCHOOL:
            yield Question(id_, chosen, split)


def _asked(district: Asked, where: Where) -> Iterator[tuple[str, dict[str, Any]]]:
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


def _can_be_judged(row: Mapping[Any, Any], question: Question, fewest: int) -> bool:
    """Whether there are enough on both sides, by a rule that does not look at the outcome."""
    enough = min(row["n"], row["n_reference"]) >= fewest
    return enough and row[question.split.within] != NOT_REPORTED and not math.isnan(row["p"])


def _near(row: Mapping[Any, Any]) -> float:
    return float(row["low"] if row["value"] > 0 else -row["high"])


def _farthest(found: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Return the leads, the farthest first; a grade level of one school only where it isn't listed for all schools already."""
    everywhere = {(_topic(row), row["grade_level"]) for row in found if row["question"].split == _SCHOOLS[0]}
    kept = [
        row
        for row in found
        if row["question"].split != _SCHOOLS[-1] or (_topic(row), row["grade_level"]) not in everywhere
    ]
    return sorted(kept, key=_near, reverse=True)


def _topic(row: Mapping[Any, Any]) -> tuple[str, str]:
    return row["question"].id, "".join(row["question"].chosen.get("subject", ()))


def _lead(district: Asked, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "concern": _concern(district, row), "n": int(row["n"]), "apart": _near(row), "difference": row["value"],
        "low": row["low"], "high": row["high"], "n_others": int(row["n_reference"]), "chance": row["chance"],
        "by_chance": chance_words(row["chance"]), "also": "; ".join(_also(district, row)),
        "indicator": row["question"].id, "where": _students_of(row),
    }  # fmt: skip


def _students_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    question: Question = row["question"]
    names = [question.split.within, *question.split.apart]
    names += ["subgroup_type"] if question.split.within == "subgroup" else []
    return {**question.chosen, **{name: (str(row[name]),) for name in names}}


def _concern(district: Asked, row: Mapping[Any, Any]) -> str:
    question: Question = row["question"]
    named = group_text(question.split.within, row[question.split.within])
    who = {
        "subgroup": f"students in the group '{named}'",
        "school_id": f"students at {district.school_name(named) if question.split.within == 'school_id' else named}",
    }.get(question.split.within, f"{named} students")
    if question.split.apart:
        who += f" at {district.school_name(row['school_id'])}"
    subject = f" in {question.chosen['subject'][0]}" if "subject" in question.chosen else ""
    year = "".join(question.chosen.get("school_year", ())[-1:])
    own, others = percent_text(row["value_group"]), percent_text(row["value_reference"])
    return f"In {year}, {own} of {who} {_SAID[question.id]}{subject}; of the others it was {others}."


def _between(row: Mapping[Any, Any]) -> str:
    low, high = (signed_text(row[end] * 100) for end in ("low", "high"))
    return f"{points_text(row['difference'])} ({low} to {high})"


# --- seen again ---------------------------------------------------------------------------------------------------------


def _also(district: Asked, row: Mapping[Any, Any]) -> Iterator[str]:
    """Give where else the same group stands apart on the bad side, each looked at once and at 5%; and what hides it."""
    question: Question = row["question"]
    year = "".join(question.chosen.get("school_year", ())[-1:])
    before = [known for known in district.school_years if known < year][-1:]
    if before and _stands_apart_too(district, row, {"school_year": tuple(before)}):
        yield f"also in {before[0]}"
    for test in _other_tests(district, question):
        if _stands_apart_too(district, row, {name: (test[name],) for name in ("assessment_id", "period")}):
            yield f"also on {test['title']}"
    if question.id == "chronic_absence" and _average_hides_it(district, row):
        yield "its average attendance looks like that of the others"


def _stands_apart_too(district: Asked, row: Mapping[Any, Any], but: Mapping[str, tuple[str, ...]]) -> bool:
    asked: Question = row["question"]
    other = Question(asked.id, {**asked.chosen, **but}, asked.split).compared(district)
    for name in (asked.split.within, *asked.split.apart):
        other = other[other[name] == row[name]]
    return bool((other["p"] <= FALSE_ALARMS).any())


def _other_tests(district: Asked, question: Question) -> list[dict[Any, Any]]:
    if question.id != "proficiency":
        return []
    given = administrations(district, dict(question.chosen), having="performance_level")
    given = given[given["school_year"] == question.chosen["school_year"][-1]]
    given = given[~given["assessment_id"].isin(question.chosen["assessment_id"])]
    return list(given.groupby("assessment_id", sort=False).tail(1).to_dict("records"))


def _average_hides_it(district: Asked, row: Mapping[Any, Any]) -> bool:
    question: Question = row["question"]
    split = question.split
    rates = measure(district, "attendance_rate", by=[split.within, *split.apart], where=question.chosen)
    for name in split.apart:
        rates = rates[rates[name] == row[name]]
    if split.within == "subgroup":
        rates = rates[rates["subgroup_type"] == row["subgroup_type"]]
    own = rates.loc[rates[split.within] == row[split.within], "value"]
    others = rates[rates[split.within] != row[split.within]]
    if own.empty or not others["n"].sum():
        return False
    average = float((others["value"] * others["n"]).sum() / others["n"].sum())
    return abs(float(own.iloc[0]) - average) < _AVERAGE_LIKE_OTHERS
