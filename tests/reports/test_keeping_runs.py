"""Older runs go, and never one that somebody wants, works in, or needs for its last good page; nothing outside is touched."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_district import notebook_of

from dataworkbench.files import write_whole
from dataworkbench.reports import RunRecord, keep_last, list_runs, load_run, plan_reports, run_reports
from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN, Outcome
from dataworkbench.reports.keeping import to_remove
from dataworkbench.reports.lock import only_one
from dataworkbench.reports.record import ReportRecord
from dataworkbench.workspace import new_workspace

SLUGS = ("alder", "birch", "cedar")


class Crew:
    """Plays the workers: fails the schools it is told to, and writes a page for the others."""

    def __init__(self):
        self.fails = set()

    def run_jobs(self, jobs, **_how):
        for job in jobs:
            if job.facts.title in self.fails:
                yield Outcome(job.slug, FAILED, 1.0, message="A cell stopped with KeyError.")
            else:
                page = Path(job.folder) / "pages" / f"{job.slug}.html"
                yield Outcome(job.slug, DONE, 1.0, page=write_whole(page, "page"))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """Runs of every kind that is asked for, each made once; a night gets a copy of one."""
    place = new_workspace(tmp_path_factory.mktemp("once") / "district")
    held = {}

    def make(fails, only, each, notebook, roll):
        key = (fails, only, each, notebook, len(roll.schools))
        if key not in held:
            nbformat.write(notebook_of("1"), place.notebooks / f"{notebook}.ipynb")
            crew = Crew()
            crew.fails = set(fails)
            plan = plan_reports(place, roll=roll, only=only, each=each, notebook=notebook)
            with pytest.MonkeyPatch.context() as played:
                played.setattr("dataworkbench.reports.run.run_jobs", crew.run_jobs)
                held[key] = run_reports(plan).folder, plan.everybody
        return held[key]

    return make


@pytest.fixture
def night(workspace, roll, made_once):
    """One night: a run in which some schools fail, and what is kept after it."""
    nights = count(1)

    def go(*fails, keep=2, only=(), each="school", notebook="school_report"):
        made, everybody = made_once(fails, tuple(only), each, notebook, roll)
        folder = workspace.reports / f"2026-01-{next(nights):02}T031500Z-{notebook}"
        shutil.copytree(made, folder)
        return load_run(folder), keep_last(workspace, notebook, each, keep=keep, everybody=everybody)

    return go


def there(workspace):
    return [run.folder for run in list_runs(workspace)]


def test_the_newest_runs_stay_and_older_ones_go_whole(night, workspace):
    runs = [night()[0] for _ in range(4)]
    assert there(workspace) == [runs[3].folder, runs[2].folder]
    assert not runs[0].folder.exists()
    assert not runs[1].folder.exists()
    assert all(run.page(one.slug).is_file() for run in runs[2:] for one in run.reports)


def test_the_newest_good_page_of_a_school_that_failed_since_is_never_lost(night, workspace):
    first, second = night()[0], night()[0]
    for _ in range(4):
        night("Birch")
    assert second.folder in there(workspace)
    assert first.folder not in there(workspace)
    assert len(there(workspace)) == 3
    night()
    night()
    assert second.folder not in there(workspace)


def test_runs_for_one_school_do_not_push_out_the_pages_of_the_others(night, workspace):
    whole = night()[0]
    for _ in range(3):
        night(only=["Alder"], keep=1)
    assert whole.folder in there(workspace)
    assert len(there(workspace)) == 2


def test_a_school_that_is_not_there_any_more_holds_nothing_back(night, workspace, roll):
    first = night(keep=1)[0]
    roll.schools = roll.schools.iloc[:2]
    night(keep=1)
    assert first.folder not in there(workspace)


@pytest.mark.parametrize("name", ["KEEP", "KEEP.txt", "keep"])
def test_a_run_that_a_person_wants_stays(night, workspace, name):
    first = night()[0]
    (first.folder / name).touch()
    for _ in range(3):
        night(keep=1)
    assert there(workspace)[1:] == [first.folder]


def test_a_run_that_somebody_works_in_stays(night, workspace):
    first = night(keep=1)[0]
    with only_one(first.folder):
        second, gone = night(keep=1)
    assert gone == []
    assert first.page(first.reports[0].slug).is_file()
    _, gone = night(keep=1)
    assert gone == [second.run_id, first.run_id]


def test_a_run_that_was_broken_off_stays_to_be_gone_on_with(
    night, workspace, roll, keep_notebook, monkeypatch
):
    def stop(*_):
        raise KeyboardInterrupt

    keep_notebook("1")
    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", Crew().run_jobs)
    with pytest.raises(KeyboardInterrupt):
        run_reports(plan_reports(workspace, roll=roll), on_progress=stop)
    broken = list_runs(workspace)[0].folder.rename(workspace.reports / "2026-01-00T031500Z-school_report")
    for _ in range(3):
        night(keep=1)
    assert broken in there(workspace)


def test_runs_of_another_notebook_or_another_kind_are_left_alone(night, workspace):
    others = [night(each="district")[0].folder, night(notebook="other")[0].folder]
    for _ in range(3):
        night(keep=1)
    assert set(others) <= set(there(workspace))


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs rights there")
def test_nothing_behind_a_link_is_taken_away(night, workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("kept", encoding="utf-8")
    first = night(keep=1)[0]
    (first.folder / "linked").symlink_to(outside)
    (first.folder / "pages" / "linked").symlink_to(outside)
    (first.folder / "notebooks").rmdir()
    (first.folder / "notebooks").symlink_to(outside)
    second = night(keep=5)[0]
    moved = tmp_path / "moved"
    second.folder.rename(moved)
    second.folder.symlink_to(moved)
    night(keep=1)
    night(keep=1)
    assert not first.folder.exists()
    assert (outside / "precious").read_text(encoding="utf-8") == "kept"
    assert (moved / "index.html").is_file()
    assert second.folder.is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs rights there")
def test_a_reports_folder_that_is_a_link_to_another_disk_is_cleared_as_any_other(night, workspace, tmp_path):
    (tmp_path / "disk").mkdir()
    workspace.reports.rmdir()
    workspace.reports.symlink_to(tmp_path / "disk")
    runs = [night(keep=1)[0] for _ in range(3)]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [runs[2].run_id]


def test_what_cannot_be_taken_away_whole_is_seen_again_the_next_time(night, workspace, monkeypatch):
    def refuse(_path):
        raise PermissionError

    first = night(keep=1)[0]
    with monkeypatch.context() as held:
        held.setattr("dataworkbench.reports.keeping._remove_one", refuse)
        assert night(keep=1)[1] == []
    assert first.folder in there(workspace)
    assert first.run_id in night(keep=1)[1]


STATES = st.sampled_from([DONE, FAILED, NOT_RUN])
RUNS = st.lists(st.tuples(st.booleans(), st.tuples(STATES, STATES, STATES)), max_size=7)


def a_history(tmp: Path, told) -> list[RunRecord]:
    names = "notebook", "each", "audience", "district", "snapshot", "policy", "policy_fingerprint", "started"
    words = dict.fromkeys(names, "")
    empty = RunRecord(folder=tmp, **words, inputs={}, versions={})
    return [
        replace(
            empty, folder=tmp / str(at), finished="then" if ended else "",
            reports=tuple(ReportRecord(slug, slug, {}, state=state) for slug, state in zip(SLUGS, states, strict=True)),
        )
        for at, (ended, states) in enumerate(told)
    ]  # fmt: skip


def newest_pages(runs) -> dict[str, str]:
    return {one.slug: run.run_id for run in reversed(runs) for one in run.reports if one.state == DONE}


@given(told=RUNS, keep=st.integers(1, 4))
def test_whatever_happened_in_whatever_order_the_newest_good_page_of_everybody_stays(told, keep):
    """A law: after clearing, each school's newest good page is the one it was, and the newest runs are all there."""
    runs = a_history(Path(os.sep) / "nowhere", told)
    gone = to_remove(runs, keep=keep, everybody=SLUGS, has_page=lambda *_: True)
    left = [run for run in runs if run not in gone]
    assert newest_pages(left) == newest_pages(runs)
    ended = [run for run in runs if run.finished]
    assert not [run for run in gone if not run.finished or run in ended[:keep]]
    assert len([run for run in left if run.finished]) <= keep + len(SLUGS)
