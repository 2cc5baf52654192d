"""The one place where figures are made safe for the people who will see them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure.cells import Cell
from dataworkbench.disclosure.coding import public_cells
from dataworkbench.disclosure.hiding import hidden_places
from dataworkbench.disclosure.staff import staff_cells
from dataworkbench.errors import NotGatedError, WorkbenchError, no_such
from dataworkbench.frames import (
    ABOUT_COLUMNS,
    FIGURE_COLUMNS,
    SAID_COLUMNS,
    WHOLE_COLUMNS,
    grouping_columns,
    read_once,
    require_measured,
    units_of,
)
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.terms import AUDIENCES, Audience

_TEXT: Final[Any] = "str"

IDENTIFIERS: Final = (
    "student_id", "respondent_id", "intervention_id", "incident_id", "visit_id", "observer_id", "staff_id",
    "staff_name", "given_name", "family_name", "birth_date", "state_student_id", "local_number", "email", "words",
)  # fmt: skip
"""Columns that tell single people apart; nothing is grouped by them on the public road, whatever the policy says."""


def for_audience(frame: pd.DataFrame, audience: Audience, *, policy: DisclosurePolicy) -> pd.DataFrame:
    """Return the frame as an audience may see it, with ``audience``, ``status``, ``reason``, ``label`` and ``n_label``.

    One row is one group at one time, as before: no row is added, dropped or moved.

    The staff road shows every figure, with a word of care beside groups smaller than ``policy.staff_caution_below``.

    On the public road a group smaller than ``policy.minimum_group`` is hidden, and so is one whose complement is
    that small, and where one group of several is hidden the next smallest is hidden with it. Shares are coded by the
    bands of the policy and means are rounded; how many students stand behind a figure is given as a range of sizes,
    because a percent and the exact number together give the count away. A difference between two groups is worked out
    from the two figures as they are published, so that it tells nothing more than they do.

    This protects one frame from being worked back by adding and subtracting inside it. It is no audit across frames:
    two public frames, pages or years that overlap can still be subtracted from each other. What a district makes
    public should come from one release that is checked as a whole.

    Raises
    ------
    NoSuchNameError
        Where ``audience`` is neither "staff" nor "public".
    NotGatedError
        Where the frame passed the gate for other readers: figures may be gone by then, so begin again at the measure.
    WorkbenchError
        Where the frame did not come from a measure, or is grouped by something that the policy never publishes.

    """
    if audience not in AUDIENCES:
        raise no_such("audience", str(audience), AUDIENCES)
    require_measured(frame)
    if _passed_already(frame, audience):
        return frame.copy()
    with read_once(frame):
        units = list(units_of(frame))
        cells = staff_cells(frame, units, policy) if audience == "staff" else []
    if audience == "staff":
        return _assembled(
            _without_figures(frame, [cell.status == "suppressed" for cell in cells]), audience, units, cells
        )
    _refuse_columns(frame, policy)
    cells = public_cells(frame, units, hidden_places(frame, units, policy.minimum_group), policy)
    return _with_public_figures(_assembled(_without_figures(frame), audience, units, cells), cells)


def _passed_already(frame: pd.DataFrame, audience: Audience) -> bool:
    if "audience" not in frame.columns or (len(frame) and frame["audience"].isna().all()):
        return False
    passed = set(frame["audience"].dropna().astype(str))
    if frame["audience"].isna().any() or passed - {audience}:
        raise NotGatedError(
            f"Some of these figures have passed the gate already, for {', '.join(sorted(passed))} readers, and figures "
            f"may be gone since. Go back to the measure and call dw.for_audience(frame, {audience!r}, "
            "policy=district.policy) once."
        )
    return True


def _refuse_columns(frame: pd.DataFrame, policy: DisclosurePolicy) -> None:
    groups = grouping_columns(frame)
    refused = [name for name in groups if name in {*policy.never_published, *IDENTIFIERS}]
    if refused:
        raise WorkbenchError(
            f"Nothing is grouped by {', '.join(refused)} on the public road: it could tell who a student is. "
            f"Take it out of by=[...], or use the staff road. (Policy '{policy.name}', never_published.)"
        )
    decimal = [name for name in groups if _holds_decimals(frame[name])]
    if decimal:
        raise WorkbenchError(
            f"The column {', '.join(decimal)} holds decimals, so it looks like a figure and not like a group. "
            "Put figures after the column 'indicator', or take the column out, before the public road."
        )


def _holds_decimals(column: pd.Series) -> bool:
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    return any(value != math.floor(value) for value in column.dropna())


def _without_figures(frame: pd.DataFrame, where: Sequence[bool] | None = None) -> pd.DataFrame:
    """Return the frame with nothing left (in the rows ``where``) but which group a row is and what is measured."""
    kept = {*grouping_columns(frame), *ABOUT_COLUMNS, *SAID_COLUMNS}
    bare = frame.copy()
    if where is not None and not any(where):
        return bare
    rows = pd.Series([True] * len(frame) if where is None else list(where), index=frame.index, dtype="bool")
    for name in [str(column) for column in frame.columns if column not in kept]:
        bare[name] = _may_be_empty(frame[name]).mask(rows, pd.NA)
    return bare


def _may_be_empty(column: pd.Series) -> pd.Series:
    if column.name in WHOLE_COLUMNS:
        return column.astype("Int64")
    return column.astype("Float64") if column.name in FIGURE_COLUMNS else column.astype("object")


def _assembled(
    frame: pd.DataFrame, audience: Audience, units: Sequence[str], cells: Sequence[Cell]
) -> pd.DataFrame:
    """Return the frame with what the gate says of each row."""
    said: dict[str, list[str]] = {"audience": [audience] * len(cells), "unit": list(units)}
    said |= {
        name: [getattr(cell, name) for cell in cells] for name in ("status", "reason", "label", "n_label")
    }
    return frame.assign(
        **{name: pd.array([str(text) for text in texts], dtype=_TEXT) for name, texts in said.items()}
    )


def _with_public_figures(frame: pd.DataFrame, cells: Sequence[Cell]) -> pd.DataFrame:
    """Return the frame with the figures that may be published; all others are gone from it by now."""
    figures = {name: [getattr(cell, name) for cell in cells] for name in ("value", "low", "high")}
    shown = frame.assign(**{n: pd.Series(f, index=frame.index, dtype="float64") for n, f in figures.items()})
    if "mean" in shown:
        shown["mean"] = shown["value"].where(shown["unit"] == "mean").astype("Float64")
    return shown
