"""The figures behind a piece of evidence: a group, what it is fairly compared with, and how far apart they lie."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import decimals_for, is_number, value_text
from dataworkbench.measures import (
    DATED,
    Concern,
    Means,
    against_others,
    change,
    concern_to_screen,
    gap,
    indicator,
    means_apart,
    measure,
    measure_so_far,
    screened,
)
from dataworkbench.measures.factors import factors
from dataworkbench.measures.intervals import mean_interval, wilson
from dataworkbench.records import Figure
from dataworkbench.sentences import chance_words
from dataworkbench.terms import NOT_REPORTED, REFERENCE_SUBGROUP, school_year_ending
from dataworkbench.views.district import Kept

Where = Mapping[str, tuple[str, ...]]
Row = Mapping[Any, Any]

NO_FIGURE: Final = Figure()
_ONE: Final = "one group"
_REST: Final = "the others"
_SPLITS: Final[Mapping[str, tuple[str, ...]]] = {
    "subgroup": ("school_id", "grade_level"),
    "grade_level": ("school_id",),
    "school_id": ("grade_level",),
}
"""The column whose groups are compared, the narrowest first, and in what those compared are alike: as the list of leads has it."""
_OTHERS: Final[Mapping[str, str]] = {
    "subgroup": "the other students",
    "grade_level": "the other grade levels",
    "school_id": "the other schools",
}
_ALIKE: Final[Mapping[str, str]] = {"school_id": "school", "grade_level": "grade level"}
_YEAR_ENDS: Final = (6, 1)
"""From this day on a school year counts as whole."""


@dataclass(frozen=True)
class Asked:
    """What was asked of the data: a measure, of whom and when, compared with what; ``thing`` names what some have and others not."""

    indicator: str
    where: Where
    compared: str = "others"
    thing: str = ""


@dataclass(frozen=True)
class Beside:
    """What a group is compared with: its figure, what it is called, how far apart the two lie, and how they were compared.

    ``own`` is the group's figure where it isn't the one that was measured for it; ``why`` says what stands in the way.
    """

    own: Figure | None = None
    other: Figure = NO_FIGURE
    difference: Figure = NO_FIGURE
    named: str = ""
    alike: tuple[str, ...] = ()
    why: str = ""
    thing: str = ""
    looked_at: int = 1
    by_chance: str = ""
    is_under_way: bool = False
    stands_out: bool | None = None


def measured(district: Kept, id: str, where: Where) -> Figure:  # noqa: A002 - the catalogue's own word
    """Return one figure of one group as staff see it; where there is none its label says why."""
    return _figures(district, measure(district, id, where=where), where)[0]


def beside_others(district: Kept, asked: Asked, *, of_schools: bool = False) -> Beside:
    """Return the others like a group: its other grade levels, groups or schools, in strata that are alike."""
    within, alike = _split(asked, of_schools=of_schools)
    if not within:
        wanted = "a school" if of_schools else "a school, a grade level or a group of students"
        return Beside(why=f"Everybody together has no others. Choose {wanted} first.")
    (own,) = asked.where[within]
    chosen = {name: held for name, held in asked.where.items() if name != within}
    frame = measure(district, asked.indicator, by=[within, *alike], where=chosen)
    rest = tuple(str(held) for held in frame[within].dropna().unique() if str(held) != own)
    named = _named(asked, within)
    if not rest:
        return Beside(named=named, why="There is nobody else in these data to compare with.")
    other = measured(district, asked.indicator, {**chosen, within: rest})
    if other.value is None:
        return Beside(named=named, why=f"There is no figure for {named}: {other.label}")
    found = _in_strata(district, frame, within, own, alike)
    if found is not None:
        return Beside(other=other, named=named, difference=found, alike=tuple(_ALIKE[name] for name in alike))
    return Beside(
        other=other, named=named, difference=_plain(district, asked.indicator, asked.where, {**chosen, within: rest})
    )  # fmt: skip


def beside_earlier(district: Kept, asked: Asked) -> Beside:
    """Return the same group a year before; of a year that is under way, as far as the data allow, up to the same day."""
    years = asked.where.get("school_year", ())
    if len(years) != 1:
        return Beside(why="Choose one school year first.")
    before, under_way = school_year_ending(int(years[0][:4])), _is_under_way(district, years[0])
    where = {**asked.where, "school_year": (before, years[0])}
    day = date.fromisoformat(district.snapshot.made_on[:10]) if under_way and district.snapshot else None
    so_far = day is not None and asked.indicator in DATED
    if so_far and day is not None:
        frame = measure_so_far(district, asked.indicator, up_to=day, by=["school_year"], where=where)
    else:
        frame = measure(district, asked.indicator, by=["school_year"], where=where)
    named = f"the same group in {before}" + (", up to the same day of the year" if so_far else "")
    rows = dict(zip(frame["school_year"], _figures(district, frame, asked.where), strict=True))
    if before not in rows or rows[before].value is None:
        return Beside(named=named, why=f"There is no figure for {before}.")
    if years[0] not in rows or rows[years[0]].value is None:
        return Beside(named=named, why=f"There is no figure for {years[0]}.")
    moved = change(frame, confidence=district.settings.confidence)
    row = moved[moved["school_year"] == years[0]].iloc[0].to_dict()
    earlier = rows[before].model_copy(update={"at": {"school_year": (before,)}})
    return Beside(
        own=rows[years[0]], other=earlier, named=named, difference=_difference(row), is_under_way=under_way and not so_far,
    )  # fmt: skip


def beside_its_reference(district: Kept, asked: Asked) -> Beside:
    """Return the group that a gap is measured from: of English learners, those who are not."""
    (kind,), (own,) = (asked.where.get(name) or ("",) for name in ("subgroup_type", "subgroup"))
    reference = REFERENCE_SUBGROUP.get(kind, "")
    if not own or not reference:
        return Beside(
            why="Choose a group of students first: a gap is measured between two groups of one kind."
        )
    if own == reference:
        return Beside(
            named=reference, why="This is the group that gaps are measured from. Choose the other one."
        )
    chosen = {name: held for name, held in asked.where.items() if name != "subgroup"}
    frame = measure(district, asked.indicator, by=["subgroup"], where=chosen)
    gaps = gap(frame, within="subgroup", confidence=district.settings.confidence)
    row = gaps[gaps["subgroup"] == own].iloc[0].to_dict()
    if not is_number(row["value"]):
        return Beside(named=reference, why=str(row["reason"]))
    other = measured(district, asked.indicator, {**chosen, "subgroup": (reference,)})
    return Beside(other=other, named=reference, difference=_difference(row))


def beside_those_without(district: Kept, asked: Asked) -> Beside:
    """Return students like them without a thing, as the screen of candidate causes compares them, all looks counted."""
    concern = concern_of(district, asked)
    rows = screened(district, concern, fewest=district.policy.staff_caution_below)
    if not asked.thing:
        return Beside(why="Choose first what some of these students have and others not.")
    found = rows[rows["factor"] == asked.thing]
    if found.empty:
        fewest = district.policy.staff_caution_below
        return Beside(
            thing=asked.thing,
            why=f"Of those with it and those without there are not {fewest} on each side whose figure and grade level are known.",
        )
    row = found.iloc[0].to_dict()
    own, other = _sides(district, concern, asked.thing)
    return Beside(
        own=own, other=other, named="students without it", thing=asked.thing, difference=_difference(row), alike=("school", "grade level"),
        looked_at=len(rows), by_chance=chance_words(float(row["chance"])), stands_out=bool(row["chance"] <= 1 - district.settings.confidence),
    )  # fmt: skip


def things_to_choose(district: Kept, asked: Asked) -> list[str]:
    """Return what some students of a concern have and others not, with enough on both sides to compare."""
    rows = screened(district, concern_of(district, asked), fewest=district.policy.staff_caution_below)
    return sorted(str(held) for held in rows["factor"])


def concern_of(district: Kept, asked: Asked) -> Concern:
    """Return the concern student by student.

    Raises
    ------
    WorkbenchError
        Where a measure does not count students one by one, or there is no figure.

    """
    known = {
        name: held for name, held in asked.where.items() if name in indicator(asked.indicator).dimensions
    }
    return concern_to_screen(district, asked.indicator, known)


# --- one side and the other -------------------------------------------------------------------------------------------


def _split(asked: Asked, *, of_schools: bool) -> tuple[str, tuple[str, ...]]:
    """Return by which column a group is set apart, and in which columns the others are to be like it."""
    known = indicator(asked.indicator).dimensions
    if of_schools:
        return ("school_id", ()) if len(asked.where.get("school_id", ())) == 1 else ("", ())
    for within, alike in _SPLITS.items():
        if len(asked.where.get(within, ())) == 1 and asked.where[within] != (NOT_REPORTED,):
            return within, tuple(name for name in alike if name in known)
    return "", ()


def _named(asked: Asked, within: str) -> str:
    named = _OTHERS[within]
    if within == "subgroup":
        (kind,) = asked.where.get("subgroup_type") or ("",)
        named = f"{named} by {kind[:1].lower()}{kind[1:]}" if kind else named
        named = named.replace("by english", "by English")
    here = [name for name in ("grade_level", "school_id") if name in asked.where and name != within]
    same = " and ".join(f"same {_ALIKE[name]}" for name in here)
    return f"{named} in the {same}" if same else named


def _in_strata(
    district: Kept, frame: pd.DataFrame, within: str, own: str, alike: Sequence[str]
) -> Figure | None:
    """Return the difference like with like; None where the measure is neither a yes or no nor a mean with its spread."""
    rows = frame[frame["status"].eq("") & frame["n"].gt(0)]
    confidence = district.settings.confidence
    if _are_yes_or_no(rows):
        apart = against_others(frame, within=within, alike=alike, confidence=confidence)
        found = apart[apart[within] == own].to_dict("records")
        return _difference(found[0]) if found else None
    if rows["sd"].isna().any() or rows["mean"].isna().any():
        return None
    strata = [piece for _, piece in rows.groupby(list(alike), sort=False)] if alike else [rows]
    told = means_apart([_means(piece, within, own) for piece in strata], confidence=confidence)
    return None if math.isnan(told.value) else Figure(value=told.value, low=told.low, high=told.high)


def _are_yes_or_no(rows: pd.DataFrame) -> bool:
    hits = rows["numerator"].astype("Float64")
    return bool(len(rows)) and bool(
        hits.notna().all()
        and ((hits - rows["value"] * rows["n"]).abs() < 1e-6).all()
        and ((hits - hits.round()).abs() < 1e-6).all()
    )


def _means(piece: pd.DataFrame, within: str, own: str) -> Means:
    """Return one stratum of a comparison of means: the group, and all others as one."""
    is_own = piece[within].astype(str) == own
    sides = [_as_one(piece[is_own]), _as_one(piece[~is_own])]
    return Means(*sides[0], *sides[1])


def _as_one(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Return size, mean and standard deviation of several groups as if they were one."""
    n, mean, sd = (rows[name].astype(float) for name in ("n", "mean", "sd"))
    size = float(n.sum())
    if size == 0:
        return 0.0, math.nan, math.nan
    middle = float((n * mean).sum()) / size
    squares = float(((n - 1) * sd**2 + n * (mean - middle) ** 2).sum())
    return size, middle, math.sqrt(squares / (size - 1)) if size > 1 else math.nan


