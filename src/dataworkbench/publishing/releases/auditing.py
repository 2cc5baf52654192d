"""What is written is what an attack found safe: suppressed, attacked, and held as it was where the attack finds a way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.findings import SAFE
from dataworkbench.disclosure.attacking.shown import Table
from dataworkbench.disclosure.attacking.whole import attack_in_whole_numbers
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import BEFORE, TABLE, Secured, names_together, secure, table_names
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.in_parts import table_by_table
from dataworkbench.publishing.releases.knowing import Known

_MOST_ROOM: Final = 10.0
MOST_IN_WHOLE_NUMBERS: Final = 10_000
"""Protected figures of a table that are attacked in whole numbers as well: some 0.1 seconds for each that is only just safe."""
_SECONDS_IN_WHOLE_NUMBERS: Final = 3600.0

__all__ = ["SAFE", "audited", "failed_in", "secured_and_audited"]


def secured_and_audited(
    cube: pd.DataFrame, policy: DisclosurePolicy, known: Known
) -> tuple[Secured, pd.DataFrame]:
    """Return what may be published of a cube beside all earlier releases, and what an attack found of it.

    Where something could still be worked out (in whole numbers more can be than suppression reckons with), it is asked for with
    more room. Where that is not enough, the figures of that school say nothing new, then the whole table, as far as an earlier
    release has it.
    """
    return table_by_table(cube, policy, known, _table)


def _table(cube: pd.DataFrame, policy: DisclosurePolicy, known: Known) -> tuple[Secured, pd.DataFrame]:
    room: dict[tuple[str, str], float] = {}
    hold: set[str] = set()
    secured, audit = _tried(cube, policy, known, hold, room)
    for near in (None, None, _of_the_school, _of_the_table):
        failed = failed_in(secured.ledger, audit)
        if failed.empty:
            break
        if near is None:
            _give_room(room, failed)
        elif known.earlier:
            hold |= near(failed["cell"], cube, known, policy)
        else:
            break
        secured, audit = _tried(cube, policy, known, hold, room)
    return secured, audit


def _tried(
    cube: pd.DataFrame,
    policy: DisclosurePolicy,
    known: Known,
    hold: set[str],
    room: dict[tuple[str, str], float],
) -> tuple[Secured, pd.DataFrame]:
    secured = secure(cube, policy, earlier=known.earlier, changed=known.changed, hold=hold, room=room)
    return secured, audited(secured.ledger, secured.shown)


def _give_room(room: dict[tuple[str, str], float], failed: pd.DataFrame) -> None:
    """Note down that these figures need more room: what they lack, and a little."""
    lacking = (failed["required"] - (failed["high"] - failed["low"])).fillna(0.0).clip(0.0, _MOST_ROOM)
    for cell, what, more in zip(failed["cell"], failed["what"], lacking, strict=True):
        room[cell, what] = max(room.get((cell, what), 0.0) + more + 1.0, 2.0)


def audited(ledger: Ledger, shown: Iterable[Table] = ()) -> pd.DataFrame:
    """Return what an attack finds of everything that was ever said, also in whole numbers; one row is one protected figure.

    ``shown`` are tables that are said to fit. Tables with more than ``MOST_IN_WHOLE_NUMBERS`` protected figures are attacked in
    fractions alone, which finds a figure narrower in doubt by a few students at most.
    """
    tables = tuple(shown)
    audit = attack(ledger, shown=tables)
    if len(audit) != len(ledger.targets):
        return audit
    return attack_in_whole_numbers(
        ledger,
        audit,
        seconds=_SECONDS_IN_WHOLE_NUMBERS,
        which=~in_fractions_alone(audit["cell"]),
        shown=tables,
    )


def in_fractions_alone(cells: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which protected figures are in tables that are too large to be attacked in whole numbers."""
    tables = table_names(cells)
    large: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        tables.map(tables.value_counts()) > MOST_IN_WHOLE_NUMBERS
    ).to_numpy(dtype=bool)
    return large


def failed_in(ledger: Ledger, audit: pd.DataFrame) -> pd.DataFrame:
    """Return the protected figures that an audit did not find safe; all of them where it left one out."""
    if set(ledger.targets["target"]) - set(audit["target"]):
        return audit
    return audit[audit["verdict"] != SAFE]


def _of_the_school(failed: pd.Series, cube: pd.DataFrame, known: Known, policy: DisclosurePolicy) -> set[str]:
    """Return the cells of the schools of these figures, or of the district, in their tables and in those related to them."""
    own = failed.astype("str").str.split(BEFORE).str[0]
    schools = names_together(table_names(own), policy) + "|" + own.str.split("|").str[len(TABLE)]
    there = names_together(table_names(cube["cell"]), policy) + "|" + cube["school_id"]
    return _in_tables_said_before(cube[there.isin(set(schools))], known)


def _of_the_table(failed: pd.Series, cube: pd.DataFrame, known: Known, policy: DisclosurePolicy) -> set[str]:
    tables = names_together(table_names(failed.astype("str").str.split(BEFORE).str[0]), policy)
    return _in_tables_said_before(
        cube[names_together(table_names(cube["cell"]), policy).isin(set(tables))], known
    )


def _in_tables_said_before(rows: pd.DataFrame, known: Known) -> set[str]:
    before = {table for one in known.earlier for table in table_names(one.cells["cell"])}
    return set(rows.loc[table_names(rows["cell"]).isin(before), "cell"])
