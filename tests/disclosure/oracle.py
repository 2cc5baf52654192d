"""An attacker who was written apart from the product: OR-tools' solvers and plain counting, from what is published alone.

It shares no line with ``dataworkbench.disclosure``: it builds its own unknowns and its own sums from the published table,
never from a ``Ledger``. There are three engines: ``glop`` (a linear program; whole numbers are rounded inwards), ``cp_sat``
(whole numbers, exact; for small tables) and ``brute_force`` (writes out every table that fits; for tiny tables).

For a release, in the columns of ``publishing.releases.release.CELL_COLUMNS``::

    program = program_of_cells(cells, cube, earlier=[cells_of_an_earlier_release])
    found = intervals(program, protected_of_cells(cells, cube))   # one row a protected figure: cell, what, low, high, truth

``cube`` has the same cells (by ``DIMENSIONS``) with their true ``n`` and ``numerator``. From it are taken only which cells
there are, how many students stand in no part of a whole (assumed to be known to everybody), and the truth to compare with.

For a plain table with its totals, as an array with some of its places hidden::

    program = program_of_table(with_totals(inner), hidden)
    found = intervals(program, [{place: 1} for place in ...], engine=cp_sat)

``least``, ``most`` = lowest and highest that fit. ``None`` for an end says that no solver finished: count it as a leak.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

NEARLY = 1e-6
_FAR = 1e7
DIMENSIONS = (
    "indicator", "school_year", "period", "subject", "assessment_id", "school_id", "grade_level", "subgroup_type", "subgroup",
)  # fmt: skip
Sum = Mapping[Hashable, float]
Ends = tuple[float | None, float | None]


@dataclass
class Program:
    """Unknown numbers by name with their ends, and rows: a sum of unknowns that lies between two ends."""

    ends: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    rows: list[tuple[dict[Hashable, float], float, float]] = field(default_factory=list)
    truth: dict[Hashable, float] = field(default_factory=dict)

    def unknown(self, name: Hashable, truth: float, low: float = 0, high: float = math.inf) -> None:
        self.ends[name] = (float(low), float(high))
        self.truth[name] = float(truth)

    def say(self, terms: Sum, low: float, high: float) -> None:
        self.rows.append(({name: float(factor) for name, factor in terms.items()}, float(low), float(high)))

    def value(self, terms: Sum) -> float:
        return sum(factor * self.truth[name] for name, factor in terms.items())

    def lies(self) -> list[tuple[dict[Hashable, float], float, float]]:
        """Rows that the truth does not keep to. There must be none, or the program says something that is not so."""
        return [row for row in self.rows if not row[1] - NEARLY <= self.value(row[0]) <= row[2] + NEARLY]


# Plain tables --------------------------------------------------------------------------------------------------------


def with_totals(inner: np.ndarray) -> np.ndarray:
    """Return the table with a total added at the end of every axis."""
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def program_of_table(table: np.ndarray, hidden: np.ndarray) -> Program:
    """Return what is known of a table whose last place along each axis is the total: what is not hidden, and the sums."""
    program = Program()
    for place in np.ndindex(*table.shape):
        program.unknown(place, float(table[place]))
        if not hidden[place]:
            program.say({place: 1}, float(table[place]), float(table[place]))
    for axis, length in enumerate(table.shape):
        for rest in np.ndindex(*(size for a, size in enumerate(table.shape) if a != axis)):
            line = [(*rest[:axis], i, *rest[axis:]) for i in range(length)]
            program.say({**dict.fromkeys(line[:-1], 1), line[-1]: -1}, 0, 0)
    return program


# Releases ------------------------------------------------------------------------------------------------------------


def key_of(row: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in DIMENSIONS)


def program_of_cells(
    cells: pd.DataFrame,
    cube: pd.DataFrame,
    *,
    earlier: Iterable[pd.DataFrame] = (),
    mean_decimals: int = 0,
) -> Program:
    """Return what an attacker knows who has the public cells of this release and of earlier ones.

    An earlier release is taken to be about the same students; hand in only those of its cells for which that is so.
    A size that is published empty ("or more", or hidden) tells nothing.
    """
    program = Program()
    true = {key_of(row): row for row in cube.to_dict("records")}
    for key, row in true.items():
        if row["status"] in {"missing", "not_applicable"}:
            continue
        program.unknown((key, "n"), float(row["n"]))
        if row["unit"] == "rate":
            program.unknown((key, "numerator"), float(row["numerator"]))
            program.say({(key, "n"): 1, (key, "numerator"): -1}, 0, math.inf)
        elif row["unit"] == "mean":
            program.unknown((key, "sum"), float(row["n"]) * float(row["mean"] if row["n"] else 0), -math.inf)
            program.say({(key, "sum"): 1, (key, "n"): -float(row["scale_low"])}, 0, math.inf)
            program.say({(key, "sum"): 1, (key, "n"): -float(row["scale_high"])}, -math.inf, 0)
    _add_sums(program, true)
    for frame in (cells, *earlier):
        for row in frame.to_dict("records"):
            if key_of(row) in true:
                _add_published(program, key_of(row), row, mean_decimals)
    return program


def _add_sums(program: Program, true: Mapping[tuple[str, ...], Mapping[str, object]]) -> None:
    """Add: a whole is the sum of its parts and of those who are in none, whose number is taken to be known."""
    place = {name: i for i, name in enumerate(DIMENSIONS)}
    for along in (("school_id",), ("grade_level",), ("subgroup_type", "subgroup")):
        families: dict[tuple[tuple[str, ...], str], list[tuple[str, ...]]] = {}
        for key in true:
            if key[place[along[-1]]]:
                whole = tuple("" if DIMENSIONS[i] in along else text for i, text in enumerate(key))
                families.setdefault((whole, key[place[along[0]]] if len(along) > 1 else ""), []).append(key)
        for (whole, _), parts in families.items():
            for what in ("n", "numerator", "sum"):
                names = [(part, what) for part in parts]
                if (whole, what) in program.ends and all(name in program.ends for name in names):
                    terms = {(whole, what): 1.0, **dict.fromkeys(names, -1.0)}
                    rest = program.value(terms)
                    program.say(terms, rest, rest)


def _add_published(
    program: Program, key: tuple[str, ...], row: Mapping[str, object], mean_decimals: int
) -> None:
    n, low_n, high_n = (key, "n"), _number(row["n_low"]), _number(row["n_high"])
    if n not in program.ends:
        return
    if not math.isnan(low_n):
        program.say({n: 1}, low_n, math.inf if math.isnan(high_n) else high_n)
    value, low, high = _number(row["value"]), _number(row["low"]), _number(row["high"])
    if row["unit"] == "count":
        low, high = (value, value) if not math.isnan(value) else (low, high)
        if not math.isnan(low):
            program.say({n: 1}, low, high)
        return
    over = (key, "numerator" if row["unit"] == "rate" else "sum")
    half = 0.005 if row["unit"] == "rate" else 0.5 * 10.0**-mean_decimals
    low, high = (value - half, value + half) if not math.isnan(value) else (low, high)
    if not math.isnan(low):
        program.say({over: 1, n: -low}, 0, math.inf)
        program.say({over: 1, n: -high}, -math.inf, 0)


def _number(value: object) -> float:
    return math.nan if value is None or value is pd.NA or value == "" else float(value)  # type: ignore[arg-type]


def protected_of_cells(cells: pd.DataFrame, cube: pd.DataFrame) -> dict[tuple[str, str], Sum]:
    """Return what must stay in doubt, by the identifier of the cell and what it is: every figure that is hidden.

    ``n`` and ``numerator`` of a hidden share and the rest (``n`` less ``numerator``); ``n`` of a hidden count or mean.
    """
    units = {key_of(row): row["unit"] for row in cube.to_dict("records")}
    found: dict[tuple[str, str], Sum] = {}
    for row in cells.to_dict("records"):
        key = key_of(row)
        if row["status"] != "suppressed" or key not in units:
            continue
        found[str(row["cell"]), "n"] = {(key, "n"): 1}
        if units[key] == "rate":
            found[str(row["cell"]), "numerator"] = {(key, "numerator"): 1}
            found[str(row["cell"]), "rest"] = {(key, "n"): 1, (key, "numerator"): -1}
    return found


# Engines -------------------------------------------------------------------------------------------------------------


def intervals(program: Program, sums: Mapping[Hashable, Sum], *, engine=None, **limits) -> pd.DataFrame:
    """Return one row a sum: ``of`` (its name), ``least``, ``most``, ``truth``; both ends rounded inwards to whole numbers."""
    asked = list(sums.values())
    found = engine(program, asked, **limits) if engine else _by_both(program, asked, **limits)
    return pd.DataFrame(
        [
            {"of": name, "least": inwards(ends)[0], "most": inwards(ends)[1], "truth": program.value(terms)}
            for (name, terms), ends in zip(sums.items(), found, strict=True)
        ],
        columns=["of", "least", "most", "truth"],
    )


def _by_both(program: Program, sums: Sequence[Sum], **limits) -> list[Ends]:
    """Ask Glop, and where it lost its way to an end, CLP, which is by other people."""
    found = glop(program, sums, **limits)
    lost = [place for place, ends in enumerate(found) if None in ends]
    others = glop(program, [sums[place] for place in lost], solver="CLP", **limits) if lost else []
    for place, ends in zip(lost, others, strict=True):
        found[place] = tuple(b if a is None else a for a, b in zip(found[place], ends, strict=True))
    return found


def inwards(ends: Ends) -> Ends:
    low, high = ends
    return (
        low if low is None or math.isinf(low) else math.ceil(low - NEARLY),
        high if high is None or math.isinf(high) else math.floor(high + NEARLY),
    )


def glop(
    program: Program, sums: Sequence[Sum], *, milliseconds: int = 60_000, solver: str = "GLOP"
) -> list[Ends]:
    """Return the lowest and highest of each sum by OR-tools' own simplex; ``None`` where it stopped or nothing fits."""
    solver = pywraplp.Solver.CreateSolver(solver)
    solver.SetTimeLimit(milliseconds)
    variables = {
        name: solver.NumVar(
            low if math.isfinite(low) else -solver.infinity(),
            high if math.isfinite(high) else solver.infinity(),
            "",
        )
        for name, (low, high) in program.ends.items()
    }
    for terms, low, high in program.rows:
        row = solver.Constraint(
            low if math.isfinite(low) else -solver.infinity(),
            high if math.isfinite(high) else solver.infinity(),
        )
        for name, factor in terms.items():
            row.SetCoefficient(variables[name], factor)
    return [
        (_glop_end(solver, variables, terms, -1), _glop_end(solver, variables, terms, 1)) for terms in sums
    ]


