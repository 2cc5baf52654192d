"""The canonical tables: what one row is, the columns, their types, and who they come from.

Names follow OneRoster, Ed-Fi and CEDS. Readers make these tables, the warehouse keeps them, measures ask them;
the data dictionary page is written from this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from dataworkbench.errors import no_such

Kind = Literal["text", "category", "option", "grade", "date", "whole", "number", "yes_no"]
"""text: free; category: few distinct values; option: Yes, No or NotSelected; grade: a grade level."""

POLARS_TYPES: Final[Mapping[Kind, type[pl.DataType]]] = MappingProxyType(
    {
        "text": pl.String, "category": pl.String, "option": pl.String, "grade": pl.String,
        "date": pl.Date, "whole": pl.Int64, "number": pl.Float64, "yes_no": pl.Boolean,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    options: tuple[str, ...] = ()
    refers_to: str = ""
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table. ``key`` names the columns that tell its rows apart."""

    name: str
    one_row_is: str
    key: tuple[str, ...]
    comes_from: str
    how_to_bring: str
    columns: tuple[Column, ...]
    personal: bool = False

    def column(self, name: str) -> Column:
        """Return one column by its name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise no_such(f"column of {self.name}", name, self.column_names)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def polars_schema(self) -> dict[str, type[pl.DataType]]:
        """The columns with their polars types."""
        return {column.name: POLARS_TYPES[column.kind] for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return the table without a row."""
        return pl.DataFrame(schema=self.polars_schema)


def _c(  # a short name, because it stands a hundred times below
    name: str,
    kind: Kind,
    meaning: str,
    *,
    required: bool = False,
    options: tuple[str, ...] = (),
    to: str = "",
    personal: bool = False,
) -> Column:
    return Column(name, kind, meaning, required, options, to, personal)


_STUDENT = _c("student_id", "text", "The district's identifier for the student", required=True, to="students")
_SCHOOL = _c("school_id", "category", "The school", required=True, to="schools")
_YEAR = _c("school_year", "category", "The school year, as 2025-26", required=True)
_PERIOD = _c("period", "category", "Fall, Winter, Spring, or Year where it happens once a year")
_SUBJECT = _c("subject", "category", "The subject, as the district calls it")

