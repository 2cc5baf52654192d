"""Figures of surveys, observations, gradebooks, single cases and published files, from the file to the figure.

Each file is imported into a new workspace and asked through the measures, as in ``test_known_figures``.
Worked out with R 4.2.2 from the files; what was run stands beside the figure, where it is not in the file of references.
"""

from __future__ import annotations

import pytest
from brought import RESEARCH, brought, known, one
from small_district import needs_outside_data

from dataworkbench.measures import measure, published_bounds, run_chart, student_list

pytestmark = [pytest.mark.outside_data, needs_outside_data]

SIX = 5e-7


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp


@pytest.fixture(scope="module")
def reference():
    return known()


# --- Surveys ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def online_science(folder):
    profile = RESEARCH / "online_science_pre_survey.yaml"
    return brought(folder("science"), ["survey/online_science_pre_survey.csv"], [profile])


def mean_of(answers):
    """The mean of an item from the shares of its answers."""
    return float((answers["answer_choice"].astype(int) * answers["value"]).sum())


@pytest.mark.parametrize("item", range(1, 11))
def test_online_science_item_means_and_blanks(online_science, reference, item):
    expected = reference["pre_survey"]
    answers = measure(online_science, "survey_answers", where={"item_id": str(item)})

    mean = expected["item_means"][f"Q1MaincellgroupRow{item}"]
    assert mean_of(answers) == pytest.approx(mean, abs=SIX)
    blank = expected["missing"][f"Q1MaincellgroupRow{item}"] - expected["n_all_blank"]
    assert set(answers["n_left_out"]) == {blank}
    assert set(answers["n"]) == {expected["n"] - expected["n_all_blank"] - blank}


def test_online_science_favourable_answers_have_wilsons_interval(online_science):
    row = one(measure(online_science, "survey_top_box", where={"item_id": "1"}))

    # R: x <- q$Q1MaincellgroupRow1; prop.test(sum(x >= 4, na.rm = TRUE), sum(!is.na(x)), correct = FALSE)
    assert (row["numerator"], row["n"]) == (817, 912)
    assert (row["low"], row["high"]) == pytest.approx((0.8743193982, 0.9140266556), abs=SIX)


def test_teachers_expectations_before_and_after(folder, reference):
    """R: table(timing, item): of ten teachers each time, those who agree or strongly agree, item by item."""
    asked = brought(
        folder("teachers"), ["survey/teacher_survey_pre_post.csv"], [RESEARCH / "teacher_survey.yaml"], survey_fewest=1
    )  # fmt: skip
    frame = measure(asked, "survey_top_box", by=["survey_id", "item_id", "role"])
    answers = measure(asked, "survey_answers", by=["survey_id", "item_id"])

    counted = {
        ("It's fair to expect", "pre"): 3, ("It's fair to expect", "post"): 4,
        ("One year is enough", "pre"): 1, ("One year is enough", "post"): 4,
        ("All students in my class", "pre"): 5, ("All students in my class", "post"): 3,
        ("The standards are appropriate", "pre"): 3, ("The standards are appropriate", "post"): 2,
    }  # fmt: skip
    for (begins, when), agree in counted.items():
        rows = frame[frame["item_id"].str.startswith(begins) & (frame["survey_id"] == f"expectations_{when}")]
        assert (rows["numerator"].item(), rows["n"].item()) == (
            agree,
            reference["teacher_survey"]["timing"][when.title()],
        )
    assert sorted(set(answers["answer_choice"])) == [
        str(step) for step in range(1, 1 + len(reference["teacher_survey"]["levels"]))
    ]


