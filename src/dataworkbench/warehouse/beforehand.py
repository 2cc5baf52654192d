"""What is known of a snapshot before it is opened.

A snapshot never changes. So what one process was told of it holds in every other, and a process that makes many reports
hands it to its copies (``reports/warm/shared.py``). It is only ever an answer to a question without a value, one that is
the same whichever school is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

REMEMBERED: Final = 200
"""How many answers are remembered of a snapshot, and how many rows each of them may have (the next)."""
REMEMBERED_ROWS: Final = 2_000


@dataclass(frozen=True)
class Beforehand:
    """What is known of one snapshot: the columns of its tables, and answers by their questions."""

    columns: Mapping[str, frozenset[str]] | None = None
    answers: Mapping[str, pd.DataFrame] = field(default_factory=dict)


_KNOWN: Final[dict[Path, Beforehand]] = {}
_ASKED: Final[dict[Path, dict[str, None]]] = {}


def known_of(folder: Path) -> Beforehand:
    """Return what this process knows of the snapshot in a folder."""
    return _KNOWN.get(folder.absolute(), Beforehand())


def know(folder: Path, told: Beforehand) -> None:
    """Know from now on, here and in each copy of this process, what another process was told of a snapshot."""
    _KNOWN[folder.absolute()] = told


def note_question(folder: Path, sql: str) -> None:
    """Keep in mind that a question without a value was asked here."""
    asked = _ASKED.setdefault(folder.absolute(), {})
    if len(asked) < REMEMBERED:
        asked[sql] = None


def questions_asked() -> dict[str, list[str]]:
    """Return the questions without a value that were asked in this process and not known before, by the snapshot's folder."""
    return {str(folder): list(asked) for folder, asked in _ASKED.items()}
