"""The release as notebooks see it: released figures that can be drawn, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from dataworkbench.disclosure.linked import DIMENSIONS
from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.publishing.releases.release import Release
from dataworkbench.publishing.releases.shelf import current_release
from dataworkbench.publishing.releases.states import require_unchanged

if TYPE_CHECKING:
    from dataworkbench.warehouse import District

_SORTS: Final = ("school_id", "grade_level", "subgroup")
_GROUPING: Final = tuple(name for name in DIMENSIONS if name != "indicator")
_REASONS: Final[Mapping[str, str]] = {
    "range": "Shown as a range, so that it gives no student away.",
    "rounded": "Rounded, so that a smaller group beside it is not given away.",
    "hidden": "Hidden: too few students here, or in a group that could be worked out from this one.",
    "nobody": "Nobody was counted in this group.",
    "missing": "The district has no data for this.",
    "not_applicable": "There is no figure for this group.",
}


def release(
    district: District,
    indicator: str = "",
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the figures of the release that is out, gated for the public, so that they can be drawn and set in tables.

    One row is one figure of one group, with the columns of a frame that has passed the gate. Without ``indicator`` every figure
    comes, totals and parts together. With one, ``by`` says for whom (``["school_id"]``, ``["grade_level", "subgroup"]``, nothing
    for the district), as in ``dw.measure``, and ``where`` keeps the rows whose column holds one of the values. Nothing is
    measured: what was not released is not there.

    Raises
    ------
    NothingToShowError
        Where no release is out.
    NoSuchNameError
        Where the release holds no such indicator, or groups by no such column.

    """
    if district.workspace is None:
        raise NothingToShowError(
            "A district that was made from frames has no releases. Open a workspace: dw.open_workspace(folder)."
        )
    out = current_release(district.workspace)
    if out is None:
        raise NothingToShowError(
            "No release of this district is out yet. Make, review and publish one: dataworkbench release make, review, publish."
        )
    require_unchanged(out)
    return framed(out, indicator, by=by, where=where)


def framed(
    out: Release,
    indicator: str = "",
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the figures of one release in the shape in which figures and tables draw them; one row is one figure."""
    cells = out.cells()
    if indicator:
        cells = _chosen(cells, indicator, by)
    elif by:
        raise WorkbenchError("Name an indicator with by=[...]: different indicators have different groups.")
    for name, values in (where or {}).items():
        if name not in _GROUPING:
            raise no_such("column of a release", name, _GROUPING)
        cells = cells[cells[name].isin([values] if isinstance(values, str) else list(values))]
    return _as_gated(cells, out, _kept(cells, by) if indicator else [*_GROUPING])


def _chosen(cells: pd.DataFrame, indicator: str, by: Sequence[str]) -> pd.DataFrame:
    """Return the cells of one indicator for exactly these groups."""
    if indicator not in set(cells["indicator"]):
        raise no_such("indicator of the release", indicator, set(cells["indicator"]))
    strange = [name for name in by if name not in (*_GROUPING, "school_name")]
    if strange:
        raise no_such("column of a release", strange[0], _GROUPING)
    asked = {
        "school_id" if name == "school_name" else "subgroup" if name == "subgroup_type" else name
        for name in by
    }
    kept = cells["indicator"] == indicator
    for name in _SORTS:
        kept &= (cells[name] != "") == (name in asked)
    return cells[kept]


def _kept(cells: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """Return the grouping columns that say something here: those asked for, and those in which rows hold anything."""
    return [name for name in _GROUPING if name in by or (cells[name] != "").any()]


def _as_gated(cells: pd.DataFrame, out: Release, grouping: Sequence[str]) -> pd.DataFrame:
    names = {school.school_id: school.name for school in out.facts.schools}
    frame = cells[list(grouping)].reset_index(drop=True)
    if "school_id" in frame:
        place = list(frame.columns).index("school_id") + 1
        frame.insert(place, "school_name", frame["school_id"].map(names).fillna(""))
    held = cells.reset_index(drop=True)
    number = {name: held[name].astype("float64") for name in ("value", "low", "high")}
    return frame.assign(
        indicator=held["indicator"], n=pd.array([pd.NA] * len(held), dtype="Int64"), value=number["value"], low=number["low"],
        high=number["high"], mean=number["value"].where(held["unit"] == "mean").astype("Float64"), status=held["status"],
        reason=held["reason"].map(_REASONS).fillna(""), audience="public", unit=held["unit"], label=held["label"],
        n_label=held["n_label"],
    )  # fmt: skip
