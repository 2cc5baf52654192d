"""Candidate causes: what goes with a concern in the data, as a figure, sentences and a table. Leads for a talk, never causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from IPython.display import display

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.figures import plot_gaps
from dataworkbench.frames import group_text, number_text, percent_text, points_text, signed_text
from dataworkbench.measures import (
    FALSE_ALARMS,
    GROWN,
    Concern,
    concern_to_screen,
    indicator,
    screened,
    sources_not_there,
)
from dataworkbench.sentences import Sentences, chance_words
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import place_name
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.pictures import Behind, Picture
from dataworkbench.views.situation.leads import Leads

MOST_DRAWN: Final = 12
_MOST_TOLD: Final = 5
STANDS_OUT: Final = "Stands out, all looks counted"
WITHIN_CHANCE: Final = "Could be chance, all looks counted"
_CAUTION: Final = (
    "These are leads and not causes. Factors go together, so one may stand out only because of another, and what is in no "
    "table cannot show at all. Take a lead to the fishbone and ask what would speak for it and against it."
)


@dataclass(frozen=True)
class Screened:
    """What goes with a concern, the likeliest first. In a notebook it shows itself: figure, sentences, and the numbers.

    One row of ``rows`` is one factor, see ``measures.screened``; beside it ``by_chance`` (``chance`` in words) and ``judged``.
    """

    rows: pd.DataFrame
    concern: Concern | None = None
    title: str = ""
    not_there: tuple[str, ...] = ()
    refused: Note | None = field(default=None)

    @property
    def leads(self) -> pd.DataFrame:
        """The factors that stand out once all looks are counted."""
        return self.rows[self.rows["chance"] <= FALSE_ALARMS]

    @property
    def looked_at(self) -> int:
        """How many factors were looked at."""
        return len(self.rows)

    @property
    def words(self) -> Sentences:
        """What was compared, what stands out, and how to take it."""
        return Sentences(tuple(_sentences(self)))

    @property
    def table(self) -> DisplayTable:
        """Every factor that was looked at, as a table to read."""
        return _table(self)

    @property
    def picture(self) -> Picture | None:
        """The figure with its sentences and numbers; nothing where no factor could be looked at."""
        if self.rows.empty:
            return None
        drawn = plot_gaps(self.rows.head(MOST_DRAWN), by="factor", section="judged", title=self.title)
        return Picture(drawn, Behind(self.words, self.table))

    def _ipython_display_(self) -> None:
        shown = self.picture or self.refused or self.words
        display(shown)  # type: ignore[no-untyped-call]  # IPython has no types

    def __str__(self) -> str:
        return str(self.refused) if self.refused is not None else f"{self.words}\n\n{self.table}"


def screen_causes(
    district: Asked,
    concern: str | Leads,
    where: Mapping[str, Sequence[str] | str] | None = None,
    *,
    audience: Audience,
) -> Screened:
    """Return what else differs between students with a concern and those without, the likeliest first; for staff only.

    ``concern`` is an indicator (``mean_score``, ``proficiency``, ``chronic_absence`` ...) for the students in ``where``, or the
    list that ``find_leads`` made, whose first lead is taken. Each factor (bus route, absence, incidents, programs, a move, the
    class by its identifier, support, exit tickets, answers under the student's own identifier) is one look. All looks together
    are adjusted by Holm: where nothing goes with anything, a factor stands out in at most ``FALSE_ALARMS`` of districts.
    """
    nothing = pd.DataFrame(columns=["chance"])
    refused = for_staff(audience, "What goes with a concern, student by student,")
    if refused is not None:
        return Screened(nothing, refused=refused)
    id_, chosen = concern.asked if isinstance(concern, Leads) else (concern, dict(where or {}))
    if not id_:
        return Screened(nothing, refused=note(_NO_CONCERN))
    known = {name: values for name, values in chosen.items() if name in indicator(id_).dimensions}
    try:
        found = concern_to_screen(district, id_, known)
    except WorkbenchError as error:
        return Screened(nothing, refused=note(str(error)))
    rows = screened(district, found, fewest=district.policy.staff_caution_below)
    rows = for_audience(rows, "staff", policy=district.policy).assign(
        by_chance=[chance_words(p) for p in rows["chance"]],
        judged=[STANDS_OUT if p <= FALSE_ALARMS else WITHIN_CHANCE for p in rows["chance"]],
    )
    return Screened(rows, found, _title(district, found, chosen), tuple(sources_not_there(district)))


_NO_CONCERN: Final = (
    "No group stands apart here, so there is no concern to screen causes for. To screen one of your own, name its measure and "
    "its students: dw.screen_causes(district, 'mean_score', here, audience=audience)."
)


def _title(district: Asked, concern: Concern, chosen: Mapping[str, Any]) -> str:
    told = {
        name: (asked,) if isinstance(asked, str) else tuple(asked or ()) for name, asked in chosen.items()
    }
    subject = f" in {concern.subject}" if concern.subject else ""
    groups = [
        group_text(name, told[name][0])
        for name in ("grade_level", "subgroup")
        if len(told.get(name, ())) == 1
    ]
    whom = [*groups, place_name(district, {"school_id": told.get("school_id", ())})]
    return f"What goes with it? {concern.indicator.title}{subject}, {', '.join(whom)}"


def _sentences(found: Screened) -> Iterator[str]:
    concern = found.concern
    if concern is None or found.rows.empty:
        yield "No factor could be looked at: for none of them are there enough students with it and without it."
        yield from _never_brought(found)
        return
    yield (
        f"{len(concern.students):,} students are compared in {concern.school_year}. Each line sets those who have one thing "
        "beside others of the same school and grade level who have not."
    )
    told = [_lead(row, concern) for row in found.leads.head(_MOST_TOLD).to_dict("records")]
    yield from told[:1]
    yield _how_many(found)
    yield _CAUTION
    yield from told[1:]
    yield _where_they_began(concern)
    yield "The likely ranges are those of each look alone; what is said of chance counts all looks."
    yield from _never_brought(found)


def _where_they_began(concern: Concern) -> str:
    out = f"{concern.not_counted:,} students could not be counted."
    if not concern.adjusted:
        return f"Support that students had is not among the factors: it goes to those who need it, and so goes with any concern. {out}"
    began = "the year's first score" if concern.indicator.id in GROWN else "the score a year before"
    if concern.is_rate and concern.indicator.id not in GROWN:
        return f"Support goes to those who need it, so students who had it are set beside others in the same fifth by {began}. {out}"
    return (
        f"Where students began counts: each is compared by the change since {began}, and again with others who began alike. A "
        f"factor stands out only where it does both ways, and the smaller difference is told. {out}"
    )


def _lead(row: Mapping[Any, Any], concern: Concern) -> str:
    own, others = (_figure(float(row[name]), concern) for name in ("value_group", "value_reference"))
    mean = "" if concern.is_rate else "mean "
    figures = f"{mean}{own} of the {row['n']:,} with it, {others} of the {row['n_reference']:,} without"
    return f"{row['factor']}: {figures}. Like with like, that is {_difference(row, concern)}; by chance alone {row['by_chance']}."


def _how_many(found: Screened) -> str:
    looked = f"{found.looked_at} factor{'s were' if found.looked_at != 1 else ' was'} looked at"
    if found.leads.empty:
        return (
            f"{looked}, and none stands out once all are counted. That does not show that none matters: with so many students, "
            "only large differences can be told from chance."
        )
    many = len(found.leads)
    return f"{looked}; {many} {'stand' if many != 1 else 'stands'} out once all are counted."


def _never_brought(found: Screened) -> Iterator[str]:
    if found.not_there:
        names = ", ".join(name.replace("_", " ") for name in found.not_there)
        yield f"Not looked at, because it was never brought: {names}."


def _figure(value: float, concern: Concern) -> str:
    return percent_text(value) if concern.is_rate else number_text(value, 1)


def _difference(row: Mapping[Any, Any], concern: Concern) -> str:
    low, value, high = (float(row[name]) for name in ("low", "value", "high"))
    if concern.is_rate:
        return f"{points_text(value)} ({signed_text(low * 100)} to {signed_text(high * 100)})"
    return f"{signed_text(value, 1)} ({signed_text(low, 1)} to {signed_text(high, 1)})"


def _table(found: Screened) -> DisplayTable:
    concern = found.concern
    if concern is None or found.rows.empty:
        return plain_table(found.rows, {}, empty="No factor could be looked at.")
    rows = [
        {
            "factor": row["factor"], "with_it": f"{_figure(row['value_group'], concern)} of {row['n']:,}",
            "without": f"{_figure(row['value_reference'], concern)} of {row['n_reference']:,}",
            "difference": _difference(row, concern), "unknown": int(row["n_left_out"]), "by_chance": row["by_chance"],
            "share": f"{percent_text(row['have_it_with'])}, {percent_text(row['have_it_without'])}",
        }
        for row in found.rows.to_dict("records")
    ]  # fmt: skip
    sides = "with the concern, without" if concern.is_rate else "lower half, upper half"
    titles = {
        "factor": "Factor", "with_it": "With it", "without": "Without it", "difference": "Difference, like with like",
        "by_chance": "By chance alone", "share": f"Have it: {sides}", "unknown": "Not known",
    }  # fmt: skip
    return plain_table(
        pd.DataFrame(rows), titles, caption=f"{concern.indicator.title}: every factor that was looked at",
        figures=["with_it", "without", "difference", "share", "unknown"],
    )  # fmt: skip
