"""The true figures of everything that is published from one snapshot, before anything is hidden.

Totals are measured as their parts are, and never added up: a student in two schools counts once in the district.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dataworkbench.disclosure.linked import DIMENSIONS, cell_ids, table_names
from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.measures import indicator, measure
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.publication import BREAKDOWNS, Publication, years_published
from dataworkbench.terms import ALL_STUDENTS, NOT_REPORTED, SUBGROUPS
from dataworkbench.workspace import PUBLICATION_FILE

if TYPE_CHECKING:
    from dataworkbench.measures import Indicator
    from dataworkbench.warehouse import District

CUBE_COLUMNS: Final = (
    "cell", *DIMENSIONS, "unit", "n", "numerator", "mean", "scale_low", "scale_high", "status", "reason",
)  # fmt: skip
"""Every column of a cube. ``n`` is whom it counts, ``numerator`` belongs to rates, ``mean`` and its scale to means."""

GROUPS_KNOWN_AS: Final = {
    "Race and ethnicity": "race_ethnicity",
    "Gender": "sex",
    "English learner status": "english_learner",
    "Disability status": "disability",
    "Economic status": "economic_disadvantage",
}
"""The columns of the roster that kinds of groups are made from, as a policy may name them."""

_TIMES_AND_TESTS: Final = ("school_year", "period", "subject", "assessment_id")
_PLACES: Final = ("school_id", "grade_level")
_SCALES: Final = {"mean_growth_percentile": (1.0, 99.0)}


@dataclass(frozen=True)
class Asked:
    """One question to a snapshot: an indicator, its grouping columns, what is chosen, and whether groups are among them."""

    indicator: Indicator
    by: tuple[str, ...]
    where: dict[str, list[str]]

    @property
    def places(self) -> tuple[str, ...]:
        """Which of school and grade level are told apart."""
        return tuple(name for name in _PLACES if name in self.by)


def questions(
    district: District, publication: Publication, policy: DisclosurePolicy, today: date
) -> list[Asked]:
    """Return all that is asked of a snapshot so that everything published is measured, a few questions for each indicator.

    Raises
    ------
    WorkbenchError
        Where the publication file asks for something that the policy never publishes.

    """
    refuse_what_is_never_published(publication, policy)
    years = years_published(district, publication, today)
    tests = _tests(district, publication)
    return [
        asked
        for id_ in publication.indicators
        for asked in _questions_of(indicator(id_), publication, list(years), tests)
    ]


def refuse_what_is_never_published(publication: Publication, policy: DisclosurePolicy) -> None:
    """Return nothing where no breakdown and no kind of group is one that the policy never publishes."""
    never = {_folded(name) for name in policy.never_published}
    columns = {name for breakdown in publication.breakdowns for name in BREAKDOWNS[breakdown]}
    refused = [name for name in sorted(columns) if _names_of_column(name) & never]
    if "subgroup" in columns:
        kinds = publication.subgroup_types or tuple(GROUPS_KNOWN_AS)
        refused += [kind for kind in kinds if _names_of_kind(kind) & never]
    if refused:
        raise WorkbenchError(
            f"policy.toml says that nothing is ever published by {', '.join(refused)}, and {PUBLICATION_FILE} asks for it. "
            f"Take it out of {PUBLICATION_FILE}: leave out the breakdown, or name the other kinds of groups in subgroup_types."
        )


def never_published_in_vain(policy: DisclosurePolicy) -> list[str]:
    """Return what a policy never publishes and nothing that could be published is called: a slip of the pen protects nobody."""
    known = {name for kind in GROUPS_KNOWN_AS for name in _names_of_kind(kind)}
    known |= {
        name for columns in BREAKDOWNS.values() for column in columns for name in _names_of_column(column)
    }
    shipped = set(DisclosurePolicy().never_published)
    return [name for name in policy.never_published if _folded(name) not in known and name not in shipped]


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def _names_of_column(column: str) -> set[str]:
    """Return what a coordinator may call a column by which figures are told apart: grade_level, grade level, grade."""
    return {_folded(column), _folded(column).partition(" ")[0]}


def _names_of_kind(kind: str) -> set[str]:
    """Return what a coordinator may call a kind of groups: by its name, by its column, by a group of it."""
    names = {kind, kind.removesuffix(" status"), GROUPS_KNOWN_AS.get(kind, kind), *SUBGROUPS.get(kind, ())}
    parts = set(kind.split(" and ")) if " and " in kind else set()
    return {_folded(name) for name in {*names, *parts} - {NOT_REPORTED}}


def _tests(district: District, publication: Publication) -> list[str]:
    kinds = ", ".join("?" for _ in publication.tests)
    held = district.ask(
        f"SELECT DISTINCT CAST(assessment_id AS VARCHAR) AS id FROM assessments WHERE CAST(kind AS VARCHAR) IN ({kinds or 'NULL'}) "
        "ORDER BY 1",
        publication.tests,
    )
    return [str(test) for test in held["id"]]


def _questions_of(
    asked: Indicator, publication: Publication, years: list[str], tests: list[str]
) -> Iterator[Asked]:
    where = {"school_year": years}
    if "assessment_id" in asked.dimensions:
        where["assessment_id"] = tests or [""]
    first = tuple(name for name in _TIMES_AND_TESTS if name in asked.dimensions)
    for places, with_groups, with_all in _shapes(publication):
        chosen = dict(where)
        if with_groups:
            kinds = list(publication.subgroup_types or GROUPS_KNOWN_AS)
            chosen["subgroup_type"] = [*kinds, *([ALL_STUDENTS] if with_all else [])]
        yield Asked(asked, (*first, *places, *(("subgroup",) if with_groups else ())), chosen)


def _shapes(publication: Publication) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
    """Return which places are told apart, whether groups are, and whether all students are wanted beside the groups."""
    wanted = [BREAKDOWNS[name] for name in publication.breakdowns]
    for places in ((), ("school_id",), ("grade_level",), _PLACES):
        groups, everybody = (*places, "subgroup") in wanted, places in wanted
        if groups or everybody:
            yield places, groups, everybody


def measured(district: District, asked: list[Asked]) -> pd.DataFrame:
    """Return the cube; one row is one cell, in ``CUBE_COLUMNS``.

    Raises
    ------
    NothingToShowError
        Where the snapshot has nothing at all of what is published.

    """
    frames = [_cells(district, one) for one in asked]
    cube = pd.concat(frames, ignore_index=True)
    cube = cube.assign(cell=cell_ids(cube))
    cube = cube.drop_duplicates("cell", ignore_index=True)
    if not (cube["n"] > 0).any():
        raise NothingToShowError(
            f"The snapshot holds none of the figures that {PUBLICATION_FILE} names. Bring the roster first: dataworkbench import."
        )
    return cube[list(CUBE_COLUMNS)]


def _cells(district: District, asked: Asked) -> pd.DataFrame:
    frame = measure(district, asked.indicator.id, by=asked.by, where=asked.where)
    if set(frame["status"]) & {"missing"} or (len(frame) == 1 and not frame["school_year"].notna().all()):
        return _nothing(asked, frame)
    named = {name: frame[name].astype("str") if name in frame else "" for name in DIMENSIONS}
    cells = pd.DataFrame(named, index=frame.index).assign(
        unit=asked.indicator.unit, n=frame["n"].astype("int64"), numerator=frame["numerator"].astype("float64"),
        mean=frame["mean"].astype("float64"), status=frame["status"].astype("str"), reason=frame["reason"].astype("str"),
    )  # fmt: skip
    everybody = cells["subgroup_type"] == ALL_STUDENTS
    cells.loc[everybody, ["subgroup_type", "subgroup"]] = ""
    cells = _without_those_left_out(asked, cells)
    return _with_scale(district, asked, cells)


def _without_those_left_out(asked: Asked, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells without groups of which nobody counts; only the whole district says so.

    A group that is there and of which nobody was tested would tell of its few students that none was; so it is as if it were not.
    """
    whole = (cells["subgroup"] == "") & (not asked.places)
    return cells[(cells["n"] > 0) | whole]


