"""Identifiers: which column of a file fits the roster, how well, and who is not in the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import polars as pl

from dataworkbench.readers.converted import Fault, examples, look_up, written_like
from dataworkbench.readers.directory import OWN_SPACE, Directory
from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import MATCHING_SCHEMA, Note

FEWEST_TO_JUDGE: Final = 5
"""A file with fewer different students than this is not refused as a whole: its rows are set aside one by one."""
MOST_SCHOOLS: Final = 3
HARDLY_ANY: Final = 0.05
FEWEST_TO_JUDGE_OTHER_YEARS: Final = 20

_SPACE_NAMES: Final[Mapping[str, str]] = {
    "local_number": "the other number in the roster",
    "state_student_id": "the state's number",
    "sourcedId": "the roster's internal number",
    "identifier": "the roster's identifier",
}
_TRIED: Final = {name: kind for name, kind in MATCHING_SCHEMA.items() if name != "file"}


@dataclass(frozen=True)
class Match:
    """How one column of a file fits the roster.

    ``ids`` are our identifiers where the roster knows the number, and the file's own text elsewhere; ``known`` says
    which; ``of_several`` says which numbers several students share. ``rate`` is the share of different numbers that the roster knows. ``tried`` tells how every column fits every
    number that students are known by; one row is one such pair.
    """

    column: str
    space: str
    rate: float
    ids: pl.Series
    known: pl.Series
    of_several: pl.Series
    notes: tuple[Note, ...] = ()
    tried: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_TRIED))


def match_students(columns: Mapping[str, pl.Series], directory: Directory) -> Match:
    """Return the best of some columns as students' identifiers; without a roster it is the first."""
    first = next(iter(columns))
    if not directory.knows_students:
        values = columns[first]
        return Match(
            first, OWN_SPACE, 1.0, values, values.is_not_null(), values.is_null() & False
        )  # a mask of the same length
    spaces = {name[0]: frame for name, frame in directory.students.group_by(["space"], maintain_order=True)}
    tried = [
        _compared(values.rename(header), str(space), frame)
        for header, values in columns.items()
        for space, frame in spaces.items()
    ]
    best = max(tried, key=lambda one: _how_well(one, list(columns)))
    header, space, rate = best.column, best.space, best.rate
    match = _matched(columns[header].rename(header), space, rate, spaces[space], directory)
    match = replace(match, tried=_as_table(tried, best, directory))
    if header == first or rate < directory.matched_from:
        return match
    note = Note("info", f"Of the columns with identifiers, '{header}' fits the roster best ({rate:.0%}).")
    return replace(match, notes=(*match.notes, note))


class _Pair(NamedTuple):
    """One column of a file compared with one of the numbers that students are known by."""

    column: str
    space: str
    tried: int
    matched: int

    @property
    def rate(self) -> float:
        return self.matched / self.tried if self.tried else 0.0


def _compared(values: pl.Series, space: str, book: pl.DataFrame) -> _Pair:
    distinct = values.drop_nulls().unique()
    return _Pair(values.name, space, distinct.len(), int(distinct.is_in(book["known"].implode()).sum()))


def _how_well(pair: _Pair, asked: Sequence[str]) -> tuple[float, bool, int, str]:
    """Return by what the best pair is chosen: the rate, then our own number, then the order in which the profile asks."""
    return (round(pair.rate, 3), pair.space == OWN_SPACE, -asked.index(pair.column), pair.space)


def _as_table(pairs: Sequence[_Pair], best: _Pair, directory: Directory) -> pl.DataFrame:
    rows = [
        {"column": one.column, "compared_with": directory.told_by, "number": one.space, "tried": one.tried, "matched": one.matched,
         "rate": one.rate, "chosen": one == best}
        for one in pairs
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_TRIED)