def _glop_end(solver, variables, terms: Sum, sign: int) -> float | None:
    """Return one end; without an answer, ask again within a fence far out: an end that reaches it is without end."""
    objective = solver.Objective()
    objective.Clear()
    for name, factor in terms.items():
        objective.SetCoefficient(variables[name], float(factor))
    objective.SetOptimizationDirection(sign > 0)
    if solver.Solve() == pywraplp.Solver.OPTIMAL:
        return float(objective.Value())
    fence = solver.Constraint(-_FAR, _FAR)
    for name, factor in terms.items():
        fence.SetCoefficient(variables[name], float(factor))
    fits = solver.Solve() == pywraplp.Solver.OPTIMAL
    end = float(objective.Value()) if fits else 0.0
    fence.SetBounds(-solver.infinity(), solver.infinity())
    if not fits:
        return None
    return sign * math.inf if sign * end >= _FAR * (1 - NEARLY) else end


def cp_sat(program: Program, sums: Sequence[Sum], *, seconds: float = 20, top: int = 100_000) -> list[Ends]:
    """Return the lowest and highest of each sum in whole numbers, exactly; ``None`` where the solver did not prove it.

    No unknown is above ``top``: an end that reaches it means "without end".
    """
    model = cp_model.CpModel()
    variables = {
        name: model.new_int_var(
            max(-top, math.ceil(low)) if math.isfinite(low) else -top,
            min(top, math.floor(high)) if math.isfinite(high) else top,
            "",
        )
        for name, (low, high) in program.ends.items()
    }
    for terms, low, high in program.rows:
        _cp_row(model, variables, terms, low, high)
    found: list[Ends] = []
    for terms in sums:
        goal = sum(int(factor) * variables[name] for name, factor in terms.items())
        ends = []
        for sense in (model.minimize, model.maximize):
            model.clear_objective()
            sense(goal)
            solver = cp_model.CpSolver()
            solver.parameters.max_time_in_seconds = seconds
            solver.parameters.num_workers = 1
            ends.append(float(solver.objective_value) if solver.solve(model) == cp_model.OPTIMAL else None)
        found.append((ends[0], ends[1]))
    return found


