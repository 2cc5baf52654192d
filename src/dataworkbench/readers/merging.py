"""Rows of all files put together: said twice counts once, said differently is set aside, gaps are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dataworkbench.readers.ledger import FILE, INTO, ROW, FileLedger, counted, faults, place_of
from dataworkbench.readers.twins import outvoted, with_the_earlier_row, with_the_other_row
from dataworkbench.schemas import LARGE, TABLES, doubled, held_alike, held_as, held_plainly, is_large
from dataworkbench.terms import NOT_REPORTED, NOT_SELECTED

DIMENSIONS: Final = frozenset(
    {
        "schools",
        "students",
        "identities",
        "staff",
        "sections",
        "assessments",
        "performance_levels",
        "standards",
        "surveys",
        "survey_items",
    }
)
"""Tables that several files may each know a part of: their rows complete one another."""
PEOPLE_AND_PLACES: Final = DIMENSIONS | {"enrollments"}
"""Tables that are never so large that each text has to be held once."""
_LINEAGE: Final = (FILE, ROW)


def merge(
    frames: Mapping[str, Sequence[pl.DataFrame]], ledgers: Sequence[FileLedger]
) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """Return the canonical tables and, for each file, how many of its rows are in them.

    Each frame holds the columns of its table and the lineage columns; rows without lineage come from a roster,
    which has kept its own ledger.
    """
    together = {name: _one_frame(name, some) for name, some in frames.items()}
    doubled_rows = {name: doubled(frame, TABLES[name].key) for name, frame in together.items()}
    spoiled = pl.concat(
        [
            _conflicts(name, held_plainly(frame.filter(doubled_rows[name])), ledgers)
            for name, frame in together.items()
        ]
        or [_no_rows()]
    ).unique()
    if spoiled.height:
        together = {
            name: frame.join(spoiled, on=_LINEAGE, how="anti", maintain_order="left")
            for name, frame in together.items()
        }
        doubled_rows = {name: doubled(frame, TABLES[name].key) for name, frame in together.items()}
    if "enrollments" in together:
        _ask_about_two_schools(together["enrollments"], ledgers)
    settled = {name: _settled(name, frame, doubled_rows[name], ledgers) for name, frame in together.items()}
    gone = _repeated_rows(together, doubled_rows, settled)
    _write_down_repeated(with_the_earlier_row(gone, together, ledgers), ledgers)
    counts = _rows_of_files(together, gone)
    _follow_the_joined(pl.concat([spoiled, gone]), counts, ledgers)
    tables = {name: frame.select(TABLES[name].column_names) for name, frame in settled.items()}
    return tables, {ledger.file: counts.get(place, 0) for place, ledger in enumerate(ledgers)}


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema={FILE: pl.Int64, ROW: pl.Int64})


def with_lineage(name: str) -> dict[str, type[pl.DataType]]:
    """Return the columns of a table with those of the lineage before them."""
    return {FILE: pl.Int64, ROW: pl.Int64, **TABLES[name].polars_schema}


def _one_frame(name: str, some: Sequence[pl.DataFrame]) -> pl.DataFrame:
    schema = with_lineage(name)
    if any(is_large(frame) for frame in some) or sum(frame.height for frame in some) >= LARGE:
        held = [
            frame.select(held_as(frame, column, kind) for column, kind in schema.items()) for frame in some
        ]
        return pl.concat(held, how="vertical_relaxed")
    typed = [frame.select(pl.col(column).cast(kind) for column, kind in schema.items()) for frame in some]
    return pl.concat([pl.DataFrame(schema=schema), *typed])


def _conflicts(name: str, doubled: pl.DataFrame, ledgers: Sequence[FileLedger]) -> pl.DataFrame:
    """Write down the rows that contradict another one; return their lineage."""
    key = list(TABLES[name].key)
    doubled = doubled.drop_nulls(FILE).filter(~_is_retest(name, ledgers))
    group = key
    if name in DIMENSIONS:
        main = [place for place, ledger in enumerate(ledgers) if ledger.main_table == name]
        doubled = doubled.filter(pl.col(FILE).is_in(main))
        group = [FILE, *key]
    if not doubled.height:
        return _no_rows()
    values = [column for column in TABLES[name].column_names if column not in key]
    differ = doubled.filter(pl.struct(values).n_unique().over(group) > 1) if values else doubled.clear()
    differ = with_the_other_row(differ, group, key, values, ledgers)
    for (place,), part in differ.group_by([FILE]):
        shown = part.select(
            pl.concat_str(pl.col(key).cast(pl.String).fill_null("none"), separator=" · ")
        ).to_series()
        ledgers[place_of(place)].put_aside(
            faults(
                part[ROW],
                column=", ".join(key),
                values=shown,
                reason=part["said"],
                what_to_do="Find out which row is right and leave the other one out.",
            )
        )
    return differ.select(_LINEAGE)


def _ask_about_two_schools(stays: pl.DataFrame, ledgers: Sequence[FileLedger]) -> None:
    undated = stays.filter(pl.col("entry_date").is_null()).drop_nulls(FILE)
    several = undated.filter(pl.col("school_id").n_unique().over("student_id", "school_year") > 1)
    for (place,), part in several.group_by([FILE]):
        ids = part["student_id"].unique().sort()
        ledgers[place_of(place)].note(
            "question",
            f"{counted(ids.len(), 'student stands', 'students stand')} in two schools without dates: {', '.join(ids.head(5).to_list())}. Are they in both?",
            "Leave the wrong row out, or bring entry and exit dates. Until then they count in both schools.",
        )


def _is_retest(name: str, ledgers: Sequence[FileLedger]) -> pl.Expr:
    """Whether a row comes from a file in which two rows may be of the same student on the same day."""
    places = (
        [place for place, ledger in enumerate(ledgers) if ledger.keeps_retests] if name == "results" else []
    )
    return pl.col(FILE).is_in(places)


def _settled(
    name: str, frame: pl.DataFrame, doubled: pl.Series, ledgers: Sequence[FileLedger]
) -> pl.DataFrame:
    """Return a table in which what several rows say of one thing is said once."""
    if not doubled.any():
        return frame
    once, several = frame.filter(~doubled), frame.filter(doubled)
    if name not in DIMENSIONS:
        return pl.concat([once, held_alike(_facts_once(name, held_plainly(several)), once)])
    different = several.unique(TABLES[name].column_names, keep="first", maintain_order=True)
    _note_differences(name, different, ledgers)
    return pl.concat([once, _completed(name, different)])


def _facts_once(name: str, doubled: pl.DataFrame) -> pl.DataFrame:
    """Return rows that say the same once; of rosters that say different things the one that came last counts."""
    key = list(TABLES[name].key)
    rosters = doubled.filter(pl.col(FILE).is_null()).unique(key, keep="last", maintain_order=True)
    others = doubled.drop_nulls(FILE).join(
        rosters.select(key), on=key, how="anti", nulls_equal=True, maintain_order="left"
    )
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
    made = ordered.group_by(table.key, maintain_order=True).agg(
        pl.col(FILE).first(), pl.col(ROW).first(), *said
    )
    return made.select(frame.columns)


_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "students": ("student", "students"), "identities": ("student", "students"), "schools": ("school", "schools"),
    "staff": ("member of staff", "members of staff"), "sections": ("class", "classes"),
    "assessments": ("test", "tests"), "standards": ("standard", "standards"),
}  # fmt: skip
"""What one row of a table is called, and several."""


def _note_differences(name: str, doubled: pl.DataFrame, ledgers: Sequence[FileLedger]) -> None:
    key = list(TABLES[name].key)
    told: dict[int, list[str]] = {}
    for column in TABLES[name].columns:
        if column.name in key:
            continue
        held = doubled.drop_nulls(column.name).filter(
            ~pl.col(column.name).cast(pl.String).is_in([NOT_SELECTED, NOT_REPORTED])
        )
        differ = held.filter(pl.col(column.name).n_unique().over(key) > 1)
        for (place,), part in outvoted(differ, column.name, key, ledgers).group_by([FILE]):
            ledgers[place_of(place)].leave_empty(
                faults(part[ROW], column=column.name, values=part["value"], reason=part["said"],
                       what_to_do="Find out which is right, and put the other right where it comes from.")
            )  # fmt: skip
        differ = differ.drop_nulls(FILE)
        for (place,), part in differ.group_by([FILE]):
            many = counted(part.select(key).n_unique(), *_NAMES.get(name, ("row", "rows")))
            told.setdefault(place_of(place), []).append(f"{many} in '{column.name}'")
    for place, said in told.items():
        ledgers[place].note(
            "info",
            f"Other rows say something else of {', of '.join(said)}. The roster's word counts, else the first file's.",
            "Each of them is listed in left_empty.csv, with whose word counts.",
        )


def _repeated_rows(
    together: Mapping[str, pl.DataFrame],
    doubled_rows: Mapping[str, pl.Series],
    settled: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return the lineage of rows of which nothing is in any table, because other rows say all of it already."""
    maybe = [_no_rows()]
    facts = [frame for name, frame in settled.items() if name not in DIMENSIONS]
    for name, frame in together.items():
        several = frame.filter(doubled_rows[name]).drop_nulls(FILE)
        if name in DIMENSIONS:
            several = several.filter(~pl.struct(FILE, *TABLES[name].column_names).is_first_distinct())
        maybe.append(several.select(_LINEAGE))
    candidates = pl.concat(maybe).unique()
    for frame in facts:
        if candidates.height:
            there = frame.select(_LINEAGE).join(candidates, on=_LINEAGE, how="semi")
            candidates = candidates.join(there, on=_LINEAGE, how="anti")
    for name in set(together) & DIMENSIONS:
        if candidates.height:
            first = (
                together[name]
                .drop_nulls(FILE)
                .unique([FILE, *TABLES[name].column_names], keep="first", maintain_order=True)
            )
            candidates = candidates.join(_without_facts(first, facts), on=_LINEAGE, how="anti")
    return candidates.sort(_LINEAGE)


