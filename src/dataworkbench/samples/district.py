"""The sample district as a whole: everything is made up here, then written as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import polars as pl

from dataworkbench.samples import (
    attendance,
    classroom,
    observations,
    perceptions,
    progress,
    situation,
    supports,
)
from dataworkbench.samples.assessments import (
    cut_scores,
    diagnostic_file,
    make_diagnostic,
    make_state,
    state_file,
)
from dataworkbench.samples.cast import cast_list, leave_one_alone, seat_cast
from dataworkbench.samples.classes import make_seats, make_sections, make_staff
from dataworkbench.samples.enrollment import make_stays
from dataworkbench.samples.findings import Evidence
from dataworkbench.samples.people import make_people
from dataworkbench.samples.plan import Floats, Plan, make_plan
from dataworkbench.samples.programs import make_programs, programs_file, race_words
from dataworkbench.samples.roster import District, write_roster
from dataworkbench.samples.scores import Abilities, make_abilities, make_sittings
from dataworkbench.samples.truths import truths
from dataworkbench.samples.write import write_json, write_parts, write_table

DailyAttendance = Literal["current year", "every year"]
STUDENTS_PER_SCHOOL = 300


def make_district(
    folder: str | os.PathLike[str],
    *,
    schools: int = 8,
    seed: int = 2026,
    students_per_school: int | None = None,
    school_years: int = 3,
    effects: bool = True,
    daily_attendance: DailyAttendance = "current year",
    compact: bool = False,
) -> dict[str, Any]:
    """Write the files that a made-up district would export, and return what is true of it.

    The returned value is what stands in ``truths.json``. With ``effects=False`` the same district is made without any
    of the planted truths. ``compact`` writes the large files as zip archives of one file each. The same arguments
    always give the same bytes.

    Raises
    ------
    ParameterError
        where a number is too small to make a district of
    """
    plan = make_plan(
        schools=schools,
        seed=seed,
        students_per_school=STUDENTS_PER_SCHOOL if students_per_school is None else students_per_school,
        school_years=school_years,
        effects=effects,
    )
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    return _write(target, plan, daily_attendance, zipped=compact)


def _write(folder: Path, plan: Plan, daily: DailyAttendance, *, zipped: bool) -> dict[str, Any]:
    people, cast = seat_cast(plan, make_people(plan))
    stays = make_stays(plan, people, cast)
    people = race_words(leave_one_alone(plan, people, stays, cast))
    seats = make_seats(plan, stays)
    staff = make_staff(plan, seats)
    district = District(plan, people, stays, staff, seats, make_sections(seats, staff), cast)
    abilities = make_abilities(plan, people)
    _write_rosters(folder, district, abilities)
    _write_classroom(folder, district, abilities, zipped=zipped)
    rates = attendance.absence_rates(plan, people, stays, cast)
    _write_attendance(folder, district, rates, daily, zipped=zipped)
    diagnostic, turns = _write_results(folder, district, abilities, zipped=zipped)
    _write_perceptions(folder, district, zipped=zipped)
    visits = observations.make_visits(plan, district.sections)
    learning = observations.make_learning(plan, staff)
    _write_observations(folder, district, visits, learning, zipped=zipped)
    _write_situation(folder, district, zipped=zipped)
    scores = observations.score_visits(plan, visits, staff, learning)
    told = truths(plan, Evidence(people, stays, staff, diagnostic, turns, rates, scores, learning))
    write_json(folder, "truths.json", told)
    write_json(folder, "cast.json", cast_list(people, cast))
    return told


def _write_rosters(folder: Path, district: District, abilities: Abilities) -> None:
    for year in district.plan.years:
        write_roster(
            folder,
            district,
            year,
            classroom.make_checks(district.plan, district.people, district.seats, abilities, year),
        )


def _write_classroom(folder: Path, district: District, abilities: Abilities, *, zipped: bool) -> None:
    plan, name = district.plan, district.plan.current.name
    tickets = classroom.tickets_file(plan, district.people, district.seats, abilities)
    write_table(folder, f"exit_tickets_{name}.csv", tickets, zipped=zipped)
    write_table(folder, f"time_log_{name}.csv", classroom.time_log_file(plan, district.sections))
    write_table(folder, "standards.csv", classroom.standards_file())
    write_table(folder, "cut_scores.csv", cut_scores())
    profiles = perceptions.profiles_file(plan, district.people, district.stays)
    write_table(folder, "learner_profiles.csv", profiles)


def _write_attendance(
    folder: Path, district: District, rates: Floats, daily: DailyAttendance, *, zipped: bool
) -> None:
    plan, people, stays = district.plan, district.people, district.stays
    write_table(folder, "calendar.csv", attendance.calendar_file(plan))
    for year in plan.years:
        write_table(
            folder, f"incidents_{year.name}.csv", attendance.incidents_file(plan, people, stays, year)
        )
        if year.current or daily == "every year":
            days = attendance.daily_attendance(plan, people, stays, rates, year)
            write_parts(folder, f"attendance_{year.name}.csv", days, zipped=zipped)
        else:
            totals = attendance.attendance_totals(plan, people, stays, rates, year)
            write_table(folder, f"attendance_totals_{year.name}.csv", totals)


def _write_results(
    folder: Path, district: District, abilities: Abilities, *, zipped: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write what was tested and what was tried, and return the diagnostic's results and the turns."""
    plan, people = district.plan, district.people
    plain = make_sittings(plan, people, district.stays, abilities, dict(district.cast))
    turns = supports.choose_students(plan, plain)
    sittings = supports.help_given(plan, plain, turns)
    diagnostic, state = make_diagnostic(plan, sittings), make_state(plan, sittings)
    programs = make_programs(plan, people, district.stays, dict(district.cast))
    for year in plan.years:
        write_table(folder, f"student_programs_{year.name}.csv", programs_file(people, programs, year))
        for subject, word in enumerate(("math", "ela")):
            told = diagnostic_file(plan, people, diagnostic, year, subject)
            write_table(folder, f"iready_{word}_{year.name}.csv", told, zipped=zipped, vendor=True)
        if not year.current:
            write_table(
                folder, f"state_summative_{year.name}.csv", state_file(plan, people, programs, state, year)
            )
    log = supports.interventions_file(plan, people, turns, diagnostic)
    write_table(folder, "interventions.csv", supports.interventions_sheet(log, plan))
    write_table(
        folder, f"progress_checks_{plan.current.name}.csv", progress.progress_file(plan, log), zipped=zipped
    )
    for year in plan.years:
        write_table(
            folder,
            f"intervention_sessions_{year.name}.csv",
            supports.sessions_file(plan, log, year),
            zipped=zipped,
        )
    return diagnostic, log


