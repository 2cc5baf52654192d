"""What an attacker knows: unknown numbers, and everything that was ever said of them.

A ledger is four frames, so that whoever audits a release can open it and read it. Numbers that nobody was told are
*unknowns*; each is a count (or a sum of scores) that is never below ``least``. What was published, what is true by
arithmetic, and what an earlier release said are *statements*: a sum of unknowns, each times a factor, lies between two
ends. A *target* is a sum of unknowns that must stay in doubt by at least ``required``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

UNKNOWN_COLUMNS: Final = ("unknown", "cell", "what", "truth", "least", "most")
STATEMENT_COLUMNS: Final = ("statement", "cell", "source", "low", "high", "fixed", "cost")
TERM_COLUMNS: Final = ("statement", "unknown", "factor")
TARGET_COLUMNS: Final = ("target", "cell", "what", "required", "rule", "whole")
TARGET_TERM_COLUMNS: Final = ("target", "unknown", "factor")
KINDS: Final = ("width", "double")
"""How a target is protected, where its frame has a column ``kind``; without one, every target is of the first kind."""


@dataclass(frozen=True)
class Ledger:
    """Unknown numbers, what was said of them, and which of them must stay in doubt.

    ``unknowns``: one row is one number that nobody was told. ``unknown`` (0, 1, 2, ...), ``cell`` (whose it is), ``what``
    ("n", "numerator", "sum"), ``truth`` (ours alone: never leaves the house), ``least`` and ``most`` (what anybody knows
    beforehand).

    ``statements``: one row is one thing said. ``statement`` (0, 1, ...), ``cell`` (the published cell it comes from; empty
    for arithmetic), ``source`` (where it was read: this release, an earlier one, "arithmetic"), ``low`` and ``high``
    (its ends; the same for an exact figure), ``fixed`` (it can't be taken back: arithmetic, earlier releases) and ``cost``
    (how dear it is to leave it out; totals are dearer than parts).

    ``terms``: one row is one unknown in one statement, with its ``factor``.

    ``targets``: one row is one number that is protected. ``target`` (0, 1, ...), ``cell``, ``what``, ``required`` (how far
    apart the lowest and the highest that an attacker can prove must be), ``rule`` (in words, for a person), ``whole``
    (whether it counts people, so that the attacker may round inwards). A further column ``kind`` may say which way
    ``required`` is meant, in the policy's words: "width" (that far apart; so where the column is left out) or "double" (what
    an attacker can't rule out must reach from 0 to ``required``, which is twice the truth).

    ``target_terms``: one row is one unknown in one target, with its ``factor``.
    """

    unknowns: pd.DataFrame
    statements: pd.DataFrame
    terms: pd.DataFrame
    targets: pd.DataFrame
    target_terms: pd.DataFrame

    def without(self, cells: Iterable[str]) -> Ledger:
        """Return the ledger as it would be if these cells said nothing in this release."""
        gone = self.statements["cell"].isin(set(cells)) & ~self.statements["fixed"].astype(bool)
        left = self.statements[~gone]
        return Ledger(
            self.unknowns,
            left,
            self.terms[self.terms["statement"].isin(left["statement"])],
            self.targets,
            self.target_terms,
        )
