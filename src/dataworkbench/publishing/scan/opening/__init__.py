"""Opening each kind of file down to plain strings and numbers, with the place where each stands."""

from __future__ import annotations

from dataworkbench.publishing.scan.opening.pieces import Figures, Flow, Inner, Piece, Rows, Run, Said, Trouble
from dataworkbench.publishing.scan.opening.unfolding import Allowance, unfold

__all__ = ["Allowance", "Figures", "Flow", "Inner", "Piece", "Rows", "Run", "Said", "Trouble", "unfold"]