def _plain(district: Kept, id: str, own: Where, rest: Where) -> Figure:  # noqa: A002 - the catalogue's own word
    """Return the difference of two groups as they are, with nothing held alike."""
    sides = [
        measure(district, id, where=where).assign(side=side) for side, where in ((_ONE, own), (_REST, rest))
    ]
    both = pd.concat(sides, ignore_index=True)
    frame = both[["side", *(name for name in both.columns if name != "side")]]
    row = gap(frame, within="side", reference=_REST, confidence=district.settings.confidence).iloc[0]
    return _difference(row.to_dict())


def _sides(district: Kept, concern: Concern, thing: str) -> tuple[Figure, Figure]:
    """Return the figures of those with a thing and of those without it."""
    has = next(held.has for held in factors(district, concern) if held.name == thing)
    seen, known = concern.students["seen"].astype(float), has.notna().to_numpy()
    sides = [seen[known & (has == there).fillna(value=False).to_numpy()] for there in (True, False)]
    decimals = decimals_for([float(side.mean()) for side in sides])
    first, second = (_side(district, concern, side, decimals) for side in sides)
    return first, second


def _side(district: Kept, concern: Concern, seen: pd.Series, decimals: int) -> Figure:
    value, n = float(seen.mean()), len(seen)
    if concern.is_rate:
        low, high = wilson(round(value * n), n, confidence=district.settings.confidence)
        label = value_text(value, "rate")
    else:
        error = float(seen.std()) / math.sqrt(n)
        low, high = mean_interval(value, error, n, confidence=district.settings.confidence)
        label = value_text(value, "mean", decimals)
    return Figure(
        value=value,
        low=_number(low),
        high=_number(high),
        n=n,
        label=label,
        at={"school_year": (concern.school_year,)},
    )


