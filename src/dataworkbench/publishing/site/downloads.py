"""Released cells as plain text (CSV): numbers as numbers, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from dataworkbench.frames import printable
from dataworkbench.publishing.releases import ReleaseFacts
from dataworkbench.publishing.site.cells import Released

HEADER: Final = (
    "cell", "indicator", "title", "school_year", "period", "subject", "assessment_id", "school_id", "school", "grade_level",
    "subgroup_type", "subgroup", "unit", "status", "label", "value", "low", "high", "size_of_group", "repeated",
)  # fmt: skip
"""The columns of every download. Shares are 0 to 1; ``status`` says shown, coded (a range), suppressed (hidden) and so on; ``repeated``
is "yes" where the figure is one of an earlier release, said again as it was."""

_STARTS_A_FORMULA: Final = frozenset("=+-@\t\r\n")
LONGEST_TEXT: Final = 32_000
"""A spreadsheet's cell holds 32,767 letters; what is longer is cut."""

Value = str | float | int | None


def rows_of(facts: ReleaseFacts, cells: Iterable[Released]) -> list[list[Value]]:
    """Return the rows of a download, in the columns of ``HEADER``. One row is one released cell."""
    titles = {one.id: one.title for one in facts.indicators}
    schools = {one.school_id: one.name for one in facts.schools} | {"": facts.district}
    return [_row(c, titles, schools) for c in cells]


def csv_bytes(rows: Sequence[Sequence[Value]]) -> bytes:
    """Return rows as CSV: UTF-8 with its mark in front, by which spreadsheets know it, and lines that end as RFC 4180 says."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([plain(value) if isinstance(value, str) else value for value in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front."""
    return f"'{text}" if begins_a_formula(text) else text


def begins_a_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula, also in letters of full width and behind blanks."""
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    seen = (
        unicodedata.normalize("NFKC", text).lstrip().lstrip("".join(c for c in text[:40] if _is_not_seen(c)))
    )
    return seen[:1] in _STARTS_A_FORMULA


def _is_not_seen(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Zs"}


def _row(c: Released, titles: dict[str, str], schools: dict[str, str]) -> list[Value]:
    at = c.at
    texts = [
        c.cell, at["indicator"], titles.get(at["indicator"], ""), at["school_year"], at["period"], at["subject"],
        at["assessment_id"], at["school_id"], schools.get(at["school_id"], ""), at["grade_level"], at["subgroup_type"],
        at["subgroup"], c.unit, c.status, c.label,
    ]  # fmt: skip
    cut = [texts[0], *(printable(text)[:LONGEST_TEXT] for text in texts[1:])]
    return [*cut, *map(_number, (c.value, c.low, c.high)), c.size, "yes" if c.repeated else ""]


def _number(number: float) -> Value:
    if math.isnan(number):
        return None
    return int(number) if number == int(number) else round(number, 6)
