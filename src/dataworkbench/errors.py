"""What the workbench says when it stops: what was asked, what is there, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
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
