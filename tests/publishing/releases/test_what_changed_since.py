"""Who came, left or changed behind each figure between two snapshots, against the same counted student by student."""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import date

import pandas as pd
import pytest
from small_workspace import YEAR, small_district, snapshot_of, workspace_with

from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.cube import measured, questions
from dataworkbench.publishing.releases.publication import Publication
from dataworkbench.publishing.releases.since import Published, changes_since, unknown_since
from dataworkbench.warehouse import open_workspace

TODAY = date(2026, 9, 1)


def members(district) -> dict[str, dict[str, object]]:
    """For each cell of chronic absence and of mean scores: each student behind it, with the value."""
    held: dict[str, dict[str, object]] = defaultdict(dict)
    for one in district.students:
        learner = "English learner" if one.english_learner == "Yes" else "Not an English learner"
        kinds = [("", ""), ("Race and ethnicity", one.race), ("English learner status", learner)]
        kinds += [(kind, "Not reported") for kind in ("Gender", "Disability status", "Economic status")]
        for school in {"", one.school}:
            for kind, name in kinds:
                for grade in ("", one.grade):
                    held[f"mean_score|{YEAR}|Spring|Reading|state|{school}|{grade}|{kind}|{name}"][one.id] = (
                        one.score
                    )
                held[f"chronic_absence|{YEAR}||||{school}||{kind}|{name}"][one.id] = one.absent >= 15
    return held


@pytest.mark.parametrize("seed", range(2))
def test_who_came_left_and_changed_is_counted_as_student_by_student(tmp_path, seed):
    district = small_district(seed)
    place = workspace_with(tmp_path / "d", district)
    before = copy.deepcopy(district)
    district.changes(most=12)
    snapshot_of(place, district, day=1)
    publication = Publication(indicators=("chronic_absence", "mean_score"))
    told = _told(place, publication).set_index("cell")
    one, other = members(before), members(district)
    assert told["known"].all()
    checked = [cell for cell in one if cell in told.index]
    assert len(checked) > 50
    for cell in checked:
        was, now = one[cell], other.get(cell, {})
        altered = sum(was[name] != now[name] for name in was.keys() & now.keys())
        expected = (len(now.keys() - was.keys()), len(was.keys() - now.keys()), altered)
        assert tuple(told.loc[cell, ["came", "left", "changed"]]) == expected, cell


def _told(place, publication, settings=None) -> pd.DataFrame:
    from dataworkbench.warehouse import list_snapshots

    first, last = list_snapshots(place)[0], list_snapshots(place)[-1]
    earlier, now = open_workspace(place.root, snapshot=first.id), open_workspace(place.root, snapshot=last.id)
    asked = questions(earlier, publication, DisclosurePolicy(), TODAY)
    kept = measured(earlier, asked)
    if settings:
        earlier.settings = settings
    told = changes_since(Published("r", kept), earlier, now, asked)
    earlier.close()
    now.close()
    return told


def test_a_definition_that_changed_since_makes_its_figures_unknown_and_no_others(tmp_path):
    district = small_district(5)
    place = workspace_with(tmp_path / "d", district)
    snapshot_of(place, district, day=1)
    settings = place.settings()
    stricter = settings.model_copy(
        update={"absence": settings.absence.model_copy(update={"chronic_from": 0.02})}
    )
    told = _told(place, Publication(indicators=("enrollment", "chronic_absence")), stricter)
    whole = told.set_index("cell")["known"]
    assert not whole[f"chronic_absence|{YEAR}|||||||"]
    assert whole[f"enrollment|{YEAR}|||||||"]


def test_without_the_earlier_snapshot_nothing_is_known():
    told = unknown_since(Published("r", pd.DataFrame({"cell": ["a", "b"]})))
    assert list(told["known"]) == [False, False]
