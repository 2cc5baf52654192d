"""Early-warning flags: attendance, behaviour and course performance, each by the district's stated rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from dataworkbench.flag_rules import FlagRules
from dataworkbench.measures import composing
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import STUDENT_YEAR, Asked, Indicator, Question, UnitRows
from dataworkbench.measures.flag_rows import PARTS, Flag, flag_rows, flags_of, too_early, too_early_said
from dataworkbench.workspace import Settings

STATES = ("No flag", "One flag", "Two flags", "Three flags", "Too early to say", "Not known")
"""What can be said of a student's flags, in the order in which it is shown."""

_DIMENSIONS = ("school_year", "school_id", "grade_level", "subgroup_type", "subgroup")


def _units(settings: Settings, asked: Question, left_out: str, total: str) -> UnitRows:
    sql, parameters = flag_rows(settings.flags, asked)
    return UnitRows(sql, STUDENT_YEAR, PARTS, left_out, total, parameters=parameters)


def _one(name: str) -> Callable[[Settings, Question], UnitRows]:
    def rows(settings: Settings, asked: Question) -> UnitRows:
        found = [flag for flag in flags_of(settings.flags) if flag.name == name]
        if not found:
            return _units(settings, asked, "'the district''s rule has no such flag'", "0")
        (flag,) = found
        return _units(settings, asked, _left_out(settings.flags, found), flag.state)

    return rows


def _left_out(rules: FlagRules, flags: list[Flag]) -> str:
    unknown = " ".join(f"WHEN {flag.state} IS NULL THEN '{flag.why_unknown}'" for flag in flags)
    return f"CASE WHEN {too_early(rules)} THEN '{too_early_said(rules)}' {unknown} END"


def how_many(rules: FlagRules) -> str:
    """Return, in SQL over the parts, how many flags of a student are raised."""
    return " + ".join(f"coalesce({flag.state}, 0)" for flag in flags_of(rules)) or "0"


def _any(settings: Settings, asked: Question) -> UnitRows:
    rules = settings.flags
    raised = f"CASE WHEN {how_many(rules)} > 0 THEN 1 ELSE 0 END"
    return _units(settings, asked, _left_out(rules, list(flags_of(rules))), raised)


def state_of(rules: FlagRules) -> str:
    """Return, in SQL over the parts, which of ``STATES`` a student is in."""
    unknown = " OR ".join(f"{flag.state} IS NULL" for flag in flags_of(rules)) or "false"
    raised = how_many(rules)
    counted = " ".join(f"WHEN {raised} = {n} THEN '{STATES[n]}'" for n in (1, 2, 3))
    return f"(CASE WHEN {too_early(rules)} THEN '{STATES[4]}' {counted} WHEN {unknown} THEN '{STATES[5]}' ELSE '{STATES[0]}' END)"


def _held(settings: Settings, asked: Question) -> UnitRows:
    sql, parameters = flag_rows(settings.flags, asked)
    spread = ("flag_state", state_of(settings.flags), STATES)
    return UnitRows(sql, STUDENT_YEAR, PARTS, "NULL", "0", spread=spread, parameters=parameters)


def student_flags(district: Asked, *, where: Where | None = None) -> pd.DataFrame:
    """Return each student's flags with what they rest on; for the staff road alone.

    One row is one student in one school year: ``student_id``, ``school_year``, ``enrolled`` and ``absent`` days,
    ``incidents``, ``removed`` days, ``failing`` classes of ``marked``, ``lowest`` levels of ``tested`` subjects; then
    ``attendance``, ``behavior`` and ``course`` (1 raised, 0 not, blank not known or no such flag), ``raised`` (how many)
    and ``flag_state`` (one of ``STATES``).
    """
    question = question_of(replace(FLAG_STATES, rows=_bare, always_by=()), (), where)
    statement = composing.judged_units(question, district.settings)
    rules = district.settings.flags
    states = dict.fromkeys(("attendance", "behavior", "course"), "CAST(NULL AS INTEGER)")
    states |= {flag.name: flag.state for flag in flags_of(rules)}
    named = ", ".join(f"{state} AS {name}" for name, state in states.items())
    ending, bound = statement.ending(
        f"SELECT parts.*, {named}, {how_many(rules)} AS raised, {state_of(rules)} AS flag_state FROM parts ORDER BY student_id"
    )
    return district.ask(ending, bound)


def _bare(settings: Settings, asked: Question) -> UnitRows:
    return _units(settings, asked, "NULL", "0")


_LEFT_OUT = "students enrolled for fewer days than the rule asks for, and students of whom what the flag reads was not brought"
_ENROLLED = "students enrolled in the school year of whom the flag can be judged"
_RULE = "The district's own rule, from the part [flags] of workbench.toml. "
_BRING = "Bring attendance, a behaviour export, and marks or test results; each of them brings its own flag."
_ATTENDANCE = ("attendance", "attendance_totals")


def _indicator(id_: str, title: str, sentence: str, rows: Callable[[Settings, Question], UnitRows],
               *, numerator: str, source: str, needs: tuple[str, ...] = (), one_of: tuple[str, ...] = ()) -> Indicator:  # fmt: skip
    return Indicator(
        id=id_, version=1, title=title, sentence=sentence, unit="rate", numerator=numerator, denominator=_ENROLLED,
        left_out=_LEFT_OUT, direction="lower", stage=1, source=_RULE + source, dimensions=_DIMENSIONS,
        how_to_bring=_BRING, rows=rows, needs=("enrollments", *needs), needs_one_of=one_of,
    )  # fmt: skip


FLAG_STATES = Indicator(
    id="flag_states", version=1, title="Students by their flags",
    sentence="The share of students with no flag, one, two or three, and of those of whom it is too early or not known.",
    unit="rate", numerator="students in the state", denominator="students enrolled in the school year",
    left_out="nobody: too early and not known are states of their own", direction="neither", stage=1,
    source=_RULE + "Missing data neither raise a flag nor clear one.",
    dimensions=(*_DIMENSIONS, "flag_state"), how_to_bring=_BRING, rows=_held, needs=("enrollments",),
    needs_one_of=(*_ATTENDANCE, "incidents", "results"), always_by=("flag_state",), value_order=STATES,
)  # fmt: skip

INDICATORS = (
    _indicator(
        "flag_attendance", "Flagged for attendance", "The share of students whose absence reaches the district's cut point.",
        _one("attendance"), numerator="students whose days missed reach the cut point",
        source="EDFacts and Attendance Works set it at a tenth of enrolled days.", one_of=_ATTENDANCE,
    ),
    _indicator(
        "flag_behavior", "Flagged for behavior", "The share of students whose incidents reach the district's cut point.",
        _one("behavior"), numerator="students whose incidents, or days out of class, reach the cut point",
        source="A school of which no incident is in the year's data is not taken for one without incidents.",
        one_of=("incidents", "results"),
    ),
    _indicator(
        "flag_course", "Flagged for course performance",
        "The share of students with a failing mark, or at the lowest level of the year's latest test.", _one("course"),
        numerator="students whose marks or levels reach the cut point",
        source="The latest mark in each class, the latest whole test in each subject.", needs=("results",),
    ),
    _indicator(
        "flag_any", "Flagged for one thing or more", "The share of students with at least one early-warning flag.", _any,
        numerator="students with one flag or more",
        source="Only students of whom every flag of the rule is known: the others are neither clear nor flagged.",
        one_of=(*_ATTENDANCE, "incidents", "results"),
    ),
    FLAG_STATES,
)  # fmt: skip
