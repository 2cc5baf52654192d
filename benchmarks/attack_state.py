"""How long the audit of a release takes at the size of a state, and how much memory.

    .venv/bin/python benchmarks/attack_state.py                        1,000 schools
    .venv/bin/python benchmarks/attack_state.py --schools 100          a quick look
    .venv/bin/python benchmarks/attack_state.py --leaks 20             with figures planted that give a hidden one away

Made-up schools, each with 3 grades, 20 subgroups of 7 kinds, and 5 indicators, with all their totals. What is published is
what a plain rule leaves (where one subgroup of a kind is small, none of the kind; shares and sizes coded by the size of the
group). It is not the product's own way of hiding: what is measured is the attack. Each hidden group protects three numbers:
how many are in it, how many of them count, and how many do not.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.ledger import Ledger

KINDS = ((0.49, 0.51), (0.45, 0.25, 0.15, 0.08, 0.04, 0.02, 0.01), (0.12, 0.88), (0.14, 0.86), (0.48, 0.52), (0.02, 0.98), (0.1, 0.2, 0.7))  # fmt: skip
"""The shares of the subgroups of each kind; the subgroups of a kind are all students."""
GRADES = 3
BANDS = ((10, 0.20, 0.10), (20, 0.10, 0.10), (40, 0.05, 0.01), (100, 0.02, 0.01), (300, 0.01, 0.01))
WIDTH, CODED = 10.0, 2.0


@dataclass
class Draft:
    """A ledger in the making, as arrays to be put end to end."""

    low: list[np.ndarray] = field(default_factory=list)
    high: list[np.ndarray] = field(default_factory=list)
    arithmetic: list[np.ndarray] = field(default_factory=list)
    terms: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    rows: int = 0

    def say(self, unknowns: np.ndarray, factors: np.ndarray, low, high, *, arithmetic: bool) -> None:
        """Add one statement for each row of ``unknowns``."""
        count, width = unknowns.shape
        numbers = np.repeat(np.arange(self.rows, self.rows + count), width)
        self.terms.append((numbers, unknowns.ravel(), np.broadcast_to(factors, unknowns.shape).ravel()))
        self.low.append(np.broadcast_to(low, count))
        self.high.append(np.broadcast_to(high, count))
        self.arithmetic.append(np.full(count, arithmetic))
        self.rows += count


def students(schools: int, indicators: int, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ``n`` and ``numerator`` by school (the last is the state), subgroup (the first is all), grade (the last is all), indicator."""
    sizes = np.exp(chance.normal(np.log(70), 0.7, (schools, GRADES, indicators))).astype(int) + 5
    rate = chance.beta(3, 8, (schools, 1, indicators)) * np.ones((1, GRADES, 1))
    n, numerator = [], []
    everybody = None
    for shares in KINDS:
        parts = chance.multinomial(sizes, shares)
        if everybody is None:
            everybody = chance.binomial(sizes, rate)
        counted = _split(everybody, parts, chance)
        n.append(np.moveaxis(parts, -1, 1))
        numerator.append(np.moveaxis(counted, -1, 1))
    both = [
        np.concatenate([whole[:, None], *parts], axis=1)
        for whole, parts in ((sizes, n), (everybody, numerator))
    ]
    both = [np.concatenate([a, a.sum(axis=2, keepdims=True)], axis=2) for a in both]
    a, b = (np.concatenate([a, a.sum(axis=0, keepdims=True)], axis=0) for a in both)
    return a, b


