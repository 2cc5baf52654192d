"""Both attackers on one release: the product's audit, and the one in ``oracle.py`` that shares no line with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import oracle
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked.secured import Secured
from dataworkbench.policy import DisclosurePolicy

CHANGED_BELOW = DisclosurePolicy().related.changed_below
NOT_ASKED = (0.0, "width")
"""Groups that the product protects no more, because an earlier release speaks of them."""
MOST_STUDENTS = 1e4
"""No group has more: without an end, the independent attacker's simplex takes many times as long."""


@dataclass(frozen=True)
class Attacked:
    """What both attackers found of one release.

    ``targets``: figures that the audit asked about; ``asked_apart``: those that the independent attacker asked about.
    ``bad`` and ``unfinished``: what the audit found not safe, and what it did not finish. ``near``: what the other one knows too
    closely. ``given_away``: figures that earlier releases had given away, so that nothing can be done; they are in none of these.
    ``lies``: published statements that are not so.
    """

    targets: int
    asked_apart: int
    bad: list[str]
    unfinished: list[str]
    near: list[str]
    given_away: int
    lies: int

    @property
    def safe(self) -> bool:
        """Whether neither attacker found anything."""
        return not (self.bad or self.unfinished or self.near or self.lies)


def attacked(
    secured: Secured,
    cube: pd.DataFrame,
    policy: DisclosurePolicy,
    *,
    earlier: Sequence[pd.DataFrame] = (),
    changed: pd.DataFrame | None = None,
    related: Sequence[str] = (),
) -> Attacked:
    """Return what both attackers find; ``changed`` says how many students of each cell came, left and changed since ``earlier``.

    Of the indicators that are ``related``, the independent attacker knows in which groups as many students are in both.
    """
    audit = attack(secured.ledger, workers=1)
    wrong = audit[audit["verdict"] != "safe"]
    gone = _given_away(secured) if len(wrong) else set()
    stays = [name not in gone for name in zip(wrong["cell"], wrong["what"], strict=True)]
    wrong = wrong[np.array(stays, dtype=bool)]
    said = secured.cells if changed is None else carried_over(secured.cells, changed)
    before = [frame if changed is None else carried_over(frame, changed, every=True) for frame in earlier]
    program = oracle.program_of_cells(said, cube, earlier=before, mean_decimals=policy.mean_decimals)
    _tell_of_related(program, cube, related)
    asked = _asked_apart(secured, cube)
    near = [found for found in _too_near(program, asked, secured) if (found[0][0], found[0][1]) not in gone]
    unfinished = wrong["verdict"] == "not finished"
    return Attacked(
        len(audit), len(asked),
        [_told(row) for row in wrong[~unfinished].to_dict("records")], [_told(row) for row in wrong[unfinished].to_dict("records")],
        [f"{of}: {least} to {most}" for of, least, most in near], len(gone), len(program.lies()),
    )  # fmt: skip


def _tell_of_related(program: oracle.Program, cube: pd.DataFrame, related: Sequence[str]) -> None:
    """Say of every two rows that name one group of one time, of two related indicators, that as many students are in both."""
    seen: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row in cube[cube["indicator"].isin(related)].to_dict("records"):
        key = oracle.key_of(row)
        for other in seen.get(key[1:], []):
            pair = {(key, "n"): 1.0, (other, "n"): -1.0}
            if program.value(pair) == 0:
                program.say(pair, 0, 0)
        seen.setdefault(key[1:], []).append(key)


def carried_over(cells: pd.DataFrame, changed: pd.DataFrame, *, every: bool = False) -> pd.DataFrame:
    """Return what earlier words tell of the groups as they are now, for somebody who knows how many came and left.

    Of all cells (``every``), or of those that are repeated. Sizes are carried over; a share or mean only where nobody differs. Where
    as many differ as make a new figure, nothing is.
    """
    cells = cells.merge(changed, on="cell", how="left").fillna({"came": 0, "left": 0, "changed": 0})
    about_before = np.full(len(cells), True) if every else (cells["since"] != "").to_numpy()
    differ = (cells[["came", "left", "changed"]].sum(axis=1) > 0).to_numpy() & about_before
    new = differ & (cells[["came", "left", "changed"]].sum(axis=1) >= CHANGED_BELOW).to_numpy()
    more = (cells["came"] - cells["left"]).where(differ, 0)
    count = (cells["unit"] == "count").to_numpy()
    for name in ("n_low", "n_high"):
        cells[name] = (cells[name] + more).where(~new)
    for name in ("value", "low", "high"):
        cells[name] = (cells[name] + more.where(count, 0)).where(~new & (count | ~differ))
    return cells.drop(columns=["came", "left", "changed"])


def _told(row: dict[str, object]) -> str:
    return f"{row['cell']} {row['what']} ({row['rule']}): {row['verdict']}, {row['low']} to {row['high']}, {row['required']} asked"


def _given_away(secured: Secured) -> set[tuple[str, str]]:
    """Figures that are not in doubt even where this release says nothing at all."""
    silent = attack(secured.ledger.without(secured.cells["cell"]), workers=1)
    silent = silent[silent["verdict"] != "safe"]
    return set(zip(silent["cell"], silent["what"].replace({"others": "rest"}), strict=True)) | set(
        zip(silent["cell"], silent["what"], strict=True)
    )


def _asked_apart(secured: Secured, cube: pd.DataFrame) -> dict[tuple[str, str], oracle.Sum]:
    """What must stay in doubt of the groups that are hidden for themselves."""
    small = set(secured.decisions.loc[secured.decisions["rule"].str.startswith("fewer"), "cell"])
    protected = oracle.protected_of_cells(secured.cells, cube)
    return {of: terms for of, terms in protected.items() if of[0] in small}


def _too_near(program: oracle.Program, asked: dict, secured: Secured) -> list[tuple]:
    """Figures that the independent attacker knows more closely than is required."""
    if not asked:
        return []
    program.ends = {
        key: (low, min(high, MOST_STUDENTS) if key[1] == "n" else high)
        for key, (low, high) in program.ends.items()
    }
    required = {
        (row.cell, {"others": "rest"}.get(row.what, row.what)): (row.required, row.kind)
        for row in secured.ledger.targets.itertuples()
    }
    found = []
    for row in oracle.intervals(program, asked).itertuples():
        need, kind = required.get(row.of, NOT_ASKED)
        unfinished = row.least is None or row.most is None
        if unfinished or row.most - row.least < need or (kind == "double" and row.least > 0):
            found.append((row.of, row.least, row.most))
    return found
