"""Three releases of one running year: what many students moved is new, what few moved is not, and nobody can subtract."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from small_workspace import SmallDistrict, Student, snapshot_of, workspace_with
from test_history_of_releases import (
    AT,
    differ,
    differences_too_near,
    outs,
    release_out,
    said_anew_about_few,
    too_near,
)

from dataworkbench.disclosure.attacking import attack
from dataworkbench.publishing.releases.knowing import kept_ledger

SCHOOLS = ("S1", "S2", "S3")
QUIET = "Asian"
"""The group in which hardly anybody's absence changes from month to month."""


def september() -> SmallDistrict:
    """600 students in three schools and two grades; a third are chronically absent. Seven are the only ones of their group."""
    races = ("White", "White", "White", QUIET, "Black or African American")
    students = [
        Student(
            id=f"K{number:04}", school=SCHOOLS[number % 3], grade=("03", "04")[number // 3 % 2],
            english_learner="Yes" if number % 7 == 0 else "No", race="Two or more races" if number % 90 == 1 else races[number // 6 % 5],
            absent=25 if number % 3 == number // 90 % 3 else 2, score=100 + number % 100,
        )
        for number in range(600)
    ]  # fmt: skip
    return SmallDistrict(students)


def a_month_later(district: SmallDistrict, month: int) -> None:
    """Let every third student's absence cross the line, apart from the quiet group, of whom two in one school do."""
    quiet_ones = [one.id for one in district.students if one.race == QUIET and one.school == "S1"][:2]
    district.students = [
        replace(one, absent=27 - one.absent)
        if (one.id in quiet_ones if one.race == QUIET else (number + month) % 3 == 0 or number % 7 == month)
        else one
        for number, one in enumerate(district.students)
    ]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("year") / "d"
    district = september()
    place = workspace_with(folder, district)
    text = (
        'indicators = ["chronic_absence"]\nbreakdowns = ["district", "school", "grade", "subgroup", "school x subgroup"]\n'
        'subgroup_types = ["Race and ethnicity", "English learner status"]\n'
    )
    (place.root / "publication.toml").write_text(text, encoding="utf-8")
    releases, students = [], {}
    for month in range(3):
        if month:
            a_month_later(district, month)
            snapshot_of(place, district, day=30 * month)
        release = release_out(place, AT + timedelta(days=30 * month))
        releases.append(release)
        students[release.id] = copy.deepcopy(district.students)
    return releases, outs(releases, students)


def shown(release) -> pd.DataFrame:
    cells = release.cells()
    return cells[cells["status"].isin(["shown", "coded"])]


def test_most_figures_of_a_running_year_are_new_each_month(year):
    releases, history = year
    for release, before, now in zip(releases[1:], history, history[1:], strict=False):
        moved = {cell: sum(differ(before.behind, now.behind, cell)) for cell in shown(release)["cell"]}
        many = shown(release)[[moved[cell] >= 10 for cell in shown(release)["cell"]]]
        assert len(many) >= 12
        assert (many["since"] == release.id).mean() > 0.75


def test_a_figure_that_few_students_moved_is_repeated_or_hidden(year):
    releases, history = year
    for release, before, now in zip(releases[1:], history, history[1:], strict=False):
        cells = release.cells().set_index("cell")
        few = [cell for cell in cells.index if 0 < sum(differ(before.behind, now.behind, cell)) < 4]
        assert len(few) >= 2
        for cell in few:
            assert cells.loc[cell, "status"] == "suppressed" or cells.loc[cell, "since"] != release.id


def test_nobody_can_subtract_one_month_from_another(year):
    releases, history = year
    for number, release in enumerate(releases, start=1):
        assert set(attack(kept_ledger(release))["verdict"]) == {"safe"}
        assert too_near(history[:number]) == []
        assert differences_too_near(history[:number]) == []
        assert said_anew_about_few(history[:number]) == []
