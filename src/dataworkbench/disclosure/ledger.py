"""What an attacker knows: unknown numbers, and everything that was ever said of them.

A ledger is four frames, so that whoever audits a release can open it and read it. Numbers that nobody was told are
*unknowns*; each is a count (or a sum of scores) that is never below ``least``. What was published, what is true by
arithmetic, and what an earlier release said are *statements*: a sum of unknowns, each times a factor, lies between two
ends. A *target* is a sum of unknowns that must stay in doubt by at least ``required``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.errors import WorkbenchError

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
    ("n", "numerator"; whatever begins with "sum" is scores, not people), ``truth`` (ours alone: never leaves the house),
    ``least`` and ``most`` (what anybody knows beforehand).

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


@dataclass(frozen=True)
class Firsts:
    """From which number on a ledger's unknowns, statements and targets are counted where it stands behind others."""

    unknown: int = 0
    statement: int = 0
    target: int = 0

    def behind(self, ledger: Ledger) -> Firsts:
        """Return where the next ledger begins."""
        return Firsts(
            self.unknown + len(ledger.unknowns),
            self.statement + len(ledger.statements),
            self.target + len(ledger.targets),
        )

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame with its numbers as they are behind others; those of each ledger count from 0."""
        names = [name for name in ("unknown", "statement", "target") if name in frame]
        return frame.assign(**{name: frame[name] + getattr(self, name) for name in names})


def one_behind_another(ledgers: Sequence[Ledger]) -> tuple[Ledger, list[Firsts]]:
    """Return one ledger of several that share no number, and where each of them begins in it.

    Raises
    ------
    WorkbenchError
        Where two of them speak of one number: apart, each would know less of it than both together.

    """
    numbers = pd.concat([ledger.unknowns[["cell", "what"]].drop_duplicates() for ledger in ledgers])
    twice = numbers[numbers.duplicated()]
    if len(twice):
        row = twice.iloc[0]
        raise WorkbenchError(
            f"'{row['cell']}' ({row['what']}) stands in two ledgers, which can't be put one behind the other. Attack what is linked "
            "in one ledger, or give what was counted anew a name of its own."
        )
    firsts = [Firsts()]
    for ledger in ledgers[:-1]:
        firsts.append(firsts[-1].behind(ledger))
    frames = {
        name: pd.concat(
            [first.of(getattr(ledger, name)) for first, ledger in zip(firsts, ledgers, strict=True)],
            ignore_index=True,
        )
        for name in ("unknowns", "statements", "terms", "targets", "target_terms")
    }
    return Ledger(**frames), firsts


def checked(ledger: Ledger, knowing: Mapping[int, float] | None = None) -> None:
    """Return nothing where the five frames fit one another.

    Raises
    ------
    WorkbenchError
        Where a frame lacks a column, a number stands twice or without a row of its own, or a value is missing.

    """
    for name, columns in _FRAMES.items():
        frame: pd.DataFrame = getattr(ledger, name)
        lacking = [column for column in columns if column not in frame]
        if lacking:
            raise WorkbenchError(f"The ledger's {name} lack the columns {', '.join(lacking)}.")
        key = columns[0]
        if not name.endswith("terms") and frame[key].duplicated().any():
            raise WorkbenchError(
                f"The ledger's {name} hold {key} {frame[key][frame[key].duplicated()].iloc[0]} twice."
            )
    for name, key, there in (
        ("terms", "statement", ledger.statements),
        ("terms", "unknown", ledger.unknowns),
        ("target_terms", "target", ledger.targets),
        ("target_terms", "unknown", ledger.unknowns),
    ):
        stray = ~getattr(ledger, name)[key].isin(there[key])
        if stray.any():
            raise WorkbenchError(
                f"The ledger's {name} speak of {key} {getattr(ledger, name)[key][stray].iloc[0]}, which is not there."
            )
    _values_checked(ledger)
    strange = sorted(set(knowing or {}) - set(ledger.unknowns["unknown"]))
    if strange:
        raise WorkbenchError(f"Unknown {strange[0]} is not in the ledger, so nobody can know it.")


def _values_checked(ledger: Ledger) -> None:
    for frame, column in (
        (ledger.unknowns, "truth"),
        (ledger.terms, "factor"),
        (ledger.target_terms, "factor"),
        (ledger.targets, "required"),
    ):
        if frame[column].isna().any():
            raise WorkbenchError(
                f"The ledger has rows without {column}: {frame[frame[column].isna()].iloc[0].to_dict()}."
            )
    strange = sorted(set(ledger.targets.get("kind", [])) - set(KINDS))
    if strange:
        raise WorkbenchError(
            f"A target is protected by {' or '.join(KINDS)}; the ledger says '{strange[0]}'."
        )


_FRAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "unknowns": UNKNOWN_COLUMNS,
    "statements": STATEMENT_COLUMNS,
    "terms": TERM_COLUMNS,
    "targets": TARGET_COLUMNS,
    "target_terms": TARGET_TERM_COLUMNS,
}
