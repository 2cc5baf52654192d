"""What is told of all this: to the public one word, to the coordinator the reason, to the audit everything that is known."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.ledger import (
    STATEMENT_COLUMNS,
    TARGET_COLUMNS,
    TARGET_TERM_COLUMNS,
    TERM_COLUMNS,
    UNKNOWN_COLUMNS,
    Ledger,
)
from dataworkbench.disclosure.linked.complementary import Work
from dataworkbench.disclosure.linked.dimensions import CELL_COLUMNS, DIMENSIONS
from dataworkbench.disclosure.linked.sayings import HIDDEN_SAYING
from dataworkbench.disclosure.linked.system import ALWAYS, HIDDEN_LEVEL, WHATS, Bools
from dataworkbench.disclosure.linked.targets import SMALL, Targets

DECISION_COLUMNS: Final = ("cell", "unit", "n", "truth", "level", "decision", "rule")
FOR_OTHERS: Final = "hidden, because a protected figure could be worked out from it"
WIDER_FOR_OTHERS: Final = "coded more widely, because a protected figure could be worked out from it"
SAID_BEFORE: Final = "said as it was, because few students or none came, left or changed since"
GIVEN_AWAY: Final = "given away by what was published before or what everybody knows"
BY_THE_MEASURE: Final = "hidden by the measure itself"
_PRINTED: Final = ("status", "reason", "label", "value", "low", "high", "n_label", "n_low", "n_high")


def public_cells_of(
    read: pd.DataFrame,
    said: tuple[pd.DataFrame, pd.DataFrame],
    level: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> pd.DataFrame:
    """Return the public cells of a cube; one row is one figure of one group, at the level that was decided."""
    cells = read[["cell", *DIMENSIONS, "unit"]].copy()
    hidden = asdict(HIDDEN_SAYING)
    for name in _PRINTED:
        wide = np.where(level == 1, said[1][name].to_numpy(), said[0][name].to_numpy())
        cells[name] = pd.Series(np.where(level == HIDDEN_LEVEL, hidden[name], wide)).astype(
            said[0][name].dtype
        )
    cells["since"] = ""
    return cells[list(CELL_COLUMNS)]


def decisions_of(
    read: pd.DataFrame,
    level: np.ndarray[tuple[int], np.dtype[np.int64]],
    work: Work,
    small: Bools,
    held: Bools,
) -> pd.DataFrame:
    """Return what was decided about each cell and by which rule; one row is one cell. Never leaves the house.

    ``held`` are the cells that say nothing new in this release.
    """
    policy_rule = dict(zip(work.targets.cell.tolist(), work.targets.rule, strict=True))
    place = work.system.cells["place"].to_numpy(np.int64)
    own = np.zeros(len(read), dtype=bool)
    own[place[place >= 0]] = small[place >= 0]
    rule = np.select([level == HIDDEN_LEVEL, level == 1], [FOR_OTHERS, WIDER_FOR_OTHERS], "").astype(object)
    rule[held] = SAID_BEFORE
    for cell in np.flatnonzero(small):
        rule[place[cell]] = policy_rule.get(int(cell), SMALL)
    rule[(read["state"] == "suppressed").to_numpy()] = BY_THE_MEASURE
    decision = np.select([own | (level == HIDDEN_LEVEL), level == 1], ["hidden", "wider"], "").astype(object)
    decision[held & ~own] = "as before"
    decision[(read["state"] == "suppressed").to_numpy()] = "hidden"
    truth = read["second"].where(read["unit"] != "count", read["n"])
    truth = truth.where(read["unit"] != "mean", read["mean"])
    decided = pd.DataFrame(
        {"cell": read["cell"], "unit": read["unit"], "n": read["group"], "truth": truth, "level": level, "decision": decision,
         "rule": rule}
    )  # fmt: skip
    return decided[list(DECISION_COLUMNS)]


def given_away(work: Work, lost: Targets) -> pd.DataFrame:
    """Return a row for each target that nothing in this release can protect any more: ``lost`` before it, or in it."""
    open_still = work.targets.those(np.flatnonzero(~work.doubt.holds(work.system, work.level)))
    return pd.concat([_rows_of(work, lost), _rows_of(work, open_still)], ignore_index=True)


def _rows_of(work: Work, lost: Targets) -> pd.DataFrame:
    cells = work.system.cells.iloc[lost.cell]
    rules = [f"{GIVEN_AWAY}: {rule} ({what})" for rule, what in zip(lost.rule, lost.what, strict=True)]
    return pd.DataFrame(
        {"cell": cells["cell"].to_numpy(), "unit": cells["unit"].to_numpy(), "n": cells["n"].to_numpy(), "truth": lost.truth,
         "level": HIDDEN_LEVEL, "decision": "given away", "rule": np.array(rules, dtype=object)}
    )  # fmt: skip


def ledger_of(work: Work) -> Ledger:
    """Return what an attacker knows once the cells are out as they were decided."""
    system, targets = work.system, work.targets
    names = system.cells["cell"].to_numpy()
    what = np.array(WHATS, dtype=object)[system.what]
    unknowns = pd.DataFrame(
        {"unknown": np.arange(len(system.truth)), "cell": names[system.unknown_cell], "what": what, "truth": system.truth,
         "least": system.least, "most": system.most}
    )  # fmt: skip
    about = system.rows
    spoken = np.flatnonzero((about.level == ALWAYS) | (about.level == work.level[np.maximum(about.cell, 0)]))
    said_by = np.where(about.cell >= 0, names[np.maximum(about.cell, 0)], "")
    statements = pd.DataFrame(
        {"statement": np.arange(len(spoken)), "cell": said_by[spoken],
         "source": np.array(system.sources, dtype=object)[about.source[spoken]], "low": about.low[spoken] + about.true[spoken],
         "high": about.high[spoken] + about.true[spoken], "fixed": about.level[spoken] == ALWAYS, "cost": about.cost[spoken]}
    )  # fmt: skip
    terms = about.matrix[spoken].tocoo()
    asked = targets.matrix.tocoo()
    own = pd.DataFrame(
        {"target": np.arange(len(targets)), "cell": names[targets.cell], "what": targets.what, "required": targets.required - targets.margin,
         "rule": targets.rule, "whole": targets.whole, "kind": np.where(targets.down > 0, "double", "width")}
    )  # fmt: skip
    return Ledger(
        unknowns[list(UNKNOWN_COLUMNS)], statements[list(STATEMENT_COLUMNS)],
        pd.DataFrame({"statement": terms.row, "unknown": terms.col, "factor": terms.data})[list(TERM_COLUMNS)],
        own[[*TARGET_COLUMNS, "kind"]],
        pd.DataFrame({"target": asked.row, "unknown": asked.col, "factor": asked.data})[list(TARGET_TERM_COLUMNS)],
    )  # fmt: skip
