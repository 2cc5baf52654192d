"""Random districts whose students come, leave and change between releases: what anybody can prove from all of them together.

Held against two attackers: the product's own, over everything ever said, and the one in ``tests/disclosure/oracle.py``, which
shares no line with it and sees the published cells alone.
"""

from __future__ import annotations

import copy
import random
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path

import pandas as pd
import pytest
from small_workspace import YEAR, Student, small_district, snapshot_of, workspace_with

sys.path.append(str(Path(__file__).parents[2] / "disclosure"))
import oracle

from dataworkbench.disclosure.attacking import attack
from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import Release
from dataworkbench.publishing.releases.knowing import kept_ledger
from dataworkbench.publishing.releases.making import make_release
from dataworkbench.publishing.releases.shelf import add_to_history
from dataworkbench.publishing.releases.states import content_of, write_step
from dataworkbench.workspace import Workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
SHAPES = (
    '["district", "school", "subgroup", "school x subgroup"]',
    '["district", "school", "grade", "school x grade"]',
    '["district", "subgroup", "grade", "grade x subgroup"]',
)
REQUIRED, SMALL = 10, 10


def release_out(place: Workspace, at: datetime) -> Release:
    """Make a release and put it out, without its pages: what is attacked are its cells."""
    release = make_release(place, now=at, why="a test").release
    write_step(release, "reviewed", now=at)
    write_step(release, "released", now=at)
    add_to_history(place, {"what": "released", "release": release.id, "content": content_of(release)})
    return release


def publish_what(place: Workspace, chance: random.Random) -> None:
    kind = chance.choice(
        (
            '["Race and ethnicity"]',
            '["English learner status"]',
            '["Race and ethnicity", "English learner status"]',
        )
    )
    indicators = chance.choice(('["enrollment"]', '["enrollment", "chronic_absence"]', '["proficiency"]'))
    text = f"indicators = {indicators}\nbreakdowns = {chance.choice(SHAPES)}\nsubgroup_types = {kind}\n"
    (place.root / "publication.toml").write_text(text, encoding="utf-8")


def history_of(folder: Path, seed: int) -> tuple[list[Release], dict[str, list]]:
    """Return two to four releases of one random district, and the students behind each by its name."""
    chance = random.Random(seed)
    district = small_district(seed, students=chance.randint(40, 140))
    place = workspace_with(folder, district)
    publish_what(place, chance)
    out, students = [], {}
    for number in range(chance.randint(2, 4)):
        if number:
            if chance.random() < 0.7:
                district.changes(most=chance.choice((2, 8, 40)))
            if chance.random() < 0.3:
                publish_what(place, chance)
            if chance.random() < 0.3:
                policy = DEFAULT_POLICY_TEXT.replace(
                    "minimum_group = 10", f"minimum_group = {chance.choice((10, 12, 15))}"
                )
                if chance.random() < 0.3:
                    policy = policy.replace("changed_below = 10", "changed_below = 5")
                (place.root / "policy.toml").write_text(policy, encoding="utf-8")
            snapshot_of(place, district, day=number)
        release = release_out(place, AT + timedelta(days=number))
        out.append(release)
        students[release.id] = copy.deepcopy(district.students)
    return out, students


Members = dict[str, dict[str, object]]


def members(students: list[Student]) -> Members:
    """For each cell: each student behind it, with the value that the figure counts."""
    held: Members = defaultdict(dict)
    for one in students:
        learner = "English learner" if one.english_learner == "Yes" else "Not an English learner"
        groups = [("", ""), ("Race and ethnicity", one.race), ("English learner status", learner)]
        values = {
            "enrollment": ("||", {one.school, one.second_school} - {""}, 1),
            "chronic_absence": ("||", {one.school}, one.absent >= 15),
            "proficiency": ("Spring|Reading|state", {one.school}, one.score >= 150),
        }
        for indicator, (table, schools, value) in values.items():
            for school, grade, (kind, group) in product(("", *schools), ("", one.grade), groups):
                held[f"{indicator}|{YEAR}|{table}|{school}|{grade}|{kind}|{group}"][one.id] = value
    return held


def differ(one: Members, other: Members, cell: str) -> tuple[int, int, int]:
    """How many students came, left and changed behind a cell."""
    was, now = one.get(cell, {}), other.get(cell, {})
    changed = sum(was[name] != now[name] for name in was.keys() & now.keys())
    return len(now.keys() - was.keys()), len(was.keys() - now.keys()), changed


@dataclass(frozen=True)
class Out:
    """A release that was out, as the other attacker takes it: the figures that it said itself, the truth, who was behind each."""

    id: str
    own: pd.DataFrame
    cube: pd.DataFrame
    behind: Members
    few: int


def outs(releases: list[Release], students: dict[str, list[Student]]) -> list[Out]:
    found = []
    for release in releases:
        cells, cube = release.cells(), pd.read_parquet(release.private / "true_cells.parquet")
        text = (release.folder / "policy.toml").read_text(encoding="utf-8")
        behind = members(students[release.id])
        checked = cube[cube["unit"] != "mean"].set_index("cell")["n"]
        assert {cell: len(behind.get(cell, {})) for cell in checked.index} == checked.to_dict()
        few = 5 if "changed_below = 5" in text else 10
        found.append(Out(release.id, cells[cells["since"] == release.id], cube, behind, few))
    return found


