"""Random linked tables by number: each number gives one cube, one policy and, in a third of them, an earlier release of the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from attackers import Attacked, attacked
from made_cubes import KINDS, counted, made_cube, made_students

from dataworkbench.disclosure.linked import Earlier, cell_ids, secure
from dataworkbench.policy import UTAH_BANDS, Band, DisclosurePolicy, Requirement
from dataworkbench.publishing.releases.auditing import secured_and_audited
from dataworkbench.publishing.releases.knowing import Known

UNITS = ("count", "rate", "mean")
MOST_CELLS = 90
BEFORE = "earlier"


@dataclass(frozen=True)
class Drawn:
    """One table: the students behind it, those behind an earlier release (or None), how it is counted, and the policy."""

    students: pd.DataFrame
    before: pd.DataFrame | None
    unit: str
    crossed: bool
    crossed_before: bool
    policy: DisclosurePolicy


def drawn(number: int) -> Drawn:
    """Return the table of this number: 1 to 6 schools, 1 to 4 grades, 1 to 3 kinds of groups, up to some hundred students."""
    rng = np.random.default_rng([number, 6])
    schools, grades, kinds = _shape(rng)
    size = float(rng.choice([4, 10, 25, 60]))
    students = made_students(rng, schools=schools, grades=grades, kinds=kinds, size=size)
    students = students.assign(student=np.arange(len(students)))
    if students.empty:
        return drawn(number + 1_000_000)
    before = _before(rng, students) if rng.random() < 1 / 3 else None
    crossed = bool(rng.random() < 0.6)
    return Drawn(
        students, before, UNITS[number % 3], crossed, bool(rng.random() < 0.5) and crossed, _policy(rng)
    )


def _shape(rng: np.random.Generator) -> tuple[int, int, int]:
    """Return schools, grades and kinds of groups; not all of them many at once, so that ten thousand tables end."""
    while True:
        schools, grades, kinds = (int(rng.integers(1, most + 1)) for most in (6, 4, 3))
        groups = 1 + sum(len(parts) for parts in list(KINDS.values())[:kinds])
        if (schools + 1) * (grades + 1) * groups <= MOST_CELLS:
            return schools, grades, kinds


def _policy(rng: np.random.Generator) -> DisclosurePolicy:
    minimum = int(rng.integers(3, 12))
    bands = (Band(smallest=3, ends=0.20, step=0.10), *UTAH_BANDS)
    kind = "double" if rng.random() < 0.4 else "width"
    width = int(rng.choice([3, 5, minimum, 10]))
    return DisclosurePolicy(
        minimum_group=minimum, bands=bands, requirement=Requirement(kind=kind, width=width, coded=int(rng.integers(1, 4))),
        mean_decimals=int(rng.integers(0, 2)),
    )  # fmt: skip


def _before(rng: np.random.Generator, students: pd.DataFrame) -> pd.DataFrame:
    """Return the students as they were: all of them, or some less and some more, some of them with another answer."""
    if rng.random() < 0.4:
        return students
    left = students.sample(frac=float(rng.uniform(0, 0.15)), random_state=int(rng.integers(1 << 30)))
    before = pd.concat([students, left.assign(student=left["student"] + len(students))], ignore_index=True)
    before = before[rng.random(len(before)) > rng.uniform(0, 0.1)].reset_index(drop=True)
    other = rng.random(len(before)) < rng.uniform(0, 0.1)
    return before.assign(yes=before["yes"] ^ other, score=before["score"] + other * 7)


def attacked_table(number: int) -> Attacked:
    """Return what both attackers find in the table of this number."""
    return attacked_drawn(drawn(number))


def attacked_drawn(table: Drawn) -> Attacked:
    """Return what both attackers find in a table."""
    cube = made_cube(table.students, table.unit, crossed=table.crossed)
    if table.before is None or table.before.empty:
        return attacked(secure(cube, table.policy), cube, table.policy)
    cube_before = made_cube(table.before, table.unit, crossed=table.crossed_before)
    first = secure(cube_before, table.policy).cells.assign(since=BEFORE)
    changed = changes(table)
    known = Known(
        earlier=(Earlier(BEFORE, first, cube_before, table.policy),),
        changed=changed.assign(release=BEFORE, until="", known=True),
        notes=(),
    )
    secured, _ = secured_and_audited(cube.assign(cell=cell_ids(cube)), table.policy, known)
    return attacked(secured, cube, table.policy, earlier=[first], changed=changed)


def changes(table: Drawn) -> pd.DataFrame:
    """Return how many students of each cell came, left, and changed their answer; one row is one cell."""
    now, before = table.students, table.before
    figure = {"count": None, "rate": "yes", "mean": "score"}[table.unit]
    was = now["student"].map(before.set_index("student")[figure]) if figure else None
    stayed = now["student"].isin(before["student"])
    other = stayed & (now[figure] != was) if figure else stayed & False
    cells, sums = counted(now, {"came": ~stayed, "changed": other}, crossed=table.crossed)
    gone = before[~before["student"].isin(now["student"])]
    left = counted(gone, {}, crossed=table.crossed, kinds=tuple(k for k in KINDS if k in now), levels_of=now)[
        1
    ]["n"]
    return pd.DataFrame({"cell": cell_ids(cells.assign(indicator=table.unit, school_year="2025-26")),
                         "came": sums["came"], "left": left, "changed": sums["changed"]})  # fmt: skip


def smaller(table: Drawn) -> list[Drawn]:
    """Return tables that are a little smaller: without one school, grade, kind of groups, or half of the students."""
    found = []
    for name in ("school_id", "grade_level"):
        values = sorted(table.students[name].unique())
        found += [_kept(table, lambda held, n=name, v=value: held[held[n] != v]) for value in values]
    kinds = [kind for kind in KINDS if kind in table.students]
    if len(kinds) > 1:
        found += [_kept(table, lambda held, k=kind: held.drop(columns=k)) for kind in kinds]
    found += [_kept(table, lambda held, p=part: held[held["student"] % 2 == p]) for part in (0, 1)]
    return [small for small in found if len(small.students)]


def _kept(table: Drawn, keep) -> Drawn:
    before = None if table.before is None else keep(table.before).reset_index(drop=True)
    return Drawn(
        keep(table.students).reset_index(drop=True),
        before,
        table.unit,
        table.crossed,
        table.crossed_before,
        table.policy,
    )
