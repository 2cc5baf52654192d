"""Figures of third-party data sets, worked out in R or printed in books, from the file to the figure.

Each file goes the way of a district's own: imported into a new workspace, with a profile where the workbench does not know
it, opened from the snapshot, and asked through the measures. Six digits, where the figure has as many.
Worked out with R 4.2.2 from the files; what was run stands beside the figure, where it is not in the file of references.
"""

from __future__ import annotations

import pytest
from brought import OWN, RESEARCH, brought, known, one
from small_district import needs_outside_data

from dataworkbench.measures import gap, measure, student_list

pytestmark = [pytest.mark.outside_data, needs_outside_data]

SIX = 5e-7
"""Six digits after the point, as the references are printed."""
FIVE = 5e-6


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp


@pytest.fixture(scope="module")
def reference():
    return known()


# --- The Tennessee class-size experiment ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def star(folder):
    """The kind of class stands where a school would; both scores added are a test of their own."""
    return brought(folder("star"), ["student/star_students.csv"], [OWN / "star_by_class.yaml"])


KINDS = ["regular", "small", "regular+aide"]


@pytest.mark.parametrize(("subject", "key"), [("Reading", "mean_readk"), ("Mathematics", "mean_mathk")])
def test_star_kindergarten_means_by_class_type(star, reference, subject, key):
    asked = {"grade_level": "KG", "assessment_id": "sat", "subject": subject}
    frame = measure(star, "mean_score", by=["school_id"], where=asked)

    for kind, mean in reference["star"][key].items():
        assert one(frame, school_id=kind)["mean"] == pytest.approx(mean, abs=SIX)


def test_star_kindergarten_reading_of_all_with_those_who_have_no_score(star, reference):
    asked = {"grade_level": "KG", "assessment_id": "sat", "subject": "Reading"}
    row = one(measure(star, "mean_score", where=asked))

    assert row["mean"] == pytest.approx(reference["star"]["mean_read_k"], abs=SIX)
    assert row["sd"] == pytest.approx(reference["star"]["sd_read_k"], abs=SIX)
    assert row["n_left_out"] == reference["star"]["missing_readk"]
    assert row["n"] + row["n_left_out"] == reference["star"]["n"]
    # R: t.test(d$readk)$conf.int
    assert (row["low"], row["high"]) == pytest.approx((435.9084162, 437.5422662), abs=FIVE)


def test_star_students_by_class_type(star, reference):
    asked = {"grade_level": "KG", "assessment_id": "sat", "subject": "Reading"}
    frame = measure(star, "mean_score", by=["school_id"], where=asked)
    counted = (frame["n"] + frame["n_left_out"]).set_axis(frame["school_id"]).to_dict()

    expected = dict(reference["star"]["class_type_k"])
    assert counted == {"Not reported": expected.pop("<missing>"), **expected}


@pytest.mark.parametrize(
    ("grade", "key"), [("KG", "grade_k"), ("01", "grade_1"), ("02", "grade_2"), ("03", "grade_3")]
)
def test_star_small_classes_gain_what_stock_and_watson_print(star, reference, grade, key):
    """Table 13.1 prints a regression on two dummies, whose coefficients are differences of means from regular classes."""
    printed = reference["star"]["lm_read_plus_math"][key]
    asked = {"grade_level": grade, "assessment_id": "sat_both", "school_id": KINDS}
    frame = measure(star, "mean_score", by=["school_id"], where=asked)
    gaps = gap(frame, within="school_id", reference="regular")

    assert one(gaps, school_id="small")["value"] == pytest.approx(printed["small"], abs=0.005)
    assert one(gaps, school_id="regular+aide")["value"] == pytest.approx(printed["regular_aide"], abs=0.005)
    assert one(frame, school_id="regular")["mean"] == pytest.approx(printed["intercept_regular"], abs=0.005)
    assert frame["n"].sum() == printed["n"]
    spread = one(measure(star, "mean_score", where=asked))["sd"]
    small = one(gaps, school_id="small")["value"] / spread
    assert small == pytest.approx(printed["small_effect_in_sd"], abs=5e-5)


