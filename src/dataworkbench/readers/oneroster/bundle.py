"""A roster as it came, OneRoster or School Data Sync 2.1: its files by kind, and the rows of them that can be used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from dataworkbench.readers.dates import convert_dates, order_in
from dataworkbench.readers.ledger import ROW, FileLedger, counted, faults
from dataworkbench.readers.oneroster.files import KEYS_WITHOUT_A_NUMBER, OTHER_SPELLINGS
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.row_rules import RowFault
from dataworkbench.readers.texttable import TextTable, trimmed


@dataclass
class Bundle:
    """The files of one set by kind, each with its ledger. ``label`` is the zip or the folder they came in.

    ``profiles`` explain the codes of sets that write them.
    """

    label: str
    tables: dict[str, TextTable]
    ledgers: dict[str, FileLedger]
    version: str = ""
    date_order: str = ""
    system: str = "OneRoster"
    profiles: Sequence[Profile] = ()
    _held: dict[str, pl.DataFrame] = field(default_factory=dict)

    def has(self, kind: str) -> bool:
        """Whether the set holds this file with at least one row."""
        return kind in self.tables and self.tables[kind].frame.height > 0

    def rows(
        self, kind: str, columns: Sequence[str], *, key: Collection[str] = ("sourcedid",)
    ) -> pl.DataFrame:
        """Return the usable rows of a file; one row is one row of the file, with its line.

        ``columns`` are folded headers; those the file lacks are null. Rows that are marked for deletion, lack their
        ``key`` or repeat an earlier one are written into the ledger and left out, once.
        """
        if kind not in self.tables:
            return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(columns, pl.String)})
        if kind not in self._held:
            self._held[kind] = _usable(kind, self.tables[kind], self.ledgers[kind], key)
        frame = self._held[kind]
        return frame.select(
            ROW,
            *[pl.col(c) if c in frame.columns else pl.lit(None, dtype=pl.String).alias(c) for c in columns],
        )

    def put_aside(self, kind: str, frame: pl.DataFrame, column: str, reason: str, what_to_do: str) -> None:
        """Write rows of a file into its ledger as set aside; ``column`` is a folded header of the frame."""
        if frame.height and kind in self.ledgers:
            values = frame[column] if column in frame.columns else None
            header = self.tables[kind].folded.get(column, column)
            self.ledgers[kind].put_aside(
                faults(frame[ROW], column=header, values=values, reason=reason, what_to_do=what_to_do)
            )

    def keep(
        self, kind: str, frame: pl.DataFrame, good: pl.Series, column: str, why: tuple[str, str]
    ) -> pl.DataFrame:
        """Return the rows that are good; the others are set aside. ``why`` is the reason and what to do."""
        fine = good.fill_null(value=False)
        if fine.all():
            return frame
        self.put_aside(kind, frame.filter(~fine), column, *why)
        return frame.filter(fine)

    def with_dates(
        self, kind: str, frame: pl.DataFrame, names: Mapping[str, str], *, may_be_empty: bool = False
    ) -> pl.DataFrame:
        """Return the rows with dates made of their texts; ``names`` gives our name for each folded header.

        A row whose date cannot be read is set aside, or, where it ``may_be_empty``, kept without the date; both are
        written into the ledger.
        """
        told = {order for column in names if (order := order_in(frame[column]))}
        order = told.pop() if len(told) == 1 else self.date_order
        for column, ours in names.items():
            header = self.tables[kind].folded.get(column, column) if kind in self.tables else column
            made = convert_dates(frame[column].rename(header), order=order)
            frame = frame.with_columns(made.values.alias(ours))
            for note in made.notes:
                self.ledgers[kind].note(*note)
            for fault in made.faults:
                bad = frame.filter(fault.where)
                found = faults(
                    bad[ROW],
                    column=header,
                    values=bad[column],
                    reason=fault.reason,
                    what_to_do=fault.what_to_do,
                )
                (self.ledgers[kind].leave_empty if may_be_empty else self.ledgers[kind].put_aside)(found)
            if made.faults and not may_be_empty:
                frame = frame.filter(pl.col(column).is_null() | pl.col(ours).is_not_null())
        return frame

    def note_all(self, level: str, message: str, what_to_do: str = "", kind: str = "") -> None:
        """Write a remark at one file of the set, or at the one that stands first."""
        ledger = self.ledgers.get(kind) or self.ledgers.get("manifest") or next(iter(self.ledgers.values()))
        ledger.note(level, message, what_to_do)  # type: ignore[arg-type]  # callers pass one of the four levels


def _usable(kind: str, table: TextTable, ledger: FileLedger, key: Collection[str]) -> pl.DataFrame:
    names = _renamed(kind, table)
    frame = table.frame.select(ROW, *[pl.col(old).alias(new) for new, old in names.items()])
    frame = frame.with_columns(trimmed(frame[name]).alias(name) for name in names)
    if "status" in names:
        deleted = (frame["status"].str.to_lowercase() == "tobedeleted").fill_null(value=False)
        frame = _without(
            frame,
            ledger,
            RowFault("status", deleted, "The row is marked for deletion.", "Nothing needs to be done."),
        )
    present = [column for column in key if column in names]
    needed = present
    if not present:
        present = [column for column in KEYS_WITHOUT_A_NUMBER.get(kind, ()) if column in names]
        needed = present[:2]
    for column in needed:
        reason = f"There is no {column} in this row."
        frame = _without(
            frame, ledger, RowFault(column, frame[column].is_null(), reason, "Put it right in the export.")
        )
    if kind == "users":
        frame = _united(frame, ledger)
    return _once(frame, present, ledger) if present else frame


_BY_SCHOOL = ("orgsourcedids", "primaryorgsourcedid")


def _united(frame: pl.DataFrame, ledger: FileLedger) -> pl.DataFrame:
    """Return people once who stand in users.csv once for each of their schools, with all these schools."""
    places = [name for name in _BY_SCHOOL if name in frame.columns]
    if not places or not frame["sourcedid"].is_duplicated().any():
        return frame
    others = [name for name in frame.columns if name not in (ROW, "sourcedid", "datelastmodified", *places)]
    alike = (pl.struct(others).n_unique().over("sourcedid") == 1) & (
        pl.struct(places).n_unique().over("sourcedid") > 1
    )
    several = frame.filter(alike)
    if not several.height:
        return frame
    joined = several.group_by("sourcedid", maintain_order=True).agg(
        pl.col(ROW).first().alias("__first"),
        *[
            pl.col(name).drop_nulls().unique(maintain_order=True).str.join(",").alias(f"__{name}")
            for name in places[:1]
        ],
    )
    ledger.note(
        "info",
        f"{joined.height:,} people stand in several rows, once for each school; each was taken in once, with all of these schools.",
    )
    held = frame.join(joined, on="sourcedid", how="left", maintain_order="left")
    held = held.filter(pl.col("__first").is_null() | (pl.col("__first") == pl.col(ROW)))
    return held.with_columns(pl.coalesce(f"__{places[0]}", places[0]).alias(places[0])).select(frame.columns)


def _renamed(kind: str, table: TextTable) -> dict[str, str]:
    """Return our folded name for each header of the file."""
    names = dict(table.folded)
    for ours, others in {**OTHER_SPELLINGS[""], **OTHER_SPELLINGS.get(kind, {})}.items():
        for other in others:
            if ours not in names and other in names:
                names[ours] = names.pop(other)
    return names


def _without(frame: pl.DataFrame, ledger: FileLedger, fault: RowFault) -> pl.DataFrame:
    if not fault.where.any():
        return frame
    out = frame.filter(fault.where)
    ledger.put_aside(
        faults(
            out[ROW],
            column=fault.column,
            values=out[fault.column],
            reason=fault.reason,
            what_to_do=fault.what_to_do,
        )
    )
    return frame.filter(~fault.where)


def _once(frame: pl.DataFrame, key: Sequence[str], ledger: FileLedger) -> pl.DataFrame:
    later = ~frame.select(pl.struct(key).is_first_distinct()).to_series()
    if not later.any():
        return frame
    values = [name for name in frame.columns if name not in (ROW, *key, "datelastmodified")]
    differ = frame.select(pl.struct(values).n_unique().over(key) > 1).to_series()
    said = frame.select(pl.format("line {} of this file", pl.col(ROW).first().over(key)).alias("said"))[
        "said"
    ]
    same = later & ~differ
    ledger.put_aside(faults(frame[ROW].filter(same), column=key[0], values=frame[key[0]].filter(same),
                            reason="The row says the same as " + said.filter(same) + ".",
                            what_to_do="Nothing needs to be done; it was kept once."))  # fmt: skip
    other = frame.filter(later & differ)
    if other.height:
        ledger.put_aside(faults(other[ROW], column=key[0], values=other[key[0]],
                                reason="With the same identifier " + said.filter(later & differ) + " says something else; the first one counts.",
                                what_to_do="Find out which row is right, and leave the other out of the export."))  # fmt: skip
        ledger.note(
            "warning",
            f"{counted(other.height, 'row contradicts', 'rows contradict')} an earlier row with the same identifier; the first one counts.",
        )
    return frame.filter(~later)
