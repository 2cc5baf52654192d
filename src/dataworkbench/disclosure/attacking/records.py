"""A ledger from published figures and the records behind them: who was counted in each figure, and what was said.

Two students who stand in exactly the same figures can't be told apart by any of them. So the records fall into the smallest
groups that the figures part them into, and each figure is a sum over some of these groups.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dataworkbench.disclosure.ledger import (
    STATEMENT_COLUMNS,
    TARGET_COLUMNS,
    TARGET_TERM_COLUMNS,
    TERM_COLUMNS,
    UNKNOWN_COLUMNS,
    Ledger,
)
from dataworkbench.errors import WorkbenchError, no_such

Who = Mapping[str, Any] | Collection[Hashable]
"""Who is meant: values of attributes (a value, or a set or list of values), or the labels of the records in the index."""

What = Literal["n", "share", "sum", "mean"]
Mask = npt.NDArray[np.bool_]
Weighted = list[tuple[str, npt.NDArray[np.float64]]]
_PLAIN: Final = (str, int, float, bool)


@dataclass(frozen=True)
class Said:
    """One published figure: its name, who was counted in it, what it is, and its ends (``high`` empty: an exact one).

    ``what``: "n", how many they are; "share", which part of them are also ``among``; "sum" and "mean" of the scores of
    ``of``, a column of the records. For a rounded figure, ``low`` and ``high`` are the ends of what is rounded to it.
    """

    cell: str
    who: Who
    low: float
    high: float | None = None
    what: What = "n"
    among: Who | None = None
    of: str = ""
    source: str = "this release"
    fixed: bool = False
    cost: float = 1.0


@dataclass(frozen=True)
class Protected:
    """One figure that is not published and must stay in doubt: who is counted in it, and by how much (see ``Ledger``)."""

    cell: str
    who: Who
    required: float
    kind: Literal["width", "double"] = "width"
    what: Literal["n", "sum", "mean"] = "n"
    of: str = ""
    rule: str = ""


def ledger_of_records(
    records: pd.DataFrame,
    said: Sequence[Said],
    protected: Sequence[Protected],
    *,
    possible: pd.DataFrame | None = None,
    scales: Mapping[str, tuple[float, float]] | None = None,
) -> Ledger:
    """Return what somebody knows who was told these figures, as a ledger.

    One row of ``records`` is one student, or one student in one year. An unknown is a smallest group ("n"), or the sum of
    its scores ("sum") where a figure is about scores.

    Parameters
    ----------
    records
        The true records; its index labels them.
    said
        What was published, now and earlier.
    protected
        What was not, and must stay in doubt. A hidden average is known as well as the sum of scores is, where the size of
        the group is known; its doubt is that of the sum over the true size.
    possible
        Further kinds of record that could be there, as rows with the same columns: a group in which there is truly nobody
        stands in no record, but whoever reads the table does not know that.
    scales
        The lowest and highest score of each column of scores; without it, a sum can be anything.

    Raises
    ------
    WorkbenchError
        Where a figure is about a column or a record that is not there.

    """
    figures: list[Said | Protected] = [*said, *protected]
    asked: list[tuple[Said | Protected, Who]] = [(figure, figure.who) for figure in figures]
    asked += [(figure, figure.among) for figure in said if figure.among is not None]
    rows = pd.concat([records, possible]) if possible is not None else records
    real = np.arange(len(rows)) < len(records)
    masks = {_key(who): _mask(rows, who, figure.cell) for figure, who in asked}
    groups = _smallest_groups(list(masks.values()), len(rows))
    scores = sorted({figure.of for figure in figures if figure.of})
    unknowns, first = _unknowns(rows, real, groups, scores)
    within = {key: _groups_in(mask, groups) for key, mask in masks.items()}
    statements, terms = _statements(said, within, first)
    bounds, bound_terms = _scales(
        scores, scales or {}, first, len(statements), int(groups.max(initial=-1)) + 1
    )
    targets, target_terms = _targets(protected, within, first, unknowns)
    return Ledger(
        unknowns,
        pd.DataFrame([*statements, *bounds], columns=list(STATEMENT_COLUMNS)),
        pd.DataFrame([*terms, *bound_terms], columns=list(TERM_COLUMNS)),
        pd.DataFrame(targets, columns=[*TARGET_COLUMNS, "kind"]),
        pd.DataFrame(target_terms, columns=list(TARGET_TERM_COLUMNS)),
    )


def _key(who: Who) -> Hashable:
    if isinstance(who, Mapping):
        return tuple(sorted((column, repr(values)) for column, values in who.items()))
    return frozenset(who)


def _mask(rows: pd.DataFrame, who: Who, cell: str) -> Mask:
    """Return which rows are meant."""
    if not isinstance(who, Mapping):
        strange = set(who) - set(rows.index)
        if strange:
            raise WorkbenchError(f"'{cell}' counts the record {min(map(str, strange))}, which is not there.")
        return rows.index.isin(list(who))
    mask = np.ones(len(rows), dtype=bool)
    for column, values in who.items():
        if column not in rows:
            raise no_such("column of the records", column, map(str, rows.columns))
        wanted = [values] if isinstance(values, _PLAIN) else list(values)
        mask &= rows[column].isin(wanted).to_numpy(dtype=bool)
    return mask


def _smallest_groups(masks: Sequence[Mask], count: int) -> npt.NDArray[np.int64]:
    """Return the number of the smallest group that each record is in: those in the same figures are in one."""
    if not masks or not count:
        return np.zeros(count, dtype=np.int64)
    packed = np.packbits(np.stack(masks, axis=1), axis=1)
    return np.unique(packed, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _groups_in(mask: Mask, groups: npt.NDArray[np.int64]) -> list[int]:
    return [int(group) for group in np.unique(groups[mask])]


def _unknowns(
    rows: pd.DataFrame, real: Mask, groups: npt.NDArray[np.int64], scores: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the unknowns frame, and where in it the groups' sizes ("") and the sums of each column of scores begin."""
    count = int(groups.max(initial=-1)) + 1
    names = [f"group {group + 1}" for group in range(count)]
    blocks = [("n", np.bincount(groups[real], minlength=count).astype(float), names)]
    for column in scores:
        weights = rows[column].to_numpy(dtype=float, na_value=0.0)[real]
        sums = np.bincount(groups[real], weights=weights, minlength=count)
        blocks.append(("sum", sums, [f"{name}: {column}" for name in names]))
    frames = [
        pd.DataFrame(
            {
                "cell": named,
                "what": what,
                "truth": truth,
                "least": 0.0 if what == "n" else -np.inf,
                "most": np.inf,
            }
        )
        for what, truth, named in blocks
    ]
    together = pd.concat(frames, ignore_index=True)
    together.insert(0, "unknown", np.arange(len(together)))
    first = {name: i * count for i, name in enumerate(["", *scores])}
    return together[list(UNKNOWN_COLUMNS)], first