def _matched(values: pl.Series, space: str, rate: float, book: pl.DataFrame, directory: Directory) -> Match:
    own = look_up(values, book["known"], book["id"])
    known = own.is_not_null()
    header = values.name
    notes = _padding_question(values, known, book)
    if space != OWN_SPACE and rate >= directory.matched_from:
        said = _SPACE_NAMES.get(space, space)
        notes = (
            Note("info", f"'{header}' holds {said}; students were found by it in {rate:.0%} of cases."),
            *notes,
        )
    ids = own.zip_with(known, values) if not known.all() else own
    shared = directory.shared.filter(pl.col("space") == space)["known"]
    of_several = values.is_in(shared.implode()).fill_null(value=False)
    return Match(header, space, rate, ids.rename(header), known, of_several, notes)


def _padding_question(values: pl.Series, known: pl.Series, book: pl.DataFrame) -> tuple[Note, ...]:
    """Ask whether zeros were lost, where unknown numbers would be known with zeros in front."""
    lost = values.filter(~known & values.is_not_null()).unique()
    figures = lost.filter(lost.str.contains(r"^\d+$"))
    width = book["known"].filter(book["known"].str.contains(r"^\d+$")).str.len_chars().max()
    if not figures.len() or not isinstance(width, int):
        return ()
    would = int(figures.str.zfill(width).is_in(book["known"].implode()).sum())
    if not would:
        return ()
    return (
        Note(
            "question",
            f"Of the identifiers in '{values.name}', {would:,} such as {examples(figures, 2)} {'is' if would == 1 else 'are'} not in the roster, but would be with zeros "
            f"in front up to {width} figures. A spreadsheet may have taken the zeros away. Were they lost?",
            f"Export the column as text; or, if you are sure, write `pad_to: {width}` at this column in the profile.",
        ),
    )


def unmatched_students(match: Match, years: pl.Series | None, directory: Directory) -> pl.Series:
    """Return which rows name a student whom the roster should know and does not.

    Rows of a school year that the roster does not cover are not judged, nor is any row where there is no roster.
    """
    unknown = ~match.known & match.ids.is_not_null()
    if not directory.knows_students or not directory.is_roster:
        return unknown & False  # a mask of the same length
    if directory.years is None or years is None:
        return unknown
    covered = years.is_in(list(directory.years)).fill_null(value=True)
    return unknown & covered


def too_few_matched(match: Match, years: pl.Series | None, directory: Directory) -> tuple[str, str] | None:
    """Return why a file as a whole is refused and what to do, or None where it is not.

    In school years that the roster covers the share of students that the district asks for must be known (half, where
    it says nothing). In other years students may have left since; there a file is refused only where hardly anybody is
    known, so that the numbers must be others. Where there is no roster, the file and the other files may each speak of
    some students only; the share is then one of the smaller of the two.
    """
    named = match.ids.is_not_null()
    covered = named
    if years is not None and directory.years is not None:
        covered = named & years.is_in(list(directory.years)).fill_null(value=True)
    for judged, share, fewest in (
        (covered, directory.matched_from, FEWEST_TO_JUDGE),
        (named, min(HARDLY_ANY, directory.matched_from), FEWEST_TO_JUDGE_OTHER_YEARS),
    ):
        everyone = match.ids.filter(judged).n_unique()
        found = everyone - match.ids.filter(judged & ~match.known).n_unique()
        could = everyone if directory.is_roster else min(everyone, directory.students["id"].n_unique())
        if could >= fewest and found < share * could:
            return _different_numbers(match, directory, found, everyone, share), _about_numbers(share)
    return None


def _different_numbers(match: Match, directory: Directory, found: int, everyone: int, share: float) -> str:
    theirs = examples(match.ids.filter(~match.known), 2)
    ours = directory.students["id"].unique().sort()
    return (
        f"Only {found:,} of {everyone:,} students in this file ({found / everyone:.0%}) are known; at least {share:.0%} must be. "
        f"'{match.column}' was compared with the {ours.n_unique():,} students of {directory.told_by}. It holds {theirs}, while "
        f"there numbers are written like '{written_like(ours[0])}' (9 for any figure, a for any letter). These are different numbers for the same people, or different people."
    )