# --- figures out of frames --------------------------------------------------------------------------------------------


def _figures(district: Kept, frame: pd.DataFrame, where: Where) -> list[Figure]:
    """Return each row of a measure as a figure that staff may see; one without a value says why in its label."""
    at = {name: where[name] for name in ("school_year", "period") if name in where}
    gated = for_audience(frame, "staff", policy=district.policy)
    return [_figure(row, at) for row in gated.to_dict("records")] or [
        Figure(label="Nobody is in this group in these data.")
    ]


def _figure(row: Row, at: Where) -> Figure:
    if not is_number(row["value"]):
        return Figure(label=str(row["reason"]) or "Nobody is in this group in these data.")
    return Figure(
        value=float(row["value"]), low=_number(row["low"]), high=_number(row["high"]), n=int(row["n"]), label=str(row["label"]), at=at,
    )  # fmt: skip


def _difference(row: Mapping[Hashable, Any]) -> Figure:
    if not is_number(row["value"]):
        raise WorkbenchError(str(row.get("reason") or "There is no difference to give."))
    return Figure(value=float(row["value"]), low=_number(row["low"]), high=_number(row["high"]))


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None  # type: ignore[arg-type]  # it is a number


def _is_under_way(district: Kept, year: str) -> bool:
    """Whether the data of a school year end before it does."""
    if district.snapshot is None or not year[:4].isdecimal():
        return False
    return date.fromisoformat(district.snapshot.made_on[:10]) < date(int(year[:4]) + 1, *_YEAR_ENDS)
