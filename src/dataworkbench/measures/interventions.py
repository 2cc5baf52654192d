"""What was tried for students, and how it ended."""

from __future__ import annotations

from dataworkbench.measures.definition import (
    Indicator,
    Part,
    Question,
    RowsOf,
    UnitRows,
    row_by_row,
)
from dataworkbench.workspace import Settings

ENDINGS = ("completed", "met goal early", "stopped", "moved away", "still running", "ended, not said why")

FAITHFUL = 0.8
"""From this share of a strategy's steps on it counts as followed; below, what was tried is partly something else."""

_TURN = ("intervention_id", "student_id", "school_year")
DIMENSIONS = (
    "school_year", "school_id", "grade_level", "subject", "subgroup_type", "subgroup", "strategy", "need", "tier", "measure",
)  # fmt: skip
_BRING = "Bring an intervention log: student, strategy, need, dates, dose planned, goal, outcome."

ENDING = """
    CASE WHEN exit_reason IS NOT NULL THEN CAST(exit_reason AS VARCHAR)
        WHEN end_date IS NULL THEN 'still running' ELSE 'ended, not said why' END
"""
_REACHED = "CASE WHEN goal >= baseline OR baseline IS NULL THEN outcome >= goal ELSE outcome <= goal END"
_TURNS = f"SELECT *, {ENDING} AS ending, {_REACHED} AS reached FROM interventions"


def _started(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(f"SELECT *, CAST(NULL AS VARCHAR) AS left_out, 1 AS x FROM ({_TURNS}) AS turns", _TURN)


def _ended(_settings: Settings, _asked: Question) -> UnitRows:
    part = Part("ending", "min", "ending")
    return UnitRows(_TURNS, _TURN, (part,), "NULL", total="", spread=("how_it_ended", "ending", ENDINGS))


def goals_met(*, only: str = "") -> RowsOf:
    """Return the unit rows of goals met; ``only`` is a condition in SQL on turns, and other turns are not there at all."""
    kept = f" WHERE {only}" if only else ""

    def rows(_settings: Settings, _asked: Question) -> UnitRows:
        return row_by_row(_met(kept), _TURN)

    return rows


def _met(kept: str) -> str:
    return f"""
        SELECT *,
            CASE WHEN ending = 'still running' THEN 'still running' WHEN ending = 'moved away' THEN 'moved away'
                WHEN ending = 'met goal early' THEN NULL WHEN goal IS NULL THEN 'no goal was set' WHEN ending = 'stopped' THEN NULL
                WHEN outcome IS NULL THEN 'no outcome was recorded' END AS left_out,
            CASE WHEN coalesce(reached, ending = 'met goal early') THEN 1 ELSE 0 END AS x
        FROM ({_TURNS}) AS turns{kept}
    """


def _changed(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, CASE WHEN baseline IS NULL THEN 'no score before' WHEN outcome IS NULL THEN 'no score after' END AS left_out,
            outcome - baseline AS x
        FROM ({_TURNS}) AS turns
    """
    return row_by_row(sql, _TURN, mean=True)


def _dose(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT turns.*, coalesce(held.minutes, 0) AS minutes_delivered
        FROM ({_TURNS}) AS turns LEFT JOIN (
            SELECT intervention_id, sum(minutes) FILTER (WHERE present IS DISTINCT FROM false) AS minutes
            FROM intervention_sessions GROUP BY ALL
        ) AS held USING (intervention_id)
    """
    parts = (
        Part("delivered", "sum", "minutes_delivered"),
        Part("planned", "sum", "planned_minutes"),
        Part("ending", "min", "ending"),
    )
    why = (
        "CASE WHEN ending = 'still running' THEN 'still running' "
        "WHEN coalesce(planned, 0) <= 0 THEN 'no dose was planned' END"
    )
    return UnitRows(sql, _TURN, parts, why, total="least(delivered, planned)", weight="planned")


def _fidelity(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, CASE WHEN fidelity IS NULL THEN 'nobody noted how closely it was followed' END AS left_out, fidelity AS x
        FROM ({_TURNS}) AS turns
    """
    return row_by_row(sql, _TURN, mean=True)


_NEEDS = ("interventions",)

INDICATORS = (
    Indicator(
        id="interventions_started", version=1, title="Interventions started",
        sentence="How many times a student began with a strategy.",
        unit="count", numerator="turns", denominator="one turn is one student's time with one strategy", left_out="nobody",
        direction="neither", stage=5, source="The intervention log.", dimensions=DIMENSIONS, how_to_bring=_BRING,
        rows=_started, needs=_NEEDS,
    ),
    Indicator(
        id="intervention_endings", version=1, title="How interventions ended",
        sentence="The share of started interventions by how they ended.",
        unit="rate", numerator="turns that ended this way", denominator="turns started", left_out="nobody",
        direction="neither", stage=5, source="The intervention log's reasons for ending.",
        dimensions=(*DIMENSIONS, "how_it_ended"), how_to_bring=_BRING, rows=_ended, needs=_NEEDS, always_by=("how_it_ended",),
        value_order=ENDINGS,
    ),
    Indicator(
        id="intervention_goal_met", version=2, title="Intervention goals met",
        sentence="Of the students who began with a strategy and are no longer in it, the share that reached the goal.",
        unit="rate", numerator="turns whose goal was reached",
        denominator="turns started that have ended; one stopped early without a score counts as not met",
        left_out="turns still running, students who moved away, turns without a goal or without a score after",
        direction="higher", stage=5,
        source="All who started count, not the completers alone. A rate by itself does not say that the strategy was the cause.",
        dimensions=DIMENSIONS, how_to_bring=_BRING, rows=goals_met(), needs=_NEEDS,
    ),
    Indicator(
        id="intervention_change", version=1, title="Change during an intervention",
        sentence="How many points students changed on average from before to after.",
        unit="mean", numerator="sum of score after minus score before", denominator="turns with both scores",
        left_out="turns without a score before or after", direction="higher", stage=5,
        source="Students chosen for low scores rise somewhat without any help: read it beside what was to be expected.",
        dimensions=DIMENSIONS, how_to_bring=_BRING, rows=_changed, needs=_NEEDS, never_mixes=("measure", "subject"),
    ),
    Indicator(
        id="intervention_dose", version=1, title="Dose delivered",
        sentence="Of the minutes that were planned, the share that students received.",
        unit="rate", numerator="minutes received, at most those planned",
        denominator="minutes planned; n is the number of turns", left_out="turns still running, turns without a planned dose",
        direction="higher", stage=5, source="Session logs; sessions that the student missed do not count.",
        dimensions=DIMENSIONS, how_to_bring="Bring an intervention session log: intervention, date, minutes, present.",
        rows=_dose, needs=("interventions", "intervention_sessions"),
    ),
    Indicator(
        id="intervention_fidelity", version=1, title="How closely the strategy was followed",
        sentence="The share of the strategy's steps that were followed, on average.",
        unit="mean", numerator="sum of shares of steps followed", denominator="turns with a note of it",
        left_out="turns without a note of it", direction="higher", stage=5, source="The intervention log's fidelity column.",
        dimensions=DIMENSIONS, how_to_bring=_BRING, rows=_fidelity, needs=_NEEDS,
    ),
)  # fmt: skip
