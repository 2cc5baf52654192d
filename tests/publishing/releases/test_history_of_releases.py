"""Random districts whose students come, leave and change between releases: what anybody can prove from all of them together.

Held against two attackers: the product's own, over everything ever said, and the one in ``tests/disclosure/oracle.py``, which
shares no line with it and sees the published cells alone.
"""

from __future__ import annotations

import copy
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from small_workspace import small_district, snapshot_of, workspace_with

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


def too_near(releases: list[Release]) -> list[str]:
    """Return the protected figures of the last release that the other attacker comes too near to."""
    last = releases[-1]
    since = pd.read_parquet(last.private / "tables.parquet").set_index("table")["release"]
    cube = pd.read_parquet(last.private / "true_cells.parquet")
    cells = last.cells()
    cube = cube[cube["cell"].isin(cells["cell"])]
    earlier = [_of_the_same_students(release, since) for release in releases[:-1]]
    program = oracle.program_of_cells(cells, cube, earlier=earlier)
    small = set(cube.loc[cube["n"] < SMALL, "cell"])
    protected = {name: of for name, of in oracle.protected_of_cells(cells, cube).items() if name[0] in small}
    if not protected:
        return []
    found = oracle.intervals(program, protected)
    near = found[
        found["least"].isna() | found["most"].isna() | (found["most"] - found["least"] < REQUIRED - 1e-6)
    ]
    return [f"{row['of']}: {row['least']} to {row['most']}" for row in near.to_dict("records")]


def _of_the_same_students(release: Release, since: pd.Series) -> pd.DataFrame:
    """Return the cells that an earlier release said of exactly the students of whom the last one speaks."""
    cells = release.cells()
    own = pd.read_parquet(release.private / "tables.parquet").set_index("table")["release"]
    tables = cells["cell"].str.split("|").str[:5].str.join("|")
    return cells[[table in since.index and since[table] == own[table] for table in tables]]


def attacked(folder: Path, seed: int) -> None:
    releases, _ = history_of(folder, seed)
    for number, release in enumerate(releases):
        audit = attack(kept_ledger(release))
        assert set(audit["verdict"]) <= {"safe"}, (seed, release.id)
        assert too_near(releases[: number + 1]) == [], (seed, release.id)
    assert differences_are_of_enough_students(releases) == [], seed


def differences_are_of_enough_students(releases: list[Release]) -> list[str]:
    """Return the figures that two releases give differently although fewer students changed than the policy says."""
    found = []
    for release in releases[1:]:
        path = release.private / "changed.parquet"
        changed = pd.read_parquet(path).set_index("cell") if path.is_file() else pd.DataFrame()
        floor = (
            5 if "changed_below = 5" in (release.folder / "policy.toml").read_text(encoding="utf-8") else 10
        )
        now = release.cells().set_index("cell")
        for cell, row in changed.iterrows():
            moved = row["came"] + row["left"] + row["altered"]
            if (
                0 < moved < floor
                and cell in now.index
                and now.loc[cell, "since"] == release.id
                and now.loc[cell, "status"] != "suppressed"
            ):
                found.append(f"{cell}: {moved} changed")
    return found


@pytest.mark.parametrize("seed", range(3))
def test_nobody_can_work_a_hidden_figure_out_of_a_history_of_releases(tmp_path, seed):
    attacked(tmp_path / "d", seed)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_nobody_can_work_a_hidden_figure_out_of_two_hundred_histories(tmp_path, seed):
    attacked(tmp_path / "d", seed)
