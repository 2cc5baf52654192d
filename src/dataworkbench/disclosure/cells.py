"""What becomes of one row at the gate, and the rows that the gate has nothing to decide about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such

HIDDEN: Final = "hidden"
"""What stands for every suppressed figure. One word for all: two words would tell which group is the small one."""


NOBODY: Final = "nobody"
"""What stands where nobody was counted."""


@dataclass(frozen=True)
class Cell:
    """What became of one row: what is printed, and the figures that may stay in the frame."""

    status: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    label: str = ""
    n_label: str = ""
    reason: str = ""


def cell_without_figure(row: Mapping[Any, Any]) -> Cell | None:
    """Return the cell of a row that holds no figure for anybody, whoever reads it; None for all others.

    Nobody is in the group, or nobody knows the figure, or the measure itself keeps it from everybody.
    """
    status, reason = text_of(row.get("status")), text_of(row.get("reason"))
    if status not in {"", "missing", "not_applicable", "suppressed"}:
        raise no_such(
            "status of a measured row", status, ("not_applicable", "missing", "suppressed", "(empty)")
        )
    if status == "suppressed":
        return Cell("suppressed", label=HIDDEN, n_label=HIDDEN, reason=reason or "Hidden by the measure.")
    if status == "missing":
        return Cell("missing", label="no data", reason=reason or "These data were not brought in.")
    if whole(row.get("n")) == 0:
        return Cell("not_applicable", label=NOBODY, n_label="0", reason=reason or "Nobody is in this group.")
    if status == "not_applicable":
        return Cell("not_applicable", label="no figure", reason=reason or "The question does not arise here.")
    if math.isnan(number(row.get("value"))):
        return Cell("missing", label="no data", reason=reason or "There is no figure for this group.")
    return None


def text_of(value: object) -> str:
    """Return a text, empty where there is none."""
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - not-a-number


def whole(value: object) -> int | None:
    """Return a whole number, None where it is not known."""
    known = number(value)
    return None if math.isnan(known) else int(known)


def number(value: object) -> float:
    """Return a number, not-a-number where it is not known."""
    return math.nan if value is None or value is pd.NA else float(value)  # type: ignore[arg-type]  # a number by then
