"""Suppression over linked tables: which figures may be published together, so that none can be worked out from the others."""

from dataworkbench.disclosure.linked.dimensions import CELL_COLUMNS, CROSSED, DIMENSIONS, cell_id, cell_ids
from dataworkbench.disclosure.linked.secured import Secured, secure

__all__ = ["CELL_COLUMNS", "CROSSED", "DIMENSIONS", "Secured", "cell_id", "cell_ids", "secure"]
