"""Each kind of leak, planted alone in a copy of a clean site, is found; and the clean site passes."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest
from leaks import FOLDED_NAMES, LEAKS
from made_site import ROSTER, made_site, small_release

from dataworkbench.errors import NothingToShowError
from dataworkbench.publishing.scan import KINDS, scan_folder, scan_site, write_in_full
from dataworkbench.publishing.scan.opening import packages

PAGE = Path(__file__).parents[3] / "docs" / "scan.md"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    made = small_release(tmp_path_factory.mktemp("release"))
    made_site(made)
    return made


def test_the_clean_site_passes(release):
    assert scan_site(release.site, release, ROSTER) == []


@pytest.mark.parametrize("leak", LEAKS, ids=[leak.what for leak in LEAKS])
def test_a_planted_leak_is_found(release, tmp_path, leak, monkeypatch):
    monkeypatch.setattr(packages, "MOST_BYTES", 5_000_000)  # else the one that unfolds to too much takes long
    site = tmp_path / "site"
    shutil.copytree(release.site, site)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        leak.plant(site)
    found = scan_site(site, release, ROSTER)
    assert {finding.kind for finding in found} & set(leak.kinds)
    for finding in found:
        assert finding.kind in KINDS
        assert not any(name in f"{finding!r} {finding}".lower() for name in FOLDED_NAMES)
        assert "000417" not in f"{finding!r} {finding}"


def test_every_planted_leak_stands_on_the_page():
    said = PAGE.read_text(encoding="utf-8")
    assert "\n".join(f"| {leak.what} | {' or '.join(leak.kinds)} |" for leak in LEAKS) in said
    assert len(LEAKS) >= 40


def test_what_was_found_stands_in_full_in_a_private_file_alone(release, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(release.site, site)
    (site / "note.txt").write_text("Ottilie Noughton, ZQSTU000417")
    found = scan_site(site, release, ROSTER)
    write_in_full(found, tmp_path / "found.tsv")
    assert "ottilie noughton" in (tmp_path / "found.tsv").read_text()
    assert (tmp_path / "found.tsv").stat().st_mode & 0o777 == 0o600


def test_any_folder_can_be_held_against_the_roster_without_a_release(release, tmp_path):
    assert {finding.kind for finding in scan_folder(release.site, ROSTER)} == {
        "birth date"
    }  # that of the data, too
    (tmp_path / "a.html").write_text("<p>12.5% of Ottilie Noughton's class</p>")
    assert [finding.kind for finding in scan_folder(tmp_path, ROSTER)] == ["name", "name"]


def test_an_empty_folder_is_no_clean_site(release, tmp_path):
    with pytest.raises(NothingToShowError, match="is empty"):
        scan_site(tmp_path, release, ROSTER)
