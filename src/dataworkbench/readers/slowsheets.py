"""Sheets that the fast reader cannot make out, read the slow way; some programs write them not quite to the rule."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

Merged = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of some that are merged: row and column of each, from 0."""
MOST_CELLS: Final = 5_000_000


def read_sheet_slowly(
    data: bytes, sheet: str
) -> tuple[Sequence[Sequence[object]], tuple[Merged, ...]] | None:
    """Return the cells of a sheet and which of them are merged, or None where it cannot be read this way either.

    One row is one row of the sheet; of a formula the value that the file holds is taken, and nothing is worked out.
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        held = book[sheet]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError):
        return None
    if held.max_row * held.max_column > MOST_CELLS:
        return None
    rows: list[tuple[Any, ...]] = list(held.iter_rows(values_only=True))
    merged = tuple(
        ((one.min_row - 1, one.min_col - 1), (one.max_row - 1, one.max_col - 1))
        for one in held.merged_cells.ranges
    )
    return rows, merged
