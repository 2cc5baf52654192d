"""Each notebook on a district that lacks one table, for every table in turn: it runs, and says what is not there.

The made-up district holds every table. For each table a district without it is built in memory, and each notebook that
ever asks for the table is run on it. Whether a notebook asks is written down while it runs on the whole district.
In the usual run that is the one notebook that speaks of the table most (``SPEAKS_OF``); all others are in the thorough run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import made_district
import pandas as pd
import papermill
import polars as pl
import pytest
from test_notebooks_run import NOTEBOOKS, run

import dataworkbench as dw
from dataworkbench.schemas import STUDENT_GROUPS, TABLES
from dataworkbench.warehouse.building import build
from dataworkbench.warehouse.district import District

Frames = Mapping[str, pl.DataFrame]

WISHES: Mapping[str, Any] = {
    "student": made_district.STUDENTS[0], "grade": "03", "section": "S001-03-Math", "audience": "staff",
}  # fmt: skip
"""What is asked for, where a notebook has such a parameter: the page about one student, and groups of one class."""
NOT_TO_BE_NAMED: Mapping[str, Mapping[str, Any]] = {
    "sections": {"section": ""},
    "section_enrollments": {"section": ""},
}
"""What cannot be chosen without a table, because nothing is there that could be named."""

LACKING = re.compile(
    r"Bring |not (?:been )?brought|never brought|[Nn]ot known|[Nn]othing is known|cannot be (?:said|told)|[Nn]ot said|[Nn]ot reported|"
    r"[Nn]obody has been|There is nobody|[Nn]o (?:intervention|standards?|results?|data|figure|attendance|test)\b"
)
"""The words with which pages say that something is not there."""

LEFT_UNSAID: Mapping[str, str] = {
    "schools": "a school that only rows of other tables name goes by its identifier",
    "identities": "a student without a name goes by the identifier",
    "assessments": "a test without a title goes by its short name",
    "standards": "a standard without its words goes by its code",
    "calendar": "days with a record are the days there were",
    "section_enrollments": "a class without its list of students is a choice fewer",
    "attendance_totals": "a year without totals is not drawn, and the years that are drawn are named",
    "intervention_sessions": "the column of sessions is left out; where it is the subject, it is said",
}
"""Tables without which a page may be shorter with nothing said, and what stands there instead."""

NOT_ITS_SUBJECT: Mapping[tuple[str, str], str] = {
    ("03_plan_per_student", "attendance"): "the column of days missed is left out of the list of students",
    (
        "04_assess_and_document_growth",
        "attendance",
    ): "the column of days missed is left out of the list of students",
    (
        "04_assess_and_document_growth",
        "interventions",
    ): "the column of interventions is left out of the list of students",
    **{
        (
            "05_find_causes_and_recalibrate",
            table,
        ): "fewer groups are looked at for leads, and how many is said"
        for table in ("students", "enrollments", "performance_levels", "results", "attendance", "incidents")
    },
}
"""A notebook and a table of which that notebook need not speak, and what it does instead."""


SPEAKS_OF: Mapping[str, str] = {
    "assessments": "04_assess_and_document_growth", "attendance": "school_report", "attendance_events": "00_start_here",
    "attendance_totals": "district_overview", "calendar": "school_report", "context_factors": "01_understand_the_situation",
    "curriculum": "02_goals_and_accountability", "enrollments": "03_plan_per_student", "identities": "03_plan_per_student",
    "incidents": "05_find_causes_and_recalibrate", "intervention_series": "04_assess_and_document_growth",
    "intervention_sessions": "05_find_causes_and_recalibrate", "interventions": "05_find_causes_and_recalibrate",
    "learner_profiles": "03_plan_per_student", "learning_models": "01_understand_the_situation",
    "observations": "02_goals_and_accountability", "participation": "00_start_here",
    "performance_levels": "04_assess_and_document_growth", "professional_learning": "02_goals_and_accountability",
    "published_figures": "01_understand_the_situation", "results": "04_assess_and_document_growth",
    "schools": "district_overview", "section_enrollments": "03_plan_per_student", "sections": "03_plan_per_student",
    "staff": "01_understand_the_situation", "staff_years": "02_goals_and_accountability",
    "standards": "04_assess_and_document_growth", "students": "school_report", "survey_items": "02_goals_and_accountability",
    "survey_responses": "school_report", "surveys": "02_goals_and_accountability", "time_use": "02_goals_and_accountability",
}  # fmt: skip
"""The notebook that is run without a table in the usual run; it asks for that table."""

PAIRS = [
    pytest.param(
        table, path, id=f"{table}-{path.stem}",
        marks=() if SPEAKS_OF.get(table) in (path.stem, None) else (pytest.mark.thorough,),
    )
    for table in TABLES
    for path in NOTEBOOKS
]  # fmt: skip


class Watched(District):
    """A district that writes down for which tables it is asked."""

    asked: set[str]

    def ask(self, sql: str, parameters: Iterable[object] = ()) -> pd.DataFrame:
        self.asked |= {name for name in TABLES if re.search(rf"\b{name}\b", sql)}
        if STUDENT_GROUPS.name in sql:
            self.asked.add("students")
        return super().ask(sql, list(parameters))

    def has(self, table: str) -> bool:
        self.asked.add(table)
        return super().has(table)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return made_district.frames()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Frames], Watched]:
    """Tables in, an open district out: in memory, with the workspace and the snapshot of the whole district."""
    on_disk = dw.open_workspace(made_district.make(tmp_path_factory.mktemp("whole") / "district").root)

    def open_in_memory(tables: Frames) -> Watched:
        connection = duckdb.connect(":memory:")
        build(connection, tables)
        made = Watched(
            connection, settings=on_disk.settings, policy=on_disk.policy, snapshot=on_disk.snapshot,
            workspace=on_disk.workspace,
        )  # fmt: skip
        made.asked = set()
        assert made.counts  # counted before anything is written down, because counting names every table
        made.asked.clear()
        return made

    return open_in_memory


Without = Callable[[str], Watched]


@pytest.fixture(scope="module")
def without(frames: Frames, opened: Callable[[Frames], Watched]) -> Without:
    """The district without a table; that of the table before is kept until another is asked for."""
    held: dict[str, Watched] = {}

    def of(table: str) -> Watched:
        if table not in held:
            held.clear()
            held[table] = opened({name: rows for name, rows in frames.items() if name != table})
        return held[table]

    return of


def shows(path: Path, district: District, **wishes: Any) -> str:
    """Return what a notebook shows of a district, up to the lines about what was run, which count its rows."""
    known = papermill.inspect_notebook(str(path))
    wished = {name: value for name, value in (WISHES | wishes).items() if name in known}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dw, "open_workspace", lambda *_, **__: district, raising=False)
        assert district.workspace is not None
        shown = run(path, district.workspace.root, **wished)
    return re.sub(r"Rows in its tables: [^<]*", "", shown)


OnTheWhole = Callable[[Path], tuple[str, frozenset[str]]]


@pytest.fixture(scope="module")
def on_the_whole(frames: Frames, opened: Callable[[Frames], Watched]) -> OnTheWhole:
    """What each notebook shows of the whole district, and for which tables it asks; run once each."""
    district = opened(frames)
    held: dict[Path, tuple[str, frozenset[str]]] = {}

    def ran(path: Path) -> tuple[str, frozenset[str]]:
        if path not in held:
            district.asked.clear()
            held[path] = (shows(path, district), frozenset(district.asked))
        return held[path]

    return ran


def lacking_in(shown: str) -> set[str]:
    """Return the sentences of a page that say of something that it is not there."""
    return {part for part in re.split(r"<[^>]*>|\\n|\"|\n", shown) if LACKING.search(part)}


def test_the_made_up_district_holds_every_table(frames: Frames) -> None:
    lacking = [name for name in TABLES if name not in frames or frames[name].is_empty()]
    assert not lacking, f"Give tests/notebooks/made_district.py a few rows of {', '.join(lacking)}."


@pytest.mark.parametrize(("table", "path"), PAIRS)
def test_a_notebook_runs_without_a_table_and_says_what_is_lacking(
    table: str, path: Path, without: Without, on_the_whole: OnTheWhole
) -> None:
    whole, asked = on_the_whole(path)
    if SPEAKS_OF.get(table) == path.stem:
        assert table in asked, f"{path.stem} does not ask for {table}: name another notebook in SPEAKS_OF."
    if table not in asked:
        return
    shown = shows(path, without(table), **NOT_TO_BE_NAMED.get(table, {}))
    unsaid = table in LEFT_UNSAID or (path.stem, table) in NOT_ITS_SUBJECT
    if shown != whole and not unsaid:
        assert lacking_in(shown) - lacking_in(whole), (
            f"{path.stem} shows something else without {table}, and no sentence says that {table} is lacking."
        )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("audience", ["staff", "public"])
def test_a_notebook_runs_on_a_district_without_a_single_row(
    audience: str, path: Path, opened: Callable[[Frames], Watched]
) -> None:
    nothing = {name: table.empty() for name, table in TABLES.items()}
    assert shows(path, opened(nothing), audience=audience, section="", grade="")


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("table", TABLES)
def test_every_notebook_runs_on_a_district_with_nothing_but_one_table(
    table: str, frames: Frames, opened: Callable[[Frames], Watched]
) -> None:
    district = opened({table: frames[table]})
    for path in NOTEBOOKS:
        assert shows(path, district, section="", grade=""), path.stem


MAY_BE_EMPTY = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if not column.required and column.name not in table.key
]


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize(("table", "column"), MAY_BE_EMPTY, ids=".".join)
def test_every_notebook_that_asks_for_a_table_runs_when_one_of_its_columns_is_empty(
    table: str, column: str, frames: Frames, opened: Callable[[Frames], Watched], on_the_whole: OnTheWhole
) -> None:
    kind = TABLES[table].polars_schema[column]
    emptied = frames[table].with_columns(pl.lit(None, dtype=kind).alias(column))
    district = opened({**frames, table: emptied})
    for path in NOTEBOOKS:
        if table in on_the_whole(path)[1]:
            assert shows(path, district), path.stem
