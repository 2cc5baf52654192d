"""The disclosure policy: what a district has decided may be shown, and to whom.

The policy is a file that the coordinator owns (``policy.toml`` in the workspace).
It is never a notebook parameter, a command-line flag or part of an address.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataworkbench.errors import WorkbenchError

PolicyFraction = Annotated[float, Field(ge=0.0, le=0.5)]


class Band(BaseModel):
    """How percents are coded for groups from ``smallest`` students up to the next band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    smallest: int = Field(ge=1, description="The smallest group that this band is for.")
    ends: PolicyFraction = Field(
        description="Percents nearer than this to 0 or 100 are shown as 'at most' or 'at least'."
    )
    step: PolicyFraction = Field(description="Width of the ranges in between; 0.01 is whole percents.")


UTAH_BANDS: tuple[Band, ...] = (
    Band(smallest=10, ends=0.20, step=0.10),
    Band(smallest=20, ends=0.10, step=0.10),
    Band(smallest=40, ends=0.05, step=0.01),
    Band(smallest=100, ends=0.02, step=0.01),
    Band(smallest=300, ends=0.01, step=0.01),
)
"""Coding by group size after the Utah State Board of Education's Data Gateway rules, which rest on NCES 2011-603."""


class Requirement(BaseModel):
    """What must stay in doubt about a protected figure, for somebody who has everything that was ever published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["width", "double"] = Field(
        default="width",
        description='"width": the fewest and the most that a hidden group can have lie at least `width` apart. '
        '"double": a hidden group can have anything from nobody to twice as many as it has.',
    )
    width: int = Field(default=10, ge=2, description="Students between the fewest and the most.")
    coded: int = Field(
        default=2,
        ge=1,
        description="The same for the count behind a share that is shown as 'at most' or 'at least'.",
    )
    mean: float = Field(
        default=0.10,
        gt=0,
        le=1,
        description="For a hidden average: the doubt as a share of the test's scale.",
    )

    def wanted(self, truth: float) -> float:
        """Return how far apart the ends of an attacker's interval for a hidden count of ``truth`` must be."""
        return float(self.width) if self.kind == "width" else 2.0 * truth


class Related(BaseModel):
    """Which figures count as being about the same students, so that they are never protected one by one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    changed_below: int = Field(
        default=10,
        ge=1,
        description="A figure is not published anew where fewer students than this came, left or changed since it was first.",
    )
    indicators: tuple[tuple[str, ...], ...] = Field(
        default=(),
        description="Indicators whose groups are the same students, such as two rules for one thing: what is said of the size of a "
        "group in one of them is known in all. Sizes that differ in the data are not taken for one.",
    )


class DisclosurePolicy(BaseModel):
    """What may be shown on the public road, and from when the staff road asks for care."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "Default policy"
    minimum_group: int = Field(
        default=10, ge=3, description="The public road shows nothing about fewer students than this."
    )
    staff_caution_below: int = Field(
        default=10, ge=0, description="The staff road shows smaller groups with a word of care."
    )
    bands: tuple[Band, ...] = UTAH_BANDS
    bands_source: str = "Utah State Board of Education, Data Gateway; after NCES 2011-603"
    mean_decimals: int = Field(default=0, ge=0, le=2, description="Decimals of a mean on the public road.")
    requirement: Requirement = Requirement()
    related: Related = Related()
    never_published: tuple[str, ...] = Field(
        default=("bus_route", "home_language", "section_id", "staff_id"),
        description="Columns by which nothing is ever grouped on the public road.",
    )

    @model_validator(mode="after")
    def _bands_fit(self) -> Self:
        sizes = [band.smallest for band in self.bands]
        if not sizes:
            raise ValueError("bands is empty: give at least one, or leave it out to use the default ones")
        if sizes != sorted(set(sizes)):
            raise ValueError(f"bands must go from small groups to large ones; got {sizes}")
        if sizes[0] > self.minimum_group:
            raise ValueError(
                f"the first band begins at {sizes[0]} students, but groups are shown from {self.minimum_group} on: "
                "add a band for the groups in between"
            )
        return self

    def band_for(self, n: int) -> Band | None:
        """Return the band for a group of ``n`` students, or None where the group is too small to show."""
        if n < self.minimum_group:
            return None
        return max((band for band in self.bands if band.smallest <= n), key=lambda band: band.smallest)

    @property
    def fingerprint(self) -> str:
        """Twelve letters that change when any rule of the policy changes; printed on every page."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_policy(path: Path) -> DisclosurePolicy:
    """Return the policy in a file.

    Raises
    ------
    WorkbenchError
        Where the file is missing, is not TOML, or holds a rule that cannot be followed.
        A broken policy is never replaced by a default: that could show what the district hides.

    """
    if not path.is_file():
        raise WorkbenchError(
            f"There is no disclosure policy at {path}. It is made by `dataworkbench new`; "
            "copy one from another workspace, or make a new workspace beside this one and copy its policy.toml."
        )
    try:
        return DisclosurePolicy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WorkbenchError(
            f"{path.name} cannot be read: {fault}. Put that line right, then try again."
        ) from fault
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'policy'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"{path.name} holds a rule that cannot be followed: {said}.") from fault


DEFAULT_POLICY_TEXT = """\
# The disclosure policy of this district.
# It belongs to the person who answers for student privacy. Notebooks and commands read it; none of them can change it.

name = "Default policy"

# The public road shows nothing about fewer students than this. (Ten is the most common minimum among the states.)
minimum_group = 10

# The staff road shows smaller groups, with a word of care.
staff_caution_below = 10

# Decimals of a mean score on the public road. Each decimal more tells more about each student.
mean_decimals = 0

# Columns by which nothing is ever grouped on the public road.
never_published = ["bus_route", "home_language", "section_id", "staff_id"]

# Where the bands at the end of this file come from; printed on every public page.
bands_source = "Utah State Board of Education, Data Gateway; after NCES 2011-603"

# What must stay in doubt for somebody who has everything that was ever published, and can add and subtract.
[requirement]
# "width": between the fewest and the most students that a hidden group can have lie at least so many (`width`).
# "double": a hidden group can have anything from nobody to twice as many as it has. Hides less where groups are tiny.
kind = "width"
width = 10
# The same for the count behind a share that is shown as "at most" or "at least".
coded = 2
# For a hidden average: how much of the test's scale stays open; 0.10 is a tenth.
mean = 0.10

# Which figures are about the same students, so that they are protected together.
[related]
# A figure that was published before is repeated as it was where fewer students than this came, left or changed since.
changed_below = 10
# Indicators whose groups are the same students, for example [["chronic_absence", "severe_absence"]]. What is said of the size
# of a group in one of them is known in all, so they are protected together, which hides more. Group by group: where one leaves
# students out, so that the sizes differ, they are not taken for one.
indicators = []

# How percents are coded, by the size of the group. Each band holds from `smallest` students up to the next band.
#   ends = 0.20   percents up to 20 are shown as "at most 20%", from 80 on as "at least 80%"
#   step = 0.10   in between, ten-point ranges; 0.01 would be whole percents
[[bands]]
smallest = 10
ends = 0.20
step = 0.10

[[bands]]
smallest = 20
ends = 0.10
step = 0.10

[[bands]]
smallest = 40
ends = 0.05
step = 0.01

[[bands]]
smallest = 100
ends = 0.02
step = 0.01

[[bands]]
smallest = 300
ends = 0.01
step = 0.01
"""
