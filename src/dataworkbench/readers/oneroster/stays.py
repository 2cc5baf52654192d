"""Stays of students in schools, classes, and who is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from dataworkbench.readers.codes import as_grade
from dataworkbench.readers.converted import by_distinct
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import WHOLE
from dataworkbench.readers.oneroster.people import People
from dataworkbench.readers.oneroster.places import Places, Years

LONGEST_BREAK = 30
"""Class enrollments that follow one another within so many days are one stay: terms have holidays between them."""
_STAY = {
    "sourcedid": pl.String,
    "school_id": pl.String,
    "school_year": pl.String,
    "entry_date": pl.Date,
    "exit_date": pl.Date,
}


def read_classes(bundle: Bundle, places: Places, years: Years) -> pl.DataFrame:
    """Return classes with their school, year, dates, course and subject; one row is one class.

    Classes of unknown schools and school years are set aside.
    """
    columns = (
        "sourcedid",
        "title",
        "grades",
        "coursesourcedid",
        "schoolsourcedid",
        "termsourcedids",
        "subjects",
    )
    rows = bundle.rows("classes", columns).with_columns(_school(places).alias("school_id"))
    rows = bundle.keep("classes", rows, rows["school_id"].is_not_null(), "schoolsourcedid",
                       ("The school of this class is not in orgs.csv.", WHOLE))  # fmt: skip
    courses = bundle.rows("courses", ("sourcedid", "title", "subjects", "schoolyearsourcedid")).select(
        pl.col("sourcedid").alias("coursesourcedid"), pl.col("title").alias("course_title"),
        pl.col("subjects").alias("course_subjects"), "schoolyearsourcedid",
    )  # fmt: skip
    rows = rows.join(courses, on="coursesourcedid", how="left", maintain_order="left")
    rows = rows.with_columns(**_times(rows, years))
    return bundle.keep("classes", rows, rows["school_year"].is_not_null(), "termsourcedids",
                       ("Nobody can tell the school year of this class.", "Bring academicSessions.csv with all terms."))  # fmt: skip


def _school(places: Places) -> pl.Expr:
    """Return our identifier of the school in ``schoolsourcedid``; null where it leads to no school."""
    schools = {org: places.ids[school] for org, school in places.school_of.items()}
    return pl.col("schoolsourcedid").replace_strict(schools, default=None, return_dtype=pl.String)


def _times(rows: pl.DataFrame, years: Years) -> dict[str, pl.Series]:
    year, start, end = [], [], []
    for terms, course_year in rows.select("termsourcedids", "schoolyearsourcedid").iter_rows():
        sessions = [one.strip() for one in (terms or "").split(",") if one.strip()]
        said = {years.year_of[one] for one in (*sessions, course_year) if one in years.year_of}
        days = [years.dates_of[one] for one in sessions if one in years.dates_of]
        year.append(max(said) if said else years.of_day(None))
        start.append(min((first for first, _ in days if first), default=None))
        end.append(max((last for _, last in days if last), default=None))
    return {
        "school_year": pl.Series("school_year", year, dtype=pl.String),
        "start": pl.Series("start", start, dtype=pl.Date),
        "end": pl.Series("end", end, dtype=pl.Date),
    }


def read_class_enrollments(
    bundle: Bundle, people: People, classes: pl.DataFrame, places: Places
) -> pl.DataFrame:
    """Return who is in which class, as student or teacher; one row is one enrollment row that can be followed."""
    kind = "enrollments"
    columns = (
        "sourcedid",
        "classsourcedid",
        "schoolsourcedid",
        "usersourcedid",
        "role",
        "primary",
        "begindate",
        "enddate",
        "status",
    )
    rows = bundle.rows(kind, columns)
    inactive = (rows["status"].str.to_lowercase() == "inactive") & rows["enddate"].is_null()
    rows = bundle.keep(kind, rows, ~inactive.fill_null(value=False), "status",
                       ("The enrollment is marked inactive, and nobody can tell when it ended.", "Bring it with its endDate, or leave it out."))  # fmt: skip
    rows = bundle.keep(kind, rows, rows["usersourcedid"].is_in(people.users["sourcedid"].implode()), "usersourcedid",
                       ("The person is not among the users that were taken in.", WHOLE))  # fmt: skip
    if bundle.has("classes"):
        rows = bundle.keep(kind, rows, rows["classsourcedid"].is_in(classes["sourcedid"].implode()), "classsourcedid",
                           ("The class is not among the classes that were taken in.", WHOLE))  # fmt: skip
    of_class = classes.select(
        pl.col("sourcedid").alias("classsourcedid"),
        pl.col("school_id").alias("class_school"),
        "school_year",
        "start",
        "end",
    )
    rows = bundle.with_dates(kind, rows, {"begindate": "begin", "enddate": "last"})
    held = rows.join(of_class, on="classsourcedid", how="left", maintain_order="left").with_columns(
        pl.coalesce(_school(places), "class_school").alias("school_id"),
        pl.coalesce("begin", "start").alias("entry_date"),
        pl.coalesce("last", "end").alias("exit_date"),
        pl.col("role").str.to_lowercase(),
    )
    in_order = ~(held["exit_date"] < held["entry_date"]).fill_null(value=False)
    return bundle.keep(kind, held, in_order, "enddate",
                       ("The enrollment ends before it begins.", "Put the dates right in the student information system."))  # fmt: skip


def stays(
    bundle: Bundle, people: People, enrolled: pl.DataFrame, places: Places, years: Years
) -> pl.DataFrame:
    """Return the stays of students; one row is one student's stay in one school (``sourcedid``, dates, year).

    They come from dated roles where there are any (OneRoster 1.2), else from the class enrollments, put together
    over breaks of up to thirty days; for students in no class, from the dates of the school year.
    """
    at = people.places.filter(pl.col("is_student") & (pl.col("role") == "student"))
    schools = {org: places.ids[school] for org, school in places.school_of.items()}
    at = at.with_columns(
        pl.col("org").replace_strict(schools, default=None, return_dtype=pl.String).alias("school_id")
    ).drop_nulls("school_id")
    dated_roles = at.drop_nulls("begin")
    by_role = pl.concat([
        _from_roles(dated_roles.filter(~pl.col("of_session")), years), _from_sessions_of_roles(dated_roles.filter("of_session"), years)
    ])  # fmt: skip
    students = enrolled.filter(
        (pl.col("role") == "student")
        & pl.col("school_year").is_not_null()
        & pl.col("school_id").is_not_null()
    )
    by_class = _from_classes(
        students.join(
            by_role.select("sourcedid").unique(), left_on="usersourcedid", right_on="sourcedid", how="anti"
        )
    )
    dated = pl.concat([by_role, by_class])
    rest = at.join(dated.select("sourcedid", "school_id").unique(), on=["sourcedid", "school_id"], how="anti")
    rest = rest.join(dated.select("sourcedid").unique(), on="sourcedid", how="anti") if dated.height else rest
    made = _from_sessions(rest, years)
    if made.height and enrolled.height:
        bundle.note_all(
            "info",
            f"{made['sourcedid'].n_unique():,} students are in no class; their stay was taken from the dates of the school year.",
            kind="users",
        )
    return _each_once(bundle, pl.concat([dated, made]))


def _each_once(bundle: Bundle, held: pl.DataFrame) -> pl.DataFrame:
    """Return stays that begin on one day in one school as one stay, the longest of them."""
    key = ["sourcedid", "school_id", "school_year", "entry_date"]
    longest_last = held.sort(pl.col("exit_date").fill_null(dt.date(9999, 1, 1)), maintain_order=True)
    once = longest_last.unique(key, keep="last", maintain_order=True)
    differ = held.unique([*key, "exit_date"]).height - once.height
    if differ:
        bundle.note_all("warning", f"{differ:,} stays begin on the same day in the same school as another one and end on another day; the longest counts.",
                        "Put the dates right in the student information system.", kind="users")  # fmt: skip
    return once.sort(key, maintain_order=True)


def _from_roles(at: pl.DataFrame, years: Years) -> pl.DataFrame:
    if not at.height:
        return pl.DataFrame(schema=_STAY)
    days = at["begin"].unique()
    book: Mapping[dt.date, str | None] = {day: years.of_day(day) for day in days.to_list()}
    return at.select(
        "sourcedid", "school_id", pl.col("begin").replace_strict(book, default=None, return_dtype=pl.String).alias("school_year"),
        pl.col("begin").alias("entry_date"), pl.col("end").alias("exit_date"),
    ).drop_nulls("school_year")  # fmt: skip


def _from_sessions_of_roles(at: pl.DataFrame, years: Years) -> pl.DataFrame:
    """Return roles that have the dates of their session, put together to stays as class enrollments are."""
    dated = at.with_columns(
        pl.coalesce(
            "session_year", pl.lit(years.covered[-1] if years.covered else None, dtype=pl.String)
        ).alias("school_year")
    )
    return _from_classes(dated.select(
        pl.col("sourcedid").alias("usersourcedid"), "school_id", "school_year", pl.col("begin").alias("entry_date"), pl.col("end").alias("exit_date")
    ))  # fmt: skip


def _from_classes(enrolled: pl.DataFrame) -> pl.DataFrame:
    """Return class enrollments put together to stays."""
    if not enrolled.height:
        return pl.DataFrame(schema=_STAY)
    group = ["usersourcedid", "school_id", "school_year"]
    far = dt.date(9999, 1, 1)
    held = enrolled.select(
        *group, pl.col("entry_date").fill_null(dt.date(1, 1, 1)), pl.col("exit_date").fill_null(far)
    ).sort(*group, "entry_date")
    reached = pl.col("exit_date").cum_max().shift(1).over(group)
    held = held.with_columns(
        ((pl.col("entry_date") - reached).dt.total_days() > LONGEST_BREAK).fill_null(value=True).alias("new")
    )
    held = held.with_columns(pl.col("new").cum_sum().over(group).alias("stay"))
    made = held.group_by(*group, "stay", maintain_order=True).agg(
        pl.col("entry_date").min(), pl.col("exit_date").max()
    )
    return made.select(
        pl.col("usersourcedid").alias("sourcedid"), "school_id", "school_year",
        pl.when(pl.col("entry_date") > dt.date(1, 1, 1)).then("entry_date").alias("entry_date"),
        pl.when(pl.col("exit_date") < far).then("exit_date").alias("exit_date"),
    )  # fmt: skip


def _from_sessions(at: pl.DataFrame, years: Years) -> pl.DataFrame:
    """Return whole years as stays, where nothing tells the dates of a student; the latest year that the set covers."""
    if not at.height or not years.covered:
        return pl.DataFrame(schema=_STAY)
    year = years.covered[-1]
    start, end = years.spans.get(year, (None, None))
    return at.select(
        "sourcedid", "school_id", pl.lit(year).alias("school_year"),
        pl.lit(start, dtype=pl.Date).alias("entry_date"), pl.lit(end, dtype=pl.Date).alias("exit_date"),
    )  # fmt: skip


def sections(classes: pl.DataFrame, enrolled: pl.DataFrame, people: People) -> pl.DataFrame:
    """Return classes as our sections; one row is one class with its (first, or primary) teacher."""
    teachers = (
        enrolled.filter(pl.col("role") == "teacher")
        .with_columns((pl.col("primary").str.to_lowercase() == "true").fill_null(value=False).alias("first"))
        .sort("first", descending=True, maintain_order=True)
        .unique("classsourcedid", keep="first", maintain_order=True)
        .join(people.users.select("sourcedid", "id"), left_on="usersourcedid", right_on="sourcedid")
        .select(pl.col("classsourcedid").alias("sourcedid"), pl.col("id").alias("staff_id"))
    )
    held = classes.join(teachers, on="sourcedid", how="left", maintain_order="left")
    return held.select(
        pl.col("sourcedid").alias("section_id"), "school_id", "school_year", pl.col("title").alias("section_name"), "course_title",
        pl.coalesce(pl.col("subjects"), pl.col("course_subjects")).str.split(",").list.first().str.strip_chars().alias("subject"),
        by_distinct(held["grades"], _one_grade, pl.String).alias("grade_level"), "staff_id",
    )  # fmt: skip


def _one_grade(text: str) -> str | None:
    return None if "," in text else as_grade(text)


def section_enrollments(enrolled: pl.DataFrame, people: People) -> pl.DataFrame:
    """Return who learns in which class; one row is one student in one class, from the first day to the last."""
    ids = people.users.filter("is_student").select("sourcedid", pl.col("id").alias("student_id"))
    held = enrolled.filter(pl.col("role") == "student").join(
        ids, left_on="usersourcedid", right_on="sourcedid", maintain_order="left"
    )
    return held.group_by(pl.col("classsourcedid").alias("section_id"), "student_id", maintain_order=True).agg(
        pl.col("entry_date").min(),
        pl.when(pl.col("exit_date").is_null().any())
        .then(None)
        .otherwise(pl.col("exit_date").max())
        .alias("exit_date"),
    )
