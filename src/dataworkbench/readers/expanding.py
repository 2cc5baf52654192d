"""Columns that become rows: one part of a profile for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dataworkbench.readers.cells import Cells
from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import ForEach, Item, Rule, TablePart


def expanded(part: TablePart, cells: Cells) -> Iterator[TablePart]:
    """Yield a part for each item where columns become rows; the part itself elsewhere."""
    if part.for_each is None:
        if not (part.optional and _lacks(part, cells)):
            yield part
        return
    for item, header in _items(part, cells):
        book = {**part.for_each.fields, **_said_of(part.for_each, item.name, header), **item.fields}
        book |= {"item": item.name, "header": header}
        columns = {name: _filled_in(rule, book) for name, rule in part.columns.items()}
        where = {_filled(asked, book): wanted for asked, wanted in part.where.items()}
        yield part.model_copy(update={"columns": columns, "where": where})


def _said_of(each: ForEach, name: str, header: str) -> dict[str, str]:
    """Return what a profile says of one item, under its name or under its header."""
    told: dict[str, str] = {}
    for asked, fields in each.of_items.items():
        if fold(asked) in (fold(name), fold(header)):
            told |= fields
    return told


def _lacks(part: TablePart, cells: Cells) -> bool:
    return any(
        rule.column and all(cells.header(h) is None for h in rule.column) for rule in part.columns.values()
    )


def _items(part: TablePart, cells: Cells) -> Iterator[tuple[Item, str]]:
    each = part.for_each
    if each is None:
        return
    for item in each.items:
        for asked in item.header:
            header = cells.header(asked)
            if header is not None:
                yield item, header
                break
    if each.pattern:
        yield from _of_pattern(each, cells)
    if each.all_but:
        left = {fold(name) for name in each.all_but}
        for header in cells.table.headers:
            if fold(header) not in left:
                yield Item(name=header, header=(header,)), header


def _of_pattern(each: ForEach, cells: Cells) -> Iterator[tuple[Item, str]]:
    """Yield the columns whose headers are written as a pattern says; each name in it becomes a field."""
    fits = _fitting(each.pattern)
    leave = {fold(name) for name in each.leave}
    for header in cells.table.headers:
        found = fits.match(header)
        if found and fold(found["item"]) not in leave:
            fields = {
                name: _as_in_the_pattern(text, each.pattern) for name, text in found.groupdict().items()
            }
            yield Item(name=fields["item"], header=(header,), fields=fields), header


def _fitting(pattern: str) -> re.Pattern[str]:
    """Return what headers look like; case is none.

    Where only the item differs, a space and an underscore are one; a sign such as + is meant as it is written. Where several names differ, the signs between
    them part them and are meant as they are written.
    """
    pieces = re.split(r"\{(\w+)\}", pattern)
    anyhow = len(pieces) == len(("before", "item", "after"))
    written = [
        f"(?P<{piece}>.+?)" if place % 2
        else r"[\s_]+".join(map(re.escape, re.split(r"[\s_]+", piece))) if anyhow
        else re.escape(piece)
        for place, piece in enumerate(pieces)
    ]  # fmt: skip
    return re.compile(f"^{''.join(written)}$", re.IGNORECASE)


def _as_in_the_pattern(item: str, pattern: str) -> str:
    """Return the item with spaces where the header has underscores in their place."""
    said = item.strip()
    return said.replace("_", " ") if " " in pattern and "_" not in pattern and " " not in said else said


def _filled_in(rule: Rule, book: Mapping[str, str]) -> Rule:
    """Return a rule in which the names of a pattern stand for what was found; what is in the file's cells stays."""
    told: dict[str, object] = {"text": rule.text.replace("{item}", book["item"])}
    for name, value in rule:
        if name in ("values", "text"):
            continue
        if isinstance(value, str):
            told[name] = _filled(value, book)
        elif isinstance(value, tuple):
            told[name] = tuple(_filled(one, book) for one in value)
        elif isinstance(value, dict):
            told[name] = {_filled(header, book): wanted for header, wanted in value.items()}
    return rule.model_copy(update=told)


def _filled(text: str, book: Mapping[str, str]) -> str:
    """Return a text with what each name in curly brackets stands for, put in at once."""
    return re.sub(r"\{(\w+)\}", lambda found: book.get(found[1], found[0]), text)
