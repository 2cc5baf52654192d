"""What a registrar should look at in the district's data as a whole, after all files are together.

A check looks at tables and says what it found; it changes nothing. Findings are for staff: they name identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import polars as pl

from dataworkbench.schemas import TABLES, Table
from dataworkbench.terms import NOT_REPORTED

Level = Literal["problem", "caution", "info"]
Tables = Mapping[str, pl.DataFrame]

FINDINGS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "level": pl.String, "table": pl.String, "message": pl.String, "n": pl.Int64, "examples": pl.String, "what_to_do": pl.String,
}  # fmt: skip
DAYS_BEHIND: Final = 5
"""A school whose attendance ends so many days of instruction before the others' is said to be behind."""
_LEVELS: Final = ("problem", "caution", "info")


class Finding(NamedTuple):
    """One thing that was found; ``n`` is how many rows, students or schools it concerns."""

    level: Level
    table: str
    message: str
    n: int
    examples: str = ""
    what_to_do: str = ""


def check_tables(tables: Tables) -> pl.DataFrame:
    """Return what should be looked at in a district's canonical tables; one row is one finding, the gravest first.

    Columns: level (problem, caution, info), table, message, n, examples (identifiers), what_to_do.
    """
    whole = {name: _whole(name, tables.get(name)) for name in TABLES}
    found = [finding for check in _CHECKS for finding in check(whole)]
    found.sort(key=lambda finding: _LEVELS.index(finding.level))
    return pl.DataFrame(found, schema=FINDINGS_SCHEMA, orient="row")


def _whole(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    """Return a table with all its columns, text as text whatever engine it comes from."""
    schema = TABLES[name].polars_schema
    if frame is None:
        return TABLES[name].empty()
    return frame.select(
        pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, dtype=kind).alias(column)
        for column, kind in schema.items()
    )


def _some(values: pl.Series, most: int = 5) -> str:
    distinct = values.drop_nulls().unique().sort()
    shown = ", ".join(str(value) for value in distinct.head(most).to_list())
    return shown + (f" and {distinct.len() - most:,} more" if distinct.len() > most else "")


def _people(n: int, one: str = "student") -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


def _tables_that_are_missing(tables: Tables) -> list[Finding]:
    needed = ("schools", "students", "enrollments")
    return [
        Finding("caution", name, f"There are no {name} yet; most figures need them.", 0, "", TABLES[name].how_to_bring)
        for name in needed
        if not tables[name].height
    ]


def _orphans(tables: Tables) -> list[Finding]:
    """Find values that point to a row of another table that is not there."""
    found = []
    for table in TABLES.values():
        for column in table.columns:
            target = column.refers_to
            if not target or not tables[target].height or not tables[table.name].height or (table.name, column.name) == ("staff", "school_id"):
                continue
            finding = _orphans_of(tables, table, column.name, target)
            if finding is not None:
                found.append(finding)
    return found


def _orphans_of(tables: Tables, table: Table, column: str, target: str) -> Finding | None:
    key = column if column in TABLES[target].column_names else TABLES[target].key[0]
    held = tables[table.name][column]
    lost = held.filter(held.is_not_null() & ~held.is_in(tables[target][key].implode()))
    if not lost.len():
        return None
    level: Level = "problem" if TABLES[table.name].column(column).required else "caution"
    return Finding(
        level, table.name, f"{lost.len():,} rows name a {column.replace('_', ' ')} that is not among the {target}.", lost.len(), _some(lost),
        f"Bring the missing {target}, or put the identifiers right where the file comes from.",
    )  # fmt: skip


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
    return [Finding("caution", "enrollments", f"{_people(n)} seem to be in two stays at once; their days count twice.", n, _some(overlap["student_id"]),
                    "Check whether an exit date is missing, or whether the students are really in two schools.")]  # fmt: skip


def _undated_double_stays(tables: Tables) -> list[Finding]:
    stays = tables["enrollments"].filter(pl.col("entry_date").is_null())
    several = stays.group_by("student_id", "school_year").agg(pl.col("school_id").n_unique().alias("n")).filter(pl.col("n") > 1)
    if not several.height:
        return []
    return [Finding("caution", "enrollments", f"{_people(several.height)} stand in more than one school without dates.", several.height, _some(several["student_id"]),
                    "Bring enrollments with entry and exit dates, or find out which school is right.")]  # fmt: skip


