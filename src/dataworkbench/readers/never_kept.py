"""Passwords, addresses and telephone numbers: emptied while a file is read, whatever file it is, and said to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl
from ruamel.yaml import YAML

from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import Note
from dataworkbench.readers.texttable import SPACES, TextTable
from dataworkbench.workspace import shipped

MOST_WORDS: Final = 5
"""A header with more words is a sentence, such as a survey's question; only its cells can tell."""
_CELLS_LOOKED_AT: Final = 2_000
_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
NOT_SHOWN: Final = "(not shown: the file holds {})"


class Kind(NamedTuple):
    """One kind of thing that is never taken in: how headers name it and what its cells look like."""

    name: str
    words: tuple[str, ...]
    endings: tuple[str, ...]
    cells: str


class Emptied(NamedTuple):
    """A table without what is never taken in, and the headers of the columns that were emptied."""

    table: TextTable
    headers: frozenset[str]


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Return what is never taken in, as the list that came with the workbench says."""
    text = (shipped("templates") / "never_taken.yaml").read_text(encoding="utf-8")
    held: Mapping[str, Mapping[str, object]] = YAML(typ="safe", pure=True).load(text)
    return tuple(
        Kind(name, _texts(said, "words"), _texts(said, "endings"), str(said.get("cells", "")))
        for name, said in held.items()
    )


def _texts(said: Mapping[str, object], what: str) -> tuple[str, ...]:
    listed = said.get(what, ())
    return tuple(str(one) for one in listed) if isinstance(listed, list) else ()


def without_what_is_never_kept(table: TextTable) -> Emptied:
    """Return a table whose passwords, addresses and telephone numbers are emptied, with a note that says so.

    Rows that could not be read are listed without their text, because nobody can tell what stands in it.
    """
    found = {header: kind for header in table.headers if (kind := _kind_of(table, header))}
    filled = {header: kind for header, kind in found.items() if _is_filled(table.frame[header])}
    if not found:
        return Emptied(table, frozenset())
    emptied = replace(
        table,
        frame=table.frame.with_columns(pl.lit("").alias(header) for header in found),
        bad=_masked(table.bad, sorted(set(found.values()))),
        notes=(*table.notes, *([_note(filled)] if filled else [])),
    )
    return Emptied(emptied, frozenset(found))


def _kind_of(table: TextTable, header: str) -> str:
    by_name = next((kind.name for kind in kinds() if _is_named(header, kind)), "")
    return by_name or _by_its_cells(table.frame[header])


def _is_named(header: str, kind: Kind) -> bool:
    words = [word.casefold() for word in _WORDS.findall(header)]
    if len(words) > MOST_WORDS or "?" in header:
        return False
    said = f" {' '.join(words)} "
    return any(f" {phrase} " in said for phrase in kind.words) or fold(header).endswith(
        kind.endings or ("\0",)
    )


def _by_its_cells(cells: pl.Series) -> str:
    """Return what most of the filled cells of a column look like, or "" for nothing of the kind."""
    some = cells.gather_every(max(1, cells.len() // _CELLS_LOOKED_AT)).str.strip_chars(SPACES)
    some = some.filter(some != "")
    if not some.len() or not some.str.contains(r"[@.:() -]").any():
        return ""
    return next(
        (k.name for k in kinds() if k.cells and 2 * (some.str.contains(k.cells).sum() or 0) > some.len()), ""
    )


def _is_filled(cells: pl.Series) -> bool:
    return bool((cells.str.strip_chars(SPACES) != "").any())


def _masked(bad: pl.DataFrame, what: list[str]) -> pl.DataFrame:
    if not bad.height:
        return bad
    shown = pl.when(pl.col("column") == "").then(pl.lit(NOT_SHOWN.format(" and ".join(what))))
    return bad.with_columns(shown.otherwise(pl.col("value")).alias("value"))


def without_excerpts(bad: pl.DataFrame) -> pl.DataFrame:
    """Return rows that could not be read without their text, in a file that holds something never kept."""
    return _masked(bad, ["what is never kept"])


def _note(filled: Mapping[str, str]) -> Note:
    by_kind: dict[str, list[str]] = {}
    for header, kind in filled.items():
        by_kind.setdefault(kind, []).append(f"'{header}'")
    said = "; ".join(f"{kind} ({', '.join(headers)})" for kind, headers in by_kind.items())
    secret = "passwords" in by_kind or "social security numbers" in by_kind
    return Note(
        "warning" if secret else "info",
        f"Not taken in: {said}. The workbench keeps none of these.",
        "Ask the sender to leave them out of the export, and delete the copies that lie about."
        if secret
        else "",
    )
