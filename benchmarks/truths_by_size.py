"""Which planted truths of the sample district are found, from 1 to 100 schools, and what is raised where nothing is planted.

    .venv/bin/python benchmarks/truths_by_size.py                   all sizes, the tables for docs/false-alarms.md
    .venv/bin/python benchmarks/truths_by_size.py --schools 1 3     these sizes only

Each district is written as files, imported as a district's own files are, and asked through the measures. A truth is looked for
in two ways. **At its place**: somebody already asks about that school, strategy or topic, and looks once. **Among all**: nobody
knows where, so all schools (strategies, topics, factors) are looked at, and every look is counted (Holm, 5%).
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import stats

import dataworkbench as dw
from dataworkbench import measures
from dataworkbench.intake import import_files
from dataworkbench.samples import make_district
from dataworkbench.workspace import new_workspace

SIZES: Final = (1, 2, 5, 8, 20, 50, 100)
LEVEL: Final = 0.05
IREADY: Final = {"assessment_id": "iready"}
Looks = dict[str, float]
"""The probability of each look by what is looked at."""


@dataclass(frozen=True)
class Search:
    """How one truth is looked for: all looks of its family, and which of them is the truth's own."""

    looks: Callable[[Any, dict[str, Any]], Looks]
    own: Callable[[dict[str, Any]], str]
    needs: str = ""


def bus_route(district: Any, where: dict[str, Any]) -> Looks:
    """What goes with the mean score of the grade level at the school."""
    asked = {name: where[name] for name in ("school_id", "grade_level", "subject", "school_year", "period")}
    found = dw.screen_causes(district, "mean_score", {**IREADY, **asked}, audience="staff")
    return dict(zip(found.rows["factor"], found.rows["p"], strict=True)) if len(found.rows) else {}


def strategies(district: Any, where: dict[str, Any]) -> Looks:
    """Each strategy of the year: how far its students came beyond what was to be expected."""
    rows = dw.intervention_outcomes(district, by=["strategy"], where={"school_year": where["school_year"]})
    rows = rows[rows["adjusted_low"].notna()]
    return {
        row["strategy"]: from_range(row["adjusted"], row["adjusted_low"], row["adjusted_high"])
        for row in rows.to_dict("records")
    }


def rigor(district: Any, where: dict[str, Any]) -> Looks:
    """Each school: staff minus students on the question about rigor, beside the same in all other schools (or beside 0)."""
    asked = {name: where[name] for name in ("pair_id", "school_year", "period")}
    rows = dw.mismatch(district, by=["school_id"], where=asked)
    rows = rows[rows["low"].notna()]
    value, error = (
        rows["value"].to_numpy(float),
        ((rows["high"] - rows["low"]) / (2 * 1.959964)).to_numpy(float),
    )
    return dict(zip(rows["school_id"], beside_others(value, error), strict=True))


def gap_closes(district: Any, where: dict[str, Any]) -> Looks:
    """Each school: how the gap changed from the first autumn to the last, grade level by grade level, beside no change."""
    asked = {
        **IREADY,
        "subject": where["subject"],
        "period": where["period"],
        "subgroup_type": where["subgroup_type"],
    }
    asked["grade_level"] = ("KG", "01", "02", "03", "04", "05")
    scores = dw.measure(
        district, "mean_score", by=["school_year", "school_id", "grade_level", "subgroup"], where=asked
    )
    years = sorted(scores["school_year"].unique())
    gaps = dw.gap(scores)
    gaps = gaps[
        (gaps["subgroup"] == "English learner")
        & gaps["low"].notna()
        & (gaps[["n", "n_reference"]].min(axis=1) >= 5)
    ]
    gaps = gaps.assign(error=(gaps["high"] - gaps["low"]) / (2 * 1.959964))
    found = {}
    for school, rows in gaps.groupby("school_id"):
        wide = (
            rows[rows["school_year"].isin([years[0], years[-1]])]
            .pivot_table(index="grade_level", columns="school_year", values=["value", "error"])
            .dropna()
        )
        if not len(wide) or len(years) < 2 or not {years[0], years[-1]} <= set(wide["value"]):
            continue
        moved = (wide["value"][years[-1]] - wide["value"][years[0]]).to_numpy(float)
        variance = (wide["error"] ** 2).sum(axis=1).to_numpy(float)
        z = float((moved / variance).sum() / math.sqrt((1 / variance).sum()))
        found[str(school)] = two_sided(z)
    return found


