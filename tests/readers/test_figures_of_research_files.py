"""Figures that others computed (in R) come out of our tables, from files that no district exports.

The profiles lie in tests/readers/profiles. They are all that was written for these files: a coordinator can do as much.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest
import statsmodels.formula.api as smf

from dataworkbench.readers import Reading, read_files
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data

PROFILES = Path(__file__).parent / "profiles"


@pytest.fixture(scope="module")
def reference(outside):
    return json.loads((outside / "reference_values.json").read_text())


def reading_of(path: Path, **settings: str) -> Reading:
    reading = read_files([path], settings=Settings(**settings), profile_folders=[PROFILES])
    assert reading.files["rows_read"][0] == reading.files["rows_kept"][0] + reading.files["rows_set_aside"][0]
    return reading


def counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.group_by(column).len().iter_rows())


def means(frame: pl.DataFrame, column: str, of: str) -> dict[str, float]:
    return dict(frame.group_by(column).agg(pl.col(of).mean()).iter_rows())


def written(path: Path) -> list[dict[str, str]]:
    """Return the file as the standard library reads it: the other side of a comparison."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def star(outside):
    return reading_of(outside / "student" / "star_students.csv")


@pytest.fixture(scope="module")
def scored(star):
    """One row is one student in one grade level, with the class type of that year and both scores."""
    scores = star.tables["results"].pivot(
        "subject", index=["student_id", "grade_level"], values="scale_score"
    )
    classes = star.tables["interventions"].select("student_id", "grade_level", "strategy")
    return classes.join(scores, on=["student_id", "grade_level"], how="left")


@pytest.fixture(scope="module")
def exams(outside):
    """One row is one student, with the school, the sex, and both scores."""
    tables = reading_of(outside / "student" / "exam_inner_london.csv").tables
    scores = tables["results"].pivot("assessment_id", index=["student_id", "school_id"], values="scale_score")
    return scores.join(tables["students"].select("student_id", "sex"), on="student_id")


@pytest.fixture(scope="module")
def wisconsin(outside):
    return reading_of(outside / "student" / "wisc_students.csv").tables


class TestClassSizes:
    def test_every_student_is_kept_and_counted_in_the_right_class(self, star, reference):
        expected = reference["star"]
        assert star.files["rows_kept"][0] == expected["n"]
        beginners = star.tables["interventions"].filter(pl.col("grade_level") == "KG")
        told = {**counts(beginners, "strategy"), "<missing>": expected["n"] - beginners.height}
        assert told == expected["class_type_k"]

    def test_scores_of_beginners_have_the_known_means_and_spread(self, star, scored, reference):
        expected = reference["star"]
        results = star.tables["results"].filter(grade_level="KG", subject="Reading")
        assert expected["n"] - results.height == expected["missing_readk"]
        assert results["scale_score"].mean() == pytest.approx(expected["mean_read_k"], abs=1e-6)
        assert results["scale_score"].std() == pytest.approx(expected["sd_read_k"], abs=1e-6)
        beginners = scored.filter(pl.col("grade_level") == "KG")
        for subject, key in (("Reading", "mean_readk"), ("Mathematics", "mean_mathk")):
            assert means(beginners, "strategy", subject) == pytest.approx(expected[key], abs=1e-6)

    @pytest.mark.parametrize("grade", ["KG", "01", "02", "03"])
    def test_the_published_effects_of_small_classes_come_out(self, scored, reference, grade):
        expected = reference["star"]["lm_read_plus_math"][f"grade_{grade[-1].replace('G', 'k')}"]
        both = scored.filter(pl.col("grade_level") == grade).drop_nulls(["Reading", "Mathematics"])
        frame = both.with_columns((pl.col("Reading") + pl.col("Mathematics")).alias("both")).to_pandas()
        fitted = smf.ols("both ~ C(strategy, Treatment('regular'))", frame).fit().params
        effects = {name.rsplit("[T.", 1)[-1].rstrip("]"): value for name, value in fitted.items()}
        assert len(frame) == expected["n"]
        assert effects["Intercept"] == pytest.approx(expected["intercept_regular"], abs=0.005)
        assert effects["small"] == pytest.approx(expected["small"], abs=0.005)
        assert effects["regular+aide"] == pytest.approx(expected["regular_aide"], abs=0.005)
        assert effects["small"] / frame["both"].std() == pytest.approx(
            expected["small_effect_in_sd"], abs=5e-4
        )

    def test_lunch_status_of_the_year_goes_with_the_scores_of_that_year(self, star, reference):
        scores = star.tables["results"].filter(grade_level="03", subject="Mathematics")
        lunch = star.tables["students"].select("student_id", "school_year", "economic_disadvantage")
        told = means(
            scores.join(lunch, on=["student_id", "school_year"]), "economic_disadvantage", "scale_score"
        )
        expected = reference["star"]["mean_math3_by_lunch"]
        assert told["Yes"] == pytest.approx(expected["free"], abs=1e-6)
        assert told["No"] == pytest.approx(expected["non-free"], abs=1e-6)


