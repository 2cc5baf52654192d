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
    fits = re.compile(
        "^" + re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(each.pattern)) + "$", re.IGNORECASE
    )
    leave = {fold(name) for name in each.leave}
    for header in cells.table.headers:
        found = fits.match(header)
        if found and fold(found["item"]) not in leave:
            fields = {name: text.strip() for name, text in found.groupdict().items()}
            yield Item(name=fields["item"], header=(header,), fields=fields), header


def _filled_in(rule: Rule, book: Mapping[str, str]) -> Rule:
    told = {
        "column": tuple(_filled(one, book) for one in rule.column),
        "minus": _filled(rule.minus, book),
        "always": _filled(rule.always, book),
        "period_of": _filled(rule.period_of, book),
        "school_year_of": _filled(rule.school_year_of, book),
    }
    return rule.model_copy(update=told)


def _filled(text: str, book: Mapping[str, str]) -> str:
    """Return a text with what each name in curly brackets stands for, put in at once."""
    return re.sub(r"\{(\w+)\}", lambda found: book.get(found[1], found[0]), text)
