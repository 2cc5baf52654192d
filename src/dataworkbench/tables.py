"""A frame that has passed the gate as a table for people: words in place of blanks, n beside every figure."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.frames import (
    column_text,
    counted_as,
    group_text,
    grouping_columns,
    interval_of,
    is_number,
    known_by,
    number_text,
    require_gated,
    rows_in,
    texts_in,
    values_in,
    varying_columns,
)

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets take the wide signs too
_VALUE_TITLES: Final = {
    "rate": "Share", "mean": "Average", "count": "Number", "difference": "Difference", "mean_difference": "Difference",
    "ratio": "Times as often", "coefficient": "Agreement",
}  # fmt: skip
_IN_NOTES: Final = ("suppressed", "coded")

_BOX: Final = "overflow-x:auto;max-width:100%;margin:0.5em 0"
_TABLE: Final = "border-collapse:collapse;font-size:1em;margin:0;font-variant-numeric:tabular-nums"
_CAPTION: Final = "caption-side:top;text-align:left;font-weight:600;padding:0.3em 0"
_NOTE: Final = "margin:0.4em 0 0 0;font-size:0.9em"
_CELL: Final = "padding:0.35em 0.8em;border-bottom:1px solid #d0d7de;vertical-align:top"


@dataclass(frozen=True)
class Column:
    """One column of a display table: its title, its cells as text, whether they are figures."""

    title: str
    cells: tuple[str, ...]
    figures: bool = False
    wide: bool = False


@dataclass(frozen=True)
class DisplayTable:
    """A table that shows itself in a notebook; its text is escaped, and nothing but what is seen is in it.

    Where it is ``sectioned``, the cells of its first column are printed as heads of the rows that share them.
    """

    columns: tuple[Column, ...]
    caption: str = ""
    notes: tuple[str, ...] = ()
    said_instead: str = ""
    sectioned: bool = False

    def __len__(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0

    def _repr_html_(self) -> str:
        if self.said_instead:
            return f'<p role="note">{html.escape(self.said_instead)}</p>'
        printed = self.columns[1:] if self.sectioned else self.columns
        head = "".join(_cell("th", column.title, column, scope="col") for column in printed)
        body = "".join(self._row(place, printed) for place in range(len(self)))
        caption = f'<caption style="{_CAPTION}">{html.escape(self.caption)}</caption>' if self.caption else ""
        label = html.escape(self.caption or "Table", quote=True)
        return (
            f'<div role="region" aria-label="{label}" tabindex="0" style="{_BOX}"><table style="{_TABLE}">{caption}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{self._notes()}</div>"
        )

    def _row(self, place: int, printed: Sequence[Column]) -> str:
        first, *others = printed
        head = _cell("th", first.cells[place], first, scope="row")
        row = head + "".join(_cell("td", column.cells[place], column) for column in others)
        return f"{self._section_head(place, len(printed))}<tr>{row}</tr>"

    def _section_head(self, place: int, span: int) -> str:
        """Return the head above a row where a new section begins, unless the row itself is called so."""
        if not self.sectioned:
            return ""
        name, rows = self.columns[0].cells[place], self.columns[0].cells
        if (place and rows[place - 1] == name) or self.columns[1].cells[place] == name:
            return ""
        style = f"{_CELL};text-align:left;font-weight:600;padding-top:0.9em"
        return f'</tbody><tbody><tr><th scope="rowgroup" colspan="{span}" style="{style}">{html.escape(name)}</th></tr>'

    def _notes(self) -> str:
        return "".join(f'<p style="{_NOTE}">{html.escape(note)}</p>' for note in self.notes)

    def __str__(self) -> str:
        if self.said_instead:
            return self.said_instead
        rows = [[column.title for column in self.columns]]
        rows += [[column.cells[place] for column in self.columns] for place in range(len(self))]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        lines = [
            "  ".join(_padded(t, w, c) for t, w, c in zip(row, widths, self.columns, strict=True)).rstrip()
            for row in rows
        ]
        notes = ["", *self.notes] if self.notes else []
        return "\n".join([*([self.caption, ""] if self.caption else []), *lines, *notes])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": str(self)}


def table_of(frame: pd.DataFrame, columns: Sequence[str] | None = None, *, caption: str = "") -> DisplayTable:
    """Return a frame as a table for people.

    One row of the table is one row of the frame, which has passed the gate (``for_audience``). ``columns`` names the
    grouping columns to print, by default those in which rows differ. The number of students, and on the staff road
    those left out and the interval, always stand with the figure; where there is no figure, a word says why.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by one of ``columns``.

    """
    require_gated(frame)
    groups = grouping_columns(frame)
    for name in columns or ():
        if name not in groups:
            raise no_such("grouping column of this frame", name, groups)
    if frame.empty:
        return DisplayTable((), caption, said_instead="There are no rows here: nobody fits what was chosen.")
    if set(texts_in(frame, "status")) == {"missing"}:
        return DisplayTable((), caption, said_instead=" ".join(dict.fromkeys(texts_in(frame, "reason"))))
    named = list(columns) if columns is not None else _columns_that_tell(frame, groups)
    found = [_group_column(frame, known_by(frame, name)) for name in named]
    sectioned = len(named) > 1 and named[0] == "subgroup_type"
    return DisplayTable((*found, *_figure_columns(frame)), caption, _notes(frame), sectioned=sectioned)


def _group_column(frame: pd.DataFrame, name: str) -> Column:
    return Column(column_text(name), tuple(group_text(name, value) for value in values_in(frame, name)))


def _columns_that_tell(frame: pd.DataFrame, groups: Sequence[str]) -> list[str]:
    vary = varying_columns(frame)
    told = [name for name in vary if known_by(frame, name) == name or known_by(frame, name) not in vary]
    told = sorted(told, key=lambda name: name != "subgroup_type") if "subgroup" in told else told
    return told or list(groups[-1:])


def _figure_columns(frame: pd.DataFrame) -> list[Column]:
    rows: list[Mapping[Any, Any]] = [*rows_in(frame)]
    units = list(dict.fromkeys(texts_in(frame, "unit"))) if "unit" in frame else ["rate"]
    value = Column(
        _value_title(frame, units),
        tuple(str(row["label"]) for row in rows),
        figures=True,
    )
    found = [value]
    if units != ["count"]:
        found.insert(0, Column(counted_as(frame).capitalize(), tuple(map(_size, rows)), figures=True))
    if len(set(texts_in(frame, "indicator")) - {""}) > 1:
        found.insert(0, Column("Measure", tuple(str(row["indicator"]).replace("_", " ") for row in rows)))
    if "reference" in frame and frame["reference"].notna().any():
        found.append(
            Column("Compared with", tuple(group_text("reference", row["reference"]) for row in rows))
        )
    intervals = tuple(interval_of(row).replace(" to ", " and ") for row in rows)
    if any(intervals):
        found.append(Column("Likely between", intervals, figures=True))
    found += [column for column in (_left_out(frame), _remarks(rows)) if column is not None]
    return found


def _value_title(frame: pd.DataFrame, units: Sequence[str]) -> str:
    if units == ["mean"] and frame["indicator"].astype("string").str.startswith("median").all():
        return "Median"
    return _VALUE_TITLES[units[0]] if len(units) == 1 else "Figure"


def _size(row: Mapping[Any, Any]) -> str:
    return str(row["n_label"]) or "–"  # noqa: RUF001 - the dash that stands for nothing


def _left_out(frame: pd.DataFrame) -> Column | None:
    sizes = values_in(frame, "n_left_out") if "n_left_out" in frame else []
    if not any(is_number(n) and n > 0 for n in sizes):
        return None
    return Column("Left out", tuple(number_text(n) if is_number(n) else "" for n in sizes), figures=True)


def _notes(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return what is to be said once beneath the table: why figures are hidden, or given as a range."""
    said = zip(texts_in(frame, "status"), texts_in(frame, "reason"), strict=True)
    return tuple(dict.fromkeys(reason for status, reason in said if status in _IN_NOTES))