def with_those_gone(cube: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return a cube with the groups of which the last release spoke and in which nobody is any more; one row is one cell.

    A group that is no longer listed would tell of its few students that they are gone. Breakdowns that are not published any
    more, and tables, stay out.
    """
    gone = last[~last["cell"].isin(cube["cell"]) & _breakdowns(last).isin(set(_breakdowns(cube)))]
    table = list(DIMENSIONS[:5])
    scales = cube.groupby(table)[["scale_low", "scale_high"]].first().reset_index()
    rows = gone[["cell", *DIMENSIONS, "unit"]].merge(scales, on=table, how="left")
    rows = rows.assign(n=0, numerator=0.0, mean=float("nan"), status="", reason="")
    rows["numerator"] = rows["numerator"].where(rows["unit"] == "rate")
    return pd.concat([cube, rows[list(CUBE_COLUMNS)]], ignore_index=True) if len(rows) else cube


def _breakdowns(rows: pd.DataFrame) -> pd.Series:
    """Return of which table and for whom each cell is, without saying for which of them: a breakdown, and a kind of groups."""
    there = [(rows[name] != "").astype("str") for name in _PLACES]
    return table_names(rows["cell"]) + "|" + there[0] + there[1] + rows["subgroup_type"].astype("str")


def _nothing(asked: Asked, frame: pd.DataFrame) -> pd.DataFrame:
    """Return one cell a year that says that nothing was brought; only the whole district says so."""
    if asked.places:
        return pd.DataFrame(columns=[name for name in CUBE_COLUMNS if name != "cell"])
    row = dict.fromkeys(DIMENSIONS, "") | {
        "indicator": asked.indicator.id,
        "unit": asked.indicator.unit,
        "n": 0,
    }
    said = {"status": "missing", "reason": str(frame["reason"].iloc[0])}
    return pd.DataFrame([row | said | {"school_year": year} for year in asked.where["school_year"]])


def _with_scale(district: District, asked: Asked, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with the ends between which single values lie, where they are means."""
    if asked.indicator.unit != "mean":
        return cells.assign(scale_low=float("nan"), scale_high=float("nan"))
    if asked.indicator.id in _SCALES:
        low, high = _SCALES[asked.indicator.id]
        return cells.assign(scale_low=low, scale_high=high)
    ends = _scales(district)
    held = [ends.get((row["assessment_id"], row["subject"]), (0.0, 1.0)) for row in cells.to_dict("records")]
    if asked.indicator.id == "mean_gain":
        held = [(low - high, high - low) for low, high in held]
    return cells.assign(scale_low=[low for low, _ in held], scale_high=[high for _, high in held])


def _scales(district: District) -> dict[tuple[Any, Any], tuple[float, float]]:
    """Return the ends of each test's scale: as the district told them, else the lowest and highest score that occurred."""
    held = district.ask(
        "SELECT CAST(r.assessment_id AS VARCHAR) AS test, coalesce(CAST(r.subject AS VARCHAR), '') AS subject, "
        "least(min(a.scale_min), min(r.scale_score)) AS low, greatest(max(a.scale_max), max(r.scale_score)) AS high "
        "FROM results AS r LEFT JOIN assessments AS a ON CAST(a.assessment_id AS VARCHAR) = CAST(r.assessment_id AS VARCHAR) "
        "WHERE r.scale_score IS NOT NULL GROUP BY ALL"
    )
    return {
        (row["test"], row["subject"]): (float(row["low"]), float(row["high"]))
        for row in held.to_dict("records")
    }
