"""What a release is on disk: its public cells, what they are about, and a private part that stays in the house.

::

    releases/<id>/
      release.json      what the cells are about: district, schools, indicators, the policy that was used; public
      cells.parquet     the public cells; public
      policy.toml       the policy as it stood, word for word; public
      rubrics.json      the rubrics that publication.toml names, word for word, where it names any; public
      private/          true figures, why each was hidden, the audit, who decided what and when; never published
      site/             the pages made from the public part alone; this folder may be copied to any web host
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from dataworkbench.disclosure.linked import CELL_COLUMNS
from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.files import write_whole
from dataworkbench.policy import Band
from dataworkbench.rubrics import Rubric

FACTS_FILE: Final = "release.json"
CELLS_FILE: Final = "cells.parquet"
POLICY_COPY: Final = "policy.toml"
RUBRICS_FILE: Final = "rubrics.json"
COPY_MARK: Final = ".dataworkbench-release"
"""A file in a published folder that says which release it shows, so that a later one may take its place."""
PRIVATE: Final = "private"
SITE: Final = "site"


class SchoolFacts(BaseModel):
    """A school as the public knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    school_id: str
    name: str
    level: str = ""


class AssessmentFacts(BaseModel):
    """A test as the public knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assessment_id: str
    title: str


class IndicatorFacts(BaseModel):
    """The definition of an indicator, as it stands on public pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int = 1
    title: str
    sentence: str
    unit: str
    direction: str = "neither"
    numerator: str = ""
    denominator: str = ""
    left_out: str = ""
    source: str = ""


class ReleaseFacts(BaseModel):
    """What a release is about, without any figure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    district: str
    snapshot: str
    data_as_of: str
    made: str
    school_years: tuple[str, ...]
    schools: tuple[SchoolFacts, ...]
    indicators: tuple[IndicatorFacts, ...]
    tests: tuple[AssessmentFacts, ...] = ()
    policy_name: str
    policy_fingerprint: str
    minimum_group: int
    bands: tuple[Band, ...]
    bands_source: str
    requirement: str
    """What the audit required of each protected figure, in a sentence."""
    earlier: tuple[str, ...] = ()
    """The earlier releases that this one was audited against."""


@dataclass(frozen=True)
class Release:
    """A release as it lies in its folder."""

    folder: Path
    facts: ReleaseFacts

    @property
    def id(self) -> str:
        """The release's identifier, the name of its folder."""
        return self.facts.id

    @property
    def private(self) -> Path:
        """The part that never leaves the house."""
        return self.folder / PRIVATE

    @property
    def site(self) -> Path:
        """The pages that were made from it."""
        return self.folder / SITE

    def cells(self) -> pd.DataFrame:
        """Return the public cells; one row is one figure of one group. See ``CELL_COLUMNS``."""
        return pd.read_parquet(self.folder / CELLS_FILE)

    def rubrics(self) -> tuple[Rubric, ...]:
        """Return the rubrics that the district named for it; none where it named none."""
        path = self.folder / RUBRICS_FILE
        held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        return tuple(Rubric.model_validate(one) for one in held)


def write_release(
    folder: Path, facts: ReleaseFacts, cells: pd.DataFrame, policy_text: str, rubrics: Sequence[Rubric] = ()
) -> Release:
    """Write the public part of a release into a new folder, and return it.

    Raises
    ------
    WorkbenchError
        Where a cell holds a column that is not public, or two cells have one name.

    """
    if tuple(cells.columns) != CELL_COLUMNS:
        stray = sorted(set(cells.columns) ^ set(CELL_COLUMNS))
        raise WorkbenchError(
            f"A release holds the columns of a public cell and no other; check {', '.join(stray)}."
        )
    if cells["cell"].duplicated().any():
        twice = cells.loc[cells["cell"].duplicated(), "cell"].iloc[0]
        raise WorkbenchError(f"Two cells are called '{twice}'. A figure is published once.")
    folder.mkdir(parents=True, mode=0o755)
    (folder / PRIVATE).mkdir(mode=0o700)
    cells.to_parquet(folder / CELLS_FILE, index=False)
    write_whole(folder / POLICY_COPY, policy_text)
    if rubrics:
        said = json.dumps([one.model_dump(mode="json") for one in rubrics], ensure_ascii=False, indent=1)
        write_whole(folder / RUBRICS_FILE, said)
    write_whole(folder / FACTS_FILE, facts.model_dump_json(indent=1))
    return Release(folder, facts)


def read_release(folder: Path) -> Release:
    """Return the release in a folder."""
    path = folder / FACTS_FILE
    if not path.is_file():
        raise NothingToShowError(f"There is no release in {folder}: it holds no {FACTS_FILE}.")
    try:
        return Release(folder, ReleaseFacts.model_validate(json.loads(path.read_text(encoding="utf-8"))))
    except (json.JSONDecodeError, ValidationError) as fault:
        raise WorkbenchError(f"{path} can't be read as a release: {fault}") from fault
