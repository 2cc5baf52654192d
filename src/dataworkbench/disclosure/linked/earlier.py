"""What earlier releases said: it can't be taken back, and where hardly anybody came, left or changed it is said again as it was.

An attacker is taken to know how many came and left where few did, so that what was said of the group then is known of it now.
Where as many differ as the policy asks for, the old figure tells nothing of the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.structure import Ints
from dataworkbench.disclosure.linked.system import ALWAYS, Collected, System
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy

SAID: Final = ("status", "reason", "label", "value", "low", "high", "n_label", "n_low", "n_high")
_DIFFER: Final = ("came", "left", "changed")
_HALF_A_PERCENT: Final = 0.005
_OWN: Final = 1


def said_before(
    read: pd.DataFrame,
    earlier: Sequence[pd.DataFrame],
    changed: pd.DataFrame | None,
    policy: DisclosurePolicy,
) -> pd.DataFrame:
    """Return what earlier releases said of cells of which few students differ since; one row is one cell of one release.

    ``place`` is the cell's row in the cube, ``release`` the number of the earlier release, ``since`` its name (as the frame
    carries it in ``attrs["release"]``), then the public columns and how many ``came``, ``left`` and ``changed``.
    """
    place = pd.Series(np.arange(len(read)), index=read["cell"])
    differ = _differing(changed)
    found = []
    for number, cells in enumerate(earlier):
        known = cells[cells["cell"].isin(place.index)]
        rows = known[["cell", *SAID]].merge(differ, on="cell", how="left").fillna(dict.fromkeys(_DIFFER, 0.0))
        since = (
            known["since"]
            .fillna("")
            .astype(str)
            .replace("", str(cells.attrs.get("release", f"earlier {number + 1}")))
        )
        rows = rows.assign(release=number, since=since.to_numpy(), place=place[rows["cell"]].to_numpy())
        found.append(rows[rows[list(_DIFFER)].sum(axis=1) < policy.related.changed_below])
    columns = ["cell", *SAID, *_DIFFER, "release", "since", "place"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _differing(changed: pd.DataFrame | None) -> pd.DataFrame:
    if changed is None:
        return pd.DataFrame(
            {"cell": pd.Series(dtype="object"), **{name: pd.Series(dtype="float64") for name in _DIFFER}}
        )
    lacking = [name for name in ("cell", *_DIFFER) if name not in changed]
    if lacking:
        raise WorkbenchError(
            f"What changed since the last release lacks {', '.join(lacking)}; it has cell, came, left, changed."
        )
    return changed[["cell", *_DIFFER]].astype(dict.fromkeys(_DIFFER, "float64"))


def repeated(before: pd.DataFrame) -> pd.DataFrame:
    """Return the saying of each cell that is repeated as it was last said; one row is one cell of the cube, by its place."""
    return (
        before.sort_values("release", kind="stable").drop_duplicates("place", keep="last").set_index("place")
    )


def add_earlier(collected: Collected, system: System, before: pd.DataFrame, mean_decimals: int) -> None:
    """Add what earlier releases said to what is known for good."""
    cells = system.cells
    there = cells.index[cells["place"] >= 0]
    at_place = pd.Series(there.to_numpy(), index=cells.loc[there, "place"].to_numpy())
    told = before[before["place"].isin(at_place.index) & ~before["status"].isin(["suppressed", "missing"])]
    for _, rows in told.groupby("release"):
        at = at_place[rows["place"]].to_numpy(np.int64)
        _add_release(collected, system, rows, at, 0.5 * 10.0**-mean_decimals)


def _add_release(
    collected: Collected, system: System, rows: pd.DataFrame, at: Ints, half_a_step: float
) -> None:
    """Add what one release said of sizes and of what was counted, carried over to the groups as they are now."""
    source = _OWN + 1 + int(rows["release"].iloc[0])
    came, left, changed = (rows[name].to_numpy(np.float64) for name in _DIFFER)
    number = {
        name: pd.to_numeric(rows[name]).to_numpy(np.float64)
        for name in ("value", "low", "high", "n_low", "n_high")
    }
    unit = system.cells["unit"].to_numpy()[at]
    more = came - left
    n_low, n_high = number["n_low"], np.where(np.isnan(number["n_high"]), np.inf, number["n_high"])
    sized = ~np.isnan(n_low)
    collected.add(
        [(system.first[at[sized]], 1.0)],
        (n_low + more)[sized],
        (n_high + more)[sized],
        level=ALWAYS,
        source=source,
    )
    half = np.where(unit == "mean", half_a_step, _HALF_A_PERCENT)
    low = np.where(np.isnan(number["value"]), number["low"], number["value"] - half)
    high = np.where(np.isnan(number["value"]), number["high"], number["value"] + half)
    scale_low = np.where(unit == "mean", system.cells["scale_low"].to_numpy(np.float64)[at], 0.0)
    scale_high = np.where(unit == "mean", system.cells["scale_high"].to_numpy(np.float64)[at], 1.0)
    widest = changed * (scale_high - scale_low)
    these = (unit != "count") & ~np.isnan(low) & (system.second[at] >= 0)
    least = -low * more + came * scale_low - left * scale_high - widest
    most = -high * more + came * scale_high - left * scale_low + widest
    first, second = system.first[at[these]], system.second[at[these]]
    collected.add([(second, 1.0), (first, -low[these])], least[these], np.inf, source=source)
    collected.add([(second, 1.0), (first, -high[these])], -np.inf, most[these], source=source)
    means = these & (system.third[at] >= 0)
    n = system.truth[system.first[at]]
    third = system.third[at[means]]
    collected.add([(third, 1.0)], (n * low + least)[means], (n * high + most)[means], source=source)
