"""A made-up release with every kind of cell, for tests of what is built from a release."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from dataworkbench.policy import DEFAULT_POLICY_TEXT, UTAH_BANDS
from dataworkbench.publishing.releases import (
    CELL_COLUMNS,
    DIMENSIONS,
    IndicatorFacts,
    Release,
    ReleaseFacts,
    SchoolFacts,
    cell_id,
    write_release,
)

SCHOOLS = (
    SchoolFacts(school_id="S001", name="Alder Elementary", level="Elementary"),
    SchoolFacts(school_id="S002", name="Birch & Sons <Middle>", level="Middle"),
)
YEARS = ("2024-25", "2025-26")
GROUPS = (
    ("", ""),
    ("English learner status", "English learner"),
    ("English learner status", "Not an English learner"),
)
INDICATORS = (
    IndicatorFacts(id="enrollment", title="Students enrolled", sentence="How many students were enrolled.", unit="count",
                   numerator="students", denominator="students", source="The roster."),
    IndicatorFacts(id="chronic_absence", title="Chronic absence", sentence="The share of students who missed a tenth.",
                   unit="rate", direction="lower", numerator="students who missed a tenth", denominator="students",
                   source="Attendance Works."),
    IndicatorFacts(id="mean_score", title="Average score", sentence="The average score.", unit="mean", direction="higher",
                   numerator="the sum of scores", denominator="students with a score", source="The test."),
)  # fmt: skip


def facts(id: str = "2026-10-01_0900-aaaaaa") -> ReleaseFacts:  # noqa: A002 - the field's own name
    """What the made-up release is about."""
    return ReleaseFacts(
        id=id, district="Tiny District", snapshot="2026-09-30_120000-abcdef", data_as_of="2026-09-30",
        made="2026-10-01T09:00:00+00:00", school_years=YEARS, schools=SCHOOLS, indicators=INDICATORS,
        policy_name="Default policy", policy_fingerprint="0123456789ab", minimum_group=10, bands=UTAH_BANDS,
        bands_source="Utah State Board of Education, Data Gateway; after NCES 2011-603",
        requirement="What is published leaves at least 10 students between the fewest and the most that a hidden group can have.",
    )  # fmt: skip


def made_cells() -> pd.DataFrame:
    """Cells of every kind: shown, coded, suppressed, missing, nobody."""
    rows = [
        _cell(i, year, school, grade, group)
        for i, year, school, grade, group in product(
            INDICATORS, YEARS, ("", "S001", "S002"), ("", "03", "04"), GROUPS
        )
    ]
    return pd.DataFrame(rows)[list(CELL_COLUMNS)]


def made_release(folder: Path, id: str = "2026-10-01_0900-aaaaaa") -> Release:  # noqa: A002 - the field's own name
    """Write the made-up release into ``folder/<id>`` and return it."""
    return write_release(folder / id, facts(id), made_cells(), DEFAULT_POLICY_TEXT)


def _cell(
    indicator: IndicatorFacts, year: str, school: str, grade: str, group: tuple[str, str]
) -> dict[str, object]:
    about = dict.fromkeys(DIMENSIONS, "") | {
        "indicator": indicator.id, "school_year": year, "school_id": school, "grade_level": grade,
        "subgroup_type": group[0], "subgroup": group[1],
        "subject": "Mathematics" if indicator.unit == "mean" else "",
        "assessment_id": "STATE-MATH" if indicator.unit == "mean" else "",
    }  # fmt: skip
    seed = sum(map(ord, "".join(map(str, about.values())))) % 37
    return (
        about
        | {"cell": cell_id(about), "unit": indicator.unit, "since": "2026-10-01_0900-aaaaaa"}
        | _said(indicator.unit, seed, hidden=group[1] == "English learner" and bool(school) and bool(grade))
    )


def _said(unit: str, seed: int, *, hidden: bool) -> dict[str, object]:
    nothing = {"value": np.nan, "low": np.nan, "high": np.nan, "n_low": np.nan, "n_high": np.nan}
    if hidden:
        return nothing | {"status": "suppressed", "reason": "hidden", "label": "hidden", "n_label": "hidden"}
    if seed == 0:
        return nothing | {"status": "missing", "reason": "missing", "label": "no data", "n_label": ""}
    if unit == "count":
        n = 100 + seed
        return nothing | {
            "status": "shown",
            "reason": "",
            "label": str(n),
            "n_label": str(n),
            "value": n,
            "n_low": n,
            "n_high": n,
        }
    sizes = {"n_label": "40–99", "n_low": 40, "n_high": 99}  # noqa: RUF001 - a range is written with this dash
    if unit == "mean":
        return (
            nothing | sizes | {"status": "shown", "reason": "", "label": str(200 + seed), "value": 200 + seed}
        )
    if seed < 6:
        return (
            nothing
            | sizes
            | {"status": "coded", "reason": "range", "label": "at most 5%", "low": 0.0, "high": 0.05}
        )
    return nothing | sizes | {"status": "shown", "reason": "", "label": f"{seed}%", "value": seed / 100}
