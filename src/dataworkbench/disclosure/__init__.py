"""The gate: measured frames in, frames that a given audience may see out.

A release needs more: ``disclosure.linked`` hides over linked tables, ``disclosure.attacking`` attacks what is left. They stand
on a solver, which pages for staff need not wait for, and are imported where a release is made.
"""

from dataworkbench.disclosure.gate import for_audience

__all__ = ["for_audience"]