def _split(counted: np.ndarray, parts: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return how many of each part are among those counted, drawn without putting back."""
    left, rest, found = counted.copy(), parts.sum(axis=-1), []
    for part in np.moveaxis(parts, -1, 0):
        found.append(chance.hypergeometric(left, rest - left, part))
        left, rest = left - found[-1], rest - part
    return np.stack(found, axis=-1)


def hidden_cells(n: np.ndarray) -> np.ndarray:
    """Return which cells are hidden: all of a kind where one of it is small; a total where it is small itself."""
    small = n < 10
    hidden = small.copy()
    for part in kinds_of_subgroups():
        hidden[:, part] = small[:, part].any(axis=1, keepdims=True)
    return hidden


def kinds_of_subgroups() -> list[slice]:
    ends = [1, *(1 + np.cumsum([len(shares) for shares in KINDS])).tolist()]
    return [slice(a, b) for a, b in itertools.pairwise(ends)]


def coded(n: np.ndarray, numerator: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the published ends of size and share of each cell."""
    edges = np.array([band[0] for band in BANDS])
    at = np.clip(np.searchsorted(edges, n, side="right") - 1, 0, None)
    n_low, n_high = edges[at], np.append(edges[1:] - 1, np.inf)[at]
    ends, step = np.array([b[1] for b in BANDS])[at], np.array([b[2] for b in BANDS])[at]
    share = numerator / np.maximum(n, 1)
    nearest = np.round(share / step) * step
    fine = step < 0.05
    low = np.where(fine, nearest - step / 2, np.floor(share / step + 1e-9) * step)
    high = np.where(fine, nearest + step / 2, low + step)
    low, high = np.where(share <= ends, 0, low), np.where(share <= ends, ends, high)
    return n_low, n_high, np.where(share >= 1 - ends, 1 - ends, low), np.where(share >= 1 - ends, 1, high)


def state_ledger(schools: int, indicators: int, leaks: int, seed: int = 1) -> tuple[Ledger, np.ndarray]:
    """Return a state's ledger and the cells whose size a planted figure gives away."""
    chance = np.random.default_rng(seed)
    n, numerator = students(schools, indicators, chance)
    hidden = hidden_cells(n)
    names = np.arange(n.size).reshape(n.shape)
    counts = names + n.size
    draft = Draft()
    for number in (names, counts):
        _say_sums(draft, number)
    both = np.stack([names.ravel(), counts.ravel()], axis=1)
    draft.say(both, np.array([1.0, -1.0]), 0.0, np.inf, arithmetic=True)
    shown = ~hidden.ravel()
    n_low, n_high, low, high = (x.ravel()[shown] for x in coded(n, numerator))
    draft.say(both[shown, :1], np.array([1.0]), n_low, n_high, arithmetic=False)
    for ends, reach in ((low, (0.0, np.inf)), (high, (-np.inf, 0.0))):
        factors = np.stack([-ends, np.ones_like(ends)], axis=1)
        draft.say(both[shown], factors, *reach, arithmetic=False)
    places = np.argwhere(hidden[:-1, 2])
    planted = _plant(draft, names, n, places[chance.permutation(len(places))[:leaks]])
    return _ledger(draft, np.concatenate([n.ravel(), numerator.ravel()]), hidden.ravel()), planted


def _say_sums(draft: Draft, number: np.ndarray) -> None:
    def add(whole: np.ndarray, parts: np.ndarray) -> None:
        rows = np.concatenate([whole.reshape(-1, 1), parts.reshape(-1, parts.shape[-1])], axis=1)
        draft.say(rows, np.array([1.0, *[-1.0] * parts.shape[-1]]), 0.0, 0.0, arithmetic=True)

    add(number[-1], np.moveaxis(number[:-1], 0, -1))
    add(number[:, :, -1], np.moveaxis(number[:, :, :-1], 2, -1))
    for part in kinds_of_subgroups():
        add(number[:, 0], np.moveaxis(number[:, part], 1, -1))


def _plant(draft: Draft, names: np.ndarray, n: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Say exactly how many there are in a group and in all of its kind but one; return those that are left."""
    found = []
    for school, grade, indicator in places:
        for group in (0, 1):
            at = (school, group, grade, indicator)
            draft.say(names[at].reshape(1, 1), np.array([1.0]), float(n[at]), float(n[at]), arithmetic=False)
        found.append(names[school, 2, grade, indicator])
    return np.array(found, dtype=int)


def _ledger(draft: Draft, truth: np.ndarray, hidden: np.ndarray) -> Ledger:
    cells = len(truth) // 2
    names = pd.Series([f"cell {i}" for i in range(cells)], dtype="string")
    unknowns = pd.DataFrame(
        {
            "unknown": np.arange(len(truth)),
            "cell": pd.concat([names, names], ignore_index=True),
            "what": np.repeat(["n", "numerator"], cells),
            "truth": truth.astype(float),
            "least": 0.0,
            "most": np.inf,
        }
    )
    statements = pd.DataFrame(
        {
            "statement": np.arange(draft.rows),
            "cell": "",
            "source": np.where(np.concatenate(draft.arithmetic), "arithmetic", "this release"),
            "low": np.concatenate(draft.low).astype(float),
            "high": np.concatenate(draft.high).astype(float),
            "fixed": np.concatenate(draft.arithmetic),
            "cost": 1.0,
        }
    )
    columns = (np.concatenate(parts) for parts in zip(*draft.terms, strict=True))
    terms = pd.DataFrame(dict(zip(("statement", "unknown", "factor"), columns, strict=True)))
    at = np.flatnonzero(hidden)
    targets = pd.DataFrame(
        {
            "target": np.arange(3 * len(at)),
            "cell": pd.concat([names[at]] * 3, ignore_index=True),
            "what": np.repeat(["n", "numerator", "rest"], len(at)),
            "required": np.repeat([WIDTH, CODED, CODED], len(at)),
            "rule": "so many students between the fewest and the most",
            "whole": True,
        }
    )
    count = len(at)
    target_terms = pd.DataFrame(
        {
            "target": np.concatenate([np.arange(3 * count), 2 * count + np.arange(count)]),
            "unknown": np.concatenate([at, at + cells, at, at + cells]),
            "factor": np.repeat([1.0, 1.0, 1.0, -1.0], count),
        }
    )
    return Ledger(unknowns, statements, terms, targets, target_terms)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--schools", type=int, default=1000)
    asked.add_argument("--indicators", type=int, default=5)
    asked.add_argument("--leaks", type=int, default=0)
    asked.add_argument("--seconds", type=float, default=7200)
    asked.add_argument("--workers", type=int, default=1)
    given = asked.parse_args()
    began = time.perf_counter()
    ledger, planted = state_ledger(given.schools, given.indicators, given.leaks)
    print(
        f"{len(ledger.unknowns):,} unknown numbers, {len(ledger.statements):,} statements, {len(ledger.targets):,} protected"
    )
    print(f"made in {time.perf_counter() - began:.0f} s, {_memory():.1f} GB at the most so far")
    began, worked = time.perf_counter(), time.process_time()
    audit = attack(ledger, seconds=given.seconds, workers=given.workers)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"attacked in {took:.0f} s ({worked:.0f} s of a processor), {_memory():.1f} GB at the most")
    print(audit["verdict"].value_counts().to_string())
    if given.leaks:
        cells = {f"cell {unknown}" for unknown in planted}
        exact = set(audit.loc[(audit["verdict"] == "exact") & (audit["what"] == "n"), "cell"])
        print(f"planted: {len(cells)}, of them found as exact: {len(cells & exact)}")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
