"""All files of an import read together: rosters first, because the others are matched against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.cells import Cells, date_order_in
from dataworkbench.readers.columns_used import headers_used
from dataworkbench.readers.convert import How
from dataworkbench.readers.desk import Desk, Found, lay_out, take_whole
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.federal_race import by_federal_rule
from dataworkbench.readers.filling import fill_gaps
from dataworkbench.readers.headers import fold
from dataworkbench.readers.headless import with_headers
from dataworkbench.readers.ledger import FILE, ROW, Reading, faults, finished
from dataworkbench.readers.listed_absences import say_what_is_unknown, with_listed_absences
from dataworkbench.readers.mapping import read_with_profile
from dataworkbench.readers.merging import PEOPLE_AND_PLACES, merge, with_lineage
from dataworkbench.readers.profiles import Profile, load_profiles
from dataworkbench.readers.recognise import VOCABULARY
from dataworkbench.readers.rosters import directory, directory_of_facts, read_rosters
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import held_plainly, is_large
from dataworkbench.workspace import Settings, shipped

MOST_IDLE: Final = 12
"""So many columns of which nothing is taken are named; a wide file has hundreds."""
_ONLY_STUDENTS: Final = 3
"""The last turn: files that only add to what is known of students."""


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
    desk = Desk(
        settings,
        profiles,
        today or dt.datetime.now(tz=dt.UTC).date(),
        vocabulary=vocabulary,
        roster_ids=roster_ids,
        known=known or {},
    )
    lay_out(desk, paths)
    read_rosters(desk)
    _read_others(desk)
    return _put_together(desk)


def _rank(one: Found) -> int:
    """Rosters by profile first, then classes, then what is matched against both, then what only adds to students."""
    profile = one.recognition.profile
    parts = {part.table: part for part in profile.tables} if profile else {}
    made = set(parts)
    if "enrollments" in made or ("schools" in made and "results" not in made):
        return 0
    if made == {"sections"} and "school_id" in parts["sections"].columns:
        return 1
    return _ONLY_STUDENTS if "students" in made and not made & {"results", "attendance"} else 2


def _read_others(desk: Desk) -> None:
    _find_date_orders(desk)
    waiting = [one for one in desk.found if one.recognition.profile is not None]
    for rank in range(_ONLY_STUDENTS + 1):
        now = [one for one in waiting if _rank(one) == rank]
        if not now:
            continue
        there = directory(desk, desk.roster_ids)
        if rank == _ONLY_STUDENTS and not there.knows_students:
            there = directory_of_facts(desk)
        for one in now:
            _read_one(desk, one, there)


def _read_one(desk: Desk, one: Found, there: Directory) -> None:
    profile = one.recognition.profile
    if profile is None:
        return
    ledger, table = one.ledger, _whole_of(one, profile)
    ledger.recognised_as = profile.title
    if profile.not_taken_because:
        _leave_out(one, table, profile.not_taken_because)
        return
    ledger.main_table = profile.tables[0].table
    ledger.keeps_retests = profile.keep_retests
    for note in table.notes:
        ledger.note(*note)
    how = _how(desk, replace(one, table=table), profile)
    if ledger.refused:
        return
    if not table.frame.height and not table.bad.height:
        ledger.note(
            "refused",
            "The file has headers and no rows. It was not taken in, so that it replaces nothing by nothing.",
            "Check the export; bring it with its rows.",
        )
        return
    try:
        made = read_with_profile(Cells(table, profile, how, there.current_year), ledger, there)
    except FileRefusedError as refused:
        ledger.rows_read = table.rows_read
        ledger.put_aside(table.bad)
        ledger.refuse(table.lines, str(refused), "")
        return
    _say_what_was_left(one, profile)
    place = desk.ledgers.index(ledger)
    for name, frame in _held_as_usual(made).items():
        desk.frames.setdefault(name, []).append(frame.with_columns(pl.lit(place, dtype=pl.Int64).alias(FILE)))
        if frame.height:
            ledger.tables.add(name)
    if "results" in made and made["results"].height:
        _add_assessments(desk, profile, made["results"])
    one.table = TextTable(table.name, table.frame.clear(), table.rows_read)


def _whole_of(one: Found, profile: Profile) -> TextTable:
    """Return all rows of a table, of a large file in the columns that its profile speaks of."""
    if one.table.large is None or not profile.headers:
        return take_whole(one, headers_used(profile, one.table.headers))
    whole = take_whole(one, [f"column {place}" for place in range(1, len(profile.headers) + 1)])
    return with_headers(whole, profile.headers)


def _held_as_usual(made: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables with people and places as plain text; only of what happened there are millions of rows.

    Where a file of what happened also tells of people, each thing that it says of them is kept once.
    """
    also_facts = any(name not in PEOPLE_AND_PLACES and frame.height for name, frame in made.items())
    return {
        name: held_plainly(_each_once(frame) if also_facts else frame) if name in PEOPLE_AND_PLACES and is_large(frame) else frame
        for name, frame in made.items()
    }  # fmt: skip


def _each_once(frame: pl.DataFrame) -> pl.DataFrame:
    said = [column for column in frame.columns if column != ROW]
    return frame.unique(said, keep="first", maintain_order=True)