def _remarks(rows: Sequence[Mapping[Any, Any]]) -> Column | None:
    remarks = tuple("" if row["status"] in _IN_NOTES else str(row["reason"]) for row in rows)
    return Column("Remark", remarks, wide=True) if any(remarks) else None


def _cell(tag: str, text: str, column: Column, *, scope: str = "") -> str:
    align = "right" if column.figures else "left"
    width = "white-space:nowrap" if column.figures else f"min-width:{14 if column.wide else 7}em"
    weight = ";font-weight:600" if scope == "col" else ";font-weight:400" if scope else ""
    said = f' scope="{scope}"' if scope else ""
    return f'<{tag}{said} style="{_CELL};{width};text-align:{align}{weight}">{html.escape(text)}</{tag}>'


def _padded(text: str, width: int, column: Column) -> str:
    return text.rjust(width) if column.figures else text.ljust(width)


def to_csv_safe(frame: pd.DataFrame) -> str:
    """Return a frame as CSV text in which no cell is taken for a formula by a spreadsheet.

    Text that begins like a formula gets an apostrophe before it; numbers stay numbers. A frame that a measure made
    must have passed the gate.

    Raises
    ------
    NotGatedError
        Where a measure made the frame and it has not passed the gate.

    """
    if {"indicator", "value"} <= set(frame.columns):
        require_gated(frame)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in frame.columns])
    writer.writerows([_harmless(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return target.getvalue()


def _harmless(value: object) -> object:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - not-a-number
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" \u00a0\ufeff").startswith(_FORMULA_BEGINS) else value
