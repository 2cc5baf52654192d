"""Strategies that students were given, what was planned, what took place, and what came of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.plan import GRADES, SUBJECTS, Flags, Floats, Plan, Year
from dataworkbench.samples.planted import (
    APP_STRATEGY,
    MENTORING_STRATEGY,
    READING_EFFECT,
    READING_STRATEGY,
    WRITING_STRATEGY,
)

YOUNGEST, OLDEST = 2, 8
READING_CUT, APP_CUT = 0.40, 0.22
"""The two strategies are for students below these shares of their grade level in the autumn."""
MINUTES: Final = {READING_STRATEGY: 25, APP_STRATEGY: 30, WRITING_STRATEGY: 40, MENTORING_STRATEGY: 15}
SESSIONS: Final = {READING_STRATEGY: 28, APP_STRATEGY: 24, WRITING_STRATEGY: 20, MENTORING_STRATEGY: 18}
NEEDS: Final = {
    READING_STRATEGY: "Reading",
    APP_STRATEGY: "Number sense",
    WRITING_STRATEGY: "Writing",
    MENTORING_STRATEGY: "Attendance",
}
BY_SCORE: Final = {READING_STRATEGY: READING_EFFECT, APP_STRATEGY: 0.0}
"""The two that are given to low scorers, by lot, and what each adds in standard deviations."""
SUBJECT_OF: Final = {READING_STRATEGY: 1, APP_STRATEGY: 0, WRITING_STRATEGY: 1}


def choose_students(plan: Plan, sittings: pl.DataFrame) -> pl.DataFrame:
    """Return who was given what.

    One row is one student's turn with one strategy: ``student``, ``school``, ``year``, ``grade``, ``strategy``.
    Guided reading and the app have places for half of those who are eligible, drawn by lot; the others can be compared
    with them. The other two strategies go to students at random.
    """
    first = max(0, plan.current.number - 1)
    parts = [
        pl.concat([_by_score(plan, sittings, year), _at_random(plan, sittings, year)])
        for year in plan.years[first:]
    ]
    early = [_at_random(plan, sittings, year) for year in plan.years[:first]]
    return pl.concat(early + parts).sort("year", "strategy", "school", "grade", "student")


def _autumn(sittings: pl.DataFrame, year: Year, subject: int) -> pl.DataFrame:
    fall = sittings.filter(
        (pl.col("window") == "Fall")
        & (pl.col("year") == year.number)
        & (pl.col("subject") == subject)
        & pl.col("tested")
    )
    ranked = fall.with_columns(place=pl.col("score").rank("ordinal").over("grade") / pl.len().over("grade"))
    return ranked.filter(pl.col("grade").is_between(YOUNGEST, OLDEST))


def eligible(sittings: pl.DataFrame, year: Year, strategy: str) -> pl.DataFrame:
    """Return who scored low enough in the autumn for a strategy: one row is one student."""
    cut = READING_CUT if strategy == READING_STRATEGY else APP_CUT
    return _autumn(sittings, year, SUBJECT_OF[strategy]).filter(pl.col("place") <= cut)


def _by_score(plan: Plan, sittings: pl.DataFrame, year: Year) -> pl.DataFrame:
    parts = []
    for strategy in BY_SCORE:
        low = eligible(sittings, year, strategy)
        drawn = plan.chance(f"lot {year.number} {strategy}").random(low.height) < 0.5
        parts.append(_turns(low.filter(pl.Series(drawn)), strategy))
    return pl.concat(parts)


def _at_random(plan: Plan, sittings: pl.DataFrame, year: Year) -> pl.DataFrame:
    chance = plan.chance(f"random turns {year.number}")
    here = _autumn(sittings, year, 1)
    mentoring = here.filter(pl.Series(chance.random(here.height) < 0.03))
    writing = here.filter(pl.Series(chance.random(here.height) < 0.06))
    return pl.concat([_turns(mentoring, MENTORING_STRATEGY), _turns(writing, WRITING_STRATEGY)])


def _turns(rows: pl.DataFrame, strategy: str) -> pl.DataFrame:
    return rows.select("student", "school", "year", "grade", "exit", "ended_stay", strategy=pl.lit(strategy))


def help_given(plan: Plan, sittings: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """Return the sittings with what the strategies did in the year before this one and since.

    The two that were given by lot do just what is planted: what chance would add to the difference between those who
    were drawn and those who were not is taken away.
    """
    year = plan.last_complete
    if not plan.effects or year is None:
        return sittings
    for strategy, effect in BY_SCORE.items():
        sittings = _did(sittings, year, strategy, effect, turns)
    return sittings


def _did(
    sittings: pl.DataFrame, year: Year, strategy: str, effect: float, turns: pl.DataFrame
) -> pl.DataFrame:
    low = eligible(sittings, year, strategy).select("student", before="score")
    drawn = turns.filter((pl.col("strategy") == strategy) & (pl.col("year") == year.number))["student"]
    so_far = pl.when(pl.col("window") == "State").then(1.0).otherwise("through")
    ours = (
        (pl.col("subject") == SUBJECT_OF[strategy])
        & (pl.col("year") >= year.number)
        & pl.col("before").is_not_null()
    )
    told = sittings.join(low, on="student", how="left", maintain_order="left").with_columns(
        drawn=pl.col("student").is_in(drawn.to_list()),
        so_far=pl.when(pl.col("year") > year.number).then(1.0).otherwise(so_far),
    )
    gain = pl.col("score") - pl.col("before")
    counts = pl.col("tested") & ours
    when = ["year", "window", "subject"]
    by_chance = gain.filter(counts & pl.col("drawn")).mean().over(when) - gain.filter(
        counts & ~pl.col("drawn")
    ).mean().over(when)
    steady = pl.when(pl.col("window") == "Fall").then(0.0).otherwise(by_chance.fill_null(0.0))
    lift = pl.when("drawn").then(effect * pl.col("so_far") - steady / 2).otherwise(steady / 2)
    moved = told.with_columns(
        score=pl.when(ours & (pl.col("so_far") > 0)).then(pl.col("score") + lift).otherwise("score")
    )
    return moved.select(sittings.columns)


def interventions_file(
    plan: Plan, people: pl.DataFrame, turns: pl.DataFrame, diagnostic: pl.DataFrame
) -> pl.DataFrame:
    """Return the log of strategies: one row is one student's turn with one strategy."""
    chance = plan.chance("interventions")
    rows = _with_scores(turns, diagnostic)
    rows = rows.with_columns(goal=pl.col("baseline_score") + (pl.col("typical") * 1.2).round().cast(pl.Int64))
    rows = _ended(plan, rows, chance)
    group = np.where((rows["strategy"] == READING_STRATEGY).to_numpy(), chance.integers(3, 6, rows.height), 1)
    group = np.where((rows["strategy"] == WRITING_STRATEGY).to_numpy(), 12, group)
    fidelity = np.round(np.clip(chance.normal(0.82, 0.09, rows.height), 0.4, 1.0), 2)
    rows = rows.with_columns(
        pl.Series("group", group), pl.Series("fidelity", fidelity), intervention_id=_ids(plan, rows)
    )
    rows = rows.join(people.select("student", "student_id"), on="student", maintain_order="left")
    return rows.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")


