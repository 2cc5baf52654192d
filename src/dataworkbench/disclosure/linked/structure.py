"""Which cell is the sum of which: schools make the district, grades all grades, the groups of one type all students.

Totals that nobody publishes are there all the same, because anybody can add up: they get a cell of their own, without a
figure (an *implied* cell). Where the parts are fewer than their whole, the rest is a cell too: students whose group is not
known, a school that does not report. Nobody publishes it, and anybody can subtract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dataworkbench.disclosure.linked.dimensions import CROSSED, TABLE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_AXES: Final = ("school", "grade", "group")
_NEARLY: Final = 1e-6
REST_WORDS: Final = {"school": "other schools", "grade": "other grades", "group": "other groups"}


@dataclass(frozen=True)
class Structure:
    """Cells with their true figures, and the families of parts and wholes among them.

    ``cells``: one row is one cell that takes part in sums: ``place`` (its row in the cube; -1 where it is implied or a rest),
    ``cell``, ``kind`` ("published", "implied", "rest"), ``table``, ``type`` (which kind of groups it belongs to; 0 is all students),
    ``school``, ``grade``, ``group`` (codes; 0 is all), ``unit``, ``n`` and ``second`` (the numerator of a share, the sum behind a mean).

    ``members``: one row is one part in one family: ``family``, ``part``. ``wholes``: one row is one family: ``whole``, ``axis``, ``tag`` (the type of its groups) and
    ``rest`` (its cell, or -1). What is left over without a cell of its own is known to everybody.
    """

    cells: pd.DataFrame
    members: pd.DataFrame
    wholes: pd.DataFrame


@dataclass
class _Coded:
    """Cells as whole numbers, so that wholes are found by arithmetic on keys."""

    table: Ints
    school: Ints
    grade: Ints
    group: Ints
    n: Floats
    second: Floats
    bases: tuple[int, int, int]
    types: Ints
    """The subgroup type of each group code."""
    halves: list[tuple[int, int]] = field(default_factory=list)
    """Crossed groups with each of the two groups that they are a part of."""

    def key(self, **zero: bool) -> Ints:
        schools, grades, groups = self.bases
        school = np.zeros_like(self.school) if zero.get("school") else self.school
        grade = np.zeros_like(self.grade) if zero.get("grade") else self.grade
        group = np.zeros_like(self.group) if zero.get("group") else self.group
        return ((self.table * schools + school) * grades + grade) * groups + group

    def parted(self, key: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        schools, grades, groups = self.bases
        rest, group = np.divmod(key, groups)
        rest, grade = np.divmod(rest, grades)
        table, school = np.divmod(rest, schools)
        return table, school, grade, group


def structure(cube: pd.DataFrame) -> Structure:
    """Return the cells of a cube that hold a figure, the cells that follow from them, and what adds up to what."""
    coded = _coded(cube)
    first = len(coded.n)
    _add_implied(coded)
    links = _links(coded)
    cells = _frame(cube, coded, first)
    wholes, members = _families(links)
    return _with_rests(cells, wholes, members)


def _coded(cube: pd.DataFrame) -> _Coded:
    table = cube.groupby([*TABLE, "unit"], sort=True, dropna=False).ngroup().to_numpy(np.int64)
    school, schools = _codes(cube["school_id"])
    grade, grades = _codes(cube["grade_level"])
    kinds = cube["subgroup_type"].where(cube["subgroup"] != "", "")
    pairs = pd.Series(list(zip(kinds, cube["subgroup"], strict=True)), dtype="object")
    known = [("", ""), *sorted({pair for pair in pairs if pair != ("", "")})]
    number = {pair: code for code, pair in enumerate(known)}
    type_of = {kind: code for code, kind in enumerate(sorted({kind for kind, _ in known}))}
    return _Coded(
        table.astype(np.int64), school, grade, pairs.map(number).to_numpy(np.int64),
        cube["n"].to_numpy(np.float64), cube["second"].to_numpy(np.float64),
        (schools, grades, len(known)), np.array([type_of[kind] for kind, _ in known], dtype=np.int64),
        _halves(number),
    )  # fmt: skip


def _codes(names: pd.Series) -> tuple[Ints, int]:
    known = {name: code for code, name in enumerate(["", *sorted(set(names) - {""})])}
    return names.map(known).to_numpy(np.int64), len(known)


def _halves(number: dict[tuple[str, str], int]) -> list[tuple[int, int]]:
    found = []
    for (kind, group), code in number.items():
        kinds, groups = kind.split(CROSSED), group.split(CROSSED)
        if len(kinds) > 1 and len(kinds) == len(groups):
            for left_out in range(len(kinds)):
                one = CROSSED.join(k for place, k in enumerate(kinds) if place != left_out)
                half = CROSSED.join(g for place, g in enumerate(groups) if place != left_out)
                if (one, half) in number:
                    found.append((code, number[one, half]))
    return found


@dataclass(frozen=True)
class _Links:
    """Parts and the key of their whole; ``tag`` tells the families of one whole apart."""

    axis: str
    whole: Ints
    part: Ints
    tag: Ints


def _links(coded: _Coded) -> list[_Links]:
    """Return who is a part of whom, with wholes as places among the cells."""
    own = coded.key()
    order = np.argsort(own, kind="stable")
    found = []
    for links in _wanted(coded):
        at = np.searchsorted(own[order], links.whole)
        at[at == len(own)] = 0
        there = own[order][at] == links.whole
        found.append(_Links(links.axis, order[at][there], links.part[there], links.tag[there]))
    return found


def _wanted(coded: _Coded) -> list[_Links]:
    """Return who is a part of whom, with wholes as keys, whether they are among the cells or not."""
    found = []
    for axis in _AXES:
        part = np.flatnonzero(getattr(coded, axis) > 0)
        tag = coded.types[coded.group[part]] if axis == "group" else np.zeros(len(part), dtype=np.int64)
        found.append(_Links(axis, coded.key(**{axis: True})[part], part, tag))
    for code, half in coded.halves:
        part = np.flatnonzero(coded.group == code)
        key = coded.key(group=True)[part] + half
        tag = np.full(len(part), coded.types[code], dtype=np.int64)
        found.append(_Links("group", key, part, tag))
    return found


def _add_implied(coded: _Coded) -> None:
    """Add the wholes that are not published, with the largest sum that their parts make."""
    for _ in _AXES:
        own = np.sort(coded.key())
        sums = []
        for links in _wanted(coded):
            lacking = ~np.isin(links.whole, own)
            part = links.part[lacking]
            sums.append(
                pd.DataFrame(
                    {"whole": links.whole[lacking], "axis": links.axis, "tag": links.tag[lacking], "n": coded.n[part],
                     "second": coded.second[part], "parts": 1}
                )
            )  # fmt: skip
        each = pd.concat(sums).groupby(["whole", "axis", "tag"], sort=True).sum(min_count=1).reset_index()
        parts = each.groupby("whole")["parts"].transform("sum")
        each = (
            each[parts > 1].sort_values(["whole", "n", "axis", "tag"]).drop_duplicates("whole", keep="last")
        )
        if each.empty:
            return
        table, school, grade, group = coded.parted(each["whole"].to_numpy(np.int64))
        coded.table = np.concatenate([coded.table, table])
        coded.school = np.concatenate([coded.school, school])
        coded.grade = np.concatenate([coded.grade, grade])
        coded.group = np.concatenate([coded.group, group])
        coded.n = np.concatenate([coded.n, each["n"].to_numpy(np.float64)])
        coded.second = np.concatenate([coded.second, each["second"].to_numpy(np.float64)])


def _frame(cube: pd.DataFrame, coded: _Coded, first: int) -> pd.DataFrame:
    count = len(coded.n)
    place = np.where(np.arange(count) < first, np.arange(count), -1)
    unit = cube.groupby([*TABLE, "unit"], sort=True, dropna=False)["unit"].first().to_numpy()
    scale = {
        name: cube.groupby([*TABLE, "unit"], sort=True, dropna=False)[name].first().to_numpy(np.float64)
        for name in ("scale_low", "scale_high")
    }
    names = np.empty(count, dtype=object)
    names[:first] = cube["cell"].to_numpy()
    tables = cube.groupby([*TABLE, "unit"], sort=True, dropna=False).size().index
    names[first:] = [
        f"{'|'.join(map(str, tables[table][: len(TABLE)]))}|implied total {number}"
        for number, table in enumerate(coded.table[first:])
    ]
    return pd.DataFrame(
        {"place": place, "cell": names, "kind": np.where(place >= 0, "published", "implied"), "table": coded.table,
         "type": coded.types[coded.group],
         "school": coded.school, "grade": coded.grade, "group": coded.group, "unit": unit[coded.table], "n": coded.n,
         "second": coded.second, "scale_low": scale["scale_low"][coded.table], "scale_high": scale["scale_high"][coded.table]}
    )  # fmt: skip


def _families(links: list[_Links]) -> tuple[pd.DataFrame, pd.DataFrame]:
    every = pd.concat(
        [pd.DataFrame({"whole": x.whole, "axis": x.axis, "tag": x.tag, "part": x.part}) for x in links]
    )
    grouped = every.groupby(["whole", "axis", "tag"], sort=True)
    members = pd.DataFrame({"family": grouped.ngroup().to_numpy(), "part": every["part"].to_numpy()})
    wholes = grouped.size().reset_index()[["whole", "axis", "tag"]]
    return wholes, members.sort_values(["family", "part"], ignore_index=True)


def _with_rests(cells: pd.DataFrame, wholes: pd.DataFrame, members: pd.DataFrame) -> Structure:
    """Return the structure with a cell for what the parts of a whole leave over.

    Where the parts are more than their whole (a student in two schools), what is left over is below nobody: then it is taken
    as known to everybody, which never hides less.
    """
    n, second = (cells[name].to_numpy(np.float64) for name in ("n", "second"))
    family, part, whole = (x.to_numpy() for x in (members["family"], members["part"], wholes["whole"]))
    count = len(wholes)
    n_left = np.round(n[whole] - np.bincount(family, n[part], count))
    filled = np.nan_to_num(second)
    second_left = filled[whole] - np.bincount(family, filled[part], count)
    low, high = _possible(cells.iloc[whole], n_left)
    second_left[np.abs(second_left) < _NEARLY] = 0.0
    has_rest = n_left > 0
    second_open = has_rest & (second_left >= low - _NEARLY) & (second_left <= high + _NEARLY)
    rests = cells.iloc[whole[has_rest]].assign(
        place=-1, kind="rest", n=n_left[has_rest],
        second=np.where(second_open, second_left, np.nan)[has_rest],
    )  # fmt: skip
    of_groups = (wholes["axis"] == "group").to_numpy()[has_rest]
    rests["type"] = np.where(of_groups, wholes["tag"].to_numpy()[has_rest], rests["type"])
    words = wholes.loc[has_rest, "axis"].map(REST_WORDS)
    rests["cell"] = rests["cell"].astype(str).to_numpy() + " (" + words.to_numpy() + ")"
    rest = np.full(count, -1, dtype=np.int64)
    rest[has_rest] = len(cells) + np.arange(int(has_rest.sum()))
    return Structure(pd.concat([cells, rests], ignore_index=True), members, wholes.assign(rest=rest))


def _possible(cells: pd.DataFrame, n: Floats) -> tuple[Floats, Floats]:
    """Return the least and most that the second figure of ``n`` students can be."""
    mean = (cells["unit"] == "mean").to_numpy()
    low = np.where(mean, n * cells["scale_low"].to_numpy(np.float64), 0.0)
    high = np.where(mean, n * cells["scale_high"].to_numpy(np.float64), n)
    return low, high
