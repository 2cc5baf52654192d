"""What a command comes back with: sentences for a person, the same as data for a script, and an exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final


class ExitCode(IntEnum):
    """How a command ended; the meaning of each stands in ``MEANINGS``."""

    DONE = 0
    NEEDS_A_PERSON = 1
    NOT_STARTED = 2
    PARTLY_DONE = 3
    FAULT = 70
    INTERRUPTED = 130


MEANINGS: Final[Mapping[ExitCode, str]] = {
    ExitCode.DONE: "Done. Nothing needs you.",
    ExitCode.NEEDS_A_PERSON: "Done, and something needs a person: rows were set aside, a check found something, a file was not recognised, or a part is missing.",
    ExitCode.NOT_STARTED: "Not done, and nothing was changed: the command was mistyped, or something that it needs is not there. The message says what to do.",
    ExitCode.PARTLY_DONE: "Partly done: some of the reports failed. The rest is there, and the index lists the failed ones.",
    ExitCode.FAULT: "A fault in the workbench itself.",
    ExitCode.INTERRUPTED: "Stopped by Ctrl-C.",
}


@dataclass(frozen=True)
class Listing:
    """A table to be printed: one row is what ``title`` says."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Story:
    """What is said of several things, in paragraphs: one entry is a thing's name, and pairs of what is seen and what to do."""

    title: str
    entries: Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class Answer:
    """What a command has to say: sentences, then tables, then paragraphs, then what may be done next.

    ``pages`` are names of pages with their addresses, which are never broken over two lines, so that they can be
    clicked. ``next_steps`` are sentences or commands that a person may want now.
    """

    sentences: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)
    listings: Sequence[Listing] = ()
    stories: Sequence[Story] = ()
    pages: Sequence[tuple[str, str]] = ()
    next_steps: Sequence[str] = ()
    code: ExitCode = ExitCode.DONE


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 row", "2 rows", "1,204 rows"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