def _about_numbers(share: float) -> str:
    return (
        "Export the file with the number that is used there, or bring a roster that holds both numbers. If they are the same numbers, and "
        f"so few are meant to be known, write a smaller share than matched_from = {share:g} into workbench.toml."
    )


def shared_number_fault(shared: pl.Series) -> Fault:
    """Return the fault of rows whose number the roster gives to several students."""
    return Fault(
        shared,
        "This number belongs to several students of the roster, so nobody can tell which is meant.",
        "Ask for the export with a number that each student has alone; or put the roster right where it comes from.",
    )


def orphan_fault(unmatched: pl.Series) -> Fault:
    """Return the fault of rows whose student the roster does not know."""
    return Fault(
        unmatched,
        "The student is not in the roster.",
        "Bring a roster with this student; the row is taken in when the files are imported again.",
    )


def find_schools(values: pl.Series, directory: Directory) -> tuple[pl.Series, pl.Series]:
    """Return our identifiers of schools, and which rows name a school that nobody knows.

    Schools are found by identifier or by their exact name (case and spaces apart), never by likeness.
    """
    distinct = values.drop_nulls().unique()
    if not directory.knows_schools:
        return values, values.is_null() & False  # a mask of the same length
    found = pl.Series([directory.schools.get(fold(name)) for name in distinct.to_list()], dtype=pl.String)
    own = look_up(values, distinct, found)
    return own, values.is_not_null() & own.is_null()


def school_question(values: pl.Series, unknown: pl.Series, directory: Directory) -> Note:
    """Return the question about schools that nobody knows."""
    schools = list(directory.school_names.items())
    there = ", ".join(f"{name} ({own})" for own, name in schools[:MOST_SCHOOLS])
    there += f" and {len(schools) - MOST_SCHOOLS:,} more" if len(schools) > MOST_SCHOOLS else ""
    return Note(
        "question",
        f"'{values.name}' names schools that the roster does not: {examples(values.filter(unknown))}. The roster has: {there}. Which are they?",
        "Write the answer under `values` of school_id in the profile of this file, and import again.",
    )


def names_among_numbers(values: pl.Series) -> tuple[Note, ...]:
    """Ask about schools that are named in some rows and numbered in others."""
    distinct = values.drop_nulls().unique()
    numbers = distinct.filter(distinct.str.contains(r"^\d+$"))
    names = distinct.filter(distinct.str.contains(r"[A-Za-z]") & distinct.str.contains(r"[\s.]"))
    if not numbers.len() or not names.len():
        return ()
    return (
        Note(
            "question",
            f"'{values.name}' holds numbers such as {examples(numbers, 2)} and names such as {examples(names, 2)}. Which number is meant by each name?",
            "Write the answer under `values` of school_id in the profile of this file, and import again. Until then they are different schools.",
        ),
    )


def find_staff(values: pl.Series, directory: Directory) -> pl.Series:
    """Return our identifiers of staff where the directory knows another number of theirs; the file's text elsewhere."""
    if not directory.staff.height:
        return values
    own = look_up(values, *_once(directory.staff))
    return own.zip_with(own.is_not_null(), values)


def _once(book: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    once = book.unique("known", keep="first", maintain_order=True)
    return once["known"], once["id"]


def width_note(values: pl.Series) -> tuple[Note, ...]:
    """Remark on identifiers of figures only that are not equally long, as when zeros in front were lost."""
    distinct = values.drop_nulls().unique()
    figures = distinct.filter(distinct.str.contains(r"^\d+$"))
    if figures.len() < 2:
        return ()
    lengths = figures.str.len_chars()
    zeros = figures.str.starts_with("0").any()
    if lengths.n_unique() == 1 or not zeros:
        return ()
    width = max(lengths.to_list())
    short = figures.filter(lengths < width)
    return (
        Note(
            "warning",
            f"Identifiers in '{values.name}' are not equally long: {examples(short, 3)} are shorter than {width} figures. "
            "A spreadsheet may have taken zeros away from the front.",
            "Export the column as text. Nothing was padded.",
        ),
    )
