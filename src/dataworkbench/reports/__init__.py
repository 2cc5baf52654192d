"""Runs notebooks for each set of parameters; keeps the record of the run; makes pages and an index.

What it offers stands in ``__init__.pyi`` and is loaded when it is asked for: papermill looks into this room for its engine
whenever it starts, and should not wait for all the rest.
"""

from __future__ import annotations

import lazy_loader as lazy

from dataworkbench.reports.lighter import load_jsonschema

load_jsonschema()  # before nbformat asks for it

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
