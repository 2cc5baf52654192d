"""What is told without a figure: a row that is missing, and a rule that is misspelt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from small_workspace import small_district, tables_of

from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.cube import never_published_in_vain, refuse_what_is_never_published
from dataworkbench.publishing.releases.making import make_release
from dataworkbench.publishing.releases.nobody_there import with_nobody_hidden
from dataworkbench.publishing.releases.publication import read_publication
from dataworkbench.publishing.releases.reviewing import approve
from dataworkbench.publishing.releases.shelf import add_to_history
from dataworkbench.publishing.releases.states import content_of, write_step
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import new_workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
LITTLE = """\
indicators = ["enrollment", "proficiency"]
breakdowns = ["district", "school", "subgroup", "school x subgroup"]
subgroup_types = ["Race and ethnicity"]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A district in which nobody of a small group of one school took the test."""
    district = small_district(2)
    tables = dict(tables_of(district))
    few = {one.id for one in district.students if one.school == "S3" and one.race == "Asian"}
    assert 0 < len(few) < 10
    tables["results"] = tables["results"].filter(~tables["results"]["student_id"].is_in(list(few)))
    made = new_workspace(tmp_path_factory.mktemp("few") / "d", district="Small District")
    write_snapshot(made, tables, now=AT)
    (made.root / "publication.toml").write_text(LITTLE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def release(place):
    return make_release(place, now=AT).release


def test_a_few_of_whom_nobody_took_the_test_have_a_hidden_row_there_as_elsewhere(release):
    cells = release.cells()
    few = cells[(cells["school_id"] == "S3") & (cells["subgroup"] == "Asian")]
    assert set(few["indicator"]) == {"enrollment", "proficiency"}
    assert set(few["reason"]) == {"hidden"}
    assert few[["label", "n_label"]].drop_duplicates().to_numpy().tolist() == [["hidden", "hidden"]]


def test_no_group_is_hidden_beside_one_figure_and_missing_beside_another(release):
    cells = release.cells()
    by_group = cells[cells["subgroup"] != ""].groupby(
        ["school_year", "school_id", "subgroup_type", "subgroup"]
    )
    for _, rows in by_group:
        if (rows["status"] == "suppressed").any():
            assert rows["indicator"].nunique() == cells["indicator"].nunique()


def test_the_row_is_put_there_also_where_no_figure_of_all_students_is_published(release):
    cells = release.cells()
    groups = cells[cells["subgroup"] != ""].reset_index(drop=True)
    few = (
        (groups["school_id"] == "S3")
        & (groups["subgroup"] == "Asian")
        & (groups["indicator"] == "proficiency")
    )
    assert few.sum() == 1
    again = with_nobody_hidden(groups[~few].reset_index(drop=True))
    assert set(again["cell"]) == set(groups["cell"])
    assert with_nobody_hidden(cells).equals(cells)


def test_the_next_release_of_the_same_data_says_the_same(place, release):
    approve(place, release, now=AT + timedelta(hours=1))
    write_step(release, "released", now=AT + timedelta(hours=2))
    add_to_history(place, {"what": "released", "release": release.id, "content": content_of(release)})
    again = make_release(place, now=AT + timedelta(hours=3)).release
    both = release.cells().drop(columns="since"), again.cells().drop(columns="since")
    assert both[0].equals(both[1])


@pytest.mark.parametrize(
    "said", ["race_ethnicity", "race and ethnicity", "Ethnicity", "race", "Asian", "RACE-ETHNICITY"]
)
def test_what_is_never_published_is_understood_as_a_coordinator_may_write_it(said):
    policy = DisclosurePolicy(never_published=(said,))
    with pytest.raises(WorkbenchError, match="nothing is ever published by Race and ethnicity"):
        refuse_what_is_never_published(read_publication(LITTLE), policy)


def test_a_name_that_nothing_bears_is_told_and_a_kind_of_groups_that_is_none_is_refused():
    policy = DisclosurePolicy(never_published=("etnicity", "grade", "bus_route"))
    assert never_published_in_vain(policy) == ["etnicity"]
    with pytest.raises(WorkbenchError, match="'Etnicity' is no kind of groups that can be published"):
        read_publication('subgroup_types = ["Etnicity"]')
