"""Files without a row of headers: known by their name and the number of their columns, where a profile says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dataworkbench.readers.converted import written_like
from dataworkbench.readers.ledger import Note, counted
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.texttable import TextTable

_UNNAMED: Final = "column "
_SHOWN_COLUMNS: Final = 8


def fits_by_place(profile: Profile, table: TextTable) -> bool:
    """Return whether a table without headers is of the kind whose columns a profile names by their place."""
    return (
        not table.headed
        and bool(profile.headers)
        and profile.recognise.file_name.casefold() in table.name.casefold()
        and _width(table) == len(profile.headers)
    )


def _width(table: TextTable) -> int:
    return max((int(name.removeprefix(_UNNAMED)) for name in table.headers), default=0)


def with_headers(table: TextTable, headers: Sequence[str]) -> TextTable:
    """Return a table without headers under the names that its columns have by their place."""
    names = {f"{_UNNAMED}{place}": name for place, name in enumerate(headers, start=1) if name}
    frame = table.frame.rename({old: new for old, new in names.items() if old in table.frame.columns})
    said = f"The file has no row of headers; its {len(headers)} columns were named by their place, as the profile says."
    return replace(table, frame=frame, headed=True, notes=(*table.notes, Note("info", said)))


def ask_for_headers(table: TextTable) -> Note:
    """Return the question about a table without headers: how many columns there are, and how the first row is written.

    What stands in it is not repeated: nobody knows yet whether these are names.
    """
    first = table.frame.head(1).select(table.headers).row(0) if table.frame.height else ()
    shown = " · ".join(_shown(value) for value in first[:_SHOWN_COLUMNS])
    more = " …" if len(first) > _SHOWN_COLUMNS else ""
    begins = (
        f", and its first row is written like {shown}{more} (9 for any figure, a for any letter)"
        if first
        else ""
    )
    return Note(
        "question",
        f"{table.name} has no row of headers, so nobody can tell what its columns are. "
        f"It has {counted(_width(table), 'column', 'columns')}{begins}.",
        "Export it with headers; or write a profile that names the columns in their order under `headers`.",
    )


def _shown(value: str) -> str:
    return written_like(value.strip()) or "(empty)"
