"""Every indicator that the workbench knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures import (
    attainment,
    attendance,
    behavior,
    class_time,
    curriculum,
    enrollment,
    flags,
    growth,
    identification,
    interventions,
    lessons,
    mobility,
    observations,
    staff,
    surveys,
    tickets,
    transitions,
    units,
    unnoticed,
    visits,
)
from dataworkbench.measures.definition import Indicator
from dataworkbench.measures.timing import TIMING, Timing

_ROOMS = (
    enrollment, mobility, staff, attendance, attainment, growth, transitions, curriculum, units, tickets, lessons, class_time,
    behavior, flags, unnoticed, identification, surveys, observations, visits, interventions,
)  # fmt: skip

CATALOGUE: Final[Mapping[str, Indicator]] = MappingProxyType(
    {indicator.id: indicator for room in _ROOMS for indicator in room.INDICATORS}
)
"""The indicators by their identifiers, in the order in which they are shown."""

_UNSAID: Final = Timing("context", "")


def indicator(id: str) -> Indicator:  # noqa: A002 - the catalogue's own word
    """Return one indicator.

    Raises
    ------
    NoSuchNameError
        Where no indicator has that identifier.

    """
    if id not in CATALOGUE:
        raise no_such("indicator", id, CATALOGUE, most=len(CATALOGUE))
    return CATALOGUE[id]


def catalogue() -> pd.DataFrame:
    """Return what there is to ask for.

    One row is one indicator: id, version, stage, title, sentence, unit, numerator, denominator, left_out, direction,
    timing (leading, lagging or context), source, dimensions (by which it can be grouped and chosen) and the tables that it needs.
    """
    return pd.DataFrame(
        [
            {
                "id": one.id, "version": one.version, "stage": one.stage, "title": one.title, "sentence": one.sentence,
                "unit": one.unit, "numerator": one.numerator, "denominator": one.denominator, "left_out": one.left_out,
                "direction": one.direction, "timing": TIMING.get(one.id, _UNSAID).word, "source": one.source, "dimensions": ", ".join(one.dimensions),
                "needs": ", ".join([*one.needs, *([" or ".join(one.needs_one_of)] if one.needs_one_of else [])]),
            }
            for one in CATALOGUE.values()
        ]
    )  # fmt: skip


def choices_for(id: str, where: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:  # noqa: A002 - the catalogue's own word
    """Return those of a reader's choices that an indicator knows, such as a school, but no subject for attendance."""
    known = indicator(id).dimensions
    return {name: tuple(values) for name, values in where.items() if name in known}