def test_star_the_gap_of_small_classes_has_welchs_interval_and_cohens_d(star):
    asked = {"grade_level": "KG", "assessment_id": "sat_both", "school_id": KINDS}
    row = one(
        gap(measure(star, "mean_score", by=["school_id"], where=asked), within="school_id", reference="regular"),
        school_id="small",
    )  # fmt: skip

    # R: tot <- readk + mathk; t.test(tot[stark == "small"], tot[stark == "regular"])$conf.int
    assert (row["low"], row["high"]) == pytest.approx((9.087394214, 18.710594703), abs=FIVE)
    # R: the difference over sqrt(((n1 - 1) var(a) + (n2 - 1) var(b)) / (n1 + n2 - 2))
    assert row["in_sd"] == pytest.approx(0.186187152, abs=SIX)


def test_star_third_grade_mathematics_by_free_lunch(star, reference):
    asked = {
        "grade_level": "03",
        "assessment_id": "sat",
        "subject": "Mathematics",
        "subgroup_type": "Economic status",
    }
    groups = measure(star, "mean_score", by=["subgroup"], where=asked)

    expected = reference["star"]["mean_math3_by_lunch"]
    assert one(groups, subgroup="Economically disadvantaged")["mean"] == pytest.approx(
        expected["free"], abs=SIX
    )
    not_poor = one(groups, subgroup="Not economically disadvantaged")
    assert not_poor["mean"] == pytest.approx(expected["non-free"], abs=SIX)


# --- Exam scores of Inner London --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exam(folder):
    return brought(folder("exam"), ["student/exam_inner_london.csv"], [RESEARCH / "exam_inner_london.yaml"])


EXAM = {"assessment_id": "exam"}


def test_exam_means_by_sex(exam, reference):
    frame = measure(exam, "mean_score", by=["subgroup"], where={**EXAM, "subgroup_type": "Gender"})

    for letter, word in (("F", "Female"), ("M", "Male")):
        row = one(frame, subgroup=word)
        assert row["mean"] == pytest.approx(reference["exam"]["mean_by_sex"][letter], abs=FIVE)
        assert row["n"] == reference["exam"]["n_by_sex"][letter]


def test_exam_the_gap_between_girls_and_boys_has_welchs_interval(exam):
    frame = measure(exam, "mean_score", by=["subgroup"], where={**EXAM, "subgroup_type": "Gender"})
    row = one(gap(frame, reference="Male"))

    # R: t.test(normexam ~ sex, data = e)$conf.int
    assert (row["low"], row["high"]) == pytest.approx((0.1706147053, 0.2967249529), abs=FIVE)


def test_exam_means_by_school(exam, reference):
    schools = measure(exam, "mean_score", by=["school_id"], where=EXAM)

    assert schools["n"].sum() == reference["exam"]["n"]
    assert len(schools) == reference["exam"]["n_schools"]
    assert one(schools, school_id="48")["n"] == reference["exam"]["school_48_n"]
    for school, mean in reference["exam"]["school_means_first5"].items():
        assert one(schools, school_id=school)["mean"] == pytest.approx(mean, abs=FIVE)


def test_exam_means_by_whom_a_school_takes(folder, reference):
    asked = brought(folder("kinds"), ["student/exam_inner_london.csv"], [OWN / "exam_by_kind_of_school.yaml"])
    frame = measure(asked, "mean_score", by=["school_id"], where=EXAM)

    means = dict(zip(frame["school_id"], frame["mean"], strict=True))
    assert means == pytest.approx(reference["exam"]["mean_by_schgend"], abs=SIX)


# --- Made-up students of Wisconsin ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wisconsin(folder):
    return brought(folder("wisconsin"), ["student/wisc_students.csv"], [RESEARCH / "wisc_students.yaml"])


