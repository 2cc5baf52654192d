"""What an attack found, in words for the person who decides: which published figures, read together, give one away."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.attacking.findings import EXACT, NOT_FINISHED, SAFE, TOO_NARROW
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import number_text

_TRIED_AT_MOST: Final = 200
_NEARLY: Final = 1e-6
_GOES_WITHOUT_SAYING: Final = ("arithmetic", "related indicators")

Names = Mapping[str, str] | Callable[[str], str] | None


def explain(ledger: Ledger, row: Mapping[Any, Any] | pd.Series[Any], *, names: Names = None) -> str:
    """Return which published figures, read together, give a figure away, in a sentence.

    Such as: "All students (50), less Asian (20), less White (27): 3 are left."

    Parameters
    ----------
    ledger
        The ledger that was attacked.
    row
        A row of what ``attack`` found.
    names
        What a cell is called, by its identifier; without it, the parts of the identifier that are not empty.

    """
    called = _caller(names)
    about = f"{called(str(row['cell']))}"
    if row["verdict"] == SAFE:
        return f"Nothing that was published gives {about} away: {_between(row)} fit."
    if row["verdict"] == NOT_FINISHED:
        return _of_the_unfinished(ledger, row, about, called)
    needed = _needed(ledger, row)
    said = _as_a_sum(needed, row, called)
    if said is not None:
        return said
    read = "; ".join(_named(figure, called) for figure in _figures(needed))
    left = f"{number_text(row['low'])} is left" if row["verdict"] == EXACT else f"{_between(row)} are left"
    told = f"{read}. Read together" if read else "By arithmetic alone"
    return f"{told}, and with no group smaller than nobody: {left}."


def _caller(names: Names) -> Callable[[str], str]:
    if callable(names):
        return names
    known = names or {}
    return lambda cell: known.get(cell) or ", ".join(part for part in cell.split("|") if part) or "All"


def _between(row: Mapping[Any, Any] | pd.Series[Any]) -> str:
    return f"{_end(row['low'])} to {_end(row['high'])}"


def _end(value: float) -> str:
    if math.isinf(value):
        return "any number"
    return number_text(value) if abs(value - round(value)) < _NEARLY else number_text(value, 2)


def _of_the_unfinished(
    ledger: Ledger, row: Mapping[Any, Any] | pd.Series[Any], about: str, called: Callable[[str], str]
) -> str:
    if not row["by"]:
        return f"It is not known whether {about} is given away: the audit stopped before it was done. Give it more time."
    said = ledger.statements[ledger.statements["statement"].isin(row["by"])]
    read = "; ".join(_named(figure, called) for figure in _figures(_only(ledger, said)))
    return f"What was published contradicts itself, so nothing can be said of {about}. These can't all be so: {read}."


def _only(ledger: Ledger, said: pd.DataFrame) -> Ledger:
    """Return the ledger with these statements alone, and with the unknowns and targets that it had."""
    terms = ledger.terms[ledger.terms["statement"].isin(said["statement"])]
    return Ledger(ledger.unknowns, said, terms, ledger.targets, ledger.target_terms)


def _needed(ledger: Ledger, row: Mapping[Any, Any] | pd.Series[Any]) -> Ledger:
    """Return a small ledger of this target, and of statements of which none can be left out without widening its ends."""
    said = ledger.statements[ledger.statements["statement"].isin(row["by"])]
    target = ledger.targets[ledger.targets["target"] == row["target"]]
    if target.empty:
        raise WorkbenchError("That row is not of this ledger. Explain it with the ledger that was attacked.")
    target_terms = ledger.target_terms[ledger.target_terms["target"] == row["target"]]
    terms = ledger.terms[ledger.terms["statement"].isin(said["statement"])]
    meant = ledger.unknowns["unknown"].isin({*terms["unknown"], *target_terms["unknown"]})
    small = Ledger(ledger.unknowns[meant], said, terms, target, target_terms)
    for number in _dearest_first(said)[:_TRIED_AT_MOST]:
        fewer = _only(small, small.statements[small.statements["statement"] != number])
        found = attack(fewer).iloc[0]
        if found["low"] >= row["low"] - _NEARLY and found["high"] <= row["high"] + _NEARLY:
            small = fewer
    return small


def _dearest_first(said: pd.DataFrame) -> list[int]:
    """Return statements in the order in which to try without them: earlier releases and figures first, arithmetic last."""
    own = said["source"].isin(_GOES_WITHOUT_SAYING).to_numpy(dtype=int)
    order = np.lexsort((-said["statement"].to_numpy(), own))
    return [int(number) for number in said["statement"].to_numpy()[order]]


def _figures(ledger: Ledger) -> list[Mapping[Any, Any]]:
    """Return the published statements, each cell once; arithmetic goes without saying, and what related indicators share."""
    said = ledger.statements[~ledger.statements["source"].isin(_GOES_WITHOUT_SAYING)].drop_duplicates(
        ["cell", "source"]
    )
    counted = ledger.terms.groupby("statement")["unknown"].size()
    slanted = ledger.terms.loc[(ledger.terms["factor"] - 1).abs() > _NEARLY, "statement"]
    plain = [
        counted.get(number, 0) >= 1 and number not in set(slanted) for number in said["statement"].tolist()
    ]
    return [{**figure, "plain": flag} for figure, flag in zip(said.to_dict("records"), plain, strict=True)]


def _named(figure: Mapping[Any, Any], called: Callable[[str], str]) -> str:
    """Return a figure as it is repeated: its name, where it was read if not in this release, and what it says."""
    name = called(str(figure["cell"]))
    if figure["source"] not in {"this release", "arithmetic", ""}:
        name = f"{name}, {figure['source']}"
    low, high = float(figure["low"]), float(figure["high"])
    if not figure["plain"] or (math.isinf(low) and math.isinf(high)):
        return f"{name} (as it was published)"
    if high - low <= _NEARLY:
        return f"{name} ({_end(low)})"
    if math.isinf(high):
        return f"{name} (at least {_end(low)})"
    return f"{name} (at most {_end(high)})" if math.isinf(low) else f"{name} ({_end(low)} to {_end(high)})"


def _as_a_sum(
    needed: Ledger, row: Mapping[Any, Any] | pd.Series[Any], called: Callable[[str], str]
) -> str | None:
    """Return the figure as published ones added and taken away; None where it does not follow so simply."""
    weights = _weights(needed)
    if weights is None or row["verdict"] != EXACT:
        return None
    parts: list[str] = []
    for statement, weight in sorted(weights.items(), key=lambda pair: (-np.sign(pair[1]), pair[0])):
        figure = needed.statements[needed.statements["statement"] == statement].iloc[0]
        if figure["source"] in _GOES_WITHOUT_SAYING and abs(float(figure["low"])) <= _NEARLY:
            continue
        named = _named({**figure.to_dict(), "plain": True}, called) if figure["cell"] else _rest(figure)
        times = "" if abs(abs(weight) - 1) <= _NEARLY else f"{_end(abs(weight))} times "
        joint = ("" if weight > 0 else "less ") if not parts else ("and " if weight > 0 else "less ")
        parts.append(f"{joint}{times}{named}")
    if not parts:
        return None
    left = _end(row["low"])
    are = "is" if left == "1" else "are"
    return f"{', '.join(parts)}: {left} {are} left."


def _rest(figure: pd.Series[Any]) -> str:
    return f"those in no group ({_end(abs(float(figure['low'])))})"


def _weights(needed: Ledger) -> dict[int, float] | None:
    """Return how often each exact statement is counted so that together they are the target; None where they are not."""
    exact = needed.statements[(needed.statements["high"] - needed.statements["low"]).abs() <= _NEARLY]
    if len(exact) != len(needed.statements) or exact.empty:
        return None
    columns = {unknown: i for i, unknown in enumerate(needed.unknowns["unknown"].tolist())}
    rows = {number: i for i, number in enumerate(exact["statement"].tolist())}
    matrix, goal = np.zeros((len(rows), len(columns))), np.zeros(len(columns))
    for term in needed.terms.itertuples():
        matrix[rows[term.statement], columns[term.unknown]] += term.factor
    for term in needed.target_terms.itertuples():
        goal[columns[term.unknown]] += term.factor
    weights = np.linalg.lstsq(matrix.T, goal, rcond=None)[0]
    if np.abs(matrix.T @ weights - goal).max(initial=0) > _NEARLY:
        return None
    return {number: float(weights[i]) for number, i in rows.items() if abs(weights[i]) > _NEARLY}


def tell(audit: pd.DataFrame, *, names: Names = None, narrowest: int = 5) -> list[str]:
    """Return what an audit found as sentences: how many figures are protected, how many safe, and the narrowest of them."""
    called = _caller(names)
    counts = audit["verdict"].value_counts()
    safe = int(counts.get(SAFE, 0))
    lines = [
        f"{_figures_text(len(audit))} protected; {'all' if safe == len(audit) else number_text(safe)} of them safe."
    ]
    if len(audit) == 0:
        return ["Nothing is hidden, so nothing had to be protected."]
    for verdict, sentence in _NOT_SAFE.items():
        if counts.get(verdict, 0):
            lines.append(f"{_figures_text(int(counts[verdict]))} {sentence}")
    listed = narrowest_of(audit, narrowest)
    if len(listed):
        lines.append("The narrowest:")
    lines += [
        f"{called(str(row['cell']))} ({_WHAT.get(str(row['what']), str(row['what']))}): {_between(row)}, "
        f"{'' if row['sure'] else _NOT_SURE[row['verdict'] == SAFE]}{_asked(row)}."
        for row in listed.to_dict("records")
    ]
    took = audit.attrs.get("seconds")
    return [*lines, f"The audit took {number_text(took, 1)} seconds."] if took is not None else lines


_NOT_SAFE: Final = {
    EXACT: "given away exactly.",
    TOO_NARROW: "known more closely than was decided.",
    NOT_FINISHED: "not looked at to the end, which counts as not safe.",
}
_WHAT: Final = {
    "n": "students",
    "numerator": "students who count",
    "rest": "students who do not count",
    "sum": "sum of scores",
}
_NOT_SURE: Final = {True: "or wider, ", False: "or narrower, "}


def _figures_text(count: int) -> str:
    return f"{number_text(count)} figure{' is' if count == 1 else 's are'}" if count != 0 else "No figure is"


def _asked(row: Mapping[Any, Any]) -> str:
    asked = f"where {_end(float(row['required']))} was asked for"
    return f"{asked} ({row['rule']})" if row["rule"] else asked


def narrowest_of(audit: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Return the rows of an audit with the least to spare: those that are not safe first, then by width less what is required."""
    with np.errstate(invalid="ignore"):
        spare = (audit["high"] - audit["low"] - audit["required"]).fillna(-np.inf)
    order = audit.assign(_safe=audit["verdict"] == SAFE, _spare=spare)
    return order.sort_values(["_safe", "_spare", "target"]).head(most).drop(columns=["_safe", "_spare"])