Row = dict[str, Any]
Term = dict[str, Any]


def _statements(
    said: Sequence[Said], within: Mapping[Hashable, list[int]], first: Mapping[str, int]
) -> tuple[list[Row], list[Term]]:
    rows: list[Row] = []
    terms: list[Term] = []
    for figure in said:
        low, high = figure.low, figure.low if figure.high is None else figure.high
        over = {first[""] + group: 1.0 for group in within[_key(figure.who)]}
        if figure.what == "share" and figure.among is not None:
            both = set(within[_key(figure.who)]) & set(within[_key(figure.among)])
            upper = {first[""] + group: 1.0 for group in both}
        else:
            upper = {first[figure.of] + group: 1.0 for group in within[_key(figure.who)]}
        for ends, factors in _sums_of(figure.what, low, high, upper, over):
            row = {
                "statement": len(rows),
                "cell": figure.cell,
                "source": figure.source,
                "low": ends[0],
                "high": ends[1],
            }
            terms += [{"statement": len(rows), "unknown": u, "factor": f} for u, f in factors.items() if f]
            rows.append({**row, "fixed": figure.fixed, "cost": figure.cost})
    return rows, terms


def _sums_of(
    what: What, low: float, high: float, upper: Mapping[int, float], over: Mapping[int, float]
) -> list[tuple[tuple[float, float], dict[int, float]]]:
    """Return a figure as sums between two ends; a share or mean between ``low`` and ``high`` of ``over`` is two of them."""
    if what in {"n", "sum"}:
        return [((low, high), dict(upper))]
    found = []
    for end, reach in ((low, (0.0, np.inf)), (high, (-np.inf, 0.0))):
        factors = dict(upper)
        for unknown, factor in over.items():
            factors[unknown] = factors.get(unknown, 0.0) - end * factor
        found.append((reach, factors))
    return found


def _scales(
    scores: Sequence[str],
    scales: Mapping[str, tuple[float, float]],
    first: Mapping[str, int],
    begin: int,
    count: int,
) -> tuple[list[Row], list[Term]]:
    """Return as arithmetic: the sum of a group's scores lies between the lowest and the highest score of each."""
    rows: list[Row] = []
    terms: list[Term] = []
    for column in scores:
        for end, low, high in zip(scales.get(column, ()), (0.0, -np.inf), (np.inf, 0.0), strict=False):
            for group in range(count):
                number = begin + len(rows)
                ends = {"statement": number, "cell": "", "source": "arithmetic", "low": low, "high": high}
                rows.append({**ends, "fixed": True, "cost": 0.0})
                terms.append({"statement": number, "unknown": first[column] + group, "factor": 1.0})
                terms.append({"statement": number, "unknown": first[""] + group, "factor": -float(end)})
    return rows, [term for term in terms if term["factor"]]


def _targets(
    protected: Sequence[Protected],
    within: Mapping[Hashable, list[int]],
    first: Mapping[str, int],
    unknowns: pd.DataFrame,
) -> tuple[list[Row], list[Term]]:
    rows: list[Row] = []
    terms: list[Term] = []
    truth = unknowns["truth"].to_numpy()
    for number, figure in enumerate(protected):
        groups = within[_key(figure.who)]
        size = sum(truth[first[""] + group] for group in groups)
        factor = 1.0 / size if figure.what == "mean" and size else 1.0
        terms += [{"target": number, "unknown": first[figure.of] + g, "factor": factor} for g in groups]
        about = {"target": number, "cell": figure.cell, "what": figure.what, "required": figure.required}
        rows.append({**about, "rule": figure.rule, "whole": figure.what == "n", "kind": figure.kind})
    return rows, terms
