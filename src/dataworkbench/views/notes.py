"""Sentences and plain tables for pages, where there is no indicator behind them. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked


@dataclass(frozen=True)
class Note:
    """A few sentences to read, one paragraph each."""

    paragraphs: tuple[str, ...]

    def __str__(self) -> str:
        return "\n\n".join(self.paragraphs)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(text)}</p>" for text in self.paragraphs)


@dataclass(frozen=True)
class Together:
    """Several things to show one below the other."""

    parts: tuple[Any, ...]

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)

    def _repr_html_(self) -> str:
        return "".join(str(part._repr_html_()) for part in self.parts)


def note(*paragraphs: str) -> Note:
    """Return sentences to read."""
    return Note(tuple(paragraphs))


def plain_table(
    frame: pd.DataFrame,
    titles: Mapping[str, str],
    *,
    caption: str = "",
    figures: Sequence[str] = (),
    empty: str = "",
) -> DisplayTable:
    """Return a frame as a display table: the columns in ``titles``, under those titles; ``empty`` is said where there is no row."""
    if frame.empty:
        return DisplayTable((), caption, said_instead=empty or "There is nothing to list here.")
    columns = tuple(
        Column(title, tuple(_cell(value) for value in frame[name]), figures=name in figures)
        for name, title in titles.items()
    )
    return DisplayTable(columns, caption)


def few(sizes: Iterable[Any], district: Asked) -> list[int]:
    """Return those sizes of groups with which the staff road asks for care, by the district's policy."""
    return [n for n in _whole(sizes) if 0 < n < district.policy.staff_caution_below]


def few_in(*frames: pd.DataFrame) -> list[int]:
    """Return the sizes of the groups with which the gate asks for care, of frames that have passed it."""
    said = (frame["reason"].astype("string").fillna("") for frame in frames)
    careful = [frame[words.str.contains("read with care")] for frame, words in zip(frames, said, strict=True)]
    return [n for frame in careful for n in _whole(frame["n"])]


def _whole(sizes: Iterable[Any]) -> list[int]:
    """Return sizes as whole numbers, without the gaps among them."""
    return [int(n) for n in pd.Series(list(sizes), dtype="Float64").dropna()]


def with_care(table: DisplayTable, sizes: Sequence[int], of: str = "students") -> DisplayTable:
    """Return a table with a word of care beneath it, where figures in it rest on few; ``sizes`` are those of the few."""
    if not sizes or table.said_instead:
        return table
    many = "One figure here rests" if len(sizes) == 1 else f"{len(sizes)} figures here rest"
    said = f"{many} on very few {of}, the least on {min(sizes)}: read with care."
    return replace(table, notes=(*table.notes, said))


def for_staff(audience: Audience, what: str) -> Note | None:
    """Return a kind refusal where a page about single students is asked for on the public road; else None."""
    if audience == "staff":
        return None
    return note(
        f"{what} is about single people, so it is made for staff only and nothing of it is read here. "
        'To see it, run this notebook for your team with audience = "staff".'
    )


def names_left_out(names: str, how_many: int, who: str) -> Note | None:
    """Return how many students there are, where a page is asked to leave their names out; None where it is to list them.

    ``names`` is "yes" or "no", as the first box of a notebook has it.

    Raises
    ------
    NoSuchNameError
        Where it is neither.

    """
    if names not in ("yes", "no"):
        raise no_such("answer to whether names are listed", names, ("yes", "no"))
    if names == "yes":
        return None
    return note(
        f'{how_many:,} {who}. Their names are not on this page, so that it can be shown in a meeting; names = "yes" in the '
        "first box lists them."
    )


def whole_day(text: str) -> str:
    """Return a day, or a school year, that is not parted at the end of a line."""
    return text.replace("-", "\N{NON-BREAKING HYPHEN}")


def _cell(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - leaves out not-a-number
        return ""
    if isinstance(value, pd.Timestamp):
        return whole_day(value.strftime("%Y-%m-%d"))
    if isinstance(value, float) and value == int(value):
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return f"{value:.1f}" if isinstance(value, float) else str(value)
