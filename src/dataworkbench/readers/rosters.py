"""Rosters among the files, and the directory of whom the district has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from dataworkbench.readers.desk import Desk, Found
from dataworkbench.readers.directory import OWN_SPACE, Directory, directory_of
from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import FILE, ROW, FileLedger
from dataworkbench.readers.oneroster import Bundle, ById, Seen, choose_ids, open_bundle, read_roster
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import TABLES

_ROWS_LOOKED_AT: Final = 2_000


def read_rosters(desk: Desk) -> None:
    """Read the OneRoster and School Data Sync sets on the desk, all by the same choice of identifiers."""
    bundles = _bundles(desk)
    if bundles:
        by = choose_ids(bundles, _seen_ids(desk))
        before: dict[str, str] = {}
        for bundle in bundles:
            for year in _add_roster(desk, bundle, by):
                _warn_of_two(bundle, year, before)


def _bundles(desk: Desk) -> list[Bundle]:
    groups: dict[tuple[str, str], list[Found]] = {}
    for one in desk.found:
        if one.recognition.system:
            groups.setdefault((one.group, one.recognition.system), []).append(one)
    opened = []
    for (_, system), members in groups.items():
        tables: dict[str, TextTable] = {}
        ledgers: dict[str, FileLedger] = {}
        for one in sorted(members, key=_by_another_name):
            kind = one.recognition.kind
            if kind in tables:
                _refuse_second(one, kind, ledgers[kind])
                continue
            tables[kind], ledgers[kind] = one.table, one.ledger
        bundle = open_bundle(Bundle(
            members[0].ledger.given, tables, ledgers, date_order=desk.settings.date_order, system=system, profiles=desk.profiles
        ))  # fmt: skip
        if bundle is not None:
            opened.append(bundle)
    return opened


def _by_another_name(one: Found) -> bool:
    """Whether a file is not named as what it holds: of two files with the same headers the one so named counts."""
    return fold(one.table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]) != fold(one.recognition.kind)


def _refuse_second(one: Found, kind: str, first: FileLedger) -> None:
    one.ledger.rows_read = one.table.rows_read
    named = (
        f" By its headers this file holds {kind} too, whatever its name says."
        if _by_another_name(one)
        else ""
    )
    one.ledger.refuse(
        one.table.every_line,
        f"There is another {kind} file in this set ({first.file}).{named}",
        "Bring one set of files at a time.",
    )


def _warn_of_two(bundle: Bundle, year: str, before: dict[str, str]) -> None:
    if year in before:
        bundle.note_all("warning", f"There is another roster for {year} in this import ({before[year]}). Where the two differ, the later one counts.",
                        "Bring the newest roster of each school year only.")  # fmt: skip
    before[year] = bundle.label


def _add_roster(desk: Desk, bundle: Bundle, by: ById) -> tuple[str, ...]:
    """Add the tables of a roster, and return the school years that it is for."""
    roster = read_roster(bundle, by, current_year=desk.settings.school_year)
    none = pl.lit(None, dtype=pl.Int64)
    for name, frame in roster.tables.items():
        desk.frames.setdefault(name, []).append(frame.with_columns(none.alias(FILE), none.alias(ROW)))
    for name, frame in roster.also_known.items():
        desk.also_known.setdefault(name, []).append(frame)
    for kind, ledger in bundle.ledgers.items():
        ledger.tables |= {name for name in _TABLES_OF.get(kind, ()) if name in roster.tables}
    return roster.years


_TABLES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs": ("schools",), "users": ("students", "identities", "staff", "enrollments"), "roles": ("staff", "enrollments"),
    "demographics": ("students", "identities"), "userFlags": ("students",), "classes": ("sections",), "courses": ("sections",),
    "enrollments": ("enrollments", "section_enrollments"), "results": ("results",), "resultLearningObjectiveIds": ("results", "standards"),
    "lineItems": ("assessments",),
}  # fmt: skip


def _seen_ids(desk: Desk) -> Seen:
    """Return the identifiers that the other files hold in their first rows, and those of the last import."""
    found: dict[str, set[str]] = {"student_id": set(desk.roster_ids), "staff_id": set(), "school_id": set()}
    if "schools" in desk.known:
        found["school_id"] |= set(desk.known["schools"]["school_id"].to_list())
    for target, cells in _id_cells(desk):
        found["staff_id" if target == "observer_id" else target] |= set(cells.drop_nulls().to_list())
    return Seen(found["student_id"], found["staff_id"], found["school_id"])


def _id_cells(desk: Desk) -> Iterator[tuple[str, pl.Series]]:
    """Yield the first cells of each column that a profile takes for identifiers, with the name of our column."""
    for one in desk.found:
        profile = one.recognition.profile
        head = TextTable(one.table.name, one.table.frame.head(_ROWS_LOOKED_AT), 0)
        for part in profile.tables if profile else ():
            for name in {"student_id", "staff_id", "observer_id", "school_id"} & set(part.columns):
                for header in part.columns[name].column:
                    cells = head.column(header)
                    if cells is not None:
                        yield name, cells


def directory(desk: Desk, roster_ids: Collection[str]) -> Directory:
    """Return whom and what the district has, by the rosters read so far and by the last import.

    Where no roster was ever brought, the students are those whom other files speak of.
    """
    found = _by_rosters(desk, roster_ids)
    return replace(
        found,
        told_by=_who_told(desk, ("students", "enrollments"), "the roster"),
        matched_from=desk.settings.matched_from,
    )


def directory_of_facts(desk: Desk) -> Directory:
    """Return the students whom attendance, results and the like speak of, where nobody brought a roster."""
    facts = [
        name
        for name, table in TABLES.items()
        if OWN_SPACE in table.column_names and name not in ("students", "identities")
    ]
    found = pl.concat([pl.Series(OWN_SPACE, [], dtype=pl.String), *[
        frame[OWN_SPACE].unique().drop_nulls().cast(pl.String)
        for name in facts for frame in (*desk.frames.get(name, []), *([desk.known[name]] if name in desk.known else []))
    ]]).unique().sort()  # fmt: skip
    told_by = _who_told(desk, facts, "the other files")
    return replace(
        _by_rosters(desk, found.to_list()),
        told_by=told_by,
        is_roster=False,
        matched_from=desk.settings.matched_from,
    )


def _who_told(desk: Desk, tables: Sequence[str], what: str) -> str:
    """Return in words where the students stand: in which files of this import, or in the last one."""
    files = list(dict.fromkeys(ledger.given for ledger in desk.ledgers if ledger.tables & set(tables)))
    before = any(name in desk.known and desk.known[name].height for name in tables) or bool(desk.roster_ids)
    places = [*files[:2], *(["others"] if len(files) > 2 else []), *(["the last import"] if before else [])]
    return f"{what} ({' and '.join(places)})" if places else what


def _by_rosters(desk: Desk, roster_ids: Collection[str]) -> Directory:
    known = desk.known
    tables = {}
    for name in ("schools", "students", "identities", "staff", "enrollments", "sections"):
        columns = TABLES[name].column_names
        here = [frame.select(columns) for frame in desk.frames.get(name, []) if frame.height]
        before = [_as_declared(name, known[name])] if name in known and known[name].height else []
        if here or before:
            tables[name] = pl.concat([*here, *before])
    others = {name: pl.concat(frames) for name, frames in desk.also_known.items()}
    return directory_of(
        tables, roster_ids=roster_ids, also_known=others, current_year=desk.settings.school_year
    )


def _as_declared(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].polars_schema
    return frame.select(
        pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, dtype=kind).alias(column)
        for column, kind in schema.items()
    )
