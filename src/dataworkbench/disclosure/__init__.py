"""The gate: measured frames in, frames that a given audience may see out; and the release: a cube in, what may be published out."""

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.gate import for_audience
from dataworkbench.disclosure.linked import CELL_COLUMNS, DIMENSIONS, Secured, cell_id, cell_ids, secure

__all__ = ["CELL_COLUMNS", "DIMENSIONS", "Secured", "attack", "cell_id", "cell_ids", "for_audience", "secure"]