def _exit_before_entry(tables: Tables) -> list[Finding]:
    wrong = tables["enrollments"].filter(pl.col("exit_date") < pl.col("entry_date"))
    if not wrong.height:
        return []
    return [Finding("problem", "enrollments", f"{wrong.height:,} stays end before they begin.", wrong.height, _some(wrong["student_id"]),
                    "Put the dates right in the student information system.")]  # fmt: skip


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
            found.append(Finding(level, "students", f"{_people(unsaid.height)} of {latest.height:,} have no reported {words} this school year ({share:.0%}).",
                                 unsaid.height, _some(unsaid["student_id"]), "They count in all figures, and in 'Not reported' where groups are shown."))  # fmt: skip
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


def _enrolled_without_a_student_row(tables: Tables) -> list[Finding]:
    if not tables["students"].height:
        return []
    lost = tables["enrollments"].join(tables["students"], on=["student_id", "school_year"], how="anti")
    if not lost.height:
        return []
    n = lost["student_id"].n_unique()
    return [Finding("caution", "students", f"{_people(n)} are enrolled in a school year for which nothing else is known of them.", n, _some(lost["student_id"]),
                    "Bring the roster, or the student list, of that school year.")]  # fmt: skip


def _schools_without_students(tables: Tables) -> list[Finding]:
    if not tables["enrollments"].height:
        return []
    empty = tables["schools"].join(tables["enrollments"], on="school_id", how="anti")
    if not empty.height:
        return []
    return [Finding("caution", "schools", f"{empty.height:,} schools have no students.", empty.height, _some(empty["school_id"]),
                    "Check whether the roster is whole, or whether the school is closed.")]  # fmt: skip


def _students_who_vanished(tables: Tables) -> list[Finding]:
    """Find schools with less than half the students of the year before."""
    sizes = tables["enrollments"].group_by("school_id", "school_year").agg(pl.col("student_id").n_unique().alias("n")).sort("school_id", "school_year")
    fell = sizes.with_columns(pl.col("n").shift(1).over("school_id").alias("before")).filter((pl.col("n") < 0.5 * pl.col("before")) & (pl.col("before") >= 10))
    if not fell.height:
        return []
    shown = fell.select(pl.format("{} in {}: {} after {}", "school_id", "school_year", "n", "before")).to_series()
    return [Finding("caution", "enrollments", f"{fell.height:,} schools have fewer than half the students of the year before.", fell.height, _some(shown),
                    "Check whether the roster is whole.")]  # fmt: skip


def _one_person_twice(tables: Tables) -> list[Finding]:
    people = tables["identities"].drop_nulls(["given_name", "family_name", "birth_date"])
    same = people.filter(pl.struct(pl.col("given_name").str.to_lowercase(), pl.col("family_name").str.to_lowercase(), "birth_date").is_duplicated())
    if not same.height:
        return []
    return [Finding("caution", "identities", f"{_people(same.height)} share name and birth date with another one.", same.height, _some(same["student_id"]),
                    "Check whether one person has two identifiers; twins with one name are rare.")]  # fmt: skip


def _mixed_widths(tables: Tables) -> list[Finding]:
    found = []
    for name in ("students", "results", "attendance"):
        ids = tables[name]["student_id"].drop_nulls().unique()
        figures = ids.filter(ids.str.contains(r"^\d+$"))
        if figures.len() < 2 or not figures.str.starts_with("0").any():
            continue
        lengths = figures.str.len_chars()
        short = figures.filter(lengths < lengths.max())
        if short.len():
            found.append(Finding("caution", name, f"Identifiers are not equally long: {short.len():,} have fewer than {lengths.max()} figures.", short.len(), _some(short),
                                 "A spreadsheet may have taken zeros away from the front. Export the column as text."))  # fmt: skip
    return found


def _totals_that_do_not_add_up(tables: Tables) -> list[Finding]:
    wrong = tables["attendance_totals"].filter(pl.col("days_absent") > pl.col("days_enrolled"))
    if not wrong.height:
        return []
    return [Finding("problem", "attendance_totals", f"{wrong.height:,} rows have more days absent than enrolled.", wrong.height, _some(wrong["student_id"]),
                    "Put the days right where the file comes from.")]  # fmt: skip


def _latest_attendance(tables: Tables) -> pl.DataFrame:
    attendance = tables["attendance"]
    return attendance.filter(pl.col("school_year") == attendance["school_year"].max()) if attendance.height else attendance


