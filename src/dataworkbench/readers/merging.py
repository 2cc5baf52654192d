"""Rows of all files put together: said twice counts once, said differently is set aside, gaps are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dataworkbench.readers.ledger import FILE, ROW, FileLedger, faults
from dataworkbench.schemas import TABLES
from dataworkbench.terms import NOT_REPORTED, NOT_SELECTED

DIMENSIONS: Final = frozenset(
    {"schools", "students", "identities", "staff", "sections", "assessments", "performance_levels", "standards", "surveys", "survey_items"}
)
"""Tables that several files may each know a part of: their rows complete one another."""
_LINEAGE: Final = (FILE, ROW)
_REPEATED: Final = "The row says the same as an earlier one."
_CONFLICT: Final = "Another row for the same {key} says something else."


def merge(frames: Mapping[str, Sequence[pl.DataFrame]], ledgers: Sequence[FileLedger]) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """Return the canonical tables and, for each file, how many of its rows are in them.

    Each frame holds the columns of its table and the lineage columns; rows without lineage come from a roster,
    which has kept its own ledger.
    """
    together = {name: _one_frame(name, some) for name, some in frames.items()}
    seen = {name: frame.select(_LINEAGE) for name, frame in together.items()}
    spoiled = pl.concat([_conflicts(name, frame, ledgers) for name, frame in together.items()] or [pl.DataFrame(schema={FILE: pl.Int64, ROW: pl.Int64})]).unique()
    if spoiled.height:
        together = {name: frame.join(spoiled, on=_LINEAGE, how="anti", nulls_equal=False, maintain_order="left") for name, frame in together.items()}
    settled = {name: _settled(name, frame, ledgers) for name, frame in together.items()}
    kept = _kept_rows(settled, together)
    _write_down_repeated(seen, kept, spoiled, ledgers)
    tables = {name: _finished(name, frame) for name, frame in settled.items()}
    counts = {place: n for place, n in kept.group_by(FILE).len().iter_rows()}
    return tables, {ledger.file: counts.get(place, 0) for place, ledger in enumerate(ledgers)}


def _one_frame(name: str, some: Sequence[pl.DataFrame]) -> pl.DataFrame:
    schema = {FILE: pl.Int64, ROW: pl.Int64, **TABLES[name].polars_schema}
    return pl.concat([frame.select(pl.col(column).cast(kind) for column, kind in schema.items()) for frame in some])


def _doubled(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    return frame.select(key).hash_rows().is_duplicated()


def _conflicts(name: str, frame: pl.DataFrame, ledgers: Sequence[FileLedger]) -> pl.DataFrame:
    """Write down the rows that contradict another one; return their lineage."""
    empty = pl.DataFrame(schema={FILE: pl.Int64, ROW: pl.Int64})
    key = list(TABLES[name].key)
    judged = frame.drop_nulls(FILE).filter(~_is_retest(name, ledgers))
    group = key
    if name in DIMENSIONS:
        main = [place for place, ledger in enumerate(ledgers) if ledger.main_table == name]
        judged = judged.filter(pl.col(FILE).is_in(main))
        group = [FILE, *key]
    doubled = judged.filter(_doubled(judged, group)) if judged.height else judged
    if not doubled.height:
        return empty
    values = [column for column in TABLES[name].column_names if column not in key]
    differ = doubled.filter(pl.struct(values).n_unique().over(group) > 1) if values else doubled.clear()
    for (place,), part in differ.group_by([FILE]):
        shown = part.select(pl.concat_str(pl.col(key).cast(pl.String).fill_null("–"), separator=" · ")).to_series()
        reason = _CONFLICT.format(key=" and ".join(column.replace("_", " ") for column in key[:4]))
        ledgers[int(str(place))].put_aside(
            faults(part[ROW], column=", ".join(key), values=shown, reason=reason, what_to_do="Find out which row is right and leave the other one out.")
        )
    return differ.select(_LINEAGE)


def _is_retest(name: str, ledgers: Sequence[FileLedger]) -> pl.Expr:
    """Whether a row comes from a file in which two rows may be of the same student on the same day."""
    places = [place for place, ledger in enumerate(ledgers) if ledger.keeps_retests] if name == "results" else []
    return pl.col(FILE).is_in(places)


def _settled(name: str, frame: pl.DataFrame, ledgers: Sequence[FileLedger]) -> pl.DataFrame:
    key = list(TABLES[name].key)
    if not frame.height:
        return frame
    doubled = _doubled(frame, key)
    if not doubled.any():
        return frame
    if name not in DIMENSIONS:
        return pl.concat([frame.filter(~doubled), _facts_once(name, frame.filter(doubled))])
    _note_differences(name, frame.filter(doubled), ledgers)
    completed = _completed(name, frame.filter(doubled))
    return pl.concat([frame.filter(~doubled), completed])


def _facts_once(name: str, doubled: pl.DataFrame) -> pl.DataFrame:
    """Return rows that say the same once; of rosters that say different things the one that came last counts."""
    key = list(TABLES[name].key)
    rosters = doubled.filter(pl.col(FILE).is_null()).unique(key, keep="last", maintain_order=True)
    others = doubled.drop_nulls(FILE).join(rosters.select(key), on=key, how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat([rosters, others.unique(TABLES[name].column_names, keep="first", maintain_order=True)])


def _completed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each key: in each column the first thing that was said, the roster before other files."""
    table = TABLES[name]
    ordered = frame.sort(pl.col(FILE).is_not_null(), maintain_order=True)
    said = []
    for column in table.columns:
        if column.name in table.key:
            continue
        held = pl.col(column.name)
        if column.kind == "option" or column.name in ("sex", "race_ethnicity"):
            real = held.filter(held.is_not_null() & ~held.is_in([NOT_SELECTED, NOT_REPORTED]))
            said.append(pl.coalesce(real.first(), held.drop_nulls().first()).alias(column.name))
        else:
            said.append(held.drop_nulls().first())
    made = ordered.group_by(table.key, maintain_order=True).agg(pl.col(FILE).first(), pl.col(ROW).first(), *said)
    return made.select(frame.columns)


