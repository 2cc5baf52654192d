"""Which rows are the parts of one whole: the subgroups of one subgroup type, the grade levels, the schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.frames import PART_COLUMNS, TIME_COLUMNS, WHOLE_NAMES, grouping_columns

NOT_PARTS: Final = frozenset(
    {
        *TIME_COLUMNS, *PART_COLUMNS, "subgroup_type", "subject", "role", "survey_id", "item_id", "pair_id", "topic", "wording",
        "assessment_id", "standard_id", "strand", "rubric_id", "element_id", "first_period", "last_period", "level_order",
        "measure", "use", "counted", "learning_model", "unit_name", "moment", "factor", "about", "definition", "rule",
    }
)  # fmt: skip
"""Columns whose values do not part the students: one student stands under several of them."""


Name = Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """The places of the parts of one whole, and of the whole where the frame has it.

    ``along`` names the columns in which the parts differ. ``unnamed`` is a part without a name: those of whom it was
    not said, or a total, whichever the measure meant by it.
    """

    along: tuple[str, ...]
    parts: tuple[int, ...]
    whole: int | None = None
    unnamed: int | None = None


def group_names(rows: pd.DataFrame) -> list[Name]:
    """Return what each row is, as text: its grouping columns and its indicator, empty where nothing is said."""
    names = rows[[*grouping_columns(rows), "indicator"]].astype("string").fillna("").to_dict("records")
    return [{str(column): str(text).strip() for column, text in name.items()} for name in names]


def families(names: Sequence[Name]) -> list[Family]:
    """Return the families among rows that are known by these names."""
    dimensions = _dimensions(names)
    along = [*dimensions, *_with_what_follows(names, dimensions)]
    return [family for columns in along for family in _families_along(names, columns)]


def _with_what_follows(names: Sequence[Name], dimensions: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the dimensions together with the columns that follow from them, as a school's level from the school.

    Whoever knows all schools but one knows the last, whichever level it is of.
    """
    wider = []
    for dimension in dimensions:
        follows = [
            other for d in dimensions if d != dimension for other in d if _follows(names, dimension[0], other)
        ]
        if follows:
            wider.append((*dimension, *follows))
    return wider


def _follows(names: Sequence[Name], column: str, other: str) -> bool:
    return len({(name[column], name[other]) for name in names}) == len({name[column] for name in names})


def _dimensions(names: Sequence[Name]) -> list[tuple[str, ...]]:
    """Return the columns along which students are parted; columns that always go together count as one."""
    dimensions: list[tuple[str, ...]] = []
    for column in names[0] if names else ():
        if column in NOT_PARTS or column == "indicator":
            continue
        twin = next((place for place, d in enumerate(dimensions) if _go_together(names, d[0], column)), None)
        if twin is None:
            dimensions.append((column,))
        else:
            dimensions[twin] = (*dimensions[twin], column)
    return dimensions


def _go_together(names: Sequence[Name], one: str, other: str) -> bool:
    pairs = {(name[one], name[other]) for name in names}
    return 1 < len(pairs) == len({first for first, _ in pairs}) == len({second for _, second in pairs})


def _families_along(names: Sequence[Name], along: tuple[str, ...]) -> Iterator[Family]:
    others = [column for column in names[0] if column not in along]
    around = [column for column in others if column != "subgroup_type" or "subgroup" not in along]
    wholes: dict[tuple[str, ...], int] = {}
    parted: dict[tuple[str, ...], list[int]] = {}
    for place, name in enumerate(names):
        if any(name[column].lower() in WHOLE_NAMES for column in along):
            wholes[tuple(name[column] for column in around)] = place
        else:
            parted.setdefault(tuple(name[column] for column in others), []).append(place)
    for parts in parted.values():
        unnamed = next((place for place in parts if not any(names[place][column] for column in along)), None)
        whole = wholes.get(tuple(names[parts[0]][column] for column in around))
        yield Family(along, tuple(parts), whole, unnamed)