def _write_perceptions(folder: Path, district: District, *, zipped: bool) -> None:
    plan = district.plan
    for given in perceptions.survey_rounds(plan):
        for role, word in (("student", "students"), ("family", "families"), ("staff", "staff")):
            asked = perceptions.people_asked(district.stays, district.staff, given, role)
            told = perceptions.survey_file(plan, given, role, asked)
            write_table(
                folder,
                f"survey_{word}_{given.period}_{given.year.name}.csv",
                told,
                zipped=zipped and role == "student",
            )
    write_table(
        folder, "survey_invitations.csv", perceptions.invitations_file(plan, district.stays, district.staff)
    )


def _write_observations(
    folder: Path, district: District, visits: pl.DataFrame, learning: pl.DataFrame, *, zipped: bool
) -> None:
    plan, staff = district.plan, district.staff
    write_table(folder, "professional_learning.csv", observations.learning_file(plan, learning))
    for year in plan.years:
        told = observations.observations_file(plan, visits, staff, learning, year)
        write_table(folder, f"observations_{year.name}.csv", told, zipped=zipped)


def _write_situation(folder: Path, district: District, *, zipped: bool) -> None:
    plan, name = district.plan, district.plan.current.name
    for year in plan.years:
        write_table(folder, f"staff_{year.name}.csv", situation.staff_list_file(plan, district.staff, year))
    models = situation.learning_models_file(plan, district.sections)
    write_table(folder, f"learning_models_{name}.csv", models)
    zones = situation.home_zones_file(plan, district.people, district.stays)
    write_table(folder, f"home_zones_{name}.csv", zones, zipped=zipped)
    write_table(folder, "context_factors.csv", situation.context_file(plan))
    curriculum = situation.curriculum_file(plan, district.sections)
    write_table(folder, f"curriculum_{name}.csv", curriculum, zipped=zipped)
