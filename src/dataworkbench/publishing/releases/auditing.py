"""What is written is what an attack found safe: suppressed, attacked, and held as it was where the attack finds a way."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.findings import SAFE
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import BEFORE, Secured, secure, table_names
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.knowing import Known

_TRIES: Final = 3

__all__ = ["SAFE", "audited", "failed_in", "secured_and_audited"]


def secured_and_audited(
    cube: pd.DataFrame, policy: DisclosurePolicy, known: Known
) -> tuple[Secured, pd.DataFrame]:
    """Return what may be published of a cube beside all earlier releases, and what an attack found of it.

    A table in which something could be worked out says nothing new, where an earlier release has it.
    """
    hold: set[str] = set()
    for _ in range(_TRIES):
        secured = secure(cube, policy, earlier=known.earlier, changed=known.changed, hold=hold)
        audit = audited(secured.ledger)
        more = _tables_of(failed_in(secured.ledger, audit), cube, known) - hold
        if not more:
            break
        hold |= more
    return secured, audit


def audited(ledger: Ledger) -> pd.DataFrame:
    """Return what an attack finds of everything that was ever said; one row is one protected figure."""
    return attack(ledger)


def failed_in(ledger: Ledger, audit: pd.DataFrame) -> pd.DataFrame:
    """Return the protected figures that an audit did not find safe; all of them where it left one out."""
    if set(ledger.targets["target"]) - set(audit["target"]):
        return audit
    return audit[audit["verdict"] != SAFE]


def _tables_of(failed: pd.DataFrame, cube: pd.DataFrame, known: Known) -> set[str]:
    """Return the tables of figures that are not safe, of those that an earlier release has; all of these where one can't be told."""
    if failed.empty:
        return set()
    before = {table for one in known.earlier for table in table_names(one.cells["cell"])}
    before &= set(table_names(cube["cell"]))
    named = set(table_names(failed["cell"].astype("str").str.split(BEFORE).str[0]))
    return named if named <= before else before
