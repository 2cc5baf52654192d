"""The sample district written and read again: no row is lost, and every column that is kept says what the generator made up.

What is compared with are the generator's own frames, before anything was written to a file.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

samples = pytest.importorskip("dataworkbench.samples")

from dataworkbench.samples import attendance, classroom  # noqa: E402 - only where the samples are
from dataworkbench.samples.cast import leave_one_alone, seat_cast  # noqa: E402
from dataworkbench.samples.classes import make_seats, make_sections, make_staff  # noqa: E402
from dataworkbench.samples.enrollment import make_stays  # noqa: E402
from dataworkbench.samples.people import make_people  # noqa: E402
from dataworkbench.samples.plan import GRADES, make_plan  # noqa: E402
from dataworkbench.samples.programs import make_programs, race_words  # noqa: E402
from dataworkbench.samples.scores import make_abilities  # noqa: E402

ASKED = {"schools": 3, "students_per_school": 45, "seed": 11, "school_years": 2}
SAMPLE = Path(__file__).parents[2] / "sample_data"
RACES = ("white", "black", "asian", "american_indian", "pacific_islander")


@pytest.fixture(scope="module")
def truth():
    plan = make_plan(effects=True, **ASKED)
    people, cast = seat_cast(plan, make_people(plan))
    stays = make_stays(plan, people, cast)
    people = race_words(leave_one_alone(plan, people, stays, cast))
    seats = make_seats(plan, stays)
    staff = make_staff(plan, seats)
    programs = make_programs(plan, people, stays, dict(cast))
    return SimpleNamespace(
        plan=plan, people=people, cast=cast, stays=stays, seats=seats, staff=staff, sections=make_sections(seats, staff), programs=programs,
        abilities=make_abilities(plan, people),
    )  # fmt: skip


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    folder = tmp_path_factory.mktemp("round_trip")
    samples.make_district(folder, **ASKED)
    return folder, read_files([folder], settings=Settings(), profile_folders=[])


def years(truth):
    names = {
        "year": [year.number for year in truth.plan.years],
        "school_year": [year.name for year in truth.plan.years],
    }
    ends = {
        "after": [year.after_last_day for year in truth.plan.years],
        "current": [year.current for year in truth.plan.years],
    }
    return pl.DataFrame({**names, **ends})


def named(truth, frame):
    """Rows with student_id, school_id and school_year; ``leaves`` is empty where the year is not over and nobody left."""
    held = frame.join(years(truth), on="year").join(
        truth.people.select("student", "student_id"), on="student"
    )
    if "school_id" not in held.columns:
        held = held.join(truth.plan.schools.select("school", "school_id"), on="school")
    going_on = (pl.col("exit") == pl.col("after")) & pl.col("current")
    return held.with_columns(pl.when(~going_on).then("exit").alias("leaves"))


def same(made, told, by):
    columns = made.columns
    assert_frame_equal(told.select(columns).sort(by), made.sort(by), check_dtypes=False)


def lines_in(path):
    """How many rows each table of a file holds, counted by another reader; one entry is one file or member."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return {f"{path.name}/{name}": _rows(archive.read(name)) for name in archive.namelist()}
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return {path.name: _rows(data)}


def _rows(data):
    return sum(1 for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if any(row)) - 1


UNREAD = ("classResources", "courseResources", "resources", "userProfiles", "userResources")


def test_every_row_of_every_file_is_read_and_kept_but_for_elements_that_were_not_seen(district):
    folder, reading = district
    counted = {
        f"{folder.name}/{name}": n
        for path in folder.iterdir()
        if path.suffix != ".json"
        for name, n in lines_in(path).items()
    }
    read = dict(
        reading.files.filter(~pl.col("file").str.ends_with(".json")).select("file", "rows_read").iter_rows()
    )
    assert read == counted
    kept = reading.files.filter(pl.col("rows_read") != pl.col("rows_kept"))
    assert kept["file"].str.contains("observations").all()
    assert set(reading.set_aside["reason"]) == {"There is no score in this row."}
    blank = sum(
        1
        for path in folder.glob("observations_*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8-sig", newline=""))
        if not row["Score"]
    )
    assert reading.set_aside.height == blank > 0
    assert reading.left_empty.height == 0