def test_wisconsin_scores_by_grade_level_and_race(wisconsin, reference):
    expected = reference["wisc"]
    whole = one(measure(wisconsin, "mean_score", where={"subject": "Reading"}))
    assert whole["mean"] == pytest.approx(expected["mean_readSS"], abs=SIX)

    grades = measure(wisconsin, "mean_score", by=["grade_level"], where={"subject": "Mathematics"})
    means = {
        grade.lstrip("0"): mean for grade, mean in zip(grades["grade_level"], grades["mean"], strict=True)
    }
    assert means == pytest.approx(expected["mean_mathSS_by_grade"], abs=SIX)

    races = measure(
        wisconsin, "mean_score", by=["subgroup"], where={"subject": "Reading", "subgroup_type": "Race and ethnicity"}
    )  # fmt: skip
    names = {"A": "Asian", "B": "Black or African American", "H": "Hispanic or Latino",
             "I": "American Indian or Alaska Native", "W": "White"}  # fmt: skip
    for letter, mean in expected["mean_read_by_race"].items():
        assert one(races, subgroup=names[letter])["mean"] == pytest.approx(mean, abs=SIX)


def test_wisconsin_students_by_year_and_school(wisconsin, reference):
    years = measure(wisconsin, "mean_score", by=["school_year"], where={"subject": "Reading"})
    told = {f"20{year[-2:]}": n for year, n in zip(years["school_year"], years["n"], strict=True)}

    assert told == reference["wisc"]["years"]
    assert len(measure(wisconsin, "mean_score", by=["school_id"], where={"subject": "Reading"})) == reference["wisc"]["n_schools"]  # fmt: skip
    assert len(student_list(wisconsin, "mean_score", where={"subject": "Reading"}, want="counted")) == reference["wisc"]["n_students"]  # fmt: skip


def test_wisconsin_levels_and_proficiency(wisconsin, reference):
    counted = reference["wisc"]["proflvl"]
    levels = measure(wisconsin, "performance_levels", where={"subject": "Reading"})
    proficient = one(measure(wisconsin, "proficiency", where={"subject": "Reading"}))

    assert levels["performance_level"].tolist() == ["below basic", "basic", "proficient", "advanced"]
    assert levels["numerator"].tolist() == [counted[level] for level in levels["performance_level"]]
    assert proficient["numerator"] == counted["proficient"] + counted["advanced"]
    assert proficient["n"] == reference["wisc"]["n"]
    # R: prop.test(sum(proflvl %in% c("proficient", "advanced")), 2700, correct = FALSE)$conf.int
    assert (proficient["low"], proficient["high"]) == pytest.approx((0.7114278581, 0.7449598476), abs=SIX)


def test_wisconsin_attendance_from_totals(wisconsin, reference):
    row = one(measure(wisconsin, "attendance_rate"))

    assert row["value"] * 180 == pytest.approx(reference["wisc"]["mean_attday"], abs=SIX)
    assert row["n"] == reference["wisc"]["n"]


# --- Marks of Portuguese students -------------------------------------------------------------------------------------


def test_marks_of_portuguese_students_are_the_published_ones(folder, reference):
    asked = brought(folder("uci"), ["student/uci_student_mat.csv"], [RESEARCH / "uci_student_mat.yaml"])
    expected = reference["uci_mat"]
    last = {"period": "Spring"}
    whole = one(measure(asked, "mean_score", where=last))
    sexes = measure(asked, "mean_score", by=["subgroup"], where={**last, "subgroup_type": "Gender"})
    schools = measure(asked, "mean_score", by=["school_id"], where=last)

    assert (whole["n"], round(whole["mean"], 2)) == (expected["n"], 10.42)
    assert whole["mean"] == pytest.approx(expected["mean_G3"], abs=SIX)
    assert dict(zip(schools["school_id"], schools["n"], strict=True)) == expected["by_school"]
    for letter, word in (("F", "Female"), ("M", "Male")):
        assert one(sexes, subgroup=word)["mean"] == pytest.approx(expected["mean_G3_by_sex"][letter], abs=SIX)


# --- A state's long file, and a vendor's export -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def state(folder):
    return brought(folder("state"), ["assessment/sgp_state_assessments_long.parquet"])


def test_state_means_by_year_and_subject(state, reference):
    names = {"Mathematics": "MATHEMATICS", "English language arts": "READING"}
    frame = measure(state, "mean_score", by=["school_year", "subject"])

    assert len(frame) == len(reference["sgp"]["mean_score"])
    for row in frame.to_dict("records"):
        year = row["school_year"]
        cell = f"{year[:4]}_20{year[-2:]}|{names[row['subject']]}"
        assert row["mean"] == pytest.approx(reference["sgp"]["mean_score"][cell], abs=SIX)
        assert row["n"] + row["n_left_out"] == reference["sgp"]["rows"][cell]
    assert frame["n_left_out"].sum() == reference["sgp"]["missing_score"]