_TABLES: tuple[Table, ...] = (
    Table("schools", "one school", ("school_id",), "OneRoster orgs",
          "Bring the roster: a OneRoster export of the student information system.", (
        _c("school_id", "category", "The district's identifier for the school", required=True),
        _c("school_name", "text", "The school's name", required=True),
        _c("level", "category", "Elementary, Middle, High or Other"),
        _c("state_id", "text", "The state's identifier for the school"),
        _c("district_name", "text", "The district that the school belongs to"),
    )),
    Table("students", "one student in one school year", ("student_id", "school_year"), "OneRoster users and demographics",
          "Bring the roster: a OneRoster export with its demographics file.", (
        _c("student_id", "text", "The district's identifier for the student", required=True),
        _YEAR,
        _c("sex", "category", "Female, Male, Another gender, or Not reported"),
        _c("race_ethnicity", "category", "The federal reporting category; Hispanic or Latino of any race"),
        _c("hispanic", "option", "Hispanic or Latino ethnicity"),
        _c("american_indian", "option", "American Indian or Alaska Native"),
        _c("asian", "option", "Asian"),
        _c("black", "option", "Black or African American"),
        _c("pacific_islander", "option", "Native Hawaiian or Other Pacific Islander"),
        _c("white", "option", "White"),
        _c("english_learner", "option", "English learner this year"),
        _c("disability", "option", "Served under IDEA this year"),
        _c("economic_disadvantage", "option", "Economically disadvantaged by the district's rule"),
        _c("gifted", "option", "Gifted and talented"),
        _c("migrant", "option", "Migrant"),
        _c("home_language", "category", "Language spoken at home"),
        _c("bus_route", "category", "Bus route, where the student rides one"),
    )),
    Table("identities", "one student's name and birth date", ("student_id",), "OneRoster users and demographics",
          "Bring the roster: a OneRoster export of the student information system.", (
        _c("student_id", "text", "The district's identifier for the student", required=True),
        _c("given_name", "text", "Given name", personal=True),
        _c("family_name", "text", "Family name", personal=True),
        _c("birth_date", "date", "Date of birth", personal=True),
        _c("state_student_id", "text", "The state's identifier for the student", personal=True),
        _c("local_number", "text", "Another number the district knows the student by", personal=True),
    ), personal=True),
    Table("staff", "one member of staff in one school", ("staff_id", "school_id"), "OneRoster users and roles",
          "Bring the roster: a OneRoster export with its teachers.", (
        _c("staff_id", "text", "The district's identifier for the person", required=True),
        _c("school_id", "category", "The school", required=True, to="schools"),
        _c("role", "category", "teacher, aide, counselor, principal, administrator"),
        _c("staff_name", "text", "Name", personal=True),
        _c("years_experience", "number", "Years of experience"),
    )),
    Table("enrollments", "one student's stay in one school", ("student_id", "school_id", "school_year", "entry_date"),
          "OneRoster users and enrollments", "Bring the roster: a OneRoster export of the student information system.", (
        _STUDENT, _SCHOOL, _YEAR,
        _c("grade_level", "grade", "Grade level during the stay"),
        _c("entry_date", "date", "First day"),
        _c("exit_date", "date", "The day after the last day"),
        _c("exit_reason", "category", "Why the stay ended"),
    )),
    Table("sections", "one class with a teacher", ("section_id",), "OneRoster classes",
          "Bring the roster: a OneRoster export with its classes.", (
        _c("section_id", "text", "The district's identifier for the class", required=True),
        _SCHOOL, _YEAR,
        _c("section_name", "text", "The name of the class"),
        _c("course_title", "text", "The course"),
        _SUBJECT,
        _c("grade_level", "grade", "Grade level, where it is one"),
        _c("staff_id", "text", "The teacher", to="staff"),
    )),
    Table("section_enrollments", "one student in one class", ("section_id", "student_id"), "OneRoster enrollments",
          "Bring the roster: a OneRoster export with its enrollments.", (
        _c("section_id", "text", "The class", required=True, to="sections"),
        _STUDENT,
        _c("entry_date", "date", "First day"),
        _c("exit_date", "date", "The day after the last day"),
    )),
    Table("calendar", "one day of instruction in one school", ("school_id", "date"), "the district's calendar",
          "Bring a calendar: a file with school_id, date.", (
        _SCHOOL, _YEAR,
        _c("date", "date", "The day", required=True),
        _c("instructional_minutes", "number", "Minutes of instruction planned"),
    )),
    Table("assessments", "one assessment", ("assessment_id",), "mapping profiles",
          "Bring results: the assessments come with them.", (
        _c("assessment_id", "category", "A short name for the test", required=True),
        _c("title", "text", "The name people know"),
        _c("kind", "category", "What it is for",
           options=("diagnostic", "interim", "summative", "formative", "exit ticket", "standards", "progress monitoring")),
        _c("scale_min", "number", "The lowest score there is"),
        _c("scale_max", "number", "The highest score there is"),
        _c("source", "text", "Who says so"),
    )),
    Table("performance_levels", "one level of one assessment", ("assessment_id", "subject", "grade_level", "performance_level"),
          "mapping profiles, or the district's cut scores",
          "Bring cut scores: a file with assessment_id, performance_level, level_order, proficient.", (
        _c("assessment_id", "category", "The test", required=True, to="assessments"),
        _c("subject", "category", "Where levels differ by subject, else empty"),
        _c("grade_level", "grade", "Where levels differ by grade level, else empty"),
        _c("performance_level", "category", "The label", required=True),
        _c("level_order", "whole", "1 is the lowest", required=True),
        _c("proficient", "yes_no", "Whether the level counts as proficient", required=True),
        _c("min_score", "number", "The lowest score in the level, where levels are cut from scores"),
    )),
    Table("standards", "one learning standard", ("standard_id",), "OneRoster learning objectives, or the district's list",
          "Bring standards scores: the standards come with them.", (
        _c("standard_id", "category", "The standard's code", required=True),
        _SUBJECT,
        _c("grade_level", "grade", "Grade level of the standard"),
        _c("strand", "category", "The strand or domain"),
        _c("statement", "text", "What a learner can do"),
        _c("sequence", "whole", "Place in the learning sequence"),
    )),
    Table("results", "one student's outcome on one assessment, in one subject (and standard), on one occasion",
          ("student_id", "assessment_id", "subject", "school_year", "period", "test_date", "standard_id", "section_id"),
          "vendors' exports, OneRoster results", "Bring an assessment export, such as i-Ready, MAP Growth or the state's file.", (
        _STUDENT,
        _c("school_id", "category", "Where the student was tested, or enrolled", to="schools"),
        _YEAR, _PERIOD,
        _c("assessment_id", "category", "The test", required=True, to="assessments"),
        _SUBJECT,
        _c("standard_id", "category", "The standard or strand scored; empty for the whole test"),
        _c("grade_level", "grade", "Grade level when tested"),
        _c("test_date", "date", "The day"),
        _c("scale_score", "number", "The score"),
        _c("score_error", "number", "The score's standard error"),
        _c("performance_level", "category", "The label given"),
        _c("percentile", "number", "Percentile in the norm group, 1 to 99"),
        _c("growth_target", "number", "Points of growth aimed at over the year"),
        _c("met_growth_target", "yes_no", "Whether the vendor says that the target was met"),
        _c("goal", "number", "Score aimed at, for checks of progress"),
        _c("goal_date", "date", "The day by which the goal is to be reached"),
        _c("growth_percentile", "number", "The vendor's or the state's growth percentile"),
        _c("points", "number", "Points earned, for quizzes and exit tickets"),
        _c("points_possible", "number", "Points there were"),
        _c("result_status", "category", "scored, absent, exempt, not scored, invalid", options=(
            "scored", "absent", "exempt", "not scored", "invalid")),
        _c("moment", "category", "pre or post, for a check before and after a lesson", options=("pre", "post")),
        _c("section_id", "text", "The class, for exit tickets, marks and gradebooks", to="sections"),
    )),
    Table("attendance", "one student on one day", ("student_id", "school_id", "date"), "attendance exports",
          "Bring daily attendance: student, school, date and a code for present or absent.", (
        _STUDENT, _SCHOOL, _YEAR,
        _c("date", "date", "The day", required=True),
        _c("absent", "number", "Share of the day missed: 0 present, 1 absent", required=True),
        _c("status", "category", "present, absent, tardy, partial", options=("present", "absent", "tardy", "partial")),
        _c("excused", "option", "Whether the absence was excused"),
        _c("code", "category", "The code in the file"),
    )),
    Table("attendance_events", "one day on which one student was away, late or left early", ("student_id", "school_id", "date"),
          "lists of absences and late arrivals", "Bring the list of absences, and a calendar: without it, days that are not listed are unknown.", (
        _STUDENT, _SCHOOL, _YEAR,
        _c("date", "date", "The day", required=True),
        _c("absent", "number", "Share of the day missed: 0 for a late arrival, 1 for a whole day", required=True),
        _c("status", "category", "absent, tardy, partial", options=("absent", "tardy", "partial")),
        _c("excused", "option", "Whether the absence was excused"),
        _c("code", "category", "The code in the file"),
    )),
    Table("attendance_totals", "one student in one school in one year", ("student_id", "school_id", "school_year"),
          "attendance exports without days", "Bring daily attendance, or totals of days enrolled and days absent.", (
        _STUDENT, _SCHOOL, _YEAR,
        _c("days_enrolled", "number", "Days the student could have come", required=True),
        _c("days_absent", "number", "Days missed", required=True),
        _c("grade_level", "grade", "Grade level"),
    )),
    Table("participation", "one student's use of one online program, on one day or in a whole course",
          ("student_id", "program", "section_id", "date"), "reports of online programs",
          "Bring a report of an online program: student, day or class, logins or minutes.", (
        _STUDENT,
        _c("school_id", "category", "The school", to="schools"), _YEAR,
        _c("program", "category", "The program, such as a sign-on portal or a course platform", required=True),
        _c("date", "date", "The day; empty where the report sums up a whole course"),
        _c("section_id", "text", "The class, where the report is of one", to="sections"),
        _c("active", "yes_no", "Whether the student used it"),
        _c("logins", "whole", "How many times the student signed on"),
        _c("resources", "whole", "How many resources were opened"),
        _c("minutes", "number", "Minutes spent"),
    )),
    Table("incidents", "one student's part in one incident", ("incident_id", "student_id"), "behaviour exports",
          "Bring a behaviour export: incident, student, school, date, what happened.", (
        _c("incident_id", "text", "The incident", required=True),
        _STUDENT, _SCHOOL, _YEAR,
        _c("date", "date", "The day"),
        _c("behavior", "category", "Ed-Fi behaviour: State Offense, School Violation, School Code of Conduct, Other"),
        _c("action", "category", "What was done"),
        _c("days_removed", "number", "Days out of class"),
        _c("location", "category", "Where"),
    )),
    Table("surveys", "one survey given once to one role", ("survey_id", "role"), "survey exports",
          "Bring a survey export, with a mapping that says which question is which.", (
        _c("survey_id", "category", "The survey", required=True),
        _c("role", "category", "student, family or staff", required=True, options=("student", "family", "staff")),
        _c("title", "text", "Its name"), _YEAR, _PERIOD,
        _c("invited", "whole", "How many were asked"),
    )),
    Table("survey_items", "one question as one role was asked it", ("survey_id", "role", "item_id"), "survey exports and their mapping",
          "Bring a survey export, with a mapping that says which question is which.", (
        _c("survey_id", "category", "The survey", required=True, to="surveys"),
        _c("role", "category", "student, family or staff", required=True),
        _c("item_id", "category", "The question", required=True),
        _c("pair_id", "category", "The same for questions that ask different roles the same thing"),
        _c("topic", "category", "What it is about"),
        _c("wording", "text", "The question as asked"),
        _c("choices", "whole", "How many answers there are to choose from"),
        _c("reversed", "yes_no", "Whether agreeing is unfavourable"),
    )),
    Table("survey_responses", "one answer of one person", ("survey_id", "role", "respondent_id", "item_id"), "survey exports",
          "Bring a survey export, with a mapping that says which question is which.", (
        _c("survey_id", "category", "The survey", required=True, to="surveys"),
        _c("role", "category", "student, family or staff", required=True),
        _c("respondent_id", "text", "A number for the person; a student's identifier only if the survey was not anonymous", required=True),
        _c("item_id", "category", "The question", required=True, to="survey_items"),
        _c("school_id", "category", "The school", to="schools"),
        _YEAR, _PERIOD,
        _c("grade_level", "grade", "Grade level, for students"),
        _c("answer", "whole", "1 is the least favourable; empty where the question was left blank"),
    )),
    Table("observations", "one element of a rubric scored by one observer on one visit",
          ("visit_id", "observer_id", "element_id"), "observation sheets",
          "Bring observation sheets: visit, teacher, observer, date, rubric, element, score.", (
        _c("visit_id", "text", "The visit; two observers of one visit share it", required=True),
        _c("observer_id", "text", "Who observed", required=True),
        _c("staff_id", "text", "Who was observed", to="staff"),
        _SCHOOL, _YEAR, _PERIOD,
        _c("date", "date", "The day"),
        _c("rubric_id", "category", "The rubric", required=True),
        _c("element_id", "category", "The element", required=True),
        _c("score", "whole", "The level given, 1 the lowest", required=True),
        _SUBJECT,
        _c("grade_level", "grade", "Grade level of the class"),
    )),
    Table("professional_learning", "one member of staff at one activity", ("activity_id", "staff_id"), "professional-learning logs",
          "Bring a professional-learning log: activity, staff member, date, hours, topic.", (
        _c("activity_id", "text", "The activity", required=True),
        _c("staff_id", "text", "Who took part", required=True, to="staff"),
        _c("school_id", "category", "The school", to="schools"), _YEAR,
        _c("date", "date", "The day"),
        _c("topic", "category", "What it was about"),
        _c("rubric_element", "category", "The rubric element that it was meant to help"),
        _c("hours", "number", "Hours"),
        _c("format", "category", "Workshop, coaching, peer visit, course"),
    )),
    Table("learner_profiles", "one thing a learner, or a teacher, said about one learner", ("student_id", "asked_on", "topic", "said_by"),
          "conferences and interest surveys", "Bring learner profiles: student, date, topic, who said it, what was said.", (
        _STUDENT, _YEAR,
        _c("asked_on", "date", "The day"),
        _c("topic", "category", "interests, works best, challenge, goal, strength", required=True),
        _c("said_by", "category", "student, teacher, family", options=("student", "teacher", "family")),
        _c("words", "text", "What was said", personal=True),
    )),
    Table("interventions", "one student's turn with one strategy", ("intervention_id",), "intervention logs",
          "Bring an intervention log: student, strategy, need, dates, dose planned, goal, outcome.", (
        _c("intervention_id", "text", "This turn", required=True),
        _STUDENT,
        _c("school_id", "category", "The school", to="schools"), _YEAR,
        _c("grade_level", "grade", "Grade level"),
        _c("strategy", "category", "The strategy", required=True),
        _c("need", "category", "What it was for"),
        _c("tier", "whole", "1 everyone, 2 a group, 3 one student"),
        _c("start_date", "date", "Began"),
        _c("planned_end", "date", "Was to end"),
        _c("end_date", "date", "Ended"),
        _c("exit_reason", "category", "Why it ended", options=("completed", "met goal early", "stopped", "moved away", "still running")),
        _c("group_size", "whole", "How many students together"),
        _c("planned_minutes", "number", "Minutes in all that were planned"),
        _c("fidelity", "number", "Share of the strategy's steps that were followed, 0 to 1"),
        _c("measure", "category", "The assessment that the goal is on"),
        _c("subject", "category", "The subject of that assessment"),
        _c("baseline", "number", "Score before"),
        _c("goal", "number", "Score aimed at"),
        _c("outcome", "number", "Score after; empty where there is none"),
    )),
    Table("intervention_sessions", "one student at one session", ("intervention_id", "date"), "intervention logs",
          "Bring an intervention session log: intervention, date, minutes, present.", (
        _c("intervention_id", "text", "The turn it belongs to", required=True, to="interventions"),
        _c("date", "date", "The day", required=True),
        _c("minutes", "number", "Minutes held"),
        _c("present", "yes_no", "Whether the student was there"),
        _c("engaged", "whole", "How engaged, 1 to 4"),
    )),
    Table("intervention_series", "one measurement of one student in a single-case series",
          ("intervention_id", "measure", "session"), "single-case logs, progress monitoring",
          "Bring a series: student, what was measured, the number of the session, the phase and the value.", (
        _c("intervention_id", "text", "The turn, or the case, that is followed", required=True, to="interventions"),
        _c("student_id", "text", "The district's identifier for the student, where the series names one", to="students"),
        _c("measure", "category", "What was measured", required=True),
        _c("session", "whole", "Place in the series, 1 the first", required=True),
        _c("date", "date", "The day"),
        _c("phase", "category", "A is the time before, B the time with the intervention; more letters for what follows", required=True),
        _c("value", "number", "What was measured that time", required=True),
    )),
    Table("time_use", "one kind of use of class time in one section", ("section_id", "date", "use"), "classroom time logs",
          "Bring a time log: class, date, kind of use, minutes scheduled, minutes used.", (
        _c("section_id", "text", "The class", required=True, to="sections"),
        _SCHOOL, _YEAR,
        _c("date", "date", "The day"),
        _c("use", "category", "Whole class, small group, independent, transition, other", required=True),
        _c("minutes_scheduled", "number", "Minutes in the timetable"),
        _c("minutes_used", "number", "Minutes as they were used"),
    )),
    Table("published_figures", "one figure that a state or a federal agency published of one place, for one group at one time",
          ("place_id", "figure", "subgroup", "cohort", "school_year", "period", "grade_level", "subject", "subgroup_type",
           "unit", "place_kind", "source"),
          "state and federal files", "Bring a state's or a federal file of its published figures, as it comes.", (
        _c("source", "category", "Who published it, and in what", required=True),
        _c("place_kind", "category", "What the figure is of", required=True, options=("school", "district", "county", "state", "nation")),
        _c("place_id", "text", "The publisher's identifier for the place; empty for a state or the nation. It is not the district's own"),
        _c("place_name", "text", "The name of the place"),
        _c("within_id", "text", "The publisher's identifier for the district that a school belongs to"),
        _c("district_name", "text", "The district that a school belongs to"),
        _c("state", "category", "The state, as it was published"),
        _YEAR, _PERIOD,
        _c("cohort", "category", "The entering class that was followed, as it was published"),
        _c("grade_level", "grade", "Grade level; empty where the figure is of all of them"),
        _SUBJECT,
        _c("subgroup_type", "category", "What the students are grouped by", required=True),
        _c("subgroup", "category", "The group", required=True),
        _c("figure", "category", "What the figure says", required=True),
        _c("unit", "category", "percent (0 to 100), number or mean", required=True, options=("percent", "number", "mean")),
        _c("n", "whole", "How many students it rests on, where that was published"),
        _c("status", "category", "exact, or why there is no exact figure",
           options=("exact", "range", "suppressed", "missing", "not_applicable")),
        _c("value", "number", "The figure, where it is exact"),
        _c("low", "number", "The lowest that it can be, where it is exact or a range"),
        _c("high", "number", "The highest that it can be, where it is exact or a range"),
        _c("as_published", "text", "What stood in the file; empty where the cell was"),
    )),
)  # fmt: skip

TABLES: Final[Mapping[str, Table]] = MappingProxyType({table.name: table for table in _TABLES})
"""Every canonical table by its name."""

PUBLISHED_FIGURES: Final = "published_figures"
"""The one table of aggregates. Its places are the publisher's, so no column of it is called a school's or a student's id."""

STUDENT_GROUPS: Final = Table(
    "student_groups", "one student in one subgroup in one school year", ("student_id", "school_year", "subgroup_type"),
    "worked out from students when a snapshot is made", "Bring the roster with its demographics file.", (
        _STUDENT, _YEAR,
        _c("subgroup_type", "category", "What the students are grouped by", required=True),
        _c("subgroup", "category", "The group", required=True),
    ),
)  # fmt: skip


def table(name: str) -> Table:
    """Return the canonical table of a name."""
    if name == STUDENT_GROUPS.name:
        return STUDENT_GROUPS
    if name not in TABLES:
        raise no_such("table", name, TABLES)
    return TABLES[name]
