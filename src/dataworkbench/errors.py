"""What the workbench says when it stops: what was asked, what is there, what to do."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

_REPEATED: Final = 120
"""So many letters of a name are repeated where there is none like it."""


class WorkbenchError(Exception):
    """Anything that a person can put right; its text is written for that person."""


class NoSuchNameError(WorkbenchError):
    """A name was asked for that is not there; the text lists what is."""


class FileRefusedError(WorkbenchError):
    """A file as a whole cannot be used; nothing of it was taken in."""


class NotGatedError(WorkbenchError):
    """A figure or a table was asked to draw numbers that have not passed the disclosure gate."""


class NothingToShowError(WorkbenchError):
    """There is no data for what was asked, and going on would mislead."""


class PolicyChangedError(WorkbenchError):
    """The disclosure policy is not the one any more that something was begun under."""


class ParameterError(WorkbenchError):
    """A notebook was handed a parameter that it does not know, or one of the wrong kind."""


def no_such(kind: str, asked: str, there: Iterable[str], *, most: int = 12) -> NoSuchNameError:
    """Return the error for a name that is not there, with the names that are.

    ``kind`` is the field's word in the singular: ``"school"``, ``"indicator"``.
    """
    asked = asked if len(asked) <= _REPEATED else f"{asked[:_REPEATED]}..."
    names = sorted({str(name) for name in there})
    if not names:
        return NoSuchNameError(f"No {kind} is called '{asked}', and there is none at all yet.")
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    near = get_close_matches(asked, names, n=1, cutoff=0.75)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return NoSuchNameError(f"No {kind} is called '{asked}'. There are: {listed}.{hint}")


FOR_READERS: Final = (NothingToShowError, NotGatedError, ParameterError, PolicyChangedError)
"""Errors of ours whose words speak of schools, parameters, rules and calls, never of a student."""


def story_of(fault: BaseException) -> str:
    """Return what a log may say of an error: its kind and where it came up, line by line, without a word out of the data.

    What an error says can hold a student's name, and a line of a notebook can too. So what it says is left out, but for
    errors of ours whose words speak of no student; and lines of code stand there for installed packages alone.
    """
    return "".join(_parts(fault, frozenset()))


def _parts(fault: BaseException, told: frozenset[int]) -> Iterator[str]:
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None and id(before) not in told:
        yield from _parts(before, told | {id(fault)})
        yield "Then, on the way out of that:\n" if fault.__cause__ is None else "Which was the reason for:\n"
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"  {frame.filename}, line {frame.lineno}, in {frame.name}\n"
        if frame.line and _is_installed(frame.filename):
            yield f"    {frame.line}\n"
    yield f"{type(fault).__name__}{f': {fault}' if isinstance(fault, FOR_READERS) else ''}\n"
    if isinstance(fault, BaseExceptionGroup):
        for inner in fault.exceptions:
            yield from _parts(inner, told | {id(fault)})


def _is_installed(file: str) -> bool:
    """Whether a file is part of this package or of another that is installed, and no notebook and no script of a team."""
    path = Path(file)
    places = (Path(__file__).parent, Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib")
    return any(path.is_relative_to(place) for place in places)