class TestExamsOfInnerLondon:
    # `mean_by_schgend` does not come from our tables: what kind of pupils a school takes is a column we do not keep.
    def test_students_and_schools_are_all_there(self, exams, reference):
        expected = reference["exam"]
        assert (exams.height, exams["school_id"].n_unique()) == (expected["n"], expected["n_schools"])
        assert exams.filter(pl.col("school_id") == "48").height == expected["school_48_n"]
        assert counts(exams, "sex") == {
            "Female": expected["n_by_sex"]["F"],
            "Male": expected["n_by_sex"]["M"],
        }

    def test_means_by_sex_and_by_school_are_the_known_ones(self, exams, reference):
        expected = reference["exam"]
        by_sex = means(exams, "sex", "exam")
        assert by_sex["Female"] == pytest.approx(expected["mean_by_sex"]["F"], abs=1e-5)
        assert by_sex["Male"] == pytest.approx(expected["mean_by_sex"]["M"], abs=1e-5)
        by_school = means(exams, "school_id", "exam")
        for school, mean in expected["school_means_first5"].items():
            assert by_school[school] == pytest.approx(mean, abs=1e-5)

    def test_the_published_model_with_schools_comes_out(self, exams, reference):
        expected = reference["exam"]["ml_model"]
        fitted = smf.mixedlm("exam ~ lrt", exams.to_pandas(), groups="school_id").fit(reml=False)
        assert fitted.params["Intercept"] == pytest.approx(expected["intercept"], abs=5e-4)
        assert fitted.params["lrt"] == pytest.approx(expected["slope"], abs=5e-4)
        assert float(fitted.cov_re.iloc[0, 0]) == pytest.approx(expected["var_school"], abs=5e-4)
        assert fitted.scale == pytest.approx(expected["var_resid"], abs=5e-4)


class TestMadeUpStudentsOfWisconsin:
    def test_students_years_and_places_are_counted(self, wisconsin, reference):
        expected, students = reference["wisc"], wisconsin["students"]
        assert students.height == expected["n"]
        assert students["student_id"].n_unique() == expected["n_students"]
        years = {f"{int(year) - 1}-{year[-2:]}": n for year, n in expected["years"].items()}
        assert counts(students, "school_year") == years
        assert wisconsin["schools"].height == expected["n_schools"]
        assert wisconsin["schools"]["district_name"].n_unique() == expected["n_districts"]

    def test_scores_and_levels_are_the_known_ones(self, wisconsin, reference):
        expected = reference["wisc"]
        reading = wisconsin["results"].filter(pl.col("subject") == "Reading")
        assert reading["scale_score"].mean() == pytest.approx(expected["mean_readSS"], abs=1e-6)
        assert counts(reading, "performance_level") == expected["proflvl"]
        by_grade = means(wisconsin["results"].filter(subject="Mathematics"), "grade_level", "scale_score")
        assert by_grade == pytest.approx(
            {f"0{g}": m for g, m in expected["mean_mathSS_by_grade"].items()}, abs=1e-6
        )

    def test_race_goes_with_the_reading_score(self, wisconsin, reference):
        reading = wisconsin["results"].filter(subject="Reading")
        who = wisconsin["students"].select("student_id", "school_year", "race_ethnicity")
        told = means(reading.join(who, on=["student_id", "school_year"]), "race_ethnicity", "scale_score")
        names = {"A": "Asian", "B": "Black or African American", "H": "Hispanic or Latino",
                 "I": "American Indian or Alaska Native", "W": "White"}  # fmt: skip
        assert told == pytest.approx(
            {names[c]: m for c, m in reference["wisc"]["mean_read_by_race"].items()}, abs=1e-6
        )

    def test_days_attended_are_totals(self, wisconsin, reference):
        totals = wisconsin["attendance_totals"].with_columns((180 - pl.col("days_absent")).alias("attended"))
        assert totals["attended"].mean() == pytest.approx(reference["wisc"]["mean_attday"], abs=1e-6)
        both = (
            wisconsin["results"].filter(subject="Mathematics").join(totals, on=["student_id", "school_year"])
        )
        told = both.select(pl.corr("attended", "scale_score")).item()
        assert told == pytest.approx(reference["wisc"]["cor_attday_mathSS"], abs=1e-6)


