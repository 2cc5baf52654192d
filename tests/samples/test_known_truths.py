"""What is planted in the sample district can be seen in its files, and can't be seen where nothing was planted.

The figures are worked out here from the files alone.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from math import sqrt

import numpy as np
import polars as pl
import pytest

from dataworkbench.samples import make_district

ON_GRADE = ["Early On Grade Level", "Mid or Above Grade Level"]
TOP = ["Agree", "Strongly agree"]


def diagnostic(district, subject: str, year: str) -> pl.DataFrame:
    rows = district.read(f"iready_{subject}_{year}.csv").filter(
        pl.col("Rush Flag").fill_null("") != "Red Rush Flag"
    )
    window = pl.col("Norming Window").str.split(" ").list.first()
    return rows.select(
        student="Student ID", school="School", grade="Student Grade", window=window,
        score=pl.col("Overall Scale Score").cast(float), placement="Overall Relative Placement",
    )  # fmt: skip


def programs(district, year: str) -> pl.DataFrame:
    return district.read(f"student_programs_{year}.csv").rename({"Student ID": "student"})


def gains(district, subject: str) -> pl.DataFrame:
    """One row is one student of grade 2 to 8: autumn, spring and gain in standard deviations, and rank in autumn."""
    score = pl.col("score")
    rows = diagnostic(district, subject, "2025-26").with_columns(
        z=(score - score.mean().over("grade", "window")) / score.std().over("grade", "window"),
        rank=score.rank("average").over("grade", "window") / pl.len().over("grade", "window"),
    )
    fall, spring = (rows.filter(pl.col("window") == window) for window in ("Fall", "Spring"))
    both = fall.join(spring.select("student", after="z"), on="student").with_columns(
        gain=pl.col("after") - pl.col("z")
    )
    return both.filter(pl.col("grade").is_in([str(grade) for grade in range(2, 9)]))


def served(district, strategy: str) -> list[str]:
    log = district.read("interventions.csv").filter(
        (pl.col("Strategy") == strategy) & (pl.col("School Year") == "2025-26")
    )
    return log["Student ID"].to_list()


def difference(one: pl.Series, two: pl.Series) -> tuple[float, float]:
    """The difference of two means and its standard error."""
    return one.mean() - two.mean(), sqrt(one.var() / len(one) + two.var() / len(two))


def kappa(pairs: pl.DataFrame) -> float:
    one, two = pairs["one"].to_numpy(), pairs["two"].to_numpy()
    agreed = (one == two).mean()
    chance = sum((one == level).mean() * (two == level).mean() for level in "1234")
    return (agreed - chance) / (1 - chance)


def twice_scored(district) -> pl.DataFrame:
    rows = pl.concat(
        district.read(f"observations_{year}.csv") for year in ("2024-25", "2025-26", "2026-27")
    ).drop_nulls("Score")
    scores = (
        rows.group_by("Visit ID", "Element", "School ID")
        .agg(pl.col("Score"), pl.len())
        .filter(pl.col("len") == 2)
    )
    return scores.with_columns(one=pl.col("Score").list.first(), two=pl.col("Score").list.last())


# 1: the bus route


def fourth_grade(district) -> tuple[pl.DataFrame, pl.DataFrame]:
    where = district.truth("bus_route")["where"]
    here = (
        (pl.col("school") == where["school_name"]) & (pl.col("grade") == "4") & (pl.col("window") == "Fall")
    )
    now = (
        diagnostic(district, "math", "2026-27").filter(here).join(programs(district, "2026-27"), on="student")
    )
    return diagnostic(district, "math", "2025-26").filter(here), now


def test_grade_4_mathematics_fell_among_the_riders_of_one_bus_and_not_among_the_others(district):
    before, now = fourth_grade(district)
    rider = pl.col("Bus Route").fill_null("") == "Route 17"
    riders, others = now.filter(rider)["score"], now.filter(~rider)["score"]
    assert before["score"].mean() - now["score"].mean() > 8
    assert abs(before["score"].mean() - others.mean()) < 3
    assert others.mean() - riders.mean() == pytest.approx(
        28, abs=4
    )  # one standard deviation of grade 4 is 28 points


def test_the_riders_of_that_bus_miss_a_quarter_of_their_days(district):
    rows = district.read("attendance_2026-27.csv").rename({"Student ID": "student"})
    missed = pl.col("Attendance Code").replace_strict({"A": 1.0, "E": 1.0, "S": 1.0, "H": 0.5}, default=0.0)
    by_student = (
        rows.group_by("student").agg(missed=missed.mean()).join(programs(district, "2026-27"), on="student")
    )
    rider = pl.col("Bus Route").fill_null("") == "Route 17"
    assert by_student.filter(rider)["missed"].mean() == pytest.approx(0.24, abs=0.03)
    assert by_student.filter(~rider)["missed"].mean() < 0.08


def test_the_riders_were_absent_the_year_before_too(district):
    totals = district.read("attendance_totals_2025-26.csv").rename({"Student ID": "student"})
    rows = totals.join(programs(district, "2025-26"), on="student").filter(pl.col("Bus Route") == "Route 17")
    assert rows["Days Absent"].cast(float).sum() / rows["Days Enrolled"].cast(float).sum() == pytest.approx(
        0.24, abs=0.03
    )


# 2 and 3: one strategy helps, the other only seems to


def test_guided_reading_helps_by_a_quarter_of_a_standard_deviation(district):
    low = gains(district, "ela").filter(pl.col("rank") <= 0.40)
    had = pl.col("student").is_in(served(district, "Guided reading groups"))
    effect, error = difference(low.filter(had)["gain"], low.filter(~had)["gain"])
    assert effect == pytest.approx(0.25, abs=0.06)
    assert effect > 2 * error


def test_the_app_looks_good_against_everybody_and_does_nothing_against_like_students(district):
    everybody = gains(district, "math")
    had = pl.col("student").is_in(served(district, "Number sense app"))
    naive, error = difference(everybody.filter(had)["gain"], everybody.filter(~had)["gain"])
    assert naive > 0.3
    assert naive > 4 * error
    low = everybody.filter(pl.col("rank") <= 0.21)
    effect, error = difference(low.filter(had)["gain"], low.filter(~had)["gain"])
    assert abs(effect) < 0.08


def test_the_apps_gain_is_what_regression_to_the_mean_leads_one_to_expect(district):
    everybody = gains(district, "math")
    r = np.corrcoef(everybody["z"].to_numpy(), everybody["after"].to_numpy())[0, 1]
    had = everybody.filter(pl.col("student").is_in(served(district, "Number sense app")))
    assert had["gain"].mean() == pytest.approx(-(1 - r) * had["z"].mean(), abs=0.1)


# 4: rigor


def top_box(district, role: str, question: str, school: str, column: str) -> pl.DataFrame:
    rows = district.read(f"survey_{role}_fall_2026-27.csv").drop_nulls(question)
    return rows.select(there=pl.col(column) == school, top=pl.col(question).is_in(TOP)).drop_nulls()


def rigor_gap(district, there: bool) -> float:
    school = district.truth("rigor_seen_differently")["where"]["school_name"]
    staff = top_box(
        district, "staff", "Students in this school are asked to think hard.", school, "Where do you work?"
    )
    students = top_box(
        district, "students", "My classes make me think hard.", school, "What is the name of your school?"
    )
    return (
        staff.filter(pl.col("there") == there)["top"].mean()
        - students.filter(pl.col("there") == there)["top"].mean()
    )


def test_staff_and_students_of_one_school_see_rigor_differently(district):
    assert rigor_gap(district, there=True) == pytest.approx(0.35, abs=0.06)
    assert abs(rigor_gap(district, there=False)) < 0.12


# 5: the gap


def gap_of(district, year: str, there: bool) -> float:
    school = district.truth("gap_closes")["where"]["school_name"]
    rows = diagnostic(district, "ela", year).filter(
        (pl.col("window") == "Fall") & pl.col("school").str.contains("Elementary")
    )
    score = pl.col("score")
    rows = rows.with_columns(z=(score - score.mean().over("grade")) / score.std().over("grade")).join(
        programs(district, year), on="student"
    )
    rows = rows.filter((pl.col("school") == school) == there)
    learner = pl.col("English Learner")
    return rows.filter(learner == "N")["z"].mean() - rows.filter(learner == "Y")["z"].mean()


def test_the_gap_of_english_learners_closes_at_one_school_and_stays_elsewhere(district):
    there = [gap_of(district, year, there=True) for year in ("2024-25", "2025-26", "2026-27")]
    elsewhere = [gap_of(district, year, there=False) for year in ("2024-25", "2025-26", "2026-27")]
    assert there == pytest.approx([0.70, 0.50, 0.30], abs=0.12)
    assert there[0] > there[1] > there[2]
    assert min(elsewhere) > 0.55


# 6: the observers


def test_two_observers_of_one_school_agree_no_more_than_chance_would(district):
    pairs = twice_scored(district)
    there = pl.col("School ID") == district.truth("observers_disagree")["where"]["school_id"]
    assert abs(kappa(pairs.filter(there))) < 0.12
    assert kappa(pairs.filter(~there)) > 0.6


def test_no_other_school_has_observers_who_disagree(district):
    pairs = twice_scored(district)
    odd = district.truth("observers_disagree")["where"]["school_id"]
    for school in sorted(set(pairs["School ID"]) - {odd}):
        assert kappa(pairs.filter(pl.col("School ID") == school)) > 0.55


# 7: chronic absence behind a fine average


def by_grade(district) -> pl.DataFrame:
    rows = district.read("attendance_2026-27.csv").rename({"Student ID": "student"})
    missed = pl.col("Attendance Code").replace_strict({"A": 1.0, "E": 1.0, "S": 1.0, "H": 0.5}, default=0.0)
    student = (
        rows.group_by("student", "School ID")
        .agg(missed=missed.mean(), days=pl.len())
        .filter(pl.col("days") >= 10)
    )
    grade = district.roster("users").select(student="sourcedId", grade="grades")
    told = student.join(grade, on="student").group_by("School ID", "grade")
    return told.agg(chronic=(pl.col("missed") >= 0.1).mean(), attendance=1 - pl.col("missed").mean()).sort(
        "grade"
    )


def test_one_grade_level_hides_chronic_absence_behind_a_fine_average(district):
    school = district.truth("chronic_absence_hides")["where"]["school_id"]
    rows = by_grade(district).filter(pl.col("School ID") == school)
    ninth, others = rows.filter(pl.col("grade") == "09"), rows.filter(pl.col("grade") != "09")
    assert ninth["chronic"].item() == pytest.approx(0.36, abs=0.05)
    assert others["chronic"].max() < 0.26
    assert ninth["attendance"].item() > 0.93
    assert abs(ninth["attendance"].item() - others["attendance"].mean()) < 0.015


# 8: learning that shows


def test_one_topic_goes_with_growth_on_its_element_and_the_others_do_not(district):
    measured = district.truth("learning_shows")["measured"]
    log = district.read("professional_learning.csv").filter(pl.col("School Year") == "2025-26")
    sheets = pl.concat(
        district.read(f"observations_{year}.csv") for year in ("2024-25", "2025-26", "2026-27")
    ).drop_nulls("Score")
    sheets = sheets.with_columns(
        pl.col("Score").cast(float), day=pl.col("Date").str.to_date("%m/%d/%Y").cast(str)
    )
    found = {}
    for topic, element in sorted(set(log.select("Topic", "Rubric Element").iter_rows())):
        rows = sheets.filter(pl.col("Element") == element)
        after = pl.col("day") > "2026-01-01"
        change = rows.group_by("Teacher ID").agg(
            change=pl.col("Score").filter(after).mean() - pl.col("Score").filter(~after).mean()
        )
        took = pl.col("Teacher ID").is_in(log.filter(pl.col("Topic") == topic)["Staff ID"].to_list())
        found[topic] = difference(
            change.filter(took)["change"].drop_nulls(), change.filter(~took)["change"].drop_nulls()
        )
    effect, error = found.pop("Asking better questions")
    assert effect > 0.5
    assert effect > 4 * error
    assert effect == pytest.approx(measured["change_with_topic"] - measured["change_without_topic"], abs=0.02)
    assert all(abs(other) < 3.2 * error for other, error in found.values())


# nothing planted, nothing found


def test_without_effects_none_of_it_is_there(plain_district):
    before, now = fourth_grade(plain_district)
    fell, error = difference(before["score"], now["score"])
    assert abs(fell) < 2.6 * error
    assert abs(rigor_gap(plain_district, there=True)) < 0.2
    pairs = twice_scored(plain_district)
    there = pl.col("School ID") == plain_district.truth("observers_disagree")["where"]["school_id"]
    assert kappa(pairs.filter(there)) > 0.55
    school = plain_district.truth("chronic_absence_hides")["where"]["school_id"]
    ninth = by_grade(plain_district).filter((pl.col("School ID") == school) & (pl.col("grade") == "09"))
    assert ninth["chronic"].item() < 0.27
    assert all(truth["planted"] == {} for truth in plain_district.truths["truths"])


@pytest.mark.slow
def test_without_effects_the_strategies_do_nothing_on_average(tmp_path):
    found = []
    for seed in range(8):
        told = make_district(tmp_path / str(seed), seed=seed, students_per_school=150, effects=False)
        measured = {truth["id"]: truth["measured"] for truth in told["truths"]}
        found += [
            measured[key]["difference"] / measured[key]["standard_error"]
            for key in ("reading_helps", "app_does_nothing")
        ]
    assert abs(np.mean(found)) < 3 / sqrt(len(found))
    assert 0.4 < np.std(found) < 1.7


# ordinary realism


def test_two_sittings_of_the_same_students_correlate_at_about_seven_tenths(plain_district):
    for subject in ("math", "ela"):
        rows = gains(plain_district, subject)
        assert np.corrcoef(rows["z"].to_numpy(), rows["after"].to_numpy())[0, 1] == pytest.approx(
            0.70, abs=0.06
        )


def test_schools_differ_by_an_ordinary_amount(plain_district):
    rows = diagnostic(plain_district, "math", "2025-26").filter(pl.col("window") == "Spring")
    score = pl.col("score")
    z = rows.with_columns(z=(score - score.mean().over("grade")) / score.std().over("grade"))
    groups = z.group_by("school").agg(pl.col("z").mean(), pl.len())
    between = groups["z"].var() - (1 / groups["len"]).mean()
    assert 0.05 < between < 0.25


def test_attendance_is_ordinary(plain_district):
    rows = plain_district.read("attendance_totals_2025-26.csv").with_columns(
        pl.col("Days Enrolled", "Days Absent").cast(float)
    )
    assert 1 - rows["Days Absent"].sum() / rows["Days Enrolled"].sum() == pytest.approx(0.94, abs=0.01)
    assert (rows["Days Absent"] / rows["Days Enrolled"] >= 0.1).mean() == pytest.approx(0.16, abs=0.05)


def test_about_half_of_the_students_meet_typical_growth(plain_district):
    rows = plain_district.read("iready_math_2025-26.csv").filter(
        pl.col("Norming Window").str.starts_with("Spring")
    )
    met = rows["Percent Progress to Annual Typical Growth (%)"].cast(int) >= 100
    assert met.mean() == pytest.approx(0.5, abs=0.06)


def test_some_students_come_leave_and_change_schools_during_a_year(plain_district):
    content = zipfile.ZipFile(plain_district.folder / "oneroster_2025-26.zip").read("roles.csv")
    stays = pl.read_csv(BytesIO(content), infer_schema=False).filter(pl.col("role") == "student")
    first, last = stays["beginDate"].min(), stays["endDate"].max()
    assert (stays["beginDate"] > first).sum() > 30
    assert (stays["endDate"] < last).sum() > 30
    assert stays["userSourcedId"].is_duplicated().sum() > 20


def test_standards_checks_tell_the_same_of_the_riders(district):
    ids = district.roster("results").select(resultSourcedId="sourcedId", student="studentSourcedId")
    scores = district.roster("resultLearningObjectiveIds").filter(
        pl.col("learningObjectiveId").str.starts_with("MATH.04.")
    )
    rows = scores.join(ids, on="resultSourcedId").join(programs(district, "2026-27"), on="student")
    rider = pl.col("Bus Route").fill_null("") == "Route 17"
    score = pl.col("score").cast(float)
    assert (
        rows.filter(rider).select(score).mean().item() < rows.filter(~rider).select(score).mean().item() - 0.4
    )
