"""Data in text: JSON of any depth, typed arrays in it, and tables with separators."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from dataworkbench.publishing.scan.opening.pieces import (
    CODES,
    DATA,
    Figures,
    Flow,
    Inner,
    Piece,
    Rows,
    Run,
    Said,
    Trouble,
    beside,
)

CELL: Final = "cell"
_ROW_KEYS: Final = ("rows", "data", "values")
_COLUMN_KEYS: Final = ("columns", "header", "fields", "names")
_DTYPES: Final = {
    "f8": "<f8", "f4": "<f4", "i1": "<i1", "i2": "<i2", "i4": "<i4", "i8": "<i8", "u1": "<u1", "u2": "<u2", "u4": "<u4", "u8": "<u8",
    "float64": "<f8", "float32": "<f4", "int8": "<i1", "int16": "<i2", "int32": "<i4", "int64": "<i8", "uint8": "<u1",
    "uint16": "<u2", "uint32": "<u4", "uint64": "<u8",
}  # fmt: skip


def open_json(text: str, place: str) -> Iterator[Piece]:
    """Give the strings and numbers of a JSON text; one that does not parse is told."""
    try:
        held = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        yield Trouble(place, "unreadable", "is not JSON, though its name or its place says so")
        yield Flow((Run(place, text),), DATA)
        return
    yield from walk(held, beside(place, "$"))


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, so that a key that stands there twice is not lost."""


def walk(held: Any, place: str, cell: str = "", field: str = "") -> Iterator[Piece]:
    """Give the strings and numbers of data as they come out of JSON; ``place`` ends in their path."""
    if isinstance(held, _Pairs):
        yield from _walk_object(held, place, cell)
    elif isinstance(held, list):
        yield from _walk_list(held, place, cell, field)
    elif isinstance(held, str):
        yield Flow((Run(place, held),), DATA)
        yield Said(place, held, cell, CODES)
    elif _is_number(held):
        yield Figures(place, (float(held),), cell, field)


def _walk_object(held: _Pairs, place: str, cell: str) -> Iterator[Piece]:
    given = dict(held)
    if isinstance(given.get("bdata"), str):
        yield from typed_array(given, beside(place, "bdata"), cell)
    table = _as_table(given, place)
    if table:
        yield table
        held = _Pairs(
            (k, v) for k, v in held if k not in (*_ROW_KEYS, *_COLUMN_KEYS) and not _is_column(v, table)
        )
    cell = given[CELL] if isinstance(given.get(CELL), str) else cell
    yield Flow(tuple(Run(f"{place}.{key}", key) for key, _ in held), DATA)
    texts = [(f"{place}.{key}", value) for key, value in held if isinstance(value, str) and key != "bdata"]
    yield Flow(tuple(Run(f"{place}.{key}", value) for key, value in held if isinstance(value, str)), DATA)
    yield from (Said(f"{place}.{key}", key, cell, CODES) for key, _ in held)
    yield from (Said(at, value, cell, CODES) for at, value in texts if value != cell)
    for key, value in held:
        if not isinstance(value, str):
            yield from walk(value, f"{place}.{key}", cell, key)


def _walk_list(held: Sequence[Any], place: str, cell: str, field: str) -> Iterator[Piece]:
    words = [Run(f"{place}[{i}]", value) for i, value in enumerate(held) if isinstance(value, str)]
    numbers = [float(value) for value in held if _is_number(value)]
    if words:
        yield Flow(tuple(words), DATA)
        yield from (Said(run.place, run.text, cell, CODES) for run in words)
    if numbers:
        yield Figures(place, numbers, cell, field)
    for i, value in enumerate(held):
        if isinstance(value, list):
            yield from walk(value, f"{place}[{i}]", cell, field)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_column(value: object, table: Rows) -> bool:
    return isinstance(value, list) and len(value) == len(table.rows)


def _as_table(given: Mapping[str, Any], place: str) -> Rows | None:
    """Return an object as a table where it is one that says whose figures it holds: by rows, or by columns."""
    names = next((given[k] for k in _COLUMN_KEYS if isinstance(given.get(k), list)), None)
    rows = next((given[k] for k in _ROW_KEYS if isinstance(given.get(k), list)), None)
    if names and rows and CELL in names and all(isinstance(row, list) for row in rows):
        return Rows(place, [str(name) for name in names], rows)
    cells = given.get(CELL)
    if isinstance(cells, list) and cells and all(isinstance(cell, str) for cell in cells):
        columns = {k: v for k, v in given.items() if isinstance(v, list) and len(v) == len(cells)}
        return Rows(place, list(columns), list(zip(*columns.values(), strict=True)))
    return None


def typed_array(given: Mapping[str, Any], place: str, cell: str = "") -> Iterator[Piece]:
    """Give the numbers of an array that stands in JSON as base64 with its type beside it."""
    try:
        content = base64.b64decode(given["bdata"], validate=True)
        values = np.frombuffer(content, dtype=_DTYPES[str(given["dtype"])]).astype("float64")
    except (ValueError, KeyError, binascii.Error):
        yield Trouble(place, "unreadable", "is an array of numbers that could not be read")
        return
    yield Figures(place, values.tolist(), cell)


def open_json_lines(text: str, place: str) -> Iterator[Piece]:
    """Give the strings and numbers of a file with one JSON text a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield Inner(beside(place, f"line {number}"), "line.json", line.encode())


def open_csv(text: str, place: str) -> Iterator[Piece]:
    """Give a table with separators as rows; which separator it is, its first line tells."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        yield Trouble(place, "unreadable", "could not be read as a table")
        yield Flow((Run(place, text),), DATA)
        return
    for at, line in enumerate(lines[:20]):
        if CELL in line:
            yield Flow(
                tuple(Run(beside(place, f"line {i + 1}"), " ".join(row)) for i, row in enumerate(lines[:at])),
                DATA,
            )
            yield Rows(place, line, lines[at + 1 :])
            return
    if lines:
        yield Rows(place, lines[0], lines[1:])
