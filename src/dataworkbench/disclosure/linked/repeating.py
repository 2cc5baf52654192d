"""Which figures are said again as they were: those that few differ from, those that are the same, and those that are hidden now."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.differences import few_differ
from dataworkbench.disclosure.linked.dimensions import table_names
from dataworkbench.disclosure.linked.earlier import DIFFER, NOW, Past, quiet_since_the_last
from dataworkbench.disclosure.linked.system import Bools

SAID: Final = ("status", "reason", "label", "value", "low", "high", "n_label", "n_low", "n_high", "since")


def held_back(past: Past, cells: pd.Series, hold: set[str]) -> Bools:
    """Return which cells of the cube say nothing new, whatever is safe.

    Of those, few students came, left or changed since the figure was said, or none at all; or the whole table is as it was;
    or it is among those to ``hold``.
    """
    held: Bools = cells.isin(hold).to_numpy(dtype=bool)
    held = held | table_names(cells).isin(quiet_since_the_last(past)).to_numpy(dtype=bool)
    last = past.sides[-1]
    for side in range(1, len(past.sides)):
        own = cells.isin(past.sides[side].own["cell"]).to_numpy(dtype=bool)
        moved = past.between(side, NOW, cells)
        came, left, changed = (moved[name].to_numpy(np.float64) for name in DIFFER)
        few = few_differ(came, left, changed, past.sides[NOW].policy.related.changed_below)
        same = (came + left + changed == 0) & (last.policy.fingerprint == past.sides[NOW].policy.fingerprint)
        held = held | own & (few | same | ~moved["known"].to_numpy(dtype=bool))
    return held


def as_it_was(cells: pd.DataFrame, last: pd.DataFrame, forbidden: set[str]) -> pd.DataFrame:
    """Return public cells with each hidden one as the last release said it, where it did and the rules of today allow it.

    It tells nothing that is not known, and not which of the hidden ones is small.
    """
    before = last[
        last["status"].isin(["shown", "coded", "not_applicable"]) & ~last["cell"].isin(forbidden)
    ].set_index("cell")
    again = (cells["status"] == "suppressed") & cells["cell"].isin(before.index)
    told = cells.copy()
    silent = last[last["status"].isin(["suppressed", "missing"])].set_index("cell")
    silent_still = told["status"] == told["cell"].map(silent["status"])
    told["since"] = told["since"].where(~silent_still, told["cell"].map(silent["since"]))
    for name in SAID:
        told[name] = told[name].astype("object").where(~again, told["cell"].map(before[name]))
        told[name] = told[name].astype(cells[name].dtype)
    return told
