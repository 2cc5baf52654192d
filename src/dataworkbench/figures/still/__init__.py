"""A figure of the house as a still drawing: for paper, for readers whose browser runs no scripts, and until a script has drawn."""

from __future__ import annotations

from dataworkbench.figures.still.drawing import still_svg

__all__ = ["still_svg"]
