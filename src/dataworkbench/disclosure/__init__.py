"""The gate: measured frames in, frames that a given audience may see out."""

from dataworkbench.disclosure.gate import for_audience

__all__ = ["for_audience"]
