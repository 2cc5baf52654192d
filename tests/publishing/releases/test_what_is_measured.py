"""The cube: every figure that is published, measured from one snapshot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from small_workspace import TEST, YEAR, SmallDistrict, small_district, workspace_with

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.measures import indicator
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.cube import measured, questions
from dataworkbench.publishing.releases.publication import (
    BREAKDOWNS,
    PUBLISHABLE,
    Publication,
    publication_text,
    read_publication,
    years_published,
)
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import new_workspace

TODAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    district = small_district(3)
    place = workspace_with(tmp_path_factory.mktemp("cube") / "d", district)
    opened = open_workspace(place.root)
    yield district, opened
    opened.close()


def cube_of(
    opened, publication: Publication | None = None, policy: DisclosurePolicy | None = None
) -> pd.DataFrame:
    asked = questions(
        opened, publication or Publication(breakdowns=tuple(BREAKDOWNS)), policy or DisclosurePolicy(), TODAY
    )
    return measured(opened, asked).set_index("cell")


def groups(student) -> list[tuple[str, str]]:
    learner = "English learner" if student.english_learner == "Yes" else "Not an English learner"
    return [
        ("", ""), ("Race and ethnicity", student.race), ("English learner status", learner), ("Gender", "Not reported"),
        ("Disability status", "Not reported"), ("Economic status", "Not reported"),
    ]  # fmt: skip


def by_hand(district: SmallDistrict) -> Counter[str]:
    """How many students each cell of enrollment counts, worked out from the students one by one."""
    counted: Counter[str] = Counter()
    for one in district.students:
        schools = {one.school, one.second_school} - {""}
        for school in {"", *schools}:
            for grade in ("", one.grade):
                for kind, name in groups(one):
                    counted[f"enrollment|{YEAR}||||{school}|{grade}|{kind}|{name}"] += 1
    return counted


def test_every_cell_of_enrollment_counts_its_students_as_they_are_counted_one_by_one(made):
    district, opened = made
    cube = cube_of(opened)
    held = cube[cube["indicator"] == "enrollment"]["n"].to_dict()
    assert held == dict(by_hand(district))


def test_a_student_in_two_schools_counts_once_in_the_district(made):
    district, opened = made
    cube = cube_of(opened)
    whole = cube.loc[f"enrollment|{YEAR}|||||||", "n"]
    schools = cube[
        (cube["indicator"] == "enrollment")
        & (cube["school_id"] != "")
        & (cube["grade_level"] == "")
        & (cube["subgroup"] == "")
    ]
    assert whole == len(district.students)
    assert schools["n"].sum() > whole


def test_shares_and_scores_are_those_of_the_students_behind_them(made):
    district, opened = made
    cube = cube_of(opened)
    absent = [one for one in district.students if one.absent >= 15]
    assert cube.loc[f"chronic_absence|{YEAR}|||||||", "numerator"] == len(absent)
    at = cube.loc[f"proficiency|{YEAR}|Spring|Reading|{TEST}||03||"]
    third = [one for one in district.students if one.grade == "03"]
    assert at["numerator"] == sum(one.score >= 150 for one in third)
    mean = cube.loc[f"mean_score|{YEAR}|Spring|Reading|{TEST}||03||"]
    assert mean["mean"] == pytest.approx(sum(one.score for one in third) / len(third))
    assert (mean["scale_low"], mean["scale_high"]) == (100.0, 200.0)


def test_only_the_breakdowns_of_the_file_are_measured(made):
    _, opened = made
    for name, columns in BREAKDOWNS.items():
        cube = cube_of(opened, Publication(indicators=("enrollment",), breakdowns=(name,)))
        there = {column for column in ("school_id", "grade_level", "subgroup") if (cube[column] != "").any()}
        everywhere = {column for column in there if (cube[column] != "").all()}
        assert there == everywhere == set(columns), name


def test_the_file_that_comes_along_says_what_holds_without_one(tmp_path):
    place = new_workspace(tmp_path / "d")
    own = read_publication((place.root / "publication.toml").read_text(encoding="utf-8"))
    (place.root / "publication.toml").unlink()
    assert own == read_publication(publication_text(place)) == Publication()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('indicators = ["median_growth_percentile"]', "no indicator that can be published"),
        ('indicators = ["survey_answers"]', "no indicator that can be published"),
        ('breakdowns = ["section"]', "no breakdown that can be published"),
        ('breakdown = ["district"]', "Extra inputs"),
        ("indicators = []", "at least one indicator"),
        ("indicators = [", "cannot be read"),
    ],
)
def test_a_publication_file_that_can_not_be_followed_stops_and_says_what_to_change(text, said):
    with pytest.raises(WorkbenchError, match=said):
        read_publication(text)


def test_nothing_is_measured_by_what_the_policy_never_publishes(made):
    _, opened = made
    for never in ("grade_level", "race_ethnicity", "Race and ethnicity"):
        with pytest.raises(WorkbenchError, match="nothing is ever published by"):
            questions(opened, Publication(), DisclosurePolicy(never_published=(never,)), TODAY)
    allowed = Publication(subgroup_types=("Gender",))
    assert questions(opened, allowed, DisclosurePolicy(never_published=("race_ethnicity",)), TODAY)


def test_a_running_year_is_left_out_until_the_file_asks_for_it(made):
    _, opened = made
    running = date(2025, 3, 1)
    with pytest.raises(NothingToShowError, match="No school year is over yet"):
        years_published(opened, Publication(), running)
    assert years_published(opened, Publication(running_year=True), running) == (YEAR,)
    assert years_published(opened, Publication(), TODAY) == (YEAR,)
    with pytest.raises(NothingToShowError, match="2019-20"):
        years_published(opened, Publication(school_years=("2019-20",)), TODAY)


def test_every_indicator_that_can_be_published_counts_students_and_adds_up():
    for name in PUBLISHABLE:
        one = indicator(name)
        assert one.unit in ("rate", "mean", "count"), name
        assert not one.middle, name
        assert {"school_id", "grade_level", "subgroup", "school_year"} <= set(one.dimensions), name
        assert not one.always_by, name


def test_a_district_without_tests_says_that_it_has_none(tmp_path):
    district = small_district(1)
    place = workspace_with(tmp_path / "d", district)
    with_kind = Publication(indicators=("enrollment", "proficiency"), tests=("interim",))
    opened = open_workspace(Path(place.root))
    cube = cube_of(opened, with_kind)
    opened.close()
    assert list(cube[cube["indicator"] == "proficiency"]["status"]) == ["missing"]


def test_a_group_of_which_nobody_was_tested_is_as_if_it_were_not_there(tmp_path):
    district = small_district(3)
    district.students = [
        replace(one, score=None) if one.race == "Asian" and one.school == "S3" else one
        for one in district.students
    ]
    place = workspace_with(tmp_path / "d", district)
    opened = open_workspace(place.root)
    cube = cube_of(opened, Publication(indicators=("enrollment", "proficiency")))
    opened.close()
    asian = cube[(cube["school_id"] == "S3") & (cube["grade_level"] == "") & (cube["subgroup"] == "Asian")]
    assert list(asian["indicator"]) == ["enrollment"]
    assert (cube["n"] > 0).all()
