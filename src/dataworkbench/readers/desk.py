"""What lies on the desk while an import is read: the files as tables of text, and what each of them is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.entrance import shown_name, why_not_opened
from dataworkbench.readers.headless import with_headers
from dataworkbench.readers.ledger import FileLedger
from dataworkbench.readers.never_kept import without_excerpts, without_what_is_never_kept
from dataworkbench.readers.oneroster.files import system_told_by
from dataworkbench.readers.profiles import Profile
from dataworkbench.readers.recognise import Recognition, recognise
from dataworkbench.readers.source import Part, is_passed_over, open_file, read_part
from dataworkbench.readers.texttable import TextTable
from dataworkbench.schemas import held_plainly
from dataworkbench.workspace import Settings


@dataclass
class Found:
    """One table of one file, with its ledger and what it was recognised as.

    ``emptied`` names the columns whose cells are never taken in, such as passwords.
    """

    table: TextTable
    ledger: FileLedger
    group: str
    recognition: Recognition = field(default_factory=Recognition)
    date_order: str = ""
    emptied: frozenset[str] = frozenset()


@dataclass
class Desk:
    """Everything on the table while an import is read.

    ``only_look`` is for whoever asks what a file is: of large files no more than the first rows are read.
    """

    settings: Settings
    profiles: list[Profile]
    today: dt.date
    ledgers: list[FileLedger] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    also_known: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    roster_ids: Collection[str] = ()
    known: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    vocabulary: frozenset[str] = frozenset()
    only_look: bool = False


def lay_out(desk: Desk, paths: Sequence[Path]) -> None:
    """Open all files, and lay their tables on the desk with what each of them is."""
    for path, label, group in _files_in(paths):
        _take_up(desk, path, label, group)
    _recognise_all(desk)


def _files_in(paths: Iterable[Path]) -> Iterable[tuple[Path, str, str]]:
    """Yield each file with the name that the ledger shows, and the folder that it came in."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            folder = shown_name(path.resolve().name)
            inside = sorted(one for one in path.rglob("*") if _is_one(one) and not one.name.startswith("."))
            for one in inside:
                yield one, f"{folder}/{shown_name(one.relative_to(path).as_posix())}", str(one.parent)
            if not inside:
                yield path, folder, str(path)
        else:
            yield path, shown_name(path.name), str(path.parent)


def _is_one(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _take_up(desk: Desk, path: Path, label: str, group: str) -> None:
    given, label = label.partition("/")[0], _free_label(desk, label)
    never = why_not_opened(path) or ("The folder is empty." if path.is_dir() else "")
    if never:
        desk.ledgers.append(_refused(label, given, "", never))
        return
    if is_passed_over(path.name) and path.exists():
        ledger = FileLedger(label, given=given)
        ledger.note("info", "Files of this kind hold no tables; it was passed over.")
        desk.ledgers.append(ledger)
        return
    try:
        opened = open_file(path, label, group, only_look=desk.only_look)
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
    if twin is None or not sha256:
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
        desk.ledgers.append(
            _refused(part.name, given, sha256, "There is no table in this file that can be seen.")
        )
    for table, emptied in map(without_what_is_never_kept, tables):
        ledger = FileLedger(table.name, given=given, sha256=sha256)
        desk.ledgers.append(ledger)
        desk.found.append(Found(table, ledger, part.group, emptied=emptied))


def _recognise_all(desk: Desk) -> None:
    groups: dict[str, list[TextTable]] = {}
    for one in desk.found:
        groups.setdefault(one.group, []).append(one.table)
    systems = {group: system_told_by(tables) for group, tables in groups.items()}
    for one in desk.found:
        one.recognition = recognise(one.table, desk.profiles, systems[one.group])
        profile = one.recognition.profile
        if profile is not None and profile.headers:
            one.table = with_headers(one.table, profile.headers)
    if not desk.only_look:
        _take_stock(desk)


def _take_stock(desk: Desk) -> None:
    """Read the whole of what is a part of a set of files, and set aside what nobody knows."""
    for one in desk.found:
        if one.table.large is not None and one.recognition.system:
            whole = take_whole(one, one.table.headers)
            one.table = replace(whole, frame=held_plainly(whole.frame))
        if not one.recognition.sure:
            _say_not_known(
                one,
                take_whole(one, one.table.headers[:1]),
                beside=any(
                    other.recognition.sure and other.ledger.sha256 == one.ledger.sha256
                    for other in desk.found
                ),
            )


def take_whole(one: Found, headers: Sequence[str]) -> TextTable:
    """Return all rows of a table; of a large file some of the columns, and no row where it turns out to be no table.

    What is never kept, such as a password, is told by the first rows, and not read from the others.
    """
    if one.table.large is None:
        return one.table
    try:
        whole = one.table.large.whole([header for header in headers if header not in one.emptied])
        bad = without_excerpts(whole.bad) if one.emptied else whole.bad
        return replace(whole, bad=bad, notes=tuple(dict.fromkeys((*whole.notes, *one.table.notes))))
    except FileRefusedError as refused:
        one.ledger.note("refused", str(refused))
        return replace(one.table, frame=one.table.frame.clear(), rows_read=0, large=None)


def _say_not_known(one: Found, table: TextTable, *, beside: bool) -> None:
    """Set every row of a file aside that nobody knows, with the question about it; ``table`` holds all of its rows.

    ``beside`` says that another sheet of the same workbook, or another file of the same zip, was known.
    """
    ledger, note = one.ledger, one.recognition.note
    ledger.rows_read = table.rows_read
    for remark in table.notes:
        ledger.note(*(remark._replace(level="info") if beside else remark))
    ledger.put_aside(table.bad)
    if note is not None:
        ledger.note("info" if beside else note.level, note.message, note.what_to_do)
        ledger.put_all_aside(table.lines, note.message, note.what_to_do)