def test_schools_are_the_schools_that_were_made_up(district, truth):
    made = truth.plan.schools.select(
        "school_id",
        "school_name",
        "level",
        "state_id",
        pl.lit("Hollowbrook School District").alias("district_name"),
    )
    same(made, district[1].tables["schools"], "school_id")


def test_names_birth_dates_and_both_other_numbers_are_those_that_were_made_up(district, truth):
    here = truth.people.filter(pl.col("student").is_in(truth.stays["student"].unique().to_list()))
    silent = pl.col("student") == truth.cast.get("no_demographics", -1)
    made = here.select(
        "student_id",
        "given_name",
        "family_name",
        pl.when(~silent).then("birth_date").alias("birth_date"),
        "state_student_id",
        "local_number",
    )
    same(made, district[1].tables["identities"], "student_id")


def test_stays_are_in_the_school_the_grade_level_and_the_days_that_were_made_up(district, truth):
    grades = pl.col("grade").replace_strict(range(len(GRADES)), GRADES).alias("grade_level")
    made = named(truth, truth.stays).select(
        "student_id",
        "school_id",
        "school_year",
        grades,
        pl.col("entry").alias("entry_date"),
        pl.col("leaves").alias("exit_date"),
    )
    same(made, district[1].tables["enrollments"], ["student_id", "entry_date"])


def test_students_in_each_grade_level_and_school_are_as_many_as_were_made_up(district, truth):
    grades = pl.col("grade").replace_strict(range(len(GRADES)), GRADES).alias("grade_level")
    keys = ["school_year", "school_id", "grade_level"]
    made = (
        named(truth, truth.stays)
        .with_columns(grades)
        .group_by(keys)
        .agg(pl.col("student_id").n_unique().alias("n"))
    )
    told = district[1].tables["enrollments"].group_by(keys).agg(pl.col("student_id").n_unique().alias("n"))
    same(made, told, keys)


def test_races_and_programs_are_those_that_were_made_up_and_what_nobody_said_is_not_no(district, truth):
    silent = pl.col("student") == truth.cast.get("no_demographics", -1)
    asked = {
        name: pl.when(silent | pl.col(name).is_null())
        .then(pl.lit("NotSelected"))
        .when(pl.col(name))
        .then(pl.lit("Yes"))
        .otherwise(pl.lit("No"))
        for name in (*RACES, "hispanic")
    }
    sexes = {"female": "Female", "male": "Male", "other": "Another gender", "unspecified": "Not reported"}
    sex = (
        pl.when(~silent)
        .then(pl.col("sex").replace_strict(sexes, default=None, return_dtype=pl.String))
        .fill_null("Not reported")
    )
    options = ("english_learner", "disability", "economic_disadvantage", "gifted", "migrant")
    people = truth.people.drop(*options, "home_language", "bus_route").with_columns(**asked, sex=sex)
    held = truth.programs.join(people, on="student").join(years(truth), on="year")
    words = {"Y": "Yes", "N": "No"}
    said = [
        pl.col(name).replace_strict(words, default=None, return_dtype=pl.String).fill_null("NotSelected")
        for name in options
    ]
    made = held.select("student_id", "school_year", "sex", *asked, *said, "home_language", "bus_route")
    same(made, district[1].tables["students"], ["student_id", "school_year"])


def test_the_federal_category_follows_from_the_flags_that_were_made_up(district, truth):
    counted = pl.sum_horizontal(pl.col(name).fill_null(value=False).cast(pl.Int8) for name in RACES)
    silent = pl.col("student") == truth.cast.get("no_demographics", -1)
    category = (
        pl.when(silent).then(pl.lit("Not reported")).when(pl.col("hispanic").fill_null(value=False)).then(pl.lit("Hispanic or Latino"))
        .when(counted > 1).then(pl.lit("Two or more races")).when(counted == 1).then(pl.col("race")).otherwise(pl.lit("Not reported"))
    )  # fmt: skip
    made = (
        truth.stays.select("student", "year")
        .unique()
        .join(truth.people, on="student")
        .join(years(truth), on="year")
    )
    same(
        made.select("student_id", "school_year", category.alias("race_ethnicity")),
        district[1].tables["students"],
        ["student_id", "school_year"],
    )


