"""What a district publishes: a file that it owns, read and never written by a release."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.terms import ALL_STUDENTS, SUBGROUPS
from dataworkbench.workspace import PUBLICATION_FILE, Workspace, shipped_publication

if TYPE_CHECKING:
    from dataworkbench.warehouse import District

PUBLISHABLE: Final = (
    "enrollment", "chronic_absence", "severe_absence", "attendance_rate", "proficiency", "mean_score",
    "growth_target_met", "mean_gain", "mean_growth_percentile", "student_mobility", "came_late", "left_early",
    "incident_rate", "removal_rate",
)  # fmt: skip
"""Indicators about students whose figures add up over groups, so that an audit can follow them. A median does not."""

BREAKDOWNS: Final = {
    "district": (),
    "school": ("school_id",),
    "grade": ("grade_level",),
    "subgroup": ("subgroup",),
    "school x grade": ("school_id", "grade_level"),
    "school x subgroup": ("school_id", "subgroup"),
    "grade x subgroup": ("grade_level", "subgroup"),
    "school x grade x subgroup": ("school_id", "grade_level", "subgroup"),
}
"""For whom figures are published, and the columns that tell these groups apart."""


class Publication(BaseModel):
    """What a district publishes, as its file says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicators: tuple[str, ...] = (
        "enrollment",
        "chronic_absence",
        "attendance_rate",
        "proficiency",
        "mean_score",
    )
    breakdowns: tuple[str, ...] = ("district", "school", "grade", "subgroup", "school x subgroup")
    subgroup_types: tuple[str, ...] = ()
    tests: tuple[str, ...] = ("summative",)
    school_years: tuple[str, ...] = ()
    running_year: bool = False
    rubrics: tuple[str, ...] = ()

    @field_validator("indicators")
    @classmethod
    def _can_be_published(cls, asked: tuple[str, ...]) -> tuple[str, ...]:
        return _known("indicator", asked, PUBLISHABLE)

    @field_validator("subgroup_types")
    @classmethod
    def _is_a_kind_of_groups(cls, asked: tuple[str, ...]) -> tuple[str, ...]:
        kinds = tuple(kind for kind in SUBGROUPS if kind != ALL_STUDENTS)
        return _known("kind of groups", asked, kinds) if asked else asked

    @field_validator("breakdowns")
    @classmethod
    def _is_a_breakdown(cls, asked: tuple[str, ...]) -> tuple[str, ...]:
        return _known("breakdown", asked, tuple(BREAKDOWNS))


def _known(kind: str, asked: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    strange = [name for name in asked if name not in there]
    if strange:
        raise ValueError(f"'{strange[0]}' is no {kind} that can be published; there are: {', '.join(there)}")
    if not asked:
        raise ValueError(f"name at least one {kind}")
    return tuple(dict.fromkeys(asked))


def publication_text(workspace: Workspace) -> str:
    """Return the text of the district's publication file; where it has none, of the one that came with the workbench."""
    own = workspace.root / PUBLICATION_FILE
    return own.read_text(encoding="utf-8") if own.is_file() else shipped_publication()


def read_publication(text: str, name: str = PUBLICATION_FILE) -> Publication:
    """Return what a text says is published.

    Raises
    ------
    WorkbenchError
        Where it can't be read, or names something that is never published. It is never replaced by the default.

    """
    try:
        return Publication.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise WorkbenchError(
            f"{name} cannot be read: {fault}. Put that line right, then try again."
        ) from fault
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"{name} says something that cannot be followed: {said}.") from fault


def load_publication(path: Path) -> Publication:
    """Return what a file says is published."""
    return read_publication(path.read_text(encoding="utf-8"), path.name)


def years_published(district: District, publication: Publication, today: date) -> tuple[str, ...]:
    """Return the school years that are published, earliest first.

    Raises
    ------
    NothingToShowError
        Where the file names a year that the data don't have, or no year is over yet.

    """
    there = district.school_years
    running = [year for year in there if today <= _last_day(district, year)]
    asked = publication.school_years or there
    strange = [year for year in asked if year not in there]
    if strange:
        raise NothingToShowError(
            f"{PUBLICATION_FILE} asks for the school year {strange[0]}, and the data have none of it. "
            f"There are: {', '.join(there) or 'none'}."
        )
    years = tuple(sorted(year for year in asked if publication.running_year or year not in running))
    if not years:
        raise NothingToShowError(
            f"No school year is over yet: {', '.join(asked) or 'the data hold none'}. Set running_year = true in "
            f"{PUBLICATION_FILE} where the running year is to be published all the same."
        )
    return years


def _last_day(district: District, year: str) -> date:
    """Return the last day of a school year: the calendar's where one was brought, else the end of June."""
    held = district.ask(
        "SELECT max(date) AS day FROM calendar WHERE CAST(school_year AS VARCHAR) = ?", [year]
    )["day"]
    if held.notna().any():
        day: date = held.iloc[0].date()
        return day
    begins = year[:4]
    return date(int(begins) + 1, 6, 30) if begins.isdecimal() else date.max
