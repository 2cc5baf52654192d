"""What stands on a page, and what does not."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from made_up_district import notebook_of
from nbformat import from_dict
from nbformat.v4 import new_output

from dataworkbench.figures.embedding import MIME
from dataworkbench.reports import render_page
from dataworkbench.reports.jobs import PageFacts

FIGURE = {
    "data": [{"type": "bar", "x": ["Rose </script><script>alert(1)</script>"], "y": [1], "uid": "random-1"}],
    "layout": {
        "title": {"text": "<b>Who is <i>absent</i>?</b>", "subtitle": {"text": "for staff only"}},
        "meta": {"alt": 'One bar. "Rose" 1.'},
        "margin": {"t": 84, "b": 10},
        "height": 300,
        "width": 900,
    },
}


def page_of(*outputs, source="secret_name = 1", tags=(), words="# Attendance", **how):
    notebook = notebook_of(words, source)
    notebook.cells[-1].outputs = [from_dict(output) for output in outputs]
    notebook.cells[-1].metadata["tags"] = list(tags)
    return BeautifulSoup(render_page(notebook, **{"title": "Alder", **how}), "html.parser")


def shows(data, **how):
    return page_of(new_output("display_data", data=data), **how)


def test_a_page_shows_words_and_no_code():
    page = page_of(new_output("stream", name="stdout", text="42 students"))
    assert page.main.h2.text == "Attendance"
    assert page.find("pre").text == "42 students"
    assert "secret_name" not in str(page)
    assert "fewest" not in str(page)


def test_a_page_has_a_language_a_title_one_first_heading_and_a_way_to_skip():
    page = page_of(facts=PageFacts(title="Alder & Söhne", district="Cedar County"))
    assert page.html["lang"] == "en"
    assert page.title.text == "Alder & Söhne \u2013 Cedar County"
    assert [h.text for h in page.find_all("h1")] == ["Alder & Söhne"]
    assert page.find("a", class_="skip")["href"] == f"#{page.main['id']}"


def test_nothing_on_a_page_is_fetched_from_elsewhere():
    page = shows({MIME: FIGURE})
    loaded = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link", "img"])]
    assert [name for name in loaded if name] == [
        "../assets/report.css",
        "../assets/sheet.css",
        "../assets/plotly.min.js",
        "../assets/report.js",
    ]
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' file:;" in policy


def test_a_chart_keeps_its_data_where_no_name_can_end_the_script():
    page = shows({MIME: FIGURE})
    drawing = page.find("div", class_="drawing")
    held = page.find(id=drawing["data-figure"])
    assert held["type"] == "application/json"
    assert json.loads(held.text)["data"][0]["x"] == FIGURE["data"][0]["x"]
    assert len(page.find_all("script")) == 3
    assert "<" not in held.text


def test_a_chart_can_be_read_by_those_who_cannot_see_it():
    page = shows({MIME: FIGURE})
    drawing = page.find("div", class_="drawing")
    assert (drawing["role"], drawing["aria-label"]) == ("img", 'One bar. "Rose" 1.')
    assert page.figcaption.get_text(" ") == "Who is absent? for staff only"


def test_a_chart_takes_the_width_of_the_page_and_keeps_the_height_of_its_plot():
    page = shows({MIME: FIGURE})
    layout = json.loads(page.find(id="figure-1-data").text)["layout"]
    assert "width" not in layout
    assert "title" not in layout
    assert layout["height"] - layout["margin"]["t"] - layout["margin"]["b"] == 300 - 84 - 10


def test_two_charts_have_two_names_and_no_random_ones():
    page = page_of(*(new_output("display_data", data={MIME: FIGURE}) for _ in range(2)))
    assert [tag["id"] for tag in page.find_all(class_="drawing")] == ["figure-1", "figure-2"]
    assert "random-1" not in str(page)


def test_a_chart_without_words_is_still_called_a_chart():
    page = shows({MIME: {"data": [], "layout": {}}})
    assert page.find("div", class_="drawing")["aria-label"] == "Chart"
    assert page.figcaption is None


def test_the_best_form_of_an_output_is_shown_once():
    page = shows({MIME: FIGURE, "text/html": "<p>five megabytes</p>", "text/plain": "Figure(...)"})
    assert "five megabytes" not in page.text
    assert "Figure(" not in page.text


@pytest.mark.parametrize(
    ("output", "gone"),
    [
        (new_output("stream", name="stderr", text="a warning with Rosa"), "Rosa"),
        (
            new_output(
                "display_data",
                data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"},
            ),
            "Slider",
        ),
        (new_output("execute_result", data={"text/plain": "<object at 0x7f00aa>"}), "0x7f00aa"),
        (new_output("error", ename="KeyError", evalue="Rosa", traceback=["Rosa"]), "Rosa"),
    ],
)
def test_what_is_for_the_machine_or_could_name_somebody_is_left_out(output, gone):
    assert gone not in str(page_of(output))


def test_an_error_is_told_kindly_and_our_own_words_are_kept():
    page = page_of(
        new_output("error", ename="NothingToShowError", evalue="No attendance was brought.", traceback=[])
    )
    assert page.find(class_="fault").text == "This part could not be made. No attendance was brought."


def test_a_cell_can_be_left_out_by_a_tag():
    output = new_output("stream", name="stdout", text="for the editor")
    assert "for the editor" not in page_of(output, tags=["remove-cell"]).text
    assert "for the editor" not in page_of(output, tags=["remove-output"]).text


def test_every_table_can_scroll_on_a_narrow_screen():
    page = shows({"text/html": "<table><tr><td>1</td></tr></table>"}, words="# Stages\n\n| a |\n| - |\n| 2 |")
    assert [box.table.td.text for box in page.find_all("div", class_="table")] == ["2", "1"]
    assert len(page.find_all("table")) == 2


def test_words_from_the_data_stay_words():
    page = shows({"text/markdown": "**63%** at <img src=x> Alder", "text/plain": "x"})
    assert page.find("strong").text == "63%"
    assert page.main.find("img") is None


def test_banner_and_footer_are_escaped():
    facts = PageFacts("<i>A</i>", "<b>D</b>", "<s>B</s>", "snap", "<u>P</u>", "v 1", "today")
    page = page_of(facts=facts)
    assert page.find(class_="banner").text == "<s>B</s>"
    assert [item.text for item in page.footer.find_all("li")] == [
        "Data: snapshot snap",
        "Disclosure policy: <u>P</u>",
        "Workbench: v 1",
        "Made: today",
    ]


def test_the_time_is_the_only_thing_that_may_differ():
    pages = [str(shows({MIME: FIGURE}, facts=PageFacts("A", made=made))) for made in ("today", "tomorrow")]
    assert pages[0] != pages[1]
    assert pages[0] == re.sub("tomorrow", "today", pages[1])


def test_a_page_of_many_parts_begins_with_a_list_of_them_that_leads_to_each():
    words = "# Title\n\n" + "\n\n".join(f"## Part {name} <b>bold</b> & more\n\nText." for name in "ABCDE")
    page = page_of(words=words)
    links = page.find("nav", class_="parts").find_all("a")
    assert links[0].text == "Part A bold & more"
    assert [page.find(id=link["href"][1:]).text for link in links] == [link.text for link in links]


def test_a_short_page_has_no_list_of_parts():
    assert page_of(words="# T\n\n## A\n\n## B").find("nav") is None


def test_heads_in_the_output_of_a_cell_are_no_parts_of_the_page():
    told = {"text/html": "".join(f"<h2>Rose {place}</h2>" for place in range(9))}
    assert shows(told).find("nav") is None