def _cp_row(model, variables, terms: Sum, low: float, high: float) -> None:
    """Add a row in whole numbers: every factor and end as a fraction, times their common denominator."""
    factors = {name: Fraction(factor).limit_denominator(10**6) for name, factor in terms.items()}
    ends = [Fraction(end).limit_denominator(10**6) for end in (low, high) if math.isfinite(end)]
    times = math.lcm(*(value.denominator for value in (*factors.values(), *ends)))
    total = sum(int(factor * times) * variables[name] for name, factor in factors.items())
    if math.isfinite(low):
        model.add(total >= int(Fraction(low).limit_denominator(10**6) * times))
    if math.isfinite(high):
        model.add(total <= int(Fraction(high).limit_denominator(10**6) * times))


def brute_force(program: Program, sums: Sequence[Sum], *, top: int = 12) -> list[Ends]:
    """Return the lowest and highest of each sum over every table of whole numbers that fits, written out one by one.

    Every unknown is tried from its lower end up to ``top``. Unknowns that an exact row settles once the others are known
    are worked out instead of tried, so that a table of a few free places is quick.
    """
    best: list[list[float]] = [[math.inf, -math.inf] for _ in sums]
    for values in _all_that_fit(program, top):
        for pair, terms in zip(best, sums, strict=True):
            value = sum(factor * values[name] for name, factor in terms.items())
            pair[0], pair[1] = min(pair[0], value), max(pair[1], value)
    return [(None, None) if low > high else (low, high) for low, high in best]