def _attendance_that_stops_early(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    if not latest.height:
        return []
    last = latest.group_by("school_id").agg(pl.col("date").max().alias("last"))
    days = latest["date"].unique().sort()
    behind = last.with_columns(pl.Series("behind", [int((days > day).sum()) for day in last["last"].to_list()])).filter(pl.col("behind") >= DAYS_BEHIND)
    if not behind.height:
        return []
    shown = behind.select(pl.format("{} (last day {})", "school_id", "last")).to_series()
    return [Finding("caution", "attendance", f"Attendance of {behind.height:,} schools ends earlier than that of the others; days that are missing are not days present.",
                    behind.height, _some(shown), "Bring the attendance of these schools up to the same day.")]  # fmt: skip


def _schools_without_attendance(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    if not latest.height:
        return []
    year = latest["school_year"][0]
    there = tables["enrollments"].filter(pl.col("school_year") == year)
    lacking = there.join(latest, on="school_id", how="anti")["school_id"].unique()
    if not lacking.len():
        return []
    return [Finding("caution", "attendance", f"{lacking.len():,} schools have students in {year} and no attendance.", lacking.len(), _some(lacking),
                    "Bring the attendance of these schools.")]  # fmt: skip


def _schools_where_all_are_present(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    held = latest.group_by("school_id").agg(pl.len().alias("rows"), pl.col("absent").sum().alias("missed"))
    odd = held.filter((pl.col("missed") == 0) & (pl.col("rows") >= 200))
    if not odd.height:
        return []
    return [Finding("caution", "attendance", f"In {odd.height:,} schools nobody was ever absent.", odd.height, _some(odd["school_id"]),
                    "The codes for absence may be others there; look at the codes in the file.")]  # fmt: skip


def _attendance_outside_of_stays(tables: Tables) -> list[Finding]:
    attendance, stays = tables["attendance"], tables["enrollments"].drop_nulls("entry_date")
    if not attendance.height or not stays.height:
        return []
    spans = stays.group_by("student_id", "school_id").agg(
        pl.col("entry_date").min().alias("first"), pl.when(pl.col("exit_date").is_null().any()).then(None).otherwise(pl.col("exit_date").max()).alias("end")
    )
    dated = attendance.select("student_id", "school_id", "date").join(spans, on=["student_id", "school_id"], how="left")
    outside = dated.filter(pl.col("first").is_null() | (pl.col("date") < pl.col("first")) | (pl.col("date") >= pl.col("end")))
    if not outside.height:
        return []
    n = outside["student_id"].n_unique()
    return [Finding("caution", "attendance", f"{outside.height:,} days of {_people(n)} lie outside of their stay in that school.", outside.height, _some(outside["student_id"]),
                    "Check entry and exit dates; these days count in attendance as they are.")]  # fmt: skip


def _days_off_the_calendar(tables: Tables) -> list[Finding]:
    calendar, attendance = tables["calendar"], tables["attendance"]
    if not calendar.height or not attendance.height:
        return []
    taken = attendance.select("school_id", "date").unique()
    known = taken.filter(pl.col("school_id").is_in(calendar["school_id"].implode()))
    off = known.join(calendar, on=["school_id", "date"], how="anti")
    if not off.height:
        return []
    return [Finding("caution", "attendance", f"Attendance was taken on {off.height:,} school days that are not in the calendar.", off.height, _some(off["date"].cast(pl.String)),
                    "Put the calendar right, or the dates of the attendance file.")]  # fmt: skip


def _scores_outside_the_scale(tables: Tables) -> list[Finding]:
    scaled = tables["results"].join(tables["assessments"].select("assessment_id", "scale_min", "scale_max"), on="assessment_id", how="inner")
    outside = scaled.filter((pl.col("scale_score") < pl.col("scale_min")) | (pl.col("scale_score") > pl.col("scale_max")))
    return [
        Finding("problem", "results", f"{part.height:,} scores of '{name}' lie outside its scale.", part.height, _some(part["student_id"]),
                "Put the scores right, or the scale of the assessment.")
        for (name,), part in outside.group_by(["assessment_id"])
    ]  # fmt: skip


def _levels_nobody_defined(tables: Tables) -> list[Finding]:
    held = tables["results"].drop_nulls("performance_level").select("assessment_id", "performance_level")
    open_ones = held.join(tables["performance_levels"], on=["assessment_id", "performance_level"], how="anti")
    return [
        Finding("caution", "performance_levels", f"{part.height:,} results of '{name}' have a level that is not defined, so nobody can tell whether it is proficient.",
                part.height, _some(part["performance_level"]), TABLES["performance_levels"].how_to_bring)
        for (name,), part in open_ones.sort("assessment_id").group_by(["assessment_id"], maintain_order=True)
    ]  # fmt: skip


def _results_without_a_stay(tables: Tables) -> list[Finding]:
    stays, results = tables["enrollments"], tables["results"]
    if not stays.height or not results.height:
        return []
    covered = results.filter(pl.col("school_year").is_in(stays["school_year"].unique().implode()))
    lost = covered.join(stays, on=["student_id", "school_year"], how="anti")
    if not lost.height:
        return []
    n = lost["student_id"].n_unique()
    return [Finding("caution", "results", f"{_people(n)} have results in a school year in which they are not enrolled.", n, _some(lost["student_id"]),
                    "Check the identifiers, or the roster of that school year.")]  # fmt: skip


def _odd_percentiles(tables: Tables) -> list[Finding]:
    found = []
    for column in ("percentile", "growth_percentile"):
        odd = tables["results"].filter((pl.col(column) < 1) | (pl.col(column) > 99))
        if odd.height:
            found.append(Finding("caution", "results", f"{odd.height:,} values of {column.replace('_', ' ')} are not between 1 and 99.", odd.height, _some(odd["student_id"]),
                                 "Look at the column in the export; it may hold something else."))  # fmt: skip
    return found


def _twice_on_one_day(tables: Tables) -> list[Finding]:
    results = tables["results"]
    key = list(TABLES["results"].key)
    whole = results.filter(pl.col("standard_id").is_null())
    twice = whole.filter(whole.select(key).hash_rows().is_duplicated()) if whole.height else whole
    if not twice.height:
        return []
    return [Finding("info", "results", f"{twice.height:,} results share student, test and day with another one.", twice.height, _some(twice["student_id"]),
                    "Students may have been tested twice on one day. Figures that need one result take the last.")]  # fmt: skip


def _missing_grade_levels(tables: Tables) -> list[Finding]:
    lacking = tables["enrollments"].filter(pl.col("grade_level").is_null())
    if not lacking.height:
        return []
    return [Finding("caution", "enrollments", f"{lacking.height:,} stays have no grade level.", lacking.height, _some(lacking["student_id"]),
                    "Put the grade levels into the roster.")]  # fmt: skip


def _items_without_a_pair(tables: Tables) -> list[Finding]:
    items = tables["survey_items"]
    if items["role"].n_unique() < 2:
        return []
    alone = items.drop_nulls("pair_id").group_by("survey_id", "pair_id").agg(pl.col("role").n_unique().alias("roles")).filter(pl.col("roles") == 1)
    if not alone.height:
        return []
    return [Finding("info", "survey_items", f"{alone.height:,} questions were asked of one role only, so they cannot be compared across roles.", alone.height, _some(alone["pair_id"]), "")]


def _more_answers_than_invitations(tables: Tables) -> list[Finding]:
    answered = tables["survey_responses"].drop_nulls("answer").group_by("survey_id", "role").agg(pl.col("respondent_id").n_unique().alias("n"))
    odd = answered.join(tables["surveys"], on=["survey_id", "role"]).filter(pl.col("n") > pl.col("invited"))
    if not odd.height:
        return []
    return [Finding("caution", "surveys", f"{odd.height:,} surveys have more people answering than were asked.", odd.height, _some(odd["survey_id"]),
                    "Check the numbers of invitations, or whether people answered twice.")]  # fmt: skip


_CHECKS: Final[Sequence[Callable[[Tables], list[Finding]]]] = (
    _tables_that_are_missing, _orphans, _exit_before_entry, _overlapping_stays, _undated_double_stays, _missing_grade_levels,
    _enrolled_without_a_student_row, _students_without_groups, _programs_nobody_brought, _schools_without_students, _students_who_vanished,
    _one_person_twice, _mixed_widths, _totals_that_do_not_add_up, _attendance_that_stops_early, _schools_without_attendance,
    _schools_where_all_are_present, _attendance_outside_of_stays, _days_off_the_calendar, _scores_outside_the_scale,
    _levels_nobody_defined, _results_without_a_stay, _odd_percentiles, _twice_on_one_day, _items_without_a_pair, _more_answers_than_invitations,
)  # fmt: skip
