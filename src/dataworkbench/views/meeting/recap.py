"""The recap of a meeting on one page: who does what for whom by when, what was decided, what is carried over. For staff.

What is too long for one page is shortened here and stands whole in the minutes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from dataworkbench.records import Action
from dataworkbench.tables import to_csv_safe
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.meeting.minutes import (
    ACTION_TITLES,
    FOR_STAFF,
    action_row,
    by_day,
    people_words,
    protocol_words,
    school_words,
)
from dataworkbench.views.meeting.minutes_read import Told, read_meeting
from dataworkbench.views.notes import Note, for_staff
from dataworkbench.views.paper import Block, Grid, Item, Items, Paper, Part, Said, seen_as

ROWS: Final = 30
"""So many actions stand on one page at most; the rest is counted, and stands in the minutes."""


@dataclass(frozen=True)
class Setting:
    """How the page can be set: the name of the style, letters in points, the most lines in a cell, actions, and lines in a list."""

    name: str
    points: float
    lines: int
    rows: int = ROWS
    listed: int = 6


SETTINGS: Final = (
    Setting("dw-s11", 11.0, 3), Setting("dw-s10", 10.0, 3), Setting("dw-s9", 9.2, 2), Setting("dw-s8", 8.5, 2), Setting("dw-full", 8.5, 1),
    Setting("dw-full", 8.5, 1, rows=24, listed=3),
)  # fmt: skip
"""From the largest letters to the smallest; in the last of them everything fits, because what is beyond is only counted."""
SHEET: Final = 705.0
"""How high the page may be in points: US Letter is the lower of the two sheets."""
PAPER: Final = 530.0
"""How wide it is in points: A4 is the narrower of the two."""
_LETTER: Final = 0.62
"""How wide a letter is at most on average, in ems."""
_SHARES: Final = (0.21, 0.41, 0.18, 0.20)
_WIDTHS: Final = (44, 130, 40, 24)
"""How many letters the cells of a row may be wide: student or group, action, owner, day."""
_WIDE: Final = 110


@dataclass(frozen=True)
class Recap:
    """The recap of one meeting: rows, and what else fits on one page; whole texts stand in the minutes."""

    title: str
    about: str
    people: str
    new: tuple[tuple[str, ...], ...]
    open: tuple[tuple[str, ...], ...]
    decisions: tuple[str, ...]
    carried: tuple[str, ...]
    figures: tuple[str, ...]
    then: str

    def __str__(self) -> str:
        return self.as_text()

    def _repr_html_(self) -> str:
        return self._paper()._repr_html_()

    def as_html(self) -> str:
        """Return the recap as a page by itself, which prints on one sheet and fetches nothing."""
        return self._paper().as_html()

    def as_markdown(self) -> str:
        """Return the recap as Markdown, in which nothing that people wrote acts."""
        return self._paper().as_markdown()

    def as_text(self) -> str:
        """Return the recap as plain text, to be copied into a mail."""
        return "\n".join(_text_lines(self)).rstrip() + "\n"

    def as_csv(self) -> str:
        """Return the actions, whole, as CSV in which no cell runs as a formula; one row is one action."""
        rows = [(*row, "new") for row in self.new] + [(*row, "still open") for row in self.open]
        frame = pd.DataFrame(
            [[seen_as(cell) for cell in row] for row in rows], columns=[*ACTION_TITLES, "Agreed"], dtype="str"
        )
        return to_csv_safe(frame)

    def _paper(self) -> Paper:
        setting = _setting(self)
        return Paper(
            title=self.title, above=tuple(part for part in (self.about, self.people) if part),
            parts=tuple(part for part in _parts(self, setting) if part.blocks), foot=(self.then,), notice=FOR_STAFF,
            kind=f"dw-recap {setting.name}",
        )  # fmt: skip


def recap(district: Kept, meeting: str = "", *, audience: Audience = "staff") -> Recap | Note:
    """Return the recap of a meeting: actions with whom they are for, owner and day; decisions; what is carried over. For staff.

    ``meeting`` is its name, its day or its identifier; without one it is the last that was held.

    Raises
    ------
    NothingToShowError
        Where no meeting is written down.
    NoSuchNameError
        Where there is none of that name.

    """
    refused = for_staff(audience, "The recap of a meeting")
    if refused is not None:
        return refused
    return recap_of(read_meeting(records_of(district), meeting), district)


def recap_of(told: Told, district: Kept) -> Recap:
    """Return the recap of a meeting that was read."""
    body = told.meeting.body
    about = ", ".join(
        part
        for part in (
            body.on.isoformat(),
            school_words(told, district),
            f"protocol: {protocol_words(told, district)}",
        )
        if part
    )
    return Recap(
        title=f"Recap: {shortened(body.name, _WIDE)}", about=about, people=_people(told),
        new=tuple(action_row(held.body) for held in by_day(told.actions)),
        open=tuple(_open_row(held.body, body.on) for held in by_day(told.still_open)),
        decisions=tuple(seen_as(held.body.words) for held in told.decisions),
        carried=tuple(seen_as(held.body.words) for held, _ in told.carried),
        figures=tuple(_figure(held.body.title, held.snapshot) for held in told.figures if held.body.shown),
        then=_then(told),
    )  # fmt: skip


def _people(told: Told) -> str:
    named = [f"{name} ({role})" if role else name for name, role in people_words(told)]
    return f"There: {', '.join(named)}" if named else ""


def _open_row(body: Action, on: date) -> tuple[str, ...]:
    *row, day = action_row(body)
    return (*row, f"{day}, overdue" if body.by is not None and body.by < on else day)


def _figure(title: str, snapshot: str) -> str:
    return f"{seen_as(title)} (snapshot {snapshot})" if snapshot else seen_as(title)


def _then(told: Told) -> str:
    after = told.next_meeting
    begins = (
        f"Next meeting: {after.body.on.isoformat()}, {seen_as(after.body.name)}. "
        if after is not None
        else ""
    )
    return f"{begins}Whole texts, figures and causes stand in the minutes of this meeting."


def _parts(held: Recap, setting: Setting) -> Iterator[Part]:
    yield Part("Who does what by when", tuple(_actions(held, setting)))
    yield Part("Decided", _short_list(held.decisions, setting.listed))
    yield Part("Carried over to the next meeting", _short_list(held.carried, setting.listed))
    yield Part("Figures that we looked at", _short_list(held.figures, setting.listed))


def _setting(held: Recap) -> Setting:
    """Return how the page is set on paper: in the largest letters in which it fits on one sheet."""
    return next((one for one in SETTINGS if _height(held, one) <= SHEET), SETTINGS[-1])


def _height(held: Recap, setting: Setting) -> float:
    """Return how high a page is in points, a little too high."""
    points, rows = setting.points, _rows(held, setting.rows)
    lines = [_row_lines(row, setting) for row in rows]
    listed = [
        min(len(said), setting.listed + 1) for said in (held.decisions, held.carried, held.figures) if said
    ]
    above = sum(
        min(2, -(-_width(text) * _LETTER * points // PAPER)) for text in (held.about, held.people) if text
    )
    title = -(-_width(held.title) * _LETTER * 1.6 * points // PAPER)
    ems = (
        10.5
        + 2 * title
        + 1.25 * above
        + 1.25 * sum(lines)
        + 0.45 * len(rows)
        + sum(2.4 + 1.25 * n for n in listed)
    )
    return points * ems


def _row_lines(row: Sequence[str], setting: Setting) -> float:
    """Return how many lines the highest cell of a row takes."""
    points = setting.points
    return max(
        min(setting.lines, max(1, -(-_width(cell) * _LETTER * points // (share * PAPER - points))))
        for cell, share in zip(row, _SHARES, strict=False)
    )


def _actions(held: Recap, setting: Setting) -> Iterator[Block]:
    rows = _rows(held, setting.rows)
    if not rows:
        yield Said("No action was agreed, and none is open from before.", "quiet")
        return
    yield Grid(ACTION_TITLES, tuple(rows), name="dw-actions")
    beyond = len(held.new) + len(held.open) - setting.rows
    if beyond > 0:
        yield Said(f"And {beyond} more in the minutes.", "quiet")


def _rows(held: Recap, most: int) -> list[tuple[str, ...]]:
    """Return the rows of the table, shortened: new ones first, then under a heading those still open, no more than fit."""
    new, rest = held.new[:most], held.open[: max(0, most - len(held.new))]
    heading = [("Still open from before",)] if rest else []
    return [*map(_shortened_row, new), *heading, *map(_shortened_row, rest)]


def _shortened_row(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(shortened(cell, most) for cell, most in zip(row, _WIDTHS, strict=True))


def _short_list(said: Sequence[str], most: int) -> tuple[Block, ...]:
    if not said:
        return ()
    kept = [Item(shortened(text, _WIDE)) for text in said[:most]]
    rest = [Item(f"and {len(said) - most} more in the minutes")] if len(said) > most else []
    return (Items((*kept, *rest)),)


def _text_lines(held: Recap) -> Iterator[str]:
    yield from (seen_as(held.title), seen_as(held.about))
    yield from ([seen_as(held.people)] if held.people else [])
    yield from ("", FOR_STAFF, "", "WHO DOES WHAT BY WHEN")
    rows = [*held.new, *([("Still open from before:",)] if held.open else []), *held.open]
    yield from (_text_row([seen_as(cell) for cell in row]) for row in rows)
    if not rows:
        yield "No action was agreed, and none is open from before."
    for title, said in (
        ("DECIDED", held.decisions),
        ("CARRIED OVER TO THE NEXT MEETING", held.carried),
        ("FIGURES THAT WE LOOKED AT", held.figures),
    ):
        yield from (["", title, *(f"- {seen_as(text)}" for text in said)] if said else [])
    yield from ("", held.then)


def _text_row(row: Sequence[str]) -> str:
    if len(row) == 1:
        return row[0]
    whom, what, who, by = row
    return f"- {whom}: {what} | {who} | {by}"


def shortened(text: str, most: int) -> str:
    """Return text on one line, no wider than so many letters; what was cut off is marked by three dots."""
    flat = seen_as(text)
    if _width(flat) <= most and len(flat) <= 2 * most:
        return flat
    kept, wide = [], 0
    for letter in flat[: 2 * most]:
        wide += _width(letter)
        if wide >= most:
            break
        kept.append(letter)
    cut = "".join(kept)
    words = cut.rsplit(" ", 1)[0]
    return f"{(words if len(words) > most // 2 else cut).rstrip(' ,;.')}…"


def _width(text: str) -> int:
    """Return how wide text is in letters: signs of East Asia and emoji count twice, marks on other letters not at all."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