def test_new_yorks_survey_scores_are_means_of_schools(folder, reference):
    expected = reference["nyc_survey_d75"]
    asked = brought(folder("d75"), ["survey/nyc_school_survey_2011_district75.txt"])
    figures = {
        "saf_p_11": "safety and respect, families", "com_p_11": "communication, families",
        "saf_t_11": "safety and respect, teachers", "saf_s_11": "safety and respect, students",
        "saf_tot_11": "safety and respect, all who answered",
    }  # fmt: skip

    for column, figure in figures.items():
        row = one(published_bounds(asked, figure, weigh=False))
        assert row["value"] == pytest.approx(expected["mean"][column], abs=SIX)
        assert row["figures_exact"] + row["figures_missing"] == expected["rows"]
    for column, figure in {"students": "students", "teachers": "teachers", "parents": "families"}.items():
        assert (
            one(published_bounds(asked, f"{figure} who answered"))["value"] == expected["respondents"][column]
        )


# --- Observations -----------------------------------------------------------------------------------------------------


def test_observation_scores_of_teachers_by_year_and_level(folder, reference):
    """A teacher without a score leaves no observation; the import sets these rows aside and counts them."""
    expected = reference["fake_county"]
    asked = brought(
        folder("county"),
        ["observation/fake_county_teachers.parquet"],
        [RESEARCH / "fake_county_teachers.yaml"],
    )
    years = measure(asked, "rubric_mean", by=["school_year"])
    whole = one(measure(asked, "rubric_level", where={"rubric_id": "evaluation"}))

    means = {f"20{year[-2:]}": mean for year, mean in zip(years["school_year"], years["mean"], strict=True)}
    assert means == pytest.approx(expected["mean_eval_obs_by_year"], abs=SIX)
    scored = expected["n"] - expected["eval_obs"]["<missing>"]
    at_or_above = expected["eval_obs"]["3"] + expected["eval_obs"]["4"]
    assert whole["value"] == pytest.approx(at_or_above / scored, abs=SIX)


# --- Gradebook and online course --------------------------------------------------------------------------------------


def test_students_of_a_gradebook_are_all_counted(folder, reference):
    """A gradebook's points have no score on a test, so every student is left out of a mean of scores, and says why."""
    expected = reference["gradebook"]
    asked = brought(folder("gradebook"), ["gradebook/online_science_gradebook.csv"], school_year="2015-16")
    row = one(measure(asked, "mean_score"))

    assert row["n"] == 0
    assert row["n_left_out"] == expected["n_students"]
    assert len(student_list(asked, "mean_score", want="left_out")) == expected["n_students"]
    assert (
        asked.ask("SELECT count(DISTINCT section_id) AS n FROM results")["n"].item() == expected["n_sections"]
    )


# --- Single cases -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def single_cases(folder):
    return brought(folder("cases"), ["intervention/single_case_interventions.csv"])


def test_single_cases_have_the_means_of_their_phases(single_cases, reference):
    """No indicator counts measurements of one student: the series is asked for, and its means are taken here."""
    expected = reference["single_case"]["phase_means"]
    frame = single_cases.ask(
        "SELECT replace(intervention_id, ' ', '|') || '|' || phase::VARCHAR AS phase, avg(value) AS mean "
        "FROM intervention_series GROUP BY 1"
    )

    assert dict(zip(frame["phase"], frame["mean"], strict=True)) == pytest.approx(expected, abs=SIX)


def test_a_single_case_is_read_as_a_run_chart_from_its_time_before(single_cases):
    series = single_cases.ask(
        "SELECT phase::VARCHAR AS phase, value FROM intervention_series WHERE intervention_id = 'Huber2014 Adam' ORDER BY session"
    )
    chart = run_chart(series["value"].to_list(), baseline=int((series["phase"] == "A").sum()))

    # R: x <- subset(sc, study == "Huber2014" & case == "Adam"); m <- median(x$value[x$phase == "A"])   # 39.8, ten points
    #    side <- sign(x$value - m); side <- side[side != 0]
    #    c(length(side), max(rle(side)$lengths), sum(diff(side) != 0))                                 # 37 5 18
    assert (chart.median, chart.points_used, chart.longest_run, chart.crossings) == (39.8, 37, 5, 18)
    assert not chart.shifted


# --- Published figures ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def colorado(folder):
    years = ("2016-2017", "2018-2019")
    return brought(
        folder("colorado"), [f"attendance/colorado_{year}_ChronicAbsenteeism.xlsx" for year in years]
    )


