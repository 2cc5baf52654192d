"""A made-up school district with known truths planted in it, written as the files that a district exports."""

from __future__ import annotations

from dataworkbench.samples.cast import CAST
from dataworkbench.samples.district import make_district
from dataworkbench.samples.people import STAFF_TELL_TALE, TELL_TALE

__all__ = ["CAST", "STAFF_TELL_TALE", "TELL_TALE", "make_district"]