def _ids(plan: Plan, rows: pl.DataFrame) -> pl.Series:
    ends = [plan.years[year].ends % 100 for year in rows["year"]]
    return pl.Series([f"IV-{end}-{number:05d}" for number, end in enumerate(ends, start=1)])


def _with_scores(turns: pl.DataFrame, diagnostic: pl.DataFrame) -> pl.DataFrame:
    """Lay the autumn's and the spring's score of the strategy's own subject beside each turn."""
    whose = ["student", "year", "subject"]
    valid = diagnostic.filter(pl.col("rush") != "Red Rush Flag").unique(
        [*whose, "window"], keep="last", maintain_order=True
    )
    before = valid.filter(pl.col("window") == "Fall").select(*whose, "typical", baseline_score="scale_score")
    after = valid.filter(pl.col("window") == "Spring").select(*whose, spring_score="scale_score")
    subject = pl.col("strategy").replace_strict(
        SUBJECT_OF, default=None, return_dtype=before.schema["subject"]
    )
    told = turns.with_columns(subject=subject)
    return told.join(before, on=whose, how="left", maintain_order="left").join(
        after, on=whose, how="left", maintain_order="left"
    )


def _ended(plan: Plan, rows: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Say when each turn began and was to end, whether it did, and why."""
    begins = [year.days[30] for year in plan.years]
    ends = [year.days[140] for year in plan.years]
    at = rows["year"].to_numpy()
    start, planned = np.array(begins)[at], np.array(ends)[at]
    running = at == plan.current.number
    leaves = rows["exit"].to_numpy()
    moved = rows["ended_stay"].to_numpy() & (leaves > start) & (leaves < planned)
    stopped = chance.random(rows.height) < 0.05
    early = (rows["spring_score"] >= rows["goal"]).fill_null(value=False).to_numpy() & (
        chance.random(rows.height) < 0.1
    )
    left = np.where(moved, leaves, np.where(stopped | early, planned - np.timedelta64(35, "D"), planned))
    reason = np.select(
        [moved, running, stopped, early],
        ["moved away", "still running", "stopped", "met goal early"],
        "completed",
    )
    over = pl.Series(~running | moved)
    return rows.with_columns(
        pl.Series("start_date", start),
        pl.Series("planned_end", planned),
        pl.Series("exit_reason", reason),
        end_date=pl.when(over).then(pl.Series(left)),
        outcome=pl.when(pl.Series(~running & ~moved)).then("spring_score"),
    )


def interventions_sheet(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the log with the headings of the district's sheet."""
    named = pl.col("strategy")
    minutes = named.replace_strict({name: MINUTES[name] * SESSIONS[name] for name in MINUTES})
    years = [year.name for year in plan.years]
    measured = pl.col("subject").is_not_null()
    return rows.select(
        pl.col("intervention_id").alias("Intervention ID"),
        pl.col("student_id").alias("Student ID"),
        pl.col("school_id").alias("School ID"),
        pl.col("year").replace_strict(range(len(years)), years).alias("School Year"),
        pl.col("grade").replace_strict(range(len(GRADES)), GRADES).alias("Grade Level"),
        named.alias("Strategy"),
        named.replace_strict(NEEDS).alias("Need"),
        pl.when(named == APP_STRATEGY).then(3).otherwise(2).alias("Tier"),
        pl.col("start_date").dt.strftime("%m/%d/%Y").alias("Start Date"),
        pl.col("planned_end").dt.strftime("%m/%d/%Y").alias("Planned End"),
        pl.col("end_date").dt.strftime("%m/%d/%Y").alias("End Date"),
        pl.col("exit_reason").alias("Exit Reason"),
        pl.col("group").alias("Group Size"),
        minutes.alias("Planned Minutes"),
        pl.col("fidelity").alias("Fidelity"),
        pl.when(measured).then(pl.lit("iready")).alias("Measure"),
        pl.col("subject").replace_strict([0, 1], SUBJECTS, default=None).alias("Subject"),
        pl.col("baseline_score").alias("Baseline"),
        pl.col("goal").alias("Goal"),
        pl.col("outcome").alias("Outcome"),
    )


def sessions_file(plan: Plan, rows: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Return the log of sessions of one year: one row is one student at one session."""
    chance = plan.chance(f"sessions {year.number}")
    ours = rows.filter(pl.col("year") == year.number)
    count = ours["strategy"].replace_strict(SESSIONS).to_numpy()
    who = np.repeat(np.arange(ours.height), count)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    step = (110 / count)[who]
    date = year.days[np.minimum(31 + (turn * step).astype(int), len(year.days) - 1)]
    last = ours["end_date"].fill_null(year.after_last_day).to_numpy()[who]
    took_place = (date <= year.known[-1]) & (date < last)
    return _sessions(ours[who[took_place]], date[took_place], chance)


def _sessions(turns: pl.DataFrame, date: np.ndarray, chance: np.random.Generator) -> pl.DataFrame:
    there: Flags = chance.random(turns.height) < 0.91
    engaged: Floats = np.clip(np.rint(chance.normal(3.0, 0.7, turns.height)), 1, 4)
    return pl.DataFrame(
        {
            "Intervention ID": turns["intervention_id"],
            "Date": pl.Series(date).dt.strftime("%m/%d/%Y"),
            "Minutes": turns["strategy"].replace_strict(MINUTES),
            "Present": np.where(there, "Y", "N"),
            "Engaged": pl.Series(np.where(there, engaged, np.nan)).fill_nan(None).cast(pl.Int64),
        }
    )
