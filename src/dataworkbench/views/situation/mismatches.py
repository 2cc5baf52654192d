"""Where two roles see the same thing differently: the figure, who answered, and both ways to treat neutral answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.disclosure import for_audience
from dataworkbench.frames import interval_of, is_number
from dataworkbench.measures import choices_for, mismatch
from dataworkbench.measures.mismatch import Neutral
from dataworkbench.sentences import Sentences
from dataworkbench.sentences.said import listed
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.pictures import Behind, Picture
from dataworkbench.views.shown import shown

Where = Mapping[str, tuple[str, ...]]

_BY_CHANCE: Final = 0.05


def plot_mismatch(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    between: tuple[str, str] = ("staff", "student"),
    neutral: Neutral = "in",
    title: str = "",
) -> Picture:
    """Return a figure of where two roles differ on the same questions, the widest difference first, with its interval.

    Below it stands who sees what more favourably, how many of those asked have answered, and a table with the difference
    both with the neutral answers in the base and without them. ``neutral`` says which of the two is drawn.
    """
    chosen = choices_for("survey_top_box", where)
    both = {
        held: for_audience(
            mismatch(district, between=between, where=chosen, neutral=held), audience, policy=district.policy
        )
        for held in _IN_AND_OUT
    }
    drawn = both[neutral]
    heading = title or f"Where do {_people(between[0])} and {_people(between[1])} differ?"
    picture = figures.plot_survey(drawn, item="pair_id" if "pair_id" in drawn else "", title=heading)
    if set(drawn["status"]) <= {"missing", "not_applicable"}:
        return Picture(picture)
    words = Sentences(
        (*_said(drawn, between), *_answered(district, where, between, audience), _NEUTRAL[neutral])
    )
    return Picture(picture, Behind(words, _table(both, between)))


def _people(role: str) -> str:
    return {"student": "students", "family": "families"}.get(role, role)


_IN_AND_OUT: Final[tuple[Neutral, Neutral]] = ("in", "out")
_NEUTRAL: Final[Mapping[str, str]] = {
    "in": "Neutral answers count among all answers here; the table also has the difference without them.",
    "out": "Neutral answers are left out here; the table also has the difference with them among all answers.",
}


def _said(drawn: pd.DataFrame, between: tuple[str, str]) -> list[str]:
    """Return which questions differ by more than chance, and how many would by chance alone."""
    rows: Sequence[Mapping[Any, Any]] = [
        row for row in drawn.to_dict("records") if row["status"] == "shown" and is_number(row["low"])
    ]
    said = []
    for role, other, above in ((*between, True), (between[1], between[0], False)):
        apart = [f"\N{LEFT DOUBLE QUOTATION MARK}{row['wording']}\N{RIGHT DOUBLE QUOTATION MARK} ({row['label']})"
                 for row in rows if (row["low"] > 0 if above else row["high"] < 0)]  # fmt: skip
        if apart:
            said.append(
                f"More favourable answers from {_people(role)} than from {_people(other)}: {listed(apart, most=3)}."
            )
    if rows and not said:
        said.append("No question stands apart: every likely range holds zero.")
    if rows:
        many = len(rows)
        said.append(
            f"{many} questions were compared. If nothing were different, about {max(many * _BY_CHANCE, 0.1):.1f} of them would "
            "still stand apart by chance."
        )
    hidden = (drawn["status"] == "suppressed").any()
    return [*said, *(["Some differences are hidden, because few people are behind them."] if hidden else [])]


def _answered(district: Asked, where: Where, between: tuple[str, str], audience: Audience) -> list[str]:
    chosen = {
        name: values for name, values in choices_for("survey_response_rate", where).items() if name != "role"
    }
    rates = shown(
        district, "survey_response_rate", by=["role"], where={**chosen, "role": between}, audience=audience
    )
    told = [
        f"{row['label']} of the {_people(str(row['role']))} ({row['n_label']} were asked)"
        for row in rates.to_dict("records")
        if row["status"] in {"shown", "coded"}
    ]
    if not told:
        return [
            "How many of those asked have answered is not known: the number of people asked was not brought."
        ]
    return [f"Answered, in the whole district: {listed(told)}."]


def _table(both: Mapping[Neutral, pd.DataFrame], between: tuple[str, str]) -> DisplayTable:
    first, second = both["in"].to_dict("records"), both["out"].to_dict("records")
    without = {str(row["pair_id"]): row for row in second}
    columns = (
        Column(f"Question ({between[0]})", tuple(_text(row["wording"]) for row in first), wide=True),
        Column(f"Question ({between[1]})", tuple(_text(row["wording_reference"]) for row in first), wide=True),
        Column("People", tuple(str(row["n_label"]) for row in first), figures=True),
        Column("Difference", tuple(str(row["label"]) for row in first), figures=True),
        Column("Likely between", tuple(interval_of(row).replace(" to ", " and ") for row in first), figures=True),
        Column("Without neutral answers", tuple(str(without.get(str(row["pair_id"]), {}).get("label", "")) for row in first), figures=True),
    )  # fmt: skip
    return DisplayTable(columns, f"Favourable answers, {between[0]} less {between[1]}")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - not-a-number
