"""The walk: a draft, a review, pages for everybody, and whatever must stop on the way."""

from __future__ import annotations

import shutil
import stat
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from small_workspace import small_district, snapshot_of, tables_of, workspace_with

from dataworkbench.disclosure.linked import CELL_COLUMNS
from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.releases import (
    auditing,
    current_release,
    list_releases,
    opening,
    state_of,
    steps_of,
)
from dataworkbench.publishing.releases.knowing import kept_ledger
from dataworkbench.publishing.releases.making import FAILED_REPORT, make_release
from dataworkbench.publishing.releases.opening import publish, withdraw
from dataworkbench.publishing.releases.reviewing import approve, audit_again, review_of, unsafe
from dataworkbench.publishing.releases.shelf import add_to_history, history
from dataworkbench.publishing.releases.states import content_of, write_step
from dataworkbench.publishing.scan import Finding
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import Workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
LITTLE = 'indicators = ["enrollment", "chronic_absence"]\nbreakdowns = ["district", "school", "subgroup", "school x subgroup"]\nsubgroup_types = ["Race and ethnicity"]\n'


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A workspace with one draft; tests copy it."""
    district = small_district(2)
    place = workspace_with(tmp_path_factory.mktemp("walk") / "d", district)
    (place.root / "publication.toml").write_text(LITTLE, encoding="utf-8")
    make_release(place, now=AT)
    return place.root, district


@pytest.fixture
def place(first, tmp_path):
    shutil.copytree(first[0], tmp_path / "d")
    return Workspace(tmp_path / "d")


def draft(place):
    return list_releases(place)[0]


def released(place, to=None):
    release = draft(place)
    approve(place, release, now=AT + timedelta(hours=1))
    return publish(place, release, to=to, now=AT + timedelta(hours=2))


def out_without_pages(place):
    """Put the draft out without making its pages, for what happens to figures afterwards."""
    release = draft(place)
    approve(place, release, now=AT + timedelta(hours=1))
    write_step(release, "released", now=AT + timedelta(hours=2))
    add_to_history(place, {"what": "released", "release": release.id, "content": content_of(release)})
    return release


def test_a_draft_holds_public_columns_alone_and_keeps_the_rest_for_its_owner(place):
    release = draft(place)
    assert state_of(release) == "draft"
    cells = release.cells()
    assert tuple(cells.columns) == CELL_COLUMNS
    assert set(cells["since"]) == {release.id}
    assert {"suppressed", "shown"} <= set(cells["status"])
    hidden = cells[cells["status"] == "suppressed"]
    assert hidden[["value", "low", "high", "n_low", "n_high"]].isna().all(axis=None)
    assert current_release(place) is None
    if sys.platform != "win32":
        private = [path for path in release.private.rglob("*") if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
        assert {
            stat.S_IMODE(path.stat().st_mode) for path in (release.private, release.private / "ledger")
        } == {0o700}


def test_the_review_counts_what_will_be_public_and_shows_where_an_attacker_comes_nearest(place):
    release = draft(place)
    review = review_of(place, release)
    cells = release.cells()
    for row in review.figures.to_dict("records"):
        own = cells[cells["indicator"] == row["indicator"]]
        assert {status: row[status] for status in ("shown", "coded", "suppressed")} == {
            status: int((own["status"] == status).sum()) for status in ("shown", "coded", "suppressed")
        }
    near = review.narrowest
    assert (near["high"] - near["low"] >= near["required"] - 1e-6).all()
    assert "truth" not in near.columns


def test_only_a_reviewed_release_is_published_and_then_it_is_the_one_that_is_out(place, tmp_path):
    with pytest.raises(WorkbenchError, match="nobody has reviewed it"):
        publish(place, draft(place))
    assert not draft(place).site.exists()
    out = released(place, tmp_path / "out")
    assert current_release(place).id == out.release.id
    assert (tmp_path / "out" / "index.html").is_file()
    assert [step.state for step in steps_of(out.release)] == ["draft", "reviewed", "released"]
    assert [line["what"] for line in history(place)][-2:] == ["released", "copied"]
    assert not list(tmp_path.glob(".out-*"))


def test_a_folder_that_holds_something_else_is_left_alone(place, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "a.jpg").write_bytes(b"x")
    for to, said in (
        (other, "something else"),
        (place.root / "web", "holds student data"),
        (tmp_path, "holds student data"),
    ):
        approve(place, draft(place), now=AT) if state_of(draft(place)) == "draft" else None
        with pytest.raises(WorkbenchError, match=said):
            publish(place, draft(place), to=to)
    assert state_of(draft(place)) == "reviewed"
    assert [path.name for path in other.iterdir()] == ["a.jpg"]


def test_a_release_is_not_published_where_the_scan_finds_anything(place, monkeypatch, tmp_path):
    found = Finding(file="index.html", place="line 1", kind="name", what="The name of a student", full="Zaxo")
    monkeypatch.setattr(opening, "scan_site", lambda *_: [found])
    with pytest.raises(WorkbenchError, match="1 things in the pages"):
        released(place, tmp_path / "out")
    release = draft(place)
    assert state_of(release) == "reviewed"
    assert not release.site.exists()
    assert not (tmp_path / "out").exists()
    assert current_release(place) is None
    assert "Zaxo" in (release.private / "scan.txt").read_text(encoding="utf-8")


def test_pages_that_were_changed_after_they_were_looked_into_are_not_copied(place, tmp_path):
    out = released(place)
    page = out.release.site / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + "<p>7 students</p>", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="not those that were looked into"):
        publish(place, out.release, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_where_the_audit_fails_nothing_is_written_but_a_report_without_true_figures(place, monkeypatch):
    real = auditing.attack

    def failing(ledger, **_how):
        audit = real(ledger)
        audit.loc[audit.index[0], "verdict"] = "not finished"
        return audit

    monkeypatch.setattr(auditing, "attack", failing)
    before = [release.id for release in list_releases(place)]
    with pytest.raises(WorkbenchError, match="No release was made: 2 of"):
        make_release(place, now=AT)
    assert [release.id for release in list_releases(place)] == before
    assert not list(place.releases.glob(".making-*"))
    report = place.releases / FAILED_REPORT
    assert "not finished; provable from" in report.read_text(encoding="utf-8")


def test_an_audit_that_leaves_a_protected_figure_out_fails(place, monkeypatch):
    real = auditing.attack
    monkeypatch.setattr(auditing, "attack", lambda ledger, **_how: real(ledger).iloc[1:])
    with pytest.raises(WorkbenchError, match="No release was made"):
        make_release(place, now=AT)


def test_the_audit_done_once_more_finds_what_the_draft_was_made_with(place):
    release = draft(place)
    again = audit_again(release)
    kept = pd.read_parquet(release.private / "audit.parquet")
    assert unsafe(again).empty
    assert list(again["target"]) == list(kept["target"])


@pytest.mark.parametrize("name", ["tables_that_fit.parquet", "terms.parquet"])
@pytest.mark.parametrize("held", [b"not a table", None])
def test_what_was_kept_for_the_audit_and_is_damaged_is_named(place, name, held):
    release = draft(place)
    path = release.private / "ledger" / name
    path.unlink()
    if held is not None:
        path.write_bytes(held)
    if (name, held) == ("tables_that_fit.parquet", None):
        assert unsafe(audit_again(release)).empty, "then they are looked for anew"
        return
    with pytest.raises(WorkbenchError, match=f"{name} of the release {release.id} can't be read"):
        audit_again(release)


def test_a_draft_that_was_not_checked_with_what_came_out_since_is_refused(place):
    second = make_release(place, now=AT + timedelta(minutes=5)).release
    out_without_pages(place)
    with pytest.raises(WorkbenchError, match="was not checked together with"):
        approve(place, second)


def test_a_draft_made_under_other_rules_than_those_of_today_is_refused(place):
    policy = place.root / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("width = 10", "width = 12"), encoding="utf-8"
    )
    with pytest.raises(WorkbenchError, match=r"policy\.toml changed since"):
        approve(place, draft(place))


def test_a_weaker_policy_asks_for_a_sentence_why_and_keeps_it(place):
    out_without_pages(place)
    policy = place.root / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("width = 10", "width = 8"), encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"a hidden count stays open by 8, before by 10.*--why"):
        make_release(place, now=AT + timedelta(days=1))
    made = make_release(place, now=AT + timedelta(days=1), why="The board decided so.")
    assert steps_of(made.release)[0].why == "The board decided so."
    assert any("by 8, before by 10" in note for note in made.notes)
    assert any("requirement.width was 10, is 8" in line for line in review_of(place, made.release).rules)


def test_a_table_behind_which_few_changed_is_repeated_as_it_was(place, first):
    out = out_without_pages(place)
    district = small_district(2)
    assert district.students == first[1].students
    district.changes(most=3)
    snapshot_of(place, district, day=40)
    made = make_release(place, now=AT + timedelta(days=45))
    assert any("repeated as they were published" in note for note in made.notes)
    pd.testing.assert_frame_equal(made.release.cells(), out.cells())
    assert made.release.facts.earlier == (out.id,)


def test_a_release_of_the_same_data_says_the_same_and_needs_no_word_about_it(place):
    out = out_without_pages(place)
    made = make_release(place, now=AT + timedelta(days=1))
    assert made.notes == ()
    pd.testing.assert_frame_equal(made.release.cells(), out.cells())


def test_a_school_that_is_gone_from_the_data_keeps_its_name_where_its_figures_are_repeated(place):
    out_without_pages(place)
    district = small_district(2)
    district.students = [replace(one, school="S1", second_school="") for one in district.students]
    tables = dict(tables_of(district))
    tables["schools"] = tables["schools"].head(1)
    write_snapshot(place, tables, now=AT + timedelta(days=40))
    made = make_release(place, now=AT + timedelta(days=45))
    assert [school.name for school in made.release.facts.schools] == ["School S1", "School S2", "School S3"]


def test_a_table_behind_which_enough_changed_everywhere_is_published_anew(tmp_path):
    place = workspace_with(tmp_path / "d", small_district(2))
    text = 'indicators = ["enrollment", "chronic_absence"]\nbreakdowns = ["district", "school"]\n'
    (place.root / "publication.toml").write_text(text, encoding="utf-8")
    make_release(place, now=AT)
    out = out_without_pages(place)
    snapshot_of(place, small_district(5, students=300), day=40)
    made = make_release(place, now=AT + timedelta(days=45))
    assert not made.notes
    assert set(made.release.cells()["since"]) == {made.release.id}
    assert list(made.release.cells()["label"]) != list(out.cells()["label"])
    assert len(kept_ledger(made.release).unknowns) > len(kept_ledger(out).unknowns)


def test_where_the_earlier_snapshot_is_gone_every_figure_is_repeated_and_it_is_said(place):
    out = out_without_pages(place)
    gone = place.snapshots / out.facts.snapshot
    snapshot_of(place, small_district(9), day=40)
    shutil.rmtree(gone)
    policy = place.root / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("width = 10", "width = 11"), encoding="utf-8"
    )
    made = make_release(place, now=AT + timedelta(days=45))
    assert any("is gone, so nobody can tell" in note for note in made.notes)
    both = made.release.cells().merge(out.cells(), on="cell", how="outer", suffixes=("", "_before"))
    assert set(both["since"]) == {out.id}
    still = both["status"] != "suppressed"
    assert still.any()
    assert list(both["label"][still]) == list(both["label_before"][still])


def test_withdrawing_asks_why_and_later_releases_are_still_checked_with_it(place):
    out = out_without_pages(place)
    with pytest.raises(WorkbenchError, match="in a sentence why"):
        withdraw(place, out, why=" ")
    withdraw(place, out, why="A file was wrong.")
    assert current_release(place) is None
    assert make_release(place, now=AT + timedelta(days=1)).release.facts.earlier == (out.id,)