def test_marks_of_portuguese_students_are_the_published_ones(outside, reference):
    # The means of `absences` do not come from our tables: lessons missed, of a number of lessons that nobody gives,
    # are no attendance, and attendance_totals needs the days that there were.
    expected = reference["uci_mat"]
    tables = reading_of(outside / "student" / "uci_student_mat.csv").tables
    last = tables["results"].filter(pl.col("period") == "Spring")
    assert last.height == expected["n"]
    assert last["scale_score"].mean() == pytest.approx(expected["mean_G3"], abs=1e-5)
    assert counts(last, "school_id") == expected["by_school"]
    assert last.filter(pl.col("scale_score") == 0).height == expected["G3_zero"]
    by_sex = means(last.join(tables["students"], on=["student_id", "school_year"]), "sex", "scale_score")
    assert by_sex["Female"] == pytest.approx(expected["mean_G3_by_sex"]["F"], abs=1e-6)
    assert by_sex["Male"] == pytest.approx(expected["mean_G3_by_sex"]["M"], abs=1e-6)


def test_observation_scores_of_teachers_are_counted_with_those_that_have_none(outside, reference):
    # `n_teachers` and `retention_stay` do not come from our tables: a teacher who was never observed leaves no
    # observation, and whether somebody stayed is a column we do not keep.
    expected = reference["fake_county"]
    reading = reading_of(outside / "observation" / "fake_county_teachers.parquet")
    observed = reading.tables["observations"]
    assert reading.files["rows_read"][0] == expected["n"]
    told = {str(score): n for score, n in counts(observed, "score").items()}
    assert {**told, "<missing>": reading.set_aside.height} == expected["eval_obs"]
    by_year = means(observed, "school_year", "score")
    assert by_year == pytest.approx(
        {f"{int(year) - 1}-{year[-2:]}": mean for year, mean in expected["mean_eval_obs_by_year"].items()},
        abs=1e-6,
    )