@pytest.mark.parametrize("year", ["2016-2017", "2018-2019"])
def test_colorados_districts_add_up_to_its_state_row(colorado, reference, year):
    expected = reference["colorado"][year]
    when = {"school_year": f"{year[:4]}-{year[-2:]}"}
    districts, state = ({**when, "place_kind": kind} for kind in ("district", "state"))
    said = {
        (figure, name): one(published_bounds(colorado, figure, where=where))
        for figure in ("students chronically absent", "chronically absent")
        for name, where in (("districts", districts), ("state", state))
    }

    assert said["students chronically absent", "districts"]["value"] == expected["sum_chronically_absent"]
    assert (
        said["students chronically absent", "state"]["value"]
        == expected["published_state_row"]["chronically_absent"]
    )
    rate = said["chronically absent", "districts"]
    assert rate["n"] == expected["sum_students"]
    assert rate["value"] / 100 == pytest.approx(expected["published_state_row"]["rate"], abs=SIX)
    unweighted = one(published_bounds(colorado, "chronically absent", where=districts, weigh=False))
    assert unweighted["value"] / 100 == pytest.approx(expected["unweighted_mean_rate"], abs=SIX)
    assert unweighted["figures_exact"] == expected["districts"]
    each = published_bounds(colorado, "chronically absent", by=["place_name"], where=districts)
    assert each["value"].max() / 100 == pytest.approx(expected["max_rate"], abs=1e-9)
    mapleton = each[each["place_name"].str.casefold() == "mapleton 1"]["value"].item()
    assert mapleton / 100 == pytest.approx(expected["mapleton_1_rate"], abs=1e-9)
    assert (each["value"] >= 40).sum() == expected["districts_at_or_above_40pct"]


def test_connecticuts_state_file_says_what_it_prints(folder):
    """As it stands in the file; the districts' file does not say of how many students, so nothing is weighed."""
    names = [f"attendance/ct_raw/chronic-absenteeism__2013-14_race{part}.csv" for part in ("", "_ct")]
    asked = brought(folder("connecticut"), names)
    figure = {"place_kind": "state", "school_year": "2013-14"}
    state = published_bounds(asked, "chronically absent", by=["subgroup"], where=figure, weigh=False)

    assert dict(zip(state["subgroup"], state["value"], strict=True)) == {
        "American Indian or Alaska Native": 12.8, "Asian": 6.4, "Black or African American": 15.9, "Hispanic or Latino": 18.3,
        "Native Hawaiian or Other Pacific Islander": 10.7, "Two or more races": 10.9, "White": 7.3,
    }  # fmt: skip
    districts = published_bounds(
        asked, "chronically absent", where={"place_kind": "district", "subgroup": "White"}
    )
    assert districts["status"].item() == "not_applicable"
    assert "weigh=False" in districts["reason"].item()


def test_a_midwestern_states_mean_scores(folder, reference):
    expected = reference["midsch"]
    asked = brought(
        folder("midwest"),
        ["school/midsch_school_grade_scores.csv"],
        [RESEARCH / "midwest_school_grade_scores.yaml"],
    )
    figure = "mean scale score"
    grades = published_bounds(asked, figure, by=["grade_level", "subject"], weigh=False)
    weighed = published_bounds(asked, figure, by=["grade_level", "subject"])

    by_grade = {
        grade.lstrip("0"): (rows["value"] * rows["figures_exact"]).sum() / rows["figures_exact"].sum()
        for grade, rows in grades.groupby("grade_level")
    }
    assert by_grade == pytest.approx(expected["mean_ss2_by_grade"], abs=SIX)
    whole = (weighed["value"] * weighed["n"]).sum() / weighed["n"].sum()
    assert whole == pytest.approx(expected["weighted_mean_ss2"], abs=SIX)
    assert grades.groupby("subject")["figures_exact"].sum().to_dict() == {
        "Mathematics": expected["rows_by_subject"]["math"],
        "Reading": expected["rows_by_subject"]["read"],
    }