def _note_differences(name: str, doubled: pl.DataFrame, ledgers: Sequence[FileLedger]) -> None:
    key = list(TABLES[name].key)
    for column in TABLES[name].columns:
        if column.name in key:
            continue
        held = doubled.drop_nulls(column.name).filter(~pl.col(column.name).cast(pl.String).is_in([NOT_SELECTED, NOT_REPORTED]))
        differ = held.filter(pl.col(column.name).n_unique().over(key) > 1).drop_nulls(FILE)
        for (place,), part in differ.group_by([FILE]):
            ledgers[int(str(place))].note(
                "info",
                f"{part.select(key).n_unique():,} {name} are told of differently elsewhere in '{column.name}'. The roster's word counts, else the first file's.",
            )


def _kept_rows(settled: Mapping[str, pl.DataFrame], together: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the lineage of the rows that are in a table; a row that helped to complete another one counts."""
    parts = []
    for name, frame in settled.items():
        if name in DIMENSIONS:
            key = list(TABLES[name].key)
            values = [column for column in TABLES[name].column_names if column not in key]
            parts.append(together[name].unique([FILE, *key, *values], keep="first", maintain_order=True).select(_LINEAGE))
        else:
            parts.append(frame.select(_LINEAGE))
    empty = pl.DataFrame(schema={FILE: pl.Int64, ROW: pl.Int64})
    return pl.concat([empty, *parts]).drop_nulls(FILE).unique()


def _write_down_repeated(seen: Mapping[str, pl.DataFrame], kept: pl.DataFrame, spoiled: pl.DataFrame, ledgers: Sequence[FileLedger]) -> None:
    empty = pl.DataFrame(schema={FILE: pl.Int64, ROW: pl.Int64})
    everything = pl.concat([empty, *seen.values()]).drop_nulls(FILE).unique()
    gone = everything.join(kept, on=_LINEAGE, how="anti").join(spoiled, on=_LINEAGE, how="anti")
    for (place,), part in gone.sort(_LINEAGE).group_by([FILE], maintain_order=True):
        ledger = ledgers[int(str(place))]
        ledger.put_aside(faults(part[ROW], column="", values=None, reason=_REPEATED, what_to_do="Nothing needs to be done; it was kept once."))
        ledger.note("info", f"{part.height:,} row(s) say the same as an earlier one; each was kept once.")


def _finished(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(TABLES[name].column_names)
