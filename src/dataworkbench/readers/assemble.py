"""All files of an import read together: rosters first, because the others are matched against them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.cells import Cells, date_order_in
from dataworkbench.readers.convert import How
from dataworkbench.readers.directory import Directory, directory_of
from dataworkbench.readers.filling import fill_gaps
from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import FILE, ROW, FileLedger, Reading, faults, finished
from dataworkbench.readers.mapping import read_with_profile
from dataworkbench.readers.merging import merge
from dataworkbench.readers.oneroster import ById, Bundle, Seen, choose_ids, open_bundle, read_roster
from dataworkbench.readers.profiles import Profile, load_profiles
from dataworkbench.readers.recognise import VOCABULARY, Recognition, recognise
from dataworkbench.readers.source import Part, is_passed_over, open_file, read_part
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import Settings, shipped


@dataclass
class Found:
    """One table of one file, with its ledger and what it was recognised as."""

    table: TextTable
    ledger: FileLedger
    group: str
    recognition: Recognition = field(default_factory=Recognition)


@dataclass
class Desk:
    """Everything on the table while an import is read."""

    settings: Settings
    profiles: list[Profile]
    today: dt.date
    ledgers: list[FileLedger] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    also_known: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    vocabulary: frozenset[str] = frozenset()
    date_orders: dict[str, str] = field(default_factory=dict)


def read_files(
    paths: Sequence[Path],
    *,
    settings: Settings,
    profile_folders: Sequence[Path],
    roster_ids: Collection[str] = (),
    known: Mapping[str, pl.DataFrame] | None = None,
    today: dt.date | None = None,
) -> Reading:
    """Return what some files and folders hold, as canonical tables with a ledger; no file is left without an answer.

    One row of ``files`` is one file; for each of them ``rows_read`` is ``rows_kept`` plus ``rows_set_aside``.
    ``profile_folders`` go before the profiles that came with the workbench. ``roster_ids`` are the students of the
    last import, and ``known`` its tables (schools, students, identities, staff, enrollments, sections), so that files
    which come without a roster find their students. ``today`` stands in for the clock.
    """
    profiles = load_profiles([*profile_folders, shipped("templates") / "profiles"])
    vocabulary = VOCABULARY | frozenset(name for profile in profiles for name in profile.vocabulary)
    desk = Desk(settings, profiles, today or dt.datetime.now(tz=dt.UTC).date(), vocabulary=vocabulary)
    for path, label, group in _files_in(paths):
        _take_up(desk, path, label, group)
    _recognise_all(desk)
    _read_rosters(desk, roster_ids, known or {})
    _read_others(desk, roster_ids, known or {})
    return _put_together(desk, known or {})


def _files_in(paths: Iterable[Path]) -> Iterable[tuple[Path, str, str]]:
    """Yield each file with the name that the ledger shows, and the folder that it came in."""
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
            for one in inside:
                yield one, f"{path.name}/{one.relative_to(path).as_posix()}", str(one.parent)
        else:
            yield path, path.name, str(path.parent)


def _take_up(desk: Desk, path: Path, label: str, group: str) -> None:
    given, label = label.split("/")[0], _free_label(desk, label)
    if is_passed_over(path.name) and path.exists():
        ledger = FileLedger(label, given=given)
        ledger.note("info", "Files of this kind hold no tables; it was passed over.")
        desk.ledgers.append(ledger)
        return
    try:
        opened = open_file(path, label, group)
    except FileRefusedError as refused:
        desk.ledgers.append(_refused(label, given, "", str(refused)))
        return
    if _seen_before(desk, label, given, opened.sha256):
        return
    if not opened.parts:
        desk.ledgers.append(_refused(label, given, opened.sha256, *[note.message for note in opened.notes]))
    for part in opened.parts:
        _read_tables(desk, part, given, opened.sha256)
    if opened.parts and opened.notes:
        mine = [ledger for ledger in desk.ledgers if ledger.sha256 == opened.sha256]
        for note in opened.notes:
            mine[0].note(*note)


def _free_label(desk: Desk, label: str) -> str:
    taken = {ledger.file for ledger in desk.ledgers}
    n, free = 2, label
    while free in taken:
        free, n = f"{label} ({n})", n + 1
    return free


def _refused(label: str, given: str, sha256: str, *messages: str) -> FileLedger:
    ledger = FileLedger(label, given=given, sha256=sha256)
    for message in messages:
        ledger.note("refused", message)
    return ledger


def _seen_before(desk: Desk, label: str, given: str, sha256: str) -> bool:
    twin = next((ledger for ledger in desk.ledgers if ledger.sha256 == sha256), None)
    if twin is None:
        return False
    ledger = FileLedger(label, given=given, sha256=sha256)
    ledger.note("info", f"This file is the same, byte for byte, as {twin.given}; it was read once.")
    desk.ledgers.append(ledger)
    return True


def _read_tables(desk: Desk, part: Part, given: str, sha256: str) -> None:
    if is_passed_over(part.name.rsplit("/", 1)[-1]):
        ledger = FileLedger(part.name, given=given, sha256=sha256)
        ledger.note("info", "Files of this kind hold no tables; it was passed over.")
        desk.ledgers.append(ledger)
        return
    try:
        tables = read_part(part, desk.vocabulary)
    except FileRefusedError as refused:
        desk.ledgers.append(_refused(part.name, given, sha256, str(refused)))
        return
    if not tables:
        desk.ledgers.append(_refused(part.name, given, sha256, "There is no table in this file that can be seen."))
    for table in tables:
        ledger = FileLedger(table.name, given=given, sha256=sha256)
        desk.ledgers.append(ledger)
        desk.found.append(Found(table, ledger, part.group))


def _recognise_all(desk: Desk) -> None:
    names: dict[str, set[str]] = {}
    for one in desk.found:
        names.setdefault(one.group, set()).add(fold(one.table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]))
    for one in desk.found:
        one.recognition = recognise(one.table, desk.profiles, frozenset(names[one.group]))
        if one.recognition.sure:
            continue
        _say_not_known(one)


def _say_not_known(one: Found) -> None:
    """Set every row of a file aside that nobody knows, with the question about it."""
    ledger, table, note = one.ledger, one.table, one.recognition.note
    ledger.rows_read = table.rows_read
    for remark in table.notes:
        ledger.note(*remark)
    ledger.put_aside(table.bad)
    if note is not None:
        ledger.note(*note)
        ledger.put_aside(faults(table.lines, column="", values=None, reason=note.message, what_to_do=note.what_to_do))


def _read_rosters(desk: Desk, roster_ids: Collection[str], known: Mapping[str, pl.DataFrame]) -> None:
    bundles = _bundles(desk)
    if bundles:
        by = choose_ids(bundles, _seen_ids(desk, roster_ids, known))
        for bundle in bundles:
            _add_roster(desk, bundle, by)
    _name_other_systems(desk)


def _bundles(desk: Desk) -> list[Bundle]:
    groups: dict[str, list[Found]] = {}
    for one in desk.found:
        if one.recognition.system == "OneRoster":
            groups.setdefault(one.group, []).append(one)
    opened = []
    for members in groups.values():
        tables: dict[str, TextTable] = {}
        ledgers: dict[str, FileLedger] = {}
        for one in members:
            kind = one.recognition.kind
            if kind in tables:
                one.ledger.rows_read = one.table.rows_read
                one.ledger.refuse(one.table.every_line, f"There is another {kind} file in this set ({ledgers[kind].file}).", "Bring one set of files at a time.")
                continue
            tables[kind], ledgers[kind] = one.table, one.ledger
        bundle = open_bundle(members[0].ledger.given, tables, ledgers)
        if bundle is not None:
            opened.append(bundle)
    return opened


def _add_roster(desk: Desk, bundle: Bundle, by: ById) -> None:
    roster = read_roster(bundle, by, current_year=desk.settings.school_year)
    none = pl.lit(None, dtype=pl.Int64)
    for name, frame in roster.tables.items():
        desk.frames.setdefault(name, []).append(frame.with_columns(none.alias(FILE), none.alias(ROW)))
    for name, frame in roster.also_known.items():
        desk.also_known.setdefault(name, []).append(frame)
    for kind, ledger in bundle.ledgers.items():
        ledger.tables |= {name for name in _TABLES_OF.get(kind, ()) if name in roster.tables}


_TABLES_OF: Mapping[str, tuple[str, ...]] = {
    "orgs": ("schools",), "users": ("students", "identities", "staff", "enrollments"), "roles": ("staff", "enrollments"),
    "demographics": ("students", "identities"), "classes": ("sections",), "courses": ("sections",),
    "enrollments": ("enrollments", "section_enrollments"), "results": ("results",), "resultLearningObjectiveIds": ("results", "standards"),
    "lineItems": ("assessments",),
}  # fmt: skip


def _seen_ids(desk: Desk, roster_ids: Collection[str], known: Mapping[str, pl.DataFrame]) -> Seen:
    """Return the identifiers that the other files hold, from their first rows."""
    students, staff, schools = set(roster_ids), set[str](), set[str]()
    if "schools" in known:
        schools |= set(known["schools"]["school_id"].to_list())
    for one in desk.found:
        profile = one.recognition.profile
        for part in profile.tables if profile else ():
            for name, rule in part.columns.items():
                target = {"student_id": students, "staff_id": staff, "observer_id": staff, "school_id": schools}.get(name)
                cells = next((c for header in rule.column if (c := one.table.column(header)) is not None), None)
                if target is not None and cells is not None:
                    target |= set(cells.head(2_000).drop_nulls().to_list())
    return Seen(students, staff, schools)


def _name_other_systems(desk: Desk) -> None:
    for one in desk.found:
        system = one.recognition.system
        if system and system != "OneRoster":
            one.ledger.recognised_as = f"{system}, {one.recognition.kind}"
            one.ledger.rows_read = one.table.rows_read
            one.ledger.put_aside(one.table.bad)
            one.ledger.refuse(one.table.lines, f"This is a file of {system}, which the workbench knows by name but does not read yet.",
                              "Ask for the same roster as OneRoster 1.1 or 1.2 (CSV); every system that writes this one can write that.")  # fmt: skip


def _directory(desk: Desk, roster_ids: Collection[str], known: Mapping[str, pl.DataFrame]) -> Directory:
    tables = {}
    for name in ("schools", "students", "identities", "staff", "enrollments", "sections"):
        columns = TABLES[name].column_names
        here = [frame.select(columns) for frame in desk.frames.get(name, []) if frame.height]
        before = [_as_declared(name, known[name])] if name in known and known[name].height else []
        if here or before:
            tables[name] = pl.concat([*here, *before])
    others = {name: pl.concat(frames) for name, frames in desk.also_known.items()}
    return directory_of(tables, roster_ids=roster_ids, also_known=others, current_year=desk.settings.school_year)


def _as_declared(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].polars_schema
    return frame.select(pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, dtype=kind).alias(column) for column, kind in schema.items())


def _rank(one: Found) -> int:
    """Rosters by profile first, then what is matched against them, then what only adds to students."""
    profile = one.recognition.profile
    made = {part.table for part in profile.tables} if profile else set()
    if "enrollments" in made or "schools" in made and "results" not in made:
        return 0
    return 2 if "students" in made and not made & {"results", "attendance"} else 1


def _read_others(desk: Desk, roster_ids: Collection[str], known: Mapping[str, pl.DataFrame]) -> None:
    waiting = [one for one in desk.found if one.recognition.profile is not None]
    for rank in (0, 1, 2):
        directory = _directory(desk, roster_ids, known)
        if rank == 2 and not directory.knows_students:
            directory = _directory(desk, _students_in_facts(desk), known)
        for one in (found for found in waiting if _rank(found) == rank):
            _read_one(desk, one, directory)


def _students_in_facts(desk: Desk) -> set[str]:
    found: set[str] = set()
    for name, frames in desk.frames.items():
        if "student_id" in TABLES[name].column_names and name not in ("students", "identities"):
            for frame in frames:
                found |= set(frame["student_id"].drop_nulls().unique().to_list())
    return found


def _read_one(desk: Desk, one: Found, directory: Directory) -> None:
    profile = one.recognition.profile
    if profile is None:
        return
    ledger, table = one.ledger, one.table
    ledger.recognised_as = profile.title
    ledger.main_table = profile.tables[0].table
    ledger.keeps_retests = profile.keep_retests
    for note in table.notes:
        ledger.note(*note)
    how = _how(desk, one, profile)
    if not table.frame.height and not table.bad.height:
        ledger.note("refused", "The file has headers and no rows. It was not taken in, so that it replaces nothing by nothing.", "Check the export; bring it with its rows.")
        return
    try:
        made = read_with_profile(Cells(table, profile, how, directory.current_year), ledger, directory)
    except FileRefusedError as refused:
        ledger.rows_read = table.rows_read
        ledger.put_aside(table.bad)
        ledger.refuse(table.lines, str(refused), "")
        return
    _say_what_was_left(one, profile)
    place = desk.ledgers.index(ledger)
    for name, frame in made.items():
        desk.frames.setdefault(name, []).append(frame.with_columns(pl.lit(place, dtype=pl.Int64).alias(FILE)))
        if frame.height:
            ledger.tables.add(name)
    if "results" in made and made["results"].height:
        _add_assessments(desk, profile, made["results"])
    one.table = TextTable(table.name, table.frame.clear(), table.rows_read)


def _how(desk: Desk, one: Found, profile: Profile) -> How:
    """Return how the cells of a file are to be read: as the profile says, as the file itself tells, as the district says."""
    plain = How(
        today=desk.today, day_numbers=profile.excel_day_numbers, numbers=profile.numbers, timezone=desk.settings.timezone, words=profile.words,
    )  # fmt: skip
    told = profile.dates or date_order_in(Cells(one.table, profile, plain)) or desk.settings.date_order
    if not told:
        told = _order_in_files_alike(desk, profile, plain)
        if told:
            one.ledger.note("info", f"Dates were read with the {told}, as in the other files of this kind.")
    return replace(plain, date_order=told)


def _order_in_files_alike(desk: Desk, profile: Profile, how: How) -> str:
    if profile.name not in desk.date_orders:
        alike = [one.table for one in desk.found if one.recognition.profile is profile]
        orders = {order for table in alike if (order := date_order_in(Cells(table, profile, how)))}
        desk.date_orders[profile.name] = orders.pop() if len(orders) == 1 else ""
    return desk.date_orders[profile.name]


def _say_what_was_left(one: Found, profile: Profile) -> None:
    never = {fold(name) for name in profile.never_taken}
    dropped = [name for name in one.table.headers if fold(name) in never]
    if dropped:
        one.ledger.note("info", f"Not taken in, because the workbench keeps none of these: {', '.join(dropped)}.")


def _add_assessments(desk: Desk, profile: Profile, results: pl.DataFrame) -> None:
    """Add the assessments and levels that a profile brings, for the tests that the file holds."""
    given = set(results["assessment_id"].unique().to_list())
    none = {FILE: None, ROW: None}
    tests = [{**one.model_dump(), **none} for one in profile.assessments if one.assessment_id in given]
    tests += [{"assessment_id": name, "title": name, **none} for name in sorted(given - {one.assessment_id for one in profile.assessments})]
    levels = [
        {"assessment_id": one.assessment_id, "subject": one.subject, "grade_level": one.grade_level, "performance_level": one.level,
         "level_order": one.order, "proficient": one.proficient, **none}
        for one in profile.levels if one.assessment_id in given
    ]  # fmt: skip
    for name, rows in (("assessments", tests), ("performance_levels", levels)):
        schema = {FILE: pl.Int64, ROW: pl.Int64, **TABLES[name].polars_schema}
        desk.frames.setdefault(name, []).append(pl.DataFrame(rows, schema=schema))


def _put_together(desk: Desk, known: Mapping[str, pl.DataFrame]) -> Reading:
    frames = _own_levels_first(desk.frames)
    tables, kept = merge(frames, desk.ledgers)
    tables = fill_gaps(tables, known)
    for place, ledger in enumerate(desk.ledgers):
        if ledger.recognised_as.startswith("OneRoster"):
            kept[ledger.file] = ledger.rows_read - ledger.set_aside().height
        del place
    return finished({name: frame for name, frame in tables.items() if frame.height}, desk.ledgers, kept)


def _own_levels_first(frames: dict[str, list[pl.DataFrame]]) -> dict[str, list[pl.DataFrame]]:
    """Return the frames without the levels of a profile where the district brought its own for that assessment."""
    levels = frames.get("performance_levels", [])
    own = {name for frame in levels for name in frame.drop_nulls(FILE)["assessment_id"].to_list()}
    if not own:
        return frames
    kept = [frame.filter(pl.col(FILE).is_not_null() | ~pl.col("assessment_id").is_in(list(own))) for frame in levels]
    return {**frames, "performance_levels": kept}


def fingerprint(path: Path) -> str:
    """Return the hash of a file's content, by which the ledger names it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