class TestSurveys:
    def test_a_wide_survey_gives_the_known_means_and_blanks_of_its_items(self, outside, reference):
        expected = reference["pre_survey"]
        reading = reading_of(outside / "survey" / "online_science_pre_survey.csv")
        answers = reading.tables["survey_responses"]
        assert reading.files["rows_read"][0] == expected["n"]
        assert reading.files["rows_set_aside"][0] == expected["n_all_blank"]
        for n in range(1, 11):
            item = answers.filter(pl.col("item_id") == str(n))["answer"]
            assert item.mean() == pytest.approx(expected["item_means"][f"Q1MaincellgroupRow{n}"], abs=1e-6)
            assert (
                item.null_count() == expected["missing"][f"Q1MaincellgroupRow{n}"] - expected["n_all_blank"]
            )
        reversed_ones = reading.tables["survey_items"].filter("reversed")["item_id"].sort().to_list()
        assert reversed_ones == ["4", "7"]

    def test_answers_in_numbers_have_the_means_of_the_file_by_topic(self, outside):
        path = outside / "survey" / "online_science_motivation_processed.csv"
        tables = reading_of(path).tables
        topics = tables["survey_items"].select("item_id", "topic")
        ours = means(tables["survey_responses"].join(topics, on="item_id"), "topic", "answer")
        asked = {"Interest": (1, 4, 5, 8, 10), "Perceived competence": (3, 7), "Utility value": (2, 6, 9)}
        rows = written(path)
        for topic, items in asked.items():
            held = [int(row[f"q{n}"]) for row in rows for n in items if row[f"q{n}"]]
            assert ours[topic] == pytest.approx(sum(held) / len(held), abs=1e-9)

    def test_words_of_agreement_become_steps_from_the_least_to_the_most(self, outside):
        path = outside / "survey" / "math_anxiety_scale.csv"
        tables = reading_of(path).tables
        steps = {"Strongly Disagree": 1, "Disagree": 2, "Neutral": 3, "Agree": 4, "Strongly Agree": 5}
        rows = written(path)
        questions = [header for header in rows[0] if header != "Gender"]
        assert tables["survey_items"]["wording"].to_list() == questions
        assert tables["survey_items"]["choices"].unique().to_list() == [5]
        ours = means(tables["survey_responses"], "item_id", "answer")
        assert ours == pytest.approx({q: sum(steps[row[q]] for row in rows) / len(rows) for q in questions})

    def test_answers_before_and_after_are_two_surveys_of_one_file(self, outside, reference):
        expected = reference["teacher_survey"]
        tables = reading_of(outside / "survey" / "teacher_survey_pre_post.csv").tables
        people = tables["survey_responses"].select("survey_id", "respondent_id").unique()
        told = {
            key.removeprefix("expectations_").title(): n for key, n in counts(people, "survey_id").items()
        }
        assert told == expected["timing"]
        assert people.height == expected["n"]
        assert tables["survey_responses"]["answer"].unique().sort().to_list() == list(
            range(1, 1 + len(expected["levels"]))
        )

    def test_percentages_of_answers_are_not_taken_for_answers(self, outside):
        reading = reading_of(outside / "survey" / "nyc_school_survey_2011_district75.txt")
        assert "survey_responses" not in reading.tables
        assert (
            reading.files["rows_set_aside"][0] == reading.files["rows_read"][0] or reading.files["tables"][0]
        )


class TestGradebooks:
    def test_points_of_a_course_platform_stay_points_and_work_not_handed_in_has_none(
        self, outside, reference
    ):
        # `gender` does not come from our tables: the file gives each of its 580 students both, so it is nobody's sex.
        expected = reference["gradebook"]
        path = outside / "gradebook" / "online_science_gradebook.csv"
        reading = reading_of(path, school_year="2015-16")
        results = reading.tables["results"]
        assert reading.files["rows_read"][0] == expected["n"]
        assert reading.set_aside["reason"].str.starts_with("The row says the same as line ").all()
        assert results["student_id"].n_unique() == expected["n_students"]
        assert results["section_id"].n_unique() == expected["n_sections"]
        with path.open(encoding="mac_roman", newline="") as file:
            lines = list(csv.DictReader(file))
        again = [lines[line - 2] for line in reading.set_aside["row"].to_list()]
        without = sum(1 for row in again if not row["Points_Earned"])
        assert results["points"].null_count() + without == expected["missing_points_earned"]
        total = sum(float(row["Points_Earned"] or 0) for row in again)
        assert results["points"].sum() + total == pytest.approx(
            sum(float(row["Points_Earned"] or 0) for row in lines)
        )

    def test_minutes_in_a_course_are_participation_of_no_day(self, outside):
        path = outside / "gradebook" / "online_science_minutes.csv"
        used = reading_of(path, school_year="2015-16").tables["participation"]
        assert used["minutes"].sum() == pytest.approx(sum(float(row["TimeSpent"]) for row in written(path)))
        assert used["date"].null_count() == used.height == 598


def test_single_case_series_have_the_means_of_their_phases(outside, reference):
    expected = reference["single_case"]
    series = reading_of(outside / "intervention" / "single_case_interventions.csv").tables[
        "intervention_series"
    ]
    assert series.height == expected["n"]
    cases = series.select(pl.col("intervention_id").str.split(" ").list.to_struct(fields=["study", "case"])).unnest(
        "intervention_id"
    ).unique()  # fmt: skip
    assert counts(cases, "study") == expected["cases"]
    told = {
        f"{case.replace(' ', '|')}|{phase}": mean
        for case, phase, mean in series.group_by("intervention_id", "phase")
        .agg(pl.col("value").mean())
        .iter_rows()
    }
    assert told == pytest.approx(expected["phase_means"], abs=1e-6)
