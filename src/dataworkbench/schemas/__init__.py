"""The canonical tables, and how they are held in memory."""

from dataworkbench.schemas.declared import PUBLISHED_FIGURES, STUDENT_GROUPS, TABLES, table
from dataworkbench.schemas.holding import (
    LARGE,
    doubled,
    held_alike,
    held_as,
    held_once,
    held_plainly,
    is_large,
    texts_held,
)
from dataworkbench.schemas.shape import POLARS_TYPES, Column, Kind, Table

__all__ = [
    "LARGE",
    "POLARS_TYPES",
    "PUBLISHED_FIGURES",
    "STUDENT_GROUPS",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "doubled",
    "held_alike",
    "held_as",
    "held_once",
    "held_plainly",
    "is_large",
    "table",
    "texts_held",
]
