"""The ledger of what was tried, as a page shows it: a figure, one table, and what worked before for a need like this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_interventions
from dataworkbench.frames import column_text, group_text, is_number, number_text, percent_text, signed_text
from dataworkbench.measures import intervention_outcomes
from dataworkbench.measures.intervals import wilson
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, few, for_staff, note, plain_table, with_care
from dataworkbench.views.pictures import Behind, Picture

Where = Mapping[str, Any]
Row = Mapping[Any, Any]

_ABOUT: Final = "The ledger of interventions"
_CAME: Final = {"met": "Met the goal", "beyond": "Beyond expected"}
_ENDED: Final = {
    "started": "Started", "finished": "Finished", "stopped": "Stopped", "running": "Still in it", "without": "No result",
    "dose": "Plan given",
}  # fmt: skip
_COUNTED: Final = (
    "started", "completed", "met_early", "ended_unsaid", "stopped", "moved_away", "still_running", "no_outcome",
)  # fmt: skip
_NOTES: Final = (
    (
        "Met the goal: of all who started and are done, those who stopped early among them. Said apart, and not counted: who is still in "
        "it, and No result, which is who moved away or finished without a goal or a score after."
    ),
    (
        "Beyond expected: points gained beyond students with the same first score, in the same grade level and year, who did without. "
        "Students picked for a low score rise anyway; that much is taken off. It shows what went together, not what caused it."
    ),
    (
        "Place: by the share who met the goal, drawn towards the common share the more the fewer students are behind it (empirical Bayes, "
        "beta-binomial). Fewer than 10 students are never ranked, and where strategies lie no farther apart than chance there is no order."
    ),
)


def plot_ledger(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("strategy", "need"), title: str = ""
) -> Picture | Note:  # fmt: skip
    """Return a figure of what came of each strategy: goals met, and points beyond like students without it; for staff only."""
    refused = for_staff(audience, _ABOUT)
    if refused is not None:
        return refused
    found = intervention_outcomes(district, by=by, where=where)
    heading = title or "What came of each strategy?"
    counted = found[found["n"] > 0]
    if counted.empty:
        return Picture(
            plot_interventions(for_audience(found, audience, policy=district.policy), title=heading)
        )
    shown = for_audience(counted.reset_index(drop=True), audience, policy=district.policy)
    return Picture(plot_interventions(shown, title=heading), Behind(Sentences(tuple(_said(found)))))


def table_of_outcomes(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("strategy", "need")
) -> DisplayTable | Note:
    """Return the ledger as one table to read; for staff only.

    One row is one strategy for one need (or whatever ``by`` names): all who started, how the turns ended, how much of the plan
    was given, the share that met the goal with its likely range, the gain beyond like students without it, and the place among
    those that can be ranked. By grade level or subgroup, rows stand under their strategy, and there are no places.
    """
    found = _ledger(district, where, audience, by)
    if isinstance(found, Note):
        return found
    apart = len(by) > 1 and by[1] != "need"
    if apart:
        found = found.sort_values(list(by), kind="stable")
    rows = pd.DataFrame([_row(row, by, apart=apart) for row in found.to_dict("records")])
    titles = {"strategy": "Strategy", **_CAME, "place": "Place", **_ENDED}
    if apart:
        titles = {
            "strategy": "Strategy",
            "group": column_text(by[1]),
            **_CAME,
            "started": "Started",
            "stopped": "Stopped",
        }
    table = plain_table(
        rows, titles, caption="What was tried, and what came of it", figures=list(_ENDED),
        empty="No intervention has been recorded here yet.",
    )  # fmt: skip
    notes = _NOTES[:-1] if apart else _NOTES
    table = replace(table, notes=notes, sectioned=apart and not table.said_instead)
    return with_care(table, few(found["n"], district))


def table_of_fidelity(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("strategy", "need")
) -> DisplayTable | Note:
    """Return how closely each strategy was followed, and the goals met where it was and where it was not; for staff only."""
    found = _ledger(district, where, audience, by)
    if isinstance(found, Note):
        return found
    noted = found[found["fidelity"].notna()]
    rows = pd.DataFrame([_followed(row, by) for row in noted.to_dict("records")])
    titles = {
        "strategy": "Strategy", "steps": "Steps followed, on average", "faithful": "Met the goal, 80% of steps or more",
        "loose": "Met the goal, fewer steps",
    }  # fmt: skip
    empty = "How closely strategies were followed was not noted. Bring the intervention log with a column for it, 0 to 1."
    table = plain_table(rows, titles, caption="Was the strategy followed?", figures=["steps"], empty=empty)
    return with_care(table, few([*noted["n_faithful"], *noted["n_loose"]], district))


def _ledger(district: Asked, where: Where, audience: Audience, by: Sequence[str]) -> pd.DataFrame | Note:
    refused = for_staff(audience, _ABOUT)
    if refused is not None:
        return refused
    found = intervention_outcomes(district, by=by, where=where)
    return note(*dict.fromkeys(found["reason"])) if (found["status"] == "missing").all() else found


def _row(row: Row, by: Sequence[str], *, apart: bool) -> dict[str, str]:
    counts = {name: int(row[name]) if is_number(row[name]) else 0 for name in _COUNTED}
    whole = {
        "started": counts["started"], "stopped": counts["stopped"], "running": counts["still_running"],
        "finished": counts["completed"] + counts["met_early"] + counts["ended_unsaid"],
        "without": counts["moved_away"] + counts["no_outcome"],
    }  # fmt: skip
    return {name: number_text(count) for name, count in whole.items()} | {
        "strategy": group_text(by[0], row[by[0]]) if apart else _name(row, by),
        "group": group_text(by[1], row[by[1]]) if apart else "", "met": _met(row), "beyond": _beyond(row),
        "dose": percent_text(float(row["dose"])) if is_number(row["dose"]) else "not said", "place": _place(row),
    }  # fmt: skip


def _name(row: Row, by: Sequence[str]) -> str:
    """Return the first column of ``by`` with the others in brackets: "Guided reading groups (Reading)"."""
    first, *others = [group_text(name, row[name]) for name in by]
    return f"{first} ({', '.join(others)})" if others else first


def _followed(row: Row, by: Sequence[str]) -> dict[str, str]:
    return {
        "strategy": _name(row, by), "steps": percent_text(float(row["fidelity"])),
        "faithful": _share_of(row, "faithful"), "loose": _share_of(row, "loose"),
    }  # fmt: skip


def _share_of(row: Row, name: str) -> str:
    n, met = row[f"n_{name}"], row[f"met_{name}"]
    if not is_number(n) or not n:
        return "nobody who can be counted"
    low, high = wilson(float(met), float(n))
    return f"{percent_text(float(met) / float(n))} ({int(met)} of {int(n)}, likely {percent_text(low)} to {percent_text(high)})"


def _met(row: Row) -> str:
    if not is_number(row["value"]):
        return "no goal or no score to count"
    ends = f", likely {percent_text(float(row['low']))} to {percent_text(float(row['high']))}"
    return f"{percent_text(float(row['value']))} ({int(row['numerator'])} of {row['n']}{ends})"


def _beyond(row: Row) -> str:
    low, value, high = (row[name] for name in ("adjusted_low", "adjusted", "adjusted_high"))
    if not is_number(value):
        return "cannot be said"
    ends = (
        f" (likely {signed_text(float(low), 1)} to {signed_text(float(high), 1)})" if is_number(low) else ""
    )
    return f"{signed_text(float(value), 1)} points{ends}"


def _place(row: Row) -> str:
    if not row["ranked"]:
        return "not ranked"
    if int(row["looked_at"]) == 1:
        return "the only one"
    return f"{int(row['place'])} of {int(row['looked_at'])}" if is_number(row["place"]) else "no order"


def _said(found: pd.DataFrame) -> list[str]:
    rows = found.to_dict("records")
    silent = [str(row.get("strategy", "All strategies")) for row in rows if not is_number(row["value"])]
    without = [f"No goal or no score to count was recorded for {', '.join(silent)}."] if silent else []
    return [*(_sentence(row) for row in rows if is_number(row["value"])), *without]


def _sentence(row: Row) -> str:
    need = "" if not isinstance(row.get("need"), str) else f" for {row['need']}"
    begins = f"{row.get('strategy', 'All strategies')}{need}: {_met(row)} met the goal"
    if not is_number(row["adjusted"]):
        return f"{begins}. What would have come anyway cannot be said: too few students did without."
    change, anyway = float(row["change"]), float(row["change"]) - float(row["adjusted"])
    gained = f"{begins}. They gained {number_text(change, 1)} points, {number_text(anyway, 1)} of which were to be expected anyway"
    if not is_number(row["adjusted_low"]):
        return f"{gained}."
    low, high = float(row["adjusted_low"]), float(row["adjusted_high"])
    beyond = f"the rest is {signed_text(float(row['adjusted']), 1)} (likely {signed_text(low, 1)} to {signed_text(high, 1)})"
    verdict = (
        "more than chance"
        if low > 0
        else "less than was to be expected"
        if high < 0
        else "which may be nothing at all"
    )
    return f"{gained}; {beyond}, {verdict}."  # fmt: skip


def what_worked(
    district: Asked, need: str, where: Where, *, audience: Audience, grade_level: str = ""
) -> DisplayTable | Note:
    """Return what was tried here before for a need, with what came of it; for staff only.

    One row is one strategy. Without a need the answer names those that were ever noted.
    """
    refused = for_staff(audience, _ABOUT)
    if refused is not None:
        return refused
    if not district.has("interventions"):
        return table_of_outcomes(district, where, audience=audience)
    known = district.ask("SELECT DISTINCT CAST(need AS VARCHAR) AS need FROM interventions WHERE need IS NOT NULL ORDER BY 1")  # fmt: skip
    needs = [str(one) for one in known["need"]]
    if need not in needs:
        there = ", ".join(needs) or "none"
        begins = (
            f"Nothing was tried here before for '{need}'." if need else "No need is named in the first box."
        )
        return note(f"{begins} Needs that were noted: {there}.")
    asked = {**where, "need": [need]} | ({"grade_level": [grade_level]} if grade_level else {})
    table = table_of_outcomes(district, asked, audience=audience, by=("strategy",))
    place = group_text("grade_level", grade_level) if grade_level else "all grade levels"
    named = f"Tried here before for {need}, {place}"
    if isinstance(table, Note):
        return table
    care = tuple(said for said in table.notes if said not in _NOTES)
    return replace(table, caption=named, notes=care)


_DROPPED: Final = """
    SELECT CAST({column} AS VARCHAR) AS "group", CAST(g.subgroup_type AS VARCHAR) AS kind,
        count(*) AS started, count(*) FILTER (CAST(i.exit_reason AS VARCHAR) = 'stopped') AS stopped
    FROM interventions AS i JOIN student_groups AS g ON g.student_id = i.student_id
        AND CAST(g.school_year AS VARCHAR) = CAST(i.school_year AS VARCHAR)
    WHERE CAST(i.exit_reason AS VARCHAR) IN ('completed', 'met goal early', 'stopped') {tests}
    GROUP BY ALL ORDER BY 2, 1
