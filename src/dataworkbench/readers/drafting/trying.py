"""A file looked into, and a draft tried on it: what would be kept, what set aside, and what the rows would look like."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from dataworkbench.errors import FileRefusedError, WorkbenchError, no_such
from dataworkbench.readers.assemble import read_files
from dataworkbench.readers.desk import Desk, Found, lay_out
from dataworkbench.readers.directory import Directory, directory_of
from dataworkbench.readers.drafting.draft import Draft
from dataworkbench.readers.drafting.meanings import Guide
from dataworkbench.readers.drafting.problems import parts_of, problems
from dataworkbench.readers.drafting.proposing import Around, propose
from dataworkbench.readers.drafting.teaching import taught_by
from dataworkbench.readers.drafting.writing import as_profile, set_apart
from dataworkbench.readers.ledger import Reading
from dataworkbench.readers.profiles import Profile, load_profiles
from dataworkbench.readers.recognise import VOCABULARY
from dataworkbench.workspace import Settings, shipped

MOST_REASONS: Final = 8
MOST_ROWS: Final = 5


@dataclass(frozen=True)
class Known:
    """What a district knows when a file is looked into: its settings, its own profiles, and its tables so far."""

    settings: Settings
    folders: tuple[Path, ...] = ()
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    roster_ids: Collection[str] = ()
    today: dt.date = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date())

    def profiles(self) -> list[Profile]:
        """Return the profiles that count here, the district's own first."""
        return load_profiles([*self.folders, shipped("templates") / "profiles"])

    def guide(self) -> Guide:
        """Return what tells the meaning of codes here."""
        return Guide(taught_by(self.profiles()), self.directory(), self.today)

    def directory(self) -> Directory:
        """Return who and what the district has."""
        return self._directory

    @cached_property
    def _directory(self) -> Directory:
        return directory_of(self.tables, roster_ids=self.roster_ids, current_year=self.settings.school_year)


@dataclass(frozen=True)
class Trial:
    """What a draft makes of its file.

    ``reasons`` are the most frequent reasons why rows are set aside: the reason, what to do, how many rows. ``first``
    holds the first rows of each table that comes out, and ``rows`` how many there are. ``taken_for`` is what the file
    would be known as.
    """

    read: int
    kept: int
    aside: int
    reasons: tuple[tuple[str, str, int], ...]
    notes: tuple[tuple[str, str, str], ...]
    first: Mapping[str, pl.DataFrame]
    rows: Mapping[str, int]
    taken_for: str


def look_into(path: Path, known: Known) -> list[Found]:
    """Return the tables of a file, with what each is known as: one for a plain file, one for each sheet or member.

    Of a large file of text only the first rows are read.
    """
    profiles = known.profiles()
    vocabulary = VOCABULARY | frozenset(name for profile in profiles for name in profile.vocabulary)
    desk = Desk(known.settings, profiles, known.today, vocabulary=vocabulary, only_look=True)
    lay_out(desk, [path])
    if not desk.found:
        said = [note.message for ledger in desk.ledgers for note in ledger.notes()]
        raise FileRefusedError(said[0] if said else f"There is no table in {path.name}.")
    return desk.found


def first_draft(path: Path, known: Known, *, kind: str = "", sheet: str = "") -> Draft:
    """Return the first draft for a file: for its sheet of that name, else for the first that nobody knows.

    Raises
    ------
    NoSuchNameError
        Where there is no such sheet, or no such kind of file.
    FileRefusedError
        Where the file cannot be read, or has no headers.

    """
    found = look_into(path, known)
    by_name = {one.table.name: one for one in found}
    if sheet and sheet not in by_name:
        raise no_such("table in this file", sheet, by_name)
    unknown = [one for one in found if not one.recognition.sure]
    one = by_name[sheet] if sheet else (unknown or found)[0]
    around = Around(
        known.profiles(),
        known.directory(),
        known.today,
        known.settings.school_year,
        known.settings.date_order,
    )
    draft = propose(one.table, around, kind)
    return replace(draft, notes=_said_of_file(one, found))


def _said_of_file(one: Found, found: Sequence[Found]) -> tuple[str, ...]:
    notes = []
    if one.recognition.profile is not None:
        notes.append(
            f"This file is known already, as '{one.recognition.profile.title}'. A profile made here will go before that one."
        )
    elif one.recognition.system:
        notes.append(
            f"This file is known already, as a part of {one.recognition.system}; it needs no profile."
        )
    if one.table.large is not None:
        notes.append(
            f"The file is large. What is proposed comes from its first {one.table.frame.height:,} rows; to try it reads all of them, which takes a while."
        )
    others = [other.table.name for other in found if other is not one]
    if others:
        notes.append(f"There is more in this file: {', '.join(others)}. Each needs a profile of its own.")
    return (*notes, *(note.message for note in one.table.notes))


def ready(draft: Draft, known: Known) -> Draft:
    """Return a draft that asks for what sets its file apart from those of other profiles."""
    return replace(draft, also=set_apart(draft, known.profiles()))


def trial(draft: Draft, path: Path, known: Known) -> Trial:
    """Return what a draft makes of its file; nothing is kept.

    Raises
    ------
    WorkbenchError
        Where something stands in the way of the draft.

    """
    in_the_way = problems(draft, known.today)
    if in_the_way:
        raise WorkbenchError(f"This cannot be tried yet. {in_the_way[0].sentence}")
    whole = ready(draft, known)
    with tempfile.TemporaryDirectory(prefix="dwb-try-") as place:
        (Path(place) / "draft.yaml").write_text(as_profile(whole), encoding="utf-8", newline="\n")
        reading = read_files(
            [path], settings=known.settings, profile_folders=[Path(place), *known.folders],
            roster_ids=known.roster_ids, known=known.tables, today=known.today,
        )  # fmt: skip
    return _trial_of(reading, draft.file, parts_of(whole))


def _trial_of(reading: Reading, file: str, parts: Sequence[str]) -> Trial:
    place = reading.files["file"].to_list().index(file)
    row = reading.files.row(place, named=True)
    aside = reading.set_aside.filter(pl.col("file") == file)
    counted = aside.group_by("reason", "what_to_do", maintain_order=True).len().sort("len", descending=True)
    notes = reading.notes.filter(pl.col("file") == file).select("level", "message", "what_to_do")
    frames = {name: _filled(reading.tables[name]) for name in parts if name in reading.tables}
    return Trial(
        int(row["rows_read"]), int(row["rows_kept"]), int(row["rows_set_aside"]),
        tuple(counted.head(MOST_REASONS).iter_rows()), tuple(notes.iter_rows()),
        {name: frame.head(MOST_ROWS) for name, frame in frames.items()},
        {name: frame.height for name, frame in frames.items()},
        str(row["recognised_as"] or ""),
    )  # fmt: skip


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows without the columns that are empty throughout, and without the lines they came from."""
    return frame.select(
        name
        for name in frame.columns
        if not name.startswith("__") and frame[name].null_count() < frame.height
    )
