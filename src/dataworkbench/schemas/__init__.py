"""The canonical tables, and how they are held in memory."""

from dataworkbench.schemas.declared import (
    POLARS_TYPES,
    PUBLISHED_FIGURES,
    STUDENT_GROUPS,
    TABLES,
    Column,
    Kind,
    Table,
    table,
)
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
