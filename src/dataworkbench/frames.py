"""The frame that travels from a measure, through the gate, to the page: its columns, its units, its numbers in words.

One row is one group at one time. Columns that say which group come first; the figures follow.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import NotGatedError, WorkbenchError
from dataworkbench.terms import AUDIENCES, NOT_REPORTED, STATUSES

WHOLE_COLUMNS: Final = ("n", "n_left_out", "n_reference")
"""Columns of whole numbers of students (or answers, or visits)."""

FIGURE_COLUMNS: Final = (*WHOLE_COLUMNS, "numerator", "mean", "sd", "value", "low", "high")
"""Every column that holds a figure about the people of the group."""

ABOUT_COLUMNS: Final = ("indicator", "unit", "title", "direction", "version", "reference", "status", "reason")
"""Columns that say what the figures are, without a figure in them."""

SAID_COLUMNS: Final = (
    "topic", "wording", "wording_reference", "turned", "figure_of", "factor_unit", "figure_year", "source",
)  # fmt: skip
"""Columns of words about a row that may stand after the figures: what was asked and who says so, never what was answered."""

GATE_COLUMNS: Final = ("audience", "label", "n_label")
"""Columns that only the gate writes."""

TIME_COLUMNS: Final = ("school_year", "period", "month", "week", "lesson")
"""Grouping columns that say when."""

PART_COLUMNS: Final = (
    "performance_level", "level", "answer_choice", "answer", "absence_band", "how_it_ended", "coverage", "flag_state", "level_now", "verdict",
)  # fmt: skip
"""Grouping columns whose shares are parts of one whole, so that there is no highest group among them."""

PAIR_COLUMNS: Final = ("counted", "moment")
"""Grouping columns whose values are two figures of one group, to be seen side by side: scheduled and used, before and after."""

UNITS: Final = ("rate", "mean", "count", "difference", "mean_difference", "ratio", "coefficient")
"""What a value is: a share of the group, an average, a number of people; one share or average less another; how many
times one share is another; how far observers agree (from -1 to 1)."""

WHOLE_NAMES: Final = (
    "all students",
    "all grades",
    "all grade levels",
    "all schools",
    "all",
    "total",
    "district",
)
"""Group names, in small letters, that stand for everybody."""

MINUS: Final = "\N{MINUS SIGN}"
"""The sign that a reader expects before a number below zero; a hyphen also makes formulas in spreadsheets."""

_COUNTED: Final = (
    ("survey", "people"), ("staff_", "people"), ("rubric", "teachers"), ("observer_agreement", "visits"), ("time_lost", "classes"),
    ("class_minutes", "classes"), ("classes_", "classes"), ("taught_", "classes"), ("standards_taught", "classes"),
    ("curriculum_", "classes"), ("classroom_visits", "visits"),
)  # fmt: skip
_AGREEING_SHARES: Final = ("exact", "adjacent")


def rows_in(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, each as a value for each column; as pandas' own ``to_dict("records")``, several times quicker."""
    read = _READ.get()
    if read is None or read.frame is not frame:
        return _rows(frame, [held.tolist() for _, held in frame.items()])
    if read.rows is None:
        read.rows = _rows(frame, [values_in(frame, str(name)) for name in frame.columns])
    return list(read.rows)


