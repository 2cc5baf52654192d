"""Schools that took part beside schools that did not: the four figures in words, two lines, and what can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.figures import plot_trend
from dataworkbench.frames import is_number, number_text, percent_text
from dataworkbench.measures import (
    Compared,
    cells_of_schools,
    difference_in_differences,
    indicator,
    participation,
)
from dataworkbench.measures.participation import GROUP, OTHERS, TOOK_PART
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.goals.participation_words import Said, sentences_about
from dataworkbench.views.notes import Note, Together, note, plain_table, whole_day
from dataworkbench.views.pictures import Picture, Pictures

Row = Mapping[Any, Any]

_FOR_STAFF: Final = "What the four figures come to is worked out for staff, so that no hidden figure can be worked back from it."
_NOBODY: Final = (
    "No school has been named as taking part. Name the schools in the first box, such as "
    '["Alder Elementary School"], and the school year in which they began.'
)


def compare_schools(
    district: Asked,
    id: str = "growth_target_met",  # noqa: A002 - the catalogue's own word
    *,
    took_part: Sequence[str],
    began: str,
    where: Mapping[str, Any],
    by: Sequence[str] = ("subject",),
    audience: Audience,
) -> Pictures | Note:
    """Return whether schools that took part in something changed more than the others.

    ``took_part`` names schools, ``began`` the school year in which they began; compared are the year before and the latest
    year up to the selection's. Schools are the unit. On the public road only the figures of the two groups are shown,
    as far as they may be, and nothing is worked out from those behind them.
    """
    if not took_part:
        return note(_NOBODY)
    schools = [district.school(name) for name in took_part]
    by = [name for name in by if name in indicator(id).dimensions]
    asked = _test_of(district, id, where)
    cells = cells_of_schools(district, id, took_part=schools, by=by, where=asked)
    if (cells["status"] == "missing").all():
        return note(*dict.fromkeys(cells["reason"]))
    years = _years(cells, began, where)
    if isinstance(years, Note):
        return years
    shown = for_audience(cells[cells["school_year"] <= years[1]], audience, policy=district.policy)
    if audience == "public":
        return Pictures(tuple(_picture(piece, years, [_FOR_STAFF]) for piece in _pieces(shown, by)))
    found = participation(
        district, id, took_part=schools, before=years[0], after=years[1], by=by, where=asked
    )
    told = {
        tuple(str(row[name]) for name in by): sentences_about(Said(row, by, years))
        for row in found.to_dict("records")
    }
    pieces = _pieces(shown, by)
    keys = [tuple(str(piece[name].iloc[0]) for name in by) for piece in pieces]
    return Pictures(tuple(_picture(piece, years, told[key]) for key, piece in zip(keys, pieces, strict=True)))


def _pieces(shown: pd.DataFrame, by: Sequence[str]) -> list[pd.DataFrame]:
    return [piece for _, piece in shown.groupby(list(by), sort=False, dropna=False)] if by else [shown]


def _picture(shown: pd.DataFrame, years: tuple[str, str], said: Sequence[str]) -> Picture:
    title = "Schools that took part, and the others"
    figure = plot_trend(shown, over="school_year", by=GROUP, title=title)
    return Picture(figure, Together((_four(shown, years), Sentences(tuple(said)))))


def _test_of(district: Asked, id: str, where: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002 - the catalogue's own word
    """Return the part of a selection that the measure knows, with one test where scores of several cannot be mixed."""
    known = indicator(id)
    if "assessment_id" in known.dimensions and not where.get("assessment_id"):
        where = {**where, **years_with_growth(district, {})}
    return {n: v for n, v in where.items() if n in known.dimensions and n not in ("school_year", "school_id")}


def _years(cells: pd.DataFrame, began: str, where: Mapping[str, Any]) -> tuple[str, str] | Note:
    until = max(where.get("school_year") or ("9999",))
    most = cells.groupby("school_year")["n"].sum()
    there = sorted(str(y) for y in most.index if y <= until and most[y] * 5 >= most.max())
    earlier, later = [y for y in there if y < began], [y for y in there if y >= began]
    if earlier and later:
        return earlier[-1], later[-1]
    have = ", ".join(there) or "none"
    lacks = "the year in which they began or a later one" if earlier else "a year before they began"
    return note(f"They cannot be compared: there are no figures for {lacks} ({began or 'no year is named'}). There are figures for: {have}.")  # fmt: skip


def _four(shown: pd.DataFrame, years: tuple[str, str]) -> DisplayTable:
    """Return the four figures: one row for each group of schools, one column for each year."""
    made: dict[str, dict[str, str]] = {}
    for row in shown[shown["school_year"].isin(years)].to_dict("records"):
        cell = str(row["label"]) or str(row["reason"])
        behind = f" of {row['n_label']}" if row["n_label"] else ""
        made.setdefault(str(row[GROUP]), {GROUP: str(row[GROUP])})[str(row["school_year"])] = cell + behind
    frame = pd.DataFrame(list(made.values())).reindex(columns=[GROUP, *years]).fillna("no figure")
    titles = {
        GROUP: "Schools",
        years[0]: f"Before, {whole_day(years[0])}",
        years[1]: f"After, {whole_day(years[1])}",
    }
    return plain_table(frame, titles, caption="The four figures", figures=years)


def compare_printed(figures: Sequence[Mapping[str, Any]]) -> Together | Note:
    """Return the same for figures that somebody printed, without the data behind them.

    ``figures`` are typed as ``{"what": "Reading", "who": "Took part", "when": "before", "share": 0.58}``, and ``"n"`` where it is
    printed; ``who`` is "Took part" or "Other schools", ``when`` "before" or "after". A figure that was not printed is left out.
    """
    if not figures:
        return note("No printed figures have been typed in.")
    frame = _printed(figures)
    found = difference_in_differences(frame, Compared(GROUP, TOOK_PART, OTHERS, "when", "before", "after"))
    said = [text for row in found.to_dict("records") for text in sentences_about(Said(row, ["what"], ("before", "after")))]  # fmt: skip
    return Together((_printed_table(frame), Sentences(tuple(said))))


def _printed(figures: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    rows = []
    for place, given in enumerate(figures, start=1):
        share = given.get("share")
        named = given.get("who") in (TOOK_PART, OTHERS) and given.get("when") in ("before", "after")
        if not (named and isinstance(share, int | float) and 0 <= share <= 1):
            raise WorkbenchError(
                f'Printed figure {place} cannot be read: {dict(given)}. It has what, who ("{TOOK_PART}" or "{OTHERS}"), '
                'when ("before" or "after"), share (0 to 1), and n where it is known.'
            )
        rows.append(
            (str(given.get("what", "")), given["who"], given["when"], "printed", given.get("n"), float(share))
        )
    return pd.DataFrame(rows, columns=["what", GROUP, "when", "indicator", "n", "value"])  # fmt: skip


def _printed_table(frame: pd.DataFrame) -> DisplayTable:
    wide = frame.assign(said=[_printed_cell(row) for row in frame.to_dict("records")])
    table = wide.pivot_table(
        index=["what", GROUP], columns="when", values="said", aggfunc="first", sort=False
    )
    rows = table.reindex(columns=["before", "after"]).fillna("not printed").reset_index()
    titles = {"what": "What", GROUP: "Schools", "before": "Before", "after": "After"}
    return plain_table(rows, titles, caption="The figures that were printed", figures=["before", "after"])


def _printed_cell(row: Row) -> str:
    behind = f" of {number_text(float(row['n']))}" if is_number(row["n"]) else ""
    return percent_text(float(row["value"])) + behind