def _leave_out(one: Found, table: TextTable, why: str) -> None:
    """Set the rows of a file aside that is known, and of which nothing belongs into our tables."""
    one.ledger.rows_read = table.rows_read
    one.ledger.put_aside(table.bad)
    nothing = "Nothing needs to be done."
    one.ledger.note("info", why, nothing)
    one.ledger.put_aside(faults(table.lines, column="", values=None, reason=why, what_to_do=nothing))


def _how(desk: Desk, one: Found, profile: Profile) -> How:
    """Return how the cells of a file are to be read.

    The order of day and month is as the profile says, else as the file tells, else as other files of its kind tell,
    else as the district says.
    """
    told = profile.dates or one.date_order or _order_in_large(desk, one, profile)
    if not told:
        told = _order_in_files_alike(desk, profile)
        if told:
            one.ledger.note("info", f"Dates were read with the {told}, as in the other files of this kind.")
    return replace(_plainly(desk, profile), date_order=told or desk.settings.date_order)


def _order_in_large(desk: Desk, one: Found, profile: Profile) -> str:
    """Return the order that all rows of a large file tell, of which only the first were looked at before."""
    cells = Cells(one.table, profile, _plainly(desk, profile))
    return date_order_in(cells) if cells.large else ""


def _plainly(desk: Desk, profile: Profile) -> How:
    return How(
        today=desk.today, day_numbers=profile.excel_day_numbers, numbers=profile.numbers,
        timezone=desk.settings.timezone, words=profile.words,
    )  # fmt: skip


def _find_date_orders(desk: Desk) -> None:
    """Look through the dates of all files before the first is read, so that one can tell for another."""
    for one in desk.found:
        profile = one.recognition.profile
        if profile is not None and not profile.dates:
            one.date_order = date_order_in(Cells(one.table, profile, _plainly(desk, profile)))


def _order_in_files_alike(desk: Desk, profile: Profile) -> str:
    orders = {one.date_order for one in desk.found if one.recognition.profile is profile} - {""}
    return orders.pop() if len(orders) == 1 else ""


def _say_what_was_left(one: Found, profile: Profile) -> None:
    never = {fold(name) for name in profile.never_taken}
    dropped = [name for name in one.table.headers if fold(name) in never and name not in one.emptied]
    if dropped:
        one.ledger.note(
            "info", f"Not taken in, because the workbench keeps none of these: {', '.join(dropped)}."
        )
    used = {*headers_used(profile, one.table.headers), *dropped, *one.emptied}
    idle = [name for name in one.table.headers if name not in used] if one.table.headed else []
    if idle:
        shown = ", ".join(idle[:MOST_IDLE]) + (
            f" and {len(idle) - MOST_IDLE} more" if len(idle) > MOST_IDLE else ""
        )
        said = "1 column" if len(idle) == 1 else f"{len(idle):,} columns"
        one.ledger.note(
            "info",
            f"Of the file's {len(one.table.headers):,} columns, nothing is taken from {said}: {shown}.",
        )


def _add_assessments(desk: Desk, profile: Profile, results: pl.DataFrame) -> None:
    """Add the assessments and levels that a profile brings, for the tests that the file holds."""
    given = set(results["assessment_id"].unique().to_list())
    named = {one.assessment_id for one in profile.assessments}
    tests = [one.model_dump() for one in profile.assessments if one.assessment_id in given]
    tests += [{"assessment_id": name, "title": name} for name in sorted(given - named)]
    levels = [
        {"assessment_id": one.assessment_id, "subject": one.subject, "grade_level": one.grade_level,
         "performance_level": one.level, "level_order": one.order, "proficient": one.proficient}
        for one in profile.levels if one.assessment_id in given
    ]  # fmt: skip
    for name, rows in (("assessments", tests), ("performance_levels", levels)):
        desk.frames.setdefault(name, []).append(pl.DataFrame(rows, schema=with_lineage(name)))


def _put_together(desk: Desk) -> Reading:
    frames = _own_levels_first(desk)
    tables, kept = merge(frames, desk.ledgers)
    tables = by_federal_rule(fill_gaps(tables, desk.known))
    say_what_is_unknown(tables, desk.known, desk.ledgers)
    tables = with_listed_absences(tables, desk.known)
    for ledger in desk.ledgers:
        if ledger.is_roster:
            kept[ledger.file] = ledger.rows_read - ledger.rows_set_aside
    return finished({name: frame for name, frame in tables.items() if frame.height}, desk.ledgers, kept)


def _own_levels_first(desk: Desk) -> dict[str, list[pl.DataFrame]]:
    """Return the frames without the levels of a profile where the district brought its own for that assessment."""
    levels = desk.frames.get("performance_levels", [])
    own = {name for frame in levels for name in frame.drop_nulls(FILE)["assessment_id"].to_list()}
    if "performance_levels" in desk.known:
        own |= set(desk.known["performance_levels"]["assessment_id"].cast(pl.String).to_list())
    if not own:
        return desk.frames
    brought = pl.col(FILE).is_not_null() | ~pl.col("assessment_id").is_in(list(own))
    return {**desk.frames, "performance_levels": [frame.filter(brought) for frame in levels]}
