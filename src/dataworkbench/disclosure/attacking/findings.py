"""What an attack has found of each protected figure so far, and what follows: safe, exact, too narrow, not finished.

Two intervals are kept of each. ``seen``: numbers that do fit everything that was said, so an attacker can't rule them out;
her interval is at least so wide. ``proved``: numbers beyond which nothing fits, so hers is at most so wide. Where the first
is wide enough the figure is safe; where the second is too narrow it is not; and where neither is known, nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking.program import NEARLY, Flags, Floats, Places, Program
from dataworkbench.disclosure.ledger import Ledger

SAFE, EXACT, TOO_NARROW, NOT_FINISHED = "safe", "exact", "too narrow", "not finished"
VERDICTS: Final = (SAFE, EXACT, TOO_NARROW, NOT_FINISHED)


@dataclass
class Findings:
    """Ends seen and proved for each target, by its place in the ledger, and the rows that prove them."""

    required: Floats
    double: Flags
    whole: Flags
    truth: Floats
    seen_low: Floats
    seen_high: Floats
    proved_low: Floats
    proved_high: Floats
    why: dict[tuple[int, bool], set[int]] = field(default_factory=dict)

    def rounded(self, low: Floats, high: Floats, at: Places) -> tuple[Floats, Floats]:
        """Return the ends of the targets at these places, of whole numbers rounded inwards."""
        whole = self.whole[at]
        return np.where(whole, np.ceil(low - NEARLY), low), np.where(whole, np.floor(high + NEARLY), high)

    def wide_enough(self, low: Floats, high: Floats, at: Places) -> Flags:
        """Return where an interval leaves the doubt that is required; one that is a single number never does."""
        low, high = self.rounded(low, high, at)
        required = self.required[at]
        covers = (low <= NEARLY) & (high >= required - NEARLY) & (high - low > NEARLY)
        with np.errstate(invalid="ignore"):
            apart = high - low >= required - NEARLY
        result: Flags = np.where(
            self.double[at], covers, apart & ((required <= 0) | ~self._single(low, high))
        )
        return result

    @staticmethod
    def _single(low: Floats, high: Floats) -> Flags:
        with np.errstate(invalid="ignore"):
            near: Flags = high - low <= NEARLY * (1 + np.abs(np.where(np.isfinite(low), low, 0)))
        return near

    def single(self, low: Floats, high: Floats, at: Places) -> Flags:
        """Return where an interval holds one number only."""
        return self._single(*self.rounded(low, high, at))

    def safe(self, at: Places) -> Flags:
        """Return which of these targets are known to be safe."""
        return self.wide_enough(self.seen_low[at], self.seen_high[at], at)

    def leaking(self, at: Places) -> Flags:
        """Return which of these targets are known not to be safe."""
        return ~self.wide_enough(self.proved_low[at], self.proved_high[at], at)

    def sure(self, at: Places) -> Flags:
        """Return of which targets the very ends are known."""
        seen = self.rounded(self.seen_low[at], self.seen_high[at], at)
        proved = self.rounded(self.proved_low[at], self.proved_high[at], at)
        return _same(seen[0], proved[0]) & _same(seen[1], proved[1])

    def done(self, at: Places) -> Flags:
        """Return which of these targets need no further look."""
        narrow = self.leaking(at)
        one = self.single(self.proved_low[at], self.proved_high[at], at)
        many = ~self.single(self.seen_low[at], self.seen_high[at], at)
        result: Flags = self.safe(at) | (narrow & (one | many))
        return result

    def saw(self, at: Places, values: Floats) -> None:
        """Note values that fit."""
        self.seen_low[at] = np.minimum(self.seen_low[at], values)
        self.seen_high[at] = np.maximum(self.seen_high[at], values)

    def prove(self, target: int, end: float, rows: set[int], *, highest: bool) -> None:
        """Note an end beyond which nothing fits, and which rows say so, where it is nearer than what was known."""
        if highest and end < self.proved_high[target] - NEARLY:
            self.proved_high[target] = end
        elif not highest and end > self.proved_low[target] + NEARLY:
            self.proved_low[target] = end
        else:
            return
        self.why[target, highest] = rows

    def reasons(self, target: int) -> tuple[int, ...]:
        """Return the rows that prove the two ends of a target."""
        return tuple(sorted(self.why.get((target, False), set()) | self.why.get((target, True), set())))


def _same(one: Floats, other: Floats) -> Flags:
    finite = np.isfinite(one) & np.isfinite(other)
    gap = np.abs(np.where(finite, one, 0) - np.where(finite, other, 0))
    near: Flags = np.where(finite, gap <= NEARLY * (1 + np.abs(other)), one == other)
    return near


def nothing_found(ledger: Ledger, program: Program) -> Findings:
    """Return the findings before anything was tried: nothing seen, nothing proved."""
    targets = ledger.targets
    count = len(targets)
    kinds = targets["kind"] if "kind" in targets else pd.Series("width", index=targets.index)
    return Findings(
        required=targets["required"].to_numpy(dtype=float),
        double=(kinds == "double").to_numpy(dtype=bool),
        whole=targets["whole"].to_numpy(dtype=bool),
        truth=np.asarray(program.targets @ program.truth, dtype=float),
        seen_low=np.full(count, np.inf),
        seen_high=np.full(count, -np.inf),
        proved_low=np.full(count, -np.inf),
        proved_high=np.full(count, np.inf),
    )


def verdicts(findings: Findings) -> pd.DataFrame:
    """Return one row a target: ``low``, ``high``, ``truth``, ``required``, ``verdict``, ``sure`` and the rows ``by`` which."""
    at = np.arange(len(findings.required))
    safe, leaking, sure = findings.safe(at), findings.leaking(at), findings.sure(at)
    low = np.where(safe, findings.seen_low, findings.proved_low)
    high = np.where(safe, findings.seen_high, findings.proved_high)
    one = findings.single(low, high, at)
    named = np.select([safe, leaking & one, leaking], [SAFE, EXACT, TOO_NARROW], NOT_FINISHED)
    low, high = findings.rounded(low, high, at)
    return pd.DataFrame(
        {
            "low": low + 0.0,
            "high": high + 0.0,
            "truth": findings.truth,
            "required": findings.required,
            "verdict": named,
            "sure": sure,
            "by": [() if safe[i] else findings.reasons(i) for i in at.tolist()],
        }
    )
