"""Small districts for the tests of measures, written so that every figure can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from dataworkbench.warehouse import district_from_frames
from dataworkbench.workspace import Settings

OUTSIDE = Path(__file__).parents[3] / "shared" / "data"

needs_outside_data = pytest.mark.skipif(
    not OUTSIDE.is_dir(), reason="the third-party files are not beside this checkout"
)

YEAR = "2025-26"


def rows(columns: str, *values: Sequence[object]) -> pd.DataFrame:
    """Return a frame from a line of column names and rows of values."""
    return pd.DataFrame(list(values), columns=columns.split())


def district(tables: Mapping[str, pd.DataFrame], settings: Settings | None = None):
    return district_from_frames(tables, settings=settings)


def students(ids: Sequence[str], **columns: Sequence[object] | str) -> pd.DataFrame:
    return pd.DataFrame({"student_id": list(ids), "school_year": YEAR, **columns})


def enrolled(
    ids: Sequence[str], school: str | Sequence[str] = "1", grade: str | Sequence[str] = "03"
) -> pd.DataFrame:
    return pd.DataFrame(
        {"student_id": list(ids), "school_id": school, "school_year": YEAR, "grade_level": grade}
    )


def days(
    student: str, present: int, absent: int, school: str = "1", first: str = "2025-09-01"
) -> pd.DataFrame:
    dates = pd.bdate_range(first, periods=present + absent).date
    return pd.DataFrame(
        {
            "student_id": student, "school_id": school, "school_year": YEAR, "date": dates,
            "absent": [0.0] * present + [1.0] * absent,
        }
    )  # fmt: skip


def scores(
    ids: Sequence[str], values: Sequence[float | None], *, period: str = "Spring", **columns: object
) -> pd.DataFrame:
    base = {
        "student_id": list(ids), "school_id": "1", "school_year": YEAR, "period": period, "assessment_id": "T",
        "subject": "Reading", "grade_level": "03", "scale_score": list(values),
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def only(frame: pd.DataFrame) -> pd.Series:
    """Return the one row of a frame."""
    assert len(frame) == 1, frame
    return frame.iloc[0]
