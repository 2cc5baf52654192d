"""Students, their stays and their groups."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.checks.finding import Check, Finding, Level, Tables, counted, some
from dataworkbench.terms import NOT_REPORTED


def _exit_before_entry(tables: Tables) -> list[Finding]:
    wrong = tables["enrollments"].filter(pl.col("exit_date") < pl.col("entry_date"))
    if not wrong.height:
        return []
    return [Finding("problem", "enrollments", f"{counted(wrong.height, 'stay')} with an exit before the entry.", wrong.height, some(wrong["student_id"]),
                    "Put the dates right in the student information system.")]  # fmt: skip


def _overlapping_stays(tables: Tables) -> list[Finding]:
    stays = tables["enrollments"].drop_nulls("entry_date").sort("student_id", "entry_date")
    if not stays.height:
        return []
    before = stays.with_columns(
        pl.col("exit_date").shift(1).over("student_id").alias("left"),
        pl.col("entry_date").shift(1).over("student_id").is_not_null().alias("follows"),
        pl.col("school_year").shift(1).over("student_id").alias("year_before"),
    )
    open_before = pl.col("left").is_null() & (pl.col("year_before") == pl.col("school_year"))
    overlap = before.filter(pl.col("follows") & (open_before | (pl.col("left") > pl.col("entry_date"))))
    if not overlap.height:
        return []
    n = overlap["student_id"].n_unique()
    return [Finding("caution", "enrollments", f"{counted(n)} in two stays at once, it seems; such days count twice.", n, some(overlap["student_id"]),
                    "Check whether an exit date is missing, or whether the students are really in two schools.")]  # fmt: skip


def _undated_double_stays(tables: Tables) -> list[Finding]:
    stays = tables["enrollments"].filter(pl.col("entry_date").is_null())
    several = (
        stays.group_by("student_id", "school_year")
        .agg(pl.col("school_id").n_unique().alias("n"))
        .filter(pl.col("n") > 1)
    )
    if not several.height:
        return []
    return [Finding("caution", "enrollments", f"{counted(several.height)} in more than one school without dates.", several.height, some(several["student_id"]),
                    "Bring enrollments with entry and exit dates, or find out which school is right.")]  # fmt: skip


def _missing_grade_levels(tables: Tables) -> list[Finding]:
    lacking = tables["enrollments"].filter(pl.col("grade_level").is_null())
    if not lacking.height:
        return []
    return [Finding("caution", "enrollments", f"{counted(lacking.height, 'stay')} without a grade level.", lacking.height, some(lacking["student_id"]),
                    "Put the grade levels into the roster.")]  # fmt: skip


def _enrolled_without_a_student_row(tables: Tables) -> list[Finding]:
    if not tables["students"].height:
        return []
    lost = tables["enrollments"].join(tables["students"], on=["student_id", "school_year"], how="anti")
    if not lost.height:
        return []
    n = lost["student_id"].n_unique()
    return [Finding("caution", "students", f"{counted(n)} enrolled in a school year for which nothing else is known of them.", n, some(lost["student_id"]),
                    "Bring the roster, or the student list, of that school year.")]  # fmt: skip


def _students_without_groups(tables: Tables) -> list[Finding]:
    students = tables["students"]
    if not students.height:
        return []
    latest = students.filter(pl.col("school_year") == students["school_year"].max())
    found = []
    for column, words in (("race_ethnicity", "race and ethnicity"), ("sex", "gender")):
        unsaid = latest.filter(pl.col(column).is_null() | (pl.col(column) == NOT_REPORTED))
        share = unsaid.height / latest.height
        if unsaid.height:
            level: Level = "caution" if share > 0.05 else "info"
            found.append(Finding(level, "students", f"{counted(unsaid.height)} of {latest.height:,} without a reported {words} this school year ({share:.0%}).",
                                 unsaid.height, some(unsaid["student_id"]), "They count in all figures, and in 'Not reported' where groups are shown."))  # fmt: skip
    return found


def _programs_nobody_brought(tables: Tables) -> list[Finding]:
    students = tables["students"]
    if not students.height:
        return []
    latest = students.filter(pl.col("school_year") == students["school_year"].max())
    unsaid = [
        column for column in ("english_learner", "disability", "economic_disadvantage")
        if latest.filter(pl.col(column).is_in(["Yes", "No"])).is_empty()
    ]  # fmt: skip
    if not unsaid:
        return []
    return [Finding("caution", "students", f"Nobody's status is known this school year for: {', '.join(c.replace('_', ' ') for c in unsaid)}.", latest.height, "",
                    "Bring the file of student programs; OneRoster does not hold it.")]  # fmt: skip


def _schools_without_students(tables: Tables) -> list[Finding]:
    if not tables["enrollments"].height:
        return []
    empty = tables["schools"].join(tables["enrollments"], on="school_id", how="anti")
    if not empty.height:
        return []
    return [Finding("caution", "schools", f"{counted(empty.height, 'school')} without students.", empty.height, some(empty["school_id"]),
                    "Check whether the roster is whole, or whether the school is closed.")]  # fmt: skip


def _students_who_vanished(tables: Tables) -> list[Finding]:
    """Find schools with less than half the students of the year before."""
    sizes = (
        tables["enrollments"]
        .group_by("school_id", "school_year")
        .agg(pl.col("student_id").n_unique().alias("n"))
        .sort("school_id", "school_year")
    )
    fell = sizes.with_columns(pl.col("n").shift(1).over("school_id").alias("before")).filter(
        (pl.col("n") < 0.5 * pl.col("before")) & (pl.col("before") >= 10)
    )
    if not fell.height:
        return []
    shown = fell.select(
        pl.format("{} in {}: {} after {}", "school_id", "school_year", "n", "before")
    ).to_series()
    return [Finding("caution", "enrollments", f"{counted(fell.height, 'school')} with fewer than half the students of the year before.", fell.height, some(shown),
                    "Check whether the roster is whole.")]  # fmt: skip


def _one_person_twice(tables: Tables) -> list[Finding]:
    known = tables["identities"].drop_nulls(["given_name", "family_name", "birth_date"])
    same = known.filter(
        pl.struct(
            pl.col("given_name").cast(pl.String).str.to_lowercase(),
            pl.col("family_name").cast(pl.String).str.to_lowercase(),
            "birth_date",
        ).is_duplicated()
    )
    if not same.height:
        return []
    return [Finding("caution", "identities", f"{counted(same.height)} with the name and birth date of another one.", same.height, some(same["student_id"]),
                    "Check whether one person has two identifiers; twins with one name are rare.")]  # fmt: skip


CHECKS: Final[tuple[Check, ...]] = (
    _exit_before_entry,
    _overlapping_stays,
    _undated_double_stays,
    _missing_grade_levels,
    _enrolled_without_a_student_row,
    _students_without_groups,
    _programs_nobody_brought,
    _schools_without_students,
    _students_who_vanished,
    _one_person_twice,
)
