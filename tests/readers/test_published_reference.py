"""Figures that others computed (in R) from published files come out of the imported table."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from dataworkbench.measures import published_bounds
from dataworkbench.readers import read_files
from dataworkbench.warehouse import district_from_frames
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data
TESTS_OWN = Path(__file__).parent / "profiles"
EVERYBODY = pl.col("subgroup") == "All students"


@pytest.fixture(scope="module")
def reference(outside):
    return json.loads((outside / "reference_values.json").read_text())


@pytest.fixture(scope="module")
def reading(outside, tmp_path_factory):
    held = {}

    def read(name: str, named: str = ""):
        if name not in held:
            path = outside / name
            if named:
                path = shutil.copy(path, tmp_path_factory.mktemp("named") / named)
            held[name] = read_files([Path(path)], settings=Settings(), profile_folders=[TESTS_OWN])
        return held[name]

    return read


def figures(reading, figure: str) -> pl.DataFrame:
    table = reading.tables["published_figures"]
    return table.filter(pl.col("figure") == figure)


def test_new_york_mathematics(reading, reference):
    expected = reference["nyc_math"]
    read = reading("school/nyc_math_test_results.csv")
    scores = figures(read, "mean scale score")
    assert read.set_aside.height == 0
    assert scores.height == expected["n"]
    assert scores["place_id"].n_unique() == expected["n_schools"]
    hidden = scores.filter(pl.col("status") == "suppressed")
    assert hidden.height == expected["suppressed_rows"]
    assert set(hidden["as_published"]) == {expected["marker"]}
    assert hidden["n"].max() == expected["max_n_tested_when_suppressed"]
    by_year = {str(int(year[:4]) + 1): n for year, n in scores.group_by("school_year").len().iter_rows()}
    assert by_year == expected["years"]
    assert set(scores["subgroup"]) == set(scores["subgroup_type"]) == {"All students"}
    assert scores["value"].mean() == pytest.approx(expected["unweighted_mean_score"], abs=1e-6)


def test_the_smallest_number_tested_with_a_figure_shown_or_left_empty(reading, reference):
    scores = figures(reading("school/nyc_math_test_results.csv"), "mean scale score")
    not_hidden = scores.filter(pl.col("status") != "suppressed")
    assert not_hidden["n"].min() == reference["nyc_math"]["min_n_tested_when_shown"]
    shown = scores.filter(pl.col("status") == "exact")
    assert (
        shown["n"].min() == 6
    )  # the one with a single student has no mean at all: it is of all grade levels


def test_new_york_graduation_whose_file_contradicts_itself_in_240_places(reading, reference):
    expected = reference["nyc_graduation"]
    read = reading("school/nyc_graduation.csv")
    rates = figures(read, "graduation rate")
    twice = read.set_aside.filter(pl.col("reason").str.contains("says something else for the same"))
    again = read.set_aside.filter(pl.col("reason").str.contains("says the same"))
    assert (twice.height, again.height) == (480, 1)
    assert rates.height + twice.height + again.height == expected["n"]
    assert rates.select("subgroup_type", "subgroup").n_unique() == expected["demographics"]
    there = Counter(rates["cohort"].to_list())
    there += Counter(twice["value"].str.extract(r"· (\d{4}(?: Aug)?) · ").to_list())
    assert sum(there.values()) == expected["n"] - 1
    lacking = {cohort: n - there[cohort] for cohort, n in expected["cohorts"].items() if n != there[cohort]}
    assert list(lacking.values()) == [1]  # the row that says the same as an earlier one
    assert rates.filter(pl.col("status") == "suppressed").height == expected["suppressed_rows"] - 143
    # counted in the file by hand: of the 482 rows that share DBN, Demographic and Cohort with another, 144 are hidden;
    # the pair that says the same is among them, and one of it is kept


def test_where_nobody_graduated_the_share_of_the_graduates_does_not_arise(reading):
    of_graduates = figures(reading("school/nyc_graduation.csv"), "Regents diplomas, of the graduates")
    odd = of_graduates.filter(pl.col("status") == "not_applicable")
    assert set(odd["as_published"]) == {".", None}
    assert set(odd["n"]) == {0}


def test_new_york_sat(reading, reference):
    expected = reference["nyc_sat"]
    read = reading("school/nyc_sat_results.csv", named="nyc_sat_results_2009-10.csv")
    scores = figures(read, "mean scale score").filter(pl.col("subject") == "SAT Math")
    assert scores.height == expected["n"]
    assert scores.filter(pl.col("status") == "suppressed").height == expected["suppressed_rows"]
    assert scores["value"].mean() == pytest.approx(expected["mean_math"], abs=1e-6)
    tested = figures(read, "number tested")
    assert tested.filter(pl.col("status") == "suppressed").height == expected["suppressed_rows"]


def test_new_york_demographics_and_advanced_placement_come_in_and_balance(reading):
    read = reading("school/nyc_demographics.csv")
    assert read.files.select("rows_read", "rows_kept").row(0) == (10_075, 10_075)
    assert set(figures(read, "enrollment")["school_year"]) == {f"20{a:02d}-{a + 1:02d}" for a in range(5, 12)}
    groups = figures(read, "enrollment").filter(pl.col("subgroup").is_in(["Female", "Male"]))
    first = groups.filter((pl.col("place_id") == "01M015") & (pl.col("school_year") == "2005-06"))
    assert dict(first.select("subgroup", "value").rows()) == {"Male": 158.0, "Female": 123.0}  # of 281
    read = reading("school/nyc_ap_2010.csv")
    assert read.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (
        258,
        256,
        2,
    )  # 04M610, twice


def test_federal_graduation_rates_keep_every_mark(reading, reference):
    expected = reference["edfacts_acgr"]
    table = reading("school/edfacts_acgr_schools_2011-12.csv.gz").tables["published_figures"]
    marks = dict(table.group_by(pl.col("as_published").fill_null("<blank>")).len().iter_rows())
    listed = expected["marker_counts_all_rate_columns"]
    assert {mark: n for mark, n in marks.items() if not mark.isdecimal()} == listed
    everybody = table.filter(EVERYBODY)
    assert everybody.height == expected["rows"]
    assert everybody["place_id"].n_unique() == expected["unique_ncessch"]
    assert everybody["state"].n_unique() == expected["states"]
    assert everybody["within_id"].n_unique() == expected["districts"]
    counts = dict(everybody.group_by("status").len().iter_rows())
    kinds = expected["ALL_RATE"]
    assert counts == {
        "exact": kinds["exact"], "suppressed": kinds["PS"], "range": kinds["range"] + kinds["GE"] + kinds["LT_LE"],
    }  # fmt: skip
    assert everybody["n"].sum() == expected["sum_ALL_COHORT"]
    assert everybody["n"].null_count() == expected["missing_ALL_COHORT"]
    alabama = everybody.filter(pl.col("state") == "ALABAMA")
    assert {"schools": alabama.height, "cohort": alabama["n"].sum()} == expected["alabama"]


def test_federal_identifiers_keep_their_zeros_and_their_first_row(reading, reference):
    expected = reference["edfacts_acgr"]
    table = reading("school/edfacts_acgr_schools_2011-12.csv.gz").tables["published_figures"]
    ids = expected["leading_zero_ids"]
    assert set(table["place_id"].str.len_chars()) == {ids["NCESSCH_length"]}
    first = expected["first_row"]
    rows = table.filter(pl.col("place_id") == ids["NCESSCH_first"])
    assert rows["within_id"][0] == first["LEAID"]
    assert rows["within_id"][0].startswith(ids["FIPST_first"])
    assert rows.select("place_name", "district_name", "state").row(0) == (first["SCHNAM"], first["LEANM"], first["STNAM"])  # fmt: skip
    by_group = {group: (n, text) for group, n, text in rows.select("subgroup", "n", "as_published").rows()}
    assert by_group["All students"] == (int(first["ALL_COHORT_1112"]), first["ALL_RATE_1112"])
    assert by_group["American Indian or Alaska Native"] == (None, first["MAM_RATE_1112"])


def test_the_share_of_hidden_federal_rates_by_group(reading, reference):
    table = reading("school/edfacts_acgr_schools_2011-12.csv.gz").tables["published_figures"]
    shares = table.group_by("subgroup").agg((pl.col("status") == "suppressed").mean().round(4))
    groups = {
        "ALL": "All students", "MAM": "American Indian or Alaska Native", "MAS": "Asian or Pacific Islander",
        "MBL": "Black or African American", "MHI": "Hispanic or Latino", "MTR": "Two or more races", "MWH": "White",
        "CWD": "Student with a disability", "ECD": "Economically disadvantaged", "LEP": "English learner",
    }  # fmt: skip
    expected = reference["edfacts_acgr"]["subgroup_PS_share"]
    got = dict(shares.iter_rows())
    assert {f"{code}_RATE_1112": got[group] for code, group in groups.items()} == expected


def test_the_federal_rate_lies_between_the_published_bounds_and_no_mean_is_given(reading, reference):
    expected = reference["edfacts_acgr"]
    district = district_from_frames(reading("school/edfacts_acgr_schools_2011-12.csv.gz").tables)
    row = published_bounds(district, "graduation rate", where={"subgroup": "All students"}).iloc[0]
    bounds = {end: round(row[end], 4) for end in ("low", "high")}
    assert bounds == expected["cohort_weighted_ALL_RATE_bounds"]
    assert row["value"] != row["value"]  # not a number
    assert row["n"] == expected["sum_ALL_COHORT"]
    assert row["figures_without_n"] == expected["missing_ALL_COHORT"]


def test_the_mean_of_exact_federal_rates_alone_would_lie_outside_the_bounds(reading, reference):
    expected = reference["edfacts_acgr"]
    table = reading("school/edfacts_acgr_schools_2011-12.csv.gz").tables["published_figures"]
    exact = table.filter(EVERYBODY & (pl.col("status") == "exact"))
    naive = exact["value"].mean()
    assert round(naive, 4) == expected["naive_mean_of_exact_values_only"]
    assert naive > expected["cohort_weighted_ALL_RATE_bounds"]["high"]


@pytest.mark.parametrize("year", ["2016-2017", "2018-2019"])
def test_colorados_districts_and_its_state_row(reading, reference, year):
    expected = reference["colorado"][year]
    read = reading(f"attendance/colorado_{year}_ChronicAbsenteeism.xlsx")
    table = read.tables["published_figures"]
    assert set(table["school_year"]) == {f"{year[:5]}{year[-2:]}"}
    by = {
        (kind, figure): rows
        for (kind, figure), rows in table.partition_by("place_kind", "figure", as_dict=True).items()
    }
    rates = by["district", "chronically absent"]
    assert rates.height == expected["districts"]
    assert by["district", "students chronically absent"]["value"].sum() == expected["sum_chronically_absent"]
    assert rates["n"].sum() == expected["sum_students"]
    assert rates["value"].mean() / 100 == pytest.approx(expected["unweighted_mean_rate"], abs=1e-6)
    assert rates["value"].max() / 100 == pytest.approx(expected["max_rate"])
    assert (rates["value"] >= 40).sum() == expected["districts_at_or_above_40pct"]
    mapleton = rates.filter(pl.col("place_name") == "MAPLETON 1")
    assert mapleton["place_id"].to_list() == ["0010"]
    assert mapleton["value"][0] / 100 == pytest.approx(expected["mapleton_1_rate"])
    assert set(table["status"]) == {"exact"}  # no figure there is anything but a number
    state = by["state", "chronically absent"].row(0, named=True)
    published = expected["published_state_row"]
    assert (state["place_id"], state["n"]) == (None, published["students"])
    assert state["value"] / 100 == pytest.approx(published["rate"], abs=1e-6)
    counted = by["state", "students chronically absent"].row(0, named=True)
    assert counted["value"] == published["chronically_absent"]


def test_colorados_sheet_of_definitions_asks_nobody_anything(reading):
    read = reading("attendance/colorado_2018-2019_ChronicAbsenteeism.xlsx")
    of_it = read.notes.filter(pl.col("file").str.ends_with("Definitions"))
    assert set(of_it["level"]) == {"info"}
    sheet = read.files.filter(pl.col("file").str.ends_with("Definitions"))
    assert sheet.select("rows_kept", "rows_set_aside").row(0) == (0, 5)


def test_connecticut_with_titles_codes_for_excel_and_stars(reading):
    read = reading("attendance/ct_raw/chronic-absenteeism__2013-14_race.csv")
    table = read.tables["published_figures"]
    assert read.files.select("rows_read", "rows_kept").row(0) == (
        1214,
        1214,
    )  # 1218 lines, less 4 above and with the headers
    assert dict(table.group_by("status").len().iter_rows()) == {"exact": 540, "suppressed": 674}
    assert set(table["place_id"].str.len_chars()) == {7}
    assert set(table["school_year"]) == {"2013-14"}
    state = reading("attendance/ct_raw/chronic-absenteeism__2013-14_race_ct.csv").tables["published_figures"]
    assert set(state["place_kind"]) == {"state"}
    assert dict(state.select("subgroup", "value").rows())["Black or African American"] == 15.9


def test_massachusetts(reading, reference):
    expected = reference["ma"]
    read = reading("school/ma_public_schools_2017.csv")
    assert read.files.select("rows_read", "rows_kept").row(0) == (expected["n"], expected["n"])
    enrolled = figures(read, "enrollment").filter(EVERYBODY & pl.col("grade_level").is_null())
    assert enrolled.height == expected["n"]
    assert enrolled["value"].sum() == expected["sum_enrollment"]
    assert enrolled["within_id"].n_unique() == expected["n_districts"]
    assert set(enrolled["place_id"].str.len_chars()) == {8}


def test_massachusetts_levels_add_up_where_the_state_counted_them(reading):
    table = reading("school/ma_public_schools_2017.csv").tables["published_figures"]
    levels = [
        f"at the level {name}"
        for name in ("Advanced", "Proficient", "Needs Improvement", "Warning or Failing")
    ]
    summed = (
        table.filter(pl.col("figure").is_in(levels))
        .group_by("place_id", "subject", "grade_level")
        .agg(pl.col("value").sum(), pl.len())
    )
    assert set(summed["len"]) == {4}
    assert summed["value"].min() >= 98  # four percents, each printed as a whole number
    assert summed["value"].max() <= 102


def test_a_midwestern_states_means_by_grade_level(reading, reference):
    expected = reference["midsch"]
    table = reading("school/midsch_school_grade_scores.csv").tables["published_figures"]
    now = table.filter(pl.col("figure") == "mean scale score")
    assert now.height == expected["n"]
    subjects = dict(now.group_by("subject").len().iter_rows())
    assert subjects == {"Mathematics": expected["rows_by_subject"]["math"], "Reading": expected["rows_by_subject"]["read"]}  # fmt: skip
    by_grade = dict(now.group_by("grade_level").agg(pl.col("value").mean()).iter_rows())
    assert by_grade == pytest.approx(
        {f"0{grade}": mean for grade, mean in expected["mean_ss2_by_grade"].items()}, abs=1e-6
    )
    before = table.filter(pl.col("figure") != "mean scale score")
    key = ["place_id", "subject", "grade_level", "school_year"]
    both = now.join(before, on=key, suffix="_before")
    assert both.height == expected["n"]
    assert both.select(pl.corr("value", "value_before")).item() == pytest.approx(expected["cor_ss1_ss2"], abs=1e-6)  # fmt: skip


def test_a_midwestern_states_mean_of_students_comes_out_of_the_measure(reading, reference):
    district = district_from_frames(reading("school/midsch_school_grade_scores.csv").tables)
    by_subject = published_bounds(district, "mean scale score", by=["subject"])
    together = (by_subject["value"] * by_subject["n"].astype(float)).sum() / by_subject["n"].sum()
    assert together == pytest.approx(reference["midsch"]["weighted_mean_ss2"], abs=1e-6)