def test_state_proficiency_and_levels_leave_out_results_without_a_score(state, reference):
    counted = reference["sgp"]["levels"]
    frame = measure(state, "proficiency", by=["school_year", "subject"])
    levels = measure(state, "performance_levels", by=["school_year", "subject", "performance_level"])

    assert frame["numerator"].sum() == counted["Proficient"] + counted["Advanced"]
    assert frame["n_left_out"].sum() == counted["No Score"]
    told = levels.groupby("performance_level", sort=False)["numerator"].sum().to_dict()
    assert told == {
        level: counted[level]
        for level in ("Unsatisfactory", "Partially Proficient", "Proficient", "Advanced")
    }
    assert len(measure(state, "proficiency", by=["school_id"])) == reference["sgp"]["n_schools"]
    everybody = {
        student
        for subject in ("Mathematics", "English language arts")
        for want in ("counted", "left_out")
        for student in student_list(state, "mean_score", where={"subject": subject}, want=want)
    }
    assert len(everybody) == reference["sgp"]["n_students"]


@pytest.fixture(scope="module")
def iready(folder):
    files = [f"assessment/iready_diagnostic_results_{subject}.csv" for subject in ("ela", "math")]
    return brought(folder("iready"), files)


@pytest.mark.parametrize(("key", "subject"), [("ela", "English language arts"), ("math", "Mathematics")])
def test_iready_scores_and_placements(iready, reference, key, subject):
    expected = reference["iready"][key]
    row = one(measure(iready, "mean_score", by=["subject"], where={"subject": subject}))
    placed = measure(iready, "performance_levels", where={"subject": subject})
    tested = student_list(iready, "mean_score", where={"subject": subject}, want="counted")

    assert len(tested) == expected["n_students"]
    # Who was tested twice is one student, and both results count alike: the share is one of results.
    told = dict(zip(placed["performance_level"], placed["value"] * expected["n"], strict=True))
    assert told == pytest.approx(expected["placement"], abs=1e-6)
    assert row["mean"] == pytest.approx(expected["mean_score"], abs=SIX)


# --- Daily attendance -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contoso(folder):
    return brought(folder("contoso"), ["attendance/contoso_batch1_studentattendance.csv"])


def test_contoso_attendance_rates(contoso, reference):
    expected = reference["contoso_attendance"]
    whole = one(measure(contoso, "attendance_rate"))
    schools = measure(contoso, "attendance_rate", by=["school_id"])

    assert whole["value"] * 100 == pytest.approx(expected["attendance_rate_pct"], abs=SIX)
    assert whole["n"] == expected["n_students"]
    rates = {school: 100 * rate for school, rate in zip(schools["school_id"], schools["value"], strict=True)}
    assert rates == pytest.approx(expected["rate_by_school"], abs=SIX)


def test_contoso_chronic_absence_counts_those_who_missed_exactly_a_tenth(contoso, reference):
    expected = reference["contoso_attendance"]["students_absent_10pct_or_more"]
    row = one(measure(contoso, "chronic_absence"))

    assert (row["numerator"], row["n"]) == (expected, 600)
    assert len(student_list(contoso, "chronic_absence")) == expected
    # R: prop.test(382, 600, correct = FALSE)$conf.int
    assert (row["low"], row["high"]) == pytest.approx((0.5974259073, 0.6741685611), abs=SIX)


def test_contoso_bands_of_absence_are_the_counted_days(contoso, reference):
    """Of 20 days: none missed is satisfactory, one at risk, two or three moderate, four and more severe."""
    days = {int(missed): n for missed, n in reference["contoso_attendance"]["students_by_absences"].items()}
    bands = measure(contoso, "absence_bands")

    assert bands["numerator"].tolist() == [
        days[0], days[1], days[2] + days[3], sum(n for missed, n in days.items() if missed >= 4),
    ]  # fmt: skip
    severe = one(measure(contoso, "severe_absence"))["numerator"]
    assert severe == bands["numerator"].iloc[-1]
