"""Results and surveys."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.checks.finding import Check, Finding, Tables, counted, some
from dataworkbench.schemas import TABLES, doubled


def _scores_outside_the_scale(tables: Tables) -> list[Finding]:
    scaled = tables["results"].join(
        tables["assessments"].select("assessment_id", "scale_min", "scale_max"),
        on="assessment_id",
        how="inner",
    )
    outside = scaled.filter(
        (pl.col("scale_score") < pl.col("scale_min")) | (pl.col("scale_score") > pl.col("scale_max"))
    )
    return [
        Finding("problem", "results", f"{counted(part.height, 'score')} of '{name}' outside of its scale.", part.height, some(part["student_id"]),
                "Put the scores right, or the scale of the assessment.")
        for (name,), part in outside.group_by(["assessment_id"])
    ]  # fmt: skip


def _levels_nobody_defined(tables: Tables) -> list[Finding]:
    held = tables["results"].drop_nulls("performance_level").select("assessment_id", "performance_level")
    open_ones = held.join(tables["performance_levels"], on=["assessment_id", "performance_level"], how="anti")
    return [
        Finding("caution", "performance_levels", f"{counted(part.height, 'result')} of '{name}' with a level that is not defined, so nobody can tell whether it is proficient.",
                part.height, some(part["performance_level"]), TABLES["performance_levels"].how_to_bring)
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
    return [Finding("caution", "results", f"{counted(n)} with results in a school year without an enrollment.", n, some(lost["student_id"]),
                    "Check the identifiers, or the roster of that school year.")]  # fmt: skip


def _odd_percentiles(tables: Tables) -> list[Finding]:
    found = []
    for column in ("percentile", "growth_percentile"):
        odd = tables["results"].filter((pl.col(column) < 1) | (pl.col(column) > 99))
        if odd.height:
            found.append(Finding("caution", "results", f"{counted(odd.height, 'value')} of {column.replace('_', ' ')} not between 1 and 99.", odd.height, some(odd["student_id"]),
                                 "Look at the column in the export; it may hold something else."))  # fmt: skip
    return found


def _twice_on_one_day(tables: Tables) -> list[Finding]:
    results = tables["results"]
    key = list(TABLES["results"].key)
    standards = results["standard_id"]
    whole = results if standards.null_count() == results.height else results.filter(standards.is_null())
    twice = whole.filter(doubled(whole, key))
    if not twice.height:
        return []
    return [Finding("info", "results", f"{counted(twice.height, 'result')} of the same student, test and day as another one.", twice.height, some(twice["student_id"]),
                    "Students may have been tested twice on one day. Figures that need one result take the last.")]  # fmt: skip


def _items_without_a_pair(tables: Tables) -> list[Finding]:
    items = tables["survey_items"]
    if items["role"].n_unique() < 2:
        return []
    alone = (
        items.drop_nulls("pair_id")
        .group_by("survey_id", "pair_id")
        .agg(pl.col("role").n_unique().alias("roles"))
        .filter(pl.col("roles") == 1)
    )
    if not alone.height:
        return []
    return [
        Finding(
            "info",
            "survey_items",
            f"{counted(alone.height, 'question')} asked of one role only, and so not to be compared across roles.",
            alone.height,
            some(alone["pair_id"]),
            "",
        )
    ]


def _more_answers_than_invitations(tables: Tables) -> list[Finding]:
    answered = (
        tables["survey_responses"]
        .drop_nulls("answer")
        .group_by("survey_id", "role")
        .agg(pl.col("respondent_id").n_unique().alias("n"))
    )
    odd = answered.join(tables["surveys"], on=["survey_id", "role"]).filter(pl.col("n") > pl.col("invited"))
    if not odd.height:
        return []
    return [Finding("caution", "surveys", f"{counted(odd.height, 'survey')} with more people answering than were asked.", odd.height, some(odd["survey_id"]),
                    "Check the numbers of invitations, or whether people answered twice.")]  # fmt: skip


CHECKS: Final[tuple[Check, ...]] = (
    _scores_outside_the_scale,
    _levels_nobody_defined,
    _results_without_a_stay,
    _odd_percentiles,
    _twice_on_one_day,
    _items_without_a_pair,
    _more_answers_than_invitations,
)
