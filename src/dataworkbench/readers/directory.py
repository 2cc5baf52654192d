"""Who and what the district has: students, schools, staff and classes, under every number they are known by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from dataworkbench.readers.headers import fold
from dataworkbench.schemas import TABLES

OWN_SPACE = "student_id"
_KNOWN = {"known": pl.String, "id": pl.String, "space": pl.String}


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema=_KNOWN)


@dataclass(frozen=True)
class Directory:
    """What later files are matched against.

    In ``students`` and ``staff`` one row is one number that a person is known by: ``known``, the ``id`` we use, and
    the ``space`` the number belongs to. ``shared`` holds, in the same way, numbers that several students have. ``schools`` maps folded names and numbers to the identifier we use.
    ``years`` are the school years that the roster covers; None where that is not known, so that all count.
    ``told_by`` says for people where the students stand. ``is_roster`` is False where nobody brought a roster, and the
    students are only those whom other files speak of: then nobody is missing from it. ``matched_from`` is the share of
    a file's students that must be known.
    """

    students: pl.DataFrame = field(default_factory=_nobody)
    staff: pl.DataFrame = field(default_factory=_nobody)
    shared: pl.DataFrame = field(default_factory=_nobody)
    schools: Mapping[str, str] = field(default_factory=dict)
    school_names: Mapping[str, str] = field(default_factory=dict)
    sections: pl.DataFrame = field(default_factory=pl.DataFrame)
    stays: pl.DataFrame = field(default_factory=pl.DataFrame)
    years: frozenset[str] | None = None
    current_year: str = ""
    told_by: str = "the roster"
    is_roster: bool = True
    matched_from: float = 0.5

    @property
    def knows_students(self) -> bool:
        """Whether there is anybody to match against."""
        return bool(self.students.height)

    @property
    def knows_schools(self) -> bool:
        """Whether there are schools to match against."""
        return bool(self.schools)


def directory_of(
    tables: Mapping[str, pl.DataFrame],
    *,
    roster_ids: Collection[str] = (),
    also_known: Mapping[str, pl.DataFrame] | None = None,
    current_year: str = "",
) -> Directory:
    """Return the directory of some canonical tables.

    ``also_known`` gives, for "students", "staff" and "schools", frames of other numbers (``known``, ``id``, ``space``)
    that the canonical tables have no column for.
    """
    others = also_known or {}
    years = _years(tables)
    names = _school_names(tables)
    students = _students(tables, roster_ids, others.get("students"))
    alone = pl.len().over("known", "space") == 1
    return Directory(
        students=students.filter(alone),
        shared=students.filter(~alone),
        staff=_people(tables.get("staff"), "staff_id", others.get("staff")),
        schools=_schools(tables, others.get("schools")),
        school_names=names,
        sections=tables.get("sections", pl.DataFrame()),
        stays=tables.get("enrollments", TABLES["enrollments"].empty()),
        years=frozenset(years) if years else None,
        current_year=current_year or (max(years) if years else ""),
    )


def _years(tables: Mapping[str, pl.DataFrame]) -> set[str]:
    found: set[str] = set()
    for name in ("enrollments", "students"):
        if name in tables and tables[name].height:
            found |= set(tables[name]["school_year"].drop_nulls().unique().to_list())
    return found


def _students(
    tables: Mapping[str, pl.DataFrame], roster_ids: Collection[str], others: pl.DataFrame | None
) -> pl.DataFrame:
    frames = [
        _people(tables.get(name), "student_id", None) for name in ("students", "identities", "enrollments")
    ]
    if roster_ids:
        ids = pl.Series("known", sorted(set(roster_ids)), dtype=pl.String)
        frames.append(
            pl.DataFrame(
                {"known": ids, "id": ids, "space": pl.repeat(OWN_SPACE, ids.len(), eager=True)}, schema=_KNOWN
            )
        )
    identities = tables.get("identities")
    if identities is not None and identities.height:
        frames.extend(
            identities.select(
                pl.col(column).alias("known"), pl.col("student_id").alias("id"), pl.lit(column).alias("space")
            )
            for column in ("local_number", "state_student_id")
        )
    if others is not None:
        frames.append(others.select(list(_KNOWN)))
    together = pl.concat(frames) if frames else _nobody()
    known = together.drop_nulls().filter(pl.col("known") != "")
    return known.unique(["known", "id", "space"], keep="first", maintain_order=True)


def _people(table: pl.DataFrame | None, column: str, others: pl.DataFrame | None) -> pl.DataFrame:
    frames = [_nobody()]
    if table is not None and table.height:
        ids = table[column].drop_nulls().unique(maintain_order=True)
        frames.append(
            pl.DataFrame({"known": ids, "id": ids}).with_columns(
                pl.lit(OWN_SPACE if column == OWN_SPACE else column).alias("space")
            )
        )
    if others is not None:
        frames.append(others.select(list(_KNOWN)))
    return pl.concat(frames)


def _schools(tables: Mapping[str, pl.DataFrame], others: pl.DataFrame | None) -> dict[str, str]:
    found: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    schools = tables.get("schools")
    for row in (
        schools.select("school_id", "school_name").unique(maintain_order=True).iter_rows()
        if schools is not None and schools.height
        else ()
    ):
        found[fold(row[0])] = row[0]
        names.setdefault(fold(row[1] or ""), set()).add(row[0])
    for known, own in others.select("known", "id").iter_rows() if others is not None else ():
        found.setdefault(fold(known), own)
    for name, ids in names.items():
        if len(ids) == 1 and name:
            found.setdefault(name, next(iter(ids)))
    return {name: own for name, own in found.items() if name}


def _school_names(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    schools = tables.get("schools")
    if schools is None or not schools.height:
        return {}
    return {
        own: name or own
        for own, name in schools.select("school_id", "school_name")
        .unique("school_id", keep="first", maintain_order=True)
        .iter_rows()
    }
