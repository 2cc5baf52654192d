"""An analytics workbench for the data teams of schools. Notebook cells use what is named here.

The names stand in ``__init__.pyi``, and a room is loaded when one of its names is used: ``--help`` and a misspelt
command do not wait for rooms that they do not need.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
