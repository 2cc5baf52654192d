"""Every message that the public pages say: in the room's code, in its templates, and in what a release and a rubric say."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

from dataworkbench.measures import catalogue
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing import site
from dataworkbench.publishing.site import shipped_rubrics
from dataworkbench.rubrics import Rubric
from dataworkbench.terms import STAGES, SUBGROUPS
from dataworkbench.workspace import shipped

KEYWORDS = {"say": None, "html": None, "later": None, "_": None}
PUBLISHED = (
    "enrollment", "chronic_absence", "severe_absence", "attendance_rate", "proficiency", "mean_score",
    "growth_target_met", "mean_gain", "mean_growth_percentile", "student_mobility", "came_late", "left_early",
    "incident_rate", "removal_rate",
)  # fmt: skip
"""Indicators that a district may publish."""
SUBJECTS = (
    "Mathematics",
    "English language arts",
    "Reading",
    "Science",
    "Social studies",
    "Writing",
    "Math",
    "ELA",
)
POLICY = (DisclosurePolicy().name, DisclosurePolicy().bands_source)
LEVELS = (
    "Elementary",
    "Middle",
    "High",
    "Preschool",
    "Other",
    "Elementary school",
    "Middle school",
    "High school",
    "K-12",
)


def in_code() -> set[str]:
    """Messages in the room's code and templates."""
    found = set()
    for folder in (Path(site.__file__).parent, shipped("templates") / "site"):
        options = {"autoescape": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
        for _, _, message, _, _ in extract_from_dir(
            folder,
            [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")],
            {"**.html": options},
            keywords=KEYWORDS,
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def in_rubrics() -> set[str]:
    """Everything that the page of rubrics prints of the rubrics that came with the workbench."""
    return {text for one in shipped_rubrics() for text in _of_rubric(one)} | set(STAGES.values())


def in_definitions() -> set[str]:
    """Everything that pages print of an indicator that may be published."""
    rows = catalogue().set_index("id").loc[list(PUBLISHED)]
    columns = ["title", "sentence", "numerator", "denominator", "left_out", "source"]
    return {text for column in columns for text in rows[column] if text}


def in_groups() -> set[str]:
    """Kinds of groups, groups, and subjects."""
    return {
        *SUBGROUPS,
        *POLICY,
        *(group for groups in SUBGROUPS.values() for group in groups),
        *SUBJECTS,
        *LEVELS,
    }


def all_messages() -> set[str]:
    return {m for m in in_code() | in_rubrics() | in_definitions() | in_groups() if m}


def _of_rubric(one: Rubric):
    yield from (one.title, one.statement, one.source)
    for level in one.levels:
        yield from (level.name, level.meaning)
    for element in one.elements:
        yield from (element.title, element.statement, *element.levels.values())
        for levels in element.look_fors.values():
            for words in levels.values():
                yield from words