def _without_facts(rows: pl.DataFrame, facts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the lineage of rows from files that bring nothing but what people and places are."""
    files = (
        pl.concat([frame[FILE] for frame in facts]).unique() if facts else pl.Series(FILE, [], dtype=pl.Int64)
    )
    return rows.filter(~pl.col(FILE).is_in(files.drop_nulls().implode())).select(_LINEAGE)


def _rows_of_files(together: Mapping[str, pl.DataFrame], gone: pl.DataFrame) -> dict[int, int]:
    """Return how many rows of each file are in a table."""
    lines: dict[int, list[pl.Series]] = {}
    for frame in together.values():
        files = frame[FILE].unique().to_list()
        for place in (one for one in files if one is not None):
            rows = frame[ROW] if len(files) == 1 else frame.filter(pl.col(FILE) == place)[ROW]
            lines.setdefault(int(place), []).append(rows)
    lost = dict(gone.group_by(FILE).len().iter_rows())
    return {place: _different(some) - int(lost.get(place, 0)) for place, some in lines.items()}


def _follow_the_joined(lost: pl.DataFrame, counts: dict[int, int], ledgers: Sequence[FileLedger]) -> None:
    """Count the rows that went into another row as kept, or set them aside with it."""
    for place, ledger in enumerate(ledgers):
        if not ledger.joined.height:
            continue
        heads = lost.filter(pl.col(FILE) == place)[ROW]
        with_it = ledger.joined.filter(pl.col(INTO).is_in(heads.implode()))
        counts[place] = counts.get(place, 0) + ledger.joined.height - with_it.height
        reason = "The row belongs to a day that was set aside."
        ledger.put_aside(
            faults(
                with_it[ROW],
                column="",
                values=None,
                reason=reason,
                what_to_do="See the first row of that day.",
            )
        )


def _different(lines: Sequence[pl.Series]) -> int:
    if len(lines) == 1 and lines[0].is_sorted():
        return int((lines[0].diff().fill_null(1) != 0).sum())
    return pl.concat(list(lines)).n_unique()


def _write_down_repeated(gone: pl.DataFrame, ledgers: Sequence[FileLedger]) -> None:
    for (place,), part in gone.group_by([FILE], maintain_order=True):
        ledger = ledgers[place_of(place)]
        ledger.put_aside(
            faults(
                part[ROW],
                column="",
                values=None,
                reason=part["said"],
                what_to_do="Nothing needs to be done; it was kept once.",
            )
        )
        ledger.note(
            "info",
            f"{counted(part.height, 'row says', 'rows say')} what another row says already; each was kept once.",
        )
