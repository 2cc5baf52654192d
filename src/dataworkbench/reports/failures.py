"""What to say when a report could not be made: where it stopped and why, without a word that could name a student."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import Final

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from dataworkbench import errors
from dataworkbench.reports.jobs import MOST_OUTPUT

SAFE_ERRORS: Final[frozenset[str]] = frozenset(kind.__name__ for kind in errors.FOR_READERS)
"""Errors of ours whose words speak of schools, parameters and calls, never of a student."""

COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
PLACES: Final = re.compile(
    r"^(?:File \S+?:\d+, in [\w.<>]+|Cell In\[\d+\], line \d+| +(?:/|[A-Za-z]:\\|<)[^\n\"']*, line \d+, in [\w<>]+)",
    re.MULTILINE,
)
"""How IPython and `errors.story_of` write where an error came up."""
LONGEST_MESSAGE: Final = 500
_TOO_MUCH: Final = f"The notebook put out more than {MOST_OUTPUT} MB, and a page of that size cannot be opened. Let it show less."
_NO_MEMORY: Final = "The report asked for more memory than one report may take (--memory)."
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class UnfinishedNotebookError(Exception):
    """A cell left early, so that the notebook came to no end."""


class TooMuchOutputError(BaseException):
    """The cells put out more than a page can hold; a cell that catches every ``Exception`` does not catch this."""


@dataclass(frozen=True)
class Failure:
    """Why a report was not made; ``cell`` is its place in the notebook (1 is the first; 0: not in a cell)."""

    message: str
    cell: int = 0
    near: str = ""
    log: str = ""


def failure_of(fault: BaseException, notebook: NotebookNode, seconds: int) -> Failure:
    """Return what to say about a fault that came out of running a notebook."""
    if isinstance(fault, PapermillExecutionError):
        return _of_a_cell(fault, notebook)
    return Failure(_said_of(fault, seconds), log=errors.story_of(fault))


def _said_of(fault: BaseException, seconds: int) -> str:
    """Return what may be said openly about a fault that is not an error of a cell."""
    if isinstance(fault, OSError) and fault.errno in _NO_ROOM:
        return "There is no room left on the disk that the reports are written to."
    said: dict[type[BaseException], str] = {
        CellTimeoutError: f"A cell took longer than {seconds} seconds and was stopped.",
        DeadKernelError: (
            "The calculation ended without a word, most often because the memory ran out. "
            "Try again with fewer reports at a time (--workers 1)."
        ),
        UnfinishedNotebookError: "The notebook left before its last cell had run.",
        TooMuchOutputError: _TOO_MUCH,
        MemoryError: _NO_MEMORY,
    }
    return next(
        (words for kind, words in said.items() if isinstance(fault, kind)),
        f"The report could not be made ({type(fault).__name__}).",
    )


def _of_a_cell(fault: PapermillExecutionError, notebook: NotebookNode) -> Failure:
    places = [index for index, cell in enumerate(notebook.cells) if cell.source == fault.source]
    cell = places[0] + 1 if places else 0
    return Failure(
        message=safe_message(fault.ename, fault.evalue),
        cell=cell,
        near=_heading_above(notebook, cell),
        log=_story_of_a_cell(fault),
    )


def _story_of_a_cell(fault: PapermillExecutionError) -> str:
    """Return the places that a cell's error went through, without lines of code and without what it said.

    Errors of a kernel arrive as text for people, so the places are picked out of it.
    """
    told = COLOURS.sub("", "\n".join(fault.traceback))
    places = [f"  {place.group().strip()}" for place in PLACES.finditer(told)]
    return "\n".join([*places, safe_message(fault.ename, fault.evalue)])


def safe_message(kind: str, text: str) -> str:
    """Return what may be said openly about an error: its text where it is one of ours, else only its kind."""
    if kind == TooMuchOutputError.__name__:
        return _TOO_MUCH
    if kind == MemoryError.__name__:
        return _NO_MEMORY
    if kind in SAFE_ERRORS:
        return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " …"
    return f"A cell stopped with {kind or 'an error'}."


def _heading_above(notebook: NotebookNode, cell: int) -> str:
    above = [c.source for c in notebook.cells[:cell] if c.cell_type == "markdown"]
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", "\n".join(above), flags=re.MULTILINE)
    return headings[-1] if headings else ""