def observers(district: Any, _where: dict[str, Any]) -> Looks:
    """Each school: weighted kappa below 0.60, the lowest that is called substantial."""
    rows = dw.observer_agreement(district, by=["school_id"])
    rows = rows[(rows["statistic"] == "weighted kappa") & rows["low"].notna()]
    errors = (rows["high"] - rows["low"]) / (2 * 1.959964)
    return {
        school: float(stats.norm.cdf((value - 0.6) / error))
        for school, value, error in zip(rows["school_id"], rows["value"], errors, strict=True)
    }


def absence(district: Any, where: dict[str, Any]) -> Looks:
    """Each grade level of each school: more chronic absence than in the other grade levels of the school."""
    rates = dw.measure(
        district,
        "chronic_absence",
        by=["school_id", "grade_level"],
        where={"school_year": where["school_year"]},
    )
    rows = measures.against_others(rates, within="grade_level")
    rows = rows[rows[["n", "n_reference"]].min(axis=1) >= 10]
    return {f"{row['school_id']} {row['grade_level']}": row["p_higher"] for row in rows.to_dict("records")}


_TEACHERS: Final = """
    WITH part AS (SELECT DISTINCT topic::VARCHAR AS topic, rubric_element::VARCHAR AS element, staff_id
        FROM professional_learning WHERE school_year::VARCHAR = ?),
    topics AS (SELECT DISTINCT topic, element FROM part)
    SELECT t.topic, o.staff_id, p.staff_id IS NOT NULL AS took_part,
        avg(o.score) FILTER (o.date > ?) - avg(o.score) FILTER (o.date <= ?) AS moved
    FROM topics AS t JOIN observations AS o ON o.element_id::VARCHAR = t.element
    LEFT JOIN part AS p ON p.topic = t.topic AND p.staff_id = o.staff_id GROUP BY ALL HAVING moved IS NOT NULL
"""


def learning(district: Any, where: dict[str, Any]) -> Looks:
    """Each topic: how teachers who took part changed on its element, beside those who did not; Welch, teachers as units."""
    middle = f"{int(where['school_year'][:4]) + 1}-01-01"
    rows = district.ask(_TEACHERS, [where["school_year"], middle, middle])
    found = {}
    for topic, piece in rows.groupby("topic"):
        told = piece.groupby("took_part")["moved"].agg(["size", "mean", "std"])
        if len(told) == 2 and told["size"].min() >= 2:
            own, other = told.loc[True], told.loc[False]
            found[str(topic)] = measures.means_apart([measures.Means(*map(float, (*own, *other)))]).p_either
    return {topic: p for topic, p in found.items() if not math.isnan(p)}


def two_sided(z: float) -> float:
    return float(2 * stats.norm.sf(abs(z)))


def from_range(value: float, low: float, high: float) -> float:
    return two_sided(value / ((high - low) / (2 * 1.959964)))


def beside_others(value: Any, error: Any) -> list[float]:
    """Return for each the probability that it lies so far from the mean of all others; beside 0 where it is the only one."""
    told = []
    for at in range(len(value)):
        rest = np.arange(len(value)) != at
        weight = 1 / error[rest] ** 2
        middle = float((value[rest] * weight).sum() / weight.sum()) if rest.any() else 0.0
        spread = 1 / weight.sum() if rest.any() else 0.0
        told.append(two_sided((value[at] - middle) / math.sqrt(error[at] ** 2 + spread)))
    return told


def school(where: dict[str, Any]) -> str:
    return str(where["school_id"])


