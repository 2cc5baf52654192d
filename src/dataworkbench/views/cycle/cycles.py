"""The cycle and where it stands: what was written in each of the five stages, and how ready the team was for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.records import Cycle, Entry, Readiness
from dataworkbench.rubrics import answer, rubric
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import STAGES, Audience
from dataworkbench.views.cycle.chains import STAGE_OF, Chains, chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, Together, for_staff, note, plain_table, whole_day

HOW_TO_BEGIN: Final = (
    "Nothing has been written down here yet. Open this notebook and begin with one thing that you saw in the data: write it as "
    "a finding, then a goal that follows from it, and this page shows the way from there to its result."
)
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "finding": ("finding", "findings"), "goal": ("goal", "goals"), "plan": ("plan", "plans"),
    "action": ("action", "actions"), "fishbone": ("fishbone", "fishbones"), "cause": ("cause", "causes"),
    "why": ("answer to why", "answers to why"), "hypothesis": ("hypothesis", "hypotheses"),
    "change": ("change", "changes"), "review": ("review", "reviews"),
}  # fmt: skip
READY_BY: Final = "inputs_for_success"
"""The rubric by which a team scores how ready it is for each stage."""


def cycle(district: Kept, *, today: str = "", audience: Audience = "staff") -> Together | Note:
    """Return where the cycle stands: its name, time and team, and what was written in each of the five stages; for staff.

    For a district without any records it is one sentence on how to begin.
    """
    refused = for_staff(audience, "What the team has written")
    if refused is not None:
        return refused
    web = chains(records_of(district))
    if not web.entries:
        return note(HOW_TO_BEGIN)
    now = web.current(today_in(district, today))
    said = (
        _about(now)
        if now is not None
        else "No cycle has been named yet, so all that was written is counted together."
    )
    return Together((note(said), _strip(district, web, now)))


def readiness(district: Kept, stage: int, *, audience: Audience = "staff") -> DisplayTable | Note:
    """Return how ready the team said it was for a stage, cycle by cycle; one row is one input for success. For staff."""
    refused = for_staff(audience, "The readiness check")
    if refused is not None:
        return refused
    web = chains(records_of(district))
    scored = [entry for entry in web.of(Readiness) if entry.body.stage == stage]
    elements = rubric(READY_BY, district.workspace).only(stage=stage).elements
    columns = {f"at{place}": _cycle_name(web, entry) for place, entry in enumerate(scored)}
    rows = pd.DataFrame(
        [
            {"element": held.title}
            | {
                f"at{place}": entry.body.answers.get(held.id, "not answered")
                for place, entry in enumerate(scored)
            }
            | {"moved": _moved(district, [entry.body.answers.get(held.id, "") for entry in scored])}
            for held in elements
        ]
    )
    if not scored:
        return note(f"How ready you are for stage {stage} ({STAGES[stage].lower()}) has not been scored yet.")
    titles = {"element": "Input for success", **columns} | (
        {"moved": "Since the time before"} if len(scored) > 1 else {}
    )
    return plain_table(rows, titles, caption=f"Ready for stage {stage}, {STAGES[stage].lower()}?")


def _about(now: Entry[Cycle]) -> str:
    body = now.body
    days = [whole_day(day.isoformat()) for day in (body.starts, body.ends) if day is not None]
    when = f", {' to '.join(days)}" if days else ""
    team = f" The team: {', '.join(body.team)}." if body.team else ""
    return f"The cycle is {body.name}{when}.{team}"


def _strip(district: Kept, web: Chains, now: Entry[Cycle] | None) -> DisplayTable:
    mine = [entry for entry in web.entries.values() if now is None or now.id in web.cycles_of(entry.id)]
    kinds = Counter(entry.kind for entry in mine)
    rows = [
        {
            "stage": f"{stage}. {title}",
            "written": _written(kinds, stage),
            "ready": _ready(district, web, mine, stage),
        }
        for stage, title in STAGES.items()
    ]
    titles = {"stage": "Stage", "written": "What was written", "ready": "How ready we said we are"}
    return plain_table(pd.DataFrame(rows), titles, caption="Where the cycle stands")


def _written(kinds: Counter[str], stage: int) -> str:
    parts = [
        f"{kinds[kind]} {_WORDS[kind][kinds[kind] != 1]}"
        for kind, where in STAGE_OF.items()
        if where == stage and kinds[kind]
    ]
    return ", ".join(parts) or "nothing yet"


def _ready(district: Kept, web: Chains, mine: list[Entry], stage: int) -> str:  # type: ignore[type-arg]
    here = [entry for entry in mine if isinstance(entry.body, Readiness) and entry.body.stage == stage]
    every = [entry for entry in web.of(Readiness) if entry.body.stage == stage]
    if not here:
        return "not scored yet"
    before = every[every.index(here[-1]) - 1] if every.index(here[-1]) else None
    said = _in_place(district, here[-1].body)
    return f"{said}; before: {_in_place(district, before.body)}" if before is not None else said


def _in_place(district: Kept, scored: Readiness) -> str:
    asked = rubric(scored.rubric, district.workspace).only(stage=scored.stage)
    known = {element.id for element in asked.elements}
    done = answer(
        asked,
        {
            name: level
            for name, level in scored.answers.items()
            if name in known and level in asked.level_names
        },
    )
    return f"{len(done.strengths)} of {len(asked.elements)} in place"


def _cycle_name(web: Chains, entry: Entry[Readiness]) -> str:
    name = web.cycle_of(entry.id)
    held = web.entries.get(name)
    return held.body.name if held is not None else whole_day(f"{entry.written_at:%Y-%m-%d}")


def _moved(district: Kept, levels: list[str]) -> str:
    names = list(rubric(READY_BY, district.workspace).level_names)
    if len(levels) < 2 or levels[-1] not in names or levels[-2] not in names:
        return ""
    step = names.index(levels[-1]) - names.index(levels[-2])
    return "better" if step > 0 else "worse" if step < 0 else "the same"
