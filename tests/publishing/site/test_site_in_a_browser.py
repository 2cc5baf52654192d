"""A site as a reader opens it: from a file, with choices, with the keyboard, on a telephone, on paper, without a network."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from every_kind import NOT_THERE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDTHS = (390, 1280, 1920)


def school(site, language="en", name="alder"):
    (path,) = (site / language / "schools").glob(f"{name}-*.html")
    return path


def kinds(site, language):
    folder = site / language
    found = {name: folder / f"{name}.html" for name in ("index", "how-to-read", "rubrics", "downloads")}
    return found | {
        "school": school(site, language),
        "indicator": sorted((folder / "indicators").iterdir())[1],
    }


def pick(page, key, words):
    page.get_by_label(key, exact=True).select_option(label=words)


def rows(page, table="groups"):
    return [
        [cell.inner_text() for cell in row.locator("th, td").all()]
        for row in page.locator(f"#{table} tbody tr").all()
    ]


def test_a_choice_is_drawn_and_set_as_a_table_and_stands_in_the_address(opened, site):
    page = opened(school(site))
    assert rows(page)[0][:2] == ["All students", "about 140"]
    pick(page, "Topic", "Chronic absence")
    assert [row[1] for row in rows(page)] == [
        "20\N{EN DASH}29%".replace("\N{EN DASH}", " to "),
        "hidden",
        "at most 5%",
    ]
    assert rows(page)[0][2] == "18%"
    assert "indicator=chronic_absence" in page.url.split("#")[1]
    assert "?" not in page.url
    drawing = page.locator("#bars svg")
    assert drawing.locator("rect.between").count() == 2
    assert drawing.locator("text.label").all_inner_texts() == ["20 to 29%", "hidden", "at most 5%"]
    assert "English learner: hidden" in drawing.get_attribute("aria-label")
    assert "A lower figure is better." in drawing.get_attribute("aria-label")
    assert page.locator("#groups-why").inner_text().count("no student can be recognised") == 2
    assert page.faults == []


def test_what_was_chosen_is_there_again_when_the_address_is_opened(opened, site):
    page = opened(school(site), fragment="#indicator=chronic_absence&year=2024-25&grade=03")
    assert page.get_by_label("Grade level").input_value() == "03"
    assert "2024-25, Grade 3" in page.locator("#groups caption").inner_text()
    assert "Chronic absence" in page.locator("#chosen").inner_text()


def test_the_other_language_opens_with_the_same_choice(opened, site):
    page = opened(school(site))
    pick(page, "Topic", "Chronic absence")
    pick(page, "School year", "2024-25")
    page.get_by_role("link", name="Español").click()
    page.wait_for_selector("#bars svg")
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_label("Año escolar").input_value() == "2024-25"
    assert "Ausentismo crónico" in page.locator("#groups caption").inner_text()


def test_a_choice_that_was_not_released_says_so(opened, site):
    page = opened(school(site), fragment="#indicator=chronic_absence&year=1999-00")
    assert (
        page.locator("#lacking").inner_text() == "Not published: there is no released figure for this choice."
    )
    assert rows(page) == []
    assert page.locator("#bars svg").count() == 0
    year, _, grade, kind = NOT_THERE
    page = opened(
        school(site),
        fragment=f"#indicator=chronic_absence&year={year}&grade={grade}&groups={kind.replace(' ', '+')}",
    )
    assert "there are no figures of these groups" in page.locator("#lacking").inner_text()
    assert [row[0] for row in rows(page)] == ["All students"]
    assert page.faults == []


def test_hidden_missing_and_nobody_are_told_apart_in_words(opened, site):
    page = opened(school(site))
    assert [row[1] for row in rows(page)] == ["about 140", "hidden", "nobody"]
    said = page.locator("#groups-why").inner_text()
    assert "hidden: Known, but not published" in said
    assert "nobody: There was nobody in this group." in said
    page = opened(school(site, name="birch-sons-middle"))
    assert rows(page)[0][1] == "no data"
    assert "no data: Nobody knows this figure" in page.locator("#groups-why").inner_text()


def test_a_page_is_complete_without_javascript(opened, site):
    page = opened(school(site), javascript=False)
    assert [row[1] for row in rows(page)] == ["about 140", "hidden", "nobody"]
    assert page.get_by_text("JavaScript must be switched on").is_visible()
    assert not page.locator("#choices").is_visible()
    assert page.get_by_text("20 to 29 of every 100").is_visible()


def test_the_table_that_the_script_makes_is_the_one_that_was_there(opened, site):
    for path in (*kinds(site, "en").values(), *kinds(site, "es").values()):
        bare, alive = opened(path, javascript=False), opened(path)
        for table in ("groups", "years"):
            assert rows(bare, table) == rows(alive, table)
            for part in (f"#{table} caption", f"#{table}-why"):
                if bare.locator(part).count():
                    assert (
                        bare.locator(part).text_content().split()
                        == alive.locator(part).text_content().split()
                    )


def test_sentences_say_only_what_the_published_ranges_allow(opened, site):
    page = opened(school(site))
    card = page.locator(".card", has_text="Chronic absence").inner_text()
    assert "20 to 29 of every 100" in card
    assert "The district: 18 of every 100. From what is published, the two cannot be told apart." in card
    assert "The year before: 62 of every 100. The newer figure is clearly lower." in card
    page = opened(school(site, name="birch-sons-middle"))
    card = page.locator(".card", has_text="Chronic absence").inner_text()
    assert "This school's figure is clearly higher." in card
    assert "The year before: hidden." in card


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["index", "school", "indicator", "how-to-read", "rubrics", "downloads"])
def test_axe_finds_nothing_to_complain_of(opened, site, language, kind):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(kinds(site, language)[kind])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page, options={"runOnly": TAGS}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_axe_finds_nothing_on_the_page_at_the_top(opened, site):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(site / "index.html")
    assert axe.run(page, options={"runOnly": TAGS}).response["violations"] == []
    page.get_by_role("link", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_scrolls_sideways_at_four_hundred_percent(opened, site, language):
    for kind, path in kinds(site, language).items():
        page = opened(path, width=320)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind


def test_the_keyboard_goes_from_top_to_bottom_and_shows_where_it_is(opened, site):
    page = opened(school(site))
    seen, tops = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const box = e.getBoundingClientRect(), style = getComputedStyle(e);
            return [e.innerText || e.id, box.top + scrollY, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2]; }"""
        )
        if where is None:
            break
        seen.append(where[0])
        tops.append(where[1])
        assert where[2], where
    assert seen[0] == "Skip to the content"
    assert tops[1:] == sorted(tops[1:])
    assert {"Overview", "Español"} <= set(seen)
    assert page.locator("select:visible").count() == sum(
        1 for name in seen if "select" in name or "\n" in name
    )


