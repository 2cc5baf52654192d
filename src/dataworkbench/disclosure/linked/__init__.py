"""Suppression over linked tables: which figures may be published together, so that none can be worked out from the others."""

from dataworkbench.disclosure.linked.dimensions import (
    BEFORE,
    CELL_COLUMNS,
    CROSSED,
    DIMENSIONS,
    TABLE,
    cell_id,
    cell_ids,
    names_together,
    table_names,
)
from dataworkbench.disclosure.linked.earlier import CHANGES, Earlier
from dataworkbench.disclosure.linked.secured import Secured, secure

__all__ = [
    "BEFORE",
    "CELL_COLUMNS",
    "CHANGES",
    "CROSSED",
    "DIMENSIONS",
    "TABLE",
    "Earlier",
    "Secured",
    "cell_id",
    "cell_ids",
    "names_together",
    "secure",
    "table_names",
]
