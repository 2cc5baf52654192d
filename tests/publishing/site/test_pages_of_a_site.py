"""What stands in the pages of a site, and that it is the release's and nothing else."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from made_release import facts, made_cells, made_release

from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import SchoolFacts, cell_id, write_release
from dataworkbench.publishing.site import build_site
from dataworkbench.publishing.site.choices import island
from dataworkbench.publishing.site.labels import label_in, of_every_hundred, shape_of
from dataworkbench.publishing.site.words import words_of

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
WITHOUT = {"hidden", "no data", "nobody", "no figure", "oculto", "sin datos", "nadie", "sin cifra"}


def pages(site):
    return sorted(site.rglob("*.html"))


def soup_of(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def islands(path):
    return {
        one["id"]: json.loads(one.string) for one in soup_of(path).select('script[type="application/json"]')
    }


def numbers(text):
    return set(DIGITS.findall(text))


def built(folder, about, cells):
    release = write_release(folder / "release", about, cells, DEFAULT_POLICY_TEXT)
    return build_site(release, folder / "site", rubrics_shown=())


def test_each_language_has_the_same_pages_of_every_kind(site, release):
    english, spanish = (
        {str(p.relative_to(site / code)) for p in (site / code).rglob("*.html")} for code in ("en", "es")
    )
    assert english == spanish
    assert {"index.html", "how-to-read.html", "rubrics.html", "downloads.html"} < english
    assert sum(name.startswith("schools/") for name in english) == len(release.facts.schools)
    assert sum(name.startswith("indicators/") for name in english) == len(release.facts.indicators)


def test_every_figure_on_a_page_is_the_one_that_its_cell_was_released_with(site, release):
    cells = release.cells().set_index("cell")
    seen = set()
    for path in pages(site):
        for element in soup_of(path).select("[data-cell]"):
            row = cells.loc[element["data-cell"]]
            text = element.get_text()
            seen.add(row["status"])
            if row["status"] in {"suppressed", "missing", "not_applicable"}:
                assert text in WITHOUT | {""}, (path, text)
            else:
                allowed = numbers(row["label"]) | numbers(row["n_label"]) | {"100"}
                assert numbers(text) <= allowed, (path, text, row["label"])
    assert seen == {"shown", "coded", "suppressed", "missing", "not_applicable"}


def test_data_for_the_script_hold_released_cells_and_nothing_else(site, release):
    cells = release.cells().set_index("cell")
    looked_at = 0
    for path in pages(site):
        for row in islands(path).get("cells", {"rows": []})["rows"]:
            named = dict(zip(("cell", "reason", "label", "size", "value", "low", "high"), row, strict=False))
            held = cells.loc[named["cell"]]
            for name in ("value", "low", "high"):
                given_value = named.get(name)
                assert given_value is None or given_value == pytest.approx(held[name], abs=1e-6), (path, row)
            assert held["status"] in {"shown", "coded"} or set(row[2:]) <= WITHOUT | {""}, row
            looked_at += 1
    assert looked_at > 100


def test_a_school_page_holds_no_cell_of_another_school(site, release):
    for school in release.facts.schools:
        (path,) = [p for p in (site / "en" / "schools").iterdir() if school.name in soup_of(p).h1.get_text()]
        at = {row[0].split("|")[5] for row in islands(path)["cells"]["rows"]}
        assert at == {"", school.school_id}


def test_what_is_said_in_short_is_of_the_latest_year_and_what_was_before_it_of_the_year_before(site):
    looked_at = 0
    for path in pages(site):
        for card in soup_of(path).select(".card"):
            years = [one["data-cell"].split("|")[1] for one in card.select(".said [data-cell]")]
            assert set(years) == {"2025-26"}, path
            others = {
                one["data-cell"].split("|")[1] for one in card.select("p:not(.said):not(.quiet) [data-cell]")
            }
            assert others <= {"2025-26", "2024-25"}
            looked_at += len(years)
    assert looked_at > 10


def test_pages_lead_only_to_files_of_the_site(site):
    led_to = set()
    for path in pages(site):
        soup = soup_of(path)
        for element, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for held in soup.select(f"{element}[{name}]"):
                target = unquote(held[name].split("#")[0])
                assert ":" not in target, held
                if target:
                    there = (path.parent / target).resolve()
                    assert there.is_relative_to(site.resolve()), held
                    assert there.is_file(), held
                    led_to.add(there)
    files = {p.resolve() for p in site.rglob("*") if p.is_file()}
    assert files - led_to == {(site / "index.html").resolve()}


def test_a_page_runs_no_script_of_its_own_and_says_so_to_the_browser(site):
    for path in pages(site):
        soup = soup_of(path)
        rule = soup.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]
        assert rule.startswith("default-src 'none';")
        assert "unsafe" not in rule
        assert all(one.get("src") or one["type"] == "application/json" for one in soup.select("script"))
        assert not [
            tag for tag in soup.find_all() for name in tag.attrs if name.startswith("on") or name == "style"
        ]


def test_the_same_release_gives_the_same_bytes(site, release, tmp_path):
    again = build_site(release, tmp_path / "again")
    files = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()} == files


def test_a_site_that_cannot_be_finished_leaves_the_earlier_one_as_it_was(release, tmp_path):
    into = build_site(release, tmp_path / "site")
    before = {p: p.stat().st_mtime_ns for p in into.rglob("*")}

    def stop(path):
        if path.endswith("rubrics.html"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_site(release, into, tell=stop)
    assert {p: p.stat().st_mtime_ns for p in into.rglob("*")} == before
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_where_a_new_site_cannot_take_its_name_the_earlier_one_stands_there_again(
    release, tmp_path, monkeypatch
):
    into = build_site(release, tmp_path / "site")
    before = sorted(p.relative_to(into) for p in into.rglob("*"))
    real = Path.replace

    def failing(self, target):
        if self.name.endswith(".part"):
            raise PermissionError(13, "denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(PermissionError):
        build_site(release, into)
    assert sorted(p.relative_to(into) for p in into.rglob("*")) == before
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_the_link_to_the_other_language_leads_to_the_same_page(site):
    for path in pages(site):
        for link in soup_of(path).select("a[hreflang]"):
            there = (path.parent / link["href"]).resolve().relative_to(site.resolve())
            assert there.parts[0] == link["hreflang"]
            assert there.parts[1:] == path.relative_to(site).parts[1:]


def test_an_earlier_site_is_replaced_as_a_whole(release, tmp_path):
    into = build_site(release, tmp_path / "site")
    (into / "en" / "left-over.html").write_text("old", encoding="utf-8")
    build_site(release, into)
    assert not (into / "en" / "left-over.html").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_folder_that_holds_something_else_is_left_alone(release, tmp_path):
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="holds no site"):
        build_site(release, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letters.txt"]


def test_the_private_part_of_a_release_is_not_read(tmp_path):
    release = made_release(tmp_path)
    release.private.rmdir()
    release.private.write_text("not a folder", encoding="utf-8")
    build_site(release, tmp_path / "site")


def test_two_schools_of_one_name_have_two_pages(tmp_path):
    twins = tuple(SchoolFacts(school_id=id_, name="Alder") for id_ in ("S001", "S002"))
    about = facts().model_copy(update={"schools": twins})
    site = built(tmp_path, about, made_cells())
    assert len(list((site / "en" / "schools").iterdir())) == 2


def test_a_school_without_a_single_figure_has_a_page_that_says_so(tmp_path):
    about = facts().model_copy(
        update={"schools": (*facts().schools, SchoolFacts(school_id="S9", name="Cedar"))}
    )
    site = built(tmp_path, about, made_cells())
    (path,) = (site / "en" / "schools").glob("cedar-*.html")
    assert "No figures of this school are published." in soup_of(path).get_text()


def test_a_release_without_cells_makes_pages_all_the_same(tmp_path):
    site = built(tmp_path, facts(), made_cells().head(0))
    assert (site / "es" / "index.html").is_file()


def test_a_file_name_holds_nothing_that_leads_out_of_the_folder(hostile_site):
    names = [p.relative_to(hostile_site).as_posix() for p in hostile_site.rglob("*")]
    assert all(re.fullmatch(r"[a-z0-9/-]+(\.(html|csv|xlsx|js|css))?", name) for name in names)
    assert max(len(name.rpartition("/")[2]) for name in names) < 80


def test_data_in_a_page_cannot_end_their_element(hostile_site):
    for path in pages(hostile_site):
        text = path.read_text(encoding="utf-8")
        for held in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL):
            assert not set("<>&\u2028\u2029") & set(held)
            json.loads(held)


@given(st.text() | st.sampled_from(["</script>", "<!--", "]]>", "\u2028"]))
def test_any_text_comes_out_of_an_island_as_it_went_in(text):
    assert json.loads(island({"held": text})) == {"held": text}


@pytest.mark.parametrize(
    ("label", "spanish"),
    [
        ("12%", "12%"), ("at most 5%", "5% como máximo"), ("at least 80%", "80% como mínimo"), ("20\N{EN DASH}29%", "20 a 29%"),
        ("about 140", "alrededor de 140"), ("300 or more", "300 o más"), ("1,234", "1,234"), ("\N{MINUS SIGN}3.5", "-3.5"),
        ("12.5% to 25%", "12.5% a 25%"),
    ],
)  # fmt: skip
def test_a_label_is_said_in_spanish_with_the_same_numbers(label, spanish):
    assert label_in(words_of("es"), label) == spanish


def test_a_label_that_is_written_in_no_known_way_stays_as_it_is():
    assert shape_of("somewhat 12%") == ("", {})
    assert label_in(words_of("es"), "somewhat 12%") == "somewhat 12%"


def test_a_share_is_said_as_so_many_of_every_hundred(release):
    from dataworkbench.publishing.site.cells import released_cells

    held = [c for c in released_cells(release).all if c.unit == "rate" and c.label == "at most 5%"]
    assert of_every_hundred(words_of("en"), held[0]) == "at most 5 of every 100"


def test_a_school_with_a_thousand_figures_takes_less_than_a_megabyte(tmp_path):
    cells = many_cells(("", "S001"), groups=83)
    assert (cells["school_id"] == "S001").sum() == 1008
    about = facts().model_copy(update={"schools": facts().schools[:1]})
    site = built(tmp_path, about, cells)
    held = [p for p in site.rglob("alder-elementary-*") if p.is_file()]
    assert len(held) == 4
    assert sum(p.stat().st_size for p in held) < 1_000_000


def many_cells(places, groups):
    """Figures of many groups for each place: two indicators, two years, three grade levels."""
    made = made_cells()
    one = made[(made["school_id"] == "S001") & (made["subgroup"] == "") & (made["unit"] != "mean")]
    frames = []
    for place, group in product(places, range(groups + 1)):
        named = (
            {"subgroup_type": "Race and ethnicity", "subgroup": f"A group with a longer name {group}"}
            if group
            else {}
        )
        frames.append(one.assign(school_id=place, **named))
    cells = pd.concat(frames, ignore_index=True)
    cells["cell"] = [cell_id(row) for row in cells.to_dict("records")]
    return cells
