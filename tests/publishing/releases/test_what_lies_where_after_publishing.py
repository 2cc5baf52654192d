"""Copies of public pages: which release they show, what is never lost or mixed, and the district's own rubrics in them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_workspace import small_district, snapshot_of, workspace_with

from dataworkbench.cli.released import review_answer, withdrawn_answer
from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.publishing.releases import list_releases, opening, state_of
from dataworkbench.publishing.releases.making import make_release
from dataworkbench.publishing.releases.opening import copies_of, copy_site, findings_of, publish, withdraw
from dataworkbench.publishing.releases.release import COPY_MARK, RUBRICS_FILE
from dataworkbench.publishing.releases.reviewing import approve, review_of
from dataworkbench.publishing.scan import furniture
from dataworkbench.workspace import Workspace

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
LITTLE = 'indicators = ["enrollment"]\nbreakdowns = ["district", "school"]\nrubrics = ["our_2024_walk", "inputs_for_success"]\n'
OWN = """\
id: our_2024_walk
title: Our walk of 2024
purpose: observation
statement: Seen in 15 minutes or less, "quoted" & <b>marked</b>, אבג.
levels: [{name: "1"}, {name: "2", meaning: 3 of 4 learners}]
elements:
  - id: talk
    title: Talk
    statement: Learners talk for 20 minutes of 45.
    levels: {"1": "Fewer than 5 minutes", "2": "20 minutes or more"}
    look_fors: {learners: {"2": ["7 in 10 explain their thinking"]}}