def test_staff_are_in_the_school_the_post_and_the_years_that_were_made_up(district, truth):
    name = pl.concat_str("given_name", "family_name", separator=" ").alias("staff_name")
    made = truth.staff.join(truth.plan.schools.select("school", "school_id"), on="school")
    same(
        made.select("staff_id", "school_id", "role", name, pl.col("years_experience").cast(pl.Float64)),
        district[1].tables["staff"],
        "staff_id",
    )


def test_classes_have_the_subject_the_grade_level_and_the_teacher_that_were_made_up(district, truth):
    made = truth.sections.join(years(truth), on="year")
    same(
        made.select("section_id", "school_id", "school_year", "subject", "grade_level", "staff_id"),
        district[1].tables["sections"],
        "section_id",
    )
    titles = district[1].tables["sections"].select("section_name", "course_title")
    assert (titles["section_name"].str.replace(r", class \d+$", "") == titles["course_title"]).all()


def test_students_sit_in_the_classes_on_the_days_that_were_made_up(district, truth):
    # an enrollment without an end lasts as long as its class, which ends with the school year
    made = named(truth, truth.seats).group_by("section_id", "student_id").agg(
        pl.col("entry").min().alias("entry_date"), pl.col("exit").max().alias("exit_date")
    )  # fmt: skip
    same(made, district[1].tables["section_enrollments"], ["section_id", "student_id"])


def test_standards_scores_are_those_that_were_made_up_and_exempt_and_missing_are_not_scores(district, truth):
    checks = pl.concat([
        classroom.make_checks(truth.plan, truth.people, truth.seats, truth.abilities, year).with_columns(year=pl.lit(year.number)) for year in truth.plan.years
    ]).join(truth.people.select("student", "student_id"), on="student")  # fmt: skip
    graded = checks.filter(pl.col("status") == "fully graded")
    both = pl.concat([
        graded.select("student_id", "section_id", pl.col("date").alias("test_date"), _code(which).alias("standard_id"), pl.col(column).alias("scale_score"))
        for which, column in enumerate(("first", "second"))
    ])  # fmt: skip
    told = (
        district[1]
        .tables["results"]
        .filter((pl.col("assessment_id") == "standards") & (pl.col("result_status") == "scored"))
    )
    same(both, told, ["student_id", "test_date", "standard_id"])
    others = (
        district[1]
        .tables["results"]
        .filter((pl.col("assessment_id") == "standards") & (pl.col("result_status") != "scored"))
    )
    wanted = checks.filter(pl.col("status") != "fully graded").with_columns(
        pl.col("status").replace({"not submitted": "not scored"}).alias("result_status"), pl.col("date").alias("test_date"))  # fmt: skip
    same(
        wanted.select("student_id", "section_id", "test_date", "result_status"),
        others,
        ["student_id", "test_date", "section_id"],
    )


def _code(which):
    number = (pl.col("check") + which) % 4 + 1
    grade = pl.col("grade").replace_strict(range(len(GRADES)), GRADES)
    return pl.concat_str(
        pl.col("subject_number").replace_strict([0, 1], ["MATH", "ELA"]), grade, number, separator="."
    )


def test_days_of_instruction_and_of_attendance_are_as_many_as_were_made_up(district, truth):
    calendar = attendance.calendar_file(truth.plan)
    assert district[1].tables["calendar"].height == calendar.height
    rates = attendance.absence_rates(truth.plan, truth.people, truth.stays, truth.cast)
    days = pl.concat(
        list(attendance.daily_attendance(truth.plan, truth.people, truth.stays, rates, truth.plan.current))
    )
    told = district[1].tables["attendance"]
    assert told.height == days.height
    made = days.group_by("Student ID").len().rename({"Student ID": "student_id"})
    same(made, told.group_by("student_id").len(), "student_id")


ZIPS = sorted(SAMPLE.glob("oneroster*.zip"))


@pytest.mark.parametrize("path", ZIPS, ids=[path.stem for path in ZIPS])
def test_the_rosters_that_come_with_the_workbench_are_read_without_a_row_lost(path):
    reading = read_files([path], settings=Settings(), profile_folders=[])
    assert dict(reading.files.select("file", "rows_read").iter_rows()) == lines_in(path)
    assert reading.set_aside.height == reading.left_empty.height == 0
    assert reading.notes.filter(pl.col("level") != "info").rows() == []
