"""Columns that become rows: one part of a profile for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataworkbench.readers.cells import Cells
from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Item, Rule, TablePart


def expanded(part: TablePart, cells: Cells) -> Iterator[TablePart]:
    """Yield a part for each item where columns become rows; the part itself elsewhere."""
    if part.for_each is None:
        if not (part.optional and _lacks(part, cells)):
            yield part
        return
    for item, header in _items(part, cells):
        book = {"item": item.name, "header": header, **item.fields}
        columns = {name: _filled_in(rule, book) for name, rule in part.columns.items()}
        yield part.model_copy(update={"columns": columns})


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
        fits = _spelt_anyhow(each.pattern)
        leave = {fold(name) for name in each.leave}
        for header in cells.table.headers:
            found = fits.match(header)
            if found and fold(found[1]) not in leave:
                yield Item(name=_as_in_the_pattern(found[1], each.pattern), header=(header,)), header


def _spelt_anyhow(pattern: str) -> re.Pattern[str]:
    """Return the pattern of a header in which a space, an underscore and a sign are one, and case is none."""
    before, after = (
        r"[\W_]+".join(re.escape(word) for word in re.split(r"[\W_]+", part))
        for part in pattern.split("{item}")
    )
    return re.compile(f"^{before}(.+?){after}$", re.IGNORECASE)


def _as_in_the_pattern(item: str, pattern: str) -> str:
    """Return the item with spaces where the header has underscores in their place."""
    said = item.strip()
    return said.replace("_", " ") if " " in pattern and "_" not in pattern and " " not in said else said


def _filled_in(rule: Rule, book: dict[str, str]) -> Rule:
    def fill(text: str) -> str:
        for name, value in book.items():
            text = text.replace("{" + name + "}", value)
        return text

    told = {
        "column": tuple(fill(one) for one in rule.column),
        "always": fill(rule.always),
        "period_of": fill(rule.period_of),
        "school_year_of": fill(rule.school_year_of),
        "minus": fill(rule.minus),
        "text": rule.text.replace("{item}", book["item"]),
        "signs": fill(rule.signs),
        "only_if": {fill(header): wanted for header, wanted in rule.only_if.items()},
    }
    return rule.model_copy(update=told)
