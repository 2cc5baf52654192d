"""A copy of a snapshot that holds the rows of some schools and no others: what a visitor with a scope is shown.

Each table says by what its rows belong to a school. A row that cannot be attributed is left out, and so is a table that
is not named here: what is added to the schemas later is closed until somebody has decided.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import duckdb

from dataworkbench.schemas import STUDENT_GROUPS, TABLES
from dataworkbench.warehouse.snapshots import CURRENT, MANIFEST, MOST_MEMORY, TABLES_FILE, SnapshotInfo
from dataworkbench.workspace import Workspace

_HERE: Final = "school_id::VARCHAR IN (SELECT school_id FROM scope)"
_ENROLLED: Final = "(student_id, school_year::VARCHAR) IN (SELECT student_id, school_year FROM ours)"
_NOT_ELSEWHERE: Final = (
    "(student_id, school_year::VARCHAR) NOT IN (SELECT student_id, school_year FROM elsewhere)"
)
_ONLY_OURS: Final = f"{_ENROLLED} AND {_NOT_ELSEWHERE}"
_OURS_HERE: Final = f"{_HERE} AND {_ENROLLED}"
_OURS_HERE_OR_ONLY_OURS: Final = f"({_ENROLLED} AND ({_HERE} OR (school_id IS NULL AND {_NOT_ELSEWHERE})))"
_OUR_STUDENT: Final = "student_id IN (SELECT student_id FROM ours)"
_OUR_SECTION: Final = f"section_id IN (SELECT section_id FROM kept.sections WHERE {_HERE})"
_OUR_INTERVENTION: Final = (
    f"intervention_id IN (SELECT intervention_id FROM kept.interventions WHERE {_OURS_HERE_OR_ONLY_OURS})"
)
_ASKED_HERE: Final = (
    f"survey_id::VARCHAR IN (SELECT DISTINCT survey_id::VARCHAR FROM kept.survey_responses WHERE {_HERE})"
)

RULES: Final[Mapping[str, str]] = {
    "schools": _HERE,
    "students": _ENROLLED,
    "identities": _OUR_STUDENT,
    "staff": _HERE,
    "staff_years": _HERE,
    "enrollments": _HERE,
    "sections": _HERE,
    "learning_models": f"({_HERE} OR (school_id IS NULL AND {_OUR_SECTION}))",
    "section_enrollments": f"{_OUR_SECTION} AND {_OUR_STUDENT}",
    "calendar": _HERE,
    "assessments": "true",
    "performance_levels": "true",
    "standards": "true",
    "curriculum": f"({_HERE} OR (school_id IS NULL AND (section_id IS NULL OR {_OUR_SECTION})))",
    "results": _OURS_HERE_OR_ONLY_OURS,
    "attendance": _OURS_HERE,
    "attendance_events": _OURS_HERE,
    "attendance_totals": _OURS_HERE,
    "participation": _OURS_HERE_OR_ONLY_OURS,
    "incidents": _OURS_HERE,
    "surveys": _ASKED_HERE,
    "survey_items": _ASKED_HERE,
    "survey_responses": _HERE,
    "observations": _HERE,
    "professional_learning": _HERE,
    "learner_profiles": _ONLY_OURS,
    "interventions": _OURS_HERE_OR_ONLY_OURS,
    "intervention_sessions": _OUR_INTERVENTION,
    "intervention_series": _OUR_INTERVENTION,
    "time_use": _HERE,
    "context_factors": _HERE,
    "published_figures": (
        "(place_kind::VARCHAR <> 'school' OR place_id IN "
        f"(SELECT state_id::VARCHAR FROM kept.schools WHERE {_HERE} AND state_id IS NOT NULL))"
    ),
    STUDENT_GROUPS.name: _ENROLLED,
}
"""By what the rows of each table belong to the schools of a scope.

``ours`` are students with the school years in which they were enrolled in a school of the scope, ``elsewhere`` those in
which another school had them. A row that names a school of the scope counts only for students who were enrolled there
in that year, so that a wrong code in a file shows nobody. What belongs to a student's year and to no school (a learner's
own words) is ours only where no other school had the student in that year.
"""

_PAIRS: Final = """\
CREATE TEMP TABLE ours AS SELECT DISTINCT student_id, school_year::VARCHAR AS school_year FROM kept.enrollments WHERE {here};
CREATE TEMP TABLE elsewhere AS SELECT DISTINCT student_id, school_year::VARCHAR AS school_year FROM kept.enrollments WHERE ({here}) IS NOT TRUE;
"""
_COLUMNS: Final = (
    "SELECT table_name, column_name, data_type LIKE 'ENUM(%' FROM duckdb_columns() WHERE database_name = 'kept' "
    "AND NOT internal ORDER BY table_name, column_index"
)
_WORDS_OF_OURS: Final = frozenset({"subgroup_type", "subgroup", "period", "grade_level"})
"""Codes whose values are the workbench's own words; all of them stay known, so that they sort as people expect."""


