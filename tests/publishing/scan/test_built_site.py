"""The site that the workbench itself builds passes, and leaks planted in it are found."""

from __future__ import annotations

import shutil

import pytest
from made_release import made_release
from made_site import ROSTER

from dataworkbench.publishing.scan import scan_site
from dataworkbench.publishing.site import build_site


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    made = made_release(tmp_path_factory.mktemp("built"))
    build_site(made, made.site)
    return made


@pytest.fixture
def site(release, tmp_path):
    shutil.copytree(release.site, tmp_path / "site")
    return tmp_path / "site"


def test_the_site_that_the_workbench_builds_passes(release):
    assert scan_site(release.site, release, ROSTER) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("es", ">101<", ">102<"), "figure"),
        (("en", '"27%","40 to 99",0.27]', '"27%","40 to 99",0.268]'), "figure"),
        (("es", '"oculto"]', '"oculto",0.07]'), "hidden figure"),
        (("es", "</h1>", "</h1><p>Ottilie Noughton</p>"), "name"),
        (("es", "</h1>", "</h1><p>17 de 23</p>"), "figure"),
        (("es", "</main>", "<script>1</script></main>"), "script"),
    ],
)
def test_a_leak_in_a_page_that_the_workbench_built_is_found(release, site, change, kind):
    language, here, instead = change
    page = next(path for path in sorted((site / language / "schools").glob("alder*.html")))
    said = page.read_text(encoding="utf-8")
    assert here in said
    page.write_text(said.replace(here, instead, 1), encoding="utf-8")
    assert kind in {finding.kind for finding in scan_site(site, release, ROSTER)}


def test_a_script_that_was_changed_after_it_was_built_is_found(release, site):
    script = site / "shared" / "site.js"
    script.write_text(
        script.read_text(encoding="utf-8") + "\nfetch('https://example.org')\n", encoding="utf-8"
    )
    assert [f.kind for f in scan_site(site, release, ROSTER)] == ["script"]
