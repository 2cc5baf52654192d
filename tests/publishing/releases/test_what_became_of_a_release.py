"""States of a release, and the lists that say what happened: only added to, and never quietly changed."""

from __future__ import annotations

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made_release import made_release

from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.publishing.releases import current_release, find_release, list_releases, state_of, steps_of
from dataworkbench.publishing.releases.private import add_line, read_lines, without_links
from dataworkbench.publishing.releases.shelf import add_to_history, ever_released, one_at_a_time
from dataworkbench.publishing.releases.states import (
    content_of,
    require_unchanged,
    was_released,
    when_text,
    write_step,
)
from dataworkbench.workspace import new_workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


@pytest.fixture
def place(tmp_path):
    return new_workspace(tmp_path / "d")


def release_in(place, name="2026-10-01_0900-aaaaaa", *states):
    release = made_release(place.releases, name)
    for number, state in enumerate(("draft", *states)):
        write_step(release, state, why="because", who="the coordinator", now=AT + timedelta(hours=number))
        if state == "released":
            add_to_history(place, {"what": "released", "release": name, "content": content_of(release)})
    return release


def test_each_step_says_who_when_and_why(place):
    release = release_in(place, "r", "reviewed", "released", "withdrawn")
    steps = steps_of(release)
    assert [step.state for step in steps] == ["draft", "reviewed", "released", "withdrawn"]
    assert {step.who for step in steps} == {"the coordinator"}
    assert {step.why for step in steps} == {"because"}
    assert steps[1].at == AT + timedelta(hours=1)
    assert when_text(steps[0].at, "America/Chicago") == "2026-10-01 04:00"
    assert when_text(steps[0].at, "Nowhere/Land") == "2026-10-01 09:00 UTC"


@pytest.mark.parametrize(
    ("states", "to"),
    [((), "released"), (("reviewed", "released"), "reviewed"), (("reviewed", "released"), "released"),
     (("withdrawn",), "reviewed"), (("withdrawn",), "released"), (("withdrawn",), "withdrawn"), (("reviewed",), "draft")],
)  # fmt: skip
def test_a_step_that_does_not_follow_is_refused_and_not_written_down(place, states, to):
    release = release_in(place, "r", *states)
    before = (release.private / "states.jsonl").read_bytes()
    with pytest.raises(WorkbenchError, match=f"can't become {to}"):
        write_step(release, to)
    assert (release.private / "states.jsonl").read_bytes() == before


@pytest.mark.parametrize("name", ["cells.parquet", "release.json", "policy.toml"])
def test_a_release_whose_public_part_was_changed_is_refused(place, name):
    release = release_in(place)
    path = release.folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(WorkbenchError, match="is not what was made"):
        write_step(release, "reviewed")
    with pytest.raises(WorkbenchError, match="is not what was made"):
        require_unchanged(release)
    assert [step.state for step in steps_of(release)] == ["draft"]


def test_a_release_about_which_nothing_is_written_down_is_refused(place):
    release = made_release(place.releases, "r")
    with pytest.raises(WorkbenchError, match="Nothing is written down"):
        write_step(release, "reviewed")


def _tell(line: dict) -> str:
    return json.dumps(line) + "\n"


@pytest.mark.parametrize("how", ["changed", "taken out", "put in", "turned round"])
def test_a_list_that_was_changed_by_other_means_is_noticed(tmp_path, how):
    path = tmp_path / "list.jsonl"
    for number in range(3):
        add_line(path, {"number": number, "said": "ñ \u2028 <script>\n"})
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [without_links(line)["number"] for line in lines] == [0, 1, 2]
    other = {
        "changed": [lines[0], {**lines[1], "number": 7}, lines[2]],
        "taken out": [lines[0], lines[2]],
        "put in": [lines[0], lines[1], {**lines[2], "previous": lines[0]["entry"]}],
        "turned round": [lines[1], lines[0], lines[2]],
    }[how]
    path.write_text("".join(map(_tell, other)), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="not as the workbench wrote it"):
        read_lines(path)
    with pytest.raises(WorkbenchError, match="not as the workbench wrote it"):
        add_line(path, {"number": 4})


def test_a_line_that_was_broken_off_never_counted(tmp_path):
    path = tmp_path / "list.jsonl"
    add_line(path, {"number": 0})
    with path.open("ab") as file:
        file.write(b'{"number": 1, "previ')
    assert [line["number"] for line in read_lines(path)] == [0]
    add_line(path, {"number": 2})
    assert [line["number"] for line in read_lines(path)] == [0, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")
def test_what_stays_in_the_house_can_be_read_by_its_owner_alone(place):
    release = release_in(place, "r", "reviewed")
    assert stat.S_IMODE(release.private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in release.private.rglob("*") if path.is_file()} == {
        0o600
    }


def test_the_release_that_is_out_is_the_last_one_published_that_was_not_withdrawn(place):
    assert current_release(place) is None
    first = release_in(place, "a", "reviewed", "released")
    assert current_release(place).id == "a"
    release_in(place, "b", "reviewed")
    assert current_release(place).id == "a"
    write_step(first, "withdrawn", why="wrong", now=AT + timedelta(days=1))
    assert current_release(place) is None
    assert state_of(first) == "withdrawn"


def test_a_withdrawn_release_stays_part_of_what_an_attacker_knows(place):
    release = release_in(place, "a", "reviewed", "released", "withdrawn")
    release_in(place, "b", "reviewed")
    assert was_released(release)
    assert [known.id for known in ever_released(place)] == ["a"]


def test_a_published_release_whose_folder_is_gone_stops_everything_that_would_forget_it(place, tmp_path):
    release = release_in(place, "a", "reviewed", "released")
    release.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(WorkbenchError, match="was published, and its folder is gone"):
        ever_released(place)
    (tmp_path / "elsewhere").rename(release.folder)
    assert [known.id for known in ever_released(place)] == ["a"]


def test_a_published_release_can_not_be_replaced_by_another_of_its_name(place):
    release = release_in(place, "a", "reviewed", "released")
    cells = release.folder / "cells.parquet"
    cells.write_bytes(cells.read_bytes() + b" ")
    with pytest.raises(WorkbenchError, match="its public part was changed since"):
        ever_released(place)


def test_a_release_is_found_by_its_name_and_without_one_it_is_the_latest(place):
    with pytest.raises(NothingToShowError, match="release make"):
        find_release(place)
    release_in(place, "a")
    release_in(place, "b")
    assert [release.id for release in list_releases(place)] == ["a", "b"]
    assert find_release(place).id == "b"
    assert find_release(place, "a").id == "a"
    with pytest.raises(NoSuchNameError, match="There are: a, b"):
        find_release(place, "c")


def test_one_command_at_a_time_works_on_the_releases(place):
    with one_at_a_time(place), pytest.raises(WorkbenchError, match="Another command"), one_at_a_time(place):
        pass
    with one_at_a_time(place):
        assert Path(place.releases).is_dir()
