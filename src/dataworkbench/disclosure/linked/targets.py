"""Which numbers must stay in doubt, and by how much.

Protected are groups below the minimum (how many they are, how many of them the figure counts and does not count, their mean),
groups that nobody names but anybody can work out (the rest of a whole, everybody but one large group), and the count behind a
share near 0 or 100 percent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import scipy

from dataworkbench.disclosure.linked.structure import Floats, Ints, Structure
from dataworkbench.disclosure.linked.system import Bools, Matrix, System
from dataworkbench.policy import DisclosurePolicy

SMALL = "fewer than {minimum} students"
REST = "the rest of a whole, fewer than {minimum} students"
NEARLY_ALL = "nearly everybody: fewer than {minimum} students are not in this group"
MARGIN = 2.0
"""Points of a sum of scores that are asked for beyond what the policy asks, so that rounding at both ends takes nothing away."""
AN_END = "a share near 0 or 100 percent"


@dataclass(frozen=True)
class Targets:
    """Numbers that are protected: ``matrix`` has a row for each, ``required`` how far apart its ends must be.

    ``down`` and ``up`` are how far each end must lie from the truth whatever the other does; ``whole`` says that it counts
    people. ``margin`` is how much of ``required`` is asked for beyond what the policy asks. ``what`` is "n", "numerator", "others" (those whom the figure does not count) or "sum".
    """

    matrix: Matrix
    cell: Ints
    what: list[str]
    rule: list[str]
    truth: Floats
    required: Floats
    down: Floats
    up: Floats
    whole: Bools
    margin: Floats

    def __len__(self) -> int:
        """Return how many numbers are protected."""
        return len(self.cell)

    def those(self, which: Ints) -> Targets:
        """Return some of the targets, in the order in which they are named."""
        return Targets(
            self.matrix[which], self.cell[which], [self.what[place] for place in which], [self.rule[place] for place in which],
            self.truth[which], self.required[which], self.down[which], self.up[which], self.whole[which],
            self.margin[which],
        )  # fmt: skip

    def with_more(self, more: Floats) -> Targets:
        """Return the targets with more asked for of each, beyond what the policy asks."""
        up = np.where(self.up > 0, self.up + more, self.up)
        return replace(self, required=self.required + more, up=up, margin=self.margin + more)


@dataclass(frozen=True)
class Protected:
    """Which cells a policy protects: all that are ``within``; which are too ``small``, and which shares lie ``at_an_end``."""

    within: Bools
    small: Bools
    at_an_end: Bools
    policy: DisclosurePolicy


class Gathered:
    """Targets as they are gathered."""

    def __init__(self, system: System) -> None:
        """Begin with none."""
        self.system = system
        self.policy = DisclosurePolicy()
        self.frames: list[pd.DataFrame] = []
        self.terms: list[tuple[Ints, Ints, Floats]] = []
        self.count = 0

    def add(
        self, cell: Ints, rule: str, what: str, terms: list[tuple[Ints, float]], required: Any = None, *, apart: bool = False
    ) -> None:  # fmt: skip
        """Add a target for each cell; unknowns of -1 are left out. ``required`` is asked of the policy where it is not given.

        ``apart``: it is not the cell itself that is protected, so it stands beside what else is protected of the cell.
        """
        if not len(cell):
            return
        truth = np.zeros(len(cell))
        row = self.count + np.arange(len(cell))
        for unknown, factor in terms:
            there = unknown >= 0
            truth[there] += factor * self.system.truth[unknown[there]]
            self.terms.append((row[there], unknown[there], np.full(int(there.sum()), factor)))
        truth = np.round(truth, 6)
        asked = self._asked(truth, what) if required is None else np.broadcast_to(required, truth.shape)
        told = {"cell": cell, "what": what, "rule": rule, "truth": truth, "required": asked, "row": row}
        doubled = self.policy.requirement.kind == "double" and required is None
        self.frames.append(pd.DataFrame(told | {"apart": apart, "double": doubled}))
        self.count += len(cell)

    def _asked(self, truth: Floats, what: str) -> Floats:
        rule = self.policy.requirement
        asked = (
            np.full(len(truth), float(rule.width)) if rule.kind == "width" else 2.0 * np.maximum(truth, 0.0)
        )
        return np.maximum(asked, 1.0 if what == "n" else float(rule.coded))

    @staticmethod
    def doubt_of_a_sum(policy: DisclosurePolicy, most: Floats) -> Floats:
        """Return how far a sum of scores must stay in doubt that can be anything over ``most`` points."""
        return policy.requirement.mean * most + MARGIN

    def targets(self) -> Targets:
        """Return all of them; where one number is protected by two rules, once, by what asks for more."""
        frame = pd.concat(self.frames, ignore_index=True) if self.frames else _NO_TARGETS
        size = (self.count, len(self.system.truth))
        if self.terms:
            row, unknown, factor = (np.concatenate([part[at] for part in self.terms]) for at in range(3))
            matrix = scipy.sparse.csr_matrix((factor, (row, unknown)), shape=size)
        else:
            matrix = scipy.sparse.csr_matrix(size)
        frame = frame.sort_values(["cell", "what", "required", "row"], ascending=[True, True, False, True])
        own = ~frame["apart"].astype(bool)
        frame = pd.concat([frame[own].drop_duplicates(["cell", "what"]), frame[~own]]).sort_values(
            ["cell", "what", "row"]
        )
        whole = (frame["what"] != "sum").to_numpy()
        truth, required = frame["truth"].to_numpy(np.float64), frame["required"].to_numpy(np.float64)
        double = frame["double"].to_numpy(dtype=bool)
        doubled = whole & double & (np.abs(required - 2.0 * truth) < 1.0)
        side = np.where(doubled, truth, 0.0)
        return Targets(
            matrix[frame["row"].to_numpy(np.int64)], frame["cell"].to_numpy(np.int64), list(frame["what"]), list(frame["rule"]),
            truth, required, side, side, whole, np.where(whole, 0.0, MARGIN),
        )  # fmt: skip


_NO_TARGETS = pd.DataFrame(
    {"cell": [], "what": [], "rule": [], "truth": [], "required": [], "row": [], "apart": [], "double": []},
    dtype="int64",
).astype({"what": "object", "rule": "object"})


def gather(gathered: Gathered, found: Structure, protected: Protected) -> None:
    """Add what one policy protects of some cells to what must stay in doubt."""
    gathered.policy = protected.policy
    minimum = protected.policy.minimum_group
    cells = found.cells
    small = np.flatnonzero(protected.small)
    _add_groups(gathered, SMALL.format(minimum=minimum), small, [(small, 1.0)])
    n = cells["n"].to_numpy(np.float64)
    rest = np.flatnonzero(protected.within & (cells["kind"] == "rest").to_numpy() & (n > 0) & (n < minimum))
    _add_groups(gathered, REST.format(minimum=minimum), rest, [(rest, 1.0)])
    whole, part = _nearly_all(found, minimum)
    whole, part = whole[protected.within[part]], part[protected.within[part]]
    _add_groups(gathered, NEARLY_ALL.format(minimum=minimum), part, [(whole, 1.0), (part, -1.0)], apart=True)
    _add_ends(gathered, np.flatnonzero(protected.at_an_end), float(protected.policy.requirement.coded))


def _add_groups(
    gathered: Gathered, rule: str, cell: Ints, groups: list[tuple[Ints, float]], *, apart: bool = False
) -> None:
    system = gathered.system
    gathered.add(cell, rule, "n", [(system.first[group], factor) for group, factor in groups], apart=apart)
    unit = system.cells["unit"].to_numpy()[cell]
    complete = (
        np.logical_and.reduce([system.second[group] >= 0 for group, _ in groups]) if len(cell) else cell > 0
    )
    for named in ("rate", "mean"):
        these = (unit == named) & complete
        chosen = [(group[these], factor) for group, factor in groups]
        second = [
            ((system.second if named == "rate" else system.third)[group], factor) for group, factor in chosen
        ]
        if named == "rate":
            gathered.add(cell[these], rule, "numerator", second, apart=apart)
            first = [(system.first[group], factor) for group, factor in chosen]
            gathered.add(
                cell[these], rule, "others", [*first, *((group, -factor) for group, factor in second)],
                apart=apart,
            )  # fmt: skip
        else:
            n = sum(system.truth[system.first[group]] * factor for group, factor in chosen)
            scale = (system.cells["scale_high"] - system.cells["scale_low"]).to_numpy(np.float64)[cell[these]]
            gathered.add(
                cell[these],
                rule,
                "sum",
                second,
                gathered.doubt_of_a_sum(gathered.policy, scale * n),
                apart=apart,
            )


def _add_ends(gathered: Gathered, cell: Ints, coded: float) -> None:
    """Protect the smaller of the two counts behind a share near an end."""
    system = gathered.system
    n, counted = system.truth[system.first[cell]], system.truth[system.second[cell]]
    few = counted <= n / 2
    for these, what in ((cell[few], "numerator"), (cell[~few], "others")):
        terms = (
            [(system.second[these], 1.0)]
            if what == "numerator"
            else [(system.first[these], 1.0), (system.second[these], -1.0)]
        )
        gathered.add(these, AN_END, what, terms, coded)


def _nearly_all(found: Structure, minimum: int) -> tuple[Ints, Ints]:
    """Return wholes and parts where fewer than the minimum, and more than one other part, are not in the part."""
    n = found.cells["n"].to_numpy(np.float64)
    family, part = found.members["family"].to_numpy(np.int64), found.members["part"].to_numpy(np.int64)
    whole, rest = found.wholes["whole"].to_numpy(np.int64), found.wholes["rest"].to_numpy(np.int64)
    filled = np.bincount(family[n[part] > 0], minlength=len(whole)) + (rest >= 0)
    left = n[whole[family]] - n[part]
    these = (left > 0) & (left < minimum) & (n[part] > 0) & (filled[family] > 2)
    return whole[family][these], part[these]
