"""Loads jsonschema without the grammar of addresses, which takes a second to load and which no notebook is checked by."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

GRAMMAR: Final = "rfc3987_syntax"
"""jsonschema looks for it when it is loaded and does without where it is not there."""


def load_jsonschema() -> None:
    """Load jsonschema, where it is not loaded yet, as if the grammar were not there; who wants the grammar itself still gets it."""
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules:
        return
    sys.modules[GRAMMAR] = None  # type: ignore[assignment]  # None is how Python is told that a module is not there
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[GRAMMAR]
