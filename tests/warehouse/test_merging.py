"""What an import adds to what is there."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.warehouse import differences, merge

YEAR = "2025-26"


def roster(*ids: str, **columns) -> dict[str, pl.DataFrame]:
    return {"students": pl.DataFrame({"student_id": list(ids), "school_year": [YEAR] * len(ids), **columns})}


def ids(tables) -> list[str]:
    return sorted(tables["students"].get_column("student_id").to_list())


def test_a_new_roster_replaces_the_old_one_so_that_who_left_is_gone():
    assert ids(merge(roster("1", "2"), roster("2", "3"), rosters_of=[YEAR])) == ["2", "3"]


def test_a_file_that_is_no_roster_takes_nobody_out():
    assert ids(merge(roster("1", "2"), roster("2", "3"))) == ["1", "2", "3"]


def test_a_roster_of_one_year_leaves_other_years_alone():
    assert ids(merge(roster("1"), {}, rosters_of=["2024-25"])) == ["1"]


def test_a_programme_file_adds_what_the_roster_does_not_know_and_takes_nothing_away():
    merged = merge(roster("1", sex=["Female"]), roster("1", english_learner=["Yes"]))["students"].to_dicts()[
        0
    ]
    assert (merged["sex"], merged["english_learner"]) == ("Female", "Yes")


def test_a_newer_record_replaces_the_older_one_with_the_same_key():
    scores = [
        {"student_id": "1", "assessment_id": "map", "school_year": YEAR, "scale_score": s}
        for s in (200.0, 210.0)
    ]
    merged = merge({"results": pl.DataFrame(scores[:1])}, {"results": pl.DataFrame(scores[1:])})["results"]
    assert merged.get_column("scale_score").to_list() == [210.0]


def levels(assessment: str, *names: str) -> pl.DataFrame:
    rows = [
        {
            "assessment_id": assessment,
            "performance_level": name,
            "level_order": order,
            "proficient": order > 1,
        }
        for order, name in enumerate(names, 1)
    ]
    return pl.DataFrame(rows)


def test_a_districts_own_cut_scores_replace_all_levels_of_that_test_and_of_no_other():
    before = {
        "performance_levels": pl.concat([levels("map", "Low", "High"), levels("state", "Not met", "Met")])
    }
    merged = merge(before, {"performance_levels": levels("map", "Below", "At", "Above")})[
        "performance_levels"
    ]
    names = merged.sort("assessment_id", "level_order").get_column("performance_level").to_list()
    assert names == ["Below", "At", "Above", "Not met", "Met"]


def test_differences_count_new_gone_changed_and_same_rows():
    before = roster("1", "2", "3", sex=["Female", "Male", "Male"])
    after = roster("2", "3", "4", sex=["Male", "Female", "Male"])
    assert differences(before, after).row(0) == ("students", 1, 1, 1, 1)


some_ids = st.lists(st.sampled_from("123456789"), unique=True)


@given(before=some_ids, incoming=some_ids)
def test_merging_the_same_again_changes_nothing(before, incoming):
    once = merge(roster(*before), roster(*incoming))
    assert ids(merge(once, roster(*incoming))) == ids(once) == sorted({*before, *incoming})