"""


def who_stopped(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return who stopped early, group by group, of all whose turn is over; for staff only.

    One row is one group of students: how many ended, how many of them stopped early, and the likely range of that share.
    """
    refused = for_staff(audience, "The table of who stopped")
    if refused is not None:
        return refused
    if not district.has("interventions") or not district.has("students"):
        return note("Who stopped early cannot be said by group: bring an intervention log and the roster with its demographics.")  # fmt: skip
    kept = {n: list(v) for n, v in where.items() if n in ("school_id", "school_year", "grade_level") and v}
    tests = " ".join(f"AND CAST(i.{name} AS VARCHAR) IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    found = district.ask(_DROPPED.format(column="g.subgroup", tests=tests), list(kept.values()))
    rows = pd.DataFrame([_stopped(row) for row in found.to_dict("records")])
    titles = {
        "kind": "Kind of group",
        "group": "Group",
        "started": "Turns that are over",
        "stopped": "Stopped early",
        "range": "Likely between",
    }
    table = plain_table(
        rows, titles, caption="Who stopped early?", figures=["started", "stopped", "range"], empty="No turn has ended here yet.",
    )  # fmt: skip
    return with_care(replace(table, sectioned=not table.said_instead), few(found["started"], district))


def _stopped(row: Row) -> dict[str, str]:
    n, stopped = int(row["started"]), int(row["stopped"])
    low, high = wilson(stopped, n)
    return {
        "kind": str(row["kind"]), "group": str(row["group"]), "started": number_text(n), "stopped": f"{stopped} ({percent_text(stopped / n)})",
        "range": f"{percent_text(low)} and {percent_text(high)}",
    }  # fmt: skip