"""
MILESTONES = """\
id: inputs_for_success
title: What we put in place
purpose: readiness
statement: For each stage.
levels: [{name: Not yet}, {name: In place}]
elements:
  - {id: calendar, title: A calendar, stage: 1, statement: Meetings in weeks 6 and 12.}
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A workspace with rubrics of its own and a draft that shows them; tests copy it."""
    place = workspace_with(tmp_path_factory.mktemp("where") / "d", small_district(2))
    (place.root / "publication.toml").write_text(LITTLE, encoding="utf-8")
    (place.root / "rubrics").mkdir()
    (place.root / "rubrics" / "walk.yaml").write_text(OWN, encoding="utf-8")
    (place.root / "rubrics" / "inputs.yaml").write_text(MILESTONES, encoding="utf-8")
    make_release(place, now=AT)
    return place.root


@pytest.fixture
def place(first, tmp_path):
    shutil.copytree(first, tmp_path / "d")
    return Workspace(tmp_path / "d")


@pytest.fixture(scope="module")
def out(first, tmp_path_factory):
    """The same with the release published, and the copy of its pages; tests copy it or leave it as it is."""
    folder = tmp_path_factory.mktemp("out")
    shutil.copytree(first, folder / "d")
    place = Workspace(folder / "d")
    approve(place, list_releases(place)[0], now=AT)
    publish(place, list_releases(place)[0], to=folder / "web", now=AT)
    return folder


@pytest.fixture
def again(out, tmp_path):
    shutil.copytree(out / "d", tmp_path / "d")
    shutil.copytree(out / "web", tmp_path / "web")
    return Workspace(tmp_path / "d")


def test_the_districts_own_rubrics_and_milestones_stand_in_both_languages_as_they_were_written(out):
    for language in ("en", "es"):
        said = (out / "web" / language / "rubrics.html").read_text(encoding="utf-8")
        for text in (
            "Our walk of 2024",
            "&lt;b&gt;marked&lt;/b&gt;, אבג.",
            "7 in 10 explain",
            "Meetings in weeks 6 and 12.",
        ):
            assert text in said
        assert "A rubric for rigor" not in said
        assert "<b>marked" not in said


def test_numbers_in_a_rubric_count_on_its_page_alone_and_no_others_do(out, again):
    release = list_releases(again)[0]
    assert findings_of(again, release, release.site) == []
    page = release.site / "en" / "rubrics.html"
    school = next((release.site / "en" / "schools").glob("*.html"))
    for path, planted, here in (
        (school, "<p>7 in 10 explain their thinking</p>", "</main>"),
        (page, "<p>8 in 10 explain their thinking</p>", "</section>"),
        (page, "<p>Learners talk for 20 minutes of 45.</p>", "</main>"),
    ):
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace(here, planted + here, 1), encoding="utf-8")
        assert {finding.kind for finding in findings_of(again, release, release.site)} == {"figure"}
        path.write_text(before, encoding="utf-8")


def test_the_review_shows_each_text_of_a_rubric_in_which_a_number_stands(place):
    answer = review_answer(review_of(place, list_releases(place)[0]), place, approved=False)
    listed = next(listing for listing in answer.listings if "Rubrics" in listing.title)
    told = {text for _, text in listed.rows}
    assert {
        "Our walk of 2024",
        "3 of 4 learners",
        "1",
        "7 in 10 explain their thinking",
        "Meetings in weeks 6 and 12.",
    } <= told
    assert "Talk" not in told


def test_a_rubric_that_gives_a_number_for_a_school_is_refused_and_so_is_one_that_is_not_there(place):
    walk = place.root / "rubrics" / "walk.yaml"
    walk.write_text(OWN.replace("20 minutes of 45.", "Ask at school s2 for 4 of them."), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="a number and the name of a school"):
        make_release(place, now=AT)
    (place.root / "publication.toml").write_text(
        LITTLE.replace("our_2024_walk", "our_walk"), encoding="utf-8"
    )
    with pytest.raises(NoSuchNameError, match="our_walk"):
        make_release(place, now=AT)
    assert len(list_releases(place)) == 1


def test_a_student_who_is_named_in_a_rubric_stops_publishing_also_one_who_came_since(place):
    district = small_district(2)
    district.students[0] = type(district.students[0])(**{**vars(district.students[0]), "id": "NEW1"})
    snapshot_of(place, district, day=1)
    walk = place.root / "rubrics" / "walk.yaml"
    walk.write_text(OWN.replace("Learners talk", "Zaxonew1 Quillnew1son talks"), encoding="utf-8")
    first = list_releases(place)[0].facts.snapshot
    release = make_release(place, snapshot=first, now=AT + timedelta(hours=1)).release
    approve(place, release, now=AT + timedelta(hours=1))
    with pytest.raises(WorkbenchError, match="a family name from the roster"):
        publish(place, release, now=AT + timedelta(hours=2))
    assert state_of(release) == "reviewed"


def test_a_rubric_that_was_changed_after_the_draft_is_noticed(place):
    release = list_releases(place)[0]
    path = release.folder / RUBRICS_FILE
    path.write_text(path.read_text(encoding="utf-8").replace("7 in 10", "9 in 10"), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="was changed since"):
        approve(place, release)


def test_an_older_release_does_not_take_the_place_of_a_newer_one(again, tmp_path):
    old = list_releases(again)[0]
    newer = make_release(again, now=AT + timedelta(hours=3)).release
    approve(again, newer, now=AT + timedelta(hours=4))
    publish(again, newer, to=tmp_path / "web", now=AT + timedelta(hours=5))
    with pytest.raises(WorkbenchError, match="would take the place of newer ones"):
        publish(again, old, to=tmp_path / "web")
    assert (tmp_path / "web" / COPY_MARK).read_text().strip() == newer.id


def test_whoever_withdraws_a_release_is_told_where_its_pages_still_lie(again, tmp_path):
    release = list_releases(again)[0]
    publish(again, release, to=tmp_path / "stick" / "pages")
    publish(again, release, to=tmp_path / "other")
    shutil.rmtree(tmp_path / "other")
    withdraw(again, release, why="Two schools were mixed up")
    copies = copies_of(again, release)
    assert tmp_path / "stick" / "pages" in copies
    assert tmp_path / "other" not in copies
    answer = withdrawn_answer(release, copies)
    assert str(tmp_path / "stick" / "pages") in " ".join(answer.sentences)
    assert answer.code == 1


def test_what_somebody_put_beside_published_pages_is_not_deleted(again, tmp_path):
    (tmp_path / "web" / "CNAME").write_text("schools.example", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="CNAME beside them"):
        publish(again, list_releases(again)[0], to=tmp_path / "web")
    assert (tmp_path / "web" / "CNAME").is_file()


def test_pages_that_change_while_they_are_copied_are_not_put_out(again, tmp_path, monkeypatch):
    real = shutil.copytree

    def slipping(source, into, *more, **how):
        made = real(source, into, *more, **how)
        (Path(into) / "index.html").write_text("<p>7 of them</p>", encoding="utf-8")
        return made

    monkeypatch.setattr(opening.shutil, "copytree", slipping)
    with pytest.raises(WorkbenchError, match="changed while they were copied"):
        publish(again, list_releases(again)[0], to=tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()
    assert not list(tmp_path.glob(".elsewhere-*"))


def test_where_new_pages_cannot_take_their_place_the_earlier_ones_are_there_again(
    again, tmp_path, monkeypatch
):
    release = list_releases(again)[0]
    web, real = tmp_path / "web", Path.rename

    def failing(self, target):
        if Path(target) == web and self.name == "site":
            raise OSError(13, "denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    step = opening.steps_of(release)[-1]
    with pytest.raises(OSError, match="denied"):
        copy_site(release, web, step)
    assert (web / COPY_MARK).read_text().strip() == release.id


def test_pages_that_were_changed_between_the_search_and_their_place_are_noticed(place, tmp_path, monkeypatch):
    real = opening.scan_site

    def slipping(site, *more):
        found = real(site, *more)
        (site / "en" / "index.html").write_text("<p>7 of them</p>", encoding="utf-8")
        return found

    monkeypatch.setattr(opening, "scan_site", slipping)
    release = list_releases(place)[0]
    approve(place, release, now=AT)
    with pytest.raises(WorkbenchError, match="changed while they were copied"):
        publish(place, release, to=tmp_path / "web", now=AT)
    assert not (tmp_path / "web").exists()


def test_pages_of_an_earlier_workbench_can_be_copied_again_after_an_upgrade(again, tmp_path, monkeypatch):
    release = list_releases(again)[0]
    monkeypatch.setattr(furniture, "shipped_scripts", frozenset)
    assert findings_of(again, release, release.site) == []
    publish(again, release, to=tmp_path / "stick")
    page = tmp_path / "stick" / "shared" / "site.js"
    page.write_text("fetch('x')", encoding="utf-8")
    assert {finding.kind for finding in findings_of(again, release, tmp_path / "stick")} == {"script"}
