"""An analytics workbench for the data teams of schools. Notebook cells use what is named here."""

from __future__ import annotations

__version__ = "0.1.0"