def write_scoped_snapshot(info: SnapshotInfo, schools: Collection[str], workspace: Workspace) -> SnapshotInfo:
    """Return a snapshot in another workspace that holds what one snapshot says of some schools, and nothing else.

    Its ledger, its sources and its files for other engines are not taken along. The workspace has no snapshot yet.
    """
    folder = workspace.snapshots / info.id
    folder.mkdir(parents=True)
    rows = _write_tables(info.folder / TABLES_FILE, schools, folder / TABLES_FILE)
    scoped = replace(info, rows=rows, sources=(), content="", folder=folder)
    told = {name: value for name, value in asdict(scoped).items() if name != "folder"}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    (workspace.snapshots / CURRENT).write_text(info.id + "\n", encoding="utf-8")
    return scoped


def _write_tables(source: Path, schools: Collection[str], target: Path) -> dict[str, int]:
    """Write the rows of a scope into a new database, and return how many each canonical table has."""
    spill = target.parent / ".spill"
    with duckdb.connect(str(target), config={"temp_directory": str(spill)}) as connection:
        connection.execute(f"SET memory_limit = '{MOST_MEMORY}'")
        connection.execute(f"ATTACH '{str(source).replace(chr(39), chr(39) * 2)}' AS kept (READ_ONLY)")
        connection.execute(
            "CREATE TEMP TABLE scope AS SELECT unnest(?::VARCHAR[]) AS school_id", [list(schools)]
        )
        connection.execute(_PAIRS.format(here=_HERE))
        columns = _columns_there(connection)
        seen = [name for name in columns if _can_be_scoped(connection, name)]
        _make_types(connection, {name: columns[name] for name in seen})
        counts = {name: _copy(connection, name, columns[name]) for name in seen}
        connection.execute("DETACH kept")
    shutil.rmtree(spill, ignore_errors=True)
    return {name: counts.get(name, 0) for name in TABLES}


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, bool]]:
    """Return the columns of each table that is there and has a rule, and whether each holds codes."""
    found: dict[str, dict[str, bool]] = {}
    for table, column, coded in connection.execute(_COLUMNS).fetchall():
        if table in RULES:
            found.setdefault(table, {})[column] = coded
    return found


def _can_be_scoped(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Make a view of what a scope sees of a table, and say whether there is one; an old table may lack what its rule asks for."""
    try:
        connection.execute(
            f'CREATE TEMP VIEW "scoped_{name}" AS SELECT * FROM kept."{name}" WHERE {RULES[name]}'
        )
    except duckdb.BinderException:
        return False
    return True


def _make_types(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, bool]]) -> None:
    """Make the types of codes with the values that the scope uses, in the order that they have in the whole district."""
    used: dict[str, set[str]] = {}
    for name, columns in tables.items():
        coded = [column for column, is_coded in columns.items() if is_coded]
        for column, found in zip(coded, _values_used(connection, name, coded), strict=True):
            used.setdefault(column, set()).update(found)
    for column, values in used.items():
        known = connection.execute(
            f'SELECT unnest(enum_range(NULL::kept.main."{column}_type"))::VARCHAR'
        ).fetchall()
        kept = [word for (word,) in known if word in values or column in _WORDS_OF_OURS]
        quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in kept)
        connection.execute(f'CREATE TYPE "{column}_type" AS ENUM ({quoted})')


def _values_used(connection: duckdb.DuckDBPyConnection, name: str, coded: Collection[str]) -> list[list[str]]:
    if not coded:
        return []
    asked = ", ".join(
        f'coalesce(list(DISTINCT "{column}"::VARCHAR) FILTER ("{column}" IS NOT NULL), [])'
        for column in coded
    )
    found = connection.execute(f'SELECT {asked} FROM "scoped_{name}"').fetchone()
    return [list(values) for values in found or ()]


def _copy(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, bool]) -> int:
    shown = ", ".join(
        f'"{column}"::VARCHAR::main."{column}_type" AS "{column}"' if coded else f'"{column}"'
        for column, coded in columns.items()
    )
    connection.execute(f'CREATE TABLE "{name}" AS SELECT {shown} FROM "scoped_{name}"')
    found = connection.execute(f'SELECT count(*) FROM main."{name}"').fetchone()
    return int(found[0]) if found else 0
