"""The made-up release, with every kind of cell among those that a page shows at first."""

from __future__ import annotations

import numpy as np
from made_release import facts, made_cells

from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import write_release

RANGE = {"status": "coded", "reason": "range", "label": "20\N{EN DASH}29%", "value": np.nan, "low": 0.2, "high": 0.3,
         "n_label": "10\N{EN DASH}19", "n_low": 10, "n_high": 19}  # fmt: skip
AT_MOST = RANGE | {
    "label": "at most 5%",
    "low": 0.0,
    "high": 0.05,
    "n_label": "40\N{EN DASH}99",
    "n_low": 40,
    "n_high": 99,
}
ABOUT = RANGE | {"reason": "rounded", "label": "about 140", "low": 135.0, "high": 144.0, "n_label": "about 140", "n_low": 135,
                 "n_high": 144}  # fmt: skip
_NOTHING = dict.fromkeys(("value", "low", "high", "n_low", "n_high"), np.nan)
HIDDEN = _NOTHING | {"status": "suppressed", "reason": "hidden", "label": "hidden", "n_label": "hidden"}
NOBODY = _NOTHING | {"status": "not_applicable", "reason": "nobody", "label": "nobody", "n_label": "0"}
MISSING = _NOTHING | {"status": "missing", "reason": "missing", "label": "no data", "n_label": ""}
FAR = {"status": "shown", "reason": "", "label": "62%", "value": 0.62, "low": np.nan, "high": np.nan, "n_label": "300 or more",
       "n_low": 300, "n_high": np.nan}  # fmt: skip
PUT = (
    ("enrollment", "2025-26", "S001", "", ABOUT), ("enrollment", "2025-26", "S001", "English learner", HIDDEN),
    ("enrollment", "2025-26", "S001", "Not an English learner", NOBODY), ("enrollment", "2025-26", "S002", "", MISSING),
    ("chronic_absence", "2025-26", "S001", "", RANGE), ("chronic_absence", "2025-26", "S001", "English learner", HIDDEN),
    ("chronic_absence", "2025-26", "S001", "Not an English learner", AT_MOST), ("chronic_absence", "2024-25", "S001", "", FAR),
    ("chronic_absence", "2025-26", "S002", "", FAR), ("chronic_absence", "2024-25", "S002", "", HIDDEN),
    ("chronic_absence", "2025-26", "", "", FAR | {"label": "18%", "value": 0.18}), ("mean_score", "2025-26", "S002", "", HIDDEN),
)  # fmt: skip
"""Indicator, year, school, group (all grade levels), and what is published of it."""
NOT_THERE = ("2024-25", "S001", "04", "English learner status")
"""A year, a school, a grade level and a kind of groups of which nothing was released."""


def cells_of_every_kind():
    made = made_cells()
    for indicator, year, school, group, said in PUT:
        here = (
            (made["indicator"] == indicator) & (made["school_year"] == year) & (made["school_id"] == school)
        )
        row = made.index[
            here
            & (made["grade_level"] == "")
            & (made["subgroup"] == "" if not group else made["subgroup"] == group)
        ]
        for name, value in said.items():
            made.loc[row, name] = value
    year, school, grade, kind = NOT_THERE
    gone = (made["school_year"] == year) & (made["school_id"] == school) & (made["grade_level"] == grade)
    return made[~(gone & (made["subgroup_type"] == kind))].reset_index(drop=True)


def release_of_every_kind(folder):
    return write_release(folder / facts().id, facts(), cells_of_every_kind(), DEFAULT_POLICY_TEXT)