def everything_said(history: list[Out], *, knows_the_few: bool) -> oracle.Program:
    """What somebody knows who has all releases, and knows behind which figures nobody came, left or changed."""
    program = oracle.Program()
    for out in history:
        alone = oracle.program_of_cells(out.own, out.cube)
        for name, ends in alone.ends.items():
            program.unknown((out.id, name), alone.truth[name], *ends)
        for terms, low, high in alone.rows:
            program.say({(out.id, name): factor for name, factor in terms.items()}, low, high)
    for one, other in combinations(history, 2):
        for cell, key in _in_both(one, other):
            came, left, changed = differ(one.behind, other.behind, cell)
            few = 0 < came + left + changed < other.few
            for what in ("n", "numerator"):
                terms = {(other.id, (key, what)): 1.0, (one.id, (key, what)): -1.0}
                if not all(name in program.ends for name in terms):
                    continue
                if came + left + (changed if what == "numerator" else 0) == 0:
                    program.say(terms, 0, 0)
                elif few and knows_the_few and what == "n":
                    program.say(terms, came - left, came - left)
    assert program.lies() == []
    return program


def _in_both(one: Out, other: Out) -> list[tuple[str, tuple[str, ...]]]:
    there = set(one.cube["cell"])
    return [
        (row["cell"], oracle.key_of(row)) for row in other.cube.to_dict("records") if row["cell"] in there
    ]


def too_near(history: list[Out]) -> list[str]:
    """Return the small groups of any release that come out too near for somebody who also knows how many came and left."""
    protected = {}
    for out in history:
        for row in out.cube.to_dict("records"):
            key = oracle.key_of(row)
            if 0 < row["n"] < SMALL and row["status"] not in {"missing", "not_applicable"}:
                protected[out.id, row["cell"], "n"] = {(out.id, (key, "n")): 1}
                if row["unit"] == "rate":
                    protected[out.id, row["cell"], "numerator"] = {(out.id, (key, "numerator")): 1}
    return _given_away_by_the_last(history, protected, knows_the_few=True)


def differences_too_near(history: list[Out]) -> list[str]:
    """Return the differences about few students, between the last release and any other, that come out too near."""
    last, asked = history[-1], {}
    program = everything_said(history, knows_the_few=False)
    for one in history[:-1]:
        if not len(one.own):
            continue
        for cell, key in _in_both(one, last):
            came, left, changed = differ(one.behind, last.behind, cell)
            said = cell in set(one.own["cell"]) or cell in set(last.own["cell"])
            if not said or not 0 < came + left + changed < last.few:
                continue
            for what in ("n", "numerator"):
                terms = {(last.id, (key, what)): 1.0, (one.id, (key, what)): -1.0}
                if all(name in program.ends for name in terms) and (what == "numerator" or came + left):
                    asked[one.id, cell, what] = terms
    return _given_away_by_the_last(history, asked, knows_the_few=False)


def _given_away_by_the_last(history: list[Out], protected: dict, *, knows_the_few: bool) -> list[str]:
    """Return what comes out too near because of what the last release says.

    What she knows without it (four left, so there were four) no release can take back.
    """
    near = _narrow(everything_said(history, knows_the_few=knows_the_few), protected)
    silent = replace(history[-1], own=history[-1].own.head(0))
    before = everything_said([*history[:-1], silent], knows_the_few=knows_the_few)
    known = _narrow(before, {name: protected[name] for name in near})
    return [f"{name}: {ends}" for name, ends in near.items() if name not in known]


def _narrow(program: oracle.Program, protected: dict) -> dict:
    if not protected:
        return {}
    found = oracle.intervals(program, protected)
    # where the solver lost its way to one end, the truth is as far as is known: it fits
    ends = found[["least", "most"]].astype("float64").apply(lambda end: end.fillna(found["truth"]))
    near = found[ends["most"] - ends["least"] < REQUIRED - 1e-6]
    return {row["of"]: (row["least"], row["most"], row["truth"]) for row in near.to_dict("records")}


def said_anew_about_few(history: list[Out]) -> list[str]:
    """Return the figures that two releases say of groups that differ by fewer students than the policy says."""
    last, found = history[-1], []
    for one in history[:-1]:
        both = set(one.own.loc[one.own["status"] != "suppressed", "cell"])
        both &= set(last.own.loc[last.own["status"] != "suppressed", "cell"])
        moved = {cell: differ(one.behind, last.behind, cell) for cell in both}
        found += [f"{cell}: {how}" for cell, how in moved.items() if 0 < sum(how) < last.few]
    return found


def attacked(folder: Path, seed: int) -> None:
    releases, students = history_of(folder, seed)
    history = outs(releases, students)
    for number, release in enumerate(releases, start=1):
        audit = attack(kept_ledger(release))
        assert set(audit["verdict"]) <= {"safe"}, (seed, release.id)
        assert too_near(history[:number]) == [], (seed, release.id)
        assert differences_too_near(history[:number]) == [], (seed, release.id)
        assert said_anew_about_few(history[:number]) == [], (seed, release.id)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_can_work_a_hidden_figure_out_of_a_history_of_releases(tmp_path, seed):
    attacked(tmp_path / "d", seed)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_nobody_can_work_a_hidden_figure_out_of_two_hundred_histories(tmp_path, seed):
    attacked(tmp_path / "d", seed)