def test_the_skip_link_leads_to_the_content(opened, site):
    page = opened(school(site))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert rows(page)[0][1] == "about 140"


def test_headings_go_down_step_by_step_and_tables_name_what_their_cells_are(opened, site):
    for path in kinds(site, "en").values():
        page = opened(path)
        levels = [
            int(tag[1])
            for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)")
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.evaluate("[...document.querySelectorAll('th')].every(th => th.scope)")
        assert page.evaluate(
            "[...document.querySelectorAll('table')].every(t => t.caption && t.caption.textContent.trim())"
        )
        assert page.evaluate(
            "[...document.querySelectorAll('svg')].every(s => s.getAttribute('role') === 'img' && s.getAttribute('aria-label'))"
        )


@pytest.mark.parametrize("size", ["Letter", "A4"])
def test_what_was_chosen_is_printed_and_what_cannot_be_pressed_is_not(opened, site, size, tmp_path):
    page = opened(school(site), fragment="#indicator=chronic_absence")
    page.pdf(path=tmp_path / "page.pdf", format=size, print_background=False)
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
    page.emulate_media(media="print")
    assert not page.locator("#choices").is_visible()
    assert not page.locator("nav.pages").is_visible()
    assert page.locator("#bars svg").is_visible()
    assert "Chronic absence" in page.locator("#groups caption").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('main a'), '::after').content") in {
        "none",
        "normal",
    }


def test_what_is_folded_is_printed(opened, site):
    page = opened(kinds(site, "en")["rubrics"])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => d.open)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => !d.open)")


def test_names_that_mean_harm_run_nothing_and_show_as_text(opened, hostile_site):
    for path in (hostile_site / "en" / "index.html", *sorted((hostile_site / "es" / "schools").iterdir())):
        page = opened(path, width=390)
        assert page.evaluate("window.pwned") is None, path
        assert (
            page.evaluate(
                "document.querySelectorAll('img, iframe, object, embed, base, body svg[onload]').length"
            )
            == 0
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert page.faults == [], path
    page = opened(hostile_site / "en" / "index.html")
    assert page.get_by_role("link", name="<script>window.pwned=1</script>", exact=True).is_visible()
    assert page.get_by_role(
        "link", name="{{ 7 * 7 }} {% include 'base.html' %} {figure} ${1+1}", exact=True
    ).is_visible()


HASHES = (
    "#indicator=<script>window.pwned=1</script>",
    "#indicator=__proto__&year=constructor&grade=toString",
    "#groups=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E",
    "#%E0%A4%A",
    "#test=||&year=",
    "#" + "a=b&" * 5000,
)


@pytest.mark.parametrize("fragment", HASHES, ids=range(len(HASHES)))
def test_an_address_that_means_harm_runs_nothing(opened, site, fragment):
    page = opened(school(site), fragment=fragment)
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0
    assert page.faults == []
    assert re.match("Chosen: ", page.locator("#chosen").inner_text())