def _all_that_fit(program: Program, top: int, values: Mapping[Hashable, float] | None = None):
    found = _settled(program, dict(values or {}))
    if found is None:
        return
    left = next((name for name in program.ends if name not in found), None)
    if left is None:
        yield found
        return
    least, most = program.ends[left]
    for value in range(math.ceil(max(least, -top)), math.floor(min(most, top)) + 1):
        yield from _all_that_fit(program, top, {**found, left: value})


def _settled(program: Program, values: dict[Hashable, float]) -> dict[Hashable, float] | None:
    """Work out what follows from exact rows with one unknown left, again and again; None where a row is broken."""
    while True:
        open_rows = []
        for terms, low, high in program.rows:
            left = [name for name in terms if name not in values]
            rest = sum(factor * values[name] for name, factor in terms.items() if name in values)
            if not left and not low - NEARLY <= rest <= high + NEARLY:
                return None
            if len(left) == 1 and low == high:
                open_rows.append((left[0], (low - rest) / terms[left[0]]))
        if not open_rows:
            return values
        name, value = open_rows[0]
        least, most = program.ends[name]
        if abs(value - round(value)) > NEARLY or not least <= round(value) <= most:
            return None
        values[name] = round(value)


def every_place(shape: Sequence[int]) -> list[tuple[int, ...]]:
    return list(itertools.product(*(range(size) for size in shape)))