SEARCHES: Final[dict[str, Search]] = {
    "bus_route": Search(bus_route, lambda where: f"Rides {where['bus_route']}"),
    "reading_helps": Search(strategies, lambda where: where["strategy"]),
    "app_does_nothing": Search(strategies, lambda where: where["strategy"]),
    "rigor_seen_differently": Search(rigor, school),
    "gap_closes": Search(gap_closes, school),
    "observers_disagree": Search(observers, school),
    "chronic_absence_hides": Search(absence, lambda where: f"{where['school_id']} {where['grade_level']}", "a high school: 2 schools or more"),
    "learning_shows": Search(learning, lambda where: where["topic"]),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one truth in one district: probabilities at its place and counted among all, and any false alarm."""

    at_place: float
    among_all: float
    looks: int
    elsewhere: int

    def words(self, *, nothing: bool) -> str:
        """Return whether the truth was found; of the strategy that does nothing: whether it was told to do nothing."""
        if math.isnan(self.at_place):
            return "cannot be told"
        if nothing:
            return "found: no more than expected" if self.at_place > LEVEL else "not found"
        if self.among_all <= LEVEL:
            return "found among all"
        return "found at its place" if self.at_place <= LEVEL else "not found"


def outcome(district: Any, truth: dict[str, Any]) -> Outcome:
    """Look for one truth."""
    search = SEARCHES[truth["id"]]
    looks, own = search.looks(district, truth["where"]), search.own(truth["where"])
    adjusted = dict(zip(looks, measures.holm(list(looks.values())), strict=True))
    elsewhere = sum(p <= LEVEL for name, p in adjusted.items() if name != own)
    return Outcome(looks.get(own, math.nan), adjusted.get(own, math.nan), len(looks), elsewhere)


def opened(folder: Path, schools: int, *, effects: bool) -> tuple[Any, list[dict[str, Any]]]:
    """Make the files of a district, import them, and return the district with its truths."""
    files = folder / f"files-{schools}-{effects}"
    told = make_district(files, schools=schools, effects=effects, compact=True)
    workspace = new_workspace(folder / f"district-{schools}-{effects}")
    import_files(workspace, sorted(path for path in files.iterdir() if path.suffix != ".json"))
    return dw.open_workspace(workspace.root), told["truths"]


def found_in(folder: Path, schools: int, *, effects: bool) -> dict[str, Outcome]:
    """Return what became of each truth that can be planted in a district of so many schools."""
    district, truths = opened(folder, schools, effects=effects)
    told = {truth["id"]: outcome(district, truth) for truth in truths}
    district.close()
    return told


def table(found: dict[int, dict[str, Outcome]], said: Callable[[str, Outcome], str]) -> str:
    """Return a table in Markdown: one row a truth, one column a size."""
    lines = [
        "| Truth | " + " | ".join(f"{size} school{'s' * (size > 1)}" for size in found) + " |",
        "| --- |" + " --- |" * len(found),
    ]
    for truth, search in SEARCHES.items():
        cells = [
            said(truth, told[truth]) if truth in told else f"cannot be planted (needs {search.needs})"
            for told in found.values()
        ]
        lines.append(f"| `{truth}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _planted(truth: str, told: Outcome) -> str:
    false = (
        f"; {told.elsewhere} more elsewhere"
        if told.elsewhere and truth not in ("bus_route", "app_does_nothing", "reading_helps")
        else ""
    )
    return told.words(nothing=truth == "app_does_nothing") + false


def _not_planted(_truth: str, told: Outcome) -> str:
    if math.isnan(told.at_place):
        return "cannot be told"
    at_place = "alarm" if told.at_place <= LEVEL else "none"
    return f"{at_place} at the place; {told.elsewhere + (told.among_all <= LEVEL)} of {told.looks} among all"


def main(sizes: Sequence[int] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, nargs="*", default=list(sizes or SIZES))
    asked = parser.parse_args()
    planted, bare = {}, {}
    for size in asked.schools:
        with tempfile.TemporaryDirectory() as folder:
            planted[size] = found_in(Path(folder), size, effects=True)
        with tempfile.TemporaryDirectory() as folder:
            bare[size] = found_in(Path(folder), size, effects=False)
        print(f"{size} done", file=sys.stderr, flush=True)
    print(f"Planted:\n\n{table(planted, _planted)}\n\nNot planted:\n\n{table(bare, _not_planted)}")


if __name__ == "__main__":
    main()