def _rows(frame: pd.DataFrame, columns: Sequence[list[Any]]) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass
class _Read:
    """A frame that is being read, and what of it has been turned into plain values so far."""

    frame: pd.DataFrame
    columns: dict[str, list[Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] | None = None


_READ: Final[ContextVar[_Read | None]] = ContextVar("the frame that is being read", default=None)


@contextmanager
def read_once(frame: pd.DataFrame) -> Iterator[None]:
    """Within this, the columns of a frame are turned into plain values once; a figure, its sentences and its table read the same ones.

    Nothing may change the frame meanwhile.
    """
    token = _READ.set(_Read(frame))
    try:
        yield
    finally:
        _READ.reset(token)


def values_in(frame: pd.DataFrame, column: str) -> list[Any]:
    """Return a column as plain values."""
    read = _READ.get()
    if read is None or read.frame is not frame:
        return list(frame[column].tolist())
    if column not in read.columns:
        read.columns[column] = frame[column].tolist()
    return read.columns[column]


def grouping_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that say which group a row is, in their order: those that stand before ``indicator``."""
    names = [str(name) for name in frame.columns]
    before = names[: names.index("indicator")] if "indicator" in names else []
    taken = {*FIGURE_COLUMNS, *ABOUT_COLUMNS, *GATE_COLUMNS}
    return [name for name in before if name not in taken]


def known_in(frame: pd.DataFrame, column: str) -> list[bool]:
    """Return of each cell of a column whether it holds something. A loop is quicker than pandas for the rows of a page."""
    return [
        value is not None and value is not pd.NA and value == value  # noqa: PLR0124 - not-a-number
        for value in values_in(frame, column)
    ]


def varying_columns(frame: pd.DataFrame, *, but: Sequence[str] = ()) -> list[str]:
    """Return the grouping columns in which rows differ, without those named in ``but``."""
    return [
        name for name in grouping_columns(frame) if name not in but and len(set(texts_in(frame, name))) > 1
    ]


def texts_in(frame: pd.DataFrame, column: str) -> list[str]:
    """Return what a column says, row by row, as text; nothing where it has a gap."""
    return [
        "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - not-a-number
        for value in values_in(frame, column)
    ]


def counted_as(frame: pd.DataFrame) -> str:
    """Return whom or what ``n`` counts in a frame: students, people who answered, teachers who were observed, classes, visits."""
    indicators = set(texts_in(frame, "indicator")) - {""} if "indicator" in frame else set()
    for begins, word in _COUNTED:
        if indicators and all(indicator.startswith(begins) for indicator in indicators):
            return word
    return "students"


def is_number(value: object) -> bool:
    """Return whether a cell holds a number, and not a gap."""
    return isinstance(value, int | float) and value == value  # noqa: PLR0124 - not-a-number is not itself


def require_measured(frame: pd.DataFrame) -> None:
    """Return nothing where the frame came out of a measure.

    Raises
    ------
    WorkbenchError
        Where columns of a measure's frame are lacking.

    """
    lacking = [name for name in ("indicator", "n", "value", "status") if name not in frame.columns]
    if lacking:
        raise WorkbenchError(
            f"This frame has no column {', '.join(lacking)}, so it is not one that a measure made. "
            "Begin with dw.measure(district, indicator, by=[...])."
        )


def require_gated(frame: pd.DataFrame, audience: str | None = None) -> None:
    """Return nothing where the frame has passed the disclosure gate, and for ``audience`` where one is named.

    Raises
    ------
    NotGatedError
        Where it has not, where only a part of it has, or where it passed for other readers. The text names the call.

    """
    call = "dw.for_audience(frame, audience, policy=district.policy)"
    lacking = [name for name in (*GATE_COLUMNS, "status", "reason") if name not in frame.columns]
    if lacking:
        raise NotGatedError(f"These figures have not passed the disclosure gate yet. Call {call} first.")
    passed = set(texts_in(frame, "audience"))
    if "" in passed or not set(texts_in(frame, "status")) <= set(STATUSES):
        raise NotGatedError(f"Some rows have not passed the disclosure gate. Call {call} on the whole frame.")
    if len(passed) > 1 or not passed <= set(AUDIENCES):
        raise NotGatedError(
            f"These rows passed the gate for different readers: {', '.join(sorted(passed))}. "
            f"Measure once and call {call}."
        )
    if audience is not None and passed - {audience}:
        raise NotGatedError(
            f"These figures passed the gate for {passed.pop()} readers and are asked for {audience} readers. "
            f"Go back to the measure and call dw.for_audience(frame, {audience!r}, policy=district.policy)."
        )


def units_of(frame: pd.DataFrame) -> pd.Series:
    """Return the unit of each row's value (one of ``UNITS``), as the frame says or as its columns show."""
    if "statistic" not in frame and len(set(texts_in(frame, "indicator"))) == 1:
        return pd.Series(_unit_of_rows(frame), index=frame.index, dtype="object")
    units = pd.Series("rate", index=frame.index, dtype="object")
    for _, rows in frame.groupby(frame["indicator"].astype("string").fillna(""), sort=False):
        units.loc[rows.index] = _unit_of_rows(rows)
    if "statistic" in frame:
        units = units.where(frame["statistic"].isin(_AGREEING_SHARES), "coefficient")
    return units


def _unit_of_rows(rows: pd.DataFrame) -> str:
    said = set(rows["unit"].dropna().astype(str)) & set(UNITS) if "unit" in rows else set()
    if len(said) == 1 and said != {"difference"}:
        return said.pop()
    if "risk_reference" in rows:
        return "ratio"
    if "n_reference" in rows or "own_change" in rows:
        return "difference" if _between_shares(rows) else "mean_difference"
    if "mean" in rows and any(known_in(rows, "mean")):
        return "mean"
    known = known_in(rows, "value")
    counted = known_in(rows, "numerator") if "numerator" in rows else [False] * len(known)
    if any(known) and not any(both for both in zip(known, counted, strict=True) if all(both)):
        return "count" if _same(rows["value"], rows["n"], known) else "mean"
    return "rate"


def _between_shares(rows: pd.DataFrame) -> bool:
    """Return whether the figures behind each difference are shares."""
    sides = [
        rows[name].astype("Float64").dropna() for name in ("value_group", "value_reference") if name in rows
    ]
    sides = sides or [rows["value"].astype("Float64").dropna().abs()]
    in_sd = rows["in_sd"].notna().any() if "in_sd" in rows else False
    return not in_sd and all(side.between(0, 1).all() for side in sides)


def _same(one: pd.Series, other: pd.Series, where: Sequence[bool]) -> bool:
    pairs = zip(one.tolist(), other.tolist(), where, strict=True)
    return all(is_number(b) and float(a) == float(b) for a, b, looked_at in pairs if looked_at)


# --- groups in words --------------------------------------------------------------------------------------------------

_GRADES: Final = {
    "IT": "Infants and toddlers", "PR": "Preschool", "PK": "Pre-kindergarten", "TK": "Transitional kindergarten",
    "KG": "Kindergarten", "PS": "Postsecondary", "UG": "Ungraded",
}  # fmt: skip

_COLUMNS: Final = {
    "school_id": "School", "school_name": "School", "subgroup_type": "Kind of group", "subgroup": "Group",
    "assessment_id": "Test", "performance_level": "Level", "element_id": "Element", "item_id": "Question", "pair_id": "Question", "wording": "Question", "rubric_id": "Rubric", "survey_id": "Survey", "answer_choice": "Answer", "unit_name": "Unit", "use": "Use of time", "standard_id": "Standard", "section_id": "Class",
}  # fmt: skip


KNOWN_BY: Final[Mapping[str, str]] = {"school_id": "school_name", "item_id": "wording", "pair_id": "wording"}
"""Columns that a reader knows by another one: a school by its name, a question by its words."""


def known_by(frame: pd.DataFrame, column: str) -> str:
    """Return the column by which a reader knows this one, where the frame has it."""
    other = KNOWN_BY.get(column, "")
    return other if other in frame.columns and any(known_in(frame, other)) else column


def column_text(column: str) -> str:
    """Return a column's name as a person would say it."""
    return _COLUMNS.get(column, column.replace("_", " ").capitalize())


def printable(text: str) -> str:
    """Return text without marks that are not seen: breaks become spaces, marks that turn text around are taken out."""
    if text.isprintable():  # nearly every text: quick to see, and then there is nothing to take out
        return text
    spaced = "".join(" " if letter in "\n\r\t" else letter for letter in text)
    joins = "\u200d"  # holds the parts of one emoji together
    return "".join(c for c in spaced if c == joins or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def group_text(column: str, value: object) -> str:
    """Return a group's name as a person would say it: grade level "03" is "Grade 3"."""
    text = "" if pd.isna(value) else printable(str(value)).strip()  # type: ignore[call-overload]  # a cell of a frame
    if not text:
        return NOT_REPORTED
    if column == "grade_level":
        return f"Grade {int(text)}" if text.isdecimal() else _GRADES.get(text, text)
    if column == "learning_model" and text == "none":
        return "No blended model"
    if column in {"element_id", "rubric_id", "learning_model"}:
        return text.replace("_", " ").capitalize()
    return text


# --- numbers in words -------------------------------------------------------------------------------------------------


def percent_text(share: float, decimals: int = 0) -> str:
    """Return a share of 0 to 1 as a percent; what would round to 0 or 100 but is not is said so."""
    if 0 < share < 0.5 / 100 / 10**decimals:
        return f"under {10**-decimals:.{decimals}f}%"
    if 1 - 0.5 / 100 / 10**decimals < share < 1:
        return f"over {100 - 10**-decimals:.{decimals}f}%"
    return f"{_half_up(share * 100, decimals):.{decimals}f}%"


def number_text(number: float, decimals: int = 0) -> str:
    """Return a number with its thousands parted and a true minus sign."""
    return f"{_half_up(number, decimals):,.{decimals}f}".replace("-", MINUS)


def signed_text(number: float, decimals: int = 0) -> str:
    """Return a number with its sign, 0 without one."""
    text = number_text(number, decimals)
    return f"+{text}" if _half_up(number, decimals) > 0 else text


def points_text(share: float) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    points = signed_text(share * 100)
    return f"{points} point" if points.lstrip(f"+{MINUS}") == "1" else f"{points} points"


def decimals_for(values: Sequence[float]) -> int:
    """Return how many decimals averages on this scale want: two up to 10, else one."""
    known = [abs(value) for value in values if value == value]  # noqa: PLR0124 - leaves out not-a-number
    return 2 if known and max(known) < 10 else 1


def value_text(value: float, unit: str, decimals: int = 0) -> str:
    """Return a value of a unit in words; nothing where it is not a number."""
    if math.isnan(value):
        return ""
    if unit == "rate":
        return percent_text(value, decimals)
    if unit == "difference":
        return points_text(value)
    if unit == "ratio":
        return f"{number_text(value, 1)} times"
    if unit == "coefficient":
        return number_text(value, 2)
    return signed_text(value, decimals) if unit == "mean_difference" else number_text(value, decimals)


@lru_cache(maxsize=4096)  # a figure, its sentences and its table say the same intervals
def interval_text(low: float, high: float, unit: str, decimals: int = 0) -> str:
    """Return "48% to 67%", or nothing where an end is not known."""
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = [value_text(end, unit, decimals) for end in (low, high)]
    if unit in {"difference", "ratio"}:
        ends[0] = ends[0].rsplit(" ", 1)[0]
    return f"{ends[0]} to {ends[1]}"


def interval_of(row: Mapping[Any, Any]) -> str:
    """Return the interval of a row that has passed the gate, as exact as its label; nothing where it has none."""
    if row["status"] != "shown" or not (is_number(row["low"]) and is_number(row["high"])):
        return ""
    _, _, fraction = str(row["label"]).partition(".")
    decimals = len(fraction) - len(fraction.lstrip("0123456789"))
    return interval_text(float(row["low"]), float(row["high"]), str(row["unit"]), decimals)


def _half_up(number: float, decimals: int) -> float:
    scale = 10.0**decimals
    return math.copysign(math.floor(abs(number) * scale + 0.5 + 1e-9) / scale, number) + 0.0
