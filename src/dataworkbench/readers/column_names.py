"""What people call our columns, so that every sentence about one uses the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SAID: Final[Mapping[str, str]] = {
    "absent": "attendance code", "student_id": "student number", "school_id": "school", "code": "code as in the file",
    "assessment_id": "test", "section_id": "class", "staff_id": "staff number", "incident_id": "incident number",
    "survey_id": "survey", "respondent_id": "person who answered", "item_id": "question",
    "days_enrolled": "number of days enrolled", "days_absent": "number of days absent",
}  # fmt: skip
"""Columns whose name is not what people say."""


def in_words(column: str) -> str:
    """Return a column's name as people say it: "student_id" is "student number", "test_date" is "test date"."""
    return SAID.get(column) or column.replace("_", " ")
