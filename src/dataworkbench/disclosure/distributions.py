"""Which rows are the parts of one whole, so that their shares add up to 100%."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dataworkbench.disclosure.cells import cell_without_figure, number, whole
from dataworkbench.disclosure.families import Name
from dataworkbench.frames import TIME_COLUMNS

_FEWEST_PARTS = 3


def distributions(
    rows: Sequence[Mapping[Any, Any]], names: Sequence[Name], units: Sequence[str]
) -> Iterator[tuple[int, ...]]:
    """Yield the places of rows whose shares add up to 100% of the same people: levels, answers, groups of a school."""
    rates = [
        place
        for place, unit in enumerate(units)
        if unit == "rate" and cell_without_figure(rows[place]) is None
    ]
    for column in names[0] if names else ():
        if column in {*TIME_COLUMNS, "indicator"}:
            continue
        parted: dict[tuple[str, ...], list[int]] = {}
        for place in rates:
            around = tuple(text for other, text in names[place].items() if other != column)
            parted.setdefault(around, []).append(place)
        for places in parted.values():
            if len(places) >= _FEWEST_PARTS and _make_a_whole([rows[place] for place in places]):
                yield tuple(places)


def _make_a_whole(rows: Sequence[Mapping[Any, Any]]) -> bool:
    sizes = {whole(row["n"]) for row in rows}
    size = sizes.pop()
    shares = math.fsum(number(row["value"]) for row in rows)
    return not sizes and bool(size) and abs(shares - 1) < 0.5 / (size or 1)
