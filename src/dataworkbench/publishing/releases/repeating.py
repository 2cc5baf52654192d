"""What was published before: which tables are repeated as they were, and which are published anew beside them.

A table is one indicator of one school year (and test): all its cells add up to one another. Where fewer students than the
policy says came, left or changed behind any of its cells, a new figure less the old one would be about those few. So the
table is repeated as it was, every cell of it: who has it already learns nothing. Only where each cell is either quite
unchanged or changed by enough students is a table published anew, and then it is attacked together with the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import Secured, secure
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.ledgers import joined, part_of, table_names, united

SAFE: Final = "safe"
_NOTHING: Final = ("value", "low", "high", "n_low", "n_high")


@dataclass(frozen=True)
class Known:
    """What was ever said of each table, as it was said last, and what that rests on.

    ``cells``: the public cells. ``kept``: the true figures behind them. ``ledger``: all that is known with them and with what
    came before. ``since``: one row is one table: ``release``, which published it as it is now, and ``policy``, the fingerprint
    of the rules under which it was said last. ``changed``: who came, left or changed behind each cell since, in
    ``CHANGE_COLUMNS``.
    """

    cells: pd.DataFrame
    kept: pd.DataFrame
    ledger: Ledger
    since: pd.DataFrame
    changed: pd.DataFrame


@dataclass(frozen=True)
class Decided:
    """A release that may be written: its cells and all behind them; ``repeated`` are the tables that are as they were.

    ``since``: one row is one table, with the release that published it as it is now; empty for this one.
    """

    secured: Secured
    cube: pd.DataFrame
    since: pd.DataFrame
    repeated: tuple[str, ...]


def decide(cube: pd.DataFrame, policy: DisclosurePolicy, known: Known | None) -> Decided:
    """Return what is published of a cube, given what was published before."""
    tables = table_names(cube["cell"])
    names = list(dict.fromkeys(tables))
    if known is None:
        return Decided(secure(cube, policy), cube, _since(names, {}, policy), ())
    was = dict(zip(known.since["table"], known.since["release"], strict=True))
    may = [name for name in names if name not in was or _may_be_anew(name, cube, known, policy)]
    fresh = secure(cube[tables.isin(may)], policy) if may else None
    together = {name: _together(name, fresh, known, was) for name in may if fresh and name in was}
    anew = {name: ledger for name, ledger in together.items() if (attack(ledger)["verdict"] == SAFE).all()}
    new = [name for name in may if name not in was]
    repeated = [name for name in names if name not in new and name not in anew]
    parts = [part_of(fresh.ledger, new)] if fresh and new else []
    parts += [*anew.values(), *([part_of(known.ledger, repeated)] if repeated else [])]
    taken = {*new, *anew}
    cells = _repeated_cells(cube, known, policy, repeated)
    if fresh:
        own = fresh.cells[table_names(fresh.cells["cell"]).isin(taken)]
        cells = pd.concat([own, cells], ignore_index=True).sort_values("cell", ignore_index=True)
    decisions = fresh.decisions[table_names(fresh.decisions["cell"]).isin(taken)] if fresh else pd.DataFrame()
    kept = known.kept[table_names(known.kept["cell"]).isin(repeated)]
    whole = pd.concat([cube[tables.isin(taken)], kept], ignore_index=True)
    since = _since(names, {name: was[name] for name in repeated}, policy)
    return Decided(Secured(cells, decisions, joined(parts)), whole, since, tuple(repeated))


def _since(names: Sequence[str], was: dict[str, str], policy: DisclosurePolicy) -> pd.DataFrame:
    said = {
        "table": list(names),
        "release": [was.get(name, "") for name in names],
        "policy": policy.fingerprint,
    }
    return pd.DataFrame(said, dtype="str")


def _may_be_anew(name: str, cube: pd.DataFrame, known: Known, policy: DisclosurePolicy) -> bool:
    """Return whether each cell of a table is unchanged or changed by enough, and something is to be said that was not."""
    changed = known.changed[table_names(known.changed["cell"]) == name]
    moved = changed["came"] + changed["left"] + changed["altered"]
    if not changed["known"].all() or ((moved > 0) & (moved < policy.related.changed_below)).any():
        return False
    said = known.since.loc[known.since["table"] == name, "policy"].iloc[0]
    now = set(cube.loc[table_names(cube["cell"]) == name, "cell"])
    before = set(known.cells.loc[table_names(known.cells["cell"]) == name, "cell"])
    return bool((moved > 0).any()) or now != before or policy.fingerprint != said


def _together(name: str, fresh: Secured, known: Known, was: dict[str, str]) -> Ledger:
    """Return what is known of a table by somebody who has it as it was and as it would be."""
    changed = known.changed[table_names(known.changed["cell"]) == name]
    same = changed.loc[changed[["came", "left", "altered"]].sum(axis=1) == 0, "cell"]
    ledger = part_of(known.ledger, [name])
    spoken = set(same) | (
        set(ledger.unknowns["cell"]) - set(changed["cell"]) if len(same) == len(changed) else set()
    )
    return united(ledger, part_of(fresh.ledger, [name]), spoken, was[name])


def _repeated_cells(
    cube: pd.DataFrame, known: Known, policy: DisclosurePolicy, repeated: Sequence[str]
) -> pd.DataFrame:
    """Return the public cells of repeated tables as they were said, for the breakdowns of today, under the rules of today."""
    said = known.cells[table_names(known.cells["cell"]).isin(repeated)]
    said = said[_shapes(said).isin(set(_shapes(cube)))]
    return _hidden_by_the_rules_of_today(said, known, policy) if len(said) else said


def _shapes(rows: pd.DataFrame) -> pd.Series:
    """Return for whom each cell is, without saying for which of them: a breakdown, and a kind of groups."""
    there = [(rows[name] != "").astype("str") for name in ("school_id", "grade_level")]
    return there[0] + there[1] + rows["subgroup_type"].astype("str")


def _hidden_by_the_rules_of_today(said: pd.DataFrame, known: Known, policy: DisclosurePolicy) -> pd.DataFrame:
    """Return cells as they were said, without those that the policy of today would hide."""
    same = set(known.since.loc[known.since["policy"] == policy.fingerprint, "table"])
    rows = known.kept[known.kept["cell"].isin(said["cell"]) & ~table_names(known.kept["cell"]).isin(same)]
    if rows.empty:
        return said
    hidden = secure(rows, policy).cells.query("status == 'suppressed'").set_index("cell")
    now = said["cell"].isin(hidden.index)
    changed = said.copy()
    for name in ("status", "reason", "label", "n_label"):
        changed.loc[now, name] = said.loc[now, "cell"].map(hidden[name])
    changed.loc[now, list(_NOTHING)] = float("nan")
    return changed
