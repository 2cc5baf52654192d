"""A site as a reader opens it: from a file, with choices, with the keyboard, on a telephone, on paper, without a network."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
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
    assert drawing.locator("text.label").all_text_contents() == ["20 to 29%", "hidden", "at most 5%"]
    assert "English learner: hidden" in drawing.get_attribute("aria-label")
    assert "A lower figure is better." in drawing.get_attribute("aria-label")
    assert page.locator("#groups-why").inner_text().count("no student can be recognised") == 2
    (word,), (line,) = boxes(page, "#bars .label.quiet"), boxes(page, "#bars .without")
    assert word[1] < line[0], "the line goes through the word"
    assert page.faults == []


@pytest.mark.thorough
def test_what_was_chosen_is_there_again_when_the_address_is_opened(opened, site):
    page = opened(school(site), fragment="#indicator=chronic_absence&year=2024-25&grade=03")
    assert page.get_by_label("Grade level", exact=True).input_value() == "03"
    assert "2024-25, Grade 3" in page.locator("#groups caption").inner_text()
    assert "Chronic absence" in page.locator("#chosen").inner_text()


@pytest.mark.thorough
def test_the_other_language_opens_with_the_same_choice(opened, site):
    page = opened(school(site))
    pick(page, "Topic", "Chronic absence")
    pick(page, "School year", "2024-25")
    page.get_by_role("link", name="Español").click()
    page.wait_for_selector("#bars svg")
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_label("Año escolar", exact=True).input_value() == "2024-25"
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


@pytest.mark.thorough
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
    assert page.locator("noscript p").bounding_box()["height"] > 10
    assert not page.locator("#choices").is_visible()
    assert page.get_by_text("20 to 29 of every 100").is_visible()


@pytest.mark.thorough
def test_the_table_that_the_script_makes_is_the_one_that_was_there(opened, site):
    for path in (*kinds(site, "en").values(), *kinds(site, "es").values()):
        bare, alive = opened(path, javascript=False), opened(path)
        for table in ("groups", "years"):
            assert rows(bare, table) == rows(alive, table)
            for part in (f"#{table} caption", f"#{table}-why li"):
                assert bare.locator(part).all_text_contents() == alive.locator(part).all_text_contents()


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


@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    "kind",
    [
        "school",
        *(
            pytest.param(name, marks=pytest.mark.thorough)
            for name in ("index", "indicator", "how-to-read", "rubrics", "downloads")
        ),
    ],
)
def test_axe_finds_nothing_to_complain_of(opened, site, language, kind):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(kinds(site, language)[kind])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page, options={"runOnly": TAGS}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


@pytest.mark.thorough
def test_axe_finds_nothing_on_the_page_at_the_top(opened, site):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(site / "index.html")
    assert axe.run(page, options={"runOnly": TAGS}).response["violations"] == []
    page.get_by_role("link", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"


@pytest.mark.thorough
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
            const box = e.getBoundingClientRect(), style = getComputedStyle(e), cards = e.closest(".cards");
            const place = cards ? [cards.getBoundingClientRect().top + scrollY, box.left, box.top + scrollY] : [box.top + scrollY, 0, 0];
            return [e.innerText || e.id, place, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2]; }"""
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
@pytest.mark.parametrize("size", ["Letter", "A4"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sheet_of_paper_ends_with_a_heading_or_with_the_head_of_a_table(
    opened, site, size, language, tmp_path
):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    for kind, path in kinds(site, language).items():
        page = opened(path)
        page.pdf(path=tmp_path / "page.pdf", format=size)
        leading = page.locator("h1, h2, h3, h4, summary, caption, thead tr").all_text_contents()
        said = {"".join(text.split()) for text in leading}
        printed = subprocess.run(
            ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout.split("\f")
        for sheet in printed:
            last = [line for line in sheet.splitlines() if line.strip()][-1:]
            assert not said & {"".join(line.split()) for line in last}, (kind, last)


@pytest.mark.thorough
def test_what_is_folded_is_printed(opened, site):
    page = opened(kinds(site, "en")["rubrics"])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => d.open)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => !d.open)")


def boxes(page, selector):
    """Return left, right, top and bottom of each element, as the browser laid it out."""
    return page.evaluate(
        """asked => [...document.querySelectorAll(asked)].map(one => {
        const box = one.getBoundingClientRect(); return [box.left, box.right, box.top, box.bottom]; })""",
        selector,
    )


def test_no_mark_goes_through_a_figure_and_no_number_of_an_axis_touches_another(opened, site, tmp_path):
    shutil.copytree(site, tmp_path / "site")
    near = school(tmp_path / "site")
    before, held, after = re.split(
        r'(?<=id="cells">)(.*?)(?=</script>)', near.read_text(encoding="utf-8"), maxsplit=1
    )
    table = json.loads(held)
    for row in table["rows"]:
        if row[0].startswith("mean_score|2025-26"):
            score = 2450 if "|S001|" in row[0] else 2454
            row[1:] = ["", f"{score:,}", "", score]
    near.write_text(before + json.dumps(table).replace("<", "\\u003c") + after, encoding="utf-8")
    page = opened(near, 640, fragment="#indicator=mean_score")
    labels = boxes(page, "#bars .label:not(.quiet)")
    marks = boxes(page, "#bars .district line")
    assert len(labels) == len(marks) > 1
    for left, right, top, bottom in labels:
        assert not [m for m in marks if left < m[0] < right and m[2] < bottom and m[3] > top]
    ticks = sorted(boxes(page, "#bars .tick"))
    assert all(one[1] < other[0] for one, other in pairwise(ticks))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_word_of_a_drawing_can_be_read_where_colors_are_forced(opened, site, scheme):
    page = opened(school(site), fragment="#indicator=chronic_absence")
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    colors = page.evaluate(
        """() => { const of = (one, name) => getComputedStyle(one)[name], text = of(document.body, "color");
        return [text, of(document.body, "backgroundColor"),
                [...document.querySelectorAll("svg text")].map(one => of(one, "fill")),
                [...document.querySelectorAll("svg .label")].map(one => of(one, "stroke"))]; }"""
    )
    text, ground, words, edges = colors
    assert len(words) > 5
    assert set(words) == {text}
    assert set(edges) == {ground}
    assert text != ground


def test_names_that_mean_harm_show_as_text_and_run_nothing(opened, hostile_site):
    page = opened(hostile_site / "en" / "index.html", width=390)
    _is_unharmed(page)
    assert page.get_by_role("link", name="<script>window.pwned=1</script>", exact=True).is_visible()
    assert page.get_by_role(
        "link", name="{{ 7 * 7 }} {% include 'base.html' %} {figure} ${1+1}", exact=True
    ).is_visible()


@pytest.mark.thorough
def test_no_name_of_a_school_or_of_a_group_runs_anything(opened, hostile_site):
    paths = sorted(hostile_site.rglob("*.html"))
    assert len(paths) > 50
    for path in paths:
        _is_unharmed(opened(path, width=390))


def _is_unharmed(page):
    assert page.evaluate("window.pwned") is None, page.url
    assert (
        page.evaluate("document.querySelectorAll('img, iframe, object, embed, base, svg[onload]').length")
        == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    assert page.faults == [], page.url


HASHES = (
    "#indicator=<script>window.pwned=1</script>",
    "#indicator=__proto__&year=constructor&grade=toString",
    "#groups=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.pwned%3D1%3E",
    "#%E0%A4%A",
    "#test=||&year=",
    "#" + "a=b&" * 5000,
)


def test_an_address_that_means_harm_runs_nothing(opened, site):
    for fragment in HASHES:
        _runs_nothing(opened(school(site), fragment=fragment))


def _runs_nothing(page):
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0
    assert page.faults == []
    assert re.match("Chosen: ", page.locator("#chosen").inner_text())
